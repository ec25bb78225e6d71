import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { setImmediate } from 'node:timers/promises'
import t from 'tap'
import { memoryStore } from '../../lib/stores/memory.ts'
import type { Store } from '../../lib/stores/store.ts'
import { storeContract } from '../../lib/testing.ts'
import { brokenStores } from './broken-stores.ts'

const root = new URL('../../', import.meta.url).pathname

type Run = (runner: string) => Promise<void>

/** The cases, by name, as a test function that returns nothing gets them. */
function casesOf (makeStore: (runner: string) => Store | Promise<Store>): ReadonlyMap<string, Run> {
  const cases = new Map<string, Run>()
  assert.equal(storeContract(makeStore, (name: string, run: Run) => { cases.set(name, run) }), undefined)
  return cases
}

t.test('at least 150 cases are named, each by a sentence of its own', async (t) => {
  const names: string[] = []
  await storeContract(() => memoryStore(), (name) => { names.push(name) })
  t.ok(names.length >= 150, `${names.length} cases`)
  t.equal(new Set(names).size, names.length)
  t.strictSame(names.filter((name) => !/^[a-z-]+(?: [a-z]+)?: \S.*\S$/.test(name) || name.length > 160), [])
})

t.test('a test function that returns nothing gets all cases at once', async (t) => {
  t.ok(casesOf(() => memoryStore()).size >= 150)
})

t.test('cases wait for one another, whatever the test function does', async (t) => {
  let [running, most, ended] = [0, 0, 0]
  const makeStore = (): Store => Object.assign(memoryStore(), {
    attach: () => { most = Math.max(most, ++running) },
    detach: async () => {
      await setImmediate()
      running--
      ended++
    }
  })
  const registered = storeContract(makeStore, async (name, run) => {
    if (name.startsWith('create: ')) await run('')
  })
  t.ok(registered instanceof Promise)
  await registered
  t.equal(most, 1)
  t.ok(ended > 5)
})

t.test('where promises of the test function reject, all are waited for, and the first says why', async (t) => {
  let [registered, ended] = [0, 0]
  await t.rejects(async () => storeContract(() => memoryStore(), async () => {
    const n = ++registered
    await setImmediate()
    ended++
    if (n === 3 || n === 5) throw new Error(`not ${n}`)
  }), { message: 'not 3' })
  t.equal(ended, registered)
})

t.test('a case that fails keeps none from its turn', async (t) => {
  const cases = casesOf(() => Object.assign(memoryStore(), { collections: () => ['/never'] }))
  const results = await Promise.allSettled([...cases].filter(([name]) => /^(?:collections|secret): /.test(name)).map(async ([, run]) => run('')))
  const failed = results.filter(({ status }) => status === 'rejected').length
  t.ok(failed > 5 && failed < results.length, `${failed} of ${results.length}`)
})

t.test('each case has a store of its own, made with its runner, attached before and detached after', async (t) => {
  const log: string[] = []
  let stores = 0
  const cases = casesOf(async (runner) => {
    const name = `${runner} ${++stores}`
    const store = memoryStore()
    return Object.assign(store, { attach: () => log.push(`attach ${name}`), detach: async () => { log.push(`detach ${name}`) } })
  })
  const [first, second] = cases.values()
  await first?.('one')
  await second?.('two')
  t.strictSame(log, ['attach one 1', 'detach one 1', 'attach two 2', 'detach two 2'])
})

t.test('a store is detached after a case that failed, too', async (t) => {
  let detached = 0
  const broken = (): never => { throw new Error('broken') }
  const cases = casesOf(() => Object.assign(memoryStore(), { collection: broken, detach: () => { detached++ } }))
  const [first] = cases.values()
  await t.rejects(async () => first?.(''), { message: 'broken' })
  t.equal(detached, 1)
})

t.test('a store that cannot be made fails its case', async (t) => {
  const [first] = casesOf(() => { throw new Error('no database') }).values()
  await t.rejects(async () => first?.(''), { message: 'no database' })
})

for (const { fault, shownBy, makeStore } of brokenStores) {
  t.test(`a store is shown to be wrong where ${fault}`, async (t) => {
    const shown = [...casesOf(makeStore)].filter(([name]) => shownBy.test(name))
    const [sound] = [...casesOf(() => memoryStore())].filter(([name]) => shownBy.test(name))
    t.ok(shown.length > 0 && sound !== undefined, 'the case is there')
    await sound?.[1]('')
    for (const [name, run] of shown) await t.rejects(async () => run(''), name)
  })
}

/** What node:test says of the fixture: its exit status and the figures at the end. */
async function nodeTest (fixture: string): Promise<{ readonly status: unknown, readonly output: string, readonly tests: number, readonly failed: number }> {
  const { NODE_TEST_CONTEXT: _, ...environment } = process.env
  const child = spawn(process.execPath, ['--test', '--test-reporter=tap', `${root}test/stores/fixtures/contract-node-test.mjs`], {
    env: { ...environment, FIXTURE: fixture, NODE_OPTIONS: '' }, stdio: ['ignore', 'pipe', 'inherit']
  })
  const [output, [status]] = await Promise.all([text(child.stdout), once(child, 'close')])
  const figure = (name: string): number => Number(new RegExp(`^# ${name} (\\d+)$`, 'm').exec(output)?.[1])
  return { status, output, tests: figure('tests'), failed: figure('fail') }
}

t.test('under node:test every case is a test', async (t) => {
  const { size } = casesOf(() => memoryStore())
  for (const { status, tests, failed, output } of await Promise.all([nodeTest('awaited'), nodeTest('described')])) {
    t.strictSame({ status, tests, failed }, { status: 0, tests: size, failed: 0 }, output.slice(-2000))
    t.match(output, 'create: an id is taken while its document lives')
  }
})

t.test('under node:test a store that is wrong fails by the names of cases', async (t) => {
  const { status, failed, output, tests } = await nodeTest('broken')
  t.equal(status, 1)
  t.ok(failed > 5 && failed < tests / 2, `${failed} of ${tests}`)
  t.match(output, /not ok \d+ - tombstones: a removed id is gone to reads/)
})
