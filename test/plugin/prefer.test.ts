import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify'
import t from 'tap'
import type { Test } from 'tap'
import { memoryStore } from '../../lib/index.ts'
import type { CommonRestOptions, ResourceDefinition, Store } from '../../lib/index.ts'
import { sqliteStore } from '../../lib/sqlite.ts'
import { buildApp, configurationError, refused } from './app.ts'

const minimal = { prefer: 'return=minimal' }

const stores: ReadonlyArray<readonly [string, () => Store]> = [['memory', () => memoryStore()], ['sqlite', () => sqliteStore(':memory:')]]

type Send = (method: NonNullable<InjectOptions['method']>, url: string, payload?: unknown, headers?: Record<string, string>) => Promise<LightMyRequestResponse>

function sender (app: FastifyInstance): Send {
  return (method, url, payload, headers = minimal) => app.inject({ method, url, headers: { ...(payload === undefined ? {} : { 'content-type': 'application/json' }), ...headers }, ...(payload === undefined ? {} : { payload: JSON.stringify(payload) }) })
}

interface Ways { readonly options?: CommonRestOptions, readonly definition?: ResourceDefinition & { readonly kind?: 'collection' }, readonly singleton?: { readonly prefer?: boolean } }

async function open (t: Test, makeStore: () => Store, { options = {}, definition = {}, singleton = {} }: Ways): Promise<Send> {
  const app = await buildApp(t, { options: { ...options, store: makeStore() } })
  app.resource('/things', { ...definition, actions: { echo: { on: ['collection', 'instance'], handler: ({ content }) => content } } })
  app.resource('/s', { kind: 'singleton', initial: { n: 0 }, ...singleton, actions: { echo: { handler: ({ content }) => content } } })
  return sender(app)
}

function isMinimal (t: Test, response: LightMyRequestResponse, status: number, keys: readonly string[], name: string): void {
  t.equal(response.statusCode, status, name)
  t.strictSame(Object.keys(response.json()), keys, `${name}: only these members`)
  t.equal(response.headers['preference-applied'], 'return=minimal', `${name}: says so`)
  t.match(response.headers['content-type'], /^application\/json/)
  t.equal(Number(response.headers['content-length']), Buffer.byteLength(response.body))
}

function isWhole (t: Test, response: LightMyRequestResponse, status: number, name: string): void {
  t.equal(response.statusCode, status, name)
  t.equal(response.headers['preference-applied'], undefined, `${name}: nothing applied`)
  t.not(Object.keys(response.json()).join(), '_id,_rev', name)
}

const document = ['_id', '_rev']

for (const [storeName, makeStore] of stores) {
  for (const [way, ways] of [['of the plugin', { options: { prefer: true } }], ['of the resource', { definition: { prefer: true }, singleton: { prefer: true } }]] as const) {
    t.test(`writes answer _id and _rev alone: prefer ${way} (${storeName})`, async (t) => {
      const send = await open(t, makeStore, ways)
      const created = await send('POST', '/things', { _id: 'a', n: 1 })
      isMinimal(t, created, 201, document, 'create')
      t.equal(created.headers['location'], 'http://localhost:80/things/a')
      t.strictSame(created.json(), { _id: 'a', _rev: created.json()._rev })
      t.equal(created.headers['etag'], `"${created.json()._rev}"`)
      isMinimal(t, await send('POST', '/things?_action=create', { n: 1 }), 201, document, 'create by _action')
      const upserted = await send('PUT', '/things/b', { n: 1 })
      isMinimal(t, upserted, 201, document, 'upsert that creates')
      t.ok(upserted.headers['location'])
      isMinimal(t, await send('PUT', '/things/c', { n: 1 }, { ...minimal, 'if-none-match': '*' }), 201, document, 'create by PUT')
      const replaced = await send('PUT', '/things/b', { n: 2 })
      isMinimal(t, replaced, 200, document, 'upsert that updates')
      t.not(replaced.json()._rev, upserted.json()._rev, 'the new revision')
      const updated = await send('PUT', '/things/b', { n: 3 }, { ...minimal, 'if-match': String(replaced.headers['etag']) })
      isMinimal(t, updated, 200, document, 'update')
      t.equal(updated.headers['etag'], `"${updated.json()._rev}"`)
      const unchanged = await send('PUT', '/things/b', { n: 3 })
      isMinimal(t, unchanged, 200, document, 'update that changes nothing')
      t.equal(unchanged.headers['etag'], updated.headers['etag'])
      for (const [type, payload] of [['application/json', [{ operation: 'increment', field: 'n', value: 1 }]], ['application/json-patch+json', [{ op: 'replace', path: '/n', value: 5 }]], ['application/merge-patch+json', { n: 6 }], ['application/json', []]] as const) {
        isMinimal(t, await send('PATCH', '/things/b', payload, { ...minimal, 'content-type': type }), 200, document, `patch in ${type}`)
      }
      isMinimal(t, await send('POST', '/things/b', { n: 9 }, { ...minimal, 'x-http-method-override': 'PUT' }), 200, document, 'an overridden PUT')
      isMinimal(t, await send('PUT', '/things/b?_fields=n', { n: 7 }), 200, document, 'it goes before _fields')
      const pretty = await send('PUT', '/things/b?_prettyPrint=true', { n: 7 })
      isMinimal(t, pretty, 200, document, '_prettyPrint')
      t.equal(pretty.body, JSON.stringify(pretty.json(), null, 2))
      const deleted = await send('DELETE', '/things/b')
      isMinimal(t, deleted, 200, document, 'delete')
      t.equal(deleted.headers['etag'], undefined)
      isMinimal(t, await send('PUT', '/s', { n: 1 }), 200, ['_rev'], 'update of a singleton')
      isMinimal(t, await send('PATCH', '/s', [{ operation: 'increment', field: 'n', value: 1 }]), 200, ['_rev'], 'patch of a singleton')
    })

    t.test(`read, query, actions and errors are as ever: prefer ${way} (${storeName})`, async (t) => {
      const send = await open(t, makeStore, ways)
      await send('PUT', '/things/a', { n: 1 })
      isWhole(t, await send('GET', '/things/a'), 200, 'read')
      isWhole(t, await send('GET', '/s'), 200, 'read of a singleton')
      const page = await send('GET', '/things')
      isWhole(t, page, 200, 'query')
      t.strictSame(Object.keys(page.json().result[0]), ['_id', '_rev', 'n'])
      for (const url of ['/things?_action=echo', '/things/a?_action=echo', '/s?_action=echo']) {
        const echoed = await send('POST', url, { _id: 'x', _rev: 'y', n: 1 })
        isWhole(t, echoed, 200, `action ${url}`)
        t.strictSame(echoed.json(), { _id: 'x', _rev: 'y', n: 1 })
        const nothing = await send('POST', url)
        t.equal(nothing.statusCode, 204)
        t.equal(nothing.headers['preference-applied'], undefined)
      }
      t.equal((await send('HEAD', '/things/a')).headers['preference-applied'], undefined)
      const unmodified = await send('GET', '/things/a', undefined, { ...minimal, 'if-none-match': '*' })
      t.equal(unmodified.statusCode, 304)
      t.equal(unmodified.headers['preference-applied'], undefined)
      for (const [method, url, payload, code] of [['POST', '/things', { _id: 'a' }, 409], ['PUT', '/things/a', [], 400], ['PATCH', '/things/absent', [], 404], ['DELETE', '/things/absent', undefined, 404], ['DELETE', '/things', undefined, 405], ['PATCH', '/things/a', [{ operation: 'add', field: 'n/x', value: 1 }], 409]] as const) {
        const response = await send(method, url, payload)
        refused(t, response, code, `${method} ${url}`)
        t.equal(response.headers['preference-applied'], undefined, `${method} ${url}: an error applies nothing`)
      }
      t.equal((await send('OPTIONS', '/things/a')).headers['preference-applied'], undefined)
    })
  }

  t.test(`by default, and where it is switched off, Prefer is ignored (${storeName})`, async (t) => {
    for (const ways of [{}, { options: { prefer: false } }, { options: { prefer: true }, definition: { prefer: false }, singleton: { prefer: false } }, { definition: { prefer: false } }] as const) {
      const send = await open(t, makeStore, ways)
      isWhole(t, await send('POST', '/things', { n: 1 }), 201, 'create')
      isWhole(t, await send('PUT', '/things/a', { n: 1 }), 201, 'upsert')
      isWhole(t, await send('PUT', '/things/a', { n: 2 }), 200, 'update')
      isWhole(t, await send('PATCH', '/things/a', []), 200, 'patch')
      isWhole(t, await send('DELETE', '/things/a'), 200, 'delete')
      const s = await send('PUT', '/s', { n: 5 })
      t.strictSame(Object.keys(s.json()), ['_rev', 'n'])
      t.equal(s.headers['preference-applied'], undefined)
    }
    const send = await open(t, makeStore, { definition: { prefer: true } })
    isMinimal(t, await send('PUT', '/things/a', { n: 1 }), 201, document, 'on one resource')
    isWhole(t, await send('PUT', '/s', { n: 5 }), 200, 'and not on another')
  })
}

t.test('how the preference is written', async (t) => {
  const app = await buildApp(t, { options: { prefer: true } })
  app.resource('/things', {})
  const send = sender(app)
  for (const prefer of ['return=minimal', 'Return=minimal', 'RETURN=minimal', 'return="minimal"', 'return = minimal', 'respond-async, return=minimal', 'return=minimal, wait=10', 'return=minimal; foo="some, parameter"', 'wait=10 , return=minimal;x', 'handling=lenient,return=minimal', ', return=minimal', 'return=minimal, return=representation']) {
    isMinimal(t, await send('POST', '/things', { n: 1 }, { prefer }), 201, document, prefer)
  }
  for (const prefer of ['return=representation', 'return', 'return=', 'return=minimals', 'returns=minimal', 'minimal', '', ',', '"return=minimal"', 'x="return=minimal"', 'x="a, return=minimal"', 'return=representation, return=minimal', 'respond-async', 'return=min imal', '=', 'return==minimal', 'return=minimal=x', '\u00e9']) {
    isWhole(t, await send('POST', '/things', { n: 1 }, { prefer }), 201, prefer)
  }
})

t.test('a provider is asked as ever, and in process the answer is whole', async (t) => {
  const app = await buildApp(t, { options: { prefer: true } })
  const things = app.resource('/things', { provider: { create: ({ content }) => ({ id: 'x', revision: '1', content: { ...content, own: 1 } }), delete: ({ id }) => ({ id, revision: '9', content: { last: 1 } }) } })
  const send = sender(app)
  t.strictSame((await send('POST', '/things', { n: 1 })).json(), { _id: 'x', _rev: '1' })
  t.strictSame((await send('DELETE', '/things/x')).json(), { _id: 'x', _rev: '9' })
  t.strictSame((await things.create({ n: 1 })).content, { n: 1, own: 1 })
})

t.test('an ill-typed option is refused by name', async (t) => {
  const app = await buildApp(t)
  for (const prefer of ['return=minimal', 1, null, {}]) t.match(await configurationError(() => app.resource('/things', { prefer } as never)), { code: 'CREST_ERR_INVALID_OPTION', message: /prefer/ })
  t.match(await configurationError(() => buildApp(t, { options: { prefer: 'yes' } as never })), { code: 'CREST_ERR_INVALID_OPTION', message: /prefer/ })
})
