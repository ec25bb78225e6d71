import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify'
import t from 'tap'
import type { Test } from 'tap'
import commonRest, { memoryStore } from '../../lib/index.ts'
import type { ResourceDefinition, Store } from '../../lib/index.ts'
import { sqliteStore } from '../../lib/sqlite.ts'
import { buildApp, refused } from './app.ts'

/** What clients of other Common REST servers rely on: part E of the divergences, one test for each point, on both stores. */

const stores: ReadonlyArray<readonly [string, () => Store]> = [['memory', () => memoryStore()], ['sqlite', () => sqliteStore(':memory:')]]

type Method = NonNullable<InjectOptions['method']>
type Send = (method: Method, url: string, payload?: unknown, headers?: Record<string, string>) => Promise<LightMyRequestResponse>

interface Given {
  readonly app: FastifyInstance
  readonly send: Send
}

const definition: ResourceDefinition & { readonly kind?: 'collection' } = {
  actions: {
    echo: { on: ['collection', 'instance'], handler: ({ content }) => content },
    ping: { on: ['collection', 'instance'], handler: () => ({ pong: true }) }
  }
}

function sender (app: FastifyInstance): Send {
  return (method, url, payload, headers = {}) => app.inject({
    method, url, headers: { ...(payload === undefined ? {} : { 'content-type': 'application/json' }), ...headers }, ...(payload === undefined ? {} : { payload: JSON.stringify(payload) })
  })
}

function point (name: string, run: (t: Test, given: Given) => Promise<void>): void {
  for (const [storeName, makeStore] of stores) {
    t.test(`${name} (${storeName})`, async (t) => {
      const app = await buildApp(t, { options: { store: makeStore() } })
      app.resource('/things', definition)
      app.resource('/settings', { kind: 'singleton', initial: { theme: 'dark' }, actions: { ping: { handler: () => ({ pong: true }) } } })
      await run(t, { app, send: sender(app) })
    })
  }
}

const ids = (response: LightMyRequestResponse): string[] => response.json().result.map(({ _id }: { readonly _id: string }) => _id)

point('E.1 Content-Type: application/json on GET, HEAD, DELETE, OPTIONS and actions without content is no error', async (t, { send }) => {
  const json = { 'content-type': 'application/json' }
  await send('PUT', '/things/a', { n: 1 })
  for (const [method, url, status] of [
    ['GET', '/things/a', 200], ['HEAD', '/things/a', 200], ['GET', '/things?_queryFilter=true', 200], ['HEAD', '/things', 200], ['GET', '/settings', 200], ['OPTIONS', '/things/a', 204],
    ['POST', '/things?_action=ping', 200], ['POST', '/things/a?_action=ping', 200], ['POST', '/settings?_action=ping', 200], ['POST', '/things?_action=echo', 204], ['DELETE', '/things/a', 200]
  ] as const) {
    for (const headers of [json, { 'content-type': 'application/json; charset=UTF-8' }, { ...json, 'content-length': '0' }]) {
      if (method === 'DELETE') await send('PUT', url, { n: 1 })
      t.equal((await send(method, url, undefined, headers)).statusCode, status, `${method} ${url} ${JSON.stringify(headers)}`)
    }
  }
})

point('E.2 an empty _fields and _fields=* mean everything', async (t, { send }) => {
  const whole = { _id: 'a', n: 1, m: { x: [1, { y: 2 }], z: null } }
  for (const fields of ['_fields=', '_fields', '_fields=*', '_fields=%2A', '_fields=*,n', '_FIELDS=*', '_fields=*&_fields=n']) {
    t.match((await send('PUT', `/things/a?${fields}`, whole)).json(), whole, `PUT ${fields}`)
    t.strictSame(Object.keys((await send('GET', `/things/a?${fields}`)).json()).sort(), ['_id', '_rev', 'm', 'n'], `GET ${fields}`)
    t.match((await send('GET', `/things?_queryFilter=true&${fields}`)).json().result, [whole], `query ${fields}`)
    t.match((await send('PATCH', `/things/a?${fields}`, [])).json(), whole, `PATCH ${fields}`)
    t.match((await send('DELETE', `/things/a?${fields}`)).json(), whole, `DELETE ${fields}`)
    t.match((await send('POST', `/things?${fields}`, { ...whole, _id: 'b' })).json(), { ...whole, _id: 'b' }, `POST ${fields}`)
    await send('DELETE', '/things/b')
  }
})

point('E.3 If-Match takes a revision without quotes, and "*" in quotes', async (t, { send }) => {
  const revision = async (): Promise<string> => (await send('GET', '/things/a')).json()._rev
  await send('PUT', '/things/a', { n: 0 })
  const stale = await revision()
  t.equal((await send('PUT', '/things/a', { n: 1 }, { 'if-match': stale })).statusCode, 200, 'PUT without quotes')
  t.equal((await send('PATCH', '/things/a', [{ operation: 'increment', field: '/n', value: 1 }], { 'if-match': await revision() })).statusCode, 200, 'PATCH without quotes')
  t.equal((await send('GET', '/things/a', undefined, { 'if-match': await revision() })).statusCode, 200, 'GET without quotes')
  t.equal((await send('POST', '/things/a?_action=ping', undefined, { 'if-match': await revision() })).statusCode, 200, 'an action without quotes')
  for (const [method, payload] of [['PUT', { n: 9 }], ['PATCH', []], ['DELETE', undefined], ['GET', undefined]] as const) {
    for (const value of [stale, `"${stale}"`, 'never']) refused(t, await send(method, '/things/a', payload, { 'if-match': value }), 412, `${method} with the stale ${value}`)
  }
  for (const value of ['"*"', '*']) {
    t.equal((await send('PUT', '/things/a', { n: value }, { 'if-match': value })).statusCode, 200, `PUT with ${value}`)
    t.equal((await send('PATCH', '/things/a', [{ operation: 'add', field: 'm', value }], { 'if-match': value })).statusCode, 200, `PATCH with ${value}`)
    refused(t, await send('PUT', '/things/absent', {}, { 'if-match': value }), 404, `PUT with ${value} does not create`)
  }
  refused(t, await send('PUT', '/things/a', {}, { 'if-none-match': '"*"' }), 412, 'If-None-Match in quotes too')
  t.equal((await send('DELETE', '/things/a', undefined, { 'if-match': await revision() })).statusCode, 200, 'DELETE without quotes')
})

point('E.4 PUT without a condition creates or replaces', async (t, { send }) => {
  const created = await send('PUT', '/things/a', { n: 1, m: 1 })
  t.equal(created.statusCode, 201)
  t.match(created.headers['location'], /\/things\/a$/)
  const replaced = await send('PUT', '/things/a', { n: 2 })
  t.equal(replaced.statusCode, 200)
  t.equal(replaced.headers['location'], undefined)
  t.strictSame(replaced.json(), { _id: 'a', _rev: replaced.json()._rev, n: 2 }, 'replaces, and does not merge')
  t.equal((await send('PUT', '/settings', { theme: 'light' })).statusCode, 200, 'a singleton')
})

point('E.5 POST to a collection without _action creates', async (t, { send }) => {
  const created = await send('POST', '/things', { n: 1 })
  t.equal(created.statusCode, 201)
  const { _id, _rev } = created.json()
  t.equal(created.headers['etag'], `"${_rev}"`)
  t.strictSame((await send('GET', `/things/${_id}`)).json(), created.json())
  for (const action of ['create', 'CREATE', 'Create']) t.equal((await send('POST', `/things?_action=${action}`, { n: 2 })).statusCode, 201, action)
  refused(t, await send('POST', '/things', { _id }), 409, 'an id that is taken')
})

point('E.6 a trailing slash before the query string is ignored', async (t, { send }) => {
  t.equal((await send('POST', '/things/?_action=create', { _id: 'a', n: 1 })).statusCode, 201)
  t.equal((await send('POST', '/things/', { _id: 'b' })).statusCode, 201)
  t.strictSame(ids(await send('GET', '/things/?_queryFilter=true')), ['a', 'b'])
  t.equal((await send('GET', '/things/a/?_fields=n')).json().n, 1)
  t.equal((await send('PUT', '/things/a/', { n: 2 })).statusCode, 200)
  t.equal((await send('PATCH', '/things/a/', [])).statusCode, 200)
  t.equal((await send('POST', '/things/a/?_action=ping')).statusCode, 200)
  t.equal((await send('POST', '/things/?_action=ping')).statusCode, 200)
  t.equal((await send('GET', '/settings/?_prettyPrint=true')).statusCode, 200)
  t.equal((await send('DELETE', '/things/a/')).json()._id, 'a')
  t.equal((await send('OPTIONS', '/things/')).statusCode, 204)
})

point('E.7 _queryFilter=true lists; raw and single quotes, AND in capitals and a leading slash are understood', async (t, { app, send }) => {
  for (const [_id, n, name] of [['x', 1, 'Ann'], ['y', 2, "O'Hara"], ['z', 3, 'ann']] as const) await send('PUT', `/things/${_id}`, { n, name, deep: { n } })
  const find = async (url: string): Promise<string[]> => ids(await app.inject(url))
  t.strictSame(await find('/things?_queryFilter=true'), ['x', 'y', 'z'])
  t.strictSame(await find('/things?_queryFilter=TRUE'), ['x', 'y', 'z'])
  t.strictSame(await find('/things?_queryFilter=_id+eq+"x"'), ['x'], 'raw double quotes')
  t.strictSame(await find("/things?_queryFilter=_id+eq+'x'"), ['x'], 'single quotes')
  t.strictSame(await find('/things?_queryFilter=_id%20eq%20%22x%22'), ['x'], 'encoded')
  t.strictSame(await find(`/things?_queryFilter=${encodeURIComponent('name eq "ann" AND n gt 1')}`), ['z'])
  t.strictSame(await find(`/things?_queryFilter=${encodeURIComponent('name EQ "ann" And (n GT 1 OR !(n Eq 3))')}`), ['x', 'z'])
  for (const field of ['/n', 'n', '/deep/n', 'deep/n', '%2Fn', '%2Fdeep%2Fn']) t.strictSame(await find(`/things?_queryFilter=${field}+eq+2`), ['y'], field)
  t.strictSame(await find(`/things?_queryFilter=${encodeURIComponent("name eq 'O\\'Hara'")}`), ['y'], 'an escaped quote')
  t.strictSame(await find('/things?_QUERYFILTER=/_id+eq+"x"'), ['x'])
  t.strictSame(await find('/things'), ['x', 'y', 'z'], 'no filter at all')
})

point('E.8 _pageSize=0 is unpaged; against E.8, ruling R7 makes _pageSize=-1 400', async (t, { send }) => {
  for (const id of ['a', 'b', 'c']) await send('PUT', `/things/${id}`, {})
  for (const query of ['_pageSize=0', '_queryFilter=true&_pageSize=0', '_queryFilter=true&_pageSize=00']) {
    const page = await send('GET', `/things?${query}`)
    t.equal(page.statusCode, 200, query)
    t.match(page.json(), { resultCount: 3, pagedResultsCookie: null }, query)
  }
  for (const value of ['-1', '-0', '1.5', 'x', '']) refused(t, await send('GET', `/things?_queryFilter=true&_pageSize=${value}`), 400, `_pageSize=${value}`)
})

point('E.9 _pageSize=0 with _totalPagedResultsPolicy=EXACT answers a total', async (t, { send }) => {
  for (const id of ['a', 'b', 'c']) await send('PUT', `/things/${id}`, { n: id })
  for (const query of ['_pageSize=0&_totalPagedResultsPolicy=EXACT', '_totalPagedResultsPolicy=EXACT', '_queryFilter=true&_totalPagedResultsPolicy=exact', '_pageSize=2&_totalPagedResultsPolicy=EXACT', '_pageSize=2&_pagedResultsOffset=2&_totalPagedResultsPolicy=EXACT']) {
    t.match((await send('GET', `/things?${query}`)).json(), { totalPagedResults: 3, totalPagedResultsPolicy: 'EXACT', remainingPagedResults: -1 }, query)
  }
  t.match((await send('GET', '/things?_queryFilter=n+eq+"b"&_pageSize=0&_totalPagedResultsPolicy=EXACT')).json(), { totalPagedResults: 1, resultCount: 1 }, 'of what matches')
  t.match((await send('GET', '/things?_pageSize=0')).json(), { totalPagedResults: -1, totalPagedResultsPolicy: 'NONE' }, 'nothing is counted unasked')
})

point('E.10 _pagedResultsOffset counts records: (page - 1) * size', async (t, { send }) => {
  const all = Array.from('abcdefg')
  for (const id of all) await send('PUT', `/things/${id}`, {})
  const size = 3
  for (const page of [1, 2, 3, 4]) {
    const response = await send('GET', `/things?_queryFilter=true&_pageSize=${size}&_pagedResultsOffset=${(page - 1) * size}&_totalPagedResultsPolicy=EXACT`)
    t.strictSame(ids(response), all.slice((page - 1) * size, page * size), `page ${page}`)
    t.equal(response.json().totalPagedResults, all.length)
    t.equal(response.json().pagedResultsCookie === null, page > 2, `cookie of page ${page}`)
  }
  t.strictSame(ids(await send('GET', '/things?_queryFilter=true&_sortKeys=-_id&_pageSize=2&_pagedResultsOffset=1')), ['f', 'e'])
})

point('E.11 an error body has a numeric code, a reason and a message', async (t, { app, send }) => {
  await send('PUT', '/things/a', {})
  for (const [method, url, code, reason, headers] of [
    ['GET', '/things/absent', 404, 'Not Found', {}], ['GET', '/nowhere', 404, 'Not Found', {}], ['GET', '/things?_queryFilter=(', 400, 'Bad Request', {}],
    ['DELETE', '/things', 405, 'Method Not Allowed', {}], ['GET', '/things/a', 406, 'Not Acceptable', { accept: 'text/html' }], ['POST', '/things', 409, 'Conflict', {}],
    ['PUT', '/things/a', 412, 'Precondition Failed', { 'if-match': '"x"' }], ['PUT', '/things/a', 415, 'Unsupported Media Type', { 'content-type': 'text/plain' }],
    ['POST', '/things?_action=nope', 501, 'Not Implemented', {}]
  ] as const) {
    const response = await send(method, url, method === 'PUT' || method === 'POST' ? { _id: 'a' } : undefined, headers)
    const fault = refused(t, response, code, `${method} ${url} ${code}`)
    t.strictSame(fault.code, code, 'the code is a number, and that of the status')
    t.equal(fault.reason, reason)
  }
  const [resource] = [...app.resources.values()]
  resource?.disable()
  t.match(refused(t, await send('GET', '/things'), 503), { reason: 'Service Unavailable' })
})

point('E.11 the message of a 404 says "not found", which clients look for', async (t, { send }) => {
  for (const [method, url] of [['GET', '/things/absent'], ['DELETE', '/things/absent'], ['GET', '/nowhere']] as const) {
    t.match(refused(t, await send(method, url), 404).message, /not found/i, `${method} ${url}`)
  }
})

point('E.12 DELETE returns the deleted document with 200', async (t, { send }) => {
  const stored = await send('PUT', '/things/a', { n: 1, deep: { x: [null] } })
  const deleted = await send('DELETE', '/things/a')
  t.equal(deleted.statusCode, 200)
  t.strictSame(deleted.json(), stored.json())
  refused(t, await send('GET', '/things/a'), 404)
  refused(t, await send('DELETE', '/things/a'), 404)
})

point('E.13 a query always answers all six members', async (t, { send }) => {
  const members = ['result', 'resultCount', 'pagedResultsCookie', 'totalPagedResultsPolicy', 'totalPagedResults', 'remainingPagedResults']
  const queries = ['', '?_queryFilter=true', '?_queryFilter=false', '?_pageSize=1', '?_pageSize=1&_totalPagedResultsPolicy=EXACT', '?_fields=n', '?_prettyPrint=true', '?_queryFilter=n+eq+5', '?_pagedResultsOffset=50']
  for (const query of queries) {
    const empty = (await send('GET', `/things${query}`)).json()
    t.strictSame(Object.keys(empty), members, `${query} of nothing`)
    t.match(empty, { result: [], resultCount: 0, pagedResultsCookie: null, remainingPagedResults: -1 }, query)
  }
  for (const id of ['a', 'b']) await send('PUT', `/things/${id}`, { n: 5 })
  for (const query of queries) {
    const page = (await send('GET', `/things${query}`)).json()
    t.strictSame(Object.keys(page), members, `${query} of some`)
    t.equal(page.resultCount, page.result.length, query)
    t.type(page.totalPagedResults, 'number')
    t.equal(page.remainingPagedResults, -1)
  }
})

point('E.14 an _id with characters that need encoding round-trips through the path', async (t, { send }) => {
  const odd = ['a b', 'a/b', 'a=b', 'a,b', 'a+b', 'a%b', 'a%2Fb', '%', 'é', 'ü/ö', '日本', '😀', 'a&b', 'a?b', 'a#c', 'a;b', 'a:b', "a'b", 'a"b', 'uid=x,ou=people,dc=example', '-', '_id', 'A', 'a', '*', '~', 'a~1b', '[x]', '{x}', '\\', '...', ' ', 'a ', '__proto__', 'constructor']
  for (const id of odd) {
    const path = `/things/${encodeURIComponent(id)}`
    const created = await send('PUT', path, { _id: id, n: id })
    t.equal(created.statusCode, 201, `PUT ${id}`)
    t.equal(created.json()._id, id)
    t.equal(String(created.headers['location']).replace(/^https?:\/\/[^/]+/, ''), path, `Location of ${id}`)
    t.strictSame((await send('GET', path)).json(), created.json(), `GET ${id}`)
    t.strictSame(ids(await send('GET', `/things?_queryFilter=${encodeURIComponent(`_id eq ${JSON.stringify(id)} and n eq ${JSON.stringify(id)}`)}`)).filter((found) => found === id), [id], `query ${id}`)
  }
  t.strictSame(ids(await send('GET', '/things')).sort(), [...odd].sort())
  for (const id of odd) t.equal((await send('DELETE', `/things/${encodeURIComponent(id)}`)).json()._id, id, `DELETE ${id}`)
})

point('E.15 Accept-API-Version: protocol=2.1,resource=1.0 is accepted on an unversioned resource', async (t, { send }) => {
  for (const version of ['protocol=2.1,resource=1.0', 'protocol=2.1, resource=1.0', 'resource=1.0,protocol=2.1', 'resource=1.0', 'protocol=2.0', 'protocol=2.1,resource=99.7', 'resource=3']) {
    const headers = { 'accept-api-version': version }
    t.match(String((await send('PUT', '/things/a', { n: version }, headers)).statusCode), /^20[01]$/, `PUT ${version}`)
    const read = await send('GET', '/things/a', undefined, headers)
    t.equal(read.statusCode, 200, version)
    t.equal(read.json().n, version)
    for (const [method, url] of [['GET', '/things?_queryFilter=true'], ['GET', '/settings'], ['POST', '/things/a?_action=ping']] as const) {
      t.equal((await send(method, url, undefined, headers)).statusCode, 200, `${method} ${url} ${version}`)
    }
    t.notOk(read.headers['warning'])
  }
})

point('E.16 X-Requested-With and X-ForgeRock-TransactionId are accepted anywhere', async (t, { send }) => {
  const headers = { 'x-requested-with': 'XMLHttpRequest', 'x-forgerock-transactionid': '5d1c-1/0' }
  for (const [method, url, status, payload] of [
    ['POST', '/things', 201, { _id: 'a' }], ['PUT', '/things/a', 200, { n: 1 }], ['PATCH', '/things/a', 200, []], ['GET', '/things/a', 200], ['HEAD', '/things/a', 200], ['GET', '/things', 200],
    ['POST', '/things/a?_action=ping', 200], ['OPTIONS', '/things', 204], ['GET', '/settings', 200], ['PUT', '/settings', 200, {}], ['DELETE', '/things/a', 200], ['GET', '/things/a', 404], ['GET', '/nowhere', 404]
  ] as const) {
    t.equal((await send(method, url, payload, headers)).statusCode, status, `${method} ${url}`)
    t.equal((await send('GET', '/settings', undefined, { ...headers, 'x-forgerock-transactionid': '' })).statusCode, 200, 'also an empty one')
  }
})

point('E.17 404 on GET of a missing document, also with If-None-Match', async (t, { send }) => {
  for (const value of ['*', '"*"', '"x"', 'x', 'W/"x"', '"x", "y"']) {
    for (const method of ['GET', 'HEAD'] as const) refused(t, await send(method, '/things/absent', undefined, { 'if-none-match': value }), 404, `${method} ${value}`)
  }
})

point('E.18 412 on PUT with If-None-Match: * of an existing document', async (t, { send }) => {
  const create = { 'if-none-match': '*' }
  t.equal((await send('PUT', '/things/a', { n: 1 }, create)).statusCode, 201)
  const before = await send('GET', '/things/a')
  for (const payload of [{ n: 2 }, { n: 1 }]) {
    const response = await send('PUT', '/things/a', payload, create)
    refused(t, response, 412)
    t.equal(response.headers['etag'], before.headers['etag'], 'with the current tag')
  }
  t.strictSame((await send('GET', '/things/a')).json(), before.json(), 'and nothing is changed')
})

point('E.19 PATCH remove of a missing field is a 200 and no change', async (t, { send }) => {
  const before = await send('PUT', '/things/a', { n: 1, list: [1] })
  for (const field of ['/nope', 'nope', '/nope/deep', '/list/9', '/n/deep']) {
    const response = await send('PATCH', '/things/a', [{ operation: 'remove', field }])
    t.equal(response.statusCode, 200, field)
    t.strictSame(response.json(), before.json(), field)
    t.equal(response.headers['etag'], before.headers['etag'], `${field}: the revision is kept`)
  }
})

point('E.20 PATCH add /list/- appends, and creates the list', async (t, { send }) => {
  await send('PUT', '/things/a', {})
  for (const [value, list] of [[1, [1]], ['x', [1, 'x']], [[2], [1, 'x', [2]]], [{ y: 1 }, [1, 'x', [2], { y: 1 }]]] as const) {
    t.strictSame((await send('PATCH', '/things/a', [{ operation: 'add', field: '/list/-', value }])).json().list, list)
  }
  t.strictSame((await send('PATCH', '/things/a', [{ operation: 'add', field: '/deep/list/-', value: 1 }])).json().deep, { list: [1] }, 'with its parents')
})

point('E.21 POST with X-HTTP-Method-Override: PATCH patches', async (t, { send }) => {
  const { _rev } = (await send('PUT', '/things/a', { n: 1 })).json()
  const override = { 'x-http-method-override': 'PATCH' }
  const patched = await send('POST', '/things/a', [{ operation: 'increment', field: '/n', value: 1 }], { ...override, 'if-match': _rev })
  t.equal(patched.statusCode, 200)
  t.equal(patched.json().n, 2)
  refused(t, await send('POST', '/things/a', [], { ...override, 'if-match': _rev }), 412)
  refused(t, await send('POST', '/things/absent', [], override), 404)
  refused(t, await send('POST', '/things', [], override), 405)
  t.equal((await send('POST', '/things/a', undefined, { 'x-http-method-override': 'GET' })).json().n, 2)
  t.equal((await send('POST', '/things/a', undefined, { 'x-http-method-override': 'DELETE' })).json().n, 2)
})

point('E.22 unknown parameters are ignored, with a leading underscore they are 400', async (t, { send }) => {
  await send('PUT', '/things/a', { n: 1 })
  for (const [method, url, status, payload] of [
    ['GET', '/things/a', 200], ['GET', '/things', 200], ['PUT', '/things/a', 200, { n: 2 }], ['PATCH', '/things/a', 200, []], ['POST', '/things', 201, {}], ['GET', '/settings', 200], ['DELETE', '/things/a', 200]
  ] as const) {
    const before = (await send('GET', '/things')).json().result
    for (const query of ['_bogus=1', '_bogus', '_Bogus=', 'realm=x&_bogus=1', '__x=1', '_=1']) refused(t, await send(method, `${url}?${query}`, payload), 400, `${method} ${url}?${query}`)
    t.strictSame((await send('GET', '/things')).json().result, before, 'and nothing is done')
    t.equal((await send(method, `${url}?realm=%2Falpha&cacheBuster=1&cacheBuster=2&x&=y&&`, payload)).statusCode, status, `${method} ${url}`)
  }
  t.equal((await send('POST', '/things?_action=ping&_bogus=1')).statusCode, 200, 'actions may have reserved names of their own')
})

point('E.23 an unknown action is answered in JSON, never HTML', async (t, { send }) => {
  await send('PUT', '/things/a', {})
  for (const url of ['/things?_action=nope', '/things/a?_action=nope', '/settings?_action=nope', '/things?_action=', '/things/a?_action=PING']) {
    for (const headers of [{}, { accept: 'text/html' }, { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }]) refused(t, await send('POST', url, undefined, headers), 501, `${url} ${JSON.stringify(headers)}`)
  }
})

point('E.24 answers are application/json in UTF-8, and keep characters outside ASCII as they are', async (t, { send }) => {
  const text = 'Größe – 日本語 😀 é\u2028</script>'
  const created = await send('PUT', `/things/${encodeURIComponent('ü😀')}`, { text, [text]: 1 })
  const answers = [created, await send('GET', `/things/${encodeURIComponent('ü😀')}`), await send('GET', '/things'), await send('POST', '/things?_action=echo', { text, ü: 1, 日: '😀' }), await send('POST', '/things', { _id: 'ü😀' })]
  for (const response of answers) t.match(response.headers['content-type'], /^application\/json; ?charset=utf-8$/i)
  for (const response of answers.slice(0, 4)) {
    const { body, rawPayload } = response
    t.match(body, '日', 'unescaped')
    t.match(body, '😀')
    t.notMatch(body, /\\u(?!2028)/i)
    t.equal(rawPayload.length, Number(response.headers['content-length']), 'the length is that of the bytes')
    t.equal(new TextDecoder('utf-8', { fatal: true }).decode(rawPayload), body)
  }
  t.equal((await send('GET', '/things')).json().result[0]._id, 'ü😀')
  t.equal((await send('GET', '/things')).json().result[0].text, text)
})

/* Bugs of the reference that are not to come back: part C of the divergences, what the points above do not show. */

const versioned: ResourceDefinition & { readonly kind?: 'collection' } = { versions: ['1.0', '2.0'] }

for (const [storeName, makeStore] of stores) {
  t.test(`C.1 the Location has the path of the collection, also under prefixes and parameters (${storeName})`, async (t) => {
    const app = await buildApp(t, { options: null })
    await app.register(async (scope) => {
      await scope.register(commonRest, { store: makeStore(), prefix: '/rest' })
      scope.resource('/realms/:realm/users', {})
    }, { prefix: '/api' })
    for (const [method, url, payload] of [['POST', '/api/rest/realms/a%2Fb/users', { _id: 'x y' }], ['PUT', '/api/rest/realms/c/users/x%20y', {}]] as const) {
      const { headers } = await app.inject({ method, url, payload })
      t.equal(headers['location'], `http://localhost:80${method === 'POST' ? `${url}/x%20y` : url}`)
      t.equal((await app.inject(String(headers['location']).replace('http://localhost:80', ''))).json()._id, 'x y')
    }
  })

  t.test(`C.3 to C.6 versions: on 304, on the update of an upsert, with _fields, and one Warning (${storeName})`, async (t) => {
    const app = await buildApp(t, { options: { store: makeStore() } })
    app.resource('/things', versioned)
    const send = sender(app)
    const old = { 'accept-api-version': 'resource=1.0' }
    t.match((await send('PUT', '/things/a', { n: 1, m: 1 }, old)).headers['content-api-version'], 'resource=1.0')
    const upsert = await send('PUT', '/things/a?_fields=n', { n: 2, m: 2 }, old)
    t.strictSame(Object.keys(upsert.json()), ['_id', '_rev', 'n'], 'an upsert that updates keeps _fields')
    t.match(upsert.headers['content-api-version'], 'resource=1.0', 'and the version')
    for (const [method, url, headers] of [['GET', '/things/a', { ...old, 'if-none-match': '*' }], ['GET', '/things/a?_fields=n', old], ['GET', '/things', old], ['GET', '/things/absent', old], ['PATCH', '/things/a?_fields=n', old], ['DELETE', '/things/a', old]] as const) {
      const response = await send(method, url, method === 'PATCH' ? [] : undefined, headers)
      t.equal(response.headers['content-api-version'], 'protocol=2.1,resource=1.0', `${method} ${url}`)
      t.equal(response.headers['warning'], undefined)
      if (response.statusCode === 304) t.equal(response.body, '')
    }
    for (const url of ['/things', '/things/absent']) {
      const { warning } = (await send('GET', url)).headers
      t.type(warning, 'string', 'one warning')
      t.equal(String(warning).match(/Accept-API-Version should/g)?.length, 1)
    }
  })

  t.test(`C.15 to C.17 an id of the server overwrites nothing, and revisions do not repeat (${storeName})`, async (t) => {
    const app = await buildApp(t, { options: { store: makeStore() } })
    app.resource('/fixed', { createId: () => 'taken' })
    app.resource('/things', {})
    const send = sender(app)
    t.equal((await send('POST', '/fixed', { n: 1 })).statusCode, 201)
    refused(t, await send('POST', '/fixed', { n: 2 }), 409)
    t.equal((await send('GET', '/fixed/taken')).json().n, 1)
    const revisions = new Set<string>()
    for (let round = 0; round < 5; round++) {
      for (const n of [1, 2]) revisions.add((await send('PUT', '/things/a', { n })).json()._rev)
      await send('DELETE', '/things/a')
    }
    t.equal(revisions.size, 10, 'not even after delete and re-creation')
  })
}

point('C.7 what was 500 is 400, 404 or 501', async (t, { send }) => {
  await send('PUT', '/things/a', { n: 1 })
  for (const [method, url, status, payload, headers] of [
    ['GET', '/things/a?_fields', 200], ['GET', '/things/a?_prettyPrint', 200], ['GET', '/things?_queryFilter', 400], ['GET', '/things?_sortKeys', 400], ['GET', '/things?_pageSize', 400], ['GET', '/things?_pagedResultsCookie', 200], ['GET', '/things?_pagedResultsOffset', 400], ['GET', '/things?_totalPagedResultsPolicy', 400], ['GET', '/things?_queryId', 501], ['POST', '/things?_action', 501],
    ['GET', '/things?_queryFilter=a%20b+eq+1', 400], ['GET', '/things?_queryFilter="x"+eq+1', 400], ['GET', '/things/a?_mimeType=text/plain', 400], ['PUT', '/things/a', 415, {}, { 'content-type': ';;' }], ['PUT', '/things/a', 415, {}, { 'content-type': '/' }], ['GET', '/things?_pageSize=1&_pagedResultsCookie=rubbish', 400], ['GET', '/things?_sortKeys=nothing', 200],
    ['PATCH', '/things/a', 200, [{ operation: 'replace', field: '', value: { n: 1 } }]], ['GET', '/nowhere?_crestapi', 404], ['GET', '/things?_sortKeys=a%20b', 400]
  ] as const) t.equal((await send(method, url, payload, headers)).statusCode, status, `${method} ${url}`)
})

point('C.11, C.12 and C.26 entity tags: lists, weak tags, quotes, and the empty value', async (t, { send }) => {
  const { _rev } = (await send('PUT', '/things/a', { n: 1 })).json()
  for (const value of [`"x","${_rev}"`, `"x" , "y", "${_rev}"`, `,"${_rev}",`]) t.equal((await send('GET', '/things/a', undefined, { 'if-match': value })).statusCode, 200, value)
  for (const value of [`W/"${_rev}"`, `"${_rev}x"`, `"x${_rev}"`]) refused(t, await send('GET', '/things/a', undefined, { 'if-match': value }), 412, value)
  for (const value of ['', ' ', ',', `"${_rev}`, `${_rev}"`, `"${_rev}", bare`, '*, "x"', '"a b"', `w/"${_rev}"`]) {
    for (const field of ['if-match', 'if-none-match']) refused(t, await send('PUT', '/things/a', { n: 2 }, { [field]: value }), 400, `${field}: ${JSON.stringify(value)}`)
  }
  t.equal((await send('GET', '/things/a')).json()._rev, _rev)
})

point('C.21 and C.22 OPTIONS names what works, and Accept-Language is no matter', async (t, { send }) => {
  for (const [url, allow] of [['/things', 'GET, HEAD, OPTIONS, POST'], ['/things/a', 'DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT'], ['/settings', 'GET, HEAD, OPTIONS, PATCH, POST, PUT']] as const) {
    t.equal(String((await send('OPTIONS', url)).headers['allow']).split(', ').sort().join(', '), allow, url)
  }
  for (const language of ['x y;;q=', 'q=1', ';', '*;q=0', 'de;q=0']) t.equal((await send('GET', '/settings', undefined, { 'accept-language': language, 'accept-charset': ';;', 'accept-encoding': 'x;q=x' })).statusCode, 200, language)
})

t.test('C.9, C.10 and C.27 a provider makes no status and tells nothing; a refused target is named', async (t) => {
  const app = await buildApp(t)
  let thrown: unknown
  app.resource('/things', { provider: { read: () => { throw thrown } } })
  for (const [statusCode, status] of [[418, 400], [299, 500], [777, 500], [0, 500]] as const) {
    thrown = Object.assign(new TypeError('org.example.Secret'), { statusCode })
    const response = await app.inject('/things/a')
    refused(t, response, status, String(statusCode))
    if (status === 500) t.notMatch(response.body, /Secret|TypeError|\bat\b.*:\d/)
  }
  t.notMatch(refused(t, await app.inject({ method: 'DELETE', url: '/things/a' }), 405).message, /""|''|undefined/)
})
