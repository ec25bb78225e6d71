import type { Ask } from '../decision/ask.ts'
import { countPolicies } from '../declare/provider.ts'
import type { Document, QueryResult } from '../declare/provider.ts'
import { InternalServerError } from '../errors.ts'
import { isRevision } from '../http/entity-tag.ts'
import { isJsonObject } from '../json.ts'
import { textOf } from './document-text.ts'
import type { TextualDocument } from './document-text.ts'

/**
 * What a provider returned, if it is a document. The revision goes into a header field, so it is restricted here,
 * at the border (RFC 9110 section 8.8.3); what does not fit is a mistake of the provider, 500.
 */
export function checkDocument (value: unknown, { resource, operation }: Pick<Ask, 'resource' | 'operation'>): Document {
  if (!isJsonObject(value) || typeof value['id'] !== 'string' || (textOf(value as unknown as TextualDocument) === undefined && !isJsonObject(value['content']))) {
    throw new InternalServerError(`${operation} of ${resource.path} did not return { id, revision, content }`)
  }
  if (typeof value['revision'] !== 'string' || !isRevision(value['revision'])) {
    throw new InternalServerError(`${operation} of ${resource.path} returned a revision that is no text of visible ASCII without double quotes`)
  }
  return value as unknown as Document
}

/** The page that a provider returned, defaults filled in. */
export function checkPage (value: unknown, ask: Pick<Ask, 'resource' | 'operation'>): Required<QueryResult> {
  const page = value as Partial<QueryResult> | null | undefined
  if (typeof page !== 'object' || page === null || !Array.isArray(page.results)) {
    throw new InternalServerError(`query of ${ask.resource.path} did not return { results }`)
  }
  for (const document of page.results) checkDocument(document, ask)
  const total = page.total ?? -1
  const policy = page.policy ?? (total < 0 ? 'NONE' : 'EXACT')
  if (!Number.isSafeInteger(total) || !countPolicies.includes(policy)) {
    throw new InternalServerError(`query of ${ask.resource.path} returned a total or policy that is none`)
  }
  const cookie: unknown = page.cookie ?? null
  if (cookie !== null && typeof cookie !== 'string') throw new InternalServerError(`query of ${ask.resource.path} returned a cookie that is no text`)
  return { results: page.results, cookie, total, policy }
}
