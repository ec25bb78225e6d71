import { CREST_ERR_STORE_HANDLE } from '../store-errors.ts'

/** What a driver answers: rows as objects by column name. */
export interface PostgresResult {
  readonly rows: unknown[]
}

/** A statement that a driver keeps prepared under its name; `pg` takes it in place of a text. */
export interface NamedStatement {
  readonly name: string
  readonly text: string
  readonly values: unknown[]
}

/** One connection, lent by a pool of the shape of `pg.Pool`. */
export interface PostgresClient {
  /** Runs one statement. */
  query (statement: NamedStatement): Promise<PostgresResult>
  /** Runs one statement. */
  query (text: string, values?: unknown[]): Promise<PostgresResult>
  /** Gives the connection back; with `true` it is closed instead. */
  release (destroy?: boolean): void
  /** Where connections tell of their end: an event that nobody listens to ends the process. */
  on? (event: 'error', listener: (error: Error) => void): unknown
  /** How many listen. */
  listenerCount? (event: 'error'): number
}

/** A handle that lends connections: `pg.Pool`, and what has its shape. */
export interface PostgresPool {
  /** Lends a connection. */
  connect (): Promise<PostgresClient>
  /** Runs one statement on any connection. */
  query (text: string, values?: unknown[]): Promise<PostgresResult>
}

/** A handle that runs statements one by one: each is a transaction of its own. */
export interface PlainPostgres {
  /** A single `pg.Client` is none: statements of others would run within the store's transactions. */
  readonly processID?: never
  /** Runs one statement. */
  query (text: string, values?: unknown[]): Promise<PostgresResult>
}

/** A handle on one connection that runs transactions by itself: PGlite, and what has its shape. */
export interface EmbeddedPostgres extends PlainPostgres {
  /** Runs `work` in one transaction: committed when it resolves, rolled back when it rejects. */
  transaction<Result> (work: (transaction: PlainPostgres) => Promise<Result>): Promise<Result>
}

/**
 * What `postgresStore` needs of a driver: a `pg.Pool` and a PGlite database fit as they are. With `query` alone the store
 * works too, but a change of its rules on stored documents is not one transaction then.
 */
export type PostgresHandle = PostgresPool | EmbeddedPostgres | PlainPostgres

// What `pg` understands; anything else it takes for the name of a database or a host.
const connectionString = /^(?:postgres(?:ql)?:\/\/|socket:|\/)/

/**
 * Refuses what is no connection string, without repeating it: it may hold a password.
 *
 * @throws CREST_ERR_STORE_HANDLE
 */
export function checkConnectionString (text: string): string {
  if (!connectionString.test(text)) throw new CREST_ERR_STORE_HANDLE('the text does not begin with postgres://')
  // As pg reads it: what is not encoded, such as # in a password, makes it none.
  if (text.startsWith('postgres') && !URL.canParse(text)) throw new CREST_ERR_STORE_HANDLE('the text is no URL, perhaps as something in it is not percent-encoded')
  return text
}

/**
 * Refuses what is no handle; a single `pg.Client` is none, as statements of others would run within the store's transactions.
 *
 * @throws CREST_ERR_STORE_HANDLE
 */
export function checkHandle (handle: unknown): PostgresHandle {
  if (typeof handle !== 'object' || handle === null) throw new CREST_ERR_STORE_HANDLE(`${handle === null ? 'null' : typeof handle} is none`)
  if (typeof (handle as { query?: unknown }).query !== 'function') throw new CREST_ERR_STORE_HANDLE('it has no method query')
  if ('processID' in handle) throw new CREST_ERR_STORE_HANDLE('a single pg.Client is none, use a pg.Pool')
  return handle as PostgresHandle
}

/** Whether a handle lends connections. */
export function isPool (handle: PostgresHandle): handle is PostgresPool {
  return 'connect' in handle && typeof handle.connect === 'function'
}

/** Whether a handle runs transactions by itself. */
export function isEmbedded (handle: PostgresHandle): handle is EmbeddedPostgres {
  return 'transaction' in handle && typeof handle.transaction === 'function'
}
