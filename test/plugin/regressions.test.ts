import t from 'tap'
import type { Test } from 'tap'
import commonRest, { Conflict, Forbidden, Gone, PreconditionFailed, UnsupportedMediaType, memoryStore, provider, serverOptions } from '../../lib/index.ts'
import type { ResourceDefinition } from '../../lib/index.ts'
import Fastify from 'fastify'
import type { FastifyInstance } from 'fastify'
import { failOnUndocumented } from './app.ts'

const json = { 'content-type': 'application/json' }

/** Plain Fastify, watched for undocumented codes and closed at the end of the test. */
function bare (t: Test): FastifyInstance {
  const app = Fastify()
  t.teardown(() => app.close())
  failOnUndocumented(t, app)
  return app
}

async function open (t: Test, declare: (app: FastifyInstance) => void, options = {}): Promise<FastifyInstance> {
  const app = bare(t)
  await app.register(commonRest, options)
  declare(app)
  await app.ready()
  return app
}

const anything: ResourceDefinition = {}

t.test('an undefined member of a definition does not switch off what the plugin says', async (t) => {
  // As plain JavaScript may write it, which has no exact optional properties.
  const undefinedMembers = { authenticate: undefined, authorize: undefined, revision: undefined } as unknown as ResourceDefinition
  const app = await open(t, (app) => { app.resource('/x', undefinedMembers) }, { authenticate: () => null })
  t.equal((await app.inject('/x')).statusCode, 401)
})

t.test('a resource keeps the bound of the page size that it does not set again', async (t) => {
  const app = await open(t, (app) => { app.resource('/x', { pageSize: { default: 1 } }) }, { pageSize: { max: 2 } })
  for (const _id of ['a', 'b', 'c']) await app.inject({ method: 'POST', url: '/x', payload: { _id } })
  t.equal((await app.inject('/x?_pageSize=5')).json().resultCount, 2)
  t.equal((await app.inject('/x')).json().resultCount, 1)
})

t.test('a prefix whose parameters would not keep collections apart is refused', async (t) => {
  const app = bare(t)
  await app.register(commonRest)
  for (const prefix of ['/realms/:realm(^[a-z]+$)', '/t/:tenant-:env', '/v:version']) {
    await t.rejects(Promise.resolve(app.register(async (scope) => { scope.resource('/users', anything) }, { prefix })).then(() => app.after()), { code: 'CREST_ERR_INVALID_OPTION' }, prefix)
  }
})

t.test('a hook that fails while an answer is sent does not show its message', async (t) => {
  const app = bare(t)
  app.addHook('onSend', async () => { throw new Error('secret') })
  await app.register(commonRest)
  app.resource('/x', {})
  for (const [method, url] of [['GET', '/x'], ['GET', '/x/absent'], ['GET', '/x?_bogus=1'], ['PUT', '/x/a']] as const) {
    const response = await app.inject({ method, url, ...(method === 'PUT' ? { payload: {} } : {}) })
    t.equal(response.statusCode, 500, `${method} ${url}`)
    t.strictSame(response.json(), { code: 500, reason: 'Internal Server Error', message: 'An unexpected failure occurred' })
    t.equal(response.headers['cache-control'], 'no-store')
  }
})

t.test('a detail that is no JSON is left out', async (t) => {
  const app = await open(t, (app) => { app.resource('/x', { prepare: () => { throw new Conflict('no', { detail: { n: 10n } }) } }) })
  const response = await app.inject({ method: 'POST', url: '/x', payload: {} })
  t.strictSame(response.json(), { code: 409, reason: 'Conflict', message: 'no' })
})

t.test('an error that a hook throws keeps its reason and detail', async (t) => {
  const app = bare(t)
  app.addHook('onRequest', async () => { throw new Forbidden('no', { detail: { a: 1 }, reason: 'Nope' }) })
  await app.register(commonRest)
  app.resource('/x', {})
  t.strictSame((await app.inject('/x')).json(), { code: 403, reason: 'Nope', message: 'no', detail: { a: 1 } })
})

t.test('prepare gets a copy at each try, and what it returns is judged', async (t) => {
  let races = 1
  const store = memoryStore()
  const collection = store.collection('/x', { unique: [], indexes: [], expires: undefined, tombstones: false })
  let returned: (content: Record<string, unknown>) => unknown = (content) => content
  const app = await open(t, (app) => {
    app.resource('/x', {
      prepare: async ({ operation, id, content }) => {
        if (races-- > 0) await collection.insert(String(id), { quick: true })
        const log = [...(content['log'] as string[] | undefined ?? []), operation]
        content['log'] = log
        return returned(content) as Record<string, unknown>
      }
    })
  }, { store })
  const put = async (url: string): Promise<{ statusCode: number, json: () => Record<string, unknown> }> => app.inject({ method: 'PUT', url, payload: { a: 1 } })
  t.strictSame((await put('/x/raced')).json()['log'], ['update'])

  returned = () => undefined
  t.equal((await put('/x/nothing')).statusCode, 500)
  returned = () => ['a list']
  t.equal((await put('/x/list')).statusCode, 500)
  returned = (content) => ({ ...content, s: 'a\0b' })
  t.equal((await put('/x/zero')).statusCode, 400)
  for (const id of ['nothing', 'list', 'zero']) t.equal((await app.inject(`/x/${id}`)).statusCode, 404, id)
  returned = (content) => ({ ...content, _id: 'evil', _rev: 'evil', at: new Date(0), gone: undefined })
  const first = (await put('/x/plain')).json()
  t.match(first, { _id: 'plain', at: '1970-01-01T00:00:00.000Z' })
  t.strictSame((await app.resources.get('/x')?.read('plain' as never))?.content, { a: 1, log: ['create'], at: '1970-01-01T00:00:00.000Z' })
})

t.test('what prepare throws on a POST is not mistaken for a taken id', async (t) => {
  const app = await open(t, (app) => {
    app.resource('/gone', { prepare: () => { throw new Gone('mine') } })
    app.resource('/failed', { prepare: () => { throw new PreconditionFailed('mine') } })
    app.resource('/format', { prepare: () => { throw new UnsupportedMediaType('mine') } })
  })
  const post = async (url: string, headers = {}): Promise<{ statusCode: number, body: string, headers: Record<string, unknown> }> => app.inject({ method: 'POST', url, payload: {}, headers })
  t.match(await post('/gone'), { statusCode: 410, body: /mine/ })
  t.match(await post('/failed'), { statusCode: 409, body: /mine/ })
  t.match(await post('/failed', { 'if-match': '*' }), { statusCode: 412, body: /mine/ })
  t.match(await post('/format'), { statusCode: 415, headers: { 'accept-post': 'application/json' } })
})

t.test('what a provider says when a condition fails is kept', async (t) => {
  const ledger = provider({
    read: () => ({ id: 'a', revision: '1', content: {} }),
    update: () => { throw new PreconditionFailed('the ledger is closed', { detail: 'since noon' }) }
  })
  const app = await open(t, (app) => { app.resource('/x', { provider: ledger }) })
  const response = await app.inject({ method: 'PUT', url: '/x/a', payload: { n: 1 }, headers: { 'if-match': '"1"' } })
  t.match(response.json(), { code: 412, message: 'the ledger is closed', detail: 'since noon' })
})

t.test('headers that a hook of the application set stay, and its conditions are believed', async (t) => {
  const app = bare(t)
  app.addHook('onRequest', async (request, reply) => {
    request.headers = { 'x-tenant': 't1', ...(request.method === 'DELETE' ? { 'if-match': '"stale"' } : {}) }
    reply.header('content-type', 'text/html').header('etag', '"app"')
  })
  await app.register(commonRest)
  app.resource('/x', { actions: { tenant: { handler: ({ request }) => request?.headers['x-tenant'] } } })
  await app.inject({ method: 'PUT', url: '/x/a', payload: {} })
  const tag = String((await app.inject('/x/a')).headers['etag'])
  t.equal((await app.inject({ method: 'POST', url: '/x/a?_action=tenant', headers: { 'if-none-match': '"other"' } })).body, '"t1"')
  t.equal((await app.inject({ method: 'DELETE', url: '/x/a' })).statusCode, 412)
  t.equal((await app.inject({ url: '/x', headers: { 'if-none-match': '"app"' } })).statusCode, 200, 'the tag of a list is its own')
  const unmodified = await app.inject({ url: '/x/a', headers: { 'if-none-match': tag } })
  t.match(unmodified, { statusCode: 304, headers: { 'content-type': undefined } })
})

t.test('a 304 that a provider throws is complete', async (t) => {
  const unmodified = Object.assign(new Error('not modified'), { statusCode: 304 })
  const app = await open(t, (app) => { app.resource('/x', { provider: { read: () => { throw unmodified } } }) })
  const get = async (tag: string): Promise<{ statusCode: number, headers: Record<string, unknown> }> => app.inject({ url: '/x/a', headers: { 'if-none-match': tag } })
  t.match(await get('abc'), { statusCode: 304, headers: { etag: '"abc"', 'cache-control': 'no-cache', vary: /Accept/ } })
  t.match(await get('"a", "b"'), { statusCode: 304, headers: { etag: undefined, 'cache-control': 'no-store' } })
})

t.test('two scopes below one prefix may register the plugin', async (t) => {
  const app = bare(t)
  for (const name of ['/one', '/two']) {
    app.register(async (scope) => {
      await scope.register(commonRest)
      scope.resource(name, {})
    }, { prefix: '/api' })
  }
  await app.ready()
  t.equal((await app.inject('/api/one')).statusCode, 200)
  t.equal((await app.inject('/api/two')).statusCode, 200)
  t.equal((await app.inject('/api/three')).statusCode, 404)
})

t.test('purge leaves the collection of another resource alone', async (t) => {
  const expires = { expires: '/until' } as const
  const app = await open(t, (app) => {
    app.resource('/r/:p/u', expires)
    app.resource('/r/root/u', { ...expires, tombstones: true })
  })
  await app.inject({ method: 'PUT', url: '/r/root/u/1', headers: json, payload: { until: '2020-01-01T00:00:00Z' } })
  t.equal(await app.resources.get('/r/:p/u')?.purge(), 0)
  t.equal(await app.resources.get('/r/root/u')?.purge(), 1)
  t.equal((await app.inject('/r/root/u/1')).statusCode, 410)
})

t.test('in process a content that is no object is refused, with an id too', async (t) => {
  const app = await open(t, (app) => { app.resource('/x', { actions: { now: { on: 'collection', handler: () => ({ at: new Date(0), f: () => 1 }) } } }) })
  const handle = app.resources.get('/x')
  if (handle?.kind !== 'collection') throw new Error('no collection')
  for (const content of [[1, 2], 'abc', null]) {
    await t.rejects(handle.create(content as never, { id: 'a' }), { name: 'BadRequest' })
  }
  t.strictSame(await handle.action('now'), { at: '1970-01-01T00:00:00.000Z' })
})

t.test('the root of a singleton may be replaced by a content that names an _id', async (t) => {
  const app = await open(t, (app) => { app.resource('/s', { kind: 'singleton', initial: { a: 1 } }) })
  const response = await app.inject({ method: 'PATCH', url: '/s', payload: [{ operation: 'replace', field: '', value: { _id: 'x', b: 1 } }] })
  t.equal(response.statusCode, 200)
  t.match(response.json(), { b: 1 })
})

t.test('each in-process call has a signal of its own', async (t) => {
  const signals = new Set<AbortSignal>()
  const app = await open(t, (app) => {
    app.resource('/x', {
      provider: {
        read: (request) => {
          signals.add(request.signal)
          signals.add(request.signal)
          return { id: 'a', revision: '1', content: {} }
        }
      }
    })
  })
  const handle = app.resources.get('/x')
  if (handle?.kind !== 'collection') throw new Error('no collection')
  await handle.read('a')
  await handle.read('a')
  t.equal(signals.size, 2)
})

t.test('serverOptions leave the refusal of a request without Host to the plugin, over TLS too', async (t) => {
  t.match(serverOptions(), { http: { requireHostHeader: false } })
  t.match(serverOptions({ https: { minVersion: 'TLSv1.3' } }), { https: { requireHostHeader: false, minVersion: 'TLSv1.3' } })
})

t.test('an answer whose head has left when a hook fails is broken off', async (t) => {
  const app = bare(t)
  app.addHook('onSend', async (_request, reply) => {
    reply.raw.writeHead(200).write('{')
    throw new Error('secret')
  })
  await app.register(commonRest)
  app.resource('/x', {})
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  await t.rejects(fetch(`${url}/x`).then(async (response) => response.text()))
})
