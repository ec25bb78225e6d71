import { CREST_ERR_STORE_DRIVER } from '../store-errors.ts'
import type { PostgresPool } from './postgres-handle.ts'
import type { PostgresSettings } from './postgres-options.ts'

/** A pool that the store has opened itself. */
export interface OwnPool extends PostgresPool {
  /** Closes all connections, once they are given back. */
  end (): Promise<void>
}

interface Driver {
  readonly default: {
    readonly Pool: new (settings: object) => OwnPool & { on (event: 'error', listener: (error: Error) => void): unknown }
  }
}

/**
 * Opens a pool with the package `pg`, which is loaded for that alone. No connection is made yet.
 *
 * @throws CREST_ERR_STORE_DRIVER where `pg` is not installed
 */
export async function openPool (connectionString: string, { timeout, poolSize }: PostgresSettings, load: () => Promise<unknown> = async () => import('pg')): Promise<OwnPool> {
  const { default: { Pool } } = await loadDriver(load)
  const pool = new Pool({
    connectionString,
    max: poolSize,
    connectionTimeoutMillis: timeout,
    // The server gives up first, so that it is known that nothing was done.
    statement_timeout: Math.max(1, Math.floor(timeout * 0.8)),
    // A statement that waits in a transaction for one that never comes holds back others.
    idle_in_transaction_session_timeout: 60_000 + timeout,
    application_name: 'fastify-common-rest',
    keepAlive: true
  })
  // A connection that ends while nobody uses it is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => {})
  return pool
}

async function loadDriver (load: () => Promise<unknown>): Promise<Driver> {
  try {
    return await load() as Driver
  } catch (error) {
    throw Object.assign(new CREST_ERR_STORE_DRIVER('pg'), { cause: error })
  }
}
