import { parseJsonPointer, resolvePointer } from './json-pointer.ts'
import { BadRequest } from '../errors.ts'
import type { JsonObject } from '../json.ts'

// RFC 3339 section 5.6; letters in either case, as its note allows. The blank instead of `T` is only a habit of
// applications there, not part of the grammar, and refused.
const dateTime = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:Z|([+-])(\d\d):(\d\d))$/i

/**
 * The instant from which on a document is gone, read from its content.
 *
 * @param pointer JSON pointer to the RFC 3339 date-time; undefined where documents never expire
 * @returns milliseconds since the epoch, a broken millisecond rounded up; undefined where the member is missing or null
 * @throws BadRequest for any other value; RangeError for a pointer that is none
 * @example
 * expiryOf('/until', { until: '1970-01-01T00:00:01.5Z' }) // 1500
 */
export function expiryOf (pointer: string | undefined, content: JsonObject): number | undefined {
  if (pointer === undefined) return undefined
  const tokens = parseJsonPointer(pointer)
  if (tokens === undefined) throw new RangeError(`${JSON.stringify(pointer)} is not a JSON pointer`)
  const value = resolvePointer(content, tokens)
  if (value === undefined || value === null) return undefined
  const instant = typeof value === 'string' ? parseDateTime(value) : undefined
  if (instant === undefined) {
    throw new BadRequest(`${pointer} must be an RFC 3339 date-time`, { detail: { pointer } })
  }
  return instant
}

function parseDateTime (text: string): number | undefined {
  const match = dateTime.exec(text)
  if (match === null) return undefined
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [number, number, number, number, number, number]
  const [fraction = '', sign = '+', offsetHour = '00', offsetMinute = '00'] = match.slice(7) as Array<string | undefined>
  if (hour > 23 || minute > 59 || second > 60 || Number(offsetHour) > 23 || Number(offsetMinute) > 59) return undefined

  // Date.UTC reads years below 100 as 19xx, setUTCFullYear does not.
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined

  const offset = (Number(offsetHour) * 60 + Number(offsetMinute)) * (sign === '-' ? -1 : 1)
  const minutes = hour * 60 + minute - offset
  // A leap second ends a day in UTC (RFC 3339 section 5.7); its length is not in POSIX time.
  if (second === 60 && (minutes + 1) % 1440 !== 0) return undefined
  return date.getTime() + minutes * 60_000 + second * 1000 + milliseconds(fraction)
}

// By digits: a product with 1000 would not be exact. Rounded up, for the instant must have passed.
function milliseconds (fraction: string): number {
  return Number(fraction.slice(0, 3).padEnd(3, '0')) + (/[1-9]/.test(fraction.slice(3)) ? 1 : 0)
}
