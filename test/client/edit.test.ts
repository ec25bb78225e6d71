import t from 'tap'
import { Type } from 'typebox'
import { createClient, NotFound, PreconditionFailed, ServiceUnavailable } from '../../lib/client.ts'
import { defineResource } from '../../lib/index.ts'
import { fails } from '../plugin/app.ts'
import { answering, rejection, startOdd, startResources, unavailable } from './servers.ts'

const Counter = defineResource({ schema: Type.Object({ n: Type.Integer() }), revision: 'required' })

t.test('eight clients that edit one counter at the same time all count', async (t) => {
  const { baseUrl, app, requests } = await startResources(t, (app) => app.resource('/counters', Counter))
  await app.inject({ method: 'POST', url: '/counters', payload: { _id: 'c', n: 0 } })
  const rounds = 20
  await Promise.all(Array.from({ length: 8 }, async () => {
    const counters = createClient({ baseUrl }).resource<typeof Counter>('/counters')
    for (let round = 0; round < rounds; round++) await counters.edit('c', (content) => { content.n++ }, { attempts: 50 })
  }))
  const { content } = await createClient({ baseUrl }).resource<typeof Counter>('/counters').read('c')
  t.equal(content.n, 8 * rounds)
  t.ok(requests.filter(({ method }) => method === 'PUT').length > 8 * rounds, 'races were lost')
})

t.test('edits that share one object do not mix what they have read', async (t) => {
  const { baseUrl } = await startResources(t, (app) => app.resource('/counters', Counter))
  const counters = createClient({ baseUrl }).resource<typeof Counter>('/counters')
  await counters.create({ n: 0 }, { id: 'c' })
  await Promise.all(Array.from({ length: 8 }, async () => counters.edit('c', async ({ n }) => ({ n: n + 1 }), { attempts: 50 })))
  t.equal((await counters.read('c')).content.n, 8)
})

t.test('the function gets the document, returns the next content or changes it in place', async (t) => {
  const { baseUrl, seen } = await startResources(t, (app) => app.resource('/counters', Counter))
  const counters = createClient({ baseUrl }).resource<typeof Counter>('/counters')
  const created = await counters.create({ n: 1 }, { id: 'c' })
  const edited = await counters.edit('c', (content, document) => {
    t.strictSame(document, created)
    t.equal(document.content, content)
    return { n: 2 }
  })
  t.strictSame(edited.content, { n: 2 })
  t.strictSame((await counters.edit('c', async (content) => { content.n = 3 })).content, { n: 3 })
  seen()
  t.strictSame((await counters.edit('c', () => {})).content, { n: 3 })
  t.strictSame((await counters.edit('c', ({ n }) => n > 2 ? undefined : { n: 9 })).content, { n: 3 })
  t.strictSame(seen().map(([request]) => request), ['GET /counters/c', 'GET /counters/c'], 'what changes nothing is not written')
  await counters.update('c', { n: 4 })
  t.match(seen(), [['PUT /counters/c', /"/]], 'an edit is remembered')
})

t.test('a document is edited as a whole, whatever else the options say', async (t) => {
  const { baseUrl, seen } = await startResources(t, (app) => app.resource('/notes', {}))
  const notes = createClient({ baseUrl }).resource('/notes')
  await notes.create({ a: 1, b: 2 }, { id: 'n' })
  seen()
  const options = { fields: ['a'], revision: '*' }
  t.strictSame((await notes.edit('n', (content) => { content['a'] = 3 }, options as {})).content, { a: 3, b: 2 })
  t.match(seen(), [['GET /notes/n', undefined], ['PUT /notes/n', /^"/]])
})

t.test('attempts are bounded; the last 412 is thrown', async (t) => {
  const { baseUrl, app, requests } = await startResources(t, (app) => app.resource('/counters', Counter))
  const counters = createClient({ baseUrl }).resource<typeof Counter>('/counters')
  await counters.create({ n: 0 }, { id: 'c' })
  let n = 0
  const race = async (): Promise<{ n: number }> => {
    await app.inject({ method: 'PUT', url: '/counters/c', headers: { 'if-match': '*' }, payload: { n: ++n } })
    return { n: -1 }
  }
  t.ok(await rejection(counters.edit('c', race, { attempts: 3 })) instanceof PreconditionFailed)
  t.equal(n, 3)
  t.ok(await rejection(counters.edit('c', race)) instanceof PreconditionFailed)
  t.equal(n, 13, 'ten by default')
  t.equal((await counters.read('c')).content.n, 13)
  for (const attempts of [0, 1.5, NaN, Infinity]) t.match(await rejection(counters.edit('c', race, { attempts })), { name: 'TypeError', message: /attempts/ })
  t.ok(requests.length > 0 && n === 13)
})

t.test('what is no lost race is thrown at once', async (t) => {
  const { baseUrl, requests } = await startResources(t, (app) => app.resource('/counters', Counter))
  const counters = createClient({ baseUrl }).resource<typeof Counter>('/counters')
  t.ok(await rejection(counters.edit('c', () => ({ n: 1 }))) instanceof NotFound)
  await counters.create({ n: 0 }, { id: 'c' })
  const mine = new Error('no')
  t.equal(await rejection(counters.edit('c', () => { throw mine })), mine)
  requests.splice(0)
  await fails(t, counters.edit('c', () => ({ n: 'x' as never })), 400)
  t.equal(requests.length, 2)
})

t.test('a signal ends an edit between its attempts', async (t) => {
  const { baseUrl, app } = await startResources(t, (app) => app.resource('/counters', Counter))
  const counters = createClient({ baseUrl }).resource<typeof Counter>('/counters')
  await counters.create({ n: 0 }, { id: 'c' })
  const controller = new AbortController()
  const reason = new Error('given up')
  let calls = 0
  const edit = counters.edit('c', async () => {
    await app.inject({ method: 'PUT', url: '/counters/c', headers: { 'if-match': '*' }, payload: { n: ++calls } })
    if (calls === 3) controller.abort(reason)
    return { n: -1 }
  }, { signal: controller.signal, attempts: 1000 })
  t.equal(await rejection(edit), reason)
  t.equal(calls, 3)
})

t.test('a write that may have been done before its 503 is not edited twice', async (t) => {
  const document = { _id: 'c', _rev: '1', n: 0 }
  const stale = answering(412, { code: 412, reason: 'Precondition Failed', message: 'If-Match is false' })
  const { baseUrl, count } = await startOdd(t, answering(200, document), unavailable('0'), stale)
  const counters = createClient({ baseUrl }).resource<typeof Counter>('/counters')
  let calls = 0
  const error = await rejection(counters.edit('c', (content) => { content.n++; calls++ }))
  t.ok(error instanceof ServiceUnavailable)
  t.match(error, { retryAfter: 0, message: /may have been done/, cause: { statusCode: 412 } })
  t.strictSame([calls, count()], [1, 3])
})
