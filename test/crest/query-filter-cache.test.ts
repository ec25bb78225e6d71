import t from 'tap'
import { readQueryFilter } from '../../lib/crest/query-filter-cache.ts'
import { parseQueryFilter } from '../../lib/crest/query-filter-parser.ts'
import { queryPredicate } from '../../lib/crest/query-predicate.ts'
import { workedFilters } from './worked-filters.ts'

/** The objects in a tree that can still be changed. */
function thawed (value: unknown): readonly unknown[] {
  if (typeof value !== 'object' || value === null) return []
  return [...(Object.isFrozen(value) ? [] : [value]), ...Object.values(value).flatMap(thawed)]
}

t.test('the same text gives the same tree, and with it the same predicate', async (t) => {
  const filter = readQueryFilter('a eq 1 and b pr')
  t.equal(readQueryFilter('a eq 1 and b pr'), filter)
  t.equal(queryPredicate(readQueryFilter('a eq 1 and b pr')), queryPredicate(filter))
  t.not(readQueryFilter('a eq 1 and  b pr'), filter)
})

t.test('the tree is that of the parser, frozen to its last value', async (t) => {
  t.strictSame(thawed(parseQueryFilter('a pr')).length, 2)
  for (const { filter, status } of workedFilters) {
    if (status !== undefined) continue
    t.strictSame(readQueryFilter(filter), parseQueryFilter(filter), filter)
    t.strictSame(thawed(readQueryFilter(filter)), [], filter)
  }
})

t.test('an error is thrown every time anew', async (t) => {
  const errors = ['a eq', 'a eq', 'a ne 1', 'a ne 1'].map((text) => {
    try {
      return readQueryFilter(text)
    } catch (error) {
      return error
    }
  })
  t.match(errors, [{ statusCode: 400 }, { statusCode: 400 }, { statusCode: 501 }, { statusCode: 501 }])
  t.not(errors[0], errors[1])
  t.not(errors[2], errors[3])
})

t.test('what was not asked for lately is forgotten, so that many texts take no more room than some', async (t) => {
  const long = (number: number): string => `a eq "${number}${'x'.repeat(9900)}"`
  const first = readQueryFilter(long(0))
  const second = readQueryFilter(long(1))
  for (let number = 2; number < 60; number++) {
    readQueryFilter(long(number))
    if (number % 20 === 0) t.equal(readQueryFilter(long(1)), second)
  }
  t.equal(readQueryFilter(long(1)), second)
  t.not(readQueryFilter(long(0)), first)
  t.strictSame(readQueryFilter(long(0)), first)
})
