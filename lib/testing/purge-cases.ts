import assert from 'node:assert/strict'
import { casesOf, rules } from './contract-case.ts'
import type { ContractCase } from './contract-case.ts'
import { farAhead, foundIds, insertAll, insertAndRemove, kindOf, longAgo, refused, untilKind, written } from './expectations.ts'

const many = Array.from({ length: 20 }, (_, n) => `id ${n}`)

/** What `purge` removes, and how it counts. */
export const purgeCases: readonly ContractCase[] = casesOf('purge', {
  async 'there is nothing to do in an empty collection' (store) {
    assert.equal(await store.collection('/none', rules({ expires: '/until', tombstones: 1 })).purge(), 0)
  },
  async 'live documents stay' (store) {
    const collection = store.collection('/purged', rules({ expires: '/until' }))
    await written(collection.insert('a', {}))
    await written(collection.insert('b', { until: farAhead }))
    assert.equal(await collection.purge(), 0)
    assert.deepEqual(await foundIds(collection), ['a', 'b'])
  },
  async 'expired documents are counted, and absent afterwards' (store) {
    const collection = store.collection('/purged', rules({ expires: '/until' }))
    await insertAll(collection, many, { until: longAgo })
    await insertAll(collection, ['live'])
    assert.equal(await collection.purge(), many.length)
    for (const id of many) assert.equal(await kindOf(collection, id), 'absent')
    assert.deepEqual(await foundIds(collection), ['live'])
  },
  async 'a second time there is nothing to do' (store) {
    const collection = store.collection('/purged', rules({ expires: '/until' }))
    await insertAll(collection, ['a', 'b'], { until: longAgo })
    assert.deepEqual([await collection.purge(), await collection.purge()], [2, 0])
  },
  async 'an id that was purged can be used again' (store) {
    const collection = store.collection('/purged', rules({ expires: '/until', unique: [['/n']], indexes: ['/n'] }))
    await insertAll(collection, ['a'], { until: longAgo, n: 1 })
    await refused(collection.insert('a', { n: 1 }), 'gone')
    assert.equal(await collection.purge(), 1)
    await written(collection.insert('a', { n: 1 }))
    assert.deepEqual(await foundIds(collection), ['a'])
  },
  async 'expired documents leave tombstones for ever where those are kept' (store) {
    const collection = store.collection('/purged', rules({ expires: '/until', tombstones: true }))
    await insertAll(collection, ['a', 'b'], { until: longAgo })
    assert.deepEqual([await collection.purge(), await collection.purge()], [2, 0])
    assert.equal(await kindOf(collection, 'a'), 'gone')
    await refused(collection.insert('a', {}), 'gone')
  },
  async 'expired documents leave tombstones of some time, which are purged after it' (store) {
    const collection = store.collection('/purged', rules({ expires: '/until', tombstones: 700 }))
    await insertAll(collection, ['a', 'b'], { until: longAgo })
    assert.equal(await collection.purge(), 2)
    assert.equal(await collection.purge(), 0)
    assert.equal(await kindOf(collection, 'a'), 'gone')
    await untilKind(collection, 'a', 'absent')
    await untilKind(collection, 'b', 'absent')
    assert.equal(await collection.purge(), 2)
  },
  async 'what the expired document had as a unique value stays with who claims it now' (store) {
    const collection = store.collection('/purged', rules({ expires: '/until', unique: [['/n']] }))
    await insertAll(collection, ['a'], { until: longAgo, n: 1 })
    await insertAll(collection, ['b'], { n: 1 })
    assert.equal(await collection.purge(), 1)
    assert.equal((await collection.insert('c', { n: 1 })).kind, 'clash')
  },
  async 'other collections stay as they are' (store) {
    const rule = rules({ expires: '/until' })
    const [one, other] = [store.collection('/one', rule), store.collection('/one/other', rule)]
    await insertAll(one, ['a'], { until: longAgo })
    await insertAll(other, ['a'], { until: longAgo })
    assert.equal(await one.purge(), 1)
    assert.equal(await kindOf(other, 'a'), 'gone')
    assert.equal(await other.purge(), 1)
  },
  async 'expired documents and tombstones are counted together' (store) {
    const collection = store.collection('/purged', rules({ expires: '/until', tombstones: 30 }))
    await insertAndRemove(collection, 'a')
    await untilKind(collection, 'a', 'absent')
    await insertAll(collection, ['b', 'c'], { until: longAgo })
    assert.equal(await collection.purge(), 3)
  },
  async 'of purges at the same time none counts what another counts' (store) {
    const collection = store.collection('/purged', rules({ expires: '/until' }))
    await insertAll(collection, many, { until: longAgo })
    const counts = await Promise.all([1, 2, 3, 4, 5].map(async () => collection.purge()))
    assert.equal(counts.reduce((sum, count) => sum + count), many.length)
  },
  async 'writes at the same time lose nothing' (store) {
    const collection = store.collection('/purged', rules({ expires: '/until', unique: [['/n']] }))
    await insertAll(collection, many, { until: longAgo })
    const [count] = await Promise.all([
      Promise.resolve(collection.purge()),
      ...many.map(async (id, n) => written(collection.insert(`live ${id}`, { n })))
    ])
    assert.ok(count >= 0 && count <= many.length)
    assert.equal((await foundIds(collection)).length, many.length)
    assert.equal(count + await collection.purge(), many.length)
  }
})
