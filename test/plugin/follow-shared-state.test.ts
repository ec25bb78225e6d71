import Fastify from 'fastify'
import t from 'tap'
import type { Test } from 'tap'
import type { SharedState, Store } from '../../lib/index.ts'
import { followSharedState, followStores } from '../../lib/follow-shared-state.ts'
import type { SharedSwitch } from '../../lib/declare/shared-switch.ts'

interface Line { readonly level: string, readonly err: Error }

function spyOnLog (): { readonly lines: Line[], readonly log: ReturnType<typeof Fastify>['log'] } {
  const lines: Line[] = []
  const log = { warn: (bindings: { readonly err: Error }) => { lines.push({ level: 'warn', err: bindings.err }) } }
  return { lines, log: log as unknown as ReturnType<typeof Fastify>['log'] }
}

function spyOnSwitch (): { readonly taken: unknown[], readonly one: SharedSwitch } {
  const taken: unknown[] = []
  return { taken, one: { set: async () => {}, expect: () => (texts) => { taken.push([...texts.keys()].join()) } } }
}

/** Shared state that is read as the test says. */
function readBy (read: () => ReturnType<SharedState['read']>): SharedState {
  return { read, write () { throw new Error('not written here') } }
}

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => { setTimeout(resolve, milliseconds) })

async function until (t: Test, holds: () => boolean, what: string): Promise<void> {
  const end = Date.now() + 10_000
  while (!holds() && Date.now() < end) await pause(10)
  t.ok(holds(), what)
}

t.test('it is read at once, then again and again, until it is stopped', async t => {
  const { lines, log } = spyOnLog()
  const { taken, one } = spyOnSwitch()
  let reads = 0
  const follower = followSharedState(readBy(() => new Map([[`read ${++reads}`, '']])), [one], log, 1000)
  await follower.started
  t.strictSame(taken, ['read 1'])
  await until(t, () => taken.length >= 3, 'it is read again')
  await follower.stop()
  const before = reads
  await pause(600)
  t.equal(reads, before, 'not after its end')
  t.strictSame(lines, [])
})

t.test('readings do not overlap, and one that takes too long is told', async t => {
  const { lines, log } = spyOnLog()
  const { taken, one } = spyOnSwitch()
  const answers: Array<(texts: ReadonlyMap<string, string>) => void> = []
  const follower = followSharedState(readBy(() => new Promise((resolve) => { answers.push(resolve) })), [one], log, 100)
  const begun = Date.now()
  await follower.started
  t.ok(Date.now() - begun < 1000, 'the start waits for as long as there is patience')
  t.match(lines, [{ level: 'warn', err: { message: 'The store has not answered for 100 ms' } }])
  await pause(900)
  t.equal(answers.length, 1, 'no second reading meanwhile')
  t.equal(lines.length, 1)
  answers[0]?.(new Map([['late', '']]))
  await until(t, () => answers.length === 2, 'the next reading follows')
  t.strictSame(taken, ['late'], 'what comes late is taken over too')
  await follower.stop()
})

t.test('each outage is told once, however it shows', async t => {
  const { lines, log } = spyOnLog()
  const { taken, one } = spyOnSwitch()
  const good = (): Map<string, string> => new Map([['good', '']])
  const script: ReadonlyArray<() => ReturnType<SharedState['read']>> = [
    () => { throw new Error('at once') }, async () => { throw new Error('later') }, () => 'no map' as never, good, good, async () => { throw new Error('again') }, good
  ]
  let turn = 0
  const follower = followSharedState(readBy(() => (script[turn++] ?? good)()), [one], log, 1000)
  await follower.started
  await until(t, () => turn >= script.length, 'it goes on')
  await follower.stop()
  t.strictSame(lines.map(({ err }) => err.message), ['at once', 'again'])
  t.ok(taken.length >= 3)
})

t.test('a store that blocks the process in vain is left alone for as long', async t => {
  const { log } = spyOnLog()
  const ends: number[] = []
  const begins: number[] = []
  const follower = followSharedState(readBy(() => {
    begins.push(performance.now())
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 700)
    ends.push(performance.now())
    throw new Error('locked')
  }), [], log, 1000)
  await until(t, () => begins.length === 2, 'it is asked again')
  await follower.stop()
  t.ok(Number(begins[1]) - Number(ends[0]) >= 690, `after ${Number(begins[1]) - Number(ends[0])} ms`)
})

t.test('what is read when it is stopped is waited for, not for ever, and ignored', async t => {
  for (const answer of [new Map([['late', '']]), new Error('late'), undefined]) {
    const { lines, log } = spyOnLog()
    const { taken, one } = spyOnSwitch()
    const follower = followSharedState(readBy(() => new Promise((resolve, reject) => {
      if (answer === undefined) return
      setTimeout(() => answer instanceof Error ? reject(answer) : resolve(answer), 50)
    })), [one], log, 300)
    const begun = Date.now()
    await follower.stop()
    const waited = Date.now() - begun
    t.ok(answer === undefined ? waited >= 290 : waited >= 40 && waited < 290, `${waited} ms`)
    t.strictSame([taken, lines], [[], []])
  }
})

t.test('all stores that share are followed, and getting ready does not time out for them', async t => {
  const { lines, log } = spyOnLog()
  const [first, second, third] = [spyOnSwitch(), spyOnSwitch(), spyOnSwitch()]
  const never = readBy(() => new Promise(() => {}))
  const stores = new Map([[{ shared: never }, [first.one]], [{}, [second.one]], [{ shared: readBy(() => new Map([['x', '']])) }, [third.one]]]) as unknown as ReadonlyMap<Store, SharedSwitch[]>
  const begun = Date.now()
  const follower = followStores(stores, log, 400)
  await follower.started
  t.ok(Date.now() - begun < 400, 'half of the time that Fastify gives')
  t.strictSame([first.taken, second.taken, third.taken], [[], [], ['x']])
  t.equal(lines.length, 1)
  await follower.stop()
})

t.test('where nothing is shared there is nothing to wait for', async t => {
  const { log } = spyOnLog()
  const follower = followStores(new Map(), log)
  await Promise.all([follower.started, follower.stop()])
})
