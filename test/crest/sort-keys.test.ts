import fc from 'fast-check'
import t from 'tap'
import { parseSortKeys } from '../../lib/crest/sort-keys.ts'
import { BadRequest } from '../../lib/errors.ts'

/** In short: `+` or `-` and the tokens. */
function read (...values: readonly string[]): readonly string[] {
  return parseSortKeys(values).map(({ pointer, descending }) => `${descending ? '-' : '+'}${JSON.stringify(pointer)}`)
}

t.test('sort keys are comma lists of JSON pointers with a sign', async t => {
  const rows: ReadonlyArray<readonly [string, readonly string[]]> = [
    ['a', ['+["a"]']],
    ['+a', ['+["a"]']],
    [' a', ['+["a"]']], // an unescaped + of a query string
    ['-a', ['-["a"]']],
    ['/a/b', ['+["a","b"]']],
    ['-/a/b', ['-["a","b"]']],
    ['a,-b,+c, d', ['+["a"]', '-["b"]', '+["c"]', '+["d"]']],
    ['a~1b', ['+["a/b"]']],
    ['a%20b', ['+["a b"]']],
    ['a%2Cb', ['+["a,b"]']],
    ['--a', ['-["-a"]']],
    ['a/0', ['+["a","0"]']],
    ['a,a', ['+["a"]', '+["a"]']],
    ['é', ['+["é"]']]
  ]
  for (const [value, expected] of rows) t.strictSame(read(value), expected, value)
})

t.test('one comma at the end means nothing', async t => {
  t.strictSame(read('a,'), ['+["a"]'])
  t.strictSame(read('a,-b,'), ['+["a"]', '-["b"]'])
})

t.test('a sign or a slash alone means the whole document, which orders nothing', async t => {
  for (const [value, expected] of [['-', '-[]'], ['+', '+[]'], ['/', '+[]'], ['-/', '-[]']] as const) t.strictSame(read(value), [expected], value)
})

t.test('several parameters accumulate, the first key is primary', async t => {
  t.strictSame(read(), [])
  t.strictSame(read('a,b', '-c'), ['+["a"]', '+["b"]', '-["c"]'])
})

t.test('an empty key and a malformed pointer are 400', async t => {
  for (const value of ['', ',', ',a', 'a,,b', 'a,,', 'a b', 'a"', '%zz', '/a/%', '__proto__', 'a/__proto__', '\0', '\ud800']) {
    t.throws(() => parseSortKeys([value]), new BadRequest(`_sortKeys holds ${JSON.stringify(value.split(',').find(key => key === '' || !/^a$/.test(key)))}, which is not a sort key`), JSON.stringify(value))
  }
  t.throws(() => parseSortKeys(['a', '']), BadRequest)
  t.throws(() => parseSortKeys([`"${'x'.repeat(300)}`]), new BadRequest(`_sortKeys holds "\\"${'x'.repeat(199)}", which is not a sort key`))
})

t.test('more than eight keys are 400, however they are spread', async t => {
  const eight = [...'abcdefgh']
  t.equal(read(eight.join(',')).length, 8)
  t.equal(read(...eight).length, 8)
  t.equal(read(`${eight.join(',')},`).length, 8, 'a comma at the end is no key')
  for (const values of [[`${eight.join(',')},i`], [...eight, 'i'], ['a,b,c,d', 'e,f,g,h', 'i'], [','.repeat(100_000)], Array.from({ length: 100_000 }, () => 'a')]) {
    t.throws(() => parseSortKeys(values), new BadRequest('_sortKeys names more than 8 keys'), JSON.stringify(values).slice(0, 80))
  }
})

t.test('every text is read or refused', async t => {
  fc.assert(fc.property(fc.array(fc.string({ unit: 'binary' })), values => {
    try { parseSortKeys(values) } catch (error) { if (!(error instanceof BadRequest)) throw error }
  }))
})
