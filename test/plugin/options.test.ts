import Fastify from 'fastify'
import t from 'tap'
import type { Test } from 'tap'
import { Type } from 'typebox'
import commonRest, { memoryStore } from '../../lib/index.ts'
import type { CommonRestOptions } from '../../lib/index.ts'
import { buildApp, configurationError, loose, refused } from './app.ts'

type Row = readonly [path: string, value: unknown]

const notFunctions = [null, 'x', {}, 1]
const notCounts = [0, -1, 1.5, '1', null, NaN, Infinity]
const notBooleans = [null, 0, 'true', {}]
const rows = (path: string, values: readonly unknown[]): Row[] => values.map((value) => [path, value])

const shared: readonly Row[] = [
  ...rows('store', [null, {}, 'memory:', { collection () {} }]),
  ...rows('revision', [null, true, 'Required', '']),
  ...rows('authenticate', notFunctions),
  ...rows('challenge', [null, '', 1, 'Bearer\r\nX: y', 'Bearer é', ' Bearer']),
  ...rows('authorize', notFunctions),
  ...rows('bodyLimit', notCounts),
  ...rows('pageSize', [null, 10, 'x']),
  ...rows('pageSize.max', notCounts.map((max) => ({ max }))),
  ...rows('pageSize.default', notCounts.map((value) => ({ default: value }))),
  ...rows('pageSize.maximum', [{ maximum: 5 }]),
  ...rows('bogus', [1, null])
]

const pluginOnly: readonly Row[] = [
  ...rows('methodOverride', notBooleans),
  ...rows('notFound', notBooleans),
  ...rows('title', [null, 1, '']),
  ...rows('version', [null, 1, '']),
  ...rows('prefix', [null, 1, 'api', '/api/', '/']),
  ...rows('logLevel', [null, 1, '']),
  ...rows('cookieSecret', [null, 1, '', []]),
  ...rows('cookieSecret[0]', [[1], ['']]),
  ...rows('schema', [{}])
]

const definitionOnly: readonly Row[] = [
  ...rows('schema', [null, 'x', 1, [], { type: 'bogus' }, { pattern: '(' }]),
  ...rows('kind', [null, 'Collection', 'list']),
  ...rows('initial', [null, 'x', []]),
  ...rows('provider', [null, 'x', []]),
  ...rows('provider.read', [{ read: 1 }, { read: null }]),
  ...rows('operations', [null, 'read', {}]),
  ...rows('operations[1]', [['read', 'write'], ['read', 1], ['read', 'action']]),
  ...rows('actions', [null, 'x', []]),
  ...rows('actions.go', [{ go: null }, { go: () => 1 }]),
  ...rows('actions.go.handler', [{ go: {} }, { go: { handler: 'x' } }]),
  ...rows('actions.go.on', [{ go: { on: 'everywhere', handler () {} } }, { go: { on: [], handler () {} } }]),
  ...rows('actions.go.content', [{ go: { content: 1, handler () {} } }, { go: { content: { type: 'bogus' }, handler () {} } }]),
  ...rows('actions.go.result', [{ go: { result: 1, handler () {} } }]),
  ...rows('actions.go.bogus', [{ go: { bogus: 1, handler () {} } }]),
  ...rows('actions.create', [{ create: { handler () {} } }]),
  ...rows('createId', notFunctions),
  ...rows('unique', [null, '/a', {}]),
  ...rows('unique[0]', [['a'], [1], [''], [['b']], [[]]]),
  ...rows('indexes', [null, '/a', {}]),
  ...rows('indexes[0]', [['a'], [1], [['/a']]]),
  ...rows('tombstones', [null, 'true', -1, 0, 1.5]),
  ...rows('expires', [null, 'until', true, '/a b']),
  ...rows('versions', [null, '1.0', []]),
  ...rows('versions[0]', [['v1'], [1], ['1.0.0']]),
  ...rows('defaultVersion', [null, 'newest', '1.0']),
  ...rows('versionWarning', notBooleans),
  ...rows('prepare', notFunctions),
  ...rows('paramsSchema', [null, 'x', { type: 'bogus' }]),
  ...rows('exists', notFunctions),
  ...rows('prefix', ['/x'])
]

const option = (path: string, value: unknown): object => ({ [path.split(/[.[]/)[0] ?? '']: value })

async function refusal (t: Test, act: () => unknown, path: string, value: unknown): Promise<void> {
  const { code, message } = await configurationError(act)
  const shown = typeof value === 'function' ? 'a function' : JSON.stringify(value)
  t.equal(code, 'CREST_ERR_INVALID_OPTION', `${path}: ${shown}`)
  t.ok([' ', '.', '['].some((next) => message.startsWith(path + next)), `the message of ${path}: ${shown} begins with the path: ${message}`)
}

t.test('an unknown or ill-typed option of the plugin fails by name', async (t) => {
  for (const [path, value] of [...shared, ...pluginOnly]) {
    const app = Fastify()
    await refusal(t, () => app.register(commonRest, option(path, value) as CommonRestOptions).ready(), path, value)
  }
})

t.test('an unknown or ill-typed member of a definition fails at once, by resource and name', async (t) => {
  const app = await buildApp(t)
  for (const [path, value] of [...shared, ...definitionOnly]) {
    await refusal(t, () => app.resource('/things', loose(option(path, value))), `/things.${path}`, value)
  }
  t.equal(app.resources.size, 0, 'none of them is declared')
  t.equal(app.resource('/things', {}).path, '/things', 'and the path is free')
})

t.test('a definition that is no object fails', async (t) => {
  const app = await buildApp(t)
  for (const definition of [null, undefined, 'x', 1, []]) {
    t.equal((await configurationError(() => app.resource('/things', definition as never))).code, 'CREST_ERR_INVALID_OPTION', String(definition))
  }
})

t.test('members that contradict each other fail', async (t) => {
  const app = await buildApp(t)
  const read = (): undefined => undefined
  const contradictions: ReadonlyArray<readonly [string, object]> = [
    ['provider', { provider: { read }, store: memoryStore() }],
    ['initial', { initial: {} }],
    ['initial', { kind: 'singleton', initial: {}, provider: { read } }],
    ['initial', { kind: 'singleton', initial: { a: 1 }, schema: Type.Object({ a: Type.String() }) }],
    ['tombstones', { kind: 'singleton', tombstones: true }],
    ['expires', { kind: 'singleton', expires: '/until' }],
    ['unique', { kind: 'singleton', unique: ['/a'] }],
    ['versions', { versions: ['1.0', '1'] }],
    ['operations[0]', { kind: 'singleton', operations: ['delete'] }],
    ['operations[0]', { kind: 'singleton', operations: ['query'] }],
    ['operations[0]', { provider: { read }, operations: ['update'] }],
    ['operations[0]', { provider: { update: read }, operations: ['patch'] }]
  ]
  for (const [member, definition] of contradictions) await refusal(t, () => app.resource('/things', loose(definition)), `/things.${member}`, definition)
})

t.test('a path that is none fails', async (t) => {
  const app = await buildApp(t)
  for (const path of ['', '/', 'things', '/things/', '//things', '/a//b', '/a b', '/é', '/a?b', '/a#b', '/:', '/:1', '/a:b', '/*', '/a/:x/b/:x', '/%41', '/:x(^\\d+)', 1, null, undefined]) {
    t.equal((await configurationError(() => app.resource(path as string, {}))).code, 'CREST_ERR_INVALID_OPTION', String(path))
  }
})

t.test('registering twice in one scope fails by name', async (t) => {
  const app = await buildApp(t)
  t.equal((await configurationError(() => app.register(commonRest).ready())).code, 'CREST_ERR_ALREADY_REGISTERED')
})

t.test('declaring a path twice fails at once', async (t) => {
  const app = await buildApp(t)
  app.resource('/a', {})
  app.resource('/r/:x/a', {})
  for (const path of ['/a', '/r/:x/a', '/r/:y/a', '/a/:x']) {
    t.equal((await configurationError(() => app.resource(path, {}))).code, 'CREST_ERR_DUPLICATE_PATH', path)
  }
  app.resource('/b/:x', {})
  t.equal((await configurationError(() => app.resource('/b', {}))).code, 'CREST_ERR_DUPLICATE_PATH', 'the instances of one are the other')
  app.resource('/a/b', {})
  app.resource('/b/:x/c', {})
  app.resource('/s', { kind: 'singleton' })
  app.resource('/s/:x', {})
  await app.ready()
})

t.test('declaring after ready fails by name', async (t) => {
  const app = await buildApp(t)
  await app.ready()
  t.equal((await configurationError(() => app.resource('/late', {}))).code, 'CREST_ERR_ALREADY_READY')
})

t.test('a setting of the resource wins over that of the plugin', async (t) => {
  const own = memoryStore()
  const app = await buildApp(t, {
    options: {
      revision: 'required', authenticate: () => null, challenge: 'Basic', authorize: () => false, bodyLimit: 10, pageSize: { max: 1 }, store: memoryStore()
    }
  })
  app.resource('/strict', {})
  app.resource('/open', {
    revision: 'optional', authenticate: () => ({ name: 'x' }), challenge: 'Digest', authorize: () => true, bodyLimit: 1000, pageSize: { max: 2 }, store: own
  })
  t.equal(refused(t, await app.inject('/strict'), 401) && (await app.inject('/strict')).headers['www-authenticate'], 'Basic')
  for (const id of ['a', 'b', 'c']) {
    t.equal((await app.inject({ method: 'PUT', url: `/open/${id}`, payload: { text: 'longer than ten bytes' } })).statusCode, 201)
  }
  t.equal((await app.inject('/open')).json().resultCount, 2)
  t.strictSame(await own.collections(), ['/open'])
})
