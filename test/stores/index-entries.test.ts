import fc from 'fast-check'
import t from 'tap'
import { compareComparables, ranks, toComparable } from '../../lib/crest/comparable.ts'
import type { Comparable } from '../../lib/crest/comparable.ts'
import { sortValueAt } from '../../lib/crest/sort-order.ts'
import type { JsonValue } from '../../lib/json.ts'
import { indexEntries, parts } from '../../lib/stores/query/index-entries.ts'
import type { IndexEntry } from '../../lib/stores/query/index-entries.ts'
import { anyDocument, anyPointer } from '../crest/arbitrary-documents.ts'
import { compareScalars, scalarsAt } from '../crest/naive-filter.ts'

function entriesOf (a: JsonValue | undefined): readonly IndexEntry[] {
  return indexEntries({ id: 'Ann', revision: '7', content: { a } }, ['a'])
}

const only = (rank: Comparable['rank'], value: number | string): IndexEntry => ({ rank, value, part: parts.only })
const sorted = (rank: Comparable['rank'], value: number | string): IndexEntry => ({ rank, value, part: parts.sorted })
const compared = (rank: Comparable['rank'], value: number | string): IndexEntry => ({ rank, value, part: parts.compared })

t.test('a document with one value has one entry', async (t) => {
  const rows: ReadonlyArray<readonly [JsonValue, IndexEntry]> = [
    [true, only(ranks.boolean, 1)],
    [-0, only(ranks.number, 0)],
    ['Éß', only(ranks.string, 'éss')],
    ['', only(ranks.string, '')],
    [['x'], only(ranks.string, 'x')],
    [[null, 5, [6], {}], only(ranks.number, 5)],
    [['x', 'X', 'x'], only(ranks.string, 'x')]
  ]
  for (const [value, entry] of rows) t.strictSame(entriesOf(value), [entry], JSON.stringify(value))
})

t.test('a document without a value has an entry that only sorts it', async (t) => {
  for (const value of [undefined, null, {}, [], [null], [[1]], [{ a: 1 }]]) t.strictSame(entriesOf(value), [sorted(ranks.none, 0)], JSON.stringify(value))
})

t.test('a document with several values has the smallest to sort it, and all to compare', async (t) => {
  t.strictSame(entriesOf(['b', 'A', 2, true, 'a']), [sorted(ranks.boolean, 1), compared(ranks.boolean, 1), compared(ranks.number, 2), compared(ranks.string, 'a'), compared(ranks.string, 'b')])
  t.strictSame(entriesOf([10, 9]), [sorted(ranks.number, 9), compared(ranks.number, 9), compared(ranks.number, 10)])
})

t.test('the values of objects in an array are those of the document', async (t) => {
  const document = { id: 'Ann', revision: '7', content: { a: [{ b: 2 }, { b: [1, 'x'] }, { c: 0 }] } }
  t.strictSame(indexEntries(document, ['a', 'b']), [sorted(ranks.number, 1), compared(ranks.number, 1), compared(ranks.number, 2), compared(ranks.string, 'x')])
  t.strictSame(indexEntries(document, ['_id']), [only(ranks.string, 'ann')])
})

t.test('a string that is cut to be sorted is there in full to be compared', async (t) => {
  const start = 'x'.repeat(256)
  t.strictSame(entriesOf(start), [only(ranks.string, start)])
  t.strictSame(entriesOf(`${start}y`), [sorted(ranks.string, start), compared(ranks.string, `${start}y`)])
  t.strictSame(entriesOf([`${start}z`, `${start}Y`]), [sorted(ranks.string, start), compared(ranks.string, `${start}y`), compared(ranks.string, `${start}z`)])
  t.strictSame(entriesOf([start, `${start}y`]), [sorted(ranks.string, start), compared(ranks.string, start), compared(ranks.string, `${start}y`)])
  t.strictSame(entriesOf([`${start}y`, 1]), [sorted(ranks.number, 1), compared(ranks.number, 1), compared(ranks.string, `${start}y`)])
})

t.test('whoever sorts meets each document once, where it stands; whoever compares meets each of its values once', async () => {
  fc.assert(fc.property(anyDocument, anyPointer, (document, pointer) => {
    const entries = indexEntries(document, pointer)
    const sorting = entries.filter(({ part }) => part !== parts.compared)
    const comparing = entries.filter(({ part }) => part !== parts.sorted)
    const values = scalarsAt(document, pointer).toSorted(compareScalars)
    const different = values.filter((value, index) => index === 0 || compareScalars(value, values[index - 1] ?? '') !== 0)
    return sorting.length === 1 && sorting[0] !== undefined && compareComparables(sorting[0], sortValueAt(document, pointer)) === 0 &&
      comparing.length === different.length && comparing.every((entry, index) => compareComparables(entry, toComparable(different[index]) ?? entry) === 0) &&
      entries.some(({ part }) => part === parts.only) === (entries.length === 1 && different.length === 1)
  }), { numRuns: 5000 })
})
