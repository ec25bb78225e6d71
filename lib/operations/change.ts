import { andThen, orElse } from '../awaitable.ts'
import type { Ask } from '../decision/ask.ts'
import { changeRow } from '../decision/order.ts'
import type { TargetState } from '../decision/state-rows.ts'
import { trace } from '../decision/trace.ts'
import type { Document } from '../declare/provider.ts'
import { jsonEqual, mayBeEqual } from '../crest/json-equal.ts'
import { Conflict, PreconditionFailed, ResourceError } from '../errors.ts'
import type { Awaitable, JsonObject } from '../json.ts'
import { judgeTarget, readTarget } from './current.ts'
import { textOf } from './document-text.ts'
import type { Outcome } from './outcome.ts'

/** How often a change that lost a race is tried again before the answer is 409 (ruling R9). */
const maxRetries = 10

/** The write of one change, given the target as it was judged; undefined where the provider cannot read it. */
export type Change = (state: TargetState | undefined, ask: Ask) => Awaitable<Outcome>

/** One time that a change is tried. */
interface Attempt {
  readonly ask: Ask
  readonly change: Change
  readonly retries: number
  /** The target as it was read. */
  state: TargetState | undefined
}

/** Marks the failure of a provider's write as a lost race: the document is no longer what was judged. */
class LostRace extends PreconditionFailed {}

/**
 * Judges the target (rows 17 to 20) and changes it (row 21) as one step: where the compare-and-set of the store
 * reports another revision, a request with conditions is told so and one without is tried again (decision order 3.10).
 */
export function changeTarget (ask: Ask, change: Change, retries: number = 0): Awaitable<Outcome> {
  ask.responseHeaders?.clear()
  return andThen(readTarget(ask), changeRead, { ask, change, retries, state: undefined })
}

function changeRead (state: TargetState | undefined, attempt: Attempt): Awaitable<Outcome> {
  attempt.state = state
  const judged = state && judgeTarget(attempt.ask, state)
  return judged ?? orElse(runChange, changeAgain, attempt)
}

function runChange ({ ask, change, state }: Attempt): Awaitable<Outcome> {
  return change(state, ask)
}

function changeAgain (error: unknown, { ask, change, retries, state }: Attempt): Awaitable<Outcome> {
  if (!(error instanceof LostRace)) throw error
  const conditional = ask.ifMatch !== undefined || ask.ifNoneMatch?.kind === 'any'
  if (conditional) throw trace(error.cause as PreconditionFailed, changeRow)
  if (state === undefined || retries === maxRetries) throw trace(new Conflict('The document is changed by others at the same time', { cause: error.cause }), changeRow)
  return changeTarget(ask, change, retries + 1)
}

/** Runs the write of a provider; its 412 is a lost race. */
export function writing<Result> (write: () => Awaitable<Result>): Awaitable<Result> {
  return orElse(write, (error) => {
    throw error instanceof PreconditionFailed ? new LostRace(error.message, { cause: error }) : error
  })
}

/** The revision to hand to a write: that of the judged document, or without one the single tag of the request. */
export function revisionFor ({ ifMatch }: Ask, state: TargetState | undefined): string | undefined {
  if (state !== undefined) return state.kind === 'document' ? state.document.revision : undefined
  if (ifMatch === undefined || ifMatch.kind === 'any') return undefined
  const [tag] = ifMatch.tags
  // A weak tag never matches strongly (RFC 9110 section 13.1.1).
  if (tag === undefined || tag.weak) throw new PreconditionFailed('If-Match is false')
  return tag.opaque
}

/** Runs a check that belongs to row 21. */
export function checked<Result> (check: () => Result): Result {
  try {
    return check()
  } catch (error) {
    throw error instanceof ResourceError ? trace(error, changeRow) : error
  }
}

/** Text that `JSON.stringify` has not made: PostgreSQL writes `jsonb` with a blank after each name, and numbers in its own way. */
const isSpaced = /^\s*\{\s*"(?:[^"\\]|\\.)*"\s*:\s/

/** Whether a write would change nothing: it answers 200 and keeps the revision (ruling R9). */
export function isUnchanged (state: TargetState | undefined, content: JsonObject | undefined, json: string | undefined = undefined): state is { kind: 'document', document: Document } {
  if (state?.kind !== 'document' || content === undefined) return false
  const stored = textOf(state.document)
  // Two texts of one form tell nearly always, and what is stored need not be parsed.
  if (stored !== undefined && json !== undefined && (stored === json || (!isSpaced.test(stored) && !mayBeEqual(stored, json)))) return stored === json
  return jsonEqual(state.document.content, content)
}

/**
 * The JSON text of what is to be written to a store: it is made once, to be compared and stored. What a mapping between
 * versions has made need not be plain JSON.
 */
export function jsonFor ({ contract }: Ask, content: JsonObject): string | undefined {
  return contract.isStored && contract.mapping === undefined ? JSON.stringify(content) : undefined
}
