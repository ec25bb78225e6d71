import { tracingChannel } from 'node:diagnostics_channel'
import type { TracingChannel } from 'node:diagnostics_channel'

/** What is told of one operation. The same object goes to all channels of the operation, so it can key a `WeakMap`. */
export interface OperationMessage {
  /** The full path of the resource, with its `:parameters`. */
  readonly resource: string
  /** `create`, `read`, `update`, `upsert`, `patch`, `delete`, `query`, `action`, `describe` or `options`. */
  readonly operation: string
  /** The name of the action, where it is one. */
  readonly action?: string | undefined
  /** The id of the document, where the request names one. */
  readonly id?: string | undefined
  /** The effective method; in process the one that HTTP would use. */
  readonly method: string
  /** The effective `X-ForgeRock-TransactionId`; undefined in process. */
  readonly transactionId?: string | undefined
  /** The Fastify request; undefined in process. */
  readonly request?: unknown
  /** The row of the decision order that answered, on `asyncEnd`. */
  decision?: { readonly row: number, readonly name: string, readonly status: number } | undefined
  /** What was thrown, on `error`. */
  error?: unknown
}

/** What is told of one call of a store. */
export interface StoreMessage {
  /** The path of the collection, parameters filled in. */
  readonly collection: string
  /** The method of the store's collection. */
  readonly call: 'read' | 'insert' | 'replace' | 'remove' | 'query' | 'purge'
  /** The id of the document, where the call names one. */
  readonly id?: string | undefined
  /** What was thrown, on `error`. */
  error?: unknown
}

/**
 * One trace an operation, over HTTP and in process: `tracing:fastify-common-rest:operation:start`, `…:asyncEnd` with the
 * deciding row, and `…:error` before it where something was thrown.
 */
export const operationChannel: TracingChannel<unknown, OperationMessage> = tracingChannel('fastify-common-rest:operation')

/** One trace a call of a store: `tracing:fastify-common-rest:store:start`, `…:asyncEnd`, `…:error`. */
export const storeChannel: TracingChannel<unknown, StoreMessage> = tracingChannel('fastify-common-rest:store')

/** Whether anybody listens to calls of stores. Asked before the message is made, which most calls need not. */
export function isObserved (): boolean {
  return storeChannel.hasSubscribers
}

/** Runs a call of a store, and tells those who listen. */
export function observeStore<Result> (run: () => Result | Promise<Result>, message: StoreMessage): Promise<Result> {
  return storeChannel.tracePromise(async () => run(), message)
}
