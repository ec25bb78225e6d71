import fc from 'fast-check'
import t from 'tap'
import { expiryOf } from '../../lib/crest/expiry.ts'
import { BadRequest } from '../../lib/errors.ts'

const expiry = (until: string): number | undefined => expiryOf('/until', { until })

t.test('no pointer, no member and null are no expiry', async t => {
  t.equal(expiryOf(undefined, { until: '2026-01-01T00:00:00Z' }), undefined)
  t.equal(expiryOf('/until', {}), undefined)
  t.equal(expiryOf('/until', { until: null }), undefined)
  t.equal(expiryOf('/a/b', { a: 1 }), undefined)
  t.equal(expiryOf('/a/b', { a: { b: '1970-01-01T00:00:01Z' } }), 1000)
})

t.test('RFC 3339 date-times are read', async t => {
  const table: ReadonlyArray<readonly [string, string]> = [
    ['1985-04-12T23:20:50.52Z', '1985-04-12T23:20:50.520Z'],
    ['1996-12-19T16:39:57-08:00', '1996-12-20T00:39:57.000Z'],
    ['1937-01-01T12:00:27.87+00:20', '1937-01-01T11:40:27.870Z'],
    ['1985-04-12t23:20:50z', '1985-04-12T23:20:50.000Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
    ['2000-02-29T00:00:00Z', '2000-02-29T00:00:00.000Z'],
    ['2026-01-01T00:00:00-00:00', '2026-01-01T00:00:00.000Z'],
    ['2026-01-01T00:00:00+23:59', '2025-12-31T00:01:00.000Z'],
    ['2026-12-31T23:59:59.999Z', '2026-12-31T23:59:59.999Z'],
    ['2026-01-01T00:00:00.1Z', '2026-01-01T00:00:00.100Z'],
    ['2026-01-01T00:00:00.289Z', '2026-01-01T00:00:00.289Z'],
    ['2026-01-01T00:00:00.289000000000000000000Z', '2026-01-01T00:00:00.289Z'],
    ['2026-01-01T00:00:00.2890000000000000000001Z', '2026-01-01T00:00:00.290Z'],
    ['2026-01-01T00:00:00.9999Z', '2026-01-01T00:00:01.000Z'],
    ['1990-12-31T23:59:60Z', '1991-01-01T00:00:00.000Z'],
    ['1990-12-31T15:59:60-08:00', '1991-01-01T00:00:00.000Z'],
    ['1991-01-01T00:59:60.5+01:00', '1991-01-01T00:00:00.500Z'],
    ['0000-01-01T00:00:00Z', '0000-01-01T00:00:00.000Z'],
    ['0099-12-31T00:00:00Z', '0099-12-31T00:00:00.000Z'],
    ['9999-12-31T23:59:59Z', '9999-12-31T23:59:59.000Z']
  ]
  for (const [text, instant] of table) t.equal(expiry(text), Date.parse(instant), text)
})

t.test('anything else is 400 and names the pointer', async t => {
  const texts = ['', 'now', '2026-01-01', '2026-01-01T00:00:00', '2026-01-01 00:00:00Z', '2026-01-01T00:00Z', '2026-1-1T00:00:00Z', '2026-01-01T24:00:00Z',
    '2026-01-01T00:60:00Z', '2026-01-01T00:00:61Z', '2026-01-01T12:00:60Z', '2026-01-01T23:59:60+01:00', '2026-01-01T00:00:00.Z', '2026-01-01T00:00:00,5Z',
    '2026-01-01T00:00:00+0100', '2026-01-01T00:00:00+01', '2026-01-01T00:00:00+24:00', '2026-01-01T00:00:00+01:60', '2026-00-01T00:00:00Z', '2026-13-01T00:00:00Z',
    '2026-01-00T00:00:00Z', '2026-01-32T00:00:00Z', '2026-02-29T00:00:00Z', '1900-02-29T00:00:00Z', '2026-04-31T00:00:00Z', '12026-01-01T00:00:00Z', '+2026-01-01T00:00:00Z',
    ' 2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z ', '2026-01-01T00:00:00Z\n', '２０２６-01-01T00:00:00Z', '2026-01-01T00:00:00ZZ']
  for (const until of [...texts, 0, 1767225600000, true, false, [], ['2026-01-01T00:00:00Z'], {}]) {
    t.throws(() => expiryOf('/until', { until }), new BadRequest('/until must be an RFC 3339 date-time', { detail: { pointer: '/until' } }), JSON.stringify(until))
  }
})

t.test('what Date writes is read as the same instant', async t => {
  fc.assert(fc.property(fc.date({ min: new Date('0000-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true }),
    date => expiry(date.toISOString()) === date.getTime()))
  t.pass('by property')
})

t.test('a pointer that is none is named', async t => {
  t.throws(() => expiryOf('/a b', {}), { name: 'RangeError', message: '"/a b" is not a JSON pointer' })
})
