import type { Version } from '../crest/api-version.ts'
import type { Method, OperationName, TargetKind } from '../http/methods.ts'
import type { JsonObject } from '../json.ts'
import type { Availability } from './availability.ts'
import type { SchemaCheck } from './content-rules.ts'
import type { ActionDefinition, AnyDefinition, NamedQuery, SharedSettings } from './definition.ts'
import type { ResourceHandle } from './handle.ts'
import type { Provider } from './provider.ts'

/** A declared action, compiled. */
export interface Action {
  readonly on: ReadonlySet<TargetKind>
  readonly checkContent: SchemaCheck
  readonly handler: ActionDefinition['handler']
}

/** A declared resource, everything that can be known before a request resolved once. */
export interface Resource {
  /** The full path, prefixes included, with its `:parameters`. */
  readonly path: string
  readonly kind: 'collection' | 'singleton'
  readonly handle: ResourceHandle
  readonly availability: Availability
  readonly provider: Provider
  readonly operations: ReadonlySet<OperationName>
  readonly actions: ReadonlyMap<string, Action>
  /** What `_queryId` may name. */
  readonly queries: ReadonlyMap<string, NamedQuery>
  /** `Allow` by target. */
  readonly allow: Readonly<Record<TargetKind, readonly Method[]>>
  readonly revisionRequired: boolean
  readonly authenticate: SharedSettings['authenticate']
  readonly challenge: string
  readonly authorize: SharedSettings['authorize']
  readonly methodOverride: boolean
  /** The resource versions on offer; empty where the resource is unversioned. */
  readonly versions: readonly Version[]
  readonly defaultVersion: 'latest' | 'oldest' | 'none'
  readonly versionWarning: boolean
  /** Judges a content, `_id` and `_rev` taken out; may fill in the schema's defaults. */
  readonly checkContent: (content: JsonObject) => void
  /** Whether a JSON pointer names an array that the schema declares a set (`uniqueItems`). */
  readonly isSet: (pointer: readonly string[]) => boolean
  readonly prepare: AnyDefinition['prepare']
  /** The id of a POST create that names none; undefined leaves it to the provider. */
  readonly createId: (() => string) | undefined
  readonly checkParams: SchemaCheck | undefined
  readonly exists: AnyDefinition['exists']
  readonly pageSize: { readonly default: number | undefined, readonly max: number }
}

/** The media types of request content that a resource understands, by method. */
export const contentTypes: Readonly<Record<'POST' | 'PUT' | 'PATCH', readonly string[]>> = {
  POST: ['application/json'],
  PUT: ['application/json'],
  PATCH: ['application/json']
}
