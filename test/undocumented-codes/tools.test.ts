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

/** A stream that fails after it has given `begun`. */
async function * failing (begun: string): AsyncGenerator<string> {
  if (begun !== '') yield begun
  await new Promise((resolve) => { setTimeout(resolve, 10) })
  throw new Error('secret')
}

const webStream = (begun: string): ReadableStream => Readable.toWeb(Readable.from(failing(begun))) as unknown as ReadableStream

runRows('5, tools', [
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
  },
  {
    name: 'setErrorHandler',
    cases: [
      { name: 'a handler sends an error', handler: (_request, reply) => reply.send(Object.assign(new Error('said'), { statusCode: 418 })), client: get, leak: theirs(418), answer: { status: 400, body: /said/ } },
      {
        name: 'an error handler of the application',
        before: (app) => { app.setErrorHandler((_error, _request, reply) => reply.code(418).send('mine')) },
        handler: () => { throw new Error('secret') },
        client: get,
        leak: { status: 418, body: 'mine' },
        answer: 500
      },
      {
        name: 'an onError hook that fails',
        before: (app) => { app.addHook('onError', async () => { throw new Error('secret') }) },
        handler: () => { throw Object.assign(new Error('said'), { statusCode: 409 }) },
        client: get,
        leak: theirs(409),
        answer: 409
      }
    ]
  },
  {
    name: 'setNotFoundHandler',
    cases: [
      {
        name: 'one of the application',
        before: (app) => { app.setNotFoundHandler((_request, reply) => { reply.code(418).send('mine') }) },
        client: wire('GET /unknown'),
        leak: { status: 418, body: 'mine' },
        answer: 404
      },
      { name: 'reply.callNotFound()', before: (app) => { app.setNotFoundHandler((_request, reply) => { reply.code(418).send('mine') }) }, handler: (_request, reply) => { reply.callNotFound() }, client: get, leak: 418, answer: 404 },
      { name: 'reply.callNotFound() without one', handler: (_request, reply) => { reply.callNotFound() }, client: get, leak: theirs(404), answer: 404 }
    ]
  },
  {
    name: 'onRequest hook',
    cases: [
      {
        name: 'a hook of the application is asked first',
        before: (app) => { app.addHook('onRequest', async () => { throw Object.assign(new Error('who?'), { statusCode: 401 }) }) },
        resources: (app) => { app.resource('/things', { operations: ['read'] }) },
        client: wire('DELETE /things/a'),
        leak: { ...theirs(401), headers: { 'www-authenticate': undefined } },
        answer: { status: 401, headers: { 'www-authenticate': 'Bearer' } }
      },
      {
        name: 'the same as authenticate keeps the order',
        options: { authenticate: () => null },
        resources: (app) => { app.resource('/things', { operations: ['read'] }) },
        routes: (app) => { app.get('/things', async () => 'x') },
        client: wire('DELETE /things/a'),
        leak: theirs(404),
        answer: 405
      },
      {
        name: 'refused content is not read',
        client: { steps: [wire('POST /things', ['Content-Type: text/csv', 'Content-Length: 100000', 'Connection: keep-alive'])], end: true },
        leak: [415, theirs(400)],
        answer: 415,
        without: [415, theirs(400)]
      }
    ]
  },
  {
    name: 'preValidation / own validator',
    cases: [{
      name: 'what a validator compiler of the application says',
      before: (app) => { app.setValidatorCompiler(() => () => ({ error: new Error('secret') })) },
      routes: (app) => { app.post('/things', { schema: { body: { type: 'object' } } }, async () => 'x') },
      resources: (app) => { app.resource('/things', { schema: { type: 'object' } as never }) },
      client: wireJson('POST /things', '{}'),
      leak: theirs(400),
      answer: 201
    }]
  },
  {
    name: 'onSend hook',
    cases: [
      { name: 'a stream that fails before its first byte', handler: (_request, reply) => reply.type('text/plain').send(Readable.from(failing(''))), client: get, leak: theirs(500), answer: 500 },
      { name: 'a web stream that fails before its first byte', handler: (_request, reply) => reply.type('text/plain').send(webStream('')), client: get, leak: theirs(500), answer: 500 },
      {
        name: 'a stream with header fields that fails before its first byte',
        handler: (_request, reply) => reply.type('text/plain').headers({ 'content-encoding': 'gzip', 'content-length': '100', 'last-modified': 'yesterday', etag: '"x"', location: '/x', 'content-disposition': 'attachment', 'content-range': 'bytes 0-1/2', 'accept-ranges': 'bytes', 'content-language': 'de' }).send(Readable.from(failing(''))),
        client: get,
        leak: { status: 500, headers: { 'content-encoding': 'gzip', etag: '"x"', location: '/x' } },
        answer: { status: 500, headers: Object.fromEntries(['content-encoding', 'last-modified', 'etag', 'location', 'content-disposition', 'content-range', 'accept-ranges', 'content-language'].map((name) => [name, undefined])) }
      },
      { name: 'a stream that fails midway', handler: (_request, reply) => reply.type('text/plain').send(Readable.from(failing('begun'))), client: get, leak: { status: 200, cut: true }, answer: { status: 200, cut: true } },
      { name: 'a web stream that fails midway', handler: (_request, reply) => reply.type('text/plain').send(webStream('begun')), client: get, leak: { status: 200, cut: true }, answer: { status: 200, cut: true } },
      {
        name: 'a stream that ends before its length',
        handler: (_request, reply) => reply.type('text/plain').header('content-length', '100').send(Readable.from(['begun'])),
        client: get,
        leak: { status: 200, cut: true },
        answer: { status: 200, cut: true }
      },
      {
        name: 'a hook after the plugin that changes what it answered',
        after: (app) => { app.addHook('onSend', async (_request, reply) => { reply.code(418) }) },
        client: get,
        // Routes of resources are loaded after it, so its guard comes behind.
        leak: 418,
        answer: 400
      },
      {
        name: 'a hook before the plugin that fails',
        before: (app) => { app.addHook('onSend', async () => { throw Object.assign(new Error('secret'), { statusCode: 599 }) }) },
        client: get,
        leak: { status: 599, body: /secret/ },
        answer: 500
      },
      {
        name: 'a hook that fails once, where the application has an error handler',
        before: (app) => {
          app.setErrorHandler((_error, _request, reply) => reply.code(500).send('mine'))
          failOnce(app)
        },
        handler: () => { throw new Error('secret') },
        client: get,
        leak: { status: 500, body: /secret/ },
        answer: 500
      },
      {
        name: 'such a hook below the instances',
        before: (app) => {
          app.setErrorHandler((_error, _request, reply) => reply.code(404).send('mine'))
          app.addHook('onRequest', async () => { throw Object.assign(new Error('said'), { statusCode: 404 }) })
          failOnce(app)
        },
        options: { notFound: false },
        client: wire('GET /things/a/b'),
        leak: { status: 404, body: /secret/ },
        answer: 500
      }
    ]
  },
  {
    name: 'wrapping reply.raw.writeHead in onRequest',
    cases: [
      { name: 'reply.raw.statusCode', handler: raw((reply) => { reply.raw.statusCode = 418; reply.raw.end() }), client: get, leak: 418, answer: 400, beyond: 'what is written past all hooks has its number translated, and nothing else' },
      { name: 'reply.raw.writeHead with a text', handler: raw((reply) => { reply.raw.writeHead(207, 'Multi-Status', { 'content-type': 'text/plain' }).end('x') }), client: get, leak: 207, answer: { status: 200, body: 'x' } },
      { name: 'reply.raw.writeHead with an interim code', handler: raw((reply) => { reply.raw.writeHead(103).end() }), client: get, leak: [], answer: 500, beyond: 'what is written past all hooks has its number translated, and nothing else' },
      { name: 'reply.writeEarlyHints', handler: (_request, reply) => { reply.writeEarlyHints({ link: '</x>; rel=preload' }) }, client: get, leak: { status: 200, interim: [103] }, answer: { status: 200, interim: [103] } },
      { name: 'a reply after reply.hijack()', handler: raw((reply) => { reply.raw.writeHead(200, { 'content-length': '1', 'content-type': 'text/plain' }).end('x'); reply.code(418).send('again') }), client: get, leak: 200, answer: { status: 200, body: 'x' } },
      { name: 'two replies', handler: async (_request, reply) => { reply.code(202).send({ first: true }); reply.code(418).send('again') }, client: get, leak: { status: 202, body: /first/ }, answer: { status: 200, body: /first/ } },
      { name: 'a failure after a reply', handler: async (_request, reply) => { reply.code(202).send({ first: true }); throw new Error('secret') }, client: get, leak: { status: 202, body: /first/ }, answer: { status: 200, body: /first/ } },
      { name: 'a failure within an answer that is written past all hooks', handler: (_request, reply) => { reply.raw.writeHead(200, { 'content-length': '100' }).write('begun'); throw new Error('secret') }, client: get, leak: { status: 200, cut: true }, answer: { status: 200, cut: true } },
      { name: 'a connection that is destroyed', handler: raw((reply) => { reply.raw.destroy() }), client: get, leak: [], answer: [] }
    ]
  }
])

function raw (write: (reply: FastifyReply) => void) {
  return (_request: unknown, reply: FastifyReply): void => {
    reply.hijack()
    write(reply)
  }
}

/** A hook that fails for the first answer to a request, and not for the one that takes its place. */
function failOnce (app: FastifyInstance): void {
  const failed = new WeakSet<object>()
  app.addHook('onSend', async (request) => {
    if (failed.has(request)) return
    failed.add(request)
    throw new Error('secret')
  })
}

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
