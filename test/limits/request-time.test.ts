import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { memoryStore, NotFound } from '../../lib/index.ts'
import type { Document, Store } from '../../lib/index.ts'
import { buildApp, refused } from '../plugin/app.ts'
import { answersIn, listen, open, refusedOnce } from '../plugin/raw.ts'

const json = { 'content-type': 'application/json' }

/** A store each of whose calls takes so long, and which calls were begun. */
function slowStore (milliseconds: number, calls: string[] = []): Store {
  const store = memoryStore()
  const slow = <Arguments extends readonly unknown[], Result>(name: string, call: (...given: Arguments) => Result) => async (...given: Arguments): Promise<Awaited<Result>> => {
    calls.push(name)
    const result = await call(...given)
    await sleep(milliseconds)
    return result
  }
  return {
    collections: () => store.collections(),
    secret: () => store.secret(),
    attach: () => store.attach(),
    detach: () => store.detach(),
    collection (path, rules) {
      const { read, insert, replace, remove, query, purge } = store.collection(path, rules)
      return { read: slow('read', read), insert: slow('insert', insert), replace: slow('replace', replace), remove: slow('remove', remove), query: slow('query', query), purge }
    }
  }
}

t.test('who takes too long is answered 503, with Retry-After, and nothing more is begun', async (t) => {
  const calls: string[] = []
  const app = await buildApp(t, { options: { store: slowStore(150, calls), limits: { requestTime: 60 } } })
  const decisions: unknown[] = []
  app.addHook('onResponse', async ({ decision }) => { decisions.push(decision) })
  app.resource('/things', {})
  for (const [method, call] of [['GET', 'read'], ['PUT', 'read'], ['DELETE', 'read'], ['PATCH', 'read']] as const) {
    calls.length = 0
    const response = await app.inject({ method, url: '/things/a', ...(method === 'PUT' ? { headers: json, payload: '{}' } : method === 'PATCH' ? { headers: json, payload: '[]' } : {}) })
    t.equal(refused(t, response, 503, method).message, 'The request took too long')
    t.equal(response.headers['retry-after'], '1')
    t.equal(response.headers['connection'], 'keep-alive')
    t.ok(response.headers['x-forgerock-transactionid'])
    await sleep(200)
    t.strictSame(calls, [call], `${method}: the write was not begun`)
  }
  t.equal(refused(t, await app.inject('/things'), 503).message, 'The request took too long')
  t.equal((await app.inject('/nothing')).statusCode, 404)
  t.match(decisions[0], { row: 0, status: 503 })
})

t.test('a write that has begun may still be done', async (t) => {
  const store = slowStore(100)
  const app = await buildApp(t, { options: { store, limits: { requestTime: 50 } } })
  const things = app.resource('/things', {})
  refused(t, await app.inject({ method: 'POST', url: '/things', headers: json, payload: '{"_id":"a"}' }), 503)
  await sleep(120)
  t.equal((await things.read('a')).id, 'a', 'in process there is no such limit')
})

t.test('handlers are told by signal, and what they answer or throw later is of no consequence', async (t) => {
  const lines: string[] = []
  const app = await buildApp(t, { server: { logger: { level: 'error', stream: { write: (line: string) => { lines.push(line) } } } }, options: { limits: { requestTime: 40 } } })
  const told: unknown[] = []
  const wait = async (signal: AbortSignal, after: () => unknown): Promise<never> => {
    await new Promise<void>((resolve) => { signal.addEventListener('abort', () => resolve()) })
    told.push((signal.reason as Error).message)
    return after() as never
  }
  const document: Document = { id: 'a', revision: '1', content: {} }
  app.resource('/things', {
    provider: {
      read: ({ id, signal }) => id === 'a' ? document : wait(signal, () => { throw id === 'lost' ? new NotFound() : new Error('disk full') }),
      update: ({ signal }) => wait(signal, () => document)
    },
    actions: { think: { handler: ({ signal }) => wait(signal, () => 'a thought') } }
  })
  const requests = [{ url: '/things/lost' }, { url: '/things/bad' }, { method: 'PUT', url: '/things/a', headers: json, payload: '{"x":1}' }, { method: 'POST', url: '/things/a?_action=think' }] as const
  for (const request of requests) refused(t, await app.inject(request), 503, JSON.stringify(request))
  await sleep(20)
  t.strictSame(told, requests.map(() => 'The request took too long'))
  const messages = lines.map((line) => (JSON.parse(line) as { msg: string, err?: { message?: string } })).filter(({ msg }) => msg.includes('after it was answered'))
  t.match(messages, [{ err: { message: 'disk full' } }], 'a mistake is not lost')
  t.notOk(lines.some((line) => line.includes('already sent')), 'and nothing was sent twice')
})

t.test('who sends or hijacks an answer when the signal is aborted is left alone', async (t) => {
  const app = await buildApp(t, { options: { limits: { requestTime: 30 } } })
  app.resource('/things', {
    kind: 'singleton',
    provider: {
      read: async ({ signal, request }) => {
        await new Promise<void>((resolve) => {
          signal.addEventListener('abort', () => {
            request?.raw.socket.destroy()
            resolve()
          })
        })
        return { id: '', revision: '1', content: {} }
      }
    }
  })
  const port = await listen(app)
  const connection = open(t, port)
  connection.socket.write('GET /things HTTP/1.1\r\nHost: x\r\n\r\n')
  await connection.closed
  t.equal(connection.received(), '')
})

t.test('rows that wait are in time too', async (t) => {
  for (const option of ['authenticate', 'authorize'] as const) {
    const app = await buildApp(t, { options: { limits: { requestTime: 40 }, [option]: async () => { await sleep(120); return true } } })
    let reads = 0
    app.resource('/things', { provider: { read: () => { reads++; return { id: 'a', revision: '1', content: {} } } } })
    refused(t, await app.inject('/things/a'), 503, option)
    await sleep(150)
    t.equal(reads, 0, `${option}: and nothing is read any more`)
  }
})

t.test('content that does not arrive in time is 400, and the connection is closed', async (t) => {
  const app = await buildApp(t, { options: { limits: { requestTime: 60 } } })
  app.resource('/things', {})
  app.resource('/forms', { multipart: true })
  const port = await listen(app)
  for (const [path, type] of [['/things', 'application/json'], ['/forms', 'multipart/form-data; boundary=x']] as const) {
    const connection = open(t, port)
    connection.socket.write(`PUT ${path}/a HTTP/1.1\r\nHost: x\r\nContent-Type: ${type}\r\nContent-Length: 10\r\n\r\n{`)
    await connection.until(/took too long to arrive/)
    await connection.closed
    refusedOnce(t, answersIn(connection.received()), 400, path)
  }
  const trickle = open(t, port)
  trickle.socket.write('PUT /things/a HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n')
  const dripping = setInterval(() => { trickle.socket.write(' ') }, 10)
  t.teardown(() => clearInterval(dripping))
  await trickle.closed
  refusedOnce(t, answersIn(trickle.received()), 400, 'byte by byte')
  t.equal((await app.inject('/things/a')).statusCode, 404, 'nothing was written')
})

t.test('who is quick is not bothered, and nothing is kept of those who are answered', async (t) => {
  const app = await buildApp(t, { options: { store: slowStore(5), limits: { requestTime: 80 } } })
  app.resource('/things', {})
  const port = await listen(app)
  const connection = open(t, port)
  for (let n = 1; n <= 10; n++) {
    const body = JSON.stringify({ n })
    connection.socket.write(`PUT /things/a HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`)
    await connection.until(new RegExp(`"n":${n}}`))
  }
  await sleep(150)
  t.strictSame(answersIn(connection.received()).map(({ status }) => status), [201, ...Array(9).fill(200)])
})

t.test('an answer that hooks of the application hold is theirs', async (t) => {
  const app = await buildApp(t, { options: { limits: { requestTime: 30 } }, before: (app) => app.addHook('onSend', async (_request, _reply, payload) => { await sleep(100); return payload }) })
  app.resource('/things', { store: slowStore(5) })
  t.equal((await app.inject('/things/a')).statusCode, 404)
})
