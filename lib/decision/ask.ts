import type { FastifyBaseLogger, FastifyRequest } from 'fastify'
import type { Version } from '../crest/api-version.ts'
import type { JsonPointer } from '../crest/json-pointer.ts'
import type { FieldProjection } from '../crest/fields.ts'
import type { Patch } from '../crest/patch.ts'
import type { QueryFilter } from '../crest/query-filter.ts'
import type { SortKey } from '../crest/sort-keys.ts'
import type { Parameters, CountPolicy } from '../declare/provider.ts'
import type { Contract } from '../declare/contract.ts'
import type { Principal } from '../declare/principal.ts'
import type { Resource } from '../declare/resource.ts'
import type { TagCondition } from '../http/entity-tag.ts'
import type { TargetKind } from '../http/methods.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import type { RawParameter } from '../crest/parameters.ts'

/**
 * What a request asks for (decision order 1.2). `upsert` is a PUT that updates or creates; `describe` is a GET for a
 * description of the API instead of documents (ruling R14).
 */
export type Operation = 'query' | 'read' | 'create' | 'update' | 'upsert' | 'patch' | 'delete' | 'action' | 'describe'

/** The header fields that the rows read, as they were received. */
export interface AskHeaders {
  readonly accept?: string | undefined
  readonly acceptApiVersion?: string | undefined
  readonly contentEncoding?: string | undefined
  readonly contentType?: string | undefined
  readonly ifMatch?: string | undefined
  readonly ifNoneMatch?: string | undefined
  readonly prefer?: string | undefined
}

/** What a query asks for, syntax judged. */
export interface AskQuery {
  /** That of `_queryFilter`, frozen; without it every document. */
  readonly filter: QueryFilter
  /** What is wrong with a filter that is well-formed and asks for more than there is, for row 12. */
  readonly unoffered: string | undefined
  /** Names a function of the declaration, whose filter takes the place of `filter`. */
  readonly queryId: string | undefined
  readonly queryExpression: string | undefined
  readonly sortKeys: readonly SortKey[]
  readonly pageSize: number
  readonly cookie: string | undefined
  readonly offset: number
  readonly count: CountPolicy
  /** Whether only the number of documents is asked for (protocol 2.2). */
  readonly countOnly: boolean
}

/** A member of a document asked for as what it is, instead of the document (`_mimeType`). */
export interface AskField {
  readonly pointer: JsonPointer
  /** `type/subtype` in lower case. */
  readonly mimeType: string
}

/** The facts of one request, all plain values. Rows read them; what a row finds out is added for those below it. */
export interface Ask {
  readonly resource: Resource
  /** Undefined where the path names nothing below the resource. */
  readonly target: TargetKind | undefined
  /** The decoded id of an instance, the empty string on a singleton, undefined on a collection. */
  readonly id: string | undefined
  readonly params: Readonly<Record<string, string>>
  /** The method after `X-HTTP-Method-Override`. */
  readonly method: string
  /** Whether the wire said POST and the override something else: then 304 is no possible answer. */
  readonly overridden: boolean
  /** Whether the process is shutting down. */
  readonly draining: boolean
  readonly headers: AskHeaders
  /** Reserved parameters of the query string, by lower-case name. */
  readonly reserved: ReadonlyMap<string, readonly RawParameter[]>
  /** All other parameters. */
  readonly parameters: Parameters
  /** How many fields the head of the request has; `Infinity` where some may have been dropped. */
  readonly headerCount: number
  /** How many parameters the query string has. */
  readonly parameterCount: number
  /** Whether the request has content of at least one byte. */
  readonly hasContent: boolean
  readonly operation: Operation
  /** The value of `_action`, where the operation is an action. */
  readonly action: string | undefined
  /** Undefined in process. */
  readonly request: FastifyRequest | undefined
  readonly log: FastifyBaseLogger
  /** What handlers add to the answer, by lower-case name; undefined until one does. */
  responseHeaders: Map<string, string | string[]> | undefined
  /** Whether the request was answered because it took too long. */
  isOver: boolean

  /** Found by row 8. In process: the principal that was passed. */
  readonly principal: Principal | null
  /** Found by row 10. */
  readonly protocol: Version
  /** Found by row 10; undefined on an unversioned resource. */
  readonly version: Version | undefined
  /** Found by row 10; until then, and in process, that of the latest version. */
  readonly contract: Contract
  /** Found by row 11. */
  readonly ifMatch: TagCondition | undefined
  /** Found by row 11. */
  readonly ifNoneMatch: TagCondition | undefined
  /** Found by row 11; undefined is all fields. */
  readonly fields: FieldProjection | undefined
  /** Found by row 11. */
  readonly prettyPrint: boolean
  /** Found by row 11, on queries. */
  readonly query: AskQuery | undefined
  /** Found by row 11, on reads. */
  readonly field: AskField | undefined
  /** Found by row 16: a document's content without `_id` and `_rev`. */
  readonly content: JsonObject | undefined
  /** Found by row 16: the id that the content of a POST create names. */
  readonly contentId: string | undefined
  /** Found by row 16, on patches. */
  readonly patch: Patch | undefined
  /** Found by row 16, on actions. */
  readonly actionContent: JsonValue | undefined
}

/** What a row may add to the facts. */
export type Findings = Partial<Pick<Ask,
  'principal' | 'protocol' | 'version' | 'contract' | 'ifMatch' | 'ifNoneMatch' | 'fields' | 'prettyPrint' | 'query' | 'field' |
  'content' | 'contentId' | 'patch' | 'actionContent'>>

/** What is known of a request before any row has judged it. */
export const nothingFound: Readonly<Omit<Required<Findings>, 'protocol' | 'contract'>> = Object.freeze({
  principal: null,
  version: undefined,
  ifMatch: undefined,
  ifNoneMatch: undefined,
  fields: undefined,
  prettyPrint: false,
  query: undefined,
  field: undefined,
  content: undefined,
  contentId: undefined,
  patch: undefined,
  actionContent: undefined
})

/** Whether the call is the server's own: in process and for no principal. Then no rule about callers holds. */
export function isTrusted ({ request, principal }: Ask): boolean {
  return request === undefined && principal === null
}
