import t from 'tap'
import { createClient, ServiceUnavailable } from '../../lib/client.ts'
import type { ClientCollection } from '../../lib/client.ts'
import { fails } from '../plugin/app.ts'
import { answering, rejection, startOdd, startResources, unavailable } from './servers.ts'

const document = answering(200, { _id: 'x', _rev: '1' })
const conflict = (code: number): ReturnType<typeof answering> => answering(code, { code, reason: 'x', message: 'x' })

t.test('a read is sent again when Retry-After says so', async (t) => {
  const { baseUrl, count } = await startOdd(t, unavailable('1'), document)
  const start = Date.now()
  await createClient({ baseUrl }).resource('/users').read('x')
  t.ok(Date.now() - start >= 950, 'not before')
  t.equal(count(), 2)
})

t.test('Retry-After may be a date, also a past one, and come from something in between', async (t) => {
  for (const time of [Date.now() + 1500, Date.now() - 60_000]) {
    const { baseUrl, count } = await startOdd(t, unavailable(new Date(time).toUTCString()), document)
    await createClient({ baseUrl }).resource('/users').read('x')
    t.ok(Date.now() >= Math.floor(time / 1000) * 1000)
    t.equal(count(), 2)
  }
  const limited = await startOdd(t, answering(429, 'slow down', { 'retry-after': '0' }), document)
  await createClient({ baseUrl: limited.baseUrl }).resource('/users').read('x')
  t.equal(limited.count(), 2)
})

t.test('a resource that is enabled again is reached', async (t) => {
  const { baseUrl, app } = await startResources(t, (app) => app.resource('/users', {}))
  const handle = app.resources.get('/users')
  const users = createClient({ baseUrl }).resource('/users')
  await users.create({ a: 1 }, { id: 'x' })
  handle?.disable({ retryAfter: 1 })
  setTimeout(() => handle?.enable(), 500)
  t.strictSame((await users.update('x', { a: 2 })).content, { a: 2 })
})

t.test('attempts and waiting are bounded', async (t) => {
  const busy = await startOdd(t, unavailable('0'))
  await fails(t, createClient({ baseUrl: busy.baseUrl }).resource('/users').read('x'), 503)
  t.equal(busy.count(), 3, 'three by default')
  await fails(t, createClient({ baseUrl: busy.baseUrl, retry: { attempts: 1 } }).resource('/users').read('x'), 503)
  t.equal(busy.count(), 4)
  const slow = await startOdd(t, unavailable('1'))
  const start = Date.now()
  t.match(await rejection(createClient({ baseUrl: slow.baseUrl, retry: { maxWait: 1500 } }).resource('/users').read('x')), { statusCode: 503, retryAfter: 1 })
  t.equal(slow.count(), 2, 'a second wait would be too long in all')
  t.ok(Date.now() - start < 1900, 'and is not begun')
  const long = await startOdd(t, unavailable('3600'))
  await fails(t, createClient({ baseUrl: long.baseUrl }).resource('/users').read('x'), 503)
  t.equal(long.count(), 1)
  const silent = await startOdd(t, answering(503, { code: 503, reason: 'x', message: 'x' }))
  await fails(t, createClient({ baseUrl: silent.baseUrl }).resource('/users').read('x'), 503)
  t.equal(silent.count(), 1, 'nobody said when')
})

t.test('only what cannot be done twice is sent again', async (t) => {
  const calls: ReadonlyArray<readonly [name: string, times: number, call: (users: ClientCollection) => Promise<unknown>]> = [
    ['read', 3, async (users) => users.read('x')],
    ['query', 3, async (users) => users.query().page()],
    ['update of a revision', 3, async (users) => users.update('x', {}, { revision: '1' })],
    ['patch of a revision', 3, async (users) => users.patch('x', [], { revision: '1' })],
    ['delete of a revision', 3, async (users) => users.delete('x', { revision: '1' })],
    ['create with an id', 3, async (users) => users.create({}, { id: 'x' })],
    ['create without an id', 1, async (users) => users.create({})],
    ['update of any revision', 1, async (users) => users.update('x', {}, { revision: '*' })],
    ['update of no revision', 1, async (users) => users.update('x', {})],
    ['patch of no revision', 1, async (users) => users.patch('x', [])],
    ['delete of no revision', 1, async (users) => users.delete('x')],
    ['action', 1, async (users) => users.action('ping')]
  ]
  for (const [name, times, call] of calls) {
    const { baseUrl, count } = await startOdd(t, unavailable('0'))
    await fails(t, call(createClient({ baseUrl }).resource('/users')), 503)
    t.equal(count(), times, name)
  }
})

t.test('a repetition that meets its own first try is no lost race', async (t) => {
  for (const code of [404, 409, 410, 412]) {
    const { baseUrl } = await startOdd(t, unavailable('0'), conflict(code))
    const error = await rejection(createClient({ baseUrl }).resource('/users').delete('x', { revision: '1' }))
    t.ok(error instanceof ServiceUnavailable)
    t.match(error, { retryAfter: 0, message: /may have been done/, cause: { statusCode: code } })
  }
  const refused = await startOdd(t, unavailable('0'), conflict(403))
  await fails(t, createClient({ baseUrl: refused.baseUrl }).resource('/users').delete('x', { revision: '1' }), 403)
  const read = await startOdd(t, unavailable('0'), conflict(404))
  await fails(t, createClient({ baseUrl: read.baseUrl }).resource('/users').read('x'), 404, 'a read has done nothing')
})
