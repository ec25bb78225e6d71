import type { FastifyReply } from 'fastify'
import type { AnswerHeaders } from '../decision/answer.ts'
import type { Ask } from '../decision/ask.ts'
import { hintField } from '../decision/negotiation-rows.ts'
import { traceOf } from '../decision/trace.ts'
import type { ErrorTrace } from '../decision/trace.ts'
import { contentTypesOf } from '../declare/resource.ts'
import type { Resource } from '../declare/resource.ts'
import type { ResourceError } from '../errors.ts'
import { cacheControl } from '../http/cache-control.ts'
import { formatRetryAfter } from '../http/retry-after.ts'
import { asItIs, describe, note } from './answer-head.ts'
import { errorBody } from './error-body.ts'
import { idParameter, kExchange } from './exchange.ts'

/** From this row on the version selects the contract, and answers vary (decision order, row 10). */
const firstVaryingRow = 10

/** The row that answers 503 by declaration. */
const availableRow = 4

/** Sends an error, with the header fields that its code obliges. `ask` is unknown where no row has run. */
export function sendError (
  reply: FastifyReply,
  resource: Resource | undefined,
  error: ResourceError,
  { row, headers }: ErrorTrace = traceOf(error),
  ask?: Ask
): FastifyReply {
  const { statusCode: status } = error
  if (ask !== undefined && (row.number >= firstVaryingRow || row.number === 0)) describe(reply, ask)
  reply.headers(headers)
  if (obliging.has(status) || error.retryAfter !== undefined) reply.headers(obliged(error, resource, reply, row))
  reply.header('cache-control', cacheControl({ entityTag: false, authenticated: resource?.authenticate !== undefined }))
  note(reply, { status, entityTag: headers['etag'] }, row, error)
  if (status >= 500) reply.log.error({ err: error.cause ?? error, transactionId: reply.request[kExchange]?.transactionId }, error.message)
  const { body, contentType } = errorBody(error, reply.request.headers.accept, ask?.prettyPrint ?? false, reply.log)
  return reply.code(status).header('content-type', contentType).serializer(asItIs).send(body)
}

const representationFields = [
  'accept-ranges', 'content-disposition', 'content-encoding', 'content-language', 'content-length', 'content-location', 'content-range', 'etag', 'expires', 'last-modified', 'location'
]

/** Takes back what was said of content that an error takes the place of. */
export function dropRepresentation (reply: FastifyReply): void {
  for (const name of representationFields) reply.removeHeader(name)
}

const obliging: ReadonlySet<number> = new Set([401, 405, 415, 503])

/** The header fields without which a code is incomplete (RFC 9110 sections 15.5.2, 15.5.6 and 15.6.4). */
export function obliged (error: ResourceError, resource: Resource | undefined, reply: FastifyReply, { number }: ErrorTrace['row']): AnswerHeaders {
  const fields: Record<string, string> = {}
  const { statusCode, challenge, allow, retryAfter } = error
  if (statusCode === 401 && (challenge !== undefined || !reply.hasHeader('www-authenticate'))) {
    fields['www-authenticate'] = challenge ?? resource?.challenge ?? 'Bearer'
  }
  const ask = reply.request[kExchange]?.ask
  const { method = reply.request.method } = ask ?? {}
  if (statusCode === 405) {
    const sent = reply.getHeader('allow')
    const allowed = allow ?? (typeof sent === 'string' ? sent.split(',').map((name) => name.trim()) : allowedAt(resource, reply))
    fields['allow'] = allowed.filter((name) => name !== method).join(', ')
  }
  const hint = hintField.get(method)
  if (statusCode === 415 && resource !== undefined && hint !== undefined && !reply.hasHeader(hint)) {
    fields[hint] = contentTypesOf(resource, ask?.contract ?? resource.latest, method).join(', ')
  }
  if (retryAfter !== undefined) fields['retry-after'] = formatRetryAfter(retryAfter)
  // Who switches a resource off may know no time; any other 503 is a moment's.
  else if (statusCode === 503 && number !== availableRow && !reply.hasHeader('retry-after')) fields['retry-after'] = '1'
  return fields
}

/** What the target allows; a hook of the application may have answered before any row has found the target. */
function allowedAt (resource: Resource | undefined, { request }: FastifyReply): readonly string[] {
  if (resource === undefined) return []
  const { [idParameter]: id } = request.params as Readonly<Record<string, unknown>>
  return resource.allow[request[kExchange]?.ask?.target ?? (id === undefined ? resource.kind : 'instance')]
}
