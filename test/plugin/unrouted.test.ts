import type { FastifyInstance, HTTPMethods } from 'fastify'
import t from 'tap'
import type { Test } from 'tap'
import commonRest from '../../lib/index.ts'
import { buildApp, refused } from './app.ts'

/** Asserts what a resource answers where it has no route; returns the header fields of one such answer. */
async function answers (t: Test, app: FastifyInstance, path: string): Promise<Record<string, unknown>> {
  const ask = (method: string, url: string) => app.inject({ method: method as HTTPMethods, url })
  for (const url of [path, `${path}/`, `${path}/x`, `${path}/x/`]) refused(t, await ask('PROPFIND', url), 501, `PROPFIND ${url}`)
  for (const method of ['GET', 'HEAD', 'POST', 'OPTIONS', 'LOCK']) refused(t, await ask(method, `${path}/x/y`), 404, `${method} ${path}/x/y`)
  const response = await ask('GET', `${path}/x/y/z`)
  t.match(refused(t, response, 404, `GET ${path}/x/y/z`).message, /the path names none/)
  return response.headers
}

t.test('resources below one path, of any name, answer where they have no route', async (t) => {
  const app = await buildApp(t)
  const paths = ['/a', '/ab', '/a-b', '/a_b', '/a~b', '/a.b', '/a+b', '/a(b', '/A', '/a/:x/c', '/a/:x/d', '/g/:x/:y', '/e/f', '/e/g', `/${'l'.repeat(101)}`]
  for (const path of paths) app.resource(path, {})
  for (const path of paths) await answers(t, app, path.replace(/:./g, '1'))
})

t.test('each answers with its own state and parameters', async (t) => {
  const app = await buildApp(t)
  const [one] = ['/one', '/two', '/three'].map((path) => app.resource(path, {}))
  const paramsSchema = { properties: { x: { pattern: '^[0-9]+$' } } }
  app.resource('/one/:x/four', { paramsSchema })
  app.resource('/one/:x/five', {})
  one?.disable({ retryAfter: 7 })
  t.equal((await app.inject({ method: 'PROPFIND', url: '/one' })).headers['retry-after'], '7')
  refused(t, await app.inject({ method: 'PROPFIND', url: '/two' }), 501)
  refused(t, await app.inject({ method: 'PROPFIND', url: '/one/1/four' }), 501)
  refused(t, await app.inject({ method: 'PROPFIND', url: '/one/x/four' }), 404)
  refused(t, await app.inject({ method: 'PROPFIND', url: '/one/x/five' }), 501)
})

t.test('hooks are those of the instance that the resource is declared on, as they are then', async (t) => {
  const app = await buildApp(t)
  const marking = (scope: FastifyInstance, name: string): unknown => scope.addHook('onRequest', async (_request, reply) => { reply.header(name, 'yes') })
  marking(app, 'x-app')
  for (const path of ['/a', '/b']) app.resource(path, {})
  await app.after()
  marking(app, 'x-later')
  for (const path of ['/c', '/d']) app.resource(path, {})
  await app.register(async (scope) => {
    marking(scope, 'x-scope')
    for (const path of ['/e', '/f']) scope.resource(path, {})
  })
  const marks = async (path: string): Promise<readonly string[]> => Object.keys(await answers(t, app, path)).filter((name) => ['x-app', 'x-later', 'x-scope'].includes(name))
  for (const path of ['/a', '/b']) t.strictSame(await marks(path), ['x-app'], path)
  for (const path of ['/c', '/d']) t.strictSame(await marks(path), ['x-app', 'x-later'], path)
  for (const path of ['/e', '/f']) t.strictSame(await marks(path), ['x-app', 'x-later', 'x-scope'], path)
})

t.test('what a hook throws or replies is translated', async (t) => {
  const app = await buildApp(t)
  app.addHook('onRequest', async (request, reply) => {
    if (request.headers['x-throw'] !== undefined) throw new Error('secret')
    return request.headers['x-reply'] === undefined ? undefined : reply.code(418).send('short and stout')
  })
  for (const path of ['/a', '/b']) app.resource(path, {})
  for (const url of ['/a/x/y', '/b/x/y']) {
    t.notMatch(refused(t, await app.inject({ url, headers: { 'x-throw': 'yes' } }), 500).message, 'secret')
    refused(t, await app.inject({ url, headers: { 'x-reply': 'yes' } }), 400)
  }
})

t.test('many scopes and registrations below one path', async (t) => {
  const app = await buildApp(t, { options: null })
  const paths: string[] = []
  for (let number = 0; number < 20; number++) {
    await app.register(async (scope) => {
      await scope.register(commonRest)
      for (const path of [`/a${number}`, `/b${number}`, `/a0/:x${number}/c${number}`, `/a0/:x${number}/d${number}`]) {
        scope.resource(path, {})
        paths.push(path.replace(/:[^/]+/, '1'))
      }
    })
  }
  for (const path of paths) await answers(t, app, path)
})

t.test('paths beside the names are the application\'s, whatever their length', async (t) => {
  const app = await buildApp(t, { options: null, plain: true, anyStatus: true })
  app.setNotFoundHandler((_request, reply) => { reply.code(404).send('app') })
  await app.register(async (scope) => { scope.setNotFoundHandler((_request, reply) => { reply.code(404).send('language') }) }, { prefix: '/:language(en|de)' })
  await app.register(commonRest, { notFound: false })
  for (const path of ['/a', '/b']) app.resource(path, {})
  for (const url of ['/', '/c', '/ab', '/A', '/c/x/y', `/${'a'.repeat(1000)}`, `/${'a'.repeat(1000)}/x/y`]) t.equal((await app.inject(url)).body, 'app', url)
  t.equal((await app.inject('/en/x')).body, 'language')
  for (const path of ['/a', '/b']) await answers(t, app, path)
})
