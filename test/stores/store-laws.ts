import type { Test } from 'tap'
import type { JsonObject } from '../../lib/json.ts'
import type { CollectionRules, Slot, Store, StoreQuery, StoredDocument, WriteOutcome } from '../../lib/stores/store.ts'
import { modelLaws } from './store-model.ts'

/** Rules under which nothing is unique, expires, or stays gone, but for `overrides`. */
export function rules (overrides: Partial<CollectionRules> = {}): CollectionRules {
  return { unique: [], indexes: [], expires: undefined, tombstones: false, ...overrides }
}

/** Asks for all documents in the order of their ids, but for `overrides`. */
export function everything (overrides: Partial<StoreQuery> = {}): StoreQuery {
  return { filter: { kind: 'literal', value: true }, sortKeys: [], ...overrides }
}

/** A clock that stands still until it is moved; `Date.now` reads it until the test ends. */
export function stopClock (t: Test, now: number = Date.now()): { now: number } {
  const clock = { now }
  const real = Date.now
  Date.now = () => clock.now
  t.teardown(() => { Date.now = real })
  return clock
}

/** The document that a write has left. */
export function written (outcome: WriteOutcome): StoredDocument {
  if (outcome.kind !== 'written') throw new Error(`the write ended as ${outcome.kind}`)
  return outcome.document
}

function held (slot: Slot): StoredDocument {
  if (slot.kind !== 'document') throw new Error(`the slot is ${slot.kind}`)
  return slot.document
}

const instant = (ms: number): string => new Date(ms).toISOString()

/**
 * What the bundled stores do beyond the contract suite (lib/testing): to the millisecond of a clock that stands still, and
 * where the suite leaves a store its choice. `makeStore` gives an empty one.
 */
export async function storeLaws (t: Test, makeStore: (t: Test) => Store): Promise<void> {
  await t.test('a member named __proto__ is stored like others', async t => {
    const collection = makeStore(t).collection('/odd', rules())
    const content = JSON.parse('{"__proto__":{"admin":true}}') as JsonObject
    written(await collection.insert('a', content))
    const read = held(await collection.read('a')).content
    t.equal(JSON.stringify(read), JSON.stringify(content))
    t.equal(Object.getPrototypeOf(read), Object.prototype)
  })

  await t.test('collections() lists paths in the order of code points', async t => {
    const store = makeStore(t)
    const rule = rules()
    for (const path of ['/\u{1f600}', '/\uffee', '/a b', '/%41']) written(await store.collection(path, rule).insert('x', {}))
    t.same(await store.collections(), ['/%41', '/a b', '/\uffee', '/\u{1f600}'])
  })

  await t.test('two stores have two secrets, and a store keeps its own when the last app leaves', async t => {
    const store = makeStore(t)
    const secret = await store.secret()
    await store.detach()
    t.equal(await store.secret(), secret)
    t.not(await makeStore(t).secret(), secret)
  })

  await t.test('documents and rules are there again after the last app has left', async t => {
    const store = makeStore(t)
    store.attach()
    const document = written(await store.collection('/users', rules()).insert('a', { n: 1 }))
    await store.detach()
    const users = store.collection('/users', rules({ unique: [['/n']] }))
    t.same(held(await users.read('a')), document, 'the next use opens it again')
    t.same(await users.insert('b', { n: 1 }), { kind: 'clash', pointers: ['/n'] })
    await store.detach()
    t.same(await users.insert('b', { n: 1 }), { kind: 'clash', pointers: ['/n'] })
  })

  await t.test('a constraint that documents break is refused by path, ids and pointers', async t => {
    const store = makeStore(t)
    const before = store.collection('/later', rules())
    for (const id of ['2', 'x']) written(await before.insert(id, { v: 2 }))
    await t.rejects(async () => store.collection('/later', rules({ unique: [['/v']] })).read('0'), {
      code: 'CREST_ERR_STORE_UNIQUE', message: /\/later.*"2" and "x".*\/v/
    })
  })

  await t.test('a pointer that is none is refused by name', async t => {
    const store = makeStore(t)
    await t.rejects(async () => store.collection('/p', rules({ unique: [['/a b']] })).insert('x', {}), { name: 'RangeError', message: /\/a b/ })
    await t.rejects(async () => store.collection('/q', rules({ expires: '/a b' })).insert('x', {}), { name: 'RangeError', message: /\/a b/ })
    written(await store.collection('/r', rules()).insert('x', {}))
    await t.rejects(async () => store.collection('/r', rules({ expires: '/a b' })).read('x'), { name: 'RangeError', message: /\/a b/ })
  })

  await t.test('many documents are looked through when rules change, tombstones are not', async t => {
    const store = makeStore(t)
    const before = store.collection('/many', rules({ tombstones: true }))
    for (let n = 0; n < 600; n++) written(await before.insert(`${n}`, { v: n }))
    await before.remove('0', held(await before.read('0')).revision)
    const after = store.collection('/many', rules({ tombstones: true, unique: [['/v']] }))
    t.equal((await after.insert('x', { v: 599 })).kind, 'clash')
    t.equal((await after.insert('x', { v: 0 })).kind, 'written')
    t.same(await after.read('0'), { kind: 'gone' })
  })

  await t.test('a tombstone for ever outlasts all clocks', async t => {
    const clock = stopClock(t)
    const collection = makeStore(t).collection('/for-ever', rules({ tombstones: true }))
    written(await collection.remove('a', written(await collection.insert('a', {})).revision))
    clock.now += 1e12
    t.same(await collection.read('a'), { kind: 'gone' })
    t.equal(await collection.purge(), 0)
  })

  await t.test('a tombstone of some milliseconds is absent after exactly them', async t => {
    const clock = stopClock(t)
    const collection = makeStore(t).collection('/for-some-time', rules({ tombstones: 1000 }))
    for (const id of ['a', 'b', 'c']) await collection.remove(id, written(await collection.insert(id, {})).revision)
    clock.now += 999
    t.same(await collection.read('a'), { kind: 'gone' })
    t.same(await collection.insert('a', {}), { kind: 'gone' })
    t.equal(await collection.purge(), 0)
    clock.now += 1
    t.same(await collection.read('a'), { kind: 'absent' })
    const again = written(await collection.insert('a', { again: true }))
    t.equal(await collection.purge(), 2)
    written(await collection.remove('a', again.revision))
    clock.now += 999
    t.same(await collection.read('a'), { kind: 'gone' })
  })

  await t.test('a document expires at exactly its instant', async t => {
    const clock = stopClock(t)
    const collection = makeStore(t).collection('/expiring', rules({ expires: '/until', unique: [['/v']] }))
    written(await collection.insert('a', { until: instant(clock.now + 1000), v: 1 }))
    clock.now += 999
    t.equal((await collection.read('a')).kind, 'document')
    t.equal((await collection.query(everything({ count: true }))).total, 1)
    t.equal((await collection.insert('x', { v: 1 })).kind, 'clash')
    t.equal(await collection.purge(), 0)
    clock.now += 1
    t.same(await collection.read('a'), { kind: 'gone' })
    t.equal((await collection.query(everything({ count: true }))).total, 0)
    t.equal((await collection.insert('x', { v: 1 })).kind, 'written')
    t.equal(await collection.purge(), 1)
  })

  await t.test('a replacement moves the instant at the last moment', async t => {
    const clock = stopClock(t)
    const collection = makeStore(t).collection('/moved', rules({ expires: '/until' }))
    const { revision } = written(await collection.insert('b', { until: instant(clock.now + 10) }))
    clock.now += 9
    written(await collection.replace('b', revision, { until: instant(clock.now + 11) }))
    clock.now += 1
    const { revision: next } = held(await collection.read('b'))
    written(await collection.replace('b', next, {}))
    clock.now += 1e9
    t.equal((await collection.read('b')).kind, 'document')
  })

  await t.test('purge turns expired documents into tombstones that last from then on', async t => {
    for (const tombstones of [true, 1000]) {
      const clock = stopClock(t)
      const collection = makeStore(t).collection('/purged', rules({ expires: '/until', tombstones }))
      for (const id of ['a', 'b']) written(await collection.insert(id, { until: instant(clock.now) }))
      clock.now += 5000
      t.equal(await collection.purge(), 2)
      clock.now += 999
      t.same(await collection.read('a'), { kind: 'gone' })
      clock.now += 1
      t.same(await collection.read('a'), { kind: tombstones === true ? 'gone' : 'absent' })
      t.equal(await collection.purge(), tombstones === true ? 0 : 2)
    }
  })

  await modelLaws(t, makeStore)
}
