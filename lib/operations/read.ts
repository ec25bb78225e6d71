import { andThen } from '../awaitable.ts'
import type { Ask } from '../decision/ask.ts'
import type { TargetState } from '../decision/state-rows.ts'
import { InternalServerError } from '../errors.ts'
import type { Awaitable } from '../json.ts'
import { judgeTarget, readTarget } from './current.ts'
import { documentOutcome } from './outcome.ts'
import type { Outcome } from './outcome.ts'

/** Read: GET and HEAD of an instance or a singleton. */
export function read (ask: Ask): Awaitable<Outcome> {
  return andThen(readTarget(ask), answerRead, ask)
}

function answerRead (state: TargetState | undefined, ask: Ask): Outcome {
  const judged = state && judgeTarget(ask, state)
  // 304 never answers a POST on the wire, whatever its override says (RFC 9110 section 15.4.5).
  if (judged !== undefined && !(judged.kind === 'not-modified' && ask.overridden)) return judged
  if (state?.kind !== 'document') throw new InternalServerError(`${ask.resource.path} has no document to read`)
  return documentOutcome(state.document)
}
