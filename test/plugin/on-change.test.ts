import { Writable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { InjectOptions } from 'fastify'
import t from 'tap'
import { Type } from 'typebox'
import { BadRequest, NotFound, PreconditionFailed } from '../../lib/index.ts'
import type { ActionRequest, CollectionHandle, Document, JsonObject, SingletonHandle } from '../../lib/index.ts'
import { buildApp, configurationError, fails, loose, refused } from './app.ts'
import { backends, mapProvider } from './backends.ts'

/** What `onChange` is told, as this file's listeners read it. */
interface Notice {
  readonly operation: string
  readonly id: string
  readonly before: JsonObject | undefined
  readonly after: JsonObject | undefined
  readonly principal: object | null
}

const authenticate = ({ headers }: { readonly headers: Readonly<Record<string, unknown>> }): object => ({ name: headers['x-user'] ?? 'nobody' })
const nobody = { name: 'nobody' }

function patchOf (type: string, body: unknown): InjectOptions {
  return { method: 'PATCH', payload: JSON.stringify(body), headers: { 'content-type': `application/${type}` } }
}

for (const [name, make] of backends) {
  t.test(`${name}: each write over HTTP is told, with who did it, what was and what is`, async (t) => {
    const told: Notice[] = []
    const app = await buildApp(t, { options: { authenticate } })
    app.resource('/things', loose({ ...make(), onChange: (notice: Notice) => { told.push(notice) } }))
    const rows: ReadonlyArray<readonly [request: InjectOptions, status: number, notice: object]> = [
      [{ method: 'PUT', payload: { n: 1 } }, 201, { operation: 'create', before: undefined, after: { n: 1 } }],
      [{ method: 'PUT', payload: { n: 2 } }, 200, { operation: 'update', before: { n: 1 }, after: { n: 2 } }],
      [{ method: 'PUT', payload: { n: 3 }, headers: { 'if-match': '*' } }, 200, { operation: 'update', before: { n: 2 }, after: { n: 3 } }],
      [patchOf('json', [{ operation: 'increment', field: 'n', value: 1 }]), 200, { operation: 'patch', before: { n: 3 }, after: { n: 4 } }],
      [patchOf('json-patch+json', [{ op: 'add', path: '/m', value: [1] }]), 200, { operation: 'patch', before: { n: 4 }, after: { n: 4, m: [1] } }],
      [patchOf('merge-patch+json', { m: null }), 200, { operation: 'patch', before: { n: 4, m: [1] }, after: { n: 4 } }],
      [{ method: 'POST', headers: { 'x-http-method-override': 'PUT' }, payload: { n: 5 } }, 200, { operation: 'update', before: { n: 4 }, after: { n: 5 } }],
      [{ method: 'PUT', payload: { n: 6 }, query: { _fields: 'x' } }, 200, { operation: 'update', before: { n: 5 }, after: { n: 6 } }],
      [{ method: 'DELETE' }, 200, { operation: 'delete', before: { n: 6 }, after: undefined }],
      [{ method: 'PUT', payload: { n: 7 }, headers: { 'if-none-match': '*' } }, 201, { operation: 'create', before: undefined, after: { n: 7 } }],
      [{ method: 'POST', url: '/things', payload: { _id: 'a/b', _rev: 'x', n: 8 } }, 201, { operation: 'create', id: 'a/b', before: undefined, after: { n: 8 } }],
      [{ method: 'POST', url: '/things?_action=create', payload: {} }, 201, { operation: 'create', id: String, before: undefined, after: {} }]
    ]
    for (const [request, status, notice] of rows) {
      told.length = 0
      const response = await app.inject({ url: '/things/a', ...request, headers: { 'x-user': 'ann', ...request.headers } })
      t.equal(response.statusCode, status, response.body)
      t.equal(told.length, 1, `${request.method} is told once`)
      const expected = { id: 'a', principal: { name: 'ann' }, ...notice }
      t.match(told[0], expected, `${request.method} ${JSON.stringify(request.payload)}`)
      t.strictSame([told[0]?.before, told[0]?.after], [expected['before' as never], expected['after' as never]])
      t.strictSame(Object.keys(told[0] ?? {}).sort(), ['after', 'before', 'id', 'operation', 'principal'])
      if (status === 201) t.equal(told[0]?.id, response.json()._id)
    }
  })

  t.test(`${name}: each write in process is told`, async (t) => {
    const told: unknown[] = []
    const app = await buildApp(t)
    const things = app.resource('/things', loose({ ...make(), onChange: ({ operation, id, before, after, principal }: Notice) => { told.push([operation, id, before, after, principal]) } }))
    const principal = { name: 'ann' }
    await things.create({ n: 1 }, { id: 'a' })
    await things.update('a', { n: 2 }, { principal })
    await things.patch('a', [{ operation: 'replace', field: 'n', value: 3 }])
    await things.delete('a', { principal, revision: '*' })
    t.strictSame(told, [
      ['create', 'a', undefined, { n: 1 }, null], ['update', 'a', { n: 1 }, { n: 2 }, principal], ['patch', 'a', { n: 2 }, { n: 3 }, null], ['delete', 'a', { n: 3 }, undefined, principal]
    ])
  })

  t.test(`${name}: a singleton's writes are told`, async (t) => {
    const told: unknown[] = []
    const app = await buildApp(t)
    const handle: SingletonHandle = app.resource('/s', { ...make(), kind: 'singleton', onChange: ({ operation, id, before, after }) => { told.push([operation, id, before, after]) } })
    t.equal((await app.inject({ method: 'PUT', url: '/s', payload: { n: 1 } })).statusCode, 201)
    await app.inject({ method: 'PUT', url: '/s', payload: { n: 1 } })
    await app.inject({ method: 'PUT', url: '/s', payload: { n: 2 } })
    await app.inject({ ...patchOf('merge-patch+json', { m: 1 }), url: '/s' })
    await handle.update({ n: 3 })
    await handle.patch([{ operation: 'add', field: 'm', value: 2 }])
    t.strictSame(told, [
      ['create', '', undefined, { n: 1 }], ['update', '', { n: 1 }, { n: 2 }], ['patch', '', { n: 2 }, { n: 2, m: 1 }], ['update', '', { n: 2, m: 1 }, { n: 3 }], ['patch', '', { n: 3 }, { n: 3, m: 2 }]
    ])
  })

  t.test(`${name}: what changes nothing, is refused or is only read is not told`, async (t) => {
    const app = await buildApp(t, { options: { authenticate, authorize: ({ params, operation }) => !(operation === 'delete' && params['x'] === undefined) } })
    let told = 0
    const definition = {
      ...make(),
      schema: Type.Object({ n: Type.Optional(Type.Number()), owner: Type.Optional(Type.String()), at: Type.Optional(Type.String()) }),
      readOnly: ['/at'],
      allow: ({ principal, document }: { readonly principal: object | null, readonly document: Document }) => principal === null || document.content['owner'] !== 'they',
      prepare: ({ content }: { readonly content: JsonObject }) => { if (content['n'] === 13) throw new BadRequest('unlucky'); return content },
      onChange: () => { told++ },
      actions: { touch: { handler: () => ({ done: true }) } }
    }
    const things = app.resource('/things', loose(definition))
    app.resource('/strict', loose({ ...definition, ...make(), revision: 'required' }))
    const { revision } = await things.create({ n: 1, owner: 'me' }, { id: 'a' })
    await things.create({ owner: 'they' }, { id: 'theirs' })
    told = 0
    const json = { 'content-type': 'application/json' }
    const rows: ReadonlyArray<readonly [status: number, request: InjectOptions]> = [
      [200, { method: 'GET' }], [200, { method: 'HEAD' }], [204, { method: 'OPTIONS' }], [200, { method: 'POST', query: { _action: 'touch' } }],
      [200, { method: 'PUT', payload: { n: 1, owner: 'me' } }], [200, { method: 'PUT', payload: '{"owner":"me","n":1.0,"_id":"a","_rev":"x"}', headers: json }], [200, { method: 'PUT', payload: { n: 1, owner: 'me' }, headers: { 'if-match': `"${revision}"` } }],
      [200, { method: 'PATCH', payload: [] }], [200, patchOf('json', [{ operation: 'replace', field: 'n', value: 1 }])], [200, patchOf('json', [{ operation: 'increment', field: 'n', value: 1 }, { operation: 'increment', field: 'n', value: -1 }])],
      [200, patchOf('json', [{ operation: 'remove', field: 'nothing' }])], [200, patchOf('json-patch+json', [{ op: 'test', path: '/n', value: 1 }])], [200, patchOf('merge-patch+json', {})],
      [400, { method: 'PUT', payload: { n: 'x' } }], [400, { method: 'PUT', payload: '{', headers: json }], [400, { method: 'POST', url: '/things', payload: { n: 'x' } }], [400, patchOf('json', [{ operation: 'replace', field: 'n', value: 'x' }])],
      [400, { method: 'PUT', payload: { n: 2, at: 'now' } }], [400, { method: 'PUT', payload: { n: 13 } }], [403, { method: 'DELETE' }],
      [403, { method: 'PUT', payload: { owner: 'they' } }], [403, { method: 'PUT', url: '/things/new', payload: { owner: 'they' } }], [403, { method: 'PUT', url: '/things/theirs', payload: { n: 1 } }],
      [404, { ...patchOf('merge-patch+json', { n: 1 }), url: '/things/absent' }], [404, { method: 'PUT', url: '/things/absent', payload: {}, headers: { 'if-match': '*' } }],
      [409, { method: 'POST', url: '/things', payload: { _id: 'a' } }], [409, patchOf('json-patch+json', [{ op: 'remove', path: '/nothing' }])],
      [412, { method: 'PUT', payload: { n: 2 }, headers: { 'if-match': '"stale"' } }], [412, { method: 'PUT', payload: { n: 2 }, headers: { 'if-none-match': '*' } }], [412, { method: 'PATCH', payload: [], headers: { 'if-match': '"stale"' } }],
      [415, { method: 'PUT', payload: 'n', headers: { 'content-type': 'text/plain' } }], [428, { method: 'PUT', url: '/strict/a', payload: {} }], [406, { method: 'PUT', payload: { n: 2 }, headers: { accept: 'text/html' } }]
    ]
    for (const [status, request] of rows) {
      const response = await app.inject({ url: '/things/a', ...request })
      t.equal(response.statusCode, status, `${JSON.stringify(request)}: ${response.body}`)
      t.equal(told, 0, `${JSON.stringify(request)} is not told`)
      told = 0
    }
    things.disable()
    refused(t, await app.inject({ method: 'PUT', url: '/things/a', payload: { n: 2 } }), 503)
    await fails(t, things.update('a', { n: 2 }), 503)
    things.enable()
    await things.update('a', { n: 1, owner: 'me' })
    await things.patch('a', [])
    await fails(t, things.create({}, { id: 'a' }), 409)
    await fails(t, things.delete('a', { revision: 'stale' }), 412)
    await fails(t, things.delete('absent'), 404)
    t.equal(told, 0)
    t.equal((await things.read('a')).revision, revision)
  })

  t.test(`${name}: what actions write through the handle is told as what it is`, async (t) => {
    const told: unknown[] = []
    const app = await buildApp(t, { options: { authenticate } })
    const write = async ({ id = '', resource, principal }: ActionRequest, options: object): Promise<void> => {
      const things = resource as CollectionHandle
      await things.patch(id, [{ operation: 'increment', field: 'n', value: 1 }], options)
      await things.create({ by: (principal as { readonly name?: string } | null)?.name }, { id: `${id}-copy`, ...options })
      await things.delete(`${id}-copy`, options)
    }
    const things = app.resource('/things', loose({
      ...make(),
      onChange: ({ operation, id, before, after, principal }: Notice) => { told.push([operation, id, before, after, principal]) },
      actions: { trusted: { handler: (request: ActionRequest) => write(request, {}) }, asked: { handler: (request: ActionRequest) => write(request, { principal: request.principal }) } }
    }))
    await things.create({ n: 1 }, { id: 'a' })
    for (const [action, principal, n] of [['trusted', null, 1], ['asked', nobody, 2]] as const) {
      told.length = 0
      t.equal((await app.inject({ method: 'POST', url: `/things/a?_action=${action}` })).statusCode, 204)
      t.strictSame(told, [
        ['patch', 'a', { n }, { n: n + 1 }, principal], ['create', 'a-copy', undefined, { by: 'nobody' }, principal], ['delete', 'a-copy', { by: 'nobody' }, undefined, principal]
      ])
    }
  })

  t.test(`${name}: the write is durable before it is told, and told before it is answered`, async (t) => {
    const seen: Array<Promise<unknown>> = []
    const app = await buildApp(t)
    const things = app.resource('/things', loose({
      ...make(), onChange: ({ id, after }: Notice) => { seen.push(things.read(id).then(({ content }) => [after, content], (error: Error & { statusCode?: number }) => [after, error.statusCode])) }
    }))
    for (const [request, expected] of [
      [{ method: 'PUT', payload: { n: 1 } }, [{ n: 1 }, { n: 1 }]], [{ method: 'PUT', payload: { n: 2 } }, [{ n: 2 }, { n: 2 }]], [{ method: 'PATCH', payload: [{ operation: 'add', field: 'm', value: 1 }] }, [{ n: 2, m: 1 }, { n: 2, m: 1 }]], [{ method: 'DELETE' }, [undefined, 404]]
    ] as const) {
      seen.length = 0
      await app.inject({ url: '/things/a', ...request } as InjectOptions)
      t.equal(seen.length, 1, `${request.method} is answered afterwards`)
      t.strictSame(await seen[0], expected, request.method)
    }
  })

  t.test(`${name}: listeners have copies, and what prepare made of the content`, async (t) => {
    const app = await buildApp(t)
    const kept: Notice[] = []
    const things = app.resource('/things', loose({
      ...make(),
      prepare: ({ content, operation }: { readonly content: JsonObject, readonly operation: string }) => ({ ...content, by: operation, deep: { list: [1] } }),
      onChange: (notice: Notice) => {
        kept.push(structuredClone(notice))
        for (const content of [notice.before, notice.after] as unknown as Array<{ n?: number, deep: { list: unknown[] } } | undefined>) {
          if (content === undefined) continue
          content.n = 99
          content.deep.list.push('changed')
        }
      }
    }))
    const requests: ReadonlyArray<readonly [InjectOptions, JsonObject]> = [
      [{ method: 'PUT', payload: { n: 1 } }, { n: 1, by: 'create', deep: { list: [1] } }],
      [{ method: 'PUT', payload: { n: 2 } }, { n: 2, by: 'update', deep: { list: [1] } }],
      [{ method: 'PATCH', payload: [{ operation: 'add', field: 'm', value: 1 }] }, { n: 2, m: 1, by: 'patch', deep: { list: [1] } }]
    ]
    let before: JsonObject | undefined
    for (const [request, after] of requests) {
      const { _id, _rev, ...answered } = (await app.inject({ ...request, url: '/things/a' })).json()
      t.strictSame(answered, after, `${request.method}: the answer`)
      t.strictSame((await things.read('a')).content, after, `${request.method}: what is stored`)
      t.strictSame([kept.at(-1)?.before, kept.at(-1)?.after], [before, after])
      before = after
    }
    const created = await things.create({ n: 1 }, { id: 'b' })
    t.strictSame(created.content, { n: 1, by: 'create', deep: { list: [1] } }, 'in process')
    t.strictSame((await things.delete('b')).content, created.content)
    const { _id, _rev, ...deleted } = (await app.inject({ method: 'DELETE', url: '/things/a' })).json()
    t.strictSame(deleted, before)
  })

  t.test(`${name}: what a listener throws is logged and changes no answer`, async (t) => {
    const lines: string[] = []
    const stream = new Writable({ write (chunk, encoding, done) { lines.push(String(chunk)); done() } })
    const app = await buildApp(t, { server: { logger: { level: 'warn', stream } } })
    let listen: () => unknown = () => {}
    const things = app.resource('/things', loose({ ...make(), onChange: () => listen() }))
    const literals: Readonly<Record<string, unknown>> = { text: 'heard badly', nothing: undefined }
    const failures: ReadonlyArray<readonly [string, () => unknown]> = [
      ['an error', () => { throw new Error('heard badly') }],
      ['a documented error', () => { throw new NotFound('heard badly') }],
      ['text', () => { throw literals['text'] }],
      ['nothing', () => { throw literals['nothing'] }],
      ['a rejection', async () => { throw new Error('heard badly') }],
      ['a late rejection', async () => { await sleep(5); throw new Error('heard badly') }]
    ]
    for (const [title, fail] of failures) {
      listen = fail
      lines.length = 0
      const responses = []
      for (const request of [{ method: 'PUT', payload: { n: 1 } }, { method: 'PUT', payload: { n: 2 } }, { method: 'PATCH', payload: [{ operation: 'add', field: 'm', value: 1 }] }, { method: 'DELETE' }] as const) responses.push(await app.inject({ ...request, url: '/things/a' } as InjectOptions))
      t.strictSame(responses.map(({ statusCode }) => statusCode), [201, 200, 200, 200], title)
      t.notMatch(responses.map(({ body, headers }) => body + JSON.stringify(headers)).join(), 'heard')
      t.strictSame((await things.create({ n: 1 }, { id: 'b' })).content, { n: 1 }, `${title}: in process`)
      await things.delete('b')
      await sleep(20)
      t.equal(lines.filter((line) => JSON.parse(line).level >= 50).length, 6, `${title}: each is logged`)
      if (title !== 'nothing') t.equal(lines.filter((line) => line.includes('heard badly')).length, 6, `${title}: with what was thrown`)
    }
    listen = () => new Promise(() => {})
    t.equal((await app.inject({ method: 'PUT', url: '/things/a', payload: {} })).statusCode, 201, 'nobody waits for a listener')
  })

  t.test(`${name}: of writes that race each is told once, as a chain`, async (t) => {
    const told: Notice[] = []
    const app = await buildApp(t)
    const things = app.resource('/things', loose({ ...make(), prepare: async ({ content }: { readonly content: JsonObject }) => { await sleep(Math.random() * 4); return content }, onChange: (notice: Notice) => { told.push(notice) } }))
    await things.create({ n: 0 }, { id: 'a' })
    told.length = 0
    const responses = await Promise.all(Array.from({ length: 12 }, () => app.inject({ ...patchOf('json', [{ operation: 'increment', field: 'n', value: 1 }]), url: '/things/a' })))
    const won = responses.filter(({ statusCode }) => statusCode === 200)
    t.ok(responses.every(({ statusCode }) => statusCode === 200 || statusCode === 409))
    t.equal(told.length, won.length)
    t.strictSame(told.map(({ before, after }) => [before, after]), won.map((_, n) => [{ n }, { n: n + 1 }]))

    told.length = 0
    const { revision } = await things.read('a')
    const guarded = await Promise.all([1, 2, 3, 4].map((m) => app.inject({ method: 'PUT', url: '/things/a', payload: { m }, headers: { 'if-match': `"${revision}"` } })))
    t.strictSame(guarded.map(({ statusCode }) => statusCode).sort(), [200, 412, 412, 412])
    t.strictSame(told.map(({ after }) => after?.['m']), guarded.flatMap((response) => response.statusCode === 200 ? [response.json().m] : []), 'only who won is told')

    told.length = 0
    const created = await Promise.all([1, 2, 3].map((m) => app.inject({ method: 'PUT', url: '/things/new', payload: { m } })))
    t.strictSame(created.map(({ statusCode }) => statusCode).sort(), [200, 200, 201])
    t.strictSame(told.map(({ operation }) => operation), ['create', 'update', 'update'])
    t.strictSame(told.slice(1).map(({ before }) => before), told.slice(0, -1).map(({ after }) => after), 'each from where the last one ended')
  })
}

t.test('a write that is tried again is told once, with the document that it replaced', async (t) => {
  for (const [losses, headers, status] of [[0, {}, 200], [1, {}, 200], [10, {}, 200], [11, {}, 409], [1, { 'if-match': '*' }, 412]] as const) {
    for (const [operation, request, after] of [
      ['update', { method: 'PUT', payload: { m: 1 } }, { m: 1 }], ['patch', { method: 'PATCH', payload: [{ operation: 'add', field: 'm', value: 1 }] }, { n: losses, m: 1 }], ['delete', { method: 'DELETE' }, undefined]
    ] as const) {
      const documents = new Map<string, Document>([['a', { id: 'a', revision: 'first', content: { n: 0 } }]])
      const provider = mapProvider(documents)
      let lost = 0
      const lose = (): void => {
        if (lost++ >= losses) return
        documents.set('a', { id: 'a', revision: `other${lost}`, content: { n: lost } })
        throw new PreconditionFailed('lost')
      }
      const told: unknown[] = []
      const app = await buildApp(t)
      app.resource('/things', loose({
        provider: { ...provider, update: (request: never) => { lose(); return provider.update(request) }, delete: (request: never) => { lose(); return provider.delete(request) } },
        onChange: ({ operation, before, after }: Notice) => { told.push([operation, before, after]) }
      }))
      const response = await app.inject({ ...request, url: '/things/a', headers } as InjectOptions)
      t.equal(response.statusCode, status, `${operation} after ${losses}`)
      t.strictSame(told, status === 200 ? [[operation, { n: losses }, after]] : [], `${operation} after ${losses}`)
    }
  }
})

t.test('an upsert that finds its id taken meanwhile is told as an update', async (t) => {
  const documents = new Map<string, Document>()
  const provider = mapProvider(documents)
  const told: unknown[] = []
  const app = await buildApp(t)
  app.resource('/things', loose({
    provider: { ...provider, create () { documents.set('a', { id: 'a', revision: 'other', content: { n: 0 } }); throw new PreconditionFailed('taken') } },
    onChange: ({ operation, before, after }: Notice) => { told.push([operation, before, after]) }
  }))
  t.equal((await app.inject({ method: 'PUT', url: '/things/a', payload: { n: 1 } })).statusCode, 200)
  t.strictSame(told, [['update', { n: 0 }, { n: 1 }]])
})

t.test('a provider that cannot read, or writes in its own way, is told by what it returns', async (t) => {
  const told: unknown[] = []
  const app = await buildApp(t)
  const { create, update, delete: remove } = mapProvider()
  const onChange = ({ operation, id, before, after }: Notice): void => { told.push([operation, id, before, after]) }
  app.resource('/blind', loose({ provider: { create, update, delete: remove }, onChange }))
  app.resource('/own', loose({
    onChange,
    provider: { ...mapProvider(new Map([['a', { id: 'a', revision: '1', content: { n: 1 } }]])), create: () => ({ id: 'chosen', revision: '2', content: { made: true } }), patch: () => ({ id: 'a', revision: '3', content: { patched: true } }), delete: () => undefined }
  }))
  t.equal((await app.inject({ method: 'POST', url: '/blind', payload: { _id: 'a', n: 1 } })).statusCode, 201)
  t.equal((await app.inject({ method: 'PUT', url: '/blind/a', payload: { n: 2 }, headers: { 'if-match': '*' } })).statusCode, 200)
  t.equal((await app.inject({ method: 'DELETE', url: '/blind/a' })).statusCode, 200)
  refused(t, await app.inject({ method: 'DELETE', url: '/blind/a' }), 404)
  t.match(told, [['create', 'a', undefined, { n: 1 }], ['update', 'a', undefined, { n: 2 }], ['delete', 'a']])
  t.equal(told.length, 3)
  t.equal((told[2] as unknown[])[3], undefined)
  told.length = 0
  await app.inject({ method: 'POST', url: '/own', payload: { n: 1 } })
  await app.inject({ ...patchOf('json', [{ operation: 'add', field: 'm', value: 1 }]), url: '/own/a' })
  await app.inject({ method: 'DELETE', url: '/own/a' })
  t.strictSame(told, [['create', 'chosen', undefined, { made: true }], ['patch', 'a', { n: 1 }, { patched: true }], ['delete', 'a', { n: 1 }, undefined]])
})

t.test('a unique clash, a tombstone and an expired document are not told, nor is what is purged', async (t) => {
  let told = 0
  const app = await buildApp(t)
  const things = app.resource('/things', { unique: ['/mail'], tombstones: 1, expires: '/until', onChange: () => { told++ } })
  await things.create({ mail: 'x' }, { id: 'a' })
  await things.create({ mail: 'y' }, { id: 'b' })
  await things.create({ until: '2000-01-01T00:00:00Z' }, { id: 'expired' })
  await things.create({}, { id: 'gone' })
  await things.delete('gone')
  t.equal(told, 5)
  told = 0
  for (const [code, request] of [
    [409, { method: 'PUT', url: '/things/b', payload: { mail: 'x' } }], [409, { ...patchOf('merge-patch+json', { mail: 'x' }), url: '/things/b' }], [409, { method: 'POST', url: '/things', payload: { mail: 'x' } }],
    [410, { method: 'PUT', url: '/things/expired', payload: {} }], [410, { method: 'DELETE', url: '/things/expired' }], [409, { method: 'POST', url: '/things', payload: { _id: 'expired' } }]
  ] as ReadonlyArray<readonly [number, InjectOptions]>) refused(t, await app.inject(request), code, `${request.method} ${String(request.url)}`)
  await sleep(5)
  t.ok(await things.purge() >= 1)
  t.equal(told, 0)
})

t.test('a singleton with initial is updated from the start', async (t) => {
  const told: unknown[] = []
  const app = await buildApp(t)
  app.resource('/s', { kind: 'singleton', initial: { n: 0 }, onChange: ({ operation, id, before, after }) => { told.push([operation, id, before, after]) } })
  await app.inject({ method: 'PUT', url: '/s', payload: { n: 0 } })
  t.strictSame(told, [], 'no change')
  await app.inject({ method: 'PUT', url: '/s', payload: { n: 1 } })
  await app.inject({ ...patchOf('json', [{ operation: 'increment', field: 'n', value: 1 }]), url: '/s' })
  t.strictSame(told, [['update', '', { n: 0 }, { n: 1 }], ['patch', '', { n: 1 }, { n: 2 }]])
})

t.test('contents are told as they are stored, whatever version wrote them', async (t) => {
  const told: unknown[] = []
  const app = await buildApp(t)
  app.resource('/things', loose({
    versions: { '1.0': { upgrade: ({ name, ...rest }: JsonObject) => ({ ...rest, names: [name] }) }, '2.0': { downgrade: ({ names, ...rest }: JsonObject) => ({ ...rest, name: (names as string[])[0] }) } },
    onChange: ({ operation, before, after }: Notice) => { told.push([operation, before, after]) }
  }))
  const headers = { 'accept-api-version': 'resource=1.0' }
  await app.inject({ method: 'PUT', url: '/things/a', payload: { name: 'x' }, headers })
  await app.inject({ method: 'PUT', url: '/things/a', payload: { name: 'y' }, headers })
  await app.inject({ method: 'DELETE', url: '/things/a', headers })
  t.strictSame(told, [['create', undefined, { names: ['x'] }], ['update', { names: ['x'] }, { names: ['y'] }], ['delete', { names: ['y'] }, undefined]])
})

t.test('a listener may write to other resources, and to its own', async (t) => {
  const app = await buildApp(t)
  const log = app.resource('/log', {})
  let depth = 0
  const things = app.resource('/things', {
    onChange: async ({ operation, id }) => {
      await log.create({ operation, id })
      if (++depth < 3) await things.update(id, { depth })
    }
  })
  await things.create({}, { id: 'a' })
  for (let tries = 0; tries < 50 && (await log.query()).results.length < 3; tries++) await sleep(2)
  t.strictSame((await log.query()).results.map(({ content }) => content['operation']).sort(), ['create', 'update', 'update'])
  t.strictSame((await things.read('a')).content, { depth: 2 })
})

t.test('a listener that is no function fails at registration, by name', async (t) => {
  const app = await buildApp(t)
  for (const onChange of [true, {}, 'x', [() => {}], null]) {
    const { code, message } = await configurationError(() => app.resource('/things', loose({ onChange })))
    t.equal(code, 'CREST_ERR_INVALID_OPTION', JSON.stringify(onChange))
    t.match(message, /\bonChange\b/)
  }
})
