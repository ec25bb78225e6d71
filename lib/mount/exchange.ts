import type { FastifyRequest } from 'fastify'
import type { Decision } from '../decision/answer.ts'
import type { Ask } from '../decision/ask.ts'
import { readTransactionId } from '../http/transaction-id.ts'
import { operationChannel } from '../observe.ts'
import type { OperationMessage } from '../observe.ts'
import { randomId } from '../random-id.ts'
import type { Wait } from './deadlines.ts'

/** Where the exchange of a request hangs on the Fastify request. */
export const kExchange: unique symbol = Symbol('fastify-common-rest.exchange')

/** Marks the scope of a resource, which answers every path below its own. */
export const kResourceScope: unique symbol = Symbol('fastify-common-rest.resource-scope')

/** The name of the path parameter that holds the id of an instance; declared parameters cannot begin with `_`. */
export const idParameter = '_id'

/** What the plugin itself answered; the guard compares it with what is about to leave. */
export interface Answer {
  readonly status: number
  /** The tag of the document; `by-content` leaves it to the hash of the payload; undefined for none. */
  readonly entityTag: string | 'by-content' | undefined
}

/** The state of one request on its way through the hooks of a resource. */
export interface Exchange {
  /** The facts, as far as rows have found them; undefined until row 3 begins. */
  ask: Ask | undefined
  answer: Answer | undefined
  decision: Decision | null
  /** The effective `X-ForgeRock-TransactionId`: that of the request, or a new one. */
  readonly transactionId: string
  /** What listeners of the diagnostics channel were told at the start; undefined where nobody listened, and at the end. */
  told: OperationMessage | undefined
  /** Whether the answer has passed the guard, so that it may be written. */
  isGuarded: boolean
  /** Whether the head was judged, and the content is being read. */
  readsContent: boolean
  /** Its wait for an answer in time; undefined where it has not had to wait yet, and when it is being answered. */
  wait: Wait | undefined
}

/** The beginning of an exchange; without `ask` that of one which no row will judge. */
export function beginExchange (request: FastifyRequest, ask?: Ask): Exchange {
  const transactionId = readTransactionId(request.headers['x-forgerock-transactionid']) ?? randomId()
  return { ask, answer: undefined, decision: null, transactionId, told: undefined, isGuarded: false, readsContent: false, wait: undefined }
}

/** Tells listeners that an operation begins. */
export function tellStart (exchange: Exchange, { resource: { path: resource }, operation, action, id, method, request }: Ask): void {
  if (!operationChannel.hasSubscribers) return
  exchange.told = { resource, operation: method === 'OPTIONS' ? 'options' : operation, action, id, method, request, transactionId: exchange.transactionId }
  operationChannel.start.publish(exchange.told)
}

/** Tells listeners which row answered; once an exchange. */
export function tellEnd (exchange: Exchange): void {
  const { told, decision } = exchange
  if (told === undefined) return
  exchange.told = undefined
  told.decision = decision ?? undefined
  if (told.error !== undefined) operationChannel.error.publish(told)
  operationChannel.asyncEnd.publish(told)
}
