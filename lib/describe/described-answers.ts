import { existenceRow, successRow, unexpectedRow } from '../decision/order.ts'
import type { StatusCode } from '../status.ts'
import { writes } from './described-operation.ts'
import type { DescribedOperation } from './described-operation.ts'

/** One way in which a row of the decision order answers. */
export interface DescribedAnswer {
  /** The number of the row; 2 for what is below Fastify, 0 for unexpected failures. */
  readonly row: number
  readonly status: StatusCode
  /** Why, as a sentence for readers. */
  readonly why: string
  readonly when: (operation: DescribedOperation) => boolean
}

type Condition = DescribedAnswer['when']

const always: Condition = () => true
const not = (condition: Condition): Condition => (operation) => !condition(operation)
const all = (...conditions: readonly Condition[]): Condition => (operation) => conditions.every((holds) => holds(operation))
const any = (...conditions: readonly Condition[]): Condition => (operation) => conditions.some((holds) => holds(operation))

const on = (...methods: readonly string[]): Condition => ({ method }) => methods.includes(method)
const at = (...targets: readonly string[]): Condition => ({ target }) => targets.includes(target)
const may = (...names: ReadonlyArray<'query' | 'read' | 'create' | 'update' | 'patch' | 'delete' | 'action'>): Condition => ({ does }) => names.some((name) => does.has(name))

const isOptions = on('OPTIONS')
const takesContent = on('POST', 'PUT', 'PATCH')
const hasParameters: Condition = ({ resource }) => resource.parameters.length > 0
const authenticates: Condition = ({ resource }) => resource.authenticate !== undefined
const authorizes: Condition = ({ resource }) => resource.authorize !== undefined
const hasRule: Condition = ({ resource }) => resource.allows !== undefined
const needsRevision: Condition = ({ resource, method, does }) =>
  resource.revisionRequired && (method === 'PUT' ? does.has('update') : does.has('patch') || does.has('delete'))
const isProvided: Condition = ({ contracts }) => contracts.some(({ isStored }) => !isStored)
const keepsTrace: Condition = ({ resource: { definition: { tombstones, expires } } }) => (tombstones ?? false) !== false || expires !== undefined
const hasParent: Condition = ({ resource }) => resource.exists !== undefined
/** A singleton of a store with `initial` is always there. */
const mayBeAbsent: Condition = (operation) => {
  const { target, resource: { definition } } = operation
  return target === 'instance' ? !onlyCreates(operation) : target === 'singleton' && (isProvided(operation) || definition.initial === undefined)
}
/** Every function that the method may select is offered in every version, so that row 12 has nothing to refuse. */
const offersAll: Condition = ({ resource, target, method, contracts }) => {
  if (contracts.length < resource.contracts.length) return false
  if (method === 'PUT' && target === 'instance') return contracts.every(({ operations }) => operations.has('update') && operations.has('create'))
  return target !== 'collection' && method !== 'POST'
}
const isBlind: Condition = ({ contracts, target }) => target !== 'collection' && contracts.some(({ provider }) => provider.read === undefined)
/** A PUT that names a revision is an update, and without one it creates what is absent. */
const onlyCreates: Condition = ({ method, does }) => method === 'PUT' && !does.has('update')
/** What others do at the same time shows only where no condition says what the change is made to. */
const mayConflict: Condition = (operation) => {
  const { resource: { revisionRequired, definition: { unique = [] } }, contracts, does } = operation
  if (!revisionRequired || onlyCreates(operation)) return writes(operation)
  return (does.has('create') && operation.method === 'POST') || (does.has('update') && unique.length > 0) ||
    (does.has('patch') && contracts.some(({ patchTypes }) => patchTypes.length > 1))
}

/**
 * The answers of the decision order, row by row: which status an operation can be answered with, and why. Rows 5 and 6
 * refuse methods, which are no operations.
 */
export const describedAnswers: readonly DescribedAnswer[] = [
  { row: 1, status: 400, when: always, why: 'The request has too many header fields.' },
  { row: 2, status: 400, when: always, why: 'The request or its path cannot be read.' },
  { row: 3, status: 404, when: any(at('instance'), hasParameters), why: 'The path names no resource.' },
  { row: 4, status: 503, when: always, why: 'The resource is disabled, or the server is shutting down.' },
  { row: 7, status: 204, when: isOptions, why: 'What is allowed is in the header fields.' },
  { row: 8, status: 401, when: all(not(isOptions), any(authenticates, authorizes)), why: 'Who is asking is not known.' },
  { row: 9, status: 403, when: all(not(isOptions), authorizes), why: 'The caller may not do this.' },
  { row: 10, status: 400, when: not(isOptions), why: '`Accept-API-Version` is malformed.' },
  { row: 10, status: 406, when: not(isOptions), why: 'The API version is not available.' },
  { row: 11, status: 400, when: not(isOptions), why: 'A parameter, `If-Match` or `If-None-Match` is malformed, or the parameter is not defined here.' },
  { row: 12, status: 501, when: all(not(isOptions), not(offersAll)), why: 'What is asked for is not offered.' },
  { row: 13, status: 406, when: not(isOptions), why: '`Accept` does not admit the media type of the answer.' },
  { row: 14, status: 415, when: takesContent, why: 'The media type or the coding of the content is not supported.' },
  { row: 15, status: 428, when: needsRevision, why: 'The request must name the revision that it changes, in `If-Match`.' },
  { row: 16, status: 400, when: takesContent, why: 'The content is missing, too large, no JSON, or does not fit its schema.' },
  { row: 16, status: 400, when: on('DELETE'), why: 'The content, which means nothing here, is too large.' },
  { row: 16, status: 501, when: may('patch'), why: 'The patch has an operation that is not offered.' },
  { row: existenceRow.number, status: 404, when: all(not(isOptions), hasParent), why: 'The parent of the resource does not exist.' },
  { row: existenceRow.number, status: 404, when: all(not(isOptions), mayBeAbsent), why: 'The document does not exist.' },
  { row: existenceRow.number, status: 410, when: all(not(isOptions), any(all(at('instance'), any(keepsTrace, isProvided)), all(at('singleton'), isProvided))), why: 'The document is gone for good.' },
  { row: existenceRow.number, status: 501, when: all(not(isOptions), isBlind), why: 'The conditions of the request cannot be judged here.' },
  { row: 18, status: 403, when: all(hasRule, any(all(at('instance', 'singleton'), not(isOptions)), may('create'))), why: 'The caller may not do this to the document.' },
  { row: 18, status: 404, when: all(not(isOptions), at('instance', 'singleton'), hasRule), why: 'The document is hidden from the caller.' },
  { row: 19, status: 412, when: all(not(isOptions), not(onlyCreates)), why: '`If-Match` is false.' },
  { row: 20, status: 304, when: on('GET', 'HEAD'), why: '`If-None-Match` names the current state.' },
  { row: 20, status: 412, when: all(on('POST', 'PUT', 'PATCH', 'DELETE'), any(not(isBlind), may('create'))), why: '`If-None-Match` is false.' },
  { row: 21, status: 409, when: mayConflict, why: 'The change does not fit the current state: an id or unique value is taken, the patch does not apply, or others changed the document meanwhile.' },
  { row: successRow.number, status: 200, when: may('query', 'read', 'update', 'patch', 'delete', 'action'), why: 'Success.' },
  { row: successRow.number, status: 201, when: any(may('create'), all(at('singleton'), on('PUT'), mayBeAbsent, not(isBlind))), why: 'Created.' },
  { row: successRow.number, status: 204, when: may('action'), why: 'The action has no result.' },
  { row: unexpectedRow.number, status: 500, when: always, why: 'An unexpected failure.' },
  { row: unexpectedRow.number, status: 503, when: always, why: 'Temporarily unavailable.' }
]

/** The answers that an operation can give, by status in ascending order. */
export function answersOf (operation: DescribedOperation): ReadonlyMap<StatusCode, readonly DescribedAnswer[]> {
  const answers = describedAnswers.filter(({ when }) => when(operation))
  const statuses = [...new Set(answers.map(({ status }) => status))].sort((a, b) => a - b)
  return new Map(statuses.map((status) => [status, answers.filter((answer) => answer.status === status)]))
}

/** Whether handlers of the declaration may throw any documented error: those of a provider, of actions, and `prepare`. */
export function runsHandlers (operation: DescribedOperation): boolean {
  const { does, resource, method } = operation
  return method !== 'OPTIONS' && (isProvided(operation) || does.has('action') || (resource.prepare !== undefined && writes(operation) && method !== 'DELETE'))
}
