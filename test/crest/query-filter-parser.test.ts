import fc from 'fast-check'
import t from 'tap'
import { maxFilterClauses, maxFilterDepth, maxFilterLength, parseQueryFilter } from '../../lib/crest/query-filter-parser.ts'
import { comparisonOperators } from '../../lib/crest/query-filter.ts'
import type { FilterValue, QueryFilter } from '../../lib/crest/query-filter.ts'
import { BadRequest, NotImplemented } from '../../lib/errors.ts'

function message (text: string): string {
  try {
    parseQueryFilter(text)
  } catch (error) {
    if (error instanceof BadRequest || error instanceof NotImplemented) return `${error.statusCode} ${error.message.replace('The filter is malformed at column ', '')}`
    throw error
  }
  return 'parsed'
}

// The worked examples of Common REST query filters that are refused.
const refused: readonly (readonly [number, string, string])[] = [
  [11, 'userName eq alice', '400 13: expected a string in quotes, a number, true or false, found "alice"'],
  [12, 'userName eq "alice', '400 13: expected a closing ", found the end'],
  [13, 'userName eq \'alice"', '400 13: expected a closing \', found the end'],
  [39, 'score eq 10.0f', '400 10: expected a string in quotes, a number, true or false, found "10.0f"'],
  [40, 'score eq 0x0A', '400 10: expected a string in quotes, a number, true or false, found "0x0A"'],
  [41, 'score eq NaN', '400 10: expected a string in quotes, a number, true or false, found "NaN"'],
  [65, 'manager eq null', '400 12: expected a string in quotes, a number, true or false, found "null"'],
  [76, 'userName eq "alice\\"', '400 13: expected a closing ", found the end'],
  [96, 'userName eq"alice"', '400 10: expected an operator, found "eq"alice""'],
  [102, 'not (userName pr)', '400 5: expected an operator, found "("'],
  [103, '()', '400 2: expected a field, true, false, "!" or "(", found ")"'],
  [104, '(true', '400 6: expected and, or, or ")", found the end'],
  [105, 'true)', '400 5: expected and, or, or the end, found ")"'],
  [106, 'true false', '400 6: expected and, or, or the end, found "false"'],
  [107, 'true and', '400 9: expected a field, true, false, "!" or "(", found the end'],
  [108, 'and', '400 4: expected an operator, found the end'],
  [109, 'userName', '400 9: expected an operator, found the end'],
  [110, 'userName eq', '400 12: expected a string in quotes, a number, true or false, found the end'],
  [111, 'userName eq "a" "b"', '400 17: expected and, or, or the end, found the string "b"'],
  [112, 'userName pr pr', '400 13: expected and, or, or the end, found "pr"'],
  [114, 'true eq "x"', '400 6: expected and, or, or the end, found "eq"'],
  [116, 'userName regex "a.*"', '501 The filter operator "regex" at column 10 is not offered'],
  [117, '!(userName ne "x")', '501 The filter operator "ne" at column 12 is not offered'],
  [118, 'true and userName ne "x"', '501 The filter operator "ne" at column 19 is not offered'],
  [119, 'userName ne "x" or true', '501 The filter operator "ne" at column 10 is not offered'],
  [120, 'userName = "alice"', '400 10: expected an operator, found "="'],
  [121, 'userName e-q "alice"', '400 10: expected an operator, found "e-q"'],
  [122, '"userName" eq "alice"', '400 1: expected a field, true, false, "!" or "(", found the string "userName"'],
  [124, 'na"me eq "x"', '400 1: expected a legal JSON pointer as field, found "na"me"'],
  [125, 'a|b eq 1', '400 1: expected a legal JSON pointer as field, found "a|b"']
]

// And those that are taken.
const taken: readonly (readonly [number, string])[] = [
  [1, 'true'],
  [2, 'false'],
  [3, 'TRUE'],
  [4, 'userName eq "alice"'],
  [5, 'userName eq "ALICE"'],
  [6, 'userName eq \'bob\''],
  [7, 'userName EQ "alice"'],
  [8, '/userName eq "alice"'],
  [9, 'userName/ eq "alice"'],
  [10, 'USERNAME eq "alice"'],
  [14, 'name/first eq ""'],
  [15, 'userName co "AR"'],
  [16, 'userName co ""'],
  [17, 'userName sw "A"'],
  [18, 'userName sw "é"'],
  [19, 'userName lt "carol"'],
  [20, 'userName le "CAROL"'],
  [21, 'userName gt "bob"'],
  [22, 'userName ge "BOB"'],
  [23, 'age eq 30'],
  [24, 'age eq 30.0'],
  [25, 'age eq "30"'],
  [26, 'age eq 30 or age eq "30"'],
  [27, 'age eq 30 and age eq "30"'],
  [28, 'age lt 31'],
  [29, 'age gt 30'],
  [30, 'age lt "9"'],
  [31, 'age co 30'],
  [32, 'score lt 0'],
  [33, 'score eq -2'],
  [34, 'score eq 4.50'],
  [35, 'score eq +10'],
  [36, 'score eq 010'],
  [37, 'score eq .5e1'],
  [38, 'score eq 1e1'],
  [42, 'age eq 99999999999999999999'],
  [43, 'big eq 9007199254740992'],
  [44, 'active eq true'],
  [45, 'active eq TRUE'],
  [46, 'active eq "true"'],
  [47, 'active ge false'],
  [48, 'active sw false'],
  [49, 'tags eq "blue"'],
  [50, 'tags co "re"'],
  [51, 'tags eq 1'],
  [52, 'tags lt "c"'],
  [53, '!(tags eq "blue")'],
  [54, 'tags/0 eq "red"'],
  [55, 'tags/9 eq "blue"'],
  [56, 'tags/- pr'],
  [57, 'tags pr'],
  [58, 'mail pr'],
  [59, 'mail eq "dave@example.com"'],
  [60, '!(nope eq "x")'],
  [61, 'nope pr'],
  [62, '!(nope pr)'],
  [63, 'manager pr'],
  [64, 'age pr'],
  [66, 'empty pr'],
  [67, 'name eq "Alice"'],
  [68, 'name/last sw "smith"'],
  [69, 'name/first eq "Alice" and name/last co "MIT"'],
  [70, 'name/last eq \'O\\\'Neil\''],
  [71, 'name/last eq "O\'Neil"'],
  [72, 'note eq "say \\"hi\\""'],
  [73, 'path eq "C:\\\\temp"'],
  [74, 'path eq "C:\\temp"'],
  [75, 'userName eq "al\\u0069ce"'],
  [77, 'address/city eq "Paris"'],
  [78, 'address/0/city eq "paris"'],
  [79, 'lots/0 eq 1'],
  [80, 'lots eq 1'],
  [81, 'nested/a%2Fb eq 1'],
  [82, 'nested/a~1b eq 1'],
  [83, 'nested/~t eq 3'],
  [84, 'nested/c%20d eq 2'],
  [85, '/ pr'],
  [86, '_id eq "alice"'],
  [87, '_rev eq "0"'],
  [88, 'joined sw "2024-01-15"'],
  [89, 'joined ge "2024-01-01T00:00:00Z"'],
  [90, 'userName eq "alice" AND age eq 30'],
  [91, 'userName eq "alice" and age eq 30 or userName eq "carol"'],
  [92, 'userName eq "carol" or userName eq "alice" and age eq 31'],
  [93, '(userName eq "carol" or userName eq "alice") and age eq 30'],
  [94, '(age gt 20)or(age lt 5)'],
  [95, 'userName eq "x"or true'],
  [97, '! userName pr'],
  [98, '!userName pr'],
  [99, '!true'],
  [100, '!!(true)'],
  [101, '!(!(true))'],
  [113, 'pr pr'],
  [115, 'userName in \'["alice","bob"]\''],
  [123, 'userName eq\t"alice"'],
  [126, 'a[0] eq 1']
]

t.test('every worked example that is refused says where and why', async t => {
  for (const [name, text, expected] of refused) t.equal(message(text), expected, `${name}: ${text}`)
})

t.test('every other worked example is taken', async t => {
  for (const [name, text] of taken) t.equal(message(text), 'parsed', `${name}: ${text}`)
})

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

t.test('what is refused beyond the examples', async t => {
  const value = 'expected a string in quotes, a number, true or false, found'
  const list = 'expected a string with a JSON array of strings, numbers and booleans, found'
  const rows: readonly (readonly [string, string])[] = [
    ['', '400 1: expected a field, true, false, "!" or "(", found the end'],
    ['  ', '400 3: expected a field, true, false, "!" or "(", found the end'],
    ['!', '400 2: expected a field, true, false, "!" or "(", found the end'],
    ['a eq !', `400 6: ${value} "!"`],
    ['a eq (1)', `400 6: ${value} "("`],
    ['a eq .', `400 6: ${value} "."`],
    ['a eq 1e', `400 6: ${value} "1e"`],
    ['a eq 1e999', `400 6: ${value} "1e999"`],
    ['a eq --1', `400 6: ${value} "--1"`],
    ['a eq 1,000', `400 6: ${value} "1,000"`],
    ['a "eq" 1', '400 3: expected an operator, found the string "eq"'],
    ['a and 1', '400 3: expected an operator, found "and"'],
    ['a or b pr', '400 3: expected an operator, found "or"'],
    ['a eq 1 b eq 2', '400 8: expected and, or, or the end, found "b"'],
    ['(a eq 1 b', '400 9: expected and, or, or ")", found "b"'],
    ['__proto__ pr', '400 1: expected a legal JSON pointer as field, found "__proto__"'],
    ['a/__proto__/b pr', '400 1: expected a legal JSON pointer as field, found "a/__proto__/b"'],
    ['%zz pr', '400 1: expected a legal JSON pointer as field, found "%zz"'],
    ['a eq "x\\u0000"', '400 6: the string contains the character U+0000'],
    ['a eq "\\ud800"', '400 6: the string is ill-formed Unicode (a lone surrogate)'],
    ['a eq "\\', '400 6: expected a closing ", found the end'],
    ['a in 5', `400 6: ${list} "5"`],
    ['a in "x"', `400 6: ${list} the string "x"`],
    ['a in "{}"', `400 6: ${list} the string "{}"`],
    ['a in "[[1]]"', `400 6: ${list} the string "[[1]]"`],
    ['a in "[null]"', `400 6: ${list} the string "[null]"`],
    ['a in "[1e999]"', `400 6: ${list} the string "[1e999]"`],
    ['a in \'["\\\\u0000"]\'', `400 6: ${list} the string "["\\u0000"]"`],
    ['a in', `400 5: ${value} the end`],
    ['a ci "x"', '501 The filter operator "ci" at column 3 is not offered'],
    ['a x.y_1 "x" and b zz 1', '501 The filter operator "x.y_1" at column 3 is not offered'],
    ['a ci x', `400 6: ${value} "x"`],
    ['a ci "x" and (', '400 15: expected a field, true, false, "!" or "(", found the end']
  ]
  for (const [text, expected] of rows) t.equal(message(text), expected, text)
})

t.test('a filter is bounded in length, depth and clauses, and in what messages quote of it', async t => {
  const nested = (depth: number): string => '('.repeat(depth) + 'true' + ')'.repeat(depth)
  t.equal(maxFilterDepth, 63)
  t.equal(message(nested(maxFilterDepth)), 'parsed')
  t.equal(message(`${nested(63)} and ${nested(63)}`), 'parsed')
  t.equal(message('!('.repeat(63) + 'true' + ')'.repeat(63)), 'parsed')
  t.equal(message(nested(maxFilterDepth + 1)), '400 64: parentheses are nested deeper than 63')
  t.match(message('('.repeat(maxFilterLength)), /^400 64: parentheses/)
  t.equal(message('!'.repeat(maxFilterLength - 4) + 'true'), 'parsed')
  t.equal(message(' '.repeat(maxFilterLength - 4) + 'true'), 'parsed')
  t.equal(message(' '.repeat(maxFilterLength - 3) + 'true'), '400 The filter is longer than 10000 characters')
  t.equal(message(Array(maxFilterClauses).fill('a pr').join(' or ')), 'parsed')
  t.equal(message(Array(maxFilterClauses + 1).fill('a pr').join(' or ')), '400 8001: the filter has more than 1000 clauses')
  for (const text of [`a eq ${'x'.repeat(9000)}`, `a ${'x'.repeat(9000)} 1`, `a in "${'x'.repeat(9000)}"`, '|'.repeat(9000)]) {
    t.ok(message(text).length < 330)
  }
})

t.test('no text makes it throw anything but BadRequest and NotImplemented', async () => {
  const word = fc.constantFrom('a', '/b/c', 'eq', 'pr', 'in', 'zz', 'and', 'or', 'true', '(', ')', '!', '"x"', "'[1]'", '"', '\\', '1', '1.5', ' ', '\t')
  fc.assert(fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.array(word).map(words => words.join(' ')), fc.array(word).map(words => words.join(''))), text => {
    message(text)
  }), { numRuns: 2000 })
})
