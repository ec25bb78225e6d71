import { setTimeout as delay } from 'node:timers/promises'
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify'
import t from 'tap'
import type { Test } from 'tap'
import { Type } from 'typebox'
import { BadRequest, Conflict, memoryStore, NotFound, PreconditionFailed } from '../../lib/index.ts'
import type { ActionRequest, CollectionHandle, Document, Provider, SingletonHandle, Store } from '../../lib/index.ts'
import { sqliteStore } from '../../lib/sqlite.ts'
import { buildApp, fails, refused } from './app.ts'

const stores: ReadonlyArray<readonly [string, () => Store]> = [['memory', () => memoryStore()], ['sqlite', () => sqliteStore(':memory:')]]

type SetHeader = ActionRequest['header']
type Use = (header: SetHeader, operation: string) => void

function send (app: FastifyInstance, method: string, url: string, payload?: unknown, headers: Record<string, string> = {}): Promise<LightMyRequestResponse> {
  return app.inject({ method: method as NonNullable<InjectOptions['method']>, url, headers: { ...(payload === undefined ? {} : { 'content-type': 'application/json' }), ...headers }, ...(payload === undefined ? {} : { payload: JSON.stringify(payload) }) })
}

const document = (id: string): Document => ({ id, revision: '1', content: { n: 1 } })

/** A provider of which every handler calls `use` first. */
function using (use: Use): Provider {
  return {
    create: ({ id = 'made', header }) => { use(header, 'create'); return document(id) },
    read: ({ id, header }) => { if (id === 'new') return undefined; use(header, 'read'); return document(id) },
    update: ({ id, header }) => { use(header, 'update'); return { ...document(id), revision: '2' } },
    patch: ({ id, header }) => { use(header, 'patch'); return document(id) },
    delete: ({ id, header }) => { use(header, 'delete'); return document(id) },
    query: ({ header }) => { use(header, 'query'); return { results: [document('a')] } }
  }
}

async function open (t: Test, use: Use): Promise<FastifyInstance> {
  const app = await buildApp(t)
  const go = { handler: ({ header }: ActionRequest) => { use(header, 'action'); return { done: true } } }
  app.resource('/things', { provider: using(use), actions: { go: { ...go, on: ['collection', 'instance'] }, nothing: { on: 'collection', handler: ({ header }) => { use(header, 'action') } } } })
  app.resource('/s', { kind: 'singleton', initial: {}, actions: { go } })
  return app
}

const requests: ReadonlyArray<readonly [operation: string, method: string, url: string, status: number, payload?: unknown, headers?: Record<string, string>]> = [
  ['create', 'POST', '/things', 201, {}], ['create', 'PUT', '/things/new', 201, {}], ['read', 'GET', '/things/a', 200], ['read', 'HEAD', '/things/a', 200], ['read', 'GET', '/things/a', 304, undefined, { 'if-none-match': '"1"' }],
  ['update', 'PUT', '/things/a', 200, { n: 2 }], ['update', 'PUT', '/things/a', 200, { n: 2 }, { 'if-match': '"1"' }], ['patch', 'PATCH', '/things/a', 200, [{ operation: 'add', field: 'm', value: 1 }]], ['delete', 'DELETE', '/things/a', 200], ['query', 'GET', '/things', 200], ['query', 'HEAD', '/things', 200], ['query', 'GET', '/things', 304, undefined, { 'if-none-match': '*' }],
  ['action', 'POST', '/things?_action=go', 200], ['action', 'POST', '/things/a?_action=go', 200], ['action', 'POST', '/s?_action=go', 200], ['action', 'POST', '/things?_action=nothing', 204]
]

t.test('what a handler sets is sent with its answer', async (t) => {
  const app = await open(t, (header, operation) => {
    header(`X-From-${operation}`, operation)
    header('X-Case', 'first')
    header('x-case', 'second')
    header('Link', '<https://example.org/?a=b>; rel="next"')
    header('X-Empty', '')
    header('X-Printable', Array.from({ length: 95 }, (_, code) => String.fromCharCode(32 + code)).join('').trim())
  })
  for (const [operation, method, url, status, payload, headers] of requests) {
    const response = await send(app, method, url, payload, headers)
    const name = `${method} ${url} ${status}`
    t.equal(response.statusCode, status, name)
    t.equal(response.headers[`x-from-${operation}`], operation, name)
    t.equal(response.headers['x-case'], 'second', `${name}: names are compared ignoring case, the last one counts`)
    t.equal(response.headers['link'], '<https://example.org/?a=b>; rel="next"')
    t.equal(response.headers['x-empty'], '')
    t.match(response.headers['x-printable'], '!"#$%')
  }
  t.equal((await send(app, 'GET', '/things?_bogus=1')).headers['link'], undefined, 'only where a handler ran')
})

t.test('and with its error', async (t) => {
  for (const [thrown, code] of [[new NotFound('mine'), 404], [new Conflict('mine', { detail: { a: 1 } }), 409], [new BadRequest(), 400], [new Error('secret'), 500], [Object.assign(new Error('mine'), { statusCode: 429 }), 503]] as const) {
    const app = await open(t, (header, operation) => {
      header('X-Hint', operation)
      throw thrown
    })
    for (const [operation, method, url, , payload, headers] of requests.filter(([, , , status]) => status !== 304)) {
      // What `read` finds is judged before the others are asked.
      const first = method === 'POST' || url === '/things' || url === '/things/new' ? operation : 'read'
      // A read that says 404 leaves an upsert to `create`.
      const expected = url === '/things/a?_action=go' ? 'read' : code === 404 && first === 'read' && operation === 'update' && headers === undefined ? 'create' : first
      const response = await send(app, method, url, payload, headers)
      refused(t, response, code, `${method} ${url}`)
      t.equal(response.headers['x-hint'], expected, `${method} ${url} ${code}`)
      t.notMatch(response.body, 'secret')
    }
  }
})

t.test('set-cookie is allowed, also several times', async (t) => {
  const app = await open(t, (header) => {
    header('Set-Cookie', 'a=1; Path=/; HttpOnly')
    header('Set-Cookie', 'b=2')
  })
  const one = await open(t, (header) => header('set-cookie', 'a=1; Path=/; HttpOnly'))
  for (const [method, url] of [['POST', '/things?_action=go'], ['GET', '/things/a'], ['GET', '/things']] as const) {
    t.match([(await send(one, method, url)).headers['set-cookie']].flat(), ['a=1; Path=/; HttpOnly'], `${method} ${url}`)
    t.strictSame((await send(app, method, url)).headers['set-cookie'], ['a=1; Path=/; HttpOnly', 'b=2'], `${method} ${url}: each cookie is a field of its own`)
  }
})

t.test('names that the plugin answers for, and what is no header field, are 500 with nothing leaked', async (t) => {
  let given: readonly [unknown, unknown] = ['x-ok', '']
  const app = await open(t, (header) => { (header as (name: unknown, value: unknown) => void)(...given) })
  const names = ['Content-Type', 'content-length', 'Content-Encoding', 'Content-Disposition', 'Transfer-Encoding', 'Connection', 'Keep-Alive', 'Upgrade', 'Trailer', 'Date', 'ETag', 'etag', 'eTag', 'Last-Modified', 'Cache-Control', 'CACHE-CONTROL', 'Expires', 'Vary', 'Location', 'Allow', 'Accept-Patch', 'Accept-Post', 'Retry-After',
    'WWW-Authenticate', 'Accept-API-Version', 'Content-API-Version', 'If-Match', 'If-None-Match', 'If-Modified-Since', 'If-Unmodified-Since', 'X-HTTP-Method-Override', 'X-ForgeRock-TransactionId', 'X-Content-Type-Options', 'Warning', '', ' ', 'x y', 'x:', 'x\r\ny', 'é', 'x\u0000', 5, undefined, null, {}]
  const values = ['é', '\u20ac', 'a\r\nSet-Cookie: evil=1', 'a\nb', 'a\rb', 'a\u0000b', 'a\tb', '\u007f', 'secret\u0080', 5, undefined, null, {}, ['a'], true]
  for (const pair of [...names.map((name) => [name, 'secret'] as const), ...values.map((value) => ['X-Value', value] as const)]) {
    given = pair
    for (const [, method, url, , payload] of requests.filter(([, method, , status]) => status !== 304 && method !== 'HEAD')) {
      const response = await send(app, method, url, payload)
      const name = `${method} ${url} ${JSON.stringify(pair)}`
      const { message } = refused(t, response, 500, name)
      t.notMatch(message, /header|secret|field/i, `${name}: nothing is told`)
      t.notMatch(JSON.stringify(response.headers), /secret|evil|x-value/i, `${name}: nothing is sent`)
    }
  }
})

t.test('a handler that catches the refusal goes on', async (t) => {
  const app = await open(t, (header) => {
    header('X-Before', '1')
    t.throws(() => header('ETag', '"mine"'))
    header('X-After', '1')
  })
  const response = await send(app, 'GET', '/things/a')
  t.equal(response.statusCode, 200)
  t.match(response.headers, { 'x-before': '1', 'x-after': '1', etag: '"1"' })
})

t.test('what an attempt that lost a race has set is not sent', async (t) => {
  const app = await buildApp(t)
  let attempt = 0
  let losing = 2
  let exists = true
  const lose = (header: SetHeader, handler: string): void => {
    header(`X-${handler}-${++attempt}`, '1')
    if (losing-- > 0) throw new PreconditionFailed()
  }
  app.resource('/things', {
    provider: {
      read: ({ id, header }) => { header(`X-Read-${attempt}`, '1'); return exists ? document(id) : undefined },
      update: ({ id, header }) => { lose(header, 'Write'); return { ...document(id), revision: '2' } },
      delete: ({ id, header }) => { lose(header, 'Write'); return document(id) },
      create: ({ id = 'x', header }) => { lose(header, 'Write'); return document(id) }
    }
  })
  for (const [method, payload, there] of [['PUT', { n: 2 }, true], ['PATCH', [{ operation: 'add', field: 'm', value: 1 }], true], ['DELETE', undefined, true], ['PUT', { n: 2 }, false]] as const) {
    attempt = 0
    losing = 2
    exists = there
    const response = await send(app, method, '/things/a', payload)
    t.match(String(response.statusCode), /^20[01]$/, `${method} ${there}`)
    t.strictSame(Object.keys(response.headers).filter((name) => /^x-(?:read|write)-/.test(name)).sort(), ['x-read-2', 'x-write-3'], `${method} ${there}: only those of the last attempt`)
    attempt = 0
    losing = 100
    const lost = await send(app, method, '/things/a', payload)
    refused(t, lost, 409, `${method} ${there}`)
    t.strictSame(Object.keys(lost.headers).filter((name) => /^x-(?:read|write)-/.test(name)).sort(), ['x-read-10', 'x-write-11'], `${method} ${there}: those of the attempt that was answered`)
  }
})

t.test('in process, and after the answer, a header goes nowhere', async (t) => {
  const app = await buildApp(t)
  let late: SetHeader = () => {}
  const things = app.resource('/things', { actions: { go: { on: 'collection', handler: ({ header }) => { header('X-A', '1'); late = header; return 1 } } } })
  t.equal(await things.action('go'), 1)
  t.equal((await send(app, 'POST', '/things?_action=go')).headers['x-a'], '1')
  t.doesNotThrow(() => late('X-B', '1'))
  await fails(t, (app.resources.get('/things') as typeof things).action('nope' as 'go'), 501)
  app.log.info('still here')
  t.equal((await send(app, 'POST', '/things?_action=go')).headers['x-b'], undefined, 'not that of another answer')
})

/* Actions: what their declaration and handler promise beside the headers. */

for (const [storeName, makeStore] of stores) {
  t.test(`an action that updates what it has read loses a race as 409, or as 412 where the request had a condition (${storeName})`, async (t) => {
    const app = await buildApp(t, { options: { store: makeStore() } })
    let interfere = true
    const things: CollectionHandle = app.resource('/things', {
      actions: {
        bump: {
          handler: async ({ id = '' }) => {
            const { content, revision } = await things.read(id)
            if (interfere) await things.update(id, { ...content, other: Math.random() })
            return (await things.update(id, { ...content, n: Number(content['n']) + 1 }, { revision })).content
          }
        }
      }
    })
    const s: SingletonHandle = app.resource('/s', {
      kind: 'singleton',
      initial: { n: 1 },
      actions: {
        bump: {
          handler: async () => {
            const { content, revision } = await s.read()
            if (interfere) await s.update({ ...content, other: Math.random() })
            return (await s.update({ ...content, n: Number(content['n']) + 1 }, { revision })).content
          }
        }
      }
    })
    await things.create({ n: 1 }, { id: 'a' })
    for (const url of ['/things/a', '/s']) {
      interfere = true
      refused(t, await send(app, 'POST', `${url}?_action=bump`), 409, `${url}: lost`)
      const { etag } = (await app.inject(url)).headers
      refused(t, await send(app, 'POST', `${url}?_action=bump`, undefined, { 'if-match': String(etag) }), 412, `${url}: lost with If-Match`)
      refused(t, await send(app, 'POST', `${url}?_action=bump`, undefined, { 'if-match': '*' }), 412)
      t.equal((await app.inject(url)).json().n, 1, 'nothing is written')
      interfere = false
      t.equal((await send(app, 'POST', `${url}?_action=bump`)).json().n, 2, `${url}: won`)
      refused(t, await send(app, 'POST', `${url}?_action=bump`, undefined, { 'if-match': String(etag) }), 412, `${url}: stale, and not called`)
      t.equal((await app.inject(url)).json().n, 2)
    }
    interfere = true
    await fails(t, things.action('bump', { id: 'a' }), 409, 'in process too')
  })

  t.test(`If-Match and If-None-Match on actions (${storeName})`, async (t) => {
    const app = await buildApp(t, { options: { store: makeStore() } })
    let calls = 0
    const go = { handler: () => { calls++ } }
    app.resource('/things', { actions: { go: { ...go, on: ['collection', 'instance'] } }, tombstones: true })
    app.resource('/s', { kind: 'singleton', initial: {}, actions: { go } })
    app.resource('/bare', { kind: 'singleton', actions: { go } })
    await send(app, 'PUT', '/things/a', { n: 1 })
    await send(app, 'PUT', '/things/gone', {})
    await send(app, 'DELETE', '/things/gone')
    for (const url of ['/things/a', '/s']) {
      const etag = String((await app.inject(url)).headers['etag'])
      for (const [headers, status] of [[{}, 204], [{ 'if-match': etag }, 204], [{ 'if-match': '*' }, 204], [{ 'if-match': `"x", ${etag}` }, 204], [{ 'if-none-match': '"x"' }, 204], [{ 'if-match': '"x"' }, 412], [{ 'if-match': `W/${etag}` }, 412], [{ 'if-none-match': '*' }, 412], [{ 'if-none-match': etag }, 412], [{ 'if-match': '"' }, 400]] as const) {
        calls = 0
        const response = await send(app, 'POST', `${url}?_action=go`, undefined, headers)
        t.equal(response.statusCode, status, `${url} ${JSON.stringify(headers)}`)
        t.equal(calls, status === 204 ? 1 : 0, 'a refused action is not run')
        if (status === 412) t.equal(response.headers['etag'], etag)
      }
    }
    for (const [headers, status] of [[{}, 204], [{ 'if-match': '*' }, 204], [{ 'if-none-match': '"x"' }, 204], [{ 'if-match': '"x"' }, 412], [{ 'if-none-match': '*' }, 412]] as const) {
      t.equal((await send(app, 'POST', '/things?_action=go', undefined, headers)).statusCode, status, `collection ${JSON.stringify(headers)}`)
    }
    calls = 0
    for (const headers of [{}, { 'if-match': '*' }, { 'if-match': '"x"' }, { 'if-none-match': '*' }]) {
      refused(t, await send(app, 'POST', '/things/absent?_action=go', undefined, headers), 404)
      refused(t, await send(app, 'POST', '/things/gone?_action=go', undefined, headers), 410)
      refused(t, await send(app, 'POST', '/bare?_action=go', undefined, headers), 404)
    }
    t.equal(calls, 0)
  })
}

t.test('the content schema of an action refuses with 400, its result schema is a promise of the handler', async (t) => {
  const lines: string[] = []
  const app = await buildApp(t, { server: { logger: { level: 'error', stream: { write: (line: string) => { lines.push(line) } } } } })
  let result: unknown
  let calls = 0
  const judged = { content: Type.Object({ n: Type.Integer() }, { additionalProperties: false }), result: Type.Object({ m: Type.Integer() }), handler: () => { calls++; return result as never } }
  const things = app.resource('/things', { actions: { judged: { ...judged, on: ['collection', 'instance'] }, never: { on: 'collection', result: { type: 'null' }, handler: () => result } } })
  app.resource('/s', { kind: 'singleton', initial: {}, actions: { judged } })
  await things.create({}, { id: 'a' })
  for (const url of ['/things?_action=judged', '/things/a?_action=judged', '/s?_action=judged']) {
    calls = 0
    result = { m: 1, secretless: true }
    for (const content of [{ n: '1' }, {}, { n: 1, x: 1 }, [1], null, 'x', 1, undefined]) refused(t, await send(app, 'POST', url, content), 400, `${url} ${JSON.stringify(content)}`)
    t.match(refused(t, await send(app, 'POST', url, { n: '1' }), 400).detail, { violations: [{ pointer: '/n', message: /./ }] })
    t.equal(calls, 0, 'the handler is not asked')
    const good = await send(app, 'POST', url, { n: 1 })
    t.equal(good.statusCode, 200)
    t.strictSame(good.json(), { m: 1, secretless: true }, 'nothing is dropped or filled in')
    lines.length = 0
    for (const bad of [{ m: 'secret' }, {}, null, [], 'secret', 0, { m: 1.5 }]) {
      result = bad
      const response = await send(app, 'POST', url, { n: 1 })
      refused(t, response, 500, `${url} ${JSON.stringify(bad)}`)
      t.notMatch(response.body, /secret|result|schema/)
    }
    t.equal(lines.length, 7, 'each is logged')
    t.match(lines[0], /judged/, 'with the name of the action')
    result = undefined
    const nothing = await send(app, 'POST', url, { n: 1 })
    t.equal(nothing.statusCode, 204, 'no result is no result that does not fit')
    t.equal(nothing.body, '')
  }
  result = { m: new Date(0) }
  refused(t, await send(app, 'POST', '/things?_action=judged', { n: 1 }), 500, 'judged as JSON has it')
  result = { m: 1, at: new Date(0), gone: undefined }
  t.strictSame((await send(app, 'POST', '/things?_action=judged', { n: 1 })).json(), { m: 1, at: '1970-01-01T00:00:00.000Z' })
  result = null
  t.equal((await send(app, 'POST', '/things?_action=never')).body, 'null')
  result = { m: 'x' }
  await fails(t, things.action('judged', { content: { n: 1 } }), 500, 'in process too')
  await fails(t, things.action('judged', { content: { n: 'x' as never } }), 400)
})

t.test('200, 204 and 501, for what is declared for the target', async (t) => {
  const app = await buildApp(t)
  app.resource('/things', { operations: ['create', 'read'], actions: { all: { on: ['collection', 'instance'], handler: async () => { await delay(1); return { a: 1 } } }, one: { handler: () => undefined }, some: { on: 'collection', handler: () => null }, Create2: { on: 'collection', handler: () => 1 } } })
  await send(app, 'POST', '/things', { _id: 'a' })
  for (const [url, status, body] of [['/things?_action=all', 200, '{"a":1}'], ['/things/a?_action=all', 200, '{"a":1}'], ['/things/a?_action=one', 204, ''], ['/things?_action=some', 200, 'null'], ['/things?_action=Create2', 200, '1']] as const) {
    const response = await send(app, 'POST', url)
    t.equal(response.statusCode, status, url)
    t.equal(response.body, body)
    t.equal(response.headers['etag'], undefined)
    t.equal(response.headers['cache-control'], 'no-store')
    t.equal(response.headers['content-type'] === undefined, status === 204)
    if (status === 204) t.equal(response.headers['content-length'], undefined)
  }
  for (const url of ['/things?_action=one', '/things/a?_action=some', '/things?_action=ALL', '/things/a?_action=', '/things/absent?_action=some', '/things?_action=hasOwnProperty', '/things?_action=all%20']) refused(t, await send(app, 'POST', url), 501, url)
  refused(t, await send(app, 'POST', '/things/absent?_action=one'), 404)
  refused(t, await send(app, 'POST', '/things?_action=nope', undefined, { accept: 'text/html' }), 501, '501 before 406')
  refused(t, await send(app, 'POST', '/things?_action=all', undefined, { accept: 'text/html' }), 406)
  t.strictSame((await send(app, 'POST', '/things?_action=all&_fields=b')).json(), { a: 1 }, '_fields does not touch a result')
  for (const url of ['/things?_action=all&_mimeType=text/plain', '/things?_action=all&_action=all', '/things?_action=all&_fields=a%20b']) refused(t, await send(app, 'POST', url), 400, url)
})
