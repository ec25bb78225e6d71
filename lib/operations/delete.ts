import type { Ask } from '../decision/ask.ts'
import { NotImplemented } from '../errors.ts'
import { announce } from './announce.ts'
import { changeTarget, revisionFor, writing } from './change.ts'
import { providerRequest } from './current.ts'
import type { Outcome } from './outcome.ts'
import { presentable } from './present.ts'
import { checkDocument } from './provider-results.ts'

/** Delete: answers what was removed. */
export async function remove (ask: Ask): Promise<Outcome> {
  const { delete: write } = ask.contract.provider
  if (write === undefined) throw new NotImplemented('delete is not offered here')
  return changeTarget(ask, async (state) => {
    if (state?.kind === 'document') presentable(ask, state.document.content)
    const removed = await writing(() => write(providerRequest(ask, { id: ask.id ?? '', revision: revisionFor(ask, state) })))
    const document = checkDocument(removed ?? (state?.kind === 'document' ? state.document : undefined), ask)
    announce(ask, 'delete', ask.id ?? '', document, undefined)
    return { kind: 'deleted', document }
  })
}
