import t from 'tap'
import fc from 'fast-check'
import { createAvailability } from '../../lib/declare/availability.ts'
import { formatShared, isNews, parseShared, sharedName } from '../../lib/declare/shared-availability.ts'
import type { SharedAvailability } from '../../lib/declare/shared-availability.ts'

t.test('the name is made of the declared path', async t => {
  t.equal(sharedName('/realms/:realm/users'), 'disabled:/realms/:realm/users')
})

t.test('what is written is read', async t => {
  const state = fc.record({
    disabled: fc.constantFrom(null, 'all' as const, 'writes' as const),
    retryAfter: fc.option(fc.oneof(fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }), fc.date({ noInvalidDate: true })), { nil: undefined }),
    message: fc.option(fc.string({ minLength: 1, unit: 'binary' }), { nil: undefined })
  })
  fc.assert(fc.property(fc.uuid(), state, (token, given) => {
    const text = formatShared({ token, state: given })
    const found = parseShared(text)
    if (found === undefined) throw new Error(text)
    return formatShared(found) === text && found.state.message === given.message && (found.state.retryAfter instanceof Date) === (given.retryAfter instanceof Date)
  }), { numRuns: 300 })
})

t.test('the text is JSON, without what is not given', async t => {
  t.strictSame(JSON.parse(formatShared({ token: 'a', state: { disabled: null, retryAfter: undefined, message: undefined } })), { token: 'a', disabled: null })
  t.strictSame(JSON.parse(formatShared({ token: 'a', state: { disabled: 'all', retryAfter: new Date(0), message: 'x' } })), {
    token: 'a', disabled: 'all', retryAfter: '1970-01-01T00:00:00.000Z', message: 'x'
  })
})

t.test('members of a newer release are ignored', async t => {
  t.strictSame(parseShared('{"token":"a","disabled":"writes","by":"ann"}'), { token: 'a', state: { disabled: 'writes', message: undefined } })
})

t.test('what is something else is not read', async t => {
  for (const text of [
    '', 'null', '[]', '"a"', '{', '{}', '7', '{"disabled":"all"}', '{"token":"","disabled":"all"}', '{"token":1,"disabled":"all"}', '{"token":"a"}',
    '{"token":"a","disabled":"reads"}', '{"token":"a","disabled":true}', '{"token":"a","disabled":["all"]}',
    ...['-1', 'null', '"5"', '"soon"', '"2030-01-01"', '"2030-13-01T00:00:00.000Z"', '{}', 'true', '1e999'].map(when => `{"token":"a","disabled":"all","retryAfter":${when}}`),
    '{"token":"a","disabled":"all","message":""}', '{"token":"a","disabled":"all","message":5}', '{"token":"a","disabled":"all","message":null}'
  ]) t.equal(parseShared(text), undefined, text)
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), text => {
    const found = parseShared(text)
    if (found !== undefined) createAvailability().set(found.state)
  }))
})

t.test('another token is news, and the first one that is seen where it disables', async t => {
  const change = (token: string, disabled: SharedAvailability['state']['disabled']): SharedAvailability => ({ token, state: { disabled } })
  for (const [seen, found, news] of [
    [undefined, change('a', 'all'), true],
    [undefined, change('a', null), false],
    [null, change('a', 'writes'), true],
    [null, change('a', null), true],
    ['a', change('a', 'all'), false],
    ['a', change('b', 'all'), true],
    ['a', change('b', null), true]
  ] as const) t.equal(isNews(seen, found), news, `${seen} ${JSON.stringify(found)}`)
})
