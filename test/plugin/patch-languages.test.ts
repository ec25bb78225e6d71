import type { FastifyInstance, LightMyRequestResponse } from 'fastify'
import t from 'tap'
import type { Test } from 'tap'
import { Type } from 'typebox'
import { memoryStore, NotFound, PreconditionFailed } from '../../lib/index.ts'
import type { CommonRestOptions, Document, Provider, Store } from '../../lib/index.ts'
import { sqliteStore } from '../../lib/sqlite.ts'
import { buildApp, fails, loose, refused } from './app.ts'

const crest = 'application/json'
const jsonPatch = 'application/json-patch+json'
const mergePatch = 'application/merge-patch+json'
const all = [crest, jsonPatch, mergePatch]

const stores: ReadonlyArray<readonly [string, () => Store]> = [['memory', () => memoryStore()], ['sqlite', () => sqliteStore(':memory:')]]

type Patch = (url: string, payload: unknown, type?: string, headers?: Record<string, string>) => Promise<LightMyRequestResponse>

interface Given {
  readonly app: FastifyInstance
  readonly patch: Patch
  readonly put: (url: string, payload: object) => Promise<LightMyRequestResponse>
  readonly get: (url: string) => Promise<LightMyRequestResponse>
}

function patcher (app: FastifyInstance): Patch {
  return (url, payload, type = crest, headers = {}) => app.inject({ method: 'PATCH', url, payload: typeof payload === 'string' ? payload : JSON.stringify(payload), headers: { 'content-type': type, ...headers } })
}

function given (app: FastifyInstance): Given {
  return { app, patch: patcher(app), put: (url, payload) => app.inject({ method: 'PUT', url, payload }), get: (url) => app.inject(url) }
}

/** The same test on both stores. */
function onStores (name: string, run: (t: Test, given: Given) => Promise<void>, options: CommonRestOptions = {}): void {
  for (const [storeName, makeStore] of stores) {
    t.test(`${name} (${storeName})`, async (t) => run(t, given(await buildApp(t, { options: { ...options, store: makeStore() } }))))
  }
}

/** The members of a list header, in any order. */
function listed (value: unknown): string[] {
  return String(value).split(',').map((element) => element.trim()).sort()
}

/** The content of a document as an answer shows it. */
function contentOf (response: LightMyRequestResponse): object {
  const { _id, _rev, ...content } = response.json()
  return content
}

/** The same small change in each language: sets `n`. */
const setting = (n: unknown): ReadonlyArray<readonly [string, unknown]> => [
  [crest, [{ operation: 'replace', field: '/n', value: n }]], [jsonPatch, [{ op: 'add', path: '/n', value: n }]], [mergePatch, { n }]
]

const text = (value: unknown): string => JSON.stringify(value)

onStores('Accept-Patch lists the three languages, on OPTIONS and on 415', async (t, { app, patch, put }) => {
  app.resource('/things', {})
  app.resource('/s', { kind: 'singleton', initial: {} })
  app.resource('/fixed', { operations: ['create', 'read', 'update'] })
  await put('/things/a', { n: 1 })
  for (const url of ['/things/a', '/things/absent', '/s']) {
    t.strictSame(listed((await app.inject({ method: 'OPTIONS', url })).headers['accept-patch']), all, `OPTIONS ${url}`)
    for (const type of ['text/plain', 'application/xml', 'application/vnd.patch+json', 'application/patch+json', 'application/json-patch', 'application/merge-patch', 'application/json-patch+xml', 'application/jsonpatch+json', 'application/problem+json', 'text/json', 'multipart/form-data; boundary=x', 'application/*', '*/*', 'application/json, application/json', 'json', '']) {
      const response = await patch(url, [], type)
      refused(t, response, 415, `${url} ${type}`)
      t.strictSame(listed(response.headers['accept-patch']), all, `${url} ${type}`)
    }
    const untyped = await app.inject({ method: 'PATCH', url, payload: Buffer.from('[]') })
    refused(t, untyped, 415, `${url} without a type`)
    t.strictSame(listed(untyped.headers['accept-patch']), all)
  }
  const coded = await patch('/things/a', [], mergePatch, { 'content-encoding': 'gzip' })
  refused(t, coded, 415, 'a coding')
  t.strictSame(listed(coded.headers['accept-encoding']), ['identity'])
  t.strictSame(listed(coded.headers['accept-patch']), all)
  t.equal((await patch('/things/a', {}, mergePatch, { 'content-encoding': 'identity' })).statusCode, 200)
  t.notOk((await app.inject({ method: 'OPTIONS', url: '/fixed/a' })).headers['accept-patch'], 'no PATCH, no Accept-Patch')
  t.notOk((await app.inject({ method: 'OPTIONS', url: '/things' })).headers['accept-patch'])
  refused(t, await patch('/fixed/a', [], mergePatch), 405)
  for (const [method, url, hint] of [['PUT', '/things/a', 'accept'], ['POST', '/things', 'accept-post']] as const) {
    for (const type of [jsonPatch, mergePatch]) {
      const response = await app.inject({ method, url, payload: '{}', headers: { 'content-type': type } })
      refused(t, response, 415, `${method} is no patch`)
      t.strictSame(listed(response.headers[hint]), [crest])
    }
  }
})

onStores('parameters and case of the Content-Type do not matter, the charset does', async (t, { app, patch, put }) => {
  app.resource('/things', {})
  let n = 0
  await put('/things/a', { n })
  for (const [position, base] of all.entries()) {
    for (const type of [base.toUpperCase(), `${base};charset=utf-8`, `${base}; charset="UTF-8"`, `${base} ; Charset=Utf-8`, `${base};foo=bar`, `${base}; profile="x;y"; charset=utf-8`, `${base};`]) {
      const [, payload] = setting(++n)[position] ?? []
      const response = await patch('/things/a', payload, type)
      t.equal(response.statusCode, 200, type)
      t.equal(response.json().n, n, type)
    }
    for (const type of [`${base};charset=iso-8859-1`, `${base}; charset=utf-16`, `${base}; charset="latin1"`, `${base};charset`, `${base} x`, `${base},`]) refused(t, await patch('/things/a', setting(-1)[position]?.[1], type), 415, type)
  }
  t.equal((await app.inject('/things/a')).json().n, n)
})

onStores('a body is judged in the language of its type alone', async (t, { app, patch, put }) => {
  app.resource('/things', {})
  const before = await put('/things/a', { n: 1 })
  const [crestBody, jsonPatchBody, mergeBody] = setting(2).map(([, body]) => body)
  for (const [type, payload] of [[crest, jsonPatchBody], [crest, mergeBody], [jsonPatch, crestBody], [jsonPatch, mergeBody], [mergePatch, crestBody], [mergePatch, jsonPatchBody]] as const) {
    refused(t, await patch('/things/a', payload, type), 400, `${type} ${text(payload)}`)
  }
  t.strictSame((await app.inject('/things/a')).json(), before.json())
  t.strictSame(contentOf(await patch('/things/a', { operation: 'add', op: 'add', path: '/n' }, mergePatch)), { n: 1, operation: 'add', op: 'add', path: '/n' })
})

/** What each language makes of a document: the content, or the code of the refusal. */
const outcomes: ReadonlyArray<readonly [type: string, document: object, patch: unknown, outcome: object | number]> = [
  // patch.md, sections 2 and 7
  ...['{}', '"x"', 'null', '1', 'true', '[1]', '[null]', '[[]]', '[{}]', '', ' ', '[', '[]]', '[],', "['x']", '[{"operation":"add","field":"b","value":NaN}]', '\u{feff}x'].map((body) => [crest, { a: 1 }, body, 400] as const),
  ...[
    { operation: 'add' }, { operation: 'add', field: 'b' }, { operation: 'add', field: 'b', value: null }, { operation: 'frob', field: 'b', value: 1 }, { operation: 5, field: 'b', value: 1 }, { operation: null, field: 'b', value: 1 },
    { operation: 'add', field: 5, value: 1 }, { operation: 'add', field: null, value: 1 }, { field: 'b', value: 1 }, { operation: 'add', field: 'b', value: 1, from: 'a' }, { op: 'add', path: '/b', value: 1 }, { operation: 'replace', field: 'a' },
    { operation: 'replace', field: 'a', value: null }, { operation: 'increment', field: 'a' }, { operation: 'increment', field: 'a', value: '1' }, { operation: 'transform', field: 'a' }, { operation: 'move', field: 'b' }, { operation: 'move', field: 'b', from: '' },
    { operation: 'move', field: 'b', from: '/' }, { operation: 'copy', field: 'b', from: '' }, { operation: 'move', field: 'b', from: 'a', value: 1 }, { operation: 'copy', field: 'a', value: 'b' }, { operation: 'remove', field: 'a', from: 'b' },
    { operation: 'add', field: 'b c', value: 1 }, { operation: 'add', field: 'b%zz', value: 1 }, { operation: 'add', field: 'a"b', value: 1 }, { operation: 'add', field: 'a\\b', value: 1 }, { operation: 'remove', field: '' }, { operation: 'remove', field: '/' },
    { operation: 'replace', field: '', value: 5 }, { operation: 'add', field: '/', value: [1] }, { operation: 'increment', field: 'b', value: 1 }, { operation: 'increment', field: 'b/c', value: 1 }, { operation: 'test', field: 'a', value: 1 },
    { operation: 'add', field: '__proto__', value: 1 }, { operation: 'add', field: '/x/__proto__/y', value: 1 }
  ].map((operation) => [crest, { a: 1 }, [operation], 400] as const),
  [crest, { a: 1 }, [], { a: 1 }],
  [crest, { a: 1 }, [{ operation: 'ADD', field: 'b', value: 1, extra: 2 }], { a: 1, b: 1 }],
  [crest, { a: 1 }, [{ operation: 'add', field: 'b%20c', value: 1 }], { a: 1, 'b c': 1 }],
  [crest, { a: 1 }, [{ operation: 'add', field: '/x~1y/~0', value: 1 }], { a: 1, 'x/y': { '~': 1 } }],
  [crest, { a: 1 }, [{ operation: 'add', field: '/b/c/d', value: 2 }], { a: 1, b: { c: { d: 2 } } }],
  [crest, { a: 1 }, [{ operation: 'add', field: '/a/b', value: 2 }], 409],
  [crest, { a: null }, [{ operation: 'add', field: '/a/b', value: 2 }], { a: { b: 2 } }],
  [crest, { l: [1, 2] }, [{ operation: 'add', field: '/l', value: [3] }], { l: [1, 2, 3] }],
  [crest, { l: [1, 2] }, [{ operation: 'add', field: '/l', value: 3 }], { l: [1, 2, 3] }],
  [crest, { l: [1, 2] }, [{ operation: 'add', field: '/l/0', value: 9 }], { l: [9, 1, 2] }],
  [crest, { l: [1, 2] }, [{ operation: 'add', field: '/l/3', value: 9 }], 409],
  [crest, { l: [1, 2] }, [{ operation: 'add', field: '/l/x', value: 9 }], 409],
  [crest, { a: 1 }, [{ operation: 'add', field: '/l/0', value: 9 }], 409],
  [crest, { a: 1 }, [{ operation: 'add', field: '', value: { z: 1 } }], { a: 1, z: 1 }],
  [crest, { a: 1, b: 2 }, [{ operation: 'replace', field: '/', value: { z: 1 } }], { z: 1 }],
  [crest, { a: 1, b: 2 }, [{ operation: 'remove', field: '/a', value: 2 }], { a: 1, b: 2 }],
  [crest, { l: [1, 2, 1] }, [{ operation: 'remove', field: '/l', value: 1 }], { l: [2] }],
  [crest, { l: [1, 2, 1] }, [{ operation: 'remove', field: '/l', value: [1, 2] }], { l: [1] }],
  [crest, { l: [1, 2, 3] }, [{ operation: 'replace', field: '/l/1', value: 9 }], { l: [1, 9, 3] }],
  [crest, { l: [1, 2, 3] }, [{ operation: 'replace', field: '/l/9', value: 9 }], 409],
  [crest, { a: 1.5 }, [{ operation: 'increment', field: '/a', value: 0.25 }], { a: 1.75 }],
  [crest, { a: [1, 2] }, [{ operation: 'increment', field: '/a', value: 10 }], { a: [11, 12] }],
  [crest, { a: [1, 'x'] }, [{ operation: 'increment', field: '/a', value: 10 }], 400],
  [crest, { a: '1' }, [{ operation: 'increment', field: '/a', value: 1 }], 400],
  [crest, { a: null }, [{ operation: 'increment', field: '/a', value: 1 }], 400],
  [crest, { a: 2147483647 }, [{ operation: 'increment', field: '/a', value: 1 }], { a: 2147483648 }],
  [crest, { a: Number.MAX_SAFE_INTEGER }, [{ operation: 'increment', field: '/a', value: 1 }], 400],
  [crest, { a: 1 }, [{ operation: 'move', from: '/a', field: '/b' }], { b: 1 }],
  [crest, { a: 1 }, [{ operation: 'copy', from: '/a', field: '/x/y', value: null }], { a: 1, x: { y: 1 } }],
  [crest, { a: 1 }, [{ operation: 'copy', from: '/nope', field: '/b' }], 409],
  [crest, { a: { b: 1 } }, [{ operation: 'move', from: '/a', field: '/a/c' }], 400],
  [crest, { l: [1, 2, 3] }, [{ operation: 'move', from: '/l/0', field: '/l/-' }], { l: [2, 3, 1] }],
  [crest, { a: null }, [{ operation: 'move', from: '/a', field: '/b' }], { b: null }],
  [crest, { l: ['apple', 'orange', 'kiwi', 'lime'] }, [{ operation: 'remove', field: '/l/0' }, { operation: 'replace', field: '/l/1', value: 'pineapple' }], { l: ['orange', 'pineapple', 'lime'] }],
  // RFC 6902: malformed 400, a missing location or a failed test 409 (ruling R2)
  ...['{}', '"x"', 'null', '[1]', '[null]', '[{}]', '', '['].map((body) => [jsonPatch, { a: 1 }, body, 400] as const),
  ...[
    { op: 'add', path: '/b' }, { op: 'add', value: 1 }, { op: 'spam', path: '/a', value: 1 }, { op: 'ADD', path: '/a', value: 1 }, { op: 5, path: '/a', value: 1 }, { op: 'add', path: 'a', value: 1 }, { op: 'add', path: 5, value: 1 }, { op: 'add', path: null, value: 1 },
    { op: 'move', path: '/b' }, { op: 'copy', from: 'a', path: '/b' }, { op: 'test', path: '/a' }, { op: 'replace', path: '/a' }, { op: 'add', path: '/~2', value: 1 }, { op: 'add', path: '/a~', value: 1 }, { operation: 'add', field: '/b', value: 1 },
    { op: 'add', path: '', value: 5 }, { op: 'replace', path: '', value: null }, { op: 'remove', path: '' }, { op: 'move', from: '/a', path: '/a/b' }, { op: 'add', path: '/__proto__', value: 1 }
  ].map((operation) => [jsonPatch, { a: { b: 1 } }, [operation], 400] as const),
  [jsonPatch, { a: 1 }, [], { a: 1 }],
  [jsonPatch, { a: 1 }, [{ op: 'add', path: '/b', value: null, extra: 1 }], { a: 1, b: null }],
  [jsonPatch, { a: 1 }, [{ op: 'add', path: '/b/c', value: 1 }], 409],
  [jsonPatch, { a: null }, [{ op: 'add', path: '/a/b', value: 1 }], 409],
  [jsonPatch, { a: 1 }, [{ op: 'remove', path: '/b' }], 409],
  [jsonPatch, { a: 1 }, [{ op: 'replace', path: '/b', value: 1 }], 409],
  [jsonPatch, { a: 1 }, [{ op: 'copy', from: '/b', path: '/c' }], 409],
  [jsonPatch, { a: 1 }, [{ op: 'move', from: '/b', path: '/c' }], 409],
  [jsonPatch, { a: 1 }, [{ op: 'test', path: '/b', value: null }], 409],
  [jsonPatch, { a: 1 }, [{ op: 'test', path: '/a', value: '1' }], 409],
  [jsonPatch, { a: 1 }, [{ op: 'test', path: '/a', value: 1.0 }, { op: 'replace', path: '/a', value: 2 }], { a: 2 }],
  [jsonPatch, { a: { x: [1, { y: null }] } }, [{ op: 'test', path: '/a', value: { x: [1, { y: null }] } }], { a: { x: [1, { y: null }] } }],
  [jsonPatch, { l: [1, 2] }, [{ op: 'add', path: '/l', value: [3] }], { l: [3] }],
  [jsonPatch, { l: [1, 2] }, [{ op: 'add', path: '/l/1', value: 9 }, { op: 'add', path: '/l/-', value: 8 }], { l: [1, 9, 2, 8] }],
  [jsonPatch, { l: [1, 2] }, [{ op: 'add', path: '/l/3', value: 9 }], 409],
  [jsonPatch, { l: [1, 2] }, [{ op: 'add', path: '/l/01', value: 9 }], 409],
  [jsonPatch, { l: [1, 2] }, [{ op: 'replace', path: '/l/2', value: 9 }], 409],
  [jsonPatch, { l: [1, 2] }, [{ op: 'remove', path: '/l/-' }], 409],
  [jsonPatch, { a: 1 }, [{ op: 'add', path: '/', value: 1 }], { a: 1, '': 1 }],
  [jsonPatch, { a: 1 }, [{ op: 'add', path: '/x~1y~0z', value: 1 }], { a: 1, 'x/y~z': 1 }],
  [jsonPatch, { a: 1 }, [{ op: 'replace', path: '', value: { z: 1 } }], { z: 1 }],
  [jsonPatch, { a: 1, b: 2 }, [{ op: 'move', from: '/a', path: '/b' }], { b: 1 }],
  [jsonPatch, { a: { b: 1 } }, [{ op: 'copy', from: '/a', path: '/c' }, { op: 'add', path: '/c/b', value: 2 }], { a: { b: 1 }, c: { b: 2 } }],
  // RFC 7396
  ...['[]', '"x"', 'null', '1', '[{"a":1}]', '', '{', '{a:1}'].map((body) => [mergePatch, { a: 1 }, body, 400] as const),
  [mergePatch, { a: 1 }, {}, { a: 1 }],
  [mergePatch, { a: 1 }, { a: null, nope: null }, {}],
  [mergePatch, { a: null }, { b: 1 }, { a: null, b: 1 }],
  [mergePatch, { a: null }, { a: null }, {}],
  [mergePatch, { a: { b: 1, c: 2 } }, { a: { b: null, d: { e: null, f: 1 } } }, { a: { c: 2, d: { f: 1 } } }],
  [mergePatch, { a: 1 }, { a: { b: null, c: 1 } }, { a: { c: 1 } }],
  [mergePatch, { a: [1, 2] }, { a: [null, { x: null }] }, { a: [null, { x: null }] }],
  [mergePatch, { a: { b: 1 } }, { a: [1] }, { a: [1] }],
  [mergePatch, { a: null }, { a: { b: 1 } }, { a: { b: 1 } }],
  [mergePatch, { a: 1 }, '{"__proto__":{"x":1}}', 400],
  ...all.map((type) => [type, { a: 1 }, type === mergePatch ? '{"b":"\\u0000"}' : type === crest ? '[{"operation":"add","field":"b","value":"\\u0000"}]' : '[{"op":"add","path":"/b","value":"\\u0000"}]', 400] as const)
]

onStores('each failure has its code and changes nothing, each success shows its result', async (t, { app, patch, get }) => {
  const things = app.resource('/things', {})
  const s = app.resource('/s', { kind: 'singleton' })
  for (const [index, [type, document, payload, outcome]] of outcomes.entries()) {
    await things.create({ ...document }, { id: String(index) })
    await s.update({ ...document })
    for (const url of [`/things/${index}`, '/s']) {
      const name = `${url} ${type}: ${text(document)} ${typeof payload === 'string' ? payload : text(payload)}`
      const before = await get(url)
      const response = await patch(url, payload, type)
      const after = await get(url)
      if (typeof outcome === 'number') {
        refused(t, response, outcome, name)
        t.strictSame(after.json(), before.json(), `${name}: unchanged`)
      } else {
        t.equal(response.statusCode, 200, name)
        t.strictSame(contentOf(response), outcome, name)
        t.equal(response.headers['etag'], `"${response.json()._rev}"`)
        t.strictSame(after.json(), response.json(), `${name}: and so it is stored`)
        const same = text(Object.entries(outcome).sort()) === text(Object.entries(document).sort())
        t.equal(response.headers['etag'] === before.headers['etag'], same, `${name}: the revision changes with the content`)
      }
    }
  }
})

onStores('a patch is all or nothing', async (t, { app, patch, put, get }) => {
  app.resource('/things', { schema: Type.Object({ a: Type.Optional(Type.Integer()), b: Type.Optional(Type.Unknown()) }, { additionalProperties: true }), unique: ['/b'] })
  await put('/things/other', { b: 'taken' })
  const before = await put('/things/a', { a: 1, l: [1] })
  for (const [type, payload, code] of [
    [crest, [{ operation: 'replace', field: 'a', value: 2 }, { operation: 'add', field: 'l', value: 3 }, { operation: 'increment', field: '/nope', value: 4 }], 400],
    [crest, [{ operation: 'remove', field: 'a' }, { operation: 'add', field: '/l/9', value: 1 }], 409],
    [crest, [{ operation: 'add', field: 'l', value: 3 }, { operation: 'replace', field: 'a', value: 'text' }], 400],
    [crest, [{ operation: 'add', field: 'l', value: 3 }, { operation: 'add', field: 'b', value: 'taken' }], 409],
    [jsonPatch, [{ op: 'remove', path: '/a' }, { op: 'add', path: '/l/0', value: 0 }, { op: 'test', path: '/l/0', value: 1 }], 409],
    [jsonPatch, [{ op: 'remove', path: '/a' }, { op: 'move', from: '/l', path: '/l/0' }], 400],
    [jsonPatch, [{ op: 'add', path: '/l/0', value: 0 }, { op: 'replace', path: '/a', value: null }], 400],
    [jsonPatch, [{ op: 'add', path: '/c', value: 0 }, { op: 'add', path: '/b', value: 'taken' }], 409],
    [mergePatch, { l: null, a: 1.5 }, 400],
    [mergePatch, { l: null, _rev: 'mine' }, 400],
    [mergePatch, { l: null, b: 'taken' }, 409]
  ] as const) {
    refused(t, await patch('/things/a', payload, type), code, `${type} ${text(payload)}`)
    const after = await get('/things/a')
    t.strictSame(after.json(), before.json(), text(payload))
    t.equal(after.headers['etag'], before.headers['etag'], 'the revision is kept')
  }
  t.match(refused(t, await patch('/things/a', { b: 'taken' }, mergePatch), 409).detail, { pointers: ['/b'] })
})

onStores('a patch that changes nothing keeps the revision in all languages', async (t, { app, patch, put, get }) => {
  let changes = 0
  app.resource('/things', { schema: Type.Object({ s: Type.Array(Type.Integer(), { uniqueItems: true }) }, { additionalProperties: true }), onChange: () => { changes++ } })
  const before = await put('/things/a', { n: 1, m: { x: 1, y: null }, l: [1, 2], s: [1, 2] })
  const done = changes
  for (const [type, payload] of [
    [crest, []], [crest, [{ operation: 'replace', field: 'n', value: 1 }]], [crest, [{ operation: 'remove', field: 'nope' }]], [crest, [{ operation: 'remove', field: 'n', value: 2 }]], [crest, [{ operation: 'increment', field: 'n', value: 0 }]],
    [crest, [{ operation: 'add', field: 'q', value: 1 }, { operation: 'remove', field: 'q' }]], [crest, [{ operation: 'move', from: 'n', field: 'n' }]], [crest, [{ operation: 'add', field: 's', value: 2 }]], [crest, [{ operation: 'replace', field: '', value: { s: [1, 2], l: [1, 2], m: { y: null, x: 1 }, n: 1 } }]],
    [crest, [{ operation: 'replace', field: '_id', value: 'a' }]], [crest, [{ operation: 'replace', field: '/_rev', value: before.json()._rev }]],
    [jsonPatch, []], [jsonPatch, [{ op: 'test', path: '/n', value: 1 }]], [jsonPatch, [{ op: 'replace', path: '/m', value: { y: null, x: 1 } }]], [jsonPatch, [{ op: 'add', path: '/q', value: 1 }, { op: 'remove', path: '/q' }]], [jsonPatch, [{ op: 'move', from: '/n', path: '/n' }]],
    [jsonPatch, [{ op: 'test', path: '/_id', value: 'a' }]], [jsonPatch, [{ op: 'replace', path: '/_id', value: 'a' }]],
    [mergePatch, {}], [mergePatch, { n: 1 }], [mergePatch, { nope: null, m: {} }], [mergePatch, { m: { x: 1 }, l: [1, 2] }], [mergePatch, { _id: 'a', _rev: before.json()._rev }]
  ] as const) {
    for (const headers of [{}, { 'if-match': String(before.headers['etag']) }, { 'if-match': '*' }]) {
      const response = await patch('/things/a', payload, type, headers)
      t.equal(response.statusCode, 200, `${type} ${text(payload)}`)
      t.equal(response.headers['etag'], before.headers['etag'], `${type} ${text(payload)}`)
      t.strictSame(response.json(), before.json())
    }
  }
  t.equal(changes, done, 'onChange is not told')
  t.strictSame((await get('/things/a')).json(), before.json())
  for (const [type, payload] of setting(5)) {
    refused(t, await patch('/things/a', type === mergePatch ? {} : [], type, { 'if-match': '"x"' }), 412, 'conditions are judged first')
    t.not((await patch('/things/a', payload, type)).headers['etag'], before.headers['etag'])
    await put('/things/a', { n: 1 })
  }
})

onStores('a result that breaks the schema is 400 with the violations', async (t, { app, patch, put, get }) => {
  const schema = Type.Object({ n: Type.Integer(), m: Type.Optional(Type.Object({ x: Type.String() }, { additionalProperties: false })) }, { additionalProperties: false })
  app.resource('/things', { schema })
  app.resource('/s', { kind: 'singleton', schema, initial: { n: 1 } })
  await put('/things/a', { n: 1 })
  for (const url of ['/things/a', '/s']) {
    const before = await get(url)
    for (const [type, payload, pointers] of [
      [crest, [{ operation: 'replace', field: 'n', value: 'x' }], ['/n']], [crest, [{ operation: 'replace', field: 'n', value: 1.5 }, { operation: 'add', field: 'm/x', value: 5 }], ['/m/x', '/n']], [crest, [{ operation: 'remove', field: 'n' }], undefined],
      [crest, [{ operation: 'add', field: 'bogus', value: 1 }], undefined],
      [jsonPatch, [{ op: 'replace', path: '/n', value: 'x' }], ['/n']], [jsonPatch, [{ op: 'replace', path: '/n', value: null }, { op: 'add', path: '/m', value: { x: 5 } }], ['/m/x', '/n']], [jsonPatch, [{ op: 'remove', path: '/n' }], undefined],
      [mergePatch, { n: 'x' }, ['/n']], [mergePatch, { n: true, m: { x: 5 } }, ['/m/x', '/n']], [mergePatch, { n: null }, undefined], [mergePatch, { bogus: 1 }, undefined], [mergePatch, { m: {} }, undefined]
    ] as const) {
      const { detail } = refused(t, await patch(url, payload, type), 400, `${url} ${type} ${text(payload)}`)
      const { violations } = detail as { readonly violations: ReadonlyArray<{ readonly pointer: string, readonly message: string }> }
      t.ok(violations.length > 0 && violations.every(({ pointer, message }) => typeof pointer === 'string' && message !== ''), text(violations))
      if (pointers !== undefined) t.strictSame([...new Set(violations.map(({ pointer }) => pointer))].sort(), pointers)
      t.strictSame((await get(url)).json(), before.json())
    }
    // Only the result counts: what is wrong in between is nobody's business.
    t.strictSame(contentOf(await patch(url, [{ operation: 'replace', field: 'n', value: 'x' }, { operation: 'replace', field: 'n', value: 2 }])), { n: 2 })
    t.strictSame(contentOf(await patch(url, [{ op: 'remove', path: '/n' }, { op: 'add', path: '/n', value: 3 }], jsonPatch)), { n: 3 })
  }
})

onStores('_id and _rev are the server\'s in every language', async (t, { app, patch, put, get }) => {
  app.resource('/things', {})
  const before = await put('/things/a', { n: 1 })
  const { _rev } = before.json()
  const refusals: ReadonlyArray<readonly [string, unknown]> = [
    ...(['_id', '/_id', '_rev', '/_rev', '/_id/x', '_rev/0'] as const).flatMap((field) => [{ operation: 'add', field, value: 'b' }, { operation: 'replace', field, value: 'b' }, { operation: 'remove', field }, { operation: 'increment', field, value: 1 }, { operation: 'move', from: 'n', field }, { operation: 'copy', from: 'n', field }].map((operation) => [crest, [operation]] as const)),
    [crest, [{ operation: 'move', from: '_id', field: 'm' }]], [crest, [{ operation: 'move', from: '_rev', field: 'm' }]], [crest, [{ operation: 'replace', field: '', value: { _id: 'b' } }]], [crest, [{ operation: 'add', field: '', value: { _id: 'b' } }]],
    ...(['/_id', '/_rev'] as const).flatMap((path) => [{ op: 'add', path, value: 'b' }, { op: 'replace', path, value: 'b' }, { op: 'replace', path, value: null }, { op: 'remove', path }, { op: 'copy', from: '/n', path }, { op: 'move', from: '/n', path }].map((operation) => [jsonPatch, [operation]] as const)),
    [jsonPatch, [{ op: 'move', from: '/_id', path: '/m' }]], [jsonPatch, [{ op: 'replace', path: '', value: { _id: 'b' } }]],
    [mergePatch, { _id: 'b' }], [mergePatch, { _id: null }], [mergePatch, { _id: 5 }], [mergePatch, { _rev: 'b' }], [mergePatch, { _rev: null }], [mergePatch, { _id: { x: 1 } }]
  ]
  for (const [type, payload] of refusals) {
    refused(t, await patch('/things/a', payload, type), 400, `${type} ${text(payload)}`)
    t.strictSame((await get('/things/a')).json(), before.json(), text(payload))
  }
  for (const [type, payload] of [
    [crest, [{ operation: 'replace', field: '_id', value: 'a' }, { operation: 'add', field: '_rev', value: _rev }]], [jsonPatch, [{ op: 'replace', path: '/_id', value: 'a' }, { op: 'add', path: '/_rev', value: _rev }]], [mergePatch, { _id: 'a', _rev }]
  ] as const) t.strictSame((await patch('/things/a', payload, type)).json(), before.json(), `${type}: the same value is tolerated`)
  t.match(contentOf(await patch('/things/a', [{ op: 'test', path: '/_rev', value: _rev }, { op: 'copy', from: '/_id', path: '/was' }], jsonPatch)), { was: 'a' }, 'they can be read')
  t.equal((await patch('/things/a', [{ op: 'test', path: '/_rev', value: _rev }], jsonPatch)).statusCode, 409, 'and compared: the revision has changed')
})

onStores('transform is 501 in row 16: after the syntax, before the store', async (t, { app, patch, put }) => {
  app.resource('/things', {})
  app.resource('/strict', { revision: 'required' })
  app.resource('/s', { kind: 'singleton' })
  const transform = { operation: 'transform', field: 'n', value: { script: 'x' } }
  const before = await put('/things/a', { n: 1 })
  for (const url of ['/things/a', '/things/absent', '/s']) {
    for (const payload of [[transform], [{ ...transform, operation: 'Transform' }], [{ operation: 'add', field: 'm', value: 1 }, transform], [{ operation: 'increment', field: 'nope', value: 1 }, transform]]) {
      refused(t, await patch(url, payload), 501, `${url} ${text(payload)}`)
    }
    refused(t, await patch(url, [transform, { operation: 'add' }]), 400, `${url}: syntax of the whole patch first`)
    refused(t, await patch(url, [{ operation: 'transform', field: 'n' }]), 400)
    refused(t, await patch(url, [transform], crest, { 'if-match': '"stale"' }), 501, `${url}: before 412`)
    refused(t, await patch(url, [transform], jsonPatch), 400, `${url}: no operation of JSON Patch`)
  }
  refused(t, await patch('/strict/absent', [transform]), 428)
  refused(t, await patch('/strict/absent', [transform], crest, { 'if-match': '"x"' }), 501)
  t.strictSame((await app.inject('/things/a')).json(), before.json())
})

onStores('If-Match and If-None-Match are judged in all languages', async (t, { app, patch, put }) => {
  app.resource('/things', {})
  app.resource('/s', { kind: 'singleton', initial: { n: 0 } })
  await put('/things/a', { n: 0 })
  let n = 0
  for (const url of ['/things/a', '/s']) {
    for (const position of [0, 1, 2]) {
      const next = async (headers: Record<string, string>): Promise<LightMyRequestResponse> => {
        const [type, payload] = setting(++n)[position] ?? []
        return patch(url, payload, type, headers)
      }
      const etag = async (): Promise<string> => String((await app.inject(url)).headers['etag'])
      const stale = await etag()
      t.equal((await next({ 'if-match': await etag() })).statusCode, 200)
      t.equal((await next({ 'if-match': `"x", ${await etag()}` })).statusCode, 200)
      t.equal((await next({ 'if-match': '*' })).statusCode, 200)
      t.equal((await next({ 'if-none-match': '"x"' })).statusCode, 200)
      const current = await etag()
      for (const headers of [{ 'if-match': stale }, { 'if-match': `W/${current}` }, { 'if-match': '"x", "y"' }, { 'if-none-match': '*' }, { 'if-none-match': current }, { 'if-none-match': `W/${current}` }, { 'if-match': current, 'if-none-match': '*' }]) {
        const response = await next(headers)
        refused(t, response, 412, `${url} ${position} ${text(headers)}`)
        t.equal(response.headers['etag'], current, 'with the current tag')
      }
      refused(t, await next({ 'if-match': '"x' }), 400)
      t.equal(await etag(), current)
    }
  }
  for (const [type, payload] of setting(1)) {
    for (const headers of [{ 'if-match': '*' }, { 'if-match': '"x"' }, { 'if-none-match': '*' }, {}]) refused(t, await patch('/things/absent', payload, type, headers), 404, `absent ${type} ${text(headers)}`)
  }
})

/** Resolves for all callers once `count` have come; later ones pass. */
function barrier (count: number): () => Promise<void> {
  let waiting = 0
  let open = (): void => {}
  const opened = new Promise<void>((resolve) => { open = resolve })
  return () => {
    if (++waiting >= count) open()
    return opened
  }
}

for (const [storeName, makeStore] of stores) {
  t.test(`of patches at the same time all land without If-Match, and one with it (${storeName})`, async (t) => {
    for (const type of all) {
      for (const kind of ['collection', 'singleton'] as const) {
        const app = await buildApp(t, { options: { store: makeStore() } })
        let meet = barrier(2)
        app.resource('/things', loose({ kind, ...(kind === 'singleton' ? { initial: {} } : {}), prepare: async ({ operation, content }: { operation: string, content: object }) => { if (operation === 'patch') await meet(); return content } }))
        const url = kind === 'singleton' ? '/things' : '/things/a'
        const { patch, put, get } = given(app)
        if (kind === 'collection') await put(url, {})
        const body = (name: string): unknown => type === mergePatch ? { [name]: 1 } : type === crest ? [{ operation: 'add', field: name, value: 1 }] : [{ op: 'add', path: `/${name}`, value: 1 }]
        const both = await Promise.all(['x', 'y'].map((name) => patch(url, body(name), type)))
        t.strictSame(both.map(({ statusCode }) => statusCode), [200, 200], `${type} ${kind}: both`)
        t.not(both[0]?.headers['etag'], both[1]?.headers['etag'])
        t.strictSame(contentOf(await get(url)), { x: 1, y: 1 }, `${type} ${kind}: nothing is lost`)
        meet = barrier(3)
        const etag = String((await get(url)).headers['etag'])
        const three = await Promise.all(['p', 'q', 'r'].map((name) => patch(url, body(name), type, { 'if-match': etag })))
        t.strictSame(three.map(({ statusCode }) => statusCode).sort(), [200, 412, 412], `${type} ${kind}: only one`)
        for (const response of three) if (response.statusCode === 412) refused(t, response, 412)
        t.equal(Object.keys(contentOf(await get(url))).length, 3)
      }
    }
  })

  t.test(`a patch that keeps losing is tried 11 times, then 409; with If-Match once, then 412 (${storeName})`, async (t) => {
    const app = await buildApp(t, { options: { store: makeStore() } })
    let tries = 0
    let changes = 0
    const things = app.resource('/things', {
      prepare: async ({ operation, content }) => {
        if (operation !== 'patch') return content
        tries++
        await things.update('a', { other: ++changes })
        return content
      }
    })
    await things.create({}, { id: 'a' })
    const { patch } = given(app)
    for (const [type, payload] of setting(1)) {
      tries = 0
      refused(t, await patch('/things/a', payload, type), 409, type)
      t.equal(tries, 11, `${type}: one try and ten more`)
      tries = 0
      refused(t, await patch('/things/a', payload, type, { 'if-match': '*' }), 412, `${type} with If-Match`)
      t.equal(tries, 1)
    }
    refused(t, await patch('/things/a', [{ op: 'test', path: '/other', value: changes }, { op: 'add', path: '/n', value: 1 }], jsonPatch), 409, 'a test that held before the race')
  })

  t.test(`many increments at the same time add up (${storeName})`, async (t) => {
    const app = await buildApp(t, { options: { store: makeStore() } })
    app.resource('/things', {})
    const { patch, put, get } = given(app)
    await put('/things/a', { n: 0 })
    const answers = await Promise.all(Array.from({ length: 8 }, () => patch('/things/a', [{ operation: 'increment', field: 'n', value: 1 }])))
    t.ok(answers.every(({ statusCode }) => statusCode === 200))
    t.equal((await get('/things/a')).json().n, 8)
  })
}

onStores('a required revision is 428 in all languages', async (t, { app, patch, put }) => {
  app.resource('/things', { revision: 'required' })
  app.resource('/s', { kind: 'singleton', initial: {}, revision: 'required' })
  await app.inject({ method: 'PUT', url: '/things/a', payload: {}, headers: { 'if-none-match': '*' } })
  for (const [type, payload] of setting(7)) {
    for (const url of ['/things/a', '/things/absent', '/s']) {
      for (const headers of [{}, { 'if-none-match': '"x"' }, { 'if-none-match': '*' }, { 'if-unmodified-since': new Date().toUTCString() }]) refused(t, await patch(url, payload, type, headers), 428, `${type} ${url} ${text(headers)}`)
      refused(t, await patch(url, '{"', type), 428, `${type} ${url}: before the content`)
      if (url !== '/things/absent') t.equal((await patch(url, payload, type, { 'if-match': '*' })).statusCode, 200)
    }
  }
  refused(t, await put('/things/a', {}), 428)
})

onStores('null members: what each language says by null', async (t, { app, patch, put }) => {
  app.resource('/things', {})
  const after = async (type: string, payload: unknown): Promise<object | number> => {
    await put('/things/a', { a: null, b: 1, l: [null, 1] })
    const response = await patch('/things/a', payload, type)
    return response.statusCode === 200 ? contentOf(response) : response.statusCode
  }
  t.strictSame(await after(crest, [{ operation: 'remove', field: 'a' }]), { b: 1, l: [null, 1] })
  t.strictSame(await after(crest, [{ operation: 'replace', field: 'b', value: null }]), 400, 'Common REST sets no null')
  t.strictSame(await after(crest, [{ operation: 'remove', field: 'b', value: null }]), { a: null, l: [null, 1] }, 'null counts as absent')
  t.strictSame(await after(crest, [{ operation: 'replace', field: 'b', value: [null] }]), { a: null, b: [null], l: [null, 1] }, 'but an element may be null')
  t.strictSame(await after(crest, [{ operation: 'add', field: 'a/x/y', value: 1 }]), { a: { x: { y: 1 } }, b: 1, l: [null, 1] }, 'a parent that is null is made')
  t.strictSame(await after(crest, [{ operation: 'copy', from: 'a', field: 'c' }]), { a: null, b: 1, l: [null, 1], c: null }, 'a null member exists')
  t.strictSame(await after(jsonPatch, [{ op: 'replace', path: '/b', value: null }]), { a: null, b: null, l: [null, 1] }, 'JSON Patch sets null')
  t.strictSame(await after(jsonPatch, [{ op: 'test', path: '/a', value: null }, { op: 'test', path: '/l/0', value: null }, { op: 'remove', path: '/a' }]), { b: 1, l: [null, 1] })
  t.strictSame(await after(jsonPatch, [{ op: 'add', path: '/a/x', value: 1 }]), 409)
  t.strictSame(await after(mergePatch, { b: null }), { a: null, l: [null, 1] }, 'merge patch removes by null')
  t.strictSame(await after(mergePatch, { l: [null] }), { a: null, b: 1, l: [null] })
})

onStores('sets are merged where the schema says uniqueItems, lists are not', async (t, { app, patch, put }) => {
  const numbers = Type.Array(Type.Integer())
  const set = Type.Array(Type.Integer(), { uniqueItems: true })
  app.resource('/things', { schema: Type.Object({ l: Type.Optional(numbers), s: Type.Optional(set), deep: Type.Optional(Type.Object({ s: set })), o: Type.Optional(Type.Array(Type.Object({ s: set }), { uniqueItems: true })) }) })
  const after = async (document: object, payload: unknown, type = crest): Promise<object | number> => {
    await put('/things/a', document)
    const response = await patch('/things/a', payload, type)
    return response.statusCode === 200 ? contentOf(response) : response.statusCode
  }
  t.strictSame(await after({ l: [1, 2] }, [{ operation: 'add', field: 'l', value: [2, 3] }]), { l: [1, 2, 2, 3] })
  t.strictSame(await after({ s: [1, 2] }, [{ operation: 'add', field: 's', value: [2, 3] }]), { s: [1, 2, 3] })
  t.strictSame(await after({ s: [1, 2] }, [{ operation: 'add', field: 's', value: [3, 3, 1.0] }]), { s: [1, 2, 3] })
  t.strictSame(await after({ s: [1, 2] }, [{ operation: 'add', field: 's', value: 2 }]), { s: [1, 2] })
  t.strictSame(await after({ s: [1, 2] }, [{ operation: 'add', field: 's/-', value: 3 }]), { s: [1, 2, 3] })
  t.strictSame(await after({ s: [1, 2] }, [{ operation: 'add', field: 's/-', value: 2 }]), { s: [1, 2] })
  t.strictSame(await after({ deep: { s: [1] } }, [{ operation: 'add', field: 'deep/s', value: [1, 2] }]), { deep: { s: [1, 2] } })
  t.strictSame(await after({ o: [{ s: [1] }] }, [{ operation: 'add', field: 'o', value: [{ s: [1] }, { s: [2] }] }]), { o: [{ s: [1] }, { s: [2] }] }, 'elements are compared deeply')
  for (const operation of [{ operation: 'add', field: 's/0', value: 3 }, { operation: 'replace', field: 's/0', value: 3 }, { operation: 'remove', field: 's/0' }, { operation: 'replace', field: 's/-', value: 3 }]) t.strictSame(await after({ s: [1, 2] }, [operation]), 400, `no index on sets: ${text(operation)}`)
  t.strictSame(await after({ s: [1, 2] }, [{ operation: 'remove', field: 's', value: [2, 9] }]), { s: [1] })
  t.strictSame(await after({ l: [1, 1, 1] }, [{ operation: 'remove', field: 'l', value: [1, 1] }]), { l: [1] })
  t.strictSame(await after({ l: [1, 1, 1] }, [{ operation: 'remove', field: 'l', value: 1 }]), { l: [] })
  t.strictSame(await after({}, [{ operation: 'add', field: 's', value: [1, 1, 2] }]), { s: [1, 2] }, 'a set that is missing starts empty')
  t.strictSame(await after({ s: [1] }, [{ operation: 'replace', field: 's', value: [2, 2] }]), 400, 'what is replaced is judged by the schema')
  t.strictSame(await after({ s: [1] }, [{ op: 'add', path: '/s/-', value: 1 }], jsonPatch), 400, 'JSON Patch knows no sets; the schema does')
  t.strictSame(await after({ s: [1] }, [{ op: 'add', path: '/s/0', value: 2 }], jsonPatch), { s: [2, 1] })
  t.strictSame(await after({ s: [1] }, { s: [3, 3] }, mergePatch), 400)
  t.strictSame(await after({ s: [1] }, { s: [3, 4] }, mergePatch), { s: [3, 4] })
})

onStores('a singleton is patched from its initial content, and 404 where it has none', async (t, { app, patch, get }) => {
  for (const index of [0, 1, 2]) {
    app.resource(`/with${index}`, { kind: 'singleton', initial: { n: 1, m: 1 } })
    app.resource(`/without${index}`, { kind: 'singleton' })
  }
  for (const [index, [type, payload]] of setting(5).entries()) {
    const first = await get(`/with${index}`)
    refused(t, await patch(`/without${index}`, payload, type), 404, type)
    refused(t, await patch(`/without${index}`, payload, type, { 'if-match': '*' }), 404, type)
    refused(t, await patch(`/with${index}`, payload, type, { 'if-match': '"x"' }), 412)
    const response = await patch(`/with${index}`, payload, type, { 'if-match': String(first.headers['etag']) })
    t.equal(response.statusCode, 200)
    t.strictSame(response.json(), { _rev: response.json()._rev, n: 5, m: 1 }, `${type}: no _id`)
    t.not(response.headers['etag'], first.headers['etag'])
    refused(t, await patch(`/with${index}`, payload, type, { 'if-match': String(first.headers['etag']) }), 412)
    refused(t, await app.inject({ method: 'PATCH', url: `/with${index}/x`, payload: '[]', headers: { 'content-type': crest } }), 404)
  }
  t.strictSame(contentOf(await patch('/with0', { _id: 'ignored', n: 6 }, mergePatch)), { n: 6, m: 1 }, '_id in the body of a singleton is ignored')
  refused(t, await patch('/with0', { _rev: 'mine' }, mergePatch), 400)
})

onStores('of several faults the one in the earlier row answers', async (t, { app, patch, put }) => {
  const strict = app.resource('/strict', {
    revision: 'required',
    schema: Type.Object({ n: Type.Integer() }),
    authenticate: ({ headers }) => headers.authorization === undefined ? null : {},
    authorize: ({ request }) => request?.headers.authorization !== 'no'
  })
  app.resource('/open', { schema: Type.Object({ n: Type.Optional(Type.Integer()), l: Type.Optional(Type.Array(Type.Integer())) }), tombstones: true })
  await strict.create({ n: 1 }, { id: 'a' })
  await put('/open/a', { n: 1, l: [] })
  await put('/open/gone', { n: 1 })
  await app.inject({ method: 'DELETE', url: '/open/gone' })
  const yes = { authorization: 'yes' }
  for (const [type, broken, unfit, wrong] of [
    [crest, '[{]', [{ operation: 'add', field: 'l/9', value: 1 }], [{ operation: 'replace', field: 'n', value: 'x' }]],
    [jsonPatch, '[{]', [{ op: 'test', path: '/n', value: 99 }], [{ op: 'replace', path: '/n', value: 'x' }]],
    [mergePatch, '{[}', { _rev: 'x' }, { n: 'x' }]
  ] as const) {
    refused(t, await patch('/strict/absent', broken, 'text/plain'), 401, `${type}: 401`)
    refused(t, await patch('/strict/absent', broken, 'text/plain', { authorization: 'no' }), 403, `${type}: 403`)
    refused(t, await patch('/strict/absent', broken, 'text/plain', { ...yes, 'accept-api-version': 'x' }), 400, `${type}: the version first`)
    refused(t, await patch('/strict/absent', broken, 'text/plain', { ...yes, accept: 'text/html', 'if-match': '"x' }), 400, `${type}: metadata`)
    refused(t, await patch('/strict/absent', broken, 'text/plain', { ...yes, accept: 'text/html' }), 406, `${type}: 406`)
    refused(t, await patch('/strict/absent', broken, 'text/plain', yes), 415, `${type}: 415 before 428`)
    refused(t, await patch('/strict/absent', broken, type, yes), 428, `${type}: 428 before 400`)
    refused(t, await patch('/strict/absent', broken, type, { ...yes, 'if-match': '"x"' }), 400, `${type}: 400 before 404`)
    refused(t, await patch('/strict/absent', unfit, type, { ...yes, 'if-match': '"x"' }), 404, `${type}: 404`)
    refused(t, await patch('/strict/a', unfit, type, { ...yes, 'if-match': '"x"' }), 412, `${type}: 412 before what does not fit`)
    refused(t, await patch('/strict/a', wrong, type, { ...yes, 'if-match': '"x"' }), 412, `${type}: 412 before the schema of the result`)
    refused(t, await patch('/open/gone', unfit, type, { 'if-match': '"x"' }), 410, `${type}: 410`)
    refused(t, await patch('/open/gone', broken, type), 400, `${type}: 400 before 410`)
    refused(t, await patch('/open/a', unfit, type), type === mergePatch ? 400 : 409, `${type}: at last`)
    refused(t, await patch('/open/a', unfit, type, { 'if-none-match': '*' }), 412, `${type}: If-None-Match`)
    refused(t, await patch('/open/a?_bogus=1', broken, 'text/plain'), 400)
  }
  strict.disable()
  refused(t, await patch('/strict/absent', '[', 'text/plain'), 503)
  refused(t, await patch('/open', '[', 'text/plain'), 405)
  refused(t, await patch('/open/a/b', '[', 'text/plain'), 404)
})

onStores('a patch honours _fields and _prettyPrint, and has limits', async (t, { app, patch, put }) => {
  app.resource('/things', {})
  app.resource('/small', { bodyLimit: 100 })
  await put('/things/a', { n: 1, m: 1 })
  await put('/small/a', {})
  for (const [type, payload] of setting(8)) {
    t.strictSame(Object.keys((await patch('/things/a?_fields=n', payload, type)).json()), ['_id', '_rev', 'n'], type)
    t.match((await patch('/things/a?_prettyPrint=true', payload, type)).body, '\n  "n": 8', type)
    refused(t, await patch('/things/a?_queryFilter=true', payload, type), 400, type)
    refused(t, await patch('/things/a?_action=x', payload, type), 400, type)
    refused(t, await patch('/small/a', `${text(payload)}${' '.repeat(100)}`, type), 400, `${type}: too large`)
    t.equal((await patch('/small/a', payload, type)).statusCode, 200)
    const bytes = await app.inject({ method: 'PATCH', url: '/things/a', payload: Buffer.from([0x5b, 0x22, 0xff, 0x22, 0x5d]), headers: { 'content-type': type } })
    refused(t, bytes, 400, `${type}: ill-formed UTF-8`)
    const overridden = await app.inject({ method: 'POST', url: '/things/a', payload: JSON.stringify(payload), headers: { 'content-type': type, 'x-http-method-override': 'PATCH' } })
    t.equal(overridden.statusCode, 200, `${type}: overridden`)
    t.equal(overridden.json().n, 8)
  }
  const many = (count: number, operation: object): object[] => Array.from({ length: count }, () => operation)
  refused(t, await patch('/things/a', many(1001, { operation: 'remove', field: 'x' })), 400, 'too many operations')
  refused(t, await patch('/things/a', many(1001, { op: 'test', path: '/n', value: 8 }), jsonPatch), 400, 'too many operations')
  t.equal((await patch('/things/a', many(1000, { operation: 'increment', field: 'n', value: 1 }))).json().n, 1008)
  refused(t, await patch('/things/a', many(60, { operation: 'copy', from: 'm', field: 'm/m' })), 409, 'a scalar on the way')
  await put('/things/bomb', { m: { x: 'y'.repeat(1000) } })
  refused(t, await patch('/things/bomb', [...Array(60)].flatMap((_, n) => [{ operation: 'copy', from: '/m', field: `/m${n}` }, { operation: 'move', from: `/m${n}`, field: `/m/m${n}` }])), 400, 'a document that would double again and again')
})

onStores('in process a patch is a list of Common REST', async (t, { app, patch }) => {
  const things = app.resource('/things', { schema: Type.Object({ n: Type.Optional(Type.Integer()), s: Type.Optional(Type.Array(Type.Integer(), { uniqueItems: true })) }) })
  const s = app.resource('/s', { kind: 'singleton', initial: { n: 1 } })
  const strict = app.resource('/strict', { revision: 'required' })
  const { revision } = await things.create({ n: 1, s: [1] }, { id: 'a' })
  const patched = await things.patch('a', [{ operation: 'increment', field: 'n', value: 1 }, { operation: 'add', field: '/s', value: [1, 2] }], { revision })
  t.strictSame(patched.content, { n: 2, s: [1, 2] })
  t.not(patched.revision, revision)
  t.strictSame(await things.patch('a', []), patched, 'nothing changes')
  t.strictSame((await s.patch([{ operation: 'copy', from: 'n', field: 'm' }])).content, { n: 1, m: 1 })
  await fails(t, things.patch('a', [], { revision }), 412)
  await fails(t, things.patch('absent', [], { revision: '*' }), 404)
  await fails(t, things.patch('a', [{ operation: 'replace', field: 'n', value: 'x' }]), 400)
  await fails(t, things.patch('a', [{ operation: 'add', field: 's/0', value: 9 }]), 400)
  await fails(t, things.patch('a', [{ operation: 'move', from: 'nope', field: 'n' }] as never), 409)
  await fails(t, things.patch('a', [{ operation: 'transform', field: 'n', value: 1 }] as never), 501)
  await fails(t, things.patch('absent', [{ operation: 'transform', field: 'n', value: 1 }] as never), 501)
  await fails(t, things.patch('a', { n: 1 } as never), 400)
  await fails(t, things.patch('a', undefined as never), 400)
  await fails(t, things.patch('a', [{ op: 'add', path: '/n', value: 1 }] as never), 400)
  await fails(t, strict.patch('a', []), 428)
  const own = await things.patch('a', [{ operation: 'add', field: 's', value: 3 }])
  ;(own.content.s as number[]).push(99)
  t.strictSame((await things.read('a')).content.s, [1, 2, 3], 'the caller\'s own copy')
  t.equal((await patch('/things/a', { n: 7 }, mergePatch, { 'if-match': `"${own.revision}"` })).json().n, 7)
})

/** A provider over a map, whose handlers note what they are given. */
function mapProvider (names: ReadonlyArray<keyof Provider>): { readonly provider: Provider, readonly calls: Array<Record<string, unknown> & { readonly name: string }>, readonly documents: Map<string, Document>, failing: number } {
  const documents = new Map<string, Document>([['a', { id: 'a', revision: '1', content: { n: 1 } }]])
  const calls: Array<Record<string, unknown> & { readonly name: string }> = []
  const state = { failing: 0 }
  const write = (id: string, revision: string | undefined, content: Document['content']): Document => {
    if (state.failing-- > 0) throw new PreconditionFailed()
    const stored = documents.get(id)
    if (stored === undefined) throw new NotFound()
    if (revision !== undefined && stored.revision !== revision) throw new PreconditionFailed()
    const document = { id, revision: String(Number(stored.revision) + 1), content }
    documents.set(id, document)
    return document
  }
  const handlers: Required<Pick<Provider, 'read' | 'update' | 'patch'>> = {
    read: (request) => { calls.push({ name: 'read', ...request }); return documents.get(request.id) },
    update: (request) => { calls.push({ name: 'update', ...request }); return write(request.id, request.revision, request.content) },
    patch: (request) => { calls.push({ name: 'patch', ...request }); return write(request.id, request.revision, { ...documents.get(request.id)?.content, patched: request.operations.length }) }
  }
  return {
    documents,
    calls,
    provider: Object.fromEntries(Object.entries(handlers).filter(([name]) => names.includes(name as keyof Provider))),
    get failing () { return state.failing },
    set failing (count) { state.failing = count }
  }
}

t.test('a provider with read and update is patched in all languages', async (t) => {
  const app = await buildApp(t)
  const map = mapProvider(['read', 'update'])
  app.resource('/things', loose({ provider: map.provider, schema: Type.Object({ n: Type.Integer() }) }))
  const { patch } = given(app)
  t.strictSame(listed((await app.inject({ method: 'OPTIONS', url: '/things/a' })).headers['accept-patch']), all)
  let revision = 1
  for (const [type, payload] of [...setting(5), ...setting(6)].map(([type, payload], index) => [type, setting(10 + index)[index % 3]?.[1] ?? payload] as const)) {
    map.calls.length = 0
    const response = await patch('/things/a', payload, type)
    t.equal(response.statusCode, 200, type)
    t.equal(response.headers['etag'], `"${revision + 1}"`)
    t.strictSame(map.calls.map(({ name }) => name), ['read', 'update'])
    t.match(map.calls[1], { id: 'a', revision: String(revision), content: { n: response.json().n } }, `${type}: update gets the revision that was read`)
    revision++
    map.calls.length = 0
    t.equal((await patch('/things/a', payload, type)).headers['etag'], `"${revision}"`)
    t.strictSame(map.calls.map(({ name }) => name), ['read'], `${type}: what changes nothing is not written`)
    refused(t, await patch('/things/a', type === mergePatch ? { n: 'x' } : type === crest ? [{ operation: 'add', field: 'n', value: 'x' }] : [{ op: 'add', path: '/n', value: 'x' }], type), 400)
    refused(t, await patch('/things/a', payload, type, { 'if-match': '"0"' }), 412)
    refused(t, await patch('/things/absent', payload, type), 404)
    t.notOk(map.calls.some(({ name }) => name === 'update'))
  }
  map.calls.length = 0
  map.failing = 3
  t.equal((await patch('/things/a', { n: 99 }, mergePatch)).json().n, 99, 'a lost race is tried again')
  t.equal(map.calls.filter(({ name }) => name === 'update').length, 4)
  map.failing = 1
  refused(t, await patch('/things/a', { n: 100 }, mergePatch, { 'if-match': '*' }), 412, 'with If-Match it is not')
  map.failing = 100
  refused(t, await patch('/things/a', { n: 100 }, mergePatch), 409)
})

t.test('a provider that only patches takes Common REST alone, and gets the operations', async (t) => {
  const app = await buildApp(t)
  const map = mapProvider(['patch'])
  app.resource('/things', { provider: map.provider })
  const { patch } = given(app)
  const options = await app.inject({ method: 'OPTIONS', url: '/things/a' })
  t.equal(options.headers['accept-patch'], crest)
  t.strictSame(listed(options.headers['allow']), ['OPTIONS', 'PATCH'])
  for (const type of [jsonPatch, mergePatch, 'text/plain']) {
    const response = await patch('/things/a', type === jsonPatch ? [] : {}, type)
    refused(t, response, 415, type)
    t.equal(response.headers['accept-patch'], crest)
  }
  const response = await patch('/things/a?x=1', [{ operation: 'ADD', field: 'a/b', value: { c: [1] } }, { operation: 'remove', field: '/x~1y' }, { operation: 'move', from: 'p', field: 'q' }, { operation: 'increment', field: 'n', value: 2 }], crest, { 'if-match': '"1"' })
  t.equal(response.statusCode, 200)
  t.strictSame(contentOf(response), { n: 1, patched: 4 })
  t.equal(response.headers['etag'], '"2"')
  const [call] = map.calls
  t.match(call, { id: 'a', revision: '1', parameters: { x: '1' }, params: {} })
  t.match(call?.['operations'], [{ kind: 'add', field: ['a', 'b'], value: { c: [1] } }, { kind: 'remove', field: ['x/y'] }, { kind: 'move', from: ['p'], field: ['q'] }, { kind: 'increment', field: ['n'], value: 2 }])
  map.calls.length = 0
  refused(t, await patch('/things/a', [], crest, { 'if-match': '"1"' }), 412, 'the provider compares')
  refused(t, await patch('/things/absent', []), 404, 'and knows what is there')
  refused(t, await patch('/things/a', [], crest, { 'if-match': '"1", "2"' }), 501, 'a list of tags')
  refused(t, await patch('/things/a', [], crest, { 'if-none-match': '*' }), 501)
  const calls = map.calls.length
  refused(t, await patch('/things/a', {}), 400)
  refused(t, await patch('/things/a', [{ operation: 'transform', field: 'n', value: 1 }]), 501)
  t.equal(map.calls.length, calls, 'what cannot be read does not reach it')
  t.equal((await patch('/things/a', [], crest, { 'if-match': '*' })).statusCode, 200)
  t.equal(map.calls.at(-1)?.['revision'], undefined)
  map.failing = 1
  refused(t, await patch('/things/a', []), 409, 'its 412 without a condition')
})

t.test('a provider that patches by itself and reads and updates takes all languages', async (t) => {
  const app = await buildApp(t)
  const map = mapProvider(['read', 'update', 'patch'])
  app.resource('/things', { provider: map.provider })
  app.resource('/half', { provider: mapProvider(['read', 'patch']).provider })
  const { patch } = given(app)
  t.strictSame(listed((await app.inject({ method: 'OPTIONS', url: '/things/a' })).headers['accept-patch']), all)
  t.equal((await app.inject({ method: 'OPTIONS', url: '/half/a' })).headers['accept-patch'], crest, 'what cannot be written back cannot be patched here')
  t.strictSame(contentOf(await patch('/things/a', [{ operation: 'add', field: 'm', value: 1 }])), { n: 1, patched: 1 })
  t.strictSame(map.calls.map(({ name }) => name), ['read', 'patch'])
  t.strictSame(contentOf(await patch('/things/a', { m: 2 }, mergePatch)), { n: 1, patched: 1, m: 2 })
  t.strictSame(contentOf(await patch('/things/a', [{ op: 'remove', path: '/patched' }], jsonPatch)), { n: 1, m: 2 })
  t.strictSame(map.calls.slice(2).map(({ name }) => name), ['read', 'update', 'read', 'update'])
  refused(t, await patch('/things/a', [], crest, { 'if-match': '"x", "y"' }), 412, 'with read the plugin judges lists')
  refused(t, await patch('/half/a', {}, mergePatch), 415)
  t.equal((await patch('/half/a', [], crest, { 'if-match': '"1"' })).statusCode, 200)
})
