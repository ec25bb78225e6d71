import type { FastifyInstance } from 'fastify'
import t from 'tap'
import { memoryStore } from '../../lib/index.ts'
import { buildApp, refused } from './app.ts'

const put = (app: FastifyInstance, url: string, payload: object = { n: 1 }): Promise<number> =>
  app.inject({ method: 'PUT', url, payload }).then(({ statusCode }) => statusCode)

t.test('everything works under the router settings of the application', async (t) => {
  const settings = [
    {}, { ignoreTrailingSlash: true }, { ignoreDuplicateSlashes: true }, { caseSensitive: false },
    { ignoreTrailingSlash: true, ignoreDuplicateSlashes: true, caseSensitive: false }
  ]
  for (const routerOptions of settings) {
    const name = JSON.stringify(routerOptions)
    const app = await buildApp(t, { server: { routerOptions } })
    app.resource('/Things', { actions: { count: { on: 'collection', handler: () => 1 } } })
    app.resource('/settings', { kind: 'singleton', initial: { a: 1 } })
    app.resource('/realms/:realm/users', {})
    t.equal(await put(app, '/Things/MixedCase'), 201, name)
    t.equal((await app.inject('/Things/MixedCase')).json()._id, 'MixedCase', `${name}: ids keep their case`)
    t.equal((await app.inject('/Things/MixedCase/')).statusCode, 200, `${name}: one trailing slash is ignored`)
    t.equal((await app.inject('/Things/?_queryFilter=true')).json().resultCount, 1, `${name}: also on the collection`)
    t.equal((await app.inject({ method: 'POST', url: '/Things/?_action=count' })).body, '1', name)
    t.equal((await app.inject('/settings/')).statusCode, 200, `${name}: and on a singleton`)
    t.equal((await app.inject('/Things/MixedCase?_FIELDS=n')).json().n, 1, `${name}: parameters are read from the raw URL`)
    t.equal((await app.inject('/Things/MixedCase?_fields=%')).statusCode, 400, `${name}: an undecodable reserved parameter`)
    t.equal((await app.inject('/Things/MixedCase?other=%')).statusCode, 200, `${name}: an undecodable other parameter`)
    t.equal(await put(app, '/realms/Alpha/users/u'), 201, name)
    t.equal((await app.inject('/realms/Alpha/users/u')).statusCode, 200, name)
    t.equal((await app.inject('/Things/a/b')).statusCode, 404, name)
    if (routerOptions.caseSensitive === false) {
      t.equal((await app.inject('/tHINGS/MixedCase')).json()._id, 'MixedCase', name)
      t.equal((await app.inject('/things/mixedcase')).statusCode, 404, `${name}: ids are case-sensitive`)
    }
    if (routerOptions.ignoreDuplicateSlashes === true) t.equal((await app.inject('//Things//MixedCase')).statusCode, 200, name)
    else for (const url of ['//Things', '/Things//MixedCase', '/Things//']) t.equal((await app.inject(url)).statusCode, 404, `${name} ${url}`)
  }
})

t.test('a rewritten query parser of the application changes nothing', async (t) => {
  const app = await buildApp(t, { server: { routerOptions: { querystringParser: () => ({ _fields: 'nothing' }) } } })
  app.resource('/things', {})
  await put(app, '/things/a', { n: 1, m: 2 })
  t.same(Object.keys((await app.inject('/things/a?_fields=n')).json()), ['_id', '_rev', 'n'])
})

t.test('path parameters reach handlers, and every value has its own collection', async (t) => {
  const store = memoryStore()
  const app = await buildApp(t, { options: { store } })
  const seen: unknown[] = []
  const users = app.resource('/realms/:realm/users', {
    unique: ['/mail'],
    actions: { who: { on: ['collection', 'instance'], handler: ({ params, id }) => { seen.push({ ...params }); return id ?? null } } }
  })
  t.equal(await put(app, '/realms/a/users/x', { mail: 'm' }), 201)
  t.equal(await put(app, '/realms/b/users/x', { mail: 'm' }), 201, 'unique is per collection')
  t.equal(await put(app, '/realms/a/users/y', { mail: 'm' }), 409)
  const odd = await app.inject({ method: 'POST', url: '/realms/a%2Fb%20c/users', payload: { _id: 'z' } })
  t.equal(odd.headers['location'], 'http://localhost:80/realms/a%2Fb%20c/users/z')
  t.equal((await app.inject('/realms/a%2Fb%20c/users/z')).statusCode, 200)
  t.equal((await app.inject('/realms/a/users')).json().resultCount, 1)
  t.equal((await app.inject({ method: 'POST', url: '/realms/a%2Fb/users?_action=who' })).body, 'null')
  t.equal((await app.inject({ method: 'POST', url: '/realms/a/users/x?_action=who' })).body, '"x"')
  t.strictSame(seen, [{ realm: 'a/b' }, { realm: 'a' }], 'without the id')
  t.equal((await users.read('x', { params: { realm: 'b' } })).content['mail'], 'm')
  t.strictSame(await store.collections(), ['/realms/a%2Fb%20c/users', '/realms/a/users', '/realms/b/users'])
  refused(t, await app.inject('/realms//users'), 404, 'an empty parameter')
  refused(t, await app.inject('/realms/../users/x'), 404, 'dots')
  refused(t, await app.inject('/realms/a%01/users'), 400, 'a control character')
})

t.test('paramsSchema and exists answer 404', async (t) => {
  const asked: unknown[] = []
  const app = await buildApp(t, { options: { authenticate: (request) => request.headers.authorization === 'yes' ? {} : null } })
  app.resource('/realms/:realm/users', {
    paramsSchema: { type: 'object', properties: { realm: { type: 'string', pattern: '^[a-z]+$' } } },
    exists: async (params) => { asked.push({ ...params }); return params['realm'] !== 'none' },
    actions: { go: { on: 'collection', handler: () => undefined } }
  })
  const headers = { authorization: 'yes' }
  refused(t, await app.inject('/realms/A1/users'), 404, 'unfit, before the caller is asked for')
  refused(t, await app.inject('/realms/none/users'), 401, 'the parent is not told to strangers')
  t.strictSame(asked, [])
  for (const [method, url] of [['GET', ''], ['POST', '?_action=go'], ['POST', ''], ['GET', '/x'], ['PUT', '/x'], ['PATCH', '/x'], ['DELETE', '/x']] as const) {
    const payload = method === 'PUT' || (method === 'POST' && url === '') ? { payload: {} } : method === 'PATCH' ? { payload: [] } : {}
    refused(t, await app.inject({ method, url: `/realms/none/users${url}`, headers, ...payload }), 404, `${method} ${url}`)
  }
  t.equal(asked.length, 7)
  t.equal((await app.inject({ url: '/realms/a/users', headers })).statusCode, 200)
  t.equal((await app.inject({ method: 'OPTIONS', url: '/realms/none/users' })).statusCode, 204)
})
