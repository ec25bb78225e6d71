import { BadRequest } from '../errors.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import { defaultLimits } from '../limits.ts'
import { excerpt } from './json-content.ts'
import { arrayIndex, parseJsonPointer, resolvePointer } from './json-pointer.ts'
import type { JsonPointer } from './json-pointer.ts'

/** A compiled `_fields`: a tree of the tokens of all pointers, `*` among them standing for every member or element. */
export interface FieldProjection {
  /** Whether a pointer ends here, which selects the value with all that is in it. */
  readonly whole: boolean
  readonly members: ReadonlyMap<string, FieldProjection>
}

interface Node {
  whole: boolean
  readonly members: Map<string, Node>
}

/**
 * The projection that the values of `_fields` ask for, or undefined where they ask for everything: none given, or one
 * of the listed pointers is empty, `/` or `*`. Each value is a comma list of JSON pointers and adds to the others;
 * spaces around commas and commas at the end are ignored. Throws `BadRequest` for an illegal pointer, and for more
 * than `most` pointers.
 * `_id` and `_rev` add nothing, as they are in every answer; `*_ref` (relations) matches nothing.
 * (Common REST, `_fields`.)
 */
export function parseFields (values: readonly string[], most: number = defaultLimits.fields): FieldProjection | undefined {
  const pointers = values.flatMap(parseList)
  if (pointers.length > most) throw new BadRequest(`_fields names more than ${most} fields`)
  if (pointers.length === 0 || pointers.some(selectsAll)) return undefined
  const root: Node = { whole: false, members: new Map() }
  for (const pointer of pointers) {
    if (pointer[0] !== '_id' && pointer[0] !== '_rev' && !pointer.includes('*_ref')) insert(root, pointer)
  }
  return root
}

/**
 * What `projection` keeps of `content`, nested as it is there: an element that an index or `*` selects stays inside its
 * array, without those before it that are not selected. What is absent is omitted, and so is what holds nothing that is
 * selected; but `*` keeps an empty array or object. Member names are own properties only. (Common REST, `_fields`.)
 *
 * @example
 * projectFields(parseFields(['name/first'])!, { name: { first: 'A', last: 'Z' } }) // { name: { first: 'A' } }
 */
export function projectFields (projection: FieldProjection, content: JsonObject): JsonObject {
  return (project([projection], content) ?? {}) as JsonObject
}

function parseList (value: string): readonly JsonPointer[] {
  const texts = value.split(',').map(text => text.trim())
  while (texts.length > 1 && texts.at(-1) === '') texts.pop()
  return texts.map(text => {
    const pointer = parseJsonPointer(text)
    if (pointer === undefined) throw new BadRequest(`The parameter _fields has an illegal JSON pointer: "${excerpt(text)}"`)
    return pointer
  })
}

function selectsAll (pointer: JsonPointer): boolean {
  return pointer.length === 0 || (pointer.length === 1 && pointer[0] === '*')
}

function insert (root: Node, pointer: JsonPointer): void {
  let node = root
  for (const token of pointer) {
    const next = node.members.get(token) ?? { whole: false, members: new Map() }
    node.members.set(token, next)
    node = next
  }
  node.whole = true
}

// Several nodes at once: of `a/*/b,a/0/c` both apply to the first element of `a`.
function project (nodes: readonly FieldProjection[], value: JsonValue): JsonValue | undefined {
  if (nodes.some(node => node.whole)) return value
  if (typeof value !== 'object' || value === null) return undefined
  const every = nodes.some(node => node.members.has('*'))
  const keys = Object.keys(value)
  if (every && keys.length === 0) return value
  const kept: [string, JsonValue][] = []
  for (const key of every ? keys : namedKeys(nodes, value)) {
    const member = resolvePointer(value, [key])
    if (member === undefined) continue
    const below = [...new Set([key, '*'])].flatMap(token => nodes.flatMap(node => node.members.get(token) ?? []))
    const part = project(below, member)
    if (part !== undefined) kept.push([key, part])
  }
  if (kept.length === 0) return undefined
  // Object.fromEntries defines own properties, whatever their names are.
  return Array.isArray(value) ? kept.map(([, part]) => part) : Object.fromEntries(kept)
}

function namedKeys (nodes: readonly FieldProjection[], value: object): readonly string[] {
  const names = [...new Set(nodes.flatMap(node => [...node.members.keys()]))]
  if (!Array.isArray(value)) return names
  return names.filter(name => arrayIndex(name) !== undefined).sort((a, b) => Number(a) - Number(b))
}
