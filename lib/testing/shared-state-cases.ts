import assert from 'node:assert/strict'
import { casesOf } from './contract-case.ts'
import type { ContractCase, RunCase } from './contract-case.ts'
import type { SharedState, Store } from '../stores/store.ts'

// A store that no other process sees shares nothing, which is all that is asked of it then.
function ofShared (run: (shared: SharedState, store: Store) => Promise<void>): RunCase {
  return async (store) => {
    if (store.shared === undefined) assert.equal(store.shared, undefined)
    else await run(store.shared, store)
  }
}

async function textsOf (shared: SharedState): Promise<Readonly<Record<string, string>>> {
  return Object.fromEntries(await shared.read())
}

/** The texts that processes share, where a store has them. */
export const sharedStateCases: readonly ContractCase[] = casesOf('shared state', {
  'it is empty at first': ofShared(async (shared) => {
    assert.equal((await shared.read()).size, 0)
  }),
  'what was written is read': ofShared(async (shared) => {
    await shared.write('/users', 'all')
    await shared.write('/groups', 'writes')
    assert.deepEqual(await textsOf(shared), { '/users': 'all', '/groups': 'writes' })
  }),
  'what is written again takes the place of the former text': ofShared(async (shared) => {
    await shared.write('/users', 'all')
    await shared.write('/groups', 'all')
    await shared.write('/users', 'writes')
    assert.deepEqual(await textsOf(shared), { '/users': 'writes', '/groups': 'all' })
  }),
  'undefined removes a text, and only that': ofShared(async (shared) => {
    await shared.write('/users', 'all')
    await shared.write('/groups', 'all')
    await shared.write('/users', undefined)
    assert.deepEqual(await textsOf(shared), { '/groups': 'all' })
    await shared.write('/users', 'again')
    assert.deepEqual(await textsOf(shared), { '/users': 'again', '/groups': 'all' })
  }),
  'undefined for what is not there is no fault': ofShared(async (shared) => {
    await shared.write('/users', undefined)
    assert.deepEqual(await textsOf(shared), {})
  }),
  'names and texts are kept exactly': ofShared(async (shared) => {
    const names = ['', 'a', 'A', 'a ', "'", '"', '%', '_', '\\', 'é', 'e\u0301', '😀', 'x'.repeat(1000), '{"json":[1]}', '\n']
    for (const name of names) await shared.write(name, `text of ${name}`)
    await shared.write('a', '')
    const texts = await shared.read()
    assert.equal(texts.size, names.length)
    for (const name of names) assert.equal(texts.get(name), name === 'a' ? '' : `text of ${name}`)
  }),
  'writes at the same time are all kept': ofShared(async (shared) => {
    const names = Array.from({ length: 10 }, (_, n) => `/resource/${n}`)
    await Promise.all(names.map(async (name) => shared.write(name, name)))
    assert.deepEqual(await textsOf(shared), Object.fromEntries(names.map((name) => [name, name])))
  }),
  'of writes of one name at the same time one is kept': ofShared(async (shared) => {
    await Promise.all(['a', 'b', 'c'].map(async (text) => shared.write('/users', text)))
    const texts = await textsOf(shared)
    assert.deepEqual(Object.keys(texts), ['/users'])
    assert.ok(['a', 'b', 'c'].includes(texts['/users'] as string))
  }),
  'it makes no collection, and is no secret': ofShared(async (shared, store) => {
    const secret = await store.secret()
    await shared.write('secret', 'mine')
    await shared.write('/users', 'all')
    assert.deepEqual([...await store.collections()], [])
    assert.equal(await store.secret(), secret)
    assert.equal((await shared.read()).get('secret'), 'mine')
  })
})
