import { andThen, orElse } from '../awaitable.ts'
import type { Ask } from '../decision/ask.ts'
import { changeRow } from '../decision/order.ts'
import type { TargetState } from '../decision/state-rows.ts'
import { trace } from '../decision/trace.ts'
import { idProblem } from '../crest/document-id.ts'
import { Conflict, Gone, InternalServerError, NotImplemented, PreconditionFailed } from '../errors.ts'
import type { Awaitable } from '../json.ts'
import { announce } from './announce.ts'
import { changeTarget, jsonFor, writing } from './change.ts'
import { judgeTarget, providerRequest, readTarget } from './current.ts'
import { createdContent, resultIsAllowed } from './next-content.ts'
import { documentOutcome } from './outcome.ts'
import type { Outcome } from './outcome.ts'
import { presentable } from './present.ts'
import { checkDocument } from './provider-results.ts'

/** Create: by POST on the collection, or by PUT with `If-None-Match: *` at the id. */
export function create (ask: Ask): Awaitable<Outcome> {
  return ask.target === 'collection' ? createInCollection(ask) : changeTarget(ask, () => createAt(ask, ask.id))
}

function createInCollection (ask: Ask): Awaitable<Outcome> {
  return andThen(readTarget(ask), (state: TargetState = { kind: 'collection' }) => {
    const judged = judgeTarget(ask, state)
    return judged ?? createAt(ask, ask.contentId ?? createId(ask), inserting)
  })
}

/** The id that the declaration makes; undefined leaves it to the provider. One that no path could name is a mistake: 500. */
function createId ({ resource }: Ask): string | undefined {
  const id = resource.createId?.()
  if (resource.createId !== undefined && (typeof id !== 'string' || idProblem(id, resource.limits.idLength) !== undefined)) {
    throw new InternalServerError(`createId of ${resource.path} returned no id`)
  }
  return id
}

/** The target of a POST is the collection, which is neither taken nor gone: such an id is a conflict (decision order 3.1). */
function inserting<Result> (write: () => Awaitable<Result>): Awaitable<Result> {
  return orElse(write, (error) => {
    if (error instanceof PreconditionFailed || error instanceof Gone) throw trace(new Conflict('The id is taken', { cause: error }), changeRow)
    throw error
  })
}

/** Creates a document at an id; undefined leaves the id to the provider. `run` translates what the write throws. */
export function createAt (ask: Ask, id: string | undefined, run: typeof writing = writing): Awaitable<Outcome> {
  const { create: insert } = ask.contract.provider
  if (insert === undefined) throw new NotImplemented('create is not offered here')
  return andThen(createdContent(ask, id), (content) => {
    resultIsAllowed(ask, 'create', id, undefined, content)
    presentable(ask, content)
    return andThen(run(() => insert(providerRequest(ask, { id, content }, jsonFor(ask, content)))), (created) => {
      const document = checkDocument(created, ask)
      announce(ask, 'create', document.id, undefined, document)
      return documentOutcome(document, true)
    })
  })
}
