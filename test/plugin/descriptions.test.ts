import { Validator } from '@seriousme/openapi-schema-validator'
import t from 'tap'
import { Type } from 'typebox'
import { memoryStore } from '../../lib/index.ts'
import type { CommonRestOptions } from '../../lib/index.ts'
import { buildApp } from './app.ts'

const Note = Type.Object({
  title: Type.String({ minLength: 1 }),
  secret: Type.Optional(Type.String()),
  stamp: Type.Optional(Type.String())
}, { title: 'A note', description: 'What somebody wanted to remember.' })

async function buildNotes (test: Parameters<typeof buildApp>[0], options: CommonRestOptions = {}) {
  const app = await buildApp(test, { options: { title: 'Notes of all', version: '3.1.4', ...options } })
  const notes = app.resource('/notes', {
    schema: Note,
    writeOnly: ['/secret'],
    readOnly: ['/stamp'],
    tombstones: true,
    queries: { mine: () => 'true' },
    actions: {
      count: { on: 'collection', result: Type.Integer(), handler: () => 7 },
      send: { content: Type.Object({ to: Type.String() }), handler: () => undefined }
    }
  })
  return { app, notes }
}

t.test('_crestapi answers GET and HEAD with the descriptor of Common REST', async (t) => {
  const { app } = await buildNotes(t)
  for (const url of ['/notes?_crestapi', '/notes/7?_crestapi=true', '/notes?_CRESTAPI=']) {
    const response = await app.inject(url)
    t.equal(response.statusCode, 200, url)
    t.match(response.headers, { 'content-type': 'application/json; charset=utf-8', etag: /^"[\w-]{43}"$/, 'cache-control': 'no-cache', vary: 'Accept' })
    for (const name of ['content-api-version', 'warning', 'last-modified']) t.notOk(name in response.headers, name)
    const errors = (...names: string[]): unknown => names.map((name) => ({ $ref: `frapi:common#/errors/${name}` }))
    const described = response.json()
    t.match(described, { id: 'frapi:notes-of-all', version: '3.1.4', description: 'Notes of all' })
    t.strictSame(Object.keys(described.paths), [''])
    t.strictSame(Object.keys(described.paths['']), ['0.0'])
    const note = described.paths['']['0.0']
    t.match(note, {
      title: 'A note',
      description: 'What somebody wanted to remember.',
      mvccSupported: true,
      resourceSchema: { $ref: '#/definitions/Notes' },
      create: { mode: 'ID_FROM_SERVER' },
      queries: [
        { type: 'FILTER', queryableFields: ['/title', '/stamp'], supportedSortKeys: ['/title', '/stamp'], pagingModes: ['COOKIE', 'OFFSET'], countPolicies: ['NONE', 'ESTIMATE', 'EXACT'] },
        { type: 'ID', queryId: 'mine' }
      ],
      actions: [{ name: 'count', response: { $ref: '#/definitions/Notes_count_result' } }],
      items: {
        pathParameter: { name: '_id', type: 'string', source: 'PATH', required: true },
        create: { mode: 'ID_FROM_CLIENT' },
        patch: { operations: ['ADD', 'REMOVE', 'REPLACE', 'INCREMENT', 'MOVE', 'COPY'] },
        actions: [{ name: 'send', request: { $ref: '#/definitions/Notes_send_content' }, response: {} }]
      }
    })
    t.strictSame(note.items.read.errors, errors('badRequest', 'notFound', 'notAcceptable', 'gone', 'preconditionFailed', 'internalServerError', 'unavailable'))
    t.match(described.definitions, { Notes_count_result: { type: 'integer' }, Notes_send_content: { properties: { to: { type: 'string' } } } })
    t.match(described.definitions['Notes'], { properties: { secret: { readPolicy: 'SERVER' }, stamp: { readOnly: true }, title: { type: 'string' } }, required: ['title'] })
    const head = await app.inject({ method: 'HEAD', url })
    t.equal(head.body, '')
    t.strictSame({ ...head.headers, date: '', 'x-forgerock-transactionid': '' }, { ...response.headers, date: '', 'x-forgerock-transactionid': '' }, 'HEAD has the same fields')
  }
})

t.test('members are found to filter by wherever the schema has them', async (t) => {
  const app = await buildApp(t)
  app.resource('/things', { schema: { type: 'object', allOf: [{ properties: { a: {}, secret: {} } }], properties: { b: {} } }, writeOnly: ['/secret'] })
  const [filter] = (await app.inject('/things?_crestapi')).json().paths['']['0.0'].queries
  t.strictSame([...filter.queryableFields].sort(), ['/a', '/b'])
  t.strictSame([...filter.supportedSortKeys].sort(), ['/a', '/b'])
})

t.test('the operations of a patch that are described are those that are applied', async (t) => {
  const { app } = await buildNotes(t)
  const things = app.resource('/things', {})
  const { operations } = (await app.inject('/notes?_crestapi')).json().paths['']['0.0'].items.patch
  const patches: Readonly<Record<string, object>> = {
    ADD: { field: '/title', value: 'b' },
    REMOVE: { field: '/title' },
    REPLACE: { field: '/title', value: 'b' },
    INCREMENT: { field: '/n', value: 1 },
    MOVE: { field: '/title', from: '/n' },
    COPY: { field: '/title', from: '/n' }
  }
  t.strictSame([...operations].sort(), Object.keys(patches).sort())
  for (const operation of operations) {
    const { id } = await things.create({ title: 'a', n: 1 })
    const response = await app.inject({ method: 'PATCH', url: `/things/${id}`, payload: [{ operation, ...patches[operation] }] })
    t.equal(response.statusCode, 200, operation)
    t.not(JSON.stringify({ ...response.json(), _id: undefined, _rev: undefined }), '{"title":"a","n":1}', `${operation} changes the document`)
  }
})

t.test('_api answers with OpenAPI 3.1 of the resource, also beside _crestapi', async (t) => {
  const { app } = await buildNotes(t)
  for (const url of ['/notes?_api', '/notes/7?_api', '/notes?_crestapi&_api']) {
    const response = await app.inject(url)
    t.equal(response.statusCode, 200, url)
    const document = response.json()
    t.match(document, { openapi: '3.1.0', info: { title: 'Notes of all', version: '3.1.4' } })
    t.strictSame(Object.keys(document.paths), ['/notes', '/notes/{_id}'])
    t.match(await new Validator().validate(document), { valid: true })
  }
})

t.test('a description is indented by _prettyPrint, and every other parameter is ignored', async (t) => {
  const { app } = await buildNotes(t)
  const compact = await app.inject('/notes?_crestapi&_fields=title&_pageSize=x&_unknown=1&name=1')
  t.equal(compact.statusCode, 200)
  const pretty = await app.inject('/notes?_crestapi&_prettyPrint=true')
  t.equal(pretty.body, JSON.stringify(compact.json(), null, 2))
  t.not(pretty.headers.etag, compact.headers.etag, 'another text has another tag')
})

t.test('a description that the client has is 304, except to an overriding POST', async (t) => {
  const { app } = await buildNotes(t)
  for (const url of ['/notes?_crestapi', '/notes/a?_api']) {
    const { headers: { etag } } = await app.inject(url)
    for (const tag of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const response = await app.inject({ url, headers: { 'if-none-match': String(tag) } })
      t.equal(response.statusCode, 304, String(tag))
      t.equal(response.body, '')
      t.match(response.headers, { etag, vary: 'Accept', 'cache-control': 'no-cache' })
      t.notOk('content-type' in response.headers)
    }
    t.equal((await app.inject({ url, headers: { 'if-none-match': '"other"' } })).statusCode, 200)
    const posted = await app.inject({ method: 'POST', url, headers: { 'if-none-match': String(etag), 'x-http-method-override': 'GET' } })
    t.equal(posted.statusCode, 200)
  }
})

t.test('conditions, dates and versions are not looked at', async (t) => {
  const { app } = await buildNotes(t)
  const fields = [{ 'if-match': '"7"' }, { 'if-match': 'mal,formed' }, { 'if-none-match': 'mal,formed' }, { 'accept-api-version': 'nonsense' }, { 'accept-api-version': 'resource=9.0' }, { 'if-unmodified-since': 'yesterday' }]
  for (const headers of fields) {
    for (const name of ['_crestapi', '_api']) t.equal((await app.inject({ url: `/notes?${name}`, headers })).statusCode, 200, JSON.stringify(headers))
  }
})

t.test('rows 1 to 9 and 13 judge a description as anything else', async (t) => {
  const asked: unknown[] = []
  const { app, notes } = await buildNotes(t, {
    authenticate: ({ headers }) => headers.authorization === undefined ? null : { name: headers.authorization },
    authorize: ({ operation, principal, id }) => {
      asked.push([operation, id])
      return (principal as { name: string }).name === 'ann'
    }
  })
  const get = (url: string, headers: Record<string, string> = { authorization: 'ann' }): Promise<number> => app.inject({ url, headers }).then(({ statusCode }) => statusCode)
  for (const name of ['_crestapi', '_api']) {
    t.equal(await get(`/nowhere?${name}`), 404)
    t.equal(await get(`/notes/a/b?${name}`), 404)
    t.equal(await get(`/notes?${name}`, {}), 401)
    t.equal(await get(`/notes?${name}`, { authorization: 'bob' }), 403)
    t.equal(await get(`/notes?${name}&_queryFilter=true`), 400)
    t.equal(await get(`/notes?${name}&_queryId=mine`), 400)
    t.equal(await get(`/notes?${name}=%ff`), 400)
    t.equal(await get(`/notes?${name}`, { authorization: 'ann', accept: 'text/html' }), 406)
    for (const method of ['PUT', 'PATCH', 'DELETE'] as const) t.equal((await app.inject({ method, url: `/notes/a?${name}`, headers: { authorization: 'ann' } })).statusCode, 400, method)
    t.equal((await app.inject({ method: 'POST', url: `/notes?${name}`, headers: { authorization: 'ann' } })).statusCode, 400, 'POST')
    t.equal((await app.inject({ method: 'OPTIONS', url: `/notes?${name}` })).statusCode, 204, 'OPTIONS')
    asked.length = 0
    t.equal(await get(`/notes/7?${name}`), 200)
    t.equal(await get(`/notes?${name}`), 200)
    t.strictSame(asked, [['read', '7'], ['read', undefined]])
    const answered = await app.inject({ url: `/notes?${name}`, headers: { authorization: 'ann' } })
    t.equal(answered.headers['cache-control'], 'private, no-cache')
    notes.disable({ retryAfter: 60 })
    t.equal(await get(`/notes?${name}`), 503)
    notes.disable({ methods: 'writes' })
    t.equal(await get(`/notes?${name}`), 200)
    notes.enable()
  }
})

t.test('GET of a description is allowed where no document can be read, and is not in Allow', async (t) => {
  const { app } = await buildNotes(t)
  app.resource('/drop', { operations: ['create'] })
  for (const url of ['/drop?_crestapi', '/drop/7?_crestapi', '/drop?_api']) t.equal((await app.inject(url)).statusCode, 200, url)
  t.equal((await app.inject('/drop')).statusCode, 405)
  t.equal((await app.inject('/drop')).headers.allow, 'POST, OPTIONS')
  const drop = (await app.inject('/drop?_crestapi')).json().paths['']['0.0']
  t.strictSame(Object.keys(drop.items), ['create', 'pathParameter'])
  t.notOk('queries' in drop)
})

t.test('a description tells of every version', async (t) => {
  const app = await buildApp(t)
  app.resource('/people', {
    defaultVersion: 'none',
    versions: {
      '1.0': { schema: Type.Object({ name: Type.String() }), upgrade: (content) => ({ names: [content['name']] }), downgrade: (content) => ({ name: ((content as { names?: string[] }).names ?? [])[0] }), deprecated: new Date('2026-01-01') },
      '2.0': { schema: Type.Object({ names: Type.Array(Type.String()) }), actions: { rename: { handler: () => undefined } } }
    }
  })
  const described = (await app.inject('/people?_crestapi')).json()
  const { '1.0': first, '2.0': second } = described.paths['']
  t.strictSame(Object.keys(described.paths['']), ['1.0', '2.0'])
  t.equal(first.items.read.stability, 'deprecated')
  t.notOk('stability' in second.items.read)
  t.notOk('actions' in first.items)
  t.match(second.items.actions, [{ name: 'rename', response: {} }])
  t.strictSame(described.definitions[first.resourceSchema.$ref.replace('#/definitions/', '')].required, ['name'])
  t.strictSame(described.definitions[second.resourceSchema.$ref.replace('#/definitions/', '')].required, ['names'])
})

t.test('a singleton, parameters of the path, and references inside a schema are described', async (t) => {
  const app = await buildApp(t)
  app.resource('/realms/:realm/settings', {
    kind: 'singleton',
    schema: { type: 'object', $defs: { color: { enum: ['red', 'green'] } }, properties: { color: { $ref: '#/$defs/color' }, next: { $ref: '#' } } }
  })
  const described = (await app.inject('/realms/alpha/settings?_crestapi')).json()
  const settings = described.paths['']['0.0']
  t.match(settings, {
    parameters: [{ name: 'realm', type: 'string', source: 'PATH', required: true }],
    create: { mode: 'ID_FROM_CLIENT', singleton: true }
  })
  for (const operation of ['read', 'update', 'patch']) t.ok(operation in settings, operation)
  for (const operation of ['delete', 'items', 'queries', 'actions']) t.notOk(operation in settings, operation)
  const references = [...JSON.stringify(described.definitions).matchAll(/"\$ref":"([^"]+)"/g)].map(([, reference]) => String(reference))
  t.ok(references.length >= 2)
  for (const reference of [...references, settings.resourceSchema.$ref]) {
    t.ok(Object.hasOwn(described.definitions, reference.replace('#/definitions/', '')), reference)
  }
})

t.test('nothing is described before somebody asks, and then once', async (t) => {
  const schema = { type: 'object', get title () { reads++; return 'Counted' } }
  let reads = 0
  const app = await buildApp(t, { options: { store: memoryStore() } })
  app.resource('/counted', { schema })
  await app.ready()
  await app.inject('/counted')
  const before = reads
  const first = await app.inject('/counted?_crestapi')
  const after = reads
  t.ok(after > before)
  t.equal((await app.inject('/counted?_crestapi')).body, first.body)
  t.equal(reads, after)
})
