import { andThen } from '../awaitable.ts'
import type { Ask } from '../decision/ask.ts'
import { NotImplemented } from '../errors.ts'
import type { Awaitable } from '../json.ts'
import { announce } from './announce.ts'
import { changeTarget, revisionFor, writing } from './change.ts'
import { providerRequest } from './current.ts'
import type { Outcome } from './outcome.ts'
import { presentable } from './present.ts'
import { checkDocument } from './provider-results.ts'

/** Delete: answers what was removed. */
export function remove (ask: Ask): Awaitable<Outcome> {
  const { delete: write } = ask.contract.provider
  if (write === undefined) throw new NotImplemented('delete is not offered here')
  return changeTarget(ask, (state) => {
    const stored = state?.kind === 'document' ? state.document : undefined
    if (stored !== undefined && ask.contract.mapping !== undefined) presentable(ask, stored.content)
    return andThen(writing(() => write(providerRequest(ask, { id: ask.id ?? '', revision: revisionFor(ask, state) }))), (removed) => {
      const document = checkDocument(removed ?? stored, ask)
      announce(ask, 'delete', ask.id ?? '', document, undefined)
      return { kind: 'deleted', document }
    })
  })
}
