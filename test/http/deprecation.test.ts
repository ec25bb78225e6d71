import t from 'tap'
import { formatDeprecation, formatSunset } from '../../lib/http/deprecation.ts'

t.test('Deprecation is a structured date, Sunset an HTTP-date', async t => {
  const cases: ReadonlyArray<readonly [string, string, string]> = [
    ['2026-01-01T00:00:00Z', '@1767225600', 'Thu, 01 Jan 2026 00:00:00 GMT'],
    ['2023-06-30T23:59:59.999Z', '@1688169599', 'Fri, 30 Jun 2023 23:59:59 GMT'],
    ['2024-02-29T12:00:00+02:00', '@1709200800', 'Thu, 29 Feb 2024 10:00:00 GMT'],
    ['1970-01-01T00:00:00Z', '@0', 'Thu, 01 Jan 1970 00:00:00 GMT'],
    ['1969-12-31T23:59:59.5Z', '@-1', 'Wed, 31 Dec 1969 23:59:59 GMT'],
    ['0000-01-01T00:00:00Z', '@-62167219200', 'Sat, 01 Jan 0000 00:00:00 GMT'],
    ['9999-12-31T23:59:59Z', '@253402300799', 'Fri, 31 Dec 9999 23:59:59 GMT']
  ]
  for (const [date, deprecation, sunset] of cases) {
    t.equal(formatDeprecation(new Date(date)), deprecation, date)
    t.equal(formatSunset(new Date(date)), sunset, date)
  }
})

t.test('a date that the field cannot hold is refused', async t => {
  t.throws(() => formatDeprecation(new Date(NaN)), RangeError)
  for (const date of ['x', '+010000-01-01T00:00:00Z', '-000001-12-31T23:59:59Z']) t.throws(() => formatSunset(new Date(date)), RangeError, date)
})
