import t from 'tap'
import { Type } from 'typebox'
import { memoryStore } from '../../lib/index.ts'
import type { JsonObject } from '../../lib/json.ts'
import { sqliteStore } from '../../lib/sqlite.ts'
import { buildApp, configurationError, loose, refused } from './app.ts'

const stores = [['memory', () => memoryStore()], ['SQLite', () => sqliteStore(':memory:')]] as const
const v1 = { 'accept-api-version': 'resource=1.0' }
const json = 'application/json'

for (const [name, makeStore] of stores) {
  t.test(`${name}: a patch through an older version never meets what is hidden, wherever the version has it`, async (t) => {
    const app = await buildApp(t, { options: { store: makeStore() } })
    const users = app.resource('/users', loose({
      writeOnly: ['/password'],
      versions: {
        '1.0': { upgrade: ({ cred, ...rest }: { cred: string[] }) => ({ ...rest, login: cred[0], password: cred[1] }) },
        '2.0': { downgrade: ({ login, password, ...rest }: JsonObject) => ({ ...rest, cred: [login, password].filter((value) => value !== undefined) }) }
      }
    }))
    await users.create({ login: 'ann', password: 'SECRET', note: '' }, { id: 'a' })
    for (const patch of [
      [{ operation: 'remove', field: '/cred/0' }, { operation: 'copy', from: '/cred/0', field: '/note' }],
      [{ operation: 'remove', field: '/cred/0' }],
      [{ operation: 'copy', from: '/cred/1', field: '/note' }],
      [{ operation: 'copy', from: '/cred', field: '/note' }]
    ]) {
      const response = await app.inject({ method: 'PATCH', url: '/users/a', payload: patch, headers: v1 })
      t.notMatch(response.body, /SECRET/, JSON.stringify(patch))
      t.notMatch((await app.inject('/users/a')).body, /SECRET/)
      await users.update('a', { login: 'ann', password: 'SECRET', note: '' })
    }
  })

  t.test(`${name}: a default of an older version is no reason to replace a write-only member`, async (t) => {
    const app = await buildApp(t, { options: { store: makeStore() } })
    const schema = Type.Object({ name: Type.String(), password: Type.Optional(Type.String({ default: '' })) })
    const users = app.resource('/users', loose({ writeOnly: ['/password'], versions: { '1.0': { schema }, '2.0': { schema } } }))
    await users.create({ name: 'a', password: 'SECRET' }, { id: 'a' })
    for (const version of ['1.0', '2.0']) {
      t.equal((await app.inject({ method: 'PUT', url: '/users/a', payload: { name: version }, headers: { 'accept-api-version': `resource=${version}` } })).statusCode, 200)
      t.same((await users.read('a')).content, { name: version, password: 'SECRET' }, version)
    }
  })

  t.test(`${name}: a write-only member that an older version requires need not be sent again`, async (t) => {
    const app = await buildApp(t, { options: { store: makeStore() } })
    const schema = Type.Object({ name: Type.String(), password: Type.String() })
    const users = app.resource('/users', loose({ writeOnly: ['/password'], versions: { '1.0': { schema }, '2.0': { schema } } }))
    await users.create({ name: 'a', password: 'SECRET' }, { id: 'a' })
    const { _id, _rev, ...seen } = (await app.inject({ url: '/users/a', headers: v1 })).json()
    t.equal((await app.inject({ method: 'PUT', url: '/users/a', payload: { ...seen, name: 'b' }, headers: v1 })).statusCode, 200)
    t.equal((await app.inject({ method: 'PATCH', url: '/users/a', payload: [{ operation: 'replace', field: 'name', value: 'c' }], headers: v1 })).statusCode, 200)
    t.same((await users.read('a')).content, { name: 'c', password: 'SECRET' })
  })

  t.test(`${name}: the default of a read-only member is the server's own`, async (t) => {
    const app = await buildApp(t, { options: { store: makeStore() } })
    app.resource('/orders', { schema: Type.Object({ name: Type.String(), status: Type.Optional(Type.String({ default: 'new' })) }), readOnly: ['/status'] })
    t.match((await app.inject({ method: 'POST', url: '/orders', payload: { name: 'x' } })).json(), { status: 'new' })
    t.match((await app.inject({ method: 'PUT', url: '/orders/1', payload: { name: 'x' } })).json(), { status: 'new' })
    refused(t, await app.inject({ method: 'POST', url: '/orders', payload: { name: 'x', status: 'new' } }), 400)
    refused(t, await app.inject({ method: 'PUT', url: '/orders/2', payload: { name: 'x', status: 'new' } }), 400)
  })

  t.test(`${name}: what prepare makes of the content before is no change of what is stored`, async (t) => {
    const app = await buildApp(t, { options: { store: makeStore() } })
    app.resource('/notes', loose({ prepare: ({ before, content }: { before?: object, content: object }) => Object.assign(before ?? {}, content) }))
    await app.inject({ method: 'PUT', url: '/notes/a', payload: { n: 1 } })
    t.match((await app.inject({ method: 'PUT', url: '/notes/a', payload: { n: 2 } })).json(), { n: 2 })
    t.match((await app.inject('/notes/a')).json(), { n: 2 })
  })

  t.test(`${name}: a patch that touches nothing fills in no defaults`, async (t) => {
    const app = await buildApp(t, { options: { store: makeStore() } })
    let told = 0
    const things = app.resource('/things', loose({
      onChange: () => { told++ },
      versions: {
        '1.0': { schema: Type.Object({ a: Type.Number(), colour: Type.Optional(Type.String({ default: 'red' })) }) },
        '2.0': { schema: Type.Object({ a: Type.Number(), d: Type.Optional(Type.Number()) }) }
      }
    }))
    const { revision } = await things.create({ a: 1 }, { id: 'a' })
    for (const headers of [{}, v1]) {
      const response = await app.inject({ method: 'PATCH', url: '/things/a', payload: [], headers })
      t.equal(response.json()._rev, revision)
    }
    t.equal(told, 1)
    t.same((await things.read('a')).content, { a: 1 })
  })

  t.test(`${name}: what a patch has copied is of its own, to prepare and to the defaults of the schema`, async (t) => {
    const app = await buildApp(t, { options: { store: makeStore() } })
    const seen: unknown[] = []
    app.resource('/things', loose({
      schema: { type: 'object', properties: { a: { type: 'object', properties: { d: { default: 1 } } } } },
      prepare: ({ content, operation }: { content: { a: { p?: number }, b?: object }, operation: string }) => {
        if (operation === 'patch') content.a.p = 2
        seen.push(content.b)
        return content
      }
    }))
    await app.inject({ method: 'PUT', url: '/things/x', payload: { a: { n: 1, d: 0 } } })
    const response = await app.inject({ method: 'PATCH', url: '/things/x', payload: [{ operation: 'remove', field: '/a/d' }, { operation: 'copy', from: '/a', field: '/b' }] })
    t.match(response.json(), { a: { n: 1, p: 2, d: 1 } })
    t.same(response.json().b, { n: 1 })
  })

  t.test(`${name}: nothing but the fault that a caller has made is told of a schema`, async (t) => {
    const app = await buildApp(t, { options: { store: makeStore() } })
    const schema = Type.Object({ n: Type.Number(), tags: Type.Optional(Type.Array(Type.String(), { uniqueItems: true })) })
    const things = app.resource('/things', loose({ schema, writeOnly: ['/tags'] }))
    await things.create({ n: 1, tags: ['x'] }, { id: 'a' })
    const guess = async (value: string) => (await app.inject({
      method: 'PATCH', url: '/things/a', headers: { 'content-type': 'application/json-patch+json' }, payload: JSON.stringify([{ op: 'add', path: '/tags/-', value }, { op: 'add', path: '/n', value: 'bad' }])
    })).body
    t.equal(await guess('x'), await guess('y'))
  })

  t.test(`${name}: an increment tells nothing of a write-only number`, async (t) => {
    const app = await buildApp(t, { options: { store: makeStore() } })
    await app.resource('/things', loose({ writeOnly: ['/pin'] })).create({ pin: 4711 }, { id: 'a' })
    refused(t, await app.inject({ method: 'PATCH', url: '/things/a', payload: [{ operation: 'increment', field: '/pin', value: 1 }] }), 400)
  })
}

t.test('a provider may be an instance of a class, with methods and private fields', async (t) => {
  class Counter {
    readonly #documents = new Map([['a', { id: 'a', revision: '1', content: { n: 1 } }]])
    read ({ id }: { id: string }) { return this.#documents.get(id) }
    query () { return { results: [...this.#documents.values()] } }
    update ({ id, content }: { id: string, content: { n: number } }) {
      const document = { id, revision: String(Number(this.#documents.get(id)?.revision) + 1), content }
      this.#documents.set(id, document)
      return document
    }
  }
  for (const rules of [{}, { allow: () => true }]) {
    const app = await buildApp(t)
    app.resource('/things', loose({ provider: new Counter(), ...rules }))
    t.match((await app.inject({ method: 'PUT', url: '/things/a', payload: { n: 2 } })).json(), { _rev: '2', n: 2 })
    t.match((await app.inject('/things')).json(), { resultCount: 1 })
  }
})

t.test('a provider that patches by itself is asked for what fits the schema and changes something', async (t) => {
  const asked: unknown[] = []
  const document = { id: 'a', revision: '1', content: { n: 1 } }
  const app = await buildApp(t)
  app.resource('/things', loose({
    schema: Type.Object({ n: Type.Integer() }),
    provider: { read: () => document, update: () => document, patch: ({ operations }: { operations: unknown }) => { asked.push(operations); return document } }
  }))
  const patch = (value: unknown) => app.inject({ method: 'PATCH', url: '/things/a', payload: [{ operation: 'replace', field: '/n', value }] })
  refused(t, await patch('x'), 400)
  t.equal((await patch(1)).statusCode, 200)
  t.equal(asked.length, 0)
  t.equal((await patch(2)).statusCode, 200)
  t.equal(asked.length, 1)
})

t.test('a Common REST patch through an older version is mapped, whatever the provider can do itself', async (t) => {
  let stored = { id: 'a', revision: '1', content: { full: 'A' } }
  const app = await buildApp(t)
  app.resource('/things', loose({
    provider: {
      read: () => stored,
      update: ({ content }: { content: { full: string } }) => (stored = { ...stored, revision: '2', content }),
      patch: () => t.fail('its patch knows no versions')
    },
    versions: {
      '1.0': { upgrade: ({ name }: { name: string }) => ({ full: name }) },
      '2.0': { downgrade: ({ full }: { full: string }) => ({ name: full }) }
    }
  }))
  t.match((await app.inject({ method: 'PATCH', url: '/things/a', payload: [{ operation: 'replace', field: '/name', value: 'B' }], headers: v1 })).json(), { name: 'B' })
  t.same(stored.content, { full: 'B' })
})

t.test('a PUT to a version that neither updates nor creates is 501', async (t) => {
  const app = await buildApp(t)
  app.resource('/things', loose({ versions: { '1.0': { provider: { read: () => undefined } }, '2.0': {} } }))
  refused(t, await app.inject({ method: 'PUT', url: '/things/a', payload: {}, headers: v1 }), 501)
  t.equal((await app.inject({ method: 'PUT', url: '/things/a', payload: {} })).statusCode, 201)
})

t.test('a singleton shows what it was declared with, whatever is done to what it has shown', async (t) => {
  const app = await buildApp(t)
  const initial = { list: [1] }
  app.resource('/settings', loose({ kind: 'singleton', initial, allow: ({ document }: { document: { content: { list: number[] } } }) => { try { document.content.list.push(2) } catch {} return true } }))
  initial.list.push(3)
  for (const url of ['/settings', '/settings']) t.match((await app.inject(url)).json(), { list: [1] })
})

t.test('the initial content has the shape that is stored', async (t) => {
  const app = await buildApp(t)
  const schema = (name: string) => Type.Object({ [name]: Type.Number() }, { additionalProperties: false })
  const read = () => ({ id: '', revision: '1', content: { b: 1 } })
  app.resource('/settings', loose({ kind: 'singleton', initial: { a: 1 }, versions: { '1.0': { schema: schema('a') }, '2.0': { schema: schema('b'), provider: { read } } } }))
  t.match((await app.inject({ url: '/settings', headers: v1 })).json(), { a: 1 })
})

t.test('every cookie that a handler sets is sent', async (t) => {
  const app = await buildApp(t)
  app.resource('/things', { actions: { login: { on: 'collection', handler: ({ header }) => { header('Set-Cookie', 'a=1'); header('set-cookie', 'b=2') } } } })
  t.same((await app.inject({ method: 'POST', url: '/things?_action=login' })).headers['set-cookie'], ['a=1', 'b=2'])
})

t.test('few allowed documents among many are found in few pages of a provider', async (t) => {
  let asked = 0
  const documents = Array.from({ length: 3000 }, (_, n) => ({ id: String(n), revision: '1', content: { n } }))
  const app = await buildApp(t)
  app.resource('/things', loose({
    allow: ({ document }: { document: { content: { n: number } } }) => document.content.n < 5,
    provider: {
      read: () => undefined,
      query: ({ cookie = '0', pageSize }: { cookie?: string, pageSize: number }) => {
        asked++
        const end = Number(cookie) + pageSize
        return { results: documents.slice(Number(cookie), end), cookie: end < documents.length ? String(end) : null }
      }
    }
  }))
  for (const [pageSize, more] of [[4, true], [5, false], [6, false]] as const) {
    asked = 0
    const { resultCount, pagedResultsCookie } = (await app.inject(`/things?_pageSize=${pageSize}`)).json()
    t.equal(resultCount, Math.min(pageSize, 5))
    t.equal(pagedResultsCookie !== null, more)
    t.ok(asked < 30, `${asked} pages for ${pageSize}`)
  }
})

t.test('declarations that could not keep their promise fail by name', async (t) => {
  const app = await buildApp(t)
  const read = () => undefined
  for (const [definition, message] of [
    [{ versions: { '1.0': {}, '2.0': {} }, provider: { update: read } }, /versions needs a provider that can read/],
    [{ versions: { '1.0': { provider: { read }, upgrade: read }, '2.0': {} } }, /versions cannot map contents of a version that has a provider of its own/],
    [{ versions: { '1.0': { provider: { read } }, '2.0': {} }, writeOnly: ['/a'] }, /writeOnly cannot be judged in a version that has a provider of its own/],
    [{ prepare: read, provider: { read, patch: read } }, /prepare needs a provider that can update/],
    [{ versions: { '1.0': { sunset: new Date(8.64e15) } } }, /sunset must be a Date/]
  ] as const) {
    t.match(await configurationError(() => app.resource('/things', loose(definition))), { code: 'CREST_ERR_INVALID_OPTION', message }, String(message))
  }
})

t.test('slow mappings let others have their turn', async (t) => {
  const app = await buildApp(t)
  const things = app.resource('/things', loose({ versions: { '1.0': {}, '2.0': { downgrade: (content: JsonObject) => { const end = performance.now() + 1; while (performance.now() < end); return content } } } }))
  for (let n = 0; n < 100; n++) await things.create({ n })
  let turns = 0
  const timer = setInterval(() => { turns++ }, 1)
  t.equal((await app.inject({ url: '/things', headers: v1 })).json().resultCount, 100)
  clearInterval(timer)
  t.ok(turns >= 3, `${turns} turns`)
})

t.test('a form may hold a patch', async (t) => {
  const app = await buildApp(t)
  app.resource('/things', { multipart: true })
  await app.inject({ method: 'PUT', url: '/things/a', payload: { n: 1 } })
  const payload = `--x\r\nContent-Disposition: form-data; name="p"\r\nContent-Type: ${json}\r\n\r\n[{"operation":"increment","field":"n","value":1}]\r\n--x--\r\n`
  t.match((await app.inject({ method: 'PATCH', url: '/things/a', headers: { 'content-type': 'multipart/form-data; boundary=x' }, payload })).json(), { n: 2 })
})
