import type { FastifyInstance } from 'fastify'
import t from 'tap'
import { memoryStore } from '../../lib/index.ts'
import type { CommonRestOptions, ResourceDefinition } from '../../lib/index.ts'
import { buildApp, loose, refused } from './app.ts'
import type { AppSettings } from './app.ts'

interface Page {
  readonly result: ReadonlyArray<{ readonly _id: string }>
  readonly resultCount: number
  readonly pagedResultsCookie: string | null
  readonly totalPagedResultsPolicy: string
  readonly totalPagedResults: number
}

const letters = [...'abcdefghij']

async function seeded (t: Parameters<typeof buildApp>[0], options: CommonRestOptions = {}, definition: ResourceDefinition = {}, settings: AppSettings = {}): Promise<FastifyInstance> {
  const documents = letters.map((_id) => ({ _id }))
  const app = await buildApp(t, { ...settings, options: { store: memoryStore({ documents: { '/things': documents, '/others': documents } }), ...options } })
  app.resource('/things', loose(definition))
  app.resource('/others', {})
  return app
}

async function get (app: FastifyInstance, parameters: Readonly<Record<string, string | number>> = {}, path = '/things'): Promise<Page> {
  const query = Object.entries(parameters).map(([name, value]) => `_${name}=${encodeURIComponent(value)}`).join('&')
  const response = await app.inject(`${path}?${query}`)
  if (response.statusCode !== 200) throw new Error(`${response.statusCode} ${response.body}`)
  return response.json()
}

const ids = ({ result }: Page): string => result.map(({ _id }) => _id).join('')

t.test('all pages together are everything, once, in order', async (t) => {
  const app = await seeded(t)
  for (const pageSize of [1, 2, 3, 5, 9, 10, 11, 1000]) {
    let seen = ''
    let pages = 0
    let cookie: string | null = ''
    while (cookie !== null) {
      const page: Page = await get(app, { pageSize, pagedResultsCookie: cookie })
      t.equal(page.resultCount, page.result.length)
      seen += ids(page)
      pages++
      cookie = page.pagedResultsCookie
    }
    t.equal(seen, letters.join(''))
    t.equal(pages, Math.ceil(10 / pageSize), `${pages} pages of ${pageSize}`)
  }
})

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

t.test('paging parameters that cannot be read are 400', async (t) => {
  const app = await seeded(t)
  const { pagedResultsCookie: cookie } = await get(app, { pageSize: 3 })
  for (const query of [
    '_pageSize=-1', '_pageSize=x', '_pageSize=', '_pageSize', '_pageSize=1.5', '_pageSize=1e3', '_pageSize=2147483648', '_pageSize=1&_pageSize=1', '_pageSize=1&_PAGESIZE=1',
    '_pagedResultsOffset=-1', '_pagedResultsOffset=x', '_totalPagedResultsPolicy=SOME', '_totalPagedResultsPolicy=', `_pagedResultsOffset=1&_pagedResultsCookie=${encodeURIComponent(String(cookie))}`
  ]) refused(t, await app.inject(`/things?${query}`), 400, query)
})
