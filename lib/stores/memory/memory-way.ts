import type { ValueSpan } from '../../crest/value-span.ts'
import { parts } from '../query/index-entries.ts'
import { behindDocument, endOfSpan, nextId, startOfSpan } from './memory-index.ts'
import type { IndexKey, MemoryIndex } from './memory-index.ts'
import type { MemoryIndexes } from './memory-indexes.ts'
import { range, walkDown, walkUp } from './memory-walk.ts'
import type { Way } from './memory-walk.ts'
import type { OrderedMap } from '../query/ordered-map.ts'
import type { PageStart } from '../query/page-collector.ts'
import type { IndexCondition, QueryAccess } from '../query/query-plan.ts'

/**
 * The way to documents that a plan has chosen, through the collection as it is at the time of the call. A way in the
 * order of the query starts behind `after`.
 */
export function openWay (indexes: MemoryIndexes, access: QueryAccess, after: PageStart | undefined): Way {
  switch (access.kind) {
    case 'nothing': return []
    case 'ids': return indexes.documents.ordered.clone().values(after?.id === undefined ? undefined : nextId(after.id))
    case 'walk': {
      const entries = entriesOf(indexes, access.index)
      return (access.descending ? walkDown : walkUp)(entries, access.span, after)
    }
    case 'group': {
      const start = startOfSpan(access.point)
      return range(entriesOf(indexes, access.index), after?.id === undefined ? start : behindDocument(start, after.id), endOfSpan(access.point), parts.sorted)
    }
    case 'gather': return gather(indexes, access.conditions)
  }
}

function entriesOf (indexes: MemoryIndexes, index: string): OrderedMap<IndexKey, number> {
  // Plans name the indexes that there are.
  return (indexes.get(index) as MemoryIndex).entries.ordered.clone()
}

function gather (indexes: MemoryIndexes, conditions: readonly IndexCondition[]): Way {
  const ways = conditions.flatMap((condition) => waysOf(indexes, condition))
  const [first, ...others] = ways
  const scattered = conditions.some(({ index }) => (indexes.get(index)?.compared ?? 0) > 0)
  return first !== undefined && others.length === 0 && !scattered ? first : once(ways)
}

/** The ways to the entries of a condition, one or two for each span. */
export function waysOf (indexes: MemoryIndexes, { index, spans }: IndexCondition): readonly Way[] {
  const declared = indexes.get(index)
  const { entries } = declared ?? indexes.foldedIds
  const snapshot = entries.ordered.clone()
  const along = (span: ValueSpan): Way => range(snapshot, startOfSpan(span), endOfSpan(span), parts.sorted)
  return declared === undefined ? spans.flatMap((span) => [ownId(indexes, span), along(span)]) : spans.map(along)
}

/** The document whose id is the value itself, a folded text. An id that is another one when folded is in the index of those. */
function ownId ({ documents }: MemoryIndexes, { from }: ValueSpan): Way {
  return typeof from?.value === 'string' ? [documents.ordered.get(from.value)] : []
}

/** Leads to each document once. */
function * once (ways: readonly Way[]): Generator<number | undefined, void> {
  const isNew = newcomers()
  for (const way of ways) {
    for (const number of way) yield number !== undefined && isNew(number) ? number : undefined
  }
}

// A larger one takes too long to grow.
const mostInSet = 100_000

/** Tells whether a number comes for the first time. */
function newcomers (): (number: number) => boolean {
  let newest = new Set<number>()
  const sets = [newest]
  return (number) => {
    for (const seen of sets) if (seen.has(number)) return false
    if (newest.size === mostInSet) sets.push(newest = new Set())
    newest.add(number)
    return true
  }
}
