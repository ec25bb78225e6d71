import type { FastifyInstance } from 'fastify'
import { runRows } from './rows.ts'
import type { ExpectedAnswer } from './rows.ts'
import { wire, wireJson } from './wire.ts'

const theirs = (status: number): ExpectedAnswer => ({ status, headers: { 'cache-control': undefined }, body: /"error":/ })
const large = 'x'.repeat(2000)
const limit = { server: { bodyLimit: 1000 } }
const chunked = (content: string): string => `${content.length.toString(16)}\r\n${content}\r\n0\r\n\r\n`

/** A provider whose reads are `document`, beside a hand-written route that sends the same. */
function reads (name: string, content: unknown, revision: unknown = '1'): { readonly name: string, readonly resources: (app: FastifyInstance) => void, readonly routes: (app: FastifyInstance) => void } {
  return {
    name,
    resources: (app) => { app.resource('/things', { provider: { read: ({ id }: { readonly id: string }) => ({ id, revision, content }) as never } }) },
    routes: (app) => { app.get('/things/:id', async (_request, reply) => reply.header('etag', revision).send(content)) }
  }
}

runRows('2, content', [
  {
    name: '413 FST_ERR_CTP_BODY_TOO_LARGE: body over bodyLimit',
    cases: [
      ...['POST /things', 'PUT /things/a', 'DELETE /things/a', 'POST /things?_action=echo'].flatMap((line) => [
        { ...limit, name: `${line}, with a length`, client: wireJson(line, `"${large}"`), leak: { ...theirs(413), headers: { connection: 'close' } }, answer: { status: 400, headers: { connection: 'close' } } },
        { ...limit, name: `${line}, in chunks`, client: wireJson(line, chunked(`"${large}"`), ['Transfer-Encoding: chunked']), leak: { ...theirs(413), headers: { connection: 'close' } }, answer: { status: 400, headers: { connection: 'close' } } }
      ]),
      { name: 'an endless body', ...limit, client: { steps: [`${wireJson('POST /things', '', ['Transfer-Encoding: chunked'])}3e8\r\n${'x'.repeat(1000)}\r\n3e8\r\n${'x'.repeat(500)}`] }, leak: theirs(413), answer: 400 }
    ]
  },
  {
    name: '415 FST_ERR_CTP_INVALID_MEDIA_TYPE: no parser for the type, an unparsable Content-Type, on DELETE and OPTIONS, on unknown paths',
    cases: [
      ...['text/csv', 'application/xml', 'garbage', 'application/', '/json', 'application/json; charset=utf-16', 'application/json, text/plain', 'multipart/form-data', ''].map((type) => ({
        name: `POST ${type}`,
        client: wire('POST /things', [`Content-Type: ${type}`], '{}'),
        // Stock Fastify ignores the charset.
        leak: /json;/.test(type) ? 200 : theirs(415),
        answer: { status: 415, headers: { 'accept-post': 'application/json' } }
      })),
      { name: 'PUT', client: wire('PUT /things/a', ['Content-Type: text/csv'], '{}'), leak: theirs(415), answer: { status: 415, headers: { accept: 'application/json' } } },
      { name: 'DELETE', client: wire('DELETE /things/a', ['Content-Type: garbage'], '{}'), leak: theirs(415), answer: 200 },
      { name: 'DELETE without content', client: wire('DELETE /things/a', ['Content-Type: garbage']), leak: theirs(415), answer: 200 },
      {
        name: 'OPTIONS',
        routes: (app) => { app.options('/things', async () => 'x') },
        client: wire('OPTIONS /things', ['Content-Type: garbage'], '{}'),
        leak: theirs(415),
        answer: 204
      },
      { name: 'an unknown path', client: wire('PUT /unknown', ['Content-Type: garbage'], '{}'), leak: theirs(415), answer: 404 }
    ]
  },
  {
    name: '400 FST_ERR_CTP_EMPTY_JSON_BODY: JSON type with empty body, also on DELETE',
    cases: [
      { name: 'DELETE', client: wireJson('DELETE /things/a', ''), leak: theirs(400), answer: 200 },
      { name: 'an action', client: wireJson('POST /things?_action=nothing', ''), leak: theirs(400), answer: { status: 204, body: /^$/ } },
      { name: 'an action, in chunks', client: wireJson('POST /things?_action=nothing', '0\r\n\r\n', ['Transfer-Encoding: chunked']), leak: theirs(400), answer: 204 },
      { name: 'a create', client: wireJson('POST /things', ''), leak: theirs(400), answer: 400 }
    ]
  },
  {
    name: '400 FST_ERR_CTP_INVALID_JSON_BODY, CONTENT_LENGTH, FST_ERR_VALIDATION: parse and validation',
    cases: [
      { name: 'no JSON', client: wireJson('POST /things', '{'), leak: theirs(400), answer: 400 },
      { name: 'a prototype', client: wireJson('POST /things', '{"__proto__":{"x":1}}'), leak: theirs(400), answer: 400 },
      { name: 'less than its Content-Length', client: { steps: [wireJson('POST /things', '{}', ['Content-Length: 5'])], end: true }, leak: theirs(400), answer: { status: 400, headers: { connection: 'close' } }, without: theirs(400) },
      {
        name: 'a schema',
        routes: (app) => { app.post('/things', { schema: { body: { type: 'object', required: ['n'] } } }, async () => 'x') },
        resources: (app) => { app.resource('/things', { schema: { type: 'object', properties: { n: { type: 'number' } }, required: ['n'] } as never }) },
        client: wireJson('POST /things', '{}'),
        leak: theirs(400),
        answer: { status: 400, body: /"detail"/ }
      }
    ]
  },
  {
    name: '500: FST_ERR_BAD_STATUS_CODE, FST_ERR_REP_INVALID_PAYLOAD_TYPE, serialization failures, invalid header characters',
    cases: [
      ...[0, 99, 600, 999, NaN, -1].map((code) => ({
        name: `a status of ${code}`,
        handler: (_request: unknown, reply: { code: (code: number) => { send: (payload: string) => unknown } }) => reply.code(code).send('x'),
        client: wire('GET /things'),
        leak: theirs(500),
        answer: 500
      })),
      {
        name: 'a payload of no type',
        before: (app) => { app.addHook('onSend', async () => ({ no: 'payload' })) },
        client: wire('GET /things'),
        leak: theirs(500),
        answer: 500
      },
      { ...reads('a BigInt', { n: 1n }), client: wire('GET /things/a'), leak: theirs(500), answer: 500 },
      { ...reads('what refers to itself', circular()), client: wire('GET /things/a'), leak: theirs(500), answer: 500 },
      { ...reads('a member that throws', { get secret () { throw new Error('secret') } }), client: wire('GET /things/a'), leak: { ...theirs(500), body: /secret/ }, answer: 500 },
      ...([['a\x01', theirs(500)], ['a\nb', theirs(500)], ['€', theirs(500)], ['a"b', 200], ['', 200], [5, 200], [null, 200]] as const).map(([revision, leak]) => ({
        ...reads(`a revision of ${JSON.stringify(revision)}`, {}, revision),
        client: wire('GET /things/a'),
        leak,
        answer: 500
      })),
      {
        name: 'a header of the application',
        before: (app) => { app.addHook('onRequest', async (_request, reply) => { reply.header('x-app', 'a\x01') }) },
        client: wire('GET /things'),
        leak: 500,
        answer: 500
      }
    ]
  },
  {
    name: '503 FST_ERR_HANDLER_TIMEOUT: handlerTimeout',
    cases: [{
      server: { handlerTimeout: 50 },
      handler: async () => new Promise(() => {}),
      client: wire('GET /things'),
      leak: { ...theirs(503), headers: { 'retry-after': undefined } },
      answer: { status: 503, headers: { 'retry-after': '1' } }
    }, {
      name: 'a provider that never answers',
      server: { handlerTimeout: 50 },
      resources: (app) => { app.resource('/things', { provider: { query: async () => new Promise<never>(() => {}) } }) },
      routes: (app) => { app.get('/things', async () => new Promise(() => {})) },
      client: wire('GET /things'),
      leak: theirs(503),
      answer: 503
    }]
  }
])

function circular (): object {
  const value: Record<string, unknown> = {}
  value['self'] = value
  return value
}
