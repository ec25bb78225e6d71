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
  readonly forget: (wait: Wait) => void
}

/** A request that waits, and until when. */
export interface Wait {
  readonly deadlines: Deadlines
  readonly reply: FastifyReply
  readonly exchange: Exchange
  /** On the clock of `performance`. */
  readonly end: number
  /** Where it is among all that wait: to find it there would take as long as they are many. */
  place: number
}

/** How often is looked, in milliseconds: a hundredth of the time that there is, within these bounds. */
const shortest = 10
const longest = 1000

/**
 * One coarse timer for all requests of a resource: a timer for each would cost more than a read from memory. Most of those that
 * wait for their content are answered in the same turn of the event loop, so to begin and to end must cost next to nothing.
 */
export function createDeadlines (resource: Resource): Deadlines {
  const { requestTime } = resource.limits
  const waiting: Wait[] = []
  let timer: NodeJS.Timeout | undefined

  const look = (): void => {
    const now = performance.now()
    for (const wait of waiting.filter(({ end }) => end <= now)) {
      // Whoever was told of the one before may have answered this one.
      if (wait.exchange.wait !== wait) continue
      forget(wait)
      answerLate(resource, wait.reply, wait.exchange)
    }
    if (waiting.length > 0) return
    clearInterval(timer)
    timer = undefined
  }

  const watch = (reply: FastifyReply, exchange: Exchange): void => {
    if (exchange.wait !== undefined) return
    exchange.wait = { deadlines, reply, exchange, end: performance.now() + requestTime, place: waiting.length }
    // What waits keeps the process running, and nothing else.
    if (waiting.push(exchange.wait) === 1) timer = timer?.ref() ?? setInterval(look, Math.min(longest, Math.max(shortest, requestTime / 100)))
  }

  const forget = ({ exchange, place }: Wait): void => {
    exchange.wait = undefined
    const last = waiting.pop() as Wait
    if (place < waiting.length) {
      waiting[place] = last
      last.place = place
    } else if (place === 0) timer?.unref()
  }

  const deadlines: Deadlines = { watch, forget }
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
