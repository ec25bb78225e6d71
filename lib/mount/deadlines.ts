import type { FastifyReply } from 'fastify'
import { contentRow, unexpectedRow } from '../decision/order.ts'
import type { Resource } from '../declare/resource.ts'
import { BadRequest } from '../errors.ts'
import { abortSignals, TimeOver } from '../operations/time-over.ts'
import { kExchange } from './exchange.ts'
import type { Exchange } from './exchange.ts'
import { sendError } from './send-error.ts'
import { toResourceError } from '../decision/translate-error.ts'

/** Answers the requests of a resource whose time is over. Only those that wait for something are watched. */
export interface Deadlines {
  /** From now on, if it is not watched already. */
  readonly watch: (reply: FastifyReply, exchange: Exchange) => void
  /** It is being answered. */
  readonly forget: (exchange: Exchange) => void
}

/** How often is looked, in milliseconds: a hundredth of the time that there is, within these bounds. */
const shortest = 10
const longest = 1000

/**
 * One coarse timer for all requests of a resource: a timer for each would cost more than a read from memory. All have the
 * same time, so those that were watched first are over first. Most of those that wait for their content have been answered
 * when the turn of the event loop ends: only what waits longer is noted with its time, and keeps the timer running.
 */
export function createDeadlines (resource: Resource): Deadlines {
  const { requestTime } = resource.limits
  const waiting = new Map<Exchange, { readonly reply: FastifyReply, readonly end: number }>()
  let begun: Array<{ readonly reply: FastifyReply, readonly exchange: Exchange }> = []
  let timer: NodeJS.Timeout | undefined

  const look = (): void => {
    const now = performance.now()
    for (const [exchange, { reply, end }] of waiting) {
      if (end > now) return
      waiting.delete(exchange)
      answerLate(resource, reply, exchange)
    }
    clearInterval(timer)
    timer = undefined
  }

  const takeUp = (): void => {
    const end = performance.now() + requestTime
    const stillWaiting = begun.filter(({ exchange }) => exchange.deadlines === deadlines)
    begun = []
    if (stillWaiting.length === 0) return
    for (const { reply, exchange } of stillWaiting) waiting.set(exchange, { reply, end })
    // What waits keeps the process running, and nothing else.
    timer = timer?.ref() ?? setInterval(look, Math.min(longest, Math.max(shortest, requestTime / 100)))
  }

  const deadlines: Deadlines = {
    watch (reply, exchange) {
      if (exchange.deadlines !== undefined) return
      exchange.deadlines = deadlines
      if (begun.push({ reply, exchange }) === 1) setImmediate(takeUp)
    },
    forget (exchange) {
      exchange.deadlines = undefined
      if (waiting.delete(exchange) && waiting.size === 0) timer?.unref()
    }
  }
  return deadlines
}

/** 503, or 400 where all that was waited for was the client (undocumented codes, section 2: the request did not arrive). */
function answerLate (resource: Resource, reply: FastifyReply, exchange: Exchange): void {
  const { request } = reply
  const { ask } = exchange
  // An answer is on its way already, or somebody else has taken the socket.
  if (ask === undefined || exchange.answer !== undefined || reply.sent) return
  const isUnread = request.raw.complete === false
  const headers = isUnread ? { connection: 'close' } : {}
  ask.isOver = true
  const over = new TimeOver()
  abortSignals(request, over)
  // What is aborted may have answered by itself.
  if (reply.sent) return
  if (isUnread && exchange.readsContent) sendError(reply, resource, new BadRequest('The content took too long to arrive'), { row: contentRow, headers }, ask)
  else sendError(reply, resource, over, { row: unexpectedRow, headers }, ask)
}

/** Notes what failed after that: nobody is told any more, and a mistake must not go unseen. */
export function noteLate ({ log }: FastifyReply, thrown: unknown): void {
  if (toResourceError(thrown).statusCode >= 500 && !(thrown instanceof TimeOver)) log.error({ err: thrown }, 'A request failed after it was answered, as it took too long')
}

/** Whether a request was answered because it took too long; then nobody answers it any more. */
export function isLate ({ [kExchange]: exchange }: FastifyReply['request']): boolean {
  return exchange?.ask?.isOver === true
}
