import { foldCase } from '../../crest/case-folding.ts'
import { compareCodePoints } from '../../crest/code-points.ts'
import { compareComparables, ranks, soleComparableAt } from '../../crest/comparable.ts'
import type { Comparable, ComparedDocument } from '../../crest/comparable.ts'
import type { JsonPointer } from '../../crest/json-pointer.ts'
import { toSortValue } from '../../crest/sort-order.ts'
import type { SpanEnd, ValueSpan } from '../../crest/value-span.ts'
import { indexEntries, parts } from '../query/index-entries.ts'
import { DeferredMap } from './deferred-map.ts'

/** Where an entry of an index stands: by value, then by id, then by part. Also a place between entries. */
export interface IndexKey extends Comparable {
  /** Undefined is behind all ids. */
  readonly id: string | undefined
  readonly part: (typeof parts)[keyof typeof parts]
}

/** The keys of a document in an index, in order: one by itself, as nearly all are, which takes half as much memory. */
export type IndexKeys = IndexKey | readonly IndexKey[]

/** For each index of a collection, in their order, the keys of a document in it. */
export type EntryKeys = readonly IndexKeys[]

/** The numbers of the documents of a collection by what they have at one pointer, expired ones included. */
export interface MemoryIndex {
  /**
   * The keys of the entries of a document.
   *
   * @param former those of a document with the same id: where they are the same, they themselves are returned
   */
  readonly keysOf: (document: ComparedDocument, former?: IndexKeys) => IndexKeys
  readonly entries: DeferredMap<IndexKey, number>
  /** How many entries are one of several values: where there is none, each document has one entry. */
  compared: number
}

/** An empty index of `pointer`, with all the entries that {@link indexEntries} names. */
export function createMemoryIndex (pointer: JsonPointer): MemoryIndex {
  return createIndex((document, former) => {
    const sole = soleComparableAt(document, pointer)
    // Most documents have one value, most changes leave it as it is, and to make what is there would be garbage.
    if (sole === undefined || toSortValue(sole) !== sole) return indexEntries(document, pointer).map(({ rank, value, part }) => ({ rank, value, id: document.id, part }))
    return former !== undefined && isOnly(former, sole) ? former : { rank: sole.rank, value: sole.value, id: document.id, part: parts.only }
  })
}

/** An empty index of the ids that are not the form that filters compare: the others are found by themselves. */
export function createFoldedIdIndex (): MemoryIndex {
  return createIndex(({ id }, former) => {
    if (former !== undefined) return former
    const folded = foldCase(id)
    return folded === id ? nowhere : { rank: ranks.string, value: folded, id, part: parts.only }
  })
}

/** No keys. */
export const nowhere: readonly never[] = Object.freeze([])

function isOnly (keys: IndexKeys, { rank, value }: Comparable): boolean {
  return isOne(keys) && keys.part === parts.only && keys.rank === rank && keys.value === value
}

function isOne (keys: IndexKeys): keys is IndexKey {
  return !Array.isArray(keys)
}

function listOf (keys: IndexKeys): readonly IndexKey[] {
  return isOne(keys) ? [keys] : keys
}

function createIndex (keysOf: MemoryIndex['keysOf']): MemoryIndex {
  return { keysOf, entries: new DeferredMap(compareIndexKeys), compared: 0 }
}

/** The order of an index. */
export function compareIndexKeys (a: IndexKey, b: IndexKey): number {
  if (a.rank !== b.rank || a.value !== b.value) return compareComparables(a, b)
  return compareIds(a.id, b.id) || a.part - b.part
}

function compareIds (a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined)
  return compareCodePoints(a, b)
}

/**
 * Moves a document from the keys that it had to those that it has.
 *
 * @param everywhere whether to set its number also where it stays, as it is another one
 */
export function moveEntry (index: MemoryIndex, former: IndexKeys, next: IndexKeys, number: number, everywhere: boolean): void {
  if (former === next && !everywhere) return
  const { entries } = index
  const [before, after] = [listOf(former), listOf(next)]
  for (const key of without(before, after)) entries.delete(key)
  for (const key of everywhere ? after : without(after, before)) entries.set(key, number)
  index.compared += comparedOf(after) - comparedOf(before)
}

/** The keys that are not among others; both are in order. */
function without (keys: readonly IndexKey[], others: readonly IndexKey[]): readonly IndexKey[] {
  if (others.length === 0) return keys
  let at = 0
  return keys.filter((key) => {
    let difference = -1
    for (; at < others.length; at++) {
      difference = compareIndexKeys(others[at] as IndexKey, key)
      if (difference >= 0) break
    }
    return difference !== 0
  })
}

function comparedOf (keys: readonly IndexKey[]): number {
  let count = 0
  for (const { part } of keys) if (part === parts.compared) count++
  return count
}

/** The place before all entries of a value. */
export function beforeValue ({ rank, value }: Comparable): IndexKey {
  return { rank, value, id: '', part: parts.only }
}

/** The place behind all entries of a value. */
export function behindValue ({ rank, value }: Comparable): IndexKey {
  return { rank, value, id: undefined, part: parts.only }
}

/** The place behind the entries that a document has for a value. */
export function behindDocument ({ rank, value }: Comparable, id: string): IndexKey {
  return { rank, value, id: nextId(id), part: parts.only }
}

/** The first of all ids behind `id`. */
export function nextId (id: string): string {
  return `${id}\0`
}

/** The place before the entries of a span. */
export function startOfSpan ({ rank, from }: ValueSpan): IndexKey {
  return from === undefined ? beforeRank(rank) : besideEnd(rank, from, from.inclusive)
}

/** The place behind the entries of a span. */
export function endOfSpan ({ rank, to }: ValueSpan): IndexKey {
  // What spans is a scalar, and so not of the last rank.
  return to === undefined ? beforeRank((rank + 1) as Comparable['rank']) : besideEnd(rank, to, !to.inclusive)
}

function besideEnd (rank: Comparable['rank'], { value }: SpanEnd, before: boolean): IndexKey {
  return before ? beforeValue({ rank, value }) : behindValue({ rank, value })
}

/** The place before all entries of a rank. */
export function beforeRank (rank: Comparable['rank']): IndexKey {
  return beforeValue({ rank, value: rank === ranks.string ? '' : -Infinity })
}
