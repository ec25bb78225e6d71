import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { runRows } from './rows.ts'
import type { ExpectedAnswer } from './rows.ts'
import { wire } from './wire.ts'

const theirs = (status: number): ExpectedAnswer => ({ status, headers: { 'cache-control': undefined }, body: /"error":/ })
const get = wire('GET /things')

/** A stream that fails after it has given `begun`. */
async function * failing (begun: string): AsyncGenerator<string> {
  if (begun !== '') yield begun
  await new Promise((resolve) => { setTimeout(resolve, 10) })
  throw new Error('secret')
}

const webStream = (begun: string): ReadableStream => Readable.toWeb(Readable.from(failing(begun))) as unknown as ReadableStream

runRows('5, sending', [
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
