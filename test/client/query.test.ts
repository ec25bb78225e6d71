import t from 'tap'
import { Type } from 'typebox'
import { createClient, queryFilter } from '../../lib/client.ts'
import { defineResource, memoryStore } from '../../lib/index.ts'
import { fails } from '../plugin/app.ts'
import { rejection, startResources } from './servers.ts'
import type { ResourceServer } from './servers.ts'
import type { Test } from 'tap'

const City = defineResource({
  schema: Type.Object({ name: Type.String(), people: Type.Integer() }),
  queries: { larger: ({ than }) => queryFilter`people gt ${Number(than)}` }
})

const documents = { '/cities': Array.from({ length: 25 }, (_, n) => ({ _id: `c${String(n).padStart(2, '0')}`, name: `city & ${n}`, people: n })) }

async function startCities (t: Test): Promise<ResourceServer> {
  return startResources(t, (app) => app.resource('/cities', City), { options: { store: memoryStore({ documents }) } })
}

t.test('iterates over the documents of all pages, each asked for when it is needed', async (t) => {
  const { baseUrl, requests } = await startCities(t)
  const cities = createClient({ baseUrl }).resource<typeof City>('/cities')
  const query = cities.query({ pageSize: 10 })
  t.equal(requests.length, 0)
  const ids = []
  for await (const { id, revision, content } of query) {
    ids.push(id)
    t.type(revision, 'string')
    t.equal(content.name, `city & ${content.people}`)
    if (ids.length === 10) t.equal(requests.length, 1)
  }
  t.strictSame(ids, documents['/cities'].map(({ _id }) => _id))
  t.equal(requests.length, 3)
})

t.test('is an async iterator, which can be left early', async (t) => {
  const { baseUrl, requests } = await startCities(t)
  const query = createClient({ baseUrl }).resource<typeof City>('/cities').query({ pageSize: 5 })
  t.match(await query.next(), { done: false, value: { id: 'c00' } })
  for await (const { id } of query) if (id === 'c03') break
  t.strictSame(await query.next(), { done: true, value: undefined })
  t.equal(requests.length, 1)
})

t.test('filters, sorts, projects and counts', async (t) => {
  const { baseUrl, seen } = await startCities(t)
  const cities = createClient({ baseUrl }).resource<typeof City>('/cities')
  const page = await cities.query({ filter: queryFilter`name co ${'& 1'}`, sortKeys: ['-people', '+name'], fields: ['people', 'name'], pageSize: 3, count: 'EXACT' }).page()
  t.match(page, { total: 11, policy: 'EXACT', cookie: /./ })
  t.strictSame(page.results.map(({ content }) => content.people), [19, 18, 17])
  t.strictSame(seen()[0]?.[0], 'GET /cities?_queryFilter=name%20co%20%22%26%201%22&_sortKeys=-people%2C%2Bname&_pageSize=3&_totalPagedResultsPolicy=EXACT&_fields=people%2Cname')
  const { results, total, policy, cookie } = await cities.query({ filter: 'people lt 2', fields: [], sortKeys: [], cookie: '' }).page()
  t.strictSame([results.map(({ id }) => id), total, policy, cookie], [['c00', 'c01'], -1, 'NONE', null])
  t.equal(seen()[0]?.[0], 'GET /cities?_queryFilter=people%20lt%202')
})

t.test('pages come one by one, from an offset or a cookie on', async (t) => {
  const { baseUrl, seen } = await startCities(t)
  const cities = createClient({ baseUrl }).resource<typeof City>('/cities')
  const pages = []
  for await (const page of cities.query({ pageSize: 10, offset: 3, count: 'EXACT' }).pages()) pages.push(page)
  t.strictSame(pages.map(({ results, total }) => [results[0]?.id, results.length, total]), [['c03', 10, 25], ['c13', 10, 25], ['c23', 2, 25]])
  t.notMatch(seen()[1]?.[0], /Offset/)
  const rest = []
  for await (const { id } of cities.query({ pageSize: 10, cookie: String(pages[1]?.cookie) })) rest.push(id)
  t.strictSame(rest, ['c23', 'c24'])
  const query = cities.query({ pageSize: 20 })
  t.strictSame([(await query.page()).results.length, (await query.page()).results.length], [20, 20], 'a page is asked for anew')
})

t.test('asks for declared queries', async (t) => {
  const { baseUrl } = await startCities(t)
  const cities = createClient({ baseUrl }).resource<typeof City>('/cities')
  const ids = []
  for await (const { id } of cities.query({ queryId: 'larger', parameters: { than: '21' }, pageSize: 2 })) ids.push(id)
  t.strictSame(ids, ['c22', 'c23', 'c24'])
  await fails(t, cities.query({ queryId: 'smaller' }).page(), 501)
})

t.test('a list that is none is named', async (t) => {
  const { baseUrl, requests } = await startCities(t)
  const cities = createClient({ baseUrl }).resource('/cities')
  for (const list of ['/name', '', { 0: 'name' }, null, [1]] as never[]) {
    t.match(await rejection(cities.query({ sortKeys: list }).page()), { name: 'TypeError', message: 'sortKeys must be an array of strings' })
    t.match(await rejection(cities.query({ fields: list }).next()), { name: 'TypeError', message: 'fields must be an array of strings' })
    t.match(await rejection(cities.read('c00', { fields: list })), { name: 'TypeError', message: 'fields must be an array of strings' })
  }
  t.equal(requests.length, 0)
})

t.test('a failed page ends the iteration with its error', async (t) => {
  const { baseUrl, app } = await startCities(t)
  const cities = createClient({ baseUrl }).resource<typeof City>('/cities')
  const query = cities.query({ pageSize: 1 })
  await query.next()
  app.resources.get('/cities')?.disable()
  await fails(t, query.next(), 503)
  t.strictSame(await query.next(), { done: true, value: undefined })
  app.resources.get('/cities')?.enable()
  await fails(t, cities.query({ filter: 'people xx' }).next(), 400)
})

t.test('a signal ends the iteration', async (t) => {
  const { baseUrl } = await startCities(t)
  const controller = new AbortController()
  const query = createClient({ baseUrl }).resource<typeof City>('/cities').query({ pageSize: 1, signal: controller.signal })
  await query.next()
  controller.abort(new Error('enough'))
  t.match(await rejection(query.next()), { message: 'enough' })
})
