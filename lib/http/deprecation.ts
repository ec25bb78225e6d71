/**
 * The value of `Deprecation` (RFC 9745 section 2.1): a Date of structured fields, in whole seconds.
 *
 * @throws RangeError where `date` is no instant
 * @example
 * formatDeprecation(new Date('2026-01-01T00:00:00Z')) // '@1767225600'
 */
export function formatDeprecation (date: Date): string {
  return `@${Math.floor(timeOf(date) / 1000)}`
}

/**
 * The value of `Sunset` (RFC 8594 section 3): an HTTP-date in its preferred format (RFC 9110 section 5.6.7).
 *
 * @throws RangeError where `date` is no instant of the years 0 to 9999, which are all that an HTTP-date can tell
 * @example
 * formatSunset(new Date('2026-12-31T23:59:59Z')) // 'Thu, 31 Dec 2026 23:59:59 GMT'
 */
export function formatSunset (date: Date): string {
  const year = new Date(timeOf(date)).getUTCFullYear()
  if (year < 0 || year > 9999) throw new RangeError('The year of the date must have four digits')
  return date.toUTCString()
}

function timeOf (date: Date): number {
  const time = date.getTime()
  if (Number.isNaN(time)) throw new RangeError('The date is no instant')
  return time
}
