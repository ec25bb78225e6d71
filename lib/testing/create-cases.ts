import assert from 'node:assert/strict'
import { casesOf, rules } from './contract-case.ts'
import type { ContractCase } from './contract-case.ts'
import { clashed, foundIds, held, insertAll, insertAndRemove, kindOf, refused, sameDocument, spoil, written } from './expectations.ts'

/** What `insert` answers and leaves. */
export const createCases: readonly ContractCase[] = casesOf('create', {
  async 'what was inserted is read' (store) {
    const users = store.collection('/users', rules())
    const document = await written(users.insert('a', { name: 'Ann', tags: [1, { x: null }] }))
    sameDocument(await held(users, 'a'), document)
    assert.deepEqual(document.content, { name: 'Ann', tags: [1, { x: null }] })
  },
  async 'the answer is the document, with its id, a revision and its content' (store) {
    const document = await written(store.collection('/users', rules()).insert('a', { n: 1 }))
    assert.equal(document.id, 'a')
    assert.equal(typeof document.revision, 'string')
    assert.deepEqual(document.content, { n: 1 })
  },
  async 'an id is taken while its document lives' (store) {
    const users = store.collection('/users', rules())
    const first = await written(users.insert('a', { n: 1 }))
    await refused(users.insert('a', { n: 2 }), 'taken')
    sameDocument(await held(users, 'a'), first)
  },
  async 'an id is taken by the same content, too' (store) {
    const users = store.collection('/users', rules())
    const first = await written(users.insert('a', { n: 1 }))
    await refused(users.insert('a', { n: 1 }), 'taken')
    sameDocument(await held(users, 'a'), first)
  },
  async 'an id is taken after its document was replaced' (store) {
    const users = store.collection('/users', rules())
    const { revision } = await written(users.insert('a', { n: 1 }))
    const second = await written(users.replace('a', revision, { n: 2 }))
    await refused(users.insert('a', { n: 3 }), 'taken')
    sameDocument(await held(users, 'a'), second)
  },
  async 'the id of a removed document can be used again' (store) {
    const users = store.collection('/users', rules())
    await insertAndRemove(users, 'a', { n: 1 })
    const again = await written(users.insert('a', { n: 2 }))
    assert.deepEqual(again.content, { n: 2 })
    sameDocument(await held(users, 'a'), again)
  },
  async 'taken is said before clash' (store) {
    const users = store.collection('/users', rules({ unique: [['/name']] }))
    await insertAll(users, ['a'], { name: 'x' })
    await insertAll(users, ['b'], { name: 'y' })
    await refused(users.insert('b', { name: 'x' }), 'taken')
    await clashed(users.insert('c', { name: 'x' }), ['/name'])
  },
  async 'what the caller changes after the call is not stored' (store) {
    const users = store.collection('/users', rules())
    const mine = { list: [1], nested: { n: 1 } }
    await written(users.insert('a', mine))
    mine.list.push(2)
    mine.nested.n = 2
    assert.deepEqual((await held(users, 'a')).content, { list: [1], nested: { n: 1 } })
  },
  async 'what the caller changes in the answer is not stored' (store) {
    const users = store.collection('/users', rules())
    spoil((await written(users.insert('a', { list: [1] }))).content)
    assert.deepEqual((await held(users, 'a')).content, { list: [1] })
  },
  async 'an object without members is content' (store) {
    const users = store.collection('/users', rules())
    assert.deepEqual((await written(users.insert('a', {}))).content, {})
    assert.deepEqual((await held(users, 'a')).content, {})
  },
  async 'a member that is undefined is left out' (store) {
    const users = store.collection('/users', rules())
    const answer = await written(users.insert('a', { n: 1, missing: undefined }))
    assert.deepEqual([answer.content, (await held(users, 'a')).content], [{ n: 1 }, { n: 1 }])
  },
  async 'the same id in two collections is two documents' (store) {
    const rule = rules()
    const [one, other] = [store.collection('/one', rule), store.collection('/other', rule)]
    await written(one.insert('a', { n: 1 }))
    assert.equal(await kindOf(other, 'a'), 'absent')
    await written(other.insert('a', { n: 2 }))
    assert.deepEqual([(await held(one, 'a')).content, (await held(other, 'a')).content], [{ n: 1 }, { n: 2 }])
  },
  async 'paths that begin alike or differ in case are different collections' (store) {
    const rule = rules()
    const paths = ['/a', '/a/b', '/ab', '/A', '/a/b/a', '/a%2Fb', '/ä', '/a\u0308', "/o'dd;\"--", '/%', '/_', '/\u{1f600}']
    for (const [n, path] of paths.entries()) await written(store.collection(path, rule).insert('x', { n }))
    for (const [n, path] of paths.entries()) {
      assert.deepEqual((await held(store.collection(path, rule), 'x')).content, { n }, path)
      assert.deepEqual(await foundIds(store.collection(path, rule)), ['x'], path)
    }
  },
  async 'a refused insert leaves nothing behind' (store) {
    const users = store.collection('/users', rules({ unique: [['/name']], indexes: ['/name'] }))
    await insertAll(users, ['a'], { name: 'x' })
    await clashed(users.insert('b', { name: 'x' }), ['/name'])
    await refused(users.insert('a', { name: 'z' }), 'taken')
    assert.equal(await kindOf(users, 'b'), 'absent')
    assert.deepEqual(await foundIds(users), ['a'])
    assert.deepEqual(await foundIds(users, { filter: { kind: 'compare', operator: 'eq', field: ['name'], value: 'z' } }), [])
    await written(users.insert('c', { name: 'z' }))
  }
})
