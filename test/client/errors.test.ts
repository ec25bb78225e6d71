import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { createClient, ResourceError, ServiceUnavailable } from '../../lib/client.ts'
import * as client from '../../lib/client.ts'
import * as library from '../../lib/index.ts'
import { reasonPhrases } from '../../lib/status.ts'
import { answering, rejection, startOdd, startResources } from './servers.ts'

const once1 = { attempts: 1 }

t.test('an error object becomes the error of its code, with all that the answer says', async (t) => {
  for (const [text, reason] of Object.entries(reasonPhrases)) {
    const code = Number(text)
    const headers = { 'retry-after': '7', allow: 'GET, HEAD,OPTIONS', 'www-authenticate': 'Bearer realm="x"' }
    const { baseUrl } = await startOdd(t, answering(code, { code, reason, message: 'Told so', detail: { pointers: ['/a'] } }, headers))
    const error = await rejection(createClient({ baseUrl, retry: once1 }).resource('/users').read('x'))
    t.ok(error instanceof ResourceError && error instanceof library.ResourceError, 'one class for both entry points')
    t.equal((error as Error).name, reason.replaceAll(' ', ''), 'of the class of its name')
    t.match(error, {
      statusCode: code,
      reason,
      message: 'Told so',
      detail: { pointers: ['/a'] },
      retryAfter: 7,
      allow: ['GET', 'HEAD', 'OPTIONS'],
      challenge: 'Bearer realm="x"'
    })
    t.notOk('cause' in (error as Error))
  }
})

t.test('errors of a resource arrive as they were thrown', async (t) => {
  const { baseUrl } = await startResources(t, (app) => {
    app.resource('/baskets', {
      actions: {
        lock: { on: 'collection', handler: () => { throw new library.Conflict('the basket is locked', { reason: 'Locked', detail: { basket: 'b7' } }) } },
        fail: { on: 'collection', handler: () => { throw new Error('secret') } }
      }
    })
    app.resource('/closed', {}).disable({ retryAfter: 120, message: 'Back soon' })
    app.resource('/secret', { authenticate: () => null, challenge: 'Basic' })
    app.resource('/fixed', { operations: ['read'] })
  })
  const { resource } = createClient({ baseUrl, retry: { maxWait: 0 } })
  t.match(await rejection(resource('/baskets').action('lock')), { statusCode: 409, reason: 'Locked', message: 'the basket is locked', detail: { basket: 'b7' } })
  t.match(await rejection(resource('/baskets').action('fail')), { statusCode: 500, message: 'An unexpected failure occurred' })
  t.match(await rejection(resource('/closed').read('x')), { statusCode: 503, message: 'Back soon', retryAfter: 120 })
  t.match(await rejection(resource('/secret').read('x')), { statusCode: 401, challenge: 'Basic' })
  t.match(await rejection(resource('/fixed').delete('x')), { statusCode: 405, allow: ['GET', 'HEAD', 'OPTIONS'] })
  t.match(await rejection(resource('/unknown').read('x')), { statusCode: 404 })
})

t.test('what is no answer of a resource becomes a documented error that holds what was received', async (t) => {
  const html = '<html><h1>Bad gateway</h1></html>'
  const cases: ReadonlyArray<readonly [status: number, body: unknown, code: number]> = [
    [502, html, 503], [504, html, 503], [429, html, 503], [503, html, 503], [404, html, 404], [402, html, 403], [413, '', 400],
    [418, { error: 'teapot' }, 400], [422, { code: 422, reason: 'Unprocessable', message: 'x' }, 400], [599, 'null', 500],
    [409, { code: 412, reason: 'x', message: 'another code' }, 409], [409, { code: 409 }, 409], [409, '[]', 409],
    [200, html, 500], [200, { result: [] }, 500], [200, { _rev: 7 }, 500], [200, 'null', 500], [200, '', 500], [204, '', 500], [202, 'x', 500], [304, '', 500],
    [200, { _rev: '1' }, 500], [200, { _id: '', _rev: '1' }, 500], [200, { _id: '..', _rev: '1' }, 500], [200, { _id: 7, _rev: '1' }, 500]
  ]
  for (const [status, body, code] of cases) {
    const { baseUrl } = await startOdd(t, answering(status, body, { 'content-type': 'text/html' }))
    const error = await rejection(createClient({ baseUrl, retry: once1 }).resource('/users').read('x'))
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    t.ok(error instanceof ResourceError, String(error))
    t.match(error, { statusCode: code, message: /^GET \/users\/x was answered /, cause: { status, contentType: 'text/html', body: text } }, `${status} ${text}`)
  }
})

t.test('a query that is answered with no page', async (t) => {
  for (const body of [{}, { result: {} }, { result: [{ a: 1 }] }, { result: [{ _rev: '1' }] }, 'x', '[]']) {
    const { baseUrl } = await startOdd(t, answering(200, body))
    const error = await rejection(createClient({ baseUrl }).resource('/users').query().page())
    t.match(error, { statusCode: 500, message: /^GET \/users was answered /, cause: { status: 200 } }, JSON.stringify(body))
  }
  const { baseUrl } = await startOdd(t, answering(200, { result: [], totalPagedResultsPolicy: 'GUESS', totalPagedResults: 'many', pagedResultsCookie: '' }))
  t.strictSame(await createClient({ baseUrl }).resource('/users').query().page(), { results: [], cookie: null, total: -1, policy: 'NONE' })
})

t.test('a long answer is not kept as a whole', async (t) => {
  const { baseUrl } = await startOdd(t, answering(500, 'x'.repeat(100_000)))
  t.match(await rejection(createClient({ baseUrl }).resource('/users').read('x')), { cause: { body: /^x{2000}$/ } })
})

t.test('reads follow redirects, writes do not', async (t) => {
  const { baseUrl, count } = await startOdd(t, answering(307, '', { location: '/there' }), answering(200, { _id: 'x', _rev: '1' }), answering(307, '', { location: '/there' }))
  const users = createClient({ baseUrl }).resource('/users')
  t.strictSame(await users.read('x'), { id: 'x', revision: '1', content: {} })
  t.match(await rejection(users.create({ a: 1 })), { statusCode: 500, message: /redirect/ })
  t.equal(count(), 3)
})

t.test('no answer is 503 with the failure as its cause', async (t) => {
  const unused = createServer().listen(0, '127.0.0.1')
  await once(unused, 'listening')
  const { port } = unused.address() as AddressInfo
  unused.close()
  await once(unused, 'close')
  const dropping = await startOdd(t, (request) => { request.socket.destroy() })
  const breaking = await startOdd(t, (request, response) => {
    response.writeHead(200, { 'content-length': '100' })
    response.write('{"_id":"x"')
    setTimeout(() => request.socket.destroy(), 20)
  })
  for (const baseUrl of [`http://127.0.0.1:${port}`, dropping.baseUrl, breaking.baseUrl]) {
    const error = await rejection(createClient({ baseUrl }).resource('/users').update('x', {}, { revision: '1' }))
    t.ok(error instanceof ServiceUnavailable, String(error))
    t.match(error, { message: /^PUT \/users\/x got no answer: /, cause: { name: 'TypeError' } })
    t.notOk((error as ResourceError).retryAfter)
  }
  t.strictSame([dropping.count(), breaking.count()], [1, 1], 'nobody said when to come back')
  const strange = createClient({ baseUrl: dropping.baseUrl, fetch: async () => { throw 'a text' } }).resource('/users') // eslint-disable-line no-throw-literal
  t.match(await rejection(strange.read('x')), { statusCode: 503, message: 'GET /users/x got no answer: a text', cause: 'a text' })
})

t.test('the client exports the classes of the main entry point', async (t) => {
  const names = Object.keys(client).filter((name) => /^[A-Z]/.test(name))
  t.equal(names.length, 15)
  for (const name of names) t.equal(client[name as 'Gone'], library[name as 'Gone'], name)
})
