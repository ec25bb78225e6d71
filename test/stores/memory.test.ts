import t from 'tap'
import { memoryStore } from '../../lib/stores/memory.ts'
import { everything, rules, stopClock, storeLaws } from './store-laws.ts'

t.test('the laws of stores hold', async t => {
  await storeLaws(t, () => memoryStore())
})

t.test('seeds are there when the collection is opened, under its rules', async t => {
  const store = memoryStore({
    documents: {
      '/users': [{ _id: 'b', _rev: '7', name: 'Bob' }, { _id: 'a', name: 'Ann' }],
      '/settings': { _id: 'ignored', theme: 'dark' },
      '/none': []
    }
  })
  t.same(store.collections(), ['/settings', '/users'])
  const users = store.collection('/users', rules({ unique: [['/name']] }))
  t.same(await users.read('b'), { kind: 'document', document: { id: 'b', revision: '7', content: { name: 'Bob' } } })
  t.same((await users.query(everything())).documents.map(({ id }) => id), ['a', 'b'])
  t.same(await users.insert('c', { name: 'Ann' }), { kind: 'clash', pointers: ['/name'] })
  t.match(await store.collection('/settings', rules()).read(''), { kind: 'document', document: { id: '', content: { theme: 'dark' } } })
  t.same(await store.collection('/none', rules()).query(everything({ count: true })), { documents: [], total: 0 })
})

t.test('seeds are planted once, and belong to the store', async t => {
  const seed = { _id: 'a', list: [1] }
  const store = memoryStore({ documents: { '/users': [seed] } })
  const users = store.collection('/users', rules())
  seed.list.push(2)
  const slot = await users.read('a')
  if (slot.kind !== 'document') return t.fail('no document')
  t.same(slot.document.content, { list: [1] })
  await users.remove('a', slot.document.revision)
  t.same(store.collections(), [])
  t.same(await store.collection('/users', rules()).read('a'), { kind: 'absent' })
})

t.test('a seed that cannot be planted is named by path and id, every time', async t => {
  stopClock(t)
  const bad: ReadonlyArray<readonly [string, readonly object[], RegExp]> = [
    ['no id', [{ name: 'x' }], /undefined of \/users has no string _id/],
    ['a number as id', [{ _id: 1 }], /1 of \/users has no string _id/],
    ['an id twice', [{ _id: 'a' }, { _id: 'a' }], /"a" of \/users has an id that is taken/],
    ['a unique value twice', [{ _id: 'a', name: 'x' }, { _id: 'b', name: 'x' }], /"b" of \/users breaks the unique constraint on \/name/],
    ['a bad expiry', [{ _id: 'a', until: 'x' }], /"a" of \/users is refused: \/until/],
    ['a revision that is no string', [{ _id: 'a', _rev: 1 }], /"a" of \/users has a _rev/],
    ['a revision with a quote', [{ _id: 'a', _rev: 'a"' }], /"a" of \/users has a _rev/],
    ['an empty revision', [{ _id: 'a', _rev: '' }], /"a" of \/users has a _rev/],
    ['the revision *', [{ _id: 'a', _rev: '*' }], /"a" of \/users has a _rev/]
  ]
  for (const [name, seeds, message] of bad) {
    const store = memoryStore({ documents: { '/users': seeds as [] } })
    const open = (): unknown => store.collection('/users', rules({ unique: [['/name']], expires: '/until' }))
    t.throws(open, { code: 'CREST_ERR_STORE_SEED', message }, name)
    t.throws(open, { code: 'CREST_ERR_STORE_SEED', message }, `${name}, again`)
  }
})

t.test('a rule with a malformed pointer is no fault of the seed', async t => {
  const store = memoryStore({ documents: { '/users': [{ _id: 'a' }] } })
  t.throws(() => store.collection('/users', rules({ expires: '/a b' })), RangeError)
})

t.test('rules that the documents break fail when the collection is opened', async t => {
  const store = memoryStore()
  const users = store.collection('/users', rules())
  await users.insert('a', { v: 1 })
  await users.insert('b', { v: 1 })
  t.throws(() => store.collection('/users', rules({ unique: [['/v']] })), { code: 'CREST_ERR_STORE_UNIQUE' })
})

t.test('what takes no longer than a moment is answered synchronously', async t => {
  const users = memoryStore().collection('/users', rules())
  t.match(users.insert('a', {}), { kind: 'written' })
  t.match(users.read('a'), { kind: 'document' })
  t.match(users.query(everything()), { documents: [{ id: 'a' }] })
})

t.test('many ids in any order are listed in order', async t => {
  const users = memoryStore().collection('/users', rules())
  const ids = Array.from({ length: 2000 }, (_, n) => `${(n * 7919) % 2000}`)
  for (const [n, id] of ids.entries()) {
    await users.insert(id, {})
    if (n % 97 === 0) await users.query(everything({ limit: 1 }))
  }
  t.same((await users.query(everything())).documents.map(({ id }) => id), [...ids].sort())
})
