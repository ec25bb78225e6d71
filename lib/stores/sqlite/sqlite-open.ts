import { createRequire } from 'node:module'
import { isTransient } from './sqlite-handle.ts'
import { CREST_ERR_STORE_DRIVER } from '../store-errors.ts'
import type { SqliteHandle } from './sqlite-handle.ts'

/** Where the two drivers come from. */
export interface SqliteDrivers {
  /** The module `node:sqlite`, or undefined where the running Node has none. */
  nodeSqlite (): unknown
  /** The default export of `libsql`; throws where it is not installed. */
  libsql (): unknown
}

type Open = new (file: string) => SqliteHandle

const require = createRequire(import.meta.url)

const installed: SqliteDrivers = {
  nodeSqlite: () => process.getBuiltinModule('node:sqlite'),
  libsql: () => require('libsql')
}

/**
 * Opens a database file, made if it is missing, with `node:sqlite` where the running Node has it and with `libsql`
 * otherwise.
 *
 * @throws CREST_ERR_STORE_DRIVER where there is neither; the driver's error where the file cannot be opened
 */
export function openSqliteFile (file: string, drivers: SqliteDrivers = installed): SqliteHandle & { close (): unknown } {
  const handle = new (findDriver(drivers))(file) as SqliteHandle & { close (): unknown }
  try {
    handle.exec(`PRAGMA busy_timeout = ${busyTimeout}`)
    enterWal(handle)
    // WAL with NORMAL loses the last commits when the machine goes down: acknowledged means durable here.
    handle.exec('PRAGMA synchronous = FULL')
  } catch (error) {
    handle.close()
    throw error
  }
  return handle
}

const busyTimeout = 5000
const busyWait = 10

// SQLite does not call its busy handler while the journal mode is changed, so two processes that open a new file at
// the same time meet SQLITE_BUSY at once.
function enterWal (handle: SqliteHandle): void {
  const pause = new Int32Array(new SharedArrayBuffer(4))
  const end = Date.now() + busyTimeout
  let failure: unknown
  do {
    try {
      handle.exec('PRAGMA journal_mode = WAL')
      return
    } catch (error) {
      if (!isTransient(error)) throw error
      failure = error
    }
    Atomics.wait(pause, 0, 0, busyWait)
  } while (Date.now() < end)
  throw failure
}

function findDriver (drivers: SqliteDrivers): Open {
  const builtIn = drivers.nodeSqlite() as { readonly DatabaseSync: Open } | undefined
  if (builtIn !== undefined) return builtIn.DatabaseSync
  try {
    return drivers.libsql() as Open
  } catch (error) {
    throw Object.assign(new CREST_ERR_STORE_DRIVER('libsql'), { cause: error })
  }
}
