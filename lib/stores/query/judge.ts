import type { ComparedDocument } from '../../crest/comparable.ts'
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
 * @param toCompared how the filter sees a document, where that costs less than its content
 */
export function judgeOf (filter: QueryFilter | undefined, accepts: Judge | undefined, toCompared: ToCompared = itself): Judge | undefined {
  if (filter === undefined) return accepts
  const matches = queryPredicate(filter)
  return accepts === undefined ? (document) => matches(toCompared(document)) : (document) => matches(toCompared(document)) && accepts(document)
}

/** What filters and orders look at, of a stored document. */
export type ToCompared = (document: StoredDocument) => ComparedDocument

/** The document as it is. */
export const itself: ToCompared = (document) => document
