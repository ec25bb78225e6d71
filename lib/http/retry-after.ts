// The largest delta-seconds that every recipient can represent (RFC 9111 section 1.2.2)
const maxSeconds = 2 ** 31 - 1

// IMF-fixdate has four digits for the year (RFC 9110 section 5.6.7)
const maxTime = Date.UTC(9999, 11, 31, 23, 59, 59)

/**
 * The value of `Retry-After` (RFC 9110 section 10.2.3).
 *
 * @param retryAfter seconds from now, rounded up, or the instant; what is past, negative or not a number gives `0`
 * @param now the present in milliseconds since the epoch, default `Date.now()`
 * @returns whole seconds, or an HTTP-date for an instant in the future
 * @example
 * formatRetryAfter(119.2) // '120'
 */
export function formatRetryAfter (retryAfter: number | Date, now: number = Date.now()): string {
  if (retryAfter instanceof Date) return formatDate(retryAfter.getTime(), now)
  // the comparison is false for NaN
  return retryAfter > 0 ? String(Math.min(Math.ceil(retryAfter), maxSeconds)) : '0'
}

// An HTTP-date in the past would say the same, but it depends on the client's clock
function formatDate (time: number, now: number): string {
  return time > now ? new Date(Math.min(time, maxTime)).toUTCString() : '0'
}

// All three forms of RFC 9110 section 5.6.7; Date.parse alone would take '1.5' for a day in January
const httpDate = /^(?:[A-Z][a-z]{2,8}, .* GMT|[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4})$/

/**
 * Reads the value of `Retry-After` (RFC 9110 section 10.2.3).
 *
 * @param field the header value; null where there is none
 * @returns seconds, or the instant; undefined for what is neither
 * @example
 * parseRetryAfter('120') // 120
 */
export function parseRetryAfter (field: string | null): number | Date | undefined {
  const text = field?.trim() ?? ''
  if (/^\d+$/.test(text)) return Math.min(Number(text), maxSeconds)
  if (!httpDate.test(text)) return undefined
  const time = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`)
  return Number.isNaN(time) ? undefined : new Date(time)
}
