import type { Ask } from '../decision/ask.ts'
import { isTrusted } from '../decision/ask.ts'
import type { Document } from '../declare/provider.ts'
import type { Awaitable, JsonObject } from '../json.ts'
import { createTimeSlices } from '../stores/query/time-slices.ts'
import { checked } from './change.ts'
import type { Outcome } from './outcome.ts'

/**
 * What an operation found or made, as its caller sees it: without write-only members, in the shape of the version that was
 * asked for. Members are hidden first, so that no mapping can show them under another name.
 */
export function present (ask: Ask, outcome: Outcome): Awaitable<Outcome> {
  const show = viewOf(ask)
  if (show === undefined) return outcome
  switch (outcome.kind) {
    case 'document':
    case 'deleted': return { ...outcome, document: shown(outcome.document, show) }
    case 'results': return eachShown(outcome.page.results, show).then((results) => ({ ...outcome, page: { ...outcome.page, results } }))
    default: return outcome
  }
}

/** Before a write: what its answer shows must be possible, as a write that is done cannot be refused any more. */
export function presentable (ask: Ask, content: JsonObject): void {
  if (ask.contract.mapping !== undefined) checked(() => viewOf(ask)?.(content))
}

/** Undefined where documents are seen as they are stored. */
function viewOf (ask: Ask): ((content: JsonObject) => JsonObject) | undefined {
  const { resource: { members }, contract: { mapping } } = ask
  const hide = isTrusted(ask) ? undefined : members.hide
  if (mapping === undefined || hide === undefined) return mapping?.down ?? hide
  return (content) => mapping.down(hide(content))
}

/** Many documents, or slow mappings, must not keep others from having their turn. */
async function eachShown (documents: readonly Document[], show: (content: JsonObject) => JsonObject): Promise<readonly Document[]> {
  const slices = createTimeSlices(1)
  const results: Document[] = []
  for (const document of documents) {
    results.push(shown(document, show))
    if (slices.over()) await slices.next()
  }
  return results
}

function shown ({ id, revision, content }: Document, show: (content: JsonObject) => JsonObject): Document {
  return { id, revision, content: show(content) }
}
