import assert from 'node:assert/strict'
import type { FastifyInstance } from 'fastify'
import fc from 'fast-check'
import t from 'tap'
import type { Test } from 'tap'
import { comparePositions, memoryStore, printQueryFilter, queryFilter, queryPredicate, sortPosition } from '../../lib/index.ts'
import type { CollectionHandle, Document, JsonObject, Principal, Provider, ProviderQuery, QueryFilter, QueryResult, ResourceDefinition, SortKey, SortPosition } from '../../lib/index.ts'
import { sqliteStore } from '../../lib/sqlite.ts'
import { acceptsOf, anyAcceptance, anyContent, anyFilter, anySortKeys } from '../stores/query-samples.ts'
import type { Acceptance } from '../stores/query-samples.ts'
import { ask, get, ids } from './queries.ts'
import type { Page, QueryWords } from './queries.ts'
import { buildApp, fails, loose, refused } from './app.ts'

/** How a provider cuts its pages, given how many documents are wanted and how many pages it gave before. */
type Cut = (wanted: number, pages: number) => number

/** A provider over a list whose cookies are the position of the last document that was looked at. */
function keysetProvider (documents: readonly Document[], cut: Cut = (wanted) => wanted): { readonly provider: Provider, readonly given: ProviderQuery[] } {
  const given: ProviderQuery[] = []
  const query = (request: ProviderQuery): QueryResult => {
    given.push(request)
    const { filter, sortKeys, cookie, offset, pageSize, count } = request
    const compare = (one: SortPosition, other: SortPosition): number => comparePositions(sortKeys, one, other)
    const matching = documents.filter(queryPredicate(filter)).map((document) => ({ document, position: sortPosition(document, sortKeys) }))
    matching.sort((one, other) => compare(one.position, other.position))
    const { shown, after } = cookie === undefined ? { shown: false, after: undefined } : JSON.parse(cookie) as { shown: boolean, after?: SortPosition }
    const rest = after === undefined ? matching : matching.filter(({ position }) => compare(position, after) > 0)
    const page = rest.slice(offset, offset + cut(pageSize, given.length))
    const position = page.at(-1)?.position ?? after
    const isLast = offset + page.length >= rest.length
    return {
      results: page.map(({ document }) => document),
      // A page without documents has a cookie of its own, too.
      cookie: isLast ? null : JSON.stringify({ shown: page.length === 0 && !shown, ...(position === undefined ? {} : { after: position }) }),
      ...(count === 'NONE' ? {} : { total: matching.length, policy: 'EXACT' })
    }
  }
  return { provider: { read: ({ id }) => documents.find((document) => document.id === id), query }, given }
}

type Backend = (documents: readonly Document[]) => Promise<Pick<ResourceDefinition, 'store' | 'provider'>> | Pick<ResourceDefinition, 'store' | 'provider'>

const backends: Readonly<Record<string, Backend>> = {
  memory: (documents) => ({ store: memoryStore({ documents: { '/things': documents.map(({ id, content }) => ({ ...content, _id: id })) } }) }),
  SQLite: () => ({ store: sqliteStore(':memory:') }),
  'a provider': (documents) => ({ provider: keysetProvider(documents).provider }),
  'a provider of short pages': (documents) => ({ provider: keysetProvider(documents, (wanted, pages) => Math.min(wanted, pages % 3)).provider })
}

/** `/things` with these documents and a rule; the handle trusts itself. */
async function serve (t: Test, name: string, documents: readonly Document[], definition: object): Promise<{ readonly app: FastifyInstance, readonly things: CollectionHandle }> {
  const app = await buildApp(t)
  const things = app.resource('/things', loose({ ...await backends[name]?.(documents), ...definition }))
  if (name === 'SQLite') for (const { id, content } of documents) await things.create({ ...content }, { id })
  return { app, things }
}

/** All pages, checked: each full but the last, and a cookie on each but that one. */
async function walk (first: Page, pageSize: number, next: (cookie: string) => Promise<Page>): Promise<readonly string[]> {
  const seen: string[] = []
  let page = first
  for (;;) {
    seen.push(...page.result.map(({ _id }) => _id))
    assert.equal(page.resultCount, page.result.length)
    if (page.pagedResultsCookie === null) return seen
    assert.equal(page.result.length, pageSize, 'a page before the last one is full')
    page = await next(page.pagedResultsCookie)
    assert.ok(page.result.length > 0, 'a cookie leads to documents')
  }
}

const documentsOf = (contents: ReadonlyArray<readonly [string, JsonObject]>): readonly Document[] => contents.map(([id, content], n) => ({ id, revision: `r${n}`, content }))
// No empty id: a resource has none.
const anyDocuments = fc.uniqueArray(fc.tuple(fc.constantFrom(...'aAbBßéÉ', 'ss', 'SS', 'k', '\u212a', '10', '9', '😀', 'x'.repeat(255)), anyContent), { maxLength: 12, selector: ([id]) => id }).map(documentsOf)

interface Sample {
  readonly documents: readonly Document[]
  readonly acceptance: Acceptance
  readonly filter: QueryFilter
  readonly sortKeys: readonly SortKey[]
  readonly pageSize: number
  readonly offset: number
}

const anySample: fc.Arbitrary<Sample> = fc.record({
  documents: anyDocuments, acceptance: anyAcceptance, filter: fc.oneof(fc.constant<QueryFilter>({ kind: 'literal', value: true }), anyFilter), sortKeys: anySortKeys, pageSize: fc.integer({ min: 1, max: 5 }), offset: fc.nat(6)
}, { noNullPrototype: true })

const sortText = (keys: readonly SortKey[]): string => keys.map(({ pointer, descending }) =>
  `${descending ? '-' : ''}/${pointer.map((token) => encodeURIComponent(token).replaceAll('~', '~0')).join('/')}`).join(',')

/** What all pages together must be, found by looking at every document. */
function expectedOf ({ documents, filter, sortKeys }: Sample, accepts: (document: Document) => boolean): readonly string[] {
  const positions = documents.filter(queryPredicate(filter)).filter(accepts).map((document) => sortPosition(document, sortKeys))
  return positions.sort((one, other) => comparePositions(sortKeys, one, other)).map(({ id }) => id)
}

for (const name of Object.keys(backends)) {
  t.test(`${name}: all pages together are all allowed documents in order, each page full, the totals right`, async (t) => {
    let run = 0
    await fc.assert(fc.asyncProperty(anySample, async (sample) => {
      run++
      const { documents, acceptance, filter, sortKeys, pageSize, offset } = sample
      const accepts = acceptsOf(acceptance)
      let asked = 0
      const { app, things } = await serve(t, name, documents, {
        allow ({ operation, document }: { readonly operation: string, readonly document: Document }) {
          assert.equal(operation, 'query')
          assert.equal(typeof document.revision, 'string')
          return accepts(document) || (asked++ % 2 === 0 ? 'hide' : false)
        }
      })
      try {
        const expected = expectedOf(sample, accepts)
        const sort = sortText(sortKeys)
        const words: QueryWords = { queryFilter: printQueryFilter(filter), ...(sort === '' ? {} : { sortKeys: sort }) }
        const paged = { ...words, pageSize }
        for (const totalPagedResultsPolicy of ['EXACT', 'ESTIMATE', 'NONE']) {
          const [total, policy] = totalPagedResultsPolicy === 'NONE' ? [-1, 'NONE'] : [expected.length, 'EXACT']
          const counted = async (more: QueryWords): Promise<Page> => {
            const page = await get(app, { ...paged, totalPagedResultsPolicy, ...more })
            assert.deepEqual([page.totalPagedResults, page.totalPagedResultsPolicy], [total, policy])
            return page
          }
          assert.deepEqual(await walk(await counted({}), pageSize, (cookie) => counted({ pagedResultsCookie: cookie })), expected)
          assert.deepEqual(await walk(await counted({ pagedResultsOffset: offset }), pageSize, (cookie) => counted({ pagedResultsCookie: cookie })), expected.slice(offset), 'behind an offset')
        }
        const whole = await get(app, words)
        assert.deepEqual([whole.result.map(({ _id }) => _id), whole.pagedResultsCookie], [expected, null])

        const within = async (options: object, principal?: Principal): Promise<Page> => {
          const { results, cookie, total, policy } = await things.query({ filter: words['queryFilter'] as string, sortKeys: sort === '' ? [] : [sort] as never, pageSize, count: 'EXACT', ...options, ...(principal === undefined ? {} : { principal }) })
          return { result: results.map(({ id }) => ({ _id: id })) as never, resultCount: results.length, pagedResultsCookie: cookie, totalPagedResults: total, totalPagedResultsPolicy: policy, remainingPagedResults: -1 }
        }
        const first = await within({}, { name: 'ann' })
        assert.equal(first.totalPagedResults, expected.length)
        assert.deepEqual(await walk(first, pageSize, (cookie) => within({ cookie }, { name: 'ann' })), expected, 'in process, with a principal')
        if (name !== 'a provider of short pages') {
          const all = expectedOf(sample, () => true)
          const trusted = await within({})
          assert.equal(trusted.totalPagedResults, all.length)
          assert.deepEqual(await walk(trusted, pageSize, (cookie) => within({ cookie })), all, 'in process, trusted')
        }
      } finally {
        await app.close()
      }
    }), { numRuns: 40 })
    t.ok(run >= 40)
  })

  const shared: readonly Document[] = documentsOf([...'abcdefghij'].map((id, n) => [id, { n, owner: n % 3 === 0 ? 'ann' : 'bob', note: `${id}${id}` }]))
  const byOwner = ({ principal, document }: { readonly principal: { readonly name?: string } | null, readonly document: Document }): boolean | 'hide' => document.content['owner'] === principal?.name || 'hide'
  const authenticate = ({ headers }: { readonly headers: Readonly<Record<string, unknown>> }): object => ({ name: headers['x-user'] })

  t.test(`${name}: each caller has pages and tags of his own`, async (t) => {
    const { app } = await serve(t, name, shared, { allow: byOwner, authenticate })
    const send = (user: string, url: string, headers = {}) => app.inject({ url, headers: { 'x-user': user, ...headers } })
    const page = async (user: string, url: string): Promise<Page> => (await send(user, url)).json<Page>()
    t.equal(ids(await page('ann', '/things?_sortKeys=_id')), 'a d g j')
    t.equal(ids(await page('bob', '/things?_sortKeys=-n&_pageSize=4')), 'i h f e')
    t.match(await page('bob', '/things?_sortKeys=-n&_pageSize=4&_totalPagedResultsPolicy=ESTIMATE'), { totalPagedResults: 6, totalPagedResultsPolicy: 'EXACT' })
    t.strictSame(await page('nobody', '/things?_pageSize=2&_totalPagedResultsPolicy=EXACT'), { result: [], resultCount: 0, pagedResultsCookie: null, totalPagedResultsPolicy: 'EXACT', totalPagedResults: 0, remainingPagedResults: -1 })
    t.equal(ids(await page('ann', '/things?_queryFilter=note+sw+%22d%22+or+note+sw+%22e%22')), 'd')
    const { result } = await page('ann', '/things?_sortKeys=_id&_fields=n')
    t.strictSame(result.map(({ _id, _rev, ...content }) => content), [0, 3, 6, 9].map((n) => ({ n })), 'the rule sees what is not shown')
    const tag = String((await send('ann', '/things')).headers['etag'])
    t.equal((await send('ann', '/things', { 'if-none-match': tag })).statusCode, 304)
    t.equal((await send('bob', '/things', { 'if-none-match': tag })).statusCode, 200)
    const { headers } = await app.inject({ method: 'HEAD', url: '/things', headers: { 'x-user': 'ann' } })
    t.equal(headers['etag'], tag)
  })

  t.test(`${name}: the cookie is null exactly on the last page of what is allowed`, async (t) => {
    for (const allowed of ['', 'a', 'ab', 'abcd', 'ij', 'j', 'abij', 'acegi', 'bdfhj', 'abcdefghij']) {
      const { app } = await serve(t, name, shared, { allow: ({ document }: { readonly document: Document }) => allowed.includes(document.id) })
      for (const pageSize of [1, 2, 3, 4, 5, 10]) {
        for (const sortKeys of ['_id', '-_id', '-n', 'owner,_id']) {
          const words = { sortKeys, pageSize }
          const found = await walk(await get(app, words), pageSize, (cookie) => get(app, { ...words, pagedResultsCookie: cookie }))
          t.strictSame([...found].sort(), [...allowed], `${allowed} by ${sortKeys} in pages of ${pageSize}`)
        }
      }
      t.equal((await get(app, { pagedResultsOffset: allowed.length })).pagedResultsCookie, null, 'an offset behind the end')
    }
  })

  t.test(`${name}: pageSize bounds what is allowed`, async (t) => {
    const { app, things } = await serve(t, name, shared, { allow: ({ document }: { readonly document: Document }) => 'cfhj'.includes(document.id), pageSize: { default: 2, max: 3 } })
    for (const [words, expected] of [[{}, 'c f'], [{ pageSize: 99 }, 'c f h'], [{ pageSize: 1 }, 'c']] as const) {
      const page = await get(app, { sortKeys: '_id', ...words })
      t.equal(ids(page), expected, JSON.stringify(words))
      t.type(page.pagedResultsCookie, 'string')
    }
    t.strictSame((await things.query({ sortKeys: ['_id'], pageSize: 2, principal: {} })).results.map(({ id }) => id), ['c', 'f'])
  })

  t.test(`${name}: named queries are filtered alike`, async (t) => {
    const { app } = await serve(t, name, shared, { allow: byOwner, authenticate, queries: { below: ({ n }: { readonly n: string }) => queryFilter`n lt ${Number(n)}` } })
    const { result, totalPagedResults } = (await app.inject({ url: '/things?_queryId=below&n=7&_sortKeys=-n&_totalPagedResultsPolicy=EXACT', headers: { 'x-user': 'ann' } })).json<Page>()
    t.strictSame([result.map(({ _id }) => _id), totalPagedResults], [['g', 'd', 'a'], 3])
  })

  t.test(`${name}: what is neither true nor false nor 'hide' is 500, and no page leaves`, async (t) => {
    let answer: () => unknown = () => true
    const { app, things } = await serve(t, name, shared, { allow: ({ document }: { readonly document: Document }) => document.id === 'e' ? answer() : true })
    for (answer of [() => undefined, () => 1, () => 'show', async () => true, async () => { throw new Error('broken') }, () => { throw new Error('broken') }]) {
      for (const words of [{}, { pageSize: 9 }, { pageSize: 1, totalPagedResultsPolicy: 'EXACT' }]) {
        const response = await ask(app, { sortKeys: '_id', ...words })
        refused(t, response, 500, `${String(answer)} ${JSON.stringify(words)}`)
        t.notMatch(response.body, 'broken')
      }
      await fails(t, things.query({ principal: {} }), 500)
      if (name !== 'a provider of short pages') t.equal((await things.query()).results.length, 10, 'nobody is asked in process')
    }
  })
}

t.test('a page may end anywhere in the pages of the provider', async (t) => {
  const documents = documentsOf([...'abcdefghijklmnop'].map((id, n) => [id, { n }]))
  await fc.assert(fc.asyncProperty(
    fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 6 }), fc.subarray([...'abcdefghijklmnop']), fc.integer({ min: 1, max: 7 }), fc.nat(9),
    async (sizes, allowed, pageSize, offset) => {
      const cut: Cut = (wanted, pages) => Math.min(wanted, [...sizes, 1][pages % (sizes.length + 1)] ?? 1)
      const { provider, given } = keysetProvider(documents, cut)
      const app = await buildApp(t)
      app.resource('/things', loose({ provider, allow: ({ document }: { readonly document: Document }) => allowed.includes(document.id) }))
      try {
        const words = { pageSize, sortKeys: '-n', totalPagedResultsPolicy: 'EXACT' }
        const expected = [...allowed].sort().reverse()
        const page = await get(app, words)
        assert.equal(page.totalPagedResults, expected.length)
        assert.deepEqual(await walk(page, pageSize, (cookie) => get(app, { ...words, pagedResultsCookie: cookie })), expected)
        assert.deepEqual(await walk(await get(app, { ...words, pagedResultsOffset: offset }), pageSize, (cookie) => get(app, { ...words, pagedResultsCookie: cookie })), expected.slice(offset))
        assert.ok(given.every(({ pageSize }) => Number.isInteger(pageSize) && pageSize >= 1), 'the provider is asked for whole pages')
      } finally {
        await app.close()
      }
    }), { numRuns: 100 })
})

t.test('a provider is asked what was asked, and its mistakes are 500 behind a rule too', async (t) => {
  const { provider, given } = keysetProvider(documentsOf([...'abc'].map((id, n) => [id, { n }])))
  const app = await buildApp(t, { options: { authenticate: () => ({ name: 'ann' }) } })
  let result: unknown
  app.resource('/r/:x/things', loose({ provider, allow: ({ document }: { readonly document: Document }) => document.id !== 'b' }))
  app.resource('/bad', loose({ provider: { read: () => undefined, query: () => result }, allow: () => true }))
  t.equal((await app.inject('/r/y/things?_queryFilter=n+ge+0&_sortKeys=-n&_pageSize=1&q=1')).json<Page>().result[0]?._id, 'c')
  t.match(given[0], { params: { x: 'y' }, parameters: { q: '1' }, principal: { name: 'ann' }, filter: { kind: 'compare', field: ['n'] }, sortKeys: [{ pointer: ['n'], descending: true }], request: { method: 'GET' }, log: { info: Function } })
  t.ok(given[0]?.signal instanceof AbortSignal)
  const good = { id: 'a', revision: '1', content: {} }
  for (result of [undefined, null, 5, {}, { results: {} }, { results: [5] }, { results: [good, { ...good, revision: '"' }] }, { results: [], cookie: 5 }]) {
    refused(t, await app.inject('/bad'), 500, JSON.stringify(result))
  }
})

t.test('a provider that stands still is not asked for ever', { timeout: 20000 }, async (t) => {
  const app = await buildApp(t)
  let asked = 0
  app.resource('/things', {
    allow: () => false,
    provider: {
      read: () => undefined,
      query: ({ signal }) => {
        if (++asked > 100) throw new Error('asked for ever')
        return { results: signal.aborted ? [] : [{ id: 'a', revision: '1', content: {} }], cookie: 'same' }
      }
    }
  })
  const response = await app.inject('/things?_pageSize=1&_totalPagedResultsPolicy=EXACT')
  t.ok([200, 500].includes(response.statusCode))
  t.ok(asked < 100)
})

t.test('a client that goes away ends the reading of a provider\'s pages', { timeout: 20000 }, async (t) => {
  const app = await buildApp(t)
  let asked = 0
  let begin = (): void => {}
  const begun = new Promise<void>((resolve) => { begin = resolve })
  app.resource('/things', {
    allow: () => false,
    provider: {
      read: () => undefined,
      query: async () => {
        begin()
        await new Promise((resolve) => setTimeout(resolve, 5))
        // Far more pages than this test waits for.
        return { results: [], cookie: ++asked < 2000 ? String(asked) : null }
      }
    }
  })
  await app.listen({ port: 0 })
  const client = new AbortController()
  const answer = fetch(`http://127.0.0.1:${(app.server.address() as { port: number }).port}/things?_pageSize=1`, { signal: client.signal }).catch(() => {})
  await begun
  client.abort()
  await answer
  await new Promise((resolve) => setTimeout(resolve, 100))
  const then = asked
  await new Promise((resolve) => setTimeout(resolve, 100))
  t.equal(asked, then, 'nothing is asked any more')
})

t.test('documents that come and go between pages shift nothing', async (t) => {
  for (const make of [memoryStore, () => sqliteStore(':memory:')]) {
    const app = await buildApp(t, { options: { store: make() } })
    const things = app.resource('/things', { allow: ({ document }) => document.content['open'] === true || 'hide' })
    for (const id of 'abcdefgh') await things.create({ open: 'bdfh'.includes(id) }, { id })
    const first = await get(app, { pageSize: 2 })
    t.equal(ids(first), 'b d')
    const next = { pageSize: 2, pagedResultsCookie: String(first.pagedResultsCookie) }
    await things.delete('d')
    await things.update('a', { open: true })
    await things.update('e', { open: true })
    await things.update('h', { open: false })
    const second = await get(app, next)
    t.strictSame([ids(second), second.pagedResultsCookie], ['e f', null])
    for (const id of 'ef') await things.update(id, { open: false })
    t.strictSame([ids(await get(app, next)), (await get(app, next)).pagedResultsCookie], ['', null])
  }
})
