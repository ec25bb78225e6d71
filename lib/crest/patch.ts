import { BadRequest, Conflict } from '../errors.ts'
import { isJsonObject } from '../json.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import { assertPlainJson, excerpt } from './json-content.ts'
import { canonicalJson, isJsonArray, jsonEqual } from './json-equal.ts'
import { arrayIndex, formatJsonPointer, resolvePointer } from './json-pointer.ts'
import type { JsonPointer } from './json-pointer.ts'
import { refuseUnofferedOperations } from './patch-operation.ts'
import type { OfferedOperation, PatchOperation } from './patch-operation.ts'

/**
 * How many elements of arrays one patch may compare with values, in sets that it adds to and arrays that it removes values
 * from, all operations together: 20 million, a second or two. More is 400.
 */
export const maxPatchComparisons: number = 20_000_000

/** What a patch must know beside the content of the document. */
export interface PatchOptions {
  /** The `_id` of the document; none for a singleton. */
  readonly id?: string
  /** The `_rev` of the document. */
  readonly revision?: string
  /** Whether the array at `pointer` is a set (`uniqueItems: true` in the schema). Default: none is. */
  readonly isSet?: (pointer: JsonPointer) => boolean
}

// The copy under work. Only `owned` containers, copied or made since the start, are changed in place: the input stays as
// it is, and many operations on a large document copy each of its containers at most once. An operation that puts
// an existing value in a second place (copy) must therefore forget what is owned.
interface Draft {
  root: JsonObject
  readonly options: PatchOptions
  readonly owned: Set<object>
  // Keys of containers that are not owned, which never change.
  readonly keys: Map<object, string>
  comparisons: number
}

// An object or array under work; positions are property names.
type Container = Record<string, JsonValue | undefined>

/**
 * The document after all operations in order, the same object where nothing was touched. Neither `document` nor the
 * operations are changed; the result shares structure with both. The schema is not judged. All or nothing; throws
 * - `BadRequest` where an operation makes no sense (an index of a set, another `_id` or `_rev`, a root without an
 *   object), the result breaks the rules of `assertPlainJson`, or there is more work than {@link maxPatchComparisons};
 * - `Conflict` where an operation does not fit the current content (a scalar within the path, an index beyond the end);
 * - `NotImplemented` for operations that are not offered.
 *
 * (Common REST, patch semantics.)
 *
 * @example
 * applyPatch({ l: [1] }, parsePatch([{ operation: 'add', field: '/l/-', value: 2 }])) // { l: [1, 2] }
 */
export function applyPatch (document: JsonObject, operations: readonly PatchOperation[], options: PatchOptions = {}): JsonObject {
  refuseUnofferedOperations(operations)
  const draft: Draft = { root: document, options, owned: new Set(), keys: new Map(), comparisons: 0 }
  for (const operation of operations) apply(draft, operation)
  if (draft.root !== document) assertPlainJson(draft.root)
  return draft.root
}

function apply (draft: Draft, operation: OfferedOperation): void {
  const { kind, field } = operation
  // No parsed pointer has this token; one that was made by hand must not reach a prototype either.
  if (field.includes('__proto__')) throw new BadRequest(cannot(kind, field, 'the pointer is not legal'))
  if (field.length === 0) applyToRoot(draft, operation)
  else if (field[0] === '_id' || field[0] === '_rev') refuseChange(draft, operation)
  else if (kind === 'remove') remove(draft, field, operation.value)
  else put(draft, kind, field, operation.value)
}

function applyToRoot (draft: Draft, { kind, field, value }: OfferedOperation): void {
  if (kind === 'remove') throw new BadRequest(cannot(kind, field, 'the whole document cannot be removed'))
  if (!isJsonObject(value)) throw new BadRequest(cannot(kind, field, 'the value must be an object'))
  const members = Object.entries(value).flatMap(([name, member]) => member === undefined ? [] : [{ name, member }])
  if (kind === 'add') {
    for (const { name, member } of members) apply(draft, { kind, field: [name], value: member })
  } else {
    // As in the content of an update: another `_id` is wrong, `_rev` is ignored, and a singleton has no `_id`.
    const id = resolvePointer(value, ['_id'])
    if (id !== undefined && draft.options.id !== undefined) refuseChange(draft, { kind, field: ['_id'], value: id })
    const own = members.filter(({ name }) => name !== '_id' && name !== '_rev')
    draft.root = Object.fromEntries(own.map(({ name, member }) => [name, member]))
  }
}

function refuseChange ({ options }: Draft, { kind, field, value }: OfferedOperation): void {
  const current = field[0] === '_id' ? options.id : options.revision
  if (kind === 'remove' || field.length > 1 || current === undefined || value !== current) {
    throw new BadRequest(cannot(kind, field, 'only the server sets this member'))
  }
}

// The one way to set something: `add` inserts at an index and appends to an array, `replace` overwrites.
function put (draft: Draft, kind: 'add' | 'replace', field: JsonPointer, value: JsonValue): void {
  const parent = openParent(draft, kind, field)
  if (Array.isArray(parent)) return putElement(draft, kind, field, parent, value)
  const token = field.at(-1) as string
  const existing = resolvePointer(parent, [token])
  const isList = isJsonArray(existing)
  if (kind === 'replace' || !(isList || (isJsonArray(value) && isSet(draft, field)))) {
    parent[token] = value
    return
  }
  // A set that is missing starts empty, as its new elements are merged.
  const list = open(draft, isList ? existing : []) as unknown as JsonValue[]
  parent[token] = list
  append(draft, field, list, isJsonArray(value) ? value : [value])
}

function putElement (draft: Draft, kind: 'add' | 'replace', field: JsonPointer, list: JsonValue[], value: JsonValue): void {
  const parent = field.slice(0, -1)
  const token = field.at(-1) as string
  if (token === '-' && (kind === 'add' || !isSet(draft, parent))) return append(draft, parent, list, [value])
  refuseSetIndex(draft, kind, field, parent.length, list)
  const position = arrayIndex(token)
  if (position === undefined) throw new Conflict(cannot(kind, field, 'it is in an array, which has no such member'))
  if (position > list.length) throw new Conflict(cannot(kind, field, 'it is beyond the end of the array'))
  list.splice(position, kind === 'add' ? 0 : 1, value)
}

function remove (draft: Draft, field: JsonPointer, value: JsonValue | undefined): void {
  let parent: JsonValue = draft.root
  let target: JsonValue = draft.root
  for (const [depth, token] of field.entries()) {
    refuseSetIndex(draft, 'remove', field, depth, target)
    const child = resolvePointer(target, [token])
    if (child === undefined) return
    parent = target
    target = child
  }
  const token = field.at(-1) as string
  if (value !== undefined && isJsonArray(target) && !isJsonArray(parent)) {
    const left = without(draft, field, target, value)
    if (left.length < target.length) openParent(draft, 'remove', field)[token] = left
  } else if (value === undefined || jsonEqual(target, value)) {
    const container = openParent(draft, 'remove', field)
    if (Array.isArray(container)) container.splice(Number(token), 1)
    else delete container[token]
  }
}

// An array of values removes one match of each, from a set all of them; any other value removes all that equal it.
function without (draft: Draft, field: JsonPointer, list: readonly JsonValue[], value: JsonValue): readonly JsonValue[] {
  countComparisons(draft, list)
  const once = isJsonArray(value) && !isSet(draft, field)
  const wanted = new Map<unknown, number>()
  for (const element of isJsonArray(value) ? value : [value]) {
    const key = keyOf(draft, element)
    wanted.set(key, (wanted.get(key) ?? 0) + 1)
  }
  return list.filter(element => {
    const key = keyOf(draft, element)
    const matches = wanted.get(key) ?? 0
    if (once && matches > 0) wanted.set(key, matches - 1)
    return matches === 0
  })
}

function append (draft: Draft, field: JsonPointer, list: JsonValue[], values: readonly JsonValue[]): void {
  if (!isSet(draft, field)) {
    // Not push(...values): a long list of arguments overflows the stack.
    for (const value of values) list.push(value)
    return
  }
  countComparisons(draft, list)
  const missing = new Map<unknown, JsonValue>()
  for (const value of values) {
    const key = keyOf(draft, value)
    if (!missing.has(key)) missing.set(key, value)
  }
  for (const element of list) missing.delete(keyOf(draft, element))
  for (const value of missing.values()) list.push(value)
}

function countComparisons (draft: Draft, list: readonly JsonValue[]): void {
  draft.comparisons += list.length
  if (draft.comparisons > maxPatchComparisons) throw new BadRequest('The patch compares too many elements of arrays')
}

// The same key for equal values: scalars themselves, containers a text that no string of a document is, as U+0000 is refused.
function keyOf (draft: Draft, value: JsonValue): unknown {
  if (typeof value !== 'object' || value === null) return value
  const known = draft.keys.get(value)
  if (known !== undefined) return known
  const key = `\0${canonicalJson(value)}`
  if (!draft.owned.has(value)) draft.keys.set(value, key)
  return key
}

// The container that holds the last token, with all above it, ready to be changed; missing ones are made.
function openParent (draft: Draft, kind: OfferedOperation['kind'], field: JsonPointer): Container {
  let container = open(draft, draft.root)
  draft.root = container
  for (const [depth, token] of field.slice(0, -1).entries()) {
    refuseSetIndex(draft, kind, field, depth, container)
    const child = resolvePointer(container, [token])
    if (child === undefined && Array.isArray(container)) throw new Conflict(cannot(kind, field, 'the array has no such element'))
    if (child !== null && child !== undefined && typeof child !== 'object') throw new Conflict(cannot(kind, field, 'there is a scalar within the path'))
    const next = open(draft, child ?? newParent(kind, field, depth + 1))
    container[token] = next
    container = next
  }
  return container
}

// Only `-` as the last token makes an array; an index has nothing to count from.
function newParent (kind: OfferedOperation['kind'], field: JsonPointer, depth: number): JsonObject | readonly JsonValue[] {
  const token = field[depth] as string
  if (token === '-' && depth === field.length - 1) return []
  if (token === '-' || arrayIndex(token) !== undefined) throw new Conflict(cannot(kind, field, 'the array is missing'))
  return {}
}

function open (draft: Draft, container: JsonObject | readonly JsonValue[]): Container {
  if (draft.owned.has(container)) return container as Container
  const copy = isJsonArray(container) ? [...container] : { ...container }
  draft.owned.add(copy)
  return copy as Container
}

function isSet ({ options }: Draft, pointer: JsonPointer): boolean {
  return options.isSet !== undefined && options.isSet(pointer)
}

function refuseSetIndex (draft: Draft, kind: OfferedOperation['kind'], field: JsonPointer, depth: number, container: JsonValue): void {
  const token = field[depth] as string
  if (!isJsonArray(container) || (token !== '-' && arrayIndex(token) === undefined)) return
  if (isSet(draft, field.slice(0, depth))) throw new BadRequest(cannot(kind, field, 'a set has no positions'))
}

function cannot (kind: string, field: JsonPointer, why: string): string {
  return `The patch cannot ${kind} "${excerpt(formatJsonPointer(field))}": ${why}`
}
