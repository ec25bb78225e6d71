import { comparePositions, sortPosition } from '../../crest/sort-order.ts'
import type { SortPosition } from '../../crest/sort-order.ts'
import { itself } from './judge.ts'
import type { ToCompared } from './judge.ts'
import type { QueryPlan } from './query-plan.ts'
import type { StoreQuery, StoredDocument } from '../store.ts'

/** Takes the documents that match, one by one, and keeps those of the page. */
export interface PageCollector {
  /** Takes one more; false as soon as no other one can change the page. */
  add (document: StoredDocument): boolean
  /** The page, in the order of the query. */
  documents (): readonly StoredDocument[]
}

type PageRequest = Pick<StoreQuery, 'sortKeys' | 'after' | 'offset' | 'limit'>

/** For documents that come in the order of the query, from behind `after`: skips `offset`, keeps `limit`. */
export function collectInOrder ({ offset = 0, limit = Infinity }: PageRequest): PageCollector {
  const page: StoredDocument[] = []
  let skip = offset
  return {
    add (document) {
      if (skip > 0) skip--
      else if (page.length < limit) page.push(document)
      return page.length < limit
    },
    documents: () => page
  }
}

/** In which order a plan comes to documents. */
export type PlanOrder = Pick<QueryPlan, 'kind' | 'sorted'>

/** The collector for documents that come as `plan` says, from {@link startOfPage} on. */
export function collectPage ({ sorted, kind }: PlanOrder, request: PageRequest, toCompared: ToCompared = itself): PageCollector {
  return sorted ? collectInOrder(request) : collectSorted(request, kind === 'walk', toCompared)
}

/** Where a way begins: behind a position or, without an id, before all documents that have its values. */
export interface PageStart {
  readonly values: SortPosition['values']
  readonly id: string | undefined
}

/** Where a plan begins for the page behind `after`; undefined where it goes to all documents. */
export function startOfPage ({ sorted, kind }: PlanOrder, after: SortPosition | undefined): PageStart | undefined {
  if (after === undefined || sorted) return after
  // In the order of the first sort key: with all documents that have the same value there.
  return kind === 'walk' ? { values: after.values.slice(0, 1), id: undefined } : undefined
}

/**
 * For documents in any order: sorts those behind `after`, never holding more than twice `offset` and `limit` of them.
 *
 * @param byFirstKey whether the documents come in the order of the first sort key: then the end is known before the last
 * @param toCompared how sort keys see a document, where that costs less than its content
 */
export function collectSorted ({ sortKeys, after, offset = 0, limit = Infinity }: PageRequest, byFirstKey: boolean = false, toCompared: ToCompared = itself): PageCollector {
  const most = offset + limit
  const firstKey = sortKeys.slice(0, 1)
  const first: Placed[] = []
  /** Behind it nothing is wanted, once so many have been found. */
  let last: SortPosition | undefined
  let previous: SortPosition | undefined
  const sort = (): void => {
    first.sort((a, b) => comparePositions(sortKeys, a.position, b.position))
    if (first.length < most) return
    first.length = most
    last = first.at(-1)?.position
  }
  return {
    add (document) {
      if (limit === 0) return false
      const position = sortPosition(toCompared(document), sortKeys)
      if (after !== undefined && comparePositions(sortKeys, position, after) <= 0) return true
      if (byFirstKey && previous !== undefined && first.length >= most && comparePositions(firstKey, { ...position, id: '' }, { ...previous, id: '' }) !== 0) return false
      previous = position
      if (last !== undefined && comparePositions(sortKeys, position, last) > 0) return true
      first.push({ position, document })
      // Sorted once for as many as are wanted: an ordered map would be searched for each.
      if (first.length >= most * 2) sort()
      return true
    },
    documents () {
      sort()
      return first.slice(offset).map(({ document }) => document)
    }
  }
}

interface Placed {
  readonly position: SortPosition
  readonly document: StoredDocument
}
