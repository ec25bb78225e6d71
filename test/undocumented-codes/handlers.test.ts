import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import type { Application, Handler } from './bed.ts'
import { runRows } from './rows.ts'
import type { Case, Expected } from './rows.ts'
import { documented, documentedWhereSet } from './section-four.ts'
import { wire } from './wire.ts'

const withStatus = (statusCode: unknown): Error => Object.assign(new Error(Number(statusCode) < 500 ? 'said' : 'secret'), { statusCode })

/** What handlers do, by number: the client says which, so that all cases share their servers. */
const acts: Handler[] = []

function chosen (headers: Readonly<Record<string, unknown>>): Handler {
  return acts[Number(headers['x-act'])] ?? (() => undefined)
}

const inHook: Application = { handler: (request, reply) => chosen(request.headers)(request, reply) }
const inProvider: Application = {
  routes: (app) => { app.get('/things', async (request, reply) => chosen(request.headers)(request, reply)) },
  resources: (app) => { app.resource('/things', { provider: { query: ({ request }) => chosen(request?.headers ?? {})(request as never, undefined as never) as never } }) }
}
const inAction: Application = {
  routes: (app) => { app.post('/things', async (request, reply) => chosen(request.headers)(request, reply)) },
  resources: (app) => { app.resource('/things', { actions: { go: { on: 'collection', handler: ({ request }) => chosen(request?.headers ?? {})(request as never, undefined as never) } } }) }
}

/** A case in which a handler does something. */
function acting (application: Application, name: string, act: Handler, expected: Pick<Case, 'leak' | 'answer' | 'beyond'>): Case {
  const number = acts.push(act) - 1
  return { ...application, ...expected, name, client: wire(application === inAction ? 'POST /things?_action=go' : 'GET /things', [`X-Act: ${number}`]) }
}

/** What plain Fastify does with a status: an interim one never ends, and redirects have a place to go to. */
const leaked = (status: number): Expected => status < 200 ? [] : status

/** A status that a handler sets: with content, without, in a web `Response`, past all hooks. */
function set (status: number): readonly Case[] {
  const ways: ReadonlyArray<readonly [name: string, set: (reply: FastifyReply) => unknown, answer: number]> = [
    ['set with content', (reply) => reply.code(status).send({ a: 1 }), documentedWhereSet(status, true)],
    ['set without content', (reply) => reply.code(status).send(), documentedWhereSet(status, false)],
    ['set with null', (reply) => reply.code(status).send(null), documentedWhereSet(status, status !== 204 && status !== 304)],
    ...status < 200 || [204, 205, 304].includes(status)
      ? []
      : [
          ['in a web Response', (reply: FastifyReply) => reply.send(new Response('{"a":1}', { status, headers: { 'content-type': 'application/json' } })), documentedWhereSet(status, true)],
          ['in a web Response without content', (reply: FastifyReply) => reply.send(new Response(null, { status })), documentedWhereSet(status, false)]
        ] as const
  ]
  return [
    ...ways.map(([name, act, answer]) => acting(inHook, `${status} ${name}`, async (_request, reply) => act(reply), { leak: leaked(status), answer })),
    ...(status < 200
      ? []
      : [acting(inHook, `${status} written to reply.raw`, (_request, reply) => {
          reply.hijack()
          reply.raw.writeHead(status, { 'content-type': 'text/plain' })
          reply.raw.end()
        }, { leak: status, answer: documentedWhereSet(status, true), beyond: 'what is written past all hooks has its number translated, and nothing else' })])
  ]
}

/** A status that is thrown: by a hook, by the handler of a resource, in an error that is frozen. */
function thrown (status: number): readonly Case[] {
  const leak = status >= 400 && status <= 599 ? Math.trunc(status) : 500
  const answer = documented(status)
  const fail = (): never => { throw withStatus(status) }
  return [
    acting(inHook, `${status} thrown`, fail, { leak, answer }),
    acting(inProvider, `${status} thrown by a provider`, fail, { leak, answer }),
    acting(inHook, `${status} thrown and frozen`, () => { throw Object.freeze(withStatus(status)) }, { leak, answer })
  ]
}

const setAndThrown = (...statuses: readonly number[]): readonly Case[] => statuses.flatMap((status) => [...set(status), ...thrown(status)])
const range = (first: number, last: number): readonly number[] => Array.from({ length: last - first + 1 }, (_, index) => first + index)

/** What is thrown and says nothing that is to be believed. */
const values: ReadonlyArray<readonly [name: string, value: () => unknown, leak: Expected]> = [
  ['a string', () => 'secret', { status: 500, body: /secret/ }],
  ['an object', () => ({ statusCode: 404, message: 'secret' }), { status: 404, body: /secret/ }],
  ['an object with a status', () => ({ status: 409, message: 'secret' }), { status: 409 }],
  ['undefined', () => undefined, { status: 500 }],
  ['null', () => null, { status: 500 }],
  ['a number', () => 404, { status: 500 }],
  ['a function', () => () => 'secret', { status: 500 }],
  ['a symbol', () => Symbol('secret'), { status: 500 }],
  ['a list', () => ['secret'], { status: 500 }],
  ['a web Response', () => new Response('secret', { status: 418 }), { status: 418 }],
  ['an Error', () => new Error('secret'), { status: 500, body: /secret/ }],
  ['an Error with a status of an upstream', () => Object.assign(new Error('secret'), { status: 404 }), { status: 404, body: /secret/ }],
  ['an Error with a text for a code', () => withStatus('404'), { status: 404 }],
  ['an Error with no number for a code', () => withStatus('abc'), { status: 500 }],
  ['an Error whose code cannot be read', () => Object.defineProperty(new Error('secret'), 'statusCode', { get () { throw new Error('secret') } }), { status: 200 }],
  ['an Error whose message cannot be read', () => Object.defineProperty(withStatus(404), 'message', { get () { throw new Error('secret') } }), { status: 404 }],
  ['an Error with header fields', () => Object.assign(withStatus(500), { headers: { location: '/secret', 'x-secret': 'secret' } }), { status: 500, headers: { location: '/secret' } }],
  ['a proxy that throws', () => new Proxy(new Error('secret'), { get () { throw new Error('secret') } }), { status: 200 }]
]

runRows(4, [
  { name: '100, 102, 103', cases: setAndThrown(100, 102, 103) },
  { name: '202', cases: setAndThrown(202) },
  { name: '203', cases: setAndThrown(203) },
  { name: '205', cases: setAndThrown(205) },
  { name: '206', cases: setAndThrown(206) },
  { name: '207, 208, 226', cases: setAndThrown(207, 208, 226) },
  { name: '300–303, 305–308', cases: [...setAndThrown(300, 301, 302, 303, 305, 306, 307, 308), acting(inHook, 'reply.redirect()', (_request, reply) => reply.redirect('/elsewhere'), { leak: 302, answer: 500 })] },
  { name: '402', cases: setAndThrown(402) },
  { name: '407', cases: setAndThrown(407) },
  { name: '408', cases: setAndThrown(408) },
  { name: '411, 413, 414, 416, 417, 418, 421, 426, 431, 499', cases: setAndThrown(411, 413, 414, 416, 417, 418, 421, 426, 431, 499) },
  { name: '422', cases: setAndThrown(422) },
  { name: '423, 424', cases: setAndThrown(423, 424) },
  {
    name: '425, 429',
    cases: [...setAndThrown(425, 429), acting(inHook, 'with a Retry-After of its own', (_request, reply) => reply.code(429).header('retry-after', '77').send('slow down'), {
      leak: { status: 429, headers: { 'retry-after': '77' } },
      answer: { status: 503, headers: { 'retry-after': '77' } }
    })]
  },
  { name: '451', cases: setAndThrown(451) },
  { name: '502, 504, 507, 509', cases: setAndThrown(502, 504, 507, 509) },
  { name: '505, 510', cases: setAndThrown(505, 510) },
  { name: '506, 508, 511, 520–599', cases: [...setAndThrown(506, 508, 511, 520, 599), ...range(521, 598).flatMap((status) => thrown(status).slice(0, 1))] },
  {
    name: 'non-integer, <400 in an Error, >599',
    cases: [404.5, NaN, Infinity, -1, 0, 99, 100, 200, 201, 204, 301, 304, 399, 600, 999].flatMap(thrown)
  },
  {
    name: 'thrown string, object, undefined',
    cases: [
      ...values.flatMap(([name, value, leak]) => [
        acting(inHook, name, () => { throw value() }, { leak, answer: 500 }),
        acting(inProvider, `${name}, by a provider`, async () => { throw value() }, { leak, answer: 500 })
      ]),
      // No JSON values, though JSON can be made of them: what is in them would be lost, and what is nobody's business sent.
      ...([
        ['a web Response', () => new Response('secret', { status: 206 }), 206],
        ['a web stream', () => new Blob(['secret']).stream(), 200],
        ['a stream', () => Readable.from(['secret']), 200]
      ] as const).map(([name, value, leak]) => acting(inAction, `${name} as the result of an action`, value, { leak, answer: 500 }))
    ]
  }
])
