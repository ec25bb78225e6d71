import assert from 'node:assert/strict'
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify'
import fc from 'fast-check'
import t from 'tap'
import type { Test } from 'tap'
import { Type } from 'typebox'
import { memoryStore, NotFound, PreconditionFailed, queryFilter, queryPredicate } from '../../lib/index.ts'
import type { CollectionHandle, Document, JsonObject, JsonValue, Provider, ResourceDefinition } from '../../lib/index.ts'
import { sqliteStore } from '../../lib/sqlite.ts'
import { get, ids } from './queries.ts'
import type { Page } from './queries.ts'
import { buildApp, configurationError, fails, loose, refused } from './app.ts'

/** What may never be seen, told from everything else by its letters. */
const secret = 'Zq7SecretXw9'

/** A provider over a map. */
function mapProvider (): Required<Omit<Provider, 'patch'>> {
  const documents = new Map<string, Document>()
  let writes = 0
  const put = (id: string, content: JsonObject): Document => {
    const document = { id, revision: `r${++writes}`, content }
    documents.set(id, document)
    return document
  }
  const current = (id: string, revision: string | undefined): Document => {
    const document = documents.get(id)
    if (document === undefined) throw new NotFound('nothing here')
    if (revision !== undefined && document.revision !== revision) throw new PreconditionFailed('it has changed')
    return document
  }
  return {
    read: ({ id }) => documents.get(id),
    create: ({ id = `made${writes}`, content }) => {
      if (documents.has(id)) throw new PreconditionFailed('it is taken')
      return put(id, content)
    },
    update: ({ id, content, revision }) => {
      if (revision !== undefined) current(id, revision)
      return put(id, content)
    },
    delete: ({ id, revision }) => {
      const document = current(id, revision)
      documents.delete(id)
      return document
    },
    query: ({ filter }) => ({ results: [...documents.values()].filter(queryPredicate(filter)) })
  }
}

const backends: ReadonlyArray<readonly [name: string, make: () => Pick<ResourceDefinition, 'store' | 'provider'>]> = [
  ['memory', () => ({ store: memoryStore() })],
  ['SQLite', () => ({ store: sqliteStore(':memory:') })],
  ['a provider', () => ({ provider: mapProvider() })]
]

/** A content whose member at `tokens` is `value`, and which has an `n` beside each of them; undefined leaves the member out. */
function nested ([token = '', ...rest]: readonly string[], value: JsonValue | undefined): JsonObject {
  const member = rest.length > 0 ? nested(rest, value) : value
  return { n: 1, ...(member === undefined ? {} : { [token]: member }) }
}

/** A content without the member at `tokens`. */
function without (content: JsonObject, [token = '', ...rest]: readonly string[]): JsonObject {
  const { [token]: member, ...others } = content
  if (member === undefined || rest.length === 0) return others
  return { ...content, [token]: typeof member === 'object' && member !== null && !Array.isArray(member) ? without(member as JsonObject, rest) : member }
}

type Language = 'json' | 'json-patch+json' | 'merge-patch+json'

function patchOf (language: Language, body: unknown): InjectOptions {
  return { method: 'PATCH', payload: JSON.stringify(body), headers: { 'content-type': `application/${language}` } }
}

/** A request, its status, and the content that is stored then; without content it is the one before, with its revision. */
type Row = readonly [title: string, request: InjectOptions, status: number, after?: JsonObject]

/** Sends every request to a document of its own and compares status, answer and what is stored. */
async function judge (t: Test, app: FastifyInstance, things: CollectionHandle, before: JsonObject, rows: readonly Row[], seen: (content: JsonObject) => JsonObject): Promise<void> {
  for (const [index, [title, request, status, after]] of rows.entries()) {
    const id = `d${index}-${String(things.path.length)}`
    const { revision } = await things.create(before, { id })
    const response = await app.inject({ ...request, url: `${things.path}/${id}` })
    const now = await things.read(id) as Document
    t.strictSame(now.content, after ?? before, `${title}: what is stored`)
    if (after === undefined) t.equal(now.revision, revision, `${title}: no write`)
    if (status >= 400) refused(t, response, status, title)
    else {
      t.equal(response.statusCode, status, `${title}: ${response.body}`)
      t.strictSame(response.json(), { _id: id, _rev: now.revision, ...seen(now.content) }, `${title}: the answer`)
    }
    await things.delete(id)
  }
}

for (const [name, make] of backends) {
  for (const pointer of ['/x', '/p/x', '/p/q/x']) {
    const tokens = pointer.slice(1).split('/')
    const parent = pointer.slice(0, -2)
    const parentTokens = tokens.slice(0, -1)
    const of = (value: JsonValue | undefined): JsonObject => nested(tokens, value)
    const inParent = (value: JsonObject): JsonObject => parent === '' ? value : nested(parentTokens, value)
    const merge = (value: JsonValue): JsonObject => tokens.reduceRight<JsonValue>((inner, token) => ({ [token]: inner }), value) as JsonObject
    const deep = parent !== ''

    t.test(`${name}: patches of the write-only ${pointer}`, async (t) => {
      const app = await buildApp(t)
      const things = app.resource('/things', loose({ ...make(), writeOnly: [pointer] }))
      const before = of('S')
      const crest = (...operations: object[]): InjectOptions => patchOf('json', operations)
      const rfc = (...operations: object[]): InjectOptions => patchOf('json-patch+json', operations)
      const mixed = (body: JsonValue): InjectOptions => patchOf('merge-patch+json', body)
      const writes: readonly Row[] = [
        ['add', crest({ operation: 'add', field: pointer, value: 'T' }), 200, of('T')],
        ['replace', crest({ operation: 'replace', field: pointer, value: 'T' }), 200, of('T')],
        ['replace by the same', crest({ operation: 'replace', field: pointer, value: 'S' }), 200],
        ['replace what is below', crest({ operation: 'replace', field: `${pointer}/y`, value: 1 }), 409],
        ['remove', crest({ operation: 'remove', field: pointer }), 200, of(undefined)],
        ['remove with null', crest({ operation: 'remove', field: pointer, value: null }), 200, of(undefined)],
        ['increment', crest({ operation: 'increment', field: pointer, value: 1 }), 400],
        ['copy to it', crest({ operation: 'copy', from: '/n', field: pointer }), 200, of(1)],
        ['move to it', crest({ operation: 'move', from: '/n', field: pointer }), 200, without(of(1), ['n'])],
        ['replace all', crest({ operation: 'replace', field: '', value: { z: 1 } }), 200, { z: 1 }],
        ['another member', crest({ operation: 'replace', field: '/n', value: 2 }), 200, { ...before, n: 2 }],
        ['nothing', crest(), 200],
        ['JSON Patch add', rfc({ op: 'add', path: pointer, value: 'T' }), 200, of('T')],
        ['JSON Patch add null', rfc({ op: 'add', path: pointer, value: null }), 200, of(null)],
        ['JSON Patch replace', rfc({ op: 'replace', path: pointer, value: 'T' }), 200, of('T')],
        ['JSON Patch remove', rfc({ op: 'remove', path: pointer }), 200, of(undefined)],
        ['JSON Patch copy to it', rfc({ op: 'copy', from: '/n', path: pointer }), 200, of(1)],
        ['JSON Patch move to it', rfc({ op: 'move', from: '/n', path: pointer }), 200, without(of(1), ['n'])],
        ['JSON Patch test of another member', rfc({ op: 'test', path: '/n', value: 1 }), 200],
        ['JSON Patch test that fails', rfc({ op: 'add', path: pointer, value: 'T' }, { op: 'test', path: '/n', value: 2 }), 409],
        ['JSON Patch test of a name with an escape', rfc({ op: 'test', path: pointer.replace('x', '%78'), value: 'S' }), 409],
        ['merge patch', mixed(merge('T')), 200, of('T')],
        ['merge patch of null', mixed(merge(null)), 200, of(undefined)],
        ['merge patch of an object', mixed(merge({ y: 1 })), 200, of({ y: 1 })],
        ['merge patch of another member', mixed({ n: 2 }), 200, { ...before, n: 2 }],
        ...!deep
          ? []
          : [
              ['remove of the parent', crest({ operation: 'remove', field: parent }), 200, without(before, parentTokens)],
              ['replace of the parent', crest({ operation: 'replace', field: parent, value: { z: 1 } }), 200, inParent({ z: 1 })],
              ['JSON Patch remove of the parent', rfc({ op: 'remove', path: parent }), 200, without(before, parentTokens)],
              ['JSON Patch add of the parent', rfc({ op: 'add', path: parent, value: { z: 1 } }), 200, inParent({ z: 1 })],
              ['merge patch of the parent', mixed(parentTokens.reduceRight<JsonValue>((inner, token) => ({ [token]: inner }), null)), 200, without(before, parentTokens)]
            ] as readonly Row[]
      ]
      await judge(t, app, things, before, writes, (content) => without(content, tokens))

      const bare = pointer.slice(1)
      const sources = [pointer, bare, `${pointer}/`, pointer.replace('x', '%78'), `${pointer}/0`, `${pointer}/a/b`, ...deep ? [parent, parent.slice(1)] : []]
      const reads: ReadonlyArray<readonly [title: string, request: InjectOptions]> = [
        ...sources.flatMap((from) => (['copy', 'move', 'COPY'] as const).map((operation) => [`${operation} from ${from}`, crest({ operation, from, field: '/y' })] as const)),
        ['move to itself', crest({ operation: 'move', from: pointer, field: pointer })],
        ...['S', 'T', ['S'], {}].map((value) => [`remove with ${JSON.stringify(value)}`, crest({ operation: 'remove', field: pointer, value })] as const),
        ['remove below it with a value', crest({ operation: 'remove', field: `${pointer}/0`, value: 'S' })],
        ['a harmless operation before', crest({ operation: 'add', field: '/y', value: 1 }, { operation: 'copy', from: pointer, field: '/z' })],
        ['a failing operation before', crest({ operation: 'add', field: '/n/y', value: 1 }, { operation: 'copy', from: pointer, field: '/z' })],
        ['a new value before', crest({ operation: 'add', field: pointer, value: 'T' }, { operation: 'copy', from: pointer, field: '/z' })],
        ...[pointer, `${pointer}/0`, parent].flatMap((from) => ['copy', 'move'].map((op) => [`JSON Patch ${op} from "${from}"`, rfc({ op, from, path: '/y' })] as const)),
        ...[pointer, `${pointer}/0`, parent, ''].map((path) => [`JSON Patch test of "${path}"`, rfc({ op: 'test', path, value: 'S' })] as const),
        ['JSON Patch test of all', rfc({ op: 'test', path: '', value: before as never })],
        ['JSON Patch test of a guess', rfc({ op: 'test', path: pointer, value: 'T' })],
        ['JSON Patch test behind another', rfc({ op: 'test', path: '/n', value: 9 }, { op: 'test', path: pointer, value: 'S' })],
        ...!deep ? [] : [['remove of the parent with a value', crest({ operation: 'remove', field: parent, value: { n: 1, x: 'S' } })] as const]
      ]
      await judge(t, app, things, before, reads.map(([title, request]) => [title, request, 400]), (content) => content)
      await things.create(before, { id: 'a' })
      for (const [title, request] of reads) {
        refused(t, await app.inject({ ...request, url: '/things/absent' }), 400, `${title}: before 404`)
        refused(t, await app.inject({ ...request, url: '/things/a', headers: { ...request.headers, 'if-match': '"stale"' } }), 400, `${title}: before 412`)
      }
    })

    t.test(`${name}: puts, creates and reads of the write-only ${pointer}`, async (t) => {
      const app = await buildApp(t)
      const things = app.resource('/things', loose({ ...make(), writeOnly: [pointer] }))
      const before = of('S')
      const hide = (content: JsonObject): JsonObject => without(content, tokens)
      const put = (payload: JsonObject): InjectOptions => ({ method: 'PUT', payload })
      const parents = (inner: JsonObject): JsonObject => parentTokens.reduceRight<JsonValue>((inside, token) => ({ [token]: inside }), inner) as JsonObject
      await judge(t, app, things, before, [
        ['without it', put({ ...hide(before), n: 2 }), 200, { ...before, n: 2 }],
        ['what was read', put(hide(before)), 200],
        ['without its parents', put({ z: 1 }), 200, { z: 1, ...parents({ x: 'S' }) }],
        ['a new value', put(of('T')), 200, of('T')],
        ['the same value', put(before), 200],
        ['null', put(of(null)), 200, of(null)]
      ], hide)
      const created: LightMyRequestResponse[] = [
        await app.inject({ method: 'POST', url: '/things', payload: { _id: 'post', ...before } }),
        await app.inject({ method: 'PUT', url: '/things/put', payload: before }),
        await app.inject({ method: 'PUT', url: '/things/none', payload: before, headers: { 'if-none-match': '*' } })
      ]
      for (const response of created) {
        t.equal(response.statusCode, 201)
        const { _id, _rev, ...content } = response.json()
        t.strictSame(content, hide(before), `created ${_id}`)
        t.strictSame((await things.read(_id)).content, before)
      }
      const [get, head] = await Promise.all((['GET', 'HEAD'] as const).map((method) => app.inject({ method, url: '/things/put' })))
      t.equal(head?.headers['content-length'], get?.headers['content-length'])
      for (const [index, fields] of ['', '*', '/', bare(pointer), pointer, `${pointer}/`, `${pointer},n`, `${pointer}/0`, pointer.replace('x', '%78'), `${parent}/*`, parent, '*/*', '*/x', '*/*/x', 'x', `${parent}/0/x`].entries()) {
        for (const request of [
          { url: '/things/put' }, { method: 'PATCH', url: '/things/put', payload: [] }, { method: 'PUT', url: '/things/put', payload: hide(before) },
          { method: 'POST', url: '/things', payload: { _id: `f${index}`, ...before } }, { url: '/things', query: { _queryFilter: '_id eq "put"' } }
        ] as const) {
          const response = await app.inject({ ...request, query: { ...('query' in request ? request.query : {}), _fields: fields } })
          t.ok(response.statusCode < 300, `${fields}: ${response.body}`)
          t.notMatch(response.body, /"S"/, `${JSON.stringify(request)} with ${fields}`)
          t.notMatch(response.body, /"x"/, `${JSON.stringify(request)} with ${fields}`)
        }
      }
      t.notOk((await app.inject(`/things/put?_fields=${pointer}`)).body.includes('"n"'), 'the fields that are asked for do not count either')
      refused(t, await app.inject(`/things/put?_mimeType=text/plain&_fields=${pointer}`), 404)
      refused(t, await app.inject(`/things/put?_mimeType=image/png&_fields=${pointer}`), 404)
      t.strictSame(without((await app.inject({ method: 'DELETE', url: '/things/put' })).json(), ['_rev']), { _id: 'put', ...hide(before) })
      for (const { _id, _rev, ...content } of (await app.inject('/things')).json<Page>().result) t.strictSame(content, hide(before), `${_id} in a query`)
    })

    t.test(`${name}: no query reads the write-only ${pointer}`, async (t) => {
      const app = await buildApp(t)
      const things = app.resource('/things', loose({ ...make(), writeOnly: [pointer], queries: { by: ({ x }: { readonly x: string }) => `${pointer} eq ${JSON.stringify(x)}` } }))
      for (const [id, value] of [['a', 'S'], ['b', 'T'], ['c', undefined]] as const) await things.create(of(value), { id })
      const positions = deep ? [`${parent}/0/x`, `${parent}/-/x`] : []
      for (const field of [pointer, bare(pointer), `${pointer}/`, `${pointer}/0`, `${pointer}/y`, pointer.replace('x', '%78'), ...positions]) {
        for (const filter of [`${field} eq "S"`, `${field} pr`, `${field} co ""`, `${field} ge 1`, `${field} in '["S"]'`, `!(${field} pr)`, `n eq 1 and ${field} sw "S"`, `n eq 1 or (_id eq "a" and !(${field} lt "T"))`, `false and ${field} pr`]) {
          refused(t, await app.inject({ url: '/things', query: { _queryFilter: filter } }), 400, filter)
        }
        for (const keys of [field, `-${field}`, `n,${field}`]) refused(t, await app.inject({ url: '/things', query: { _sortKeys: keys } }), 400, keys)
        await fails(t, things.query({ filter: `${field} pr`, principal: {} }), 400)
        await fails(t, things.query({ sortKeys: [field] as never, principal: {} }), 400)
      }
      for (const filter of ['n eq 1', 'y eq "S"', `${pointer}y eq "S"`, `${pointer.toUpperCase()} pr`, `${parent}/n eq 1`]) {
        t.equal((await app.inject({ url: '/things', query: { _queryFilter: filter } })).statusCode, 200, filter)
      }
      const named = (await app.inject('/things?_queryId=by&x=S')).json<Page>()
      t.equal(ids(named), 'a', 'a query of the declaration may')
      t.strictSame(named.result.map((result) => without(result, ['_rev'])), [{ _id: 'a', ...of(undefined) }])
      t.strictSame((await things.query({ filter: `${pointer} eq "T"` })).results.map(({ id, content }) => [id, content]), [['b', of('T')]], 'and so may the server')
      if (name !== 'a provider') t.strictSame((await things.query({ sortKeys: [`-${pointer}`] as never })).results.map(({ id }) => id), ['b', 'a', 'c'])
    })

    t.test(`${name}: in process the write-only ${pointer} is seen without a principal only`, async (t) => {
      const principal = { name: 'ann' }
      const app = await buildApp(t)
      const things = app.resource('/things', loose({ ...make(), writeOnly: [pointer] }))
      const before = of('S')
      const [all, hidden] = [before, without(before, tokens)]
      t.strictSame((await things.create(before, { id: 'a' })).content, all)
      t.strictSame((await things.create(before, { id: 'b', principal })).content, hidden)
      t.strictSame([(await things.read('b')).content, (await things.read('b', { principal })).content], [all, hidden])
      t.strictSame((await things.read('a', { fields: [pointer] })).content, without(merge('S'), []))
      t.strictSame((await things.patch('a', [], { principal })).content, hidden)
      t.strictSame((await things.patch('a', [{ operation: 'copy', from: pointer, field: '/y' }])).content, { ...all, y: 'S' }, 'the server may read it')
      await fails(t, things.patch('b', [{ operation: 'copy', from: pointer, field: '/y' }], { principal }), 400)
      await fails(t, things.patch('b', [{ operation: 'remove', field: pointer, value: 'S' }], { principal }), 400)
      t.strictSame((await things.update('b', { ...hidden, n: 2 }, { principal })).content, { ...hidden, n: 2 })
      t.strictSame((await things.read('b')).content, { ...all, n: 2 }, 'kept')
      t.strictSame((await things.query({ filter: '_id eq "b"', principal })).results.map(({ content }) => content), [{ ...hidden, n: 2 }])
      t.strictSame((await things.query({ filter: '_id eq "b"' })).results.map(({ content }) => content), [{ ...all, n: 2 }])
      t.strictSame((await things.delete('b', { principal })).content, { ...hidden, n: 2 })
      t.strictSame((await things.delete('a')).content, { ...all, y: 'S' })
    })

    t.test(`${name}: patches of the read-only ${pointer}`, async (t) => {
      const app = await buildApp(t)
      const things = app.resource('/things', loose({ ...make(), readOnly: [pointer] }))
      const before = of('R')
      const crest = (...operations: object[]): InjectOptions => patchOf('json', operations)
      const rfc = (...operations: object[]): InjectOptions => patchOf('json-patch+json', operations)
      const mixed = (body: JsonValue): InjectOptions => patchOf('merge-patch+json', body)
      const rows: readonly Row[] = [
        ['add', crest({ operation: 'add', field: pointer, value: 'T' }), 400],
        ['add of the same', crest({ operation: 'add', field: pointer, value: 'R' }), 200],
        ['replace', crest({ operation: 'replace', field: pointer, value: 'T' }), 400],
        ['replace by the same', crest({ operation: 'replace', field: pointer, value: 'R' }, { operation: 'replace', field: '/n', value: 2 }), 200, { ...before, n: 2 }],
        ['remove', crest({ operation: 'remove', field: pointer }), 400],
        ['remove of its value', crest({ operation: 'remove', field: pointer, value: 'R' }), 400],
        ['remove of another value', crest({ operation: 'remove', field: pointer, value: 'T' }), 200],
        ['copy from it', crest({ operation: 'copy', from: pointer, field: '/y' }), 200, { ...before, y: 'R' }],
        ['move from it', crest({ operation: 'move', from: pointer, field: '/y' }), 400],
        ['move and back', crest({ operation: 'move', from: pointer, field: '/y' }, { operation: 'move', from: '/y', field: pointer }), 200],
        ['remove and add', crest({ operation: 'remove', field: pointer }, { operation: 'add', field: pointer, value: 'R' }), 200],
        ['copy to it', crest({ operation: 'copy', from: '/n', field: pointer }), 400],
        ['replace all without it', crest({ operation: 'replace', field: '', value: { z: 1 } }), 400],
        ['replace all with it', crest({ operation: 'replace', field: '', value: { z: 1, ...merge('R') } }), 200, { z: 1, ...merge('R') }],
        ['another member', crest({ operation: 'replace', field: '/n', value: 2 }), 200, { ...before, n: 2 }],
        ['an allowed operation and a forbidden one', crest({ operation: 'replace', field: '/n', value: 2 }, { operation: 'remove', field: pointer }), 400],
        ['JSON Patch add', rfc({ op: 'add', path: pointer, value: 'T' }), 400],
        ['JSON Patch replace', rfc({ op: 'replace', path: pointer, value: null }), 400],
        ['JSON Patch replace by the same', rfc({ op: 'replace', path: pointer, value: 'R' }), 200],
        ['JSON Patch remove', rfc({ op: 'remove', path: pointer }), 400],
        ['JSON Patch move', rfc({ op: 'move', from: pointer, path: '/y' }), 400],
        ['JSON Patch copy', rfc({ op: 'copy', from: pointer, path: '/y' }), 200, { ...before, y: 'R' }],
        ['JSON Patch test', rfc({ op: 'test', path: pointer, value: 'R' }, { op: 'add', path: '/n', value: 2 }), 200, { ...before, n: 2 }],
        ['JSON Patch test that fails', rfc({ op: 'test', path: pointer, value: 'T' }), 409],
        ['merge patch', mixed(merge('T')), 400],
        ['merge patch of the same', mixed(merge('R')), 200],
        ['merge patch of null', mixed(merge(null)), 400],
        ['merge patch of another member', mixed({ n: 2 }), 200, { ...before, n: 2 }],
        ...!deep
          ? []
          : [
              ['remove of the parent', crest({ operation: 'remove', field: parent }), 400],
              ['replace of the parent', crest({ operation: 'replace', field: parent, value: { z: 1 } }), 400],
              ['replace of the parent by text', crest({ operation: 'replace', field: parent, value: 'R' }), 400],
              ['replace of the parent with it', crest({ operation: 'replace', field: parent, value: { z: 1, x: 'R' } }), 200, inParent({ z: 1, x: 'R' })],
              ['JSON Patch null parent', rfc({ op: 'add', path: parent, value: null }), 400],
              ['merge patch of the parent', mixed(parentTokens.reduceRight<JsonValue>((inner, token) => ({ [token]: inner }), null)), 400]
            ] as readonly Row[]
      ]
      await judge(t, app, things, before, rows, (content) => content)
      await judge(t, app, things, of(undefined), [
        ['add where there is none', crest({ operation: 'add', field: pointer, value: 'T' }), 400],
        ['JSON Patch add of null where there is none', rfc({ op: 'add', path: pointer, value: null }), 400],
        ['merge patch where there is none', mixed(merge('T')), 400],
        ['remove where there is none', crest({ operation: 'remove', field: pointer }), 200],
        ['another member', crest({ operation: 'replace', field: '/n', value: 2 }), 200, { ...of(undefined), n: 2 }]
      ], (content) => content)
      await things.create(before, { id: 'a' })
      const forbidden = crest({ operation: 'remove', field: pointer })
      refused(t, await app.inject({ ...forbidden, url: '/things/absent' }), 404, 'what depends on the document comes after it')
      refused(t, await app.inject({ ...forbidden, url: '/things/a', headers: { ...forbidden.headers, 'if-match': '"stale"' } }), 412)
    })

    t.test(`${name}: puts and creates of the read-only ${pointer}`, async (t) => {
      const app = await buildApp(t)
      const things = app.resource('/things', loose({ ...make(), readOnly: [pointer] }))
      const before = of('R')
      const put = (payload: JsonObject): InjectOptions => ({ method: 'PUT', payload })
      await judge(t, app, things, before, [
        ['without it', put({ ...without(before, tokens), n: 2 }), 200, { ...before, n: 2 }],
        ['without its parents', put({ z: 1 }), 200, { z: 1, ...merge('R') }],
        ['the same', put({ ...before, n: 2 }), 200, { ...before, n: 2 }],
        ['what was read', put(before), 200],
        ['another value', put(of('T')), 400],
        ['null', put(of(null)), 400],
        ['its case', put(of('r')), 400],
        ['a list of it', put(of(['R'])), 400],
        ...!deep
          ? []
          : [
              ['a null parent', put(inParentValue(parentTokens, null)), 400],
              ['a parent that is text', put(inParentValue(parentTokens, 'R')), 400],
              ['a parent that is a list', put(inParentValue(parentTokens, [{ x: 'R' }])), 400],
              ['an empty parent', put(inParentValue(parentTokens, {})), 200, inParentValue(parentTokens, { x: 'R' })]
            ] as readonly Row[]
      ], (content) => content)
      await judge(t, app, things, of({ a: 1, b: [1, { c: null }] }), [
        ['the same in other words', { ...put({}), payload: JSON.stringify(of({ b: [1, { c: null }], a: 1 })).replace('"a":1', '"a":1.0'), headers: { 'content-type': 'application/json' } }, 200],
        ['one member less', put(of({ a: 1 })), 400]
      ], (content) => content)
      await judge(t, app, things, of(undefined), [
        ['where there is none', put(of('T')), 400],
        ['null where there is none', put(of(null)), 400],
        ['without it where there is none', put({ z: 1 }), 200, { z: 1 }],
        ...deep ? [['a null parent where there is none', put(inParentValue(parentTokens, null)), 200, inParentValue(parentTokens, null)]] as readonly Row[] : []
      ], (content) => content)
      await things.create(before, { id: 'a' })
      refused(t, await app.inject({ ...put(of('T')), url: '/things/a', headers: { 'if-match': '"stale"' } }), 412)
      refused(t, await app.inject({ ...put(of('T')), url: '/things/absent', headers: { 'if-match': '*' } }), 404)
      for (const value of ['R', null, {}, [], false]) {
        for (const request of [
          { method: 'POST', url: '/things', payload: of(value) }, { method: 'POST', url: '/things', payload: { _id: 'b', ...of(value) } }, { method: 'POST', url: '/things?_action=create', payload: of(value) },
          { method: 'PUT', url: '/things/b', payload: of(value) }, { method: 'PUT', url: '/things/b', payload: of(value), headers: { 'if-none-match': '*' } }
        ] as const) refused(t, await app.inject(request), 400, `${request.method} ${request.url} with ${JSON.stringify(value)}`)
      }
      await fails(t, things.read('b'), 404)
      t.equal((await app.inject({ method: 'PUT', url: '/things/b', payload: of(undefined) })).statusCode, 201)

      const principal = {}
      t.strictSame((await things.create(of('S'), { id: 'c' })).content, of('S'), 'the server may set it')
      t.strictSame((await things.update('c', of('T'))).content, of('T'))
      t.strictSame((await things.patch('c', [{ operation: 'replace', field: pointer, value: 'U' }])).content, of('U'))
      t.strictSame((await things.patch('c', [{ operation: 'remove', field: pointer }])).content, of(undefined))
      await things.update('c', of('R'))
      await fails(t, things.create(of('S'), { principal }), 400)
      await fails(t, things.update('c', of('S'), { principal }), 400)
      await fails(t, things.patch('c', [{ operation: 'replace', field: pointer, value: 'S' }], { principal }), 400)
      await fails(t, things.patch('c', [{ operation: 'remove', field: pointer }], { principal }), 400)
      t.strictSame((await things.update('c', { z: 1 }, { principal })).content, { z: 1, ...merge('R') })
    })
  }

  t.test(`${name}: prepare sets what is read-only, and sees what is write-only`, async (t) => {
    const seen: Array<readonly unknown[]> = []
    const app = await buildApp(t)
    const things = app.resource('/things', loose({
      ...make(),
      schema: Type.Object({ n: Type.Number(), by: Type.String(), meta: Type.Object({ count: Type.Number() }), secret: Type.String() }, { additionalProperties: false }),
      readOnly: ['/by', '/meta/count'],
      writeOnly: ['/secret'],
      allow: ({ operation, document: { content } }: { readonly operation: string, readonly document: Document }) => { seen.push(['allow', operation, content['secret']]); return true },
      prepare: ({ operation, before, content }: { readonly operation: string, readonly before: JsonObject | undefined, readonly content: JsonObject }) => {
        seen.push(['prepare', operation, before?.['secret'], content['secret']])
        const count = ((before?.['meta'] as { count?: number } | undefined)?.count ?? 0) + 1
        return { ...content, by: operation, meta: { count } }
      },
      onChange: ({ operation, before, after }: { readonly operation: string, readonly before: JsonObject | undefined, readonly after: JsonObject | undefined }) => { seen.push(['onChange', operation, before?.['secret'], after?.['secret']]) }
    }))
    const send = async (request: InjectOptions, status: number) => {
      const response = await app.inject({ url: '/things/a', ...request })
      t.equal(response.statusCode, status, response.body)
      t.notMatch(response.body, /"s\d"/)
      return response.json()
    }
    t.match(await send({ method: 'PUT', payload: { n: 1, secret: 's1' } }, 201), { n: 1, by: 'create', meta: { count: 1 } })
    t.match(await send({ method: 'PUT', payload: { n: 2 } }, 200), { n: 2, by: 'update', meta: { count: 2 } }, 'the schema is checked after the merge')
    t.match(await send({ method: 'PUT', payload: { n: 3, secret: 's2', by: 'update', meta: { count: 2 } } }, 200), { n: 3, by: 'update', meta: { count: 3 } })
    t.match(await send({ method: 'PATCH', payload: [{ operation: 'replace', field: '/n', value: 4 }] }, 200), { n: 4, by: 'patch', meta: { count: 4 } })
    t.match(await send({ method: 'PUT', payload: { n: 5, by: 'me' } }, 400), { code: 400 })
    t.match(await send({ method: 'PATCH', payload: [{ operation: 'remove', field: '/secret' }] }, 400), { code: 400 }, 'required is required')
    t.match(await send({ method: 'POST', url: '/things', payload: { n: 6, secret: 's1', meta: { count: 1 } } }, 400), { code: 400 })
    t.match(await send({ method: 'POST', url: '/things', payload: { n: 6 } }, 400), { code: 400 }, 'a create has nothing to keep')
    t.match(await send({}, 200), { n: 4, by: 'patch', meta: { count: 4 } })
    await send({ method: 'DELETE' }, 200)
    t.strictSame((await things.create({ n: 1, by: 'me', meta: { count: 9 }, secret: 's3' }, { id: 'b' })).content, { n: 1, by: 'create', meta: { count: 1 }, secret: 's3' })
    t.strictSame(seen.filter(([hook, operation]) => hook === 'allow' && operation === 'read'), [['allow', 'read', 's2']])
    t.strictSame(seen.filter(([hook]) => hook === 'onChange'), [
      ['onChange', 'create', undefined, 's1'], ['onChange', 'update', 's1', 's1'], ['onChange', 'update', 's1', 's2'], ['onChange', 'patch', 's2', 's2'], ['onChange', 'delete', 's2', undefined], ['onChange', 'create', undefined, 's3']
    ])
    t.strictSame(seen.filter(([hook]) => hook === 'prepare').slice(0, 4), [
      ['prepare', 'create', undefined, 's1'], ['prepare', 'update', 's1', 's1'], ['prepare', 'update', 's1', 's2'], ['prepare', 'patch', 's2', 's2']
    ])
  })

  t.test(`${name}: several rules, one below the other, and both on one member`, async (t) => {
    const app = await buildApp(t)
    const things = app.resource('/things', loose({ ...make(), writeOnly: ['/a', '/a/b', '/both', '/m/s'], readOnly: ['/both', '/m/r'] }))
    const before = { a: { b: 1, c: 2 }, both: 'B', m: { s: 'S', r: 'R', n: 1 } }
    const hide = (): JsonObject => ({ m: { r: 'R', n: 1 } })
    await judge(t, app, things, before, [
      ['put without them', { method: 'PUT', payload: { m: { n: 2 } } }, 200, { ...before, m: { s: 'S', r: 'R', n: 2 } }],
      ['put without anything', { method: 'PUT', payload: {} }, 200, { a: { b: 1, c: 2 }, both: 'B', m: { s: 'S', r: 'R' } }],
      ['put of another value for both', { method: 'PUT', payload: { both: 'C' } }, 400],
      ['patch that removes both', patchOf('json', [{ operation: 'remove', field: '/both' }]), 200, before],
      ['patch that sets both to what it is', patchOf('json', [{ operation: 'replace', field: '/both', value: 'B' }]), 400],
      ['put of both as it is', { method: 'PUT', payload: { both: 'B' } }, 400],
      ['patch that removes', patchOf('json', [{ operation: 'remove', field: '/a' }]), 200, { both: 'B', m: before.m }],
      ['put of one', { method: 'PUT', payload: { a: 1 } }, 200, { ...before, a: 1, m: { s: 'S', r: 'R' } }]
    ], (content) => ({ m: without(content['m'] as JsonObject, ['s']) }))
    await things.create(before, { id: 'a' })
    t.match((await app.inject('/things/a')).json(), hide())
  })
}

const bare = (pointer: string): string => pointer.slice(1)

function inParentValue (tokens: readonly string[], value: JsonValue): JsonObject {
  return nested(tokens, value)
}

t.test('a singleton has the same rules', async (t) => {
  const app = await buildApp(t)
  const handle = app.resource('/s', loose({ kind: 'singleton', initial: { n: 0, secret: 'S', by: 'R' }, writeOnly: ['/secret'], readOnly: ['/by'] })) as unknown as { read (options?: object): Promise<Document>, update (content: object, options?: object): Promise<Document> }
  const send = async (request: InjectOptions = {}) => {
    const response = await app.inject({ url: '/s', ...request })
    const { _rev, ...content } = response.json()
    return [response.statusCode, response.statusCode === 200 ? content : undefined]
  }
  t.strictSame(await send(), [200, { n: 0, by: 'R' }])
  t.strictSame(await send({ method: 'PUT', payload: { n: 1, by: 'T' } }), [400, undefined])
  t.strictSame(await send({ method: 'PUT', payload: { n: 1 } }), [200, { n: 1, by: 'R' }])
  t.strictSame(await send(patchOf('json', [{ operation: 'copy', from: 'secret', field: 'y' }])), [400, undefined])
  t.strictSame(await send(patchOf('merge-patch+json', { by: null })), [400, undefined])
  t.strictSame((await handle.read()).content, { n: 1, secret: 'S', by: 'R' })
  t.strictSame((await handle.read({ principal: {} })).content, { n: 1, by: 'R' })
  t.strictSame((await handle.update({ n: 2, by: 'T', secret: 'U' })).content, { n: 2, secret: 'U', by: 'T' })
})

t.test('a singleton that is put for the first time is created: what is read-only may not be sent', async (t) => {
  const app = await buildApp(t)
  app.resource('/s', loose({ kind: 'singleton', readOnly: ['/by'] }))
  refused(t, await app.inject({ method: 'PUT', url: '/s', payload: { by: 'me' } }), 400)
  refused(t, await app.inject({ method: 'PUT', url: '/s', payload: { by: null } }), 400)
  t.equal((await app.inject({ method: 'PUT', url: '/s', payload: { n: 1 } })).statusCode, 201)
})

t.test('a provider\'s own patch is not asked for what the rules forbid', async (t) => {
  const app = await buildApp(t)
  const provider = mapProvider()
  const patched: unknown[] = []
  const things = app.resource('/things', loose({
    provider: { ...provider, patch: (request: { readonly id: string, readonly operations: unknown }) => { patched.push(request.operations); return provider.update({ ...request, content: { n: 2, secret: 'S', by: 'R' }, revision: undefined } as never) } },
    writeOnly: ['/secret'],
    readOnly: ['/by']
  }))
  await things.create({ n: 1, secret: 'S', by: 'R' }, { id: 'a' })
  const send = (...operations: object[]) => app.inject({ ...patchOf('json', operations), url: '/things/a' })
  refused(t, await send({ operation: 'copy', from: '/secret', field: '/y' }), 400)
  refused(t, await send({ operation: 'replace', field: '/by', value: 'T' }), 400)
  refused(t, await send({ operation: 'remove', field: '/by' }), 400)
  t.strictSame(patched, [])
  const { _id, _rev, ...content } = (await send({ operation: 'replace', field: '/n', value: 2 })).json()
  t.strictSame(content, { n: 2, by: 'R' })
  t.strictSame((await things.read('a')).content, { n: 2, secret: 'S', by: 'R' })
})

t.test('rules are about contents as they are stored: no version shows or sets what another one hides', async (t) => {
  const app = await buildApp(t)
  const things = app.resource('/things', loose({
    versions: {
      '1.0': { upgrade: ({ password, ...rest }: JsonObject) => ({ ...rest, ...(password === undefined ? {} : { login: { secret: password } }) }) },
      '2.0': { downgrade: ({ login, ...rest }: JsonObject) => { const password = (login as JsonObject | undefined)?.['secret']; return { ...rest, ...(password === undefined ? {} : { password }) } } }
    },
    writeOnly: ['/login/secret'],
    readOnly: ['/by']
  }))
  const stored = { n: 1, by: 'R', login: { secret: 'S' } }
  await things.create(stored, { id: 'a' })
  const send = (request: InjectOptions) => app.inject({ url: '/things/a', ...request, headers: { 'accept-api-version': 'resource=1.0', ...request.headers } })
  for (const request of [
    {}, { query: { _fields: 'password' } }, { query: { _fields: '*' } }, { url: '/things' }, { url: '/things', query: { _fields: 'password' } },
    patchOf('json', [{ operation: 'copy', from: '/password', field: '/y' }]), patchOf('json', [{ operation: 'move', from: '/password', field: '/y' }]), patchOf('json', [{ operation: 'remove', field: '/password', value: 'S' }]),
    patchOf('json-patch+json', [{ op: 'copy', from: '/password', path: '/y' }]), patchOf('json-patch+json', [{ op: 'test', path: '/password', value: 'S' }, { op: 'add', path: '/z', value: 1 }]),
    patchOf('json-patch+json', [{ op: 'test', path: '', value: { n: 1, by: 'R', password: 'S' } }, { op: 'add', path: '/z', value: 1 }])
  ] as readonly InjectOptions[]) {
    const response = await send(request)
    t.notMatch(response.body, /"S"/, JSON.stringify(request))
    if (request.method === 'PATCH' && !JSON.stringify(request.payload).includes('remove')) t.ok(response.statusCode >= 400, `${JSON.stringify(request.payload)}: ${response.statusCode}`)
    t.match((await things.read('a')).content['login'], { secret: 'S' }, 'and it is still there')
  }
  refused(t, await send({ method: 'PUT', payload: { n: 1, by: 'T' } }), 400)
  t.equal((await send({ method: 'PUT', payload: { n: 2 } })).statusCode, 200)
  t.strictSame((await things.read('a')).content, { ...stored, n: 2 }, 'a PUT without them keeps both')
  t.equal((await send({ method: 'PUT', payload: { n: 3, password: 'T' } })).statusCode, 200)
  t.strictSame((await things.read('a')).content, { ...stored, n: 3, login: { secret: 'T' } })
})

t.test('what is in an array cannot be named where the schema says so', async (t) => {
  const app = await buildApp(t)
  const schema = Type.Object({ list: Type.Array(Type.Object({ x: Type.String() })), pair: Type.Tuple([Type.String(), Type.String()]), object: Type.Object({ list: Type.Optional(Type.Array(Type.String())) }) })
  for (const rule of ['readOnly', 'writeOnly']) {
    for (const pointer of ['/list/x', '/list/0', '/list/0/x', '/list/-', '/pair/0', '/object/list/0']) {
      const { code, message } = await configurationError(() => app.resource('/bad', loose({ schema, [rule]: ['/object', pointer] })))
      t.equal(code, 'CREST_ERR_INVALID_OPTION', `${rule} ${pointer}`)
      t.match(message, new RegExp(`\\b${rule}\\b`))
    }
    for (const value of ['x', ['a b'], [5], ['%zz'], {}, [['/a']], null]) {
      const { code, message } = await configurationError(() => app.resource('/bad', loose({ [rule]: value })))
      t.equal(code, 'CREST_ERR_INVALID_OPTION', `${rule} ${JSON.stringify(value)}`)
      t.match(message, new RegExp(`\\b${rule}\\b`))
    }
    for (const [index, pointers] of [['/list'], ['/pair', '/object/list'], ['/object'], []].entries()) {
      t.equal((await configurationError(() => app.resource(`/good/${rule}/${index}`, loose({ schema, [rule]: pointers })))).code, 'nothing thrown')
    }
  }
})

t.test('without a schema a write-only member of a list that nobody foresaw does not leak either', async (t) => {
  for (const [name, make] of backends.slice(0, 2)) {
    const app = await buildApp(t)
    const things = app.resource('/things', loose({ ...make(), writeOnly: ['/users/password'] }))
    await things.create({ users: [{ name: 'a', password: 'S' }, [{ password: 'S' }]] }, { id: 'a' })
    await things.create({ users: { name: 'b', password: 'T' } }, { id: 'b' })
    t.match(without((await app.inject('/things/a')).json(), ['_rev']), { users: [{ name: 'a' }, [{}]] }, name)
    t.notMatch((await app.inject('/things')).body, /"[ST]"/)
    for (const field of ['users/password', 'users/0/password', 'users/1/0/password', 'users/0/0/password']) {
      refused(t, await app.inject({ url: '/things', query: { _queryFilter: `${field} pr` } }), 400, field)
      refused(t, await app.inject({ url: '/things', query: { _sortKeys: field } }), 400, field)
    }
    for (const from of ['/users', '/users/0', '/users/0/password', '/users/-']) {
      const response = await app.inject({ ...patchOf('json', [{ operation: 'copy', from, field: '/y' }]), url: '/things/a' })
      t.notMatch(response.body, /"S"/, from)
      refused(t, response, 400, `copy from ${from}`)
    }
  }
})

t.test('a position in a list names no member, unless the schema says that it is the name of one', async (t) => {
  const app = await buildApp(t)
  for (const member of ['readOnly', 'writeOnly']) {
    for (const pointer of ['/pair/1', '/1', '/list/-', '/a/0/b']) {
      t.match(await configurationError(() => app.resource('/things', loose({ [member]: [pointer] }))), { code: 'CREST_ERR_INVALID_OPTION', message: /must not name a member inside an array/ }, pointer)
    }
  }
  const things = app.resource('/years', { schema: Type.Object({ years: Type.Object({ 2026: Type.Optional(Type.String()) }) }), writeOnly: ['/years/2026'] })
  await things.create({ years: { 2026: secret } }, { id: 'a' })
  t.notOk(reveals(await app.inject('/years/a'), secret))
})

t.test('what does not fit the schema is named without the names that stand below a write-only member', async (t) => {
  const documents = { '/things': [{ _id: 'a', n: 1, tokens: { [secret]: 5 }, keys: { [secret]: { [secret]: 'x' } } }] }
  const app = await buildApp(t, { options: { store: memoryStore({ documents }) } })
  app.resource('/things', {
    schema: Type.Object({ n: Type.Number(), tokens: Type.Record(Type.String(), Type.String()), keys: Type.Optional(Type.Record(Type.String(), Type.Object({}, { additionalProperties: false }))) }),
    writeOnly: ['/tokens', '/keys']
  })
  for (const request of [patchOf('json', [{ operation: 'replace', field: '/n', value: 2 }]), { method: 'PUT', payload: { n: 2 } }] as readonly InjectOptions[]) {
    const response = await app.inject({ ...request, url: '/things/a' })
    refused(t, response, 400, request.method)
    t.notOk(reveals(response, secret), `${request.method}: ${response.body}`)
  }
})

t.test('a named query is the only way to filter by what is write-only, and its faults leak nothing', async (t) => {
  const app = await buildApp(t)
  const things = app.resource('/things', loose({
    writeOnly: ['/token'],
    queries: { byToken: ({ token }: { readonly token: string }) => queryFilter`token eq ${token}`, broken: () => 'token eq' }
  }))
  for (const [id, token] of [['a', 'S1'], ['b', 'S2'], ['c', 'S1']] as const) await things.create({ token, n: 1 }, { id })
  const page = await get(app, { queryId: 'byToken', pageSize: 1, sortKeys: '-_id', totalPagedResultsPolicy: 'EXACT' }, '/things').catch((error: Error) => error)
  t.match(String(page), /400/, 'a parameter is missing')
  const named = (await app.inject('/things?_queryId=byToken&token=S1&_pageSize=1&_sortKeys=-_id&_totalPagedResultsPolicy=EXACT')).json<Page>()
  t.match(named, { totalPagedResults: 2, result: [{ _id: 'c', n: 1 }] })
  t.notOk('token' in (named.result[0] ?? {}))
  const next = await app.inject(`/things?_queryId=byToken&token=S1&_sortKeys=-_id&_pagedResultsCookie=${encodeURIComponent(String(named.pagedResultsCookie))}`)
  t.equal(ids(next.json<Page>()), 'a')
  refused(t, await app.inject('/things?_queryId=byToken&token=S1&_sortKeys=token'), 400, 'sort keys are the client\'s')
  refused(t, await app.inject('/things?_queryId=broken'), 500)
})

// What a response says in words, in base64 (cookies), in escapes, and without regard to case (sort keys fold it).
function reveals (response: LightMyRequestResponse, secret: string): boolean {
  const texts = [response.body, ...Object.entries(response.headers).map(([name, value]) => `${name}: ${String(value)}`)]
  const decoded = texts.flatMap((text) => [...text.matchAll(/[\w+/-]{12,}/g)].flatMap(([run]) => [0, 1, 2, 3].map((start) => Buffer.from(run.slice(start), 'base64').toString('latin1'))))
  const unescaped = texts.map((text) => text.replaceAll(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16))).replaceAll(/\\u([0-9a-f]{4})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16))))
  return [...texts, ...decoded, ...unescaped].some((text) => text.toLowerCase().includes(secret.toLowerCase()))
}

t.test('the search for secrets finds them', async (t) => {
  const app = await buildApp(t, { options: null })
  app.get('/:how', async (request, reply) => {
    const { how } = request.params as { readonly how: string }
    if (how === 'header') reply.header('x-a', secret)
    return how === 'base64' ? Buffer.from(`{"a":["${secret.toLowerCase()}"]}`).toString('base64url') : how === 'body' ? { a: [secret] } : how === 'escaped' ? 'Zq7%53ecretXw9' : 'nothing'
  })
  for (const how of ['header', 'base64', 'body', 'escaped']) t.ok(reveals(await app.inject(`/${how}`), secret), how)
  t.notOk(reveals(await app.inject('/none'), secret))
})

const rules = ['/secret', '/deep/secret', '/deep/er/secret', '/list/secret', '/%C3%A9~1/x y'.replaceAll(' ', '%20')]
const heldSecret = fc.constantFrom<JsonValue>(secret, [secret], { k: secret }, [1, { k: [secret] }], `a${secret}b`)
const plain = fc.constantFrom<JsonValue>(1, 'text', null, true, [1, 'a'], { n: 1 })
const secretDocument: fc.Arbitrary<JsonObject> = fc.record({
  n: fc.integer({ min: 0, max: 3 }),
  secret: heldSecret,
  deep: fc.oneof(fc.record({ n: plain, secret: heldSecret, er: fc.record({ secret: heldSecret, n: plain }, { requiredKeys: [] }) }, { requiredKeys: [] }), plain),
  list: fc.oneof(fc.array(fc.record({ n: plain, secret: heldSecret }, { requiredKeys: [] }), { maxLength: 3 }), fc.record({ secret: heldSecret })),
  'é/': fc.record({ 'x y': heldSecret, n: plain }, { requiredKeys: [] })
}, { requiredKeys: ['n', 'secret'], noNullPrototype: true }) as fc.Arbitrary<JsonObject>

const anyPlace = fc.constantFrom(
  '', '/', 'n', '/n', 'secret', '/secret', '/secret/', 'secret/k', '/secret/0', '/%73ecret', 'deep', '/deep', '/deep/secret', 'deep/secret/k', '/deep/er', '/deep/er/secret', '/deep/n', 'deep/*', '*', '*/secret', '*/*/secret',
  'list', '/list/0', '/list/-', '/list/secret', '/list/0/secret', 'list/1/secret/k', '/list/*/secret', '/list/0/n', '/%C3%A9~1', '/é%2F', '/é~1/x%20y', '/é~1/n', 'password', '/password', '_id', '_rev', 'y', '/y/z', 'a"b', '/deep/../secret', '~2')
const guess = fc.constantFrom<JsonValue>('Zq7', 'guess', 1, null, true, [], {}, ['guess'], { k: 'guess' }, { secret: 'guess' }, [{ secret: 'guess' }])
const word = <Value>(...values: Value[]): fc.Arbitrary<Value> => fc.constantFrom(...values)

const anyFilterText = fc.letrec<{ filter: string }>((tie) => ({
  filter: fc.oneof({ maxDepth: 2 },
    { weight: 4, arbitrary: fc.tuple(anyPlace, word('eq "Zq7"', 'co "Zq7"', 'sw "z"', 'pr', 'ge 0', 'lt "zz"', 'gt ""', 'in \'["a"]\'', 'is 5', 'eq')).map(([field, test]) => `${field} ${test}`) },
    { weight: 1, arbitrary: fc.constantFrom('true', 'n ge 0', '_id pr', '(', '') },
    { weight: 2, arbitrary: fc.tuple(tie('filter'), word('and', 'or'), tie('filter')).map(([one, both, other]) => `(${one}) ${both} (${other})`) },
    { weight: 1, arbitrary: tie('filter').map((filter) => `!(${filter})`) })
})).filter

const anyOperation = fc.oneof(
  fc.record({ operation: word('add', 'replace', 'remove', 'increment', 'bogus'), field: anyPlace, value: guess }, { requiredKeys: ['operation', 'field'] }),
  fc.record({ operation: word('copy', 'move'), field: anyPlace, from: anyPlace }))
const anyJsonPatch = fc.oneof(
  fc.record({ op: word('add', 'replace', 'test'), path: anyPlace, value: fc.oneof(guess, secretDocument.map((content) => JSON.parse(JSON.stringify(content).replaceAll(secret, 'guess')) as JsonValue)) }),
  fc.record({ op: word('copy', 'move'), path: anyPlace, from: anyPlace }), fc.record({ op: word('remove'), path: anyPlace }))
const anyPatch = fc.oneof(
  fc.array(anyOperation, { maxLength: 3 }).map((operations) => patchOf('json', operations)),
  fc.array(anyJsonPatch, { maxLength: 3 }).map((operations) => patchOf('json-patch+json', operations)),
  fc.oneof(guess, fc.dictionary(word('n', 'secret', 'deep', 'list', 'y'), guess, { maxKeys: 3, noNullPrototype: true })).map((body) => patchOf('merge-patch+json', body as JsonValue)))

const anyContentSent = fc.dictionary(word('n', 'secret', 'deep', 'list', 'é/', 'y', 'password', '_id', '_rev'), guess, { maxKeys: 4, noNullPrototype: true })
const fieldsParameter = fc.oneof(fc.constant({}), fc.array(anyPlace, { minLength: 1, maxLength: 3 }).map((fields) => ({ _fields: fields.join(',') })))
const anyHeaders = fc.record({
  'if-match': word('*', '"stale"', '"', 'x'),
  'if-none-match': word('*', '"stale"'),
  accept: word('*/*', 'application/json', 'text/plain', 'application/problem+json'),
  prefer: word('return=minimal'),
  'accept-api-version': word('resource=1.0', 'resource=2.0', 'protocol=2.1,resource=1.0', 'resource=9')
}, { requiredKeys: [], noNullPrototype: true })
const anyUrl = word('/things/a', '/things/b', '/things/c', '/things/a', '/things/absent')

const anyRequest: fc.Arbitrary<InjectOptions> = fc.tuple(
  fc.oneof(
    fc.tuple(anyUrl, fieldsParameter, fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: word('text/plain', 'image/png', 'application/json', 'x').map((_mimeType) => ({ _mimeType })) }))
      .map(([url, fields, mimeType]): InjectOptions => ({ method: 'GET', url, query: { ...fields, ...mimeType } })),
    fc.tuple(fieldsParameter, fc.oneof(fc.record({ _queryFilter: anyFilterText }), fc.record({ _queryId: word('bySecret', 'all', 'unknown') }), fc.constant({})), fc.option(fc.array(anyPlace, { minLength: 1, maxLength: 2 }).map((keys) => keys.map((key) => `-${key}`).join(','))), word('', '1', '2'), word('NONE', 'EXACT'))
      .map(([fields, selector, sortKeys, _pageSize, _totalPagedResultsPolicy]): InjectOptions => ({ method: 'GET', url: '/things', query: { ...fields, ...selector, ...(sortKeys === null ? {} : { _sortKeys: sortKeys }), ...(_pageSize === '' ? {} : { _pageSize }), _totalPagedResultsPolicy } as Record<string, string> })),
    fc.tuple(anyUrl, fieldsParameter, anyContentSent).map(([url, query, payload]): InjectOptions => ({ method: 'PUT', url, query, payload })),
    fc.tuple(fieldsParameter, anyContentSent).map(([query, payload]): InjectOptions => ({ method: 'POST', url: '/things', query, payload })),
    fc.tuple(anyUrl, fieldsParameter, anyPatch).map(([url, query, patch]): InjectOptions => ({ ...patch, url, query })),
    fc.tuple(anyUrl, fieldsParameter, anyPatch).map(([url, query, patch]): InjectOptions => ({ ...patch, url, query })),
    fc.tuple(anyUrl, fieldsParameter).map(([url, query]): InjectOptions => ({ method: 'DELETE', url, query })),
    fc.tuple(anyUrl, word('touch', 'unknown', 'create')).map(([url, _action]): InjectOptions => ({ method: 'POST', url, query: { _action } })),
    fc.tuple(word('PUT', 'PATCH', 'POST'), anyUrl, word('{', '[', '"x"', '', 'null', '\u0000')).map(([method, url, payload]): InjectOptions => ({ method: method as 'PUT', url, payload, headers: { 'content-type': 'application/json' } })),
    fc.tuple(word('HEAD', 'OPTIONS', 'TRACE'), anyUrl).map(([method, url]): InjectOptions => ({ method: method as 'HEAD', url }))
  ), anyHeaders, fc.nat(3)).map(([request, headers, some]) => some === 0 ? { ...request, headers: { ...headers, ...request.headers } } : request)

const versions = {
  '1.0': { upgrade: ({ password, ...rest }: JsonObject) => ({ ...rest, ...(password === undefined ? {} : { secret: password }) }) },
  '2.0': { downgrade: ({ secret, ...rest }: JsonObject) => ({ ...rest, ...(secret === undefined ? {} : { password: secret }) }) }
}

for (const [title, make] of [
  ...backends,
  ['versions', () => ({ versions })],
  ['a rule about documents', () => ({ allow: ({ document }: { readonly document: Document }) => document.id === 'b' ? 'hide' : document.id !== 'c' })],
  ['unique and indexed', () => ({ unique: ['/secret'], indexes: ['/secret', '/deep/secret', '/n'], prefer: true })]
] as ReadonlyArray<readonly [string, () => object]>) {
  t.test(`${title}: whatever is asked, no answer holds what is write-only`, async (t) => {
    const codes = new Map<number, number>()
    await fc.assert(fc.asyncProperty(fc.array(secretDocument, { minLength: 1, maxLength: 3 }), fc.array(anyRequest, { minLength: 5, maxLength: 40, size: 'max' }), async (contents, requests) => {
      const app = await buildApp(t)
      const things = app.resource('/things', loose({
        ...make(),
        writeOnly: rules,
        queries: { bySecret: () => queryFilter`secret co ${secret.slice(0, 4)}`, all: () => 'true' },
        actions: { touch: { handler: () => undefined } }
      }))
      try {
        for (const [index, content] of contents.entries()) {
          // Unique where that is declared.
          const own = title === 'unique and indexed' ? { ...content, secret: `${secret}${index}` } : content
          await things.create(own, { id: 'abc'[index] ?? '' })
        }
        for (const request of requests) {
          const response = await app.inject(request)
          codes.set(response.statusCode, (codes.get(response.statusCode) ?? 0) + 1)
          assert.ok(response.statusCode !== 500, `${JSON.stringify(request)}: ${response.body}`)
          assert.ok(!reveals(response, secret), `${JSON.stringify(request)}: ${response.body} ${JSON.stringify(response.headers)}`)
        }
        // What a patch wrote elsewhere would show in the next answer.
        for (const url of ['/things', '/things/a', '/things/b', '/things/c']) {
          for (const version of ['resource=2.0', 'resource=1.0']) {
            const response = await app.inject({ url, headers: title === 'versions' ? { 'accept-api-version': version } : {} })
            assert.ok(!reveals(response, secret), response.body)
          }
        }
      } finally {
        await app.close()
      }
    }), { numRuns: 30 })
    for (const code of [200, 201, 400, 404, 412]) t.ok((codes.get(code) ?? 0) > 5, `${code} was answered ${codes.get(code)} times`)
  })
}
