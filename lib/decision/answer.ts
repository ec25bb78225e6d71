import { withoutStack } from '../error-stack.ts'
import type { ResourceError } from '../errors.ts'
import { shareError } from '../shared-errors.ts'
import type { Ask, Findings } from './ask.ts'
import type { Awaitable } from '../json.ts'

/** Header fields of an answer, lower-case names. */
export type AnswerHeaders = Readonly<Record<string, string>>

/** A refusal, with the header fields that its row obliges. */
export interface Refusal {
  readonly kind: 'refused'
  readonly error: ResourceError
  readonly headers?: AnswerHeaders
}

/** A success that needs no document: OPTIONS. */
export interface Settled {
  readonly kind: 'settled'
  readonly status: 204
  readonly headers: AnswerHeaders
}

/** What a row says: it passes (perhaps having found something out), or it answers. */
export type Verdict = undefined | { readonly kind: 'found', readonly findings: Findings } | Refusal | Settled

/** How a row is called. */
export interface RowLabel {
  /** Its number in the decision order. */
  readonly number: number
  /** What it checks. */
  readonly name: string
}

/** One row of the decision order that the facts of a request suffice for. */
export interface Row extends RowLabel {
  readonly judge: (ask: Ask) => Awaitable<Verdict>
}

/** The row that answered. */
export interface Decision {
  /** Number of the row of the decision order, 3 to 22; 0 for an unexpected failure at any point. */
  readonly row: number
  /** What the row checks. */
  readonly name: string
  /** The status code of the answer. */
  readonly status: number
}

/** A verdict that refuses: with an error that application code has thrown, or one that is made for the answer. */
export function refuse (error: ResourceError | (() => ResourceError), headers?: AnswerHeaders): Refusal {
  const refused = typeof error === 'function' ? withoutStack(error) : error
  return headers === undefined ? { kind: 'refused', error: refused } : { kind: 'refused', error: refused, headers }
}

/**
 * A verdict that refuses all requests alike. Over HTTP one error serves them all, whose content is made once; in process
 * each caller is thrown an error of its own, which tells where it comes from.
 */
export function refuseAlike (make: () => ResourceError): (ask: Pick<Ask, 'request'>, headers?: AnswerHeaders) => Refusal {
  const shared = shareError(make)
  return ({ request }, headers) => refuse(request === undefined ? make : shared, headers)
}

/** A verdict that passes and adds to the facts. */
export function find (findings: Findings): Verdict {
  return { kind: 'found', findings }
}
