import { CREST_ERR_STORE_OPTION } from '../store-errors.ts'

/** Options of `postgresStore`. */
export interface PostgresStoreOptions {
  /**
   * The limit of every statement, of which a call of the store has one or a few, in milliseconds: waiting for a connection, for
   * locks of others, and for the answer. Beyond it the call throws `ServiceUnavailable`, and its connection is given up. Default 5000.
   */
  readonly timeout?: number
  /** How many connections the store opens at most, given a connection string. Default 10. */
  readonly poolSize?: number
  /**
   * How often each process that uses the store removes what has expired and tombstones whose time is over, in milliseconds;
   * 0 is never. Processes share the work. Default 60000.
   */
  readonly purgeInterval?: number
  /**
   * Whether the server keeps statements prepared, by names that begin with `crest_`, on a `pg.Pool` or given a connection
   * string. `false` for poolers that give each transaction another connection and do not follow names. Default `true`.
   */
  readonly prepare?: boolean
}

/** The options with their defaults. */
export type PostgresSettings = Required<PostgresStoreOptions>

const defaults: PostgresSettings = { timeout: 5000, poolSize: 10, purgeInterval: 60_000, prepare: true }

// The longest that a timer waits.
const longest = 2 ** 31 - 1

/**
 * The settings that options make.
 *
 * @throws CREST_ERR_STORE_OPTION naming the option
 */
export function checkPostgresOptions (options: unknown): PostgresSettings {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) throw new CREST_ERR_STORE_OPTION('options', 'must be an object')
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(defaults, name)) throw new CREST_ERR_STORE_OPTION(name, `is unknown; known are ${Object.keys(defaults).join(', ')}`)
    if (value === undefined) continue
    if (name === 'prepare') {
      if (typeof value !== 'boolean') throw new CREST_ERR_STORE_OPTION(name, 'must be true or false')
    } else if (!Number.isInteger(value) || value < (name === 'purgeInterval' ? 0 : 1) || value > longest) {
      throw new CREST_ERR_STORE_OPTION(name, `must be a whole number from ${name === 'purgeInterval' ? 0 : 1} to ${longest}`)
    }
  }
  return { ...defaults, ...Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) }
}
