import type { FastifyInstance } from 'fastify'
import type { Test } from 'tap'
import { buildServer, listen } from './bed.ts'
import type { Kind } from './bed.ts'
import { isComplete, runRows } from './rows.ts'
import type { ExpectedAnswer } from './rows.ts'
import { answersIn, converse, requestsIn, wire, wireJson } from './wire.ts'

const theirs = (status: number): ExpectedAnswer => ({ status, headers: { 'cache-control': undefined }, body: /"error":/ })
const long = 'x'.repeat(101)

/** A server that closes while a request is answered, and gets another on the same connection. */
async function askWhileClosing (t: Test, kind: Kind): Promise<ReturnType<typeof answersIn>> {
  let close = (): void => {}
  const closing = new Promise<void>((resolve) => { close = resolve })
  const steps = [wire('GET /slow', ['Connection: keep-alive']), 50, wire('GET /things', ['Connection: keep-alive'])]
  const app = await buildServer(t, kind, {
    server: { forceCloseConnections: false },
    before: (app) => {
      app.get('/slow', async () => {
        await closing
        return 'slow'
      })
      app.addHook('preClose', async () => { setTimeout(close, 100) })
    }
  })
  const port = await listen(app)
  setTimeout(() => { app.close() }, 30)
  return answersIn(await converse(t, port, { steps }), requestsIn({ steps }))
}

runRows('2, router', [
  {
    name: '400 FST_ERR_BAD_URL: path not percent-decodable',
    cases: ['/things/%', '/things/%zz', '/things/%ff', '/things/%C3', '/things/%C3%28', '/%', '/things/%ED%A0%80', '/things/%C0%AF', '/things/a%?x=1', '/things/a/%'].flatMap((path) => ['GET', 'PUT', 'DELETE', 'OPTIONS', 'PROPFIND', 'HEAD'].map((method) => ({
      name: `${method} ${path}`,
      client: wire(`${method} ${path}`),
      leak: method === 'HEAD' ? 400 : theirs(400),
      answer: { status: 400, headers: { 'cache-control': 'no-store' } },
      without: method === 'HEAD' ? 400 : theirs(400)
    }))).concat(['/things/%00', '/things/.', '/things/..'].map((path) => ({
      name: `${path} is no id`, client: wire(`GET ${path}`), leak: 200, answer: { status: 400, headers: { 'cache-control': 'no-store' } }, without: 400
    })) as never)
  },
  {
    name: '414 FST_ERR_MAX_PARAM_LENGTH: a parameter longer than maxParamLength',
    cases: [
      { name: 'that no document can have', client: wire(`GET /things/${'x'.repeat(300)}`), leak: theirs(414), answer: 404, without: theirs(414) },
      ...['x'.repeat(256), '%C3%A9'.repeat(128), 'x'.repeat(255)].map((id) => ({ name: `${id.slice(0, 6)} of ${id.length} characters`, client: wire(`GET /things/${id}`), leak: theirs(414), answer: 404, without: theirs(414) })),
      { name: 'longer than the router takes', client: wire(`PUT /things/${'x'.repeat(5000)}`), leak: theirs(414), answer: 404, without: theirs(414) },
      { name: 'that a document can have', client: wireJson(`PUT /things/${long}`, '{}'), leak: theirs(414), answer: 201, without: theirs(414) },
      { name: 'as many bytes as an id has', client: wireJson(`PUT /things/${'%C3%A9'.repeat(127)}`, '{}'), leak: theirs(414), answer: 201, without: theirs(414) }
    ]
  },
  {
    name: '500 FST_ERR_ASYNC_CONSTRAINT: router constraint strategy',
    cases: [{
      server: {
        routerOptions: {
          constraints: {
            secret: {
              name: 'secret',
              storage: () => ({ get: () => null, set: () => {} }),
              deriveConstraint: (_request: unknown, _context: unknown, done: (error: Error) => void) => { done(new Error('secret')) },
              validate: () => true
            } as never
          }
        }
      },
      before: (app) => { app.get('/constrained', { constraints: { secret: 'x' } as never }, async () => 'x') },
      client: wire('GET /things'),
      leak: theirs(500),
      answer: 500,
      without: theirs(500)
    }]
  },
  {
    name: '503: Fastify while closing, fixed body, no Retry-After',
    cases: [
      async (t) => {
        const [, plain] = await askWhileClosing(t, 'plain')
        t.match(plain, { status: 503, headers: { 'retry-after': undefined } }, 'plain Fastify')
        t.match(plain?.body.toString(), /"error":/)
        const [, ours] = await askWhileClosing(t, 'plugin')
        t.match(ours, { status: 503, headers: { 'retry-after': '1', connection: 'close' } })
        if (ours !== undefined) isComplete(t, { method: 'GET', headers: {} }, ours, 'the plugin')
        const [, without] = await askWhileClosing(t, 'plugin without serverOptions')
        t.match(without, { status: 503, headers: { 'retry-after': undefined } }, 'without serverOptions')
      }
    ]
  },
  {
    name: '400 FST_ERR_ROUTE_MISSING_CONTENT_TYPE: QUERY without Content-Type, even on unknown paths',
    cases: ([['/things', 501], ['/things/a', 501], ['/unknown', 404], ['/things/a/b', 404]] as const).map(([path, status]) => ({
      name: path,
      routes: (app: FastifyInstance) => { app.route({ method: 'QUERY', url: '/things', handler: async () => 'x' }); app.route({ method: 'QUERY', url: '/things/:id', handler: async () => 'x' }) },
      client: wire(`QUERY ${path}`, ['Content-Length: 2'], '{}'),
      leak: theirs(400),
      answer: status
    }))
  },
  {
    name: '404: unknown path or method without a route',
    cases: [
      ...([['/things', 'GET, HEAD, POST, OPTIONS'], ['/things/', 'GET, HEAD, POST, OPTIONS']] as const).flatMap(([path, allow]) => ['PUT', 'PATCH', 'DELETE'].map((method) => (
        { name: `${method} ${path}`, routes: (app: FastifyInstance) => { app.get('/things', async () => 'x') }, client: wire(`${method} ${path}`), leak: theirs(404), answer: { status: 405, headers: { allow } } }))),
      ...['TRACE', 'PROPFIND', 'LOCK', 'SEARCH', 'M-SEARCH', 'LINK', 'REPORT'].flatMap((method) => ['/things', '/things/', '/things/a', '/things/a/', '/things/a%2Fb', '/things/%C3%A9', '/things/a?_bogus'].map((path) => (
        { name: `${method} ${path}`, client: wire(`${method} ${path}`, ['Content-Type: application/json']), leak: theirs(404), answer: 501 }))),
      ...['GET', 'POST', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'].flatMap((method) => ['/', '/unknown', '/things/a/b', '//things', '/things//a', '/things/a//', '/Things', '*', '/unknown?_queryFilter=true'].map((path) => (
        { name: `${method} ${path}`, client: wire(`${method} ${path}`), leak: theirs(404), answer: 404 }))),
      ...['PUT', 'POST', 'DELETE'].flatMap((method) => ([['malformed JSON', 'application/json', '{', 400], ['an unparsable Content-Type', 'garbage', '{}', 415], ['too much', 'application/json', `"${'x'.repeat(2000)}"`, 413]] as const).map(([name, type, content, status]) => ({
        name: `${method} on an unknown path with ${name}`,
        server: { bodyLimit: 1000 },
        client: wire(`${method} /unknown`, [`Content-Type: ${type}`], content),
        leak: theirs(status),
        answer: 404
      }))),
      { name: 'the absolute form of a target', client: wire('GET http://other.example/things'), leak: 200, answer: 200 },
      { name: 'the authority form of a target', client: wire('GET things.example:80'), leak: theirs(400), answer: 400, without: theirs(400) },
      // Without a listener for it Node ignores what a request would upgrade to.
      ...[['websocket', 'Sec-WebSocket-Version: 13'], ['h2c', 'HTTP2-Settings: AAMAAABkAAQAAP__']].map(([protocol = '', more = '']) => (
        { name: `an upgrade to ${protocol}`, client: wire('GET /things', ['Connection: Upgrade, close', `Upgrade: ${protocol}`, more]), leak: 200, answer: 200 }))
    ]
  },
  {
    name: '404: route constraints that do not match',
    cases: [{
      name: 'Accept-API-Version is no constraint',
      routes: (app) => { app.route({ method: 'GET', url: '/things', constraints: { version: '1.0.0' }, handler: async () => 'x' }) },
      resources: (app) => { app.resource('/things', { versions: ['1.0'] }) },
      client: wire('GET /things', ['Accept-Version: 9.0.0', 'Accept-API-Version: resource=9.0']),
      leak: theirs(404),
      answer: 406
    }]
  }
])
