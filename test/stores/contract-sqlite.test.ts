import { createRequire } from 'node:module'
import { join } from 'node:path'
import t from 'tap'
import type { Test } from 'tap'
import { sqliteStore } from '../../lib/stores/sqlite.ts'
import type { SqliteHandle } from '../../lib/stores/sqlite.ts'
import type { Store } from '../../lib/stores/store.ts'
import { storeContract } from '../../lib/testing.ts'

type Database = new (file: string) => SqliteHandle & { close (): unknown }

const Libsql = createRequire(import.meta.url)('libsql') as Database
const builtIn = process.getBuiltinModule('node:sqlite') as { DatabaseSync: Database } | undefined

t.test('the contract holds for a file, with the driver of the store', async (t) => {
  const directory = t.testdir({})
  let files = 0
  await storeContract(() => sqliteStore(join(directory, `${++files}.db`)), (name, run) => t.test(name, run))
})

for (const [name, Driver] of [['libsql', Libsql], ['node:sqlite', builtIn?.DatabaseSync]] as const) {
  t.test(`the contract holds for a handle of ${name}`, { skip: Driver === undefined && 'this Node has none' }, async (t) => {
    const makeStore = (t: Test): Store => {
      const handle = new Driver!(':memory:')
      t.teardown(() => handle.close())
      return sqliteStore(handle)
    }
    await storeContract(makeStore, (name, run) => t.test(name, run))
  })
}
