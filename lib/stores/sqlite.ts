import { randomBytes } from 'node:crypto'
import { SqliteCollection } from './sqlite/sqlite-collection.ts'
import { SqliteConnection, reportTransient } from './sqlite/sqlite-handle.ts'
import { openSqliteFile } from './sqlite/sqlite-open.ts'
import { ensureSchema, readMeta, writeMeta } from './sqlite/sqlite-schema.ts'
import { sqliteSharedState } from './sqlite/sqlite-shared-state.ts'
import type { SqliteHandle } from './sqlite/sqlite-handle.ts'
import type { CollectionRules, SharedState, Store, StoreCollection } from './store.ts'

export type { SqliteHandle, SqliteStatement } from './sqlite/sqlite-handle.ts'

/**
 * A store in a SQLite database. All its methods answer synchronously; several processes may use one file.
 *
 * Given a file name, the file is opened at the first use (at the latest when an app with a resource in it gets ready), with
 * `node:sqlite` where the running Node has it and with the package `libsql` otherwise, and closed when the last app that uses
 * the store closes. It is in WAL mode and
 * synced at every write, so that what was acknowledged outlasts a crash of the machine; a process waits 5 seconds
 * for the others. `':memory:'` lasts until it is closed. Within one process, do not open the same file with another
 * driver too: two SQLite libraries undo each other's locks (sqlite.org/howtocorrupt.html section 2.2.1).
 *
 * A handle that is handed in (`node:sqlite`, better-sqlite3, libsql) is never closed, and keeps its own settings:
 * its journal mode, `synchronous`, `busy_timeout` and `user_version` are the application's. The tables of the store
 * begin with `crest_`.
 *
 * Operations throw `ServiceUnavailable` while the database is locked for longer, the disk is full or fails; the first
 * one throws `CREST_ERR_STORE_DRIVER` without a driver and `CREST_ERR_STORE_VERSION` for a file of a newer release,
 * the first one on a collection `CREST_ERR_STORE_UNIQUE` if its documents break a constraint declared since.
 *
 * @param fileOrHandle the name of a database file, made if it is missing, or an open database
 * @example
 * await app.register(commonRest, { store: sqliteStore('app.db') })
 */
export function sqliteStore (fileOrHandle: string | SqliteHandle): Store {
  return new SqliteStore(fileOrHandle)
}

class SqliteStore implements Store {
  readonly shared: SharedState = sqliteSharedState(() => this.#open())
  readonly #target: string | SqliteHandle
  #connection: SqliteConnection | undefined
  #users = 0
  #secret: string | undefined

  constructor (target: string | SqliteHandle) {
    this.#target = target
  }

  collection (path: string, rules: CollectionRules): StoreCollection {
    return new SqliteCollection(this.#open, path, rules)
  }

  collections (): readonly string[] {
    // Jumps from path to path; DISTINCT would read the whole table.
    return this.#open().all<{ path: string }>(`
      WITH RECURSIVE paths (path) AS (
        SELECT min(collection) FROM crest_documents
        UNION ALL
        SELECT (SELECT min(collection) FROM crest_documents WHERE collection > path) FROM paths WHERE path IS NOT NULL
      )
      SELECT path FROM paths WHERE path IS NOT NULL`).map(({ path }) => path)
  }

  secret (): string {
    // It never changes: what was read once holds as long as the store does.
    this.#secret ??= this.#readSecret()
    return this.#secret
  }

  #readSecret (): string {
    const connection = this.#open()
    const secret = readMeta(connection, 'secret')
    if (secret !== undefined) return secret
    return connection.transaction('BEGIN IMMEDIATE', () => {
      // Another process may have been quicker.
      const theirs = readMeta(connection, 'secret')
      if (theirs !== undefined) return theirs
      const ours = randomBytes(32).toString('base64url')
      writeMeta(connection, 'secret', ours)
      return ours
    })
  }

  attach (): void {
    this.#users++
  }

  detach (): void {
    this.#users = Math.max(0, this.#users - 1)
    if (this.#users > 0 || typeof this.#target !== 'string') return
    const connection = this.#connection
    this.#connection = undefined
    connection?.close()
  }

  readonly #open = (): SqliteConnection => {
    this.#connection ??= connect(this.#target)
    return this.#connection
  }
}

function connect (target: string | SqliteHandle): SqliteConnection {
  const own = typeof target === 'string'
  const connection = new SqliteConnection(own ? reportTransient(() => openSqliteFile(target)) : target)
  try {
    ensureSchema(connection, own)
  } catch (error) {
    if (own) connection.close()
    throw error
  }
  return connection
}
