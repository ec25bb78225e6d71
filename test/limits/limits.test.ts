import t from 'tap'
import type { Test } from 'tap'
import type { FastifyInstance, InjectOptions } from 'fastify'
import { Type } from 'typebox'
import type { CollectionHandle, CommonRestOptions, Limits, ResourceDefinition } from '../../lib/index.ts'
import { buildApp, fails, loose, refused } from '../plugin/app.ts'
import { backends } from '../plugin/backends.ts'
import { listen, refusedOnce, send } from '../plugin/raw.ts'

/** A request within a limit and one beyond it, over HTTP and, where there is such a call, in process. */
interface Bound {
  readonly limits: Limits
  readonly definition?: ResourceDefinition
  /** Content of the document `a`, which is there before. */
  readonly content?: Record<string, unknown>
  readonly within: InjectOptions
  readonly beyond: InjectOptions
  readonly code?: number
  readonly message: RegExp
  readonly call?: (things: CollectionHandle<Record<string, unknown>>, isBeyond: boolean) => Promise<unknown>
}

const json = { 'content-type': 'application/json' }
const put = (payload: string): InjectOptions => ({ method: 'PUT', url: '/things/b', headers: json, payload })
const patch = (payload: unknown, type: string = 'application/json'): InjectOptions => ({ method: 'PATCH', url: '/things/a', headers: { 'content-type': type }, payload: JSON.stringify(payload) })
const query = (parameters: Readonly<Record<string, string>>): InjectOptions => ({ method: 'GET', url: `/things?${new URLSearchParams(parameters).toString()}` })
const nested = (depth: number): string => `{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`
const adds = (count: number): ReadonlyArray<{ readonly operation: 'add', readonly field: string, readonly value: number }> =>
  Array.from({ length: count }, (_, n) => ({ operation: 'add', field: `/n${n}`, value: n }))
const copies = (count: number): readonly object[] => Array.from({ length: count }, () => ({ operation: 'copy', from: '/a', field: '/b' }))
const form = (parts: number): InjectOptions => ({
  method: 'PUT',
  url: '/things/b',
  headers: { 'content-type': 'multipart/form-data; boundary=line' },
  payload: [...Array.from({ length: parts }, (_, n) => `--line\r\nContent-Disposition: form-data; name="p${n}"\r\nContent-Type: application/json\r\n\r\n{}\r\n`), '--line--\r\n'].join('')
})

const bounds: Readonly<Record<string, Bound>> = {
  'jsonDepth of content': {
    limits: { jsonDepth: 5 },
    within: put(nested(5)),
    beyond: put(nested(6)),
    message: /nested deeper than 5 levels$/,
    call: (things, isBeyond) => things.update('a', JSON.parse(nested(isBeyond ? 6 : 5)))
  },
  'jsonDepth of a pointer': {
    limits: { jsonDepth: 5 }, within: patch([{ operation: 'add', field: '/v/w/x/y/z', value: 1 }]), beyond: patch([{ operation: 'remove', field: '/v/w/x/y/z/a' }]), message: /more than 5 tokens/
  },
  'jsonDepth of what a patch makes': {
    limits: { jsonDepth: 5 }, content: { a: [[[]]] }, within: patch([{ operation: 'move', from: '/a', field: '/b/c' }]), beyond: patch([{ operation: 'move', from: '/b', field: '/d/e' }]), message: /nested deeper than 5 levels/
  },
  'jsonMembers of content': {
    limits: { jsonMembers: 5 },
    within: put('{"a":[1,2,3,4]}'),
    beyond: put('{"a":[1,2],"b":{"c":1,"d":2}}'),
    message: /^The content has more than 5 members and elements$/,
    call: (things, isBeyond) => things.create({ a: isBeyond ? [1, 2, 3, 4, 5] : [1, 2, 3, 4] })
  },
  'jsonMembers of what a patch makes': {
    limits: { jsonMembers: 6 }, content: { a: [1, 2, 3] }, within: patch([{ operation: 'add', field: '/b', value: [1] }]), beyond: patch([{ operation: 'copy', from: '/a/0', field: '/c' }]), message: /more than 6 members/
  },
  'idLength in content': {
    limits: { idLength: 4 },
    within: { method: 'POST', url: '/things', headers: json, payload: '{"_id":"éé"}' },
    beyond: { method: 'POST', url: '/things', headers: json, payload: '{"_id":"ééé"}' },
    message: /1 to 4 bytes/,
    call: (things, isBeyond) => things.create({}, { id: isBeyond ? 'abcde' : 'abcd' })
  },
  'idLength in a path': {
    limits: { idLength: 4 }, within: { method: 'PUT', url: '/things/%C3%A9%C3%A9', headers: json, payload: '{}' }, beyond: { method: 'PUT', url: '/things/%C3%A9%C3%A9x', headers: json, payload: '{}' }, code: 404, message: /the path names none/
  },
  filterLength: {
    limits: { filterLength: 8 },
    within: query({ _queryFilter: 'a eq 123' }),
    beyond: query({ _queryFilter: 'a eq 1234' }),
    message: /^The filter is longer than 8 characters$/,
    call: (things, isBeyond) => things.query({ filter: isBeyond ? 'a eq 1234' : 'a eq 123' })
  },
  filterDepth: {
    limits: { filterDepth: 2 },
    within: query({ _queryFilter: '((a pr))' }),
    beyond: query({ _queryFilter: '(((a pr)))' }),
    message: /deeper than 2$/,
    call: (things, isBeyond) => things.query({ filter: isBeyond ? '(((a pr)))' : '((a pr))' })
  },
  filterClauses: {
    limits: { filterClauses: 2 },
    within: query({ _queryFilter: 'a pr and b pr' }),
    beyond: query({ _queryFilter: 'a pr and b pr or true' }),
    message: /more than 2 clauses$/,
    call: (things, isBeyond) => things.query({ filter: isBeyond ? 'a pr and b pr or true' : 'a pr and b pr' })
  },
  'the filter of a named query': {
    limits: { filterLength: 20 },
    definition: { queries: { named: ({ of = '' }) => `a eq "${String(of)}"` } },
    within: query({ _queryId: 'named', of: 'x'.repeat(13) }),
    beyond: query({ _queryId: 'named', of: 'x'.repeat(14) }),
    message: /longer than 20 characters$/
  },
  sortKeys: {
    limits: { sortKeys: 2 },
    within: query({ _sortKeys: 'a,-b' }),
    beyond: query({ _sortKeys: 'a,b,c' }),
    message: /^_sortKeys names more than 2 keys$/,
    call: (things, isBeyond) => things.query({ sortKeys: isBeyond ? ['a', 'b', 'c'] : ['a', 'b'] })
  },
  fields: {
    limits: { fields: 2 },
    within: query({ _fields: 'a,b' }),
    beyond: { url: '/things?_fields=a,b&_fields=c' },
    message: /^_fields names more than 2 fields$/,
    call: (things, isBeyond) => things.read('a', { fields: isBeyond ? ['a', 'b,c'] : ['a', 'b'] })
  },
  parameters: {
    limits: { parameters: 3 }, within: { url: '/things/a?x=1&x=2&_fields=a' }, beyond: { url: '/things/a?x=1&x=2&y&_fields=a' }, message: /more than 3 parameters$/
  },
  headerCount: {
    limits: { headerCount: 4 }, within: { url: '/things/a', headers: { a: '1', b: '1' } }, beyond: { url: '/things/a', headers: { a: '1', b: '1', c: '1' } }, message: /too many header fields$/
  },
  'patchOperations of Common REST': {
    limits: { patchOperations: 2 },
    within: patch(adds(2)),
    beyond: patch(adds(3)),
    message: /more than 2 operations$/,
    call: (things, isBeyond) => things.patch('a', adds(isBeyond ? 3 : 2))
  },
  'patchOperations of JSON Patch': {
    limits: { patchOperations: 2 },
    within: patch(adds(2).map(({ field, value }) => ({ op: 'add', path: field, value })), 'application/json-patch+json'),
    beyond: patch(adds(3).map(({ field, value }) => ({ op: 'add', path: field, value })), 'application/json-patch+json'),
    message: /more than 2 operations$/
  },
  patchComparisons: {
    limits: { patchComparisons: 4 }, content: { a: [1, 2, 3, 4], b: [1, 2, 3, 4, 5] }, within: patch([{ operation: 'increment', field: '/a', value: 1 }]), beyond: patch([{ operation: 'increment', field: '/b', value: 1 }]), message: /too many elements$/
  },
  'patchResultSize of the result': {
    limits: { patchResultSize: 20 },
    within: patch([{ operation: 'add', field: '/a', value: 'x'.repeat(12) }]),
    beyond: patch([{ operation: 'add', field: '/a', value: 'x'.repeat(13) }]),
    message: /larger than 20 characters$/,
    call: (things, isBeyond) => things.patch('a', [{ operation: 'replace', field: '/a', value: 'y'.repeat(isBeyond ? 13 : 12) }])
  },
  'patchResultSize of copies': {
    limits: { patchResultSize: 30 }, content: { a: 'xxxx', n: 1 }, within: patch(copies(5)), beyond: patch([...copies(5), { operation: 'copy', from: '/n', field: '/b' }]), message: /copies too much$/
  },
  parts: { limits: { parts: 2 }, definition: { multipart: true }, within: form(2), beyond: form(3), message: /more than 2 parts$/ }
}

async function declare (t: Test, { definition = {}, content = {} }: Bound, limits: Limits | undefined, options: CommonRestOptions, place: object): Promise<{ readonly app: FastifyInstance, readonly things: CollectionHandle<Record<string, unknown>> }> {
  const app = await buildApp(t, { options })
  const things = app.resource('/things', loose({ ...definition, ...place, limits }))
  await things.create(content, { id: 'a' })
  return { app, things }
}

for (const [backend, makePlace] of backends) {
  t.test(`each limit: ${backend}`, async (t) => {
    for (const [name, bound] of Object.entries(bounds)) {
      const { limits, within, beyond, message, code = 400, call } = bound
      const given = makePlace()
      const place = given.provider === undefined ? given : { provider: { ...given.provider, query: () => ({ results: [] }) } }
      const { app, things } = await declare(t, bound, limits, {}, place)
      const passed = await app.inject(within)
      t.ok(passed.statusCode < 300, `${name}: within: ${passed.statusCode} ${passed.body}`)
      t.match(refused(t, await app.inject(beyond), code, name).message, message, name)
      if (call !== undefined) {
        await call(things, false)
        t.match((await fails(t, call(things, true), 400, `${name} in process`)).message, message, `${name} in process`)
      }
    }
  })
}

t.test('the options of the plugin hold where a resource says nothing, and a resource wins, limit by limit', async (t) => {
  const bound = bounds['sortKeys'] as Bound
  for (const [options, own, code] of [
    [{ sortKeys: 2 }, undefined, 400], [{ sortKeys: 2 }, { fields: 1 }, 400], [{ sortKeys: 2 }, { sortKeys: 3 }, 200], [{ sortKeys: 3 }, { sortKeys: 2 }, 400], [{}, {}, 200]
  ] as const) {
    const { app } = await declare(t, bound, own, { limits: options }, {})
    t.equal((await app.inject(bound.beyond)).statusCode, code, JSON.stringify([options, own]))
  }
})

t.test('what one resource may ask is no way around the limits of another, whatever was asked before', async (t) => {
  const app = await buildApp(t)
  app.resource('/wide', { limits: { filterLength: 20_000, filterDepth: 100, filterClauses: 2000, sortKeys: 20 } })
  app.resource('/usual', {})
  app.resource('/narrow', { limits: { filterLength: 20, filterDepth: 1, filterClauses: 1, sortKeys: 1 } })
  const queries = [
    ['_queryFilter=a eq 1', [200, 200, 200]],
    ['_queryFilter=((a eq 1))', [200, 200, 400]],
    ['_queryFilter=a pr or b pr', [200, 200, 400]],
    [`_queryFilter=a eq "${'x'.repeat(20)}"`, [200, 200, 400]],
    [`_queryFilter=a eq "${'x'.repeat(10_000)}"`, [200, 400, 400]],
    [`_queryFilter=${'('.repeat(64)}a pr${')'.repeat(64)}`, [200, 400, 400]],
    [`_queryFilter=${Array(1001).fill('a pr').join(' or ')}`, [200, 400, 400]],
    ['_sortKeys=a,b', [200, 200, 400]],
    ['_sortKeys=a,b,c,d,e,f,g,h,i', [200, 400, 400]]
  ] as const
  for (const [search, codes] of queries) {
    // In both orders, as the one that asks first leaves something behind.
    for (const order of [[0, 1, 2, 0], [2, 1, 0, 2]] as const) {
      for (const which of order) {
        const path = ['/wide', '/usual', '/narrow'][which] as string
        t.equal((await app.inject(`${path}?${encodeURI(search)}`)).statusCode, codes[which], `${path}?${search.slice(0, 40)}`)
      }
    }
  }
})

t.test('a document that is larger than a patch may make it can only shrink', async (t) => {
  const app = await buildApp(t)
  const things = app.resource('/things', { schema: Type.Object({ a: Type.String() }), limits: { patchResultSize: 20 } })
  await things.create({ a: 'x'.repeat(100) }, { id: 'a' })
  const set = (length: number) => things.patch('a', [{ operation: 'replace', field: '/a', value: 'y'.repeat(length) }])
  await fails(t, set(101), 400)
  await set(99)
  await set(5)
  await fails(t, set(50), 400)
})

t.test('content may be as large as the bodyLimit, with a length and in chunks, and not a byte larger', async (t) => {
  const app = await buildApp(t)
  app.resource('/things', { bodyLimit: 100 })
  const port = await listen(app)
  for (const [size, code] of [[100, 200], [101, 400]] as const) {
    const content = JSON.stringify({ a: 'x'.repeat(size - 8) })
    t.equal(content.length, size)
    for (const [name, field, bytes] of [
      ['with a length', `Content-Length: ${size}`, content], ['in chunks', 'Transfer-Encoding: chunked', `${size.toString(16)}\r\n${content}\r\n0\r\n\r\n`]
    ] as const) {
      await app.inject({ method: 'PUT', url: '/things/a', headers: json, payload: '{}' })
      const answers = await send(t, port, `PUT /things/a HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nConnection: close\r\n${field}\r\n\r\n${bytes}`)
      if (code === 200) t.strictSame(answers.map(({ status }) => status), [200], name)
      else refusedOnce(t, answers, 400, name)
    }
  }
})
