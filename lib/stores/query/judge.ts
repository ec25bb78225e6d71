import type { ComparedDocument } from '../../crest/comparable.ts'
import type { QueryFilter } from '../../crest/query-filter.ts'
import { queryPredicate } from '../../crest/query-predicate.ts'
import type { StoredDocument } from '../store.ts'

/** Says of one document, or of what stands for one in its store, whether it belongs in the answer. */
export type Judge<Candidate = StoredDocument> = (candidate: Candidate) => boolean

/** What filters and orders look at, of a document or what stands for it. */
export type ToCompared<Candidate> = (candidate: Candidate) => ComparedDocument

/**
 * What is to be said of each document: what `filter` says, then what `accepts` does, which may cost more and is asked
 * only about what matches. Undefined where nothing is left to be said, so that nobody needs to look.
 *
 * @param filter undefined where the way to the documents has judged all of it
 */
export function judgeOf<Candidate> (filter: QueryFilter | undefined, accepts: Judge<Candidate> | undefined, toCompared: ToCompared<Candidate>): Judge<Candidate> | undefined {
  if (filter === undefined) return accepts
  const matches = queryPredicate(filter)
  return accepts === undefined ? (candidate) => matches(toCompared(candidate)) : (candidate) => matches(toCompared(candidate)) && accepts(candidate)
}

/** A document, where it stands for itself. */
export const itself: ToCompared<StoredDocument> = (document) => document
