import type { FastifyInstance } from 'fastify'
import t from 'tap'
import { memoryStore } from '../../lib/index.ts'
import type { CommonRestOptions, JsonValue, ResourceDefinition } from '../../lib/index.ts'
import { buildApp, loose, refused } from './app.ts'
import type { AppSettings } from './app.ts'
import { ask, get, ids as idsOf, noting, stores } from './queries.ts'
import type { Page, QueryWords } from './queries.ts'

const letters = [...'abcdefghij']

async function seeded (t: Parameters<typeof buildApp>[0], options: CommonRestOptions = {}, definition: ResourceDefinition = {}, settings: AppSettings = {}): Promise<FastifyInstance> {
  const documents = letters.map((_id) => ({ _id }))
  const app = await buildApp(t, { ...settings, options: { store: memoryStore({ documents: { '/things': documents, '/others': documents } }), ...options } })
  app.resource('/things', loose(definition))
  app.resource('/others', {})
  return app
}

const ids = (page: Page): string => idsOf(page).replaceAll(' ', '')

/** The ids of all pages, in their order. */
async function walk (app: FastifyInstance, words: QueryWords): Promise<readonly string[]> {
  const pages: string[] = []
  let cookie: string | null = ''
  while (cookie !== null) {
    const page: Page = await get(app, { ...words, pagedResultsCookie: cookie })
    pages.push(ids(page))
    cookie = page.pagedResultsCookie
    if (pages.length > letters.length) throw new Error(`The pages do not end: ${pages.join(' ')}`)
  }
  return pages
}

t.test('all pages together are everything, once, in order', async (t) => {
  const app = await seeded(t)
  for (const pageSize of [1, 2, 3, 5, 9, 10, 11, 1000]) {
    const pages = await walk(app, { pageSize })
    t.equal(pages.join(''), letters.join(''))
    t.strictSame(pages.map(({ length }) => length), [...Array<number>(Math.ceil(10 / pageSize) - 1).fill(pageSize), 10 % pageSize || Math.min(pageSize, 10)], `pages of ${pageSize}`)
  }
})

// Of every kind, some alike, so that pages end between equal values; what has none comes last both ways.
const values: Readonly<Record<string, { readonly v?: JsonValue, readonly w?: JsonValue }>> = {
  a: { v: 'x', w: 1 },
  b: { v: 2, w: 2 },
  c: { v: true, w: 1 },
  d: { v: null, w: 2 },
  e: { v: 'X', w: 3 },
  f: { w: 1 },
  g: { v: false, w: 'ä' },
  h: { v: [7, 'y'], w: 'Z' },
  i: { v: 2, w: 1 },
  j: { v: {}, w: 2 }
}

for (const [name, make] of stores) {
  t.test(`${name}: in every order, all pages together are everything, once`, async (t) => {
    const app = await buildApp(t, { options: { store: make() } })
    const things = app.resource('/things', { indexes: ['/w'] })
    for (const id of [...letters].reverse()) await things.create(values[id] ?? {}, { id })
    const rows: ReadonlyArray<readonly [words: QueryWords, expected: string]> = [
      [{}, 'abcdefghij'],
      [{ sortKeys: '_id' }, 'abcdefghij'],
      [{ sortKeys: '-_id' }, 'jihgfedcba'],
      [{ sortKeys: 'v' }, 'gcbihaedfj'],
      [{ sortKeys: '-v' }, 'aehbicgdfj'],
      [{ sortKeys: 'v,-_id' }, 'gcibheajfd'],
      [{ sortKeys: 'w' }, 'acfibdjehg'],
      [{ sortKeys: '-w' }, 'ghebdjacfi'],
      [{ sortKeys: '-w,v' }, 'ghebdjciaf'],
      [{ sortKeys: 'w,-v,-_id' }, 'aicfbjdehg'],
      [{ sortKeys: 'nothing' }, 'abcdefghij'],
      [{ sortKeys: '-nothing,-w,nothing,v' }, 'ghebdjciaf'],
      [{ queryFilter: 'w le 2', sortKeys: '-v' }, 'abicdfj'],
      [{ queryFilter: 'v pr and !(w eq 1)', sortKeys: '-_id' }, 'jhgeb'],
      [{ queryFilter: 'false', sortKeys: 'v' }, '']
    ]
    for (const [words, expected] of rows) {
      for (const pageSize of [1, 2, 3, 4, 7, 10]) {
        t.equal((await walk(app, { ...words, pageSize })).join(''), expected, `${JSON.stringify(words)} in pages of ${pageSize}`)
      }
    }
  })

  t.test(`${name}: a cookie stays good while documents come and go`, async (t) => {
    const app = await buildApp(t, { options: { store: make() } })
    const things = app.resource('/things', {})
    for (const id of 'bdfhj') await things.create({ n: id.charCodeAt(0) }, { id })
    const page = await get(app, { sortKeys: '-n', pageSize: 2 })
    t.equal(ids(page), 'jh')
    const next = { sortKeys: '-n', pagedResultsCookie: String(page.pagedResultsCookie) }
    await things.delete('h')
    await things.create({ n: 101 }, { id: 'e' })
    await things.create({ n: 120 }, { id: 'x' })
    t.equal(ids(await get(app, next)), 'fedb', 'the last document of the page may be gone')
    await things.update('j', { n: 99 })
    t.equal(ids(await get(app, next)), 'fedjb', 'what moved behind the page is shown again')
    for (const id of 'bdefj') await things.delete(id)
    const nothing = await get(app, next)
    t.strictSame([ids(nothing), nothing.pagedResultsCookie], ['', null])
  })
}

t.test('a cookie is honoured without a page size, and with another one', async (t) => {
  const app = await seeded(t)
  const { pagedResultsCookie: cookie } = await get(app, { pageSize: 3 })
  t.equal(ids(await get(app, { pagedResultsCookie: cookie ?? '' })), 'defghij')
  t.equal(ids(await get(app, { pagedResultsCookie: cookie ?? '', pageSize: 2 })), 'de')
  await app.inject({ method: 'DELETE', url: '/things/c' })
  await app.inject({ method: 'DELETE', url: '/things/d' })
  t.equal(ids(await get(app, { pagedResultsCookie: cookie ?? '', pageSize: 2 })), 'ef', 'its document may be gone')
})

t.test('a tampered or foreign cookie is 400', async (t) => {
  const app = await seeded(t)
  const other = await seeded(t)
  const cookie = String((await get(app, { pageSize: 3 })).pagedResultsCookie)
  const foreign = [
    (await get(app, { pageSize: 3 }, '/others')).pagedResultsCookie, (await get(other, { pageSize: 3 })).pagedResultsCookie,
    'x', '.', 'YQ.YQ', '0', `${cookie}.`, `.${cookie}`, cookie.split('.')[0], `${cookie}${cookie}`, '%00', 'c'
  ]
  for (const value of foreign) refused(t, await app.inject(`/things?_pagedResultsCookie=${encodeURIComponent(String(value))}`), 400, String(value))
  for (let index = 0; index < cookie.length; index++) {
    const changed = cookie.slice(0, index) + (cookie[index] === 'A' ? 'B' : 'A') + cookie.slice(index + 1)
    const { statusCode } = await app.inject(`/things?_pagedResultsCookie=${encodeURIComponent(changed)}`)
    t.equal(statusCode, 400, `character ${index} changed`)
  }
})

t.test('a cookie of another filter, order or collection is 400', async (t) => {
  const app = await seeded(t)
  app.resource('/r/:x/things', {})
  const words = { queryFilter: '_id ge "b"', sortKeys: '-_id', pageSize: 2 }
  const cookie = String((await get(app, words)).pagedResultsCookie)
  t.equal(ids(await get(app, { ...words, pagedResultsCookie: cookie })), 'hg')
  for (const others of [
    { queryFilter: '_id ge "c"' }, { queryFilter: '_id ge "B"' }, { queryFilter: '_id gt "b"' }, { queryFilter: '_rev ge "b"' }, { queryFilter: 'true' }, { queryFilter: '_id ge "b" and true' },
    { sortKeys: '_id' }, { sortKeys: '-_rev' }, { sortKeys: '-_id,_id' }, { sortKeys: '-_id,-_rev' }, { sortKeys: '-_id/x' }, { sortKeys: '-' }
  ]) {
    refused(t, await ask(app, { ...words, ...others, pagedResultsCookie: cookie }), 400, JSON.stringify(others))
  }
  refused(t, await ask(app, { queryFilter: words.queryFilter, pagedResultsCookie: cookie }), 400, 'without the sort keys')
  refused(t, await ask(app, { sortKeys: words.sortKeys, pagedResultsCookie: cookie }), 400, 'without the filter')
  for (const path of ['/others', '/r/things/things', '/r/x/things']) refused(t, await ask(app, { ...words, pagedResultsCookie: cookie }, path), 400, path)
  const rooms = app.resources.get('/r/:x/things')
  if (rooms?.kind !== 'collection') return t.fail('no collection')
  for (const x of ['one', 'two']) for (const id of 'ab') await rooms.create({}, { id, params: { x } })
  const one = String((await get(app, { pageSize: 1 }, '/r/one/things')).pagedResultsCookie)
  t.equal(ids(await get(app, { pagedResultsCookie: one }, '/r/one/things')), 'b')
  refused(t, await ask(app, { pagedResultsCookie: one }, '/r/two/things'), 400, 'of another parent')
})

t.test('a cookie is good with another page size, other fields, and a total or none', async (t) => {
  const documents = letters.map((_id, n) => ({ _id, n, m: 1 }))
  const app = await seeded(t, { store: memoryStore({ documents: { '/things': documents } }) })
  const words = { queryFilter: 'n ge 0', sortKeys: 'n' }
  const cookie = String((await get(app, { ...words, pageSize: 3, fields: 'n', totalPagedResultsPolicy: 'EXACT' })).pagedResultsCookie)
  for (const [others, expected] of [
    [{ pageSize: 1 }, 'd'], [{ pageSize: 0 }, 'defghij'], [{}, 'defghij'], [{ pageSize: 7 }, 'defghij'], [{ pageSize: 2, fields: 'm' }, 'de'], [{ fields: '' }, 'defghij'],
    [{ pageSize: 2, totalPagedResultsPolicy: 'NONE' }, 'de'], [{ pageSize: 2, totalPagedResultsPolicy: 'EXACT', prettyPrint: 'true' }, 'de'], [{ pagedResultsOffset: 0 }, 'defghij']
  ] as ReadonlyArray<readonly [QueryWords, string]>) {
    const page = await get(app, { ...words, ...others, pagedResultsCookie: cookie })
    t.equal(ids(page), expected, JSON.stringify(others))
    t.equal(page.totalPagedResults, others['totalPagedResultsPolicy'] === 'EXACT' ? 10 : -1, 'the total is that of the whole match')
  }
})

t.test('cookieSecret: several keys are a rotation, and a cookie outlives a restart', async (t) => {
  const before = await seeded(t, { cookieSecret: 'old' })
  const { pagedResultsCookie: cookie } = await get(before, { pageSize: 3 })
  for (const [cookieSecret, holds] of [['old', true], [['new', 'old'], true], [['old', 'new'], true], ['new', false], [['new'], false]] as const) {
    const after = await seeded(t, { cookieSecret })
    const response = await after.inject(`/things?_pagedResultsCookie=${encodeURIComponent(String(cookie))}`)
    t.equal(response.statusCode, holds ? 200 : 400, String(cookieSecret))
  }
  const rotated = await seeded(t, { cookieSecret: ['new', 'old'] })
  const fresh = String((await get(rotated, { pageSize: 3 })).pagedResultsCookie)
  t.equal(ids(await get(await seeded(t, { cookieSecret: 'new' }), { pagedResultsCookie: fresh })), 'defghij', 'the first key signs')

  const store = memoryStore({ documents: { '/things': letters.map((_id) => ({ _id })) } })
  const [one, two] = [await seeded(t, { store }), await seeded(t, { store })]
  t.equal(ids(await get(two, { pagedResultsCookie: String((await get(one, { pageSize: 3 })).pagedResultsCookie) })), 'defghij', 'the key is kept in the store')
})

t.test('pageSize bounds every answer, and is never an error', async (t) => {
  const capped = await seeded(t, { pageSize: { max: 4 } })
  for (const pageSize of ['', 0, 4, 5, 1000, 2147483647]) {
    const page = await get(capped, pageSize === '' ? {} : { pageSize })
    t.equal(ids(page), 'abcd', String(pageSize))
    t.type(page.pagedResultsCookie, 'string')
  }
  t.equal(ids(await get(capped, { pageSize: 3 })), 'abc')
  const both = await seeded(t, {}, { pageSize: { default: 2, max: 4 } })
  t.equal(ids(await get(both)), 'ab')
  t.equal(ids(await get(both, { pageSize: 3 })), 'abc')
  t.equal(ids(await get(both, { pageSize: 9 })), 'abcd')
  const exact = await seeded(t, {}, { pageSize: { max: 10 } })
  t.equal((await get(exact)).pagedResultsCookie, null, 'no cookie where nothing follows')
  const many = await buildApp(t, { options: { store: memoryStore({ documents: { '/many': Array.from({ length: 1001 }, (_, n) => ({ _id: String(n) })) } }) } })
  many.resource('/many', {})
  t.equal((await get(many, {}, '/many')).resultCount, 1000, 'max is 1000 by default')
})

t.test('offset and EXACT count', async (t) => {
  const app = await seeded(t)
  t.equal(ids(await get(app, { pagedResultsOffset: 7 })), 'hij')
  t.equal(ids(await get(app, { pagedResultsOffset: 2, pageSize: 3 })), 'cde')
  const page = await get(app, { pagedResultsOffset: 2, pageSize: 3 })
  t.equal(ids(await get(app, { pageSize: 3, pagedResultsCookie: String(page.pagedResultsCookie) })), 'fgh', 'its cookie goes on from there')
  t.equal(ids(await get(app, { pagedResultsOffset: 10 })), '')
  t.equal(ids(await get(app, { pagedResultsOffset: 0, pagedResultsCookie: String(page.pagedResultsCookie) })), 'fghij', 'an offset of 0 is none')
  for (const policy of ['EXACT', 'exact', 'ESTIMATE']) {
    for (const parameters of [{}, { pageSize: 2 }, { pagedResultsOffset: 9 }, { pageSize: 0 }]) {
      t.match(await get(app, { ...parameters, totalPagedResultsPolicy: policy }), { totalPagedResultsPolicy: 'EXACT', totalPagedResults: 10 }, `${policy} ${JSON.stringify(parameters)}`)
    }
  }
  t.match(await get(app, { totalPagedResultsPolicy: 'NONE' }), { totalPagedResultsPolicy: 'NONE', totalPagedResults: -1 })
})

t.test('nothing is counted unless it is asked for', async (t) => {
  const { store, asked } = noting(memoryStore({ documents: { '/things': letters.map((_id) => ({ _id })) } }))
  const app = await seeded(t, { store })
  for (const [totalPagedResultsPolicy, counts] of [['', false], ['NONE', false], ['none', false], ['ESTIMATE', true], ['EXACT', true]] as const) {
    for (const words of [{}, { pageSize: 0 }, { pageSize: 3 }, { pageSize: 3, pagedResultsOffset: 5 }, { queryFilter: '_id lt "c"' }]) {
      asked.length = 0
      const page = await get(app, { ...words, ...(totalPagedResultsPolicy === '' ? {} : { totalPagedResultsPolicy }) })
      const name = `${totalPagedResultsPolicy} ${JSON.stringify(words)}`
      t.strictSame(asked.map(({ count = false }) => count), [counts], name)
      t.equal(page.totalPagedResults, !counts ? -1 : 'queryFilter' in words ? 2 : 10, name)
      t.equal(page.totalPagedResultsPolicy, counts ? 'EXACT' : 'NONE', name)
    }
  }
})

t.test('a store is asked for one document more than the page', async (t) => {
  const { store, asked } = noting(memoryStore({ documents: { '/things': letters.map((_id) => ({ _id })) } }))
  const app = await seeded(t, { store, pageSize: { max: 5 } })
  const { pagedResultsCookie } = await get(app, { pageSize: 3, sortKeys: '-_id', pagedResultsOffset: 1 })
  t.match(asked[0], { limit: 4, offset: 1, filter: { kind: 'literal', value: true }, sortKeys: [{ pointer: ['_id'], descending: true }] })
  t.notOk('after' in (asked[0] ?? {}))
  await get(app, { sortKeys: '-_id', pagedResultsCookie: String(pagedResultsCookie) })
  t.match(asked[1], { limit: 6, offset: 0, after: { id: 'g', values: [{ value: 'g' }] } })
})

t.test('paging parameters that cannot be read are 400', async (t) => {
  const app = await seeded(t)
  const { pagedResultsCookie: cookie } = await get(app, { pageSize: 3 })
  for (const query of [
    '_pageSize=-1', '_pageSize=x', '_pageSize=', '_pageSize', '_pageSize=1.5', '_pageSize=1e3', '_pageSize=2147483648', '_pageSize=1&_pageSize=1', '_pageSize=1&_PAGESIZE=1',
    '_pagedResultsOffset=-1', '_pagedResultsOffset=x', '_totalPagedResultsPolicy=SOME', '_totalPagedResultsPolicy=', `_pagedResultsOffset=1&_pagedResultsCookie=${encodeURIComponent(String(cookie))}`
  ]) refused(t, await app.inject(`/things?${query}`), 400, query)
})
