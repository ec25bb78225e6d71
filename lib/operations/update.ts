import { andThen, orElse } from '../awaitable.ts'
import type { Ask } from '../decision/ask.ts'
import { changeRow } from '../decision/order.ts'
import type { TargetState } from '../decision/state-rows.ts'
import { trace } from '../decision/trace.ts'
import { Conflict, NotFound, NotImplemented } from '../errors.ts'
import type { Awaitable } from '../json.ts'
import { announce } from './announce.ts'
import { changeTarget, isUnchanged, jsonFor, revisionFor, writing } from './change.ts'
import { createAt } from './create.ts'
import { providerRequest } from './current.ts'
import { createdContent, resultIsAllowed, updatedContent } from './next-content.ts'
import { documentOutcome } from './outcome.ts'
import type { Outcome } from './outcome.ts'
import { presentable } from './present.ts'
import { checkDocument } from './provider-results.ts'

/** Update: PUT with `If-Match`, and every PUT on a singleton, which creates it where it is absent (ruling R4). */
export function update (ask: Ask): Awaitable<Outcome> {
  return changeTarget(ask, replace)
}

/** PUT without a condition that selects: updates the document, or creates it where it is absent. */
export function upsert (ask: Ask): Awaitable<Outcome> {
  return changeTarget(ask, replaceOrCreate)
}

function replaceOrCreate (state: TargetState | undefined, ask: Ask): Awaitable<Outcome> {
  if (state === undefined) return upsertUnread(ask)
  if (state.kind !== 'document') return createAt(ask, ask.id)
  if (ask.contract.operations.has('update')) return replace(state, ask)
  throw trace(new Conflict('The document exists, and update is not offered here'), changeRow)
}

/** A provider that cannot read tells by its update whether there is a document. */
function upsertUnread (ask: Ask): Awaitable<Outcome> {
  if (!ask.contract.operations.has('update')) return createAt(ask, ask.id)
  return orElse(() => replace(undefined, ask), (error) => {
    if (error instanceof NotFound && ask.contract.operations.has('create')) return createAt(ask, ask.id)
    throw error
  })
}

function replace (state: TargetState | undefined, ask: Ask): Awaitable<Outcome> {
  const { update: write } = ask.contract.provider
  if (write === undefined) throw new NotImplemented('update is not offered here')
  const id = ask.id ?? ''
  const stored = state?.kind === 'document' ? state.document : undefined
  const operation = stored === undefined && state !== undefined ? 'create' : 'update'
  return andThen(operation === 'create' ? createdContent(ask, id) : updatedContent(ask, id, stored), (content) => {
    const json = jsonFor(ask, content)
    if (isUnchanged(state, content, json)) return documentOutcome(state.document)
    resultIsAllowed(ask, operation, id, stored?.revision, content)
    presentable(ask, content)
    return andThen(writing(() => write(providerRequest(ask, { id, content, revision: revisionFor(ask, state) }, json))), (written) => {
      const document = checkDocument(written, ask)
      announce(ask, operation, id, stored, document)
      return documentOutcome(document, state?.kind === 'absent')
    })
  })
}
