import type { Version } from '../crest/api-version.ts'
import type { OperationName, TargetKind } from '../http/methods.ts'
import type { JsonObject } from '../json.ts'
import type { SchemaCheck } from './content-rules.ts'
import type { ActionDefinition } from './action-of.ts'
import type { Provider } from './provider.ts'

/** A declared action, compiled. */
export interface Action {
  readonly on: ReadonlySet<TargetKind>
  /** The schema of the content as it was declared; undefined where any will do. */
  readonly content: object | undefined
  /** The schema of the result as it was declared; undefined where any will do. */
  readonly result: object | undefined
  readonly checkContent: SchemaCheck
  /** Undefined where any result will do. */
  readonly checkResult: SchemaCheck | undefined
  readonly handler: ActionDefinition['handler']
}

/** How the content of an older version becomes what is stored, and the other way round. */
export interface VersionMapping {
  /** To the shape that is stored. */
  readonly up: (content: JsonObject) => JsonObject
  /** From the shape that is stored. */
  readonly down: (content: JsonObject) => JsonObject
}

/**
 * What one API version of a resource is judged by and answered from: row 10 of the decision order selects it. A resource
 * without versions has one contract.
 */
export interface Contract {
  /** Undefined on an unversioned resource. */
  readonly version: Version | undefined
  readonly provider: Provider
  /** Whether that is a store of the plugin, and not handlers of the declaration. */
  readonly isStored: boolean
  readonly operations: ReadonlySet<OperationName>
  readonly actions: ReadonlyMap<string, Action>
  /** The schema of the content as clients of this version know it, as it was declared. */
  readonly schema: object
  /** Judges a content as clients of this version know it, `_id` and `_rev` taken out; may fill in the schema's defaults. */
  readonly checkContent: (content: JsonObject) => void
  /** Judges a content in the shape that is written. */
  readonly checkStored: (content: JsonObject) => void
  /** Whether `checkStored` may fill in defaults, and so change what it judges. */
  readonly fillsDefaults: boolean
  /** Undefined where this version has the shape that is stored. */
  readonly mapping: VersionMapping | undefined
  /** Whether a JSON pointer names an array that the schema declares a set (`uniqueItems`). */
  readonly isSet: (pointer: readonly string[]) => boolean
  /** Whether Common REST patches are the provider's own business. */
  readonly patchesItself: boolean
  /** The media types of the patches that are understood. */
  readonly patchTypes: readonly string[]
  /** Header fields of every answer of a version that is deprecated (RFC 9745) or has a last day (RFC 8594). */
  readonly notices: Readonly<Record<string, string>>
}
