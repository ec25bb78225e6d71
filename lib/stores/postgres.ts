import { randomBytes } from 'node:crypto'
import type { CollectionRules, SharedState, Store, StoreCollection } from './store.ts'
import { PostgresCollection } from './postgres/postgres-collection.ts'
import { PostgresConnection } from './postgres/postgres-connection.ts'
import { checkConnectionString, checkHandle } from './postgres/postgres-handle.ts'
import type { PostgresHandle } from './postgres/postgres-handle.ts'
import { linkTo } from './postgres/postgres-link.ts'
import { checkPostgresOptions } from './postgres/postgres-options.ts'
import type { PostgresStoreOptions, PostgresSettings } from './postgres/postgres-options.ts'
import { openPool } from './postgres/postgres-open.ts'
import type { OwnPool } from './postgres/postgres-open.ts'
import { createBackgroundPurge } from './postgres/postgres-background.ts'
import type { BackgroundPurge } from './postgres/postgres-background.ts'
import { ensureSchema, keepMeta } from './postgres/postgres-schema.ts'
import { sharedState } from './postgres/postgres-shared.ts'

export type { EmbeddedPostgres, NamedStatement, PlainPostgres, PostgresClient, PostgresHandle, PostgresPool, PostgresResult } from './postgres/postgres-handle.ts'
export type { PostgresStoreOptions } from './postgres/postgres-options.ts'

/**
 * A store in a PostgreSQL database, or in a distributed one that speaks its protocol; any number of processes may use it.
 *
 * Given a connection string, a pool of connections is opened at the first use, with the package `pg`, and closed when the
 * last app that uses the store closes. A handle that is handed in (a `pg.Pool`, PGlite) is never closed, and keeps its own
 * settings; put a listener for `error` on a pool. The tables begin with `crest_` and are made at the first use, in the
 * first schema of the connection's `search_path`.
 *
 * Every write is one statement that compares and sets: what was acknowledged is committed, as durable as the database's
 * `synchronous_commit` makes it. Operations throw `ServiceUnavailable` while the database cannot be reached, does not
 * answer within `timeout`, stops or starts; whether a write was done is not known then. The first one throws
 * `CREST_ERR_STORE_DRIVER` where `pg` is not installed and `CREST_ERR_STORE_VERSION` for tables of a newer release, the
 * first one on a collection `CREST_ERR_STORE_UNIQUE` if its documents break a constraint declared since.
 *
 * @param handleOrConnectionString `postgres://user:password@host/database`, or an open pool or database
 * @throws CREST_ERR_STORE_HANDLE for anything else
 * @throws CREST_ERR_STORE_OPTION for an option that is unknown or ill-typed
 * @example
 * await app.register(commonRest, { store: postgresStore('postgres://app:secret@127.0.0.1/app') })
 */
export function postgresStore (handleOrConnectionString: PostgresHandle | string, options: PostgresStoreOptions = {}): Store {
  const settings = checkPostgresOptions(options)
  return new PostgresStore(typeof handleOrConnectionString === 'string' ? checkConnectionString(handleOrConnectionString) : checkHandle(handleOrConnectionString), settings)
}

class PostgresStore implements Store {
  readonly shared: SharedState
  readonly #target: string | PostgresHandle
  readonly #settings: PostgresSettings
  readonly #purge: BackgroundPurge
  /** The connection, once it is there: then nothing waits for a promise. */
  #connection: PostgresConnection | undefined
  #opening: Promise<PostgresConnection> | undefined
  #pool: OwnPool | undefined
  #users = 0
  #secret: string | undefined

  constructor (target: string | PostgresHandle, settings: PostgresSettings) {
    this.#target = target
    this.#settings = settings
    this.#purge = createBackgroundPurge(settings.purgeInterval)
    this.shared = sharedState(async () => this.#open())
  }

  collection (path: string, rules: CollectionRules): StoreCollection {
    const collection = new PostgresCollection(this.#open, path, rules)
    this.#purge.include(path, rules, collection)
    return collection
  }

  async collections (): Promise<readonly string[]> {
    const connection = await this.#open()
    // Jumps from path to path; DISTINCT would read the whole table.
    const rows = await connection.all<{ path: string }>(`
      WITH RECURSIVE paths (path) AS (
        (SELECT collection FROM crest_documents ORDER BY collection LIMIT 1)
        UNION ALL
        SELECT (SELECT collection FROM crest_documents WHERE collection > path ORDER BY collection LIMIT 1) FROM paths WHERE path IS NOT NULL
      )
      SELECT path FROM paths WHERE path IS NOT NULL`)
    return rows.map(({ path }) => path)
  }

  async secret (): Promise<string> {
    // It never changes: what was read once holds as long as the store does.
    this.#secret ??= await keepMeta(await this.#open(), 'secret', randomBytes(32).toString('base64url'))
    return this.#secret
  }

  attach (): void {
    this.#users++
    this.#purge.start()
  }

  async detach (): Promise<void> {
    this.#users = Math.max(0, this.#users - 1)
    if (this.#users > 0) return
    await this.#purge.stop()
    if (typeof this.#target !== 'string') return
    await Promise.resolve(this.#opening).catch(() => {})
    // A pool that ends serves nobody who waits for one of its connections.
    await this.#connection?.idle()
    const pool = this.#pool
    this.#pool = this.#connection = this.#opening = undefined
    await pool?.end()
  }

  readonly #open = (): Promise<PostgresConnection> | PostgresConnection => {
    if (this.#connection !== undefined) return this.#connection
    this.#opening ??= this.#connect()
    return this.#opening
  }

  async #connect (): Promise<PostgresConnection> {
    try {
      const link = linkTo(typeof this.#target === 'string' ? (this.#pool ??= await openPool(this.#target, this.#settings)) : this.#target)
      const connection = new PostgresConnection(link, this.#settings)
      await connection.askEngine()
      await ensureSchema(connection)
      this.#connection = connection
      return connection
    } catch (error) {
      // The next call tries again.
      this.#opening = undefined
      throw error
    }
  }
}
