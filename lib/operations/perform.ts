import { andThen } from '../awaitable.ts'
import type { Ask, Operation } from '../decision/ask.ts'
import { resolvePointer } from '../crest/json-pointer.ts'
import { existenceRow } from '../decision/order.ts'
import { trace } from '../decision/trace.ts'
import { NotFound } from '../errors.ts'
import type { Awaitable } from '../json.ts'
import { present } from './present.ts'
import { callAction } from './action.ts'
import { create } from './create.ts'
import { remove } from './delete.ts'
import { describe } from './describe.ts'
import type { Outcome } from './outcome.ts'
import { patch } from './patch.ts'
import { query } from './query.ts'
import { read } from './read.ts'
import { update, upsert } from './update.ts'

const operations: Readonly<Record<Operation, (ask: Ask) => Awaitable<Outcome>>> = {
  query, read, create, update, upsert, patch, delete: remove, action: callAction, describe
}

/** Rows 17 to 22: performs what rows 3 to 16 let pass. The same for HTTP and in process. */
export function perform (ask: Ask): Awaitable<Outcome> {
  return andThen(operations[ask.operation](ask), show, ask)
}

function show (outcome: Outcome, ask: Ask): Awaitable<Outcome> {
  return andThen(present(ask, outcome), selectField, ask)
}

/** `_mimeType`: a member of the document in its place; what is absent, null or hidden is not there. */
function selectField (outcome: Outcome, { field }: Ask): Outcome {
  if (field === undefined || outcome.kind !== 'document' || field.mimeType === 'application/json') return outcome
  const { id, revision, content } = outcome.document
  const value = resolvePointer({ ...content, _id: id, _rev: revision }, field.pointer)
  if (value == null) throw trace(new NotFound('The document has no such member'), existenceRow)
  return { kind: 'field', document: outcome.document, value, mimeType: field.mimeType }
}
