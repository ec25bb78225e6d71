import assert from 'node:assert/strict'
import { casesOf, rules } from './contract-case.ts'
import type { ContractCase } from './contract-case.ts'
import { clashed, foundIds, held, insertAll, insertAndRemove, kindOf, longAgo, refused, sameDocument, written } from './expectations.ts'
import type { Store, StoreCollection } from '../stores/store.ts'

function named (store: Store, more: Parameters<typeof rules>[0] = {}): StoreCollection {
  return store.collection('/unique', rules({ unique: [['/name']], ...more }))
}

const name: readonly string[] = ['/name']

/** Who holds a unique value, and when it is free. */
export const uniqueCases: readonly ContractCase[] = casesOf('unique', {
  async 'an insert of a value that is held clashes, and says where' (store) {
    const collection = named(store)
    await written(collection.insert('a', { name: 'x' }))
    await clashed(collection.insert('b', { name: 'x' }), name)
    assert.equal(await kindOf(collection, 'b'), 'absent')
    assert.deepEqual(await foundIds(collection), ['a'])
  },
  async 'a replacement by a value that is held clashes, and changes nothing' (store) {
    const collection = named(store)
    await written(collection.insert('a', { name: 'x' }))
    const mine = await written(collection.insert('b', { name: 'y' }))
    await clashed(collection.replace('b', mine.revision, { name: 'x' }), name)
    sameDocument(await held(collection, 'b'), mine)
    await clashed(collection.insert('c', { name: 'y' }), name)
  },
  async 'other values do not clash' (store) {
    const collection = named(store)
    await written(collection.insert('a', { name: 'x' }))
    await written(collection.insert('b', { name: 'y' }))
    assert.deepEqual(await foundIds(collection), ['a', 'b'])
  },
  async 'a document may keep its value' (store) {
    const collection = named(store)
    const first = await written(collection.insert('a', { name: 'x' }))
    const second = await written(collection.replace('a', first.revision, { name: 'x', more: 1 }))
    await written(collection.replace('a', second.revision, { name: 'x' }))
    await clashed(collection.insert('b', { name: 'x' }), name)
  },
  async 'a value that was replaced is free' (store) {
    const collection = named(store)
    const { revision } = await written(collection.insert('a', { name: 'x' }))
    await written(collection.replace('a', revision, { name: 'y' }))
    await written(collection.insert('b', { name: 'x' }))
    await clashed(collection.insert('c', { name: 'y' }), name)
  },
  async 'a value that was taken out or set to null is free' (store) {
    const collection = named(store)
    const [first, second] = [await written(collection.insert('a', { name: 'x' })), await written(collection.insert('b', { name: 'y' }))]
    await written(collection.replace('a', first.revision, {}))
    await written(collection.replace('b', second.revision, { name: null }))
    await insertAll(collection, ['c'], { name: 'x' })
    await insertAll(collection, ['d'], { name: 'y' })
  },
  async 'the value of a removed document is free' (store) {
    const collection = named(store)
    await insertAndRemove(collection, 'a', { name: 'x' })
    await written(collection.insert('b', { name: 'x' }))
    await clashed(collection.insert('a', { name: 'x' }), name)
  },
  async 'the value of a document that left a tombstone is free' (store) {
    const collection = named(store, { tombstones: true })
    await insertAndRemove(collection, 'a', { name: 'x' })
    await written(collection.insert('b', { name: 'x' }))
    await clashed(collection.insert('c', { name: 'x' }), name)
  },
  async 'the value of an expired document is free, before it is purged and after' (store) {
    const collection = named(store, { expires: '/until' })
    await written(collection.insert('a', { name: 'x', until: longAgo }))
    await written(collection.insert('b', { name: 'x' }))
    assert.equal(await collection.purge(), 1)
    await clashed(collection.insert('c', { name: 'x' }), name)
  },
  async 'a document that expires at once clashes with a live one all the same' (store) {
    const collection = named(store, { expires: '/until' })
    await written(collection.insert('a', { name: 'x' }))
    await clashed(collection.insert('b', { name: 'x', until: longAgo }), name)
    assert.equal(await kindOf(collection, 'b'), 'absent')
  },
  async 'a value passes from one expired document to the next' (store) {
    const collection = named(store, { expires: '/until' })
    for (const id of ['a', 'b', 'c']) await written(collection.insert(id, { name: 'x', until: longAgo }))
    await written(collection.insert('d', { name: 'x' }))
    assert.equal(await collection.purge(), 3)
    await clashed(collection.insert('e', { name: 'x' }), name)
  },
  async 'a refused write neither claims nor frees a value' (store) {
    const collection = store.collection('/unique', rules({ unique: [['/name'], ['/mail']] }))
    await written(collection.insert('a', { name: 'x', mail: 'x' }))
    const mine = await written(collection.insert('b', { name: 'y', mail: 'y' }))
    await clashed(collection.insert('c', { name: 'free', mail: 'x' }), ['/mail'])
    await clashed(collection.replace('b', mine.revision, { name: 'free', mail: 'x' }), ['/mail'])
    await refused(collection.replace('b', 'former', { name: 'free' }), 'changed')
    await refused(collection.insert('a', { name: 'free' }), 'taken')
    await clashed(collection.insert('d', { name: 'y' }), ['/name'])
    await written(collection.insert('e', { name: 'free' }))
  },
  async 'of several constraints the one that is broken is named' (store) {
    const collection = store.collection('/unique', rules({ unique: [['/name'], ['/mail'], ['/a', '/b']] }))
    await written(collection.insert('a', { name: 'x', mail: 'm', a: 1, b: 2 }))
    await clashed(collection.insert('b', { name: 'x' }), ['/name'])
    await clashed(collection.insert('b', { name: 'y', mail: 'm' }), ['/mail'])
    await clashed(collection.insert('b', { name: 'y', a: 1, b: 2 }), ['/a', '/b'])
    const both = await collection.insert('b', { name: 'x', mail: 'm' })
    assert.ok(both.kind === 'clash' && ['/name', '/mail'].includes(both.pointers.join()))
  },
  async 'the same value under two constraints does not clash' (store) {
    const collection = store.collection('/unique', rules({ unique: [['/name'], ['/mail']] }))
    await written(collection.insert('a', { name: 'x', mail: 'y' }))
    await written(collection.insert('b', { name: 'y', mail: 'x' }))
  },
  async 'a constraint is that of one path' (store) {
    const rule = rules({ unique: [['/name']] })
    await written(store.collection('/one', rule).insert('a', { name: 'x' }))
    await written(store.collection('/other', rule).insert('b', { name: 'x' }))
    await clashed(store.collection('/one', rule).insert('b', { name: 'x' }), name)
  },
  async 'gone is said before clash' (store) {
    const collection = named(store, { tombstones: true })
    await insertAndRemove(collection, 'a', { name: 'y' })
    await written(collection.insert('b', { name: 'x' }))
    await refused(collection.insert('a', { name: 'x' }), 'gone')
  },
  async 'a value is read along its pointer' (store) {
    const collection = store.collection('/unique', rules({ unique: [['/a/b'], ['/list/1'], ['/x~1y'], ['/p%20q']] }))
    await written(collection.insert('a', { a: { b: 1 }, list: [1, 2], 'x/y': 1, 'p q': 1 }))
    await clashed(collection.insert('b', { a: { b: 1, c: 2 } }), ['/a/b'])
    await clashed(collection.insert('b', { list: [3, 2, 1] }), ['/list/1'])
    await clashed(collection.insert('b', { 'x/y': 1 }), ['/x~1y'])
    await clashed(collection.insert('b', { 'p q': 1 }), ['/p%20q'])
    await written(collection.insert('b', { b: 1, list: [2], x: { y: 1 }, 'p%20q': 1, a: [{ b: 1 }] }))
  },
  async 'what a document only inherits is no value' (store) {
    const collection = store.collection('/unique', rules({ unique: [['/constructor'], ['/toString']] }))
    await insertAll(collection, ['a', 'b'])
    await written(collection.insert('c', { constructor: 1 }))
    await clashed(collection.insert('d', { constructor: 1 }), ['/constructor'])
  },
  async 'values go round between documents' (store) {
    const collection = named(store)
    let [one, other] = [await written(collection.insert('a', { name: 'x' })), await written(collection.insert('b', { name: 'y' }))]
    for (let round = 0; round < 3; round++) {
      one = await written(collection.replace('a', one.revision, {}))
      other = await written(collection.replace('b', other.revision, { name: round % 2 === 0 ? 'x' : 'y' }))
      one = await written(collection.replace('a', one.revision, { name: round % 2 === 0 ? 'y' : 'x' }))
      await clashed(collection.insert('c', { name: 'x' }), name)
      await clashed(collection.insert('c', { name: 'y' }), name)
    }
  }
})
