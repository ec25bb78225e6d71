import fc from 'fast-check'
import { isDeepStrictEqual } from 'node:util'
import t from 'tap'
import { parseQueryFilter } from '../../lib/crest/query-filter-parser.ts'
import { queryFilter } from '../../lib/crest/query-filter-tag.ts'
import { BadRequest } from '../../lib/errors.ts'

t.test('values are written as literals', async (t) => {
  t.equal(queryFilter`true`, 'true')
  t.equal(queryFilter`a eq ${'x'}`, 'a eq "x"')
  t.equal(queryFilter`a eq ${'x'} and b gt ${-1.5} or c eq ${true}`, 'a eq "x" and b gt -1.5 or c eq true')
  t.equal(queryFilter`${1}${false}`, '1false')
  t.equal(queryFilter`a eq ${''}`, 'a eq ""')
  t.equal(queryFilter`a eq ${1e21}`, 'a eq 1e+21')
  t.equal(queryFilter`a eq ${-0}`, 'a eq 0')
  t.equal(queryFilter`a in ${JSON.stringify(['x', 1])}`, 'a in "[\\"x\\",1]"')
  t.equal(queryFilter`a eq ${'" or true or "'}`, 'a eq "\\" or true or \\""')
})

t.test('a value stays a value, whatever it contains', async () => {
  const special = fc.string({ unit: fc.constantFrom('"', "'", '\\', ' or true', ')', '(', '!', '\n', '\u0001', '😀') })
  const value = fc.oneof(special, fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\0', '')), fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0), fc.boolean())
  fc.assert(fc.property(value, value, (first, second) => isDeepStrictEqual(parseQueryFilter(queryFilter`(a eq ${first}) and b lt ${second} and c pr`), {
    kind: 'and',
    operands: [
      { kind: 'compare', operator: 'eq', field: ['a'], value: first },
      { kind: 'compare', operator: 'lt', field: ['b'], value: second },
      { kind: 'present', field: ['c'] }
    ]
  })), { numRuns: 5000 })
})

t.test('a text that no filter takes is refused by the parser', async (t) => {
  for (const text of ['\0', '\ud800']) t.throws(() => parseQueryFilter(queryFilter`a eq ${text}`), BadRequest)
})

t.test('what is no text, finite number or boolean is 400, by its position', async (t) => {
  const no = 'is no text, number or boolean'
  const rows: ReadonlyArray<readonly [unknown, string]> = [
    [undefined, 'is missing'],
    [['x', 'y'], 'is given more than once'],
    [[], 'is given more than once'],
    [null, no],
    [{}, no],
    [NaN, no],
    [Infinity, no],
    [-Infinity, no],
    [1n, no],
    [new Date(0), no],
    [Symbol('x'), no],
    [() => 'x', no],
    [Object('x'), no]
  ]
  for (const [value, problem] of rows) {
    t.throws(() => queryFilter`a eq ${value}`, new BadRequest(`The query needs a parameter that ${problem}: that of "a eq"`))
    t.throws(() => queryFilter`a eq ${'x'} and b eq ${value} and c eq ${undefined}`, new BadRequest(`The query needs a parameter that ${problem}: that of "b eq"`))
  }
})
