import assert from 'node:assert/strict'
import { idsOf, sameDocument } from './expectations.ts'
import { parseQueryFilter } from '../crest/query-filter-parser.ts'
import { queryPredicate } from '../crest/query-predicate.ts'
import { parseSortKeys } from '../crest/sort-keys.ts'
import { comparePositions, sortPosition } from '../crest/sort-order.ts'
import type { StoreCollection, StoredDocument, StoreQuery } from '../stores/store.ts'

/** The query in which a filter and sort keys are written as in a URL. */
export function ask (filter: string, sort: string = '', rest: Partial<StoreQuery> = {}): StoreQuery {
  return { filter: parseQueryFilter(filter), sortKeys: sort === '' ? [] : parseSortKeys([sort]), ...rest }
}

/** What a query must answer, given all live documents: by looking at each of them. */
export function referenceAnswer (query: StoreQuery, documents: readonly StoredDocument[]): { readonly documents: readonly StoredDocument[], readonly total: number } {
  const { filter, sortKeys, accepts = () => true, after, offset = 0, limit = Infinity } = query
  const matching = documents.filter(queryPredicate(filter)).filter(accepts).map((document) => ({ document, position: sortPosition(document, sortKeys) }))
  matching.sort((a, b) => comparePositions(sortKeys, a.position, b.position))
  const behind = matching.filter(({ position }) => after === undefined || comparePositions(sortKeys, position, after) > 0)
  return { documents: behind.slice(offset, offset + limit).map(({ document }) => document), total: matching.length }
}

/** Fails unless the collection answers a query as {@link referenceAnswer}; `documents` are all that live in it. */
export async function answersAsReference (collection: StoreCollection, documents: readonly StoredDocument[], query: StoreQuery): Promise<void> {
  const answer = await collection.query(query)
  const expected = referenceAnswer(query, documents)
  const shown = JSON.stringify({ ...query, accepts: query.accepts?.toString() }).slice(0, 1000)
  assert.deepEqual({ query: shown, ids: idsOf(answer.documents) }, { query: shown, ids: idsOf(expected.documents) })
  assert.deepEqual({ query: shown, total: answer.total }, { query: shown, total: query.count === true ? expected.total : undefined })
  for (const [n, document] of expected.documents.entries()) sameDocument(answer.documents[n], document)
}

/**
 * Asks for all of the answer and for a part of it: a page, one by number or by position, or none. Which part it is changes
 * with `turn`, so that many queries ask for all kinds and each stays cheap.
 */
export async function answersInParts (collection: StoreCollection, documents: readonly StoredDocument[], query: StoreQuery, turn: number): Promise<void> {
  await answersAsReference(collection, documents, { ...query, count: true })
  const after = sortPosition(documents[(turn * 7) % documents.length] as StoredDocument, query.sortKeys)
  const parts: readonly Partial<StoreQuery>[] = [
    { limit: 4 },
    { offset: 3, limit: 5, count: true },
    { after, limit: 5 },
    { after, offset: 1, count: true },
    { limit: 0, count: true }
  ]
  await answersAsReference(collection, documents, { ...query, ...parts[turn % parts.length] })
}
