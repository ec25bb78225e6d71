import type { FastifyRequest } from 'fastify'
import t from 'tap'
import { Forbidden, memoryStore, Unauthorized } from '../../lib/index.ts'
import type { AuthorizationRequest, CommonRestOptions } from '../../lib/index.ts'
import { CountingStore } from '../conformance/counting-store.ts'
import { buildApp, refused } from './app.ts'

interface Named { readonly name: string }
const named = (name: string): Named => ({ name })

t.test('authenticate: null, undefined and Unauthorized are 401 with the challenge', async (t) => {
  const throwing = (error: unknown) => () => { throw error }
  const cases: ReadonlyArray<readonly [string, CommonRestOptions, string]> = [
    ['null', { authenticate: () => null }, 'Bearer'],
    ['undefined', { authenticate: () => undefined }, 'Bearer'],
    ['a promise of null', { authenticate: async () => null }, 'Bearer'],
    ['null with a challenge', { authenticate: () => null, challenge: 'Basic realm="x"' }, 'Basic realm="x"'],
    ['Unauthorized', { authenticate: throwing(new Unauthorized('who?')), challenge: 'Basic' }, 'Basic'],
    ['Unauthorized with a challenge', { authenticate: throwing(new Unauthorized('who?', { challenge: 'Digest' })), challenge: 'Basic' }, 'Digest'],
    ['Unauthorized of a promise', { authenticate: async () => throwing(new Unauthorized('who?'))() }, 'Bearer'],
    ['an Error with statusCode 401', { authenticate: throwing(Object.assign(new Error('no'), { statusCode: 401 })), challenge: 'Basic' }, 'Basic']
  ]
  for (const [name, options, challenge] of cases) {
    const app = await buildApp(t, { options })
    app.resource('/things', {})
    for (const url of ['/things', '/things/a']) {
      const response = await app.inject(url)
      refused(t, response, 401, name)
      t.equal(response.headers['www-authenticate'], challenge, name)
      t.equal(response.headers['cache-control'], 'private, no-store', name)
    }
  }
})

t.test('authenticate: any other failure is 500 without its message', async (t) => {
  for (const thrown of [new Error('secret'), 'secret', undefined, null, { statusCode: 401, message: 'secret' }]) {
    const app = await buildApp(t, { options: { authenticate: () => { throw thrown } } })
    app.resource('/things', {})
    const response = await app.inject('/things')
    refused(t, response, 500, String(thrown))
    t.notMatch(response.body, 'secret')
  }
})

t.test('what is no null or undefined is a principal, and reaches everybody', async (t) => {
  const seen: unknown[] = []
  const app = await buildApp(t, {
    options: { authenticate: (request) => named(String(request.headers['x-name'])), authorize: ({ principal }) => { seen.push(principal); return true } }
  })
  app.addHook('preHandler', async (request) => { seen.push(request.principal) })
  app.resource('/things', {
    actions: { who: { on: 'collection', handler: ({ principal }) => principal } },
    prepare: ({ principal, content }) => { seen.push(principal); return content }
  })
  app.resource('/provided', { provider: { read: ({ principal, id }) => ({ id, revision: '1', content: { ...principal } }) } })
  const headers = { 'x-name': 'ann' }
  t.same((await app.inject({ method: 'POST', url: '/things?_action=who', headers })).json(), named('ann'))
  t.equal((await app.inject({ url: '/provided/a', headers })).json().name, 'ann')
  t.equal((await app.inject({ method: 'PUT', url: '/things/a', payload: {}, headers })).statusCode, 201)
  t.equal(seen.length, 8)
  for (const principal of seen) t.same(principal, named('ann'))

  const plain = await buildApp(t)
  plain.resource('/things', { actions: { who: { on: 'collection', handler: ({ principal, request }) => [principal, request?.principal] } } })
  t.same((await plain.inject({ method: 'POST', url: '/things?_action=who' })).json(), [null, null], 'without authenticate there is none')
})

t.test('authorize is asked once per operation, with everything it needs', async (t) => {
  const asked: Array<Omit<AuthorizationRequest, 'resource' | 'request'> & { resource: string, request: boolean }> = []
  const app = await buildApp(t, {
    options: { authorize: ({ resource, request, ...rest }) => { asked.push({ ...rest, resource: resource.path, request: request !== undefined }); return false } }
  })
  app.resource('/r/:x/things', { actions: { go: { on: ['collection', 'instance'], handler: () => 1 } } })
  app.resource('/settings', { kind: 'singleton', actions: { go: { handler: () => 1 } } })
  const common = { principal: null, params: { x: 'y' }, resource: '/r/:x/things', request: true }
  const single = { principal: null, params: {}, resource: '/settings', request: true }
  const cases: ReadonlyArray<readonly [string, string, object, object?]> = [
    ['GET', '/r/y/things', { operation: 'query', ...common }],
    ['HEAD', '/r/y/things', { operation: 'query', ...common }],
    ['POST', '/r/y/things', { operation: 'create', ...common }],
    ['POST', '/r/y/things?_action=CREATE', { operation: 'create', ...common }],
    ['POST', '/r/y/things?_action=go', { operation: 'action', action: 'go', ...common }],
    ['POST', '/r/y/things?_action=unknown', { operation: 'action', action: 'unknown', ...common }],
    ['GET', '/r/y/things/a%2Fb', { operation: 'read', id: 'a/b', ...common }],
    ['PUT', '/r/y/things/a', { operation: 'update', id: 'a', ...common }],
    ['PUT', '/r/y/things/a', { operation: 'create', id: 'a', ...common }, { 'if-none-match': '*' }],
    ['PUT', '/r/y/things/a', { operation: 'update', id: 'a', ...common }, { 'if-match': '*' }],
    ['PATCH', '/r/y/things/a', { operation: 'patch', id: 'a', ...common }],
    ['DELETE', '/r/y/things/a', { operation: 'delete', id: 'a', ...common }],
    ['POST', '/r/y/things/a?_action=go', { operation: 'action', action: 'go', id: 'a', ...common }],
    ['POST', '/r/y/things/a', { operation: 'delete', id: 'a', ...common }, { 'x-http-method-override': 'DELETE' }],
    ['GET', '/settings', { operation: 'read', ...single }],
    ['PUT', '/settings', { operation: 'update', ...single }],
    ['PATCH', '/settings', { operation: 'patch', ...single }],
    ['POST', '/settings?_action=go', { operation: 'action', action: 'go', ...single }]
  ]
  for (const [method, url, question, headers = {}] of cases) {
    asked.length = 0
    refused(t, await app.inject({ method: method as 'GET', url, headers: headers as Record<string, string> }), 403, `${method} ${url}`)
    t.strictSame(asked.map(({ params, ...rest }) => ({ ...rest, params: { ...params } })), [question], `${method} ${url}`)
  }
})

t.test('an upsert is asked as update and as create, each if declared, and both must hold', async (t) => {
  for (const [operations, allowed, code] of [
    [['create', 'update', 'read'], ['update', 'create'], 201], [['create', 'update', 'read'], ['update'], 403], [['create', 'update', 'read'], ['create'], 403],
    [['create', 'read'], ['create'], 201], [['update', 'read'], ['update'], 404]
  ] as const) {
    const app = await buildApp(t, { options: { authorize: ({ operation }) => (allowed as readonly string[]).includes(operation) } })
    app.resource('/things', { operations })
    t.equal((await app.inject({ method: 'PUT', url: '/things/a', payload: {} })).statusCode, code, `${operations.join()} allowed ${allowed.join()}`)
  }
})

t.test('authorize: only true permits; Unauthorized is 401, other errors are themselves', async (t) => {
  const cases: ReadonlyArray<readonly [unknown, number]> = [
    [() => true, 200], [async () => true, 200], [() => false, 403], [async () => false, 403], [() => undefined, 403], [() => 1, 403],
    [() => { throw new Unauthorized('sign in', { challenge: 'Basic' }) }, 401], [async () => { throw new Unauthorized() }, 401],
    [() => { throw new Forbidden('not you', { detail: { why: 1 } }) }, 403], [() => { throw new Error('secret') }, 500]
  ]
  for (const [authorize, code] of cases) {
    const app = await buildApp(t, { options: { authorize: authorize as () => boolean, challenge: 'Digest' } })
    app.resource('/things', {})
    const response = await app.inject('/things')
    if (code === 200) t.equal(response.statusCode, 200)
    else {
      const fault = refused(t, response, code, String(authorize))
      if (fault.message === 'sign in') t.equal(response.headers['www-authenticate'], 'Basic')
      if (fault.message === 'not you') t.same(fault.detail, { why: 1 })
      t.notMatch(response.body, 'secret')
    }
  }
})

t.test('strangers and those who may not reach neither store nor content', async (t) => {
  for (const options of [{ authenticate: () => null }, { authorize: () => false }]) {
    const store = new CountingStore(() => memoryStore())
    let prepared = 0
    const app = await buildApp(t, { options: { ...options, store } })
    app.resource('/things', { prepare: ({ content }) => { prepared++; return content }, exists: () => { prepared++; return true } })
    const before = store.calls
    for (const [method, url] of [['GET', '/things'], ['GET', '/things/a'], ['POST', '/things'], ['PUT', '/things/a'], ['PATCH', '/things/a'], ['DELETE', '/things/a']] as const) {
      const { statusCode } = await app.inject({ method, url, payload: 'no json', headers: { 'content-type': 'application/json' } })
      t.ok(statusCode === 401 || statusCode === 403, `${method} ${url}`)
    }
    t.equal(store.calls, before)
    t.equal(prepared, 0)
  }
})

t.test('with authenticate every answer is private', async (t) => {
  const app = await buildApp(t, { options: { authenticate: (request: FastifyRequest) => request.headers.authorization === undefined ? null : {} } })
  app.resource('/things', { actions: { go: { on: 'collection', handler: () => 1 } } })
  const headers = { authorization: 'x' }
  const of = async (method: string, url: string, payload?: object): Promise<unknown> =>
    (await app.inject({ method: method as 'GET', url, headers, ...(payload === undefined ? {} : { payload }) })).headers['cache-control']
  t.equal(await of('PUT', '/things/a', {}), 'private, no-cache')
  t.equal(await of('GET', '/things/a'), 'private, no-cache')
  t.equal(await of('GET', '/things'), 'private, no-cache')
  t.equal(await of('POST', '/things?_action=go'), 'private, no-store')
  t.equal(await of('GET', '/things/b'), 'private, no-store')
  t.equal(await of('DELETE', '/things/a'), 'private, no-store')
})
