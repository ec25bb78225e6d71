import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { Type } from 'typebox'
import { Conflict, memoryStore } from '../../lib/index.ts'
import { buildApp, fails, refused } from './app.ts'

t.test('createId makes the id of a create without one', async (t) => {
  const ids = ['one', 'two', 'two', '', 'a\u0001', 5]
  const app = await buildApp(t)
  app.resource('/things', { createId: () => ids.shift() as string })
  app.resource('/plain', {})
  const create = (payload: object = {}, url = '/things') => app.inject({ method: 'POST', url, payload })
  t.equal((await create()).json()._id, 'one')
  t.equal((await create({ _id: 'mine' })).json()._id, 'mine')
  t.equal((await create()).json()._id, 'two')
  refused(t, await create(), 409, 'an id that is taken')
  for (const name of ['an empty id', 'a control character', 'no text']) refused(t, await create(), 500, name)
  t.match((await create({}, '/plain')).json()._id, /^[0-9a-f]{8}-[0-9a-f]{4}-4/)
  t.equal((await app.inject('/things')).json().resultCount, 3)
})

t.test('prepare sees every write, before the schema check', async (t) => {
  const seen: unknown[] = []
  const app = await buildApp(t)
  const things = app.resource('/things', {
    schema: Type.Object({ n: Type.Integer(), at: Type.String() }, { additionalProperties: false }),
    prepare: async ({ operation, id, before, content, principal }) => {
      seen.push([operation, id, before, { ...content }, principal])
      if (content.n === 13) throw new Conflict('unlucky', { detail: { n: 13 } })
      if (content.n === 14) throw new Error('secret')
      return { ...content, at: operation }
    }
  })
  const put = (payload: object, headers = {}) => app.inject({ method: 'PUT', url: '/things/a', payload, headers })
  t.match((await put({ n: 1 })).json(), { n: 1, at: 'create' })
  t.match((await put({ n: 2 })).json(), { n: 2, at: 'update' })
  t.match((await app.inject({ method: 'PATCH', url: '/things/a', payload: [{ operation: 'replace', field: '/n', value: 3 }] })).json(), { n: 3, at: 'patch' })
  t.match((await app.inject({ method: 'POST', url: '/things', payload: { _id: 'b', n: 4, at: 'mine' } })).json(), { n: 4, at: 'create' })
  t.same(await things.update('b', { n: 5, at: '' }).then(({ content }) => content), { n: 5, at: 'update' })
  t.strictSame(seen, [
    ['create', 'a', undefined, { n: 1 }, null],
    ['update', 'a', { n: 1, at: 'create' }, { n: 2 }, null],
    ['patch', 'a', { n: 2, at: 'update' }, { n: 3, at: 'update' }, null],
    ['create', 'b', undefined, { n: 4, at: 'mine' }, null],
    ['update', 'b', { n: 4, at: 'create' }, { n: 5, at: '' }, null]
  ])
  refused(t, await put({ n: 'x' }), 400, 'the schema is judged on what prepare returned')
  refused(t, await put({ n: 1, extra: 1 }), 400)
  t.same(refused(t, await put({ n: 13 }), 409).detail, { n: 13 })
  t.notMatch((await put({ n: 14 })).body, 'secret')
  refused(t, await put({ n: 14 }), 500)
  refused(t, await put({ n: 1 }, { 'if-match': '"stale"' }), 412)
  t.match((await app.inject('/things/a')).json(), { n: 3, at: 'patch' }, 'nothing refused was written')
})

t.test('unique: a clash is 409 with the pointers, and only among values that are there', async (t) => {
  const app = await buildApp(t)
  app.resource('/things', { unique: ['/mail', ['/a', '/b']] })
  const put = (id: string, payload: object) => app.inject({ method: 'PUT', url: `/things/${id}`, payload })
  t.equal((await put('1', { mail: 'x', a: 1, b: 1 })).statusCode, 201)
  t.same(refused(t, await put('2', { mail: 'x' }), 409).detail, { pointers: ['/mail'] })
  t.same(refused(t, await put('2', { a: 1.0, b: 1 }), 409).detail, { pointers: ['/a', '/b'] })
  for (const [id, payload] of [['2', { mail: 'X', a: 1 }], ['3', { mail: null, b: 1 }], ['4', { mail: null }], ['5', { a: 1, b: '1' }], ['6', { a: 1, b: [1] }]] as const) {
    t.equal((await put(id, payload)).statusCode, 201, JSON.stringify(payload))
  }
  t.same(refused(t, await app.inject({ method: 'POST', url: '/things', payload: { mail: 'X' } }), 409).detail, { pointers: ['/mail'] })
  t.same(refused(t, await put('3', { mail: 'x' }), 409).detail, { pointers: ['/mail'] })
  refused(t, await app.inject({ method: 'PATCH', url: '/things/3', payload: [{ operation: 'add', field: '/mail', value: 'x' }] }), 409)
  t.equal((await put('1', { mail: 'x', a: 1, b: 1, c: 1 })).statusCode, 200, 'not with itself')
  await app.inject({ method: 'DELETE', url: '/things/1' })
  t.equal((await put('3', { mail: 'x' })).statusCode, 200, 'a deleted document frees its values')
})

t.test('expires: gone once the instant has passed, and the id and values are as the rules say', async (t) => {
  const app = await buildApp(t)
  const things = app.resource('/things', { expires: '/until', unique: ['/mail'] })
  const put = (id: string, payload: object, headers = {}) => app.inject({ method: 'PUT', url: `/things/${id}`, payload, headers })
  for (const until of ['tomorrow', 5, {}, '2030-02-30T00:00:00Z']) refused(t, await put('bad', { until }), 400, JSON.stringify(until))
  for (const until of [null, undefined]) t.equal((await put(`never-${until}`, { until })).statusCode, 201)
  t.equal((await put('past', { until: '2000-01-01T00:00:00Z', mail: 'p' })).statusCode, 201, 'a past time may be written')
  t.equal((await put('soon', { until: new Date(Date.now() + 40).toISOString(), mail: 'm' })).statusCode, 201)
  await sleep(60)
  for (const id of ['past', 'soon']) {
    for (const method of ['GET', 'HEAD', 'PATCH', 'DELETE'] as const) refused(t, await app.inject({ method, url: `/things/${id}`, ...(method === 'PATCH' ? { payload: [] } : {}) }), 410, `${method} ${id}`)
    refused(t, await put(id, {}), 410)
    refused(t, await put(id, {}, { 'if-none-match': '*' }), 410)
    refused(t, await put(id, {}, { 'if-match': '"stale"' }), 410)
    refused(t, await app.inject({ method: 'POST', url: '/things', payload: { _id: id } }), 409)
    await fails(t, things.read(id), 410)
    await fails(t, things.create({}, { id }), 409)
  }
  t.equal((await app.inject('/things?_totalPagedResultsPolicy=EXACT')).json().totalPagedResults, 2, 'queries skip them')
  t.equal((await put('other', { mail: 'm' })).statusCode, 201, 'their values are free')
  t.equal(await things.purge(), 2)
  t.equal(await things.purge(), 0)
  refused(t, await app.inject('/things/past'), 404, 'purged')
  t.equal((await put('past', {})).statusCode, 201)
})

t.test('tombstones: deleted ids stay gone, for ever or for a while', async (t) => {
  const app = await buildApp(t)
  const resources = { forever: app.resource('/forever', { tombstones: true }), while: app.resource('/while', { tombstones: 50 }), none: app.resource('/none', { tombstones: false }) }
  for (const name of ['forever', 'while', 'none'] as const) {
    const { headers } = await app.inject({ method: 'PUT', url: `/${name}/a`, payload: {} })
    await app.inject({ method: 'DELETE', url: `/${name}/a` })
    const code = name === 'none' ? 404 : 410
    for (const method of ['GET', 'HEAD', 'DELETE'] as const) refused(t, await app.inject({ method, url: `/${name}/a`, headers: { 'if-match': String(headers.etag) } }), code, `${method} ${name}`)
  }
  refused(t, await app.inject({ method: 'PUT', url: '/forever/a', payload: {}, headers: { 'if-none-match': '*' } }), 410)
  refused(t, await app.inject({ method: 'POST', url: '/forever', payload: { _id: 'a' } }), 409)
  await sleep(70)
  refused(t, await app.inject('/while/a'), 404, 'its time is over')
  refused(t, await app.inject('/forever/a'), 410)
  t.equal(await resources.while.purge(), 1)
  t.equal(await resources.forever.purge(), 0)
  t.equal((await app.inject({ method: 'PUT', url: '/while/a', payload: {} })).statusCode, 201)
})

t.test('an expired document that is purged leaves a tombstone where they are kept', async (t) => {
  const app = await buildApp(t)
  const things = app.resource('/things', { expires: '/until', tombstones: true })
  await things.create({ until: '2000-01-01T00:00:00Z' }, { id: 'a' })
  t.equal(await things.purge(), 1)
  refused(t, await app.inject('/things/a'), 410)
})

t.test('purge reaches the collections of all path parameters, and no others', async (t) => {
  const store = memoryStore()
  const app = await buildApp(t, { options: { store } })
  const users = app.resource('/r/:x/users', { expires: '/until' })
  const others = app.resource('/r/:x/others', { expires: '/until' })
  for (const x of ['a', 'b/c']) {
    await users.create({ until: '2000-01-01T00:00:00Z' }, { params: { x } })
    await others.create({ until: '2000-01-01T00:00:00Z' }, { params: { x } })
  }
  t.equal(await users.purge(), 2)
  t.equal(await others.purge(), 2)
})

t.test('a singleton with initial exists from the start', async (t) => {
  const definition = { kind: 'singleton', initial: { n: 0 } } as const
  const [one, two] = [await buildApp(t), await buildApp(t)]
  const handle = one.resource('/s', definition)
  two.resource('/s', definition)
  const first = await one.inject('/s')
  t.strictSame(Object.keys(first.json()), ['_rev', 'n'])
  t.equal(first.headers['etag'], (await two.inject('/s')).headers['etag'], 'its revision is that of its content')
  t.equal((await one.inject({ method: 'PUT', url: '/s', payload: { n: 0 } })).headers['etag'], first.headers['etag'], 'no change')
  refused(t, await one.inject({ method: 'PUT', url: '/s', payload: {}, headers: { 'if-none-match': '*' } }), 412)
  const races = await Promise.all([1, 2].map((n) => one.inject({ method: 'PUT', url: '/s', payload: { n, _id: 'ignored' }, headers: { 'if-match': String(first.headers['etag']) } })))
  t.same(races.map(({ statusCode }) => statusCode).sort(), [200, 412], 'the first write is an insert-if-absent')
  t.equal((await one.inject({ method: 'PATCH', url: '/s', payload: [{ operation: 'replace', field: '/n', value: 9 }] })).json().n, 9)
  t.match(await handle.read(), { id: '', content: { n: 9 } })
  for (const method of ['DELETE', 'POST'] as const) refused(t, await one.inject({ method, url: '/s' }), 405)
  refused(t, await one.inject('/s/a'), 404)
})

t.test('a singleton without initial is absent until it is put', async (t) => {
  const app = await buildApp(t)
  app.resource('/s', { kind: 'singleton' })
  app.resource('/strict', { kind: 'singleton', revision: 'required' })
  const put = (url: string, headers = {}) => app.inject({ method: 'PUT', url, payload: { n: 1 }, headers })
  refused(t, await app.inject('/s'), 404)
  refused(t, await app.inject({ method: 'PATCH', url: '/s', payload: [] }), 404)
  refused(t, await put('/s', { 'if-match': '*' }), 404)
  refused(t, await put('/strict'), 428)
  const created = await put('/strict', { 'if-none-match': '*' })
  t.equal(created.statusCode, 201)
  t.equal(created.headers['location'], 'http://localhost:80/strict')
  refused(t, await put('/strict', { 'if-none-match': '*' }), 412)
  t.equal((await put('/s')).statusCode, 201)
  t.equal((await put('/s')).statusCode, 200)
})
