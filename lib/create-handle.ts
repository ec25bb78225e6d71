import type { FastifyBaseLogger } from 'fastify'
import { defaultProtocol } from './crest/api-version.ts'
import { idProblem, idRule } from './crest/document-id.ts'
import { parseFields, projectFields } from './crest/fields.ts'
import type { Refusal } from './decision/answer.ts'
import { nothingFound } from './decision/ask.ts'
import type { Ask, Operation } from './decision/ask.ts'
import { callRows, decide, decideContent } from './decision/order.ts'
import type { Passage } from './decision/order.ts'
import { readQueryOptions } from './decision/query-options.ts'
import { trace } from './decision/trace.ts'
import type { CallOptions, CollectionHandle, DisableOptions, PatchOperationInput, QueryPage, ResourceHandle, RevisionOptions } from './declare/handle.ts'
import { parameterNames } from './declare/check-definition.ts'
import type { Document } from './declare/provider.ts'
import type { Resource } from './declare/resource.ts'
import { BadRequest, InternalServerError } from './errors.ts'
import { isRevision } from './http/entity-tag.ts'
import type { TagCondition } from './http/entity-tag.ts'
import { isJsonObject } from './json.ts'
import type { JsonValue } from './json.ts'
import { conflictUnlessConditional, toResourceError } from './mount/translate-error.ts'
import type { Outcome } from './operations/outcome.ts'
import { perform } from './operations/perform.ts'

/** What one in-process call asks for, beside the facts that all calls share. */
interface Call {
  readonly operation: Operation
  readonly method: string
  readonly id?: string | undefined
  readonly options?: RevisionOptions | undefined
  readonly content?: unknown
  readonly fields?: readonly string[] | undefined
  /** What the arguments say beside; throws `BadRequest` where they are malformed. */
  readonly facts?: () => Partial<Ask>
}

/** The in-process face of a resource: the same rows and operations as over HTTP, without the head of a request. */
export function createHandle (compiled: Omit<Resource, 'handle'>, purge: () => Promise<number>, log: FastifyBaseLogger): Resource {
  const { path, kind, availability } = compiled
  const base = {
    path,
    kind,
    get enabled () { return availability.disabled === null },
    get disabled () { return availability.disabled },
    disable (options?: DisableOptions) { availability.disable(options); return handle },
    enable () { availability.enable(); return handle },
    purge
  }
  const call = (given: Call): Promise<Outcome> => run(resource, given, log)
  const handle = Object.defineProperties(
    kind === 'collection' ? collectionOperations(call) : singletonOperations(call),
    Object.getOwnPropertyDescriptors(base)
  ) as unknown as ResourceHandle
  const resource: Resource = { ...compiled, handle }
  return resource
}

type Caller = (call: Call) => Promise<Outcome>

function collectionOperations (call: Caller): Pick<CollectionHandle, 'create' | 'read' | 'update' | 'patch' | 'delete' | 'query' | 'action'> {
  return {
    create: async (content, options) => toDocument(await call({ operation: 'create', method: 'POST', content: withId(content, options?.id), options })),
    read: async (id, options) => toDocument(await call({ operation: 'read', method: 'GET', id, options, fields: options?.fields }), options?.fields),
    update: async (id, content, options) => toDocument(await call({ operation: 'update', method: 'PUT', id, content, options })),
    patch: async (id, operations, options) => toDocument(await call({ operation: 'patch', method: 'PATCH', id, content: operations, options })),
    delete: async (id, options) => toDocument(await call({ operation: 'delete', method: 'DELETE', id, options })),
    query: async (options) => toPage(await call({ operation: 'query', method: 'GET', options, fields: options?.fields, facts: () => ({ query: readQueryOptions(options) }) }), options?.fields),
    action: async (name, options = {}) => toValue(await call({
      operation: 'action',
      method: 'POST',
      id: options.id,
      content: options.content,
      options,
      facts: () => ({ action: name, parameters: { ...options.parameters } })
    }))
  }
}

function singletonOperations (call: Caller): object {
  return {
    read: async (options?: CallOptions & { readonly fields?: readonly string[] }) => toDocument(await call({ operation: 'read', method: 'GET', id: '', options, fields: options?.fields }), options?.fields),
    update: async (content: unknown, options?: RevisionOptions) => toDocument(await call({ operation: 'update', method: 'PUT', id: '', content, options })),
    patch: async (operations: readonly PatchOperationInput[], options?: RevisionOptions) => toDocument(await call({ operation: 'patch', method: 'PATCH', id: '', content: operations, options })),
    action: async (name: string, options: CallOptions & { readonly content?: JsonValue, readonly parameters?: Readonly<Record<string, string>> } = {}) => toValue(await call({
      operation: 'action', method: 'POST', id: '', content: options.content, options, facts: () => ({ action: name, parameters: { ...options.parameters } })
    }))
  }
}

/** Runs a call; whatever was thrown is a documented error. */
async function run (resource: Resource, call: Call, log: FastifyBaseLogger): Promise<Outcome> {
  try {
    return await judgeAndPerform(resource, call, log)
  } catch (error) {
    throw conflictUnlessConditional(toResourceError(error), call.options?.revision !== undefined)
  }
}

/** Rows 4, 9 (with a principal), 11, 12, 15 and 16, then the operation. */
async function judgeAndPerform (resource: Resource, call: Call, log: FastifyBaseLogger): Promise<Outcome> {
  // Row 4 comes before the arguments are looked at.
  const unavailable = resource.availability.refusal(call.method)
  if (unavailable !== undefined) throw unavailable
  const content = call.content === undefined ? undefined : toJson(call.content)
  const head = await decide(callRows, toAsk(resource, call, log))
  const passage = head.kind === 'passed' ? await decideContent(head.ask, { kind: 'value', value: content }) : head
  if (passage.kind === 'answered') throw toError(passage)
  const outcome = await perform(passage.ask)
  // The caller's own copy, as JSON has it over HTTP.
  return outcome.kind === 'value' ? { kind: 'value', value: JSON.parse(JSON.stringify(outcome.value) ?? 'null') } : outcome
}

function toError ({ verdict, row }: Extract<Passage, { kind: 'answered' }>): Error {
  return trace((verdict as Refusal).error, row)
}

function toAsk (resource: Resource, { operation, method, id, options = {}, fields = [], facts }: Call, log: FastifyBaseLogger): Ask {
  const { principal = null, params = {}, revision } = options
  const named = id !== undefined || !['create', 'query', 'action'].includes(operation)
  if (named && resource.kind === 'collection') checkId(id)
  for (const name of parameterNames(resource.path)) {
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
    hasContent: false,
    operation,
    action: undefined,
    request: undefined,
    log,
    ...nothingFound,
    principal,
    protocol: defaultProtocol,
    ifMatch: toCondition(revision),
    fields: parseFields(fields),
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

function checkId (id: unknown): void {
  if (typeof id !== 'string' || idProblem(id) !== undefined) throw new BadRequest(idRule)
}

/** The caller's own copy as JSON has it: dates become texts, undefined members go. */
function toJson (value: unknown): JsonValue {
  try {
    return JSON.parse(JSON.stringify(value))
  } catch (error) {
    throw new BadRequest('The content is no JSON value', { cause: error })
  }
}

function withId (content: unknown, id: string | undefined): unknown {
  if (id === undefined) return content
  const plain = toJson(content)
  return isJsonObject(plain) ? { ...plain, _id: id } : plain
}

function toDocument (outcome: Outcome, fields: readonly string[] = []): Document<Record<string, unknown>> {
  if (outcome.kind !== 'document' && outcome.kind !== 'deleted') throw new InternalServerError(`An operation ended with ${outcome.kind}`)
  return copy(outcome.document, fields)
}

function toPage (outcome: Outcome, fields: readonly string[] = []): QueryPage<Record<string, unknown>> {
  if (outcome.kind !== 'results') throw new InternalServerError(`A query ended with ${outcome.kind}`)
  return { ...outcome.page, results: outcome.page.results.map((document) => copy(document, fields)) }
}

function toValue (outcome: Outcome): unknown {
  return outcome.kind === 'value' ? outcome.value : undefined
}

/** Results are the caller's own: changing them never reaches a store. */
function copy ({ id, revision, content }: Document, fields: readonly string[]): Document<Record<string, unknown>> {
  const projection = parseFields(fields)
  return { id, revision, content: structuredClone(projection === undefined ? content : projectFields(projection, content)) }
}
