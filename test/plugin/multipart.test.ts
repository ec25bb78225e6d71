import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify'
import t from 'tap'
import { Type } from 'typebox'
import { memoryStore } from '../../lib/index.ts'
import type { ResourceDefinition, Store } from '../../lib/index.ts'
import { sqliteStore } from '../../lib/sqlite.ts'
import { buildApp, configurationError, refused } from './app.ts'
import { listen } from './raw.ts'

const type = 'multipart/form-data'
const json = 'application/json'

const stores: ReadonlyArray<readonly [string, () => Store]> = [['memory', () => memoryStore()], ['sqlite', () => sqliteStore(':memory:')]]

interface Part { readonly name?: string, readonly filename?: string, readonly mediaType?: string, readonly content: string | Buffer }

const bytes = Buffer.from([0, 0xff, 0xfe, 13, 10, 45, 45, 121, 0x80, 0xfb, 13, 10])
const photo: Part = { name: 'photo', filename: 'mé.png', mediaType: 'image/png', content: bytes }
const note: Part = { name: 'note', content: 'säy' }
const reference = (target: unknown): object => ({ $ref: target })

const value = (content: unknown, mediaType = json): Part => ({ name: 'json', mediaType, content: typeof content === 'string' ? content : JSON.stringify(content) })

function form (...parts: readonly Part[]): Buffer {
  return Buffer.concat([...parts.flatMap(({ name, filename, mediaType, content }) => [
    Buffer.from(`--x\r\nContent-Disposition: form-data${name === undefined ? '' : `; name="${name}"`}${filename === undefined ? '' : `; filename="${filename}"`}\r\n${mediaType === undefined ? '' : `Content-Type: ${mediaType}\r\n`}\r\n`), Buffer.from(content), Buffer.from('\r\n')
  ]), Buffer.from('--x--\r\n')])
}

type Send = (method: string, url: string, payload: Buffer | string, headers?: Record<string, string>) => Promise<LightMyRequestResponse>

function sender (app: FastifyInstance): Send {
  return (method, url, payload, headers = {}) => app.inject({ method: method as NonNullable<InjectOptions['method']>, url, payload, headers: { 'content-type': `${type}; boundary=x`, ...headers } })
}

function listed (header: unknown): string[] {
  return String(header).split(',').map((element) => element.trim()).sort()
}

function contentOf (response: LightMyRequestResponse): unknown {
  const { _id, _rev, ...content } = response.json()
  return content
}

const echo: ResourceDefinition['actions'] = { echo: { on: ['collection', 'instance'], handler: ({ content }) => content } }

for (const [storeName, makeStore] of stores) {
  t.test(`create, PUT, PATCH and actions take forms (${storeName})`, async (t) => {
    const app = await buildApp(t, { options: { store: makeStore(), multipart: true } })
    app.resource('/things', { actions: echo })
    app.resource('/s', { kind: 'singleton', actions: { echo: { handler: ({ content }) => content } } })
    const send = sender(app)
    const encoded = bytes.toString('base64url')
    const given = { n: 1, photo: reference('cid:photo#content'), name: reference('cid:photo#filename'), type: reference('cid:photo#mimetype') }
    const stored = { n: 1, photo: encoded, name: 'mé.png', type: 'image/png' }
    const created = await send('POST', '/things', form(value({ ...given, _id: 'a' }), photo))
    t.equal(created.statusCode, 201)
    t.strictSame(contentOf(created), stored)
    t.equal(created.json()._id, 'a')
    t.match(created.headers['location'], /\/things\/a$/)
    t.strictSame((await app.inject('/things/a')).json(), created.json(), 'and so it is stored')
    t.strictSame(contentOf(await send('PUT', '/things/b', form(photo, value(given)))), stored, 'the JSON part may come last')
    const replaced = await send('PUT', '/things/b', form(value({ n: 2 })), { 'if-match': '*' })
    t.equal(replaced.statusCode, 200)
    t.strictSame(contentOf(replaced), { n: 2 })
    refused(t, await send('PUT', '/things/b', form(value({ n: 2 })), { 'if-match': '"x"' }), 412)
    refused(t, await send('PUT', '/things/b', form(value({ _id: 'c' }))), 400, '_id of the path')
    const patched = await send('PATCH', '/things/b', form(value([{ operation: 'add', field: 'photo', value: reference('cid:PHOTO#Content') }, { operation: 'increment', field: 'n', value: 1 }]), photo))
    t.strictSame(contentOf(patched), { n: 3, photo: encoded }, 'a patch is a list of Common REST')
    t.strictSame(contentOf(await send('PATCH', '/things/b', form(value([])), { 'if-match': String(patched.headers['etag']) })), contentOf(patched))
    for (const body of [{ n: 5 }, [{ op: 'add', path: '/n', value: 1 }], null, 'x']) refused(t, await send('PATCH', '/things/b', form(value(body))), 400, JSON.stringify(body))
    for (const mediaType of ['application/json-patch+json', 'application/merge-patch+json']) refused(t, await send('PATCH', '/things/b', form(value(mediaType.includes('merge') ? { n: 1 } : [], mediaType))), 400, `no JSON part: ${mediaType}`)
    for (const url of ['/things?_action=echo', '/things/a?_action=echo', '/s?_action=echo']) {
      if (url.startsWith('/s')) t.equal((await send('PUT', '/s', form(value({ p: reference('cid:note#content') }), note))).json().p, Buffer.from('säy').toString('base64url'), 'a singleton')
      t.strictSame((await send('POST', url, form(value([reference('cid:note#content'), { x: reference('cid:photo#mimetype') }, 1]), note, photo))).json(), [Buffer.from('säy').toString('base64url'), { x: 'image/png' }, 1], url)
      t.strictSame((await send('POST', url, form(value('null')))).body, 'null', 'any JSON value')
    }
    t.strictSame(contentOf(await send('POST', '/things/a', form(value({ n: 8 })), { 'x-http-method-override': 'PUT' })), { n: 8 }, 'an overridden PUT')
  })

  t.test(`references (${storeName})`, async (t) => {
    const app = await buildApp(t, { options: { store: makeStore(), multipart: true } })
    app.resource('/things', { schema: Type.Object({ v: Type.Unknown() }) })
    const send = sender(app)
    const put = (v: unknown, ...parts: readonly Part[]): Promise<LightMyRequestResponse> => send('PUT', '/things/a', form(value({ v }), ...parts))
    for (const [v, expected] of [
      [reference('cid:photo#content'), bytes.toString('base64url')], [{ $REF: 'CID:Photo#CONTENT' }, bytes.toString('base64url')], [reference('cid:photo#filename'), 'mé.png'], [reference('cid:note#mimetype'), 'text/plain'],
      [{ $ref: 'cid:photo#content', other: 1 }, { $ref: 'cid:photo#content', other: 1 }], [{ deep: [{ a: reference('cid:note#content') }] }, { deep: [{ a: Buffer.from('säy').toString('base64url') }] }], ['cid:photo#content', 'cid:photo#content'], [reference('cid:empty#content'), '']
    ] as const) t.strictSame((await put(v, photo, note, { name: 'empty', filename: 'e', mediaType: 'application/octet-stream', content: '' })).json().v, expected, JSON.stringify(v))
    for (const target of ['cid:nope#content', 'photo#content', 'cid:photo', 'cid:photo#', 'cid:photo#bytes', 'cid:#content', '', 'http://x#content', 5, null, {}, ['cid:photo#content'], 'cid:note#filename', 'cid:photo#content#filename ']) {
      refused(t, await put(reference(target), photo, note), 400, JSON.stringify(target))
    }
    t.equal((await put(reference('cid:photo#content'), { ...photo, name: 'other', content: 'no' }, photo, { ...photo, content: 'later' })).json().v, bytes.toString('base64url'), 'the part of that name, the first')
    const violations = await send('PUT', '/things/a', form(value({ w: reference('cid:photo#content') }), photo))
    t.match(refused(t, violations, 400).detail, { violations: [{}] }, 'the schema judges what was put in')
    const all = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
    t.equal((await put(reference('cid:all#content'), { name: 'all', filename: 'a', content: all })).json().v, all.toString('base64url'))
  })

  t.test(`the option decides, of the resource before that of the plugin (${storeName})`, async (t) => {
    for (const [options, own, takes] of [[{}, {}, false], [{ multipart: false }, {}, false], [{ multipart: true }, {}, true], [{ multipart: true }, { multipart: false }, false], [{}, { multipart: true }, true], [{ multipart: false }, { multipart: true }, true]] as const) {
      const app = await buildApp(t, { options: { ...options, store: makeStore() } })
      app.resource('/things', { ...own, actions: echo })
      app.resource('/s', { ...own, kind: 'singleton', initial: {} })
      app.resource('/read', { ...own, operations: ['read'] })
      const send = sender(app)
      await app.inject({ method: 'PUT', url: '/things/a', payload: {} })
      const name = `${JSON.stringify(options)} ${JSON.stringify(own)}`
      const patches = [json, 'application/json-patch+json', 'application/merge-patch+json']
      const types = (known: readonly string[]): string[] => [...known, ...(takes ? [type] : [])].sort()
      for (const [method, url, hint, known] of [['POST', '/things', 'accept-post', [json]], ['PUT', '/things/a', 'accept', [json]], ['PATCH', '/things/a', 'accept-patch', patches], ['PATCH', '/s', 'accept-patch', patches], ['PUT', '/s', 'accept', [json]], ['POST', '/things/a?_action=echo', 'accept-post', [json]]] as const) {
        const payload = form(value(method === 'PATCH' ? [] : {}))
        const response = await send(method, url, payload)
        if (takes) t.match(String(response.statusCode), /^20[01]$/, `${name}: ${method} ${url}`)
        else {
          refused(t, response, 415, `${name}: ${method} ${url}`)
          t.strictSame(listed(response.headers[hint]), types(known))
        }
        for (const other of ['multipart/mixed; boundary=x', 'multipart/form-data+json', 'text/plain', 'application/x-www-form-urlencoded', 'multipart/related; boundary=x']) {
          const refusal = await send(method, url, payload, { 'content-type': other })
          refused(t, refusal, 415, `${name}: ${method} ${url} ${other}`)
          t.strictSame(listed(refusal.headers[hint]), types(known), `${name}: ${hint}`)
        }
      }
      for (const [url, post, patch] of [['/things', types([json]), undefined], ['/things/a', types([json]), types(patches)], ['/s', undefined, types(patches)], ['/read/a', undefined, undefined]] as const) {
        const { headers } = await app.inject({ method: 'OPTIONS', url })
        t.strictSame(headers['accept-post'] === undefined ? undefined : listed(headers['accept-post']), post, `${name}: Accept-Post of ${url}`)
        t.strictSame(headers['accept-patch'] === undefined ? undefined : listed(headers['accept-patch']), patch, `${name}: Accept-Patch of ${url}`)
      }
      t.equal((await app.inject({ url: '/things/a', headers: { 'content-type': `${type}; boundary=x` } })).statusCode, 200, 'GET has no content')
      t.equal((await app.inject({ method: 'DELETE', url: '/things/a', headers: { 'content-type': `${type}; boundary=x` }, payload: 'x' })).statusCode, 200, 'DELETE has no content')
    }
  })
}

t.test('what cannot be read is 400, in its place of the order', async (t) => {
  const app = await buildApp(t, { options: { multipart: true } })
  app.resource('/things', { actions: echo })
  app.resource('/strict', { revision: 'required' })
  app.resource('/who', { authenticate: () => null })
  const send = sender(app)
  await app.inject({ method: 'PUT', url: '/things/a', payload: { n: 1 } })
  for (const [name, payload, headers] of [
    ['nothing', ''], ['garbage', 'garbage'], ['no part', '--x--\r\n'], ['no JSON part', form(photo, note)], ['JSON by name only', form({ name: 'json', content: '{}' })], ['broken JSON', form(value('{'))], ['empty JSON', form(value(''))], ['no object', form(value([]))], ['ill-formed UTF-8', form({ ...value(''), content: Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]) })],
    ['__proto__', form(value('{"__proto__":{"x":1}}'))], ['U+0000', form(value('{"a":"\\u0000"}'))], ['another boundary', form(value({})), { 'content-type': `${type}; boundary=y` }], ['no boundary', form(value({})), { 'content-type': type }], ['cut short', form(value({ n: 2 })).subarray(0, 60)], ['too many parts', form(value({}), ...Array.from({ length: 1001 }, () => note))]
  ] as ReadonlyArray<readonly [string, Buffer | string, Record<string, string>?]>) {
    for (const [method, url] of [['PUT', '/things/a'], ['PUT', '/things/b'], ['POST', '/things']] as const) refused(t, await send(method, url, payload, headers), 400, `${method} ${url}: ${name}`)
  }
  t.equal((await app.inject('/things')).json().resultCount, 1)
  t.strictSame(contentOf(await app.inject('/things/a')), { n: 1 })
  refused(t, await send('PUT', '/who/a', 'garbage'), 401)
  refused(t, await send('PUT', '/strict/a', 'garbage'), 428, 'before the content')
  refused(t, await send('PUT', '/strict/a', 'garbage', { 'if-match': '"x"' }), 400, 'before the document')
  refused(t, await send('PUT', '/strict/a', form(value({})), { 'if-match': '"x"' }), 404)
  refused(t, await send('PUT', '/things/a', 'garbage', { accept: 'text/html' }), 406)
  const coded = await send('PUT', '/things/a', form(value({})), { 'content-encoding': 'gzip' })
  refused(t, coded, 415)
  t.strictSame(listed(coded.headers['accept']), [json, type].sort())
  for (const contentType of ['Multipart/Form-Data; boundary=x', `${type};boundary="x"`, `${type}; charset=utf-8; Boundary=x`, `${type} ; boundary=x; y=z`]) t.equal((await send('PUT', '/things/a', form(value({ n: contentType })), { 'content-type': contentType })).json().n, contentType)
})

t.test('content beyond the bodyLimit is 400', async (t) => {
  for (const options of [{ multipart: true, bodyLimit: 600 }, { multipart: true }] as const) {
    const app = await buildApp(t, { options })
    app.resource('/things', 'bodyLimit' in options ? {} : { bodyLimit: 600 })
    app.resource('/large', { bodyLimit: 3_000_000 })
    const send = sender(app)
    const sized = (size: number): Buffer => form(value({ p: reference('cid:photo#content') }), { ...photo, content: Buffer.alloc(size, 'y') })
    const overhead = sized(0).length
    t.equal((await send('PUT', '/things/a', sized(600 - overhead))).statusCode, 201, 'just fits')
    for (const size of [601 - overhead, 1000, 100_000]) refused(t, await send('PUT', '/things/a', sized(size)), 400, `${size} bytes`)
    t.equal((await send('PUT', '/large/a', sized(2_000_000))).json().p.length, Math.ceil(2_000_000 * 4 / 3), 'a limit above that of Fastify and of the package')
    const many = form(value({ l: Array.from({ length: 5000 }, () => reference('cid:photo#content')) }), { ...photo, content: Buffer.alloc(2_000_000, 'y') })
    refused(t, await send('PUT', '/large/a', many), 400, 'a small form that would become a huge document')
  }
})

t.test('a form as browsers and fetch send it', async (t) => {
  const app = await buildApp(t, { options: { multipart: true } })
  app.resource('/things', {})
  const port = await listen(app)
  const body = new FormData()
  body.append('json', new Blob([JSON.stringify({ _id: 'a', photo: reference('cid:photo#content'), name: reference('cid:photo#filename') })], { type: json }))
  body.append('photo', new Blob([bytes], { type: 'image/png' }), 'me.png')
  const response = await fetch(`http://127.0.0.1:${port}/things`, { method: 'POST', body })
  t.equal(response.status, 201)
  t.match(await response.json(), { _id: 'a', photo: bytes.toString('base64url'), name: 'me.png' })
})

t.test('a provider that patches by itself gets the operations of a form', async (t) => {
  const app = await buildApp(t)
  const seen: unknown[] = []
  app.resource('/things', { multipart: true, provider: { patch: ({ id, operations }) => { seen.push(operations); return { id, revision: '1', content: {} } } } })
  const send = sender(app)
  t.equal((await send('PATCH', '/things/a', form(value([{ operation: 'add', field: '/p', value: reference('cid:note#content') }]), note))).statusCode, 200)
  t.match(seen, [[{ kind: 'add', field: ['p'], value: Buffer.from('säy').toString('base64url') }]])
  t.strictSame(listed((await app.inject({ method: 'OPTIONS', url: '/things/a' })).headers['accept-patch']), [json, type].sort())
})

t.test('an ill-typed option is refused by name', async (t) => {
  const app = await buildApp(t)
  for (const multipart of ['yes', 1, null, {}]) t.match(await configurationError(() => app.resource('/things', { multipart } as never)), { code: 'CREST_ERR_INVALID_OPTION', message: /multipart/ })
})
