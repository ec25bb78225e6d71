import { connect } from 'node:http2'
import type { ClientHttp2Session } from 'node:http2'
import { Readable } from 'node:stream'
import Fastify from 'fastify'
import type { FastifyInstance, FastifyReply } from 'fastify'
import t from 'tap'
import type { Test } from 'tap'
import commonRest, { serverOptions } from '../../lib/index.ts'
import { ask } from '../hostile/http2-client.ts'
import { declareThings, handThings } from './bed.ts'
import type { Handler } from './bed.ts'
import { isComplete } from './rows.ts'

async function serve (t: Test, isPlain: boolean, handler?: Handler): Promise<ClientHttp2Session> {
  const app = Fastify(isPlain ? { http2: true } : serverOptions({ http2: true })) as unknown as FastifyInstance
  t.teardown(() => app.close())
  if (isPlain) handThings(handler)(app)
  else {
    await app.register(commonRest)
    if (handler !== undefined) app.addHook('preHandler', async (request, reply) => handler(request, reply))
    await declareThings(app)
  }
  const session = connect(await app.listen({ port: 0, host: '127.0.0.1' }))
  session.on('error', () => {})
  t.teardown(() => { session.destroy() })
  return session
}

/** Asserts what plain Fastify and the plugin answer over HTTP/2, the latter complete. */
async function compare (t: Test, name: string, request: readonly [method: string, path: string, headers?: Readonly<Record<string, string>>, content?: string], leak: number, answer: number, handler?: Handler, isWhole = true): Promise<void> {
  const [method, path, headers, content] = request
  const theirs = await ask(await serve(t, true, handler), method, path, headers, content)
  t.equal(theirs?.status, leak, `${name}: plain`)
  const ours = await ask(await serve(t, false, handler), method, path, headers, content)
  t.equal(ours?.status, answer, `${name}: plugin`)
  if (ours !== undefined && isWhole) isComplete(t, { method, headers: headers ?? {} }, { ...ours, fields: Object.entries(ours.headers) }, name)
}

const json = { 'content-type': 'application/json' }

t.test('over HTTP/2 requests are answered by the same table', async (t) => {
  await compare(t, 'a read', ['GET', '/things/a'], 200, 200)
  await compare(t, 'a create', ['POST', '/things', json, '{}'], 200, 201)
  await compare(t, 'no JSON', ['POST', '/things', json, '{'], 400, 400)
  await compare(t, 'a method without a route', ['PATCH', '/things', json, '[]'], 404, 405)
  await compare(t, 'a method of Node', ['PROPFIND', '/things'], 404, 501)
  await compare(t, 'an unknown path', ['PUT', '/unknown', json, '{'], 400, 404)
  await compare(t, 'a path that does not decode', ['GET', '/things/%zz'], 400, 400)
  await compare(t, 'an id that is too long', ['GET', `/things/${'x'.repeat(1000)}`], 414, 404)
  await compare(t, 'an Expect', ['GET', '/things', { expect: 'nonsense' }], 417, 200)
  await compare(t, 'a condition', ['GET', '/things/a', { 'if-none-match': '*' }], 200, 304)
  await compare(t, 'a type that is not taken', ['POST', '/things', { 'content-type': 'text/csv' }, 'a,b'], 415, 415)
})

t.test('over HTTP/2 what handlers set and throw is translated', async (t) => {
  await compare(t, 'thrown', ['GET', '/things'], 418, 400, () => { throw Object.assign(new Error('said'), { statusCode: 418 }) })
  await compare(t, 'set', ['GET', '/things'], 207, 200, (_request, reply) => reply.code(207).send({ a: 1 }))
  await compare(t, 'a redirect', ['GET', '/things'], 302, 500, (_request, reply) => reply.redirect('/x'))
  await compare(t, 'a stream', ['GET', '/things'], 418, 400, (_request, reply) => reply.code(418).send(Readable.from(['x'])))
  await compare(t, 'a stream that fails before its first byte', ['GET', '/things'], 500, 500, (_request, reply) => reply.type('text/plain').send(new Readable({ read () { this.destroy(new Error('secret')) } })))
})

const hijack = (write: (reply: FastifyReply) => void): Handler => (_request, reply) => {
  reply.hijack()
  write(reply)
}

t.test('over HTTP/2 what is written past all hooks has its number translated', async (t) => {
  await compare(t, 'a head', ['GET', '/things'], 418, 400, hijack((reply) => { reply.raw.writeHead(418).end() }), false)
  await compare(t, 'a status', ['GET', '/things'], 418, 400, hijack((reply) => { reply.raw.statusCode = 418; reply.raw.end() }), false)
  await compare(t, 'a status, and content', ['GET', '/things'], 207, 200, hijack((reply) => { reply.raw.statusCode = 207; reply.raw.write('x'); reply.raw.end() }), false)
  await compare(t, 'a status that is documented', ['GET', '/things'], 200, 200, hijack((reply) => { reply.raw.setHeader('content-type', 'text/plain'); reply.raw.end('x') }), false)
})

t.test('over HTTP/2 a stream that fails midway is reset', async (t) => {
  const handler: Handler = (_request, reply) => {
    let begun = false
    return reply.type('text/plain').send(new Readable({
      read () {
        if (begun) setTimeout(() => { this.destroy(new Error('secret')) }, 10)
        else this.push('begun')
        begun = true
      }
    }))
  }
  t.match(await ask(await serve(t, true, handler), 'GET', '/things'), { status: 200, isReset: false, body: Buffer.from('begun') }, 'plain Fastify ends it as if it were whole')
  t.match(await ask(await serve(t, false, handler), 'GET', '/things'), { status: 200, isReset: true, body: Buffer.from('begun') })
})

t.test('over HTTP/2 a method that Node does not know is answered by Fastify, as the README says', async (t) => {
  for (const isPlain of [true, false]) {
    const answer = await ask(await serve(t, isPlain), 'FOO', '/things')
    t.equal(answer?.status, 404)
    t.match(answer?.body.toString(), /"error":"Not Found"/)
  }
})
