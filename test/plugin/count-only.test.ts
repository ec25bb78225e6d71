import t from 'tap'
import type { FastifyInstance, LightMyRequestResponse } from 'fastify'
import type { CollectionHandle, ProviderQuery, ResourceDefinition } from '../../lib/index.ts'
import { queryFilter } from '../../lib/index.ts'
import { buildApp, loose, refused } from './app.ts'
import { stores, urlOf } from './queries.ts'
import type { QueryWords } from './queries.ts'

const counted = (total: number): object => ({ result: [], resultCount: 0, pagedResultsCookie: null, totalPagedResultsPolicy: 'EXACT', totalPagedResults: total, remainingPagedResults: -1 })
const protocol = (version: string): Record<string, string> => ({ 'accept-api-version': `protocol=${version}` })

/** Sends a query, by default in the protocol that can count. */
async function ask (app: FastifyInstance, words: QueryWords | string, headers: Record<string, string> = protocol('2.2')): Promise<LightMyRequestResponse> {
  return app.inject({ url: typeof words === 'string' ? words : urlOf(words), headers })
}

const all = { queryFilter: 'true' }

for (const [name, makeStore] of stores) {
  const declare = async (t: Parameters<typeof buildApp>[0], definition: object = {}): Promise<{ readonly app: FastifyInstance, readonly things: CollectionHandle }> => {
    const app = await buildApp(t, { options: { store: makeStore() } })
    const things = app.resource('/things', loose(definition)) as CollectionHandle
    for (let n = 0; n < 7; n++) await things.create({ n, even: n % 2 === 0 }, { id: `t${n}` })
    return { app, things }
  }

  t.test(`on ${name}`, async (t) => {
    t.test('_countOnly answers how many match, and no documents', async (t) => {
      const { app } = await declare(t, { queries: { below: ({ limit }: Record<string, string>) => queryFilter`n lt ${Number(limit)}` } })
      for (const [words, total] of [
        [all, 7], [{ queryFilter: 'false' }, 0], [{ queryFilter: 'even eq true' }, 4], [{ queryFilter: 'n gt 2 and n lt 5' }, 2], [{ queryFilter: '_id eq "t3"' }, 1], [{ queryFilter: 'absent pr' }, 0]
      ] as ReadonlyArray<readonly [QueryWords, number]>) {
        const response = await ask(app, { ...words, countOnly: 'true' })
        t.equal(response.statusCode, 200)
        t.strictSame(response.json(), counted(total), JSON.stringify(words))
        t.equal(response.headers['content-api-version'], 'protocol=2.2')
        t.match(response.headers['content-type'], /^application\/json/)
        const head = await app.inject({ method: 'HEAD', url: urlOf({ ...words, countOnly: 'true' }), headers: protocol('2.2') })
        t.equal(head.statusCode, 200)
        t.equal(head.body, '')
      }
      t.strictSame((await ask(app, '/things?_queryId=below&limit=3&_countOnly=true')).json(), counted(3), 'a named query')
      t.strictSame((await ask(app, '/things?_COUNTONLY=true&_queryfilter=true')).json(), counted(7), 'names match ignoring case')
      t.strictSame((await ask(app, { ...all, countOnly: 'true', prettyPrint: 'true' })).json(), counted(7), 'pretty')
      t.strictSame((await ask(app, '/things/?_queryFilter=true&_countOnly=true')).json(), counted(7), 'a trailing slash')
      t.strictSame((await ask(app, '/things?_queryFilter=true&_countOnly=true&other=1')).json(), counted(7), 'other parameters')
    })

    t.test('_countOnly=false is a query like any other', async (t) => {
      const { app } = await declare(t)
      const plain = await ask(app, all)
      t.strictSame((await ask(app, { ...all, countOnly: 'false' })).json(), plain.json())
      t.equal(plain.json().resultCount, 7)
      refused(t, await ask(app, { ...all, countOnly: 'false' }, {}), 400, 'reserved below protocol 2.2')
    })

    t.test('it is of protocol 2.2', async (t) => {
      const { app } = await declare(t)
      for (const version of ['1.0', '1.1', '2.0', '2.1', '2']) {
        for (const value of ['true', 'false', '']) refused(t, await ask(app, { ...all, countOnly: value }, protocol(version)), 400, `${version} ${value}`)
      }
      for (const version of ['2.3', '3.0', '1.2']) refused(t, await ask(app, { ...all, countOnly: 'true' }, protocol(version)), 406, version)
      refused(t, await ask(app, { ...all, countOnly: 'true' }, {}), 400, 'the default is 2.1')
      refused(t, await ask(app, { ...all, countOnly: 'true' }, { 'accept-api-version': 'resource=2.2' }), 400, 'that is the resource')
      t.equal((await ask(app, { ...all, countOnly: 'true' }, { 'accept-api-version': 'resource=1.0, protocol=2.2' })).statusCode, 200)
    })

    t.test('it needs a query selector and no other parameter of pages', async (t) => {
      const { app } = await declare(t)
      const cookie = (await ask(app, { ...all, pageSize: 2 })).json().pagedResultsCookie as string
      refused(t, await ask(app, { countOnly: 'true' }), 400, 'no selector')
      for (const words of [
        { pageSize: 1 }, { pageSize: 0 }, { pagedResultsCookie: cookie }, { pagedResultsCookie: '' }, { pagedResultsOffset: 1 }, { pagedResultsOffset: 0 }, { sortKeys: 'n' }, { fields: 'n' }, { fields: '' }, { fields: '*' },
        { totalPagedResultsPolicy: 'EXACT' }, { totalPagedResultsPolicy: 'NONE' }, { totalPagedResultsPolicy: 'ESTIMATE' }
      ] as readonly QueryWords[]) {
        refused(t, await ask(app, { ...all, countOnly: 'true', ...words }), 400, `with ${JSON.stringify(words)}`)
        refused(t, await ask(app, { ...words, ...all, countOnly: 'true' }), 400, `after ${JSON.stringify(words)}`)
        if (!('pagedResultsCookie' in words)) t.equal((await ask(app, { ...all, ...words })).statusCode, 200, `${JSON.stringify(words)} without`)
      }
      for (const query of [
        '_countOnly=1', '_countOnly=0', '_countOnly=yes', '_countOnly=truefalse', '_countOnly=null', '_countOnly=true&_countOnly=true', '_countOnly=true&_countOnly=false', '_countOnly=true&_COUNTONLY=true',
        '_countOnly=%ZZ', '_countOnly=%FF', '_countOnly=true&_queryId=x', '_countOnly=true&_queryFilter=true', '_countOnly=true&_bogus=1', '_countOnly=true&_mimeType=text/plain'
      ]) refused(t, await ask(app, `/things?_queryFilter=true&${query}`), 400, query)
      refused(t, await ask(app, { queryFilter: '(', countOnly: 'true' }), 400, 'a filter that does not parse')
      refused(t, await ask(app, { queryId: 'unknown', countOnly: 'true' }), 501)
      refused(t, await ask(app, { queryExpression: 'x', countOnly: 'true' }), 501)
      refused(t, await ask(app, { queryId: 'unknown', countOnly: 'true', pageSize: 1 }), 400, 'row 11 before row 12')
    })

    t.test('only queries know it', async (t) => {
      const { app } = await declare(t, { actions: { go: { handler: ({ parameters }: { parameters: object }) => parameters } } })
      for (const [method, url] of [['GET', '/things/t1'], ['PUT', '/things/t1'], ['PATCH', '/things/t1'], ['DELETE', '/things/t1'], ['POST', '/things'], ['POST', '/things?_action=create']] as const) {
        const payload = method === 'PATCH' ? [] : method === 'PUT' || method === 'POST' ? {} : undefined
        refused(t, await app.inject({ method, url: `${url}${url.includes('?') ? '&' : '?'}_countOnly=true`, headers: protocol('2.2'), ...(payload !== undefined && { payload }) }), 400, `${method} ${url}`)
      }
      t.equal((await app.inject({ method: 'POST', url: '/things/t1?_action=go&_countOnly=true', headers: protocol('2.2') })).statusCode, 200, 'actions may have it')
    })

    t.test('bounds of pages do not bound the count', async (t) => {
      const { app } = await declare(t, { pageSize: { default: 2, max: 3 } })
      t.strictSame((await ask(app, { ...all, countOnly: 'true' })).json(), counted(7))
    })

    t.test('what a caller may not see is not counted, nor what has expired', async (t) => {
      const { app, things } = await declare(t, { allow: ({ document: { content } }: { document: { content: { n: number } } }) => content.n !== 3 || 'hide', expires: '/until' })
      t.strictSame((await ask(app, { ...all, countOnly: 'true' })).json(), counted(6))
      await things.create({ n: 9, until: '2020-01-01T00:00:00Z' }, { id: 'old' })
      await things.create({ n: 10, until: '2999-01-01T00:00:00Z' }, { id: 'young' })
      t.strictSame((await ask(app, { ...all, countOnly: 'true' })).json(), counted(7))
      t.strictSame((await ask(app, { queryFilter: 'n eq 3', countOnly: 'true' })).json(), counted(0))
    })

    t.test('write-only members are no way to count', async (t) => {
      const { app } = await declare(t, { writeOnly: ['/n'] })
      refused(t, await ask(app, { queryFilter: 'n eq 3', countOnly: 'true' }), 400)
    })

    t.test('an answer can be revalidated where it has a tag', async (t) => {
      const { app, things } = await declare(t)
      const first = await ask(app, { ...all, countOnly: 'true' })
      const tag = String(first.headers['etag'])
      const again = { ...protocol('2.2'), 'if-none-match': tag }
      if (first.headers['etag'] !== undefined) t.equal((await ask(app, { ...all, countOnly: 'true' }, again)).statusCode, 304)
      await things.delete('t0')
      t.strictSame((await ask(app, { ...all, countOnly: 'true' }, again)).json(), counted(6))
      t.equal(first.headers['vary'], 'Accept, Accept-API-Version')
    })

    t.test('every version counts the stored documents', async (t) => {
      const versions = { '1.0': {}, '2.0': { downgrade: ({ n }: { n: number }) => ({ half: n / 2 }) } }
      const { app } = await declare(t, { versions })
      for (const version of ['1.0', '2.0']) {
        const response = await ask(app, { queryFilter: 'n ge 4', countOnly: 'true' }, { 'accept-api-version': `protocol=2.2,resource=${version}` })
        t.strictSame(response.json(), counted(3), version)
        t.equal(response.headers['content-api-version'], `protocol=2.2,resource=${version}`)
      }
      const response = await ask(app, { ...all, countOnly: 'true' })
      t.equal(response.headers['warning'], '100 CREST "Accept-API-Version should be included in the request."')
    })

    t.test('a collection for each value of the path parameters is counted by itself', async (t) => {
      const app = await buildApp(t, { options: { store: makeStore() } })
      const things = app.resource('/r/:r/things', {})
      for (const [r, many] of [['a', 2], ['b', 3]] as const) for (let n = 0; n < many; n++) await things.create({}, { params: { r } })
      for (const [r, many] of [['a', 2], ['b', 3], ['c', 0]] as const) t.strictSame((await ask(app, `/r/${r}/things?_queryFilter=true&_countOnly=true`)).json(), counted(many), r)
    })
  })
}

t.test('a provider is asked to count, and its documents are not sent', async (t) => {
  const app = await buildApp(t)
  const given: ProviderQuery[] = []
  const document = { id: 'a', revision: '1', content: {} }
  app.resource('/things', { provider: { query: (request) => { given.push(request); return { results: [document], total: 42, policy: 'EXACT', cookie: 'next' } } } })
  t.strictSame((await ask(app, { ...all, countOnly: 'true' })).json(), counted(42))
  t.match(given, [{ count: 'EXACT', filter: { kind: 'literal', value: true }, sortKeys: [], offset: 0, cookie: undefined }])
})

t.test('where there is no query, there is nothing to count', async (t) => {
  const app = await buildApp(t)
  app.resource('/things', { operations: ['read', 'create'] } as ResourceDefinition)
  app.resource('/settings', { kind: 'singleton', initial: {} })
  refused(t, await ask(app, { ...all, countOnly: 'true' }), 405)
  refused(t, await ask(app, '/settings?_countOnly=true'), 400)
  refused(t, await ask(app, '/unknown?_countOnly=true'), 404)
})
