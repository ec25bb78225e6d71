import fc from 'fast-check'
import { isDeepStrictEqual } from 'node:util'
import t from 'tap'
import { comparablesAt, compareComparables, nothingComparable, ranks, someValueAt, toComparable } from '../../lib/crest/comparable.ts'
import type { Comparable, ComparedDocument } from '../../lib/crest/comparable.ts'
import type { JsonValue } from '../../lib/json.ts'
import { anyDocument, anyPointer, anyScalar } from './arbitrary-documents.ts'
import { compareScalars, naivelyFolded, scalarsAt } from './naive-filter.ts'

function documentWith (a: JsonValue | undefined): ComparedDocument {
  return { id: 'Ann', revision: '7', content: { a } }
}

t.test('scalars compare by their kind and what they are; nothing else compares', async (t) => {
  const rows: ReadonlyArray<readonly [JsonValue | undefined, Comparable | undefined]> = [
    [false, { rank: ranks.boolean, value: 0 }],
    [true, { rank: ranks.boolean, value: 1 }],
    [0, { rank: ranks.number, value: 0 }],
    [-2.5, { rank: ranks.number, value: -2.5 }],
    ['', { rank: ranks.string, value: '' }],
    ['ÉaẞΣ', { rank: ranks.string, value: 'éassσ' }],
    [null, undefined],
    [undefined, undefined],
    [[], undefined],
    [[1], undefined],
    [{}, undefined]
  ]
  for (const [value, expected] of rows) t.strictSame(toComparable(value), expected, JSON.stringify(value))
  t.ok(Object.is(toComparable(-0)?.value, 0))
})

t.test('booleans are before numbers, numbers before strings, and nothing is last', async (t) => {
  const scalars = [false, true, -1.7976931348623157e308, -1, -5e-324, 0, 5e-324, 9, 10, 2 ** 53, '', '10', '9', 'A', 'ab', 'B', 'é', '\uff5e', '😀']
  const ordered = [...scalars.map((scalar) => toComparable(scalar) ?? nothingComparable), nothingComparable]
  for (const [indexA, a] of ordered.entries()) {
    for (const [indexB, b] of ordered.entries()) t.equal(Math.sign(compareComparables(a, b)), Math.sign(indexA - indexB), `${a.value} ${b.value}`)
  }
})

t.test('two scalars compare as a naive comparison has it', async () => {
  fc.assert(fc.property(anyScalar, anyScalar, (a, b) => {
    const [comparableA, comparableB] = [toComparable(a), toComparable(b)]
    return comparableA !== undefined && comparableB !== undefined && Math.sign(compareComparables(comparableA, comparableB)) === Math.sign(compareScalars(a, b))
  }), { numRuns: 5000 })
})

t.test('every value at a pointer is looked at until one satisfies', async (t) => {
  const document = documentWith([{ b: 1 }, { b: null }, 2, [{ b: 3 }], { b: [4, 5] }, {}])
  const seen: JsonValue[] = []
  t.notOk(someValueAt(document, ['a', 'b'], (value) => { seen.push(value); return false }))
  t.strictSame(seen, [1, null, [4, 5]])
  t.ok(someValueAt(document, ['a', 'b'], (value) => { seen.push(value); return value === null }))
  t.strictSame(seen.slice(3), [1, null])
})

t.test('`_id` and `_rev` are values, and have none below them', async (t) => {
  const document = { ...documentWith(1), content: { _id: 'shadowed', _rev: { b: 1 } } }
  t.ok(someValueAt(document, ['_id'], (value) => value === 'Ann'))
  t.ok(someValueAt(document, ['_rev'], (value) => value === '7'))
  t.notOk(someValueAt(document, ['_id'], (value) => value !== 'Ann'))
  for (const pointer of [['_id', '0'], ['_rev', 'b'], ['_id', '']]) t.notOk(someValueAt(document, pointer, () => true))
})

t.test('the scalars at a pointer, elements of an array at its end among them', async (t) => {
  const rows: ReadonlyArray<readonly [JsonValue | undefined, readonly string[], ReadonlyArray<number | string>]> = [
    [undefined, ['a'], []],
    [null, ['a'], []],
    [{ b: 1 }, ['a'], []],
    ['X', ['a'], ['x']],
    [['X', 2, null, [3], { b: 4 }, true, 'X'], ['a'], ['x', 2, 1, 'x']],
    [[{ b: [1, [2]] }, { b: 3 }], ['a', 'b'], [1, 3]],
    [[[1, 2], 3], ['a', '0'], [1, 2]],
    ['X', [], []],
    ['X', ['_id'], ['ann']]
  ]
  for (const [value, pointer, expected] of rows) {
    t.strictSame(comparablesAt(documentWith(value), pointer).map(({ value }) => value), expected, `${JSON.stringify(value)} /${pointer.join('/')}`)
  }
})

t.test('the scalars at any pointer are those that a naive search finds', async () => {
  const kinds = { boolean: ranks.boolean, number: ranks.number, string: ranks.string }
  fc.assert(fc.property(anyDocument, anyPointer, (document, pointer) => {
    const expected = scalarsAt(document, pointer).map((scalar) => ({
      rank: kinds[typeof scalar as keyof typeof kinds],
      value: typeof scalar === 'string' ? naivelyFolded(scalar) : Number(scalar)
    }))
    return isDeepStrictEqual(comparablesAt(document, pointer), expected)
  }), { numRuns: 5000 })
})
