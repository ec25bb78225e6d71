import assert from 'node:assert/strict'
import { otherRevisions } from './compare-and-set-cases.ts'
import { casesOf, rules } from './contract-case.ts'
import type { ContractCase } from './contract-case.ts'
import { everything, foundIds, held, insertAll, kindOf, refused, sameDocument, written } from './expectations.ts'

/** What `remove` answers and leaves. */
export const deleteCases: readonly ContractCase[] = casesOf('delete', {
  async 'with the revision that is stored the document is removed' (store) {
    const users = store.collection('/users', rules())
    const { revision } = await written(users.insert('a', { n: 1 }))
    await written(users.remove('a', revision))
    assert.equal(await kindOf(users, 'a'), 'absent')
  },
  async 'the answer is the document that was removed' (store) {
    const users = store.collection('/users', rules())
    const { revision } = await written(users.insert('a', { n: 1 }))
    const last = await written(users.replace('a', revision, { n: 2, nested: { list: [null] } }))
    sameDocument(await written(users.remove('a', last.revision)), last)
  },
  async 'the answer is the document also where a tombstone is left' (store) {
    const users = store.collection('/users', rules({ tombstones: true, unique: [['/n']], indexes: ['/n'] }))
    const document = await written(users.insert('a', { n: 1 }))
    sameDocument(await written(users.remove('a', document.revision)), document)
  },
  async 'with a former revision nothing is removed' (store) {
    const users = store.collection('/users', rules())
    const first = await written(users.insert('a', { n: 1 }))
    const second = await written(users.replace('a', first.revision, { n: 2 }))
    await refused(users.remove('a', first.revision), 'changed')
    sameDocument(await held(users, 'a'), second)
  },
  async 'with a text that is no revision of it nothing is removed' (store) {
    const users = store.collection('/users', rules())
    const document = await written(users.insert('a', {}))
    for (const revision of otherRevisions) await refused(users.remove('a', revision), 'changed')
    sameDocument(await held(users, 'a'), document)
  },
  async 'what is absent cannot be removed' (store) {
    const users = store.collection('/users', rules())
    const { revision } = await written(users.insert('b', {}))
    for (const given of ['', '*', revision]) await refused(users.remove('a', given), 'changed')
    assert.equal(await kindOf(users, 'b'), 'document')
  },
  async 'what was removed cannot be removed again' (store) {
    const users = store.collection('/users', rules())
    const { revision } = await written(users.insert('a', {}))
    await written(users.remove('a', revision))
    await refused(users.remove('a', revision), 'changed')
  },
  async 'the revision of a former life removes nothing' (store) {
    const users = store.collection('/users', rules())
    const { revision } = await written(users.insert('a', { n: 1 }))
    await written(users.remove('a', revision))
    const present = await written(users.insert('a', { n: 1 }))
    await refused(users.remove('a', revision), 'changed')
    sameDocument(await held(users, 'a'), present)
  },
  async 'what was removed is neither found nor counted' (store) {
    const users = store.collection('/users', rules({ indexes: ['/n'] }))
    const [, second] = await insertAll(users, ['a', 'b', 'c'], { n: 1 })
    assert.ok(second !== undefined)
    await written(users.remove('b', second.revision))
    const filter = { kind: 'compare', operator: 'eq', field: ['n'], value: 1 } as const
    assert.deepEqual(await foundIds(users), ['a', 'c'])
    assert.deepEqual(await foundIds(users, { filter }), ['a', 'c'])
    assert.equal((await users.query(everything({ count: true }))).total, 2)
    assert.equal((await users.query(everything({ filter, count: true }))).total, 2)
  },
  async 'other documents stay as they are' (store) {
    const rule = rules()
    const [users, elsewhere] = [store.collection('/users', rule), store.collection('/elsewhere', rule)]
    const [first, ...others] = await insertAll(users, ['a', 'A', 'aa', ''], { n: 1 })
    await insertAll(elsewhere, ['a'])
    assert.ok(first !== undefined)
    await written(users.remove('a', first.revision))
    for (const other of others) sameDocument(await held(users, other.id), other)
    assert.equal(await kindOf(elsewhere, 'a'), 'document')
  },
  async 'all documents of a collection can be removed, and others inserted' (store) {
    const users = store.collection('/users', rules({ unique: [['/n']], indexes: ['/n'] }))
    for (const round of [1, 2]) {
      for (const n of [1, 2, 3]) await written(users.insert(`${n}`, { n, round }))
      for (const { id, revision } of (await users.query(everything())).documents) await written(users.remove(id, revision))
      const { documents, total } = await users.query(everything({ count: true }))
      assert.deepEqual([documents.length, total], [0, 0])
    }
  }
})
