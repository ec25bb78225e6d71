import fc from 'fast-check'
import t from 'tap'
import { parseQueryFilter } from '../../lib/crest/query-filter-parser.ts'
import { queryPredicate } from '../../lib/crest/query-predicate.ts'
import type { QueryFilter } from '../../lib/crest/query-filter.ts'
import type { JsonObject } from '../../lib/json.ts'
import { anyDocument, anyPointer, anyScalar } from './arbitrary-documents.ts'
import { naivelyMatches } from './naive-filter.ts'
import { arbitraryFilter } from './query-filter-arbitrary.ts'

/** The filters that match a document with that content, id `Ann` and revision `7`. */
function matching (content: JsonObject, filters: readonly string[]): readonly string[] {
  return filters.filter((filter) => queryPredicate(parseQueryFilter(filter))({ id: 'Ann', revision: '7', content }))
}

const operators = ['eq', 'co', 'sw', 'lt', 'le', 'gt', 'ge', 'in']

t.test('nothing is true of a field that is missing, null, an object or of no elements, whatever the literal', async (t) => {
  const values = { missing: undefined, null: null, object: { a: 1 }, empty: [], nulls: [null], nested: [[1, 'x', true]], objects: [{ a: 1 }] }
  for (const [name, value] of Object.entries(values)) {
    const comparisons = operators.flatMap((operator) => operator === 'in' ? ['a in \'["x","",1,0,true,false]\''] : ['"x"', '""', '1', '0', 'true', 'false'].map((literal) => `a ${operator} ${literal}`))
    t.strictSame(matching({ a: value }, comparisons), [], name)
    const negations = comparisons.map((comparison) => `!(${comparison})`)
    t.strictSame(matching({ a: value }, negations), negations, name)
    t.strictSame(matching({ a: value }, ['a pr']), value === undefined || value === null ? [] : ['a pr'], name)
  }
})

t.test('only a value of the type of the literal compares', async (t) => {
  const filters = ['"1"', '1', 'true'].flatMap((literal) => ['eq', 'co', 'sw', 'le', 'ge'].map((operator) => `a ${operator} ${literal}`))
  const ofType = (literal: string): readonly string[] => filters.filter((filter) => filter.endsWith(` ${literal}`))
  t.strictSame(matching({ a: '1' }, filters), ofType('"1"'))
  t.strictSame(matching({ a: 1 }, filters), ofType('1'))
  t.strictSame(matching({ a: true }, filters), ofType('true'))
  t.strictSame(matching({ a: ['1', 1, true] }, filters), filters)
  t.strictSame(matching({ a: 'true' }, filters), ['a ge "1"'])
})

t.test('each operator on each side of its literal', async (t) => {
  const rows: ReadonlyArray<readonly [string | number | boolean, string, string]> = [
    [1, '2', 'lt le'],
    [2, '2', 'eq co sw le ge'],
    [3, '2', 'gt ge'],
    [-0, '0', 'eq co sw le ge'],
    [12, '2', 'gt ge'], // numbers contain and begin with nothing but themselves
    [1e308, '1e308', 'eq co sw le ge'],
    [5e-324, '0', 'gt ge'],
    [2 ** 53, '9007199254740993', 'eq co sw le ge'],
    [false, 'true', 'lt le'],
    [true, 'true', 'eq co sw le ge'],
    [true, 'false', 'gt ge'],
    ['a', '"b"', 'lt le'],
    ['B', '"b"', 'eq co sw le ge'],
    ['c', '"B"', 'gt ge'],
    ['abc', '"B"', 'co lt le'],
    ['Bcd', '"bC"', 'co sw gt ge'],
    ['', '""', 'eq co sw le ge'],
    ['a', '""', 'co sw gt ge'],
    ['10', '"9"', 'lt le'],
    ['a', '"ab"', 'lt le']
  ]
  for (const [value, literal, expected] of rows) {
    const filters = operators.filter((operator) => operator !== 'in').map((operator) => `a ${operator} ${literal}`)
    t.strictSame(matching({ a: value }, filters).map((filter) => filter.split(' ')[1]).join(' '), expected, `${value} ${literal}`)
  }
})

t.test('strings compare ignoring case, in every script, and by code point', async (t) => {
  const rows: ReadonlyArray<readonly [string, string, string]> = [
    ['Straße', 'STRASSE', 'eq'],
    ['Straße', 'straẞe', 'eq'],
    ['İ', 'i\u0307', 'eq'],
    ['ı', 'I', 'eq'],
    ['ſ', 'S', 'eq'],
    ['\u212a', 'k', 'eq'], // the Kelvin sign
    ['ΟΔΟΣ', 'οδος', 'eq'],
    ['οδός', 'ΟΔΌΣ', 'eq'],
    ['ΟΔΟΣ ΜΟΥ', 'οδοσ', 'sw'],
    ['ΟΔΟΣ', 'οδο', 'sw'],
    ['ΣΑΣ', 'σας', 'eq'],
    ['ﬁn', 'FIN', 'eq'], // a ligature
    ['Ǆ', 'ǅ', 'eq'],
    ['𐐀', '𐐨', 'eq'], // Deseret, beyond U+FFFF
    ['😀', '\uff5e', 'gt'], // by UTF-16 unit, less
    ['\uff5e', '😀', 'lt'],
    ['é', 'z', 'gt'],
    ['x😀y', '😀Y', 'co']
  ]
  for (const [value, literal, operator] of rows) t.strictSame(matching({ a: value }, [`a ${operator} "${literal}"`]).length, 1, `${value} ${operator} ${literal}`)
  t.strictSame(matching({ a: 'e\u0301' }, ['a eq "é"', 'a eq "e"']), [], 'accents count, and nothing is composed')
})

t.test('a pointer goes through the objects of an array, and takes positions', async (t) => {
  const content = { a: [{ b: 1, l: ['x', 'y'] }, { b: [2, 3], l: [] }, 4, null, [{ b: 5 }], { b: null, 0: 'zero', '-': 'dash', '01': 'one' }], 0: { b: 6 }, '-': 7 }
  const rows: Readonly<Record<string, boolean>> = {
    'a/b eq 1': true,
    'a/b eq 3': true,
    'a/b eq 4': false,
    'a/b eq 5': false, // in an array in an array
    'a/4/b eq 5': true,
    'a/4/0/b eq 5': true,
    'a/b pr': true,
    'a/5/b pr': false,
    'a/c pr': false,
    'a/0/b eq 1': true,
    'a/1/b eq 1': false,
    'a/1/b/0 eq 2': true,
    'a/b/0 eq 2': true,
    'a/b/0 eq 1': false,
    'a/l eq "y"': true,
    'a/l/1 eq "y"': true,
    'a/l/x pr': false,
    'a/2 eq 4': true,
    'a eq 4': true,
    'a/6 pr': false,
    'a/99999999999999999999 pr': false,
    'a/- pr': false,
    'a/01 eq "one"': true, // no position
    'a/-1 pr': false,
    'a/length pr': false,
    'a/5/0 eq "zero"': true,
    'a/0 eq "zero"': false,
    '0/b eq 6': true,
    '- eq 7': true,
    'a/5/- eq "dash"': true
  }
  t.strictSame(matching(content, Object.keys(rows)), Object.keys(rows).filter((filter) => rows[filter]))
})

t.test('`_id` and `_rev` are strings, and the root is an object', async (t) => {
  const rows: Readonly<Record<string, boolean>> = {
    '_id eq "ANN"': true,
    '_id sw "a"': true,
    '_id pr': true,
    '_id/0 pr': false,
    '_id/length pr': false,
    '_rev eq "7"': true,
    '_rev eq 7': false,
    '_rev in "[\\"7\\"]"': true,
    '_ID pr': false,
    'a/_id eq "inner"': true,
    '/ pr': true,
    '/ eq "x"': false,
    '// pr': false
  }
  t.strictSame(matching({ _id: 'shadowed', a: { _id: 'inner' } }, Object.keys(rows)), Object.keys(rows).filter((filter) => rows[filter]))
})

t.test('only own members are fields', async (t) => {
  const inherited = ['constructor', 'toString', 'hasOwnProperty', 'constructor/name', 'a/constructor', 'l/map', 's/length', 'l/0/constructor']
  const filters = inherited.map((field) => `${field} pr`)
  t.strictSame(matching({ a: {}, l: [{}], s: 'text' }, filters), [])
  t.strictSame(matching(JSON.parse('{"constructor":{"name":1},"toString":2,"hasOwnProperty":3}'), filters), ['constructor pr', 'toString pr', 'hasOwnProperty pr', 'constructor/name pr'])
  t.notOk(queryPredicate({ kind: 'present', field: ['__proto__'] })({ id: 'a', revision: '1', content: {} }))
})

t.test('`in` matches what equals any member, and none if there is none', async (t) => {
  const filters = ['a in \'["x",2,true]\'', 'a in "[]"', 'a in "[0]"', '!(a in "[]")']
  t.strictSame(matching({ a: 'X' }, filters), [filters[0], filters[3]])
  t.strictSame(matching({ a: [false, 2] }, filters), [filters[0], filters[3]])
  t.strictSame(matching({ a: true }, filters), [filters[0], filters[3]])
  t.strictSame(matching({ a: '2' }, filters), [filters[3]])
  t.strictSame(matching({ a: -0 }, filters), [filters[2], filters[3]])
})

t.test('a tree is compiled once', async (t) => {
  const filter = parseQueryFilter('a eq 1')
  t.equal(queryPredicate(filter), queryPredicate(filter))
  t.not(queryPredicate(filter), queryPredicate(parseQueryFilter('a eq 1')))
})

const filter = arbitraryFilter({ field: anyPointer, value: anyScalar })

t.test('random documents match random filters as a naive evaluator has it', async (t) => {
  const seen = { true: 0, false: 0 }
  fc.assert(fc.property(anyDocument, filter, (document, filter) => {
    const expected = naivelyMatches(document, filter)
    seen[`${expected}`]++
    return queryPredicate(filter)(document) === expected
  }), { numRuns: 10_000 })
  t.ok(seen.true > 1000 && seen.false > 1000, `${seen.true} matched, ${seen.false} did not`)
})

t.test('the laws of De Morgan and of the double negation hold', async () => {
  const not = (operand: QueryFilter): QueryFilter => ({ kind: 'not', operand })
  fc.assert(fc.property(anyDocument, filter, filter, (document, a, b) => {
    const holds = (filter: QueryFilter): boolean => queryPredicate(filter)(document)
    return holds(not({ kind: 'and', operands: [a, b] })) === holds({ kind: 'or', operands: [not(a), not(b)] }) &&
      holds(not({ kind: 'or', operands: [a, b] })) === holds({ kind: 'and', operands: [not(a), not(b)] }) &&
      holds(not(not(a))) === holds(a)
  }), { numRuns: 5000 })
})
