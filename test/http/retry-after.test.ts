import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { formatRetryAfter, parseRetryAfter } from '../../lib/http/retry-after.ts'

const now = Date.UTC(2026, 0, 1)

t.test('seconds are a whole number that is not negative', async t => {
  const cases: ReadonlyArray<readonly [number, string]> = [
    [120, '120'], [0, '0'], [-0, '0'], [0.1, '1'], [119.2, '120'], [-0.5, '0'], [-7, '0'],
    [NaN, '0'], [-Infinity, '0'], [Infinity, '2147483647'], [1e21, '2147483647']
  ]
  for (const [seconds, text] of cases) t.equal(formatRetryAfter(seconds), text, String(seconds))
})

t.test('an instant in the future is an HTTP-date, any other is 0', async t => {
  const cases: ReadonlyArray<readonly [Date, string]> = [
    [new Date(now + 60_000), 'Thu, 01 Jan 2026 00:01:00 GMT'],
    [new Date(now), '0'],
    [new Date(now - 1), '0'],
    [new Date(NaN), '0'],
    [new Date(8.64e15), 'Fri, 31 Dec 9999 23:59:59 GMT']
  ]
  for (const [date, text] of cases) t.equal(formatRetryAfter(date, now), text)
})

t.test('the present is the default of now', async t => {
  const tomorrow = new Date(Date.now() + 86_400_000)
  t.equal(formatRetryAfter(tomorrow), tomorrow.toUTCString())
  t.equal(formatRetryAfter(new Date(0)), '0')
})

t.test('every value is of the grammar of Retry-After', async t => {
  const grammar = /^(?:\d+|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT)$/
  fc.assert(fc.property(fc.oneof(fc.double(), fc.date({ noInvalidDate: false })), value => {
    assert.match(formatRetryAfter(value, now), grammar)
  }))
})

t.test('seconds and the three forms of an HTTP-date are read', async t => {
  const instant = new Date(Date.UTC(1994, 10, 6, 8, 49, 37))
  const cases: ReadonlyArray<readonly [string | null, number | Date | undefined]> = [
    ['120', 120], ['0', 0], [' 7 ', 7], ['99999999999', 2147483647],
    ['Sun, 06 Nov 1994 08:49:37 GMT', instant],
    ['Sunday, 06-Nov-94 08:49:37 GMT', instant],
    ['Sun Nov  6 08:49:37 1994', instant],
    [null, undefined], ['', undefined], ['-1', undefined], ['1.5', undefined], ['soon', undefined], ['2026-01-01', undefined],
    ['Sun, 99 Nov 1994 08:49:37 GMT', undefined]
  ]
  for (const [text, expected] of cases) t.strictSame(parseRetryAfter(text), expected, String(text))
})

t.test('what is written is read again', async t => {
  for (const value of [0, 1, 2147483647, new Date(now + 60_000)]) t.strictSame(parseRetryAfter(formatRetryAfter(value, now)), value)
})
