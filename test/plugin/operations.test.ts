import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify'
import t from 'tap'
import type { Test } from 'tap'
import { buildApp, refused } from './app.ts'

type Method = NonNullable<InjectOptions['method']>

function sender (app: FastifyInstance) {
  return (method: Method, url: string, payload?: unknown, headers: Record<string, string> = {}): Promise<LightMyRequestResponse> => app.inject({
    method, url, headers: { ...headers, ...(payload === undefined ? {} : { 'content-type': 'application/json' }) }, ...(payload === undefined ? {} : { payload: JSON.stringify(payload) })
  })
}

function headersOf (t: Test, { headers, body }: LightMyRequestResponse, expected: Readonly<Record<string, unknown>>, name: string): void {
  const usual = { 'content-type': 'application/json; charset=utf-8', vary: 'Accept, Accept-API-Version', 'content-api-version': 'protocol=2.1' }
  for (const [field, value] of Object.entries({ ...usual, etag: undefined, location: undefined, allow: undefined, ...expected })) t.same(headers[field], value, `${name}: ${field}`)
  if (headers['content-type'] !== undefined && body !== '') t.equal(Number(headers['content-length']), Buffer.byteLength(body), `${name}: content-length`)
}

const tag = (response: LightMyRequestResponse): string => `"${response.json()._rev}"`
const noCache = 'no-cache'
const noStore = 'no-store'

t.test('headers and body of every success', async (t) => {
  const app = await buildApp(t)
  const send = sender(app)
  app.resource('/things', { actions: { answer: { on: ['collection', 'instance'], handler: ({ content }) => content ?? { given: null } }, nothing: { handler: () => undefined } } })

  const created = await send('POST', '/things', { _id: 'a', n: 1 })
  t.equal(created.statusCode, 201)
  t.same(Object.keys(created.json()), ['_id', '_rev', 'n'])
  headersOf(t, created, { etag: tag(created), location: 'http://localhost:80/things/a', 'cache-control': noCache }, 'create')

  const put = await send('PUT', '/things/b', { n: 2 })
  t.equal(put.statusCode, 201)
  headersOf(t, put, { etag: tag(put), location: 'http://localhost:80/things/b', 'cache-control': noCache }, 'create by PUT')

  const read = await send('GET', '/things/a')
  t.equal(read.body, created.body)
  headersOf(t, read, { etag: tag(created), 'cache-control': noCache }, 'read')
  const head = await send('HEAD', '/things/a')
  t.equal(head.body, '')
  headersOf(t, head, { etag: tag(created), 'cache-control': noCache, 'content-length': String(read.body.length) }, 'HEAD')

  const updated = await send('PUT', '/things/a', { n: 3 })
  t.equal(updated.statusCode, 200)
  t.not(tag(updated), tag(created))
  headersOf(t, updated, { etag: tag(updated), 'cache-control': noCache }, 'update')

  const patched = await send('PATCH', '/things/a', [{ operation: 'replace', field: '/n', value: 4 }])
  t.match(patched.json(), { n: 4 })
  headersOf(t, patched, { etag: tag(patched), 'cache-control': noCache }, 'patch')

  const listed = await send('GET', '/things')
  t.strictSame(listed.json(), {
    result: [patched.json(), put.json()], resultCount: 2, pagedResultsCookie: null, totalPagedResultsPolicy: 'NONE', totalPagedResults: -1, remainingPagedResults: -1
  })
  headersOf(t, listed, { etag: listed.headers['etag'], 'cache-control': noCache }, 'query')
  t.match(listed.headers['etag'], /^(W\/)?"[^"]+"$/)

  const deleted = await send('DELETE', '/things/a')
  t.equal(deleted.body, patched.body)
  headersOf(t, deleted, { 'cache-control': noStore }, 'delete')

  headersOf(t, await send('POST', '/things?_action=answer', [1]), { 'cache-control': noStore }, 'action')
  t.equal((await send('POST', '/things/b?_action=answer', [1])).body, '[1]')
  t.equal((await send('POST', '/things/b?_action=answer')).body, '{"given":null}')
  const nothing = await send('POST', '/things/b?_action=nothing')
  t.equal(nothing.statusCode, 204)
  t.equal(nothing.body, '')
  headersOf(t, nothing, { 'cache-control': noStore, 'content-type': undefined, 'content-length': undefined }, 'action without a result')

  for (const [url, allow] of [['/things', 'GET, HEAD, POST, OPTIONS'], ['/things/zz', 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS']] as const) {
    const options = await send('OPTIONS', url)
    t.equal(options.statusCode, 204)
    t.equal(options.headers['allow'], allow)
    t.match(options.headers['accept-post'], 'application/json')
    if (url === '/things/zz') t.match(options.headers['accept-patch'], 'application/json')
  }
})

t.test('304 has the headers of its 200 and no content', async (t) => {
  const app = await buildApp(t)
  const send = sender(app)
  app.resource('/things', {})
  const etag = tag(await send('PUT', '/things/a', {}))
  const list = String((await send('GET', '/things')).headers['etag'])
  const strong = list.replace(/^W\//, '')
  for (const [url, value, current] of [
    ['/things/a', etag, etag], ['/things/a', `W/${etag}`, etag], ['/things/a', `"x", ${etag}`, etag], ['/things/a', '*', etag],
    ['/things', list, list], ['/things', strong, list], ['/things', `W/${strong}`, list], ['/things', `"x", ${list} , "y"`, list], ['/things', '*', list]
  ] as const) {
    for (const method of ['GET', 'HEAD'] as const) {
      const response = await send(method, url, undefined, { 'if-none-match': value })
      t.equal(response.statusCode, 304, `${method} ${url} ${value}`)
      t.equal(response.body, '')
      headersOf(t, response, { etag: current, 'cache-control': noCache, 'content-type': undefined, 'content-length': undefined }, `${method} ${url} ${value}`)
    }
  }
  for (const [url, value] of [['/things/a', '"x"'], ['/things', '"x"'], ['/things/a', list], ['/things', etag]] as const) {
    t.equal((await send('GET', url, undefined, { 'if-none-match': value })).statusCode, 200, `${url} ${value}`)
  }
  await send('PUT', '/things/b', {})
  t.equal((await send('GET', '/things', undefined, { 'if-none-match': list })).statusCode, 200, 'the list has changed')
})

t.test('Location is absolute, with the id percent-encoded', async (t) => {
  const app = await buildApp(t)
  const send = sender(app)
  app.resource('/things', {})
  for (const id of ['a/b c é ; % +', 'a+b', '100%', 'ü', 'a?b#c', '😀', 'a;b=c,d', "quote'\"", '...', '%2F', 'x'.repeat(255)]) {
    const created = await send('POST', '/things', { _id: id })
    t.equal(created.statusCode, 201, id)
    const location = new URL(String(created.headers['location']))
    t.equal(location.href, String(created.headers['location']).replace(':80', ''), `${id}: is a normal URL`)
    t.equal((await send('GET', location.pathname)).json()._id, id, `${id}: leads to the document`)
    t.equal((await send('PUT', location.pathname, { n: 1 }, { 'if-match': String(created.headers['etag']) })).statusCode, 200, `${id}: also to write it`)
  }
  const elsewhere = await app.inject({ method: 'POST', url: '/things', payload: { _id: 'h' }, headers: { host: 'example.org:8080' } })
  t.equal(elsewhere.headers['location'], 'http://example.org:8080/things/h')
})

t.test('_fields projects every answer with documents', async (t) => {
  const app = await buildApp(t)
  const send = sender(app)
  app.resource('/things', {})
  const keys = (response: LightMyRequestResponse): string[] => Object.keys(response.json())
  t.same(keys(await send('POST', '/things?_fields=n', { _id: 'a', n: 1, m: 2 })), ['_id', '_rev', 'n'])
  t.same(keys(await send('PUT', '/things/a?_fields=n', { n: 2, m: 2 })), ['_id', '_rev', 'n'])
  t.same(keys(await send('PATCH', '/things/a?_fields=/m', [])), ['_id', '_rev', 'm'])
  t.same(keys(await send('GET', '/things/a?_fields=absent')), ['_id', '_rev'])
  t.same(keys(await send('GET', '/things/a?_fields=')), ['_id', '_rev', 'n', 'm'])
  t.same(keys(await send('GET', '/things/a?_fields=n&_fields=m')), ['_id', '_rev', 'n', 'm'])
  t.same(Object.keys((await send('GET', '/things?_fields=n')).json().result[0]), ['_id', '_rev', 'n'])
  t.same(keys(await send('DELETE', '/things/a?_fields=n')), ['_id', '_rev', 'n'])
})

t.test('_prettyPrint indents every answer, errors too', async (t) => {
  const app = await buildApp(t, { options: { authenticate: (request) => request.headers.authorization === 'no' ? null : {} } })
  const send = sender(app)
  const things = app.resource('/things', { actions: { go: { on: 'collection', handler: () => ({ a: 1 }) } } })
  const pretty = async (method: Method, path: string, payload?: unknown, headers = {}): Promise<void> => {
    for (const value of ['true', 'TRUE']) {
      const { body } = await send(method, `${path}${path.includes('?') ? '&' : '?'}_prettyPrint=${value}`, payload, headers)
      t.equal(body, JSON.stringify(JSON.parse(body), null, 2), `${method} ${path}`)
      t.match(body, /^\{\n {2}"/)
    }
  }
  await pretty('POST', '/things', { n: { m: [1] } })
  await pretty('PUT', '/things/a', { n: 1 })
  await pretty('PATCH', '/things/a', [])
  await pretty('GET', '/things/a')
  await pretty('GET', '/things')
  await pretty('POST', '/things?_action=go')
  await pretty('DELETE', '/things/a')
  for (const path of ['/things/absent', '/things?_bogus=1', '/things?_queryFilter=(', '/things/a?_action=x']) await pretty('GET', path)
  await pretty('GET', '/things', undefined, { accept: 'text/html' })
  await pretty('GET', '/things', undefined, { authorization: 'no' })
  await pretty('DELETE', '/things')
  things.disable()
  await pretty('GET', '/things')
  things.enable()
  await send('PUT', '/things/b', {})
  for (const value of ['false', '', '1', 'yes']) t.notMatch((await send('GET', `/things/b?_prettyPrint=${value}`)).body, '\n', value)
  refused(t, await send('GET', '/things/b?_prettyPrint=true&_PRETTYPRINT=true'), 400)
})

t.test('_id and _rev of the content', async (t) => {
  const app = await buildApp(t)
  const send = sender(app)
  app.resource('/things', { schema: { type: 'object', properties: { n: {} }, additionalProperties: false } })
  t.equal((await send('POST', '/things', { _id: 'a', _rev: 'mine', n: 1 })).json()._id, 'a')
  t.not((await send('GET', '/things/a')).json()._rev, 'mine', '_rev is ignored')
  t.type((await send('POST', '/things', { _id: null })).json()._id, 'string', 'null is absent')
  for (const _id of ['', '.', '..', 'a\u0001', 'x'.repeat(256), 5, {}, [], true, 'things/x']) refused(t, await send('POST', '/things', { _id }), 400, `POST with _id ${JSON.stringify(_id).slice(0, 30)}`)
  t.equal((await send('PUT', '/things/a', { _id: 'a', _rev: 5, n: 2 })).statusCode, 200)
  t.equal((await send('PUT', '/things/a', { _id: null, n: 3 })).statusCode, 200)
  for (const _id of ['b', '', 5, 'A']) refused(t, await send('PUT', '/things/a', { _id }), 400, `PUT with _id ${String(_id)}`)
  refused(t, await send('POST', '/things', { _id: 'a' }), 409)
  t.same(Object.keys((await send('GET', '/things/a')).json()), ['_id', '_rev', 'n'])
})

t.test('a write that changes nothing keeps the revision', async (t) => {
  const app = await buildApp(t)
  const send = sender(app)
  app.resource('/things', {})
  const before = await send('PUT', '/things/a', { n: 1, m: { x: [1, 2], y: null } })
  for (const [method, payload] of [
    ['PUT', { n: 1, m: { x: [1, 2], y: null } }], ['PUT', { m: { y: null, x: [1, 2] }, n: 1.0 }], ['PUT', { _id: 'a', _rev: 'other', n: 1, m: { x: [1, 2], y: null } }],
    ['PATCH', []], ['PATCH', [{ operation: 'replace', field: '/n', value: 1 }]], ['PATCH', [{ operation: 'add', field: '/q', value: 1 }, { operation: 'remove', field: '/q' }]]
  ] as const) {
    const after = await send(method, '/things/a', payload)
    t.equal(after.statusCode, 200)
    t.equal(after.headers['etag'], before.headers['etag'], JSON.stringify(payload))
  }
  t.not((await send('PUT', '/things/a', { n: 1, m: { x: [2, 1], y: null } })).headers['etag'], before.headers['etag'])
  refused(t, await send('PUT', '/things/a', { n: 1, m: { x: [2, 1], y: null } }, { 'if-match': '"stale"' }), 412, 'conditionals are judged first')
})
