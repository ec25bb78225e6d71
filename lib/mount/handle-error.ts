import type { FastifyReply, FastifyRequest } from 'fastify'
import { contentRow } from '../decision/order.ts'
import { traceOf } from '../decision/trace.ts'
import type { Resource } from '../declare/resource.ts'
import { parseTagCondition } from '../http/entity-tag.ts'
import { kExchange } from './exchange.ts'
import { sendError } from './send.ts'
import { conflictUnlessConditional, toResourceError } from './translate-error.ts'

/** The error handler of a resource's routes: everything thrown becomes a documented answer. */
export function createErrorHandler (resource: Resource): (thrown: unknown, request: FastifyRequest, reply: FastifyReply) => void {
  return (thrown, request, reply) => {
    if (isNotModified(thrown, request)) {
      const condition = parseTagCondition(request.raw.headers['if-none-match'] ?? '')
      if (condition.kind === 'tags' && condition.tags.length === 1) reply.header('etag', request.raw.headers['if-none-match'])
      reply.code(304).send()
      return
    }
    const error = conflictUnlessConditional(toResourceError(thrown), isConditional(request))
    const tooLarge = (thrown as { readonly code?: unknown } | null)?.code === 'FST_ERR_CTP_BODY_TOO_LARGE'
    const trace = tooLarge ? { row: contentRow, headers: {} } : traceOf(error)
    sendError(reply, resource, error, trace, request[kExchange]?.ask)
  }
}

/** A thrown 304 answers only where one is possible: GET and HEAD with `If-None-Match` (RFC 9110 section 15.4.5). */
function isNotModified (thrown: unknown, { method, raw }: FastifyRequest): boolean {
  return thrown instanceof Error && 'statusCode' in thrown && thrown.statusCode === 304 &&
    (method === 'GET' || method === 'HEAD') && raw.headers['if-none-match'] !== undefined
}

/** Whether the request had a condition that can be false. */
export function isConditional ({ raw: { headers } }: FastifyRequest): boolean {
  return headers['if-match'] !== undefined || headers['if-none-match'] !== undefined
}
