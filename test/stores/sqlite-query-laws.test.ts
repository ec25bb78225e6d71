import { createRequire } from 'node:module'
import t from 'tap'
import type { Test } from 'tap'
import { sqliteStore } from '../../lib/stores/sqlite.ts'
import type { SqliteHandle } from '../../lib/stores/sqlite.ts'
import type { Store } from '../../lib/stores/store.ts'
import { cases } from '../thorough.ts'
import { acceptsLaws } from './accepts-laws.ts'
import { queryLaws } from './query-laws.ts'

type Database = new (file: string) => SqliteHandle & { close (): unknown }

const Libsql = createRequire(import.meta.url)('libsql') as Database
const builtIn = process.getBuiltinModule('node:sqlite') as { DatabaseSync: Database } | undefined

for (const [name, Driver, few] of [['libsql', Libsql, 2000], ['node:sqlite', builtIn?.DatabaseSync, 1000]] as const) {
  t.test(`the laws of queries hold for ${name}`, { skip: Driver === undefined && 'this Node has none' }, async (t) => {
    const makeStore = (t: Test): Store => {
      const handle = new Driver!(':memory:')
      t.teardown(() => handle.close())
      return sqliteStore(handle)
    }
    await queryLaws(t, makeStore, { cases: cases(few), many: 4000 })
    await acceptsLaws(t, makeStore, cases(few))
  })
}
