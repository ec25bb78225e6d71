import t from 'tap'
import { parseQueryFilter } from '../../lib/crest/query-filter-parser.ts'
import { comparisonOperators } from '../../lib/crest/query-filter.ts'
import type { FilterValue, QueryFilter } from '../../lib/crest/query-filter.ts'

t.test('the tree says what the text means', async t => {
  const eq = (field: string, value: FilterValue): QueryFilter => ({ kind: 'compare', operator: 'eq', field: field.split('/'), value })
  const pr = (field: string): QueryFilter => ({ kind: 'present', field: [field] })
  const not = (operand: QueryFilter): QueryFilter => ({ kind: 'not', operand })
  const rows: readonly (readonly [string, QueryFilter])[] = [
    ['true', { kind: 'literal', value: true }],
    [' False ', { kind: 'literal', value: false }],
    ['/ pr', { kind: 'present', field: [] }],
    ['pr PR', pr('pr')],
    ['eq eq 1', eq('eq', 1)],
    ['and pr and or pr', { kind: 'and', operands: [pr('and'), pr('or')] }],
    ['/name/first/ eq "x"', eq('name/first', 'x')],
    ['a%2Fb eq 1', { kind: 'compare', operator: 'eq', field: ['a/b'], value: 1 }],
    ['a~1b eq 1', { kind: 'compare', operator: 'eq', field: ['a/b'], value: 1 }],
    ['a[0] eq 1', eq('a[0]', 1)],
    ['a\t\r\n\f\v  eq\t1', eq('a', 1)],
    ['a pr and b pr and c pr', { kind: 'and', operands: [pr('a'), pr('b'), pr('c')] }],
    ['a pr or b pr AND c pr Or d pr', { kind: 'or', operands: [pr('a'), { kind: 'and', operands: [pr('b'), pr('c')] }, pr('d')] }],
    ['(a pr or b pr)and(c pr)', { kind: 'and', operands: [{ kind: 'or', operands: [pr('a'), pr('b')] }, pr('c')] }],
    ['(a pr and b pr) and c pr', { kind: 'and', operands: [{ kind: 'and', operands: [pr('a'), pr('b')] }, pr('c')] }],
    ['!a pr and b pr', { kind: 'and', operands: [not(pr('a')), pr('b')] }],
    ['! a pr', not(pr('a'))],
    ['!(a pr)', not(pr('a'))],
    ['!!a pr', pr('a')],
    ['! ! !a pr', not(pr('a'))],
    ['!(!(a pr))', not(not(pr('a')))],
    ['/!a pr', pr('!a')],
    ['%21a pr', pr('!a')],
    ['a!b pr', pr('a!b')],
    ['a eq "x"or true', { kind: 'or', operands: [eq('a', 'x'), { kind: 'literal', value: true }] }],
    ['a eq "x"and(b pr)', { kind: 'and', operands: [eq('a', 'x'), pr('b')] }],
    ['a in \'["x",1,true]\'', { kind: 'in', field: ['a'], values: ['x', 1, true] }],
    ['a IN "[]"', { kind: 'in', field: ['a'], values: [] }]
  ]
  for (const [text, expected] of rows) t.strictSame(parseQueryFilter(text), expected, text)
  for (const operator of comparisonOperators) {
    t.strictSame(parseQueryFilter(`a ${operator.toUpperCase()} TRUE`), { kind: 'compare', operator, field: ['a'], value: true })
  }
})

t.test('literals have the value that they stand for', async t => {
  const rows: readonly (readonly [string, FilterValue])[] = [
    ['"x"', 'x'],
    ["''", ''],
    ['"O\'Neil"', "O'Neil"],
    ["'O\\'Neil'", "O'Neil"],
    ['"a\\\\b"', 'a\\b'],
    ['"\\b\\f\\n\\r\\t"', '\b\f\n\r\t'],
    ['"\\u00e9\\u00C9"', 'éÉ'],
    ['"\\ud83d\\ude00"', '😀'],
    ['"\\u00"', 'u00'],
    ['"\\x\\/\\é\\ "', 'x/é '],
    ['"\\\n\\😀"', '\n😀'],
    ['"a (b) ! c"', 'a (b) ! c'],
    ['"^(?!sunAMDelegationService$).*"', '^(?!sunAMDelegationService$).*'],
    ['TRUE', true],
    ['false', false],
    ['0', 0],
    ['-2', -2],
    ['+10', 10],
    ['010', 10],
    ['4.50', 4.5],
    ['5.', 5],
    ['.5', 0.5],
    ['-.5e1', -5],
    ['1E+2', 100],
    ['1.e-1', 0.1],
    ['99999999999999999999', 1e20]
  ]
  for (const [text, value] of rows) t.strictSame(parseQueryFilter(`a eq ${text}`), { kind: 'compare', operator: 'eq', field: ['a'], value }, text)
})

t.test('zero has no sign', async t => {
  for (const text of ['a eq -0', 'a eq -0.0e5', 'a eq -1e-999', 'a in "[-0]"']) {
    const filter = parseQueryFilter(text)
    const value = filter.kind === 'compare' ? filter.value : filter.kind === 'in' ? filter.values[0] : undefined
    t.ok(Object.is(value, 0), text)
  }
})
