import t from 'tap'
import { CREST_ERR_INVALID_OPTION } from '../../lib/configuration-errors.ts'
import {
  aBoolean, aCount, aDate, aFieldValue, aFunction, aPointer, aPrefix, aText, anObject, anything, either, listOf, oneOf, recordOf, shape, someOf
} from '../../lib/declare/check.ts'
import type { Check } from '../../lib/declare/check.ts'

/** What a check says about a value that it is given as `x`: undefined, or its message. */
function problemOf (check: Check, value: unknown): string | undefined {
  try {
    check(value, 'x')
    return undefined
  } catch (error) {
    if (error instanceof CREST_ERR_INVALID_OPTION) return error.message
    throw error
  }
}

t.test('each check takes what it says and refuses everything else', async t => {
  const rows: ReadonlyArray<readonly [Check, string, readonly unknown[], readonly unknown[]]> = [
    [aFunction, 'a function', [() => {}, class {}, async () => {}], [null, {}, 'x', undefined]],
    [aBoolean, 'true or false', [true, false], [0, 'true', null, undefined]],
    [aText, 'a text', ['x', ' '], ['', 1, null, ['x']]],
    [anObject, 'an object', [{}, new Map()], [null, [], 'x', () => {}, undefined]],
    [aCount, 'an integer above 0', [1, 2 ** 53 - 1], [0, -1, 1.5, NaN, Infinity, 2 ** 53, '1', 1n, null]],
    [aPointer, 'a JSON pointer such as /name', ['/a', '/a/b', '/a~1b', '/é'], ['', '/', 'a', '/a b', '/%zz', '/__proto__', 1, null]],
    [aFieldValue, 'a text of visible ASCII', ['Bearer', 'Basic realm="a b"'], ['', ' x', 'a\nb', 'é', 1, null]],
    [aPrefix, "'' or a path such as '/api'", ['', '/api', '/a/b'], ['/', '/api/', 'api', 1, null]],
    [oneOf('a', 'b'), "'a' or 'b'", ['a', 'b'], ['c', '', 1, ['a'], null]],
    [listOf(aText, 'a list of texts'), 'a list of texts', [[], ['a'], ['a', 'b']], ['a', {}, null, new Set(['a'])]],
    [someOf(aText, 'a list of texts'), 'a list of texts', [['a'], ['a', 'b']], ['a', {}, null]],
    [recordOf(aText), 'an object', [{}, { a: 'b' }], [[], null, 'x']],
    [shape({ a: aText }), 'an object', [{}, { a: 'x' }, { a: undefined }], [[], null, 'x']]
  ]
  for (const [check, expected, good, bad] of rows) {
    for (const value of good) t.equal(problemOf(check, value), undefined, `${expected}: ${String(value)}`)
    for (const value of bad) t.equal(problemOf(check, value), `x must be ${expected}`, `not ${expected}: ${String(value)}`)
  }
})

t.test('any value is anything', async t => {
  for (const value of [undefined, null, 0, {}]) t.equal(problemOf(anything, value), undefined)
})

t.test('a refusal names the path of the value', async t => {
  t.equal(problemOf(listOf(aText, 'a list'), ['a', 1]), 'x[1] must be a text')
  t.equal(problemOf(someOf(aText, 'a list'), ['a', 1]), 'x[1] must be a text')
  t.equal(problemOf(someOf(aText, 'a list'), []), 'x must be a list, and not empty')
  t.equal(problemOf(recordOf(aText), { a: 'b', c: 1 }), 'x.c must be a text')
  t.equal(problemOf(shape({ a: shape({ b: aText }) }), { a: { b: '' } }), 'x.a.b must be a text')
  t.throws(() => shape({ a: aText })({ a: 1 }, ''), { code: 'CREST_ERR_INVALID_OPTION', statusCode: 500, message: 'a must be a text' })
})

t.test('a member that a shape does not know is refused by name, also where objects inherit it', async t => {
  t.equal(problemOf(shape({ a: aText, b: aText }), { c: 1 }), 'x.c is not known; known are a, b')
  t.equal(problemOf(shape({ a: aText }), { toString: 1 }), 'x.toString is not known; known are a')
  t.equal(problemOf(shape({ a: aText }), { c: undefined }), 'x.c is not known; known are a')
})

t.test('either takes what one of two checks takes, and the second words the refusal', async t => {
  const check = either(aBoolean, aCount)
  for (const value of [true, 1]) t.equal(problemOf(check, value), undefined)
  t.equal(problemOf(check, 'x'), 'x must be an integer above 0')
})

t.test('a date is an instant that exists', async t => {
  t.equal(problemOf(aDate, new Date(0)), undefined)
  for (const value of [new Date('never'), '2026-01-01', 0, null]) t.equal(problemOf(aDate, value), 'x must be a Date')
})
