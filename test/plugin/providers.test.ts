import { connect } from 'node:net'
import { once } from 'node:events'
import t from 'tap'
import { Conflict, Gone, NotFound, PreconditionFailed, ServiceUnavailable } from '../../lib/index.ts'
import type { Document, Provider } from '../../lib/index.ts'
import { buildApp, loose, refused } from './app.ts'

/** A provider over a map that notes what its handlers are given. */
function mapProvider (): { readonly provider: Required<Omit<Provider, 'patch'>>, readonly documents: Map<string, Document>, readonly given: Array<Record<string, unknown>> } {
  const documents = new Map<string, Document>()
  const given: Array<Record<string, unknown>> = []
  let revision = 0
  const note = (operation: string, request: object): void => { given.push({ operation, ...request }) }
  const put = (id: string, content: Document['content']): Document => {
    const document = { id, revision: String(++revision), content }
    documents.set(id, document)
    return document
  }
  const current = (id: string, wanted: string | undefined): Document => {
    const document = documents.get(id)
    if (document === undefined) throw new NotFound('mine')
    if (wanted !== undefined && document.revision !== wanted) throw new PreconditionFailed('mine')
    return document
  }
  return {
    documents,
    given,
    provider: {
      read: (request) => { note('read', request); return documents.get(request.id) },
      create: (request) => { note('create', request); return put(request.id ?? `made${revision}`, request.content) },
      update: (request) => { note('update', request); current(request.id, request.revision); return put(request.id, request.content) },
      delete: (request) => { note('delete', request); const document = current(request.id, request.revision); documents.delete(request.id); return document },
      query: (request) => { note('query', request); return { results: [...documents.values()] } }
    }
  }
}

t.test('all handlers: the plugin judges rows 17 to 20 and passes the matched revision on', async (t) => {
  const { provider, given } = mapProvider()
  const app = await buildApp(t)
  app.resource('/r/:x/things', { provider })
  const send = (method: string, id: string, payload?: object, headers = {}) => app.inject({ method: method as 'GET', url: `/r/y/things${id}`, headers, ...(payload === undefined ? {} : { payload }) })
  t.equal((await send('PUT', '/a?q=1&q=2&_fields=n', { n: 1 })).statusCode, 201)
  t.match(given.at(-1), { operation: 'create', id: 'a', content: { n: 1 }, params: { x: 'y' }, parameters: { q: ['1', '2'] }, principal: null, request: { method: 'PUT' }, log: { info: Function } })
  t.notOk(Object.keys(given.at(-1)?.['parameters'] as object).includes('_fields'), 'reserved parameters are not handed on')
  t.equal((await send('POST', '', { n: 1 })).json()._id, 'made1', 'the provider chooses the id')
  t.equal((await send('POST', '', { _id: 'mine' })).json()._id, 'mine')
  t.equal((await send('GET', '/a', undefined, { 'if-none-match': '"1"' })).statusCode, 304)
  refused(t, await send('PUT', '/a', { n: 2 }, { 'if-match': '"x", "y"' }), 412)
  t.notOk(given.some(({ operation }) => operation === 'update'), 'a false condition never reaches the write')
  t.equal((await send('PUT', '/a', { n: 2 }, { 'if-match': '"x", "1"' })).statusCode, 200)
  t.match(given.at(-1), { operation: 'update', revision: '1', content: { n: 2 } })
  t.equal((await send('PATCH', '/a', [{ operation: 'add', field: '/m', value: 1 }])).json().m, 1, 'patch is made of read and update')
  t.match(given.at(-1), { operation: 'update', revision: '4', content: { n: 2, m: 1 } })
  t.equal((await send('DELETE', '/a', undefined, { 'if-match': '*' })).json().m, 1)
  t.match(given.at(-1), { operation: 'delete', revision: '5' })
  refused(t, await send('GET', '/a'), 404, 'read returning undefined')
  t.match((await send('GET', '')).json(), { resultCount: 2, totalPagedResults: -1, pagedResultsCookie: null })
  t.match(given.at(-1), { operation: 'query', filter: { kind: 'literal', value: true }, sortKeys: [], pageSize: 1000, cookie: undefined, offset: 0, count: 'NONE' })
  t.equal((await send('GET', '?_queryFilter=a+eq+1&_sortKeys=-b&_pageSize=5&_pagedResultsCookie=c&_totalPagedResultsPolicy=ESTIMATE')).statusCode, 200, 'a provider is asked whatever was asked')
  t.match(given.at(-1), { pageSize: 5, cookie: 'c', count: 'ESTIMATE', sortKeys: [{}] })
})

t.test('a missing handler is an undeclared operation', async (t) => {
  const app = await buildApp(t)
  const { provider: { read } } = mapProvider()
  app.resource('/read', { provider: { read } })
  app.resource('/none', { provider: {} })
  t.equal((await app.inject({ method: 'OPTIONS', url: '/read/a' })).headers['allow'], 'GET, HEAD, OPTIONS')
  t.equal((await app.inject({ method: 'OPTIONS', url: '/read' })).headers['allow'], 'OPTIONS')
  for (const [method, url] of [['PUT', '/read/a'], ['DELETE', '/read/a'], ['PATCH', '/read/a'], ['POST', '/read'], ['GET', '/read'], ['GET', '/none/a'], ['POST', '/none/a']] as const) {
    refused(t, await app.inject({ method, url, payload: {} }), 405, `${method} ${url}`)
  }
})

t.test('without read a single tag is passed on, and what cannot be judged is 501', async (t) => {
  const { provider: { update, delete: remove, create }, given, documents } = mapProvider()
  const app = await buildApp(t)
  app.resource('/things', { provider: { update, delete: remove, create } })
  const send = (method: 'PUT' | 'DELETE', headers: Record<string, string> = {}) => app.inject({ method, url: '/things/a', headers, ...(method === 'PUT' ? { payload: {} } : {}) })
  t.equal((await send('PUT')).statusCode, 201, 'an update that finds nothing is a create')
  t.equal((await send('PUT')).statusCode, 200)
  const revision = (): string => documents.get('a')?.revision ?? ''
  t.equal((await send('PUT', { 'if-match': `"${revision()}"` })).statusCode, 200)
  t.match(given.at(-1), { operation: 'update', revision: '2' })
  refused(t, await send('PUT', { 'if-match': '"stale"' }), 412)
  refused(t, await send('DELETE', { 'if-match': 'W/"3"' }), 412, 'a weak tag never matches')
  given.length = 0
  for (const headers of [{ 'if-match': '"1", "2"' }, { 'if-none-match': '"1"' }, { 'if-match': '*', 'if-none-match': '*' }]) refused(t, await send('PUT', headers), 501, JSON.stringify(headers))
  for (const headers of [{ 'if-match': '"1", "2"' }, { 'if-none-match': '"1"' }, { 'if-none-match': '*' }]) refused(t, await send('DELETE', headers), 501, JSON.stringify(headers))
  t.strictSame(given, [], 'no handler is called with a condition that nobody judges')
  t.equal((await send('DELETE', { 'if-match': '*' })).statusCode, 200)
})

t.test('thrown documented errors are answered as they are', async (t) => {
  const app = await buildApp(t)
  const thrown = { error: new Error() }
  const fail = (): never => { throw thrown.error }
  app.resource('/things', { provider: { read: ({ id }) => id === 'ok' ? { id, revision: '1', content: {} } : fail(), delete: fail } })
  for (const [error, code] of [[new NotFound('mine'), 404], [new Gone('mine'), 410], [new Conflict('mine', { detail: { d: 1 } }), 409], [new ServiceUnavailable('mine', { retryAfter: 9 }), 503]] as const) {
    thrown.error = error
    const fault = refused(t, await app.inject({ method: 'DELETE', url: '/things/ok' }), code)
    t.equal(fault.message, 'mine')
    t.same(fault.detail, 'detail' in error ? error.detail : undefined)
    refused(t, await app.inject('/things/x'), code)
  }
  t.equal((await app.inject('/things/x')).headers['retry-after'], '9')
  thrown.error = new PreconditionFailed('mine')
  refused(t, await app.inject('/things/x'), 409, 'a 412 without a condition')
  refused(t, await app.inject({ url: '/things/x', headers: { 'if-match': '"1"' } }), 412)
})

t.test('a lost race is 412 with a condition, and without one it is tried again, at most 10 times', async (t) => {
  const app = await buildApp(t)
  let losses = 0
  let tries = 0
  const lose = (id: string): Document => {
    tries++
    if (losses-- > 0) throw new PreconditionFailed('lost')
    return { id, revision: 'new', content: {} }
  }
  app.resource('/things', { provider: { read: ({ id }) => ({ id, revision: 'old', content: { n: 1 } }), update: ({ id }) => lose(id), delete: ({ id }) => lose(id) } })
  for (const [lost, headers, code, expected] of [
    [1, {}, 200, 2], [10, {}, 200, 11], [11, {}, 409, 11], [1, { 'if-match': '"old"' }, 412, 1], [1, { 'if-match': '*' }, 412, 1]
  ] as const) {
    for (const method of ['PUT', 'PATCH', 'DELETE'] as const) {
      losses = lost
      tries = 0
      const payload = method === 'PUT' ? { n: 2 } : method === 'PATCH' ? [{ operation: 'replace', field: '/n', value: 2 }] : undefined
      const response = await app.inject({ method, url: '/things/a', headers, ...(payload === undefined ? {} : { payload }) })
      t.equal(response.statusCode, code, `${method} lost ${lost} times ${JSON.stringify(headers)}`)
      t.equal(tries, expected)
    }
  }
})

t.test('what is no document or page is 500, and leaks nothing', async (t) => {
  const good = { id: 'a', revision: '1', content: {} }
  const documents = [5, 'secret', [], {}, { ...good, id: 5 }, { ...good, content: 'secret' }, { ...good, content: null }, { ...good, content: [] }, { ...good, revision: 5 }, { ...good, revision: '' },
    { ...good, revision: 'sec"ret' }, { ...good, revision: 'a\nb' }, { ...good, revision: 'é' }, { ...good, revision: '*' }, { ...good, content: { n: 1n } }, Promise.reject(new Error('secret'))]
  documents.forEach((document) => { if (document instanceof Promise) document.catch(() => {}) })
  const pages = [undefined, null, 5, {}, { results: {} }, { results: [5] }, { results: [good, { ...good, revision: '"' }] }, { results: [], total: 1.5 }, { results: [], total: 1, policy: 'SOME' }, { results: [], cookie: 5 }]
  const app = await buildApp(t)
  let result: unknown
  app.resource('/things', loose({ provider: { read: () => result, create: () => result, query: () => result } }))
  for (result of documents) {
    const response = await app.inject('/things/a')
    refused(t, response, 500, `read ${String(result)}`)
    t.notMatch(response.body, 'secret')
    refused(t, await app.inject({ method: 'POST', url: '/things', payload: {} }), 500, `create ${String(result)}`)
  }
  result = undefined
  refused(t, await app.inject({ method: 'POST', url: '/things', payload: {} }), 500, 'create returns nothing')
  for (result of pages) refused(t, await app.inject('/things'), 500, `page ${JSON.stringify(result)}`)
})

t.test('signal is aborted when the client goes away', async (t) => {
  const app = await buildApp(t)
  let begin: (signal: AbortSignal) => void = () => {}
  const begun = new Promise<AbortSignal>((resolve) => { begin = resolve })
  app.resource('/things', { provider: { read: async ({ id, signal }) => { begin(signal); await new Promise((resolve) => signal.addEventListener('abort', resolve)); return { id, revision: '1', content: {} } } } })
  await app.listen({ port: 0 })
  const socket = connect((app.server.address() as { port: number }).port)
  socket.write('GET /things/a HTTP/1.1\r\nHost: x\r\n\r\n')
  const signal = await begun
  t.notOk(signal.aborted)
  socket.destroy()
  if (!signal.aborted) await once(signal, 'abort')
  t.ok(signal.aborted)
})
