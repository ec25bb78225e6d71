import type { Ask } from '../decision/ask.ts'
import type { Document } from '../declare/provider.ts'
import { applyPatch } from '../crest/patch.ts'
import { NotImplemented } from '../errors.ts'
import type { JsonObject } from '../json.ts'
import { changeTarget, checked, isUnchanged, prepareContent, revisionFor, writing } from './change.ts'
import { providerRequest } from './current.ts'
import { documentOutcome } from './outcome.ts'
import type { Outcome } from './outcome.ts'
import { checkDocument } from './provider-results.ts'

/** Patch: applied to the document that was read and written back at its revision, unless the provider patches itself. */
export async function patch (ask: Ask): Promise<Outcome> {
  const { patch: write, update } = ask.resource.provider
  return changeTarget(ask, async (state) => {
    const id = ask.id ?? ''
    const revision = revisionFor(ask, state)
    if (write !== undefined) {
      const document = await writing(() => write(providerRequest(ask, { id, operations: ask.operations, revision })))
      return documentOutcome(checkDocument(document, ask))
    }
    if (update === undefined || state?.kind !== 'document') throw new NotImplemented('patch is not offered here')
    const content = await patched(ask, state.document)
    if (isUnchanged(state, content)) return documentOutcome(state.document)
    const document = await writing(() => update(providerRequest(ask, { id, content, revision })))
    return documentOutcome(checkDocument(document, ask))
  })
}

/** The content after the patch, judged against the schema; a copy, as the schema's defaults are filled into it. */
async function patched (ask: Ask, { id, revision, content: before }: Document): Promise<JsonObject> {
  const { resource } = ask
  const content = checked(() => structuredClone(applyPatch(before, ask.operations, { ...(resource.kind === 'singleton' ? {} : { id }), revision, isSet: resource.isSet })))
  if (resource.prepare !== undefined) return prepareContent(ask, 'patch', id, before, content)
  checked(() => resource.checkContent(content))
  return content
}
