import type { QuerySelection } from '../declare/handle.ts'
import type { Document } from '../declare/provider.ts'
import type { Awaitable } from '../json.ts'
import type { HeaderFields } from './header-fields.ts'

/** What `createClient` takes. */
export interface ClientOptions {
  /** What stands before the paths of resources, with or without a slash at its end; in a page it may be relative to it. */
  readonly baseUrl: string | URL
  /** How requests are sent. Default the global `fetch`. */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>
  /** Header fields of every request, or a function that is asked for them before each, for tokens that expire. Default none. */
  readonly headers?: HeaderFields | (() => Awaitable<HeaderFields>)
  /** How often and how long a 503 with `Retry-After` is waited for. */
  readonly retry?: RetryOptions
}

/**
 * Bounds of the repetition of requests that were answered 503 with a `Retry-After`. Only what cannot be done twice is sent
 * again: reads, queries, writes that name the revision which they change, and creates that name an id.
 */
export interface RetryOptions {
  /** How often a request is sent at most, the first time included: 1 never repeats. Default 3. */
  readonly attempts?: number
  /** How long one call waits at most, in milliseconds in all. What would take longer is thrown at once. Default 30,000. */
  readonly maxWait?: number
}

/** What every operation of a client may name. */
export interface ClientCallOptions {
  /** Values of the path parameters; needed where the path has some. */
  readonly params?: Readonly<Record<string, string>>
  /** Header fields beside those of the client, which they replace. Those that the operation sets itself win. */
  readonly headers?: HeaderFields
  /** Gives the call up: it rejects with the signal's reason, also while it waits. */
  readonly signal?: AbortSignal
}

/** Options of the operations that answer a document, or a part of it. */
export interface ClientReadOptions extends ClientCallOptions {
  /** Field projection, such as `['name', 'address/city']`. */
  readonly fields?: readonly string[]
}

/** Options of the operations that compare revisions. */
export interface ClientRevisionOptions extends ClientCallOptions {
  /** The revision that is changed, sent as `If-Match`; `'*'` is any. Default the condition in `headers`, without one the revision that is known. */
  readonly revision?: string
}

/** What a query over HTTP asks for: beside what one in process does, the queries that the resource declares. */
export interface ClientQueryOptions<SortKey extends string = string> extends ClientCallOptions, QuerySelection<SortKey> {
  /** The name of a query that the resource declares in `queries`, instead of `filter`. */
  readonly queryId?: string
  /** The parameters of that query. */
  readonly parameters?: Readonly<Record<string, string>>
}

/** What a call of an action may name beside its content. */
export interface ClientActionOptions extends ClientCallOptions {
  /** The parameters of the call. */
  readonly parameters?: Readonly<Record<string, string>>
}

/** Options of `edit`. */
export interface EditOptions extends ClientCallOptions {
  /** How often a lost race is tried in all. Default 10. */
  readonly attempts?: number
}

/**
 * Makes the next content of a document: returns it, or changes `content`, which is its own, in place and returns nothing; where
 * that leaves it as it was, nothing is written. Called again with the newer document whenever a race was lost.
 */
export type Edit<Content> = (content: Content, document: Document<Content>) => Awaitable<Content | undefined> | Awaitable<void>
