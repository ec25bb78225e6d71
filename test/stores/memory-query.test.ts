import { setImmediate } from 'node:timers/promises'
import t from 'tap'
import type { Test } from 'tap'
import { memoryStore } from '../../lib/stores/memory.ts'
import type { Store, StoreCollection, StoreQuery, StoreQueryResult, StoredDocument } from '../../lib/stores/store.ts'
import { cases } from '../thorough.ts'
import { acceptsLaws, ask } from './accepts-laws.ts'
import { queryLaws } from './query-laws.ts'
import { acceptsOf, answerPlainly } from './query-samples.ts'
import { everything, rules, written } from './store-laws.ts'

t.test('the laws of queries hold', async (t) => {
  await queryLaws(t, () => memoryStore(), { cases: cases(3000), many: 3000 })
})

t.test('the laws of documents that are not accepted hold', async (t) => {
  await acceptsLaws(t, () => memoryStore(), cases(3000))
})

function open (store: Store, indexes: readonly string[]): StoreCollection {
  return store.collection('/things', rules({ indexes }))
}

async function fill (collection: StoreCollection, many: number): Promise<StoredDocument[]> {
  const documents: StoredDocument[] = []
  for (let n = 0; n < many; n++) {
    const content = { n: n % 50, name: `Name ${n}`, tags: n % 4 === 0 ? ['x', 'y'] : 'x' }
    documents.push(written(await collection.insert(String(n).padStart(6, '0'), content)))
  }
  return documents
}

/** A revision never repeats, so that it stands for the content. */
function sameDocuments (a: StoreQueryResult, b: StoreQueryResult): boolean {
  return a.total === b.total && a.documents.length === b.documents.length && a.documents.every(({ id, revision }, n) => id === b.documents[n]?.id && revision === b.documents[n]?.revision)
}

/** How often others have their turn until `answer` is there. */
async function countTurns (answer: Promise<unknown>): Promise<number> {
  const state = { turns: 0, waiting: true }
  const settled = answer.finally(() => { state.waiting = false })
  for (; state.waiting; state.turns++) await setImmediate()
  await settled
  return state.turns
}

/** A clock on which every look takes a millisecond, until the test ends: slices of time have few steps. */
function slowLooks (t: Test): void {
  const real = performance.now
  let now = 0
  performance.now = () => ++now
  t.teardown(() => { performance.now = real })
}

t.test('a query of 200,000 documents lets timers and others have their turn', async (t) => {
  const collection = open(memoryStore(), [])
  const documents = await fill(collection, 200_000)
  let fired = 0
  const timer = setInterval(() => fired++, 1)
  t.teardown(() => clearInterval(timer))
  const query = ask('name co "99" and !(tags eq "z")', '-name', { limit: 20, count: true })
  const answer = collection.query(query)
  t.ok(answer instanceof Promise)
  const { id, revision } = documents[199_999] as StoredDocument
  t.match(await collection.remove(id, revision), { kind: 'written' })
  t.ok(await countTurns(Promise.resolve(answer)) > 1)
  t.ok(fired > 0)
  t.ok(sameDocuments(await answer, answerPlainly(query, documents)), 'what is removed meanwhile is found')
  t.ok(sameDocuments(await collection.query(query), answerPlainly(query, documents.slice(0, -1))), 'and not found any more')
})

t.test('what is written during a query does not show in it', async (t) => {
  slowLooks(t)
  const some = acceptsOf({ member: undefined, salt: 1, share: 4 })
  // What is written meanwhile would not be accepted.
  const accepts = (document: StoredDocument): boolean => document.content['name'] !== 'other' && some(document)
  const table: ReadonlyArray<readonly [way: string, query: StoreQuery]> = [
    ['all ids', ask('name co "9"')],
    ['all ids, sorted', ask('name co "9"', 'name', { count: true, limit: 50 })],
    ['up an index', ask('name co "9"', 'n')],
    ['down an index', ask('name co "9"', '-n')],
    ['a page of ids, and all to count', ask('name co "9"', '', { limit: 10, count: true })],
    ['a page of an index, and all to count', ask('name co "9"', '-n', { limit: 10, count: true })],
    ['a page of an index, and the index to count', ask('n ge 1', '-n', { limit: 10, count: true })],
    ['one span of an index', ask('n ge 1', '-n')],
    ['one value of an index', ask('tags eq "x"', '', { count: true })],
    ['gathered from an index', ask('tags ge "x"', 'n,name', { limit: 10, count: true })],
    ['all ids, accepted', ask('true', '', { accepts, limit: 1000, count: true })],
    ['a page of ids, and all to accept', ask('true', '', { accepts, limit: 10, count: true })],
    ['down an index, accepted', ask('true', '-n', { accepts, offset: 900, limit: 1000 })],
    ['one value of an index, accepted', ask('n eq 49', '', { accepts, count: true })],
    ['gathered from an index, accepted', ask('n ge 48', 'name', { accepts, count: true })],
    ['gathered from two indexes', ask('(tags eq "x" or n lt 25) and name co "9"', 'name,n', { limit: 10, count: true })]
  ]
  for (const [way, query] of table) {
    const collection = open(memoryStore(), ['/n', '/tags'])
    const documents = await fill(collection, 4000)
    const expected = answerPlainly(query, documents)
    const answer = collection.query(query)
    t.ok(answer instanceof Promise, `${way} takes some time`)
    await setImmediate()
    for (const n of [949, 999, 3999]) {
      const { id, revision } = documents[n] as StoredDocument
      t.match(await collection.remove(id, revision), { kind: 'written' })
    }
    for (const n of [948, 998, 3998]) {
      const { id, revision } = documents[n] as StoredDocument
      written(await collection.replace(id, revision, { n: 48, name: 'other', tags: 'x' }))
    }
    for (const id of ['', '000949a', '3', '~']) written(await collection.insert(id, { n: 49, name: 'name 9', tags: ['x', 'z'] }))
    t.ok(sameDocuments(await answer, expected), way)
    const ids = ['', '000949a', '3', '~', ...documents.map(({ id }) => id)]
    const live = (await Promise.all(ids.map(async (id) => collection.read(id)))).flatMap((slot) => slot.kind === 'document' ? [slot.document] : [])
    const next = await collection.query(query)
    t.ok(sameDocuments(next, answerPlainly(query, live)) && !sameDocuments(next, expected), `${way}, the next query`)
  }
})

t.test('what needs few steps is answered at once, however many documents there are', async (t) => {
  slowLooks(t)
  const store = memoryStore()
  const collection = open(store, ['/n', 'tags/'])
  await fill(collection, 4000)
  const behind = (n: number): Partial<StoreQuery> => ({ limit: 5, after: { values: [{ rank: 2, value: n }], id: '1' } })
  const behindId: Partial<StoreQuery> = { limit: 5, after: { values: [], id: '0019' } }
  const few: readonly StoreQuery[] = [
    everything({ limit: 5, count: true }), everything(behindId), ask('n eq 7', '', { limit: 5 }), ask('n eq 7', '', behindId), ask('tags eq "x"', '', behindId),
    ask('true', 'n', behind(45)), ask('true', '-n', behind(5)), ask('n gt 25', 'n', { limit: 5 }), ask('n gt 25', '-n', { limit: 5 }),
    ask('_id in \'["000001","NONE"]\''), ask('n lt 25 and false', '-name', { count: true })
  ]
  for (const query of few) t.notOk(collection.query(query) instanceof Promise, JSON.stringify(query))
  for (const query of [ask('name eq "x"'), ask('n ge 25', '', { limit: 5, count: true }), ask('true', 'name', { limit: 5 })]) {
    const answer = collection.query(query)
    t.ok(answer instanceof Promise, JSON.stringify(query))
    await answer
  }

  const walk = ask('true', '-name', { limit: 5 })
  const indexed = open(store, ['/name', '/n']).query(walk)
  t.notOk(indexed instanceof Promise, 'an index that is declared later is used')
  const scanned = open(store, ['/n']).query(walk)
  t.ok(scanned instanceof Promise, 'and no longer when it is not declared any more')
  t.same(await scanned, await indexed)
})

t.test('each document that is judged or accepted may take long, and a long one that is sorted', async (t) => {
  slowLooks(t)
  const collection = open(memoryStore(), ['/n'])
  await fill(collection, 100)
  for (const query of [ask('name eq "x"'), ask('n ge 0', 'n', { accepts: () => true }), ask('true', '', { accepts: () => false })]) {
    const answer = collection.query(query)
    t.ok(answer instanceof Promise, JSON.stringify(query))
    await answer
  }
  t.notOk(collection.query(ask('n ge 0', 'n')) instanceof Promise, 'what is none of it does not')
  const few = open(memoryStore(), [])
  await fill(few, 20)
  t.notOk(few.query(ask('true', 'name')) instanceof Promise)
  const long = open(memoryStore(), [])
  for (let n = 0; n < 20; n++) await long.insert(String(n), { name: 'x'.repeat(40_000) })
  t.ok(long.query(ask('true', 'name')) instanceof Promise)
})

t.test('a question for the number alone is answered in one pass', async (t) => {
  slowLooks(t)
  const collection = open(memoryStore(), [])
  await fill(collection, 4000)
  const turns = async (filter: string): Promise<number> => {
    const answer = collection.query(ask(filter, '', { limit: 0, count: true }))
    const counted = await countTurns(Promise.resolve(answer))
    t.equal((await answer).total, filter.includes('3999') ? 1 : 0)
    return counted
  }
  const none = await turns('name eq "x"')
  t.ok(none > 100)
  t.ok(await turns('name eq "Name 3999"') < none * 1.5, 'the last document is not looked for first')
})

t.test('an index whose pointer is none is refused by name, and nothing is changed', async (t) => {
  const store = memoryStore()
  t.throws(() => open(store, ['/a', '/a b']), { name: 'RangeError', message: /"\/a b"/ })
  const collection = open(store, ['/n'])
  written(await collection.insert('a', { n: 1 }))
  t.throws(() => open(store, ['/m', '/a b']), RangeError)
  t.throws(() => store.collection('/things', rules({ indexes: ['/a b'], unique: [['/n']] })), RangeError)
  written(await collection.insert('b', { n: 1 }))
  t.same((await collection.query(ask('n eq 1'))).documents.map(({ id }) => id), ['a', 'b'])
})
