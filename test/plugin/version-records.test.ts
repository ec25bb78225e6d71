import { deepStrictEqual } from 'node:assert'
import { join } from 'node:path'
import t from 'tap'
import fc from 'fast-check'
import { Type } from 'typebox'
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify'
import { BadRequest, NotFound, PreconditionFailed, memoryStore } from '../../lib/index.ts'
import type { CollectionHandle, Document, JsonObject, Provider, SingletonHandle, Store, StoreCollection, StoredDocument } from '../../lib/index.ts'
import { sqliteStore } from '../../lib/sqlite.ts'
import { buildApp, fails, loose, refused } from './app.ts'
import { stores } from './queries.ts'

type Method = 'GET' | 'HEAD' | 'PUT' | 'POST' | 'PATCH' | 'DELETE' | 'OPTIONS'

const strict = { additionalProperties: false } as const
const level = Type.Optional(Type.Union([Type.Literal('low'), Type.Literal('high')]))
const word = Type.String({ minLength: 1, maxLength: 20 })

// Three versions that each know less than the next: 1.0 neither mail nor title nor tags, and of the score only the level.
const schemas = {
  '1.0': Type.Object({ name: Type.String({ minLength: 3 }), level }, strict),
  '2.0': Type.Object({ first: word, last: word, level, mail: Type.Optional(Type.String()) }, strict),
  '3.0': Type.Object({
    name: Type.Object({ first: word, last: word, title: Type.Optional(Type.String()) }, strict),
    score: Type.Optional(Type.Integer({ minimum: 0, maximum: 100 })),
    mail: Type.Optional(Type.String()),
    tags: Type.Optional(Type.Array(Type.String()))
  }, strict)
}

type Mapping = (content: JsonObject) => JsonObject

/** Between the versions, by what they take and make. */
const split: Mapping = ({ name, ...rest }) => {
  const [first = '', last = ''] = String(name).split(' ')
  return { first, last, ...rest }
}
const join2: Mapping = ({ first, last, mail, ...rest }) => ({ name: `${String(first)} ${String(last)}`, ...rest })
const nest: Mapping = ({ first = null, last = null, level, ...rest }) => ({ name: { first, last }, ...rest, ...(level !== undefined && { score: level === 'high' ? 75 : 25 }) })
const flatten: Mapping = ({ name, score, tags, ...rest }) => {
  const { first = null, last = null } = name as JsonObject
  return { first, last, ...rest, ...(score !== undefined && { level: Number(score) >= 50 ? 'high' : 'low' }) }
}

const people = {
  '1.0': { schema: schemas['1.0'], upgrade: split },
  '2.0': { schema: schemas['2.0'], upgrade: nest, downgrade: join2 },
  '3.0': { schema: schemas['3.0'], downgrade: flatten }
}

const ada = { name: { first: 'Ada', last: 'King', title: 'Countess' }, score: 60, mail: 'ada@x', tags: ['a', 'b'] }
const shown: Readonly<Record<string, object>> = {
  '1.0': { name: 'Ada King', level: 'high' },
  '2.0': { first: 'Ada', last: 'King', level: 'high', mail: 'ada@x' },
  '3.0': ada
}

const languages = { list: 'application/json', json: 'application/json-patch+json', merge: 'application/merge-patch+json' } as const

/** Sends a request through a version. */
async function send (app: FastifyInstance, version: string | undefined, method: Method, url: string, payload?: unknown, headers: Record<string, string> = {}): Promise<LightMyRequestResponse> {
  return app.inject({
    method,
    url,
    headers: { ...(version !== undefined && { 'accept-api-version': `resource=${version}` }), ...(payload !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(payload !== undefined && { payload: JSON.stringify(payload) })
  } satisfies InjectOptions)
}

/** The content of an answered document. */
function contentOf (response: LightMyRequestResponse): JsonObject {
  const { _id, _rev, ...content } = response.json<JsonObject>()
  return content
}

const tagOf = (response: LightMyRequestResponse): string => String(response.headers['etag'])
const query = (filter: string, rest: string = ''): string => `?_queryFilter=${encodeURIComponent(filter)}${rest}`

for (const [storeName, makeStore] of stores) {
  const declare = async (t: Parameters<typeof buildApp>[0], definition: object = {}): Promise<{ readonly app: FastifyInstance, readonly things: CollectionHandle }> => {
    const app = await buildApp(t, { options: { store: makeStore() } })
    return { app, things: app.resource('/things', loose({ versions: people, ...definition })) as CollectionHandle }
  }

  t.test(`on ${storeName}`, async (t) => {
    t.test('each version shows the stored document its own way, with one revision', async (t) => {
      const { app, things } = await declare(t)
      const { revision } = await things.create(ada, { id: 'ada' })
      for (const [version, content] of Object.entries(shown)) {
        const whole = { _id: 'ada', _rev: revision, ...content }
        const read = await send(app, version, 'GET', '/things/ada')
        t.strictSame(read.json(), whole, version)
        t.equal(tagOf(read), `"${revision}"`, version)
        t.strictSame((await send(app, version, 'GET', '/things')).json().result, [whole], `${version}: in a query`)
        const head = await send(app, version, 'HEAD', '/things/ada')
        t.equal(tagOf(head), `"${revision}"`, `${version}: HEAD`)
        t.equal(Number(head.headers['content-length']), Buffer.byteLength(read.body), `${version}: HEAD is as long as GET`)
        const [member, value] = Object.entries(content)[0] ?? ['', undefined]
        t.strictSame((await send(app, version, 'GET', `/things/ada?_fields=${member}`)).json(), { _id: 'ada', _rev: revision, [member]: value }, `${version}: a projection`)
      }
      t.strictSame(contentOf(await send(app, '1.0', 'GET', '/things/ada?_fields=mail,first,name/first,score')), {}, 'other versions\' members are no fields')
      t.strictSame(contentOf(await send(app, '3.0', 'GET', '/things/ada?_fields=name/first')), { name: { first: 'Ada' } })
      t.strictSame((await things.read('ada')).content, ada)
    })

    t.test('a document that is created through a version is stored in the latest shape', async (t) => {
      const { app, things } = await declare(t)
      const stored = { '1.0': { name: { first: 'Ada', last: 'King' }, score: 75 }, '2.0': { name: { first: 'Ada', last: 'King' }, score: 75, mail: 'ada@x' }, '3.0': ada }
      for (const version of ['1.0', '2.0', '3.0'] as const) {
        for (const [way, method, url, headers] of [['PUT', 'PUT', `/things/p${version}`, {}], ['PUT', 'PUT', `/things/n${version}`, { 'if-none-match': '*' }], ['POST', 'POST', '/things', {}], ['action', 'POST', '/things?_action=create', {}]] as const) {
          const response = await send(app, version, method, url, shown[version], headers)
          t.equal(response.statusCode, 201, `${way} through ${version}`)
          t.strictSame(contentOf(response), shown[version], `${way} through ${version}`)
          const id = response.json()._id as string
          t.equal(response.headers['location'], `http://localhost:80/things/${id}`)
          t.strictSame(await things.read(id), { id, revision: response.json()._rev, content: stored[version] }, `${way} through ${version}: what is stored`)
        }
        t.strictSame(contentOf(await send(app, version, 'POST', '/things?_fields=level', shown[version])), version === '3.0' ? {} : { level: 'high' }, `${version}: projected`)
      }
      refused(t, await send(app, '1.0', 'PUT', '/things/p2.0', shown['1.0'], { 'if-none-match': '*' }), 412, 'taken')
      refused(t, await send(app, '1.0', 'POST', '/things', { _id: 'p2.0', ...shown['1.0'] }), 409, 'taken')
      refused(t, await send(app, '1.0', 'PUT', '/things/x', { _id: 'y', ...shown['1.0'] }), 400, 'another id')
    })

    t.test('what an older version does not know survives a PUT through it', async (t) => {
      const { app, things } = await declare(t)
      await things.create(ada, { id: 'ada' })
      const put = async (version: string, content: object, expected: object) => {
        const response = await send(app, version, 'PUT', '/things/ada', content)
        t.equal(response.statusCode, 200)
        t.strictSame(contentOf(response), content, `${version} sees what it wrote`)
        const { revision, content: stored } = await things.read('ada')
        t.strictSame(stored, expected, `${version} wrote ${JSON.stringify(content)}`)
        t.equal(tagOf(response), `"${revision}"`)
      }
      await put('1.0', { name: 'Eva King', level: 'high' }, { ...ada, name: { ...ada.name, first: 'Eva' } })
      await put('1.0', { name: 'Eva Queen', level: 'low' }, { ...ada, name: { first: 'Eva', last: 'Queen', title: 'Countess' }, score: 25 })
      await put('1.0', { name: 'Eva Queen' }, { name: { first: 'Eva', last: 'Queen', title: 'Countess' }, mail: 'ada@x', tags: ['a', 'b'] })
      await put('1.0', { name: 'Ada King', level: 'high' }, { ...ada, score: 75 })
      await put('2.0', { first: 'Ada', last: 'King', level: 'high' }, { name: ada.name, score: 75, tags: ['a', 'b'] })
      await put('2.0', { first: 'Ada', last: 'King', level: 'high', mail: 'new@x' }, { ...ada, score: 75, mail: 'new@x' })
      await put('3.0', { name: { first: 'Ada', last: 'King' } }, { name: { first: 'Ada', last: 'King' } })
    })

    t.test('a write of what a version shows changes nothing, not even what its mapping blurs', async (t) => {
      const changes: unknown[] = []
      const { app, things } = await declare(t, { onChange: (notice: object) => changes.push(notice) })
      const { revision } = await things.create(ada, { id: 'ada' })
      changes.length = 0
      for (const version of ['1.0', '2.0', '3.0']) {
        const read = await send(app, version, 'GET', '/things/ada')
        for (const headers of [{}, { 'if-match': tagOf(read) }]) {
          const response = await send(app, version, 'PUT', '/things/ada', read.json(), headers as Record<string, string>)
          t.equal(response.statusCode, 200, version)
          t.strictSame(response.json(), read.json(), `${version}: the revision is kept`)
        }
        for (const [type, patch] of [[languages.list, []], [languages.json, []], [languages.merge, {}], [languages.merge, shown[version]]] as const) {
          const response = await send(app, version, 'PATCH', '/things/ada', patch, { 'content-type': type })
          t.strictSame(response.json(), read.json(), `${version}: ${type}`)
        }
      }
      t.strictSame(await things.read('ada'), { id: 'ada', revision, content: ada })
      t.strictSame(changes, [])
    })

    t.test('a patch is applied to the document as the version shows it, in three languages', async (t) => {
      const { app, things } = await declare(t)
      const eva = { ...ada, name: { ...ada.name, first: 'Eva' } }
      const { score, ...unscored } = ada
      for (const [version, type, patch, code, stored] of [
        ['1.0', 'list', [{ operation: 'replace', field: '/name', value: 'Eva King' }], 200, eva],
        ['1.0', 'json', [{ op: 'test', path: '/name', value: 'Ada King' }, { op: 'replace', path: '/name', value: 'Eva King' }], 200, eva],
        ['1.0', 'merge', { name: 'Eva King' }, 200, eva],
        ['2.0', 'list', [{ operation: 'replace', field: 'first', value: 'Eva' }], 200, eva],
        ['2.0', 'json', [{ op: 'copy', from: '/last', path: '/first' }], 200, { ...ada, name: { ...ada.name, first: 'King' } }],
        ['2.0', 'merge', { first: 'Eva' }, 200, eva],
        ['2.0', 'list', [{ operation: 'move', from: '/mail', field: '/last' }], 200, { name: { ...ada.name, last: 'ada@x' }, score, tags: ada.tags }],
        ['1.0', 'list', [{ operation: 'remove', field: '/level' }], 200, unscored],
        ['1.0', 'json', [{ op: 'remove', path: '/level' }], 200, unscored],
        ['1.0', 'merge', { level: null }, 200, unscored],
        ['1.0', 'merge', { level: 'low' }, 200, { ...ada, score: 25 }],
        ['1.0', 'list', [{ operation: 'remove', field: '/mail' }], 200, ada],
        ['1.0', 'merge', { mail: null }, 200, ada],
        ['1.0', 'json', [{ op: 'remove', path: '/mail' }], 409],
        ['1.0', 'json', [{ op: 'test', path: '/mail', value: 'ada@x' }], 409],
        ['1.0', 'json', [{ op: 'test', path: '/name/first', value: 'Ada' }], 409],
        ['1.0', 'json', [{ op: 'replace', path: '/score', value: 1 }], 409],
        ['1.0', 'list', [{ operation: 'increment', field: '/score', value: 1 }], 400],
        ['1.0', 'list', [{ operation: 'copy', from: '/mail', field: '/name' }], 409],
        ['1.0', 'list', [{ operation: 'replace', field: '/name/first', value: 'Eva' }], 409],
        ['1.0', 'list', [{ operation: 'replace', field: '/mail', value: 'x' }], 400],
        ['1.0', 'json', [{ op: 'add', path: '/mail', value: 'x' }], 400],
        ['1.0', 'merge', { mail: 'x' }, 400],
        ['1.0', 'merge', { level: 'medium' }, 400],
        ['1.0', 'merge', { name: null }, 400],
        ['1.0', 'merge', [], 400],
        ['1.0', 'json', { op: 'remove' }, 400],
        ['1.0', 'list', [{ operation: 'transform', field: '/name', value: {} }], 501],
        ['2.0', 'list', [{ operation: 'remove', field: '/first' }], 400],
        ['3.0', 'json', [{ op: 'test', path: '/name/first', value: 'Ada' }, { op: 'replace', path: '/name/first', value: 'Eva' }], 200, eva],
        ['3.0', 'merge', { level: 'low' }, 400]
      ] as ReadonlyArray<readonly [string, keyof typeof languages, unknown, number, object?]>) {
        const name = `${JSON.stringify(patch)} through ${version}`
        await things.create(ada, { id: 'ada' })
        const before = await things.read('ada')
        const response = await send(app, version, 'PATCH', '/things/ada', patch, { 'content-type': languages[type] })
        if (code !== 200) refused(t, response, code, name)
        t.equal(response.statusCode, code, name)
        const after = await things.read('ada')
        t.strictSame(after.content, stored ?? ada, `${name}: what is stored`)
        if (stored === undefined) t.equal(after.revision, before.revision, name)
        else t.strictSame(response.json(), (await send(app, version, 'GET', '/things/ada')).json(), `${name}: what is answered`)
        await things.delete('ada')
      }
    })

    t.test('content is judged by the schema of its version, and the result by the latest', async (t) => {
      const { app, things } = await declare(t)
      const { revision } = await things.create(ada, { id: 'ada' })
      const long = 'x'.repeat(21)
      for (const [version, content] of [
        ['1.0', {}], ['1.0', { name: 5 }], ['1.0', { name: 'ab' }], ['1.0', { name: 'Ada King', mail: 'x' }], ['1.0', { name: 'Ada King', score: 5 }], ['1.0', shown['2.0']], ['1.0', ada],
        ['2.0', shown['1.0']], ['2.0', { first: 'A' }], ['2.0', { first: 'A', last: '' }], ['2.0', ada], ['3.0', shown['1.0']], ['3.0', shown['2.0']], ['3.0', { ...ada, level: 'high' }],
        // Fits version 1.0, but what it maps to does not fit 3.0.
        ['1.0', { name: 'Ada' }], ['1.0', { name: `${long} King` }], ['1.0', { name: `Ada ${long}` }], ['1.0', { name: '   ' }]
      ] as const) {
        const name = `${JSON.stringify(content)} through ${version}`
        refused(t, await send(app, version, 'PUT', '/things/ada', content), 400, `PUT ${name}`)
        refused(t, await send(app, version, 'PUT', '/things/new', content), 400, `PUT that would create ${name}`)
        refused(t, await send(app, version, 'POST', '/things', content), 400, `POST ${name}`)
      }
      refused(t, await send(app, '1.0', 'PATCH', '/things/ada', { name: 'Ada' }, { 'content-type': languages.merge }), 400, 'a patch whose result maps to what does not fit')
      refused(t, await send(app, '1.0', 'PUT', '/things/ada', {}, { 'if-match': '"stale"' }), 400, 'row 16 before row 19')
      refused(t, await send(app, '1.0', 'PUT', '/things/ada', shown['2.0'], { 'if-match': '"stale"' }), 400)
      refused(t, await send(app, '1.0', 'PUT', '/things/absent', {}, { 'if-match': '*' }), 400, 'row 16 before row 17')
      t.strictSame((await things.query()).results, [{ id: 'ada', revision, content: ada }], 'nothing was written')
      await fails(t, things.create({ ...shown['1.0'] }), 400)
      await fails(t, things.update('ada', { ...shown['2.0'] }), 400)
    })

    t.test('a version without schema or functions passes contents through', async (t) => {
      const { app, things } = await declare(t, { versions: { '1.0': {}, '2.0': { schema: schemas['1.0'] } } })
      t.equal((await send(app, '1.0', 'PUT', '/things/a', { name: 'Ada King' })).statusCode, 201)
      refused(t, await send(app, '1.0', 'PUT', '/things/a', { anything: 1 }), 400, 'the latest schema holds')
      t.strictSame(contentOf(await send(app, '2.0', 'GET', '/things/a')), { name: 'Ada King' })
      t.strictSame((await things.read('a')).content, { name: 'Ada King' })
    })

    t.test('upserts keep the version on both legs', async (t) => {
      const { app, things } = await declare(t)
      for (const version of ['1.0', '2.0']) {
        const [create, update] = [await send(app, version, 'PUT', `/things/${version}`, shown[version]), await send(app, version, 'PUT', `/things/${version}`, { ...shown[version], level: 'low' })]
        t.same([create.statusCode, update.statusCode], [201, 200], version)
        t.strictSame(contentOf(update), { ...shown[version], level: 'low' }, version)
        for (const response of [create, update]) t.equal(response.headers['content-api-version'], `protocol=2.1,resource=${version}`)
        t.equal((await things.read(version)).content['score'], 25)
      }
    })

    t.test('a tag that was read through one version guards writes through every other', async (t) => {
      const { app, things } = await declare(t)
      const names = ['1.0', '2.0', '3.0']
      for (const reader of names) {
        for (const writer of names) {
          const name = `${reader} then ${writer}`
          await things.create(ada, { id: 'ada' })
          const tag = tagOf(await send(app, reader, 'GET', '/things/ada'))
          const guarded = { 'if-match': tag }
          const unchanged = await send(app, writer, 'GET', '/things/ada', undefined, { 'if-none-match': tag })
          t.equal(unchanged.statusCode, 304, name)
          t.equal(unchanged.body, '')
          t.equal(tagOf(unchanged), tag, name)
          t.equal(unchanged.headers['vary'], 'Accept, Accept-API-Version', name)
          t.equal(unchanged.headers['content-api-version'], `protocol=2.1,resource=${writer}`, name)
          t.equal((await send(app, writer, 'GET', '/things/ada', undefined, guarded)).statusCode, 200, name)
          refused(t, await send(app, writer, 'PUT', '/things/ada', shown[writer], { 'if-none-match': tag }), 412, name)
          const patched = await send(app, writer, 'PATCH', '/things/ada', writer === '3.0' ? { score: 0 } : { level: 'low' }, { 'content-type': languages.merge, ...guarded })
          t.equal(patched.statusCode, 200, name)
          t.not(tagOf(patched), tag, name)
          for (const version of names) {
            t.equal((await send(app, version, 'GET', '/things/ada', undefined, { 'if-none-match': tag })).statusCode, 200, `${name}: changed for ${version}`)
            const stale = await send(app, version, 'PUT', '/things/ada', shown[version], guarded)
            refused(t, stale, 412, `${name}: stale for ${version}`)
            t.equal(tagOf(stale), tagOf(patched), name)
            refused(t, await send(app, version, 'DELETE', '/things/ada', undefined, guarded), 412, name)
          }
          t.equal((await send(app, reader, 'PUT', '/things/ada', shown[reader], { 'if-match': tagOf(patched) })).statusCode, 200, `${name}: and back`)
          const removed = await send(app, reader, 'DELETE', '/things/ada', undefined, { 'if-match': '*' })
          t.equal(removed.statusCode, 200)
          t.strictSame(contentOf(removed), shown[reader], `${name}: the last content`)
        }
      }
    })

    t.test('a representation by _mimeType is that of the version', async (t) => {
      const { app, things } = await declare(t)
      await things.create(ada, { id: 'ada' })
      const plain = await send(app, '1.0', 'GET', '/things/ada?_fields=name&_mimeType=text/plain')
      t.equal(plain.statusCode, 200)
      t.equal(plain.body, 'Ada King')
      t.equal(plain.headers['content-api-version'], 'protocol=2.1,resource=1.0')
      refused(t, await send(app, '1.0', 'GET', '/things/ada?_fields=mail&_mimeType=text/plain'), 404, 'a member of another version is absent')
    })

    t.test('lists that a version shows without some members stay whole while it does not change them', async (t) => {
      const items = [{ sku: 'a', price: 1 }, { sku: 'b', price: 2 }]
      const { app, things } = await declare(t, {
        versions: {
          '1.0': {},
          '2.0': { downgrade: ({ items, ...rest }: JsonObject) => ({ ...rest, items: (items as typeof items & JsonObject[]).map(({ sku }) => ({ sku: sku ?? null })) }) }
        }
      })
      await things.create({ items, note: 'x' }, { id: 'a' })
      const shownItems = [{ sku: 'a' }, { sku: 'b' }]
      t.strictSame(contentOf(await send(app, '1.0', 'PUT', '/things/a', { items: shownItems, note: 'y' })), { items: shownItems, note: 'y' })
      t.strictSame((await things.read('a')).content, { items, note: 'y' })
      t.strictSame(contentOf(await send(app, '1.0', 'PATCH', '/things/a', { note: null }, { 'content-type': languages.merge })), { items: shownItems })
      t.strictSame((await things.read('a')).content, { items })
      t.strictSame(contentOf(await send(app, '1.0', 'PUT', '/things/a', { items: [{ sku: 'c' }] })), { items: [{ sku: 'c' }] }, 'a list that changes is as it was sent')
    })

    t.test('members with the names of object members are ordinary in every version, and none reaches a prototype', async (t) => {
      const { app, things } = await declare(t, { versions: { '1.0': { upgrade: (content: JsonObject) => ({ ...content, up: true }) }, '2.0': { downgrade: ({ up, ...rest }: JsonObject) => rest } } })
      const content = { a: 1, hasOwnProperty: 'x', toString: 'z', valueOf: null }
      t.equal((await send(app, '1.0', 'PUT', '/things/a', content)).statusCode, 201)
      t.equal((await send(app, '1.0', 'PUT', '/things/a', { ...content, a: 2 })).statusCode, 200)
      t.strictSame(contentOf(await send(app, '1.0', 'GET', '/things/a')), { ...content, a: 2 })
      t.strictSame((await things.read('a')).content, { ...content, a: 2, up: true })
      t.equal((await send(app, '1.0', 'PUT', '/things/a', { a: 3 })).statusCode, 200)
      t.strictSame((await things.read('a')).content, { a: 3, up: true }, 'and can be removed')
      for (const payload of ['{"__proto__":{"polluted":1}}', '{"a":{"__proto__":{"polluted":1}}}']) {
        refused(t, await app.inject({ method: 'PUT', url: '/things/a', payload, headers: { 'content-type': 'application/json', 'accept-api-version': 'resource=1.0' } }), 400, payload)
      }
      t.equal(({} as Record<string, unknown>)['polluted'], undefined)
    })

    t.test('writes through all versions at once lose nothing', async (t) => {
      const { app, things } = await declare(t)
      for (let round = 0; round < 10; round++) {
        await things.create({ name: ada.name, score: 10 }, { id: 'x' })
        const answers = await Promise.all([
          send(app, '1.0', 'PATCH', '/things/x', { level: 'high' }, { 'content-type': languages.merge }),
          send(app, '2.0', 'PATCH', '/things/x', { mail: 'm' }, { 'content-type': languages.merge }),
          send(app, '3.0', 'PATCH', '/things/x', { tags: ['t'] }, { 'content-type': languages.merge }),
          send(app, '1.0', 'PATCH', '/things/x', { name: 'Eva King' }, { 'content-type': languages.merge })
        ])
        t.strictSame(answers.map(({ statusCode }) => statusCode), [200, 200, 200, 200])
        t.strictSame((await things.read('x')).content, { name: { ...ada.name, first: 'Eva' }, score: 75, mail: 'm', tags: ['t'] })
        const tag = tagOf(await send(app, '1.0', 'GET', '/things/x'))
        const guarded = await Promise.all(['1.0', '2.0'].map(async (version) => send(app, version, 'PATCH', '/things/x', { level: 'low' }, { 'content-type': languages.merge, 'if-match': tag })))
        t.strictSame(guarded.map(({ statusCode }) => statusCode).sort(), [200, 412], 'one of two with the same tag wins')
        await things.delete('x')
      }
    })

    t.test('the result of functions is judged like any content', async (t) => {
      const { app, things } = await declare(t, { versions: { '1.0': { upgrade: ({ n }: JsonObject) => ({ text: n === 0 ? 'a\u0000b' : n === 1 ? new Date(0) : n === 2 ? [undefined, 1] : { keep: 1, drop: undefined } }) }, '2.0': {} } })
      t.ok([400, 500].includes((await send(app, '1.0', 'PUT', '/things/a', { n: 0 })).statusCode), 'U+0000 is on no store')
      await fails(t, things.read('a'), 404)
      for (const [n, text] of [[1, '1970-01-01T00:00:00.000Z'], [2, [null, 1]], [3, { keep: 1 }]] as const) {
        t.equal((await send(app, '1.0', 'PUT', `/things/${n}`, { n })).statusCode, 201)
        t.strictSame((await things.read(String(n))).content, { text }, 'as JSON has it')
      }
    })

    t.test('who asks is judged alike in all versions', async (t) => {
      const asked: string[] = []
      const { app, things } = await declare(t, {
        versions: { ...people, '1.0': { ...people['1.0'], actions: { go: { handler: () => 1 } } } },
        authorize: ({ operation, action, id }: { operation: string, action?: string, id?: string }) => { asked.push([operation, action, id].filter(Boolean).join(' ')); return operation !== 'delete' }
      })
      await things.create(ada, { id: 'ada' })
      for (const [version, method, url, payload, expected] of [
        ['1.0', 'GET', '/things/ada', undefined, 'read ada'], ['1.0', 'PUT', '/things/ada', shown['1.0'], 'update ada,create ada'], ['1.0', 'POST', '/things/ada?_action=go', undefined, 'action go ada'], ['2.0', 'GET', '/things', undefined, 'query']
      ] as const) {
        t.equal((await send(app, version, method, url, payload)).statusCode, 200)
        t.strictSame(asked.splice(0).sort().join(), expected.split(',').sort().join(), `${method} ${url}`)
      }
      const refusal = await send(app, '1.0', 'DELETE', '/things/ada')
      refused(t, refusal, 403)
      t.equal(refusal.headers['content-api-version'], undefined, 'row 9 before row 10')
    })

    t.test('a required revision is required of every version', async (t) => {
      const { app, things } = await declare(t, { revision: 'required' })
      const { revision } = await things.create(ada, { id: 'ada' })
      for (const version of ['1.0', '2.0', '3.0']) {
        refused(t, await send(app, version, 'PUT', '/things/ada', shown[version]), 428)
        refused(t, await send(app, version, 'PATCH', '/things/ada', []), 428)
        refused(t, await send(app, version, 'DELETE', '/things/ada'), 428)
        t.equal((await send(app, version, 'PUT', '/things/ada', shown[version], { 'if-match': `"${revision}"` })).statusCode, 200)
      }
    })

    t.test('filters, sort keys and pages speak of the stored shape, fields of the version', async (t) => {
      const { app, things } = await declare(t, { indexes: ['/score'] })
      for (const [id, score] of [['a', 80], ['b', 10], ['c', 60]] as const) await things.create({ ...ada, score }, { id })
      const ids = async (version: string, words: string): Promise<unknown> => {
        const response = await send(app, version, 'GET', `/things${words}`)
        t.equal(response.statusCode, 200, words)
        return response.json().result.map(({ _id }: { _id: string }) => _id).join('')
      }
      for (const version of ['1.0', '2.0', '3.0']) {
        t.equal(await ids(version, query('score ge 60')), 'ac', version)
        t.equal(await ids(version, query('name/title eq "Countess"', '&_sortKeys=score')), 'bca', version)
        t.equal(await ids(version, query('level eq "high"')), '', `${version}: level is not stored`)
        t.equal(await ids(version, query('name eq "Ada King"')), '', `${version}: nor is the whole name`)
        t.equal(await ids(version, query('tags co "b"', '&_sortKeys=-score')), 'acb', version)
        const first = (await send(app, version, 'GET', `/things${query('true', '&_sortKeys=-score&_pageSize=2&_totalPagedResultsPolicy=EXACT')}`)).json()
        t.match(first, { resultCount: 2, totalPagedResults: 3, totalPagedResultsPolicy: 'EXACT' }, version)
        t.equal(await ids(version, query('true', `&_sortKeys=-score&_pageSize=2&_pagedResultsCookie=${first.pagedResultsCookie}`)), 'b', `${version}: the next page`)
      }
      t.match((await send(app, '1.0', 'GET', `/things${query('score ge 60', '&_fields=level')}`)).json().result, [{ _id: 'a', level: 'high' }, { _id: 'c', level: 'high' }])
      t.notMatch((await send(app, '1.0', 'GET', `/things${query('true', '&_fields=score,mail,tags')}`)).body, /mail|tags|score/)
      t.match((await send(app, '1.0', 'GET', '/things')).json().result, [{ level: 'high' }, { level: 'low' }, { level: 'high' }])
      t.match((await app.inject({ url: `/things${query('score ge 60', '&_countOnly=true')}`, headers: { 'accept-api-version': 'protocol=2.2,resource=1.0' } })).json(), { result: [], resultCount: 0, totalPagedResults: 2 })
    })

    t.test('unique speaks of the stored shape', async (t) => {
      const { app, things } = await declare(t, { unique: ['/mail', ['/name/first', '/name/last']] })
      await things.create(ada, { id: 'ada' })
      for (const [method, url] of [['PUT', '/things/eva'], ['POST', '/things']] as const) {
        const fault = refused(t, await send(app, '1.0', method, url, shown['1.0']), 409, method)
        t.match(JSON.stringify(fault.detail), '/name/first')
        t.match(JSON.stringify(refused(t, await send(app, '2.0', method, url, { ...shown['2.0'], first: 'Eva' }), 409, method).detail), '/mail')
      }
      t.equal((await send(app, '1.0', 'PUT', '/things/eva', { name: 'Eva King' })).statusCode, 201)
      refused(t, await send(app, '1.0', 'PATCH', '/things/eva', { name: 'Ada King' }, { 'content-type': languages.merge }), 409)
      refused(t, await send(app, '2.0', 'PATCH', '/things/eva', { mail: 'ada@x' }, { 'content-type': languages.merge }), 409)
      t.equal((await send(app, '1.0', 'PUT', '/things/ada', { name: 'Ada King', level: 'low' })).statusCode, 200, 'its own values are no clash')
    })

    t.test('prepare, allow and onChange speak of the stored shape', async (t) => {
      const asked: unknown[] = []
      const { app, things } = await declare(t, {
        prepare: ({ operation, before, content }: Record<string, JsonObject>) => { asked.push({ prepare: operation, before, content: structuredClone(content) }); return { ...content, tags: ['prepared'] } },
        allow: ({ operation, document: { content } }: { operation: string, document: { content: JsonObject } }) => { asked.push({ allow: operation, content }); return content['mail'] !== 'secret' || 'hide' },
        onChange: ({ operation, before, after }: Record<string, JsonObject>) => { asked.push({ change: operation, before, after }) }
      })
      const told = (): unknown[] => asked.splice(0)
      const one = { name: { first: 'Ada', last: 'King' }, score: 75 }
      const prepared = { ...one, tags: ['prepared'] }
      t.equal((await send(app, '1.0', 'PUT', '/things/a', shown['1.0'])).statusCode, 201)
      t.strictSame(told(), [{ prepare: 'create', before: undefined, content: one }, { allow: 'create', content: prepared }, { change: 'create', before: undefined, after: prepared }])
      const two = { ...prepared, score: 25 }
      t.equal((await send(app, '1.0', 'PUT', '/things/a', { name: 'Ada King', level: 'low' })).statusCode, 200)
      t.strictSame(told(), [{ allow: 'update', content: prepared }, { prepare: 'update', before: prepared, content: two }, { allow: 'update', content: two }, { change: 'update', before: prepared, after: two }])
      t.equal((await send(app, '2.0', 'PATCH', '/things/a', { mail: 'x' }, { 'content-type': languages.merge })).statusCode, 200)
      const three = { ...two, mail: 'x' }
      t.strictSame(told(), [{ allow: 'patch', content: two }, { prepare: 'patch', before: two, content: three }, { allow: 'patch', content: three }, { change: 'patch', before: two, after: three }])
      t.equal((await send(app, '1.0', 'GET', '/things/a')).statusCode, 200)
      t.strictSame(told(), [{ allow: 'read', content: three }])
      refused(t, await send(app, '2.0', 'PATCH', '/things/a', { mail: 'secret' }, { 'content-type': languages.merge }), 403, 'the result is judged')
      told()
      await things.create({ ...ada, mail: 'secret' }, { id: 'b' })
      told()
      for (const [method, payload] of [['GET'], ['PUT', shown['1.0']], ['DELETE']] as const) refused(t, await send(app, '1.0', method, '/things/b', payload), 404, `hidden: ${method}`)
      t.match((await send(app, '1.0', 'GET', '/things?_totalPagedResultsPolicy=EXACT')).json(), { resultCount: 1, totalPagedResults: 1 })
      told()
      t.equal((await send(app, '1.0', 'DELETE', '/things/a')).statusCode, 200)
      t.strictSame(told(), [{ allow: 'delete', content: three }, { change: 'delete', before: three, after: undefined }])
    })

    t.test('readOnly speaks of the stored shape', async (t) => {
      const { app, things } = await declare(t, {
        versions: {
          '1.0': { upgrade: ({ made, ...rest }: JsonObject) => ({ ...rest, ...(made !== undefined && { created: made }) }) },
          '2.0': { downgrade: ({ created, by, ...rest }: JsonObject) => ({ ...rest, ...(created !== undefined && { made: created }) }) }
        },
        readOnly: ['/created', '/by']
      })
      refused(t, await send(app, '1.0', 'POST', '/things', { name: 'x', made: 1 }), 400, 'on create')
      const stored = { name: 'x', created: 1, by: 'me' }
      const { revision } = await things.create(stored, { id: 'a' })
      t.strictSame(contentOf(await send(app, '1.0', 'GET', '/things/a')), { name: 'x', made: 1 })
      refused(t, await send(app, '1.0', 'PUT', '/things/a', { name: 'x', made: 2 }), 400, 'another value')
      refused(t, await send(app, '1.0', 'PATCH', '/things/a', { made: 2 }, { 'content-type': languages.merge }), 400, 'patched')
      t.equal((await things.read('a')).revision, revision)
      for (const [content, name] of [[{ name: 'y', made: 1 }, 'y'], [{ name: 'z' }, 'z']] as const) {
        t.equal((await send(app, '1.0', 'PUT', '/things/a', content)).statusCode, 200, JSON.stringify(content))
        t.strictSame((await things.read('a')).content, { ...stored, name }, JSON.stringify(content))
      }
      t.equal((await send(app, '2.0', 'PUT', '/things/a', { name: 'q' })).statusCode, 200)
      t.strictSame((await things.read('a')).content, { ...stored, name: 'q' })
    })

    t.test('a write-only member leaves by no version, whatever that calls it', async (t) => {
      const { app, things } = await declare(t, {
        versions: {
          '1.0': { upgrade: ({ pin, ...rest }: JsonObject) => ({ ...rest, ...(pin !== undefined && { secret: pin }) }) },
          '2.0': { downgrade: ({ secret, ...rest }: JsonObject) => ({ ...rest, ...(secret !== undefined && { pin: secret }) }) },
          '3.0': {}
        },
        writeOnly: ['/secret']
      })
      const stored = async (): Promise<unknown> => (await things.read('a')).content
      const created = await send(app, '1.0', 'PUT', '/things/a', { name: 'x', pin: '4711' })
      t.equal(created.statusCode, 201)
      t.strictSame(await stored(), { name: 'x', secret: '4711' })
      const answers = [created]
      for (const version of ['1.0', '2.0', '3.0']) {
        for (const url of ['/things/a', '/things', '/things/a?_fields=pin,secret', '/things?_fields=pin,secret,*']) answers.push(await send(app, version, 'GET', url))
        answers.push(await send(app, version, 'PUT', '/things/a', { name: version }))
        t.strictSame(await stored(), { name: version, secret: '4711' }, `kept by a PUT through ${version}`)
        answers.push(await send(app, version, 'PATCH', '/things/a', { name: `patched ${version}` }, { 'content-type': languages.merge }))
        t.strictSame(await stored(), { name: `patched ${version}`, secret: '4711' }, `kept by a PATCH through ${version}`)
      }
      for (const [version, member] of [['1.0', 'pin'], ['2.0', 'secret'], ['3.0', 'secret']] as const) {
        for (const [type, patch] of [
          [languages.list, [{ operation: 'copy', from: `/${member}`, field: '/name' }]],
          [languages.list, [{ operation: 'move', from: `/${member}`, field: '/name' }]],
          [languages.json, [{ op: 'copy', from: `/${member}`, path: '/name' }]],
          [languages.json, [{ op: 'test', path: `/${member}`, value: '4711' }]]
        ] as const) {
          const response = await send(app, version, 'PATCH', '/things/a', patch, { 'content-type': type })
          t.ok([400, 409].includes(response.statusCode), `${JSON.stringify(patch)} through ${version} is ${response.statusCode}`)
          answers.push(response)
        }
        answers.push(await send(app, version, 'PATCH', '/things/a', [{ operation: 'increment', field: `/${member}`, value: 1 }]))
        t.match((await stored()) as object, { secret: '4711' })
        for (const filter of [`${member} eq "4711"`, `${member} sw "4"`]) {
          const response = await send(app, version, 'GET', `/things${query(filter)}`)
          if (member === 'secret') refused(t, response, 400, filter)
          else t.equal(response.json().resultCount, 0, `${filter} is not stored`)
        }
        refused(t, await send(app, version, 'GET', '/things?_sortKeys=secret'), 400, version)
        t.equal((await send(app, version, 'PATCH', '/things/a', [{ operation: 'replace', field: `/${member}`, value: version }])).statusCode, 200, `replaced through ${version}`)
        t.match((await stored()) as object, { secret: version })
        t.equal((await send(app, version, 'PUT', '/things/a', { name: 'x', [member]: '4711' })).statusCode, 200)
        t.strictSame(await stored(), { name: 'x', secret: '4711' }, `put through ${version}`)
      }
      answers.push(await send(app, '1.0', 'DELETE', '/things/a'))
      for (const { body, statusCode } of answers) t.notMatch(body, /4711/, `${statusCode} ${body}`)
    })

    t.test('expires and tombstones hold for every version', async (t) => {
      const { app, things } = await declare(t, {
        versions: {
          '1.0': { upgrade: ({ end, ...rest }: JsonObject) => ({ ...rest, ...(end !== undefined && { until: end }) }) },
          '2.0': { downgrade: ({ until, ...rest }: JsonObject) => ({ ...rest, ...(until !== undefined && { end: until }) }) }
        },
        expires: '/until',
        tombstones: true
      })
      refused(t, await send(app, '1.0', 'PUT', '/things/a', { end: 'tomorrow' }), 400, 'no date')
      t.equal((await send(app, '1.0', 'PUT', '/things/old', { end: '2020-01-01T00:00:00Z' })).statusCode, 201)
      await things.create({ n: 1 }, { id: 'gone' })
      t.equal((await send(app, '1.0', 'DELETE', '/things/gone')).statusCode, 200)
      for (const id of ['old', 'gone']) {
        for (const version of ['1.0', '2.0']) {
          for (const [method, payload, headers] of [['GET'], ['PUT', {}], ['PUT', {}, { 'if-none-match': '*' }], ['PATCH', []], ['DELETE']] as ReadonlyArray<readonly [Method, unknown?, Record<string, string>?]>) {
            refused(t, await send(app, version, method, `/things/${id}`, payload, headers), 410, `${method} ${id} through ${version}`)
          }
          refused(t, await send(app, version, 'POST', '/things', { _id: id }), 409, version)
        }
      }
      t.equal((await send(app, '1.0', 'GET', '/things')).json().resultCount, 0)
    })

    t.test('functions may stand with what they take, with the older or with the newer neighbour', async (t) => {
      for (const [placement, versions] of [
        ['what they take', people],
        ['the older', { '1.0': { schema: schemas['1.0'], upgrade: split, downgrade: join2 }, '2.0': { schema: schemas['2.0'], upgrade: nest, downgrade: flatten }, '3.0': { schema: schemas['3.0'] } }],
        ['the newer', { '3.0': { schema: schemas['3.0'], upgrade: nest, downgrade: flatten }, '2.0': { schema: schemas['2.0'], upgrade: split, downgrade: join2 }, '1.0': { schema: schemas['1.0'] } }]
      ] as const) {
        const { app, things } = await declare(t, { versions })
        await things.create(ada, { id: 'ada' })
        for (const version of ['1.0', '2.0', '3.0']) t.strictSame(contentOf(await send(app, version, 'GET', '/things/ada')), shown[version], `with ${placement}: ${version}`)
        t.equal((await send(app, '1.0', 'PUT', '/things/ada', { name: 'Eva King', level: 'low' })).statusCode, 200)
        t.strictSame((await things.read('ada')).content, { ...ada, name: { ...ada.name, first: 'Eva' }, score: 25 }, `with ${placement}`)
      }
    })

    t.test('functions get copies, and neither _id nor _rev nor undefined members are theirs to set', async (t) => {
      const spoil = (content: JsonObject): object => {
        const name = content['name'] as { first?: string }
        name.first = 'spoilt'
        delete (content as { tags?: unknown }).tags
        return { ...content, _id: 'spoof', _rev: 'spoof', nothing: undefined }
      }
      const { app, things } = await declare(t, { versions: { '1.0': { upgrade: spoil }, '2.0': { downgrade: spoil } } })
      const { revision } = await things.create(ada, { id: 'ada' })
      const { tags, ...rest } = ada
      for (const url of ['/things/ada', '/things/ada']) t.strictSame((await send(app, '1.0', 'GET', url)).json(), { _id: 'ada', _rev: revision, ...rest, name: { ...ada.name, first: 'spoilt' } })
      t.strictSame((await send(app, '1.0', 'GET', '/things')).json().result, [{ _id: 'ada', _rev: revision, ...rest, name: { ...ada.name, first: 'spoilt' } }])
      t.strictSame((await things.read('ada')).content, ada, 'the stored document is its own')
      const created = await send(app, '1.0', 'PUT', '/things/eva', { name: { first: 'Eva' } })
      t.match(created.json(), { _id: 'eva', name: { first: 'spoilt' } })
      t.strictSame((await things.read('eva')).content, { name: { first: 'spoilt' } })
      refused(t, await send(app, '1.0', 'GET', '/things/spoof'), 404)
    })

    t.test('a function that throws BadRequest is 400, and nothing is written', async (t) => {
      const picky = (from: string, to: string) => ({ [from]: value, ...rest }: JsonObject): JsonObject => {
        if (value === 'bad') throw new BadRequest(`${from} is bad`, { detail: { member: from } })
        return { ...rest, [to]: value ?? null }
      }
      const { app, things } = await declare(t, { versions: { '1.0': { upgrade: picky('a', 'b') }, '2.0': { downgrade: picky('b', 'a') } } })
      const { revision } = await things.create({ b: 'good' }, { id: 'x' })
      for (const [method, url, payload, type] of [['PUT', '/things/x', { a: 'bad' }], ['PUT', '/things/new', { a: 'bad' }], ['POST', '/things', { a: 'bad' }], ['PATCH', '/things/x', { a: 'bad' }, languages.merge]] as const) {
        const fault = refused(t, await send(app, '1.0', method, url, payload, type === undefined ? {} : { 'content-type': type }), 400, `${method} ${url}`)
        t.match(fault, { message: 'a is bad', detail: { member: 'a' } })
      }
      t.strictSame((await things.query()).results, [{ id: 'x', revision, content: { b: 'good' } }])
      await things.create({ b: 'bad' }, { id: 'y' })
      t.match(refused(t, await send(app, '1.0', 'GET', '/things/y'), 400), { message: 'b is bad', detail: { member: 'b' } })
      refused(t, await send(app, '1.0', 'GET', '/things'), 400, 'in a query')
      t.equal((await send(app, '2.0', 'GET', '/things')).json().resultCount, 2, 'other versions are not touched')
    })

    t.test('a write whose answer throws BadRequest is 400, and nothing is written', async (t) => {
      const { app, things } = await declare(t, {
        versions: {
          '1.0': { upgrade: ({ a }: JsonObject) => ({ b: a ?? null }) },
          '2.0': { downgrade: ({ b }: JsonObject) => { if (b === 'unspeakable') throw new BadRequest('cannot be shown'); return { a: b ?? null } } }
        }
      })
      const { revision } = await things.create({ b: 'good' }, { id: 'x' })
      for (const [method, url, type] of [['PUT', '/things/x', 'list'], ['PUT', '/things/new', 'list'], ['POST', '/things', 'list'], ['PATCH', '/things/x', 'merge']] as const) {
        refused(t, await send(app, '1.0', method, url, { a: 'unspeakable' }, { 'content-type': languages[type] }), 400, `${method} ${url}`)
      }
      t.strictSame((await things.query()).results, [{ id: 'x', revision, content: { b: 'good' } }])
    })

    t.test('a function that fails or returns nonsense is 500, leaks nothing, and nothing is written', async (t) => {
      const circular: Record<string, unknown> = {}
      circular['self'] = circular
      const rejected = Promise.reject(new Error('secret'))
      rejected.catch(() => {})
      let result: () => unknown = () => ({})
      const { app, things } = await declare(t, {
        versions: {
          '1.0': { upgrade: (content: JsonObject) => content['up'] === true ? result() : content },
          '2.0': { downgrade: (content: JsonObject) => content['down'] === true ? result() : content }
        }
      })
      const nonsense: ReadonlyArray<readonly [string, () => unknown]> = [
        ['undefined', () => undefined], ['null', () => null], ['a text', () => 'secret'], ['a number', () => 5], ['a list', () => []], ['a list of objects', () => [{}]], ['a function', () => () => ({})],
        ['a promise', async () => ({})], ['a promise that fails', () => rejected], ['a bigint', () => ({ n: 1n })], ['a circle', () => circular], ['a failure', () => { throw new Error('secret') }],
        ['a TypeError', () => (undefined as unknown as { secret: string }).secret], ['no error at all', () => { throw Object.assign(Object.create(null), { secret: 1 }) }], ['a bare undefined', () => { throw undefined as unknown }] // eslint-disable-line no-throw-literal
      ]
      const requests: ReadonlyArray<readonly [string, Method, string, object?, string?]> = [
        ['what is stored', 'GET', '/things/down'], ['what is stored', 'GET', '/things'], ['what is stored', 'PUT', '/things/down', { fine: true }], ['what is stored', 'PATCH', '/things/down', { fine: true }, languages.merge],
        ['what is sent', 'PUT', '/things/fine', { up: true }], ['what is sent', 'PUT', '/things/new', { up: true }], ['what is sent', 'POST', '/things', { up: true }], ['what is sent', 'PATCH', '/things/fine', { up: true }, languages.merge],
        ['the answer', 'PUT', '/things/fine', { down: true }], ['the answer', 'PUT', '/things/new', { down: true }], ['the answer', 'POST', '/things', { down: true }], ['the answer', 'PATCH', '/things/fine', { down: true }, languages.merge], ['the answer', 'DELETE', '/things/down']
      ]
      for (const [mapped, method, url, payload, type] of requests) {
        await t.test(`${mapped}: ${method} ${url}`, async (t) => {
          for (const [what, make] of nonsense) {
            for (const { id } of (await things.query()).results) await things.delete(id)
            await things.create({ down: true }, { id: 'down' })
            await things.create({ fine: true }, { id: 'fine' })
            const before = (await things.query()).results
            result = make
            const response = await send(app, '1.0', method, url, payload, type === undefined ? {} : { 'content-type': type })
            refused(t, response, 500, what)
            t.notMatch(response.body, 'secret', what)
            t.strictSame((await things.query()).results, before, `${what}: nothing is written`)
          }
        })
      }
      for (const { id } of (await things.query()).results) await things.delete(id)
      await things.create({ down: true }, { id: 'down' })
      await things.create({ fine: true }, { id: 'fine' })
      result = () => null
      t.equal((await send(app, '2.0', 'GET', '/things')).statusCode, 200, 'the latest version needs no function')
      t.equal((await send(app, '1.0', 'GET', `/things${query('fine eq true')}`)).statusCode, 200, 'nor do documents that are not asked for')
    })

    t.test('functions are asked only for what fits the schema of their version', async (t) => {
      const { app } = await declare(t, { versions: { '1.0': { schema: Type.Object({ name: Type.String() }), upgrade: ({ name }: JsonObject) => ({ name: (name as string).toUpperCase() }) }, '2.0': {} } })
      for (const content of [{}, { name: 5 }, { name: null }]) refused(t, await send(app, '1.0', 'PUT', '/things/a', content), 400, JSON.stringify(content))
      t.equal((await send(app, '1.0', 'PUT', '/things/a', { name: 'x' })).statusCode, 201)
    })

    t.test('a version has its own actions, beside and before those of the resource', async (t) => {
      const handler = (by: string) => async ({ id, content, resource }: { id?: string, content?: unknown, resource: CollectionHandle }) => ({ by, id, content, stored: id === undefined ? undefined : (await resource.read(id)).content })
      const { app, things } = await declare(t, {
        versions: {
          '1.0': { ...people['1.0'], actions: { both: { handler: handler('1.0') }, old: { on: ['instance', 'collection'], content: Type.Object({ n: Type.Number() }), handler: handler('1.0') }, quiet: { handler: () => undefined } } },
          '2.0': people['2.0'],
          '3.0': { ...people['3.0'], actions: { both: { handler: handler('3.0') }, fresh: { result: Type.String(), handler: () => 5 } } }
        },
        actions: { both: { handler: handler('resource') }, shared: { handler: handler('resource') } }
      })
      await things.create(ada, { id: 'ada' })
      for (const [version, action, by, content] of [
        ['1.0', 'both', '1.0'], ['2.0', 'both', 'resource'], ['3.0', 'both', '3.0'], ['1.0', 'shared', 'resource'], ['2.0', 'shared', 'resource'], ['3.0', 'shared', 'resource'],
        ['1.0', 'old', '1.0', { n: 1 }], ['2.0', 'old'], ['3.0', 'old'], ['1.0', 'fresh'], ['2.0', 'fresh'], ['2.0', 'quiet'], ['1.0', 'toString'], ['1.0', '']
      ] as const) {
        const name = `${action} of ${version}`
        const response = await send(app, version, 'POST', `/things/ada?_action=${action}`, content)
        if (by === undefined) {
          refused(t, response, 501, name)
        } else {
          t.equal(response.statusCode, 200, name)
          t.strictSame(response.json(), { by, id: 'ada', ...(content !== undefined && { content }), stored: ada }, name)
        }
        t.equal(response.headers['content-api-version'], `protocol=2.1,resource=${version}`, name)
      }
      refused(t, await send(app, '1.0', 'POST', '/things/ada?_action=old', { n: 'x' }), 400, 'content of another kind')
      refused(t, await send(app, '2.0', 'POST', '/things/ada?_action=old', { n: 'x' }), 501, 'row 12 before row 16')
      refused(t, await send(app, '3.0', 'POST', '/things/ada?_action=fresh'), 500, 'a result of another kind')
      t.equal((await send(app, '1.0', 'POST', '/things/ada?_action=quiet')).statusCode, 204)
      t.equal((await send(app, '1.0', 'POST', '/things?_action=old', { n: 1 })).statusCode, 200)
      refused(t, await send(app, '3.0', 'POST', '/things?_action=old', { n: 1 }), 501)
      refused(t, await send(app, '1.0', 'POST', '/things/absent?_action=both'), 404)
      t.match(await things.action('both', { id: 'ada' }), { by: '3.0' }, 'in process')
      t.match(await things.action('shared', { id: 'ada' }), { by: 'resource' }, 'in process')
      await fails(t, things.action('old', { id: 'ada', content: { n: 1 } }), 501, 'in process')
    })

    t.test('Allow is the union over the versions, and what the selected one lacks is 501', async (t) => {
      const document = { id: 'a', revision: '1', content: {} }
      const { app } = await declare(t, {
        versions: {
          '1.0': { provider: { read: () => document, delete: () => document } },
          '2.0': { provider: { query: () => ({ results: [] }) }, actions: { go: { handler: () => 1 } } }
        }
      })
      const allow = async (url: string): Promise<unknown> => String((await send(app, undefined, 'OPTIONS', url)).headers['allow']).split(', ').sort()
      t.strictSame(await allow('/things'), ['GET', 'HEAD', 'OPTIONS'])
      t.strictSame(await allow('/things/a'), ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'POST'])
      for (const [version, method, url, code] of [
        ['1.0', 'GET', '/things/a', 200], ['1.0', 'DELETE', '/things/a', 200], ['1.0', 'GET', '/things', 501], ['1.0', 'POST', '/things/a?_action=go', 501], ['1.0', 'PUT', '/things/a', 405], ['1.0', 'POST', '/things', 405],
        ['2.0', 'GET', '/things/a', 501], ['2.0', 'HEAD', '/things/a', 501], ['2.0', 'DELETE', '/things/a', 501], ['2.0', 'GET', '/things', 200], ['2.0', 'PATCH', '/things/a', 405]
      ] as const) {
        const response = await send(app, version, method, url, method === 'PUT' || method === 'PATCH' ? {} : undefined)
        t.equal(response.statusCode, code, `${method} ${url} through ${version}`)
        if (code === 405) t.strictSame(String(response.headers['allow']).split(', ').sort(), await allow(url))
      }
      const plain = await declare(t, { versions: { '1.0': { actions: { go: { handler: () => 1 } } }, '2.0': {} }, operations: ['read'] })
      t.strictSame(String((await send(plain.app, undefined, 'OPTIONS', '/things/a')).headers['allow']).split(', ').sort(), ['GET', 'HEAD', 'OPTIONS', 'POST'])
      refused(t, await send(plain.app, '2.0', 'POST', '/things/a?_action=go'), 501)
      refused(t, await send(plain.app, '1.0', 'PUT', '/things/a', {}), 405)
    })

    t.test('a version with a provider of its own gets contents in its own shape', async (t) => {
      const { provider, documents, given } = mapProvider()
      const { app, things } = await declare(t, { versions: { '1.0': { schema: schemas['1.0'], provider, deprecated: new Date(0) }, '2.0': { schema: schemas['2.0'], upgrade: nest }, '3.0': { schema: schemas['3.0'], downgrade: flatten } } })
      await things.create(ada, { id: 'ada' })
      refused(t, await send(app, '1.0', 'GET', '/things/ada'), 404, 'it is not in the store')
      const created = await send(app, '1.0', 'PUT', '/things/eva', { name: 'Eva King' })
      t.equal(created.statusCode, 201)
      t.equal(created.headers['deprecation'], '@0')
      t.strictSame(created.json(), { _id: 'eva', _rev: '1', name: 'Eva King' })
      t.strictSame(documents.get('eva')?.content, { name: 'Eva King' }, 'nothing is mapped')
      refused(t, await send(app, '2.0', 'GET', '/things/eva'), 404, 'and it is in no store')
      t.strictSame((await send(app, '1.0', 'PATCH', '/things/eva', [{ operation: 'replace', field: '/level', value: 'low' }], { 'if-match': '"1"' })).json(), { _id: 'eva', _rev: '2', name: 'Eva King', level: 'low' })
      t.match(given.at(-1), { operation: 'update', id: 'eva', content: { name: 'Eva King', level: 'low' }, revision: '1' })
      refused(t, await send(app, '1.0', 'PUT', '/things/eva', shown['2.0']), 400, 'its schema holds')
      refused(t, await send(app, '1.0', 'PUT', '/things/eva', { name: 'Eva King' }, { 'if-match': '"1"' }), 412)
      t.equal((await send(app, '1.0', 'GET', '/things/eva', undefined, { 'if-none-match': '"2"' })).statusCode, 304)
      t.strictSame(contentOf(await send(app, '1.0', 'GET', '/things/eva?_fields=level')), { level: 'low' })
      t.match((await send(app, '1.0', 'GET', `/things${query('name eq "x"')}`)).json().result, [{ _id: 'eva', name: 'Eva King' }])
      t.match(given.at(-1), { operation: 'query', filter: { kind: String } })
      t.equal((await send(app, '1.0', 'DELETE', '/things/eva')).statusCode, 200)
      t.strictSame(contentOf(await send(app, '2.0', 'GET', '/things/ada')), shown['2.0'], 'the others share the store')
      t.strictSame(contentOf(await send(app, '2.0', 'PUT', '/things/ada', { first: 'Eva', last: 'King' })), { first: 'Eva', last: 'King' })
      t.strictSame((await things.read('ada')).content, { name: { ...ada.name, first: 'Eva' }, tags: ada.tags })
    })

    t.test('where the latest version has a provider, documents have the shape of the latest without', async (t) => {
      const { provider, documents } = mapProvider()
      const { app, things } = await declare(t, { versions: { '1.0': { schema: schemas['1.0'], upgrade: split }, '2.0': { schema: schemas['2.0'], downgrade: join2 }, '3.0': { schema: schemas['3.0'], provider } } })
      t.equal((await send(app, '2.0', 'PUT', '/things/ada', shown['2.0'])).statusCode, 201)
      t.strictSame(contentOf(await send(app, '1.0', 'GET', '/things/ada')), shown['1.0'])
      t.equal((await send(app, '1.0', 'PUT', '/things/ada', { name: 'Eva King' })).statusCode, 200)
      t.strictSame(contentOf(await send(app, '2.0', 'GET', '/things/ada')), { first: 'Eva', last: 'King', mail: 'ada@x' })
      t.equal((await send(app, '1.0', 'GET', `/things${query('first eq "Eva"')}`)).json().resultCount, 1)
      await fails(t, things.read('ada'), 404, 'in process the latest version serves')
      await things.create(ada, { id: 'lovelace' })
      t.strictSame(documents.get('lovelace')?.content, ada)
      t.strictSame(contentOf(await send(app, '3.0', 'GET', '/things/lovelace')), ada)
      refused(t, await send(app, '2.0', 'GET', '/things/lovelace'), 404)
    })

    t.test('the versions of a resource with a provider share it', async (t) => {
      const { provider, documents, given } = mapProvider()
      const { app } = await declare(t, { provider })
      t.strictSame(contentOf(await send(app, '1.0', 'PUT', '/things/a', shown['1.0'])), shown['1.0'])
      t.strictSame(given.at(-1)?.['content'], { name: { first: 'Ada', last: 'King' }, score: 75 })
      documents.set('a', { id: 'a', revision: '9', content: ada })
      for (const version of ['1.0', '2.0', '3.0']) {
        t.strictSame(contentOf(await send(app, version, 'GET', '/things/a')), shown[version], version)
        t.strictSame((await send(app, version, 'GET', '/things')).json().result, [{ _id: 'a', _rev: '9', ...shown[version] }], version)
      }
      t.strictSame(contentOf(await send(app, '1.0', 'PUT', '/things/a', { name: 'Eva King', level: 'high' })), { name: 'Eva King', level: 'high' })
      t.match(given.at(-1), { operation: 'update', revision: '9', content: { ...ada, name: { ...ada.name, first: 'Eva' } } })
      t.strictSame(contentOf(await send(app, '2.0', 'PATCH', '/things/a', { mail: null }, { 'content-type': languages.merge })), { first: 'Eva', last: 'King', level: 'high' })
      t.match(given.at(-1), { operation: 'update', content: { score: 60, tags: ada.tags } })
      t.strictSame(contentOf(await send(app, '1.0', 'DELETE', '/things/a')), { name: 'Eva King', level: 'high' })
    })

    t.test('a singleton begins as its initial content in every version', async (t) => {
      const app = await buildApp(t, { options: { store: makeStore() } })
      const settings = app.resource('/settings', { kind: 'singleton', initial: ada, versions: people }) as unknown as SingletonHandle
      const { revision } = await settings.read()
      for (const version of ['1.0', '2.0', '3.0']) {
        const read = await send(app, version, 'GET', '/settings')
        t.strictSame(read.json(), { _rev: revision, ...shown[version] }, version)
        t.equal((await send(app, version, 'GET', '/settings', undefined, { 'if-none-match': tagOf(read) })).statusCode, 304, version)
        t.strictSame((await send(app, version, 'PUT', '/settings', read.json(), { 'if-match': tagOf(read) })).json()._rev, revision, `${version}: nothing changes`)
      }
      refused(t, await send(app, '1.0', 'PUT', '/settings', shown['1.0'], { 'if-none-match': '*' }), 412)
      refused(t, await send(app, '1.0', 'PUT', '/settings', shown['2.0']), 400)
      const written = await send(app, '1.0', 'PUT', '/settings', { name: 'Eva King', level: 'high' }, { 'if-match': `"${revision}"` })
      t.equal(written.statusCode, 200)
      t.strictSame((await settings.read()).content, { ...ada, name: { ...ada.name, first: 'Eva' } }, 'what 1.0 does not know is kept')
      refused(t, await send(app, '2.0', 'PUT', '/settings', shown['2.0'], { 'if-match': `"${revision}"` }), 412)
      const patched = await send(app, '1.0', 'PATCH', '/settings', { level: 'low' }, { 'content-type': languages.merge, 'if-match': tagOf(written) })
      t.strictSame(contentOf(patched), { name: 'Eva King', level: 'low' })
      t.match((await settings.read()).content, { score: 25, mail: 'ada@x', tags: ada.tags })
    })

    t.test('the first write of a singleton may be a patch, or a PUT where it is absent', async (t) => {
      const app = await buildApp(t, { options: { store: makeStore() } })
      const begun = app.resource('/begun', { kind: 'singleton', initial: ada, versions: people }) as unknown as SingletonHandle
      const absent = app.resource('/absent', { kind: 'singleton', versions: people }) as unknown as SingletonHandle
      t.equal((await send(app, '1.0', 'PATCH', '/begun', { name: 'Eva King' }, { 'content-type': languages.merge })).statusCode, 200)
      t.strictSame((await begun.read()).content, { ...ada, name: { ...ada.name, first: 'Eva' } })
      refused(t, await send(app, '1.0', 'GET', '/absent'), 404)
      refused(t, await send(app, '1.0', 'PATCH', '/absent', []), 404)
      refused(t, await send(app, '1.0', 'PUT', '/absent', shown['1.0'], { 'if-match': '*' }), 404)
      const created = await send(app, '1.0', 'PUT', '/absent', shown['1.0'])
      t.equal(created.statusCode, 201)
      t.strictSame(contentOf(created), shown['1.0'])
      t.strictSame((await absent.read()).content, { name: { first: 'Ada', last: 'King' }, score: 75 })
    })

    t.test('a lost race is tried again on what the winner left', async (t) => {
      const { store, before } = interfering(makeStore())
      const app = await buildApp(t, { options: { store } })
      const things = app.resource('/things', loose({ versions: people })) as CollectionHandle
      const low = { ...ada, score: 10 }
      for (const [what, version, method, payload, winner, expected] of [
        ['a PUT keeps the winner\'s mail', '1.0', 'PUT', { name: 'Eva King', level: 'low' }, { ...low, mail: 'won', tags: ['won'] }, { ...low, name: { ...ada.name, first: 'Eva' }, mail: 'won', tags: ['won'] }],
        ['a PUT writes over the winner\'s name', '1.0', 'PUT', { name: 'Eva King', level: 'low' }, { ...low, name: { first: 'Won', last: 'Won' } }, { ...low, name: { first: 'Eva', last: 'King' } }],
        ['a PUT of what the winner shows leaves its score', '1.0', 'PUT', { name: 'Ada King', level: 'high' }, { ...low, score: 60 }, { ...low, score: 60 }],
        ['a PATCH keeps all that it does not name', '1.0', 'PATCH', { level: 'high' }, { ...low, name: { first: 'Won', last: 'Won' }, mail: 'won' }, { ...low, name: { first: 'Won', last: 'Won' }, mail: 'won', score: 75 }],
        ['a PATCH through 2.0', '2.0', 'PATCH', { mail: null }, { ...low, mail: 'won', tags: ['won'] }, { name: ada.name, score: 10, tags: ['won'] }]
      ] as ReadonlyArray<readonly [string, string, Method, object, JsonObject, object]>) {
        await things.create(low, { id: 'x' })
        before(1, async (collection, { id, revision }) => { await collection.replace(id, revision, winner) })
        const response = await send(app, version, method, '/things/x', payload, method === 'PATCH' ? { 'content-type': languages.merge } : {})
        t.equal(response.statusCode, 200, what)
        const { revision, content } = await things.read('x')
        t.strictSame(content, expected, what)
        t.strictSame(response.json(), (await send(app, version, 'GET', '/things/x')).json(), `${what}: as it is answered`)
        before(1, async (collection, { id }) => { await collection.replace(id, revision, { ...low, mail: 'late' }) })
        refused(t, await send(app, version, method, '/things/x', method === 'PUT' ? { name: 'Late King' } : version === '1.0' ? { name: 'Late King' } : { first: 'Late' }, { 'if-match': `"${revision}"`, ...(method === 'PATCH' && { 'content-type': languages.merge }) }), 412, `${what}: not with If-Match`)
        t.strictSame((await things.read('x')).content, { ...low, mail: 'late' })
        await things.delete('x')
      }
      await things.create(low, { id: 'x' })
      before(20, async (collection, { id, revision }, left) => { await collection.replace(id, revision, { ...low, mail: `won ${left}` }) })
      refused(t, await send(app, '1.0', 'PUT', '/things/x', { name: 'Eva King' }), 409, 'lost for ever')
      t.match((await things.read('x')).content, { name: ada.name })
    })

    t.test('an upsert through an older version whose document appears meanwhile keeps what that does not know', async (t) => {
      const { store, before } = interfering(makeStore())
      const app = await buildApp(t, { options: { store } })
      const things = app.resource('/things', loose({ versions: people })) as CollectionHandle
      before(1, async (collection, { id }) => { await collection.insert(id, ada) })
      const response = await send(app, '1.0', 'PUT', '/things/x', { name: 'Eva King', level: 'high' })
      t.equal(response.statusCode, 200)
      t.strictSame((await things.read('x')).content, { ...ada, name: { ...ada.name, first: 'Eva' } })
    })
  })
}

// The law: a version changes what it knows, and nothing else. The model holds facts and knows of each version which
// of them it shows; it neither maps contents nor compares them.
interface Facts {
  first: string
  last: string
  title?: string
  score?: number
  mail?: string
  tags?: string[]
}

const namesOfVersions = ['1.0', '2.0', '3.0'] as const
type VersionName = typeof namesOfVersions[number]

const levelOf = ({ score }: Facts): object => score === undefined ? {} : { level: score >= 50 ? 'high' : 'low' }
const present = <Key extends keyof Facts>(facts: Facts, ...keys: Key[]): object => Object.fromEntries(keys.filter((key) => facts[key] !== undefined).map((key) => [key, facts[key]]))

function view (version: VersionName, facts: Facts): JsonObject {
  const { first, last } = facts
  switch (version) {
    case '1.0': return { name: `${first} ${last}`, ...levelOf(facts) } as JsonObject
    case '2.0': return { first, last, ...levelOf(facts), ...present(facts, 'mail') } as JsonObject
    case '3.0': return { name: { first, last, ...present(facts, 'title') }, ...present(facts, 'score', 'mail', 'tags') } as JsonObject
  }
}

/** The facts after `content` was written through a version; undefined where it is none of that version. */
function written (version: VersionName, content: JsonObject, before: Facts | undefined): Facts | undefined {
  const known = { '1.0': ['name', 'level'], '2.0': ['first', 'last', 'level', 'mail'], '3.0': ['name', 'score', 'mail', 'tags'] }[version]
  if (Object.keys(content).some((key) => !known.includes(key))) return undefined
  const name = version === '2.0' ? content : version === '1.0' ? nameParts(content['name']) : content['name'] as Facts | undefined
  if (typeof name !== 'object' || typeof name['first'] !== 'string' || typeof name['last'] !== 'string') return undefined
  const { level, score, mail, tags } = content as { level?: string, score?: number, mail?: string, tags?: string[] }
  if (level !== undefined && level !== 'low' && level !== 'high') return undefined
  const sameLevel = before !== undefined && level === (levelOf(before) as { level?: string }).level
  const scored = version === '3.0' ? score : sameLevel ? before.score : level === undefined ? undefined : level === 'high' ? 75 : 25
  const facts = {
    first: name['first'],
    last: name['last'],
    title: version === '3.0' ? (name as Facts).title : before?.title,
    score: scored,
    mail: version === '1.0' ? before?.mail : mail,
    tags: version === '3.0' ? tags : before?.tags
  }
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as unknown as Facts
}

function nameParts (name: unknown): Facts | undefined {
  const [first, last] = typeof name === 'string' ? name.split(' ') : []
  return first !== undefined && last !== undefined ? { first, last } : undefined
}

interface Edit { readonly member: string, readonly value: unknown }

type Step = { readonly version: VersionName, readonly id: string, readonly tag: 'none' | 'current' | 'stale' | 'star' } & (
  | { readonly kind: 'put' | 'insert' | 'post', readonly content: JsonObject }
  | { readonly kind: 'patch', readonly language: keyof typeof languages, readonly edits: readonly Edit[] }
  | { readonly kind: 'delete' | 'read' | 'query' }
)

const aName = fc.constantFrom('a', 'b', 'c')
const aLevel = fc.constantFrom('low', 'high')
const aMail = fc.constantFrom('m', 'n')
const aScore = fc.constantFrom(0, 25, 49, 50, 60, 75)
const someTags = fc.array(fc.constantFrom('s', 't'), { maxLength: 2 })
const fullName = fc.record({ first: aName, last: aName, title: aName }, { requiredKeys: ['first', 'last'] })

// Now and then a member that the version does not know, or a value that does not fit.
const contentsOf: Readonly<Record<VersionName, fc.Arbitrary<object>>> = {
  '1.0': fc.record({ name: fc.tuple(aName, aName).map((both) => both.join(' ')), level: aLevel }, { requiredKeys: ['name'] }),
  '2.0': fc.record({ first: aName, last: aName, level: aLevel, mail: aMail }, { requiredKeys: ['first', 'last'] }),
  '3.0': fc.record({ name: fullName, score: aScore, mail: aMail, tags: someTags }, { requiredKeys: ['name'] })
}
const members: Readonly<Record<VersionName, Readonly<Record<string, fc.Arbitrary<unknown>>>>> = {
  '1.0': { name: fc.tuple(aName, aName).map((both) => both.join(' ')), level: aLevel, mail: aMail },
  '2.0': { first: aName, last: aName, level: fc.oneof({ weight: 5, arbitrary: aLevel }, fc.constant('medium')), mail: aMail },
  '3.0': { name: fullName, 'name/title': aName, 'name/first': aName, score: aScore, mail: aMail, tags: someTags, level: aLevel }
}
const removed = Symbol('removed')

const editsOf = (version: VersionName): fc.Arbitrary<Edit[]> => fc.uniqueArray(
  fc.constantFrom(...Object.keys(members[version])).chain((member) => fc.oneof({ weight: 3, arbitrary: members[version][member] as fc.Arbitrary<unknown> }, fc.constant(removed)).map((value) => ({ member, value }))),
  { maxLength: 3, selector: ({ member }) => member.split('/')[0] }
)

const aStep: fc.Arbitrary<Step> = fc.constantFrom(...namesOfVersions).chain((version) => {
  const common = { version: fc.constant(version), id: fc.constantFrom('x', 'x', 'x', 'y'), tag: fc.constantFrom('none', 'none', 'none', 'current', 'star', 'stale') }
  const content = fc.oneof({ weight: 8, arbitrary: contentsOf[version] }, { weight: 1, arbitrary: fc.oneof(...Object.values(contentsOf)) }) as fc.Arbitrary<JsonObject>
  return fc.oneof(
    { weight: 4, arbitrary: fc.record({ ...common, kind: fc.constantFrom('put', 'put', 'put', 'insert', 'post'), content }) },
    { weight: 5, arbitrary: fc.record({ ...common, kind: fc.constant('patch'), language: fc.constantFrom('list', 'json', 'merge'), edits: editsOf(version) }) },
    { weight: 2, arbitrary: fc.record({ ...common, kind: fc.constantFrom('read', 'query') }) },
    { weight: 1, arbitrary: fc.record({ ...common, kind: fc.constant('delete') }) }
  ) as fc.Arbitrary<Step>
})

/** `edits` in one of the languages, and their result on `content`; undefined where a JSON Patch cannot be applied. */
function patchOf (language: keyof typeof languages, edits: readonly Edit[], content: JsonObject): { readonly patch: unknown, readonly result: JsonObject | undefined } {
  const result = structuredClone(content)
  let applies = true
  for (const { member, value } of edits) {
    const path = member.split('/')
    const last = String(path.pop())
    const parent = path.reduce<Record<string, unknown>>((object, key) => object[key] as Record<string, unknown>, result)
    if (value === removed && !(last in parent)) applies &&= language !== 'json'
    if (value === removed) delete parent[last]
    // A merge patch adds to an object where the others replace it.
    else parent[last] = (language === 'merge' && member === 'name' && typeof value === 'object' ? { ...parent[last] as object, ...value as object } : value)
  }
  const pointer = (member: string): string => `/${member}`
  const merge = edits.map(({ member, value }) => member.split('/').reduceRight<unknown>((inner, key) => ({ [key]: inner }), value === removed ? null : value) as object)
  const patches = {
    list: edits.map(({ member, value }) => value === removed ? { operation: 'remove', field: pointer(member) } : { operation: 'replace', field: pointer(member), value }),
    json: edits.map(({ member, value }) => value === removed ? { op: 'remove', path: pointer(member) } : { op: 'add', path: pointer(member), value }),
    merge: Object.assign({}, ...merge)
  }
  return { patch: patches[language], result: applies ? result : undefined }
}

// What no write through a version may touch.
const unknownTo: Readonly<Record<VersionName, ReadonlyArray<keyof Facts>>> = { '1.0': ['title', 'mail', 'tags'], '2.0': ['title', 'tags'], '3.0': [] }

// What the runs of both stores met: one store's runs alone are few enough to miss a rare answer now and then.
const reached = new Map<string, number>()

for (const [storeName, makeStore, numRuns] of [['memory', memoryStore, 500], ['SQLite', () => sqliteStore(':memory:'), 60]] as const) {
  t.test(`random reads and writes through random versions agree with a model on ${storeName}`, async (t) => {
    const app = await buildApp(t, { options: { store: makeStore() } })
    const things = app.resource('/runs/:run/things', loose({ versions: people })) as CollectionHandle
    let run = 0
    await fc.assert(fc.asyncProperty(contentsOf['3.0'], fc.array(aStep, { minLength: 4, maxLength: 16 }), async (begin, steps) => {
      const base = `/runs/${run++}/things`
      const params = { run: String(run - 1) }
      const documents = new Map<string, { facts: Facts, revision: string }>()
      const { id, revision, content } = await things.create(begin as JsonObject, { id: 'x', params })
      documents.set(id, { facts: written('3.0', content as JsonObject, undefined) as Facts, revision })
      const revisions = new Set([revision])
      for (const step of steps) {
        const { version, id, kind, tag } = step
        const entry = documents.get(id)
        const ifMatch = { none: undefined, current: `"${entry?.revision ?? 'none'}"`, stale: '"stale"', star: '*' }[kind === 'insert' || kind === 'post' || kind === 'query' ? 'none' : tag]
        const headers: Record<string, string> = { ...(ifMatch !== undefined && { [kind === 'read' ? 'if-none-match' : 'if-match']: ifMatch }), ...(kind === 'insert' && { 'if-none-match': '*' }) }
        const precondition = entry === undefined ? 404 : tag === 'stale' ? 412 : 200
        let code: number
        let after = entry?.facts
        let response: LightMyRequestResponse
        switch (step.kind) {
          case 'query': {
            response = await send(app, version, 'GET', `${base}${query('score ge 50 or !(score pr)')}`)
            const expected = [...documents].filter(([, { facts: { score } }]) => score === undefined || score >= 50).sort(([one], [other]) => one < other ? -1 : 1)
            expect(response.json().result, expected.map(([_id, { facts, revision }]) => ({ _id, _rev: revision, ...view(version, facts) })))
            code = 200
            break
          }
          case 'read':
            response = await send(app, version, 'GET', `${base}/${id}`, undefined, headers)
            code = entry === undefined ? 404 : tag === 'current' || tag === 'star' ? 304 : 200
            break
          case 'delete':
            response = await send(app, version, 'DELETE', `${base}/${id}`, undefined, headers)
            code = ifMatch === undefined && entry !== undefined ? 200 : precondition
            if (code === 200) expect(response.json(), { _id: id, _rev: entry?.revision, ...view(version, entry?.facts as Facts) })
            if (code === 200) after = undefined
            break
          case 'patch': {
            const { patch, result } = patchOf(step.language, step.edits, entry === undefined ? { name: {} } : view(version, entry.facts))
            response = await send(app, version, 'PATCH', `${base}/${id}`, patch, { ...headers, 'content-type': languages[step.language] })
            code = ifMatch === undefined && entry !== undefined ? 200 : precondition
            if (code !== 200) break
            const facts = result && written(version, result, entry?.facts)
            code = result === undefined ? 409 : facts === undefined ? 400 : 200
            if (code === 200) after = facts
            break
          }
          default: {
            response = kind === 'post' ? await send(app, version, 'POST', base, { _id: id, ...step.content }) : await send(app, version, 'PUT', `${base}/${id}`, step.content, headers)
            const facts = written(version, step.content, kind === 'put' ? entry?.facts : undefined)
            if (facts === undefined) code = 400
            else if (kind === 'put') code = ifMatch !== undefined ? precondition : entry === undefined ? 201 : 200
            else code = entry === undefined ? 201 : kind === 'post' ? 409 : 412
            if (code < 300) after = facts
          }
        }
        expect(response.statusCode, code)
        reached.set(`${kind} ${code}`, (reached.get(`${kind} ${code}`) ?? 0) + 1)
        // What a version does not know never changes by a write through it.
        if (entry !== undefined && after !== undefined && kind !== 'read' && kind !== 'query') {
          for (const fact of unknownTo[version]) expect((await things.read(id, { params })).content, view('3.0', { ...after, [fact]: entry.facts[fact] }))
        }
        if (after === undefined) {
          documents.delete(id)
          continue
        }
        const stored = await things.read(id, { params })
        expect(stored.content, view('3.0', after))
        // Equal content keeps its revision; other content gets one that never was.
        const same = entry !== undefined && JSON.stringify(sorted(entry.facts)) === JSON.stringify(sorted(after))
        expect(same ? stored.revision === entry.revision : !revisions.has(stored.revision), true)
        revisions.add(stored.revision)
        documents.set(id, { facts: after, revision: stored.revision })
        if (code < 300 && kind !== 'delete' && kind !== 'query') expect(response.json(), { _id: id, _rev: stored.revision, ...view(version, after) })
      }
    }), { numRuns, endOnFailure: false })
  })
}

t.test('the random reads and writes met every answer', async (t) => {
  t.comment([...reached].map(([what, count]) => `${what}: ${count}`).sort().join(', '))
  for (const what of ['put 200', 'put 201', 'put 400', 'put 404', 'put 412', 'patch 200', 'patch 400', 'patch 404', 'patch 409', 'patch 412', 'insert 201', 'insert 412', 'post 201', 'post 409', 'delete 200', 'read 304']) t.ok(reached.has(what), `the runs reach ${what}`)
})

const sorted = (value: object): unknown => Object.entries(value).sort(([one], [other]) => one < other ? -1 : 1)

function expect (actual: unknown, expected: unknown): void {
  deepStrictEqual(actual, expected)
}

t.test('stored documents that do not fit the latest schema are shown as they are, and not written again', async (t) => {
  const store = memoryStore({ documents: { '/things': [{ _id: 'a', name: { first: 'Ada', last: 'King' }, score: 500 }] } })
  const app = await buildApp(t, { options: { store } })
  app.resource('/things', loose({ versions: people }))
  const read = await send(app, '1.0', 'GET', '/things/a')
  t.strictSame(contentOf(read), { name: 'Ada King', level: 'high' })
  refused(t, await send(app, '1.0', 'PUT', '/things/a', { name: 'Eva King', level: 'high' }), 400)
  refused(t, await send(app, '1.0', 'PATCH', '/things/a', { name: 'Eva King' }, { 'content-type': languages.merge }), 400)
  t.equal(tagOf(await send(app, '2.0', 'GET', '/things/a')), tagOf(read))
  t.equal((await send(app, '1.0', 'PUT', '/things/a', { name: 'Eva King', level: 'low' })).statusCode, 200, 'what repairs it is written')
})

t.test('documents survive a restart on a SQLite file, and so do the tags of all versions', async (t) => {
  const file = join(t.testdir(), 'things.db')
  const open = async (versions: object): Promise<FastifyInstance> => {
    const app = await buildApp(t, { options: { store: sqliteStore(file) } })
    app.resource('/things', loose({ versions, tombstones: true }))
    app.resource('/settings', { kind: 'singleton', initial: ada, versions: versions as typeof people })
    return app
  }
  const first = await open(people)
  const created = await send(first, '1.0', 'PUT', '/things/a', shown['1.0'])
  await send(first, '1.0', 'PUT', '/things/gone', shown['1.0'])
  await send(first, '2.0', 'DELETE', '/things/gone')
  const initial = tagOf(await send(first, '1.0', 'GET', '/settings'))
  await first.close()
  const second = await open(people)
  for (const version of ['1.0', '2.0', '3.0']) t.equal((await send(second, version, 'GET', '/things/a', undefined, { 'if-none-match': tagOf(created) })).statusCode, 304, version)
  refused(t, await send(second, '1.0', 'GET', '/things/gone'), 410)
  t.strictSame(contentOf(await send(second, '2.0', 'GET', '/things/a')), { first: 'Ada', last: 'King', level: 'high' })
  t.equal((await send(second, '2.0', 'PATCH', '/things/a', { mail: 'x' }, { 'content-type': languages.merge, 'if-match': tagOf(created) })).statusCode, 200)
  t.equal((await send(second, '2.0', 'PATCH', '/settings', { level: 'low' }, { 'content-type': languages.merge, 'if-match': initial })).statusCode, 200)
  await second.close()
  const third = await open({ '2.0': { schema: schemas['2.0'], upgrade: nest }, '3.0': people['3.0'] })
  refused(t, await send(third, '1.0', 'GET', '/things/a'), 406, 'a version that is no longer offered')
  t.strictSame(contentOf(await send(third, '3.0', 'GET', '/things/a')), { name: { first: 'Ada', last: 'King' }, score: 75, mail: 'x' })
  t.strictSame(contentOf(await send(third, '3.0', 'GET', '/settings')), { ...ada, score: 25 })
})

/** A provider over a map that notes what its handlers are given. */
function mapProvider (): { readonly provider: Provider, readonly documents: Map<string, Document>, readonly given: Array<Record<string, unknown>> } {
  const documents = new Map<string, Document>()
  const given: Array<Record<string, unknown>> = []
  let last = 0
  const put = (id: string, content: JsonObject): Document => {
    const document = { id, revision: String(++last), content }
    documents.set(id, document)
    return document
  }
  const current = (id: string, revision: string | undefined): Document => {
    const document = documents.get(id)
    if (document === undefined) throw new NotFound()
    if (revision !== undefined && document.revision !== revision) throw new PreconditionFailed()
    return document
  }
  return {
    documents,
    given,
    provider: {
      read: ({ id }) => documents.get(id),
      create: (request) => { given.push({ operation: 'create', ...request }); return put(request.id ?? 'made', request.content) },
      update: (request) => { given.push({ operation: 'update', ...request }); current(request.id, request.revision); return put(request.id, request.content) },
      delete: (request) => { const document = current(request.id, request.revision); documents.delete(request.id); return document },
      query: (request) => { given.push({ operation: 'query', ...request }); return { results: [...documents.values()] } }
    }
  }
}

type Interference = (collection: StoreCollection, written: Pick<StoredDocument, 'id' | 'revision'>, left: number) => Promise<void>

/** A store in which somebody else writes just before each of the next `times` writes. */
function interfering (inner: Store): { readonly store: Store, readonly before: (times: number, act: Interference) => void } {
  let left = 0
  let act: Interference = async () => {}
  const meddle = async (collection: StoreCollection, id: string, revision: string): Promise<void> => {
    if (left === 0) return
    left--
    await act(collection, { id, revision }, left)
  }
  const store: Store = {
    collection (path, rules) {
      const collection = inner.collection(path, rules)
      return {
        read: (id) => collection.read(id),
        async insert (id, content) { await meddle(collection, id, ''); return collection.insert(id, content) },
        async replace (id, revision, content) { await meddle(collection, id, revision); return collection.replace(id, revision, content) },
        async remove (id, revision) { await meddle(collection, id, revision); return collection.remove(id, revision) },
        query: (request) => collection.query(request),
        purge: () => collection.purge()
      }
    },
    collections: () => inner.collections(),
    secret: () => inner.secret(),
    attach: () => inner.attach(),
    detach: () => inner.detach()
  }
  return { store, before: (times, next) => { left = times; act = next } }
}
