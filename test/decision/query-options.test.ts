import t from 'tap'
import { readQueryOptions } from '../../lib/decision/query-options.ts'
import { readQueryParameters } from '../../lib/decision/query-parameters.ts'
import { groupParameters, parseQueryString } from '../../lib/crest/parameters.ts'
import { BadRequest, NotImplemented } from '../../lib/errors.ts'

const overHttp = (search: string): object => readQueryParameters(groupParameters(parseQueryString(search)).reserved)

t.test('options ask for the same as the parameters of their names', async t => {
  t.strictSame(readQueryOptions(), overHttp(''))
  t.strictSame(readQueryOptions({}), overHttp(''))
  t.strictSame(
    readQueryOptions({ filter: 'a eq 1', sortKeys: ['-b', 'c/d'], pageSize: 5, cookie: 'x', count: 'EXACT' }),
    overHttp('_queryFilter=a+eq+1&_sortKeys=-b,c/d&_pageSize=5&_pagedResultsCookie=x&_totalPagedResultsPolicy=EXACT')
  )
  t.strictSame(readQueryOptions({ offset: 3, cookie: '' }), overHttp('_pagedResultsOffset=3&_pagedResultsCookie='))
  t.equal(readQueryOptions({ filter: 'a eq 1' }).filter, readQueryOptions({ filter: 'a eq 1' }).filter, 'the tree is shared')
})

t.test('what is malformed is 400 by its name', async t => {
  const rows: ReadonlyArray<readonly [object, string]> = [
    [{ filter: 5 }, 'filter must be a text'],
    [{ filter: null }, 'filter must be a text'],
    [{ cookie: null }, 'cookie must be a text'],
    [{ sortKeys: 'a' }, 'sortKeys must be a list of texts'],
    [{ sortKeys: ['a', 5] }, 'sortKeys must be a list of texts'],
    [{ sortKeys: [...'abcdefghi'] }, '_sortKeys names more than 8 keys'],
    [{ pageSize: -1 }, 'pageSize must be an integer from 0'],
    [{ pageSize: '5' }, 'pageSize must be an integer from 0'],
    [{ offset: 1.5 }, 'offset must be an integer from 0'],
    [{ offset: 1, cookie: 'x' }, 'offset and cookie cannot be combined'],
    [{ count: 'exact' }, 'count must be one of NONE, ESTIMATE, EXACT']
  ]
  for (const [options, message] of rows) t.throws(() => readQueryOptions(options), new BadRequest(message), JSON.stringify(options))
  t.throws(() => readQueryOptions({ filter: 'a eq' }), BadRequest)
  t.throws(() => readQueryOptions({ filter: 'a regex "x"' }), NotImplemented)
})
