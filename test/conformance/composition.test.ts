import compress from '@fastify/compress'
import cors from '@fastify/cors'
import etag from '@fastify/etag'
import type { FastifyInstance } from 'fastify'
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib'
import t from 'tap'
import { closeAll, runAll } from './exchange.ts'
import type { Composition } from './fixture.ts'
import type { Factors } from './factors.ts'
import { rowByLevel } from './goals.ts'
import { inject } from './request.ts'
import type { Send } from './request.ts'

const { requests } = rowByLevel()

const rootEtag = async (app: FastifyInstance): Promise<void> => { await app.register(etag) }
const ownHandlers = async (app: FastifyInstance): Promise<void> => {
  app.setErrorHandler(async (failure, request, reply) => await reply.code(418).send('the application\'s own error handler'))
  app.setNotFoundHandler(async (request, reply) => await reply.code(418).send('the application\'s own not-found handler'))
}
const rootCors = async (app: FastifyInstance): Promise<void> => { await app.register(cors, { strictPreflight: false, preflight: false }) }
const rootCompress = async (app: FastifyInstance): Promise<void> => { await app.register(compress, { threshold: 0 }) }
const ownScope = (child: FastifyInstance): void => {
  child.setErrorHandler(async (failure, request, reply) => await reply.code(418).send('the scope\'s own error handler'))
}

/** As {@link inject}, from a client that takes compressed answers. */
const compressed: Send = async (fixture, request) => {
  const response = await inject(fixture, { ...request, headers: { ...request.headers, 'accept-encoding': 'gzip' } })
  const decode = { gzip: gunzipSync, br: brotliDecompressSync, deflate: inflateSync }[response.headers['content-encoding'] ?? '']
  if (decode === undefined || response.body.length === 0) return response
  // What the client makes of it has neither the coding nor its length.
  return { ...response, fields: response.fields.filter(([name]) => name !== 'content-encoding' && name !== 'content-length'), body: decode(response.body) }
}

/** `@fastify/cors` has a route for OPTIONS on every path, so an unknown path is its own there. */
const ours = requests.filter(({ method, target }) => method !== 'OPTIONS' || target !== 'unknown path')

const compositions: Readonly<Record<string, Composition & { send?: Send, requests?: readonly Factors[] }>> = {
  '@fastify/etag at its root': { root: rootEtag },
  'its own error and not-found handlers': { root: ownHandlers },
  '@fastify/cors': { root: rootCors, requests: ours },
  'a child scope with its own error handler': { scope: ownScope },
  '@fastify/compress': { root: rootCompress, send: compressed },
  'all of these': {
    async root (app) {
      await rootEtag(app)
      await ownHandlers(app)
      await rootCors(app)
      await rootCompress(app)
    },
    scope: ownScope,
    send: compressed,
    requests: ours
  }
}

t.teardown(closeAll)

for (const [name, composition] of Object.entries(compositions)) {
  t.test(`no outcome changes in an application with ${name}`, async t => {
    const { count, wrong, mismatches } = await runAll(composition.requests ?? requests, {
      store: 'memory', send: composition.send ?? inject, composition, followUps: false, headers: false
    })
    t.comment(`${count} requests, ${wrong} wrong`)
    t.ok(count > 300)
    t.same(mismatches, [])
  })
}

t.test('@fastify/cors answers preflights itself, and with strictPreflight: false other requests are not disturbed', async t => {
  const composition: Composition = { root: async app => { await app.register(cors, { strictPreflight: false }) } }
  const { count, wrong, mismatches } = await runAll(requests.filter(({ method }) => method !== 'OPTIONS'), {
    store: 'memory', send: inject, composition, followUps: false, headers: false
  })
  t.comment(`${count} requests, ${wrong} wrong`)
  t.ok(count > 300)
  t.same(mismatches, [])
})
