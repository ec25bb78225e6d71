import assert from 'node:assert/strict'
import { casesOf, rules } from './contract-case.ts'
import type { ContractCase } from './contract-case.ts'
import { everything, held, insertAll, longAgo, untilKind, written } from './expectations.ts'

// `etagc` of RFC 9110 section 8.8.3, without what is beyond ASCII.
const etagc = /^[!#-~]+$/

/** What revisions are. */
export const revisionCases: readonly ContractCase[] = casesOf('revision', {
  async 'no replacement has the revision of a former one' (store) {
    const users = store.collection('/users', rules())
    let document = await written(users.insert('a', {}))
    const seen = new Set([document.revision])
    for (let n = 0; n < 30; n++) {
      document = await written(users.replace('a', document.revision, {}))
      seen.add(document.revision)
    }
    assert.equal(seen.size, 31)
  },
  async 'none repeats after delete and re-creation' (store) {
    const users = store.collection('/users', rules())
    const seen = new Set<string>()
    for (let n = 0; n < 15; n++) {
      const first = await written(users.insert('a', { n: 1 }))
      const second = await written(users.replace('a', first.revision, { n: 1 }))
      await written(users.remove('a', second.revision))
      seen.add(first.revision).add(second.revision)
    }
    assert.equal(seen.size, 30)
  },
  async 'none repeats after the end of a tombstone' (store) {
    const users = store.collection('/users', rules({ tombstones: 1 }))
    const seen = new Set<string>()
    for (let n = 0; n < 3; n++) {
      const { revision } = await written(users.insert('a', {}))
      await written(users.remove('a', revision))
      await untilKind(users, 'a', 'absent')
      if (n > 0) await users.purge()
      seen.add(revision)
    }
    assert.equal(seen.size, 3)
  },
  async 'none repeats after an expired document was purged' (store) {
    const users = store.collection('/users', rules({ expires: '/until' }))
    const seen = new Set<string>()
    for (let n = 0; n < 3; n++) {
      seen.add((await written(users.insert('a', { until: longAgo }))).revision)
      assert.equal(await users.purge(), 1)
    }
    assert.equal(seen.size, 3)
  },
  async 'each fits into an entity tag, and none is *' (store) {
    const users = store.collection('/users', rules())
    const documents = [...await insertAll(users, Array.from({ length: 20 }, (_, n) => `${n}`))]
    for (const { id, revision } of [...documents]) documents.push(await written(users.replace(id, revision, { n: 1 })))
    for (const { revision } of documents) {
      assert.match(revision, etagc)
      assert.notEqual(revision, '*')
    }
  },
  async 'reads and queries show the one that the write answered' (store) {
    const users = store.collection('/users', rules())
    const [first] = await insertAll(users, ['a'])
    const revision = async (): Promise<readonly unknown[]> => [(await held(users, 'a')).revision, (await users.query(everything())).documents[0]?.revision]
    assert.ok(first !== undefined)
    assert.deepEqual(await revision(), [first.revision, first.revision])
    const second = await written(users.replace('a', first.revision, {}))
    assert.deepEqual(await revision(), [second.revision, second.revision])
  },
  async 'a refused write gives none' (store) {
    const users = store.collection('/users', rules({ unique: [['/n']] }))
    const [first] = await insertAll(users, ['a'], { n: 1 })
    await written(users.insert('b', { n: 2 }))
    await users.insert('a', {})
    await users.replace('a', 'none', {})
    await users.replace('a', first?.revision ?? '', { n: 2 })
    await users.remove('a', 'none')
    assert.equal((await held(users, 'a')).revision, first?.revision)
  },
  async 'reads, queries and purges give none' (store) {
    const users = store.collection('/users', rules({ expires: '/until', indexes: ['/n'] }))
    const [first] = await insertAll(users, ['a'], { n: 1 })
    await users.query(everything({ count: true, sortKeys: [{ pointer: ['n'], descending: true }] }))
    await users.purge()
    assert.equal((await held(users, 'a')).revision, first?.revision)
  }
})
