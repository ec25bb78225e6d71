import t from 'tap'
import { Type } from 'typebox'
import { memoryStore, NotFound, PreconditionFailed, ResourceError } from '../../lib/index.ts'
import type { AuthorizationRequest } from '../../lib/index.ts'
import { buildApp, fails } from './app.ts'

const schema = Type.Object({ n: Type.Optional(Type.Number()), list: Type.Optional(Type.Array(Type.Number())) })

t.test('every operation works in process, before ready and without HTTP', async (t) => {
  const app = await buildApp(t)
  const things = app.resource('/things', { schema, actions: { sum: { on: ['collection', 'instance'], handler: ({ id, content, parameters, request, params }) => ({ id, content, parameters, request, params }) } } })
  const created = await things.create({ n: 1 })
  t.same(Object.keys(created), ['id', 'revision', 'content'])
  t.match(created.id, /^[0-9a-f-]{36}$/)
  t.same(await things.create({ n: 2 }, { id: 'a/b é' }).then(({ id }) => id), 'a/b é')
  t.same(await things.read(created.id), created)
  const updated = await things.update(created.id, { n: 3 }, { revision: created.revision })
  t.not(updated.revision, created.revision)
  const patched = await things.patch(created.id, [{ operation: 'add', field: '/list', value: [1] }], { revision: '*' })
  t.same(patched.content, { n: 3, list: [1] })
  const page = await things.query({ count: 'EXACT' })
  t.match(page, { cookie: null, total: 2, policy: 'EXACT' })
  t.same(page.results.find(({ id }) => id === created.id), patched)
  t.same(await things.delete(created.id), patched)
  const seen = { content: [1], parameters: { x: 'y' }, params: {} }
  t.same(await things.action('sum', { id: 'a/b é', content: [1], parameters: { x: 'y' } }), { id: 'a/b é', ...seen })
  t.same(await things.action('sum', { content: [1], parameters: { x: 'y' } }), seen)
  await app.ready()
  t.equal((await things.read('a/b é')).content.n, 2)
})

t.test('failures are ResourceErrors with the codes of the decision order', async (t) => {
  const app = await buildApp(t)
  const things = app.resource('/things', { schema, unique: ['/n'], tombstones: true, operations: ['create', 'read', 'update', 'patch', 'delete'], actions: { go: { handler: () => undefined } } })
  const { revision } = await things.create({ n: 1 }, { id: 'a' })
  await things.create({}, { id: 'gone' })
  await things.delete('gone')
  await fails(t, things.read('absent'), 404)
  await fails(t, things.read('gone'), 410)
  for (const id of ['', '.', 'a\u0001', 'x'.repeat(256), 5, null, undefined]) {
    await fails(t, things.read(id as string), 400, `read ${String(id)}`)
    if (id != null) await fails(t, things.create({}, { id: id as string }), 400, `create ${String(id)}`)
  }
  await fails(t, things.create({}, { id: 'a' }), 409)
  await fails(t, things.create({}, { id: 'gone' }), 409)
  await fails(t, things.create({ n: 1 }), 409)
  for (const content of [{ n: 'x' }, null, undefined, [], 5, 'x', { n: 1n }]) await fails(t, things.create(content as never), 400, String(content))
  await fails(t, things.update('absent', {}), 404)
  await fails(t, things.update('absent', {}, { revision: '*' }), 404)
  await fails(t, things.update('a', {}, { revision: 'stale' }), 412)
  await fails(t, things.delete('a', { revision: 'stale' }), 412)
  await fails(t, things.patch('a', [], { revision: 'stale' }), 412)
  for (const bad of ['', 'a"b', 'a b', 'é', 5]) await fails(t, things.delete('a', { revision: bad as string }), 400, `revision ${String(bad)}`)
  await fails(t, things.patch('a', {} as never), 400)
  await fails(t, things.patch('a', [{ operation: 'remove', field: '/x/y' }, { operation: 'bogus', field: '/n' }] as never), 400)
  await fails(t, things.patch('a', [{ operation: 'replace', field: '/n', value: 'x' }]), 400)
  await fails(t, things.query(), 501)
  await fails(t, things.action('unknown' as 'go', { id: 'a' }), 501)
  await fails(t, things.action('go'), 501, 'not on the collection')
  await fails(t, things.action('go', { id: 'absent' }), 404)
  t.equal((await things.read('a')).revision, revision, 'nothing was written')
})

t.test('a required revision that is missing is 428', async (t) => {
  const app = await buildApp(t)
  const things = app.resource('/things', { revision: 'required' })
  const { revision } = await things.create({}, { id: 'a' })
  await fails(t, things.update('a', {}), 428)
  await fails(t, things.patch('absent', []), 428)
  await fails(t, things.delete('a'), 428)
  await things.update('a', { n: 1 }, { revision })
  await things.delete('a', { revision: '*' })
})

t.test('results and arguments are the caller\'s own', async (t) => {
  const app = await buildApp(t)
  const given = { list: [1], undefined, date: new Date(0) }
  const things = app.resource('/things', { actions: { same: { on: 'collection', handler: () => given } } })
  const created = await things.create(given, { id: 'a' })
  given.list.push(2)
  ;(created.content['list'] as number[]).push(3)
  const read = await things.read('a')
  t.same(read.content, { list: [1], date: '1970-01-01T00:00:00.000Z' }, 'as JSON has it')
  ;(read.content['list'] as number[]).push(4)
  for (const { content } of (await things.query()).results) (content['list'] as number[]).push(5)
  t.same((await things.read('a')).content['list'], [1])
  t.not(await things.action('same'), given)
})

t.test('query: filter, page size, cookie, offset, fields and count', async (t) => {
  const app = await buildApp(t, { options: { store: memoryStore({ documents: { '/things': [...'abcde'].map((_id) => ({ _id, n: 1, m: 2 })) } }), pageSize: { max: 4 } } })
  const things = app.resource('/things', {})
  const first = await things.query({ filter: 'true', pageSize: 2, fields: ['n'] })
  t.strictSame(first.results.map(({ id, content }) => [id, content]), [['a', { n: 1 }], ['b', { n: 1 }]])
  t.match(first, { cookie: String, total: -1, policy: 'NONE' })
  t.equal((await things.query({ cookie: String(first.cookie) })).results.map(({ id }) => id).join(''), 'cde')
  t.equal((await things.query({ offset: 3 })).results.map(({ id }) => id).join(''), 'de')
  t.equal((await things.query()).results.length, 4, 'bounded as over HTTP')
  for (const options of [{ pageSize: -1 }, { pageSize: 1.5 }, { offset: -1 }, { offset: 1, cookie: String(first.cookie) }, { cookie: 'x' }, { filter: '(' }, { fields: ['a b'] }, { sortKeys: [''] }, { count: 'SOME' }]) {
    await fails(t, things.query(options as never), 400, JSON.stringify(options))
  }
  t.same((await things.read('a', { fields: ['m'] })).content, { m: 2 })
})

t.test('authorize runs only with a principal, and then without a request', async (t) => {
  const asked: AuthorizationRequest[] = []
  const app = await buildApp(t, { options: { authenticate: () => { throw new Error('never asked in process') }, authorize: (question) => { asked.push(question); return question.operation === 'read' } } })
  const things = app.resource('/things', { actions: { go: { on: 'collection', handler: ({ principal }) => principal } } })
  await things.create({}, { id: 'a' })
  t.equal(asked.length, 0)
  const principal = { name: 'ann' }
  await things.read('a', { principal })
  t.match(asked[0], { principal, operation: 'read', id: 'a', resource: things, params: {} })
  t.notOk('request' in (asked[0] ?? {}) && asked[0]?.request !== undefined)
  await fails(t, things.query({ principal }), 403)
  await fails(t, things.action('go', { principal }), 403)
  await fails(t, things.create({}, { principal }), 403)
  await fails(t, things.update('a', {}, { principal }), 403)
  await fails(t, things.patch('a', [], { principal }), 403)
  await fails(t, things.delete('a', { principal }), 403)
  t.strictSame(asked.slice(1).map(({ operation }) => operation), ['query', 'action', 'create', 'update', 'patch', 'delete'])
})

t.test('params name the collection', async (t) => {
  const app = await buildApp(t)
  const users = app.resource('/r/:x/users', { exists: ({ x }) => x !== 'none' })
  await users.create({ n: 1 }, { id: 'a', params: { x: 'p/q' } })
  t.equal((await users.read('a', { params: { x: 'p/q' } })).content['n'], 1)
  await fails(t, users.read('a', { params: { x: 'other' } }), 404)
  await fails(t, users.read('a', { params: { x: 'none' } }), 404)
  await fails(t, users.create({}, { params: { x: 'none' } }), 404)
  for (const params of [undefined, {}, { x: '' }, { x: 5 }]) await fails(t, users.query({ ...(params === undefined ? {} : { params: params as never }) }), 400, JSON.stringify(params))
})

t.test('a singleton\'s operations take no id', async (t) => {
  const app = await buildApp(t)
  const s = app.resource('/s', { kind: 'singleton', schema, initial: { n: 0 }, actions: { go: { handler: ({ id }) => ({ id }) } } })
  const { revision } = await s.read()
  t.same(await s.read(), { id: '', revision, content: { n: 0 } })
  await fails(t, s.update({}, { revision: 'stale' }), 412)
  t.equal((await s.update({ n: 1 }, { revision })).content.n, 1)
  t.equal((await s.patch([{ operation: 'replace', field: '/n', value: 2 }])).content.n, 2)
  t.same((await s.read({ fields: ['x'] })).content, {})
  t.same(await s.action('go'), { id: '' })
  t.equal(await s.purge(), 0)
})

t.test('what a provider or rule throws is a ResourceError in process too', async (t) => {
  const app = await buildApp(t)
  const failing = (error: unknown) => () => { throw error }
  const cause = new Error('disk on fire')
  const make = (path: string, error: unknown) => app.resource(path, { provider: { read: failing(error), query: failing(error), update: failing(error), delete: failing(error), create: failing(error) } })
  t.equal((await fails(t, make('/error', cause).read('a'), 500)).cause, cause)
  await fails(t, make('/text', 'text').query(), 500)
  await fails(t, make('/status', Object.assign(new Error('x'), { statusCode: 422 })).query(), 400)
  t.match(await fails(t, make('/not-found', new NotFound('mine', { detail: 1 })).query(), 404), { message: 'mine', detail: 1 })
  const changed = app.resource('/changed', { provider: { delete: failing(new PreconditionFailed('mine')), query: failing(new ResourceError(412, 'mine', { detail: 1 })) } })
  await fails(t, changed.delete('a', { revision: '1' }), 412)
  await fails(t, changed.delete('a'), 409)
  t.match(await fails(t, changed.query(), 409), { message: 'mine', detail: 1 })
  await fails(t, app.resource('/auth', { authorize: failing(cause) }).query({ principal: {} }), 500)
  await fails(t, app.resource('/prepare', { prepare: failing(cause) }).create({}), 500)
})

t.test('a number that JSON does not have is refused, not stored as null', async (t) => {
  const app = await buildApp(t)
  const things = app.resource('/things', { prepare: ({ content }) => content['half'] === undefined ? content : { ...content, half: NaN } })
  await things.create({ _id: 'a', none: null })
  const message = 'The content at "/e" is a number out of range'
  t.equal((await fails(t, things.create({ e: Infinity }), 400)).message, message)
  t.equal((await fails(t, things.create({ e: -Infinity }, { id: 'b' }), 400)).message, message)
  t.equal((await fails(t, things.update('a', { e: NaN }), 400)).message, message)
  await fails(t, things.patch('a', [{ operation: 'add', field: '/e', value: Infinity }]), 400)
  t.equal((await fails(t, things.create({ half: 1 }), 400)).message, 'The content at "/half" is a number out of range')
  t.match((await things.query()).results, [{ id: 'a', content: { none: null } }])
})
