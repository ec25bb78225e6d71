import { andThen } from '../awaitable.ts'
import type { Ask } from '../decision/ask.ts'
import { jsonEqual } from '../crest/json-equal.ts'
import { isSchemaMismatch } from '../declare/content-rules.ts'
import type { Document } from '../declare/provider.ts'
import { BadRequest, NotImplemented, ResourceError } from '../errors.ts'
import type { Awaitable, JsonObject } from '../json.ts'
import type { PatchLimits } from '../limits.ts'
import { announce } from './announce.ts'
import { changeTarget, checked, isUnchanged, jsonFor, revisionFor, writing } from './change.ts'
import { providerRequest } from './current.ts'
import { contentToChange, textOf } from './document-text.ts'
import type { TextualDocument } from './document-text.ts'
import { patchedContent, resultIsAllowed } from './next-content.ts'
import { documentOutcome } from './outcome.ts'
import type { Outcome } from './outcome.ts'
import { presentable } from './present.ts'
import { checkDocument } from './provider-results.ts'

/** Patch: applied to the document that was read and written back at its revision, unless the provider patches itself. */
export function patch (ask: Ask): Awaitable<Outcome> {
  const { provider: { patch: write, update }, patchesItself } = ask.contract
  return changeTarget(ask, (state) => {
    const id = ask.id ?? ''
    const revision = revisionFor(ask, state)
    const stored = state?.kind === 'document' ? state.document : undefined
    const finish = (written: Document): Outcome => {
      const document = checkDocument(written, ask)
      announce(ask, 'patch', id, stored, document)
      return documentOutcome(document)
    }
    if (write !== undefined && patchesItself && ask.patch?.language === 'common-rest') {
      const { operations } = ask.patch
      return andThen(stored && foreseen(ask, stored), (content) => {
        if (isUnchanged(state, content)) return documentOutcome(state.document)
        return andThen(writing(() => write(providerRequest(ask, { id, operations, revision }))), finish)
      })
    }
    if (update === undefined || stored === undefined) throw new NotImplemented('patch is not offered here')
    const before = contentToChange(stored)
    return andThen(patchedContent(ask, stored, before), (content) => {
      // What a patch does not touch is the same object in both, so that this looks at little more than what it touches.
      if (jsonEqual(before, content)) return documentOutcome(stored)
      const json = jsonFor(ask, content)
      checked(() => refuseGrowth(ask.resource.limits, stored, content, json))
      resultIsAllowed(ask, 'patch', id, stored.revision, content)
      presentable(ask, content)
      return andThen(writing(() => update(providerRequest(ask, { id, content, revision }, json))), finish)
    })
  })
}

/** A patch must not blow a document up; of one that is too large already it may leave less. */
function refuseGrowth ({ patchResultSize }: PatchLimits, stored: TextualDocument, content: JsonObject, json: string | undefined): void {
  const { length } = json ?? JSON.stringify(content)
  if (length <= patchResultSize || length <= (textOf(stored) ?? JSON.stringify(stored.content)).length) return
  throw new BadRequest(`The patch makes the document larger than ${patchResultSize} characters`)
}

/**
 * What a provider that patches itself is expected to make. What does not fit the schema is refused; where it would not be
 * possible here, the provider may have ways of its own.
 */
async function foreseen (ask: Ask, stored: Document): Promise<JsonObject | undefined> {
  try {
    return await patchedContent(ask, stored, contentToChange(stored))
  } catch (error) {
    if (isSchemaMismatch(error) || !(error instanceof ResourceError)) throw error
    return undefined
  }
}
