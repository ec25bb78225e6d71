import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { once } from 'node:events'
import t from 'tap'
import { memoryStore } from '../../lib/index.ts'
import type { CollectionHandle } from '../../lib/index.ts'
import { buildApp, fails, refused } from './app.ts'

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'] as const

t.test('a disabled resource answers 503 to every method at every target', async (t) => {
  const app = await buildApp(t, { options: { authenticate: () => { throw new Error('never asked') } } })
  const things = app.resource('/things', {})
  const settings = app.resource('/settings', { kind: 'singleton', initial: {} })
  t.strictSame([things.enabled, things.disabled], [true, null])
  t.equal(things.disable(), things, 'disable returns the handle')
  settings.disable()
  t.strictSame([things.enabled, things.disabled], [false, 'all'])
  for (const method of methods) {
    for (const url of ['/things', '/things/a', '/settings', '/things/a?_bogus', '/things/']) {
      refused(t, await app.inject({ method: method as 'GET', url, headers: { accept: 'text/html' } }), 503, `${method} ${url}`)
    }
  }
  refused(t, await app.inject('/things/a/b'), 404, 'what is no target stays 404')
  t.equal(things.enable(), things, 'enable returns the handle')
  t.strictSame([things.enabled, things.disabled], [true, null])
  t.equal((await app.inject({ method: 'OPTIONS', url: '/things' })).statusCode, 204)
  t.equal((await app.inject({ method: 'OPTIONS', url: '/settings' })).statusCode, 503, 'others stay as they are')
})

t.test('Retry-After is what the declaration says', async (t) => {
  const app = await buildApp(t)
  const things = app.resource('/things', {})
  const retryAfter = async (): Promise<unknown> => (await app.inject('/things')).headers['retry-after']
  const future = new Date(Math.ceil(Date.now() / 1000) * 1000 + 60_000)
  for (const [given, sent] of [
    [120, '120'], [0, '0'], [1.2, '2'], [future, future.toUTCString()], [new Date(Date.now() - 1000), '0'], [new Date(0), '0'], [new Date(-1), '0']
  ] as const) {
    things.disable({ retryAfter: given })
    t.equal(await retryAfter(), sent, String(given))
  }
})

t.test('the message is sent', async (t) => {
  const app = await buildApp(t)
  const things = app.resource('/things', {}).disable({ message: 'back at noon' })
  t.equal(refused(t, await app.inject('/things'), 503).message, 'back at noon')
  things.disable()
  t.not(refused(t, await app.inject('/things'), 503).message, 'back at noon', 'disabling again forgets it')
})

t.test('an option of disable that is wrong is refused by name and changes nothing', async (t) => {
  const app = await buildApp(t)
  const things = app.resource('/things', {})
  for (const options of [{ retryAfter: -1 }, { retryAfter: NaN }, { retryAfter: Infinity }, { retryAfter: '1' }, { retryAfter: new Date(NaN) }, { message: 1 }, { methods: 'reads' }, { bogus: 1 }]) {
    t.throws(() => things.disable(options as never), { code: 'CREST_ERR_INVALID_OPTION' }, JSON.stringify(options))
  }
  t.ok(things.enabled)
})

t.test('methods: writes leaves reading, also by an overridden method and in process', async (t) => {
  const app = await buildApp(t)
  const things = app.resource('/things', { actions: { go: { on: ['collection', 'instance'], handler: () => 1 } } })
  await things.create({}, { id: 'a' })
  things.disable({ methods: 'writes', retryAfter: 5 })
  t.strictSame([things.enabled, things.disabled], [false, 'writes'])
  for (const method of ['GET', 'HEAD', 'OPTIONS'] as const) {
    for (const url of ['/things', '/things/a']) t.ok((await app.inject({ method, url })).statusCode < 300, `${method} ${url}`)
  }
  for (const [method, url] of [['POST', '/things'], ['POST', '/things/a?_action=go'], ['POST', '/things?_action=go'], ['PUT', '/things/a'], ['PATCH', '/things/a'], ['DELETE', '/things/a'], ['DELETE', '/things']] as const) {
    t.equal((await app.inject({ method, url, payload: {} })).headers['retry-after'], '5', `${method} ${url}`)
    refused(t, await app.inject({ method, url, payload: {} }), 503, `${method} ${url}`)
  }
  const overridden = { method: 'POST', url: '/things/a' } as const
  t.equal((await app.inject({ ...overridden, headers: { 'x-http-method-override': 'GET' } })).statusCode, 200)
  refused(t, await app.inject({ ...overridden, headers: { 'x-http-method-override': 'PUT' } }), 503)
  t.equal((await things.read('a')).id, 'a')
  t.equal((await things.query()).results.length, 1)
  for (const call of [things.create({}), things.update('a', {}), things.patch('a', []), things.delete('a'), things.action('go')]) await fails(t, call, 503)
})

t.test('in process a disabled resource throws 503 before anything else is looked at', async (t) => {
  const app = await buildApp(t, { options: { revision: 'required' } })
  const things = app.resource('/things', { actions: { go: { on: 'collection', handler: () => 1 } }, authorize: () => false }).disable({ retryAfter: 7, message: 'off' })
  const settings = app.resource('/settings', { kind: 'singleton', initial: {} }).disable()
  const calls = [
    () => things.create({}), () => things.create(5 as never), () => things.read('a'), () => things.read(''), () => things.update('a', {}), () => things.patch('a', []), () => things.delete('a'),
    () => things.query(), () => things.query({ filter: '(' }), () => things.action('go'), () => things.action('unknown' as 'go'), () => things.read('a', { principal: {} }),
    () => settings.read(), () => settings.update({}), () => settings.patch([])
  ]
  for (const call of calls) await fails(t, call(), 503, String(call))
  t.match(await fails(t, things.read('a'), 503), { message: 'off', retryAfter: 7 })
})

t.test('disabling is for the next request; those in flight finish', async (t) => {
  const app = await buildApp(t)
  let begun: () => void = () => {}
  let finish: () => void = () => {}
  const started = new Promise<void>((resolve) => { begun = resolve })
  const released = new Promise<void>((resolve) => { finish = resolve })
  const things = app.resource('/things', { actions: { slow: { on: 'collection', handler: async () => { begun(); await released; return 'done' } } } })
  const flying = app.inject({ method: 'POST', url: '/things?_action=slow' })
  await started
  things.disable()
  refused(t, await app.inject('/things'), 503)
  finish()
  t.equal((await flying).body, '"done"')
})

t.test('the switch is one of the resource: all values of a path parameter, and the app that declared it', async (t) => {
  const store = memoryStore()
  const [one, two] = [await buildApp(t, { options: { store } }), await buildApp(t, { options: { store } })]
  const inOne = one.resource('/r/:x/things', {})
  two.resource('/r/:x/things', {})
  inOne.disable()
  for (const x of ['a', 'b']) refused(t, await one.inject(`/r/${x}/things`), 503)
  t.equal((await two.inject('/r/a/things')).statusCode, 200)
  ;(one.resources.get('/r/:x/things') as CollectionHandle).enable()
  t.ok(inOne.enabled)
})

t.test('while the server closes, a request on a kept connection is 503 with Retry-After', async (t) => {
  const app = await buildApp(t, { server: { forceCloseConnections: false } })
  let begun: () => void = () => {}
  let finish: () => void = () => {}
  const started = new Promise<void>((resolve) => { begun = resolve })
  const released = new Promise<void>((resolve) => { finish = resolve })
  app.resource('/things', { actions: { slow: { on: 'collection', handler: async () => { begun(); await released; return 'done' } } } })
  const accepted: Socket[] = []
  app.server.on('connection', (socket) => accepted.push(socket))
  await app.listen({ port: 0 })
  const { port } = app.server.address() as { port: number }
  const [busy, kept] = [connect(port), connect(port)]
  const ended = Promise.all([once(kept, 'close'), once(busy, 'close')])
  const keptEnded = once(kept, 'close')
  const received = { busy: '', kept: '' }
  busy.on('data', (bytes) => { received.busy += String(bytes) })
  kept.on('data', (bytes) => { received.kept += String(bytes) })
  busy.write('POST /things?_action=slow HTTP/1.1\r\nHost: x\r\n\r\n')
  // Half a request: the connection is not idle, so that closing does not end it.
  const half = 'GET /things HTTP/1.1\r\nHo'
  kept.write(half)
  await started
  while (!accepted.some(({ bytesRead }) => bytesRead === half.length)) await new Promise((resolve) => setTimeout(resolve, 5))
  const closing = app.close()
  await new Promise((resolve) => setTimeout(resolve, 50))
  kept.write('st: x\r\n\r\n')
  await keptEnded
  t.match(received.kept, /^HTTP\/1\.1 503 /)
  t.match(received.kept, /\r\nretry-after: \d+\r\n/i)
  t.match(received.kept, /\r\nconnection: close\r\n/i)
  t.match(received.kept, '"code":503')
  finish()
  await Promise.all([closing, ended])
  t.match(received.busy, /^HTTP\/1\.1 200 [^]*"done"/, 'what was in flight finishes')
  t.match(received.busy, /\r\nconnection: close\r\n/i, 'and keeps its connection no longer')
})
