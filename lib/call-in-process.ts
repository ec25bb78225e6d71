import type { FastifyBaseLogger } from 'fastify'
import { defaultProtocol } from './crest/api-version.ts'
import { idProblem, idRule } from './crest/document-id.ts'
import { parseFields } from './crest/fields.ts'
import { jsonText } from './crest/json-text.ts'
import type { Refusal, RowLabel } from './decision/answer.ts'
import { nothingFound } from './decision/ask.ts'
import type { Ask, Operation } from './decision/ask.ts'
import { refuseSecretReads } from './decision/metadata-row.ts'
import { availableRow, callRows, contentRow, decide, decideContent, metadataRow, successRow, toDecision } from './decision/order.ts'
import type { Passage } from './decision/order.ts'
import { trace, traceOf } from './decision/trace.ts'
import { conflictUnlessConditional, toResourceError } from './decision/translate-error.ts'
import type { RevisionOptions } from './declare/handle.ts'
import type { Resource } from './declare/resource.ts'
import { withStack } from './error-stack.ts'
import { BadRequest, ResourceError } from './errors.ts'
import { isRevision } from './http/entity-tag.ts'
import type { TagCondition } from './http/entity-tag.ts'
import type { JsonValue } from './json.ts'
import { operationChannel } from './observe.ts'
import type { OperationMessage } from './observe.ts'
import type { Outcome } from './operations/outcome.ts'
import { perform } from './operations/perform.ts'

/** What one in-process call asks for, beside the facts that all calls share. */
export interface Call {
  readonly operation: Operation
  readonly method: string
  readonly id?: string | undefined
  readonly options?: RevisionOptions | undefined
  readonly content?: unknown
  readonly action?: string
  readonly fields?: readonly string[] | undefined
  /** What the arguments say beside; throws `BadRequest` where they are malformed. */
  readonly facts?: () => Partial<Ask>
}

/** Runs a call, and tells listeners of the diagnostics channel where there are any. */
export async function callInProcess (resource: Resource, call: Call, log: FastifyBaseLogger): Promise<Outcome> {
  if (!operationChannel.hasSubscribers) return runUnobserved(resource, call, log)
  const { operation, method, id, action } = call
  const message: OperationMessage = { resource: resource.path, operation, method, id, action }
  return operationChannel.tracePromise(async () => {
    try {
      const outcome = await runUnobserved(resource, call, log)
      message.decision = toDecision(successRow, statusOf(outcome))
      return outcome
    } catch (error) {
      message.decision = toDecision(traceOf(error as ResourceError).row, (error as ResourceError).statusCode)
      throw error
    }
  }, message)
}

function statusOf (outcome: Outcome): number {
  if (outcome.kind === 'nothing') return 204
  return outcome.kind === 'document' && outcome.created ? 201 : 200
}

/** Whatever was thrown is a documented error. */
async function runUnobserved (resource: Resource, call: Call, log: FastifyBaseLogger): Promise<Outcome> {
  try {
    return await judgeAndPerform(resource, call, log)
  } catch (error) {
    throw withStack(conflictUnlessConditional(toResourceError(error), call.options?.revision !== undefined))
  }
}

/** Rows 4, 9 (with a principal), 11, 12, 15 and 16, then the operation. */
async function judgeAndPerform (resource: Resource, call: Call, log: FastifyBaseLogger): Promise<Outcome> {
  // Row 4 comes before the arguments are looked at.
  const unavailable = resource.availability.refusal(call.method, true)
  if (unavailable !== undefined) throw trace(unavailable, availableRow)
  const content = call.content === undefined ? undefined : at(contentRow, () => toJson(call.content))
  const ask = at(metadataRow, () => {
    const facts = toAsk(resource, call, log)
    if (facts.query !== undefined) refuseSecretReads(facts, facts.query)
    return facts
  })
  const head = await decide(callRows, ask)
  const passage = head.kind === 'passed' ? await decideContent(head.ask, { kind: 'value', value: content }) : head
  if (passage.kind === 'answered') throw toError(passage)
  const outcome = await perform(passage.ask)
  if (outcome.kind === 'refused') throw trace(outcome.error, outcome.row, outcome.headers)
  // The caller's own copy, as JSON has it over HTTP.
  return outcome.kind === 'value' ? { kind: 'value', value: JSON.parse(JSON.stringify(outcome.value) ?? 'null') } : outcome
}

/** Runs what stands in for a row; what it refuses is told as that row's. */
function at<Result> (row: RowLabel, judge: () => Result): Result {
  try {
    return judge()
  } catch (error) {
    throw error instanceof ResourceError ? trace(error, row) : error
  }
}

function toError ({ verdict, row }: Extract<Passage, { kind: 'answered' }>): Error {
  return trace((verdict as Refusal).error, row)
}

function toAsk (resource: Resource, { operation, method, id, options = {}, fields = [], action, facts }: Call, log: FastifyBaseLogger): Ask {
  const { principal = null, params = {}, revision } = options
  const named = id !== undefined || !['create', 'query', 'action'].includes(operation)
  if (named && resource.kind === 'collection') checkId(id, resource)
  for (const name of resource.parameters) {
    if (typeof params[name] !== 'string' || idProblem(params[name]) !== undefined) throw new BadRequest(`params.${name} is missing or no id`)
  }
  return {
    resource,
    target: resource.kind === 'singleton' ? 'singleton' : id === undefined ? 'collection' : 'instance',
    id,
    params,
    method,
    overridden: false,
    draining: false,
    headers: {},
    reserved: new Map(),
    parameters: {},
    headerCount: 0,
    parameterCount: 0,
    hasContent: false,
    operation,
    action,
    request: undefined,
    log,
    responseHeaders: undefined,
    isOver: false,
    ...nothingFound,
    contract: resource.latest,
    principal,
    protocol: defaultProtocol,
    ifMatch: toCondition(revision),
    fields: parseFields(fields, resource.limits.fields),
    ...facts?.()
  }
}

/** `revision` acts as one tag of `If-Match`, `'*'` included. */
function toCondition (revision: string | undefined): TagCondition | undefined {
  if (revision === undefined) return undefined
  if (revision === '*') return { kind: 'any' }
  if (typeof revision !== 'string' || !isRevision(revision)) throw new BadRequest('revision is no text of visible ASCII without double quotes')
  return { kind: 'tags', tags: [{ weak: false, opaque: revision }] }
}

function checkId (id: unknown, { limits: { idLength } }: Resource): void {
  if (typeof id !== 'string' || idProblem(id, idLength) !== undefined) throw new BadRequest(idRule(idLength))
}

/** The caller's own copy as JSON has it: dates become texts, undefined members go. A number that is not finite is refused. */
export function toJson (value: unknown): JsonValue {
  try {
    return JSON.parse(jsonText(value) as string)
  } catch (error) {
    throw error instanceof BadRequest ? error : new BadRequest('The content is no JSON value', { cause: error })
  }
}
