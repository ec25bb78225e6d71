import fc from 'fast-check'
import t from 'tap'
import type { ComparedDocument } from '../../lib/crest/comparable.ts'
import { ranks } from '../../lib/crest/comparable.ts'
import { parseSortKeys } from '../../lib/crest/sort-keys.ts'
import type { SortKey } from '../../lib/crest/sort-keys.ts'
import { comparePositions, sortedLength, sortPosition, sortValueAt, toSortValue } from '../../lib/crest/sort-order.ts'
import type { JsonValue } from '../../lib/json.ts'
import { anyDocument, anyPointer } from './arbitrary-documents.ts'
import { byBytes, compareScalars, scalarsAt } from './naive-filter.ts'

function documentWith (id: string, a: JsonValue | undefined, b?: JsonValue): ComparedDocument {
  return { id, revision: '1', content: { a, b } }
}

/** The ids of documents in the order of sort keys, whatever order they were in. */
function order (sortKeys: string, documents: readonly ComparedDocument[]): string {
  const keys = parseSortKeys(sortKeys === '' ? [] : [sortKeys])
  const orders = [documents, documents.toReversed()].map((documents) =>
    documents.toSorted((a, b) => comparePositions(keys, sortPosition(a, keys), sortPosition(b, keys))).map(({ id }) => id).join(' '))
  if (orders[0] !== orders[1]) throw new Error(`${orders[0]} is not ${orders[1]}`)
  return orders[0] ?? ''
}

t.test('values of every kind have their order, and what has none is last both ways', async (t) => {
  const ascending: ReadonlyArray<JsonValue | undefined> = [false, true, -2, 0, 9, 10, '', '10', '9', 'A', 'ab', 'B', 'é', '\uff5e', '😀']
  const documents = [...ascending, null, undefined, { x: 1 }, [], [null, [1], { x: 1 }]].map((value, index) => documentWith(String(100 + index), value))
  const ids = documents.map(({ id }) => id)
  t.equal(order('a', documents), ids.join(' '))
  t.equal(order('-a', documents), [...ids.slice(0, ascending.length).toReversed(), ...ids.slice(ascending.length)].join(' '))
})

t.test('an array stands where its smallest scalar stands, in both directions', async (t) => {
  const documents = [documentWith('1', 1), documentWith('1-9', [9, 1]), documentWith('5', 5), documentWith('6-x', ['x', null, 6]), documentWith('f-y', ['Y', false]), documentWith('x', ['X', [1]])]
  t.equal(order('a', documents), 'f-y 1 1-9 5 6-x x')
  t.equal(order('-a', documents), 'x 6-x 5 1 1-9 f-y')
})

t.test('equal values are in the order of their ids by code point, ascending in both directions', async (t) => {
  const documents = ['b', 'a', 'B', '\uff5e', '😀', ''].map((id) => documentWith(id, id === 'a' ? 'X' : 'x'))
  for (const sortKeys of ['a', '-a', '', 'nope', '-nope', '/', '-']) t.equal(order(sortKeys, documents), ' B a b \uff5e 😀', sortKeys)
})

t.test('a second key decides where the first has equal values', async (t) => {
  const documents = [documentWith('1', 'x', 2), documentWith('2', 'X', 1), documentWith('3', 'w', 3), documentWith('4', null, 1), documentWith('5', {}, 0), documentWith('6', 'x')]
  t.equal(order('a,b', documents), '3 2 1 6 5 4')
  t.equal(order('a,-b', documents), '3 1 2 6 4 5')
  t.equal(order('-a,b', documents), '2 1 6 3 5 4')
  t.equal(order('b,a', documents), '5 2 4 1 3 6')
})

t.test('`_id` and `_rev` sort like fields, ignoring case', async (t) => {
  const documents = [{ ...documentWith('b', 1), revision: '2' }, { ...documentWith('A', 1), revision: '10' }, { ...documentWith('a', 1), revision: '2' }]
  t.equal(order('_id', documents), 'A a b')
  t.equal(order('-_id', documents), 'b A a')
  t.equal(order('_rev', documents), 'A a b')
})

t.test('strings sort by their first 256 units', async (t) => {
  t.equal(sortedLength, 256)
  const start = 'x'.repeat(255)
  t.strictSame(sortValueAt(documentWith('1', `${start}YZ`), ['a']), { rank: ranks.string, value: `${start}y` })
  t.equal(order('a', [documentWith('1', `${start}yz`), documentWith('2', `${start}ya`)]), '1 2')
  t.equal(order('a', [documentWith('1', `${start}z`), documentWith('2', `${start}ya`)]), '2 1')
  t.equal(order('a', [documentWith('1', `${start}😀z`), documentWith('2', `${start}\uff5e`)]), '2 1')
  t.strictSame(sortValueAt(documentWith('1', ['x'.repeat(300), `${start}w`]), ['a']), { rank: ranks.string, value: `${start}w` })
  t.strictSame(toSortValue({ rank: ranks.number, value: 1 }), { rank: ranks.number, value: 1 })
})

t.test('a value that a position lacks is none', async (t) => {
  const keys = parseSortKeys(['a'])
  t.ok(comparePositions(keys, { values: [], id: 'a' }, sortPosition(documentWith('b', 'x'), keys)) > 0)
  t.ok(comparePositions(keys, { values: [], id: 'a' }, sortPosition(documentWith('b', null), keys)) < 0)
})

const sortKeys: fc.Arbitrary<readonly SortKey[]> = fc.array(fc.record({ pointer: anyPointer, descending: fc.boolean() }), { maxLength: 3 })

t.test('the order is total', async () => {
  fc.assert(fc.property(sortKeys, anyDocument, anyDocument, anyDocument, (keys, a, b, c) => {
    const compare = (a: ComparedDocument, b: ComparedDocument): number => Math.sign(comparePositions(keys, sortPosition(a, keys), sortPosition(b, keys)))
    const [ab, bc, ac] = [compare(a, b), compare(b, c), compare(a, c)]
    return ab + compare(b, a) === 0 && (a.id === b.id || ab !== 0) && (ab > 0 || bc > 0 || ac <= 0) && (ab < 0 || bc < 0 || ac >= 0) && compare(a, a) === 0
  }), { numRuns: 5000 })
})

/** The smallest scalar, by a search that shares nothing with lib/. */
function smallest (document: ComparedDocument, { pointer }: SortKey): string | number | boolean | undefined {
  return scalarsAt(document, pointer).toSorted(compareScalars)[0]
}

t.test('random documents are in the order that a naive comparison has', async () => {
  fc.assert(fc.property(sortKeys, anyDocument, anyDocument, (keys, a, b) => {
    const differences = keys.map((key) => {
      const [valueA, valueB] = [smallest(a, key), smallest(b, key)]
      if (valueA === undefined || valueB === undefined) return Number(valueA === undefined) - Number(valueB === undefined)
      return key.descending ? compareScalars(valueB, valueA) : compareScalars(valueA, valueB)
    })
    const expected = differences.find((difference) => difference !== 0) ?? byBytes(a.id, b.id)
    return Math.sign(comparePositions(keys, sortPosition(a, keys), sortPosition(b, keys))) === Math.sign(expected)
  }), { numRuns: 5000 })
})
