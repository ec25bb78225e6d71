import fc from 'fast-check'
import t from 'tap'
import { compareComparables, ranks } from '../../lib/crest/comparable.ts'
import type { ComparedDocument } from '../../lib/crest/comparable.ts'
import { parseJsonPointer } from '../../lib/crest/json-pointer.ts'
import { parseQueryFilter } from '../../lib/crest/query-filter-parser.ts'
import { printQueryFilter } from '../../lib/crest/query-filter-printer.ts'
import { queryPredicate } from '../../lib/crest/query-predicate.ts'
import type { QueryFilter } from '../../lib/crest/query-filter.ts'
import { parseSortKeys } from '../../lib/crest/sort-keys.ts'
import type { SortKey } from '../../lib/crest/sort-keys.ts'
import { comparePositions, sortPosition } from '../../lib/crest/sort-order.ts'
import { isPoint, isWithin } from '../../lib/crest/value-span.ts'
import type { ValueSpan } from '../../lib/crest/value-span.ts'
import { indexEntries, parts } from '../../lib/stores/query/index-entries.ts'
import type { IndexEntry } from '../../lib/stores/query/index-entries.ts'
import { planQuery } from '../../lib/stores/query/query-plan.ts'
import type { IndexCondition, IndexKnowledge, QueryPlan } from '../../lib/stores/query/query-plan.ts'
import { anyDocument, anyScalar } from '../crest/arbitrary-documents.ts'
import { byBytes } from '../crest/naive-filter.ts'
import { arbitraryFilter } from '../crest/query-filter-arbitrary.ts'

/** How many entries any one span selects in each index: that of tags has several for a document. */
const sizes: Readonly<Record<string, number>> = { '/_id': 1, '/mail': 1, '/city': 50, '/age': 999, '/tags': 999, '/active': 100_000, '/born': 100_000 }

const knowledge: IndexKnowledge = {
  has: (index) => index !== '/_id' && sizes[index] !== undefined,
  isScattered: (index) => index === '/tags',
  count: (conditions, most) => Math.min(most, conditions.reduce((sum, { index, spans }) => sum + (sizes[index] ?? NaN) * spans.length, 0))
}

function drawSpan ({ from, to }: ValueSpan): string {
  if (from !== undefined && to !== undefined && from.value === to.value) return `=${from.value}`
  return `${from === undefined ? '' : from.inclusive ? `≥${from.value}` : `>${from.value}`}${to === undefined ? '' : to.inclusive ? `≤${to.value}` : `<${to.value}`}`
}

/** A plan in short: `sorted` in front of a way in the order of the query, what is left to be judged behind a bar. */
function draw (plan: QueryPlan): string {
  const conditions = (some: readonly IndexCondition[]): string => some.map(({ index, spans }) => index + spans.map(drawSpan).join(',')).join(' or ')
  const way = plan.kind === 'walk'
    ? `walk ${plan.descending ? '-' : ''}${plan.index}${plan.span === undefined ? '' : drawSpan(plan.span)}`
    : plan.kind === 'group' ? `group ${plan.index}${drawSpan(plan.point)}` : plan.kind === 'gather' ? `gather ${conditions(plan.conditions)}` : plan.kind
  return `${plan.sorted ? 'sorted ' : ''}${way}${plan.rest === undefined ? '' : ` | ${printQueryFilter(plan.rest)}`}`
}

function draft (filter: string, sortKeys: string): string {
  return draw(planQuery(parseQueryFilter(filter), sortKeys === 'any' || sortKeys === 'count' ? sortKeys : parseSortKeys(sortKeys === '' ? [] : [sortKeys]), knowledge))
}

type Rows = ReadonlyArray<readonly [filter: string, sortKeys: string, plan: string]>

const tables: Readonly<Record<string, Rows>> = {
  'without an index all documents are judged, in order if that is the order of ids': [
    ['true', '', 'sorted ids'],
    ['true', 'any', 'ids'],
    ['true', 'name', 'ids'],
    ['name eq "x"', '', 'sorted ids | /name eq "x"'],
    ['name eq "x"', 'name', 'ids | /name eq "x"'],
    ['name eq "x" and true and size gt 1', '', 'sorted ids | (/name eq "x" and /size gt 1)'],
    ['age pr', '', 'sorted ids | /age pr'],
    ['!(city eq "x")', '', 'sorted ids | !(/city eq "x")'],
    ['city co "x"', '', 'sorted ids | /city co "x"'],
    ['_id gt "x"', '', 'sorted ids | /_id gt "x"'],
    ['_id sw "x"', 'any', 'ids | /_id sw "x"']
  ],
  'where nothing can match, nothing is read': [
    ['false', '', 'sorted nothing'],
    ['false', '-age', 'sorted nothing'],
    ['false', 'any', 'sorted nothing'],
    ['false and city eq "x"', '', 'sorted nothing'],
    ['name pr and (city eq "x" and false)', 'name', 'sorted nothing'],
    ['city in "[]"', '', 'sorted nothing'],
    ['name in "[]" and age gt 1', 'age', 'sorted nothing'],
    ['_id in "[]"', 'any', 'sorted nothing'],
    ['city in "[]" or (false or tags in "[]")', '', 'sorted nothing']
  ],
  'the documents with one value are in the order of ids': [
    ['city eq "Oslo"', '', 'sorted group /city=oslo'],
    ['city in \'["Oslo"]\'', '', 'sorted group /city=oslo'],
    ['age co 5', '', 'sorted group /age=5'],
    ['tags eq "x"', '', 'sorted group /tags=x'],
    ['active eq true', '', 'sorted group /active=1'],
    ['active eq true and name pr', '', 'sorted group /active=1 | /name pr'],
    ['city eq "x"', 'any', 'group /city=x'],
    ['city eq "x"', 'name', 'group /city=x'],
    ['city eq "x"', 'age', 'group /city=x'],
    ['active eq true', 'name', 'group /active=1'],
    ['city eq "x" and age eq 5 and active eq true', '', 'sorted group /city=x | (/age eq 5 and /active eq true)'],
    ['active eq true and born gt 5', '', 'sorted group /active=1 | /born gt 5']
  ],
  'a few documents are gathered, by the operand that selects the fewest': [
    ['age gt 5', '', 'gather /age>5'],
    ['age gt 5 and name pr', '', 'gather /age>5 | /name pr'],
    ['city in \'["x","Y"]\'', '', 'gather /city=x,=y'],
    ['tags sw "x"', '', 'gather /tags≥x<y'],
    ['city eq "x" or mail eq "y"', '', 'gather /city=x or /mail=y'],
    ['city eq "x" or false', '', 'sorted group /city=x'],
    ['city eq "x" or name eq "y"', '', 'sorted ids | (/city eq "x" or /name eq "y")'],
    ['city eq "x" or (mail eq "y" and name pr)', '', 'sorted ids | (/city eq "x" or (/mail eq "y" and /name pr))'],
    ['city eq "x" or (mail eq "y" or age le 4)', 'any', 'gather /city=x or /mail=y or /age≤4'],
    ['_id eq "X"', '', 'gather /_id=x'],
    ['_id in \'["X","y"]\'', '', 'gather /_id=x,=y'],
    ['_id eq "x" or mail eq "y"', 'born', 'gather /_id=x or /mail=y'],
    ['_id eq "x" and active eq true', '', 'gather /_id=x | /active eq true'],
    ['active eq true and mail eq "y"', '', 'sorted group /mail=y | /active eq true'],
    ['active eq true and (city eq "x" or mail eq "y")', '', 'gather /city=x or /mail=y | /active eq true'],
    ['age gt 5 and (city gt "x" and (mail gt "y" and name pr))', 'any', 'gather /mail>y | (/age gt 5 and /city gt "x" and /name pr)'],
    ['city gt "x"', 'born', 'gather /city>x'],
    ['mail eq "y" and born gt 5', '-born', 'group /mail=y | /born gt 5'],
    ['mail eq "y" and city gt "x"', 'city', 'group /mail=y | /city gt "x"']
  ],
  'many documents are gathered only where there is no way in order': [
    ['born gt 5', '', 'sorted ids | /born gt 5'],
    ['born gt 5', 'any', 'ids | /born gt 5'],
    ['age gt 5', 'any', 'gather /age>5'],
    ['born gt 5', 'name', 'ids | /born gt 5'],
    ['born gt 5 and active ge true', 'name,age', 'ids | (/born gt 5 and /active ge true)'],
    ['age gt 5 and active ge true', 'name,age', 'gather /age>5 | /active ge true'],
    ['active eq true', 'name', 'group /active=1'],
    ['active eq true and born gt 5', 'name', 'group /active=1 | /born gt 5'],
    ['born gt 5 and active ge true', 'age,name', 'walk /age | (/born gt 5 and /active ge true)'],
    ['age gt 5 or mail eq "y"', '', 'sorted ids | (/age gt 5 or /mail eq "y")'],
    ['age in "[1,2]"', '', 'sorted ids | /age in "[1,2]"'],
    ['age in "[1,2]"', 'born', 'sorted walk /born | /age in "[1,2]"'],
    ['_id eq "x" or age gt 5', '', 'sorted ids | (/_id eq "x" or /age gt 5)']
  ],
  'to count where no document is looked at, any number is gathered': [
    ['true', 'count', 'ids'],
    ['false', 'count', 'sorted nothing'],
    ['born gt 5', 'count', 'gather /born>5'],
    ['born gt 5 and name pr', 'count', 'ids | (/born gt 5 and /name pr)'],
    ['city eq "x"', 'count', 'group /city=x'],
    ['city eq "x" and name pr', 'count', 'group /city=x | /name pr'],
    ['name pr', 'count', 'ids | /name pr']
  ],
  'an index is walked in the order of the first sort key': [
    ['true', 'born', 'sorted walk /born'],
    ['true', '-born', 'sorted walk -/born'],
    ['true', '-tags', 'sorted walk -/tags'],
    ['true', 'born,name', 'walk /born'],
    ['true', '-born,name', 'walk -/born'],
    ['born gt 5 and name pr', 'born,-name', 'walk /born>5 | /name pr'],
    ['true', 'name,born', 'ids'],
    ['true', '_id', 'ids'],
    ['name pr', 'born', 'sorted walk /born | /name pr'],
    ['born gt 5', 'born', 'sorted walk /born>5'],
    ['born eq 5', '-born', 'sorted walk -/born=5'],
    ['born sw "5"', '-born', 'sorted walk -/born≥5<6'],
    ['born gt 5 and name pr', 'born', 'sorted walk /born>5 | /name pr'],
    ['born gt 5 and born lt 9', 'born', 'sorted walk /born>5<9'],
    ['born gt 5 and name pr and born le 9 and born lt 9', 'born', 'sorted walk /born>5<9 | /name pr'],
    ['born gt 9 and born lt 5', 'born', 'sorted nothing'],
    ['born gt 9 and born lt "x"', 'born', 'sorted nothing'],
    ['tags gt "a" and tags lt "c"', 'tags', 'gather /tags>a | /tags lt "c"'],
    ['born gt 5 and active eq true', 'born', 'sorted walk /born>5 | /active eq true'],
    ['city gt "x"', 'city', 'sorted walk /city>x'],
    ['city gt "x" and age gt 5', 'city', 'sorted walk /city>x | /age gt 5'],
    ['born in "[5]"', 'born', 'sorted walk /born=5'],
    ['born in "[5,6]"', 'born', 'sorted walk /born | /born in "[5,6]"'],
    ['born gt 5 or born lt 2', 'born', 'sorted walk /born | (/born gt 5 or /born lt 2)'],
    ['tags gt "x"', 'tags', 'gather /tags>x'],
    ['tags in \'["x","y"]\'', 'tags', 'sorted walk /tags | /tags in "[\\"x\\",\\"y\\"]"']
  ]
}

for (const [name, rows] of Object.entries(tables)) {
  t.test(name, async (t) => {
    for (const [filter, sortKeys, plan] of rows) t.equal(draft(filter, sortKeys), plan, `${filter} by ${sortKeys || 'id'}`)
  })
}

t.test('no index is needed, and then ids alone are looked up', async (t) => {
  const none: IndexKnowledge = { has: () => false, count: () => 1, isScattered: () => false }
  t.equal(draw(planQuery(parseQueryFilter('city eq "x" and _id eq "y"'), [], none)), 'gather /_id=y | /city eq "x"')
  t.equal(draw(planQuery(parseQueryFilter('city eq "x"'), parseSortKeys(['city']), none)), 'ids | /city eq "x"')
})

t.test('an index of ids that is declared is like any other', async (t) => {
  const ids: IndexKnowledge = { has: (index) => index === '/_id', count: (_, most) => most, isScattered: () => false }
  t.equal(draw(planQuery(parseQueryFilter('_id sw "x"'), parseSortKeys(['-_id']), ids)), 'sorted walk -/_id≥x<y')
})

const field = fc.constantFrom(['a'], ['b'], ['a', 'b'], ['_id'])
const { query } = fc.letrec<{ query: QueryFilter }>(() => ({ query: arbitraryFilter({ field, value: anyScalar }) }))
const pointers = ['/a', '/b', '/a/b', '/_id']

/** The documents that a plan leads to, by going through all entries of its index. */
function follow (plan: QueryPlan, documents: readonly ComparedDocument[], declared: readonly string[]): readonly ComparedDocument[] {
  const entriesOf = (index: string, skipped: IndexEntry['part']): ReadonlyArray<{ entry: IndexEntry, document: ComparedDocument }> =>
    documents.flatMap((document) => indexEntries(document, parseJsonPointer(index) ?? []).map((entry) => ({ entry, document }))).filter(({ entry }) => entry.part !== skipped)
  const known = (index: string, spans: readonly ValueSpan[]): void => {
    if (!declared.includes(index) && !(index === '/_id' && plan.kind === 'gather' && spans.every(isPoint))) throw new Error(`there is no index ${index}`)
  }
  const byId = documents.toSorted((a, b) => byBytes(a.id, b.id))
  switch (plan.kind) {
    case 'nothing': return []
    case 'ids': return byId
    case 'gather': return byId.toReversed().filter((document) => plan.conditions.some(({ index, spans }) => {
      known(index, spans)
      return entriesOf(index, parts.sorted).some((found) => found.document === document && spans.some((span) => isWithin(found.entry, span)))
    }))
    case 'group':
      known(plan.index, [])
      return entriesOf(plan.index, parts.sorted).filter(({ entry }) => isWithin(entry, plan.point)).map(({ document }) => document).sort((a, b) => byBytes(a.id, b.id))
    case 'walk': {
      known(plan.index, [])
      const { span } = plan
      const sign = ({ rank }: IndexEntry): number => plan.descending && rank !== ranks.none ? -1 : 1
      return entriesOf(plan.index, parts.compared).filter(({ entry }) => span === undefined || isWithin(entry, span))
        .sort((a, b) => sign(a.entry) !== sign(b.entry) ? sign(a.entry) - sign(b.entry) : sign(a.entry) * compareComparables(a.entry, b.entry) || byBytes(a.document.id, b.document.id))
        .map(({ document }) => document)
    }
  }
}

t.test('whatever is known of indexes, a plan leads to the documents that match, once each, and in order where it says so', async (t) => {
  const collection = fc.array(anyDocument, { minLength: 1, maxLength: 8 }).map((documents) => documents.map((document, index) => ({ ...document, id: `${document.id}${index % 3 === 0 ? '' : index}` })))
    .map((documents) => documents.filter(({ id }, index) => documents.findIndex((other) => other.id === id) === index))
  const sortKeys: fc.Arbitrary<readonly SortKey[] | 'any' | 'count'> = fc.oneof(fc.constantFrom('any' as const, 'count' as const), fc.array(fc.record({ pointer: field, descending: fc.boolean() }), { maxLength: 2 }))
  const kinds = new Set<string>()
  fc.assert(fc.property(collection, query, sortKeys, fc.subarray(pointers), fc.array(fc.nat(1500), { minLength: 8, maxLength: 8 }), (documents, filter, sortKeys, declared, counts) => {
    let asked = 0
    const plan = planQuery(filter, sortKeys, {
      has: (index) => declared.includes(index),
      isScattered: (index) => documents.some((document) => indexEntries(document, parseJsonPointer(index) ?? []).some(({ part }) => part === parts.compared)),
      count: (_, most) => Math.min(most, counts[asked++ % 8] ?? 0)
    })
    kinds.add(`${plan.kind}${plan.sorted ? ' sorted' : ''}${plan.rest === undefined ? '' : ' rest'}`)
    const { rest } = plan
    const found = follow(plan, documents, declared).filter((document) => rest === undefined || queryPredicate(rest)(document)).map(({ id }) => id)
    const inOrder = typeof sortKeys !== 'string'
    const keys = inOrder ? sortKeys : []
    const expected = documents.filter(queryPredicate(filter)).sort((a, b) => comparePositions(keys, sortPosition(a, keys), sortPosition(b, keys))).map(({ id }) => id)
    return (plan.sorted && inOrder ? found : found.toSorted(byBytes)).join() === (plan.sorted && inOrder ? expected : expected.toSorted(byBytes)).join()
  }), { numRuns: 10_000 })
  t.strictSame([...kinds].sort(), [
    'gather', 'gather rest', 'group', 'group rest', 'group sorted', 'group sorted rest', 'ids', 'ids rest', 'ids sorted', 'ids sorted rest',
    'nothing sorted', 'walk', 'walk rest', 'walk sorted', 'walk sorted rest'
  ])
})
