import t from 'tap'
import { parseQueryFilter } from '../../lib/crest/query-filter-parser.ts'
import { queryPredicate } from '../../lib/crest/query-predicate.ts'
import { BadRequest, NotImplemented } from '../../lib/errors.ts'
import { asCompared, workedDocuments, workedFilters } from './worked-filters.ts'

const documents = workedDocuments.map(asCompared)

t.test('there are 126 worked filters, each with one outcome', async (t) => {
  t.strictSame(workedFilters.map(({ number }) => number), Array.from({ length: 126 }, (_, index) => index + 1))
  t.ok(workedFilters.every(({ ids, status }) => ids === undefined ? status === 400 || status === 501 : status === undefined))
})

for (const { number, filter, ids, status } of workedFilters) {
  t.test(`${number}: ${JSON.stringify(filter)} ${status === undefined ? `matches ${ids?.join(' ') || 'none'}` : `is ${status}`}`, async (t) => {
    if (status === undefined) {
      const matches = queryPredicate(parseQueryFilter(filter))
      t.strictSame(documents.filter(matches).map(({ id }) => id), ids)
    } else {
      t.throws(() => parseQueryFilter(filter), status === 501 ? NotImplemented : BadRequest)
    }
  })
}
