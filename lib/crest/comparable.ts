import type { JsonObject, JsonValue } from '../json.ts'
import { foldCase } from './case-folding.ts'
import { compareCodePoints } from './code-points.ts'
import { isJsonArray } from './json-equal.ts'
import { arrayIndex } from './json-pointer.ts'
import type { JsonPointer } from './json-pointer.ts'

/** What filters and sort keys look at: `_id` and `_rev` are fields like those of the content. */
export interface ComparedDocument {
  readonly id: string
  readonly revision: string
  readonly content: JsonObject
}

/** The order of kinds: booleans < numbers < strings < what cannot be compared (ruling R16). */
export const ranks: { readonly boolean: 1, readonly number: 2, readonly string: 3, readonly none: 4 } =
  Object.freeze({ boolean: 1, number: 2, string: 3, none: 4 } as const)

/** A scalar as filters and sort keys compare it. Two are comparable if they have the same rank. */
export interface Comparable {
  readonly rank: (typeof ranks)[keyof typeof ranks]
  /** 0 and 1 for booleans, numbers as they are, strings folded; 0 where the rank is `none`. */
  readonly value: number | string
}

/** What stands for a missing or null field, and for an object or an array without scalars. */
export const nothingComparable: Comparable = Object.freeze({ rank: ranks.none, value: 0 })

/** A JSON value as it compares; undefined for null, arrays and objects, which never do (Common REST, filter evaluation). */
export function toComparable (value: JsonValue | undefined): Comparable | undefined {
  switch (typeof value) {
    case 'boolean': return { rank: ranks.boolean, value: value ? 1 : 0 }
    // -0 and 0 are equal, and have one form.
    case 'number': return { rank: ranks.number, value: value + 0 }
    case 'string': return { rank: ranks.string, value: foldCase(value) }
    default: return undefined
  }
}

/** By rank, then by value: numbers by size, strings by code point (ruling R16). */
export function compareComparables (a: Comparable, b: Comparable): number {
  if (a.rank !== b.rank) return a.rank - b.rank
  if (typeof a.value === 'number' && typeof b.value === 'number') return a.value < b.value ? -1 : a.value > b.value ? 1 : 0
  return compareCodePoints(String(a.value), String(b.value))
}

/**
 * Whether any value that `pointer` addresses satisfies `test`. A token that is no position tries each object of an array
 * (Common REST divergence D-18); an array at the end of the pointer is one value. Own properties only.
 *
 * @example
 * someValueAt({ id, revision, content: { address: [{ city: 'Paris' }] } }, ['address', 'city'], (value) => value === 'Paris') // true
 */
export function someValueAt (document: ComparedDocument, pointer: JsonPointer, test: (value: JsonValue) => boolean): boolean {
  const [first] = pointer
  if (first === '_id' || first === '_rev') return pointer.length === 1 && test(first === '_id' ? document.id : document.revision)
  return someBelow(document.content, pointer, 0, test)
}

/** All scalars that a filter on `pointer` compares: an array at its end stands for its elements. */
export function comparablesAt (document: ComparedDocument, pointer: JsonPointer): readonly Comparable[] {
  const found: Comparable[] = []
  someValueAt(document, pointer, (value) => {
    for (const scalar of isJsonArray(value) ? value : [value]) {
      const comparable = toComparable(scalar)
      if (comparable !== undefined) found.push(comparable)
    }
    return false
  })
  return found
}

/**
 * The scalar at the end of a pointer that leads through objects alone, as it compares: what nearly all documents have. Undefined
 * where there is none, and where there may be several.
 */
export function soleComparableAt ({ content }: ComparedDocument, pointer: JsonPointer): Comparable | undefined {
  const [first] = pointer
  if (first === '_id' || first === '_rev') return undefined
  let value: JsonValue | undefined = content
  for (const token of pointer) {
    if (typeof value !== 'object' || value === null || isJsonArray(value)) return undefined
    value = Object.hasOwn(value, token) ? (value as JsonObject)[token] : undefined
  }
  return toComparable(value)
}

function someBelow (start: JsonValue, pointer: JsonPointer, from: number, test: (value: JsonValue) => boolean): boolean {
  let value: JsonValue | undefined = start
  for (let at = from; at < pointer.length; at++) {
    if (typeof value !== 'object' || value === null) return false
    const token = pointer[at] as string
    if (isJsonArray(value)) {
      const position = arrayIndex(token)
      if (position === undefined) return token !== '-' && value.some((element) => isMembered(element) && someBelow(element, pointer, at, test))
      value = value[position]
    } else {
      value = Object.hasOwn(value, token) ? (value as JsonObject)[token] : undefined
    }
  }
  return value !== undefined && test(value)
}

// An array inside an array has no members: arrays of arrays never match (Common REST, filter evaluation).
function isMembered (value: JsonValue): boolean {
  return typeof value === 'object' && value !== null && !isJsonArray(value)
}
