import swagger from '@fastify/swagger'
import Fastify from 'fastify'
import type { FastifyInstance, FastifyServerOptions } from 'fastify'
import t from 'tap'
import { Type } from 'typebox'
import commonRest from '../../lib/index.ts'
import type { CommonRestOptions } from '../../lib/index.ts'
import { describeOpenApi } from '../../lib/describe/openapi-document.ts'
import type { ApiObject, OpenApiDocument } from '../../lib/describe/openapi-types.ts'
import { declared, faultsOf } from './documents.ts'

const info = { title: 'Test', version: '1.0.0' }
const openapi = { openapi: '3.1.0', info }
const note = { schema: Type.Object({ text: Type.String() }, { $id: 'Note' }) }

/** An application with `@fastify/swagger` before the plugin. */
async function build (options: ApiObject, rest: CommonRestOptions = {}, server: FastifyServerOptions = {}): Promise<FastifyInstance> {
  const app = Fastify(server)
  await app.register(swagger, options)
  await app.register(commonRest, rest)
  return app
}

function documentOf (app: FastifyInstance): OpenApiDocument {
  return app.swagger() as unknown as OpenApiDocument
}

t.test('app.swagger() has what describeOpenApi says, beside the other routes of the application', async (t) => {
  const app = await build({ openapi })
  app.resource('/notes', note)
  app.resource('/settings', { kind: 'singleton', schema: Type.Object({ theme: Type.String() }) })
  app.get('/health', { schema: { tags: ['health'], operationId: 'health', response: { 200: { type: 'string' } } } }, async () => 'ok')
  await app.ready()
  const document = documentOf(app)
  const { '/health': health, ...paths } = document.paths
  const described = describeOpenApi([declared('/notes', note), declared('/settings', { kind: 'singleton', schema: Type.Object({ theme: Type.String() }) })], info)
  t.strictSame(paths, described.paths)
  t.strictSame(document.components, described.components)
  t.strictSame(document.tags, described.tags)
  t.equal((health as { get: ApiObject }).get['operationId'], 'health')
  t.strictSame(await faultsOf(document), [])
  const yaml = app.swagger({ yaml: true })
  t.match(yaml, /operationId: queryNotes\n/)
  t.equal(app.swagger(), app.swagger(), 'made once')
  t.strictSame(documentOf(app), document)
})

t.test('the operations of a document are those that the resource allows, whatever is mounted for other answers', async (t) => {
  const app = await build({ openapi })
  const routes: Array<{ readonly method: string | string[], readonly url: string }> = []
  app.addHook('onRoute', ({ method, url }) => { routes.push({ method, url }) })
  app.register(async (scope) => {
    await scope.register(commonRest)
    scope.resource('/notes', { ...note, operations: ['read', 'query'] })
    scope.resource('/settings', { kind: 'singleton', operations: ['update'] })
    scope.resource('/realms/:realm/users', { actions: { ping: { on: 'collection', handler: () => 1 } }, operations: ['delete'] })
  }, { prefix: '/v1' })
  await app.ready()
  t.ok(routes.some(({ url }) => url.includes('*')) && routes.some(({ method }) => method.includes('TRACE')), 'there are routes for other answers')
  const operations = Object.entries(documentOf(app).paths).flatMap(([path, item]) => Object.keys(item).filter((key) => key !== 'parameters').map((method) => `${method} ${path}`))
  t.strictSame(operations.sort(), [
    'delete /v1/realms/{realm}/users/{_id}', 'get /v1/notes', 'get /v1/notes/{_id}', 'head /v1/notes', 'head /v1/notes/{_id}',
    'options /v1/notes', 'options /v1/notes/{_id}', 'options /v1/realms/{realm}/users', 'options /v1/realms/{realm}/users/{_id}', 'options /v1/settings',
    'post /v1/realms/{realm}/users', 'put /v1/settings'
  ])
  for (const operation of operations) {
    const [method = '', path = ''] = operation.split(' ')
    const mounted = routes.some((route) => route.method.includes(method.toUpperCase()) && route.url.replace(/:([A-Za-z_]+)/g, '{$1}').replace(/\/$/, '') === path)
    t.ok(mounted, operation)
    const { headers } = await app.inject({ method: 'OPTIONS', url: path.replace('{realm}', 'r').replace('{_id}', 'a') })
    t.ok(String(headers['allow']).split(', ').includes(method.toUpperCase()), `Allow has it: ${operation}`)
  }
})

t.test('the paths of servers are taken off as those of other routes are', async (t) => {
  const pathsWith = async (servers: unknown, more: ApiObject = {}): Promise<readonly string[]> => {
    const app = await build({ openapi: { ...openapi, servers }, ...more }, { prefix: '/v1' })
    app.resource('/notes', note)
    app.get('/v1/other', async () => '')
    await app.ready()
    return Object.keys(documentOf(app).paths).sort()
  }
  const whole = ['/v1/notes', '/v1/notes/{_id}', '/v1/other']
  const stripped = ['/notes', '/notes/{_id}', '/other']
  t.strictSame(await pathsWith([{ url: 'https://example.com' }]), whole)
  t.strictSame(await pathsWith([{ url: 'https://example.com/' }]), whole)
  t.strictSame(await pathsWith([{ url: 'https://example.com/v2' }]), whole)
  t.strictSame(await pathsWith([{ url: 'https://example.com/v1' }]), stripped)
  t.strictSame(await pathsWith([{ url: '/v1' }]), stripped)
  // The package takes the slash off the other route too.
  for (const url of ['/v1/', 'https://example.com/v1/']) t.strictSame(await pathsWith([{ url }]), ['/notes', '/notes/{_id}', 'other'])
  t.strictSame(await pathsWith([{ url: 'https://example.com/{version}', variables: { version: { default: 'v1' } } }]), stripped)
  t.strictSame(await pathsWith([{ url: 'https://example.com/v1' }], { stripBasePath: false }), whole)
  t.strictSame(await pathsWith([{ url: '/v1' }], { stripBasePath: false, hideUntagged: true }), whole.slice(0, 2))
})

t.test('the paths of several servers are taken off one after the other', async (t) => {
  const app = await build({ openapi: { ...openapi, servers: [{ url: '/api' }, { url: '/v1' }] } }, { prefix: '/api/v1' })
  app.resource('/notes', note)
  app.get('/api/v1/other', async () => '')
  await app.ready()
  t.strictSame(Object.keys(documentOf(app).paths).sort(), ['/notes', '/notes/{_id}', '/other'])
})

t.test('a resource at the path of the server is at its root', async (t) => {
  const app = await build({ openapi: { ...openapi, servers: [{ url: '/v1' }] } })
  app.resource('/v1', { ...note, kind: 'singleton' })
  await app.ready()
  t.strictSame(Object.keys(documentOf(app).paths), ['/'])
})

t.test('names, tags and components of the application stay', async (t) => {
  const tags = [{ name: 'mine' }, { name: '/notes', description: 'As the application says' }]
  const components = { schemas: { Note: { type: 'string' } }, securitySchemes: { Bearer: { type: 'apiKey', name: 'key', in: 'header' } }, parameters: { Fields: { name: 'fields', in: 'query', schema: {} } } }
  const before = JSON.stringify({ tags, components })
  const app = await build({ openapi: { ...openapi, tags, components } }, { authenticate: () => ({ name: 'a' }) })
  app.addSchema({ $id: 'Error', type: 'number' })
  app.resource('/notes', note)
  await app.ready()
  const document = documentOf(app)
  const { schemas = {}, securitySchemes = {}, parameters = {} } = document.components
  t.strictSame(schemas['Note'], { type: 'string' })
  t.match(schemas['Note2'], { type: 'object' })
  t.strictSame(securitySchemes, { ...components.securitySchemes, Bearer2: { type: 'http', scheme: 'bearer', description: 'What the challenge `Bearer` asks for.' } })
  t.strictSame(parameters['Fields'], components.parameters.Fields)
  t.ok(parameters['Fields2'])
  t.strictSame(document.tags, tags)
  t.equal(JSON.stringify({ tags, components }), before)
  t.strictSame(await faultsOf(document), [])
})

t.test('transform, transformObject, hideUntagged and refResolver keep working', async (t) => {
  const asked: string[] = []
  const app = await build({
    openapi,
    hideUntagged: true,
    transform: ({ schema, url }: { schema: ApiObject, url: string }) => { asked.push(url); return { schema: { ...schema, summary: 'transformed' }, url } },
    transformObject: ({ openapiObject }: { openapiObject: ApiObject }) => ({ ...openapiObject, 'x-paths': Object.keys(openapiObject['paths'] as object) }),
    refResolver: { buildLocalReference: (json: { $id: string }) => json.$id }
  })
  app.addSchema({ $id: 'Shared', type: 'object', properties: { a: { type: 'string' } } })
  app.resource('/notes', note)
  app.get('/tagged', { schema: { tags: ['mine'], response: { 200: { $ref: 'Shared#' } } } }, async () => ({}))
  app.get('/untagged', async () => '')
  await app.ready()
  const document = documentOf(app)
  t.strictSame(Object.keys(document.paths).sort(), ['/notes', '/notes/{_id}', '/tagged'])
  t.strictSame((document['x-paths'] as string[]).sort(), Object.keys(document.paths).sort())
  t.equal((document.paths['/tagged'] as { get: ApiObject }).get['summary'], 'transformed')
  t.ok(document.components.schemas?.['Shared'])
  // Resources are put into the document as they are, so `transform` is not asked about them.
  t.strictSame([...new Set(asked)], ['/tagged', '/untagged'])
})

t.test('a document has what its instance sees', async (t) => {
  const app = Fastify()
  await app.register(commonRest)
  app.resource('/outside', note)
  app.register(async (scope) => {
    await scope.register(swagger, { openapi })
    scope.resource('/inside', note)
    scope.get('/docs', async () => scope.swagger())
  }, { prefix: '/api' })
  const { paths } = (await app.inject('/api/docs')).json<OpenApiDocument>()
  t.strictSame(Object.keys(paths).sort(), ['/api/docs', '/api/inside', '/api/inside/{_id}'])
})

t.test('where schemas are not JSON Schema, resources are left out, and the log says so', async (t) => {
  for (const options of [{ swagger: { info } }, { openapi: { info } }, { openapi: { openapi: '3.0.3', info } }]) {
    const lines: string[] = []
    const app = await build(options, {}, { logger: { level: 'warn', stream: { write: (line: string) => { lines.push(line) } } } })
    app.resource('/notes', note)
    app.resource('/others', note)
    app.get('/other', async () => '')
    await app.ready()
    t.strictSame(Object.keys((app.swagger() as unknown as OpenApiDocument).paths), ['/other'])
    app.swagger()
    t.equal(lines.length, 1)
    t.match(lines[0], /OpenAPI 3\.1/)
  }
  const app = await build({ openapi: { ...openapi, openapi: '3.2.0' } })
  app.resource('/notes', note)
  await app.ready()
  t.ok(documentOf(app).paths['/notes'], '3.2 has JSON Schema too')
})

t.test('nothing is described before somebody asks', async (t) => {
  const app = await build({ openapi })
  const reads: string[] = []
  const schema = new Proxy({ type: 'object', title: 'Watched' }, { get: (target, name, receiver) => { if (name === 'title') reads.push('title'); return Reflect.get(target, name, receiver) as unknown } })
  app.resource('/notes', { schema })
  await app.ready()
  const atStart = reads.length
  await app.inject('/notes')
  t.equal(reads.length, atStart)
  documentOf(app)
  t.ok(reads.length > atStart, 'only now')
})
