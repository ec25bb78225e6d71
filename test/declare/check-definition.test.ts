import t from 'tap'
import { Type } from 'typebox'
import { canProvide, checkDefinition, operationsOf } from '../../lib/declare/check-definition.ts'
import { parameterNames } from '../../lib/declare/resource-path.ts'
import { memoryStore } from '../../lib/stores/memory.ts'

const handler = (): undefined => undefined
const users = Type.Object({ userName: Type.String() })

t.test('good definitions are taken', async t => {
  const definitions: readonly unknown[] = [
    {},
    { kind: 'collection' },
    { kind: 'singleton' },
    { schema: users, unique: ['/userName', ['/realm', '/mail']], indexes: ['/mail'], tombstones: true, expires: '/until', createId: () => 'x' },
    { schema: { type: 'object' }, unique: [], indexes: [], tombstones: 60_000 },
    { kind: 'singleton', schema: users, initial: { userName: 'a' }, tombstones: false, unique: [], indexes: [], queries: {} },
    { queries: { adults: () => 'age ge 18', '': handler } },
    { provider: { query: handler }, queries: { adults: handler }, unique: [], indexes: [], tombstones: false },
    { store: memoryStore() },
    { provider: { read: handler } },
    { provider: new (class { read (): undefined { return undefined } })() },
    { provider: { read: handler, update: handler }, operations: ['read', 'patch'] },
    { operations: [] },
    { operations: ['create', 'read', 'update', 'patch', 'delete', 'query'] },
    { kind: 'singleton', operations: ['read', 'update', 'patch'] },
    { actions: { ping: { handler }, pong: { on: 'collection', content: {}, result: {}, handler }, both: { on: ['collection', 'instance'], handler } } },
    { versions: ['1.0', '1.1', '2'], defaultVersion: 'oldest', versionWarning: false },
    { revision: 'optional', authenticate: handler, challenge: 'Bearer', authorize: handler, bodyLimit: 1, pageSize: { max: 5 } },
    { prepare: handler, paramsSchema: { type: 'object' }, exists: handler },
    { prefer: false, multipart: false, limits: {}, schema: undefined, onChange: undefined }
  ]
  for (const definition of definitions) t.doesNotThrow(() => checkDefinition('/users', definition), JSON.stringify(definition))
})

t.test('unknown, ill-typed and contradictory members are refused by name', async t => {
  const rows: ReadonlyArray<readonly [unknown, string]> = [
    [undefined, '/users must be an object'],
    [[], '/users must be an object'],
    [{ shema: {} }, '/users.shema is not known; known are store, '],
    [{ schema: 'x' }, '/users.schema must be an object'],
    [{ kind: 'list' }, "/users.kind must be 'collection' or 'singleton'"],
    [{ store: {} }, '/users.store.collection must be a function'],
    [{ provider: [] }, '/users.provider must be an object'],
    [{ provider: { read: 'x' } }, '/users.provider.read must be a function'],
    [{ provider: {}, store: memoryStore() }, '/users.provider cannot be given together with store'],
    [{ operations: 'read' }, '/users.operations must be a list of operations'],
    [{ operations: ['read', 'action'] }, "/users.operations[1] must be 'create' or 'read' or "],
    [{ kind: 'singleton', operations: ['read', 'create'] }, '/users.operations[1] must be one of read, update, patch for a singleton'],
    [{ provider: { update: handler }, operations: ['update', 'patch'] }, "/users.operations[1] is 'patch', which the provider cannot do"],
    [{ actions: [] }, '/users.actions must be an object'],
    [{ actions: { ping: handler } }, '/users.actions.ping must be an object'],
    [{ actions: { ping: {} } }, '/users.actions.ping.handler must be a function'],
    [{ actions: { ping: { handler, on: 'singleton' } } }, "/users.actions.ping.on must be 'collection', 'instance' or a list of both"],
    [{ actions: { ping: { handler, on: ['x'] } } }, "/users.actions.ping.on[0] must be 'collection' or 'instance'"],
    [{ actions: { ping: { handler, on: [] } } }, "/users.actions.ping.on must be 'collection', 'instance' or a list of both"],
    [{ actions: { ping: { handler, run: 1 } } }, '/users.actions.ping.run is not known; known are on, content, result, handler'],
    [{ actions: { ping: { handler, content: 1 } } }, '/users.actions.ping.content must be an object'],
    [{ createId: 'x' }, '/users.createId must be a function'],
    [{ unique: '/a' }, '/users.unique must be a list of JSON pointers'],
    [{ unique: ['a'] }, '/users.unique[0] must be a JSON pointer or a list of them'],
    [{ unique: ['/a', []] }, '/users.unique[1] must be a JSON pointer or a list of them'],
    [{ unique: [['/a', 'b']] }, '/users.unique[0][1] must be a JSON pointer such as /name'],
    [{ unique: ['/a'], kind: 'singleton' }, '/users.unique is for collections'],
    [{ unique: [['/a', '/b']], provider: { read: handler } }, '/users.unique needs a store, not a provider'],
    [{ indexes: ['/a'], kind: 'singleton' }, '/users.indexes is for collections'],
    [{ indexes: ['/a'], provider: { read: handler } }, '/users.indexes needs a store, not a provider'],
    [{ indexes: ['/'] }, '/users.indexes[0] must be a JSON pointer such as /name'],
    [{ tombstones: 0 }, '/users.tombstones must be an integer above 0'],
    [{ tombstones: 5, kind: 'singleton' }, '/users.tombstones is for collections'],
    [{ tombstones: true, kind: 'singleton' }, '/users.tombstones is for collections'],
    [{ tombstones: true, provider: { read: handler } }, '/users.tombstones needs a store, not a provider'],
    [{ tombstones: 5, provider: { read: handler } }, '/users.tombstones needs a store, not a provider'],
    [{ expires: 'until' }, '/users.expires must be a JSON pointer such as /name'],
    [{ expires: '/until', kind: 'singleton' }, '/users.expires is for collections'],
    [{ expires: '/until', provider: { read: handler } }, '/users.expires needs a store, not a provider'],
    [{ initial: {} }, '/users.initial is for singletons'],
    [{ initial: [], kind: 'singleton' }, '/users.initial must be an object'],
    [{ initial: {}, kind: 'singleton', provider: { read: handler } }, '/users.initial needs a store, not a provider'],
    [{ versions: '1.0' }, "/users.versions must be a list of versions such as ['1.0']"],
    [{ versions: [] }, "/users.versions must be a list of versions such as ['1.0']"],
    [{ versions: ['1.x'] }, "/users.versions[0] must be a version such as '1.0'"],
    [{ versions: [1] }, "/users.versions[0] must be a version such as '1.0'"],
    [{ versions: ['1', '2', '1.0'] }, '/users.versions must not repeat a version'],
    [{ defaultVersion: '1.0' }, "/users.defaultVersion must be 'latest' or 'oldest' or 'none'"],
    [{ versionWarning: 1 }, '/users.versionWarning must be true or false'],
    [{ prepare: {} }, '/users.prepare must be a function'],
    [{ paramsSchema: true }, '/users.paramsSchema must be an object'],
    [{ exists: true }, '/users.exists must be a function'],
    [{ revision: true }, "/users.revision must be 'required' or 'optional'"],
    [{ queries: [] }, '/users.queries must be an object'],
    [{ queries: { adults: 'age ge 18' } }, '/users.queries.adults must be a function'],
    [{ queries: { adults: handler }, kind: 'singleton' }, '/users.queries is for collections'],
    [{ versions: {} }, '/users.versions must name at least one version'],
    [{ versions: { one: {} } }, "/users.versions.one must be a version such as '1.0'"],
    [{ versions: { '1.0': { schemas: {} } } }, '/users.versions.1.0.schemas is not known; known are schema, upgrade, downgrade, deprecated, sunset, actions, provider'],
    [{ versions: { '1.0': { deprecated: '2026-01-01' } } }, '/users.versions.1.0.deprecated must be a Date'],
    [{ versions: { '1.0': { sunset: new Date('never') } } }, '/users.versions.1.0.sunset must be a Date'],
    [{ versions: { '1.0': { upgrade: {} } } }, '/users.versions.1.0.upgrade must be a function'],
    [{ versions: { '1.0': { actions: { ping: {} } } } }, '/users.versions.1.0.actions.ping.handler must be a function'],
    [{ versions: { '1.0': { provider: [] } } }, '/users.versions.1.0.provider must be an object'],
    [{ versions: { 1: {}, '1.0': {} } }, '/users.versions must not repeat a version'],
    [{ versions: { '1.0': {} }, schema: {} }, '/users.schema belongs into each version of versions'],
    [{ allow: true }, '/users.allow must be a function'],
    [{ onChange: [] }, '/users.onChange must be a function'],
    [{ writeOnly: '/password' }, '/users.writeOnly must be a list of JSON pointers'],
    [{ readOnly: ['created'] }, '/users.readOnly[0] must be a JSON pointer such as /name'],
    [{ allow: handler, provider: { query: handler } }, '/users.allow needs a provider that can read'],
    [{ readOnly: ['/a'], provider: { create: handler } }, '/users.readOnly needs a provider that can read'],
    [{ writeOnly: ['/a'], provider: { read: handler, patch: handler } }, '/users.writeOnly needs a provider that can update, to judge what its patch would make'],
    [{ allow: handler, versions: { '1.0': { provider: { query: handler } } } }, '/users.allow needs a provider that can read']
  ]
  for (const [definition, message] of rows) {
    t.throws(() => checkDefinition('/users', definition), { code: 'CREST_ERR_INVALID_OPTION', statusCode: 500, message: new RegExp(`^${message.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`) }, message)
  }
})

t.test('a path is one or more segments, each a text or a parameter', async t => {
  for (const path of ['/users', '/a/b', '/realms/:realm/users', '/:a/:b', '/v1.0/a-b_c~d', "/a!$&'()+,;=@b", '/...', '/a..b', '/:realm2']) {
    t.doesNotThrow(() => checkDefinition(path, {}), path)
  }
  const problem = "must be a path such as '/users' or '/realms/:realm/users'"
  for (const path of ['/', '/users/', '//users', '/a//b', '/a b', '/é', '/%41', '/a?b', '/a#b', '/*', '/a*', '/:', '/:_id', '/:2', '/:a-b', '/a:b', '/:a?', '/:a(\\d+)', '/.', '/..', '/a/../b', '/a/./b']) {
    t.throws(() => checkDefinition(path, {}), { code: 'CREST_ERR_INVALID_OPTION', message: `${path} ${problem}` }, path)
  }
  for (const path of ['', 'users', undefined, null, 5, {}]) {
    t.throws(() => checkDefinition(path, {}), { code: 'CREST_ERR_INVALID_OPTION', message: `The path of a resource ${problem}` }, String(path))
  }
  t.throws(() => checkDefinition('/:a/b/:a', {}), { code: 'CREST_ERR_INVALID_OPTION', message: '/:a/b/:a must not repeat a path parameter' })
})

t.test('the parameters of a path are named in their order', async t => {
  t.strictSame(parameterNames('/users'), [])
  t.strictSame(parameterNames('/:realm/teams/:team'), ['realm', 'team'])
})

t.test('a provider can do what it has a handler for, and patch by read and update', async t => {
  const rows: ReadonlyArray<readonly [object, readonly string[]]> = [
    [{}, []],
    [{ read: handler }, ['read']],
    [{ read: handler, update: handler }, ['read', 'update', 'patch']],
    [{ update: handler }, ['update']],
    [{ patch: handler }, ['patch']],
    [{ create: handler, delete: handler, query: handler, update: undefined }, ['create', 'delete', 'query']]
  ]
  for (const [provider, expected] of rows) t.strictSame(operationsOf.collection.filter(name => canProvide(provider, name)), [...expected].sort((a, b) => order(a) - order(b)))
  function order (name: string): number { return operationsOf.collection.findIndex(other => other === name) }
})
