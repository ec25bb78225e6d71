import { createHash } from 'node:crypto'
import { andThen } from '../awaitable.ts'
import type { AnyDefinition } from '../declare/definition.ts'
import type { Document, Provider, ProviderQuery, ProviderRequest, QueryResult } from '../declare/provider.ts'
import { canonicalJson } from '../crest/json-equal.ts'
import { createPaging } from '../crest/paging.ts'
import type { PagingKeys } from '../crest/paging.ts'
import { printQueryFilter } from '../crest/query-filter-printer.ts'
import type { QueryFilter } from '../crest/query-filter.ts'
import type { SortKey } from '../crest/sort-keys.ts'
import { sortPosition } from '../crest/sort-order.ts'
import type { SortPosition } from '../crest/sort-order.ts'
import { withoutStack } from '../error-stack.ts'
import { Conflict, Gone, PreconditionFailed } from '../errors.ts'
import type { Awaitable, JsonObject } from '../json.ts'
import type { CollectionRules, Slot, Store, StoreCollection, StoreQuery, StoreQueryResult, StoredDocument, WriteOutcome } from '../stores/store.ts'
import { isObserved, observeStore } from '../observe.ts'
import type { JudgedQuery } from './allowed-pages.ts'
import { collectionPath, isCollectionOf } from './collection-path.ts'

/** The provider that stands on a store, and what the resource needs of the store beside the operations. */
export interface StoreProvider {
  readonly provider: Required<Omit<Provider, 'patch'>>
  /** Purges every collection of the resource; resolves to how many rows were touched. */
  readonly purge: () => Promise<number>
}

type Params = ProviderRequest['params']

/** What writes hand on beside: the JSON text of the content, if it has been made. */
interface WithText { readonly json?: string }
type CreateRequest = Parameters<Required<Provider>['create']>[0] & WithText
type UpdateRequest = Parameters<Required<Provider>['update']>[0] & WithText

/** What the definition asks of its store. */
export function rulesOf (path: string, { unique = [], indexes = [], expires, tombstones = false }: AnyDefinition): CollectionRules {
  return { unique: unique.map((pointers) => typeof pointers === 'string' ? [pointers] : pointers), indexes, expires, tombstones, isPathDeclared: !path.includes(':') }
}

/** Builds the provider of a collection from a store. Every write is one compare-and-set of the store, every query one of its queries. */
export function collectionProvider (store: Store, path: string, rules: CollectionRules, keys: PagingKeys | undefined, declaredPaths: () => Iterable<string>): StoreProvider {
  const at = collections(store, path, rules)
  const paging = createPaging(keys ?? (() => store.secret()))
  return {
    purge: () => purge(store, path, rules, [...declaredPaths()]),
    provider: {
      read: ({ id, params }) => andThen(at(params).read(id), found),
      create: ({ id, content, params, json }: CreateRequest) => andThen(at(params).insert(id as string, content, json), written),
      update: ({ id, content, revision, params, json }: UpdateRequest) => andThen(at(params).replace(id, revision as string, content, json), written),
      delete: ({ id, revision, params }) => andThen(at(params).remove(id, revision as string), written),
      query (request) {
        const { params, cookie } = request
        if (cookie === undefined) return andThen(at(params).query(toStoreQuery(request, undefined)), (result) => toPage(request, result))
        return andThen(paging.open(cookie, describeQuery(path, request)), (after) =>
          andThen(at(params).query(toStoreQuery(request, after)), (result) => toPage(request, result)))
      }
    }
  }

  function toPage (request: ProviderQuery, { documents, total, estimated = false }: StoreQueryResult): Awaitable<QueryResult> {
    const { pageSize, sortKeys } = request
    const toResult = (results: readonly StoredDocument[], cookie: string | null): QueryResult =>
      total === undefined ? { results, cookie } : { results, cookie, total, policy: estimated ? 'ESTIMATE' : 'EXACT' }
    if (documents.length <= pageSize) return toResult(documents, null)
    const results = documents.slice(0, pageSize)
    const last = sortPosition(results.at(-1) as StoredDocument, sortKeys)
    return andThen(paging.seal(last, describeQuery(path, request)), (cookie) => toResult(results, cookie))
  }
}

function toStoreQuery (request: ProviderQuery, after: SortPosition | undefined): StoreQuery {
  const { filter, sortKeys, pageSize, offset, count, accepts } = request as ProviderQuery & JudgedQuery
  // One document more than the page tells whether another page follows.
  const query: { -readonly [Member in keyof StoreQuery]: StoreQuery[Member] } = {
    filter, sortKeys, offset, limit: pageSize + 1, count: count !== 'NONE', estimate: count === 'ESTIMATE'
  }
  if (after !== undefined) query.after = after
  if (accepts !== undefined) query.accepts = accepts
  return query
}

// Filters are shared by requests that say the same, and so are sort keys.
const described = new WeakMap<QueryFilter, { readonly collection: string, readonly sortKeys: readonly SortKey[], readonly text: string }>()

/** What a cookie is bound to: the collection, the filter and the order. The size of the page and its fields may change. */
function describeQuery (path: string, { filter, sortKeys, params }: ProviderQuery): string {
  const collection = collectionPath(path, params)
  const before = described.get(filter)
  if (before !== undefined && before.collection === collection && before.sortKeys === sortKeys) return before.text
  const text = JSON.stringify([collection, printQueryFilter(filter), sortKeys.map(({ pointer, descending }) => [descending, ...pointer])])
  described.set(filter, { collection, sortKeys, text })
  return text
}

/** The id under which a store keeps the one document of a singleton. */
const singletonId = ''

/** Builds the provider of a singleton from a store. Until its first write it shows `initial`, if given (ruling R4). */
export function singletonProvider (store: Store, path: string, rules: CollectionRules, initial: JsonObject | undefined): Pick<StoreProvider['provider'], 'read' | 'update'> {
  const at = collections(store, path, rules)
  const first = initial === undefined ? undefined : { id: singletonId, revision: initialRevision(initial), content: initial }
  return {
    read: ({ params }) => andThen(at(params).read(singletonId), (slot) => slot.kind === 'document' ? slot.document : first),
    async update ({ content, revision, params }) {
      const creates = revision === undefined || (revision === first?.revision && (await at(params).read(singletonId)).kind === 'absent')
      return written(await (creates ? at(params).insert(singletonId, content) : at(params).replace(singletonId, revision, content)))
    }
  }
}

/** A hash, so that processes and restarts agree on it. */
function initialRevision (initial: JsonObject): string {
  return `initial-${createHash('sha256').update(canonicalJson(initial)).digest('base64url')}`
}

/** The collection for each set of path parameters; the one of a path without parameters is opened once. */
function collections (store: Store, path: string, rules: CollectionRules): (params: Params) => StoreCollection {
  if (!path.includes(':')) {
    const only = observedCollection(store, path, rules)
    return () => only
  }
  return (params) => observedCollection(store, collectionPath(path, params), rules)
}

/** A collection whose calls are told on the diagnostics channel of stores. */
function observedCollection (store: Store, collection: string, rules: CollectionRules): StoreCollection {
  const opened = store.collection(collection, rules)
  return {
    read: (id) => isObserved() ? observeStore(() => opened.read(id), { collection, call: 'read', id }) : opened.read(id),
    insert: (id, content, json) => isObserved() ? observeStore(() => opened.insert(id, content, json), { collection, call: 'insert', id }) : opened.insert(id, content, json),
    replace: (id, revision, content, json) => isObserved() ? observeStore(() => opened.replace(id, revision, content, json), { collection, call: 'replace', id }) : opened.replace(id, revision, content, json),
    remove: (id, revision) => isObserved() ? observeStore(() => opened.remove(id, revision), { collection, call: 'remove', id }) : opened.remove(id, revision),
    query: (request) => isObserved() ? observeStore(() => opened.query(request), { collection, call: 'query' }) : opened.query(request),
    purge: () => isObserved() ? observeStore(() => opened.purge(), { collection, call: 'purge' }) : opened.purge()
  }
}

function found (slot: Slot): Document | undefined {
  if (slot.kind === 'gone') throw withoutStack(() => new Gone('The document is gone'))
  return slot.kind === 'document' ? slot.document : undefined
}

function written (outcome: WriteOutcome): Document {
  switch (outcome.kind) {
    case 'written': return outcome.document
    case 'gone': throw new Gone('The document is gone')
    case 'taken': throw new PreconditionFailed('The id is taken')
    case 'changed': throw new PreconditionFailed('The document has changed')
    case 'clash': throw new Conflict('Another document has the same unique values', { detail: { pointers: outcome.pointers } })
  }
}

async function purge (store: Store, path: string, rules: CollectionRules, declaredPaths: readonly string[]): Promise<number> {
  let touched = 0
  for (const name of await store.collections()) {
    // A resource at the literal path has rules of its own; the router prefers it too.
    if (isCollectionOf(path, name) && (path === name || !declaredPaths.includes(name))) touched += await observedCollection(store, name, rules).purge()
  }
  return touched
}
