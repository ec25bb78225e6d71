import type { QueryFilter } from '../../crest/query-filter.ts'
import { queryPredicate } from '../../crest/query-predicate.ts'
import type { StoredDocument } from '../store.ts'

/** Says of one document whether it belongs in the answer. */
export type Judge = (document: StoredDocument) => boolean

/**
 * What is to be said of each document: what `filter` says, then what `accepts` does, which may cost more and is asked
 * only about what matches. Undefined where nothing is left to be said, so that nobody needs to look.
 *
 * @param filter undefined where the way to the documents has judged all of it
 */
export function judgeOf (filter: QueryFilter | undefined, accepts: Judge | undefined): Judge | undefined {
  if (filter === undefined) return accepts
  const matches = queryPredicate(filter)
  return accepts === undefined ? matches : (document) => matches(document) && accepts(document)
}
