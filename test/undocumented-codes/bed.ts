import Fastify from 'fastify'
import type { FastifyInstance, FastifyReply, FastifyRequest, FastifyServerOptions } from 'fastify'
import type { ServerOptions } from 'node:http'
import t from 'tap'
import type { Test } from 'tap'
import commonRest, { serverOptions } from '../../lib/index.ts'
import type { CommonRestOptions } from '../../lib/index.ts'

/** A server of the table: plain Fastify, and the plugin with and without `serverOptions()`. */
export type Kind = 'plain' | 'plugin' | 'plugin without serverOptions'

/** What a handler of the application does. On plain Fastify it handles `/things`; around the plugin it is a hook before the handler. */
export type Handler = (request: FastifyRequest, reply: FastifyReply) => unknown

/** What an application is made of; all optional. */
export interface Application {
  readonly server?: FastifyServerOptions & { readonly http?: ServerOptions }
  readonly options?: CommonRestOptions
  /** Before the plugin, or before the routes of plain Fastify: hooks and plugins of the application. */
  readonly before?: (app: FastifyInstance, kind: Kind) => unknown
  /** Hand-written routes on plain Fastify; default `/things` and `/things/:id` for GET, POST, PUT and DELETE. */
  readonly routes?: (app: FastifyInstance) => unknown
  /** Resources; default `/things` with the document `a`. */
  readonly resources?: (app: FastifyInstance) => unknown
  /** After them. */
  readonly after?: (app: FastifyInstance, kind: Kind) => unknown
  readonly handler?: Handler
}

/** Builds a server of the table. It is closed at the end of the test. */
export async function buildServer (t: Test, kind: Kind, application: Application = {}): Promise<FastifyInstance> {
  const { server = {}, options = {}, before, resources = declareThings, routes, after, handler } = application
  const settings = { forceCloseConnections: true, ...server }
  const app = Fastify(kind === 'plugin' ? serverOptions(settings) : settings) as unknown as FastifyInstance
  t.teardown(() => app.close())
  await before?.(app, kind)
  if (kind === 'plain') await (routes ?? handThings(handler))(app)
  else {
    await app.register(commonRest, options)
    if (handler !== undefined) app.addHook('preHandler', async (request, reply) => handler(request, reply))
    await resources(app)
  }
  await after?.(app, kind)
  return app
}

/** The servers that cases share, by what they are made of. */
const shared: Array<{ readonly made: readonly unknown[], readonly port: Promise<number> }> = []

/** The port of a server of the table that is shared by all cases of the file which are made of the same. */
export function sharedPort (kind: Kind, application: Application): Promise<number> {
  const { server, options, before, routes, resources, after, handler } = application
  const made = [kind, server, options, before, routes, resources, after, handler]
  const known = shared.find((one) => one.made.every((member, index) => member === made[index]))
  if (known !== undefined) return known.port
  const port = buildServer(t, kind, application).then(listen)
  shared.push({ made, port })
  return port
}

/** Listens on a free port of the loopback interface. */
export async function listen (app: FastifyInstance): Promise<number> {
  await app.listen({ port: 0, host: '127.0.0.1' })
  return (app.server.address() as { port: number }).port
}

/** Routes of plain Fastify at the paths of the resource. */
export const handThings = (handler: Handler = () => ({ hand: 'written' })) => (app: FastifyInstance): void => {
  for (const url of ['/things', '/things/:id']) app.route({ method: ['GET', 'POST', 'PUT', 'DELETE'], url, handler: async (request, reply) => handler(request, reply) })
}

/** `/things`, with the document `a` and two actions. */
export async function declareThings (app: FastifyInstance): Promise<void> {
  const things = app.resource('/things', {
    actions: {
      echo: { on: ['collection', 'instance'], handler: ({ content }: { readonly content: unknown }) => content },
      nothing: { on: ['collection', 'instance'], handler: () => undefined }
    }
  })
  await things.create({ n: 1 }, { id: 'a' })
}
