import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Test } from 'tap'
import { buildApp } from '../plugin/app.ts'
import type { AppSettings } from '../plugin/app.ts'

/** A resource server that listens, and what it was asked. */
export interface ResourceServer {
  readonly app: FastifyInstance
  readonly baseUrl: string
  /** The requests so far, in their order. */
  readonly requests: FastifyRequest[]
  /** The method, URL and a header field of the requests so far, which are forgotten. */
  readonly seen: (field?: string) => ReadonlyArray<readonly [request: string, field: unknown]>
}

/** Starts a server with the plugin and what `declare` adds. */
export async function startResources (t: Test, declare: (app: FastifyInstance) => unknown, settings?: AppSettings): Promise<ResourceServer> {
  const app = await buildApp(t, settings)
  const requests: FastifyRequest[] = []
  app.addHook('onRequest', async (request) => { requests.push(request) })
  await declare(app)
  const baseUrl = await app.listen({ port: 0, host: '127.0.0.1' })
  return {
    app,
    baseUrl,
    requests,
    seen: (field = 'if-match') => requests.splice(0).map(({ method, url, headers }) => [`${method} ${url}`, headers[field]])
  }
}

/** A server that is no resource server. */
export interface OddServer {
  readonly baseUrl: string
  /** How many requests have come. */
  readonly count: () => number
  readonly server: Server
}

/** Starts a server whose n-th request is answered by the n-th listener, the last one answering all further ones. */
export async function startOdd (t: Test, ...listeners: readonly RequestListener[]): Promise<OddServer> {
  let count = 0
  const server = createServer((request, response) => { listeners[Math.min(count++, listeners.length - 1)]?.(request, response) })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, count: () => count, server }
}

/** Answers any request so. */
export function answering (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): RequestListener {
  return (request: IncomingMessage, response: ServerResponse) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    response.writeHead(status, { ...(typeof body === 'string' ? {} : { 'content-type': 'application/json' }), ...headers })
    request.resume().on('end', () => response.end(text))
  }
}

/** The answer to a disabled resource. */
export function unavailable (retryAfter: string): RequestListener {
  return answering(503, { code: 503, reason: 'Service Unavailable', message: 'The resource is disabled' }, { 'retry-after': retryAfter })
}

/** What a promise rejects with. */
export async function rejection (promise: Promise<unknown>): Promise<unknown> {
  return promise.then((value) => { throw new Error(`resolved to ${JSON.stringify(value)}`) }, (reason: unknown) => reason)
}
