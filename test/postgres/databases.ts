import pg from 'pg'
import type { Test } from 'tap'
import { postgresStore } from '../../lib/postgres.ts'
import type { PostgresStoreOptions } from '../../lib/postgres.ts'
import type { Store } from '../../lib/stores/store.ts'
import type { Cluster } from './cluster.ts'

let schemas = 0

/** A connection string on a schema that is empty, which is quicker to make than a database. */
export async function emptySchema (cluster: Cluster): Promise<string> {
  const schema = `schema_${++schemas}`
  await cluster.query(`CREATE SCHEMA ${schema}`)
  return `${cluster.url()}?options=-csearch_path%3D${schema}`
}

/** A pool on a connection string, closed at the end of the test. */
export function openPool (t: Pick<Test, 'teardown'>, connectionString: string, settings: pg.PoolConfig = {}): pg.Pool {
  const pool = new pg.Pool({ connectionString, ...settings })
  pool.on('error', () => {})
  t.teardown(async () => pool.end())
  return pool
}

/** A store on a connection string, closed at the end of the test. */
export function openStore (t: Pick<Test, 'teardown'>, connectionString: string, options?: PostgresStoreOptions): Store {
  const store = postgresStore(connectionString, options)
  t.teardown(async () => store.detach())
  return store
}

/** Gives empty stores on one cluster to laws that take them synchronously: so many schemas are made before. */
export async function manyStores (cluster: Cluster, many: number): Promise<(t: Test) => Store> {
  const urls: string[] = []
  for (let n = 0; n < many; n++) urls.push(await emptySchema(cluster))
  return (t) => {
    const url = urls.pop()
    if (url === undefined) throw new Error('more stores are asked for than schemas were made')
    return openStore(t, url, { poolSize: 4 })
  }
}
