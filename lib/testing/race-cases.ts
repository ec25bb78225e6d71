import assert from 'node:assert/strict'
import { casesOf, rules } from './contract-case.ts'
import type { ContractCase } from './contract-case.ts'
import { everything, foundIds, held, insertAll, insertAndRemove, kindOf, sameDocument, written } from './expectations.ts'
import type { StoreCollection, WriteOutcome } from '../stores/store.ts'

const rivals: readonly number[] = Array.from({ length: 8 }, (_, n) => n)

/** Does something as often as there are rivals, at the same time, and says how it ended, by kind. */
async function race (attempt: (n: number) => WriteOutcome | Promise<WriteOutcome>): Promise<readonly WriteOutcome[]> {
  return Promise.all(rivals.map(async (n) => attempt(n)))
}

function kindsOf (outcomes: readonly WriteOutcome[]): readonly string[] {
  return outcomes.map(({ kind }) => kind).sort()
}

function oneOf (winner: string, loser: string): readonly string[] {
  return [winner, ...rivals.slice(1).map(() => loser)].sort()
}

async function increment (collection: StoreCollection, id: string): Promise<void> {
  for (let tries = 0; tries < 1000; tries++) {
    const { revision, content } = await held(collection, id)
    if ((await collection.replace(id, revision, { n: Number(content['n']) + 1 })).kind === 'written') return
  }
  assert.fail('a replacement lost a thousand races')
}

/** Writes at the same time end as if one came after the other. */
export const raceCases: readonly ContractCase[] = casesOf('races', {
  async 'of replacements with one revision exactly one is written' (store) {
    const collection = store.collection('/raced', rules())
    const { revision } = await written(collection.insert('a', { n: -1 }))
    const outcomes = await race((n) => collection.replace('a', revision, { n }))
    assert.deepEqual(kindsOf(outcomes), oneOf('written', 'changed'))
    const winner = outcomes.find(({ kind }) => kind === 'written')
    sameDocument(await held(collection, 'a'), await written(winner as WriteOutcome))
  },
  async 'of inserts of one id exactly one is written' (store) {
    const collection = store.collection('/raced', rules())
    const outcomes = await race((n) => collection.insert('a', { n }))
    assert.deepEqual(kindsOf(outcomes), oneOf('written', 'taken'))
    sameDocument(await held(collection, 'a'), await written(outcomes.find(({ kind }) => kind === 'written') as WriteOutcome))
  },
  async 'of removals with one revision exactly one is written' (store) {
    const collection = store.collection('/raced', rules({ tombstones: true }))
    const { revision } = await written(collection.insert('a', {}))
    assert.deepEqual(kindsOf(await race(() => collection.remove('a', revision))), oneOf('written', 'changed'))
    assert.equal(await kindOf(collection, 'a'), 'gone')
  },
  async 'of a replacement and a removal with one revision one is written' (store) {
    const collection = store.collection('/raced', rules())
    for (let round = 0; round < 5; round++) {
      const { revision } = await written(collection.insert('a', { n: 0 }))
      const outcomes = await race((n) => n % 2 === 0 ? collection.replace('a', revision, { n }) : collection.remove('a', revision))
      assert.deepEqual(kindsOf(outcomes), oneOf('written', 'changed'))
      const removed = outcomes.findIndex(({ kind }) => kind === 'written') % 2 === 1
      assert.equal(await kindOf(collection, 'a'), removed ? 'absent' : 'document')
      if (!removed) await written(collection.remove('a', (await held(collection, 'a')).revision))
    }
  },
  async 'of inserts of one unique value exactly one is written' (store) {
    const collection = store.collection('/raced', rules({ unique: [['/name']] }))
    assert.deepEqual(kindsOf(await race((n) => collection.insert(`${n}`, { name: 'x' }))), oneOf('written', 'clash'))
    assert.equal((await foundIds(collection)).length, 1)
  },
  async 'of inserts of one composite unique value exactly one is written' (store) {
    const collection = store.collection('/raced', rules({ unique: [['/n'], ['/a', '/b']] }))
    assert.deepEqual(kindsOf(await race((n) => collection.insert(`${n}`, { n, a: 'x', b: [1] }))), oneOf('written', 'clash'))
    assert.equal((await foundIds(collection)).length, 1)
  },
  async 'of replacements by one unique value exactly one is written' (store) {
    const collection = store.collection('/raced', rules({ unique: [['/name']] }))
    const documents = await insertAll(collection, rivals.map(String))
    assert.deepEqual(kindsOf(await race((n) => collection.replace(`${n}`, documents[n]?.revision ?? '', { name: 'x' }))), oneOf('written', 'clash'))
    assert.equal((await collection.query(everything({ filter: { kind: 'present', field: ['name'] }, count: true }))).total, 1)
  },
  async 'a value that is given up goes to one of those who want it' (store) {
    const collection = store.collection('/raced', rules({ unique: [['/name']] }))
    const { revision } = await written(collection.insert('holder', { name: 'x' }))
    const [, ...outcomes] = await Promise.all([collection.remove('holder', revision), ...rivals.map(async (n) => collection.insert(`${n}`, { name: 'x' }))])
    const winners = outcomes.filter(({ kind }) => kind === 'written').length
    assert.ok(winners <= 1 && outcomes.every(({ kind }) => kind === 'written' || kind === 'clash'))
    assert.equal((await foundIds(collection)).length, winners)
    assert.equal((await collection.insert('late', { name: 'x' })).kind, winners === 1 ? 'clash' : 'written')
  },
  async 'two documents that want the values of each other are both refused' (store) {
    const collection = store.collection('/raced', rules({ unique: [['/name']] }))
    const [one, other] = [await written(collection.insert('a', { name: 'x' })), await written(collection.insert('b', { name: 'y' }))]
    const outcomes = await Promise.all([collection.replace('a', one.revision, { name: 'y' }), collection.replace('b', other.revision, { name: 'x' })])
    assert.deepEqual(kindsOf(outcomes), ['clash', 'clash'])
    sameDocument(await held(collection, 'a'), one)
    sameDocument(await held(collection, 'b'), other)
  },
  async 'writes of many documents at the same time are all written' (store) {
    const collection = store.collection('/raced', rules({ unique: [['/n'], ['/m']], indexes: ['/n', '/tags'] }))
    const ids = Array.from({ length: 40 }, (_, n) => `${n}`)
    const documents = await Promise.all(ids.map(async (id, n) => written(collection.insert(id, { n, m: -n, tags: ['x', n] }))))
    const next = await Promise.all(documents.map(async ({ id, revision }, n) => written(collection.replace(id, revision, { n: n + 100, m: n, tags: [n] }))))
    assert.equal((await collection.query(everything({ filter: { kind: 'compare', operator: 'ge', field: ['n'], value: 100 }, count: true }))).total, 40)
    await Promise.all(next.map(async ({ id, revision }) => written(collection.remove(id, revision))))
    assert.deepEqual(await foundIds(collection), [])
  },
  async 'increments that are tried again lose nothing' (store) {
    const collection = store.collection('/raced', rules({ indexes: ['/n'] }))
    await written(collection.insert('a', { n: 0 }))
    await Promise.all(rivals.map(async () => { for (let time = 0; time < 4; time++) await increment(collection, 'a') }))
    assert.deepEqual((await held(collection, 'a')).content, { n: rivals.length * 4 })
  },
  async 'who reads meanwhile sees a whole document, with its own revision' (store) {
    const collection = store.collection('/raced', rules({ indexes: ['/a', '/b'] }))
    const first = await written(collection.insert('a', { a: 0, b: 0, list: [] }))
    const states = new Map([[first.revision, 0]])
    const progress = { isDone: false }
    const seen = new Map<string, unknown>()
    const write = async (): Promise<void> => {
      let { revision } = first
      try {
        for (let n = 1; n <= 25; n++) {
          ({ revision } = await written(collection.replace('a', revision, { a: n, b: n, list: Array.from({ length: n }, () => n) })))
          states.set(revision, n)
        }
      } finally {
        progress.isDone = true
      }
    }
    const read = async (): Promise<void> => {
      do {
        for (const document of [await held(collection, 'a'), ...(await collection.query(everything())).documents]) {
          const { a, b, list } = document.content
          assert.ok(a === b && Array.isArray(list) && list.length === a && list.every((member) => member === a), JSON.stringify(document))
          seen.set(document.revision, a)
        }
        // Stores that answer at once would keep the writer waiting.
        await new Promise((resolve) => setImmediate(resolve))
      } while (!progress.isDone)
    }
    await Promise.all([write(), read(), read()])
    for (const [revision, a] of seen) assert.equal(states.get(revision), a)
  },
  async 'a query meanwhile finds each document at most once, and all that stay' (store) {
    const collection = store.collection('/raced', rules({ indexes: ['/n'] }))
    const steady = await insertAll(collection, ['s1', 's2', 's3', 's4'], { n: 5 })
    const write = async (): Promise<void> => {
      for (let n = 0; n < 15; n++) {
        const document = await written(collection.insert(`t${n}`, { n }))
        const next = await written(collection.replace(document.id, document.revision, { n: 20 - n }))
        if (n % 2 === 0) await written(collection.remove(document.id, next.revision))
      }
    }
    const query = async (): Promise<void> => {
      for (let n = 0; n < 10; n++) {
        const ids = await foundIds(collection, { sortKeys: [{ pointer: ['n'], descending: n % 2 === 0 }] })
        assert.equal(new Set(ids).size, ids.length)
        for (const { id } of steady) assert.ok(ids.includes(id), `${id} is missing`)
      }
    }
    await Promise.all([write(), query(), query()])
    assert.equal((await foundIds(collection)).length, steady.length + 7)
  },
  async 'of inserts over a removed id exactly one is written' (store) {
    const collection = store.collection('/raced', rules())
    await insertAndRemove(collection, 'a')
    assert.deepEqual(kindsOf(await race((n) => collection.insert('a', { n }))), oneOf('written', 'taken'))
  },
  async 'collections do not get in each other\'s way' (store) {
    const rule = rules({ unique: [['/name']] })
    const outcomes = await race((n) => store.collection(`/raced/${n}`, rule).insert('a', { name: 'x' }))
    assert.ok(outcomes.every(({ kind }) => kind === 'written'))
    assert.equal((await store.collections()).length, rivals.length)
  },
  async 'the first uses of a store at the same time all work' (store) {
    const rule = rules({ unique: [['/n']], indexes: ['/n'], expires: '/until', tombstones: true })
    const [inserted, slot, answer, purged, paths, secret] = await Promise.all([
      (async () => store.collection('/first', rule).insert('a', { n: 1 }))(), (async () => store.collection('/first', rule).read('b'))(),
      (async () => store.collection('/first', rule).query(everything()))(), (async () => store.collection('/first', rule).purge())(), (async () => store.collections())(), (async () => store.secret())()])
    assert.deepEqual([inserted.kind, slot.kind, purged, typeof secret], ['written', 'absent', 0, 'string'])
    assert.ok(answer.documents.length <= 1 && paths.length <= 1)
  }
})
