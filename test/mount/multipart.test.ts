import assert from 'node:assert/strict'
import { EventEmitter, once } from 'node:events'
import fastifyMultipart from '@fastify/multipart'
import Fastify from 'fastify'
import type { FastifyInstance } from 'fastify'
import fc from 'fast-check'
import t from 'tap'
import type { Test } from 'tap'
import { ResourceError, toErrorObject } from '../../lib/errors.ts'
import type { JsonValue } from '../../lib/json.ts'
import { acceptMultipart, readMultipart } from '../../lib/mount/multipart.ts'
import { toResourceError } from '../../lib/decision/translate-error.ts'
import { answersIn, listen, open } from '../plugin/raw.ts'
import { defaultLimits } from '../../lib/limits.ts'

const bodyLimit = 100_000
const type = 'multipart/form-data; boundary=x'

type Payload = string | Buffer

/** One part as it is on the wire, after its delimiter. */
function part (disposition: string, content: Payload, mediaType?: string, boundary = 'x'): Buffer {
  const head = `--${boundary}\r\nContent-Disposition: form-data${disposition}\r\n${mediaType === undefined ? '' : `Content-Type: ${mediaType}\r\n`}\r\n`
  return Buffer.concat([Buffer.from(head), Buffer.from(content), Buffer.from('\r\n')])
}

function json (value: JsonValue, mediaType = 'application/json'): Buffer {
  return part('; name="json"', JSON.stringify(value), mediaType)
}

function form (...parts: Payload[]): Buffer {
  return Buffer.concat([...parts.map((piece) => Buffer.from(piece)), Buffer.from('--x--\r\n')])
}

const photo = Buffer.from([0, 0xff, 0xfe, 13, 10, 45, 45, 121, 0x80, 0xfb])
const file = part('; name="photo"; filename="me.png"', photo, 'image/png')
const note = part('; name="note"', 'säy', 'text/plain; charset=utf-8')

/** A scope that reads content as the routes of a resource do: by a parser for all types, and in a hook of the route. */
async function readingScope (scope: FastifyInstance): Promise<void> {
  await acceptMultipart(scope)
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  scope.setErrorHandler((thrown, _request, reply) => {
    const error = toResourceError(thrown)
    reply.code(error.statusCode).send(toErrorObject(error))
  })
  scope.route({
    method: ['POST', 'PUT', 'PATCH'],
    url: '/',
    bodyLimit,
    preValidation: async (request) => { request.body = { read: await readMultipart(request, bodyLimit) } },
    handler: async (request) => request.body
  })
}

interface Settings {
  readonly before?: (app: FastifyInstance) => unknown
  readonly after?: (app: FastifyInstance) => unknown
}

async function serve (t: Test, { before, after }: Settings = {}): Promise<FastifyInstance> {
  const app = Fastify({ forceCloseConnections: true })
  t.teardown(() => app.close())
  await before?.(app)
  app.register(readingScope, { prefix: '/docs' })
  await after?.(app)
  await app.ready()
  return app
}

interface Answer {
  readonly status: number
  readonly read: JsonValue | undefined
  readonly message: string | undefined
}

async function post (app: FastifyInstance, payload: Payload, contentType = type): Promise<Answer> {
  const response = await app.inject({ method: 'POST', url: '/docs', headers: { 'content-type': contentType }, payload })
  const { read, message } = response.json<{ read?: JsonValue, message?: string }>()
  return { status: response.statusCode, read, message }
}

async function refuses (t: Test, app: FastifyInstance, payload: Payload, message: RegExp, name: string = String(message), contentType = type): Promise<void> {
  const answer = await post(app, payload, contentType)
  t.equal(answer.status, 400, name)
  t.match(answer.message, message, name)
}

const references: JsonValue = {
  title: 'a',
  photo: { $ref: 'cid:photo#content' },
  deep: [{ $REF: 'cid:PHOTO#Filename' }, { inner: { $ref: 'cid:photo#MIMETYPE' } }],
  note: { $ref: 'cid:note#content' },
  kept: { $ref: 'cid:photo#content', other: 1 }
}

const resolved: JsonValue = {
  title: 'a',
  photo: photo.toString('base64url'),
  deep: ['me.png', { inner: 'image/png' }],
  note: Buffer.from('säy').toString('base64url'),
  kept: { $ref: 'cid:photo#content', other: 1 }
}

/** What an application may have done with the package before its resources are declared. */
const situations: Readonly<Record<string, Settings>> = {
  'registered by the scope': {},
  'registered by the application': { before: (app) => app.register(fastifyMultipart) },
  'registered by the application, which takes every content itself': { before: (app) => app.register(fastifyMultipart, { attachFieldsToBody: true }) },
  'registered by the application, which takes every value itself': { before: (app) => app.register(fastifyMultipart, { attachFieldsToBody: 'keyValues', onFile: async () => { throw new Error('not for you') } }) },
  'registered by the application with other options': {
    before: (app) => app.register(fastifyMultipart, {
      isPartAFile: () => false, preservePath: true, throwFileSizeLimit: false, defCharset: 'latin1', fileHwm: 1, highWaterMark: 1, limits: { parts: 1, files: 0, fields: 0, fileSize: 1, fieldSize: 1, headerPairs: 1, ...{ headerSize: 10 } }
    })
  },
  'registered by the application later': { after: (app) => app.register(fastifyMultipart) },
  'registered in another scope': { before: (app) => app.register(async (scope) => { await scope.register(fastifyMultipart) }) }
}

for (const [name, settings] of Object.entries(situations)) {
  t.test(`references are resolved where the package is ${name}`, async (t) => {
    const app = await serve(t, settings)
    t.strictSame(await post(app, form(json(references), file, note)), { status: 200, read: resolved, message: undefined })
    t.strictSame((await post(app, form(file, note, json(references)))).read, resolved, 'in any order')
    await refuses(t, app, form(json({ a: { $ref: 'cid:none#content' } })), /no part "none"/)
    await refuses(t, app, form(file), /no part of type application\/json/)
  })
}

t.test('routes of the application read multipart content as before', async (t) => {
  const upload = (app: FastifyInstance): void => {
    app.post('/upload', async (request) => (await (await request.file())?.toBuffer())?.toString('hex'))
  }
  const app = await serve(t, { before: (app) => app.register(fastifyMultipart), after: upload })
  const response = await app.inject({ method: 'POST', url: '/upload', headers: { 'content-type': type }, payload: form(file) })
  t.equal(response.body, photo.toString('hex'))
})

t.test('several scopes accept multipart content', async (t) => {
  const app = await serve(t, { after: (app) => { app.register(readingScope, { prefix: '/others' }) } })
  for (const url of ['/docs', '/others']) {
    for (const method of ['POST', 'PUT', 'PATCH'] as const) {
      const response = await app.inject({ method, url, headers: { 'content-type': type }, payload: form(json([1])) })
      t.strictSame(response.json(), { read: [1] }, `${method} ${url}`)
    }
  }
})

t.test('a missing package fails the registration and is asked for by name', async (t) => {
  const app = Fastify()
  t.teardown(() => app.close())
  app.register(async (scope) => acceptMultipart(scope, () => import(`@fastify/multipart-${'missing'}`)))
  await t.rejects(async () => { await app.ready() }, {
    code: 'CREST_ERR_INVALID_OPTION', message: 'multipart needs the package @fastify/multipart: npm install @fastify/multipart', cause: { message: /multipart-missing/ }
  })
})

t.test('the first part of type application/json counts', async (t) => {
  const app = await serve(t)
  const cases: ReadonlyArray<readonly [string, readonly Payload[], JsonValue]> = [
    ['alone', [json({ a: 1 })], { a: 1 }],
    ['any JSON value', [json([null, 'é', 1.5])], [null, 'é', 1.5]],
    ['the first of two', [json({ a: 1 }), json({ a: 2 })], { a: 1 }],
    ['parameters and case of its type', [part('; name="j"', '{"b":2}', 'Application/JSON; charset=utf-8')], { b: 2 }],
    ['without a name', [part('', '{"b":2}', 'application/json')], { b: 2 }],
    ['with a file name', [part('; name="j"; filename="j.json"', '{"b":2}', 'application/json')], { b: 2 }],
    ['after other parts', [note, file, json(3)], 3],
    ['a second one is a part like any other', [json({ $ref: 'cid:two#content' }), part('; name="two"', '[]', 'application/json')], 'W10'],
    ['of two parts of one name the first is meant', [json({ $ref: 'cid:n#content' }), part('; name="n"', 'one'), part('; name="N"', 'two')], 'b25l'],
    ['text without a type', [json({ $ref: 'cid:n#mimetype' }), part('; name="n"', 'one')], 'text/plain'],
    ['parameters of a type are left out', [json({ $ref: 'cid:note#mimetype' }), note], 'text/plain'],
    ['the path of a file name is left out', [json({ $ref: 'cid:n#filename' }), part('; name="n"; filename="C:\\\\secret\\\\é.png"', 'x')], 'é.png'],
    ['an encoded file name', [json({ $ref: 'cid:n#filename' }), part("; name=\"n\"; filename*=UTF-8''%e2%82%ac.png", 'x')], '€.png'],
    ['a long header field', [json({ $ref: 'cid:n#filename' }), part(`; name="n"; filename="${'f'.repeat(30_000)}"`, 'x')], 'f'.repeat(30_000)],
    ['a large part that nothing can refer to', [json(4), `--x\r\nA: b\r\n\r\n${'y'.repeat(80_000)}\r\n`], 4],
    ['an empty part', [json({ $ref: 'cid:n#content' }), part('; name="n"', '')], '']
  ]
  for (const [name, parts, read] of cases) t.strictSame(await post(app, form(...parts)), { status: 200, read, message: undefined }, name)
})

t.test('delimiters are read in all their forms', async (t) => {
  const app = await serve(t)
  const cases: ReadonlyArray<readonly [string, Payload, string]> = [
    ['quoted boundary', form(json(1)), 'multipart/form-data; boundary="x"'],
    ['case and other parameters', form(json(1)), 'Multipart/Form-Data; charset=utf-8; Boundary=x; a=b'],
    ['a preamble and an epilogue', Buffer.concat([Buffer.from('preamble\r\n'), form(json(1)), Buffer.from('epilogue\r\n--x\r\n')]), type],
    ['no line break at the end', form(json(1)).subarray(0, -2), type],
    ['a boundary with blanks and marks', Buffer.concat([part('; name="j"', '1', 'application/json', "=_a (b)/c?'*"), Buffer.from("--=_a (b)/c?'*--")]), 'multipart/form-data; boundary="=_a (b)/c?\'*"']
  ]
  for (const [name, payload, contentType] of cases) t.strictSame(await post(app, payload, contentType), { status: 200, read: 1, message: undefined }, name)
})

t.test('content that is no form is refused', async (t) => {
  const app = await serve(t)
  const malformed = /^The multipart content is malformed$/
  const noJson = /^The multipart content has no part of type application\/json$/
  const whole = form(json({ a: 1 }), file)
  const cases: ReadonlyArray<readonly [string, Payload, RegExp, string?]> = [
    ['empty', '', /^The request has no content$/],
    ['garbage', 'garbage', malformed],
    ['JSON', '{}', malformed],
    ['white space', '\r\n\r\n', malformed],
    ['another boundary', whole, malformed, 'multipart/form-data; boundary=y'],
    ['no boundary', whole, /^The Content-Type has no usable boundary$/, 'multipart/form-data'],
    ['an empty boundary', whole, /^The Content-Type has no usable boundary$/, 'multipart/form-data; boundary=""'],
    ['a quote in the boundary', whole, /^The Content-Type has no usable boundary$/, 'multipart/form-data; boundary="x\\""'],
    ['an endless boundary', whole, /^The Content-Type has no usable boundary$/, `multipart/form-data; boundary=${'x'.repeat(201)}`],
    ['no part', '--x--\r\n', noJson],
    ['the last delimiter missing', whole.subarray(0, whole.indexOf('--x--')), malformed],
    ['the last delimiter without its dashes', whole.subarray(0, whole.indexOf('--x--') + 3), malformed],
    ['cut in a part', whole.subarray(0, whole.indexOf('image/png') + 15), malformed],
    ['cut in a header field', whole.subarray(0, whole.indexOf('image/png') + 3), malformed],
    ['no JSON part', form(file, note), noJson],
    ['JSON of another type', form(json({}, 'application/json-patch+json')), noJson],
    ['a part without disposition', form('--x\r\nContent-Type: application/json\r\n\r\n{}\r\n'), noJson],
    ['a part of another disposition', form('--x\r\nContent-Disposition: attachment; name="j"\r\nContent-Type: application/json\r\n\r\n{}\r\n'), noJson],
    ['a part named like a member of every object', form(json({}), part('; name="constructor"', 'x')), malformed],
    ['ill-formed UTF-8', form(part('; name="j"', Buffer.from([0x22, 0xff, 0x22]), 'application/json')), /^The content is not valid UTF-8$/],
    ['malformed JSON', form(part('; name="j"', '{', 'application/json')), /^The content is not valid JSON$/],
    ['an empty JSON part', form(part('; name="j"', '', 'application/json')), /^The content is not valid JSON$/],
    ['a first JSON part that is malformed', form(part('; name="j"', '{', 'application/json'), json({})), /^The content is not valid JSON$/],
    ['JSON that is too deep', form(part('; name="j"', '['.repeat(101) + ']'.repeat(101), 'application/json')), /nested deeper/],
    ['a forbidden member', form(part('; name="j"', '{"__proto__":{}}', 'application/json')), /forbidden member name/],
    ['a reference that is no text', form(json({ $ref: 5 })), /\$ref must be a text/],
    ['an unknown part', form(json([{ $ref: 'cid:nope#content' }])), /no part "nope"/],
    ['a missing file name', form(json([{ $ref: 'cid:note#filename' }]), note), /file name of the part "note" is missing/],
    ['a file name with U+0000', form(json([{ $ref: 'cid:n#filename' }]), part("; name=\"n\"; filename*=utf-8''%00", 'x')), /contains the character U\+0000/]
  ]
  for (const [name, payload, message, contentType] of cases) await refuses(t, app, payload, message, name, contentType)
})

t.test('the size of content, the number of parts and what references make of them are bounded', async (t) => {
  const app = await serve(t)
  const parts = (count: number): Buffer => Buffer.concat(Array.from({ length: count }, () => part('; name="p"', '')))
  const empty = form(json(1), part('; name="p"', '')).length
  t.equal((await post(app, form(json(1), part('; name="p"', 'y'.repeat(bodyLimit - empty))))).status, 200, 'as large as the limit')
  await refuses(t, app, form(json(1), part('; name="p"', 'y'.repeat(bodyLimit - empty + 1))), /^The content is too large$/, 'a byte more')
  t.equal((await post(app, form(json(1), parts(defaultLimits.parts - 1)))).status, 200, 'as many parts as the limit')
  t.equal((await post(app, form('preamble\r\n', json(1), parts(defaultLimits.parts - 1)))).status, 200, 'and a preamble')
  await refuses(t, app, form(json(1), parts(defaultLimits.parts)), /^The multipart content has more than 1000 parts$/, 'a part more')
  await refuses(t, app, Buffer.from('\r\n--x'.repeat(bodyLimit / 5)), /^The multipart content has more than 1000 parts$/, 'delimiters only')
  const large = part('; name="p"', 'y'.repeat(bodyLimit / 2))
  const many = (count: number): JsonValue => Array.from({ length: count }, () => ({ $ref: 'cid:p#content' }))
  t.equal((await post(app, form(json(many(2)), large))).status, 200, 'a part that is named twice')
  await refuses(t, app, form(json(many(4)), large), /references of the content make it too large/, 'a part that is named four times')
})

t.test('the limit of the caller holds whatever the parser has let through', async (t) => {
  const app = Fastify()
  t.teardown(() => app.close())
  app.register(async (scope) => {
    await acceptMultipart(scope)
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
    scope.post('/', async (request) => readMultipart(request, 10))
  })
  const response = await app.inject({ method: 'POST', url: '/', headers: { 'content-type': type }, payload: form(json(1)) })
  t.match(response.json(), { statusCode: 400, message: 'The content is too large' })
})

t.test('whatever is sent, there is an answer', async (t) => {
  const app = await serve(t)
  const whole = form(json(references), file, note).toString('latin1')
  const pieces = fc.constantFrom(
    '--x', '\r\n', '--', '\r\n--x--', '--x\r\n\r\n\r\n', 'Content-Disposition: form-data', '; name="a"', '"', ';', ':', '\r', '\n', 'y'.repeat(20_000), 'Content-Type: application/json', '{}', '\xff'
  )
  const edits = fc.array(fc.record({ at: fc.nat(whole.length), cut: fc.nat(30), put: fc.oneof(pieces, fc.constant('')) }), { maxLength: 6 })
  await fc.assert(fc.asyncProperty(edits, fc.boolean(), async (list, fromNothing) => {
    let text = fromNothing ? '' : whole
    for (const { at, cut, put } of list) text = text.slice(0, at) + put + text.slice(at + (put === '' ? cut : 0))
    const { status } = await post(app, Buffer.from(text, 'latin1'))
    assert.ok(status === 200 || status === 400, String(status))
  }), { numRuns: 300 })
})

t.test('the contents of a form come back as they were sent', async (t) => {
  const app = await serve(t)
  const boundary = 'boundary-of-this-form'
  await fc.assert(fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 3000 }), { maxLength: 8 }), async (contents) => {
    const content = JSON.stringify(contents.map((_, index) => ({ $ref: `cid:p${index}#content` })))
    const payload = Buffer.concat([
      part('; name="j"', content, 'application/json', boundary),
      ...contents.map((bytes, index) => part(`; name="P${index}"`, Buffer.from(bytes), 'application/octet-stream', boundary)),
      Buffer.from(`--${boundary}--`)
    ])
    const { read } = await post(app, payload, `multipart/form-data; boundary=${boundary}`)
    assert.deepEqual(read, contents.map((bytes) => Buffer.from(bytes).toString('base64url')))
  }), { numRuns: 50 })
})

t.test('on a socket, content in pieces is read, and a refusal is answered at once', async (t) => {
  const app = await serve(t)
  const port = await listen(app)
  const whole = form(json(references), file, note)
  const head = (length: number): string => `POST /docs HTTP/1.1\r\nHost: x\r\nContent-Type: ${type}\r\nContent-Length: ${length}\r\n\r\n`

  const slow = open(t, port)
  slow.socket.setNoDelay(true)
  slow.socket.write(head(whole.length))
  for (let at = 0; at < whole.length; at += 100) {
    slow.socket.write(whole.subarray(at, at + 100))
    await new Promise((resolve) => setImmediate(resolve))
  }
  await slow.until(/\r\n\r\n\{.*\}/)
  t.strictSame(answersIn(slow.received()).map(({ status, body }) => [status, JSON.parse(body)]), [[200, { read: resolved }]])

  // The same connection goes on after a form that was refused.
  const garbage = 'garbage'
  slow.socket.write(head(garbage.length) + garbage)
  await slow.until(/malformed/)
  slow.socket.write(head(whole.length))
  slow.socket.write(whole)
  await slow.until(/malformed[^]*image\/png/)
  t.strictSame(answersIn(slow.received()).map(({ status }) => status), [200, 400, 200])

  const chunked = open(t, port)
  chunked.socket.write(`POST /docs HTTP/1.1\r\nHost: x\r\nContent-Type: ${type}\r\nTransfer-Encoding: chunked\r\n\r\n`)
  for (const piece of ['--x\r\nContent-Disposition: form-data; name="j"\r\nContent-Type: applic', 'ation/json\r\n\r\n{}\r\n-', '-x--']) {
    chunked.socket.write(`${piece.length.toString(16)}\r\n${piece}\r\n`)
    await new Promise((resolve) => setImmediate(resolve))
  }
  chunked.socket.write('0\r\n\r\n')
  await chunked.until(/\{"read":\{\}\}/)

  for (const [name, request] of [
    ['an announced length', head(bodyLimit + 1)],
    ['chunks', `POST /docs HTTP/1.1\r\nHost: x\r\nContent-Type: ${type}\r\nTransfer-Encoding: chunked\r\n\r\n1e240\r\n${'y'.repeat(0x1e240)}`]
  ] as const) {
    const large = open(t, port)
    large.socket.write(request)
    await large.until(/"code":400.*too large/)
    t.match(large.received(), /^HTTP\/1\.1 400 .*\r\nconnection: close\r\n/is, name)
    large.socket.end()
    await large.closed
  }
})

t.test('a client that goes away leaves nothing behind', async (t) => {
  const failures = new EventEmitter()
  const app = await serve(t, {
    before: async (app) => {
      await app.register(fastifyMultipart)
      app.addHook('onError', async (_request, _reply, error) => { failures.emit('failure', error) })
    }
  })
  const port = await listen(app)
  const whole = form(json(references), file, note)
  for (const at of [0, 3, 60, whole.length - 20]) {
    const client = open(t, port)
    const failed = once(failures, 'failure')
    client.socket.write(`POST /docs HTTP/1.1\r\nHost: x\r\nContent-Type: ${type}\r\nContent-Length: ${whole.length}\r\n\r\n`)
    client.socket.write(whole.subarray(0, at))
    await new Promise((resolve) => setTimeout(resolve, 20))
    client.socket.destroy()
    const [error] = await failed
    t.notOk(error instanceof ResourceError, 'the content was never judged')
  }
  t.equal((await post(app, whole)).status, 200, 'the next one is served')
})
