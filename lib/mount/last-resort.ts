import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { constants } from 'node:http2'
import type { ServerHttp2Stream } from 'node:http2'
import type { FastifyReply } from 'fastify'
import { toDecision, unexpectedRow } from '../decision/order.ts'
import { InternalServerError } from '../errors.ts'
import type { ResourceError } from '../errors.ts'
import { cacheControl } from '../http/cache-control.ts'
import { documentedStatus } from '../http/documented-status.ts'
import { isStatusCode } from '../status.ts'
import { errorBody } from './error-body.ts'
import { kExchange, tellEnd } from './exchange.ts'
import type { Exchange } from './exchange.ts'

/**
 * The last line: whatever is written to the socket by `reply.raw`, `hijack` or a failing hook has a documented number.
 * Its content cannot be mended any more, except where it takes the place of what was decided: a hook has failed while an
 * error was answered, and Fastify's last resort would show the message of the failure.
 */
export function guardHead (reply: FastifyReply): void {
  const response: Guarded = reply.raw
  if (response[kGuarded] !== undefined) return
  const { writeHead, end, destroy } = response
  response[kGuarded] = { reply, writeHead: writeHead as WriteHead, end, destroy }
  response.writeHead = writeGuarded as ServerResponse['writeHead']
  if (reply.request.raw.httpVersionMajor === 2) response.destroy = breakOff as ServerResponse['destroy']
}

/** Over HTTP/2 Node ends a stream that is destroyed without an error, so that a client takes what it has for the whole. */
function breakOff (this: Guarded, error?: Error): ServerResponse {
  const { stream } = this as { readonly stream?: ServerHttp2Stream }
  stream?.close(constants.NGHTTP2_INTERNAL_ERROR)
  return (this[kGuarded] as NonNullable<Guarded[typeof kGuarded]>).destroy.call(this, error)
}

const kGuarded = Symbol('fastify-common-rest.guarded')

/** A response with what it had of its own before it was guarded. */
interface Guarded extends ServerResponse {
  [kGuarded]?: { readonly reply: FastifyReply, readonly writeHead: WriteHead } & Pick<ServerResponse, 'end' | 'destroy'>
}

/** With its two optional arguments, whichever they are. */
type WriteHead = (this: ServerResponse, status: number, reason?: unknown, headers?: unknown) => ServerResponse

/** One function for all responses: a closure for each of them costs more than it does. */
function writeGuarded (this: Guarded, status: number, reason?: unknown, headers?: unknown): ServerResponse {
  const { reply, writeHead, end } = this[kGuarded] as NonNullable<Guarded[typeof kGuarded]>
  const exchange = reply.request[kExchange]
  if (exchange?.answer === undefined || exchange.isGuarded) {
    return writeHead.call(this, isStatusCode(status) ? status : documentedStatus(status, true), reason, headers)
  }
  const { head, body } = unexpectedAnswer(new InternalServerError(), reply, exchange)
  this.end = function (this: ServerResponse) { return end.call(this, body, 'utf8') } as ServerResponse['end']
  return writeHead.call(this, 500, head)
}

/**
 * The error that takes the place of an answer which could not be sent, and the end of its exchange.
 *
 * @param thrown what listeners are told
 */
export function unexpectedAnswer (error: ResourceError, { request, log }: FastifyReply, exchange: Exchange | null, thrown: unknown = error): { readonly head: OutgoingHttpHeaders, readonly body: string } {
  if (exchange != null) {
    exchange.decision = toDecision(unexpectedRow, error.statusCode)
    exchange.isGuarded = true
    if (exchange.told !== undefined) exchange.told.error = thrown
    tellEnd(exchange)
  }
  const { body, contentType } = errorBody(error, request.headers.accept, false, log)
  return {
    body,
    head: {
      'content-type': contentType,
      ...(exchange == null ? {} : { 'x-forgerock-transactionid': exchange.transactionId }),
      'content-length': Buffer.byteLength(body),
      'cache-control': cacheControl({ entityTag: false, authenticated: exchange?.ask?.resource.authenticate !== undefined })
    }
  }
}
