import type { Test } from 'tap'
import { BadRequest } from '../../lib/errors.ts'
import type { SortPosition } from '../../lib/crest/sort-order.ts'
import type { JsonObject } from '../../lib/json.ts'
import type { CollectionRules, Slot, Store, StoreCollection, StoreQuery, StoredDocument, WriteOutcome } from '../../lib/stores/store.ts'
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

async function ids (collection: StoreCollection, overrides: Partial<StoreQuery> = {}): Promise<string[]> {
  const { documents } = await collection.query(everything(overrides))
  return documents.map(({ id }) => id)
}

const behind = (id: string): SortPosition => ({ values: [], id })
const instant = (ms: number): string => new Date(ms).toISOString()

/** What every store must do. `makeStore` gives an empty one. */
export async function storeLaws (t: Test, makeStore: (t: Test) => Store): Promise<void> {
  await t.test('what was inserted is read, by its own id only', async t => {
    const users = makeStore(t).collection('/users', rules())
    t.same(await users.read('a'), { kind: 'absent' })
    const document = written(await users.insert('a', { name: 'Ann', tags: [1, { x: null }] }))
    t.equal(document.id, 'a')
    t.same(document.content, { name: 'Ann', tags: [1, { x: null }] })
    t.same(await users.read('a'), { kind: 'document', document })
    t.same(await users.read('A'), { kind: 'absent' })
  })

  await t.test('an id is taken while its document lives', async t => {
    const users = makeStore(t).collection('/users', rules())
    const { revision } = written(await users.insert('a', { n: 1 }))
    t.same(await users.insert('a', { n: 2 }), { kind: 'taken' })
    t.same(held(await users.read('a')), { id: 'a', revision, content: { n: 1 } })
    written(await users.remove('a', revision))
    t.equal((await users.insert('a', { n: 3 })).kind, 'written')
  })

  await t.test('replace and remove change nothing unless the revision is the one stored', async t => {
    const users = makeStore(t).collection('/users', rules())
    const first = written(await users.insert('a', { n: 1 }))
    const second = written(await users.replace('a', first.revision, { n: 2 }))
    t.not(second.revision, first.revision)
    t.same(await users.replace('a', first.revision, { n: 3 }), { kind: 'changed' })
    t.same(await users.remove('a', first.revision), { kind: 'changed' })
    t.same(await users.replace('b', first.revision, { n: 3 }), { kind: 'changed' })
    t.same(await users.remove('b', ''), { kind: 'changed' })
    t.same(held(await users.read('a')), second)
    t.same(await users.remove('a', second.revision), { kind: 'written', document: second })
    t.same(await users.read('a'), { kind: 'absent' })
    t.same(await users.remove('a', second.revision), { kind: 'changed' })
  })

  await t.test('of replacements that name the same revision one is written', async t => {
    const users = makeStore(t).collection('/users', rules())
    const { revision } = written(await users.insert('a', { n: 0 }))
    const outcomes = await Promise.all([1, 2, 3, 4, 5].map(async n => users.replace('a', revision, { n })))
    t.same(outcomes.map(({ kind }) => kind).sort(), ['changed', 'changed', 'changed', 'changed', 'written'])
  })

  await t.test('a revision never repeats, not even after delete and re-creation, and fits into an entity tag', async t => {
    const users = makeStore(t).collection('/users', rules())
    const revisions = new Set<string>()
    for (let round = 0; round < 20; round++) {
      let document = written(await users.insert('a', { n: 1 }))
      revisions.add(document.revision)
      document = written(await users.replace('a', document.revision, { n: 1 }))
      revisions.add(document.revision)
      await users.remove('a', document.revision)
    }
    t.equal(revisions.size, 40)
    t.ok([...revisions].every(revision => /^[!#-~]+$/.test(revision) && revision !== '*'))
  })

  await t.test('collections are keyed by path, and one store gives the same documents to all who ask', async t => {
    const store = makeStore(t)
    const rule = rules()
    const users = store.collection('/realms/a/users', rule)
    written(await users.insert('1', { n: 1 }))
    written(await store.collection('/realms/b/users', rule).insert('1', { n: 2 }))
    t.same(held(await store.collection('/realms/a/users', rule).read('1')).content, { n: 1 })
    t.same(await store.collections(), ['/realms/a/users', '/realms/b/users'])
    await users.remove('1', held(await users.read('1')).revision)
    t.same(await store.collections(), ['/realms/b/users'])
  })

  await t.test('collections() lists paths in the order of code points, and those with tombstones only', async t => {
    const store = makeStore(t)
    const rule = rules({ tombstones: true })
    for (const path of ['/\u{1f600}', '/\uffee', '/a b', '/%41']) {
      const collection = store.collection(path, rule)
      await collection.remove('x', written(await collection.insert('x', {})).revision)
      await store.collection(`${path}/read-only`, rule).read('x')
      await store.collection(`${path}/read-only`, rule).query(everything())
    }
    t.same(await store.collections(), ['/%41', '/a b', '/\uffee', '/\u{1f600}'])
  })

  await t.test('any string is an id, and none is like another', async t => {
    const collection = makeStore(t).collection("/o'dd;\"/é", rules({ unique: [['/n']] }))
    const odd = ['', ' ', '/', '%', '%25', '+', 'é', 'e\u0301', "'", '"', '\\', ';', "'; DROP TABLE crest_documents; --", '?', '_', 'A', 'a',
      '__proto__', 'constructor', 'toString', 'hasOwnProperty', '😀', 'x'.repeat(255), 'é'.repeat(127), '\u{10ffff}', '\ue000', '1', '01', '1.0', 'null']
    for (const [n, id] of odd.entries()) written(await collection.insert(id, { n }))
    for (const [n, id] of odd.entries()) t.equal(held(await collection.read(id)).content['n'], n, JSON.stringify(id))
    t.same((await ids(collection)).length, odd.length)
    for (const id of odd) written(await collection.remove(id, held(await collection.read(id)).revision))
    t.same(await ids(collection), [])
  })

  await t.test('members named like those of Object.prototype are stored like others', async t => {
    const collection = makeStore(t).collection('/odd', rules({ unique: [['/constructor'], ['/toString/valueOf']] }))
    const content = JSON.parse('{"__proto__":{"admin":true},"constructor":1,"hasOwnProperty":null,"toString":{"valueOf":[]}}') as JsonObject
    written(await collection.insert('a', content))
    const read = held(await collection.read('a')).content
    t.equal(JSON.stringify(read), JSON.stringify(content))
    t.equal(Object.getPrototypeOf(read), Object.prototype)
    t.equal((await collection.insert('b', {})).kind, 'written', 'an inherited member is none')
    t.equal((await collection.insert('c', {})).kind, 'written')
    t.same(await collection.insert('d', { constructor: 1 }), { kind: 'clash', pointers: ['/constructor'] })
  })

  await t.test('what is written and read belongs to the caller, or is frozen', async t => {
    const collection = makeStore(t).collection('/own', rules())
    const spoil = (content: JsonObject): void => {
      const { list } = content as unknown as { list: number[] }
      try { list.push(2) } catch {}
      try { Object.assign(content, { more: true }) } catch {}
    }
    const mine = { list: [1] }
    const document = written(await collection.insert('a', mine))
    const expect = async (): Promise<void> => { t.same(held(await collection.read('a')).content, { list: [1] }) }
    mine.list.push(9)
    await expect()
    spoil(document.content)
    await expect()
    spoil(held(await collection.read('a')).content)
    spoil((await collection.query(everything())).documents[0]?.content as JsonObject)
    await expect()
    const other = { list: [1] }
    const replaced = written(await collection.replace('a', document.revision, other))
    other.list.push(9)
    spoil(replaced.content)
    await expect()
  })

  await t.test('content is kept exactly, in value', async t => {
    const collection = makeStore(t).collection('/values', rules())
    const content = { s: 'é😀\u2028"\\', n: [0, 1.5, -1e-7, 1e21, 9007199254740991, 0.1], b: [true, false, null], o: { a: { b: {} } }, e: [[]] }
    written(await collection.insert('a', content))
    t.strictSame(held(await collection.read('a')).content, content)
    written(await collection.insert('big', { text: 'x'.repeat(1_000_000) }))
    t.equal(String(held(await collection.read('big')).content['text']).length, 1_000_000)
    t.notOk('b' in written(await collection.insert('undefined', { a: 1, b: undefined })).content)
  })

  await t.test('a query is in the order of code points, whatever the order of insertion', async t => {
    const collection = makeStore(t).collection('/order', rules())
    const ordered = ['!', '0', '10', '2', 'A', 'Z', 'a', 'aa', 'ab', 'b', 'é', '\ud7ff', '\ue000', '\uffee', '\u{10000}', '\u{1f600}', '\u{1f600}a', '\u{10ffff}']
    for (const id of [...ordered].sort(() => Math.random() - 0.5)) written(await collection.insert(id, {}))
    t.same(await ids(collection), ordered)
    t.same(await ids(collection, { after: behind('\uffee') }), ordered.slice(14))
    t.same(await ids(collection, { after: behind('aaa') }), ordered.slice(8))
    t.same(await ids(collection, { after: behind('\u{10ffff}') }), [])
  })

  await t.test('after, offset, limit and count slice what a query finds', async t => {
    const collection = makeStore(t).collection('/slices', rules())
    const all = Array.from({ length: 100 }, (_, n) => String(n).padStart(3, '0'))
    for (const id of all.toReversed()) written(await collection.insert(id, { id }))
    const { documents, total } = await collection.query(everything({ after: behind('009'), offset: 5, limit: 3, count: true }))
    t.same(documents.map(({ id, content }) => [id, content['id']]), [['015', '015'], ['016', '016'], ['017', '017']])
    t.equal(total, 100)
    t.equal((await collection.query(everything({ limit: 1 }))).total, undefined)
    t.same(await ids(collection, { offset: 98 }), ['098', '099'])
    t.same(await ids(collection, { offset: 100 }), [])
    t.same(await ids(collection, { limit: 0 }), [])
    t.same(await collection.query(everything({ limit: 0, count: true })), { documents: [], total: 100 })
    for (const id of all.filter((_, n) => n % 2 === 0)) await collection.remove(id, held(await collection.read(id)).revision)
    t.same(await ids(collection), all.filter((_, n) => n % 2 === 1))
    t.equal((await collection.query(everything({ count: true }))).total, 50)
  })

  await t.test('a unique value is held by one live document, and free when that gives it up', async t => {
    const collection = makeStore(t).collection('/unique', rules({ unique: [['/name'], ['/a/b', '/c']] }))
    const clash = { kind: 'clash', pointers: ['/name'] }
    const first = written(await collection.insert('1', { name: 'x' }))
    t.same(await collection.insert('2', { name: 'x' }), clash)
    t.same(await collection.read('2'), { kind: 'absent' })
    t.same(await collection.insert('1', { name: 'x' }), { kind: 'taken' }, 'taken goes before clash')
    const second = written(await collection.insert('2', { name: 'y' }))
    t.same(await collection.replace('2', second.revision, { name: 'x' }), clash)
    t.same(held(await collection.read('2')), second)
    t.same(await collection.replace('2', first.revision, { name: 'x' }), { kind: 'changed' }, 'changed goes before clash')
    const same = written(await collection.replace('1', first.revision, { name: 'x', more: 1 }))
    written(await collection.replace('1', same.revision, { name: 'z' }))
    const freed = written(await collection.replace('2', second.revision, { name: 'x' }))
    t.same(await collection.insert('3', { name: 'x' }), clash)
    written(await collection.remove('2', freed.revision))
    t.equal((await collection.insert('3', { name: 'x' })).kind, 'written')
  })

  await t.test('composite and nested constraints need all their values', async t => {
    const collection = makeStore(t).collection('/composite', rules({ unique: [['/name'], ['/a/b', '/c/0']] }))
    const pointers = ['/a/b', '/c/0']
    written(await collection.insert('1', { a: { b: 1 }, c: [1] }))
    t.same(await collection.insert('x', { a: { b: 1 }, c: [1, 2] }), { kind: 'clash', pointers })
    const free: JsonObject[] = [{ a: { b: 1 }, c: [2] }, { a: { b: 2 }, c: [1] }, { a: { b: 1 } }, { a: { b: 1 } }, { a: { b: null }, c: [1] },
      { a: { b: null }, c: [1] }, { c: [1] }, { a: 1, c: [1] }, { a: { b: 1 }, c: [null] }, { a: { b: 1 }, c: { 1: 1 } }]
    for (const [n, content] of free.entries()) t.equal((await collection.insert(`free ${n}`, content)).kind, 'written', JSON.stringify(content))
    t.same(await collection.insert('x', { name: 'n', a: { b: 2 }, c: [1] }), { kind: 'clash', pointers })
    t.equal((await collection.insert('y', { name: 'n' })).kind, 'written', 'a clash claims nothing')
  })

  await t.test('unique values are exact JSON values', async t => {
    const collection = makeStore(t).collection('/exact', rules({ unique: [['/v']] }))
    const different: JsonObject[] = [{ v: 1 }, { v: '1' }, { v: true }, { v: 'true' }, { v: [1] }, { v: ['1'] }, { v: {} }, { v: [] }, { v: '' }, { v: 0 }, { v: false },
      { v: 'a' }, { v: 'A' }, { v: 'é' }, { v: 'e\u0301' }, { v: { a: 1, b: 2 } }, { v: { a: 1 } }, { v: { a: 1, b: null } }, { v: [1, 2] }, { v: [2, 1] }, { v: 'null' }]
    for (const [n, content] of different.entries()) t.equal((await collection.insert(`${n}`, content)).kind, 'written', JSON.stringify(content))
    const equal = ['{"v":1.0}', '{"v":10e-1}', '{"v":-0}', '{"v":{"b":2,"a":1}}', '{"v":[1.0,2]}']
    for (const text of equal) t.equal((await collection.insert('x', JSON.parse(text) as JsonObject)).kind, 'clash', text)
  })

  await t.test('a unique constraint is that of one path', async t => {
    const store = makeStore(t)
    const rule = rules({ unique: [['/v']] })
    written(await store.collection('/a', rule).insert('1', { v: 1 }))
    t.equal((await store.collection('/b', rule).insert('1', { v: 1 })).kind, 'written')
  })

  await t.test('without tombstones a deleted id is absent', async t => {
    for (const tombstones of [false, 0]) {
      const collection = makeStore(t).collection('/none', rules({ tombstones }))
      await collection.remove('a', written(await collection.insert('a', {})).revision)
      t.same(await collection.read('a'), { kind: 'absent' })
      t.equal(await collection.purge(), 0)
    }
  })

  await t.test('with tombstones a deleted id stays gone for ever, and its unique values are free', async t => {
    const clock = stopClock(t)
    const collection = makeStore(t).collection('/for-ever', rules({ tombstones: true, unique: [['/v']] }))
    const { revision } = written(await collection.insert('a', { v: 1 }))
    written(await collection.remove('a', revision))
    clock.now += 1e12
    t.same(await collection.read('a'), { kind: 'gone' })
    t.same(await collection.insert('a', { v: 1 }), { kind: 'gone' })
    t.same(await collection.replace('a', revision, { v: 1 }), { kind: 'changed' })
    t.same(await collection.remove('a', revision), { kind: 'changed' })
    t.same(await collection.query(everything({ count: true })), { documents: [], total: 0 })
    t.equal(await collection.purge(), 0)
    t.equal((await collection.insert('b', { v: 1 })).kind, 'written')
  })

  await t.test('a tombstone of some milliseconds is absent after them', async t => {
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
    t.same(held(await collection.read('a')), again)
    t.equal(await collection.purge(), 2)
    t.same(await ids(collection), ['a'])
    written(await collection.remove('a', again.revision))
    t.same(await collection.read('a'), { kind: 'gone' })
  })

  await t.test('an expired document is gone to everything, and its unique values are free', async t => {
    const clock = stopClock(t)
    const collection = makeStore(t).collection('/expiring', rules({ expires: '/until', unique: [['/v']] }))
    const { revision } = written(await collection.insert('a', { until: instant(clock.now + 1000), v: 1 }))
    written(await collection.insert('b', { until: null }))
    written(await collection.insert('c', {}))
    t.equal((await collection.insert('x', { v: 1 })).kind, 'clash')
    clock.now += 999
    t.equal((await collection.read('a')).kind, 'document')
    clock.now += 1
    t.same(await collection.read('a'), { kind: 'gone' })
    t.same(await collection.insert('a', {}), { kind: 'gone' })
    t.same(await collection.replace('a', revision, {}), { kind: 'changed' })
    t.same(await collection.remove('a', revision), { kind: 'changed' })
    t.same(await ids(collection), ['b', 'c'])
    t.same(await ids(collection, { offset: 1 }), ['c'])
    t.equal((await collection.query(everything({ count: true, limit: 1 }))).total, 2)
    written(await collection.insert('x', { v: 1 }))
    t.equal(await collection.purge(), 1)
    t.same(await collection.read('a'), { kind: 'absent' })
    t.equal((await collection.insert('y', { v: 1 })).kind, 'clash', 'a purge does not free what another document claims now')
    t.equal(await collection.purge(), 0)
    t.equal((await collection.insert('a', {})).kind, 'written')
  })

  await t.test('a past expiry may be written, and replace can move it', async t => {
    const clock = stopClock(t)
    const collection = makeStore(t).collection('/past', rules({ expires: '/until' }))
    t.equal((await collection.insert('a', { until: instant(clock.now - 1) })).kind, 'written')
    t.same(await collection.read('a'), { kind: 'gone' })
    const { revision } = written(await collection.insert('b', { until: instant(clock.now + 10) }))
    written(await collection.replace('b', revision, { until: instant(clock.now + 20) }))
    clock.now += 10
    const { revision: next } = held(await collection.read('b'))
    written(await collection.replace('b', next, {}))
    clock.now += 1e9
    t.equal((await collection.read('b')).kind, 'document')
  })

  await t.test('a value that is no date-time is refused with BadRequest', async t => {
    const collection = makeStore(t).collection('/bad', rules({ expires: '/until' }))
    const { revision } = written(await collection.insert('a', {}))
    for (const until of ['', 'soon', 1, true, {}, [], '2026-02-29T00:00:00Z']) {
      await t.rejects(async () => collection.insert('b', { until }), BadRequest)
      await t.rejects(async () => collection.replace('a', revision, { until }), BadRequest)
    }
    t.equal(held(await collection.read('a')).revision, revision)
    t.same(await collection.read('b'), { kind: 'absent' })
  })

  await t.test('purge turns expired documents into tombstones that last from then on', async t => {
    for (const tombstones of [true, 1000]) {
      const clock = stopClock(t)
      const collection = makeStore(t).collection('/purged', rules({ expires: '/until', tombstones }))
      for (const id of ['a', 'b']) written(await collection.insert(id, { until: instant(clock.now) }))
      clock.now += 5000
      t.equal(await collection.purge(), 2)
      t.equal(await collection.purge(), 0)
      t.same(await collection.read('a'), { kind: 'gone' })
      clock.now += 1000
      t.same(await collection.read('a'), { kind: tombstones === true ? 'gone' : 'absent' })
      t.equal(await collection.purge(), tombstones === true ? 0 : 2)
    }
  })

  await t.test('the secret is random and stays', async t => {
    const store = makeStore(t)
    const secret = await store.secret()
    t.ok(secret.length >= 32)
    t.equal(await store.secret(), secret)
    await store.detach()
    t.equal(await store.secret(), secret)
    t.not(await makeStore(t).secret(), secret)
  })

  await t.test('a store is used by several apps, and again after the last one has left', async t => {
    const store = makeStore(t)
    const rule = rules()
    const users = store.collection('/users', rule)
    store.attach()
    store.attach()
    const document = written(await users.insert('a', { n: 1 }))
    await store.detach()
    t.same(held(await users.read('a')), document)
    await store.detach()
    await store.detach()
    t.same(held(await users.read('a')), document, 'the next use opens it again')
    store.attach()
    t.same(held(await store.collection('/users', rule).read('a')), document)
    await store.detach()
  })

  await t.test('a unique rule that is declared later holds for what is stored', async t => {
    const store = makeStore(t)
    const path = '/later'
    const before = store.collection(path, rules())
    const numbers = Array.from({ length: 1200 }, (_, n) => n)
    for (const n of numbers.slice(0, 3)) written(await before.insert(`${n}`, { v: n, w: 1 }))
    await store.detach()
    const after = store.collection(path, rules({ unique: [['/v']] }))
    t.same(await after.insert('x', { v: 2 }), { kind: 'clash', pointers: ['/v'] })
    const other = store.collection(path, rules({ unique: [['/u'], ['/v']] }))
    t.same(await other.insert('x', { v: 2 }), { kind: 'clash', pointers: ['/v'] })
    const none = store.collection(path, rules())
    written(await none.insert('x', { v: 2 }))
    await store.detach()
    await t.rejects(async () => store.collection(path, rules({ unique: [['/v']] })).read('0'), {
      code: 'CREST_ERR_STORE_UNIQUE', message: /\/later.*"2" and "x".*\/v/
    })
    t.equal((await store.collection(path, rules()).insert('y', { v: 2 })).kind, 'written', 'without the rule it can be used on')
  })

  await t.test('an expires rule that is declared later, or changed, holds for what is stored', async t => {
    const clock = stopClock(t)
    const store = makeStore(t)
    const path = '/later-expiry'
    const past = instant(clock.now - 1)
    const before = store.collection(path, rules())
    written(await before.insert('a', { one: past, v: 1 }))
    written(await before.insert('b', { two: past, v: 1 }))
    written(await before.insert('c', { one: 'never mind' }))
    await store.detach()
    const one = store.collection(path, rules({ expires: '/one', unique: [['/v']] }))
    t.same(await ids(one), ['b', 'c'], 'what is stored and no date-time never expires')
    t.same(await one.read('a'), { kind: 'gone' })
    await store.detach()
    const two = store.collection(path, rules({ expires: '/two' }))
    t.same(await ids(two), ['a', 'c'])
    await store.detach()
    t.same(await ids(store.collection(path, rules())), ['a', 'b', 'c'])
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

  await t.test('a pointer that is none is refused by name', async t => {
    const store = makeStore(t)
    await t.rejects(async () => store.collection('/p', rules({ unique: [['/a b']] })).insert('x', {}), { name: 'RangeError', message: /\/a b/ })
    await t.rejects(async () => store.collection('/q', rules({ expires: '/a b' })).insert('x', {}), { name: 'RangeError', message: /\/a b/ })
    written(await store.collection('/r', rules()).insert('x', {}))
    await t.rejects(async () => store.collection('/r', rules({ expires: '/a b' })).read('x'), { name: 'RangeError', message: /\/a b/ })
  })

  await modelLaws(t, makeStore)
}
