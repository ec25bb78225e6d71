import { channel, subscribe, tracingChannel, unsubscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import fastifyCompress from '@fastify/compress'
import type { FastifyInstance, FastifyReply, FastifyRequest, InjectOptions, LightMyRequestResponse } from 'fastify'
import t from 'tap'
import type { Test } from 'tap'
import { Conflict, Gone, ResourceError, Unauthorized, memoryStore } from '../../lib/index.ts'
import type { CollectionHandle, Store, StoreCollection } from '../../lib/index.ts'
import { sqliteStore } from '../../lib/sqlite.ts'
import { buildApp, fails } from './app.ts'
import { listen, open } from './raw.ts'

const operationName = 'fastify-common-rest:operation'
const storeName = 'fastify-common-rest:store'

type Phase = 'start' | 'end' | 'asyncStart' | 'asyncEnd' | 'error'

interface Message {
  readonly resource: string
  readonly operation: string
  readonly action?: string
  readonly id?: string
  readonly method: string
  readonly transactionId?: string
  readonly request?: FastifyRequest
  readonly decision?: { readonly row: number, readonly name: string, readonly status: number }
  readonly error?: unknown
  readonly collection?: string
  readonly call?: string
}

interface Event {
  readonly phase: Phase
  /** The object that was published. */
  readonly message: Message
  /** What it said then. */
  readonly said: Message
}

/** Notes what is published from now on, until the test ends. */
function events (t: Test, name: string = operationName, phases: readonly Phase[] = ['start', 'asyncEnd', 'error']): Event[] {
  const noted: Event[] = []
  for (const phase of phases) {
    const listener = (message: unknown): void => { noted.push({ phase, message: message as Message, said: { ...message as Message } }) }
    subscribe(`tracing:${name}:${phase}`, listener)
    t.teardown(() => unsubscribe(`tracing:${name}:${phase}`, listener))
  }
  return noted
}

const stores: ReadonlyArray<readonly [string, () => Store]> = [['memory', () => memoryStore()], ['sqlite', () => sqliteStore(':memory:')]]

function ask (app: FastifyInstance, method: string, url: string, payload?: unknown, headers: Record<string, string> = {}): Promise<LightMyRequestResponse> {
  return app.inject({
    method: method as NonNullable<InjectOptions['method']>, url, ...(payload === undefined ? {} : { payload: typeof payload === 'string' ? payload : JSON.stringify(payload) }), headers: { ...(payload === undefined ? {} : { 'content-type': 'application/json' }), ...headers }
  })
}

function declare (app: FastifyInstance): void {
  app.resource('/things', {
    bodyLimit: 1000,
    unique: ['/u'],
    actions: {
      value: { on: ['collection', 'instance'], handler: () => 1 },
      nothing: { on: 'collection', handler: () => undefined },
      fail: { on: 'collection', handler: () => { throw new Error('secret') } },
      conflict: { on: 'collection', handler: () => { throw new Conflict('no') } },
      misfit: { on: 'collection', result: { type: 'null' }, handler: () => 1 },
      unserializable: { on: 'collection', handler: () => 1n }
    }
  })
  app.resource('/s', { kind: 'singleton', initial: {} })
  app.resource('/strict', { revision: 'required' })
  app.resource('/broken', { provider: { read: () => { throw new Error('secret') }, query: () => { throw new Error('secret') } } })
  app.resource('/gone', { provider: { read: () => { throw new Gone() } } })
  app.resource('/who', { authenticate: () => null })
  app.resource('/forbidden', { authorize: () => false })
  app.resource('/realms/:realm/things', {})
  app.resource('/off', {}).disable()
}

interface Kind {
  readonly method: string
  readonly url: string
  readonly status: number
  readonly row: number
  readonly told: Partial<Message>
  readonly payload?: unknown
  readonly headers?: Record<string, string>
}

const things = { resource: '/things' }
const kinds: readonly Kind[] = [
  { method: 'POST', url: '/things', status: 201, row: 22, told: { ...things, operation: 'create' }, payload: { _id: 'a', u: 1 } },
  { method: 'PUT', url: '/things/b', status: 201, row: 22, told: { ...things, operation: 'upsert', id: 'b' }, payload: {} },
  { method: 'PUT', url: '/things/c', status: 201, row: 22, told: { ...things, operation: 'create', id: 'c' }, payload: {}, headers: { 'if-none-match': '*' } },
  { method: 'PUT', url: '/things/b', status: 200, row: 22, told: { ...things, operation: 'update', id: 'b' }, payload: { n: 1 }, headers: { 'if-match': '*' } },
  { method: 'PATCH', url: '/things/b', status: 200, row: 22, told: { ...things, operation: 'patch', id: 'b' }, payload: [] },
  { method: 'GET', url: '/things/a', status: 200, row: 22, told: { ...things, operation: 'read', id: 'a' } },
  { method: 'HEAD', url: '/things/a', status: 200, row: 22, told: { ...things, operation: 'read', id: 'a', method: 'HEAD' } },
  { method: 'GET', url: '/things/a?_fields=u&_mimeType=text/plain', status: 200, row: 22, told: { ...things, operation: 'read', id: 'a' } },
  { method: 'GET', url: '/things/a', status: 304, row: 20, told: { ...things, operation: 'read', id: 'a' }, headers: { 'if-none-match': '*' } },
  { method: 'HEAD', url: '/things/a', status: 304, row: 20, told: { ...things, operation: 'read', id: 'a' }, headers: { 'if-none-match': '*' } },
  { method: 'GET', url: '/things', status: 200, row: 22, told: { ...things, operation: 'query' } },
  { method: 'HEAD', url: '/things', status: 200, row: 22, told: { ...things, operation: 'query' } },
  { method: 'GET', url: '/things?_queryFilter=true', status: 304, row: 20, told: { ...things, operation: 'query' }, headers: { 'if-none-match': '*' } },
  { method: 'HEAD', url: '/things', status: 304, row: 20, told: { ...things, operation: 'query' }, headers: { 'if-none-match': '*' } },
  { method: 'GET', url: '/s', status: 200, row: 22, told: { resource: '/s', operation: 'read' } },
  { method: 'PUT', url: '/s', status: 200, row: 22, told: { resource: '/s', operation: 'update' }, payload: { n: 1 } },
  { method: 'GET', url: '/realms/x/things', status: 200, row: 22, told: { resource: '/realms/:realm/things', operation: 'query' } },
  { method: 'POST', url: '/things?_action=value', status: 200, row: 22, told: { ...things, operation: 'action', action: 'value' } },
  { method: 'POST', url: '/things/a?_action=value', status: 200, row: 22, told: { ...things, operation: 'action', action: 'value', id: 'a' } },
  { method: 'POST', url: '/things?_action=nothing', status: 204, row: 22, told: { ...things, operation: 'action', action: 'nothing' } },
  { method: 'OPTIONS', url: '/things', status: 204, row: 7, told: { ...things, method: 'OPTIONS' } },
  { method: 'POST', url: '/things/a', status: 200, row: 22, told: { ...things, operation: 'upsert', method: 'PUT', id: 'a' }, payload: { n: 5 }, headers: { 'x-http-method-override': 'PUT' } },
  { method: 'GET', url: '/things?_bogus=1', status: 400, row: 11, told: { ...things, operation: 'query' } },
  { method: 'PUT', url: '/things/a', status: 400, row: 16, told: { ...things, operation: 'upsert', id: 'a' }, payload: '{' },
  { method: 'POST', url: '/things', status: 400, row: 16, told: { ...things, operation: 'create' }, payload: 'x'.repeat(2000) },
  { method: 'GET', url: '/who', status: 401, row: 8, told: { resource: '/who', operation: 'query' } },
  { method: 'GET', url: '/forbidden/a', status: 403, row: 9, told: { resource: '/forbidden', operation: 'read', id: 'a' } },
  { method: 'GET', url: '/things/absent', status: 404, row: 17, told: { ...things, operation: 'read', id: 'absent' } },
  { method: 'GET', url: '/things/a/b', status: 404, row: 3, told: things },
  { method: 'DELETE', url: '/things', status: 405, row: 6, told: things },
  { method: 'GET', url: '/things/a', status: 406, row: 13, told: { ...things, operation: 'read', id: 'a' }, headers: { accept: 'text/html' } },
  { method: 'GET', url: '/things', status: 406, row: 10, told: { ...things, operation: 'query' }, headers: { 'accept-api-version': 'protocol=9.0' } },
  { method: 'POST', url: '/things', status: 409, row: 21, told: { ...things, operation: 'create' }, payload: { _id: 'a' } },
  { method: 'POST', url: '/things?_action=conflict', status: 409, row: 21, told: { ...things, action: 'conflict' } },
  { method: 'GET', url: '/gone/a', status: 410, row: 17, told: { resource: '/gone', operation: 'read', id: 'a' } },
  { method: 'PUT', url: '/things/a', status: 412, row: 19, told: { ...things, operation: 'update', id: 'a' }, payload: {}, headers: { 'if-match': '"x"' } },
  { method: 'PUT', url: '/things/a', status: 412, row: 20, told: { ...things, operation: 'create', id: 'a' }, payload: {}, headers: { 'if-none-match': '*' } },
  { method: 'PUT', url: '/things/a', status: 415, row: 14, told: { ...things, id: 'a' }, payload: 'x', headers: { 'content-type': 'text/plain' } },
  { method: 'DELETE', url: '/strict/a', status: 428, row: 15, told: { resource: '/strict', operation: 'delete', id: 'a' } },
  { method: 'POST', url: '/things?_action=fail', status: 500, row: 0, told: { ...things, action: 'fail' } },
  { method: 'POST', url: '/things?_action=misfit', status: 500, row: 0, told: { ...things, action: 'misfit' } },
  { method: 'POST', url: '/things?_action=unserializable', status: 500, row: 0, told: { ...things, action: 'unserializable' } },
  { method: 'GET', url: '/broken/a', status: 500, row: 0, told: { resource: '/broken', id: 'a' } },
  { method: 'GET', url: '/broken', status: 500, row: 0, told: { resource: '/broken', operation: 'query' } },
  { method: 'POST', url: '/things?_action=nope', status: 501, row: 12, told: { ...things, action: 'nope' } },
  { method: 'TRACE', url: '/things', status: 501, row: 5, told: { ...things, method: 'TRACE' } },
  { method: 'PROPFIND', url: '/things/a', status: 501, row: 5, told: { ...things, method: 'PROPFIND' } },
  { method: 'GET', url: '/off', status: 503, row: 4, told: { resource: '/off', operation: 'query' } },
  { method: 'DELETE', url: '/things/b', status: 200, row: 22, told: { ...things, operation: 'delete', id: 'b' } }
]

/** Asserts that what was noted is one operation that ended as it was answered. */
function isOne (t: Test, noted: readonly Event[], response: LightMyRequestResponse, name: string): Event | undefined {
  const refused = response.statusCode >= 400
  t.strictSame(noted.map(({ phase }) => phase), refused ? ['start', 'error', 'asyncEnd'] : ['start', 'asyncEnd'], `${name}: what is told, in its order`)
  const [start] = noted
  const end = noted.at(-1)
  t.equal(new Set(noted.map(({ message }) => message)).size, 1, `${name}: the same object`)
  t.equal(start?.said.decision, undefined, `${name}: nothing is decided at the start`)
  t.equal(start?.said.error, undefined)
  t.equal(end?.said.decision?.status, response.statusCode, `${name}: the status of the answer`)
  t.type(end?.said.decision?.name, 'string')
  t.equal(end?.said.transactionId, response.headers['x-forgerock-transactionid'], `${name}: the id of the transaction`)
  t.equal(refused, end?.said.error !== undefined, `${name}: an error where it is refused`)
  return end
}

for (const [store, makeStore] of stores) {
  t.test(`each answer is one start and one asyncEnd with the row that decided (${store})`, async (t) => {
    const requests: FastifyRequest[] = []
    const app = await buildApp(t, { options: { store: makeStore() } })
    app.addHook('onRequest', async (request) => { requests.push(request) })
    declare(app)
    await app.ready()
    const noted = events(t)
    for (const { method, url, status, row, told, payload, headers } of kinds) {
      const name = `${method} ${url} ${status}`
      noted.length = 0
      requests.length = 0
      const response = await ask(app, method, url, payload, headers)
      t.equal(response.statusCode, status, name)
      const end = isOne(t, noted, response, name)
      t.match(noted[0]?.said, { method, ...told }, `${name}: what it is`)
      for (const member of ['id', 'action'] as const) if (told.operation !== undefined && told[member] === undefined && told.operation !== 'action') t.notOk(noted[0]?.said[member], `${name}: no ${member}`)
      t.equal(end?.said.decision?.row, row, `${name}: the row`)
      t.equal(end?.said.request, requests[0], `${name}: the request`)
      t.strictSame(requests[0]?.decision, end?.said.decision, `${name}: as the request says`)
    }
    noted.length = 0
    t.equal((await ask(app, 'GET', '/nowhere')).statusCode, 404)
    t.equal(noted.filter(({ phase }) => phase === 'start').length, noted.filter(({ phase }) => phase === 'asyncEnd').length, 'a path that is nobody\'s')
  })

  t.test(`calls of the store (${store})`, async (t) => {
    const app = await buildApp(t, { options: { store: makeStore() } })
    declare(app)
    await app.ready()
    const noted = events(t, storeName)
    const calls = async (...request: readonly [string, string, unknown?, Record<string, string>?]): Promise<ReadonlyArray<readonly [string | undefined, string | undefined, string | undefined]>> => {
      noted.length = 0
      await ask(app, ...request)
      t.equal(noted.filter(({ phase }) => phase === 'start').length, noted.filter(({ phase }) => phase === 'asyncEnd').length, 'as many ends as starts')
      for (const { phase, message } of noted) if (phase === 'start') t.equal(noted.filter((other) => other.phase === 'asyncEnd' && other.message === message).length, 1, 'the same object')
      t.notOk(noted.some(({ phase }) => phase === 'error'))
      return noted.filter(({ phase }) => phase === 'start').map(({ said: { collection, call, id } }) => [collection, call, id])
    }
    t.strictSame((await calls('PUT', '/things/a', { n: 1 })).at(-1), ['/things', 'insert', 'a'])
    t.strictSame(await calls('GET', '/things/a'), [['/things', 'read', 'a']])
    t.strictSame(await calls('GET', '/things/absent'), [['/things', 'read', 'absent']])
    t.strictSame((await calls('PUT', '/things/a', { n: 2 })).at(-1), ['/things', 'replace', 'a'])
    t.strictSame(await calls('PATCH', '/things/a', []), [['/things', 'read', 'a']], 'what changes nothing is not written')
    t.strictSame(await calls('PATCH', '/things/a', [{ operation: 'increment', field: 'n', value: 1 }]), [['/things', 'read', 'a'], ['/things', 'replace', 'a']])
    t.strictSame(await calls('GET', '/things'), [['/things', 'query', undefined]])
    t.strictSame((await calls('DELETE', '/things/a')).at(-1), ['/things', 'remove', 'a'])
    t.strictSame(await calls('GET', '/realms/r1/things/x'), [['/realms/r1/things', 'read', 'x']], 'parameters are filled in')
    for (const [method, url, payload] of [['GET', '/things?_bogus=1'], ['PUT', '/things/a', '{'], ['PUT', '/strict/a', {}], ['GET', '/forbidden/a'], ['GET', '/who'], ['GET', '/off'], ['OPTIONS', '/things']] as const) {
      t.strictSame(await calls(method, url, payload), [], `${method} ${url} asks no store`)
    }
    await calls('PUT', '/things/a', {})
    noted.length = 0
    await app.resources.get('/things')?.purge()
    t.match(noted.map(({ said: { collection, call } }) => [collection, call]), [['/things', 'purge'], ['/things', 'purge']])
  })

  t.test(`in process each call is one start and one asyncEnd (${store})`, async (t) => {
    const app = await buildApp(t, { options: { store: makeStore() } })
    const handle = app.resource('/things', { actions: { go: { on: ['collection', 'instance'], handler: () => 1 }, nothing: { on: 'collection', handler: () => undefined } } })
    const strict = app.resource('/strict', { revision: 'required' })
    const s = app.resource('/s', { kind: 'singleton' })
    const noted = events(t)
    const call = async (run: () => Promise<unknown>, said: Partial<Message>, decision: { readonly row: number, readonly status: number }): Promise<void> => {
      noted.length = 0
      await (decision.status < 400 ? run() : fails(t, run(), decision.status))
      const name = JSON.stringify(said)
      t.strictSame(noted.map(({ phase }) => phase), decision.status < 400 ? ['start', 'asyncEnd'] : ['start', 'error', 'asyncEnd'], name)
      t.equal(new Set(noted.map(({ message }) => message)).size, 1, `${name}: the same object`)
      t.match(noted[0]?.said, said, name)
      t.match(noted.at(-1)?.said.decision, decision, `${name}: the decision`)
      t.equal(noted.at(-1)?.said.request, undefined)
      t.equal(noted.at(-1)?.said.transactionId, undefined)
      if (decision.status >= 400) t.match(noted.at(-1)?.said.error, { statusCode: decision.status })
    }
    await call(() => handle.create({ n: 1 }, { id: 'a' }), { resource: '/things', operation: 'create', method: 'POST' }, { row: 22, status: 201 })
    await call(() => handle.read('a'), { operation: 'read', id: 'a', method: 'GET' }, { row: 22, status: 200 })
    await call(() => handle.update('a', { n: 2 }), { operation: 'update', id: 'a', method: 'PUT' }, { row: 22, status: 200 })
    await call(() => handle.patch('a', []), { operation: 'patch', id: 'a', method: 'PATCH' }, { row: 22, status: 200 })
    await call(() => handle.query(), { operation: 'query', method: 'GET' }, { row: 22, status: 200 })
    await call(() => handle.action('go', { id: 'a' }), { operation: 'action', action: 'go', id: 'a', method: 'POST' }, { row: 22, status: 200 })
    await call(() => handle.action('nothing'), { operation: 'action', action: 'nothing' }, { row: 22, status: 204 })
    await call(() => s.update({ n: 1 }), { resource: '/s', operation: 'update' }, { row: 22, status: 201 })
    await call(() => handle.create({}, { id: 'a' }), { operation: 'create' }, { row: 21, status: 409 })
    await call(() => handle.read('absent'), { operation: 'read', id: 'absent' }, { row: 17, status: 404 })
    await call(() => handle.update('a', {}, { revision: 'x' }), { operation: 'update' }, { row: 19, status: 412 })
    await call(() => handle.patch('a', [{ operation: 'add', field: 'n/x', value: 1 }]), { operation: 'patch' }, { row: 21, status: 409 })
    await call(() => handle.patch('a', 5 as never), { operation: 'patch' }, { row: 16, status: 400 })
    await call(() => handle.action('nope' as 'go'), { action: 'nope' }, { row: 12, status: 501 })
    await call(() => strict.delete('a'), { resource: '/strict', operation: 'delete' }, { row: 15, status: 428 })
    await call(() => handle.read(''), { operation: 'read' }, { row: 11, status: 400 })
    await call(() => handle.update('a', {}, { revision: '"' }), { operation: 'update' }, { row: 11, status: 400 })
    await call(() => handle.update('a', { n: 1n } as never), { operation: 'update' }, { row: 16, status: 400 })
    await call(() => handle.delete('a'), { operation: 'delete', id: 'a', method: 'DELETE' }, { row: 22, status: 200 })
    handle.disable()
    await call(() => handle.read('a'), { operation: 'read' }, { row: 4, status: 503 })
  })
}

t.test('a store that fails is told on the error channel of stores', async (t) => {
  const failing = memoryStore()
  const failure = new Error('secret')
  for (const [way, fail] of [['throws', () => { throw failure }], ['rejects', async () => { throw failure }]] as const) {
    const store: Store = Object.assign(Object.create(failing), { collection: (...given: Parameters<Store['collection']>): StoreCollection => Object.assign(Object.create(failing.collection(...given)), { read: fail, query: fail }) })
    const app = await buildApp(t, { options: { store } })
    app.resource('/things', {})
    const noted = events(t, storeName)
    for (const [url, call] of [['/things/a', 'read'], ['/things', 'query']] as const) {
      noted.length = 0
      t.equal((await app.inject(url)).statusCode, 500)
      t.strictSame(noted.map(({ phase }) => phase), ['start', 'error', 'asyncEnd'], `${way} ${url}`)
      t.match(noted[1]?.said, { collection: '/things', call })
      t.equal(noted[1]?.said.error, failure, 'what was thrown, as it was thrown')
      t.equal(new Set(noted.map(({ message }) => message)).size, 1)
    }
  }
})

t.test('an error is what was thrown', async (t) => {
  const app = await buildApp(t)
  declare(app)
  const noted = events(t)
  await ask(app, 'POST', '/things?_action=conflict')
  t.match(noted.at(-1)?.said.error, { statusCode: 409, message: 'no' })
  await ask(app, 'GET', '/things/absent')
  t.ok(noted.at(-1)?.said.error instanceof ResourceError)
  await ask(app, 'POST', '/things?_action=fail')
  const error = noted.at(-1)?.said.error as Error
  t.match([error.message, (error.cause as Error | undefined)?.message].join(), 'secret', 'an unexpected failure with its cause')
})

type Act = (reply: FastifyReply) => unknown

/** Runs `judge` on what is noted of requests that a hook of the application answers by `act`. */
async function answeredByHooks (t: Test, act: Act, judge: (noted: readonly Event[], response: LightMyRequestResponse, name: string, hook: string) => void): Promise<void> {
  for (const hook of ['preParsing', 'preValidation', 'preHandler', 'onRequest'] as const) {
    for (const place of ['before', 'after'] as const) {
      const add = (app: FastifyInstance): void => { app.addHook(hook, async (_request: FastifyRequest, reply: FastifyReply) => act(reply)) }
      const app = await buildApp(t, place === 'before' ? { before: add } : {})
      if (place === 'after') add(app)
      app.resource('/things', {})
      await app.ready()
      const noted = events(t)
      for (const [method, url, payload] of [['GET', '/things'], ['GET', '/things/a'], ['PUT', '/things/a', {}], ['POST', '/things', {}]] as const) {
        noted.length = 0
        const response = await ask(app, method, url, payload)
        judge(noted, response, `${hook} ${place} the plugin: ${method} ${url} ${response.statusCode}`, hook)
      }
    }
  }
}

for (const [way, act] of [
  ['sends 401', (reply) => reply.code(401).send({ message: 'mine' })], ['sends 200', (reply) => reply.code(200).send({})], ['sends 204', (reply) => reply.code(204).send()], ['throws 401', () => { throw new Unauthorized('mine') }], ['throws anything', () => { throw new Error('secret') }]
] as ReadonlyArray<readonly [string, Act]>) {
  t.test(`a hook of the application that ${way} ends the operation once`, async (t) => {
    await answeredByHooks(t, act, (noted, _response, name, hook) => {
      const [starts = [], ends = []] = ['start', 'asyncEnd'].map((phase) => noted.filter((event) => event.phase === phase))
      t.equal(starts.length, hook === 'onRequest' ? 0 : 1, `${name}: one start, where the hook did not come before`)
      t.strictSame(ends.map(({ message }) => message), starts.map(({ message }) => message), `${name}: one end`)
    })
  })

  t.test(`a hook of the application that ${way}: asyncEnd tells the status of the answer`, async (t) => {
    await answeredByHooks(t, act, (noted, response, name) => {
      for (const { phase, said } of noted) if (phase === 'asyncEnd') t.equal(said.decision?.status, response.statusCode, name)
    })
  })

  t.test(`a hook of the application that ${way}: an error comes before the end where it refuses`, async (t) => {
    await answeredByHooks(t, act, (noted, response, name) => {
      if (noted.length > 0) t.strictSame(noted.map(({ phase }) => phase), response.statusCode >= 400 ? ['start', 'error', 'asyncEnd'] : ['start', 'asyncEnd'], name)
    })
  })
}

/** Asserts that each request is one start and one end whose status is that of the answer. */
async function areEnded (t: Test, app: FastifyInstance, name: string, requests: ReadonlyArray<readonly [string, string, unknown?, Record<string, string>?]>): Promise<void> {
  await app.ready()
  const noted = events(t)
  for (const request of requests) {
    noted.length = 0
    const response = await ask(app, ...request)
    t.notMatch(response.body, 'secret', `${name}: nothing is shown`)
    const ends = noted.filter(({ phase }) => phase === 'asyncEnd')
    const label = `${name}: ${request[0]} ${request[1]} ${JSON.stringify(request[3] ?? {})} ${response.statusCode}`
    t.equal(noted.filter(({ phase }) => phase === 'start').length, 1, `${label}: one start`)
    t.equal(ends.length, 1, `${label}: one end`)
    t.equal(ends[0]?.said.decision?.status, response.statusCode, `${label}: the status of the answer`)
  }
}

const some: ReadonlyArray<readonly [string, string, unknown?, Record<string, string>?]> = [
  ['PUT', '/things/a', {}], ['GET', '/things/a'], ['HEAD', '/things/a'], ['GET', '/things/a', undefined, { 'if-none-match': '*' }], ['GET', '/things'], ['HEAD', '/things'], ['GET', '/things', undefined, { 'if-none-match': '*' }], ['GET', '/things', undefined, { 'if-none-match': '"x"' }],
  ['GET', '/things/absent'], ['GET', '/things?_bogus=1'], ['POST', '/things?_action=nothing'], ['POST', '/things?_action=fail'], ['OPTIONS', '/things'], ['POST', '/things', 'x'.repeat(2000)], ['DELETE', '/things']
]

for (const [way, hook] of [
  ['throws', (app) => app.addHook('onSend', async () => { throw new Error('secret') })],
  ['throws a code', (app) => app.addHook('onSend', async () => { throw Object.assign(new Error('secret'), { statusCode: 403 }) })],
  ['throws once the answer is decided', (app) => app.addHook('onSend', async (request) => { if (request.decision !== null) throw new Error('secret') })],
  ['changes the status to 200', (app) => app.addHook('onSend', async (_request, reply, payload) => { reply.code(200); return payload })],
  ['changes the status to 404', (app) => app.addHook('onSend', async (_request, reply, payload) => { reply.code(404); return payload })],
  ['changes the status to 418', (app) => app.addHook('onSend', async (_request, reply, payload) => { reply.code(418); return payload })],
  ['changes the payload', (app) => app.addHook('onSend', async (_request, _reply, payload) => typeof payload === 'string' ? `${payload} ` : payload)],
  ['makes bytes of it', (app) => app.addHook('onSend', async (_request, _reply, payload) => typeof payload === 'string' ? Buffer.from(payload) : payload)],
  ['makes a stream of it', (app) => app.addHook('onSend', async (_request, _reply, payload) => typeof payload === 'string' ? Readable.from([Buffer.from(payload)]) : payload)],
  ['removes the payload', (app) => app.addHook('onSend', async () => null)],
  ['sets a tag', (app) => app.addHook('onSend', async (_request, reply, payload) => { reply.header('etag', '"mine"'); return payload })],
  ['removes all header fields', (app) => app.addHook('onSend', async (_request, reply, payload) => { for (const name of Object.keys(reply.getHeaders())) reply.removeHeader(name); return payload })],
  ['compresses', (app) => app.register(fastifyCompress, { threshold: 0 })]
] as ReadonlyArray<readonly [string, (app: FastifyInstance) => unknown]>) {
  t.test(`an onSend hook of the application that ${way}`, async (t) => {
    const app = await buildApp(t, { before: async (app) => { await hook(app) } })
    declare(app)
    await areEnded(t, app, way, way === 'compresses' ? some.map(([method, url, payload, headers]) => [method, url, payload, { ...headers, 'accept-encoding': 'gzip' }]) : some)
  })
}

t.test('two faults of hooks: one throws, and another throws while that is answered', async (t) => {
  for (const hook of ['preParsing', 'preValidation', 'preHandler', 'onRequest'] as const) {
    const app = await buildApp(t)
    app.addHook(hook, async () => { throw Object.assign(new Error('first'), { statusCode: 403 }) })
    app.addHook('onSend', async () => { throw new Error('secret') })
    app.resource('/things', {})
    await app.ready()
    const noted = events(t)
    const response = await ask(app, 'GET', '/things')
    t.equal(response.statusCode, 500, hook)
    t.strictSame(response.json(), { code: 500, reason: 'Internal Server Error', message: 'An unexpected failure occurred' }, `${hook}: the error object, without the message`)
    const [starts, ends] = ['start', 'asyncEnd'].map((phase) => noted.filter((event) => event.phase === phase).length)
    t.equal(ends, starts, `${hook}: as many ends as starts`)
  }
})

t.test('with problem details, multipart, prefer, Accept-API-Version and a draining server', async (t) => {
  const app = await buildApp(t, { options: { prefer: true, multipart: true } })
  declare(app)
  await areEnded(t, app, 'problem details', some.map(([method, url, payload, headers]) => [method, url, payload, { ...headers, accept: 'application/problem+json, application/json', prefer: 'return=minimal' }]))
  await areEnded(t, app, 'multipart', [['POST', '/things', 'garbage', { 'content-type': 'multipart/form-data; boundary=x' }]])
})

t.test('over a socket, also one that the client closes', async (t) => {
  const app = await buildApp(t)
  let arrived = (): void => {}
  const waiting = new Promise<void>((resolve) => { arrived = resolve })
  app.resource('/things', { actions: { slow: { on: 'collection', handler: async ({ request }) => { arrived(); await delay(100); return { aborted: request?.raw.destroyed } } } } })
  const port = await listen(app)
  const noted = events(t)
  const counts = (): readonly number[] => ['start', 'asyncEnd'].map((phase) => noted.filter((event) => event.phase === phase).length)
  for (const path of ['/things', '/things/absent']) await (await fetch(`http://127.0.0.1:${port}${path}`)).text()
  t.strictSame(counts(), [2, 2])
  const { socket } = open(t, port)
  socket.write('POST /things?_action=slow HTTP/1.1\r\nHost: x\r\n\r\n')
  await waiting
  socket.destroy()
  await once(socket, 'close')
  await delay(300)
  t.strictSame(counts(), [3, 3], 'a client that went away while the handler worked')
})

t.test('an action that uses its handle is two operations, each with an end of its own', async (t) => {
  const app = await buildApp(t)
  const things: CollectionHandle = app.resource('/things', { actions: { copy: { handler: async ({ id = '' }) => (await things.read(id)).content } } })
  await things.create({ n: 1 }, { id: 'a' })
  const noted = events(t)
  await ask(app, 'POST', '/things/a?_action=copy')
  t.strictSame(noted.map(({ phase, said: { operation } }) => [phase, operation]), [['start', 'action'], ['start', 'read'], ['asyncEnd', 'read'], ['asyncEnd', 'action']])
  t.equal(new Set(noted.map(({ message }) => message)).size, 2)
})

t.test('operations at the same time keep apart', async (t) => {
  const app = await buildApp(t)
  app.resource('/things', { actions: { wait: { on: 'collection', handler: async ({ parameters }) => { await delay(Number(parameters['ms'])); return parameters } } } })
  const spans = new WeakMap<object, string>()
  const ended: Array<string | undefined> = []
  const start = (message: unknown): void => { spans.set(message as object, String((message as Message).request?.url)) }
  const end = (message: unknown): void => { ended.push(spans.get(message as object)) }
  const trace = tracingChannel(operationName)
  const subscribers = { start, asyncEnd: end, end () {}, asyncStart () {}, error () {} }
  trace.subscribe(subscribers)
  t.teardown(() => trace.unsubscribe(subscribers))
  const urls = [30, 10, 20].map((ms) => `/things?_action=wait&ms=${ms}`)
  await Promise.all(urls.map((url) => ask(app, 'POST', url)))
  t.strictSame(ended, [urls[1], urls[2], urls[0]], 'the message is a key')
})

t.test('who listens to one channel alone is told there', async (t) => {
  for (const phase of ['start', 'asyncEnd', 'error'] as const) {
    const app = await buildApp(t)
    app.resource('/things', {})
    const noted: unknown[] = []
    const listener = (message: unknown): void => { noted.push(message) }
    subscribe(`tracing:${operationName}:${phase}`, listener)
    await app.inject('/things/absent')
    t.equal(noted.length, 1, phase)
    unsubscribe(`tracing:${operationName}:${phase}`, listener)
    await app.inject('/things/absent')
    t.equal(noted.length, 1, `${phase}: no more`)
  }
})

t.test('who begins or ends to listen in between sees no half', async (t) => {
  const app = await buildApp(t)
  let between = (): void => {}
  app.resource('/things', { actions: { go: { on: 'collection', handler: () => { between(); return 1 } } } })
  const ends: unknown[] = []
  const listener = (message: unknown): void => { ends.push(message) }
  const name = `tracing:${operationName}:asyncEnd`
  between = () => subscribe(name, listener)
  t.equal((await ask(app, 'POST', '/things?_action=go')).statusCode, 200)
  t.equal(ends.length, 0, 'an operation that had begun before')
  between = () => unsubscribe(name, listener)
  t.equal((await ask(app, 'POST', '/things?_action=go')).statusCode, 200)
  t.equal(ends.length, 0)
})

t.test('without subscribers nothing is published', async (t) => {
  const app = await buildApp(t)
  declare(app)
  const names = [operationName, storeName].flatMap((name) => (['start', 'end', 'asyncStart', 'asyncEnd', 'error'] as const).map((phase) => `tracing:${name}:${phase}`))
  const published: string[] = []
  for (const name of names) {
    t.notOk(channel(name).hasSubscribers, name)
    Object.assign(channel(name), { publish: () => { published.push(name) } })
  }
  t.teardown(() => { for (const name of names) Reflect.deleteProperty(channel(name), 'publish') })
  for (const { method, url, payload, headers } of kinds) await ask(app, method, url, payload, headers)
  const handle = app.resources.get('/things')
  if (handle?.kind === 'collection') {
    await handle.read('a')
    await fails(t, handle.read('absent'), 404)
  }
  await handle?.purge()
  t.strictSame(published, [])
})

t.test('answers are the same with and without listeners', async (t) => {
  const answers = async (listening: boolean): Promise<readonly unknown[]> => {
    const app = await buildApp(t)
    declare(app)
    const noted = listening ? [events(t), events(t, storeName)] : []
    const all: unknown[] = []
    for (const { method, url, payload, headers } of kinds) {
      const { statusCode, headers: { date: _date, 'x-forgerock-transactionid': _id, etag, ...rest }, body } = await ask(app, method, url, payload, headers)
      all.push([statusCode, rest, etag === undefined, body.replace(/"_rev":"[^"]*"/g, '')])
    }
    t.equal(noted.every(({ length }) => length > 0), true)
    return all
  }
  t.strictSame(await answers(true), await answers(false))
})

t.test('a listener that throws changes no answer', async (t) => {
  // `publish` catches what a listener throws and raises it in the next tick as an uncaught exception: it ends a process
  // that has no handler for these, but it reaches neither the other listeners nor who publishes.
  const uncaught: unknown[] = []
  process.setUncaughtExceptionCaptureCallback((error) => { uncaught.push(error) })
  t.teardown(() => process.setUncaughtExceptionCaptureCallback(null))
  const app = await buildApp(t)
  declare(app)
  await app.ready()
  const bad = new Error('a listener failed')
  const listener = (): never => { throw bad }
  const names = [operationName, storeName].flatMap((name) => (['start', 'asyncEnd', 'error', 'end', 'asyncStart'] as const).map((phase) => `tracing:${name}:${phase}`))
  for (const name of names) {
    subscribe(name, listener)
    t.teardown(() => unsubscribe(name, listener))
  }
  const noted = events(t)
  for (const { method, url, status, payload, headers } of kinds) {
    noted.length = 0
    const response = await ask(app, method, url, payload, headers)
    t.equal(response.statusCode, status, `${method} ${url} ${status}`)
    isOne(t, noted, response, `${method} ${url} ${status}: other listeners are told`)
  }
  const handle = app.resources.get('/things')
  if (handle?.kind === 'collection') {
    t.equal((await handle.read('a')).id, 'a')
    await fails(t, handle.read('absent'), 404)
  }
  await delay(1)
  t.ok(uncaught.length > kinds.length * 2)
  t.ok(uncaught.every((error) => error === bad))
})
