import { LRUCache } from 'lru-cache'
import type { Sql } from 'sql-template-tag'
import { ServiceUnavailable } from '../../errors.ts'

/** What is bound to the parameters of a statement. */
export type SqliteValue = string | number | null

/**
 * A prepared statement of {@link SqliteHandle}. Its parameters are strings, numbers and null; typed as `unknown`, since
 * the declarations of better-sqlite3 and libsql would not fit anything narrower.
 */
export interface SqliteStatement {
  /** Runs the statement to its end; what it returns is ignored. */
  run (...parameters: unknown[]): unknown
  /** The first row, an object by column name; undefined where there is none. */
  get (...parameters: unknown[]): unknown
  /** All rows, objects by column name; empty where there are none. */
  all (...parameters: unknown[]): unknown[]
}

/** What the store needs of a SQLite driver: `node:sqlite`, better-sqlite3 and libsql databases fit as they are. */
export interface SqliteHandle {
  /** Runs SQL text without parameters; what it returns is ignored. */
  exec (sql: string): unknown
  /** Prepares one statement, to be run any number of times. */
  prepare (sql: string): SqliteStatement
  /** Closes the database; called only on what the store opened itself. */
  close? (): unknown
}

/** What a connection knows of a collection. */
export interface AdoptedRules {
  readonly signature: string
  /** The lists of entries by JSON pointer. */
  readonly lists: ReadonlyMap<string, number>
}

/**
 * A handle with its prepared statements. What a later try may mend (another process holds the lock beyond the
 * busy timeout, no space on the disk, an I/O error) is thrown as `ServiceUnavailable` with the driver's error as
 * `cause`; any other error of the driver as it is.
 *
 * SQLite suspends a statement that meets SQLITE_BUSY, so that it can be continued, and libsql 0.5 leaves it so
 * (tursodatabase/libsql-client-ts#352): from the next read on the connection would be stuck in that snapshot and
 * write no more. So locks for writing are taken by `exec`, which finalizes what it runs, and a suspended read is run
 * again, which ends it, before anything else.
 */
export class SqliteConnection {
  /** The rules that are known to be in force, by path. Paths may be without number; what is forgotten costs a SELECT. */
  readonly adopted: LRUCache<string, AdoptedRules> = new LRUCache({ max: 10_000 })
  readonly #handle: SqliteHandle
  // Bounded, as the statement of a query depends on its filter; what was prepared and goes is finalized with its object.
  readonly #statements = new LRUCache<string, SqliteStatement>({ max: 256 })
  #suspended: (() => unknown) | undefined
  #writing = false
  #depth = 0

  constructor (handle: SqliteHandle) {
    this.#handle = handle
  }

  /**
   * The rows of a statement that returns some: outside of a transaction, and in one without `BEGIN IMMEDIATE`, only
   * of one that writes nothing.
   */
  all<Row> (sql: string, ...parameters: SqliteValue[]): Row[] {
    return reportTransient(() => {
      this.#finish()
      const statement = this.#prepared(sql)
      return this.#ask(() => statement.all(...parameters)) as Row[]
    })
  }

  /** The rows of a statement that is put together, with its parameters. */
  rows<Row> (statement: Sql): Row[] {
    return this.all<Row>(statement.sql, ...statement.values as SqliteValue[])
  }

  /** The first row, if there is one. */
  first<Row> (sql: string, ...parameters: SqliteValue[]): Row | undefined {
    return this.all<Row>(sql, ...parameters)[0]
  }

  /** Runs a statement that returns no rows, within `BEGIN IMMEDIATE`. */
  run (sql: string, ...parameters: SqliteValue[]): void {
    reportTransient(() => this.#prepared(sql).run(...parameters))
  }

  /** Whether a transaction is under way: what is done now is a part of it. */
  get inTransaction (): boolean { return this.#depth > 0 }

  /**
   * Runs `body` in a transaction: committed if `keep` says so of its result (default always), otherwise, and if
   * anything throws, rolled back. Within another one's `body` it is a part of that, which is undone alone.
   *
   * @param begin `BEGIN IMMEDIATE` to write: nobody else does between what is read and what is written then
   */
  transaction<Result> (begin: 'BEGIN' | 'BEGIN IMMEDIATE', body: () => Result, keep: (result: Result) => boolean = () => true): Result {
    if (this.#depth > 0) return this.#part(body, keep)
    reportTransient(() => {
      this.#finish()
      this.#handle.exec(begin)
    })
    this.#writing = begin === 'BEGIN IMMEDIATE'
    this.#depth++
    try {
      const result = body()
      reportTransient(() => this.#handle.exec(keep(result) ? 'COMMIT' : 'ROLLBACK'))
      return result
    } catch (error) {
      this.#writing = false
      this.#undo('ROLLBACK')
      throw error
    } finally {
      this.#writing = false
      this.#depth--
    }
  }

  #part<Result> (body: () => Result, keep: (result: Result) => boolean): Result {
    reportTransient(() => this.#handle.exec('SAVEPOINT part'))
    try {
      const result = body()
      reportTransient(() => {
        if (!keep(result)) this.#handle.exec('ROLLBACK TO part')
        this.#handle.exec('RELEASE part')
      })
      return result
    } catch (error) {
      this.#undo('ROLLBACK TO part')
      this.#undo('RELEASE part')
      throw error
    }
  }

  /** After a full disk or an I/O error SQLite has rolled back by itself. What counts is the first error. */
  #undo (how: string): void {
    try {
      this.#handle.exec(how)
    } catch {}
  }

  /** Closes the handle. */
  close (): void {
    try {
      // libsql cannot finalize statements, and really closes only when they are collected as garbage. The file is to
      // be complete without its WAL at once; PASSIVE waits for nobody.
      this.#handle.exec('PRAGMA wal_checkpoint(PASSIVE)')
    } catch {
      // Nothing is lost: the next one to open the file reads the WAL.
    }
    this.#statements.clear()
    this.#handle.close?.()
  }

  #ask (question: () => unknown): unknown {
    try {
      return question()
    } catch (error) {
      if (isTransient(error) && !this.#writing) this.#suspended = question
      throw error
    }
  }

  #finish (): void {
    const question = this.#suspended
    this.#suspended = undefined
    if (question !== undefined) this.#ask(question)
  }

  #prepared (sql: string): SqliteStatement {
    let statement = this.#statements.get(sql)
    if (statement === undefined) {
      statement = this.#handle.prepare(sql)
      this.#statements.set(sql, statement)
    }
    return statement
  }
}

const transientName = /^SQLITE_(?:BUSY|LOCKED|IOERR|FULL)/
// SQLITE_BUSY, SQLITE_LOCKED, SQLITE_IOERR, SQLITE_FULL (sqlite.org/rescode.html)
const transientNumbers: ReadonlySet<number> = new Set([5, 6, 10, 13])

/** Whether a driver's error may be gone at the next try: `code` is a name in libsql and better-sqlite3, `errcode` a number in node:sqlite. */
export function isTransient (error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { code, errcode } = error as { readonly code?: unknown, readonly errcode?: unknown }
  // The lowest byte of an extended result code is the primary one.
  if (typeof errcode === 'number') return transientNumbers.has(errcode & 0xff)
  return typeof code === 'string' && transientName.test(code)
}

/** Runs `action`; an error for which {@link isTransient} holds becomes `ServiceUnavailable`. */
export function reportTransient<Result> (action: () => Result): Result {
  try {
    return action()
  } catch (error) {
    if (!isTransient(error)) throw error
    throw new ServiceUnavailable('The store is temporarily unavailable', { cause: error, retryAfter: 1 })
  }
}
