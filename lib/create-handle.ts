import type { FastifyBaseLogger } from 'fastify'
import { callInProcess, toJson } from './call-in-process.ts'
import type { Call } from './call-in-process.ts'
import { parseFields, projectFields } from './crest/fields.ts'
import { readQueryOptions } from './decision/query-options.ts'
import { disabledState, enabledState } from './declare/availability.ts'
import type { AvailabilityState } from './declare/availability.ts'
import type { CallOptions, CollectionHandle, DisableOptions, EnableOptions, PatchOperationInput, QueryPage, ResourceHandle, RevisionOptions } from './declare/handle.ts'
import type { Document } from './declare/provider.ts'
import type { Resource } from './declare/resource.ts'
import type { SharedSwitch } from './declare/shared-switch.ts'
import { InternalServerError } from './errors.ts'
import { isJsonObject } from './json.ts'
import type { JsonObject, JsonValue } from './json.ts'
import type { ResourceLimits } from './limits.ts'
import { textOf } from './operations/document-text.ts'
import type { TextualDocument } from './operations/document-text.ts'
import type { Outcome } from './operations/outcome.ts'

/** What a handle needs beside the resource. */
export interface HandleContext {
  /** Purges all collections of the resource. */
  readonly purge: () => Promise<number>
  /** Disables and enables the resource in every process. */
  readonly everywhere: SharedSwitch
  readonly log: FastifyBaseLogger
}

/** The in-process face of a resource: the same rows and operations as over HTTP, without the head of a request. */
export function createHandle (compiled: Omit<Resource, 'handle'>, { purge, everywhere, log }: HandleContext): Resource {
  const { path, kind, availability } = compiled
  // Async, so that a wrong option rejects too: what returns a promise must not throw.
  const setEverywhere = async (state: () => AvailabilityState): Promise<ResourceHandle> => {
    await everywhere.set(state())
    return handle
  }
  const base = {
    path,
    kind,
    get enabled () { return availability.disabled === null },
    get disabled () { return availability.disabled },
    disable (options?: DisableOptions) {
      if (options?.shared === true) return setEverywhere(() => disabledState(options))
      availability.disable(options)
      return handle
    },
    enable (options?: EnableOptions) {
      if (options?.shared === true) return setEverywhere(() => enabledState(options))
      availability.enable(options)
      return handle
    },
    purge
  }
  const call = (given: Call): Promise<Outcome> => callInProcess(resource, given, log)
  const handle = Object.defineProperties(
    kind === 'collection' ? collectionOperations(call, compiled.limits) : singletonOperations(call),
    Object.getOwnPropertyDescriptors(base)
  ) as unknown as ResourceHandle
  const resource: Resource = { ...compiled, handle }
  return resource
}

type Caller = (call: Call) => Promise<Outcome>

function collectionOperations (call: Caller, limits: ResourceLimits): Pick<CollectionHandle, 'create' | 'read' | 'update' | 'patch' | 'delete' | 'query' | 'action'> {
  return {
    create: async (content, options) => toDocument(await call({ operation: 'create', method: 'POST', content: withId(content, options?.id), options })),
    read: async (id, options) => toDocument(await call({ operation: 'read', method: 'GET', id, options, fields: options?.fields }), options?.fields),
    update: async (id, content, options) => toDocument(await call({ operation: 'update', method: 'PUT', id, content, options })),
    patch: async (id, operations, options) => toDocument(await call({ operation: 'patch', method: 'PATCH', id, content: operations, options })),
    delete: async (id, options) => toDocument(await call({ operation: 'delete', method: 'DELETE', id, options })),
    query: async (options) => toPage(await call({ operation: 'query', method: 'GET', options, fields: options?.fields, facts: () => ({ query: readQueryOptions(options, limits) }) }), options?.fields),
    action: async (name, options = {}) => toValue(await call({
      operation: 'action',
      method: 'POST',
      id: options.id,
      content: options.content,
      options,
      action: name,
      facts: () => ({ parameters: { ...options.parameters } })
    }))
  }
}

function singletonOperations (call: Caller): object {
  return {
    read: async (options?: CallOptions & { readonly fields?: readonly string[] }) => toDocument(await call({ operation: 'read', method: 'GET', id: '', options, fields: options?.fields }), options?.fields),
    update: async (content: unknown, options?: RevisionOptions) => toDocument(await call({ operation: 'update', method: 'PUT', id: '', content, options })),
    patch: async (operations: readonly PatchOperationInput[], options?: RevisionOptions) => toDocument(await call({ operation: 'patch', method: 'PATCH', id: '', content: operations, options })),
    action: async (name: string, options: CallOptions & { readonly content?: JsonValue, readonly parameters?: Readonly<Record<string, string>> } = {}) => toValue(await call({
      operation: 'action', method: 'POST', id: '', content: options.content, options, action: name, facts: () => ({ parameters: { ...options.parameters } })
    }))
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

/** Results are the caller's own: changing them never reaches a store. What a store has as text is parsed for the caller alone. */
function copy (document: TextualDocument, fields: readonly string[]): Document<Record<string, unknown>> {
  const { id, revision } = document
  const text = textOf(document)
  // Row 11 has counted them.
  const projection = parseFields(fields, Infinity)
  const own: JsonObject = text === undefined ? structuredClone(document.content) : JSON.parse(text)
  return { id, revision, content: projection === undefined ? own : projectFields(projection, own) }
}
