import assert from 'node:assert/strict'
import { casesOf, rules } from './contract-case.ts'
import type { ContractCase } from './contract-case.ts'
import { everything, foundIds, held, insertAll, insertAndRemove, kindOf, refused, sameDocument, untilKind, written } from './expectations.ts'

/** How long a removed id stays gone. */
export const tombstoneCases: readonly ContractCase[] = casesOf('tombstones', {
  async 'without them a removed id is absent' (store) {
    const collection = store.collection('/none', rules({ tombstones: false }))
    await insertAndRemove(collection, 'a')
    assert.equal(await kindOf(collection, 'a'), 'absent')
    assert.equal(await collection.purge(), 0)
  },
  async 'of no milliseconds are none' (store) {
    const collection = store.collection('/none', rules({ tombstones: 0 }))
    await insertAndRemove(collection, 'a')
    assert.equal(await kindOf(collection, 'a'), 'absent')
    await written(collection.insert('a', {}))
  },
  async 'a removed id is gone to reads' (store) {
    const collection = store.collection('/gone', rules({ tombstones: true }))
    await insertAndRemove(collection, 'a')
    assert.equal(await kindOf(collection, 'a'), 'gone')
    assert.equal(await kindOf(collection, 'b'), 'absent')
  },
  async 'a removed id is gone to inserts' (store) {
    const collection = store.collection('/gone', rules({ tombstones: true }))
    await insertAndRemove(collection, 'a')
    await refused(collection.insert('a', { n: 1 }), 'gone')
    assert.equal(await kindOf(collection, 'a'), 'gone')
  },
  async 'a removed id has changed for replacements and removals' (store) {
    const collection = store.collection('/gone', rules({ tombstones: true }))
    const { revision } = await written(collection.insert('a', {}))
    await written(collection.remove('a', revision))
    for (const given of [revision, '', '*']) {
      await refused(collection.replace('a', given, { n: 1 }), 'changed')
      await refused(collection.remove('a', given), 'changed')
    }
    assert.equal(await kindOf(collection, 'a'), 'gone')
  },
  async 'are neither found nor counted' (store) {
    const collection = store.collection('/gone', rules({ tombstones: true, indexes: ['/n'] }))
    await insertAndRemove(collection, 'a', { n: 1 })
    await insertAll(collection, ['b'], { n: 1 })
    const filters = [everything().filter, { kind: 'compare', operator: 'eq', field: ['_id'], value: 'a' }, { kind: 'not', operand: { kind: 'present', field: ['n'] } }] as const
    for (const filter of filters) {
      const { documents, total } = await collection.query(everything({ filter, count: true }))
      assert.deepEqual([documents.filter(({ id }) => id === 'a'), total], [[], filter.kind === 'literal' ? 1 : 0])
    }
    assert.deepEqual(await foundIds(collection, { offset: 1 }), [])
  },
  async 'for ever are never purged' (store) {
    const collection = store.collection('/gone', rules({ tombstones: true }))
    await insertAndRemove(collection, 'a')
    assert.equal(await collection.purge(), 0)
    assert.equal(await kindOf(collection, 'a'), 'gone')
  },
  async 'of a long time are not purged before' (store) {
    const collection = store.collection('/gone', rules({ tombstones: 3_600_000 }))
    await insertAndRemove(collection, 'a')
    assert.equal(await collection.purge(), 0)
    assert.equal(await kindOf(collection, 'a'), 'gone')
    await refused(collection.insert('a', {}), 'gone')
  },
  async 'of some milliseconds are absent after them, purged or not' (store) {
    const collection = store.collection('/gone', rules({ tombstones: 700 }))
    await insertAndRemove(collection, 'a', { n: 1 })
    assert.equal(await kindOf(collection, 'a'), 'gone')
    await refused(collection.insert('a', {}), 'gone')
    await untilKind(collection, 'a', 'absent')
    const again = await written(collection.insert('a', { n: 2 }))
    sameDocument(await held(collection, 'a'), again)
    assert.equal(await collection.purge(), 0)
    sameDocument(await held(collection, 'a'), again)
  },
  async 'whose time is over are purged and counted' (store) {
    const collection = store.collection('/gone', rules({ tombstones: 30 }))
    for (const id of ['a', 'b', 'c']) await insertAndRemove(collection, id)
    for (const id of ['a', 'b', 'c']) await untilKind(collection, id, 'absent')
    assert.equal(await collection.purge(), 3)
    assert.equal(await collection.purge(), 0)
    assert.equal(await kindOf(collection, 'a'), 'absent')
  },
  async 'a new life leaves a new tombstone' (store) {
    const collection = store.collection('/gone', rules({ tombstones: 30 }))
    await insertAndRemove(collection, 'a')
    await untilKind(collection, 'a', 'absent')
    const slow = store.collection('/gone', rules({ tombstones: true }))
    await insertAndRemove(slow, 'a')
    assert.equal(await kindOf(slow, 'a'), 'gone')
    assert.equal(await slow.purge(), 0)
  },
  async 'one is that of its collection' (store) {
    const rule = rules({ tombstones: true })
    await insertAndRemove(store.collection('/one', rule), 'a')
    await written(store.collection('/other', rule).insert('a', {}))
    assert.equal(await kindOf(store.collection('/one', rule), 'a'), 'gone')
  },
  async 'one is that of exactly its id' (store) {
    const collection = store.collection('/gone', rules({ tombstones: true }))
    await insertAndRemove(collection, 'ab')
    await insertAll(collection, ['AB', 'a', 'abc', 'ab ', 'a%'])
    assert.equal(await kindOf(collection, 'ab'), 'gone')
  },
  async 'many are no hindrance' (store) {
    const collection = store.collection('/gone', rules({ tombstones: true, unique: [['/n']] }))
    for (let n = 0; n < 40; n++) await insertAndRemove(collection, `${n}`, { n: 1 })
    await written(collection.insert('x', { n: 1 }))
    assert.deepEqual(await foundIds(collection), ['x'])
  }
})
