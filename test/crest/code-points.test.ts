import fc from 'fast-check'
import t from 'tap'
import { afterPrefix, compareCodePoints, startOf } from '../../lib/crest/code-points.ts'
import { byBytes } from './naive-filter.ts'

// Few characters, so that texts often begin alike: the neighbours of the surrogates among them.
const character = fc.constantFrom('\0', 'a', 'b', '\u007f', 'é', '\ud7ff', '\ue000', '\uff5e', '\uffff', '\u{10000}', '😀', '😁', '\u{1ffff}', '\u{10fffe}', '\u{10ffff}')
const text = fc.oneof(fc.string({ unit: character, maxLength: 5 }), fc.string({ unit: 'binary' }))

t.test('texts are in the order of their code points', async (t) => {
  const ordered = ['', '\0', 'A', 'a', 'a\0', 'aa', 'ab', 'b', 'é', '\ud7ff', '\ue000', '\uff5e', '\uff5ea', '\uffff', '\u{10000}', '\u{10000}a', '😀', '😀a', '😁', '\u{10ffff}', '\u{10ffff}\u{10ffff}']
  for (const [indexA, a] of ordered.entries()) {
    for (const [indexB, b] of ordered.entries()) {
      t.equal(Math.sign(compareCodePoints(a, b)), Math.sign(indexA - indexB), `${JSON.stringify(a)} ${JSON.stringify(b)}`)
    }
  }
})

t.test('the order is that of the bytes of UTF-8', async () => {
  fc.assert(fc.property(text, text, (a, b) => Math.sign(compareCodePoints(a, b)) === Math.sign(byBytes(a, b))), { numRuns: 10_000 })
})

t.test('lone surrogates too have a place of their own', async () => {
  const unit = fc.constantFrom('a', '\uffff', '\ud83d', '\ude00', '\ude01')
  const text = fc.string({ unit, maxLength: 4 })
  fc.assert(fc.property(text, text, text, (a, b, c) => {
    const between = compareCodePoints(a, b) <= 0 && compareCodePoints(b, c) <= 0
    return (compareCodePoints(a, b) === 0) === (a === b) &&
      Math.sign(compareCodePoints(a, b)) === -Math.sign(compareCodePoints(b, a)) + 0 &&
      (!between || compareCodePoints(a, c) <= 0)
  }), { numRuns: 10_000 })
})

t.test('what is after a prefix', async (t) => {
  const rows: ReadonlyArray<readonly [string, string | undefined]> = [
    ['', undefined],
    ['ab', 'ac'],
    ['a\uff5e', 'a\uff5f'],
    ['😀', '😁'],
    ['a\ud7ff', 'a\ue000'],
    ['\uffff', '\u{10000}'],
    ['a\u{10ffff}', 'b'],
    ['😀\u{10ffff}\u{10ffff}', '😁'],
    ['\ud7ff\u{10ffff}', '\ue000'],
    ['\u{10ffff}', undefined],
    ['\u{10ffff}\u{10ffff}', undefined]
  ]
  for (const [prefix, after] of rows) t.equal(afterPrefix(prefix), after, JSON.stringify(prefix))
})

t.test('a text begins with a prefix exactly if it is neither before it nor at or behind what is after it', async (t) => {
  const prefixed = fc.oneof(fc.tuple(text, text), fc.tuple(text, text).map(([prefix, rest]) => [prefix, prefix + rest] as const))
  const seen = { true: 0, false: 0 }
  fc.assert(fc.property(prefixed, ([prefix, text]) => {
    const after = afterPrefix(prefix)
    const expected = text.startsWith(prefix)
    seen[`${expected}`]++
    return (compareCodePoints(prefix, text) <= 0 && (after === undefined || compareCodePoints(text, after) < 0)) === expected
  }), { numRuns: 10_000 })
  t.ok(seen.true > 1000 && seen.false > 1000)
})

t.test('the start of a text does not cut a pair of surrogates', async (t) => {
  const rows: ReadonlyArray<readonly [string, number, string]> = [
    ['', 2, ''],
    ['a', 2, 'a'],
    ['ab', 2, 'ab'],
    ['abc', 2, 'ab'],
    ['😀', 2, '😀'],
    ['a😀', 2, 'a😀'],
    ['a😀b', 2, 'a😀'],
    ['😀😁', 2, '😀'],
    ['😀b', 2, '😀'],
    ['a\uff5eb', 2, 'a\uff5e']
  ]
  for (const [text, length, expected] of rows) t.equal(startOf(text, length), expected, text)
})

t.test('no two texts change places when both are cut, and what is cut stays so', async () => {
  fc.assert(fc.property(text, text, fc.integer({ min: 1, max: 4 }), (a, b, length) => {
    const [startA, startB] = [startOf(a, length), startOf(b, length)]
    return a.startsWith(startA) && startA.length <= length + 1 && startOf(startA, length) === startA && !/\p{Cs}/u.test(startA) &&
      Math.sign(compareCodePoints(a, b)) * compareCodePoints(startA, startB) >= 0
  }), { numRuns: 10_000 })
})
