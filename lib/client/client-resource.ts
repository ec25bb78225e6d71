import type { ActionCaller, AnyActions } from '../declare/action-of.ts'
import type { PatchOperationInput } from '../declare/handle.ts'
import type { SortKeyOf } from '../declare/pointer-of.ts'
import type { Document } from '../declare/provider.ts'
import type { ActionsIn, ContentIn, KindIn } from './definition-of.ts'
import type { ClientActionOptions, ClientCallOptions, ClientQueryOptions, ClientReadOptions, ClientRevisionOptions, Edit, EditOptions } from './options.ts'
import type { ClientQuery } from './query.ts'

/**
 * A collection over HTTP: the operations of its handle. Results are the caller's own.
 *
 * They reject with a `ResourceError`: with that of the server where it answers one, with 503 and a `cause` where there is no
 * answer, with 400 for ids, `params` and contents that cannot be sent. They reject with the reason of an aborted `signal`, with
 * what a function of the caller throws, and with a TypeError for header fields, lists and `attempts` that can be none.
 *
 * `update`, `patch` and `delete` without a `revision` name the one that this object has read or written last, and none where it
 * has done neither. It knows those of 10,000 documents, those used last. A page of a query, and an `edit` that writes
 * nothing, tell revisions that are not known, or came in the same way, and replace no others. Parts of a program that edit
 * the same documents at the same time use an object each, or name the `revision`, or use `edit`.
 */
export interface ClientCollection<Content = Record<string, unknown>, Actions = AnyActions> {
  /** As it was given, without the base URL. */
  readonly path: string
  /** Adds a document; an id that is taken or tombstoned is 409. */
  create (content: Content, options?: ClientCallOptions & { readonly id?: string }): Promise<Document<Content>>
  /** Reads a document; absent is 404, tombstoned or expired 410. */
  read (id: string, options?: ClientReadOptions): Promise<Document<Content>>
  /** Replaces a document, and never creates one: absent is 404, another revision 412, a required revision that is missing 428. */
  update (id: string, content: Content, options?: ClientRevisionOptions): Promise<Document<Content>>
  /** Changes members of a document by Common REST patch operations. */
  patch<const Field extends string = never, const From extends string = never> (id: string, operations: ReadonlyArray<PatchOperationInput<Content, Field, From>>, options?: ClientRevisionOptions): Promise<Document<Content>>
  /** Removes a document and returns what it was. */
  delete (id: string, options?: ClientRevisionOptions): Promise<Document<Content>>
  /**
   * Reads a document, has its next content made, and updates exactly what was read; again, with the newer document, while
   * others are faster (412).
   *
   * @example
   * await users.edit('bjensen', (user) => { user.visits++ })
   */
  edit (id: string, edit: Edit<Content>, options?: EditOptions): Promise<Document<Content>>
  /** An async iterator over the documents that match, of all pages; its `page` and `pages` give totals and cookies. */
  query<const Key extends string = never> (options?: ClientQueryOptions<SortKeyOf<Content, Key>>): ClientQuery<Content>
  /** Calls an action on the collection, or with `id` on an instance; undefined is the result of one without. */
  readonly action: ActionCaller<Actions, ClientActionOptions & { readonly id?: string }>
}

/** A singleton over HTTP: as {@link ClientCollection}, without ids. */
export interface ClientSingleton<Content = Record<string, unknown>, Actions = AnyActions> {
  /** As it was given, without the base URL. */
  readonly path: string
  /** Reads the singleton; absent is 404. */
  read (options?: ClientReadOptions): Promise<Document<Content>>
  /** Replaces the content; where nothing was read, also creates the singleton. */
  update (content: Content, options?: ClientRevisionOptions): Promise<Document<Content>>
  /** Changes members by Common REST patch operations. */
  patch<const Field extends string = never, const From extends string = never> (operations: ReadonlyArray<PatchOperationInput<Content, Field, From>>, options?: ClientRevisionOptions): Promise<Document<Content>>
  /** As that of a collection. */
  edit (edit: Edit<Content>, options?: EditOptions): Promise<Document<Content>>
  /** Calls an action. */
  readonly action: ActionCaller<Actions, ClientActionOptions>
}

/** The operations of a declared resource over HTTP. */
export type ClientResource<Definition> = KindIn<Definition> extends 'singleton'
  ? ClientSingleton<ContentIn<Definition>, ActionsIn<Definition>>
  : ClientCollection<ContentIn<Definition>, ActionsIn<Definition>>
