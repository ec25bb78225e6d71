import type { FastifyReply, FastifyRequest } from 'fastify'
import type { RowLabel } from '../decision/answer.ts'
import { contentRow, unexpectedRow } from '../decision/order.ts'
import { traceOf } from '../decision/trace.ts'
import { conflictUnlessConditional, toResourceError } from '../decision/translate-error.ts'
import type { Resource } from '../declare/resource.ts'
import { ResourceError } from '../errors.ts'
import { kExchange } from './exchange.ts'
import { guardHead, unexpectedAnswer } from './last-resort.ts'
import { sendNotModified } from './send.ts'
import { dropRepresentation, obliged, sendError } from './send-error.ts'

/**
 * The error handler of a resource's routes, for what hooks and parsers throw. When the plugin has answered already, a
 * hook has failed while the answer was sent, and would fail again.
 *
 * @param resource undefined where several share the handler
 */
export function createErrorHandler (resource: Resource | undefined): (thrown: unknown, request: FastifyRequest, reply: FastifyReply) => void {
  return (thrown, request, reply) => {
    // What has failed may be the content of an answer of the application, and its head is written already.
    dropRepresentation(reply)
    // A hook of the application may have failed before the rows began.
    if (request[kExchange] == null) guardHead(reply)
    if (request[kExchange]?.answer === undefined) answerThrown(asError(thrown), request, reply, resource, unexpectedRow)
    else writeUnexpected(thrown, request, reply, resource)
  }
}

/** What a limiter answers: too many requests, and a ban. */
const limiting: ReadonlySet<unknown> = new Set([429, 403])

/**
 * No object is believed to be an error, but that of a limiter: `@fastify/rate-limit` throws from its hook what its
 * `errorResponseBuilder` returns, which its manual has as an object. Handlers are not believed that either, for it may be what
 * an upstream has answered them (undocumented codes, section 4).
 */
function asError (thrown: unknown): unknown {
  if (thrown instanceof Error || typeof thrown !== 'object' || thrown === null) return thrown
  const { statusCode, message } = thrown as { readonly statusCode?: unknown, readonly message?: unknown }
  if (!limiting.has(statusCode)) return thrown
  return Object.assign(new Error(typeof message === 'string' ? message : undefined, { cause: thrown }), { statusCode })
}

/**
 * Everything thrown becomes a documented answer.
 *
 * @param untraced the row of what no row and no handler of a resource has thrown
 */
export function answerThrown (thrown: unknown, request: FastifyRequest, reply: FastifyReply, resource: Resource | undefined, untraced?: RowLabel): FastifyReply {
  const ask = request[kExchange]?.ask
  if (ask !== undefined && isNotModified(thrown, request)) return sendNotModified(reply, ask)
  const error = toAnswerable(thrown, request)
  const tooLarge = (thrown as { readonly code?: unknown } | null)?.code === 'FST_ERR_CTP_BODY_TOO_LARGE'
  const trace = tooLarge ? { row: contentRow, headers: {} } : traceOf(error, untraced)
  return sendError(reply, resource, error, trace, ask)
}

/** Past all hooks: Fastify's own last resort would show the message of the error. */
function writeUnexpected (thrown: unknown, request: FastifyRequest, reply: FastifyReply, resource: Resource | undefined): void {
  reply.log.error({ err: thrown }, 'A hook failed while the answer was sent')
  reply.hijack()
  if (reply.raw.headersSent) {
    reply.raw.destroy()
    return
  }
  const answerable = toAnswerable(thrown, request)
  // Of a failure so late only the code is believed; messages are shown where they were written for clients.
  const error = thrown instanceof ResourceError ? answerable : new ResourceError(answerable.statusCode, undefined, { cause: thrown })
  const { head, body } = unexpectedAnswer(error, reply, request[kExchange], thrown)
  reply.raw.writeHead(error.statusCode, { ...head, ...obliged(error, resource, reply, unexpectedRow) }).end(body)
}

function toAnswerable (thrown: unknown, request: FastifyRequest): ResourceError {
  return conflictUnlessConditional(toResourceError(thrown), isConditional(request))
}

/** A thrown 304 answers only where one is possible: GET and HEAD with `If-None-Match` (RFC 9110 section 15.4.5). */
function isNotModified (thrown: unknown, { method, raw }: FastifyRequest): boolean {
  return thrown instanceof Error && 'statusCode' in thrown && thrown.statusCode === 304 &&
    (method === 'GET' || method === 'HEAD') && raw.headers['if-none-match'] !== undefined
}

/** Whether the request had a condition that can be false: as the rows read it, or before them as it came. */
export function isConditional (request: FastifyRequest): boolean {
  const { ifMatch, ifNoneMatch } = request[kExchange]?.ask?.headers ?? { ifMatch: request.raw.headers['if-match'], ifNoneMatch: request.raw.headers['if-none-match'] }
  return ifMatch !== undefined || ifNoneMatch !== undefined
}
