import type { Ask } from '../decision/ask.ts'
import { InternalServerError } from '../errors.ts'
import { judgeTarget, readTarget } from './current.ts'
import { documentOutcome } from './outcome.ts'
import type { Outcome } from './outcome.ts'

/** Read: GET and HEAD of an instance or a singleton. */
export async function read (ask: Ask): Promise<Outcome> {
  const state = await readTarget(ask)
  const unmodified = state === undefined ? undefined : judgeTarget(ask, state)
  // 304 never answers a POST on the wire, whatever its override says (RFC 9110 section 15.4.5).
  if (unmodified !== undefined && !ask.overridden) return { kind: 'not-modified', document: unmodified }
  if (state?.kind !== 'document') throw new InternalServerError(`${ask.resource.path} has no document to read`)
  return documentOutcome(state.document)
}
