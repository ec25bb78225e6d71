import type { FastifyInstance, FastifyReply, FastifyRequest, InjectOptions, LightMyRequestResponse } from 'fastify'
import t from 'tap'
import type { Test } from 'tap'
import { Type } from 'typebox'
import commonRest, { Conflict, Forbidden, Gone, ServiceUnavailable, Unauthorized, errorHandler, memoryStore } from '../../lib/index.ts'
import type { Store } from '../../lib/index.ts'
import { sqliteStore } from '../../lib/sqlite.ts'
import { buildApp, refused } from './app.ts'

const problemType = 'application/problem+json'
/** Clients that take problems, but nothing else than JSON for what is no error. */
const asking = `${problemType}, application/json`

const stores: ReadonlyArray<readonly [string, () => Store]> = [['memory', () => memoryStore()], ['sqlite', () => sqliteStore(':memory:')]]

type Ask = (method: string, url: string, payload?: unknown, headers?: Record<string, string>) => Promise<LightMyRequestResponse>

function asker (app: FastifyInstance, accept = asking): Ask {
  return (method, url, payload, headers = {}) => app.inject({
    method: method as NonNullable<InjectOptions['method']>, url, ...(payload === undefined ? {} : { payload: typeof payload === 'string' ? payload : JSON.stringify(payload) }), headers: { ...(payload === undefined ? {} : { 'content-type': 'application/json' }), accept, ...headers }
  })
}

interface Problem { readonly status: number, readonly detail: string, readonly data?: unknown }

/** Asserts that `response` is a complete problem with this code, and returns it. */
function isProblem (t: Test, response: LightMyRequestResponse, code: number, name: string = `answers ${code}`): Problem {
  t.equal(response.statusCode, code, name)
  t.match(response.headers['content-type'], /^application\/problem\+json(?:; charset=utf-8)?$/, `${name}: the type`)
  t.match(response.headers['cache-control'], /\bno-store$/, `${name}: not stored`)
  if (code === 401) t.ok(response.headers['www-authenticate'], `${name}: with a challenge`)
  if (code === 405) t.type(response.headers['allow'], 'string', `${name}: with Allow`)
  if (response.raw.req.method === 'HEAD') return { status: code, detail: '' }
  const problem = response.json()
  t.match(problem, { type: 'about:blank', title: /./, status: code, detail: /./, code, reason: /./, message: /./ }, name)
  t.equal(problem.title, problem.reason, `${name}: the title is the reason`)
  t.equal(problem.detail, problem.message, `${name}: the detail is the message`)
  t.strictSame(Object.keys(problem).filter((key) => !['type', 'title', 'status', 'detail', 'code', 'reason', 'message', 'data'].includes(key)), [], `${name}: no foreign member`)
  t.equal(Number(response.headers['content-length']), Buffer.byteLength(response.body))
  return problem
}

function declare (app: FastifyInstance): void {
  app.resource('/things', {
    schema: Type.Object({ n: Type.Optional(Type.Integer()) }),
    bodyLimit: 1000,
    unique: ['/n'],
    tombstones: true,
    actions: {
      fail: { on: 'collection', handler: () => { throw new Error('secret') } },
      locked: { on: 'collection', handler: () => { throw new Conflict('locked', { detail: { basket: 'b7' }, reason: 'Locked Basket' }) } },
      unknown: { on: 'collection', handler: () => { throw new Unauthorized('who?', { challenge: 'Digest' }) } },
      busy: { on: 'collection', handler: () => { throw new ServiceUnavailable('busy', { retryAfter: 7 }) } }
    }
  })
  app.resource('/strict', { revision: 'required' })
  app.resource('/gone', { provider: { read: () => { throw new Gone('long gone') } } })
  app.resource('/who', { authenticate: () => null })
  app.resource('/forbidden', { authorize: () => false })
  app.resource('/broken', { provider: { read: () => { throw new Error('secret') }, query: () => { throw Object.assign(new Error('secret'), { statusCode: 418 }) } } })
  app.resource('/off', {}).disable({ retryAfter: 5, message: 'closed for the night' })
}

/** An error of every code, one request each. */
const errors: ReadonlyArray<readonly [code: number, method: string, url: string, payload?: unknown, headers?: Record<string, string>]> = [
  [400, 'GET', '/things?_bogus=1'], [400, 'GET', '/things?_queryFilter=('], [400, 'PUT', '/things/a', '{'], [400, 'PUT', '/things/a', { n: 'x' }], [400, 'POST', '/things', 'x'.repeat(2000)], [400, 'GET', '/things', undefined, { 'accept-api-version': 'x' }], [400, 'PUT', '/things/a', { _id: 'b' }],
  [401, 'GET', '/who'], [401, 'GET', '/who/a'], [401, 'POST', '/things?_action=unknown'], [403, 'GET', '/forbidden'], [404, 'GET', '/things/absent'], [404, 'HEAD', '/things/absent'], [404, 'GET', '/nowhere'], [404, 'POST', '/nowhere/x', '{'], [404, 'GET', '/things/a/b/c'], [404, 'HEAD', '/nowhere'],
  [405, 'DELETE', '/things'], [405, 'PUT', '/gone/a', {}], [406, 'GET', '/things/a', undefined, { 'accept-api-version': 'protocol=9.0' }], [409, 'POST', '/things', { _id: 'a' }], [409, 'PATCH', '/things/a', [{ operation: 'add', field: 'n/x', value: 1 }]], [409, 'POST', '/things', { n: 1 }], [409, 'POST', '/things?_action=locked'],
  [410, 'GET', '/gone/a'], [410, 'GET', '/things/dead'], [412, 'PUT', '/things/a', {}, { 'if-match': '"x"' }], [412, 'GET', '/things/a', undefined, { 'if-match': '"x"' }], [412, 'HEAD', '/things/a', undefined, { 'if-match': '"x"' }], [415, 'PUT', '/things/a', 'x', { 'content-type': 'text/plain' }],
  [428, 'PUT', '/strict/a', {}], [500, 'GET', '/broken/a'], [500, 'POST', '/things?_action=fail'], [501, 'POST', '/things?_action=nope'], [501, 'TRACE', '/things'], [501, 'PROPFIND', '/things/a'], [501, 'PATCH', '/things/a', [{ operation: 'transform', field: 'n', value: 1 }]],
  [503, 'GET', '/off'], [503, 'OPTIONS', '/off'], [503, 'HEAD', '/off/a'], [503, 'POST', '/things?_action=busy']
]

async function open (t: Test, store: Store): Promise<FastifyInstance> {
  const app = await buildApp(t, { options: { store } })
  declare(app)
  for (const id of ['a', 'dead']) await app.inject({ method: 'PUT', url: `/things/${id}`, payload: id === 'a' ? { n: 1 } : {} })
  await app.inject({ method: 'DELETE', url: '/things/dead' })
  return app
}

for (const [storeName, makeStore] of stores) {
  t.test(`every error is a problem where Accept prefers one, and nothing else changes (${storeName})`, async (t) => {
    const app = await open(t, makeStore())
    for (const [code, method, url, payload, headers] of errors) {
      const name = `${code} ${method} ${url}`
      const plain = await asker(app, 'application/json')(method, url, payload, headers)
      const fault = refused(t, plain, code, name)
      const response = await asker(app)(method, url, payload, headers)
      const problem = isProblem(t, response, code, name)
      const own = ({ 'content-type': _type, 'content-length': _length, date: _date, 'x-forgerock-transactionid': _id, ...rest }: LightMyRequestResponse['headers']): object => rest
      t.strictSame(own(response.headers), own(plain.headers), `${name}: the same header fields`)
      if (method === 'HEAD') continue
      const { detail, ...members } = fault
      t.match(problem, { ...members, title: fault.reason, status: code, detail: fault.message }, name)
      t.strictSame(problem.data, detail, `${name}: Common REST's detail is the data`)
      if (code === 500) t.strictSame(response.json(), { type: 'about:blank', title: 'Internal Server Error', status: 500, detail: fault.message, code: 500, reason: 'Internal Server Error', message: fault.message }, 'and says nothing of the failure')
      t.notMatch(response.body, 'secret')
    }
  })
}

t.test('details go into data, reason into title', async (t) => {
  const ask = asker(await open(t, memoryStore()))
  t.match(isProblem(t, await ask('PUT', '/things/a', { n: 'x' }), 400).data, { violations: [{ pointer: '/n', message: /./ }] })
  t.match(isProblem(t, await ask('POST', '/things', { n: 1 }), 409).data, { pointers: ['/n'] })
  t.match(isProblem(t, await ask('GET', '/things', undefined, { accept: problemType }), 406).data, { available: ['application/json'] })
  const locked = await ask('POST', '/things?_action=locked')
  t.strictSame(locked.json(), { type: 'about:blank', title: 'Locked Basket', status: 409, detail: 'locked', code: 409, reason: 'Locked Basket', message: 'locked', data: { basket: 'b7' } })
  t.equal((await ask('POST', '/things?_action=unknown')).headers['www-authenticate'], 'Digest')
  t.equal((await ask('POST', '/things?_action=busy')).headers['retry-after'], '7')
  const off = await ask('GET', '/off')
  t.equal(off.headers['retry-after'], '5')
  t.equal(off.json().detail, 'closed for the night')
  const pretty = await ask('GET', '/things?_bogus=1&_prettyPrint=true')
  t.equal(pretty.body, JSON.stringify(pretty.json(), null, 2))
})

t.test('Accept must name it literally, not below application/json', async (t) => {
  const app = await open(t, memoryStore())
  const both = (accept: string): ReadonlyArray<Promise<LightMyRequestResponse>> => [asker(app, accept)('GET', '/things?_bogus=1'), asker(app, accept)('GET', '/nowhere'), asker(app, accept)('GET', '/off')]
  for (const accept of [problemType, asking, `application/json, ${problemType}`, `${problemType};q=0.5, application/json;q=0.5`, `${problemType};q=0.9, application/json;q=0.8`, `${problemType}, */*;q=0.1`, `${problemType}, application/*;q=0.5`, `${problemType};q=0.1, application/json;q=0`, 'Application/Problem+JSON', `${problemType};charset=utf-8`, `text/html, ${problemType};q=0.1`]) {
    for (const response of await Promise.all(both(accept))) isProblem(t, response, response.statusCode, accept)
  }
  for (const accept of ['application/json', '*/*', 'application/*', '', 'application/*+json', `${problemType};q=0`, `${problemType};q=0, */*`, `${problemType};q=0.8, application/json;q=0.9`, `${problemType};q=0.5, application/json`, 'application/problem+xml', 'text/html', `x${problemType}`, 'problem+json', `"${problemType}"`, `${problemType};q=x`, `${problemType};profile=x`]) {
    for (const response of await Promise.all(both(accept))) refused(t, response, response.statusCode, accept)
  }
  for (const response of await Promise.all([app.inject('/things?_bogus=1'), app.inject('/nowhere')])) refused(t, response, response.statusCode, 'without Accept')
})

t.test('it does not make row 13 pass', async (t) => {
  const app = await open(t, memoryStore())
  for (const accept of [problemType, `${problemType}, text/html`, `${problemType}, application/json;q=0`]) {
    for (const [method, url, payload] of [['GET', '/things/a'], ['GET', '/things'], ['POST', '/things', {}], ['PUT', '/things/a', {}], ['DELETE', '/things/a'], ['POST', '/things?_action=locked']] as const) isProblem(t, await asker(app, accept)(method, url, payload), 406, `${method} ${url} ${accept}`)
    isProblem(t, await asker(app, accept)('DELETE', '/things'), 405, 'rows above it go first')
    t.equal((await asker(app, accept)('OPTIONS', '/things')).statusCode, 204)
  }
  const read = await asker(app)('GET', '/things/a')
  t.equal(read.statusCode, 200)
  t.match(read.headers['content-type'], /^application\/json/, 'what is no error is JSON')
})

t.test('what hooks of the application send or throw is a problem', async (t) => {
  for (const hook of ['onRequest', 'preParsing', 'preValidation', 'preHandler'] as const) {
    for (const [way, code, act] of [
      ['sends', 401, (reply: FastifyReply) => reply.code(401).send({ message: 'mine' })],
      ['sends another type', 403, (reply) => reply.code(403).send('no')],
      ['throws', 401, () => { throw new Unauthorized('mine') }],
      ['throws', 403, () => { throw new Forbidden('mine', { detail: [1] }) }],
      ['throws a number', 503, () => { throw Object.assign(new Error('mine'), { statusCode: 429 }) }],
      ['throws anything', 500, () => { throw new Error('secret') }]
    ] as ReadonlyArray<readonly [string, number, (reply: FastifyReply) => unknown]>) {
      const app = await buildApp(t)
      app.addHook(hook, async (_request: FastifyRequest, reply: FastifyReply) => act(reply))
      app.resource('/things', {})
      const problem = isProblem(t, await asker(app)('GET', '/things'), code, `${hook} ${way} ${code}`)
      t.notMatch(JSON.stringify(problem), 'secret')
      if (code === 403 && way === 'throws') t.strictSame(problem.data, [1])
      refused(t, await asker(app, '*/*')('GET', '/things'), code, `${hook} ${way} ${code}`)
    }
  }
  const app = await buildApp(t)
  app.addHook('onSend', async () => { throw new Error('secret') })
  app.resource('/things', {})
  const problem = isProblem(t, await asker(app)('GET', '/things'), 500, 'a hook that fails while the answer is sent')
  t.notMatch(JSON.stringify(problem), 'secret')
})

t.test('under a prefix, and for hand-written routes with errorHandler', async (t) => {
  const app = await buildApp(t, { options: null, anyStatus: true })
  await app.register(async (scope) => {
    await scope.register(commonRest)
    scope.setErrorHandler(errorHandler)
    scope.resource('/things', {})
    let thrown: unknown
    scope.put('/note', async (request) => { request.precondition('1', { required: true }); return {} })
    scope.get('/note', async () => { throw thrown })
    scope.post('/note', { schema: { body: { type: 'object', required: ['n'] } } }, async () => ({}))
    scope.get('/set/:what', async (request) => { thrown = { conflict: new Conflict('mine', { detail: { a: 1 } }), error: new Error('secret'), number: Object.assign(new Error('mine'), { statusCode: 404 }) }[(request.params as { what: string }).what]; return {} })
  }, { prefix: '/api' })
  const ask = asker(app)
  isProblem(t, await ask('GET', '/api/nowhere'), 404)
  isProblem(t, await ask('GET', '/api/things/a'), 404)
  isProblem(t, await ask('PUT', '/api/note', {}), 428)
  isProblem(t, await ask('PUT', '/api/note', {}, { 'if-match': '"2"' }), 412)
  isProblem(t, await ask('PUT', '/api/note', '{'), 400)
  isProblem(t, await ask('POST', '/api/note', {}), 400)
  for (const [what, code, data] of [['conflict', 409, { a: 1 }], ['error', 500, undefined], ['number', 404, undefined]] as const) {
    await ask('GET', `/api/set/${what}`)
    const problem = isProblem(t, await ask('GET', '/api/note'), code, what)
    t.strictSame(problem.data, data)
    t.notMatch(JSON.stringify(problem), 'secret')
    refused(t, await asker(app, 'application/json')('GET', '/api/note'), code, what)
  }
})
