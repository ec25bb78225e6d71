import { BadRequest } from '../errors.ts'
import type { JsonValue } from '../json.ts'
import { cannot, openArray, own, overwrite } from './document-draft.ts'
import type { Draft } from './document-draft.ts'
import { isJsonArray } from './json-equal.ts'
import { arrayIndex, resolvePointer } from './json-pointer.ts'
import type { JsonPointer } from './json-pointer.ts'
import { countComparisons, keyOf } from './patch-budget.ts'

/** Appends `values` to the array at `field`, to a set only what it has not yet; an array is made where there is none. */
export function appendTo (draft: Draft, kind: string, field: JsonPointer, values: readonly JsonValue[]): void {
  const list = openArray(draft, kind, field)
  // Not push(...values): a long list of arguments overflows the stack.
  for (const value of draft.isSet(field) ? missingFrom(draft, list, values) : values) list.push(value)
}

/**
 * Removes what equals `value` from the array at `field`. An array of values removes one match of each, from a set all of
 * them; any other value removes all that equal it.
 */
export function removeFrom (draft: Draft, field: JsonPointer, list: readonly JsonValue[], value: JsonValue): void {
  countComparisons(draft.budget, list.length)
  const once = isJsonArray(value) && !draft.isSet(field)
  const wanted = new Map<unknown, number>()
  for (const element of isJsonArray(value) ? value : [value]) {
    const key = keyOf(draft.budget, element)
    wanted.set(key, (wanted.get(key) ?? 0) + 1)
  }
  const left = list.filter(element => {
    const key = keyOf(draft.budget, element)
    const matches = wanted.get(key) ?? 0
    if (once && matches > 0) wanted.set(key, matches - 1)
    return matches === 0
  })
  if (left.length < list.length) overwrite(draft, 'remove', field, own(draft, left))
}

/** Whether `field` is the end of a set: `-`, the only position that a set has. */
export function isEndOfSet (draft: Draft, field: JsonPointer): boolean {
  const list = field.slice(0, -1)
  return field.at(-1) === '-' && isJsonArray(resolvePointer(draft.root, list)) && draft.isSet(list)
}

/** Throws `BadRequest` where `field` leads through, or to, a position of a set. */
export function refuseSetPositions (draft: Draft, kind: string, field: JsonPointer): void {
  let container: JsonValue | undefined = draft.root
  for (const [depth, token] of field.entries()) {
    const isPosition = isJsonArray(container) && (token === '-' || arrayIndex(token) !== undefined)
    if (isPosition && draft.isSet(field.slice(0, depth))) throw new BadRequest(cannot(draft, kind, field, 'a set has no positions'))
    container = resolvePointer(container, [token])
  }
}

function missingFrom (draft: Draft, list: readonly JsonValue[], values: readonly JsonValue[]): Iterable<JsonValue> {
  countComparisons(draft.budget, list.length)
  const missing = new Map<unknown, JsonValue>()
  for (const value of values) {
    const key = keyOf(draft.budget, value)
    if (!missing.has(key)) missing.set(key, value)
  }
  for (const element of list) missing.delete(keyOf(draft.budget, element))
  return missing.values()
}
