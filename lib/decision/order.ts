import type { Awaitable } from '../json.ts'
import type { Decision, Refusal, Row, RowLabel, Settled, Verdict } from './answer.ts'
import type { Ask } from './ask.ts'
import { callerIsAuthenticated, callerIsAuthorized } from './caller-rows.ts'
import { contentIsValid } from './content-row.ts'
import type { ContentSource } from './content-row.ts'
import { functionIsDeclared } from './function-row.ts'
import { metadataIsReadable } from './metadata-row.ts'
import { answerIsAcceptable, contentTypeIsSupported } from './negotiation-rows.ts'
import { revisionIsSupplied } from './revision-row.ts'
import { documentExists, documentIsAllowed, ifMatchIsTrue, ifNoneMatchIsTrue } from './state-rows.ts'
import type { StateRow, StateVerdict, TargetState } from './state-rows.ts'
import { headIsBounded, methodIsAllowed, methodIsImplemented, optionsIsAnswered, resourceIsAvailable, targetIsDeclared } from './target-rows.ts'
import { versionIsAvailable } from './version-row.ts'

/*
 * The decision order: which code wins when several faults meet. Rows run from top to bottom, and the first one that
 * does not pass answers. Row 2 (the path decodes), and nearly all of row 1, are below Fastify: server-options.ts.
 */

/** Row 4, also in process, before anything is read. */
export const availableRow: Row = { number: 4, name: 'the resource is enabled', judge: resourceIsAvailable }

/** Row 11, also for the arguments of in-process calls. */
export const metadataRow: Row = { number: 11, name: 'the request metadata is readable', judge: metadataIsReadable }

/** Rows 1 to 15: judged from the head of the request, before its content is read. */
export const headRows: readonly Row[] = [
  { number: 1, name: 'the bytes are an HTTP request', judge: headIsBounded },
  { number: 3, name: 'the path names a declared target', judge: targetIsDeclared },
  availableRow,
  { number: 5, name: 'the method is implemented', judge: methodIsImplemented },
  { number: 6, name: 'the method is allowed', judge: methodIsAllowed },
  { number: 7, name: 'OPTIONS is answered', judge: optionsIsAnswered },
  { number: 8, name: 'the caller is authenticated', judge: callerIsAuthenticated },
  { number: 9, name: 'the caller is authorized', judge: callerIsAuthorized },
  { number: 10, name: 'the API version is available', judge: versionIsAvailable },
  metadataRow,
  { number: 12, name: 'the function is declared', judge: functionIsDeclared },
  { number: 13, name: 'the answer is acceptable', judge: answerIsAcceptable },
  { number: 14, name: 'the content type is supported', judge: contentTypeIsSupported },
  { number: 15, name: 'a revision is supplied where required', judge: revisionIsSupplied }
]

/** The rows above that hold for in-process calls too; there the path, the method and the head are no question. */
export const callRows: readonly Row[] = headRows.filter(({ number }) => [4, 9, 12, 15].includes(number))

/** Row 16: judged from the content, before the store. */
export const contentRow: RowLabel & { readonly judge: typeof contentIsValid } = { number: 16, name: 'the content is valid', judge: contentIsValid }

/** Row 17, also for the parent that path parameters name. */
export const existenceRow: StateRow = { number: 17, name: 'the document exists', judge: documentExists }

/** Row 20, also for answers whose tag is known only when they are written. */
export const modifiedRow: StateRow = { number: 20, name: 'If-None-Match is true', judge: ifNoneMatchIsTrue }

/** Rows 17 to 20: judged from the document. */
export const stateRows: readonly StateRow[] = [
  existenceRow,
  { number: 18, name: 'the caller may see the document', judge: documentIsAllowed },
  { number: 19, name: 'If-Match is true', judge: ifMatchIsTrue },
  modifiedRow
]

/** Row 21: judged by the write itself. */
export const changeRow: RowLabel = { number: 21, name: 'the change fits the current state' }

/** Row 22. */
export const successRow: RowLabel = { number: 22, name: 'success' }

/** The answer to everything unexpected, at any point. */
export const unexpectedRow: RowLabel = { number: 0, name: 'an unexpected failure' }

/** How a pass through rows ended: with an answer and the row that gave it, or with the facts found. */
export type Passage =
  | { readonly kind: 'answered', readonly row: RowLabel, readonly verdict: Refusal | Settled, readonly ask: Ask }
  | { readonly kind: 'passed', readonly ask: Ask }

/**
 * Runs rows in their order until one answers. What they find is added to `ask`, which belongs to the request alone: a copy
 * of some thirty facts at each row that finds something costs more than all the rows.
 */
export function decide (rows: readonly Row[], ask: Ask, from: number = 0): Awaitable<Passage> {
  for (let index = from; index < rows.length; index++) {
    const row = rows[index] as Row
    const judged = row.judge(ask)
    if (judged instanceof Promise) return judged.then((verdict) => conclude(row, verdict, ask) ?? decide(rows, ask, index + 1))
    const answered = conclude(row, judged, ask)
    if (answered !== undefined) return answered
  }
  return { kind: 'passed', ask }
}

/** Runs row 16. */
export function decideContent (ask: Ask, source: ContentSource): Passage {
  return conclude(contentRow, contentRow.judge(ask, source), ask) ?? { kind: 'passed', ask }
}

/** The answer of a row; undefined where it passes, with what it has found added to the facts. */
function conclude (row: RowLabel, verdict: Verdict, ask: Ask): Passage | undefined {
  if (verdict === undefined) return undefined
  if (verdict.kind !== 'found') return { kind: 'answered', row, verdict, ask }
  Object.assign(ask, verdict.findings)
  return undefined
}

/** Runs rows 17 to 20 on what the store or provider said. */
export function decideState (ask: Ask, state: TargetState): { readonly row: StateRow, readonly verdict: NonNullable<StateVerdict> } | undefined {
  for (const row of stateRows) {
    const verdict = row.judge(ask, state)
    if (verdict !== undefined) return { row, verdict }
  }
  return undefined
}

/** The trace of an answer. */
export function toDecision (row: RowLabel, status: number): Decision {
  return { row: row.number, name: row.name, status }
}
