import { comparePositions, sortPosition } from '../../crest/sort-order.ts'
import type { SortPosition } from '../../crest/sort-order.ts'
import type { ToCompared } from './judge.ts'
import type { QueryPlan } from './query-plan.ts'
import type { StoreQuery, StoredDocument } from '../store.ts'

/** Takes the documents that match, or what stands for them in their store, one by one, and keeps those of the page. */
export interface PageCollector<Candidate = StoredDocument> {
  /** Takes one more; false as soon as no other one can change the page. */
  add (candidate: Candidate): boolean
  /** The page, in the order of the query. */
  documents (): readonly Candidate[]
}

type PageRequest = Pick<StoreQuery, 'sortKeys' | 'after' | 'offset' | 'limit'>

/** For documents that come in the order of the query, from behind `after`: skips `offset`, keeps `limit`. */
export function collectInOrder<Candidate = StoredDocument> ({ offset = 0, limit = Infinity }: PageRequest): PageCollector<Candidate> {
  const page: Candidate[] = []
  let skip = offset
  return {
    add (candidate) {
      if (skip > 0) skip--
      else if (page.length < limit) page.push(candidate)
      return page.length < limit
    },
    documents: () => page
  }
}

/** In which order a plan comes to documents. */
export type PlanOrder = Pick<QueryPlan, 'kind' | 'sorted'>

/** The collector for documents that come as `plan` says, from {@link startOfPage} on. */
export function collectPage<Candidate> ({ sorted, kind }: PlanOrder, request: PageRequest, toCompared: ToCompared<Candidate>): PageCollector<Candidate> {
  return sorted ? collectInOrder(request) : collectSorted(request, toCompared, kind === 'walk')
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
 */
export function collectSorted<Candidate> ({ sortKeys, after, offset = 0, limit = Infinity }: PageRequest, toCompared: ToCompared<Candidate>, byFirstKey: boolean = false): PageCollector<Candidate> {
  const most = offset + limit
  const firstKey = sortKeys.slice(0, 1)
  const first: Array<Placed<Candidate>> = []
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
    add (candidate) {
      if (limit === 0) return false
      const position = sortPosition(toCompared(candidate), sortKeys)
      if (after !== undefined && comparePositions(sortKeys, position, after) <= 0) return true
      if (byFirstKey && previous !== undefined && first.length >= most && comparePositions(firstKey, { ...position, id: '' }, { ...previous, id: '' }) !== 0) return false
      previous = position
      if (last !== undefined && comparePositions(sortKeys, position, last) > 0) return true
      first.push({ position, candidate })
      // Sorted once for as many as are wanted: an ordered map would be searched for each.
      if (first.length >= most * 2) sort()
      return true
    },
    documents () {
      sort()
      return first.slice(offset).map(({ candidate }) => candidate)
    }
  }
}

interface Placed<Candidate> {
  readonly position: SortPosition
  readonly candidate: Candidate
}
