import assert from 'node:assert/strict'
import { isDeepStrictEqual } from 'node:util'
import type { JsonPatchOperation } from '../../lib/crest/json-patch-operation.ts'
import type { JsonPointer } from '../../lib/crest/json-pointer.ts'
import type { OfferedOperation } from '../../lib/crest/patch-operation.ts'
import type { JsonObject, JsonValue } from '../../lib/json.ts'

// Second implementations, as simple as can be: everything is cloned, nothing is fast, failures are failed assertions.

type Mutable = Record<string, JsonValue>

const isArray = (value: JsonValue | undefined): value is readonly JsonValue[] => Array.isArray(value)
const isObject = (value: JsonValue | undefined): value is JsonObject => typeof value === 'object' && value !== null && !isArray(value)

/** What is at `pointer`, undefined where there is nothing. */
export function at (value: JsonValue | undefined, pointer: JsonPointer): JsonValue | undefined {
  if (pointer.length === 0) return value
  const [token = '', ...rest] = pointer
  const exists = isArray(value) ? /^(?:0|[1-9]\d*)$/.test(token) && Number(token) < value.length : isObject(value) && Object.hasOwn(value, token)
  return exists ? at((value as Mutable)[token], rest) : undefined
}

/** A JSON Patch by the words of RFC 6902 section 4; a failure throws an AssertionError. */
export function naiveJsonPatch (document: JsonObject, operations: readonly JsonPatchOperation[]): JsonObject {
  // Not structuredClone: what a copy has put in two places must be two values.
  let root: JsonValue = JSON.parse(JSON.stringify(document)) as JsonObject
  const add = (path: JsonPointer, value: JsonValue): void => {
    if (path.length === 0) {
      root = value
      return
    }
    const parent = at(root, path.slice(0, -1))
    const token = path.at(-1) ?? ''
    assert.ok(typeof parent === 'object' && parent !== null)
    if (!isArray(parent)) {
      (parent as Mutable)[token] = value
      return
    }
    assert.match(token, /^(?:0|[1-9]\d*|-)$/)
    const position = token === '-' ? parent.length : Number(token)
    assert.ok(position <= parent.length);
    (parent as JsonValue[]).splice(position, 0, value)
  }
  const remove = (path: JsonPointer): void => {
    assert.ok(path.length > 0 && at(root, path) !== undefined)
    const parent = at(root, path.slice(0, -1))
    const token = path.at(-1) ?? ''
    if (isArray(parent)) (parent as JsonValue[]).splice(Number(token), 1)
    else delete (parent as Mutable)[token]
  }
  for (const operation of operations) {
    const { kind, path } = operation
    if (kind === 'add') add(path, structuredClone(operation.value))
    else if (kind === 'remove') remove(path)
    else if (kind === 'test') assert.deepEqual(at(root, path), operation.value)
    else if (kind === 'replace') {
      assert.ok(at(root, path) !== undefined)
      if (path.length > 0) remove(path)
      add(path, structuredClone(operation.value))
    } else {
      const value = at(root, operation.from)
      assert.ok(value !== undefined)
      const isOutside = kind === 'copy' || !isDeepStrictEqual(operation.from, path.slice(0, operation.from.length))
      assert.ok(isOutside || path.length === operation.from.length)
      if (!isOutside) continue
      const copy = JSON.parse(JSON.stringify(value))
      if (kind === 'move') remove(operation.from)
      add(path, copy)
    }
    assert.ok(isObject(root))
  }
  return root
}

/** The pseudocode of RFC 7396 section 2. */
export function naiveMergePatch (target: JsonValue | undefined, patch: JsonValue): JsonValue {
  if (!isObject(patch)) return patch
  const result: Mutable = isObject(target) ? structuredClone(target) as Mutable : {}
  for (const [name, value] of Object.entries(patch) as [string, JsonValue][]) {
    if (value === null) delete result[name]
    else result[name] = naiveMergePatch(Object.hasOwn(result, name) ? result[name] : undefined, value)
  }
  return result
}

/** What a Common REST operation that does not fail does to `document`, said in JSON Patch. */
export function asJsonPatch (document: JsonObject, operation: OfferedOperation, isSet: (pointer: JsonPointer) => boolean): readonly JsonPatchOperation[] {
  const { field } = operation
  const target = at(document, field)
  const parent = at(document, field.slice(0, -1))
  const isElement = field.length > 0 && isArray(parent)
  if (field[0] === '_id' || field[0] === '_rev') return []
  switch (operation.kind) {
    case 'add': {
      const { value } = operation
      if (field.length === 0) return Object.entries(value as JsonObject).flatMap(([name, member]) => asJsonPatch(document, { kind: 'add', field: [name], value: member as JsonValue }, isSet))
      if (isElement || !(isArray(target) || (isArray(value) && isSet(field)))) return added(document, field, value, isSet)
      const list = isArray(target) ? [...target] : []
      const values = isArray(value) ? value : [value]
      const edits = isArray(target) ? [] : added(document, field, [], () => false)
      return [...edits, ...values.flatMap((element): readonly JsonPatchOperation[] => {
        if (isSet(field) && has(list, element)) return []
        list.push(element)
        return [{ kind: 'add', path: [...field, '-'], value: element }]
      })]
    }
    case 'replace':
      if (field.length === 0) return [{ kind: 'replace', path: [], value: withoutServerMembers(operation.value) }]
      if (target !== undefined) return [{ kind: 'replace', path: field, value: operation.value }]
      return added(document, field, operation.value, () => false)
    case 'remove': {
      const { value } = operation
      if (target === undefined) return []
      if (value === undefined || !isArray(target) || isElement) return value === undefined || isDeepStrictEqual(target, value) ? [{ kind: 'remove', path: field }] : []
      const left = [...target]
      const edits: JsonPatchOperation[] = []
      for (const wanted of isArray(value) ? value : [value]) {
        for (let position = left.findIndex(element => isDeepStrictEqual(element, wanted)); position >= 0; position = left.findIndex(element => isDeepStrictEqual(element, wanted))) {
          left.splice(position, 1)
          edits.push({ kind: 'remove', path: [...field, String(position)] })
          if (isArray(value) && !isSet(field)) break
        }
      }
      return edits
    }
    case 'increment': {
      const sum = (path: JsonPointer, value: JsonValue | undefined): readonly JsonPatchOperation[] => [
        { kind: 'test', path, value: value as number }, { kind: 'replace', path, value: value as number + operation.value }
      ]
      return isArray(target) ? target.flatMap((element, position) => sum([...field, String(position)], element)) : sum(field, target)
    }
    default:
      return transferred(document, operation, isSet)
  }
}

function transferred (document: JsonObject, { kind, from, field }: OfferedOperation & { kind: 'move' | 'copy' }, isSet: (pointer: JsonPointer) => boolean): readonly JsonPatchOperation[] {
  if (isDeepStrictEqual(from, field)) return []
  const removal: readonly JsonPatchOperation[] = kind === 'move' ? [{ kind: 'remove', path: from }] : []
  const after = naiveJsonPatch(document, removal)
  if (from[0] === '_id' || from[0] === '_rev') {
    // Added and removed again where the parents are: the text itself is known to the server alone.
    const edits = added(after, field, null, () => false)
    return edits.length === 1 ? [{ kind, from, path: field }] : [...edits.slice(0, -1), { kind, from, path: field }]
  }
  const value = at(document, from) as JsonValue
  if (field.length === 0) return [{ kind: 'add', path: [], value: withoutServerMembers(value) }]
  const edits = added(after, field, value, isSet)
  return edits.length === 1 ? [{ kind, from, path: field }] : [...removal, ...edits]
}

// Sets a member or inserts an element, after its parents, of which a null one is missing.
function added (document: JsonObject, field: JsonPointer, value: JsonValue, isSet: (pointer: JsonPointer) => boolean): readonly JsonPatchOperation[] {
  const list = field.slice(0, -1)
  const elements = at(document, list)
  if (isArray(elements) && isSet(list) && has(elements, value)) return []
  const parents = list.map((_, depth) => field.slice(0, depth + 1)).filter(path => (at(document, path) ?? null) === null)
  return [...parents.map((path): JsonPatchOperation => ({
    kind: at(document, path) === null ? 'replace' : 'add',
    path,
    value: path.length === list.length && field.at(-1) === '-' ? [] : {}
  })), { kind: 'add', path: isArray(elements) && Number(field.at(-1)) === elements.length ? [...list, '-'] : field, value }]
}

function has (list: readonly JsonValue[], value: JsonValue): boolean {
  return list.some(element => isDeepStrictEqual(element, value))
}

function withoutServerMembers (value: JsonValue): JsonValue {
  const { _id, _rev, ...members } = value as JsonObject
  return members
}
