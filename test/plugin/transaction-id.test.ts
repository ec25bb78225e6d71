import type { FastifyInstance, FastifyReply, FastifyRequest, InjectOptions, LightMyRequestResponse } from 'fastify'
import t from 'tap'
import type { Test } from 'tap'
import commonRest, { Conflict, Gone, Unauthorized, memoryStore } from '../../lib/index.ts'
import type { Store } from '../../lib/index.ts'
import { sqliteStore } from '../../lib/sqlite.ts'
import { buildApp, refused } from './app.ts'
import { listen, send } from './raw.ts'

const field = 'x-forgerock-transactionid'
const given = 'client-7f3a/0'
const generated = /^[!-~]{8,255}$/

const stores: ReadonlyArray<readonly [string, () => Store]> = [['memory', () => memoryStore()], ['sqlite', () => sqliteStore(':memory:')]]

/** Answers of every kind: the request, the status, and headers. */
const kinds: ReadonlyArray<readonly [method: string, url: string, status: number, payload?: unknown, headers?: Record<string, string>]> = [
  ['POST', '/things', 201, { _id: 'a' }], ['POST', '/things', 409, { _id: 'a' }], ['PUT', '/things/b', 201, {}], ['PUT', '/things/b', 200, { n: 1 }], ['PATCH', '/things/b', 200, []],
  ['GET', '/things/a', 200], ['HEAD', '/things/a', 200], ['GET', '/things/a', 304, undefined, { 'if-none-match': '*' }], ['HEAD', '/things/a', 304, undefined, { 'if-none-match': '*' }],
  ['GET', '/things', 200], ['HEAD', '/things', 200], ['GET', '/things', 304, undefined, { 'if-none-match': '*' }], ['GET', '/s', 200], ['GET', '/s', 304, undefined, { 'if-none-match': '*' }], ['PUT', '/s', 200, {}],
  ['POST', '/things?_action=value', 200], ['POST', '/things?_action=nothing', 204], ['POST', '/things/a?_action=nothing', 204], ['OPTIONS', '/things', 204], ['OPTIONS', '/things/a', 204], ['OPTIONS', '/s', 204],
  ['GET', '/things?_bogus=1', 400], ['PUT', '/things/a', 400, '{'], ['PUT', '/things/a', 400, { _id: 'b' }], ['POST', '/things', 400, 'x'.repeat(2000)], ['GET', '/things/absent', 404], ['HEAD', '/things/absent', 404],
  ['GET', '/nowhere', 404], ['POST', '/nowhere', 404, {}], ['HEAD', '/nowhere', 404], ['GET', '/things/a/b', 404], ['DELETE', '/things', 405], ['GET', '/things/a', 406, undefined, { accept: 'text/html' }], ['GET', '/things', 406, undefined, { 'accept-api-version': 'protocol=9.0' }],
  ['PUT', '/things/a', 412, {}, { 'if-match': '"x"' }], ['PUT', '/things/a', 415, 'x', { 'content-type': 'text/plain' }], ['PUT', '/strict/a', 428, {}], ['POST', '/things?_action=fail', 500], ['GET', '/broken/a', 500], ['GET', '/gone/a', 410], ['POST', '/things?_action=nope', 501],
  ['TRACE', '/things', 501], ['POST', '/things', 501, {}, { 'x-http-method-override': 'HEAD' }], ['GET', '/who', 401], ['GET', '/forbidden', 403], ['GET', '/off', 503], ['OPTIONS', '/off', 503], ['POST', '/things?_action=conflict', 409], ['DELETE', '/things/b', 200]
]

function declare (app: FastifyInstance): void {
  app.resource('/things', {
    bodyLimit: 1000,
    actions: {
      value: { on: 'collection', handler: () => 1 },
      nothing: { on: ['collection', 'instance'], handler: () => undefined },
      fail: { on: 'collection', handler: () => { throw new Error('secret') } },
      conflict: { on: 'collection', handler: () => { throw new Conflict('no') } }
    }
  })
  app.resource('/s', { kind: 'singleton', initial: {} })
  app.resource('/strict', { revision: 'required' })
  app.resource('/broken', { provider: { read: () => { throw new Error('secret') } } })
  app.resource('/gone', { provider: { read: () => { throw new Gone() } } })
  app.resource('/who', { authenticate: () => null })
  app.resource('/forbidden', { authorize: () => false })
  app.resource('/off', {}).disable({ retryAfter: 1 })
}

function ask (app: FastifyInstance, method: string, url: string, payload?: unknown, headers: Record<string, string> = {}): Promise<LightMyRequestResponse> {
  return app.inject({
    method: method as NonNullable<InjectOptions['method']>, url, ...(payload === undefined ? {} : { payload: typeof payload === 'string' ? payload : JSON.stringify(payload) }), headers: { ...(payload === undefined ? {} : { 'content-type': 'application/json' }), ...headers }
  })
}

for (const [storeName, makeStore] of stores) {
  for (const prefix of ['', '/api/v1']) {
    t.test(`every answer carries the id of its transaction (${storeName}, prefix ${JSON.stringify(prefix)})`, async (t) => {
      const seen = new Set<string>()
      for (const id of [given, undefined]) {
        const app = await buildApp(t, { options: null })
        const mount = async (scope: FastifyInstance): Promise<void> => {
          await scope.register(commonRest, { store: makeStore() })
          declare(scope)
        }
        await (prefix === '' ? mount(app) : app.register(mount, { prefix }))
        for (const [method, url, status, payload, headers] of kinds) {
          const name = `${method} ${url} ${status} ${id}`
          const response = await ask(app, method, prefix + url, payload, { ...headers, ...(id === undefined ? {} : { [field]: id }) })
          t.equal(response.statusCode, status, name)
          const sent = response.headers[field]
          if (id !== undefined) t.equal(sent, id, `${name}: echoed`)
          else {
            t.match(sent, generated, `${name}: generated`)
            t.notOk(seen.has(String(sent)), `${name}: a new one`)
            seen.add(String(sent))
          }
        }
      }
    })
  }
}

t.test('a usable value is echoed as it is, any other is replaced', async (t) => {
  const app = await buildApp(t)
  app.resource('/things', {})
  for (const value of ['a', '0', given, 'x'.repeat(255), '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~', '<script>', 'a,b', '"quoted"', '../..']) {
    for (const url of ['/things', '/things/absent', '/nowhere']) t.equal((await app.inject({ url, headers: { [field]: value } })).headers[field], value, `${url} ${value}`)
  }
  t.equal((await app.inject({ url: '/things', headers: { 'X-ForgeRock-TransactionId': given } })).headers[field], given, 'ignoring the case of the name')
  for (const value of ['', ' ', '\t', 'x'.repeat(256), 'x'.repeat(5000), 'é', 'a\u007f', 'a\tb', 'ÿ']) {
    for (const url of ['/things', '/things/absent', '/nowhere']) {
      const response = await app.inject({ url, headers: { [field]: value } })
      t.not(response.statusCode, 400, `${JSON.stringify(value.slice(0, 10))} is no error`)
      t.match(response.headers[field], generated, `${url} ${JSON.stringify(value.slice(0, 10))} is replaced`)
      t.not(response.headers[field], value)
    }
  }
})

t.test('over a socket: one line, several lines, and what cannot be a field', async (t) => {
  const app = await buildApp(t)
  app.resource('/things', {})
  const port = await listen(app)
  const request = (...lines: string[]): string => ['GET /things HTTP/1.1', 'Host: x', 'Connection: close', ...lines, '', ''].join('\r\n')
  t.equal((await send(t, port, request(`X-ForgeRock-TransactionId:  ${given}  `)))[0]?.headers[field], given)
  for (const lines of [['X-ForgeRock-TransactionId: one', 'X-ForgeRock-TransactionId: two'], ['X-ForgeRock-TransactionId:']]) {
    const [answer] = await send(t, port, request(...lines))
    t.equal(answer?.status, 200)
    t.ok(answer?.headers[field])
    t.notMatch(answer?.headers[field], /^$|[\r\n]/)
  }
  const [latin] = await send(t, port, Buffer.from(request('X-ForgeRock-TransactionId: caf\xe9'), 'latin1'))
  t.equal(latin?.status, 200)
  t.match(latin?.headers[field], generated)
})

t.test('hooks, handlers and rules see the id', async (t) => {
  const app = await buildApp(t)
  const seen: Record<string, unknown> = {}
  const see = (place: string, request: { readonly transactionId: string | null } | undefined): void => { seen[place] = request?.transactionId }
  app.addHook('preHandler', async (request) => see('preHandler', request))
  app.addHook('onSend', async (request) => see('onSend', request))
  app.addHook('onResponse', async (request) => see('onResponse', request))
  app.resource('/things', {
    authenticate: (request) => { see('authenticate', request); return {} },
    authorize: ({ request }) => { see('authorize', request); return true },
    actions: { go: { on: 'collection', handler: ({ request }) => { see('action', request) } } },
    provider: { read: ({ request, id }) => { see('read', request); return { id, revision: '1', content: {} } } }
  })
  app.get('/plain', async (request) => ({ id: request.transactionId }))
  for (const id of [given, undefined]) {
    const headers = id === undefined ? {} : { [field]: id }
    for (const [method, url, places] of [['GET', '/things/a', ['authenticate', 'authorize', 'read', 'preHandler', 'onSend', 'onResponse']], ['POST', '/things?_action=go', ['authenticate', 'authorize', 'action', 'preHandler', 'onSend', 'onResponse']]] as const) {
      for (const place of Object.keys(seen)) Reflect.deleteProperty(seen, place)
      const response = await app.inject({ method, url, headers })
      for (const place of places) t.equal(seen[place], response.headers[field], `${place} of ${method} ${url}`)
    }
  }
  const plain = await app.inject({ url: '/plain', headers: { [field]: given } })
  t.strictSame(plain.json(), { id: null }, 'a route that is no resource has none')
  t.equal(plain.headers[field], undefined)
})

t.test('what hooks of the application answer carries the id too', async (t) => {
  for (const hook of ['onRequest', 'preParsing', 'preValidation', 'preHandler'] as const) {
    for (const [way, act] of [
      ['sends', (reply: FastifyReply) => reply.code(401).send({ message: 'mine' })],
      ['throws', () => { throw new Unauthorized('mine') }]
    ] as const) {
      const app = await buildApp(t)
      app.addHook(hook, async (_request: FastifyRequest, reply: FastifyReply) => act(reply))
      app.resource('/things', {})
      for (const id of [given, undefined]) {
        const response = await app.inject({ url: '/things', headers: id === undefined ? {} : { [field]: id } })
        refused(t, response, 401, `${hook} ${way}`)
        t.match(response.headers[field], id ?? generated, `${hook} ${way}`)
      }
    }
  }
  const app = await buildApp(t)
  app.addHook('onSend', async () => { throw new Error('secret') })
  app.resource('/things', {})
  t.equal((await app.inject({ url: '/things', headers: { [field]: given } })).headers[field], given, 'a hook that fails while the answer is sent')
})

/** The lines that an app has logged. */
async function logged (t: Test, level: string, act: (app: FastifyInstance) => Promise<unknown>): Promise<ReadonlyArray<Record<string, unknown>>> {
  const lines: string[] = []
  const app = await buildApp(t, { server: { logger: { level, stream: { write: (line: string) => { lines.push(line) } } } } })
  declare(app)
  await act(app)
  return lines.map((line) => JSON.parse(line))
}

t.test('log lines name the id', async (t) => {
  const failures = await logged(t, 'error', async (app) => {
    await app.inject({ url: '/broken/a', headers: { [field]: given } })
    await app.inject({ method: 'POST', url: '/things?_action=fail', headers: { [field]: `${given}1` } })
  })
  t.strictSame(failures.map(({ transactionId }) => transactionId), [given, `${given}1`], 'of what failed')
  const decisions = await logged(t, 'debug', async (app) => {
    await app.inject({ url: '/things/absent', headers: { [field]: given } })
    const { headers } = await app.inject('/things')
    t.ok(headers[field])
  })
  t.ok(decisions.some(({ transactionId, decision }) => transactionId === given && (decision as { readonly row?: number } | undefined)?.row === 17), 'of what was decided')
  t.equal(decisions.filter(({ decision, transactionId }) => decision !== undefined && typeof transactionId === 'string').length, 2)
})
