import { join } from 'node:path'
import t from 'tap'
import { memoryStore } from '../../lib/stores/memory.ts'
import { openSqliteFile } from '../../lib/stores/sqlite/sqlite-open.ts'
import { sqliteStore } from '../../lib/stores/sqlite.ts'
import { sharedStateLaws } from './shared-state-laws.ts'

let files = 0

t.test('the laws of shared state hold for a file', async t => {
  const directory = t.testdir({})
  await sharedStateLaws(t, (t, count) => {
    const file = join(directory, `${++files}.db`)
    return Array.from({ length: count }, () => {
      const store = sqliteStore(file)
      t.teardown(() => store.detach())
      return store
    })
  })
})

t.test('the laws of shared state hold in memory, for those who have the handle', async t => {
  await sharedStateLaws(t, (t, count) => {
    const handle = openSqliteFile(':memory:')
    t.teardown(() => handle.close())
    return Array.from({ length: count }, () => sqliteStore(handle))
  })
})

t.test('it outlasts those who have written it', async t => {
  const file = join(t.testdir({}), 'state.db')
  const before = sqliteStore(file)
  await before.shared?.write('a', 'text')
  await before.detach()
  const after = sqliteStore(file)
  t.teardown(() => after.detach())
  t.same(await after.shared?.read(), new Map([['a', 'text']]))
})

t.test('while the file is locked, writing fails as unavailable and changes nothing', async t => {
  const file = join(t.testdir({}), 'state.db')
  const handle = openSqliteFile(file)
  t.teardown(() => handle.close())
  handle.exec('PRAGMA busy_timeout = 0')
  const store = sqliteStore(handle)
  store.shared?.write('a', 'before')
  const other = openSqliteFile(file)
  t.teardown(() => other.close())
  other.exec('BEGIN IMMEDIATE')
  t.throws(() => store.shared?.write('a', 'after'), { name: 'ServiceUnavailable', statusCode: 503 })
  t.same(await store.shared?.read(), new Map([['a', 'before']]), 'reading waits for nobody')
  other.exec('ROLLBACK')
  store.shared?.write('a', 'after')
  t.same(await store.shared?.read(), new Map([['a', 'after']]))
})

t.test('no other process sees a memory store: it shares nothing', async t => {
  t.equal(memoryStore().shared, undefined)
})
