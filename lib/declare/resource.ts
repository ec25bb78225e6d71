import type { Version } from '../crest/api-version.ts'
import type { Method, OperationName, TargetKind } from '../http/methods.ts'
import type { Availability } from './availability.ts'
import type { SchemaCheck } from './content-rules.ts'
import type { Contract } from './contract.ts'
import type { AnyDefinition, SharedSettings } from './definition.ts'
import type { NamedQuery } from './hooks.ts'
import type { ResourceHandle } from './handle.ts'
import type { ResourceLimits } from '../limits.ts'
import type { MemberRules } from './member-rules.ts'

/** A declared resource, everything that can be known before a request resolved once. */
export interface Resource {
  /** The full path, prefixes included, with its `:parameters`. */
  readonly path: string
  /** The names of the `:parameters` of the path. */
  readonly parameters: readonly string[]
  readonly kind: 'collection' | 'singleton'
  /** As it was declared: what only descriptions of the API ask for. */
  readonly definition: AnyDefinition
  /** What descriptions call the API that the resource belongs to. */
  readonly api: { readonly title: string, readonly version: string }
  readonly handle: ResourceHandle
  readonly availability: Availability
  /** One for each API version, ascending; the only one of a resource without versions. */
  readonly contracts: readonly Contract[]
  /** The contract of the latest version: that of in-process calls. */
  readonly latest: Contract
  /** What any of the contracts offers: rows above 10 know no version. */
  readonly operations: ReadonlySet<OperationName>
  /** What `_queryId` may name. */
  readonly queries: ReadonlyMap<string, NamedQuery>
  /** `Allow` by target: what any of the contracts allows. */
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
  /** Members that only the server sets, and members that it never shows. */
  readonly members: MemberRules
  /** The document-level rule. */
  readonly allows: AnyDefinition['allow']
  readonly onChange: AnyDefinition['onChange']
  readonly prepare: AnyDefinition['prepare']
  /** The id of a POST create that names none; undefined leaves it to the provider. */
  readonly createId: (() => string) | undefined
  readonly checkParams: SchemaCheck | undefined
  readonly exists: AnyDefinition['exists']
  readonly pageSize: { readonly default: number | undefined, readonly max: number }
  /** Whether `Prefer: return=minimal` is honoured. */
  readonly prefer: boolean
  /** Whether content may be `multipart/form-data`. */
  readonly multipart: boolean
  /** The bounds of what one request may ask for. */
  readonly limits: ResourceLimits
}

const json: readonly string[] = ['application/json']

/** The media types of content that are understood in a method, the first one preferred. */
export function contentTypesOf ({ multipart }: Resource, { patchTypes }: Contract, method: string): readonly string[] {
  if (method !== 'POST' && method !== 'PUT' && method !== 'PATCH') return []
  const types = method === 'PATCH' ? patchTypes : json
  return multipart ? [...types, 'multipart/form-data'] : types
}
