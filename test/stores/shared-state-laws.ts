import type { Test } from 'tap'
import type { SharedState, Store } from '../../lib/stores/store.ts'
import { rules, written } from './store-laws.ts'

function sharedOf ({ shared }: Store): SharedState {
  if (shared === undefined) throw new Error('the store shares nothing')
  return shared
}

const sorted = async (shared: SharedState): Promise<unknown> => [...await shared.read()].sort()

/** What every store must do that shares state. `makeStores` gives as many stores as are asked for, all on one empty database. */
export async function sharedStateLaws (t: Test, makeStores: (t: Test, count: number) => readonly Store[]): Promise<void> {
  await t.test('what one writes the others read, until it is replaced or removed', async t => {
    const [one, two] = makeStores(t, 2).map(sharedOf) as [SharedState, SharedState]
    t.same(await sorted(one), [])
    await one.write('disabled:/a', 'first')
    t.same(await sorted(two), [['disabled:/a', 'first']])
    await two.write('disabled:/a', 'second')
    await two.write('b', '')
    t.same(await sorted(one), [['b', ''], ['disabled:/a', 'second']])
    await one.write('disabled:/a', undefined)
    await one.write('never written', undefined)
    t.same(await sorted(two), [['b', '']])
  })

  await t.test('names and texts may be any', async t => {
    const [shared] = makeStores(t, 1).map(sharedOf) as [SharedState]
    const names = ['', 'secret', 'schema', 'rules:/users', 'shared:', 'é', '\u{10ffff}', "'; --", '%', ':', ';', 'A', 'a']
    for (const name of names) await shared.write(name, `${name} ${'x'.repeat(10_000)}`)
    t.same(await sorted(shared), names.map(name => [name, `${name} ${'x'.repeat(10_000)}`]).sort())
  })

  await t.test('it is apart from documents and from the secret', async t => {
    const [store, other] = makeStores(t, 2) as [Store, Store]
    const secret = await store.secret()
    const users = store.collection('/users', rules({ unique: [['/name']], indexes: ['/name'] }))
    written(await users.insert('a', { name: 'Ann' }))
    t.same(await sorted(sharedOf(store)), [], 'nothing else is shared')
    for (const name of ['secret', 'schema', 'rules:/users']) await sharedOf(store).write(name, 'x')
    t.equal(await other.secret(), secret)
    t.match(await other.collection('/users', rules({ unique: [['/name']], indexes: ['/name'] })).read('a'), { kind: 'document' })
    t.same(await store.collections(), ['/users'])
  })
}
