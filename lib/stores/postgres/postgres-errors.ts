import { BadRequest, ServiceUnavailable } from '../../errors.ts'

// SQLSTATE (postgresql.org/docs/current/errcodes-appendix.html)
const serializationFailures: ReadonlySet<string> = new Set(['40001', '40P01'])

/**
 * Connection exceptions (08, but for a violation of the protocol, which is a mistake), a statement whose end is unknown (40003), insufficient resources (53), a lock that is not
 * available (55P03), a statement cancelled (57014), a server that stops or starts (57P01 to 57P05), system errors (58),
 * and a server that only reads, as a standby does before it is promoted (25006).
 */
const transientState = /^(?:08(?!P01)|53|58|57P0)|^(?:40003|55P03|57014|25006)$/

const transientSystemCodes: ReadonlySet<string> = new Set([
  'ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'EHOSTDOWN', 'ENETUNREACH', 'ENETDOWN', 'ENOTFOUND', 'EAI_AGAIN',
  'EMFILE', 'ENFILE', 'EADDRNOTAVAIL', 'ENOENT'
])

// What pg says without a code: of a connection that ended, was never made, or was not free in time, and of a pool that ends.
const transientMessage = /^(?:Connection terminated|timeout exceeded when trying to connect|timeout expired|Query read timeout|Client has encountered a connection error|Client was closed|Cannot use a pool after calling end|The server closed the connection)/

/** The deadline of a call is over: nothing came, not even an error. */
export class DeadlineExceeded extends Error {
  constructor () { super('The database did not answer in time') }
}

/** The SQLSTATE of an error of the database, or the code of an error of the system; undefined where there is none. */
export function codeOf (error: unknown): string | undefined {
  const code = error instanceof Error ? (error as { readonly code?: unknown }).code : undefined
  return typeof code === 'string' ? code : undefined
}

/** Whether a transaction was undone because of others at the same time: running it again is safe, and may do. */
export function isSerializationFailure (error: unknown): boolean {
  return serializationFailures.has(codeOf(error) ?? '')
}

/** Whether a unique index refused a statement. */
export function isUniqueViolation (error: unknown): boolean {
  return codeOf(error) === '23505'
}

/** Whether the tables of the store are not there yet. */
export function isUndefinedTable (error: unknown): boolean {
  return codeOf(error) === '42P01'
}

/** Whether an error may be gone at the next try. Of a write it says nothing about whether it was done. */
export function isTransient (error: unknown): boolean {
  if (error instanceof DeadlineExceeded) return true
  if (!(error instanceof Error)) return false
  const code = codeOf(error)
  // All addresses of a host were tried (Node's happy eyeballs).
  if (error instanceof AggregateError) return code !== undefined && transientSystemCodes.has(code)
  if (code === undefined) return transientMessage.test(error.message)
  return serializationFailures.has(code) || transientState.test(code) || transientSystemCodes.has(code)
}

/** Whether the connection on which an error came must not be used again. */
export function breaksConnection (error: unknown): boolean {
  const code = codeOf(error)
  // An error of the database itself leaves its session as it was; but a standby stays one, and 08 and 57P0x end the session.
  return code === undefined || !/^[0-9A-Z]{5}$/.test(code) || /^(?:08|57P0|25006|26000|0A000)/.test(code)
}

/** What a call of the store throws for an error of the driver: what may pass is 503, what the database cannot keep 400. */
export function toStoreError (error: unknown): unknown {
  if (isTransient(error)) return new ServiceUnavailable('The store is temporarily unavailable', { cause: error, retryAfter: 1 })
  const code = codeOf(error)
  // program_limit_exceeded: a row of an index has 2704 bytes at most, of which path and id may take too much.
  if (code === '54000') return new BadRequest('The id and the path are too long for the store', { cause: error })
  // Text that is no UTF-8, and escapes of U+0000 (22P05) or of lone surrogates (22P02) in jsonb.
  if (code === '22021' || code === '22P05' || code === '22P02') return new BadRequest('The content has characters that the store cannot keep', { cause: error })
  return error
}
