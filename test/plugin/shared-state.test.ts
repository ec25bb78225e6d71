import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import t from 'tap'
import type { Test } from 'tap'
import { memoryStore } from '../../lib/index.ts'
import type { CollectionHandle, ResourceHandle, SharedState, Store } from '../../lib/index.ts'
import { sqliteStore } from '../../lib/sqlite.ts'
import { openSqliteFile } from '../../lib/stores/sqlite/sqlite-open.ts'
import { buildApp, refused } from './app.ts'
import { mapProvider } from './backends.ts'

interface Served {
  readonly app: FastifyInstance
  readonly things: CollectionHandle
  readonly status: () => Promise<number>
}

async function serve (t: Test, store: Store): Promise<Served> {
  const app = await buildApp(t, { options: { store } })
  const things = app.resource('/things', {})
  return { app, things, status: async () => (await app.inject('/things')).statusCode }
}

/** Waits for what the issue gives a second for, on a machine that has other things to do. */
async function soon (t: Test, holds: () => unknown, what: string): Promise<void> {
  const begun = Date.now()
  while (!await holds() && Date.now() < begun + 10_000) await pause(10)
  const waited = Date.now() - begun
  t.ok(waited < 1500, `${what}, after ${waited} ms`)
}

/** A memory store whose shared state the test holds in its hands. */
function sharing (shared: SharedState): Store {
  const store = memoryStore()
  return {
    shared,
    collection: (path, rules) => store.collection(path, rules),
    collections: () => store.collections(),
    secret: () => store.secret(),
    attach: () => store.attach(),
    detach: () => store.detach()
  }
}

function aFile (t: Test): string {
  return join(t.testdir({}), 'shared.db')
}

t.test('what one app disables and enables with shared holds within a second in another one on the same file', async (t) => {
  const file = aFile(t)
  const [one, two] = [await serve(t, sqliteStore(file)), await serve(t, sqliteStore(file))]
  await Promise.all([one.app.ready(), two.app.ready()])
  const disabling = one.things.disable({ shared: true, retryAfter: 120, message: 'moving house' })
  t.ok(disabling instanceof Promise)
  t.equal(await disabling, one.things, 'it resolves to the handle')
  t.equal(await one.status(), 503, 'at once here')
  await soon(t, async () => await two.status() === 503, 'disabled there')
  const answer = await two.app.inject('/things')
  t.equal(refused(t, answer, 503).message, 'moving house')
  t.equal(answer.headers['retry-after'], '120')
  t.strictSame([two.things.enabled, two.things.disabled], [false, 'all'])

  t.equal(await two.things.enable({ shared: true }), two.things)
  t.equal(await two.status(), 200)
  await soon(t, async () => await one.status() === 200, 'enabled here')

  const instant = new Date(Math.ceil(Date.now() / 1000) * 1000 + 60_000)
  await two.things.disable({ shared: true, methods: 'writes', retryAfter: instant })
  await soon(t, () => one.things.disabled === 'writes', 'writing disabled')
  t.equal(await one.status(), 200, 'reading goes on')
  t.equal((await one.app.inject({ method: 'POST', url: '/things', payload: {} })).headers['retry-after'], instant.toUTCString())
})

t.test('without shared only the app at hand is switched, and a shared state holds there no longer', async (t) => {
  const file = aFile(t)
  const [one, two] = [await serve(t, sqliteStore(file)), await serve(t, sqliteStore(file))]
  await Promise.all([one.app.ready(), two.app.ready()])
  t.equal(one.things.disable(), one.things)
  t.equal(two.things.disable({ shared: false }).enable({ shared: false }), two.things)
  await pause(1000)
  t.strictSame([await one.status(), await two.status()], [503, 200])

  await two.things.disable({ shared: true })
  one.things.enable()
  await soon(t, () => one.things.disabled === 'all', 'the next shared change is taken over')
  one.things.enable()
  await pause(1000)
  t.strictSame([await one.status(), await two.status()], [200, 503], 'and not a second time')
})

t.test('an app that starts later is disabled before it is ready; until then it has its own state', async (t) => {
  const file = aFile(t)
  const first = await serve(t, sqliteStore(file))
  await first.things.disable({ shared: true })
  await first.app.close()
  const second = await serve(t, sqliteStore(file))
  t.ok(second.things.enabled)
  await second.app.ready()
  t.equal(second.things.disabled, 'all')
  await second.things.enable({ shared: true })
  await second.app.close()
  const third = await serve(t, sqliteStore(file))
  third.things.disable()
  await third.app.ready()
  t.equal(third.things.disabled, 'all', 'what was enabled before leaves alone what an app disables as it starts')
})

t.test('each resource has a state of its own, by its full path as declared, in the store where it lives', async (t) => {
  const [file, other] = [join(t.testdir({}), 'a.db'), join(t.testdir({}), 'b.db')]
  const build = async (): Promise<{ readonly app: FastifyInstance, readonly states: () => ReadonlyArray<ResourceHandle['disabled']> }> => {
    const app = await buildApp(t, { options: { store: sqliteStore(file), prefix: '/api' } })
    const handles = [
      app.resource('/realms/:realm/users', {}), app.resource('/settings', { kind: 'singleton', initial: {} }), app.resource('/elsewhere', { store: sqliteStore(other) }), app.resource('/idle', {})
    ]
    await app.ready()
    return { app, states: () => handles.map(({ disabled }) => disabled) }
  }
  const [one, two] = [await build(), await build()]
  for (const [path, methods] of [['/api/realms/:realm/users', 'all'], ['/api/settings', 'writes'], ['/api/elsewhere', 'writes']] as const) {
    await one.app.resources.get(path)?.disable({ shared: true, methods })
  }
  await soon(t, () => !two.states().slice(0, 3).includes(null), 'all are taken over')
  t.strictSame(two.states(), ['all', 'writes', 'writes', null])
  for (const realm of ['a', 'b']) t.equal((await two.app.inject(`/api/realms/${realm}/users`)).statusCode, 503, realm)
  const texts = await sqliteStore(file).shared?.read()
  t.strictSame([...texts?.keys() ?? []].sort(), ['disabled:/api/realms/:realm/users', 'disabled:/api/settings'])
})

t.test('one reading serves all resources of a store', async (t) => {
  let reads = 0
  const store = sharing({ read: () => { reads++; return new Map() }, write () {} })
  const app = await buildApp(t, { options: { store } })
  for (let index = 0; index < 20; index++) app.resource(`/r${index}`, {})
  await app.ready()
  t.equal(reads, 1)
  await pause(1000)
  t.ok(reads >= 2 && reads <= 3, `${reads} readings`)
  await app.close()
  const before = reads
  await pause(600)
  t.equal(reads, before)
})

t.test('a resource whose store shares nothing refuses shared changes by its path', async (t) => {
  const app = await buildApp(t, { options: { store: sqliteStore(':memory:') } })
  const handles = [app.resource('/in/memory', { store: memoryStore() }), app.resource('/provided', { provider: mapProvider() })]
  for (const handle of handles) {
    for (const act of [() => handle.disable({ shared: true }), () => handle.enable({ shared: true })]) {
      await t.rejects(act(), { code: 'CREST_ERR_STORE_NOT_SHARED', message: new RegExp(handle.path) })
    }
    t.ok(handle.enabled)
  }
})

t.test('a wrong option of a shared change rejects, and one that is no boolean throws', async (t) => {
  const { things } = await serve(t, sqliteStore(':memory:'))
  for (const options of [{ shared: true, retryAfter: -1 }, { shared: true, bogus: 1 }]) {
    await t.rejects(things.disable(options as never), { code: 'CREST_ERR_INVALID_OPTION' })
    await t.rejects(things.enable(options as never), { code: 'CREST_ERR_INVALID_OPTION' })
  }
  for (const shared of ['yes', 1, null]) {
    t.throws(() => things.disable({ shared } as never), { code: 'CREST_ERR_INVALID_OPTION', message: 'disable.shared must be true or false' })
    t.throws(() => things.enable({ shared } as never), { code: 'CREST_ERR_INVALID_OPTION', message: 'enable.shared must be true or false' })
  }
  t.throws(() => things.enable({ methods: 'all' } as never), { message: 'enable.methods is not known; known are shared' })
  t.ok(things.enabled)
})

t.test('where the store cannot write, the change rejects with 503 and holds nowhere', async (t) => {
  const file = aFile(t)
  const handle = openSqliteFile(file)
  t.teardown(() => handle.close())
  handle.exec('PRAGMA busy_timeout = 0')
  const [one, two] = [await serve(t, sqliteStore(handle)), await serve(t, sqliteStore(file))]
  await Promise.all([one.app.ready(), two.app.ready()])
  const other = openSqliteFile(file)
  t.teardown(() => other.close())
  other.exec('BEGIN IMMEDIATE')
  await t.rejects(one.things.disable({ shared: true }), { name: 'ServiceUnavailable', statusCode: 503 })
  t.equal(one.things.disabled, null)
  other.exec('ROLLBACK')
  await one.things.disable({ shared: true })
  other.exec('BEGIN IMMEDIATE')
  await t.rejects(one.things.enable({ shared: true }), { name: 'ServiceUnavailable', statusCode: 503 })
  t.equal(one.things.disabled, 'all')
  await soon(t, () => two.things.disabled === 'all', 'a lock for writing stops no reading')
  other.exec('ROLLBACK')
})

t.test('while the shared state cannot be read the last known one holds, and is followed again later', async (t) => {
  const warnings: string[] = []
  const texts = new Map([['disabled:/things', '{"token":"a","disabled":"all"}']])
  let broken = false
  const store = sharing({ async read () { if (broken) throw new Error('gone'); return texts }, write () {} })
  const app = await buildApp(t, { options: { store }, server: { logger: { level: 'warn', stream: { write: (line: string) => { warnings.push(line) } } } } })
  const things = app.resource('/things', {})
  await app.ready()
  t.equal(things.disabled, 'all')
  broken = true
  texts.set('disabled:/things', '{"token":"b","disabled":null}')
  await pause(1300)
  t.equal(things.disabled, 'all')
  t.equal(warnings.length, 1, 'it is told once')
  t.match(JSON.parse(String(warnings[0])), { level: 40, err: { message: 'gone' } })
  broken = false
  await soon(t, () => things.enabled, 'followed again')
})

t.test('what the store says and nobody understands is ignored with one warning', async (t) => {
  const warnings: string[] = []
  const texts = new Map([['disabled:/things', '{"version":9}'], ['disabled:/unknown', 'x'], ['other', 'x']])
  const app = await buildApp(t, { options: { store: sharing({ read: () => texts, write () {} }) }, server: { logger: { level: 'warn', stream: { write: (line: string) => { warnings.push(line) } } } } })
  const things = app.resource('/things', {}).disable()
  await app.ready()
  await pause(900)
  t.equal(things.disabled, 'all')
  t.equal(warnings.length, 1)
  t.match(JSON.parse(String(warnings[0])), { level: 40, resource: '/things', text: '{"version":9}' })
})

t.test('a store that fails or hangs neither fails nor stops getting ready and closing', { timeout: 30_000 }, async (t) => {
  for (const read of [() => { throw new Error('gone') }, async () => { throw new Error('gone') }, () => new Promise<never>(() => {})]) {
    const { app, status } = await serve(t, sharing({ read, write () {} }))
    const begun = Date.now()
    await app.ready()
    t.equal(await status(), 200)
    await app.close()
    t.ok(Date.now() - begun < 6000, `after ${Date.now() - begun} ms`)
  }
  const { app, status } = await serve(t, sqliteStore(join(t.testdir({}), 'no', 'such', 'directory')))
  await app.ready()
  t.equal(await status(), 500, 'requests tell what is wrong, as before')
})

t.test('getting ready waits less long than Fastify does', async (t) => {
  const app = await buildApp(t, { options: { store: sharing({ read: () => new Promise<never>(() => {}), write () {} }) }, server: { pluginTimeout: 500 } })
  app.resource('/things', {})
  await app.ready()
  t.pass('ready')
})

t.test('an app that closes while it reads opens its file no more', async (t) => {
  const file = aFile(t)
  for (let round = 0; round < 5; round++) {
    const { app } = await serve(t, sqliteStore(file))
    await app.ready()
    await pause(390 + round * 5)
    await app.close()
  }
  let detached = false
  let late = false
  const store = sharing({ read: async () => { await pause(200); late ||= detached; return new Map() }, write () {} })
  const { app } = await serve(t, { ...store, detach: () => { detached = true } })
  await app.ready()
  await pause(500)
  await app.close()
  await pause(300)
  t.notOk(late, 'what was begun is done before the store is left')
})

t.test('shared changes work before the app is ready, and an app without resources in a store does not open it', async (t) => {
  const file = aFile(t)
  const early = await serve(t, sqliteStore(file))
  await early.things.disable({ shared: true })
  t.equal(early.things.disabled, 'all')
  const app = await buildApp(t, { options: { store: sharing({ read () { throw new Error('read') }, write () {} }) }, server: { logger: { level: 'warn', stream: { write: (line: string) => { t.fail(line) } } } } })
  app.resource('/provided', { provider: mapProvider() })
  await app.ready()
})
