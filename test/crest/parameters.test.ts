import fc from 'fast-check'
import t from 'tap'
import { groupParameters, parseQueryString } from '../../lib/crest/parameters.ts'

t.test('a query string is split and decoded', async t => {
  const rows: readonly (readonly [string, readonly (readonly [string, string, boolean])[]])[] = [
    ['', []],
    ['&&', []],
    ['=x', []],
    ['a', [['a', '', true]]],
    ['a=', [['a', '', true]]],
    ['a=b=c', [['a', 'b=c', true]]],
    ['a=1&a=2&&b=3', [['a', '1', true], ['a', '2', true], ['b', '3', true]]],
    ['_queryFilter=a+eq+%22x%2B%22', [['_queryFilter', 'a eq "x+"', true]]],
    ['%5Ffields=%C3%89', [['_fields', 'É', true]]],
    ['a=%', [['a', '%', false]]],
    ['a=b+%E9', [['a', 'b+%E9', false]]],
    ['%zz=a%20b', [['%zz', 'a b', false]]],
    ['__proto__=1', [['__proto__', '1', true]]],
    ['a=?b', [['a', '?b', true]]]
  ]
  for (const [query, expected] of rows) {
    t.strictSame(parseQueryString(query).map(({ name, value, decodable }) => [name, value, decodable]), expected, query)
  }
})

t.test('names with an underscore are reserved and match ignoring case', async t => {
  const { reserved, others } = groupParameters(parseQueryString('_fields=a&x=1&_FIELDS=b&_f%zz=1&%5FAction'))
  t.strictSame([...reserved.keys()], ['_fields', '_f%zz', '_action'])
  t.strictSame(reserved.get('_fields')?.map(({ name, value }) => [name, value]), [['_fields', 'a'], ['_FIELDS', 'b']])
  t.equal(reserved.get('_f%zz')?.[0]?.decodable, false)
  t.strictSame({ ...others }, { x: '1' })
})

t.test('other parameters are handed through, several values as a list', async t => {
  const { reserved, others } = groupParameters(parseQueryString('a=1&b=2&a=&a=%zz&B=3&constructor=c&toString'))
  t.equal(reserved.size, 0)
  t.strictSame({ ...others }, { a: ['1', '', '%zz'], b: '2', B: '3', constructor: 'c', toString: '' })
  t.equal(Object.getPrototypeOf(others), null)
  t.equal(others['hasOwnProperty'], undefined)
})

t.test('a parameter that is named like a member of a prototype is only a parameter', async t => {
  const { reserved } = groupParameters(parseQueryString('__proto__=x&__proto__=y'))
  t.equal(reserved.get('__proto__')?.length, 2)
  t.equal(({} as Record<string, unknown>)['x'], undefined)
})

t.test('what URLSearchParams prints is read back, and nothing throws', async t => {
  fc.assert(fc.property(fc.array(fc.tuple(fc.string({ unit: 'grapheme', minLength: 1 }), fc.string({ unit: 'grapheme' }))), pairs => {
    const query = new URLSearchParams(pairs).toString()
    t.strictSame(parseQueryString(query).map(({ name, value }) => [name, value]), pairs)
  }))
  fc.assert(fc.property(fc.string({ unit: 'binary' }), query => { groupParameters(parseQueryString(query)) }))
})
