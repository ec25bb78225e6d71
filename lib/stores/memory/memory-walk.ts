import { compareComparables, nothingComparable, ranks } from '../../crest/comparable.ts'
import type { ValueSpan } from '../../crest/value-span.ts'
import { parts } from '../query/index-entries.ts'
import { beforeRank, beforeValue, behindDocument, behindValue, compareIndexKeys, endOfSpan, startOfSpan } from './memory-index.ts'
import type { IndexKey } from './memory-index.ts'
import type { OrderedMap } from '../query/ordered-map.ts'
import type { PageStart } from '../query/page-collector.ts'

/** Small steps, of which each leads to the number of a document or, undefined, to none. */
export type Way = Iterable<number | undefined>

type Steps = Generator<number | undefined, void>
type IndexEntries = OrderedMap<IndexKey, number>

/** The entries from `low` to before `high` but those of one part, which are empty steps. */
export function * range (entries: IndexEntries, low: IndexKey | undefined, high: IndexKey | undefined, skipped: IndexKey['part']): Steps {
  const last = high === undefined ? entries.maxKey() : entries.nextLowerKey(high)
  if (last === undefined || (low !== undefined && compareIndexKeys(last, low) < 0)) return
  for (const [key, number] of entries.entries(low, [])) {
    yield key.part === skipped ? undefined : number
    if (key === last) return
  }
}

/** Values ascend, and so do the ids of equal values: all entries or those of one span, from behind `after`. */
export function walkUp (entries: IndexEntries, span: ValueSpan | undefined, after: PageStart | undefined): Way {
  const low = span && startOfSpan(span)
  const behind = after && behindPosition(after)
  return range(entries, behind === undefined ? low : latest(low, behind), span && endOfSpan(span), parts.compared)
}

/** As {@link walkUp}, but values descend. The ids of equal values still ascend, and what has no value still comes last. */
export function * walkDown (entries: IndexEntries, span: ValueSpan | undefined, after: PageStart | undefined): Steps {
  const none = beforeRank(ranks.none)
  const low = span && startOfSpan(span)
  const high = span === undefined ? none : endOfSpan(span)
  const behind = after && behindPosition(after)
  if (behind === undefined) {
    yield * groupsDown(entries, low, high)
  } else if (behind.rank !== ranks.none) {
    yield * range(entries, latest(low, behind), earliest(high, behindValue(behind)), parts.compared)
    yield * groupsDown(entries, low, earliest(high, beforeValue(behind)))
  }
  if (span === undefined) yield * range(entries, latest(behind, none), undefined, parts.compared)
}

/** A group of equal values is turned around in memory if it is no longer than this, otherwise looked up by its value. */
const longGroup = 32

/** From the last value before `high` to the first one behind `low`, which are not in the midst of a value. */
function * groupsDown (entries: IndexEntries, low: IndexKey | undefined, high: IndexKey): Steps {
  const first = low === undefined ? entries.minKey() : entries.getPairOrNextHigher(low)?.[0]
  if (first === undefined) return
  for (let end = high; compareIndexKeys(first, end) < 0;) {
    let value = end
    let group: number[] = []
    for (const [key, number] of entries.entriesReversed(end, [], true)) {
      if (compareComparables(key, value) !== 0) {
        yield * group.reverse()
        group = []
        value = key
      }
      if (group.length === longGroup) break
      if (key.part === parts.compared) yield undefined
      else group.push(number)
      if (key === first) break
    }
    yield * group.length === longGroup ? range(entries, beforeValue(value), behindValue(value), parts.compared) : group.reverse()
    end = beforeValue(value)
  }
}

function behindPosition ({ values: [value = nothingComparable], id }: PageStart): IndexKey {
  return id === undefined ? beforeValue(value) : behindDocument(value, id)
}

function latest (a: IndexKey | undefined, b: IndexKey): IndexKey {
  return a !== undefined && compareIndexKeys(a, b) > 0 ? a : b
}

function earliest (a: IndexKey, b: IndexKey): IndexKey {
  return compareIndexKeys(a, b) < 0 ? a : b
}
