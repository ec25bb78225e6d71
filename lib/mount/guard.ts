import { constants } from 'node:http2'
import type { ServerHttp2Stream } from 'node:http2'
import type { FastifyReply, FastifyRequest, onSendHookHandler } from 'fastify'
import { modifiedRow, successRow, toDecision, unexpectedRow } from '../decision/order.ts'
import type { Resource } from '../declare/resource.ts'
import { ResourceError } from '../errors.ts'
import { cacheControl } from '../http/cache-control.ts'
import { documentedStatus } from '../http/documented-status.ts'
import { ifNoneMatchHolds } from '../http/preconditions.ts'
import type { ErrorStatusCode, StatusCode } from '../status.ts'
import { beginExchange, kExchange, tellEnd } from './exchange.ts'
import type { Answer, Exchange } from './exchange.ts'
import { isConditional } from './handle-error.ts'
import { echoTransaction } from './answer-head.ts'
import { errorBody } from './error-body.ts'
import { dropRepresentation, obliged } from './send-error.ts'

/**
 * An `onSend` hook behind those of the application. What the plugin answered leaves as it was decided; what a hook
 * of the application answered instead, or made of it, is translated into a documented answer (undocumented codes,
 * sections 1 and 4).
 *
 * @param resource undefined for paths that no resource has
 * @param isBehindTag whether the hash of the content has been made before
 */
export function createGuard (resource: Resource | undefined, isDraining: () => boolean, isBehindTag: boolean = false): onSendHookHandler {
  return (request, reply, payload, done) => {
    // An answer that was on its way when the server began to close must not keep its connection.
    if (isDraining()) reply.header('connection', 'close')
    const exchange = request[kExchange] ??= beginExchange(request)
    const { answer } = exchange
    if (exchange.wait !== undefined) exchange.wait.deadlines.forget(exchange.wait)
    const isOurs = answer !== undefined && answer.status === reply.statusCode
    const sent = isOurs ? keepAnswer(request, reply, payload, exchange, answer) : translateAnswer(request, reply, payload, resource)
    if (!isOurs) echoTransaction(reply, exchange.transactionId)
    if (request.raw.httpVersionMajor === 2 && reply.hasHeader('connection')) closeStream(reply)
    exchange.isGuarded = true
    // The tag by content is made behind this hook, and decides between 200 and 304 when the guard runs again.
    if (isBehindTag || !isOurs || answer.entityTag !== 'by-content') tellEnd(exchange)
    done(null, sent)
  }
}

/** HTTP/2 has no such field (RFC 9113 section 8.2.2): a stream whose content is not read is closed after the answer (section 8.1). */
function closeStream (reply: FastifyReply): void {
  reply.removeHeader('connection')
  const { stream } = reply.raw as unknown as { readonly stream: ServerHttp2Stream }
  stream.once('finish', () => stream.close(constants.NGHTTP2_NO_ERROR))
}

/** No tag but the decided one leaves, whatever another plugin hashed. */
function keepAnswer (request: FastifyRequest, reply: FastifyReply, payload: unknown, exchange: Exchange, { entityTag }: Answer): unknown {
  if (entityTag === undefined) reply.removeHeader('etag')
  else if (entityTag !== 'by-content') reply.header('etag', entityTag)
  else return judgeByContent(request, reply, payload, exchange)
  return payload
}

/** Row 20 for answers whose tag is the hash of their content: `@fastify/etag` made it just before. */
function judgeByContent (request: FastifyRequest, reply: FastifyReply, payload: unknown, exchange: Exchange): unknown {
  const tag = reply.getHeader('etag')
  const authenticated = exchange.ask?.resource.authenticate !== undefined
  reply.header('cache-control', cacheControl({ entityTag: tag !== undefined, authenticated }))
  if (typeof tag !== 'string' || request.method === 'POST') return payload
  if (ifNoneMatchHolds(exchange.ask?.ifNoneMatch, tag.replace(/^(?:W\/)?"|"$/g, ''))) return payload
  exchange.decision = toDecision(modifiedRow, 304)
  reply.code(304).removeHeader('content-type').removeHeader('content-length')
  return null
}

function translateAnswer (request: FastifyRequest, reply: FastifyReply, sent: unknown, resource: Resource | undefined): unknown {
  const payload = isWebResponse(sent) ? unwrap(reply, sent) : sent
  const code = reply.statusCode
  const hasContent = payload != null && payload !== ''
  const documented = inPlace(request, documentedStatus(code, hasContent))
  // A 201 names what was created (RFC 9110 section 15.3.2).
  const status = documented === 201 && !reply.hasHeader('location') ? 200 : documented
  const exchange = request[kExchange]
  if (status < 400) {
    reply.code(status)
    // A 304 by the tag of the content was decided when this hook ran before.
    if (exchange != null && exchange.decision?.status !== status) exchange.decision = toDecision(successRow, status)
    if (status !== 204 && status !== 304) return payload
    reply.removeHeader('content-type').removeHeader('content-length')
    discard(payload)
    return null
  }
  discard(payload)
  const failure = status as ErrorStatusCode
  const error = new ResourceError(failure, failure < 500 ? messageOf(payload) : undefined)
  dropRepresentation(reply)
  const { body, contentType } = errorBody(error, request.headers.accept, false, reply.log)
  reply.code(status).headers({
    ...obliged(error, resource, reply, unexpectedRow),
    'content-type': contentType,
    'cache-control': cacheControl({ entityTag: false, authenticated: resource?.authenticate !== undefined })
  })
  if (exchange != null) exchange.decision = toDecision(unexpectedRow, status)
  if (exchange?.told !== undefined) exchange.told.error ??= error
  return body
}

/** A documented code in an impossible place is as wrong as an undocumented one. */
function inPlace (request: FastifyRequest, status: StatusCode): StatusCode {
  if (status === 304) return request.method === 'GET' || request.method === 'HEAD' ? 304 : 500
  return status === 412 && !isConditional(request) ? 409 : status
}

/** The message of an error body that a hook of the application sent as JSON. */
function messageOf (payload: unknown): string | undefined {
  if (typeof payload !== 'string') return undefined
  try {
    const { message } = JSON.parse(payload)
    return typeof message === 'string' ? message : undefined
  } catch {
    return undefined
  }
}

function isWebResponse (payload: unknown): payload is Response {
  return Object.prototype.toString.call(payload) === '[object Response]'
}

/** What Fastify does with a web `Response`, but before its code could leave. */
function unwrap (reply: FastifyReply, { status, headers, body }: Response): unknown {
  reply.code(status)
  for (const [name, value] of headers) reply.header(name, value)
  return body
}

function discard (payload: unknown): void {
  if (payload instanceof ReadableStream) payload.cancel().catch(() => {})
  else if (typeof payload === 'object' && payload !== null && 'destroy' in payload && typeof payload.destroy === 'function') payload.destroy()
}
