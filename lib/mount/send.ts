import type { FastifyReply } from 'fastify'
import { formatContentApiVersion, parseAcceptApiVersion } from '../crest/api-version.ts'
import type { AnswerHeaders, Refusal, Settled } from '../decision/answer.ts'
import type { Ask } from '../decision/ask.ts'
import { hintField } from '../decision/negotiation-rows.ts'
import { modifiedRow, successRow, toDecision } from '../decision/order.ts'
import { traceOf } from '../decision/trace.ts'
import type { ErrorTrace } from '../decision/trace.ts'
import type { Document } from '../declare/provider.ts'
import { contentTypes } from '../declare/resource.ts'
import type { Resource } from '../declare/resource.ts'
import { ResourceError, toErrorObject } from '../errors.ts'
import { cacheControl } from '../http/cache-control.ts'
import { formatEntityTag } from '../http/entity-tag.ts'
import { formatRetryAfter } from '../http/retry-after.ts'
import { mergeVary } from '../http/vary.ts'
import { collectionPath } from '../operations/collection-path.ts'
import type { Outcome } from '../operations/outcome.ts'
import { documentBody, pageBody, valueBody } from './document-body.ts'
import { idParameter, kExchange } from './exchange.ts'
import type { Answer } from './exchange.ts'

/** The media type of every answer with content. */
export const jsonType = 'application/json; charset=utf-8'

/** From this row on the version selects the contract, and answers vary (decision order, row 10). */
const firstVaryingRow = 10

/** The row that answers 503 by declaration. */
const availableRow = 4

/** Row 22: sends how an operation ended well. */
export function sendOutcome (reply: FastifyReply, ask: Ask, outcome: Outcome): FastifyReply {
  const { prettyPrint } = ask
  const style = { fields: ask.fields, prettyPrint, singleton: ask.resource.kind === 'singleton' }
  describe(reply, ask)
  switch (outcome.kind) {
    case 'not-modified':
      // 304 never answers a POST on the wire, whatever its override says (ruling R12).
      if (!ask.overridden) return settle(reply, ask, { status: 304, entityTag: tagOf(outcome.document) }, modifiedRow)
      return settle(reply, ask, { status: 200, entityTag: tagOf(outcome.document) }, successRow, documentBody(outcome.document, style))
    case 'document':
      if (outcome.created) reply.header('location', locationOf(ask, outcome.document))
      return settle(reply, ask, { status: outcome.created ? 201 : 200, entityTag: tagOf(outcome.document) }, successRow, documentBody(outcome.document, style))
    case 'deleted': return settle(reply, ask, { status: 200, entityTag: undefined }, successRow, documentBody(outcome.document, style))
    case 'results': return settle(reply, ask, { status: 200, entityTag: 'by-content' }, successRow, pageBody(outcome.page, style))
    case 'value': return settle(reply, ask, { status: 200, entityTag: undefined }, successRow, valueBody(outcome.value, prettyPrint))
    case 'nothing': return settle(reply, ask, { status: 204, entityTag: undefined }, successRow)
  }
}

/** Sends the answer of a row that settled the request or refused it. */
export function sendVerdict (reply: FastifyReply, ask: Ask, verdict: Refusal | Settled, row: ErrorTrace['row']): FastifyReply {
  if (verdict.kind === 'refused') return sendError(reply, ask.resource, verdict.error, { row, headers: verdict.headers ?? {} }, ask)
  reply.headers(verdict.headers)
  return settle(reply, ask, { status: verdict.status, entityTag: undefined }, row)
}

/** Sends the error object, with the header fields that its code obliges. `ask` is unknown where no row has run. */
export function sendError (
  reply: FastifyReply,
  resource: Resource | undefined,
  error: ResourceError,
  { row, headers }: ErrorTrace = traceOf(error),
  ask?: Ask
): FastifyReply {
  const { statusCode: status } = error
  if (ask !== undefined && (row.number >= firstVaryingRow || row.number === 0)) describe(reply, ask)
  reply.headers({ ...headers, ...obliged(error, resource, reply, row) })
  reply.header('cache-control', cacheControl({ entityTag: false, authenticated: resource?.authenticate !== undefined }))
  const entityTag = headers['etag']
  note(reply, { status, entityTag }, row)
  if (status >= 500) reply.log.error({ err: error.cause ?? error }, error.message)
  return reply.code(status).header('content-type', jsonType).send(errorBody(error, reply, ask?.prettyPrint ?? false))
}

/** The error object; a `detail` that is no JSON is logged and left out. */
function errorBody (error: ResourceError, reply: FastifyReply, prettyPrint: boolean): string {
  try {
    return valueBody(toErrorObject(error), prettyPrint)
  } catch (failure) {
    reply.log.error({ err: failure }, 'The detail of an error is no JSON value')
    const { detail, ...object } = toErrorObject(error)
    return valueBody(object, prettyPrint)
  }
}

/** A 304 that a handler threw: it has no document, so its tag is the one that the request names, if it names one. */
export function sendNotModified (reply: FastifyReply, ask: Ask): FastifyReply {
  describe(reply, ask)
  const { ifNoneMatch } = ask
  const [tag, ...others] = ifNoneMatch?.kind === 'tags' ? ifNoneMatch.tags : []
  return settle(reply, ask, { status: 304, entityTag: tag === undefined || others.length > 0 ? undefined : formatEntityTag(tag.opaque) }, modifiedRow)
}

/** The header fields without which a code is incomplete (RFC 9110 sections 15.5.2, 15.5.6 and 15.6.4). */
export function obliged (error: ResourceError, resource: Resource | undefined, reply: FastifyReply, { number }: ErrorTrace['row']): AnswerHeaders {
  const fields: Record<string, string> = {}
  const { statusCode, challenge, allow, retryAfter } = error
  if (statusCode === 401 && (challenge !== undefined || !reply.hasHeader('www-authenticate'))) {
    fields['www-authenticate'] = challenge ?? resource?.challenge ?? 'Bearer'
  }
  const { method = reply.request.method } = reply.request[kExchange]?.ask ?? {}
  if (statusCode === 405) {
    const sent = reply.getHeader('allow')
    const allowed = allow ?? (typeof sent === 'string' ? sent.split(',').map((name) => name.trim()) : allowedAt(resource, reply))
    fields['allow'] = allowed.filter((name) => name !== method).join(', ')
  }
  const hint = hintField.get(method)
  if (statusCode === 415 && resource !== undefined && hint !== undefined && !reply.hasHeader(hint)) {
    fields[hint] = contentTypes[method as keyof typeof contentTypes].join(', ')
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

/** Common REST, version warning. */
const warning = '100 CREST "Accept-API-Version should be included in the request."'

function describe (reply: FastifyReply, { protocol, version, resource, headers }: Ask): void {
  if (resource.versionWarning && asksForNoVersion(headers)) reply.header('warning', warning)
  reply.header('vary', mergeVary(reply.getHeader('vary'), ['Accept', 'Accept-API-Version']))
  reply.header('content-api-version', formatContentApiVersion(protocol, version))
}

function asksForNoVersion ({ acceptApiVersion }: Ask['headers']): boolean {
  const asked = parseAcceptApiVersion(acceptApiVersion)
  return asked.kind === 'versions' && asked.resource === undefined
}

function settle (reply: FastifyReply, ask: Ask, answer: Answer, row: ErrorTrace['row'], body?: string): FastifyReply {
  const { entityTag, status } = answer
  note(reply, answer, row)
  reply.code(status)
  reply.header('cache-control', cacheControl({ entityTag: entityTag !== undefined, authenticated: ask.resource.authenticate !== undefined }))
  if (entityTag === 'by-content') reply.removeHeader('etag')
  else if (entityTag !== undefined) reply.header('etag', entityTag)
  return body === undefined ? reply.removeHeader('content-type').send() : reply.header('content-type', jsonType).send(body)
}

function note (reply: FastifyReply, answer: Answer, row: ErrorTrace['row']): void {
  // Answers of the router come on a plain request, without decorators.
  if (reply.request[kExchange] === undefined) return
  const exchange = reply.request[kExchange] ??= { ask: undefined, answer: undefined, decision: null }
  exchange.answer = answer
  exchange.decision = toDecision(row, answer.status)
  reply.log.debug({ decision: exchange.decision }, 'decided')
}

function tagOf ({ revision }: Document): string {
  return formatEntityTag(revision)
}

/** The absolute URI of a created document (RFC 9110 section 15.3.2). */
function locationOf ({ resource, params, request }: Ask, { id }: Document): string {
  const path = collectionPath(resource.path, params)
  const { protocol = 'http', host = '', raw } = request ?? {}
  const socket = raw?.socket
  // HTTP/1.0 knows no Host; the address that was reached stands in for it.
  const authority = host !== '' ? host : `${socket?.localAddress?.includes(':') === true ? `[${socket.localAddress}]` : socket?.localAddress ?? 'localhost'}:${socket?.localPort ?? 80}`
  return `${protocol}://${authority}${path}${resource.kind === 'singleton' ? '' : `/${encodeURIComponent(id)}`}`
}
