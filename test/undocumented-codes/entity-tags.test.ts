import compress from '@fastify/compress'
import etag from '@fastify/etag'
import { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { afterwards, runRows } from './rows.ts'
import type { Afterwards } from './rows.ts'
import { wire, wireJson } from './wire.ts'

const withEtag = async (app: FastifyInstance): Promise<void> => { await app.register(etag) }

/** Counts its writes, by hand and as a provider. */
function counted (): Pick<Afterwards, 'routes' | 'resources'> {
  let writes = 0
  const document = () => ({ id: 'a', revision: '1', content: { writes } })
  return {
    routes: (app) => {
      writes = 0
      app.put('/things/:id', async () => {
        writes++
        return { put: true }
      })
      app.get('/things/:id', async () => ({ writes }))
    },
    resources: (app) => {
      writes = 0
      app.resource('/things', {
        provider: {
          read: document,
          update: () => {
            writes++
            return document()
          }
        }
      })
    }
  }
}

const then = (line: string, field = 'If-None-Match', make: (tag: string) => string = (tag) => tag) =>
  (first: { readonly headers: Readonly<Record<string, string>> } | undefined): string => wire(line, [`${field}: ${make(first?.headers['etag'] ?? '"none"')}`])

const weak = (tag: string): string => `W/${tag.replace(/^W\//, '')}`

runRows(6, [
  {
    name: 'it works in onSend, after the handler: it can never prevent a write',
    cases: [afterwards({
      ...counted(),
      before: withEtag,
      client: wireJson('PUT /things/a', '{}'),
      then: () => wireJson('PUT /things/a', '{}', ['If-None-Match: "1"']),
      leak: 200,
      answer: 412
    })]
  },
  {
    name: 'it does not overwrite: a later onSend that sets its own tag comes too late for its 304',
    cases: [afterwards({
      before: async (app) => {
        await withEtag(app)
        app.addHook('onSend', async (_request, reply) => { reply.header('etag', '"later"') })
      },
      client: wire('GET /things/a'),
      then: () => wire('GET /things/a', ['If-None-Match: "later"']),
      leak: { status: 200, headers: { etag: '"later"' } },
      // The tag of a document is its revision, whatever hooks have made of it.
      answer: { status: 200, headers: { etag: /^"[\w-]{36}"$/ } }
    })]
  },
  {
    name: 'it hashes strings and buffers only: no tag for streams, none for send() without payload; a 204 made with return null gets the hash of null',
    cases: [
      { name: 'a stream', before: withEtag, handler: (_request, reply) => reply.type('text/plain').send(Readable.from(['x'])), client: wire('GET /things'), leak: { status: 200, headers: { etag: undefined } }, answer: { status: 200, headers: { etag: undefined } } },
      {
        name: '204',
        before: withEtag,
        routes: (app) => {
          app.post('/things', async (_request, reply) => {
            reply.code(204)
            return null
          })
        },
        client: wire('POST /things?_action=nothing'),
        leak: { status: 204, headers: { etag: /./ } },
        answer: { status: 204, headers: { etag: undefined } }
      }
    ]
  },
  {
    name: 'it compares the whole header value: a list and * never match; it does not look at If-Match',
    cases: [
      ...['/things', '/things/a'].flatMap((path) => ([['a list', (tag: string) => `"x", ${tag}`], ['a weak tag', weak], ['a star', () => '*']] as const).map(([name, make]) => afterwards({
        name: `${name} at ${path}`,
        before: withEtag,
        client: wire(`GET ${path}`),
        then: then(`GET ${path}`, 'If-None-Match', make),
        leak: name === 'a weak tag' ? 304 : 200,
        answer: { status: 304, headers: { etag: /^"/, 'content-type': undefined, 'content-length': undefined } }
      }))),
      ...['/things', '/things/a'].map((path) => afterwards({ name: `If-Match at ${path}`, before: withEtag, client: wire(`GET ${path}`), then: () => wire(`GET ${path}`, ['If-Match: "x"']), leak: 200, answer: 412 }))
    ]
  },
  {
    name: 'the 304 is applied to any method and any status',
    cases: [afterwards({
      before: withEtag,
      client: wire('DELETE /things/a'),
      then: then('DELETE /things/a'),
      leak: 304,
      answer: 404
    })]
  },
  {
    name: 'its 304 has Content-Length: 0 and the old Content-Type',
    cases: ['/things', '/things/a'].flatMap((path) => ['GET', 'HEAD'].map((method) => afterwards({
      name: `${method} ${path}`,
      before: withEtag,
      client: wire(`GET ${path}`),
      then: then(`${method} ${path}`),
      leak: method === 'GET' ? { status: 304, headers: { 'content-length': '0', 'content-type': /json/ } } : 304,
      answer: { status: 304, headers: { 'content-length': undefined, 'content-type': undefined, 'cache-control': 'no-cache' } }
    })))
  },
  {
    name: '@fastify/compress keeps a strong tag; a reverse proxy weakens or drops it',
    cases: ['/things', '/things/a'].map((path) => afterwards({
      name: path,
      before: async (app) => { await app.register(compress, { threshold: 0 }) },
      client: wire(`GET ${path}`, ['Accept-Encoding: gzip']),
      then: then(`GET ${path}`, 'If-None-Match', weak),
      leak: 200,
      answer: 304
    }))
  },
  {
    name: 'the automatic HEAD route adds Content-Length: 0 to a 304 and sends a 204 with Content-Type and Content-Length: 4',
    cases: [
      {
        name: '304',
        routes: (app) => { app.get('/things/:id', async (_request, reply) => reply.code(304).send()) },
        client: wire('HEAD /things/a', ['If-None-Match: *']),
        leak: { status: 304, headers: { 'content-length': '0' } },
        answer: { status: 304, headers: { 'content-length': undefined } }
      },
      {
        name: '204',
        handler: (_request, reply) => reply.code(204).send(null),
        client: wire('HEAD /things'),
        leak: { status: 204, headers: { 'content-length': '4', 'content-type': /json/ } },
        answer: { status: 204, headers: { 'content-length': undefined, 'content-type': undefined } }
      },
      ...['/things', '/things/a', '/things/none'].map((path) => ({ name: `HEAD ${path} has the length of GET`, client: wire(`HEAD ${path}`), leak: 200, answer: { status: path.endsWith('none') ? 404 : 200, headers: { 'content-length': /^[1-9]\d+$/ } } }))
    ]
  },
  {
    name: 'reply.send(null) means the JSON text null',
    cases: [
      { name: '200', handler: (_request, reply) => reply.send(null), client: wire('GET /things'), leak: { status: 200, body: 'null' }, answer: { status: 200, body: 'null' } },
      {
        name: 'the result of an action',
        routes: (app) => { app.post('/things', async () => null) },
        resources: (app) => { app.resource('/things', { actions: { go: { on: 'collection', handler: () => null } } }) },
        client: wire('POST /things?_action=go'),
        leak: { status: 200, body: 'null' },
        answer: { status: 200, body: 'null' }
      },
      {
        name: '304',
        handler: (_request, reply) => reply.code(304).send(null),
        client: wire('GET /things', ['If-None-Match: *']),
        leak: { status: 304, headers: { 'content-type': /json/ } },
        answer: { status: 304, headers: { 'content-type': undefined, 'content-length': undefined } }
      }
    ]
  }
])
