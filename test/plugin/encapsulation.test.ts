import type { FastifyInstance } from 'fastify'
import t from 'tap'
import commonRest, { memoryStore } from '../../lib/index.ts'
import type { ResourceHandle } from '../../lib/index.ts'
import { buildApp, refused } from './app.ts'

const put = (app: FastifyInstance, url: string, payload: object = { n: 1 }): Promise<number> =>
  app.inject({ method: 'PUT', url, payload }).then(({ statusCode }) => statusCode)

t.test('the prefix of the instance, that of the plugin and the path make the full path', async (t) => {
  const store = memoryStore()
  const app = await buildApp(t, { options: null })
  let users: ResourceHandle | undefined
  await app.register(async (scope) => {
    await scope.register(commonRest, { prefix: '/v1', store })
    users = scope.resource('/users', {})
    await scope.register(async (inner) => { inner.resource('/groups', {}) }, { prefix: '/inner' })
  }, { prefix: '/api' })
  t.equal(users?.path, '/api/v1/users')
  const created = await app.inject({ method: 'PUT', url: '/api/v1/users/a', payload: {} })
  t.equal(created.statusCode, 201)
  t.equal(created.headers['location'], 'http://localhost:80/api/v1/users/a')
  t.equal(await put(app, '/api/inner/v1/groups/a'), 201)
  t.strictSame(await store.collections(), ['/api/inner/v1/groups', '/api/v1/users'])
})

t.test('hooks of the instance that a resource is declared on run, and no others', async (t) => {
  const app = await buildApp(t)
  await app.register(async (scope) => {
    scope.addHook('onRequest', async (_request, reply) => { reply.header('x-scope', 'yes') })
    scope.resource('/inside', {})
  })
  app.resource('/outside', {})
  t.equal((await app.inject('/inside')).headers['x-scope'], 'yes')
  t.equal((await app.inject('/outside')).headers['x-scope'], undefined)
})

t.test('the log level and the serializers of the plugin hold for its routes', async (t) => {
  const lines: Array<Record<string, unknown>> = []
  const stream = { write (line: string) { lines.push(JSON.parse(line)) } }
  const app = await buildApp(t, {
    server: { logger: { level: 'debug', stream } },
    options: { logLevel: 'error', logSerializers: { err: () => 'serialized' } }
  })
  app.resource('/quiet', { provider: { read () { throw new Error('broken') } } })
  app.get('/loud', async () => 'ok')
  await app.inject('/quiet')
  t.equal(lines.length, 0)
  await app.inject('/quiet/a')
  t.ok(lines.some(({ err }) => err === 'serialized'))
  await app.inject('/loud')
  t.ok(lines.some(({ msg }) => msg === 'incoming request'))
})

t.test('unknown paths below the plugin answer 404 with the error object before a body is read', async (t) => {
  const app = await buildApp(t)
  app.resource('/a', {})
  app.resource('/r/:x/b', {})
  for (const url of ['/', '/b', '/a/b/c', '//a', '/a//b', '/a/b//', '/r', '/r/1', '/r//b']) {
    for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const) {
      refused(t, await app.inject({ method, url, headers: { 'content-type': 'garbage', 'content-length': '9' }, payload: 'not json!' }), 404, `${method} ${url}`)
    }
  }
})

t.test('with a prefix only the paths below it are answered; the rest is the application\'s', async (t) => {
  for (const nested of [true, false]) {
    const app = await buildApp(t, { options: null })
    app.setNotFoundHandler((_request, reply) => { reply.code(404).send({ mine: true }) })
    if (nested) {
      await app.register(async (scope) => {
        await scope.register(commonRest)
        scope.resource('/a', {})
      }, { prefix: '/api' })
    } else {
      await app.register(commonRest, { prefix: '/api' })
      app.resource('/a', {})
    }
    for (const url of ['/api', '/api/', '/api/b', '/api/a/b/c', '/api?x=1', '/api/b?x']) {
      refused(t, await app.inject(url), 404, `${url} nested: ${nested}`)
      refused(t, await app.inject({ method: 'POST', url, payload: '{', headers: { 'content-type': 'application/json' } }), 404, `POST ${url} nested: ${nested}`)
    }
    for (const url of ['/', '/b', '/apix', '/ap']) t.same((await app.inject(url)).json(), { mine: true }, `${url} nested: ${nested}`)
  }
})

t.test('routes of the application in the scope of the plugin win over its 404', async (t) => {
  const app = await buildApp(t, { options: null })
  await app.register(async (scope) => {
    await scope.register(commonRest)
    scope.get('/', async () => 'root')
    scope.get('/:id', async () => 'any')
    scope.resource('/a', {})
  }, { prefix: '/api' })
  t.equal((await app.inject('/api')).body, 'root')
  t.equal((await app.inject('/api/')).body, 'root')
  t.equal((await app.inject('/api/x')).body, 'any')
  t.equal((await app.inject('/api/a')).json().resultCount, 0)
  refused(t, await app.inject('/api/x/y'), 404)
})

t.test('notFound: false leaves unknown paths to the application', async (t) => {
  for (const prefix of ['', '/api']) {
    const app = await buildApp(t, { options: null })
    app.setNotFoundHandler((_request, reply) => { reply.code(404).send({ mine: true }) })
    await app.register(async (scope) => {
      await scope.register(commonRest, { notFound: false })
      scope.resource('/a', {})
    }, { prefix })
    t.same((await app.inject(`${prefix}/b`)).json(), { mine: true })
    refused(t, await app.inject(`${prefix}/a/b/c`), 404, 'below a resource')
  }
})

t.test('the application can set its own error handler and not-found handler', async (t) => {
  const app = await buildApp(t, { options: { prefix: '/api' } })
  app.resource('/a', { provider: { read () { throw new Error('mine') } } })
  app.setErrorHandler((_error, _request, reply) => { reply.code(500).send('app') })
  app.setNotFoundHandler((_request, reply) => { reply.code(404).send('app') })
  app.get('/fails', async () => { throw new Error('x') })
  t.equal((await app.inject('/fails')).body, 'app')
  t.equal((await app.inject('/unknown')).body, 'app')
  refused(t, await app.inject('/api/a/x'), 500)
})

t.test('nothing of the plugin reaches the application\'s own routes', async (t) => {
  const app = await buildApp(t, { anyStatus: true })
  app.resource('/a', {})
  app.post('/mine', { schema: { body: { type: 'object', properties: { n: { type: 'integer' } } } } }, async (request, reply) => reply.code(418).send(request.body))
  const response = await app.inject({ method: 'POST', url: '/mine', payload: { n: '5' } })
  t.equal(response.statusCode, 418)
  t.same(response.json(), { n: 5 }, 'Fastify\'s parser and validator are at work')
})

t.test('app.resources is a read-only map by full path', async (t) => {
  const app = await buildApp(t, { options: { prefix: '/api' } })
  const users = app.resource('/users', {})
  t.equal(app.resources.get('/api/users'), users)
  t.equal(app.resources.size, 1)
  t.ok(app.resources.has('/api/users'))
  t.strictSame([...app.resources.keys()], ['/api/users'])
  t.strictSame([...app.resources].map(([path]) => path), ['/api/users'])
  const found: unknown[] = []
  app.resources.forEach((handle, path) => found.push(handle, path))
  t.strictSame(found, [users, '/api/users'])
  for (const act of ['set', 'delete', 'clear']) {
    const map = app.resources as unknown as Record<string, ((key: string) => unknown) | undefined>
    try { map[act]?.('/api/users') } catch { /* refused, as it should be */ }
  }
  t.equal(app.resources.get('/api/users'), users)
  await app.register(async (scope) => { scope.resource('/more', {}) }, { prefix: '/in' })
  t.ok(app.resources.has('/in/api/more'), 'resources of child scopes are in it')
})

t.test('two apps can share a store', async (t) => {
  const store = memoryStore()
  const [one, two] = [await buildApp(t, { options: { store } }), await buildApp(t, { options: { store } })]
  one.resource('/a', {})
  two.resource('/a', {})
  t.equal(await put(one, '/a/x'), 201)
  t.equal(await put(two, '/a/x', { n: 2 }), 200)
  await one.close()
  t.equal((await two.inject('/a/x')).json().n, 2)
})

t.test('the plugin can be registered in sibling scopes, and again below', async (t) => {
  const app = await buildApp(t, { options: null })
  for (const name of ['one', 'two']) {
    await app.register(async (scope) => {
      await scope.register(commonRest, { revision: name === 'one' ? 'required' : 'optional' })
      scope.resource('/a', {})
      t.strictSame([...scope.resources.keys()], [`/${name}/a`])
    }, { prefix: `/${name}` })
  }
  t.equal(await put(app, '/one/a/x'), 428)
  t.equal(await put(app, '/two/a/x'), 201)

  const outer = await buildApp(t)
  outer.resource('/a', {})
  await outer.register(async (scope) => {
    await scope.register(commonRest, { revision: 'required' })
    scope.resource('/a', {})
    t.strictSame([...scope.resources.keys()], ['/below/a'])
  }, { prefix: '/below' })
  t.equal(await put(outer, '/a/x'), 201)
  t.equal(await put(outer, '/below/a/x'), 428)
  refused(t, await outer.inject('/below/unknown'), 404)
  refused(t, await outer.inject('/unknown'), 404)
})
