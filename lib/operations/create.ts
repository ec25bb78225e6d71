import type { Ask } from '../decision/ask.ts'
import { changeRow } from '../decision/order.ts'
import { trace } from '../decision/trace.ts'
import { Conflict, Gone, NotImplemented, PreconditionFailed } from '../errors.ts'
import { changeTarget, prepareContent, writing } from './change.ts'
import { judgeTarget, providerRequest, readTarget } from './current.ts'
import { documentOutcome } from './outcome.ts'
import type { Outcome } from './outcome.ts'
import { checkDocument } from './provider-results.ts'

/** Create: by POST on the collection, or by PUT with `If-None-Match: *` at the id. */
export async function create (ask: Ask): Promise<Outcome> {
  return ask.target === 'collection' ? createInCollection(ask) : changeTarget(ask, () => createAt(ask, ask.id))
}

/** The target of a POST is the collection, which is neither taken nor gone: such an id is a conflict (decision order 3.1). */
async function createInCollection (ask: Ask): Promise<Outcome> {
  judgeTarget(ask, await readTarget(ask) ?? { kind: 'collection' })
  try {
    return await createAt(ask, ask.contentId ?? ask.resource.createId?.())
  } catch (error) {
    if (error instanceof PreconditionFailed || error instanceof Gone) {
      throw trace(new Conflict('The id is taken', { cause: error }), changeRow)
    }
    throw error
  }
}

/** Creates a document at an id; undefined leaves the id to the provider. */
export async function createAt (ask: Ask, id: string | undefined): Promise<Outcome> {
  const { create: insert } = ask.resource.provider
  if (insert === undefined) throw new NotImplemented('create is not offered here')
  const content = await prepareContent(ask, 'create', id, undefined, ask.content ?? {})
  const document = await writing(() => insert(providerRequest(ask, { id, content })))
  return documentOutcome(checkDocument(document, ask), true)
}
