import assert from 'node:assert/strict'
import { casesOf, rules } from './contract-case.ts'
import type { ContractCase } from './contract-case.ts'
import { everything, foundIds, held, insertAll, insertAndRemove, kindOf, longAgo, sameDocument, written } from './expectations.ts'
import type { Store } from '../stores/store.ts'

// Their order is no promise.
async function pathsOf (store: Store): Promise<readonly string[]> {
  return [...await store.collections()].sort()
}

/** Which collections there are, the secret, and how apps come and go. */
export const lifecycleCases: readonly ContractCase[] = [
  ...casesOf('collections', {
    async 'an empty store has none' (store) {
      assert.deepEqual(await pathsOf(store), [])
    },
    async 'those with documents are listed, each once' (store) {
      const rule = rules()
      for (const path of ['/users', '/realms/a/users', '/realms/b/users']) await insertAll(store.collection(path, rule), ['a', 'b'])
      assert.deepEqual(await pathsOf(store), ['/realms/a/users', '/realms/b/users', '/users'])
    },
    async 'those that were only looked at are not listed' (store) {
      const collection = store.collection('/looked-at', rules({ unique: [['/n']], indexes: ['/n'], expires: '/until', tombstones: true }))
      await collection.read('a')
      await collection.query(everything({ count: true }))
      await collection.replace('a', 'none', {})
      await collection.remove('a', 'none')
      await collection.purge()
      assert.deepEqual(await pathsOf(store), [])
    },
    async 'those that were emptied are not listed' (store) {
      await insertAndRemove(store.collection('/emptied', rules()), 'a')
      assert.deepEqual(await pathsOf(store), [])
    },
    async 'those that hold only tombstones are listed' (store) {
      await insertAndRemove(store.collection('/gone', rules({ tombstones: true })), 'a')
      assert.deepEqual(await pathsOf(store), ['/gone'])
    },
    async 'those that hold only expired documents are listed until they are purged' (store) {
      const collection = store.collection('/expired', rules({ expires: '/until' }))
      await insertAll(collection, ['a'], { until: longAgo })
      assert.deepEqual(await pathsOf(store), ['/expired'])
      await collection.purge()
      assert.deepEqual(await pathsOf(store), [])
    },
    async 'paths are listed as they were given' (store) {
      const paths = ['/a', '/A', '/a/', '/a b', '/%41', "/'", '/"', '/é', '/e\u0301', '/\u{1f600}', '/\uffee', '/_%'].sort()
      for (const path of paths) await insertAll(store.collection(path, rules()), ['x'])
      assert.deepEqual(await pathsOf(store), paths)
    },
    async 'many paths are listed' (store) {
      const rule = rules()
      const paths = Array.from({ length: 60 }, (_, n) => `/realms/${n}/users`).sort()
      for (const path of paths) await insertAll(store.collection(path, rule), ['x'])
      assert.deepEqual(await pathsOf(store), paths)
    }
  }),
  ...casesOf('secret', {
    async 'it is a text of at least 32 characters' (store) {
      const secret = await store.secret()
      assert.ok(typeof secret === 'string' && secret.length >= 32)
      assert.ok(new Set(secret).size > 8, 'and not the same few characters')
    },
    async 'it stays the same' (store) {
      const secret = await store.secret()
      await insertAll(store.collection('/users', rules()), ['a'])
      assert.equal(await store.secret(), secret)
    },
    async 'all who ask at once get the same' (store) {
      const secrets = await Promise.all([1, 2, 3, 4, 5].map(async () => store.secret()))
      assert.equal(new Set([...secrets, await store.secret()]).size, 1)
    },
    async 'it makes no collection' (store) {
      await store.secret()
      assert.deepEqual(await pathsOf(store), [])
    }
  }),
  ...casesOf('apps', {
    async 'one that leaves takes nothing from another' (store) {
      const users = store.collection('/users', rules())
      store.attach()
      const document = await written(users.insert('a', { n: 1 }))
      const secret = await store.secret()
      await store.detach()
      sameDocument(await held(users, 'a'), document)
      assert.equal(await store.secret(), secret)
    },
    async 'one can come after the last has left' (store) {
      await insertAll(store.collection('/users', rules()), ['a'])
      await store.detach()
      store.attach()
      const users = store.collection('/users', rules())
      await written(users.insert('b', { n: 1 }))
      assert.equal(await kindOf(users, 'b'), 'document')
    },
    async 'one can come and go without using the store' (store) {
      store.attach()
      store.collection('/users', rules())
      await store.detach()
      await insertAll(store.collection('/users', rules()), ['a'])
    },
    async 'those that are there at the same time see the same documents' (store) {
      store.attach()
      const [one, other] = [store.collection('/users', rules()), store.collection('/users', rules())]
      const first = await written(one.insert('a', { n: 1 }))
      const second = await written(other.replace('a', first.revision, { n: 2 }))
      sameDocument(await held(one, 'a'), second)
      assert.deepEqual(await foundIds(one), ['a'])
      await store.detach()
    }
  })
]
