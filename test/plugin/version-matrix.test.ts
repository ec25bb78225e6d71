import t from 'tap'
import type { Test } from 'tap'
import { Type } from 'typebox'
import type { FastifyInstance, LightMyRequestResponse } from 'fastify'
import { NotFound, ServiceUnavailable } from '../../lib/index.ts'
import type { ResourceDefinition } from '../../lib/index.ts'
import { buildApp, configurationError, fails, loose, refused } from './app.ts'
import { stores } from './queries.ts'

type Versions = NonNullable<ResourceDefinition['versions']>
type Default = 'latest' | 'oldest' | 'none'
type Served = string | undefined

const warning = '100 CREST "Accept-API-Version should be included in the request."'
const defaults: readonly Default[] = ['latest', 'oldest', 'none']

// What the lifetime of a version puts on its answers; versions that are not here have none.
const lifetimes: Readonly<Record<string, { readonly deprecated?: Date, readonly sunset?: Date, readonly deprecation?: string, readonly end?: string }>> = {
  '1.0': { deprecated: new Date('2025-01-02T03:04:05.678Z'), deprecation: '@1735787045' },
  1.5: { deprecated: new Date('2030-06-01T00:00:00Z'), deprecation: '@1906502400', sunset: new Date('2031-06-01T12:00:00Z'), end: 'Sun, 01 Jun 2031 12:00:00 GMT' },
  '2.0': { sunset: new Date('2029-12-31T23:59:59.999Z'), end: 'Mon, 31 Dec 2029 23:59:59 GMT' }
}

// The offered versions, ascending, and by what was asked for: the version served under latest, oldest and none.
const tables: ReadonlyArray<readonly [offered: readonly string[], rows: ReadonlyArray<readonly [asked: Served, latest: Served, oldest: Served, none: Served]>]> = [
  [['1.0', '1.5', '2.0', '2.1'], [
    [undefined, '2.1', '1.0', undefined],
    ['', '2.1', '1.0', undefined],
    ['protocol=2.1', '2.1', '1.0', undefined],
    ['protocol=2.2', '2.1', '1.0', undefined],
    ['protocol=1.0', '2.1', '1.0', undefined],
    ['resource=1', '1.5', '1.5', '1.5'],
    ['resource=1.0', '1.5', '1.5', '1.5'],
    ['resource=01.00', '1.5', '1.5', '1.5'],
    ['resource=1.5', '1.5', '1.5', '1.5'],
    ['resource=1.6', undefined, undefined, undefined],
    ['resource=2', '2.1', '2.1', '2.1'],
    ['resource=2.0', '2.1', '2.1', '2.1'],
    ['resource=2.1', '2.1', '2.1', '2.1'],
    ['resource=2.2', undefined, undefined, undefined],
    ['resource=3.0', undefined, undefined, undefined],
    ['resource=0.9', undefined, undefined, undefined],
    ['resource=2147483647.0', undefined, undefined, undefined],
    ['protocol=2.0,resource=1.0', '1.5', '1.5', '1.5'],
    ['resource=2.0, protocol=1.0', '2.1', '2.1', '2.1'],
    ['resource=2.0 ,protocol=2.2', '2.1', '2.1', '2.1'],
    [' resource=1.0 ', '1.5', '1.5', '1.5']
  ]],
  [['1.0'], [
    [undefined, '1.0', '1.0', undefined],
    ['protocol=2.0', '1.0', '1.0', undefined],
    ['resource=1.0', '1.0', '1.0', '1.0'],
    ['resource=1.1', undefined, undefined, undefined],
    ['resource=2.0', undefined, undefined, undefined]
  ]],
  [['1.0', '2.0'], [
    [undefined, '2.0', '1.0', undefined],
    ['resource=1.0', '1.0', '1.0', '1.0'],
    ['resource=2', '2.0', '2.0', '2.0']
  ]],
  [['2.2', '2.9', '2.10', '10.0'], [
    [undefined, '10.0', '2.2', undefined],
    ['resource=2.0', '2.10', '2.10', '2.10'],
    ['resource=2.9', '2.10', '2.10', '2.10'],
    ['resource=2.10', '2.10', '2.10', '2.10'],
    ['resource=2.11', undefined, undefined, undefined],
    ['resource=10', '10.0', '10.0', '10.0'],
    ['resource=1.0', undefined, undefined, undefined]
  ]]
]

/** What one text is as the content of a version: each calls the member by its own name. */
type Shape = (version: string, text: string) => Record<string, string>

interface Form {
  readonly name: string
  readonly versions: (offered: readonly string[]) => Versions
  readonly schema?: ResourceDefinition['schema']
  readonly shape: Shape
  readonly lifetime: (version: string) => { readonly deprecation?: string, readonly end?: string }
  readonly acted: (version: string) => object
}

const only = (member: string) => Type.Object({ [member]: Type.String({ minLength: 1 }) }, { additionalProperties: false })

/** Each version has a member of its own for the one text that all know. */
function renaming (offered: readonly string[]): Record<string, object> {
  const to = (version: string | undefined) => (content: object): object => Object.fromEntries(Object.values(content).map((text) => [`v${version}`, text]))
  // Not in their order, which must not matter.
  return Object.fromEntries(offered.map((version, index) => {
    const { deprecated, sunset } = lifetimes[version] ?? {}
    return [version, {
      schema: only(`v${version}`),
      ...(index < offered.length - 1 && { upgrade: to(offered[index + 1]) }),
      ...(index > 0 && { downgrade: to(offered[index - 1]) }),
      ...(deprecated !== undefined && { deprecated }),
      ...(sunset !== undefined && { sunset }),
      actions: { which: { on: ['collection', 'instance'], handler: () => ({ version }) } }
    }] as const
  }).reverse())
}

const forms: readonly Form[] = [
  { name: 'list', versions: (offered) => [...offered].reverse(), schema: only('text'), shape: (_, text) => ({ text }), lifetime: () => ({}), acted: () => ({ version: 'any' }) },
  { name: 'record', versions: (offered) => renaming(offered) as Versions, shape: (version, text) => ({ [`v${version}`]: text }), lifetime: (version) => lifetimes[version] ?? {}, acted: (version) => ({ version }) }
]

const asking = (asked: Served, headers: Record<string, string> = {}): Record<string, string> => ({ ...headers, ...(asked !== undefined && { 'accept-api-version': asked }) })
const protocolOf = (asked: Served): string => /protocol=(?<version>[\d.]+)/.exec(asked ?? '')?.groups?.['version'] ?? '2.1'

/** Asserts the header fields of an answer that `served` gave; undefined where no version was selected. */
function versionHeaders (t: Test, { headers }: LightMyRequestResponse, { served, asked, form, warned = true }: { readonly served: Served, readonly asked: Served, readonly form: Form, readonly warned?: boolean }, name: string): void {
  t.equal(headers['vary'], 'Accept, Accept-API-Version', `${name}: Vary`)
  t.equal(headers['warning'], warned && asked?.includes('resource') !== true ? warning : undefined, `${name}: Warning`)
  const { deprecation, end } = served === undefined ? {} : form.lifetime(served)
  t.equal(headers['deprecation'], deprecation, `${name}: Deprecation`)
  t.equal(headers['sunset'], end, `${name}: Sunset`)
  if (served === undefined) t.notMatch(String(headers['content-api-version']), /resource/, `${name}: Content-API-Version`)
  else t.equal(headers['content-api-version'], `protocol=${protocolOf(asked)},resource=${served}`, `${name}: Content-API-Version`)
}

interface Sent {
  readonly what: string
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'PATCH' | 'POST' | 'DELETE'
  readonly url: string
  readonly code: number
  readonly payload?: (version: string) => object
  /** The body that `version` answers with; undefined for none. */
  readonly body: (version: string) => object | undefined
}

/** One request of each operation; ids are fresh for each `run`. */
function requests ({ shape, acted }: Form, run: number): readonly Sent[] {
  const seed = (version: string): object => ({ _id: 'seed', _rev: String, ...shape(version, 'stored') })
  return [
    { what: 'GET', method: 'GET', url: '/things/seed', code: 200, body: seed },
    { what: 'HEAD', method: 'HEAD', url: '/things/seed', code: 200, body: () => undefined },
    { what: 'PUT that creates', method: 'PUT', url: `/things/p${run}`, code: 201, payload: (version) => shape(version, `p${run}`), body: (version) => ({ _id: `p${run}`, _rev: String, ...shape(version, `p${run}`) }) },
    { what: 'PUT that replaces', method: 'PUT', url: `/things/p${run}`, code: 200, payload: (version) => shape(version, `q${run}`), body: (version) => ({ _id: `p${run}`, _rev: String, ...shape(version, `q${run}`) }) },
    { what: 'POST', method: 'POST', url: '/things?_action=create', code: 201, payload: (version) => ({ _id: `c${run}`, ...shape(version, 'created') }), body: (version) => ({ _id: `c${run}`, _rev: String, ...shape(version, 'created') }) },
    { what: 'DELETE', method: 'DELETE', url: `/things/c${run}`, code: 200, body: (version) => ({ _id: `c${run}`, _rev: String, ...shape(version, 'created') }) },
    { what: 'query', method: 'GET', url: `/things?_queryFilter=${encodeURIComponent('_id eq "seed"')}`, code: 200, body: (version) => ({ result: [seed(version)], resultCount: 1 }) },
    { what: 'action', method: 'POST', url: '/things/seed?_action=which', code: 200, body: acted },
    { what: 'action on the collection', method: 'POST', url: '/things?_action=which', code: 200, body: acted }
  ]
}

for (const [offered, rows] of tables) {
  for (const form of forms) {
    for (const [column, defaultVersion] of defaults.entries()) {
      t.test(`${offered.join(' ')} as a ${form.name}, default ${defaultVersion}`, async (t) => {
        const app = await buildApp(t)
        const things = app.resource('/things', loose({
          ...(form.schema !== undefined && { schema: form.schema }),
          versions: form.versions(offered),
          defaultVersion,
          actions: { which: { on: ['collection', 'instance'], handler: () => ({ version: 'any' }) } }
        }))
        const latest = String(offered.at(-1))
        const { revision } = await things.create(form.shape(latest, 'stored'), { id: 'seed' })
        for (const [run, [asked, ...served]] of rows.entries()) {
          const by = served[column]
          for (const { what, method, url, code, payload, body } of requests(form, run)) {
            const name = `${what} of ${String(asked)}`
            // A PUT without conditionals does not create below protocol 2.
            const headers = asking(asked, what === 'PUT that creates' ? { 'if-none-match': '*' } : {})
            const response = await app.inject({ method, url, headers, ...(payload !== undefined && { payload: payload(by ?? latest) }) })
            versionHeaders(t, response, { served: by, asked, form }, name)
            if (by === undefined) {
              const fault = refused(t, response, 406, name)
              if (method !== 'HEAD') t.same((fault.detail as { availableVersions?: unknown } | undefined)?.availableVersions, offered, `${name}: what there is`)
              continue
            }
            t.equal(response.statusCode, code, name)
            const expected = body(by)
            if (expected === undefined) t.equal(response.body, '', name)
            else t.match(response.json(), expected, name)
            if (response.headers['etag'] !== undefined && url === '/things/seed') t.equal(response.headers['etag'], `"${revision}"`, `${name}: the revision`)
          }
          // What was written has the latest shape, or is not there.
          const stored = await app.inject({ url: `/things/p${run}`, headers: { 'accept-api-version': `resource=${latest}` } })
          if (by === undefined) t.equal(stored.statusCode, 404, `nothing was written for ${String(asked)}`)
          else t.match(stored.json(), form.shape(latest, `q${run}`), `written for ${String(asked)}`)
        }
      })
    }
  }
}

t.test('a document of a version has no members of others, whole or in projections', async (t) => {
  for (const [store, make] of stores) {
    const app = await buildApp(t, { options: { store: make() } })
    const things = app.resource('/things', loose({ versions: renaming(['1.0', '2.0', '3.0']) }))
    const { revision } = await things.create({ 'v3.0': 'x' }, { id: 'a' })
    const ids = { _id: 'a', _rev: revision }
    for (const version of ['1.0', '2.0', '3.0']) {
      const get = async (url: string) => (await app.inject({ url, headers: { 'accept-api-version': `resource=${version}` } })).json()
      const name = `${version} on ${store}`
      t.strictSame(await get('/things/a'), { ...ids, [`v${version}`]: 'x' }, name)
      t.strictSame(await get(`/things/a?_fields=v${version}`), { ...ids, [`v${version}`]: 'x' }, `${name}: its member`)
      t.strictSame(await get(`/things/a?_fields=v${version === '1.0' ? '2.0' : '1.0'}`), ids, `${name}: a member of another`)
      t.strictSame((await get(`/things?_fields=v${version}`)).result, [{ ...ids, [`v${version}`]: 'x' }], `${name}: in a query`)
      t.strictSame((await get('/things?_fields=*')).result, [{ ...ids, [`v${version}`]: 'x' }], `${name}: all`)
    }
  }
})

t.test('a header that cannot be read is 400, a protocol that is not spoken 406, in both forms', async (t) => {
  for (const form of forms) {
    const app = await buildApp(t)
    app.resource('/things', loose({ ...(form.schema !== undefined && { schema: form.schema }), versions: form.versions(['1.0', '2.0']), defaultVersion: 'oldest' }))
    const send = (value: string, method: 'GET' | 'PUT' | 'POST' | 'DELETE', url: string) => app.inject({ method, url, headers: { 'accept-api-version': value }, ...(method === 'PUT' && { payload: form.shape('1.0', 'x') }) })
    for (const [value, code] of [
      ['1.0', 400], ['resource=', 400], ['resource=1.0.0', 400], ['resource=1.', 400], ['resource=.5', 400], ['resource=-1', 400], ['resource=+1', 400], ['resource="1.0"', 400],
      ['resource =1.0', 400], ['resource= 1.0', 400], ['Resource=1.0', 400], ['PROTOCOL=2.1', 400], ['resource=1.0;protocol=2.1', 400], ['resource=1.0 protocol=2.1', 400],
      ['resource=1,', 400], [',resource=1', 400], ['resource=1,resource=1', 400], ['protocol=2.1,protocol=2.1', 400], ['resource=1,,protocol=2.1', 400], ['resource=1,x=1', 400], ['resource=2147483648', 400],
      ['resource=1.2147483648', 400], ['resource=x', 400], ['resource=1e1', 400], ['resource=1.0,protocol=2.1,resource=1.0', 400], [',', 400],
      ['protocol=3.0', 406], ['protocol=3', 406], ['protocol=2.3', 406], ['protocol=1.2', 406], ['protocol=0.1', 406], ['protocol=2.3,resource=1.0', 406], ['resource=9.0,protocol=2.3', 406]
    ] as const) {
      for (const [method, url] of [['GET', '/things/a'], ['GET', '/things'], ['PUT', '/things/a'], ['DELETE', '/things/a'], ['POST', '/things?_action=x']] as const) {
        const response = await send(value, method, url)
        refused(t, response, code, `${method} ${url} with ${value}`)
        t.equal(response.headers['vary'], 'Accept, Accept-API-Version')
        t.equal(response.headers['deprecation'], undefined, 'no version was selected')
        t.notMatch(String(response.headers['content-api-version']), /resource/)
      }
    }
    refused(t, await send('garbage', 'GET', '/unknown'), 404, 'the path is judged before')
    refused(t, await send('garbage', 'DELETE', '/things'), 405, 'the method is judged before')
    refused(t, await app.inject({ url: '/things?_queryFilter=(', headers: { 'accept-api-version': 'resource=7.0' } }), 406, 'the version is judged before the parameters')
    refused(t, await app.inject({ url: '/things', headers: { 'accept-api-version': 'resource=7.0', accept: 'text/plain' } }), 406)
    refused(t, await app.inject({ method: 'PUT', url: '/things/a', payload: 'x', headers: { 'accept-api-version': 'resource=7.0', 'content-type': 'text/plain' } }), 406, 'and before the content type')
    refused(t, await app.inject({ url: '/things?_queryFilter=(', headers: { 'accept-api-version': 'resource=1.0' } }), 400)
  }
})

t.test('every protocol that is offered reads and writes through every version', async (t) => {
  const app = await buildApp(t)
  const things = app.resource('/things', loose({ versions: renaming(['1.0', '2.0']) }))
  await things.create({ 'v2.0': 'x' }, { id: 'a' })
  for (const protocol of ['1.0', '1.1', '2.0', '2.1', '2.2']) {
    for (const version of ['1.0', '2.0']) {
      const headers = { 'accept-api-version': `protocol=${protocol},resource=${version}` }
      const name = `protocol ${protocol}, version ${version}`
      const read = await app.inject({ url: '/things/a', headers })
      t.equal(read.statusCode, 200, name)
      t.equal(read.headers['content-api-version'], headers['accept-api-version'], name)
      const write = await app.inject({ method: 'PUT', url: '/things/a', headers, payload: { [`v${version}`]: name } })
      t.equal(write.statusCode, 200, name)
      t.equal((await things.read('a')).content['v2.0'], name)
      t.equal((await app.inject({ method: 'PUT', url: `/things/${protocol}-${version}`, headers, payload: { [`v${version}`]: name } })).statusCode, protocol.startsWith('1') ? 404 : 201, `${name}: an upsert`)
      t.equal((await app.inject({ method: 'POST', url: '/things', headers, payload: { [`v${version}`]: name } })).statusCode, protocol > '2.0' ? 201 : 400, `${name}: a POST without action`)
    }
  }
})

// One request for each row below 10 that can refuse it, and for each kind of success.
const rows: ReadonlyArray<readonly [what: string, code: number, method: Sent['method'], url: string, headers?: Record<string, string>, payload?: string]> = [
  ['row 11, a malformed tag', 400, 'GET', '/things/a', { 'if-none-match': 'x y' }],
  ['row 11, an unknown parameter', 400, 'GET', '/things/a?_bogus=1'],
  ['row 11, a malformed filter', 400, 'GET', '/things?_queryFilter=('],
  ['row 12, an unknown action', 501, 'POST', '/things/a?_action=unknown'],
  ['row 12, an unknown query', 501, 'GET', '/things?_queryId=unknown'],
  ['row 13', 406, 'GET', '/things/a', { accept: 'text/plain' }],
  ['row 14', 415, 'PUT', '/things/a', { 'content-type': 'text/plain', 'if-match': '*' }, 'x'],
  ['row 15', 428, 'PUT', '/things/a', { 'content-type': 'application/json' }, '{"text":"x"}'],
  ['row 16, no JSON', 400, 'PUT', '/things/a', { 'content-type': 'application/json', 'if-match': '*' }, '{'],
  ['row 16, no content', 400, 'PUT', '/things/a', { 'content-type': 'application/json', 'if-match': '*' }],
  ['row 16, the schema', 400, 'PUT', '/things/a', { 'content-type': 'application/json', 'if-match': '*' }, '{"text":""}'],
  ['row 16, too large', 400, 'PUT', '/things/a', { 'content-type': 'application/json', 'if-match': '*' }, JSON.stringify({ text: 'x'.repeat(5000) })],
  ['row 17, absent', 404, 'GET', '/things/absent'],
  ['row 17, gone', 410, 'GET', '/things/gone'],
  ['row 18', 403, 'GET', '/things/forbidden'],
  ['row 19', 412, 'DELETE', '/things/a', { 'if-match': '"stale"' }],
  ['row 20, unchanged', 304, 'GET', '/things/a', { 'if-none-match': '*' }],
  ['row 20, HEAD', 304, 'HEAD', '/things/a', { 'if-none-match': '*' }],
  ['row 20, a write', 412, 'PUT', '/things/a', { 'content-type': 'application/json', 'if-none-match': '*' }, '{"text":"x"}'],
  ['row 21, a patch', 409, 'PATCH', '/things/a', { 'content-type': 'application/json-patch+json', 'if-match': '*' }, '[{"op":"test","path":"/text","value":"y"}]'],
  ['row 21, an id', 409, 'POST', '/things?_action=create', { 'content-type': 'application/json' }, '{"_id":"a","text":"x"}'],
  ['an unexpected failure', 500, 'POST', '/things/a?_action=break'],
  ['no time', 503, 'POST', '/things/a?_action=wait'],
  ['an error of a handler', 404, 'POST', '/things/a?_action=lose'],
  ['an action without a result', 204, 'POST', '/things/a?_action=nothing'],
  ['a patch', 200, 'PATCH', '/things/a', { 'content-type': 'application/json', 'if-match': '*' }, '[]'],
  ['a query', 200, 'GET', '/things']
]

t.test('the lifetime of a version is told on all its answers from row 11 on, and on no others', async (t) => {
  const build = async (defaultVersion: Default): Promise<FastifyInstance> => {
    const app = await buildApp(t)
    const things = app.resource('/things', loose({
      versions: { '1.0': { schema: only('text'), deprecated: lifetimes['1.5']?.deprecated, sunset: lifetimes['1.5']?.sunset }, '2.0': { schema: only('text') } },
      defaultVersion,
      revision: 'required',
      tombstones: true,
      bodyLimit: 1000,
      allow: ({ document }: { document: { id?: string } }) => document.id !== 'forbidden',
      actions: {
        break: { handler: () => { throw new Error('secret') } },
        wait: { handler: () => { throw new ServiceUnavailable('later', { retryAfter: 3 }) } },
        lose: { handler: () => { throw new NotFound('mine') } },
        nothing: { handler: () => undefined }
      }
    }))
    for (const id of ['a', 'gone', 'forbidden']) await things.create({ text: 'x' }, { id })
    await things.delete('gone', { revision: '*' })
    return app
  }
  for (const defaultVersion of defaults) {
    const app = await build(defaultVersion)
    for (const [what, code, method, url, headers = {}, payload] of rows) {
      for (const [asked, served] of [['resource=1.0', '1.0'], ['resource=2.0', '2.0'], [undefined, defaultVersion === 'oldest' ? '1.0' : defaultVersion === 'latest' ? '2.0' : undefined]] as const) {
        const name = `${what} of ${String(asked)} by ${String(served)}`
        const response = await app.inject({ method, url, headers: asking(asked, headers), ...(payload !== undefined && { payload }) })
        t.equal(response.statusCode, served === undefined ? 406 : code, name)
        t.equal(response.headers['deprecation'], served === '1.0' ? '@1906502400' : undefined, `${name}: Deprecation`)
        t.equal(response.headers['sunset'], served === '1.0' ? 'Sun, 01 Jun 2031 12:00:00 GMT' : undefined, `${name}: Sunset`)
        t.equal(response.headers['vary'], 'Accept, Accept-API-Version', `${name}: Vary`)
        t.equal(response.headers['warning'], asked === undefined ? warning : undefined, `${name}: Warning`)
        if (served !== undefined) t.equal(response.headers['content-api-version'], `protocol=2.1,resource=${served}`, `${name}: Content-API-Version`)
      }
    }
  }
})

t.test('what is answered above row 10 tells of no version', async (t) => {
  const app = await buildApp(t)
  const versions = { '1.0': { deprecated: new Date(0), sunset: new Date(0) } }
  app.resource('/strangers', { versions, authenticate: () => null })
  app.resource('/forbidden', { versions, authorize: () => false })
  app.resource('/off', { versions }).disable()
  app.resource('/things', { versions, operations: ['read'] })
  const headers = { 'accept-api-version': 'resource=1.0' }
  for (const [code, method, url] of [
    [401, 'GET', '/strangers'], [403, 'GET', '/forbidden'], [503, 'GET', '/off'], [405, 'DELETE', '/things/a'], [404, 'GET', '/things/a/b'], [204, 'OPTIONS', '/things/a'], [503, 'OPTIONS', '/off']
  ] as const) {
    const response = await app.inject({ method, url, headers })
    t.equal(response.statusCode, code, `${method} ${url}`)
    for (const field of ['deprecation', 'sunset', 'content-api-version', 'warning']) t.equal(response.headers[field], undefined, `${method} ${url}: ${field}`)
  }
})

t.test('versionWarning: false sends none, whatever is asked and answered', async (t) => {
  for (const form of forms) {
    const app = await buildApp(t)
    app.resource('/things', loose({ ...(form.schema !== undefined && { schema: form.schema }), versions: form.versions(['1.0', '2.0']), defaultVersion: 'oldest', versionWarning: false }))
    app.resource('/none', loose({ ...(form.schema !== undefined && { schema: form.schema }), versions: form.versions(['1.0', '2.0']), defaultVersion: 'none', versionWarning: false }))
    for (const asked of [undefined, 'protocol=2.0', 'resource=1.0', 'resource=3.0']) {
      for (const url of ['/things', '/things/absent']) {
        const served = asked === 'resource=3.0' ? undefined : '1.0'
        const response = await app.inject({ url, headers: asking(asked) })
        t.equal(response.statusCode, served === undefined ? 406 : url === '/things' ? 200 : 404)
        versionHeaders(t, response, { served, asked, form, warned: false }, `${url} of ${String(asked)}`)
      }
      if (asked !== 'resource=1.0') t.equal((await app.inject({ url: '/none', headers: asking(asked) })).headers['warning'], undefined)
    }
  }
})

t.test('a Warning is sent once, on upserts and pages too', async (t) => {
  const app = await buildApp(t)
  app.resource('/things', loose({ versions: renaming(['1.0', '2.0']) }))
  for (const [method, url, code] of [['PUT', '/things/a', 201], ['PUT', '/things/a', 200], ['PUT', '/things/b', 201], ['GET', '/things', 200], ['GET', '/things/a?_fields=x', 200]] as const) {
    const response = await app.inject({ method, url, ...(method === 'PUT' && { payload: { 'v2.0': 'x' } }) })
    t.equal(response.statusCode, code)
    t.equal(response.headers['warning'], warning, `${method} ${url}`)
    t.equal(response.headers['content-api-version'], 'protocol=2.1,resource=2.0', `${method} ${url}`)
  }
})

t.test('the version that stands for a request is that of the effective method', async (t) => {
  const app = await buildApp(t)
  const things = app.resource('/things', loose({ versions: renaming(['1.0', '2.0']) }))
  const post = (override: string, payload?: object) => app.inject({ method: 'POST', url: '/things/a', headers: { 'x-http-method-override': override, 'accept-api-version': 'resource=1.0' }, ...(payload !== undefined && { payload }) })
  t.match((await post('PUT', { 'v1.0': 'x' })).json(), { 'v1.0': 'x' })
  t.match((await post('PATCH', [{ operation: 'replace', field: '/v1.0', value: 'y' }])).json(), { 'v1.0': 'y' })
  t.match((await post('GET')).json(), { 'v1.0': 'y' })
  t.strictSame((await things.read('a')).content, { 'v2.0': 'y' })
  const removed = await post('DELETE')
  t.match(removed.json(), { 'v1.0': 'y' })
  t.equal(removed.headers['deprecation'], '@1735787045')
})

t.test('in process the latest version serves, whatever the default is', async (t) => {
  for (const defaultVersion of defaults) {
    const app = await buildApp(t)
    const things = app.resource('/things', loose({ versions: renaming(['1.0', '2.0']), defaultVersion }))
    const { revision } = await things.create({ 'v2.0': 'x' }, { id: 'a' })
    t.strictSame(await things.read('a'), { id: 'a', revision, content: { 'v2.0': 'x' } }, defaultVersion)
    t.strictSame((await things.query()).results, [{ id: 'a', revision, content: { 'v2.0': 'x' } }], defaultVersion)
    t.strictSame((await things.patch('a', [{ operation: 'replace', field: '/v2.0', value: 'y' }])).content, { 'v2.0': 'y' }, defaultVersion)
    t.strictSame((await things.update('a', { 'v2.0': 'z' })).content, { 'v2.0': 'z' }, defaultVersion)
    t.strictSame(await things.action('which', { id: 'a' }), { version: '2.0' }, defaultVersion)
    t.strictSame((await things.delete('a')).content, { 'v2.0': 'z' }, defaultVersion)
    await fails(t, things.create({ 'v1.0': 'x' }), 400, defaultVersion)
  }
})

t.test('versions that cannot be meant fail at registration by name', async (t) => {
  const app = await buildApp(t)
  const same = (content: object): object => content
  let path = 0
  for (const [what, definition] of [
    ['an empty list', { versions: [] }],
    ['an empty record', { versions: {} }],
    ['no version', { versions: ['first'] }],
    ['three numbers', { versions: ['1.0.0'] }],
    ['a name that is no version', { versions: { first: {} } }],
    ['a version twice', { versions: ['1.0', '1.0'] }],
    ['a version in two spellings', { versions: { 1: {}, '1.0': {} } }],
    ['a schema beside a record', { schema: only('text'), versions: { '1.0': { schema: only('text') } } }],
    ['an unknown member', { versions: { '1.0': { upgarde: same } } }],
    ['a version that is no object', { versions: { '1.0': true } }],
    ['a mapping that is no function', { versions: { '1.0': { upgrade: {} }, '2.0': {} } }],
    ['a schema that is none', { versions: { '1.0': { schema: 5 } } }],
    ['a date as text', { versions: { '1.0': { deprecated: '2025-01-01' } } }],
    ['a date that is none', { versions: { '1.0': { sunset: new Date(NaN) } } }],
    ['actions that are none', { versions: { '1.0': { actions: { x: 5 } } } }],
    ['a provider that is none', { versions: { '1.0': { provider: 5 } } }],
    ['an unknown default', { versions: ['1.0'], defaultVersion: 'newest' }],
    ['a warning that is no boolean', { versions: ['1.0'], versionWarning: 'yes' }],
    ['an upgrade that leads nowhere', { versions: { '1.0': { upgrade: same } } }],
    ['upgrades at both ends', { versions: { '1.0': { upgrade: same }, '2.0': { upgrade: same } } }],
    ['downgrades at both ends', { versions: { '1.0': { downgrade: same }, '2.0': { downgrade: same }, '3.0': { downgrade: same } } }]
  ] as const) {
    const { code } = await configurationError(() => app.resource(`/r${path++}`, loose(definition)))
    t.match(code, /^CREST_ERR_/, what)
  }
})
