import { PGlite } from '@electric-sql/pglite'
import t from 'tap'
import { postgresStore } from '../../lib/postgres.ts'
import { storeContract } from '../../lib/testing.ts'
import { thorough } from '../thorough.ts'
import { startCluster } from './cluster.ts'
import { emptySchema, openPool } from './databases.ts'

const empty = 'DROP TABLE IF EXISTS crest_documents, crest_rules, crest_meta'

t.test('PostgreSQL keeps the contract of stores', async (t) => {
  const cluster = await startCluster(t, { fsync: 'off' })
  const url = await emptySchema(cluster)
  const pool = openPool(t, url)
  await storeContract(async () => {
    await pool.query(empty)
    return postgresStore(pool)
  }, t.test)
})

t.test('PGlite keeps the contract of stores', async (t) => {
  const database = await PGlite.create()
  t.teardown(async () => database.close())
  let filters = 0
  await storeContract(async () => {
    await database.exec(empty)
    return postgresStore(database)
  }, (name, run) => {
    // It is the same engine behind another driver: of the 160 filters, which PostgreSQL answers above, a sample is enough.
    if (!thorough && name.startsWith('filters: ') && filters++ % 4 !== 0) return undefined
    return t.test(name, run)
  })
  t.ok(thorough || filters > 100, `a sample of ${filters} filters`)
})
