import type { FastifyRequest } from 'fastify'
import type { Static, TIntersect, TObject, TUnion } from 'typebox'
import type { Awaitable, JsonObject } from '../json.ts'
import type { OperationName } from '../http/methods.ts'
import type { Store } from '../stores/store.ts'
import type { Parameters, Provider } from './provider.ts'
import type { Principal } from './principal.ts'
import type { ResourceHandle } from './handle.ts'
import type { ActionDefinition, ActionDefinitions, ValueSchema } from './action-of.ts'

export type { ActionDefinition, ActionRequest, ValueSchema } from './action-of.ts'

/** A TypeBox type of objects. */
type ObjectType = TObject | TIntersect<TObject[]> | TUnion<TObject[]>

/** A schema of contents: a TypeBox object, an intersection or union of such, or any JSON Schema of an object. */
export type ContentSchema = ObjectType | Readonly<Record<string, unknown>>

/** The content that a schema describes; `Else` without a TypeBox type, any JSON object. */
export type ContentOf<Schema, Else = Record<string, unknown>> = [Schema] extends [ObjectType] ? Static<Schema> : Else

/** A schema of contents that was inferred; where there is none, or where it is none of contents, any. */
export type SchemaIn<Inferred> = [Inferred] extends [ContentSchema] ? Inferred : ContentSchema

/** What a resource is: documents by id, or the one document of its path. */
export type ResourceKind = 'collection' | 'singleton'

/** A JSON pointer (RFC 6901), such as `/name/common`. */
export type PointerText = string

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

/** The part of the settings that the plugin's options and a resource's definition share; the definition wins. */
export interface SharedSettings {
  /** Whether update, patch and delete must name a revision (428). Default `'optional'`. */
  readonly revision?: 'required' | 'optional'
  /** Who is asking; `null`, `undefined` or a thrown `Unauthorized` is 401. Default none: everybody may ask. */
  readonly authenticate?: (request: FastifyRequest) => Awaitable<Principal | null | undefined>
  /** The `WWW-Authenticate` value of a 401. Default `'Bearer'`. */
  readonly challenge?: string
  /** Whether the caller may do this: `false` is 403, before any store access. Default none: everybody may. */
  readonly authorize?: (question: AuthorizationRequest) => Awaitable<boolean>
  /** Larger content is 400, in bytes. Default Fastify's. */
  readonly bodyLimit?: number
  /** Bounds of a page of query results, in documents. Default `{ max: 1000 }`. */
  readonly pageSize?: { readonly default?: number, readonly max?: number }
  /** Whether `Prefer: return=minimal` (RFC 7240 section 4.2) is honoured on writes: only `_id` and `_rev` are sent. Default `false`. */
  readonly prefer?: boolean
  /** Whether content may be `multipart/form-data`, read by the optional peer `@fastify/multipart`. Default `false`: 415. */
  readonly multipart?: boolean
}

/**
 * Returns its argument with its types: an action that is declared apart from its resource.
 *
 * @example
 * const ping = action({ on: 'collection', handler: () => ({ pong: true }) })
 */
export function action<Content = ValueSchema, Result = ValueSchema> (definition: ActionDefinition<Content, Result>): ActionDefinition<NoInfer<Content>, NoInfer<Result>>
export function action (definition: object): object {
  return definition
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
 * One API version of a resource in the record form of `versions`. Stored documents have the shape of the latest version;
 * `upgrade` and `downgrade` map contents between neighbours. Each stands with the version whose content it takes: the
 * oldest has `upgrade`, the latest `downgrade`, those between them both. (Both with the older, or both with the newer of two
 * neighbours is understood too, if it is done throughout; what they take is then to be annotated.) What is left out changes
 * nothing. Where `schema` is a TypeBox type, it says what the version's own `upgrade` and `downgrade` take.
 */
export interface VersionDefinition<Schema = ContentSchema, Content = NoInfer<ContentOf<Schema, JsonObject>>> {
  /** The content as clients of this version know it. Default any object. */
  readonly schema?: Schema
  /** Makes a content of this version one of the next. Pure and synchronous; gets a copy of its own. */
  upgrade? (content: Content): object
  /** Makes a content of this version one of the version before. Pure and synchronous; gets a copy of its own, for answers without write-only members. */
  downgrade? (content: Content): object
  /** Since when, or from when on, the version is deprecated: sent as `Deprecation` (RFC 9745). */
  readonly deprecated?: Date
  /** When the version will stop working: sent as `Sunset` (RFC 8594). */
  readonly sunset?: Date
  /**
   * Actions of this version, beside and before those of the resource. Declare them by `action` to have their handlers typed;
   * a handle that knows the names of the resource's actions does not know these, as a {@link ResourceHandle} it takes any.
   */
  readonly actions?: Readonly<Record<string, ActionDefinition>>
  /** Handlers of this version instead of the resource's; contents reach them as clients of the version know them. */
  readonly provider?: Provider
}

/**
 * A resource: a collection of documents, or a singleton. Only `schema` says what the content is; without `NoInfer` the
 * compiler would compare TypeBox's types in general to learn whether the other members say it too, which takes seconds.
 */
export interface ResourceDefinition<
  Schema = ContentSchema, Content = NoInfer<ContentOf<Schema>>, Actions = Readonly<Record<string, ActionDefinition>>,
  Versions = Readonly<Record<string, VersionDefinition>>
> extends SharedSettings {
  /** The content, without `_id` and `_rev`. Never coerced, unknown members never dropped. Default any object. */
  readonly schema?: Schema
  /** Default `'collection'`. */
  readonly kind?: ResourceKind
  /** A singleton's content before its first update. Default none: it is absent until the first PUT. */
  readonly initial?: Content
  /** Where the documents live, default the plugin's store. */
  readonly store?: Store
  /** Handlers instead of a store. */
  readonly provider?: Provider<Content>
  /** What is offered; default all that the store or provider can do. */
  readonly operations?: readonly OperationName[]
  /** Actions by name. Default none. */
  readonly actions?: Actions
  /**
   * Queries by name: `?_queryId=inRegion&region=Europe` is answered as the `_queryFilter` that the function returns,
   * sorted, paged, counted and projected like any other; a name that is not declared is 501. Default none.
   *
   * @example
   * const queries = { inRegion: ({ region }) => queryFilter`region eq ${region}` }
   */
  readonly queries?: Readonly<Record<string, NamedQuery>>
  /** The id of a POST create without `_id`. Default `crypto.randomUUID`. */
  readonly createId?: () => string
  /** Members whose values must not repeat (409), a list inside is a composite. Default none. */
  readonly unique?: ReadonlyArray<PointerText | readonly PointerText[]>
  /** Members that stores filter and sort by without a full scan; every other member can be filtered and sorted by too. Default none. */
  readonly indexes?: readonly PointerText[]
  /** Whether deleted ids answer 410: for ever, or so many milliseconds. Default `false`. */
  readonly tombstones?: boolean | number
  /** JSON pointer to an RFC 3339 date-time after which the document answers 410. Default none. */
  readonly expires?: PointerText
  /**
   * Resource API versions: a list such as `['1.0', '1.1']` that one schema serves, or a record of versions with a schema
   * each over one stored document, where the contents of the handle and of `prepare`, `allow` and `onChange` are of any
   * object. Default none: unversioned.
   */
  readonly versions?: readonly string[] | Versions
  /** Which version serves a request that asks for none. Default `'latest'`. */
  readonly defaultVersion?: 'latest' | 'oldest' | 'none'
  /** Whether an answer to a request that asks for no version carries a `Warning`. Default `true`. */
  readonly versionWarning?: boolean
  /** Sets server-side members before the schema check and the write; may throw the documented errors. */
  readonly prepare?: (request: PrepareRequest<Content>) => Awaitable<Content>
  /**
   * Which documents a caller may see and change. Synchronous. `false` is 403, `'hide'` 404; documents that are not allowed
   * are left out of queries before paging and counts. Asked about the stored document, then about the new one (where
   * `'hide'` counts as 403). In process only where a principal is passed. Default all.
   *
   * @example
   * const allow = ({ principal, document }) => document.content.owner === principal?.name || 'hide'
   */
  readonly allow?: (question: AllowQuestion<Content>) => boolean | 'hide'
  /**
   * JSON pointers to members that clients may not set over HTTP: they are 400 on a create, and where they are sent with
   * another value than the stored one; a PUT without them keeps them. Default none.
   */
  readonly readOnly?: readonly PointerText[]
  /**
   * JSON pointers to members that never leave the server over HTTP, such as a password: they are in no answer, and no filter,
   * sort key or patch may read them (400); a PUT without them keeps them, a patch may remove them. Default none.
   */
  readonly writeOnly?: readonly PointerText[]
  /** Told of each change after the write is durable, with copies of its own. What it throws is logged and changes no answer. */
  readonly onChange?: (notice: ChangeNotice<Content>) => void
  /** JSON Schema of the path parameters: 404 when they do not fit. */
  readonly paramsSchema?: ValueSchema
  /** Whether the parent that the path parameters name exists: 404 when not. */
  readonly exists?: (params: Readonly<Record<string, string>>) => Awaitable<boolean>
}

/** A definition whose content type is not known any more: what the plugin works with. */
export type AnyDefinition = ResourceDefinition<ContentSchema, JsonObject>

/**
 * Returns its argument with its types, so that one definition can be shared by server, tests and client.
 *
 * @example
 * const users = defineResource({ schema: Type.Object({ userName: Type.String() }), unique: ['/userName'] })
 * app.resource('/users', users)
 */
// NoInfer: nested in app.resource, TypeScript would infer the types from what that wants of its argument, which is nothing.
export function defineResource<
  const Schema extends ContentSchema = ContentSchema, const Kind extends ResourceKind = 'collection',
  ActionNames extends string = string, ActionContents = {}, ActionResults = {},
  VersionSchemas extends Readonly<Record<string, unknown>> = Record<string, ContentSchema>
> (
  definition: ResourceDefinition<
    Schema, NoInfer<ContentOf<Schema>>, ActionDefinitions<ActionNames, ActionContents, ActionResults>,
    { readonly [Version in keyof VersionSchemas]: VersionDefinition<SchemaIn<VersionSchemas[Version]>> }
  > & { readonly kind?: Kind }
): ResourceDefinition<
  NoInfer<Schema>, NoInfer<ContentOf<Schema>>, ActionDefinitions<NoInfer<ActionNames>, NoInfer<ActionContents>, NoInfer<ActionResults>>,
  { readonly [Version in keyof VersionSchemas]: VersionDefinition<NoInfer<SchemaIn<VersionSchemas[Version]>>> }
> & { readonly kind?: NoInfer<Kind> }
// Apart from the implementation, where comparing Schema with NoInfer<Schema> takes the compiler seconds.
export function defineResource (definition: object): object {
  return definition
}
