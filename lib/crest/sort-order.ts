import type { JsonValue } from '../json.ts'
import { compareCodePoints, startOf } from './code-points.ts'
import { compareComparables, nothingComparable, ranks, someValueAt, toComparable } from './comparable.ts'
import type { Comparable, ComparedDocument } from './comparable.ts'
import { isJsonArray } from './json-equal.ts'
import type { JsonPointer } from './json-pointer.ts'
import type { SortKey } from './sort-keys.ts'

/** Sort keys compare so many UTF-16 units of a string: 256, but no half pair of surrogates. What is longer would not fit into a paged results cookie. */
export const sortedLength: number = 256

/** Where a document stands in an order: what it has for each sort key, and its id, which makes the order total. */
export interface SortPosition {
  readonly values: readonly Comparable[]
  readonly id: string
}

/** What `document` has for a sort key: the smallest scalar at the pointer, strings cut to {@link sortedLength} (ruling R16). */
export function sortValueAt (document: ComparedDocument, pointer: JsonPointer): Comparable {
  let smallest = nothingComparable
  const look = (scalar: JsonValue): void => {
    const comparable = toComparable(scalar)
    if (comparable !== undefined && compareComparables(comparable, smallest) < 0) smallest = comparable
  }
  someValueAt(document, pointer, (value) => {
    if (isJsonArray(value)) value.forEach(look)
    else look(value)
    return false
  })
  return toSortValue(smallest)
}

/** A scalar as sort keys compare it. */
export function toSortValue (scalar: Comparable): Comparable {
  const { rank, value } = scalar
  return typeof value === 'string' && value.length > sortedLength ? { rank, value: startOf(value, sortedLength) } : scalar
}

/** Where `document` stands in the order of `sortKeys`. */
export function sortPosition (document: ComparedDocument, sortKeys: readonly SortKey[]): SortPosition {
  return { values: sortKeys.map(({ pointer }) => sortValueAt(document, pointer)), id: document.id }
}

/** Compares positions in the order of `sortKeys`: what has no value comes last both ways, the id decides at the end. */
export function comparePositions (sortKeys: readonly SortKey[], a: SortPosition, b: SortPosition): number {
  for (let index = 0; index < sortKeys.length; index++) {
    const { descending } = sortKeys[index] as SortKey
    const difference = compareSorted(a.values[index] ?? nothingComparable, b.values[index] ?? nothingComparable, descending)
    if (difference !== 0) return difference
  }
  return compareCodePoints(a.id, b.id)
}

function compareSorted (a: Comparable, b: Comparable, descending: boolean): number {
  const difference = compareComparables(a, b)
  const oneIsLast = (a.rank === ranks.none) !== (b.rank === ranks.none)
  return descending && !oneIsLast ? -difference : difference
}
