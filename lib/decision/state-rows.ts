import { Forbidden, Gone, NotFound, PreconditionFailed } from '../errors.ts'
import { formatEntityTag } from '../http/entity-tag.ts'
import { ifMatchHolds, ifNoneMatchHolds } from '../http/preconditions.ts'
import type { Document } from '../declare/provider.ts'
import { refuseAlike } from './answer.ts'
import type { AnswerHeaders, Refusal, RowLabel } from './answer.ts'
import { askRule } from './document-rule.ts'
import type { Ask } from './ask.ts'

/** What the store or provider said about the target: a document, nothing, or a tombstone or expired document. */
export type TargetState =
  | { readonly kind: 'document', readonly document: Document }
  | { readonly kind: 'absent' }
  | { readonly kind: 'gone' }
  /** A collection: it always exists and has no revision. */
  | { readonly kind: 'collection' }

/** What a state row says: it passes, it refuses, or the document is not modified (304). */
export type StateVerdict = undefined | Refusal | { readonly kind: 'not-modified', readonly document: Document }

/** One of the rows that need the document. */
export interface StateRow extends RowLabel {
  readonly judge: (ask: Ask, state: TargetState) => StateVerdict
}

const noFields: AnswerHeaders = Object.freeze({})

const isGone = refuseAlike(() => new Gone('The document is gone'))
/** The same for what is not there and what is hidden. */
const isAbsent = refuseAlike(() => new NotFound('The document was not found'))
const isForbidden = refuseAlike(() => new Forbidden('The caller may not do this to the document'))
const ifMatchIsFalse = refuseAlike(() => new PreconditionFailed('If-Match is false'))
const ifNoneMatchIsFalse = refuseAlike(() => new PreconditionFailed('If-None-Match is false'))

/** Row 17. 410 to everything, also to PUT; absent is 404 unless the operation may create (decision order 3.1 and 3.3). */
export function documentExists (ask: Ask, state: TargetState): StateVerdict {
  if (state.kind === 'gone') return isGone(ask)
  if (state.kind === 'absent' && !mayCreate(ask)) return isAbsent(ask)
  return undefined
}

function mayCreate ({ operation, target, contract, ifMatch }: Ask): boolean {
  if (target === 'singleton') return operation === 'update' && ifMatch === undefined
  return (operation === 'upsert' || operation === 'create') && contract.operations.has('create')
}

/** Row 18. A document-level rule of the declaration, asked before any validator is compared. */
export function documentIsAllowed (ask: Ask, state: TargetState): StateVerdict {
  if (state.kind !== 'document') return undefined
  const answer = askRule(ask, state.document)
  if (answer === true) return undefined
  return answer === 'hide' ? isAbsent(ask) : isForbidden(ask)
}

/** Row 19. RFC 9110 section 13.2.2 step 1, for every operation on a target that exists. */
export function ifMatchIsTrue (ask: Ask, state: TargetState): StateVerdict {
  return state.kind === 'absent' || ifMatchHolds(ask.ifMatch, revisionOf(state)) ? undefined : ifMatchIsFalse(ask, currentTag(state))
}

/** Row 20. RFC 9110 section 13.2.2 step 3; on a query it is judged on the result, which alone has a tag. */
export function ifNoneMatchIsTrue (ask: Ask, state: TargetState): StateVerdict {
  if (ask.operation === 'query' || state.kind === 'absent' || ifNoneMatchHolds(ask.ifNoneMatch, revisionOf(state))) return undefined
  if (ask.operation === 'read' && state.kind === 'document') return { kind: 'not-modified', document: state.document }
  return ifNoneMatchIsFalse(ask, currentTag(state))
}

function revisionOf (state: TargetState): string | undefined {
  return state.kind === 'document' ? state.document.revision : undefined
}

/** A 412 carries the tag of the current document, so that the client can go on from there. */
function currentTag (state: TargetState): AnswerHeaders {
  const revision = revisionOf(state)
  return revision === undefined ? noFields : { etag: formatEntityTag(revision) }
}
