import type { FastifyRequest } from 'fastify'
import type { OperationName } from '../http/methods.ts'
import type { ResourceHandle } from './handle.ts'
import type { Principal } from './principal.ts'
import type { Parameters } from './provider.ts'

/* What the functions of a declaration are asked and told, beside those of providers and actions. */

/** What `authorize` is asked about. */
export type AuthorizedOperation = OperationName | 'action'

/** Who asks for what, before any document is looked up. */
export interface AuthorizationRequest {
  /** Who asks; null without `authenticate`. */
  readonly principal: Principal | null
  /** What is asked for; an upsert is asked as `update` and as `create`, each if declared. */
  readonly operation: AuthorizedOperation
  /** The name of the action, where `operation` is `action`. */
  readonly action?: string
  /** The resource's handle. */
  readonly resource: ResourceHandle
  /** The id of the instance; absent on collections and singletons. */
  readonly id?: string
  /** The path parameters; empty where the path has none. */
  readonly params: Readonly<Record<string, string>>
  /** Undefined in process. */
  readonly request?: FastifyRequest
}

/** What `prepare` gets. */
export interface PrepareRequest<Content> {
  /** What the write is; a PUT to an absent document is `'create'`. */
  readonly operation: 'create' | 'update' | 'patch'
  /** Undefined where the provider chooses the id. */
  readonly id: string | undefined
  /** The stored content; undefined on create. */
  readonly before: Content | undefined
  /** The new content, which may be changed in place and returned. */
  readonly content: Content
  /** Who asks; null without `authenticate`, and in process where none was passed. */
  readonly principal: Principal | null
}

/** A document as `allow` is asked about it. */
export interface AllowedDocument<Content> {
  /** Undefined on a create where the provider chooses the id; the empty string on a singleton. */
  readonly id: string | undefined
  /** Undefined where the document is not stored yet. */
  readonly revision: string | undefined
  /** The content as it is stored, write-only members included. Never to be changed. */
  readonly content: Content
}

/** What `allow` is asked: may this caller do this to this document? */
export interface AllowQuestion<Content> {
  /** Who asks; null without `authenticate`. */
  readonly principal: Principal | null
  /** What is asked for. A PUT that creates is `'create'`, one that replaces `'update'`. */
  readonly operation: AuthorizedOperation
  /** The stored document; on a create, and a second time on update and patch, the new one. */
  readonly document: AllowedDocument<Content>
}

/** What `onChange` is told. */
export interface ChangeNotice<Content> {
  /** What the write was; a PUT to an absent document is `'create'`. */
  readonly operation: 'create' | 'update' | 'patch' | 'delete'
  /** The id of the document; the empty string on a singleton. */
  readonly id: string
  /** The content before; undefined on a create, and where a provider cannot read. */
  readonly before: Content | undefined
  /** The content now; undefined on a delete. */
  readonly after: Content | undefined
  /** Who asked; null without `authenticate`, and in process where none was passed. */
  readonly principal: Principal | null
}

/**
 * A query that the server defines and a client names by `_queryId`: the text of a query filter, made from the parameters
 * of the request. Synchronous. Write values by the tag `queryFilter`, so that they stay values whatever they contain.
 *
 * `parameters` are those whose names do not begin with an underscore; a name that is given several times has a list.
 * What is thrown is answered like the error of any handler: `BadRequest` is 400, which the tag throws for a parameter
 * that is missing. A result that is no query filter is a mistake of the declaration, 500.
 *
 * @example
 * const inRegion: NamedQuery = ({ region }) => queryFilter`region eq ${region} and population ge 1000000`
 */
export type NamedQuery = (parameters: Parameters) => string
