import type { FastifyBaseLogger, FastifyRequest } from 'fastify'
import type { QueryFilter } from '../crest/query-filter.ts'
import type { PatchOperation } from '../crest/patch-operation.ts'
import type { SortKey } from '../crest/sort-keys.ts'
import type { Awaitable, JsonObject } from '../json.ts'
import type { Principal } from './principal.ts'

/** Path parameters, or the parameters of a query string: several values of one name are a list. */
export type Parameters = Readonly<Record<string, string | readonly string[]>>

/** A document as providers and in-process operations exchange it: `_id`, `_rev` and the content. */
export interface Document<Content = JsonObject> {
  /** The id within the collection; the empty string for a singleton. */
  readonly id: string
  /** Opaque; visible ASCII without double quotes, and not `*`. */
  readonly revision: string
  /** The content, without `_id` and `_rev`. */
  readonly content: Content
}

/** How the total of a query was found (Common REST's count policy): not at all, by estimate, exactly. */
export type CountPolicy = 'NONE' | 'ESTIMATE' | 'EXACT'

/** All count policies. */
export const countPolicies: readonly CountPolicy[] = Object.freeze(['NONE', 'ESTIMATE', 'EXACT'] as const)

/** One page of a query. */
export interface QueryResult<Content = JsonObject> {
  /** The documents of the page, in the order asked for; empty where none match. */
  readonly results: ReadonlyArray<Document<Content>>
  /** Opaque key of the next page; null on the last one. */
  readonly cookie?: string | null
  /** How many documents match in all, where `policy` is not `NONE`. */
  readonly total?: number
  /** What was done, default `NONE`. */
  readonly policy?: CountPolicy
}

/**
 * Adds a header field to the answer of the request; in process it does nothing. Names that the plugin answers for, such
 * as `ETag` or `Content-Type`, and values that are not printable ASCII are a mistake of the handler, 500.
 */
export type SetHeader = (name: string, value: string) => void

/** What every handler of a provider gets. */
export interface ProviderRequest {
  /** The path parameters. */
  readonly params: Readonly<Record<string, string>>
  /** The query parameters whose names do not begin with an underscore. */
  readonly parameters: Parameters
  /** Who asks; null without `authenticate`, and in process where none was passed. */
  readonly principal: Principal | null
  /** The HTTP request; undefined in process. */
  readonly request?: FastifyRequest | undefined
  /** Aborted when the client goes away, and when the time of the request is over (`limits.requestTime`). */
  readonly signal: AbortSignal
  /** The request's logger; in process that of the instance. */
  readonly log: FastifyBaseLogger
  /** Adds a header field to the answer. */
  readonly header: SetHeader
}

/** What the query handler gets beside {@link ProviderRequest}. */
export interface ProviderQuery extends ProviderRequest {
  /** What the documents must match, parsed: of `_queryFilter`, or of what a function of `queries` returned. Frozen; a literal `true` is every document. */
  readonly filter: QueryFilter
  /** The primary key first; empty leaves the order to the provider. */
  readonly sortKeys: readonly SortKey[]
  /** At most so many documents: 1 or more, within the bounds of the resource. */
  readonly pageSize: number
  /** The cookie of the page before; undefined on the first page. */
  readonly cookie: string | undefined
  /** How many documents to skip. */
  readonly offset: number
  /** What total is asked for; `NONE` where the request asks for none. */
  readonly count: CountPolicy
}

/**
 * Handlers instead of a store: any of the six operations; a missing one is an undeclared operation. A provider
 * without `patch` that has `read` and `update` gets `patch` from the plugin. `read` returning undefined is 404.
 * With `read`, the plugin judges existence and preconditions itself and passes the revision that it read on to
 * `update`, `patch` and `delete`: compare it with the stored one in the same step and throw `PreconditionFailed`
 * where they differ. Without `read`, a single entity tag of the request is passed on, and a list of tags is 501.
 */
export interface Provider<Content = JsonObject> {
  /** `id` is undefined where neither the client nor `createId` chose one. An id that is taken: throw `PreconditionFailed`. */
  create? (request: ProviderRequest & { readonly id: string | undefined, readonly content: Content }): Awaitable<Document<Content>>
  /** Undefined is 404; `Gone` may be thrown. */
  read? (request: ProviderRequest & { readonly id: string }): Awaitable<Document<Content> | undefined>
  /** Replaces the content. `revision` undefined: there is none to compare, or the singleton is absent. */
  update? (request: ProviderRequest & { readonly id: string, readonly content: Content, readonly revision: string | undefined }): Awaitable<Document<Content>>
  /**
   * Applies the operations of a Common REST patch in their order. `revision` undefined: there is none to compare. JSON
   * Patch and merge patch go through `read` and `update`; without these they are 415.
   */
  patch? (request: ProviderRequest & { readonly id: string, readonly operations: readonly PatchOperation[], readonly revision: string | undefined }): Awaitable<Document<Content>>
  /** Returns what was removed; may return nothing where the provider has `read`. */
  delete? (request: ProviderRequest & { readonly id: string, readonly revision: string | undefined }): Awaitable<Document<Content> | undefined>
  /** One page of the documents that match; `queryPredicate` and `comparePositions` say how Common REST matches and sorts. */
  query? (request: ProviderQuery): Awaitable<QueryResult<Content>>
}

/**
 * Returns its argument with its types: a provider that is declared apart from its resource.
 *
 * @example
 * const clock = provider({ read: () => ({ id: '', revision: String(Date.now()), content: { now: new Date().toISOString() } }) })
 */
export function provider<Content = JsonObject> (handlers: Provider<Content>): Provider<Content> {
  return handlers
}
