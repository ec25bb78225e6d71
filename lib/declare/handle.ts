import type { JsonValue } from '../json.ts'
import type { CountPolicy, Document, QueryResult } from './provider.ts'
import type { SortKeyOf } from './pointer-of.ts'
import type { Principal } from './principal.ts'
import type { ResourceKind } from './definition.ts'

/** Options of `disable`. */
export interface DisableOptions {
  /** When to come back: seconds, or an instant (one in the past is sent as 0). */
  readonly retryAfter?: number | Date
  /** Sent as the message of the 503. */
  readonly message?: string
  /** `'writes'` leaves GET, HEAD and OPTIONS working. Default `'all'`. */
  readonly methods?: 'all' | 'writes'
}

/** What every in-process operation may name. */
export interface CallOptions {
  /** With a principal, `authorize` is asked; without one the call is trusted. */
  readonly principal?: Principal
  /** Values of the path parameters; needed where the path has some. */
  readonly params?: Readonly<Record<string, string>>
}

/** Options of the in-process operations that compare revisions. */
export interface RevisionOptions extends CallOptions {
  /** Acts as one `If-Match` tag; `'*'` is any revision. */
  readonly revision?: string
}

/** What an in-process query asks for. */
export interface QueryOptions<SortKey extends string = string> extends CallOptions {
  /** Query filter expression, default `true`. The tag `queryFilter` writes values into one. */
  readonly filter?: string
  /**
   * What the documents are sorted by, the primary key first: names of members or JSON pointers, descending with a `-` in
   * front, at most 8. Where the schema says what the members are, only those. Default none, which sorts by `_id`.
   *
   * @example
   * await users.query({ sortKeys: ['-age', 'name/last', '_id'] })
   */
  readonly sortKeys?: readonly SortKey[]
  /** Documents in a page; default and maximum as over HTTP. */
  readonly pageSize?: number
  /** The cookie of the page before. */
  readonly cookie?: string
  /** Documents to skip. */
  readonly offset?: number
  /** Field projection, such as `['name', 'address/city']`. */
  readonly fields?: readonly string[]
  /** Default `'NONE'`. */
  readonly count?: CountPolicy
}

/** One page of an in-process query. */
export interface QueryPage<Content> extends QueryResult<Content> {
  /** Opaque key of the next page; null on the last one. */
  readonly cookie: string | null
  /** -1 where nothing was counted. */
  readonly total: number
  /** How `total` was found; `NONE` where nothing was counted. */
  readonly policy: CountPolicy
}

/** A Common REST patch operation, as an in-process `patch` takes it. */
export interface PatchOperationInput {
  /** The kind, such as `'add'`, `'remove'` or `'replace'`; case is ignored. */
  readonly operation: string
  /** JSON pointer to what is changed, such as `'/name/first'`; the leading `/` is optional. */
  readonly field: string
  /** What to add or set; on `remove`, only what equals it is removed. Null counts as absent. */
  readonly value?: JsonValue
  /** JSON pointer to the source of `move` and `copy`; not allowed elsewhere. */
  readonly from?: string
}

/** The switch of a resource: what handles of every kind have. */
interface HandleBase {
  /** The full path, prefix included. */
  readonly path: string
  /** False in both modes of disabling. */
  readonly enabled: boolean
  /** `null`, `'writes'` or `'all'`. */
  readonly disabled: null | 'writes' | 'all'
  /** Answers 503 from the next request on, until `enable`. */
  disable (options?: DisableOptions): this
  /** Ends `disable`. */
  enable (): this
  /** Removes expired documents and tombstones whose time is over; resolves to how many. */
  purge (): Promise<number>
}

/** The handle of a collection. Operations throw `ResourceError`; results are the caller's own copies. */
export interface CollectionHandle<Content = Record<string, unknown>> extends HandleBase {
  /** Tells this handle from that of a singleton. */
  readonly kind: 'collection'
  /** Adds a document; an id that is taken or tombstoned is 409. */
  create (content: Content, options?: CallOptions & { readonly id?: string }): Promise<Document<Content>>
  /** Reads a document; absent is 404, tombstoned or expired 410. */
  read (id: string, options?: CallOptions & { readonly fields?: readonly string[] }): Promise<Document<Content>>
  /** Replaces a document; absent is 404, another revision 412, a required revision that is missing 428. */
  update (id: string, content: Content, options?: RevisionOptions): Promise<Document<Content>>
  /** Changes members of a document by Common REST patch operations. */
  patch (id: string, operations: readonly PatchOperationInput[], options?: RevisionOptions): Promise<Document<Content>>
  /** Removes a document and returns what it was. */
  delete (id: string, options?: RevisionOptions): Promise<Document<Content>>
  /** One page of the documents that match. */
  query<const Key extends string = never> (options?: QueryOptions<SortKeyOf<Content, Key>>): Promise<QueryPage<Content>>
  /** Calls an action on the collection, or with `id` on an instance. */
  action (name: string, options?: CallOptions & { readonly id?: string, readonly content?: JsonValue, readonly parameters?: Readonly<Record<string, string>> }): Promise<unknown>
}

/** The handle of a singleton: as {@link CollectionHandle}, without ids. */
export interface SingletonHandle<Content = Record<string, unknown>> extends HandleBase {
  /** Tells this handle from that of a collection. */
  readonly kind: 'singleton'
  /** Reads the singleton; absent is 404. */
  read (options?: CallOptions & { readonly fields?: readonly string[] }): Promise<Document<Content>>
  /** Replaces the content, or creates the singleton where it is absent. */
  update (content: Content, options?: RevisionOptions): Promise<Document<Content>>
  /** Changes members by Common REST patch operations. */
  patch (operations: readonly PatchOperationInput[], options?: RevisionOptions): Promise<Document<Content>>
  /** Calls an action. */
  action (name: string, options?: CallOptions & { readonly content?: JsonValue, readonly parameters?: Readonly<Record<string, string>> }): Promise<unknown>
}

/** The handle of any resource, as `app.resources` holds it. */
export type ResourceHandle<Content = Record<string, unknown>> = CollectionHandle<Content> | SingletonHandle<Content>

/** The handle of a resource of a kind. */
export type HandleOf<Kind extends ResourceKind, Content> = Kind extends 'singleton' ? SingletonHandle<Content> : CollectionHandle<Content>
