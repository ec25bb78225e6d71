import type { QueryFilter } from '../crest/query-filter.ts'
import type { SortKey } from '../crest/sort-keys.ts'
import type { SortPosition } from '../crest/sort-order.ts'
import type { Awaitable, JsonObject, contentJson } from '../json.ts'

/** A document as it is stored. */
export interface StoredDocument {
  /** The id, unique in its collection; the empty string for the one document of a singleton. */
  readonly id: string
  /** Opaque, made of `etagc` characters (RFC 9110 section 8.8.3); never repeats for an id, not even after delete and re-creation. */
  readonly revision: string
  /** The content, without `_id` and `_rev`. Never to be changed in place. */
  readonly content: JsonObject
  /** The JSON text of the content, if the store has it at hand. */
  readonly [contentJson]?: string
}

/** What an id holds: a live document, a tombstone or an expired document, or nothing. */
export type Slot =
  | { readonly kind: 'document', readonly document: StoredDocument }
  | { readonly kind: 'gone' }
  | { readonly kind: 'absent' }

/** How a write ended. Everything but `written` left the store as it was. */
export type WriteOutcome =
  | { readonly kind: 'written', readonly document: StoredDocument }
  /** Insert only: the id holds a live document. */
  | { readonly kind: 'taken' }
  /** Insert only: the id holds a tombstone or an expired document. */
  | { readonly kind: 'gone' }
  /** Replace and remove: the id no longer holds a live document with the given revision. */
  | { readonly kind: 'changed' }
  /** Another live document has the same values at these JSON pointers, declared unique. */
  | { readonly kind: 'clash', readonly pointers: readonly string[] }

/** What the declaration of a resource asks of the store; the same object for every collection of that resource. */
export interface CollectionRules {
  /** Unique constraints: each a list of JSON pointers whose values together must not repeat. */
  readonly unique: ReadonlyArray<readonly string[]>
  /** JSON pointers that queries filter and sort by. */
  readonly indexes: readonly string[]
  /** JSON pointer to the RFC 3339 date-time after which a document is gone. */
  readonly expires: string | undefined
  /** Whether a deleted id stays gone: for ever (`true`), not at all (`false`), or that many milliseconds. */
  readonly tombstones: boolean | number
  /** Whether the path of the collection is the declared one, without parameters: no part of it comes from a request. Default false. */
  readonly isPathDeclared?: boolean
}

/** Which documents of a collection are asked for, in which order, and which part of them. */
export interface StoreQuery {
  /** What the documents match; frozen, and often the same object as in the query before. */
  readonly filter: QueryFilter
  /** Whether a document may be in the answer: the document-level rule of the declaration (`allow`). Documents that it refuses are treated as if they did not match: they are neither skipped by `offset` nor counted. Synchronous; what it throws rejects the query. Default all. */
  readonly accepts?: (document: StoredDocument) => boolean
  /** The primary key first; the id by code point decides at the end, and where there is no key. */
  readonly sortKeys: readonly SortKey[]
  /** Only documents after this position in the order, default all. */
  readonly after?: SortPosition
  /** How many documents to skip, default 0. */
  readonly offset?: number
  /** At most so many documents, default all. */
  readonly limit?: number
  /** Whether to count all documents that match too, default false. */
  readonly count?: boolean
  /** Whether an estimate will do where documents are counted, default false. A store may count all the same; with `accepts` it must. */
  readonly estimate?: boolean
}

/** The documents that were asked for, and how many match in all. */
export interface StoreQueryResult {
  /** In the order asked for; empty where none match. */
  readonly documents: readonly StoredDocument[]
  /** All live documents that match and are accepted, whatever `after`, `offset` and `limit` are; undefined where `count` was not asked for. */
  readonly total: number | undefined
  /** Whether `total` is an estimate, default false; only where one was asked for. */
  readonly estimated?: boolean
}

/** A write as `writeAll` of a collection takes it: the method of that name, with its arguments. */
export type CollectionWrite =
  | { readonly kind: 'insert', readonly id: string, readonly content: JsonObject, readonly json: string | undefined }
  | { readonly kind: 'replace', readonly id: string, readonly revision: string, readonly content: JsonObject, readonly json: string | undefined }

/** How one of several writes ended: with its outcome, or with what it threw. */
export type SettledWrite = PromiseSettledResult<WriteOutcome>

/**
 * The documents under one full path, path parameters filled in. Every method is atomic, and a promise that
 * resolves (or a plain return) means that the write is durable, as far as the store is.
 */
export interface StoreCollection {
  /** What `id` holds now. A tombstone whose time is over is absent; an expired document is gone until it is purged. */
  read (id: string): Awaitable<Slot>
  /** Adds a document with a new revision if `id` is absent and no unique constraint is broken. `json` is `JSON.stringify(content)`, where the caller has it; then the content is plain JSON. */
  insert (id: string, content: JsonObject, json?: string): Awaitable<WriteOutcome>
  /** Compare-and-set: replaces the content if `id` holds a live document with `revision`; a new revision is given. `json` as above. */
  replace (id: string, revision: string, content: JsonObject, json?: string): Awaitable<WriteOutcome>
  /** Compare-and-set: removes the document if `id` holds a live one with `revision`; returns what was removed. */
  remove (id: string, revision: string): Awaitable<WriteOutcome>
  /**
   * Many writes at the price of few, such as in one transaction: each ends as if they were made one after the other, and is
   * durable when all are settled. One that is refused keeps no other from being written. Left out by stores to which a
   * write alone is cheap.
   */
  writeAll? (writes: readonly CollectionWrite[]): Awaitable<readonly SettledWrite[]>
  /** The live documents that match and are accepted, as `queryPredicate` and `comparePositions` have it (Common REST, filters; ruling R16). */
  query (request: StoreQuery): Awaitable<StoreQueryResult>
  /** Removes expired documents (leaving tombstones where they are kept) and tombstones whose time is over; how many. */
  purge (): Awaitable<number>
}

/**
 * A few short texts that are kept with the documents and seen by every process on the same database: what was written is
 * read by all from then on, and outlasts them. The plugin keeps here which resources are disabled.
 */
export interface SharedState {
  /** All texts by name; empty where none were written. Called about twice a second. */
  read (): Awaitable<ReadonlyMap<string, string>>
  /** Puts `text` in place of what `name` stood for; undefined removes it. Durable when it is resolved. */
  write (name: string, text: string | undefined): Awaitable<void>
}

/**
 * Where documents live. One store may serve several apps; collections are keyed by full path.
 * `memoryStore()`, `sqliteStore()` and `postgresStore()` are bundled.
 */
export interface Store {
  /** The collection under `path`. Synchronous and cheap; does no input or output by itself. */
  collection (path: string, rules: CollectionRules): StoreCollection
  /** The paths of all collections that hold anything. */
  collections (): Awaitable<readonly string[]>
  /** A random secret, made on first use and kept with the documents: the default key of paging cookies. */
  secret (): Awaitable<string>
  /** What is shared with other processes; left out by stores that no other process sees. */
  readonly shared?: SharedState
  /** An app begins to use the store. */
  attach (): void
  /** An app is done with the store; the last one closes what the store opened itself. */
  detach (): Awaitable<void>
}
