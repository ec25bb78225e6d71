import { ResourceError, ServiceUnavailable } from '../errors.ts'
import type { Connection } from './connection.ts'
import { exchange } from './exchange.ts'
import type { Answer, ClientRequest } from './exchange.ts'
import { wait } from './wait.ts'

/** What a write is answered whose first try was done after all. */
const alreadyDone: ReadonlySet<number> = new Set([404, 409, 410, 412])

/**
 * Sends a request, and sends it again within the bounds of the connection where it is answered 503 with `Retry-After`.
 *
 * A 503 does not tell whether a write was done. Where its repetition meets what it may have done itself, that is no lost
 * race and no absent document: the 503 is thrown, with the answer to the repetition as `cause`.
 *
 * @throws as `exchange`
 */
export async function send (connection: Connection, request: ClientRequest): Promise<Answer> {
  const { attempts, maxWait } = connection.retry
  let left = maxWait
  let before: ResourceError | undefined
  for (let attempt = 1; ; attempt++) {
    try {
      return await exchange(connection, request)
    } catch (error) {
      if (!(error instanceof ResourceError)) throw error
      if (before !== undefined && request.method !== 'GET' && alreadyDone.has(error.statusCode)) throw undecided(before, error)
      const pause = request.repeatable && attempt < attempts ? pauseOf(error) : Infinity
      if (pause > left) throw error
      before = error
      left -= pause
      await wait(pause, request.options.signal)
    }
  }
}

/** Milliseconds until a request may come back; for ever where nobody said when. */
function pauseOf ({ statusCode, retryAfter }: ResourceError): number {
  if (statusCode !== 503 || retryAfter === undefined) return Infinity
  return retryAfter instanceof Date ? Math.max(retryAfter.getTime() - Date.now(), 0) : retryAfter * 1000
}

function undecided ({ message, retryAfter }: ResourceError, cause: ResourceError): ServiceUnavailable {
  return new ServiceUnavailable(`${message}; sent again it is ${cause.statusCode}, so it may have been done`, {
    cause,
    ...(retryAfter === undefined ? {} : { retryAfter })
  })
}
