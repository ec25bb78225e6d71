import fc from 'fast-check'
import t from 'tap'
import { ranks, toComparable } from '../../lib/crest/comparable.ts'
import { queryPredicate } from '../../lib/crest/query-predicate.ts'
import { comparisonOperators } from '../../lib/crest/query-filter.ts'
import type { CompareFilter, ComparisonOperator, FilterValue } from '../../lib/crest/query-filter.ts'
import { intersection, isPoint, isWithin, spanOfComparison, spanOfValue } from '../../lib/crest/value-span.ts'
import type { ValueSpan } from '../../lib/crest/value-span.ts'
import { anyScalar } from './arbitrary-documents.ts'

function comparison (operator: ComparisonOperator, value: FilterValue): CompareFilter {
  return { kind: 'compare', operator, field: ['a'], value }
}

/** In short: `[` or `]` towards a value that is in the span, the other way from one that is not; the rank below. */
function draw (span: ValueSpan | undefined): string | undefined {
  if (span === undefined) return undefined
  const { rank, from, to } = span
  const left = from === undefined ? '' : `${from.inclusive ? '[' : ']'}${JSON.stringify(from.value)}`
  const right = to === undefined ? '' : `${JSON.stringify(to.value)}${to.inclusive ? ']' : '['}`
  return `${rank}: ${left}..${right}`
}

t.test('the span of each operator', async (t) => {
  const rows: ReadonlyArray<readonly [ComparisonOperator, FilterValue, string | undefined]> = [
    ['eq', 'Ab', '3: ["ab".."ab"]'],
    ['lt', 'Ab', '3: .."ab"['],
    ['le', 'Ab', '3: .."ab"]'],
    ['gt', 'Ab', '3: ]"ab"..'],
    ['ge', 'Ab', '3: ["ab"..'],
    ['sw', 'Ab', '3: ["ab".."ac"['],
    ['sw', '', '3: [""..'],
    ['sw', 'A\u{10ffff}', '3: ["a\u{10ffff}".."b"['],
    ['sw', '\u{10ffff}', '3: ["\u{10ffff}"..'],
    ['co', 'Ab', undefined],
    ['co', '', undefined],
    ['eq', 1.5, '2: [1.5..1.5]'],
    ['lt', 1.5, '2: ..1.5['],
    ['le', 1.5, '2: ..1.5]'],
    ['gt', 1.5, '2: ]1.5..'],
    ['ge', 1.5, '2: [1.5..'],
    ['sw', 1.5, '2: [1.5..1.5]'],
    ['co', 1.5, '2: [1.5..1.5]'],
    ['eq', true, '1: [1..1]'],
    ['lt', true, '1: ..1['],
    ['le', false, '1: ..0]'],
    ['gt', false, '1: ]0..'],
    ['ge', true, '1: [1..'],
    ['sw', false, '1: [0..0]'],
    ['co', true, '1: [1..1]']
  ]
  for (const [operator, value, expected] of rows) t.equal(draw(spanOfComparison(comparison(operator, value))), expected, `${operator} ${value}`)
})

t.test('the span of a value is a point, and so is no other but one of a single value', async (t) => {
  for (const value of ['Ab', '', 0, -1.5, true, false]) t.ok(isPoint(spanOfValue(value)), String(value))
  t.equal(draw(spanOfValue('Σς')), '3: ["σσ".."σσ"]')
  const rank = ranks.number
  const at = (value: number, inclusive: boolean): { value: number, inclusive: boolean } => ({ value, inclusive })
  t.ok(isPoint({ rank, from: at(1, true), to: at(1, true) }))
  for (const span of [
    { rank, from: undefined, to: undefined },
    { rank, from: at(1, true), to: undefined },
    { rank, from: undefined, to: at(1, true) },
    { rank, from: at(1, true), to: at(2, true) },
    { rank, from: at(1, true), to: at(1, false) },
    { rank, from: at(1, false), to: at(1, true) }
  ]) t.notOk(isPoint(span), String(draw(span)))
})

t.test('a span without ends is that of its rank', async (t) => {
  for (const rank of [ranks.boolean, ranks.number, ranks.string]) {
    const within = [true, -1, 'x'].filter((value) => isWithin(toComparable(value) ?? { rank: ranks.none, value: 0 }, { rank, from: undefined, to: undefined }))
    t.strictSame(within, [[true], [-1], ['x']][rank - 1])
  }
})

t.test('a scalar lies in the span of a comparison exactly if a document with it matches', async (t) => {
  const seen = { true: 0, false: 0 }
  const filter = fc.tuple(fc.constantFrom(...comparisonOperators), anyScalar).map(([operator, value]) => comparison(operator, value))
  const scalar = fc.oneof(anyScalar, fc.string({ unit: fc.constantFrom('a', 'B', 'ß', 'S', '\uff5e', '😀', '\u{10ffff}'), maxLength: 3 }), fc.integer({ min: -3, max: 10 }))
  fc.assert(fc.property(filter, scalar, (filter, a) => {
    const span = spanOfComparison(filter)
    if (span === undefined) return filter.operator === 'co' && typeof filter.value === 'string'
    const comparable = toComparable(a)
    const expected = queryPredicate(filter)({ id: '', revision: '', content: { a } })
    seen[`${expected}`]++
    return comparable !== undefined && isWithin(comparable, span) === expected
  }), { numRuns: 10_000 })
  t.ok(seen.true > 1000 && seen.false > 1000, `${seen.true} matched, ${seen.false} did not`)
})

t.test('a scalar lies in the intersection of two spans exactly if it lies in both', async (t) => {
  const seen = { none: 0, some: 0 }
  const span = fc.tuple(fc.constantFrom(...comparisonOperators), anyScalar).map(([operator, value]) => spanOfComparison(comparison(operator, value)) ?? spanOfValue(value))
  fc.assert(fc.property(span, span, anyScalar, (a, b, value) => {
    const comparable = toComparable(value)
    const common = intersection(a, b)
    seen[common === undefined ? 'none' : 'some']++
    return comparable !== undefined && (isWithin(comparable, a) && isWithin(comparable, b)) === (common !== undefined && isWithin(comparable, common))
  }), { numRuns: 10_000 })
  t.ok(seen.none > 1000 && seen.some > 1000, JSON.stringify(seen))
})
