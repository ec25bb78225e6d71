import t from 'tap'
import { Conflict, ServiceUnavailable } from '../../lib/errors.ts'
import { groupWrites } from '../../lib/stores/group-writes.ts'
import { memoryStore } from '../../lib/stores/memory.ts'
import { sqliteStore } from '../../lib/stores/sqlite.ts'
import type { CollectionRules, CollectionWrite, SettledWrite, Store } from '../../lib/stores/store.ts'
import { storeContract } from '../../lib/testing/store-contract.ts'

const rules: CollectionRules = { unique: [['/name']], indexes: [], expires: undefined, tombstones: false }

/** A store whose collections make many writes in `writeAll`, and note how many. */
function noting (sizes: number[], writeAll?: (writes: readonly CollectionWrite[]) => Promise<readonly SettledWrite[]>): Store {
  const store = memoryStore()
  return {
    ...store,
    collection (path, given) {
      const collection = store.collection(path, given)
      return {
        ...collection,
        async writeAll (writes) {
          sizes.push(writes.length)
          if (writeAll !== undefined) return writeAll(writes)
          return Promise.allSettled(writes.map(async ({ kind, ...write }) => kind === 'insert' ? collection.insert(write.id, write.content) : collection.replace(write.id, (write as { revision: string }).revision, write.content)))
        }
      }
    }
  }
}

t.test('writes that are under way at the same time are made together, and those after them in a group of their own', async (t) => {
  const sizes: number[] = []
  const users = groupWrites(noting(sizes)).collection('/users', rules)
  const first = await Promise.all(['a', 'b', 'c'].map(async (id) => users.insert(id, { name: id })))
  t.strictSame(first.map(({ kind }) => kind), ['written', 'written', 'written'])
  const [one] = first
  t.ok(one?.kind === 'written')
  const revision = one?.kind === 'written' ? one.document.revision : ''
  const second = await Promise.all([users.insert('d', { name: 'a' }), users.replace('a', revision, { name: 'A' })])
  t.strictSame(second.map(({ kind }) => kind), ['clash', 'written'])
  t.strictSame(sizes, [3, 2])
  t.match(await users.read('a'), { document: { content: { name: 'A' } } })
})

t.test('groups are of one collection, however often it is opened, and of one set of rules', async (t) => {
  const sizes: number[] = []
  const store = groupWrites(noting(sizes))
  const others: CollectionRules = { ...rules, unique: [] }
  await Promise.all([
    store.collection('/a', rules).insert('1', {}), store.collection('/a', rules).insert('2', {}),
    store.collection('/b', rules).insert('1', {}),
    store.collection('/a', others).insert('3', {}), store.collection('/a', rules).insert('4', {})
  ])
  t.strictSame(sizes.sort(), [1, 1, 1, 2])
})

t.test('what one write throws is its own, and what writeAll throws is that of all', async (t) => {
  const reason = new Conflict('no')
  const some = groupWrites(noting([], async (writes) => writes.map(({ id }) => id === 'a' ? { status: 'rejected', reason } : { status: 'fulfilled', value: { kind: 'taken' } }))).collection('/x', rules)
  t.strictSame(await Promise.allSettled([some.insert('a', {}), some.insert('b', {})]), [{ status: 'rejected', reason }, { status: 'fulfilled', value: { kind: 'taken' } }])
  const gone = new ServiceUnavailable('gone')
  const all = groupWrites(noting([], async () => { throw gone })).collection('/x', rules)
  t.strictSame(await Promise.allSettled([all.insert('a', {}), all.insert('b', {})]), [{ status: 'rejected', reason: gone }, { status: 'rejected', reason: gone }])
  const few = groupWrites(noting([], async () => [])).collection('/x', rules)
  await t.rejects(async () => few.insert('a', {}), { message: 'writeAll has not told how a write ended' })
})

t.test('a store without writeAll is used as it is', async (t) => {
  const store = memoryStore()
  const users = groupWrites(store).collection('/users', rules)
  t.equal(users.writeAll, undefined)
  t.match(users.insert('a', { name: 'a' }), { kind: 'written' })
  t.strictSame(await groupWrites(store).collections(), ['/users'])
  t.equal(groupWrites(store).shared, undefined)
})

// Whatever a store promises holds for its groups too.
storeContract(() => groupWrites(sqliteStore(':memory:')), t.test.bind(t))
