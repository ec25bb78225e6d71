import type { MemoryIndexes } from './memory-indexes.ts'
import { waysOf } from './memory-way.ts'
import type { IndexKnowledge } from '../query/query-plan.ts'

/** About so many entries are counted to plan one query, a few milliseconds' worth. */
const mostCounted = 40_000
// However many clauses a filter has, one that selects next to nothing is found.
const leastCounted = 64

/**
 * What is known about indexes to plan one query. What is too much to count is so many that anything less is better, but
 * still fewer than no bound.
 */
export function knowledgeOf (indexes: MemoryIndexes): IndexKnowledge {
  let remaining = mostCounted
  return {
    has: (index) => indexes.get(index) !== undefined,
    isScattered: (index) => (indexes.get(index)?.compared ?? 0) > 0,
    count (conditions, most) {
      const enough = Math.min(most, Math.max(leastCounted, remaining >> 2))
      let counted = 0
      for (const way of conditions.flatMap((condition) => waysOf(indexes, condition))) {
        for (const number of way) {
          if (number !== undefined) counted++
          remaining--
          if (counted >= enough) return Math.min(most, Number.MAX_SAFE_INTEGER)
        }
      }
      return counted
    }
  }
}
