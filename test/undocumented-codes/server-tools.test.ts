import { Readable } from 'node:stream'
import Fastify from 'fastify'
import type { FastifyInstance, FastifyReply } from 'fastify'
import commonRest, { serverOptions } from '../../lib/index.ts'
import { runRows } from './rows.ts'
import type { ExpectedAnswer } from './rows.ts'
import { wire, wireJson } from './wire.ts'

const theirs = (status: number): ExpectedAnswer => ({ status, headers: { 'cache-control': undefined }, body: /"error":/ })
const get = wire('GET /things')
const kept = wire('GET /things', ['Connection: keep-alive'])

runRows('5, server', [
  {
    name: 'frameworkErrors',
    cases: [
      // No hook runs for these: all that the answer needs is put together without one.
      {
        name: 'hooks of the application do not run',
        before: (app) => { app.addHook('onRequest', async (_request, reply) => { reply.header('x-hook', 'yes') }) },
        client: wire('GET /things/%'),
        leak: { ...theirs(400), headers: { 'x-hook': undefined } },
        answer: { status: 400, headers: { 'x-hook': undefined, 'cache-control': 'no-store' } },
        without: theirs(400)
      },
      {
        name: 'content that nobody reads',
        client: wireJson('PUT /things/%', '{"n":1}', ['Connection: keep-alive']) + get,
        leak: [theirs(400), 200],
        answer: [400, 200],
        without: [theirs(400), 200]
      },
      async (t) => {
        const app = Fastify(serverOptions({ frameworkErrors: (_error: unknown, _request: unknown, reply: unknown) => { (reply as FastifyReply).code(400).send('mine') } })) as unknown as FastifyInstance
        t.teardown(() => app.close())
        await app.register(commonRest)
        t.equal((await app.inject('/%')).body, 'mine', 'that of the application wins')
      }
    ]
  },
  {
    name: 'clientErrorHandler or own clientError listener',
    cases: [
      {
        name: 'after an answer to the head of the same request',
        client: { steps: [wire('POST /things', ['Content-Type: text/csv', 'Transfer-Encoding: chunked', 'Connection: keep-alive']), 30, 'zz\r\nno chunk\r\n'] },
        leak: [theirs(415), theirs(400)],
        answer: 415,
        without: [415, theirs(400)]
      },
      {
        name: 'a coding that is not supported, and refused content',
        client: wire('POST /things', ['Content-Type: text/csv', 'Transfer-Encoding: gzip'], 'xx'),
        leak: [415, theirs(400)],
        answer: 415,
        without: [415, theirs(400)]
      },
      { name: 'after a request that was answered', client: `${kept}garbage\r\n\r\n`, leak: theirs(400), answer: [200, 400], without: [200, theirs(400)] },
      { name: 'after several', client: `${kept.repeat(5)}FOO / HTTP/1.1\r\n\r\n`, leak: theirs(400), answer: [200, 200, 200, 200, 200, 501], without: [200, theirs(400)] },
      {
        name: 'while a request is answered slowly',
        resources: slowThings,
        routes: (app) => {
          app.get('/things', async () => {
            await later(60)
            return { slow: true }
          })
        },
        client: `${kept}garbage\r\n\r\n`,
        // Stock Fastify writes over the answer that is due.
        leak: theirs(400),
        answer: [{ status: 200, body: /"result"/ }, 400],
        without: theirs(400)
      },
      {
        name: 'within an answer that was begun',
        handler: (_request, reply) => reply.type('text/plain').send(Readable.from(slowly())),
        client: { steps: [kept, /begun/, 'garbage\r\n\r\n'] },
        leak: { status: 200, cut: true },
        answer: [{ status: 200, body: 'begun, ended' }, 400],
        without: { status: 200, cut: true }
      },
      { name: 'a client that says half a request and no more', client: { steps: ['GET /things HTTP/1.1\r\nHost: x\r\n'], end: true }, leak: theirs(400), answer: { status: 400, headers: { connection: 'close' } }, without: theirs(400) },
      { name: 'a client that says nothing', client: { steps: [], end: true }, leak: [], answer: [] },
      { name: 'a client that says all and closes its half', client: { steps: [kept], end: true }, leak: 200, answer: 200 }
    ]
  },
  {
    name: 'checkExpectation / checkContinue',
    cases: [
      async (t) => {
        const app = Fastify(serverOptions({ forceCloseConnections: true })) as unknown as FastifyInstance
        t.teardown(() => app.close())
        await app.register(commonRest)
        app.resource('/things', {})
        for (const event of ['checkExpectation', 'checkContinue']) t.equal(app.server.listenerCount(event), 1, event)
        await app.close()
        for (const event of ['checkExpectation', 'checkContinue']) t.equal(app.server.listenerCount(event), 0, `${event} is gone with the app`)
      },
      {
        name: 'content is asked for once, though two read it',
        before: (app) => { app.addHook('preParsing', async (_request, _reply, payload) => payload) },
        client: { steps: [wire('POST /things', ['Expect: 100-continue', 'Content-Type: application/json', 'Content-Length: 2']), /100 Continue\r\n\r\n/, '{}'] },
        leak: { status: 200, interim: [100] },
        answer: { status: 201, interim: [100] }
      },
      {
        name: 'content that is too large is not asked for',
        server: { bodyLimit: 10 },
        client: wire('POST /things', ['Expect: 100-continue', 'Content-Type: application/json', 'Content-Length: 1000']),
        leak: { ...theirs(413), interim: [100] },
        answer: { status: 400, headers: { connection: 'close' } }
      }
    ]
  }
])

async function * slowly (): AsyncGenerator<string> {
  yield 'begun'
  await later(60)
  yield ', ended'
}

function slowThings (app: FastifyInstance): void {
  app.resource('/things', {
    provider: {
      query: async () => {
        await later(60)
        return { results: [] }
      }
    }
  })
}

async function later (milliseconds: number): Promise<void> {
  await new Promise((resolve) => { setTimeout(resolve, milliseconds) })
}
