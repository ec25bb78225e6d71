import { DeadlineExceeded, breaksConnection, codeOf } from './postgres-errors.ts'
import { isEmbedded, isPool } from './postgres-handle.ts'
import type { NamedStatement, PlainPostgres, PostgresClient, PostgresHandle, PostgresPool, PostgresResult } from './postgres-handle.ts'

/** One statement with its parameters, and the name under which it may be kept prepared. */
export interface Statement {
  readonly text: string
  readonly values: readonly unknown[]
  readonly name: string | undefined
}

/** Runs statements one after the other on one connection. */
export type Run = (text: string, values?: readonly unknown[], milliseconds?: number) => Promise<unknown[]>

/** The way to a database, with a limit of time on everything: whoever is over it gets `DeadlineExceeded`. */
export interface PostgresLink {
  /** Whether statements with a name are kept prepared. */
  readonly keepsNames: boolean
  /** Runs one statement, which is a transaction of its own. */
  readonly run: (statement: Statement, milliseconds: number) => Promise<unknown[]>
  /** Runs `work` within one transaction; each of its statements has the time, if it names no other. */
  readonly transact: <Result>(work: Work<Result>, milliseconds: number) => Promise<Result>
}

/** What is done in a transaction; `atomic` is false where the handle cannot have one, and each statement is its own. */
export type Work<Result> = (run: Run, atomic: boolean) => Promise<Result>

/** The link through a handle of any shape. */
export function linkTo (handle: PostgresHandle): PostgresLink {
  const plain: PostgresLink = {
    keepsNames: false,
    run: async ({ text, values }, milliseconds) => (await within(milliseconds, handle.query(text, values as unknown[]))).rows,
    transact: async (work, milliseconds) => work(runOn(handle, milliseconds), false)
  }
  if (isPool(handle)) return 'totalCount' in handle ? linkToPool(handle) : { ...plain, transact: linkToPool(handle).transact }
  return isEmbedded(handle) ? { ...plain, transact: async (work, milliseconds) => handle.transaction(async (transaction) => work(runOn(transaction, milliseconds), true)) } : plain
}

function runOn (handle: PlainPostgres, milliseconds: number): Run {
  return async (text, values = [], limit = milliseconds) => (await within(limit, handle.query(text, values as unknown[]))).rows
}

function linkToPool (pool: PostgresPool): PostgresLink {
  return {
    keepsNames: true,
    run: (statement, milliseconds) => runOnce(pool, statement, milliseconds),
    async transact (work, milliseconds) {
      const client = await borrow(pool, milliseconds)
      const onClient = runOn(client, milliseconds)
      let broken = false
      const run: Run = async (text, values, limit) => {
        try {
          return await onClient(text, values, limit)
        } catch (error) {
          broken ||= breaksConnection(error)
          throw error
        }
      }
      try {
        await run('BEGIN')
        const result = await work(run, true)
        await run('COMMIT')
        return result
      } catch (error) {
        if (!broken) await run('ROLLBACK').catch(() => {})
        throw error
      } finally {
        // With an unfinished transaction it must not be lent again: closing it rolls back.
        client.release(broken)
      }
    }
  }
}

/** Somebody else may have made the server forget the name (`DISCARD ALL`): then nothing was run. */
async function queryByName (client: PostgresClient, statement: NamedStatement): Promise<PostgresResult> {
  try {
    return await client.query(statement)
  } catch (error) {
    if (codeOf(error) !== '26000') throw error
    return client.query(statement.text, statement.values)
  }
}

/** One limit for both, waiting for a connection and for the answer: every statement comes through here. */
function runOnce (pool: PostgresPool, { text, values, name }: Statement, milliseconds: number): Promise<unknown[]> {
  return new Promise((resolve, reject) => {
    let client: PostgresClient | undefined
    let isOver = false
    const end = (broken: boolean): boolean => {
      if (isOver) return false
      isOver = true
      clearTimeout(timer)
      client?.release(broken)
      return true
    }
    const timer = setTimeout(() => { if (end(true)) reject(new DeadlineExceeded()) }, milliseconds)
    pool.connect().then((lent) => {
      if (isOver) {
        // A connection that comes too late goes back at once.
        lent.release()
        throw new DeadlineExceeded()
      }
      client = lent
      listen(lent)
      return name === undefined ? lent.query(text, values as unknown[]) : queryByName(lent, { name, text, values: values as unknown[] })
    }).then(
      ({ rows }) => { if (end(false)) resolve(rows) },
      (error: unknown) => { if (end(breaksConnection(error))) reject(error) })
  })
}

/** A connection that comes too late goes back at once. */
async function borrow (pool: PostgresPool, milliseconds: number): Promise<PostgresClient> {
  const coming = pool.connect()
  try {
    const client = await within(milliseconds, coming)
    listen(client)
    return client
  } catch (error) {
    if (error instanceof DeadlineExceeded) coming.then((client) => client.release(), () => {})
    throw error
  }
}

/** A connection that ends fails its statement, and tells of it as an event too; a pool listens only while it is not lent. */
function listen (client: PostgresClient): void {
  if (client.listenerCount?.('error') === 0) client.on?.('error', () => {})
}

/** What `promise` brings, or `DeadlineExceeded` after so many milliseconds. */
export async function within<Result> (milliseconds: number, promise: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new DeadlineExceeded()), milliseconds)
  })
  try {
    return await Promise.race([promise, deadline])
  } finally {
    clearTimeout(timer)
  }
}
