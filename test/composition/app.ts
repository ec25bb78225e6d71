import Fastify from 'fastify'
import type { FastifyInstance } from 'fastify'
import { once } from 'node:events'
import { request } from 'node:http'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type { Test } from 'tap'
import { Type } from 'typebox'
import commonRest, { serverOptions } from '../../lib/index.ts'
import type { CommonRestOptions } from '../../lib/index.ts'
import { listen } from '../plugin/raw.ts'

/** Registers another plugin on an instance. */
export type Other = (instance: FastifyInstance) => Promise<unknown>

/** Where another plugin is registered. */
export interface Place {
  readonly name: string
  /** Registers the other plugin and the resources of {@link declareNotes}. */
  readonly build: (app: FastifyInstance, other: Other, options: CommonRestOptions) => Promise<void>
  /** What all paths begin with. */
  readonly prefix: string
  /** Whether the hooks of the other plugin run on paths that nobody declared. */
  readonly reachesUnknown: boolean
}

/** Before the plugin, after it, and in scopes that have resources. */
export const places: readonly Place[] = [
  {
    name: 'before',
    prefix: '',
    reachesUnknown: true,
    async build (app, other, options) {
      await other(app)
      await app.register(commonRest, options)
      await declareNotes(app)
    }
  },
  {
    name: 'after',
    prefix: '',
    reachesUnknown: false,
    async build (app, other, options) {
      await app.register(commonRest, options)
      await other(app)
      await declareNotes(app)
    }
  },
  {
    name: 'in a scope of the resources',
    prefix: '/api',
    reachesUnknown: false,
    async build (app, other, options) {
      await app.register(commonRest, options)
      await app.register(async function notes (scope) {
        await other(scope)
        await declareNotes(scope)
      }, { prefix: '/api' })
    }
  },
  {
    name: 'in the scope of the plugin',
    prefix: '/api',
    reachesUnknown: true,
    async build (app, other, options) {
      await app.register(async function notes (scope) {
        await other(scope)
        await scope.register(commonRest, options)
        await declareNotes(scope)
      }, { prefix: '/api' })
    }
  }
]

/** A collection with the document `a`, one that is disabled, and one that fails. */
async function declareNotes (instance: FastifyInstance): Promise<void> {
  const notes = instance.resource('/notes', {
    schema: Type.Object({ text: Type.String() }),
    prefer: true,
    actions: { shout: { handler: ({ parameters }) => parameters } }
  })
  await notes.create({ text }, { id: 'a' })
  instance.resource('/closed', {}).disable({ retryAfter: 120 })
  instance.resource('/broken', { provider: { read () { throw new Error('secret') } } })
}

/** The text of the document `a`: long enough to be compressed. */
export const text: string = 'a note. '.repeat(400)

/** One answer as it came over the wire. */
export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** What is asked; `content` is sent as JSON. */
export interface Question {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly content?: unknown
  readonly bytes?: Buffer
}

/** An application that listens. */
export interface Listening {
  readonly app: FastifyInstance
  readonly ask: (path: string, question?: Question) => Promise<Answer>
  /** The row that answered the last request. */
  readonly row: () => number | undefined
}

/** Starts an application; it is closed at the end of the test. */
export async function start (t: Test, build: (app: FastifyInstance) => unknown): Promise<Listening> {
  const app = Fastify({ ...serverOptions(), forceCloseConnections: true }) as unknown as FastifyInstance
  t.teardown(() => app.close())
  let row: number | undefined
  app.addHook('onSend', async ({ decision }) => { row = decision?.row })
  await build(app)
  const port = await listen(app)
  return { app, ask: (path, question) => ask(port, path, question), row: () => row }
}

/** Starts an application with resources and another plugin in a place. */
export async function compose (t: Test, place: Place, other: Other, options: CommonRestOptions = {}): Promise<Listening> {
  const listening = await start(t, (app) => place.build(app, other, options))
  return { ...listening, ask: (path, question) => listening.ask(place.prefix + path, question) }
}

async function ask (port: number, path: string, { method = 'GET', headers = {}, content, bytes }: Question = {}): Promise<Answer> {
  const body = bytes ?? (content === undefined ? undefined : Buffer.from(JSON.stringify(content)))
  const outgoing = request({
    host: '127.0.0.1',
    port,
    path,
    method,
    agent: false,
    headers: body === undefined ? headers : { 'content-type': 'application/json', 'content-length': body.length, ...headers }
  })
  outgoing.end(body)
  const [incoming] = await once(outgoing, 'response') as [IncomingMessage]
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  return { status: incoming.statusCode ?? 0, headers: incoming.headers, body: Buffer.concat(chunks) }
}

/** The body of an answer as JSON. */
export function json ({ body }: Answer): unknown {
  return JSON.parse(body.toString())
}

/** Asserts that an answer is the error object with this code. */
export function isError (t: Test, answer: Answer, code: number, name: string = `answers ${code}`): void {
  t.equal(answer.status, code, name)
  t.match(answer.headers['content-type'], /^application\/json/, `${name}: as JSON`)
  const { detail, ...members } = json(answer) as { readonly detail?: unknown }
  t.match(members, { code, reason: /./, message: /./ }, `${name}: with the error object`)
  t.equal(Object.keys(members).length, 3, `${name}: and nothing else`)
}
