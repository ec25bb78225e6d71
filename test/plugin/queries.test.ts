import type { FastifyInstance } from 'fastify'
import t from 'tap'
import type { Test } from 'tap'
import { printQueryFilter } from '../../lib/index.ts'
import type { JsonObject, ProviderQuery, Store } from '../../lib/index.ts'
import { buildApp, fails, refused } from './app.ts'
import { ask, get, ids, stores, urlOf } from './queries.ts'
import type { Page } from './queries.ts'
import { answersIn, listen, open } from './raw.ts'

const people: Readonly<Record<string, JsonObject>> = {
  ann: { name: { first: 'Ann', last: 'Smith' }, age: 30, active: true, tags: ['red', 'Blue'], home: { city: 'Oslo' } },
  bob: { name: { first: 'bob', last: 'smythe' }, age: 9, active: false, tags: [], home: null },
  cid: { name: { first: 'Cid' }, age: 30, mails: [{ to: 'c@x', main: false }, { to: 'cid@y', main: true }] },
  dan: { name: { first: 'Dän', last: 'O\'"Neil\\' }, age: '30', tags: ['green'] },
  eve: { age: 100, active: true, note: 'a and b or (c)', mails: [{ to: 'e@x', main: true }] }
}

async function serve (test: Test, store: Store, documents: Readonly<Record<string, JsonObject>> = people): Promise<FastifyInstance> {
  const app = await buildApp(test, { options: { store } })
  const things = app.resource('/things', { indexes: ['/age'] })
  for (const [id, content] of Object.entries(documents)) await things.create(content, { id })
  return app
}

for (const [store, make] of stores) {
  t.test(`${store}: every filter is answered`, async (t) => {
    const app = await serve(t, make())
    const rows: ReadonlyArray<readonly [filter: string, expected: string]> = [
      ['true', 'ann bob cid dan eve'],
      ['false', ''],
      ['age eq 30', 'ann cid'],
      ['/age eq 30.0', 'ann cid'],
      ['age eq "30"', 'dan'],
      ['age lt 30', 'bob'],
      ['age le 30', 'ann bob cid'],
      ['age gt 30', 'eve'],
      ['age GE 30', 'ann cid eve'],
      ['active eq true', 'ann eve'],
      ['name/last sw "SM"', 'ann bob'],
      ['name/last co "th"', 'ann bob'],
      ['/name/first eq "BOB"', 'bob'],
      ['name/first eq "dÄN"', 'dan'],
      ['name/last eq "O\'\\"Neil\\\\"', 'dan'],
      ['note eq "a and b or (c)"', 'eve'],
      ['name/last pr', 'ann bob dan'],
      ['home pr', 'ann'],
      ['!(home pr)', 'bob cid dan eve'],
      ['tags eq "blue"', 'ann'],
      ['tags/0 eq "blue"', ''],
      ['tags/1 eq "blue"', 'ann'],
      ['mails/to eq "e@x"', 'eve'],
      ['mails/main eq true and mails/to co "@x"', 'cid eve'],
      ['_id eq "ann"', 'ann'],
      ['_id gt "cid"', 'dan eve'],
      ['_id eq "ann" or _id eq "eve"', 'ann eve'],
      ['age eq 30 and !(active pr)', 'cid'],
      ['(age eq 9 or age eq 100) and active eq false', 'bob'],
      ['nothing eq 1', ''],
      ['!(nothing eq 1)', 'ann bob cid dan eve'],
      ['_id in \'["bob","dan","zoe"]\'', 'bob dan']
    ]
    for (const [queryFilter, expected] of rows) t.equal(ids(await get(app, { queryFilter })), expected, queryFilter)
    const { result: [ann] } = await get(app, { queryFilter: 'age eq 30' })
    t.equal(ids(await get(app, { queryFilter: `_rev eq "${ann?._rev}"` })), 'ann', 'the revision is a field too')
    t.equal(ids((await app.inject('/things?_queryFilter=age+eq+30+and+active+pr')).json<Page>()), 'ann', 'blanks as +')
    t.equal(ids((await app.inject('/things?_QUERYFILTER=age%20eq%2030')).json<Page>()), 'ann cid', 'the name in any case')
  })

  t.test(`${store}: sort keys order by kind, by value without case, and put what has none last`, async (t) => {
    const values: Readonly<Record<string, JsonObject>> = {
      apple: { v: 'apple' },
      Banana: { v: 'Banana' },
      banana: { v: 'banana' },
      emoji: { v: '\u{1f600}' },
      emptyList: { v: [] },
      emptyText: { v: '' },
      false: { v: false },
      list: { v: ['x', 5, null] },
      missing: {},
      negative: { v: -1.5 },
      null: { v: null },
      object: { v: { x: 1 } },
      ten: { v: 10 },
      tilde: { v: '\uff5e' },
      true: { v: true },
      two: { v: 2 }
    }
    const app = await serve(t, make(), values)
    const ascending = 'false true negative two list ten emptyText apple Banana banana tilde emoji emptyList missing null object'
    const descending = 'emoji tilde Banana banana apple emptyText ten list two negative true false emptyList missing null object'
    for (const sortKeys of ['v', '+v', '/v', ' v', 'v,', '+/v', 'v,_id', 'v,v', '-,v']) t.equal(ids(await get(app, { sortKeys })), ascending, sortKeys)
    for (const sortKeys of ['-v', '-/v', '-v,-', '-v,v']) t.equal(ids(await get(app, { sortKeys })), descending, sortKeys)
    t.equal(ids((await app.inject('/things?_sortKeys=+v')).json<Page>()), ascending, 'a raw + decodes to a blank')
    t.equal(ids((await app.inject('/things?_sortKeys=-v&_SORTKEYS=+_id')).json<Page>()), descending, 'several parameters')
    t.equal(ids(await get(app)), Object.keys(values).sort().join(' '), 'by _id without a key')
    t.equal(ids(await get(app, { sortKeys: '-_id' })), 'two true tilde ten object null negative missing list false emptyText emptyList emoji Banana banana apple', 'as a sort key _id ignores case')
  })

  t.test(`${store}: several and nested sort keys, the first one primary`, async (t) => {
    const app = await serve(t, make())
    const rows: ReadonlyArray<readonly [sortKeys: string, expected: string]> = [
      ['age', 'bob ann cid eve dan'],
      ['-age', 'dan eve ann cid bob'],
      ['age,-_id', 'bob cid ann eve dan'],
      ['-age,-name/first', 'dan eve cid ann bob'],
      ['name/last,age', 'dan ann bob cid eve'],
      ['-name/last,-age', 'bob ann dan eve cid'],
      ['-name/last,age', 'bob ann dan cid eve'],
      ['active,-age,name/first', 'bob eve ann dan cid'],
      ['tags/0,_id', 'dan ann bob cid eve'],
      ['mails/to', 'cid eve ann bob dan'],
      ['-mails/to', 'eve cid ann bob dan'],
      ['home/city,-_id', 'ann eve dan cid bob']
    ]
    for (const [sortKeys, expected] of rows) t.equal(ids(await get(app, { sortKeys })), expected, sortKeys)
    t.equal(ids(await get(app, { queryFilter: 'age ge 30', sortKeys: '-age,-_id' })), 'eve cid ann', 'with a filter')
  })

  t.test(`${store}: in process the results are those of HTTP, and cookies are good for both`, async (t) => {
    const app = await serve(t, make())
    const things = app.resources.get('/things')
    if (things?.kind !== 'collection') return t.fail('no collection')
    const over = await get(app, { queryFilter: 'age pr', sortKeys: '-age,_id', pageSize: 2, totalPagedResultsPolicy: 'EXACT' })
    const within = await things.query({ filter: 'age pr', sortKeys: ['-age', '_id'], pageSize: 2, count: 'EXACT' })
    t.strictSame(within.results.map(({ id, revision, content }) => ({ _id: id, _rev: revision, ...content })), over.result)
    t.strictSame([within.cookie, within.total, within.policy], [over.pagedResultsCookie, over.totalPagedResults, over.totalPagedResultsPolicy])
    t.strictSame([ids(over), over.totalPagedResults], ['dan eve', 5])
    const next = await things.query({ filter: '/age pr', sortKeys: ['-/age,_id'], cookie: String(over.pagedResultsCookie) })
    t.strictSame([next.results.map(({ id }) => id), next.cookie], [['ann', 'cid', 'bob'], null])
    t.equal(ids(await get(app, { queryFilter: ' age  PR', sortKeys: '-age,+_id', pagedResultsCookie: String(within.cookie) })), 'ann cid bob', 'the same query in other words')
    const fields = await things.query({ filter: 'age eq 30', fields: ['name/first', 'age'] })
    t.strictSame(fields.results.map(({ content }) => content), [{ name: { first: 'Ann' }, age: 30 }, { name: { first: 'Cid' }, age: 30 }])
    await fails(t, things.query({ filter: 'age pr', cookie: String(over.pagedResultsCookie) }), 400)
  })
}

const [[, makeStore]] = stores as unknown as [(typeof stores)[number]]

t.test('_fields projects every result', async (t) => {
  const app = await serve(t, makeStore())
  const rows: ReadonlyArray<readonly [fields: string, expected: JsonObject]> = [
    ['age', { age: 30 }],
    ['/age', { age: 30 }],
    [' age , active', { age: 30, active: true }],
    ['age,', { age: 30 }],
    ['name/last', { name: { last: 'Smith' } }],
    ['name/last,name/first', { name: { first: 'Ann', last: 'Smith' } }],
    ['tags/1', { tags: ['Blue'] }],
    ['*/city', { home: { city: 'Oslo' } }],
    ['nothing,name/nothing,x_ref,*_ref', {}],
    ['_id', {}],
    ['_rev', {}],
    ['', people['ann'] ?? {}],
    ['*', people['ann'] ?? {}]
  ]
  for (const [fields, expected] of rows) {
    const { result: [ann, ...others] } = await get(app, { queryFilter: '_id eq "ann"', fields })
    const { _id, _rev, ...content } = ann ?? {}
    t.strictSame(content, expected, fields)
    t.equal(_id, 'ann', `${fields}: with its id`)
    t.type(_rev, 'string', `${fields}: and its revision`)
    t.strictSame(others, [])
  }
  t.strictSame((await get(app, { queryFilter: 'mails pr', fields: 'mails/*/to' })).result.map(({ mails }) => mails), [[{ to: 'c@x' }, { to: 'cid@y' }], [{ to: 'e@x' }]])
  t.strictSame(Object.keys((await get(app, { queryFilter: '_id eq "ann"', fields: 'age' })).result[0] ?? {}), ['_id', '_rev', 'age'], 'the metadata first')
  refused(t, await ask(app, { fields: 'a"b' }), 400)
  t.equal(ids(await get(app, { fields: 'active', sortKeys: '-age', queryFilter: 'age eq 30 or age eq 9' })), 'ann cid bob', 'what is sorted and filtered by need not be shown')
})

t.test('the answer has all six members in their order', async (t) => {
  const app = await serve(t, makeStore())
  t.strictSame(Object.keys(await get(app)), ['result', 'resultCount', 'pagedResultsCookie', 'totalPagedResultsPolicy', 'totalPagedResults', 'remainingPagedResults'])
  t.strictSame(await get(app, { queryFilter: 'false' }), {
    result: [], resultCount: 0, pagedResultsCookie: null, totalPagedResultsPolicy: 'NONE', totalPagedResults: -1, remainingPagedResults: -1
  })
})

t.test('a query has an entity tag of its content, and answers 304 to it', async (t) => {
  const app = await serve(t, makeStore())
  const url = urlOf({ queryFilter: 'age ge 30', sortKeys: '-age' })
  const first = await app.inject(url)
  const tag = String(first.headers['etag'])
  t.match(tag, /^(?:W\/)?"[^"]+"$/)
  t.equal((await app.inject(url)).headers['etag'], tag, 'the same for the same content')
  t.not((await app.inject(urlOf({ queryFilter: 'age ge 30' }))).headers['etag'], tag, 'another one in another order')
  const opaque = tag.replace('W/', '')
  for (const ifNoneMatch of [tag, opaque, `W/${opaque}`, `"x", ${opaque}`, `${opaque},"x"`, `W/"x" , W/${opaque}`, '*']) {
    for (const method of ['GET', 'HEAD'] as const) {
      const { statusCode, body, headers } = await app.inject({ method, url, headers: { 'if-none-match': ifNoneMatch } })
      t.strictSame([statusCode, body, headers['etag']], [304, '', tag], `${method} ${ifNoneMatch}`)
    }
  }
  t.equal((await app.inject({ url, headers: { 'if-none-match': '"x"' } })).statusCode, 200)
  refused(t, await app.inject({ url, headers: { 'if-none-match': '"x' } }), 400)
  await app.resources.get('/things')?.patch('cid' as never, [{ operation: 'replace', field: 'age', value: 31 }] as never)
  const changed = await app.inject({ url, headers: { 'if-none-match': tag } })
  t.equal(changed.statusCode, 200, 'what has changed is sent')
  t.equal(ids(changed.json<Page>()), 'eve cid ann')
  t.not(changed.headers['etag'], tag)
})

t.test('HEAD is GET without content', async (t) => {
  const app = await serve(t, makeStore())
  for (const words of [{}, { queryFilter: 'age gt 9', sortKeys: '-age', pageSize: 2, totalPagedResultsPolicy: 'EXACT' }, { queryFilter: 'false' }, { queryFilter: '(' }, { queryId: 'x' }]) {
    const [whole, head] = await Promise.all((['GET', 'HEAD'] as const).map((method) => app.inject({ method, url: urlOf(words) })))
    const { date, 'x-forgerock-transactionid': id, ...expected } = whole?.headers ?? {}
    const { date: _date, 'x-forgerock-transactionid': _id, ...headers } = head?.headers ?? {}
    t.strictSame(headers, expected, JSON.stringify(words))
    t.strictSame([head?.statusCode, head?.body], [whole?.statusCode, ''])
  }
})

t.test('what cannot be read is 400 and says where', async (t) => {
  const app = await serve(t, makeStore())
  const fault = refused(t, await ask(app, { queryFilter: 'age eq 30 and' }), 400)
  t.match(fault.message, /at column 14\b/)
  t.match(refused(t, await ask(app, { queryFilter: 'age is 30' }), 501).message, /"is" at column 5\b/)
  refused(t, await ask(app, { queryFilter: 'age is 30', pageSize: -1 }), 400, 'two faults')
  for (const words of [{ queryFilter: '' }, { queryFilter: 'age eq' }, { queryFilter: 'age eq nothing' }, { sortKeys: '' }, { sortKeys: 'a,,b' }, { sortKeys: 'a b' }, { sortKeys: 'a,b,c,d,e,f,g,h,i' }, { queryFilter: 'true', queryId: 'x' }, { queryExpression: 'x', queryId: 'x' }]) {
    refused(t, await ask(app, words as never), 400, JSON.stringify(words))
  }
  refused(t, await app.inject('/things?_queryFilter'), 400)
  refused(t, await app.inject('/things?_sortKeys'), 400)
  refused(t, await ask(app, { queryExpression: 'select' }), 501)
  t.equal((await ask(app, { sortKeys: 'a,b,c,d,e,f,g,h' })).statusCode, 200, 'eight keys are no fault')
})

t.test('in process what cannot be read is 400 too', async (t) => {
  const app = await serve(t, makeStore())
  const things = app.resources.get('/things')
  if (things?.kind !== 'collection') return t.fail('no collection')
  for (const options of [{ filter: 'age eq' }, { filter: 5 }, { filter: null }, { sortKeys: 'age' }, { sortKeys: [5] }, { sortKeys: ['a', ''] }, { sortKeys: [...'abcdefghi'] }, { cookie: 5 }, { cookie: null }, { count: 'exact' }]) {
    await fails(t, things.query(options as never), 400, JSON.stringify(options))
  }
  t.equal((await things.query({ cookie: '' })).results.length, 5, 'an empty cookie is none')
})

t.test('a provider gets the syntax tree and the sort keys', async (t) => {
  const app = await buildApp(t)
  const given: ProviderQuery[] = []
  const things = app.resource('/things', { pageSize: { default: 7, max: 9 }, provider: { query: (request) => { given.push(request); return { results: [], cookie: 'mine', total: 3, policy: 'ESTIMATE' } } } })
  const page = await get(app, { queryFilter: 'a/b eq "x" and !(c lt 5)', sortKeys: '-d/e,f', totalPagedResultsPolicy: 'ESTIMATE', pagedResultsCookie: 'its own' })
  t.match(page, { pagedResultsCookie: 'mine', totalPagedResults: 3, totalPagedResultsPolicy: 'ESTIMATE' })
  t.match(given.at(-1), {
    filter: {
      kind: 'and',
      operands: [
        { kind: 'compare', operator: 'eq', field: ['a', 'b'], value: 'x' },
        { kind: 'not', operand: { kind: 'compare', operator: 'lt', field: ['c'], value: 5 } }
      ]
    },
    sortKeys: [{ pointer: ['d', 'e'], descending: true }, { pointer: ['f'], descending: false }],
    pageSize: 7,
    cookie: 'its own',
    offset: 0,
    count: 'ESTIMATE'
  })
  t.equal(printQueryFilter(given.at(-1)?.filter ?? { kind: 'literal', value: true }), '(/a/b eq "x" and !(/c lt 5))')
  await things.query({ filter: 'a/b eq "x" and !(c lt 5)', sortKeys: ['-d/e', 'f'], pageSize: 100, offset: 4 })
  t.match(given.at(-1), { filter: given.at(-2)?.filter, sortKeys: given.at(-2)?.sortKeys, pageSize: 9, cookie: undefined, offset: 4, count: 'NONE' })
})

t.test('over a socket, as clients write it', async (t) => {
  const app = await serve(t, makeStore())
  const { socket, received, until } = open(t, await listen(app))
  const query = '_queryFilter=name/last+sw+%22sm%22+and+age+gt+5&_sortKeys=+name/last&_pageSize=1&_totalPagedResultsPolicy=EXACT&_fields=age'
  socket.write(`GET /things?${query} HTTP/1.1\r\nHost: x\r\n\r\n`)
  await until(/remainingPagedResults/)
  const [first] = answersIn(received())
  const page = JSON.parse(first?.body ?? '') as Page
  t.match(page, { result: [{ _id: 'ann', age: 30 }], totalPagedResults: 2, pagedResultsCookie: String })
  socket.write(`GET /things?${query}&_pagedResultsCookie=${page.pagedResultsCookie} HTTP/1.1\r\nHost: x\r\n\r\n`)
  await until(/remainingPagedResults[^]*remainingPagedResults/)
  const [, second] = answersIn(received())
  t.match(JSON.parse(second?.body ?? ''), { result: [{ _id: 'bob', age: 9 }], totalPagedResults: 2, pagedResultsCookie: null })
  socket.end(`GET /things?${query} HTTP/1.1\r\nHost: x\r\nIf-None-Match: ${first?.headers['etag']}\r\nConnection: close\r\n\r\n`)
  await until(/ 304 /)
  t.equal(answersIn(received())[2]?.body, '')
})
