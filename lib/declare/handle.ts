import type { JsonValue } from '../json.ts'
import type { CountPolicy, Document, QueryResult } from './provider.ts'
import type { PlaceOf, SortKeyOf } from './pointer-of.ts'
import type { Principal } from './principal.ts'
import type { ResourceKind } from './definition.ts'
import type { ActionCaller, AnyActions } from './action-of.ts'

/** Options of `disable`. */
export interface DisableOptions {
  /** When to come back: seconds, or an instant (one in the past is sent as 0). */
  readonly retryAfter?: number | Date
  /** Sent as the message of the 503. */
  readonly message?: string
  /** `'writes'` leaves GET, HEAD and OPTIONS working. Default `'all'`. */
  readonly methods?: 'all' | 'writes'
  /** In every process on the same store, also in those that start later; default only in this one. */
  readonly shared?: boolean
}

/** Options of `enable`. */
export interface EnableOptions {
  /** In every process on the same store, also in those that start later; default only in this one. */
  readonly shared?: boolean
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

/** Which documents a query asks for, in which order, and how they are paged. */
export interface QuerySelection<SortKey extends string = string> {
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

/** What an in-process query asks for. */
export interface QueryOptions<SortKey extends string = string> extends CallOptions, QuerySelection<SortKey> {}

/** What an in-process call of an action may name beside its content. */
export interface ActionOptions extends CallOptions {
  /** The parameters of the call. */
  readonly parameters?: Readonly<Record<string, string>>
}

/** One page of a query, in process and of a client. */
export interface QueryPage<Content> extends QueryResult<Content> {
  /** Opaque key of the next page; null on the last one. */
  readonly cookie: string | null
  /** -1 where nothing was counted. */
  readonly total: number
  /** How `total` was found; `NONE` where nothing was counted. */
  readonly policy: CountPolicy
}

/** An operation that sets what is at a place. */
interface SetOperation<Field> {
  /** `'add'` sets a member, inserts at an index or appends to an array; `'replace'` sets. */
  readonly operation: 'add' | 'replace'
  /** Where, such as `'/name/first'` or `'/tags/-'`; the leading `/` is optional, `''` is the whole content. */
  readonly field: Field
  /** What to add or set; null is no value. */
  readonly value: JsonValue
  readonly from?: never
}

/** An operation that removes what is at a place. */
interface RemoveOperation<Field> {
  readonly operation: 'remove'
  /** Where, such as `'/age'` or `'/tags/0'`; the leading `/` is optional. */
  readonly field: Field
  /** Only what equals it is removed. */
  readonly value?: JsonValue
  readonly from?: never
}

/** An operation that adds to a number, or to each of an array of numbers. */
interface IncrementOperation<Field> {
  readonly operation: 'increment'
  /** Where, such as `'/visits'`; the leading `/` is optional. */
  readonly field: Field
  /** How much; negative to subtract. */
  readonly value: number
  readonly from?: never
}

/** An operation that takes a value from one place to another. */
interface TransferOperation<Field, From> {
  /** `'move'` removes what is at `from`, `'copy'` leaves it. */
  readonly operation: 'move' | 'copy'
  /** Where to, such as `'/name/first'` or `'/tags/-'`; the leading `/` is optional. */
  readonly field: Field
  /** Where from. */
  readonly from: From
  readonly value?: never
}

/**
 * A Common REST patch operation, as an in-process `patch` takes it. Where the schema says what the members are, `field`
 * and `from` are places that contents can have; the type without arguments takes any text, for operations that are made
 * at run time.
 *
 * @example
 * const operations: PatchOperationInput[] = names.map((name) => ({ operation: 'remove', field: `/${name}` }))
 */
export type PatchOperationInput<Content = unknown, Field extends string = string, From extends string = string> =
  | SetOperation<PlaceOf<Content, Field, '-'> | '' | '/'>
  | RemoveOperation<PlaceOf<Content, Field>>
  | IncrementOperation<PlaceOf<Content, Field>>
  | TransferOperation<PlaceOf<Content, Field, '-'>, PlaceOf<Content, From>>

/** The switch of a resource: what handles of every kind have. */
interface HandleBase {
  /** The full path, prefix included. */
  readonly path: string
  /** Whether it is enabled in this process; false in both modes of disabling. */
  readonly enabled: boolean
  /** How it is disabled in this process: `null`, `'writes'` or `'all'`. */
  readonly disabled: null | 'writes' | 'all'
  /**
   * Answers 503 from the next request on, until `enable`, in every process on the same store: at once in this one, within a
   * second in the others, and still after a restart. Resolves when that is durable. An `enable` without `shared` holds in its
   * process until the next shared change.
   *
   * @throws ResourceError where the store fails (nothing has changed then), CREST_ERR_STORE_NOT_SHARED where it shares nothing,
   *   CREST_ERR_INVALID_OPTION; all as rejections
   * @example
   * await users.disable({ shared: true, retryAfter: 120, message: 'Back in two minutes' })
   */
  disable (options: DisableOptions & { readonly shared: true }): Promise<this>
  /**
   * Answers 503 from the next request on, until `enable`, in this process.
   *
   * @throws CREST_ERR_INVALID_OPTION
   * @example
   * users.disable({ methods: 'writes' })
   */
  disable (options?: DisableOptions & { readonly shared?: false }): this
  /** As the one or the other, where only the running program knows which. */
  disable (options: DisableOptions): this | Promise<this>
  /**
   * Ends `disable` in every process on the same store, as `disable` begins it.
   *
   * @throws as `disable` with `shared`
   * @example
   * await users.enable({ shared: true })
   */
  enable (options: EnableOptions & { readonly shared: true }): Promise<this>
  /**
   * Ends `disable` in this process; also a shared one, until the next shared change.
   *
   * @throws CREST_ERR_INVALID_OPTION
   * @example
   * users.enable()
   */
  enable (options?: EnableOptions & { readonly shared?: false }): this
  /** As the one or the other, where only the running program knows which. */
  enable (options: EnableOptions): this | Promise<this>
  /** Removes expired documents and tombstones whose time is over; resolves to how many. */
  purge (): Promise<number>
}

/** The handle of a collection. Operations throw `ResourceError`; results are the caller's own copies. */
export interface CollectionHandle<Content = Record<string, unknown>, Actions = AnyActions> extends HandleBase {
  /** Tells this handle from that of a singleton. */
  readonly kind: 'collection'
  /** Adds a document; an id that is taken or tombstoned is 409. */
  create (content: Content, options?: CallOptions & { readonly id?: string }): Promise<Document<Content>>
  /** Reads a document; absent is 404, tombstoned or expired 410. */
  read (id: string, options?: CallOptions & { readonly fields?: readonly string[] }): Promise<Document<Content>>
  /** Replaces a document; absent is 404, another revision 412, a required revision that is missing 428. */
  update (id: string, content: Content, options?: RevisionOptions): Promise<Document<Content>>
  /** Changes members of a document by Common REST patch operations. */
  patch<const Field extends string = never, const From extends string = never> (id: string, operations: ReadonlyArray<PatchOperationInput<Content, Field, From>>, options?: RevisionOptions): Promise<Document<Content>>
  /** Removes a document and returns what it was. */
  delete (id: string, options?: RevisionOptions): Promise<Document<Content>>
  /** One page of the documents that match. */
  query<const Key extends string = never> (options?: QueryOptions<SortKeyOf<Content, Key>>): Promise<QueryPage<Content>>
  /** Calls an action on the collection, or with `id` on an instance. */
  readonly action: ActionCaller<Actions, ActionOptions & { readonly id?: string }>
}

/** The handle of a singleton: as {@link CollectionHandle}, without ids. */
export interface SingletonHandle<Content = Record<string, unknown>, Actions = AnyActions> extends HandleBase {
  /** Tells this handle from that of a collection. */
  readonly kind: 'singleton'
  /** Reads the singleton; absent is 404. */
  read (options?: CallOptions & { readonly fields?: readonly string[] }): Promise<Document<Content>>
  /** Replaces the content, or creates the singleton where it is absent. */
  update (content: Content, options?: RevisionOptions): Promise<Document<Content>>
  /** Changes members by Common REST patch operations. */
  patch<const Field extends string = never, const From extends string = never> (operations: ReadonlyArray<PatchOperationInput<Content, Field, From>>, options?: RevisionOptions): Promise<Document<Content>>
  /** Calls an action. */
  readonly action: ActionCaller<Actions, ActionOptions>
}

/** The handle of any resource, as `app.resources` holds it. */
export type ResourceHandle<Content = Record<string, unknown>, Actions = AnyActions> = CollectionHandle<Content, Actions> | SingletonHandle<Content, Actions>

/** The handle of a resource of a kind. */
export type HandleOf<Kind extends ResourceKind, Content, Actions = AnyActions> = Kind extends 'singleton' ? SingletonHandle<Content, Actions> : CollectionHandle<Content, Actions>
