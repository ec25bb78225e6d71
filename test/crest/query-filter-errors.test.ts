import fc from 'fast-check'
import t from 'tap'
import { parseQueryFilter } from '../../lib/crest/query-filter-parser.ts'
import { BadRequest, NotImplemented } from '../../lib/errors.ts'
import { defaultLimits } from '../../lib/limits.ts'

/** In short: the status, the column, and the rest of the message; `parsed` where nothing was thrown. */
function message (text: string): string {
  try {
    parseQueryFilter(text)
  } catch (error) {
    if (error instanceof BadRequest || error instanceof NotImplemented) return `${error.statusCode} ${error.message.replace('The filter is malformed at column ', '')}`
    throw error
  }
  return 'parsed'
}

type Rows = ReadonlyArray<readonly [filter: string, column: number, found: string]>

/** Filters that are refused where the same thing was expected: at which column, and what was found there. */
const refused: Readonly<Record<string, Rows>> = {
  'a field, true, false, "!" or "("': [
    ['', 1, 'the end'],
    ['  ', 3, 'the end'],
    ['\t\r\n', 4, 'the end'],
    ['()', 2, '")"'],
    [')', 1, '")"'],
    ['(', 2, 'the end'],
    ['!', 2, 'the end'],
    ['!)', 2, '")"'],
    ['! "x"', 3, 'the string "x"'],
    ['"userName" eq "alice"', 1, 'the string "userName"'],
    ['\'a\' pr', 1, 'the string "a"'],
    ['true and', 9, 'the end'],
    ['a pr or', 8, 'the end'],
    ['(a pr and)', 10, '")"'],
    ['a pr and "b" pr', 10, 'the string "b"'],
    ['a ci "x" and (', 15, 'the end']
  ],
  'a legal JSON pointer as field': [
    ['na"me eq "x"', 1, '"na"me"'],
    ['a|b eq 1', 1, '"a|b"'],
    ['a pr and b{ pr', 10, '"b{"'],
    ['a<b pr', 1, '"a<b"'],
    ['a>b pr', 1, '"a>b"'],
    ['a\\b pr', 1, '"a\\b"'],
    ['a^b pr', 1, '"a^b"'],
    ['a`b pr', 1, '"a`b"'],
    ['a}b pr', 1, '"a}b"'],
    ['a#b pr', 1, '"a#b"'],
    ['a\u0001b pr', 1, '"a\u0001b"'],
    ['a\u0085b pr', 1, '"a\u0085b"'],
    ['a\ud800b pr', 1, '"a\ud800b"'],
    ['!a% pr', 2, '"a%"'],
    ['%zz pr', 1, '"%zz"'],
    ['a/%E9 pr', 1, '"a/%E9"'],
    ['%00 pr', 1, '"%00"'],
    ['__proto__ pr', 1, '"__proto__"'],
    ['a/__proto__/b pr', 1, '"a/__proto__/b"']
  ],
  'an operator': [
    ['and', 4, 'the end'],
    ['userName', 9, 'the end'],
    ['not (userName pr)', 5, '"("'],
    ['(a)', 3, '")"'],
    ['(userName) pr', 10, '")"'],
    ['a (eq) 1', 3, '"("'],
    ['userName eq"alice"', 10, '"eq"alice""'],
    ['userName = "alice"', 10, '"="'],
    ['a != 1', 3, '"!"'],
    ['a <= 1', 3, '"<="'],
    ['userName e-q "alice"', 10, '"e-q"'],
    ['a é 1', 3, '"é"'],
    ['a "eq" 1', 3, 'the string "eq"'],
    ['a and 1', 3, '"and"'],
    ['a or b pr', 3, '"or"'],
    ['a\u00a0pr', 5, 'the end']
  ],
  'a string in quotes, a number, true or false': [
    ['userName eq', 12, 'the end'],
    ['a in', 5, 'the end'],
    ['a zz', 5, 'the end'],
    ['userName eq alice', 13, '"alice"'],
    ['a eq pr', 6, '"pr"'],
    ['a ci x', 6, '"x"'],
    ['or a pr', 6, '"pr"'],
    ['manager eq null', 12, '"null"'],
    ['score eq NaN', 10, '"NaN"'],
    ['a eq -Infinity', 6, '"-Infinity"'],
    ['score eq 10.0f', 10, '"10.0f"'],
    ['a eq 1.0d', 6, '"1.0d"'],
    ['score eq 0x0A', 10, '"0x0A"'],
    ['a eq 1n', 6, '"1n"'],
    ['a eq 1_000', 6, '"1_000"'],
    ['a eq 1,000', 6, '"1,000"'],
    ['a eq 1.2.3', 6, '"1.2.3"'],
    ['a eq .', 6, '"."'],
    ['a eq +', 6, '"+"'],
    ['a eq --1', 6, '"--1"'],
    ['a eq 1e', 6, '"1e"'],
    ['a eq .e1', 6, '".e1"'],
    ['a eq 1e+', 6, '"1e+"'],
    ['a eq 1e1.5', 6, '"1e1.5"'],
    ['a eq 1e999', 6, '"1e999"'],
    ['a eq ١', 6, '"١"'],
    ['a eq 1"', 6, '"1""'],
    ['a eq !', 6, '"!"'],
    ['a eq (1)', 6, '"("'],
    ['(a eq)', 6, '")"']
  ],
  'and, or, or the end': [
    ['true)', 5, '")"'],
    ['(a pr))', 7, '")"'],
    ['true false', 6, '"false"'],
    ['true eq "x"', 6, '"eq"'],
    ['userName eq "a" "b"', 17, 'the string "b"'],
    ['userName pr pr', 13, '"pr"'],
    ['a eq 1 b eq 2', 8, '"b"'],
    ['a eq "x"y', 9, '"y"'],
    ['a eq \'O\'Neil\'', 9, '"Neil\'"'],
    ['a pr (b pr)', 6, '"("'],
    ['(a pr)(b pr)', 7, '"("'],
    ['(a pr) !b pr', 8, '"!"'],
    ['a pr not b pr', 6, '"not"']
  ],
  'and, or, or ")"': [
    ['(true', 6, 'the end'],
    ['((a pr) or b pr', 16, 'the end'],
    ['(a eq 1 b', 9, '"b"'],
    ['(a pr (b pr))', 7, '"("'],
    ['(a pr "x")', 7, 'the string "x"']
  ],
  'a closing "': [
    ['userName eq "alice', 13, 'the end'],
    ['a eq "', 6, 'the end'],
    ['userName eq "alice\\"', 13, 'the end'],
    ['a eq "\\', 6, 'the end'],
    ['a pr "', 6, 'the end']
  ],
  "a closing '": [
    ['userName eq \'alice"', 13, 'the end'],
    ['\'a eq "x"', 1, 'the end']
  ],
  'a string with a JSON array of strings, numbers and booleans': [
    ['a in 5', 6, '"5"'],
    ['a in true', 6, '"true"'],
    ['a in "x"', 6, 'the string "x"'],
    ['a in ""', 6, 'the string ""'],
    ['a in "[1"', 6, 'the string "[1"'],
    ['a in "{}"', 6, 'the string "{}"'],
    ['a in "[[1]]"', 6, 'the string "[[1]]"'],
    ['a in "[null]"', 6, 'the string "[null]"'],
    ['a in "[{}]"', 6, 'the string "[{}]"'],
    ['a in "[1e999]"', 6, 'the string "[1e999]"'],
    ['a in \'["\\\\u0000"]\'', 6, 'the string "["\\u0000"]"'],
    ['a in \'["\\\\ud800"]\'', 6, 'the string "["\\ud800"]"']
  ]
}

for (const [expected, rows] of Object.entries(refused)) {
  for (const [filter, column, found] of rows) {
    t.test(`${JSON.stringify(filter)} is expected to have ${expected} at column ${column}`, async (t) => {
      t.equal(message(filter), `400 ${column}: expected ${expected}, found ${found}`)
    })
  }
}

t.test('a string that cannot be stored is refused at its opening quote', async (t) => {
  t.equal(message('a eq "x\\u0000"'), '400 6: the string contains the character U+0000')
  t.equal(message('a eq \'\0\''), '400 6: the string contains the character U+0000')
  t.equal(message('a eq "\\ud800"'), '400 6: the string is ill-formed Unicode (a lone surrogate)')
  t.equal(message('a eq "\ude00\ud83d"'), '400 6: the string is ill-formed Unicode (a lone surrogate)')
})

t.test('an operator that is not offered is 501, the first one named, once all else is well-formed', async (t) => {
  t.equal(message('userName regex "a.*"'), '501 The filter operator "regex" at column 10 is not offered')
  t.equal(message('!(userName ne "x")'), '501 The filter operator "ne" at column 12 is not offered')
  t.equal(message('true and userName ne "x"'), '501 The filter operator "ne" at column 19 is not offered')
  t.equal(message('userName ne "x" or true'), '501 The filter operator "ne" at column 10 is not offered')
  t.equal(message('a x.y_1 "x" and b zz 1'), '501 The filter operator "x.y_1" at column 3 is not offered')
  t.equal(message('a ne 1 and'), '400 11: expected a field, true, false, "!" or "(", found the end')
})

const nested = (depth: number): string => '('.repeat(depth) + 'true' + ')'.repeat(depth)
const clauses = (number: number): string => Array(number).fill('a pr').join(' or ')

t.test('parentheses enclose one another 63 times, not 64', async (t) => {
  t.equal(defaultLimits.filterDepth, 63)
  t.equal(message(nested(63)), 'parsed')
  t.equal(message(`${nested(63)} and ${nested(63)}`), 'parsed')
  t.equal(message('!('.repeat(63) + 'true' + ')'.repeat(63)), 'parsed')
  t.equal(message(nested(64)), '400 64: parentheses are nested deeper than 63')
  t.equal(message('('.repeat(defaultLimits.filterLength)), '400 64: parentheses are nested deeper than 63')
})

t.test('a filter has 1000 clauses, not 1001', async (t) => {
  t.equal(defaultLimits.filterClauses, 1000)
  t.equal(message(clauses(1000)), 'parsed')
  t.equal(message(clauses(1001)), '400 8001: the filter has more than 1000 clauses')
  t.equal(message(Array(1001).fill('true').join(' or ')), '400 8001: the filter has more than 1000 clauses')
  t.equal(message(Array(1001).fill('a eq 1').join(' or ')), '400 The filter is longer than 10000 characters')
})

t.test('a filter has 10,000 characters, not 10,001', async (t) => {
  t.equal(defaultLimits.filterLength, 10_000)
  t.equal(message(`${' '.repeat(9996)}true`), 'parsed')
  t.equal(message(`${'!'.repeat(9996)}true`), 'parsed')
  t.equal(message(`${' '.repeat(9997)}true`), '400 The filter is longer than 10000 characters')
})

t.test('100 kB of parentheses and a million disjunctions are refused by their length', async (t) => {
  for (const text of ['('.repeat(100_000), '!'.repeat(100_000), '"'.repeat(100_000), clauses(1_000_000)]) {
    t.equal(message(text), '400 The filter is longer than 10000 characters')
  }
})

t.test('a message quotes no more than 200 characters of the filter', async (t) => {
  for (const text of [`a eq ${'x'.repeat(9000)}`, `a ${'x'.repeat(9000)} 1`, `a in "${'x'.repeat(9000)}"`, '|'.repeat(9000)]) {
    t.equal(/[x|]+…/.exec(message(text))?.[0].length, 200, text.slice(0, 10))
  }
})

t.test('no text makes it throw anything but BadRequest and NotImplemented', async (t) => {
  const word = fc.constantFrom('a', '/b/c', 'eq', 'pr', 'in', 'zz', 'and', 'or', 'true', '(', ')', '!', '"x"', "'[1]'", '"', '\\', '1', '1.5', ' ', '\t')
  const clause = fc.constantFrom('a eq 1', 'a zz "x"', '!', '(', ')', 'and', 'or')
  const text = fc.oneof(fc.string({ unit: 'binary' }), ...[word, clause].flatMap((piece) => [' ', ''].map((between) => fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(between)))))
  const seen = new Set<string>()
  fc.assert(fc.property(text, (text) => { seen.add(message(text).slice(0, 3)) }), { numRuns: 2000 })
  t.strictSame([...seen].sort(), ['400', '501', 'par'])
})
