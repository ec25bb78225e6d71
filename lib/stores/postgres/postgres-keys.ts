import { createHash } from 'node:crypto'
import { ranks } from '../../crest/comparable.ts'
import type { Comparable, ComparedDocument } from '../../crest/comparable.ts'
import { toSortValue } from '../../crest/sort-order.ts'
import { uniqueKeys } from '../../crest/unique.ts'
import type { UniqueKey } from '../../crest/unique.ts'
import { tokensOf } from '../query/declared-indexes.ts'
import { indexEntries, parts } from '../query/index-entries.ts'
import { expiryOf } from '../../crest/expiry.ts'
import type { CollectionRules } from '../store.ts'

/* Comparables as texts in whose order of bytes they compare, so that one index serves booleans, numbers and strings alike. */

/** What a document is found by, as columns keep it: JSON texts, null where there is nothing to keep. */
export interface DocumentKeys {
  /** The sort key under each index: `{ pointer: key }`. */
  readonly sorted: string | null
  /** Where a document has other values to be compared than its sort key: `{ pointer: [key, …] }`. */
  readonly compared: string | null
  /** What is claimed under each unique constraint: `{ pointers: hash }`. */
  readonly claims: string | null
  /** Milliseconds since the epoch. */
  readonly expires: number | null
}

/** The keys of a document under the indexes of its collection and these rules. `expiry` reads its end, and may refuse it. */
export function documentKeys (document: ComparedDocument, indexes: readonly string[], rules: CollectionRules, expiry: typeof expiryOf = expiryOf): DocumentKeys {
  const sorted: Record<string, string> = {}
  const compared: Record<string, readonly string[]> = {}
  for (const pointer of indexes) {
    const [first, ...others] = indexEntries(document, tokensOf(pointer))
    if (first === undefined) continue
    sorted[pointer] = sortKey(first)
    if (first.part === parts.sorted && others.length > 0) compared[pointer] = others.map(comparedKey)
  }
  const claims = Object.fromEntries(uniqueKeys(rules.unique, document.content).map((key) => [constraintName(key.pointers), claimOf(key)]))
  return {
    sorted: textOf(sorted),
    compared: textOf(compared),
    claims: textOf(claims),
    expires: expiry(rules.expires, document.content) ?? null
  }
}

/**
 * The expression for a column of ids as statements answer it: behind a mark, since PGlite takes a U+FEFF at the beginning of a
 * text for a byte order mark and drops it. {@link unmarked} reads it.
 */
export function marked (column: string): string {
  return `'.' || ${column}`
}

/** The id behind its mark. */
export function unmarked (id: string): string {
  return id.slice(1)
}

/** The name of a unique constraint: the same wherever it is declared. */
export function constraintName (pointers: readonly string[]): string {
  return JSON.stringify(pointers)
}

/** The values that are claimed, in a length that an index takes. */
export function claimOf ({ key }: UniqueKey): string {
  return hash(key)
}

/** A comparable as documents are sorted by it: strings are cut. */
export function sortKey (comparable: Comparable): string {
  return boundKey(toSortValue(comparable))
}

/**
 * A comparable as it is compared. A long string is its beginning, what comes after every other character, and a hash of
 * the whole: equal only to itself, and in its place among all shorter ones.
 */
export function comparedKey (comparable: Comparable): string {
  const cut = toSortValue(comparable)
  return cut.value === comparable.value ? boundKey(comparable) : `${boundKey(cut)}\u{10ffff}${hash(String(comparable.value))}`
}

/** A comparable as the end of a span, never cut. */
export function boundKey ({ rank, value }: Pick<Comparable, 'rank' | 'value'>): string {
  if (rank === ranks.none) return String(rank)
  return `${rank}${rank === ranks.number ? numberKey(Number(value)) : value}`
}

/** Whether a comparable is too long for a span to end there: what is cut cannot be told from it. */
export function isCut (comparable: Pick<Comparable, 'rank' | 'value'>): boolean {
  return toSortValue(comparable).value !== comparable.value
}

const bits = new DataView(new ArrayBuffer(8))

// The bits of doubles are in the order of their sizes, but for the sign (IEEE 754 section 3.4).
function numberKey (value: number): string {
  bits.setFloat64(0, value)
  const whole = bits.getBigUint64(0)
  const ordered = (whole >> 63n) === 1n ? ~whole & 0xffffffffffffffffn : whole | (1n << 63n)
  return ordered.toString(16).padStart(16, '0')
}

function hash (text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}

function textOf (members: Readonly<Record<string, unknown>>): string | null {
  return Object.keys(members).length === 0 ? null : JSON.stringify(members)
}
