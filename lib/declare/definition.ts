import type { FastifyRequest } from 'fastify'
import type { Awaitable, JsonObject } from '../json.ts'
import type { OperationName } from '../http/methods.ts'
import type { Store } from '../stores/store.ts'
import type { ActionDefinition, ActionDefinitions, ValueSchema } from './action-of.ts'
import type { ContentOf, ContentSchema, SchemaIn } from './content-of.ts'
import type { AllowQuestion, AuthorizationRequest, ChangeNotice, NamedQuery, PrepareRequest } from './hooks.ts'
import type { Limits } from './limits.ts'
import type { Principal } from './principal.ts'
import type { Provider } from './provider.ts'
import type { VersionDefinition } from './version-definition.ts'

/** What a resource is: documents by id, or the one document of its path. */
export type ResourceKind = 'collection' | 'singleton'

/** A JSON pointer (RFC 6901), such as `/name/common`. */
export type PointerText = string

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
  /** Bounds of what one request may ask for, by name; a resource's are laid over those of the plugin's options. Default those of {@link ResourceLimits}. */
  readonly limits?: Limits
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
  /** The id of a POST create without `_id`. Default a random UUID. */
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
