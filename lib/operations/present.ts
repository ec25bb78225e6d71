import type { Ask } from '../decision/ask.ts'
import { isTrusted } from '../decision/ask.ts'
import type { Document } from '../declare/provider.ts'
import type { JsonObject } from '../json.ts'
import type { Outcome } from './outcome.ts'

/**
 * What an operation found or made, as its caller sees it: without write-only members, in the shape of the version that was
 * asked for. Members are hidden first, so that no mapping can show them under another name.
 */
export function present (ask: Ask, outcome: Outcome): Outcome {
  const show = viewOf(ask)
  if (show === undefined) return outcome
  switch (outcome.kind) {
    // A 304 shows nothing; only an overridden POST answers 200 instead (RFC 9110 section 15.4.5).
    case 'not-modified': return ask.overridden ? { ...outcome, document: shown(outcome.document, show) } : outcome
    case 'document':
    case 'deleted': return { ...outcome, document: shown(outcome.document, show) }
    case 'results': return { ...outcome, page: { ...outcome.page, results: outcome.page.results.map((document) => shown(document, show)) } }
    default: return outcome
  }
}

/** Undefined where documents are seen as they are stored. */
function viewOf (ask: Ask): ((content: JsonObject) => JsonObject) | undefined {
  const { resource: { members }, contract: { mapping } } = ask
  const hide = isTrusted(ask) ? undefined : members.hide
  if (mapping === undefined || hide === undefined) return mapping?.down ?? hide
  return (content) => mapping.down(hide(content))
}

function shown ({ id, revision, content }: Document, show: (content: JsonObject) => JsonObject): Document {
  return { id, revision, content: show(content) }
}
