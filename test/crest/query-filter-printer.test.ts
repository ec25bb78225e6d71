import fc from 'fast-check'
import { isDeepStrictEqual } from 'node:util'
import t from 'tap'
import { parseQueryFilter } from '../../lib/crest/query-filter-parser.ts'
import { printFilterValue, printQueryFilter } from '../../lib/crest/query-filter-printer.ts'
import type { FilterValue } from '../../lib/crest/query-filter.ts'
import { arbitraryFilter } from './query-filter-arbitrary.ts'
import { workedFilters } from './worked-filters.ts'
import { defaultLimits } from '../../lib/limits.ts'

t.test('a filter is printed in one form, however it was written', async (t) => {
  const rows: ReadonlyArray<readonly [string, string]> = [
    ['TRUE', 'true'],
    [' (false) ', 'false'],
    ['a PR', '/a pr'],
    ['/ pr', '/ pr'],
    ['// pr', '// pr'],
    ['a// pr', '/a// pr'],
    ['a/b/ EQ 1', '/a/b eq 1'],
    ['a%2Fb eq 1', '/a~1b eq 1'],
    ['a~t eq 1', '/a~0t eq 1'],
    ['c%20d eq 1', '/c%20d eq 1'],
    ['50%25 eq 1', '/50%25 eq 1'],
    ['a%28b%29 eq 1', '/a%28b%29 eq 1'],
    ['a%22b eq 1', '/a%22b eq 1'],
    ['true/x eq 1', '/true/x eq 1'],
    ['/true eq 1', '/true eq 1'],
    ['%21a pr', '/!a pr'],
    ['É%C3%89 pr', '/ÉÉ pr'],
    ['and pr', '/and pr'],
    ['a eq TRUE', '/a eq true'],
    ['a eq +010.50', '/a eq 10.5'],
    ['a eq -0', '/a eq 0'],
    ['a eq 1e21', '/a eq 1e+21'],
    ['a eq 5e-324', '/a eq 5e-324'],
    ["a eq 'x'", '/a eq "x"'],
    ["a eq 'say \"hi\"'", '/a eq "say \\"hi\\""'],
    ['a eq "O\'Neil"', '/a eq "O\'Neil"'],
    ['a eq "C:\\\\temp"', '/a eq "C:\\\\temp"'],
    ['a eq "\\t\\u0001\u0002"', '/a eq "\\t\\u0001\\u0002"'],
    ['a eq "\\u00e9😀"', '/a eq "é😀"'],
    ['a in \'["x", 1.0, true]\'', '/a in "[\\"x\\",1,true]"'],
    ['a in "[]"', '/a in "[]"'],
    ['a pr and b pr and c pr', '(/a pr and /b pr and /c pr)'],
    ['(a pr and b pr) and c pr', '((/a pr and /b pr) and /c pr)'],
    ['a pr or b pr and c pr', '(/a pr or (/b pr and /c pr))'],
    ['! a pr', '!(/a pr)'],
    ['!(a pr or b pr)', '!(/a pr or /b pr)'],
    ['!(!(a pr))', '!(!(/a pr))'],
    ['!!a pr', '/a pr'],
    ['!true', '!(true)']
  ]
  for (const [text, printed] of rows) t.equal(printQueryFilter(parseQueryFilter(text)), printed, text)
})

t.test('printing what was parsed from a printed worked filter changes nothing', async (t) => {
  for (const { filter, status } of workedFilters) {
    if (status !== undefined) continue
    const tree = parseQueryFilter(filter)
    const printed = printQueryFilter(tree)
    t.strictSame(parseQueryFilter(printed), tree, filter)
    t.equal(printQueryFilter(parseQueryFilter(printed)), printed, filter)
  }
})

const edges = [0, 1, -1, 0.1, 5e-324, -5e-324, 1.7976931348623157e308, -1.7976931348623157e308, 2 ** 53 - 1, 2 ** 53, 2 ** 53 + 2, 1e20, 1e21, 1e-6, 1e-7]
const special = fc.string({ unit: fc.constantFrom('"', "'", '\\', '/', '~', '0', '1', '%', '2', 'F', 'u', '(', ')', '!', ' ', '\t', '\n', '\u0001', '\u007f', '\u0085', '\u00a0', '\u2028', 'É', '\uff5e', '😀', '|', '#', '[', 'a') })
const text = fc.oneof(special, fc.string({ unit: 'binary' })).map((string) => string.replaceAll('\0', ''))
const token = fc.oneof(fc.constantFrom('', 'a', 'true', 'and', 'pr', '_id', '0', '-', 'constructor'), text).filter((name) => name !== '__proto__')
const number = fc.oneof(fc.constantFrom(...edges), fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true })).map((value) => value + 0)
const value: fc.Arbitrary<FilterValue> = fc.oneof(text, number, fc.boolean())
const filter = arbitraryFilter({ field: fc.array(token, { maxLength: 4 }), value })

t.test('parsing gives back the tree that was printed', async () => {
  fc.assert(fc.property(filter, (tree) => {
    const printed = printQueryFilter(tree)
    fc.pre(printed.length <= defaultLimits.filterLength)
    return isDeepStrictEqual(parseQueryFilter(printed), tree)
  }), { numRuns: 6000 })
})

t.test('parsing gives back the literal that was printed', async () => {
  fc.assert(fc.property(value, (value) =>
    isDeepStrictEqual(parseQueryFilter(`a eq ${printFilterValue(value)}`), { kind: 'compare', operator: 'eq', field: ['a'], value })
  ), { numRuns: 5000, examples: edges.map((edge): [FilterValue] => [edge]) })
})

t.test('the parentheses of the printed text may be more than a filter may have', async (t) => {
  const deep = `${'(a pr or b pr and '.repeat(63)}true${')'.repeat(63)}`
  const printed = printQueryFilter(parseQueryFilter(deep))
  t.match(printed, /^(?:\(\/a pr or \(\/b pr and ){63}true\){126}$/)
  t.throws(() => parseQueryFilter(printed), { statusCode: 400, message: /nested deeper than 63/ })
})
