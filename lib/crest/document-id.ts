import { defaultLimits } from '../limits.ts'

/** What an id must be, for messages. */
export function idRule (idLength: number = defaultLimits.idLength): string {
  return `An id is 1 to ${idLength} bytes of UTF-8 without control characters, and not . or ..`
}

// C0, DEL and C1 control characters, and surrogates without their other half.
const forbidden = /[\p{Cc}\p{Cs}]/u

// Not Buffer: clients in browsers judge ids too.
const utf8 = new TextEncoder()

/**
 * Why `id` cannot be the id of a document, or undefined if it can: 1 to `idLength` bytes of UTF-8, 255 by default, without control characters and
 * lone surrogates, and neither `.` nor `..`, which HTTP clients remove from a path (RFC 3986 section 5.2.4).
 * What is both too long and malformed is too long.
 */
export function idProblem (id: string, idLength: number = defaultLimits.idLength): 'too-long' | 'malformed' | undefined {
  if (isTooLong(id, idLength)) return 'too-long'
  return id === '' || id === '.' || id === '..' || forbidden.test(id) ? 'malformed' : undefined
}

/** Whether a text has more than `idLength` bytes of UTF-8, 255 by default. */
export function isTooLong (id: string, idLength: number = defaultLimits.idLength): boolean {
  // One unit of UTF-16 is at most three bytes: most ids need no counting.
  return id.length > idLength / 3 && (id.length > idLength || utf8.encode(id).length > idLength)
}
