import assert from 'node:assert/strict'
import { casesOf, rules } from './contract-case.ts'
import type { ContractCase } from './contract-case.ts'
import { clashed, foundIds, held, insertAll, insertAndRemove, kindOf, refused, sameDocument, spoil, written } from './expectations.ts'

/** Texts that are the revision of nothing, and must not be read as more than that. */
export const otherRevisions: readonly string[] = ['', '*', '"', '%', '_', '0', '1', 'null', 'undefined', 'W/"1"', "' OR '1'='1", 'x'.repeat(1000), 'é', '\u{1f600}']

/** What `replace` answers and leaves. */
export const compareAndSetCases: readonly ContractCase[] = casesOf('compare-and-set', {
  async 'with the revision that is stored the content is replaced' (store) {
    const users = store.collection('/users', rules())
    const first = await written(users.insert('a', { n: 1 }))
    const second = await written(users.replace('a', first.revision, { n: 2 }))
    assert.deepEqual([second.id, second.content], ['a', { n: 2 }])
    sameDocument(await held(users, 'a'), second)
  },
  async 'all of the content is replaced, none of it is merged' (store) {
    const users = store.collection('/users', rules())
    const { revision } = await written(users.insert('a', { n: 1, nested: { a: 1 }, list: [1, 2, 3] }))
    await written(users.replace('a', revision, { nested: { b: 2 }, list: [4] }))
    assert.deepEqual((await held(users, 'a')).content, { nested: { b: 2 }, list: [4] })
  },
  async 'a new revision is given, also for the same content' (store) {
    const users = store.collection('/users', rules())
    const first = await written(users.insert('a', { n: 1 }))
    const second = await written(users.replace('a', first.revision, { n: 1 }))
    assert.notEqual(second.revision, first.revision)
    await refused(users.replace('a', first.revision, { n: 1 }), 'changed')
  },
  async 'with a former revision nothing changes' (store) {
    const users = store.collection('/users', rules())
    const first = await written(users.insert('a', { n: 1 }))
    const second = await written(users.replace('a', first.revision, { n: 2 }))
    await refused(users.replace('a', first.revision, { n: 3 }), 'changed')
    sameDocument(await held(users, 'a'), second)
  },
  async 'with the revision of another document nothing changes' (store) {
    const users = store.collection('/users', rules())
    const [one, other] = await insertAll(users, ['a', 'b'], { n: 1 })
    assert.ok(one !== undefined && other !== undefined)
    const next = await written(users.replace('b', other.revision, { n: 2 }))
    await refused(users.replace('a', next.revision, { n: 3 }), 'changed')
    sameDocument(await held(users, 'a'), one)
  },
  async 'with a text that is no revision of it nothing changes' (store) {
    const users = store.collection('/users', rules())
    const document = await written(users.insert('a', { n: 1 }))
    for (const revision of otherRevisions) await refused(users.replace('a', revision, { n: 2 }), 'changed')
    sameDocument(await held(users, 'a'), document)
  },
  async 'with a revision that is almost the one stored nothing changes' (store) {
    const users = store.collection('/users', rules())
    const document = await written(users.insert('a', { n: 1 }))
    const { revision } = document
    const swapped = revision === revision.toUpperCase() ? revision.toLowerCase() : revision.toUpperCase()
    for (const almost of [swapped, `${revision} `, ` ${revision}`, `"${revision}"`, `${revision}0`, revision.slice(0, -1), `W/"${revision}"`]) {
      if (almost !== revision) await refused(users.replace('a', almost, { n: 2 }), 'changed')
    }
    sameDocument(await held(users, 'a'), document)
  },
  async 'what is absent is not made' (store) {
    const users = store.collection('/users', rules())
    const { revision } = await written(users.insert('b', {}))
    for (const given of ['', '*', revision]) await refused(users.replace('a', given, { n: 1 }), 'changed')
    assert.equal(await kindOf(users, 'a'), 'absent')
    assert.deepEqual(await foundIds(users), ['b'])
  },
  async 'what was removed is not made again' (store) {
    const users = store.collection('/users', rules())
    const { revision } = await written(users.insert('a', {}))
    await written(users.remove('a', revision))
    await refused(users.replace('a', revision, { n: 1 }), 'changed')
    assert.equal(await kindOf(users, 'a'), 'absent')
  },
  async 'the revision of a former life does not do' (store) {
    const users = store.collection('/users', rules())
    const former = await written(users.insert('a', { n: 1 }))
    await written(users.remove('a', former.revision))
    const present = await written(users.insert('a', { n: 1 }))
    await refused(users.replace('a', former.revision, { n: 2 }), 'changed')
    sameDocument(await held(users, 'a'), present)
  },
  async 'changed is said before clash' (store) {
    const users = store.collection('/users', rules({ unique: [['/name']] }))
    await written(users.insert('a', { name: 'x' }))
    const { revision } = await written(users.insert('b', { name: 'y' }))
    await refused(users.replace('b', 'former', { name: 'x' }), 'changed')
    await refused(users.replace('c', revision, { name: 'x' }), 'changed')
    await clashed(users.replace('b', revision, { name: 'x' }), ['/name'])
  },
  async 'other documents stay as they are' (store) {
    const users = store.collection('/users', rules())
    const [, first, , ...others] = await insertAll(users, ['A', 'a', 'b', 'aa', ''], { n: 1 })
    assert.ok(first !== undefined)
    await written(users.replace('a', first.revision, { n: 2 }))
    for (const other of others) sameDocument(await held(users, other.id), other)
    assert.deepEqual((await held(users, 'A')).content, { n: 1 })
  },
  async 'the same id in another collection stays as it is' (store) {
    const rule = rules()
    const [one, other] = [store.collection('/one', rule), store.collection('/other', rule)]
    const { revision } = await written(one.insert('a', { n: 1 }))
    const theirs = await written(other.insert('a', { n: 1 }))
    await written(one.replace('a', revision, { n: 2 }))
    sameDocument(await held(other, 'a'), theirs)
  },
  async 'what the caller changes after the call or in the answer is not stored' (store) {
    const users = store.collection('/users', rules())
    const { revision } = await written(users.insert('a', {}))
    const mine = { list: [1] }
    const answer = await written(users.replace('a', revision, mine))
    mine.list.push(2)
    spoil(answer.content)
    assert.deepEqual((await held(users, 'a')).content, { list: [1] })
  },
  async 'a document is replaced again and again' (store) {
    const users = store.collection('/users', rules({ unique: [['/n']], indexes: ['/n'] }))
    let document = await written(users.insert('a', { n: 0 }))
    for (let n = 1; n <= 30; n++) document = await written(users.replace('a', document.revision, { n, text: 'x'.repeat(n) }))
    sameDocument(await held(users, 'a'), document)
    assert.deepEqual(await foundIds(users), ['a'])
  },
  async 'an id that was used and removed elsewhere is no hindrance' (store) {
    const users = store.collection('/users', rules())
    await insertAndRemove(users, 'b')
    const { revision } = await written(users.insert('a', { n: 1 }))
    assert.equal((await users.replace('a', revision, { n: 2 })).kind, 'written')
  }
})
