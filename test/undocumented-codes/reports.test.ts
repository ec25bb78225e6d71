import compress from '@fastify/compress'
import etag from '@fastify/etag'
import type { FastifyInstance } from 'fastify'
import { afterwards, runRows } from './rows.ts'
import type { ExpectedAnswer } from './rows.ts'
import { wire, wireJson } from './wire.ts'

const theirs = (status: number): ExpectedAnswer => ({ status, body: /"error":/ })
const withEtag = async (app: FastifyInstance): Promise<void> => { await app.register(etag) }
const tagOf = (first: { readonly headers: Readonly<Record<string, string>> } | undefined): string => first?.headers['etag'] ?? '"none"'
const weak = (tag: string): string => `W/${tag.replace(/^W\//, '')}`

/** Resources that keep tombstones, where `gone` is one. */
async function withTombstone (app: FastifyInstance): Promise<void> {
  const things = app.resource('/things', { tombstones: true })
  await things.create({}, { id: 'gone' })
  await things.delete('gone')
}

runRows(8, [
  {
    name: 'fastify-etag #116, #117: 304 for all methods, evaluated after the write',
    cases: [afterwards({
      before: withEtag,
      routes: (app) => { app.put('/things/:id', async () => ({ n: 1 })) },
      client: wireJson('PUT /things/b', '{"n":1}'),
      then: (first) => wireJson('PUT /things/b', '{"n":1}', [`If-None-Match: ${tagOf(first)}`]),
      leak: 304,
      answer: 412
    })]
  },
  {
    name: 'fastify-etag #108: proxy weakened the tag, exact comparison failed',
    cases: [afterwards({ before: withEtag, client: wire('GET /things/a'), then: (first) => wire('GET /things/a', [`If-None-Match: "other", ${weak(tagOf(first))}`]), leak: 200, answer: 304 })]
  },
  {
    name: 'fastify-etag #170: 304 must not carry Content-Length',
    cases: [afterwards({
      before: withEtag,
      client: wire('GET /things'),
      then: (first) => wire('GET /things', [`If-None-Match: ${tagOf(first)}`]),
      leak: { status: 304, headers: { 'content-length': '0' } },
      answer: { status: 304, headers: { 'content-length': undefined } }
    })]
  },
  {
    name: 'fastify #917, #862: Fastify answers 404 where 405 is due',
    cases: [{ client: wireJson('PATCH /things/', '[]'), leak: theirs(404), answer: { status: 405, headers: { allow: 'GET, HEAD, POST, OPTIONS' } } }]
  },
  {
    name: 'fastify #894, #1027, #5148: DELETE/POST with JSON Content-Type and no body',
    cases: [
      { client: wire('DELETE /things/a', ['Content-Type: application/json']), leak: theirs(400), answer: 200 },
      { client: wire('DELETE /things/a', ['Content-Type: application/json', 'Content-Length: 0']), leak: theirs(400), answer: 200 },
      { client: wire('POST /things?_action=nothing', ['Content-Type: application/json', 'Content-Length: 0']), leak: theirs(400), answer: 204 }
    ]
  },
  {
    name: 'fastify #3839, #5515, #1079: error handler scope surprises',
    cases: [{
      name: 'what is declared before an error handler is set',
      handler: () => { throw Object.assign(new Error('said'), { statusCode: 418 }) },
      after: async (app) => { await app.register(async (scope) => { scope.setErrorHandler((_error, _request, reply) => reply.code(299).send('mine')) }) },
      client: wire('GET /things'),
      leak: theirs(418),
      answer: 400
    }]
  },
  {
    name: 'eve #162, #777: missing If-Match was 403, then 428',
    cases: [
      { name: 'a document', options: { revision: 'required' }, client: wireJson('PUT /things/a', '{}'), leak: 200, answer: 428 },
      { name: 'no document', options: { revision: 'required' }, client: wireJson('DELETE /things/none', ''), leak: theirs(400), answer: 428 }
    ]
  },
  {
    name: 'eve #661: 412 lacked the API\'s error object',
    cases: [{ client: wireJson('PUT /things/a', '{}', ['If-Match: "x"']), leak: 200, answer: { status: 412, body: /"code":412/ } }]
  },
  {
    name: 'eve #920: a PATCH that changes nothing must not be 412',
    cases: [afterwards({
      client: wire('GET /things/a'),
      then: (first) => wireJson('PATCH /things/a', '[{"operation":"replace","field":"/n","value":1}]', [`If-Match: ${tagOf(first)}`]),
      leak: theirs(404),
      answer: { status: 200, body: /"n":1/ }
    })]
  },
  {
    name: 'eve #851: weak tags added by compression',
    cases: [afterwards({
      before: async (app) => {
        await withEtag(app)
        await app.register(compress, { threshold: 0 })
      },
      client: wire('GET /things/a', ['Accept-Encoding: gzip']),
      then: (first) => wire('GET /things/a', ['Accept-Encoding: gzip', `If-None-Match: ${weak(tagOf(first))}`]),
      leak: 304,
      answer: 304
    })]
  },
  {
    name: 'eve #626: 404 instead of 410 for soft-deleted documents',
    cases: [
      ...['GET', 'DELETE', 'HEAD'].map((method) => ({ name: method, resources: withTombstone, client: wire(`${method} /things/gone`), leak: 200, answer: 410 })),
      ...['PUT', 'PATCH'].map((method) => ({ name: method, resources: withTombstone, client: wireJson(`${method} /things/gone`, method === 'PUT' ? '{}' : '[]'), leak: method === 'PUT' ? 200 : theirs(404), answer: 410 })),
      { name: 'tombstones are not kept', client: wire('GET /things/gone'), leak: 200, answer: 404 }
    ]
  },
  {
    name: 'cowboy #785, #885: malformed tag list crashed, then 400',
    cases: ['"x', 'W/x', 'w/"x"', '"x" "y"', 'x, y', '*, "x"', ',', '"a b"', '"x",, W/'].map((value) => (
      { name: value, client: wireJson('PUT /things/a', '{}', [`If-Match: ${value}`]), leak: 200, answer: 400 }))
  },
  {
    name: 'cowboy #814, #1030: undefined Last-Modified produced 304',
    cases: ['Fri, 27 Nov 2026 12:00:00 GMT', 'Fri, 27 Nov 2099 12:00:00 GMT', 'nonsense'].flatMap((date) => ['If-Modified-Since', 'If-Unmodified-Since'].map((field) => (
      { name: `${field}: ${date}`, client: wire('GET /things/a', [`${field}: ${date}`]), leak: 200, answer: { status: 200, headers: { 'last-modified': undefined } } })))
  },
  {
    name: 'webmachine-ruby #166/#167: If-None-Match on a resource without tag produced 500',
    cases: [
      { name: 'a list', client: wire('GET /things', ['If-None-Match: "x"']), leak: 200, answer: 200 },
      { name: 'an action', client: wire('POST /things?_action=nothing', ['If-None-Match: "x"']), leak: 200, answer: 204 },
      { name: 'a descriptor of nothing', client: wire('OPTIONS /things', ['If-None-Match: *']), leak: theirs(404), answer: 204 }
    ]
  },
  {
    name: 'Kinto #1063/#1064, #1102: If-Match: * crashed; absent + If-Match; collections always exist',
    cases: [
      { name: 'a document', client: wireJson('PUT /things/a', '{}', ['If-Match: *']), leak: 200, answer: 200 },
      { name: 'no document', client: wireJson('PUT /things/none', '{}', ['If-Match: *']), leak: 200, answer: 404 },
      { name: 'a collection', client: wire('GET /things', ['If-Match: *']), leak: 200, answer: 200 },
      { name: 'a create', client: wireJson('POST /things', '{}', ['If-Match: *']), leak: 200, answer: 201 }
    ]
  },
  {
    name: 'cliquet #709: If-None-Match: * on GET',
    cases: [{ client: wire('GET /things/a', ['If-None-Match: *']), leak: 200, answer: 304 }, { name: 'of nothing', client: wire('GET /things/none', ['If-None-Match: *']), leak: 200, answer: 404 }]
  },
  {
    name: 'spring-framework #24881, #29031: If-Match and * missing; If-None-Match must outrank If-Modified-Since',
    cases: [
      { name: 'If-Match on GET', client: wire('GET /things/a', ['If-Match: "x"']), leak: 200, answer: 412 },
      { name: 'both', client: wire('GET /things/a', ['If-None-Match: "x"', 'If-Modified-Since: Fri, 27 Nov 2099 12:00:00 GMT']), leak: 200, answer: 200 }
    ]
  },
  {
    name: 'spring-framework #22797, #23775: a hashing filter must not replace the application\'s tag',
    cases: [{
      before: withEtag,
      routes: (app) => { app.get('/things/:id', async (_request, reply) => reply.header('etag', '"1"').send({ n: 1 })) },
      resources: (app) => { app.resource('/things', { provider: { read: ({ id }) => ({ id, revision: '1', content: {} }) } }) },
      client: wire('GET /things/a'),
      leak: { status: 200, headers: { etag: '"1"' } },
      answer: { status: 200, headers: { etag: '"1"' } }
    }]
  },
  {
    name: 'hapi #3956, nginx #716: weak versus strong comparison behind proxies',
    cases: [
      afterwards({ name: 'If-Match is strong', client: wire('GET /things/a'), then: (first) => wireJson('PUT /things/a', '{}', [`If-Match: ${weak(tagOf(first))}`]), leak: 200, answer: 412 }),
      afterwards({ name: 'If-None-Match is weak', client: wire('GET /things/a'), then: (first) => wire('GET /things/a', [`If-None-Match: ${weak(tagOf(first))}`]), leak: 200, answer: 304 })
    ]
  }
])
