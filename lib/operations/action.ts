import type { Ask } from '../decision/ask.ts'
import { NotImplemented } from '../errors.ts'
import { judgeTarget, readTarget } from './current.ts'
import type { Outcome } from './outcome.ts'

/** Action: judges the target as any operation does, and runs the declared handler. */
export async function callAction (ask: Ask): Promise<Outcome> {
  const declared = ask.action === undefined ? undefined : ask.resource.actions.get(ask.action)
  if (declared === undefined) throw new NotImplemented('The action is not offered here')
  const state = await readTarget(ask)
  if (state !== undefined) judgeTarget(ask, state)
  const { id, params, parameters, principal, request, resource, actionContent: content } = ask
  const value = await declared.handler({ id, params, parameters, content, principal, resource: resource.handle, request })
  return value === undefined ? { kind: 'nothing' } : { kind: 'value', value }
}
