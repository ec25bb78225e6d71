import t from 'tap'
import { groupParameters, parseQueryString } from '../../lib/crest/parameters.ts'
import type { AskQuery } from '../../lib/decision/ask.ts'
import { readQueryParameters } from '../../lib/decision/query-parameters.ts'
import { BadRequest } from '../../lib/errors.ts'

function read (search: string): AskQuery {
  return readQueryParameters(groupParameters(parseQueryString(search)).reserved)
}

t.test('no parameter asks for everything, unpaged and uncounted', async t => {
  t.strictSame(read('x=1'), {
    filter: { kind: 'literal', value: true },
    unoffered: undefined,
    queryId: undefined,
    queryExpression: undefined,
    sortKeys: [],
    pageSize: 0,
    cookie: undefined,
    offset: 0,
    count: 'NONE',
    countOnly: false
  })
})

t.test('every parameter is read, its name in any case', async t => {
  t.match(read('_queryFilter=false&_sortKeys=-a,b&_SORTKEYS=%2Bc&_PageSize=10&_pagedResultsOffset=5&_totalPagedResultsPolicy=exact'), {
    filter: { kind: 'literal', value: false },
    sortKeys: [{ pointer: ['a'], descending: true }, { pointer: ['b'], descending: false }, { pointer: ['c'], descending: false }],
    pageSize: 10,
    offset: 5,
    count: 'EXACT'
  })
  t.match(read('_queryId=all&_pagedResultsCookie=abc'), { queryId: 'all', cookie: 'abc' })
  t.match(read('_queryExpression=select'), { queryExpression: 'select' })
  t.match(read('_queryId'), { queryId: '' })
})

t.test('a page size and an offset are non-negative integers of 31 bits', async t => {
  for (const name of ['_pageSize', '_pagedResultsOffset'] as const) {
    const value = (search: string): number => name === '_pageSize' ? read(search).pageSize : read(search).offset
    for (const [text, expected] of [['0', 0], ['1', 1], ['%2B2', 2], ['007', 7], ['2147483647', 2147483647]] as const) {
      t.equal(value(`${name}=${text}`), expected, `${name}=${text}`)
    }
    for (const text of ['', '-1', '-0', '1.0', '1e3', '0x1', 'x', ' 1', '2147483648', '99999999999', 'NaN', 'Infinity', '٣']) {
      t.throws(() => read(`${name}=${encodeURIComponent(text)}`), new BadRequest(`${name} must be an integer from 0 to 2147483647`), `${name}=${text}`)
    }
    t.throws(() => read(name), BadRequest, `${name} without a value`)
  }
})

t.test('a count policy is one of three, in any case', async t => {
  for (const [text, expected] of [['NONE', 'NONE'], ['estimate', 'ESTIMATE'], ['Exact', 'EXACT']]) {
    t.equal(read(`_totalPagedResultsPolicy=${text}`).count, expected)
  }
  for (const text of ['', 'ALL', 'EXACT ', 'NONE,EXACT']) {
    t.throws(() => read(`_totalPagedResultsPolicy=${text}`), new BadRequest('_totalPagedResultsPolicy must be one of NONE, ESTIMATE, EXACT'), text)
  }
})

t.test('query selectors exclude one another, even where they are empty', async t => {
  const rows: ReadonlyArray<readonly [string, string]> = [
    ['_queryFilter=true&_queryId=a', '_queryFilter and _queryId cannot be combined'],
    ['_queryId=&_queryExpression', '_queryId and _queryExpression cannot be combined'],
    ['_queryExpression=x&_queryFilter=true', '_queryFilter and _queryExpression cannot be combined'],
    ['_queryId=a&_queryFilter=true&_queryExpression=x', '_queryFilter and _queryId and _queryExpression cannot be combined']
  ]
  for (const [search, message] of rows) t.throws(() => read(search), new BadRequest(message), search)
})

t.test('a filter and a sort key that do not parse are 400', async t => {
  for (const search of ['_queryFilter', '_queryFilter=', '_queryFilter=a+eq', '_queryFilter=(true', '_sortKeys', '_sortKeys=a,,b', '_sortKeys=a+b']) {
    t.throws(() => read(search), BadRequest, search)
  }
})

t.test('the same filter is the same tree, which nobody can change', async t => {
  const { filter } = read('_queryFilter=a+eq+1')
  t.equal(read('_queryFilter=a%20eq%201').filter, filter)
  t.ok(Object.isFrozen(filter))
})

t.test('an operator that is not offered is left to row 12, where everything else is in order', async t => {
  t.match(read('_queryFilter=a+regex+"x"'), { unoffered: /regex/ })
  t.throws(() => read('_queryFilter=a+regex+"x"&_pageSize=-1'), BadRequest)
  t.throws(() => read('_queryFilter=a+regex+"x"+and&_pageSize=1'), BadRequest)
})

t.test('more than eight sort keys are 400', async t => {
  t.equal(read('_sortKeys=a,b,c,d&_sortKeys=e,f,g,h').sortKeys.length, 8)
  t.throws(() => read('_sortKeys=a,b,c,d&_sortKeys=e,f,g,h,i'), BadRequest)
})

t.test('a positive offset excludes a cookie, which counts as absent where it is empty', async t => {
  t.throws(() => read('_pagedResultsOffset=1&_pagedResultsCookie=c'), new BadRequest('_pagedResultsOffset and _pagedResultsCookie cannot be combined'))
  t.match(read('_pagedResultsOffset=0&_pagedResultsCookie=c'), { offset: 0, cookie: 'c' })
  for (const search of ['_pagedResultsOffset=1&_pagedResultsCookie=', '_pagedResultsOffset=1&_pagedResultsCookie']) {
    const { offset, cookie } = read(search)
    t.equal(offset, 1)
    t.equal(cookie, undefined)
  }
})
