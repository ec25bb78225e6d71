import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { createClient } from '../../lib/client.ts'
import type { HeaderFields } from '../../lib/client.ts'
import { answering, rejection, startOdd, startResources, unavailable } from './servers.ts'

t.test('header fields are those of the client, of the call and of the operation, the later ones winning', async (t) => {
  const { baseUrl, requests } = await startResources(t, (app) => app.resource('/users', {}))
  const own: readonly HeaderFields[] = [
    { authorization: 'Bearer a', 'X-Trace': 'client', absent: undefined },
    new Headers({ authorization: 'Bearer a', 'x-trace': 'client' }),
    new Map([['authorization', 'Bearer a'], ['x-trace', 'client']]),
    [['authorization', 'Bearer a'], ['x-trace', 'client']]
  ]
  for (const headers of [...own, ...own.map((fields) => () => fields), ...own.map((fields) => async () => fields)]) {
    const users = createClient({ baseUrl, headers }).resource('/users')
    await users.create({}, { headers: { 'x-trace': 'call', accept: 'text/html', 'content-type': 'text/plain' } })
    t.match(requests.splice(0)[0]?.headers, { authorization: 'Bearer a', 'x-trace': 'call', accept: 'application/json', 'content-type': 'application/json' })
  }
})

t.test('a function is asked for header fields before each request, repeated ones too', async (t) => {
  let token = 0
  const seen: unknown[] = []
  const { baseUrl } = await startOdd(t,
    (request, response) => { seen.push(request.headers.authorization); unavailable('0')(request, response) },
    (request, response) => { seen.push(request.headers.authorization); answering(200, { _id: 'x', _rev: '1' })(request, response) })
  await createClient({ baseUrl, headers: async () => ({ authorization: `Bearer ${++token}` }) }).resource('/users').read('x')
  t.strictSame(seen, ['Bearer 1', 'Bearer 2'])
})

t.test('what a function throws, and what can be no header field, is thrown as it is', async (t) => {
  const { baseUrl, requests } = await startResources(t, (app) => app.resource('/users', {}))
  const mine = new Error('no token')
  t.equal(await rejection(createClient({ baseUrl, headers: () => { throw mine } }).resource('/users').read('x')), mine)
  t.match(await rejection(createClient({ baseUrl, headers: { 'a b': 'c' } }).resource('/users').read('x')), { name: 'TypeError' })
  t.match(await rejection(createClient({ baseUrl }).resource('/users').read('x', { headers: { a: 'b\nc' } })), { name: 'TypeError' })
  t.equal(requests.length, 0)
})

t.test('a signal gives a call up with its reason, before, while and between', async (t) => {
  const hanging = await startOdd(t, () => {})
  const dripping = await startOdd(t, (request, response) => { response.writeHead(200).write('{') })
  const busy = await startOdd(t, unavailable('20'))
  const reason = new Error('given up')
  for (const { baseUrl } of [hanging, dripping, busy]) {
    const controller = new AbortController()
    const call = rejection(createClient({ baseUrl }).resource('/users').read('x', { signal: controller.signal }))
    await sleep(100)
    controller.abort(reason)
    t.equal(await call, reason)
  }
  t.equal(hanging.count(), 1)
  t.equal(await rejection(createClient({ baseUrl: hanging.baseUrl }).resource('/users').delete('x', { signal: AbortSignal.abort(reason) })), reason)
  t.equal(hanging.count(), 1, 'nothing is sent any more')
  t.match(await rejection(createClient({ baseUrl: hanging.baseUrl }).resource('/users').query({ signal: AbortSignal.timeout(50) }).next()), { name: 'TimeoutError' })
})

t.test('a signal gives up what never ends, whoever is waited for', async (t) => {
  const { baseUrl } = await startResources(t, (app) => app.resource('/users', {}))
  const never = async (): Promise<never> => new Promise(() => {})
  const users = createClient({ baseUrl }).resource('/users')
  await users.create({}, { id: 'x' })
  const calls: ReadonlyArray<(options: { signal: AbortSignal }) => Promise<unknown>> = [
    async (options) => createClient({ baseUrl, headers: never }).resource('/users').read('x', options),
    async (options) => createClient({ baseUrl, fetch: never }).resource('/users').read('x', options),
    async (options) => users.edit('x', never, options)
  ]
  const reason = new Error('given up')
  for (const call of calls) {
    const controller = new AbortController()
    const given = rejection(call({ signal: controller.signal }))
    await sleep(100)
    controller.abort(reason)
    t.equal(await Promise.race([given, sleep(2000, 'still waiting', { ref: false })]), reason)
  }
  const controller = new AbortController()
  const abort = (): {} => { controller.abort(reason); return {} }
  t.equal(await rejection(createClient({ baseUrl, headers: abort }).resource('/users').read('x', { signal: controller.signal })), reason)
})

t.test('the listeners on a signal go with what they were for', async (t) => {
  const { baseUrl } = await startOdd(t, unavailable('0'), unavailable('0'), answering(200, { _id: 'x', _rev: '1' }))
  const { signal } = new AbortController()
  let listeners = 0
  const add = signal.addEventListener.bind(signal)
  const remove = signal.removeEventListener.bind(signal)
  signal.addEventListener = (...given: Parameters<typeof add>) => { listeners++; add(...given) }
  signal.removeEventListener = (...given: Parameters<typeof remove>) => { listeners--; remove(...given) }
  const fetch = async (url: string, { signal: _, ...init }: RequestInit): Promise<Response> => globalThis.fetch(url, init)
  await createClient({ baseUrl, fetch }).resource('/users').read('x', { signal })
  t.equal(listeners, 0)
})

t.test('requests go through the fetch that is given, or through the global one of the moment', async (t) => {
  const { baseUrl } = await startResources(t, (app) => app.resource('/users', {}))
  const urls: string[] = []
  const fetch = async (url: string, init: RequestInit): Promise<Response> => {
    urls.push(`${init.method} ${url}`)
    return globalThis.fetch(url, init)
  }
  await createClient({ baseUrl, fetch }).resource('/users').create({})
  t.strictSame(urls, [`POST ${baseUrl}/users`])
  const relative = createClient({ baseUrl: '/api', fetch: async (url, init) => fetch(`${baseUrl}${url.replace('/api', '')}`, init) })
  t.equal((await relative.resource('/users').query().page()).results.length, 1)
  const client = createClient({ baseUrl })
  const original = globalThis.fetch
  t.teardown(() => { globalThis.fetch = original })
  globalThis.fetch = async () => Response.json({ _id: 'mocked', _rev: '1' })
  t.equal((await client.resource('/users').read('x')).id, 'mocked')
})

t.test('options and paths that cannot be used are named', async (t) => {
  const baseUrl = 'http://127.0.0.1:1'
  const wrong: ReadonlyArray<readonly [options: object, message: RegExp]> = [
    [{}, /baseUrl/], [{ baseUrl: '' }, /baseUrl/], [{ baseUrl: '/api' }, /baseUrl/], [{ baseUrl: 'http://x/?a=b' }, /baseUrl/], [{ baseUrl: 'http://x/#a' }, /baseUrl/],
    [{ baseUrl: 'http://' }, /baseUrl/],
    [{ baseUrl, timeout: 1 }, /timeout is no option; known are baseUrl, fetch, headers, retry/], [{ baseUrl, fetch: 'x' }, /fetch/],
    [{ baseUrl, headers: 'x' }, /headers/], [{ baseUrl, headers: null }, /headers/], [{ baseUrl, retry: { times: 1 } }, /retry.times/],
    [{ baseUrl, retry: { attempts: 0 } }, /retry.attempts/], [{ baseUrl, retry: { attempts: 1.5 } }, /retry.attempts/],
    [{ baseUrl, retry: { maxWait: -1 } }, /retry.maxWait/], [{ baseUrl, retry: { maxWait: NaN } }, /retry.maxWait/], [{ baseUrl, retry: { maxWait: Infinity } }, /retry.maxWait/]
  ]
  for (const [options, message] of wrong) t.throws(() => createClient(options as never), { name: 'TypeError', message }, JSON.stringify(options))
  for (const path of ['users', '', '/', '/users/', '/a//b', '/users?x', '/:a/:a', '/..', 5 as never]) {
    t.throws(() => createClient({ baseUrl }).resource(path), { name: 'TypeError', message: /^The path of a resource must / }, String(path))
  }
})
