import { idProblem } from '../crest/document-id.ts'
import type { ResourceKind } from '../declare/definition.ts'
import type { QueryPage } from '../declare/handle.ts'
import { countPolicies } from '../declare/provider.ts'
import type { CountPolicy, Document } from '../declare/provider.ts'
import { isJsonObject } from '../json.ts'
import type { JsonObject } from '../json.ts'
import { unexpected } from './answer.ts'
import type { Answer } from './exchange.ts'

/** A content whose type the runtime does not know. */
export type AnyContent = Record<string, unknown>

/**
 * The document of an answer.
 *
 * @param kind that of a singleton has the empty string as its id, that of a collection one that it can be found by
 * @throws ResourceError where the answer is none: 500
 */
export function readDocument (answer: Answer, kind: ResourceKind): Document<AnyContent> {
  const document = toDocument(answer.value, kind)
  if (document === undefined) throw unexpected(answer, `${answer.name} was answered with something other than a document`)
  return document
}

/**
 * The page of an answer to a query.
 *
 * @throws ResourceError where the answer is none: 500
 */
export function readPage (answer: Answer): QueryPage<AnyContent> {
  const page = toPage(answer.value)
  if (page === undefined) throw unexpected(answer, `${answer.name} was answered with something other than a page of results`)
  return page
}

function toDocument (value: unknown, kind: ResourceKind): Document<AnyContent> | undefined {
  if (!isJsonObject(value)) return undefined
  const { _id, _rev: revision, ...content } = value
  const id = kind === 'singleton' ? '' : _id
  if (typeof id !== 'string' || typeof revision !== 'string') return undefined
  return kind === 'collection' && idProblem(id) !== undefined ? undefined : { id, revision, content }
}

function toPage (value: unknown): QueryPage<AnyContent> | undefined {
  if (!isJsonObject(value) || !Array.isArray(value['result'])) return undefined
  const results = value['result'].map((element) => toDocument(element, 'collection'))
  return results.every((document) => document !== undefined) ? { results, ...readPaging(value) } : undefined
}

/** What is not understood is as if it were not there: no next page, nothing counted. */
function readPaging (value: JsonObject): Pick<QueryPage<AnyContent>, 'cookie' | 'total' | 'policy'> {
  const { pagedResultsCookie: cookie, totalPagedResults: total, totalPagedResultsPolicy: given } = value
  const policy: CountPolicy = countPolicies.find((known) => known === given) ?? 'NONE'
  return {
    cookie: typeof cookie === 'string' && cookie !== '' ? cookie : null,
    total: typeof total === 'number' && policy !== 'NONE' ? total : -1,
    policy
  }
}
