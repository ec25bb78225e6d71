import type { Decision } from '../decision/answer.ts'
import type { Ask } from '../decision/ask.ts'

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
}
