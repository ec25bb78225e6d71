import type { InjectOptions } from 'fastify'
import t from 'tap'
import { Type } from 'typebox'
import { PreconditionFailed, Unauthorized } from '../../lib/index.ts'
import type { Document, JsonObject } from '../../lib/index.ts'
import { buildApp, configurationError, fails, loose, refused } from './app.ts'
import { backends, mapProvider } from './backends.ts'

/** What `allow` is asked, as this file's rules read it. */
interface Question {
  readonly principal: { readonly name?: string } | null
  readonly operation: string
  readonly document: { readonly id: string | undefined, readonly revision: string | undefined, readonly content: JsonObject }
}

const authenticate = ({ headers }: { readonly headers: Readonly<Record<string, unknown>> }): object => ({ name: headers['x-user'] ?? 'nobody' })

type Row = readonly [operation: string, request: InjectOptions, succeeds: number]

const change = [{ operation: 'increment', field: '/n', value: 1 }]
/** One request for everything that can be done to a stored document; what deletes comes last. */
const instanceRows: readonly Row[] = [
  ['read', { method: 'GET' }, 200],
  ['read', { method: 'HEAD' }, 200],
  ['read', { method: 'POST', headers: { 'x-http-method-override': 'GET' } }, 200],
  ['update', { method: 'PUT', payload: { n: 10 } }, 200],
  ['update', { method: 'PUT', payload: { n: 20 }, headers: { 'if-match': '*' } }, 200],
  ['patch', { method: 'PATCH', payload: change }, 200],
  ['patch', { method: 'PATCH', payload: JSON.stringify([{ op: 'replace', path: '/n', value: 30 }]), headers: { 'content-type': 'application/json-patch+json' } }, 200],
  ['patch', { method: 'PATCH', payload: '{"n":40}', headers: { 'content-type': 'application/merge-patch+json' } }, 200],
  ['action', { method: 'POST', query: { _action: 'touch' } }, 204],
  ['delete', { method: 'DELETE' }, 200]
]

for (const [name, make] of backends) {
  t.test(`${name}: row 18 asks about the stored document, before anything is done to it`, async (t) => {
    const asked: Question[] = []
    const state: { answer: boolean | 'hide', touched: number } = { answer: true, touched: 0 }
    const app = await buildApp(t, { options: { authenticate } })
    const things = app.resource('/things', loose({
      ...make(),
      allow: (question: Question) => { asked.push(question); return state.answer },
      actions: { touch: { handler: () => { state.touched++ } } }
    }))
    const created = await things.create({ n: 1, owner: 'ann' }, { id: 'a' })
    t.strictSame(asked, [], 'not in process without a principal')
    const send = (request: InjectOptions) => app.inject({ url: '/things/a', ...request, headers: { 'x-user': 'ann', ...request.headers } })
    for (const [answer, code] of [[false, 403], ['hide', 404]] as const) {
      state.answer = answer
      for (const [operation, request] of instanceRows) {
        asked.length = 0
        const response = await send(request)
        const title = `${request.method} ${operation} ${answer}`
        refused(t, response, code, title)
        t.notOk(response.headers['etag'], `${title}: no tag of what may not be seen`)
        t.strictSame(asked, [{ principal: { name: 'ann' }, operation, document: created }], `${title}: asked once, with the stored document`)
      }
    }
    t.equal(state.touched, 0, 'no action was done')
    t.strictSame(await things.read('a'), created, 'nothing was changed')
    state.answer = true
    for (const [operation, request, succeeds] of instanceRows) {
      asked.length = 0
      const before = await things.read('a')
      const response = await send(request)
      t.equal(response.statusCode, succeeds, `${request.method} ${operation}: ${response.body}`)
      t.strictSame(asked[0], { principal: { name: 'ann' }, operation, document: before })
      const after = operation === 'delete' ? undefined : (await things.read('a')).content
      const asksTwice = operation === 'update' || operation === 'patch'
      t.strictSame(asked.slice(1).map(({ operation, document: { id, content } }) => [operation, id, content]), asksTwice ? [[operation, 'a', after]] : [], `${operation}: row 21 asks about the result`)
    }
    t.equal(state.touched, 1)
    await fails(t, things.read('a'), 404)
  })

  t.test(`${name}: row 18 on a singleton`, async (t) => {
    const asked: Question[] = []
    let answer: boolean | 'hide' = true
    let touched = 0
    const app = await buildApp(t, { options: { authenticate } })
    const handle = app.resource('/s', {
      ...make(), kind: 'singleton', allow: (question) => { asked.push(question as Question); return answer }, actions: { touch: { handler: () => { touched++ } } }
    })
    const send = (request: InjectOptions) => app.inject({ url: '/s', ...request, headers: { 'x-user': 'ann', ...request.headers } })
    answer = false
    refused(t, await send({ method: 'PUT', payload: { n: 1 } }), 403, 'the first PUT creates')
    answer = true
    asked.length = 0
    t.equal((await send({ method: 'PUT', payload: { n: 1 } })).statusCode, 201)
    t.strictSame(asked, [{ principal: { name: 'ann' }, operation: 'create', document: { id: '', revision: undefined, content: { n: 1 } } }], 'and is asked as such')
    await handle.update({ n: 1 })
    const stored = await handle.read()
    for (const [refusal, code] of [[false, 403], ['hide', 404]] as const) {
      answer = refusal
      for (const [operation, request] of instanceRows.filter(([operation]) => operation !== 'delete')) {
        asked.length = 0
        refused(t, await send(request), code, `${request.method} ${operation} ${refusal}`)
        t.strictSame(asked, [{ principal: { name: 'ann' }, operation, document: stored }], `${request.method} ${operation}`)
      }
    }
    t.equal(touched, 0)
    t.strictSame(await handle.read(), stored)
  })

  t.test(`${name}: row 18 comes after rows 9 to 17 and before rows 19 to 21`, async (t) => {
    let asks = 0
    const app = await buildApp(t, { options: { authenticate, authorize: ({ operation }) => operation !== 'delete' } })
    const definition = { ...make(), schema: Type.Object({ n: Type.Number() }), allow: () => { asks++; return false } }
    const things = app.resource('/things', loose(definition))
    const strict = app.resource('/strict', loose({ ...definition, ...make(), revision: 'required' }))
    const { revision } = await things.create({ n: 1 }, { id: 'a' })
    await strict.create({ n: 1 }, { id: 'a' })
    const rows: ReadonlyArray<readonly [code: number, request: InjectOptions]> = [
      [403, { method: 'DELETE', url: '/things/a' }],
      [400, { method: 'PATCH', url: '/things/a', payload: change, headers: { 'if-match': 'a b' } }],
      [406, { method: 'GET', url: '/things/a', headers: { accept: 'text/html' } }],
      [415, { method: 'PUT', url: '/things/a', payload: 'n', headers: { 'content-type': 'text/plain' } }],
      [428, { method: 'PUT', url: '/strict/a', payload: { n: 2 } }],
      [400, { method: 'PUT', url: '/things/a', payload: { n: 'x' } }],
      [400, { method: 'PUT', url: '/things/a', payload: { _id: 'b', n: 1 } }],
      [400, { method: 'PATCH', url: '/things/a', payload: [{ operation: 'bogus', field: 'n' }] }],
      [400, { method: 'POST', url: '/things', payload: { n: 'x' } }],
      [404, { method: 'GET', url: '/things/absent' }],
      [404, { method: 'PATCH', url: '/things/absent', payload: change, headers: { 'if-match': '*' } }],
      [404, { method: 'PUT', url: '/things/absent', payload: { n: 1 }, headers: { 'if-match': '"x"' } }]
    ]
    for (const [code, request] of rows) refused(t, await app.inject(request), code, `${request.method} ${String(request.url)} ${JSON.stringify(request.headers)}`)
    t.equal(asks, 0, 'the rule is asked after all of these')
    for (const headers of [{ 'if-match': '"stale"' }, { 'if-none-match': `"${revision}"` }, { 'if-none-match': '*' }, { 'if-match': `"${revision}"` }]) {
      for (const request of [{ method: 'GET' }, { method: 'PUT', payload: { n: 2 } }, { method: 'PATCH', payload: change }] as const) {
        refused(t, await app.inject({ ...request, url: '/things/a', headers }), 403, `${request.method} ${JSON.stringify(headers)}`)
      }
    }
    for (const payload of [[{ operation: 'replace', field: '/n', value: 'x' }], [{ operation: 'add', field: '/n/x', value: 1 }], [{ operation: 'copy', from: '/x', field: '/n' }]]) {
      refused(t, await app.inject({ method: 'PATCH', url: '/things/a', payload }), 403, `a patch that cannot be applied ${JSON.stringify(payload)}`)
    }
  })

  t.test(`${name}: a hidden document answers as an absent one does`, async (t) => {
    const app = await buildApp(t)
    const things = app.resource('/things', { ...make(), allow: () => 'hide', actions: { touch: { handler: () => undefined } } })
    const rows = instanceRows.filter(([, { method, headers }]) => method !== 'PUT' || headers !== undefined)
    const outcomes = async () => {
      const seen = []
      for (const [, request] of rows) {
        const { statusCode, body, headers: { date, 'x-forgerock-transactionid': id, ...headers } } = await app.inject({ url: '/things/a', ...request })
        seen.push({ statusCode, body, headers })
      }
      return seen
    }
    const absent = await outcomes()
    await things.create({ n: 1 }, { id: 'a' })
    t.strictSame(await outcomes(), absent)
    t.match(absent, rows.map(() => ({ statusCode: 404 })))
  })

  t.test(`${name}: row 21 asks about what would be stored, and hides nothing`, async (t) => {
    const asked: Question[] = []
    const app = await buildApp(t, { options: { authenticate } })
    const answers: Readonly<Record<string, boolean | 'hide'>> = { mine: true, theirs: false, secret: 'hide' }
    const things = app.resource('/things', loose({
      ...make(),
      allow: (question: Question) => { asked.push(question); return answers[String(question.document.content['owner'])] },
      prepare: ({ content }: { readonly content: JsonObject }) => ({ ...content, prepared: true })
    }))
    const stored = await things.create({ owner: 'mine', n: 1 }, { id: 'a' })
    for (const owner of ['theirs', 'secret']) {
      const requests: ReadonlyArray<readonly [operation: string, id: string | undefined, content: JsonObject, request: InjectOptions]> = [
        ['create', 'b', { owner, prepared: true }, { method: 'PUT', url: '/things/b', payload: { owner } }],
        ['create', 'b', { owner, prepared: true }, { method: 'PUT', url: '/things/b', payload: { owner }, headers: { 'if-none-match': '*' } }],
        ['create', 'b', { owner, prepared: true }, { method: 'POST', url: '/things', payload: { _id: 'b', owner } }],
        ['create', undefined, { owner, prepared: true }, { method: 'POST', url: '/things', payload: { owner } }],
        ['update', 'a', { owner, prepared: true }, { method: 'PUT', url: '/things/a', payload: { owner } }],
        ['update', 'a', { owner, prepared: true }, { method: 'PUT', url: '/things/a', payload: { owner }, headers: { 'if-match': `"${stored.revision}"` } }],
        ['patch', 'a', { owner, n: 1, prepared: true }, { method: 'PATCH', url: '/things/a', payload: [{ operation: 'replace', field: '/owner', value: owner }] }],
        ['patch', 'a', { owner, n: 1, prepared: true }, { method: 'PATCH', url: '/things/a', payload: [{ op: 'replace', path: '/owner', value: owner }], headers: { 'content-type': 'application/json-patch+json' } }],
        ['patch', 'a', { owner, n: 1, prepared: true }, { method: 'PATCH', url: '/things/a', payload: { owner }, headers: { 'content-type': 'application/merge-patch+json' } }]
      ]
      for (const [operation, id, content, request] of requests) {
        asked.length = 0
        const title = `${owner}: ${request.method} ${operation}`
        refused(t, await app.inject({ ...request, headers: { 'x-user': 'ann', ...request.headers } }), 403, title)
        const last = asked.at(-1)
        t.match(last, { principal: { name: 'ann' }, operation, document: { content } }, title)
        t.strictSame(last?.document.content, content, title)
        if (id !== undefined) t.equal(last?.document.id, id, title)
        if (operation === 'create') {
          t.equal(last?.document.revision, undefined, `${title}: has no revision yet`)
          t.equal(asked.length, 1, `${title}: nothing is stored yet`)
        } else {
          t.strictSame(asked[0]?.document, stored, `${title}: the stored one first`)
          t.equal(asked.length, 2)
        }
      }
    }
    await fails(t, things.read('b'), 404)
    t.strictSame(await things.read('a'), stored)
    t.equal((await app.inject({ method: 'PUT', url: '/things/a', payload: { owner: 'mine' } })).statusCode, 200)
  })

  t.test(`${name}: row 21 asks about results that fit the schema`, async (t) => {
    const asked: unknown[] = []
    const app = await buildApp(t)
    const things = app.resource('/things', loose({
      ...make(),
      schema: Type.Object({ n: Type.Number() }),
      allow: ({ document }: Question) => { asked.push(document.content['n']); return Number(document.content['n']) < 5 }
    }))
    await things.create({ n: 1 }, { id: 'a' })
    const patch = (value: unknown) => app.inject({ method: 'PATCH', url: '/things/a', payload: [{ operation: 'replace', field: '/n', value }] })
    refused(t, await patch(9), 403)
    refused(t, await patch('text'), 400)
    t.strictSame(asked, [1, 9, 1], 'what breaks the schema is no content to be asked about')
  })

  t.test(`${name}: what is neither true nor false nor 'hide' is 500`, async (t) => {
    const secret = 'the rule is broken'
    const answers: ReadonlyArray<readonly [string, () => unknown]> = [
      ['undefined', () => undefined], ['null', () => null], ['1', () => 1], ['0', () => 0], ['text', () => secret], ['HIDE', () => 'HIDE'], ['an object', () => ({ secret })],
      ['a promise', async () => true], ['a promise of false', async () => false], ['a rejection', async () => { throw new Error(secret) }], ['an error', () => { throw new Error(secret) }]
    ]
    const app = await buildApp(t)
    let answer: () => unknown = () => true
    const things = app.resource('/things', loose({ ...make(), allow: () => answer(), actions: { touch: { handler: () => t.fail('no action is done') } } }))
    const stored = await things.create({ n: 1 }, { id: 'a' })
    for (const [title, given] of answers) {
      answer = given
      for (const [operation, request] of [...instanceRows, ['create', { method: 'POST', url: '/things', payload: { n: 1 } }], ['create', { method: 'PUT', url: '/things/b', payload: { n: 1 } }]] as const) {
        const response = await app.inject({ url: '/things/a', ...request })
        refused(t, response, 500, `${title}: ${operation}`)
        t.notMatch(response.body, secret)
      }
      await fails(t, things.read('a', { principal: {} }), 500, `${title}: in process`)
    }
    t.strictSame(await things.read('a'), stored)
    await fails(t, things.read('b'), 404)
  })

  t.test(`${name}: in process the rule is asked where a principal is passed`, async (t) => {
    const asked: Question[] = []
    const app = await buildApp(t, { options: { authenticate: () => { throw new Unauthorized('never asked in process') } } })
    const things = app.resource('/things', loose({
      ...make(),
      allow: (question: Question) => {
        asked.push(question)
        const { principal, document } = question
        return document.content['owner'] === principal?.name || (document.content['open'] === true ? false : 'hide')
      },
      actions: { touch: { handler: () => 'done' }, count: { on: 'collection', handler: () => 'counted' } }
    }))
    const [ann, bob] = [{ name: 'ann' }, { name: 'bob' }]
    await things.create({ owner: 'ann' }, { id: 'shut', principal: ann })
    t.strictSame(asked, [{ principal: ann, operation: 'create', document: { id: 'shut', revision: undefined, content: { owner: 'ann' } } }])
    const open = await things.create({ owner: 'ann', open: true }, { id: 'open' })
    await fails(t, things.create({ owner: 'ann' }, { id: 'forged', principal: bob }), 403, 'a create is never hidden')
    for (const [id, code] of [['shut', 404], ['open', 403]] as const) {
      await fails(t, things.read(id, { principal: bob }), code)
      await fails(t, things.update(id, { owner: 'bob' }, { principal: bob }), code)
      await fails(t, things.update(id, { owner: 'bob' }, { principal: bob, revision: 'stale' }), code, 'before the revision')
      await fails(t, things.patch(id, [], { principal: bob }), code)
      await fails(t, things.delete(id, { principal: bob }), code)
      await fails(t, things.action('touch', { id, principal: bob }), code)
    }
    await fails(t, things.update('open', { owner: 'bob', open: true }, { principal: ann }), 403, 'the result is not hers')
    await fails(t, things.patch('open', [{ operation: 'replace', field: 'owner', value: 'bob' }], { principal: ann }), 403)
    t.strictSame(await things.read('open', { principal: ann }), open)
    asked.length = 0
    t.equal(await things.action('count', { principal: bob }), 'counted', 'a collection is no document')
    t.equal(await things.action('touch', { id: 'shut' }), 'done')
    await things.update('shut', { owner: 'bob' })
    await things.patch('shut', [{ operation: 'add', field: 'n', value: 1 }])
    t.strictSame(asked, [], 'nobody is asked about what the server does itself')
    t.equal(await things.action('touch', { id: 'shut', principal: bob }), 'done')
    t.strictSame((await things.delete('shut', { principal: bob })).content, { owner: 'bob', n: 1 })
  })

  t.test(`${name}: an action's handler is trusted, unless it passes the principal on`, async (t) => {
    const app = await buildApp(t, { options: { authenticate } })
    app.resource('/things', loose({
      ...make(),
      allow: ({ principal, document }: Question) => document.content['owner'] === principal?.name || 'hide',
      actions: {
        peek: { on: 'collection', handler: ({ resource, parameters }: never) => (resource as { read: Function })['read'](parameters['id']) },
        look: { on: 'collection', handler: ({ resource, parameters, principal }: never) => (resource as { read: Function })['read'](parameters['id'], { principal }) }
      }
    }))
    const things = app.resources.get('/things')
    if (things?.kind !== 'collection') return t.fail('no collection')
    await things.create({ owner: 'ann' }, { id: 'a' })
    const act = (name: string, user: string) => app.inject({ method: 'POST', url: `/things?_action=${name}&id=a`, headers: { 'x-user': user } })
    t.match((await act('peek', 'bob')).json(), { content: { owner: 'ann' } })
    t.match((await act('look', 'ann')).json(), { content: { owner: 'ann' } })
    refused(t, await act('look', 'bob'), 404)
  })
}

t.test('a singleton with initial: the rule is asked about what it has from the start', async (t) => {
  const asked: Question[] = []
  const app = await buildApp(t)
  const handle = app.resource('/s', { kind: 'singleton', initial: { n: 0 }, allow: (question) => { asked.push(question as Question); return question.operation === 'read' } })
  const { revision } = await handle.read()
  t.equal((await app.inject('/s')).statusCode, 200)
  refused(t, await app.inject({ method: 'PUT', url: '/s', payload: { n: 1 } }), 403)
  refused(t, await app.inject({ method: 'PATCH', url: '/s', payload: [] }), 403)
  const document = { id: '', revision, content: { n: 0 } }
  t.strictSame(asked, ['read', 'update', 'patch'].map((operation) => ({ principal: null, operation, document })))
})

t.test('what is gone is 410, and nobody is asked about it', async (t) => {
  const app = await buildApp(t)
  const things = app.resource('/things', { tombstones: true, expires: '/until', allow: ({ document }) => { t.fail(`asked about ${document.id}`); return 'hide' } })
  await things.create({}, { id: 'deleted' })
  await things.delete('deleted')
  await things.create({ until: '2000-01-01T00:00:00Z' }, { id: 'expired' })
  for (const id of ['deleted', 'expired']) {
    for (const [, request] of instanceRows.filter(([operation]) => operation !== 'action')) refused(t, await app.inject({ url: `/things/${id}`, ...request }), 410, `${request.method} ${id}`)
  }
})

t.test('a refused result tells nothing of what else is stored', async (t) => {
  const app = await buildApp(t, { options: { authenticate } })
  const things = app.resource('/things', { unique: ['/mail'], allow: ({ principal, document }) => document.content['owner'] === (principal as { name?: string } | null)?.name })
  await things.create({ owner: 'ann', mail: 'a@x' }, { id: 'a' })
  await things.create({ owner: 'bob', mail: 'b@x' }, { id: 'b' })
  const answers = []
  for (const mail of ['a@x', 'free@x']) {
    const headers = { 'x-user': 'bob' }
    answers.push([
      await app.inject({ method: 'PUT', url: '/things/b', payload: { owner: 'ann', mail }, headers }),
      await app.inject({ method: 'PUT', url: '/things/new', payload: { owner: 'ann', mail }, headers }),
      await app.inject({ method: 'POST', url: '/things', payload: { owner: 'ann', mail }, headers })
    ].map(({ statusCode }) => statusCode))
  }
  t.strictSame(answers, [[403, 403, 403], [403, 403, 403]])
  refused(t, await app.inject({ method: 'PUT', url: '/things/b', payload: { owner: 'bob', mail: 'a@x' }, headers: { 'x-user': 'bob' } }), 409)
})

t.test('after a lost race the rule is asked about the document that is there then', async (t) => {
  for (const [operation, request, content] of [
    ['update', { method: 'PUT', payload: { owner: 'me', n: 2 } }, { owner: 'me', n: 2 }],
    ['patch', { method: 'PATCH', payload: [{ operation: 'add', field: 'n', value: 2 }] }, { owner: 'me', n: 2 }],
    ['delete', { method: 'DELETE' }, undefined]
  ] as const) {
    for (const [owner, code] of [['me', 200], ['they', 403], ['hidden', 404]] as const) {
      const documents = new Map<string, Document>([['a', { id: 'a', revision: 'old', content: { owner: 'me' } }]])
      const provider = mapProvider(documents)
      let races = 1
      const race = (): void => {
        if (races-- <= 0) return
        documents.set('a', { id: 'a', revision: 'new', content: { owner } })
        throw new PreconditionFailed('lost')
      }
      const asked: unknown[] = []
      const app = await buildApp(t)
      app.resource('/things', loose({
        provider: {
          ...provider,
          update: (request: never) => { race(); return provider.update(request) },
          delete: (request: never) => { race(); return provider.delete(request) }
        },
        allow: ({ operation, document: { revision, content } }: Question) => {
          asked.push([operation, revision, content['owner']])
          return content['owner'] === 'hidden' ? 'hide' : content['owner'] === 'me'
        }
      }))
      const response = await app.inject({ url: '/things/a', ...request })
      t.equal(response.statusCode, code, `${operation} ${owner}`)
      t.ok(asked.some((question) => JSON.stringify(question) === JSON.stringify([operation, 'new', owner])), `${operation} ${owner}: asked again`)
      t.strictSame(documents.get('a')?.content, code === 200 ? content : { owner }, `${operation} ${owner}: what is stored`)
    }
  }
})

t.test('an upsert that finds its id taken meanwhile is asked as an update', async (t) => {
  for (const [owner, code] of [['me', 200], ['they', 403], ['hidden', 404]] as const) {
    const documents = new Map<string, Document>()
    const provider = mapProvider(documents)
    const asked: unknown[] = []
    const app = await buildApp(t)
    app.resource('/things', loose({
      provider: {
        ...provider,
        create () {
          documents.set('a', { id: 'a', revision: 'new', content: { owner } })
          throw new PreconditionFailed('taken')
        }
      },
      allow: ({ operation, document: { revision, content } }: Question) => {
        asked.push([operation, revision, content['owner']])
        return content['owner'] === 'hidden' ? 'hide' : content['owner'] === 'me'
      }
    }))
    const response = await app.inject({ method: 'PUT', url: '/things/a', payload: { owner: 'me', n: 2 } })
    t.equal(response.statusCode, code, owner)
    t.strictSame(asked.slice(0, 2), [['create', undefined, 'me'], ['update', 'new', owner]])
    t.strictSame(documents.get('a')?.content, code === 200 ? { owner: 'me', n: 2 } : { owner })
  }
})

t.test('the rule is asked about contents as they are stored, whatever version the request has', async (t) => {
  const asked: unknown[] = []
  const app = await buildApp(t)
  const things = app.resource('/things', loose({
    versions: {
      '1.0': { upgrade: ({ name, ...rest }: JsonObject) => ({ ...rest, names: [name] }) },
      '2.0': { downgrade: ({ names, ...rest }: JsonObject) => ({ ...rest, name: (names as string[])[0] }) }
    },
    allow: ({ operation, document: { content } }: Question) => { asked.push([operation, content]); return true }
  }))
  await things.create({ names: ['a', 'b'] }, { id: 'a' })
  const headers = { 'accept-api-version': 'resource=1.0' }
  t.match((await app.inject({ url: '/things/a', headers })).json(), { name: 'a' })
  t.equal((await app.inject({ method: 'POST', url: '/things', payload: { name: 'n' }, headers })).statusCode, 201)
  t.equal((await app.inject({ method: 'PUT', url: '/things/a', payload: { name: 'z' }, headers })).statusCode, 200)
  t.strictSame(asked, [['read', { names: ['a', 'b'] }], ['create', { names: ['n'] }], ['update', { names: ['a', 'b'] }], ['update', { names: ['z'] }]])
})

t.test('without authenticate the principal is null, with it the rule sees what it returned', async (t) => {
  const asked: unknown[] = []
  const principal = { name: 'ann' }
  const app = await buildApp(t)
  const allow = (question: object): boolean => { asked.push((question as Question).principal); return true }
  const resources = [app.resource('/open', { allow }), app.resource('/known', { allow, authenticate: () => principal })]
  for (const resource of resources) {
    await resource.create({}, { id: 'a' })
    t.equal((await app.inject(`${resource.path}/a`)).statusCode, 200)
  }
  t.equal(asked[0], null)
  t.equal(asked[1], principal, 'itself, not a copy')
})

t.test('a rule that nobody could keep fails at registration, by name', async (t) => {
  const app = await buildApp(t)
  const { read, create, update, delete: remove } = mapProvider()
  const patch = read
  const query = () => ({ results: [] })
  const rules = { allow: { allow: () => true }, readOnly: { readOnly: ['/x'] }, writeOnly: { writeOnly: ['/x'] } }
  for (const [name, rule] of Object.entries(rules)) {
    for (const [title, provider] of Object.entries({ query: { query }, create: { create }, write: { create, update, delete: remove }, patch: { read, patch, query }, blind: { patch } })) {
      const { code, message } = await configurationError(() => app.resource(`/${name}/${title}`, loose({ provider, ...rule })))
      t.equal(code, 'CREST_ERR_INVALID_OPTION', `${name} with ${title}`)
      t.match(message, new RegExp(`\\b${name}\\b`), `${name} with ${title}`)
    }
    for (const [title, provider] of Object.entries({ read: { read }, pages: { read, query }, all: { read, create, update, delete: remove, patch, query } })) {
      t.equal((await configurationError(() => app.resource(`/good/${name}/${title}`, loose({ provider, ...rule })))).code, 'nothing thrown', `${name} with ${title}`)
    }
  }
  for (const allow of [true, 'hide', null, {}, [() => true]]) {
    const { code, message } = await configurationError(() => app.resource('/bad', loose({ allow })))
    t.equal(code, 'CREST_ERR_INVALID_OPTION', JSON.stringify(allow))
    t.match(message, /\ballow\b/)
  }
})
