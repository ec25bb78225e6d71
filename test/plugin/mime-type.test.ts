import type { FastifyInstance, LightMyRequestResponse } from 'fastify'
import t from 'tap'
import type { Test } from 'tap'
import { memoryStore } from '../../lib/index.ts'
import type { Store } from '../../lib/index.ts'
import { sqliteStore } from '../../lib/sqlite.ts'
import { buildApp, refused } from './app.ts'

const stores: ReadonlyArray<readonly [string, () => Store]> = [['memory', () => memoryStore()], ['sqlite', () => sqliteStore(':memory:')]]

const bytes = Buffer.from([0, 0x89, 0x50, 0xff, 0xfe, 13, 10, 0x80, 0xfb, 0xef])
const photo = bytes.toString('base64url')

const content = {
  photo,
  padded: bytes.toString('base64'),
  html: Buffer.from('<script>alert(1)</script>').toString('base64url'),
  empty: '',
  text: 'Größe 😀\r\n<b>',
  number: 1.5,
  zero: 0,
  yes: true,
  no: false,
  nothing: null,
  object: { a: [1, 'é'] },
  list: [1, { b: null }],
  deep: { photo, list: [{ photo }], 'a/b': 'slash' },
  secret: 'hidden',
  hash: { value: 'hidden' },
  notBase64: 'nö!',
  oneDigit: 'A',
  'tilde~': 'tilde'
}

interface Given { readonly app: FastifyInstance, readonly get: (path: string, headers?: Record<string, string>, method?: 'GET' | 'HEAD') => Promise<LightMyRequestResponse> }

function onStores (name: string, run: (t: Test, given: Given) => Promise<void>): void {
  for (const [storeName, makeStore] of stores) {
    t.test(`${name} (${storeName})`, async (t) => {
      const app = await buildApp(t, { options: { store: makeStore() } })
      app.resource('/things', { writeOnly: ['/secret', '/hash'], actions: { go: { on: ['collection', 'instance'], handler: () => 1 } } })
      app.resource('/s', { kind: 'singleton', writeOnly: ['/secret', '/hash'], initial: content })
      await app.inject({ method: 'PUT', url: '/things/a', payload: content })
      await run(t, { app, get: (path, headers = {}, method = 'GET') => app.inject({ method, url: path, headers }) })
    })
  }
}

const field = (path: string, name: string, type: string): string => `${path}?_fields=${name}&_mimeType=${encodeURIComponent(type)}`

onStores('text/plain is the text of the field', async (t, { get }) => {
  for (const path of ['/things/a', '/s']) {
    for (const [name, text] of [['text', content.text], ['/text', content.text], ['photo', photo], ['number', '1.5'], ['zero', '0'], ['yes', 'true'], ['no', 'false'], ['empty', ''], ['deep/a~1b', 'slash'], ['tilde~0', 'tilde'], ['deep/list/0/photo', photo], ['list/0', '1'], ['text,', content.text]] as const) {
      const response = await get(field(path, encodeURIComponent(name), 'text/plain'))
      t.equal(response.statusCode, 200, `${path} ${name}`)
      t.equal(response.body, text, name)
      t.match(response.headers['content-type'], /^text\/plain; ?charset=utf-8$/i, name)
      t.equal(response.headers['x-content-type-options'], 'nosniff')
      t.equal(response.headers['content-disposition'], undefined, `${name}: is shown`)
      t.equal(Number(response.headers['content-length']), Buffer.byteLength(text))
      t.match(response.headers['etag'], /^"[^"]+"$/)
      t.equal(response.headers['cache-control'], 'no-cache')
      t.match(response.headers['vary'], /\bAccept\b/)
    }
    for (const [name, value] of [['object', content.object], ['list', content.list]] as const) t.strictSame(JSON.parse((await get(field(path, name, 'text/plain'))).body), value, `${name} is its JSON`)
  }
  t.equal((await get(field('/things/a', '_id', 'text/plain'))).body, 'a')
  const revision = await get(field('/things/a', '_rev', 'text/plain'))
  t.equal(`"${revision.body}"`, revision.headers['etag'])
})

onStores('any other type is the bytes that the field holds in base64url', async (t, { get }) => {
  for (const path of ['/things/a', '/s']) {
    for (const [name, type, expected] of [
      ['photo', 'image/png', bytes], ['photo', 'image/jpeg', bytes], ['photo', 'image/gif', bytes], ['photo', 'image/webp', bytes], ['photo', 'IMAGE/PNG', bytes], ['padded', 'image/png', bytes], ['deep/photo', 'image/png', bytes], ['deep/list/0/photo', 'image/png', bytes],
      ['photo', 'application/octet-stream', bytes], ['photo', 'application/pdf', bytes], ['photo', 'application/vnd.x+zip', bytes], ['html', 'text/html', Buffer.from('<script>alert(1)</script>')], ['html', 'image/svg+xml', Buffer.from('<script>alert(1)</script>')],
      ['html', 'application/xhtml+xml', Buffer.from('<script>alert(1)</script>')], ['html', 'text/javascript', Buffer.from('<script>alert(1)</script>')], ['html', 'text/xml', Buffer.from('<script>alert(1)</script>')], ['empty', 'image/png', Buffer.alloc(0)]
    ] as const) {
      const response = await get(field(path, name, type))
      t.equal(response.statusCode, 200, `${path} ${name} ${type}`)
      t.ok(response.rawPayload.equals(expected), `${name} ${type}: the bytes`)
      t.equal(response.headers['content-type'], type.toLowerCase(), `${type}: as it was asked for, without a charset`)
      t.equal(response.headers['x-content-type-options'], 'nosniff', type)
      const safe = /^image\/(?:png|jpeg|gif|webp)$/i.test(type)
      t.match(String(response.headers['content-disposition']), safe ? /^undefined$/ : /^attachment\b/, `${type}: ${safe ? 'shown' : 'saved'}`)
      t.equal(Number(response.headers['content-length']), expected.length)
    }
  }
})

onStores('application/json is the document as ever', async (t, { get }) => {
  for (const [path, keys] of [['/things/a', ['_id', '_rev', 'number']], ['/s', ['_rev', 'number']]] as const) {
    const response = await get(field(path, 'number', 'application/json'))
    t.equal(response.statusCode, 200)
    t.strictSame(Object.keys(response.json()), keys)
    t.match(response.headers['content-type'], /^application\/json/)
    t.equal(response.headers['content-disposition'], undefined)
    t.strictSame((await get(field(path, 'nope', 'application/json'))).json(), { ...(path === '/s' ? {} : { _id: 'a' }), _rev: response.json()._rev }, 'what is absent is left out')
  }
})

onStores('a name in other case counts, an empty value does not', async (t, { get }) => {
  for (const query of ['_fields=text&_MIMETYPE=text/plain', '_MimeType=text%2Fplain&_FIELDS=/text', '_fields=text&_mimeType=Text/Plain', '_fields=text&_mimeType=text/plain;x=y']) {
    t.equal((await get(`/things/a?${query}`)).body, content.text, query)
  }
  for (const query of ['_fields=text&_mimeType=', '_fields=text&_mimeType', '_mimeType=']) t.match((await get(`/things/a?${query}`)).json(), { _id: 'a', text: content.text }, query)
})

onStores('what is missing, null or write-only is 404', async (t, { get }) => {
  for (const path of ['/things/a', '/s']) {
    for (const type of ['text/plain', 'image/png']) {
      for (const name of ['nope', 'nope/deep', 'text/deep', 'nothing', 'list/1/b', 'list/9', 'list/-', 'secret', '/secret', 'hash', 'hash/value', 'toString', '__proto__x', 'object/constructor', 'list/length', 'TEXT']) {
        const response = await get(field(path, name, type))
        const fault = refused(t, response, 404, `${path} ${name} ${type}`)
        t.notMatch(fault.message, 'hidden')
        t.equal(response.headers['content-disposition'], undefined)
      }
    }
  }
  refused(t, await get(field('/things/absent', 'text', 'text/plain')), 404)
})

onStores('misuse is 400', async (t, { app, get }) => {
  for (const path of ['/things/a', '/s', '/things/absent']) {
    for (const query of [
      '_mimeType=text/plain', '_fields=&_mimeType=text/plain', '_fields=text,number&_mimeType=text/plain', '_fields=text&_fields=number&_mimeType=text/plain', '_fields=text&_fields=&_mimeType=text/plain', '_fields=*&_mimeType=text/plain', '_fields=/&_mimeType=text/plain',
      '_fields=deep/*/photo&_mimeType=image/png', '_fields=text&_mimeType=text', '_fields=text&_mimeType=text/', '_fields=text&_mimeType=/plain', '_fields=text&_mimeType=text/plain,image/png', '_fields=text&_mimeType=*/*', '_fields=text&_mimeType=image/*', '_fields=text&_mimeType=text/plain%0d%0aX-Evil:1',
      '_fields=text&_mimeType=text/pl%20ain', '_fields=text&_mimeType=text/plain&_mimeType=text/plain', '_fields=text&_mimeType=text/plain&_MIMETYPE=image/png', '_fields=te%20xt&_mimeType=text/plain', '_fields=text&_mimeType=%ff', '_fields=text&_mimeType=text/plain;;x'.replace(';;x', ';x=')
    ]) refused(t, await get(`${path}?${query}`), 400, `${path} ${query}`)
  }
  for (const [method, url, payload] of [
    ['GET', '/things', undefined], ['GET', '/things?_queryFilter=true', undefined], ['POST', '/things', {}], ['PUT', '/things/a', {}], ['PATCH', '/things/a', []], ['DELETE', '/things/a', undefined], ['POST', '/things?_action=go', undefined], ['POST', '/things/a?_action=go', undefined], ['PUT', '/s', {}]
  ] as const) {
    const response = await app.inject({ method, url: `${url}${url.includes('?') ? '&' : '?'}_fields=text&_mimeType=text/plain`, ...(payload === undefined ? {} : { payload }) })
    refused(t, response, 400, `${method} ${url}`)
  }
  for (const name of ['text', 'number', 'yes', 'object', 'list', 'notBase64', 'oneDigit']) {
    const response = await get(field('/things/a', name, 'image/png'))
    refused(t, response, 400, `${name} holds no base64url text`)
    t.equal(response.headers['content-disposition'], undefined)
  }
  t.equal((await get('/things/a')).statusCode, 200, 'nothing was changed')
})

onStores('ETag, 304, 412 and HEAD work', async (t, { app, get }) => {
  for (const path of ['/things/a', '/s']) {
    for (const [name, type] of [['text', 'text/plain'], ['photo', 'image/png'], ['html', 'text/html']] as const) {
      const url = field(path, name, type)
      const { etag = '' } = (await get(path)).headers
      const full = await get(url)
      t.equal(full.headers['etag'], etag, 'the tag is that of the document')
      const head = await get(url, {}, 'HEAD')
      t.equal(head.statusCode, 200)
      t.equal(head.body, '')
      for (const header of ['content-type', 'content-length', 'etag', 'content-disposition', 'x-content-type-options', 'cache-control', 'vary']) t.equal(head.headers[header], full.headers[header], `HEAD ${url}: ${header}`)
      for (const method of ['GET', 'HEAD'] as const) {
        for (const value of [String(etag), `W/${etag}`, '*']) {
          const unmodified = await get(url, { 'if-none-match': value }, method)
          t.equal(unmodified.statusCode, 304, `${method} ${url} ${value}`)
          t.equal(unmodified.body, '')
          t.equal(unmodified.headers['etag'], etag)
          for (const header of ['content-type', 'content-length', 'content-disposition']) t.equal(unmodified.headers[header], undefined, `304: ${header}`)
        }
        refused(t, await get(url, { 'if-match': '"x"' }, method), 412)
        t.equal((await get(url, { 'if-match': String(etag) }, method)).statusCode, 200)
        t.equal((await get(url, { 'if-none-match': '"x"' }, method)).statusCode, 200)
      }
    }
  }
  const stale = String((await get('/things/a')).headers['etag'])
  await app.inject({ method: 'PATCH', url: '/things/a', payload: [{ operation: 'replace', field: 'text', value: 'new' }] })
  t.equal((await get(field('/things/a', 'text', 'text/plain'), { 'if-none-match': stale })).body, 'new')
  const overridden = await app.inject({ method: 'POST', url: field('/things/a', 'text', 'text/plain'), headers: { 'x-http-method-override': 'GET' } })
  t.equal(overridden.body, 'new', 'an overridden GET')
  const unmodified = await app.inject({ method: 'POST', url: field('/things/a', 'text', 'text/plain'), headers: { 'x-http-method-override': 'GET', 'if-none-match': '*' } })
  t.equal(unmodified.statusCode, 200, '304 never answers a POST')
  t.equal(unmodified.body, 'new', 'and this 200 has the content that was asked for')
  t.match(unmodified.headers['content-type'], /^text\/plain/)
})

onStores('Accept may name the type that was asked for, or application/json', async (t, { get }) => {
  for (const [name, type, others] of [['photo', 'image/png', ['image/*', 'image/png;q=0.1', 'image/png, text/html']], ['text', 'text/plain', ['text/*', 'text/plain;charset=utf-8']], ['html', 'text/html', ['text/html,application/xhtml+xml']]] as const) {
    const url = field('/things/a', name, type)
    for (const accept of [type, 'application/json', '*/*', 'application/*', '', `application/json;q=0, ${type}`, `${type};q=0, application/json`, ...others]) t.equal((await get(url, { accept })).headers['content-type']?.toString().split(';')[0], type, `${type} with Accept: ${accept}`)
    for (const accept of ['video/mp4', 'audio/*', 'application/xml', `${type};q=0`, `${type};q=0, application/json;q=0`, `*/*, ${type};q=0, application/json;q=0`]) {
      const response = await get(url, { accept })
      refused(t, response, 406, `${type} with Accept: ${accept}`)
      t.match(response.body, type, 'the error says what there is')
    }
  }
  refused(t, await get(field('/things/a', 'number', 'application/json'), { accept: 'text/plain' }), 406)
  refused(t, await get(field('/things/absent', 'text', 'text/plain'), { accept: 'text/plain' }), 404, 'an error is JSON whatever Accept says')
  refused(t, await get(field('/things/a', 'nope', 'image/png'), { accept: 'image/png' }), 404, 'an error is JSON whatever Accept says')
})

t.test('older versions, rules and _prettyPrint', async (t) => {
  const app = await buildApp(t)
  app.resource('/things', {
    versions: { '1.0': { upgrade: ({ old, ...rest }) => ({ ...rest, text: old }) }, '2.0': { downgrade: ({ text, ...rest }) => ({ ...rest, old: text }) } },
    allow: ({ document }) => (document.content as { readonly text?: unknown }).text === 'hidden' ? 'hide' : true
  })
  await app.inject({ method: 'PUT', url: '/things/a', payload: { text: 'shown' } })
  const old = await app.inject({ url: field('/things/a', 'old', 'text/plain'), headers: { 'accept-api-version': 'resource=1.0' } })
  t.equal(old.body, 'shown', 'the field as the version knows it')
  t.match(old.headers['content-api-version'], 'resource=1.0')
  refused(t, await app.inject({ url: field('/things/a', 'text', 'text/plain'), headers: { 'accept-api-version': 'resource=1.0' } }), 404)
  t.equal((await app.inject(`${field('/things/a', 'text', 'text/plain')}&_prettyPrint=true`)).body, 'shown')
  t.match((await app.inject(`${field('/things/a', 'nope', 'text/plain')}&_prettyPrint=true`)).body, '\n  "code": 404')
  const open = await buildApp(t)
  const things = open.resource('/things', { allow: () => 'hide' })
  await things.create({ text: 'hidden' }, { id: 'a' })
  refused(t, await open.inject(field('/things/a', 'text', 'text/plain')), 404)
})
