import { Writable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import t from 'tap'
import type { Test } from 'tap'
import { BadRequest, Conflict, memoryStore, queryFilter } from '../../lib/index.ts'
import type { CommonRestOptions, NamedQuery, ProviderQuery } from '../../lib/index.ts'
import { buildApp, loose, refused } from './app.ts'
import { ask, get, ids } from './queries.ts'
import type { Page } from './queries.ts'

const cities = [
  { _id: 'bergen', country: 'NO', size: 290 }, { _id: 'oslo', country: 'NO', size: 717 }, { _id: 'paris', country: 'FR', size: 2103 },
  { _id: 'lyon', country: 'FR', size: 522 }, { _id: 'pau', country: 'FR', size: 77 }
]

async function serve (test: Test, queries: object, options: CommonRestOptions = {}, logged: string[] = []): Promise<FastifyInstance> {
  const stream = new Writable({ write (chunk, _, done) { logged.push(String(chunk)); done() } })
  const app = await buildApp(test, { options: { store: memoryStore({ documents: { '/cities': cities } }), ...options }, server: { logger: { level: 'error', stream } } })
  app.resource('/cities', loose({ queries }))
  return app
}

const queries: Readonly<Record<string, NamedQuery>> = {
  all: () => 'true',
  inCountry: ({ country }) => queryFilter`country eq ${country}`,
  between: ({ from, to }) => queryFilter`size ge ${Number(from)} and size le ${Number(to)}`
}

const named = (app: FastifyInstance, words: Parameters<typeof ask>[1], parameters = ''): Promise<Page> =>
  app.inject(`/cities?${Object.entries(words).map(([name, value]) => `_${name}=${encodeURIComponent(value)}&`).join('')}${parameters}`).then((response) => {
    if (response.statusCode !== 200) throw new Error(`${response.statusCode} ${response.body}`)
    return response.json<Page>()
  })

t.test('a declared _queryId is answered as the filter that its function returns', async (t) => {
  const app = await serve(t, queries)
  t.equal(ids(await named(app, { queryId: 'all' })), 'bergen lyon oslo paris pau')
  t.equal(ids(await named(app, { queryId: 'inCountry' }, 'country=fr')), 'lyon paris pau')
  t.equal(ids(await named(app, { queryId: 'between' }, 'from=100&to=600')), 'bergen lyon')
  t.equal(ids(await named(app, { queryId: 'inCountry' }, 'country=%22%20or%20true')), '', 'what a parameter contains stays a value')
  t.equal(ids((await app.inject('/cities?country=no&_QUERYID=inCountry&other=1')).json<Page>()), 'bergen oslo')
})

t.test('it is sorted, paged, counted and projected like any other query', async (t) => {
  const app = await serve(t, queries)
  const words = { queryId: 'inCountry', sortKeys: '-size', pageSize: 2, totalPagedResultsPolicy: 'EXACT', fields: 'size' }
  const first = await named(app, words, 'country=FR')
  t.match(first, { result: [{ _id: 'paris', size: 2103 }, { _id: 'lyon', size: 522 }], totalPagedResults: 3, totalPagedResultsPolicy: 'EXACT', pagedResultsCookie: String })
  t.notOk('country' in (first.result[0] ?? {}))
  const second = await named(app, { ...words, pagedResultsCookie: String(first.pagedResultsCookie) }, 'country=FR')
  t.match([ids(second), second.pagedResultsCookie], ['pau', null])
  t.equal(ids(await named(app, { queryId: 'all', pagedResultsOffset: 3 })), 'paris pau')
  const etag = String((await app.inject('/cities?_queryId=all')).headers['etag'])
  t.equal((await app.inject({ url: '/cities?_queryId=all', headers: { 'if-none-match': etag } })).statusCode, 304)
  t.equal((await app.inject({ method: 'HEAD', url: '/cities?_queryId=all' })).headers['etag'], etag)
})

t.test('its cookie is bound to the filter, however that came about', async (t) => {
  const app = await serve(t, queries)
  const cookie = String((await named(app, { queryId: 'inCountry', pageSize: 1 }, 'country=FR')).pagedResultsCookie)
  t.equal(ids(await get(app, { queryFilter: '/country eq "FR"', pagedResultsCookie: cookie }, '/cities')), 'paris pau')
  for (const words of ['_queryId=inCountry&country=NO', '_queryId=all', '_queryId=inCountry&country=FR&_sortKeys=size', '']) {
    refused(t, await app.inject(`/cities?${words}&_pagedResultsCookie=${cookie}`), 400, words)
  }
})

t.test('functions get the parameters without an underscore, several values as a list', async (t) => {
  const given: unknown[] = []
  const app = await serve(t, { note: (parameters: object) => { given.push({ ...parameters }); return 'true' } })
  await named(app, { queryId: 'note', pageSize: 2 }, 'a=1&b=x%20y&a=2&c&constructor=4&toString')
  t.strictSame(given, [{ a: ['1', '2'], b: 'x y', c: '', constructor: '4', toString: '' }])
  await named(app, { queryId: 'note' })
  t.strictSame(given[1], {})
})

t.test('an unknown name is 501, with and without queries, and _queryExpression always', async (t) => {
  const app = await serve(t, queries)
  app.resource('/others', {})
  for (const path of ['/cities?_queryId=nothing', '/cities?_queryId=All', '/cities?_queryId=', '/cities?_queryId', '/cities?_queryId=toString', '/cities?_queryId=__proto__', '/others?_queryId=all', '/cities?_queryExpression=all', '/cities?_queryExpression=']) {
    refused(t, await app.inject(path), 501, path)
  }
  refused(t, await app.inject('/cities?_queryId=nothing&_queryId=all'), 400, 'given twice')
  refused(t, await app.inject('/cities?_queryId=nothing&_pageSize=-1'), 400, 'two faults')
  refused(t, await app.inject({ url: '/cities?_queryId=nothing', headers: { accept: 'text/plain' } }), 501, 'row 12 before row 13')
})

t.test('what a function throws is answered like the error of any handler', async (t) => {
  const logged: string[] = []
  const thrown = { error: new Error() as unknown }
  const app = await serve(t, { fails: () => { throw thrown.error }, inCountry: queries['inCountry'] }, {}, logged)
  for (const [error, code, message] of [
    [new BadRequest('which region?', { detail: { parameter: 'region' } }), 400, 'which region?'], [new Conflict('mine'), 409, 'mine'],
    [new TypeError('no secret'), 500, 'An unexpected failure occurred'], ['a text', 500, 'An unexpected failure occurred']
  ] as const) {
    thrown.error = error
    const fault = refused(t, await app.inject('/cities?_queryId=fails'), code)
    t.equal(fault.message, message)
    t.same(fault.detail, error instanceof BadRequest ? error.detail : undefined)
  }
  t.equal(logged.length, 2, 'the unexpected ones are logged')
  t.match(refused(t, await app.inject('/cities?_queryId=inCountry'), 400).message, /^The query needs a parameter that is missing: that of "country eq"$/)
  t.match(refused(t, await app.inject('/cities?_queryId=inCountry&country=a&country=b'), 400).message, /given more than once/)
})

t.test('a result that is no filter is a mistake of the server: 500, and the log says what and where', async (t) => {
  const logged: string[] = []
  const results: readonly unknown[] = [undefined, null, 5, true, {}, ['true'], '', 'size', 'size eq', 'size eq 5)', 'size regex "x"', 'size eq "', Promise.resolve('true')]
  const app = await serve(t, Object.fromEntries(results.map((result, index) => [`q${index}`, () => result])), {}, logged)
  for (const [index, result] of results.entries()) {
    logged.length = 0
    const fault = refused(t, await app.inject(`/cities?_queryId=q${index}`), 500, String(result))
    t.strictSame(fault, { code: 500, reason: 'Internal Server Error', message: 'An unexpected failure occurred' })
    const message = typeof result === 'string' ? `The query q${index} of /cities returned no query filter` : `The query q${index} of /cities did not return a text`
    const [line, ...others] = logged.map((text) => JSON.parse(text) as { msg: string, err: { message: string } })
    t.equal(line?.msg, message)
    t.match(line?.err.message, typeof result === 'string' ? /at column \d+/ : message, 'the cause is kept')
    t.strictSame(others, [])
  }
})

t.test('an async function that rejects is 500 too, and nothing else happens', async (t) => {
  const unhandled: unknown[] = []
  const note = (reason: unknown): void => { unhandled.push(reason) }
  process.on('unhandledRejection', note)
  t.teardown(() => process.off('unhandledRejection', note))
  const app = await serve(t, { late: async () => { throw new Error('late') } })
  refused(t, await app.inject('/cities?_queryId=late'), 500)
  await new Promise((resolve) => setImmediate(resolve))
  t.strictSame(unhandled, [])
})

t.test('functions are asked only where the caller may query', async (t) => {
  let asked = 0
  const app = await serve(t, { count: () => { asked++; return 'true' } }, { authorize: () => false })
  refused(t, await app.inject('/cities?_queryId=count'), 403)
  t.equal(asked, 0)
})

t.test('a provider is asked for the filter of the function', async (t) => {
  const app = await buildApp(t)
  const given: ProviderQuery[] = []
  app.resource('/things', { queries, provider: { query: (request) => { given.push(request); return { results: [] } } } })
  t.equal((await app.inject('/things?_queryId=inCountry&country=NO')).statusCode, 200)
  t.match(given[0], { filter: { kind: 'compare', operator: 'eq', field: ['country'], value: 'NO' }, parameters: { country: 'NO' } })
  refused(t, await app.inject('/things?_queryId=other'), 501)
})

t.test('the parent of a collection must exist before a function is asked', async (t) => {
  const app = await buildApp(t)
  app.resource('/r/:x/things', { exists: ({ x }) => x === 'there', queries: { fail: () => { throw new Error('asked') } } })
  refused(t, await app.inject('/r/none/things?_queryId=fail'), 404)
  refused(t, await app.inject('/r/there/things?_queryId=fail'), 500)
})
