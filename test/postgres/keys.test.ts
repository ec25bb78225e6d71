import fc from 'fast-check'
import t from 'tap'
import { compareCodePoints } from '../../lib/crest/code-points.ts'
import { compareComparables, toComparable } from '../../lib/crest/comparable.ts'
import type { Comparable } from '../../lib/crest/comparable.ts'
import { toSortValue } from '../../lib/crest/sort-order.ts'
import { boundKey, comparedKey, constraintName, documentKeys, isCut, sortKey } from '../../lib/stores/postgres/postgres-keys.ts'
import { rules } from '../stores/store-laws.ts'

const long = 'x'.repeat(256)
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 6 }), fc.constantFrom('', 'a', 'aa', 'é', '\ud7ff', '\ue000', '😀', '\u{10ffff}', `${long.slice(1)}😀`, long),
  fc.string({ unit: 'grapheme', maxLength: 4 }).map((end) => long + end), fc.string({ maxLength: 3 }).map((end) => `${long.slice(1)}😀${end}`))
const number = fc.oneof(fc.double({ noNaN: true }), fc.integer(), fc.constantFrom(0, -0, 5e-324, -5e-324, 1.79e308, -1.79e308, Infinity, -Infinity, 2 ** 53))
const comparable = fc.oneof(text, number, fc.boolean()).map((value) => toComparable(value) as Comparable)

/** The order of the texts that the database compares: that of their bytes. */
const order = (a: string, b: string): number => Math.sign(compareCodePoints(a, b))

t.test('keys are in the order of what they stand for', async (t) => {
  fc.assert(fc.property(comparable, comparable, (a, b) => {
    const [first, second] = [toSortValue(a), toSortValue(b)]
    return order(sortKey(a), sortKey(b)) === Math.sign(compareComparables(first, second))
  }), { numRuns: 20_000 })
  fc.assert(fc.property(number, number, (a, b) => {
    const key = (value: number): string => boundKey(toComparable(value) as Comparable)
    return order(key(a), key(b)) === Math.sign((a + 0) - (b + 0) || 0) || !Number.isFinite(a) || !Number.isFinite(b)
  }), { numRuns: 5000 })
  t.pass('no two told them apart')
})

t.test('what is compared is equal only to itself, and in its place among all that is not cut', async (t) => {
  fc.assert(fc.property(comparable, comparable, (value, bound) => {
    const difference = Math.sign(compareComparables(value, bound))
    if ((comparedKey(value) === comparedKey(bound)) !== (difference === 0)) return false
    return isCut(bound) || order(comparedKey(value), boundKey(bound)) === difference
  }), { numRuns: 20_000 })
  t.pass('no two told them apart')
})

t.test('a key is short, however long the value is', async (t) => {
  const value = toComparable('ß'.repeat(100_000)) as Comparable
  t.ok(sortKey(value).length <= 258)
  t.ok(comparedKey(value).length < 310)
})

t.test('documents have a sort key under each index, and others only where they differ', async (t) => {
  const content = { one: 'A', list: [2, 'b', true], nothing: null, empty: [], long: `${long}Z` }
  const keys = documentKeys({ id: 'x', revision: 'r', content }, ['/one', '/list', '/nothing', '/empty', '/long', '/_id'], rules())
  t.strictSame(JSON.parse(String(keys.sorted)), { '/one': '3a', '/list': '11', '/nothing': '4', '/empty': '4', '/long': `3${long}`, '/_id': '3x' })
  const compared = JSON.parse(String(keys.compared)) as Record<string, string[]>
  t.strictSame(Object.keys(compared), ['/list', '/long'])
  t.strictSame(compared['/list'], ['11', '2c000000000000000', '3b'])
  t.match(compared['/long']?.[0], new RegExp(`^3${long}\u{10ffff}.{43}$`, 'u'))
  t.strictSame(documentKeys({ id: 'x', revision: 'r', content }, [], rules()), { sorted: null, compared: null, claims: null, expires: null })
})

t.test('claims are named by their pointers, and equal for equal JSON values alone', async (t) => {
  const claims = (content: object): unknown => documentKeys({ id: 'x', revision: 'r', content: content as { readonly a: 1 } }, [], rules({ unique: [['/a'], ['/b', '/c']] })).claims
  const name = constraintName(['/a'])
  t.strictSame(Object.keys(JSON.parse(String(claims({ a: 1, b: 2 }))) as object), [name])
  t.equal(claims({ a: { x: 1, y: 2 } }), claims({ a: { y: 2, x: 1 } }))
  t.not(claims({ a: 1 }), claims({ a: '1' }))
  t.equal(claims({ a: null }), null)
  t.strictSame(Object.keys(JSON.parse(String(claims({ a: 1, b: 2, c: 3 }))) as object), [name, constraintName(['/b', '/c'])])
})
