import Fastify from 'fastify'
import t from 'tap'
import commonRest from '../../lib/index.ts'
import { registerDocumentationPage } from '../../lib/command-line/documentation-page.ts'

const notInstalled = async (): Promise<never> => { throw Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' }) }

t.test('with its packages there is a page, with the title and the version', async (t) => {
  const app = Fastify()
  t.teardown(() => app.close())
  t.strictSame(await registerDocumentationPage(app, { options: { title: 'Mine', version: '3.1.4' }, resources: { '/x': {} } }), { kind: 'page' })
  await app.register(commonRest)
  app.resource('/x', {}).disable()
  const description = (await app.inject('/documentation/json')).json()
  t.match(description, { openapi: '3.1.0', info: { title: 'Mine', version: '3.1.4' }, paths: { '/x': { get: { 'x-disabled': true } } } })
  t.match((await app.inject('/documentation/')).headers['content-type'], 'text/html')
})

t.test('without them there is none, and what to install is told', async (t) => {
  const app = Fastify()
  t.teardown(() => app.close())
  t.strictSame(await registerDocumentationPage(app, { options: {}, resources: {} }, notInstalled), { kind: 'none', advice: 'run npm install @fastify/swagger @fastify/swagger-ui to have one' })
  t.equal((await app.inject('/documentation')).statusCode, 404)
})

t.test('what else is wrong with them is told', async (t) => {
  const app = Fastify()
  t.teardown(() => app.close())
  await t.rejects(registerDocumentationPage(app, { options: {}, resources: {} }, async () => { throw new Error('broken') }), { message: 'broken' })
})

t.test('a resource that is declared in its place goes before', async (t) => {
  const app = Fastify()
  t.teardown(() => app.close())
  for (const path of ['/documentation', '/documentation/pages']) {
    t.match(await registerDocumentationPage(app, { options: {}, resources: { [path]: {} } }), { kind: 'none', advice: `there is none, as ${path} is declared, which takes its place` })
  }
  t.strictSame(await registerDocumentationPage(app, { options: {}, resources: { '/documentations': {} } }), { kind: 'page' })
})

t.test('no page is in the way of what declared parameters can match', async (t) => {
  for (const path of ['/:tenant', '/:tenant/:list', '/:tenant/static', '/:tenant/:list/:more/items']) {
    const app = Fastify()
    t.teardown(() => app.close())
    t.match(await registerDocumentationPage(app, { options: {}, resources: { [path]: {} } }), { kind: 'none', advice: `there is none, as ${path} is declared, which takes its place` }, path)
  }
  for (const [path, definition] of [['/:tenant/users', {}], ['/:tenant/static', { kind: 'singleton' }], ['/users/:user/json', {}]] as const) {
    const app = Fastify()
    t.teardown(() => app.close())
    t.strictSame(await registerDocumentationPage(app, { options: {}, resources: { [path]: definition } }), { kind: 'page' }, path)
    await app.register(commonRest)
    app.resource(path, definition)
    const url = path.replace(/:\w+/, 'documentation')
    if (definition.kind === undefined) t.equal((await app.inject({ method: 'GET', url })).json().resultCount, 0, url)
  }
})
