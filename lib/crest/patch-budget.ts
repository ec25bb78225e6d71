import { BadRequest } from '../errors.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import type { PatchLimits } from '../limits.ts'
import { canonicalJson, isJsonArray, jsonEqual } from './json-equal.ts'

/** What one patch has cost so far, and what is known of the values that it met. */
export interface PatchBudget {
  readonly limits: PatchLimits
  comparisons: number
  copied: number
  readonly measures: Map<object, Measure>
  readonly keys: Map<object, string>
}

/** The extent of a value: characters of its JSON text, and how many containers enclose one another in it. */
export interface Measure { readonly size: number, readonly depth: number }

/** A budget of which nothing is spent. */
export function startBudget (limits: PatchLimits): PatchBudget {
  return { limits, comparisons: 0, copied: 0, measures: new Map(), keys: new Map() }
}

/** Counts the visit of `count` elements; throws `BadRequest` beyond `patchComparisons`. */
export function countComparisons (budget: PatchBudget, count: number): void {
  budget.comparisons += count
  if (budget.comparisons > budget.limits.patchComparisons) throw new BadRequest('The patch compares or changes too many elements')
}

/**
 * Counts one copy of `value`, by the characters of its JSON text without white space and escapes; throws `BadRequest` beyond
 * `patchResultSize`. Twenty-four copies of a document into itself make it sixteen million times as large.
 */
export function countCopy (budget: PatchBudget, value: JsonValue): void {
  budget.copied += measure(budget, value).size
  if (budget.copied > budget.limits.patchResultSize) throw new BadRequest('The patch copies too much')
}

/**
 * The extent of `value`, in which a container that occurs many times is walked once.
 * Throws `BadRequest` for what is nested deeper than content may be.
 */
export function measure (budget: PatchBudget, value: JsonValue, level: number = 0): Measure {
  if (typeof value !== 'object' || value === null) return { size: scalarSize(value), depth: 0 }
  const known = budget.measures.get(value)
  if (known !== undefined) return known
  const { jsonDepth } = budget.limits
  if (level === jsonDepth) throw new BadRequest(`The patch nests values deeper than ${jsonDepth} levels`)
  const names = isJsonArray(value) ? undefined : Object.keys(value)
  const { length } = names ?? (value as readonly JsonValue[])
  // The members of a large object are found by hashing, several times slower.
  countComparisons(budget, names === undefined ? length : 4 * length)
  let size = 2
  let depth = 0
  for (let position = 0; position < length; position++) {
    const name = names?.[position]
    const child = name === undefined ? (value as readonly JsonValue[])[position] : (value as JsonObject)[name]
    if (child === undefined) continue
    const inner = measure(budget, child, level + 1)
    // With the comma, and the quotes and colon of a name.
    size += inner.size + 1 + (name === undefined ? 0 : name.length + 3)
    depth = Math.max(depth, inner.depth)
  }
  const found = { size, depth: depth + 1 }
  budget.measures.set(value, found)
  return found
}

/** {@link jsonEqual} at the cost of the smaller value, however often it is asked of a large one. */
export function equalWithin (budget: PatchBudget, a: JsonValue, b: JsonValue): boolean {
  // The extents of equal values are equal, and each is measured once.
  return measure(budget, a).size === measure(budget, b).size && jsonEqual(a, b)
}

/**
 * The same key for equal values: scalars themselves, containers a text that no string of a document is, as U+0000 is
 * refused. To be used in a `Map`, where `-0` is `0`.
 */
export function keyOf (budget: PatchBudget, value: JsonValue): unknown {
  if (typeof value !== 'object' || value === null) return value
  const known = budget.keys.get(value)
  if (known !== undefined) return known
  // First, as it refuses what is too deep.
  countComparisons(budget, measure(budget, value).size)
  const key = `\0${canonicalJson(value)}`
  budget.keys.set(value, key)
  return key
}

/** To be called before `container` is changed: nothing is known of it any more. */
export function forget (budget: PatchBudget, container: object): void {
  budget.measures.delete(container)
  budget.keys.delete(container)
}

function scalarSize (value: string | number | boolean | null): number {
  return typeof value === 'string' ? value.length + 2 : String(value).length
}
