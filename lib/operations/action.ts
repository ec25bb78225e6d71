import type { Ask } from '../decision/ask.ts'
import type { Action } from '../declare/contract.ts'
import { InternalServerError, NotImplemented } from '../errors.ts'
import { judgeTarget, lazySignal, readTarget, setHeader } from './current.ts'
import type { Outcome } from './outcome.ts'
import { refuseLate } from './time-over.ts'

/** Action: judges the target as any operation does, and runs the declared handler. */
export async function callAction (ask: Ask): Promise<Outcome> {
  const declared = ask.action === undefined ? undefined : ask.contract.actions.get(ask.action)
  if (declared === undefined) throw new NotImplemented('The action is not offered here')
  const state = await readTarget(ask)
  const judged = state && judgeTarget(ask, state)
  if (judged !== undefined) return judged
  const { id, params, parameters, principal, request, resource, actionContent: content } = ask
  refuseLate(ask)
  const given = { id, params, parameters, content, principal, resource: resource.handle, request, header: setHeader(ask) }
  const value = await declared.handler(Object.defineProperty(given, 'signal', lazySignal) as typeof given & { readonly signal: AbortSignal })
  if (value === undefined) return { kind: 'nothing' }
  return { kind: 'value', value: judgeResult(ask, declared, value) }
}

/** A result that is no content or does not fit its schema is no fault of the caller. Judged and sent as JSON has it. */
function judgeResult ({ action, resource }: Ask, { checkResult }: Action, value: unknown): unknown {
  if (isMessage(value)) throw new InternalServerError(`The result of the action ${action} of ${resource.path} is a stream or a Response, and no JSON value`)
  if (checkResult === undefined) return value
  const plain: unknown = JSON.parse(JSON.stringify(value) ?? 'null')
  try {
    checkResult(plain)
  } catch (cause) {
    throw new InternalServerError(`The result of the action ${action} of ${resource.path} does not fit its schema`, { cause })
  }
  return plain
}

/** JSON can be made of these, and has nothing of what they carry. */
function isMessage (value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return value instanceof Response || ('pipe' in value && typeof value.pipe === 'function') || ('getReader' in value && typeof value.getReader === 'function')
}
