import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import t from 'tap'
import { MethodNotAllowed, Unauthorized, statusCodes } from '../../lib/index.ts'
import { buildApp, refused } from './app.ts'

const withStatus = (statusCode: unknown, message = 'said'): Error => Object.assign(new Error(message), { statusCode })

t.test('what is no Error with an integer statusCode is 500, and says nothing', async (t) => {
  const app = await buildApp(t)
  let thrown: unknown
  app.resource('/things', { provider: { read () { throw thrown } } })
  for (thrown of ['secret', undefined, null, 0, {}, [], { statusCode: 404, message: 'secret' }, { status: 409, message: 'secret' }, Symbol('secret'), () => 'secret', new Error('secret'),
    withStatus('404', 'secret'), withStatus(404.5, 'secret'), withStatus(NaN, 'secret'), Object.assign(new Error('secret'), { status: 404 }), new Response('secret', { status: 418 })]) {
    const response = await app.inject('/things/a')
    refused(t, response, 500, String(typeof thrown))
    t.notMatch(response.body, 'secret')
  }
})

t.test('a thrown 405, 401 or 503 is complete wherever it is thrown', async (t) => {
  for (const hook of ['onRequest', 'preParsing', 'preValidation', 'preHandler'] as const) {
    const app = await buildApp(t, { options: { challenge: 'Digest' } })
    let thrown: unknown
    app.addHook(hook, async () => { throw thrown })
    app.resource('/things', {})
    app.resource('/s', { kind: 'singleton', initial: {} })
    for (const error of [withStatus(405), new MethodNotAllowed()]) {
      thrown = error
      for (const [url, allow] of [['/things', 'HEAD, POST, OPTIONS'], ['/things/a', 'HEAD, PUT, PATCH, DELETE, OPTIONS'], ['/s', 'HEAD, PUT, PATCH, OPTIONS']] as const) {
        const response = await app.inject(url)
        refused(t, response, 405, `${hook} ${url}`)
        t.equal(response.headers['allow'], allow)
      }
    }
    thrown = new MethodNotAllowed('no', { allow: ['GET', 'DELETE'] })
    t.equal((await app.inject('/things')).headers['allow'], 'DELETE', 'never the refused method')
    for (const [error, challenge] of [[withStatus(401), 'Digest'], [new Unauthorized(), 'Digest'], [new Unauthorized('no', { challenge: 'Basic' }), 'Basic'], [withStatus(407), 'Digest']] as const) {
      thrown = error
      const response = await app.inject('/things')
      refused(t, response, 401, hook)
      t.equal(response.headers['www-authenticate'], challenge)
    }
    for (const status of [503, 429, 502]) {
      thrown = withStatus(status)
      const response = await app.inject('/things')
      refused(t, response, 503, hook)
      t.match(response.headers['retry-after'], /^\d+$/)
    }
  }
})

t.test('a thrown 304 is one only where it can be', async (t) => {
  const app = await buildApp(t)
  app.resource('/things', { provider: { read () { throw withStatus(304) }, delete () { throw withStatus(304) } } })
  const response = await app.inject({ url: '/things/a', headers: { 'if-none-match': '"1"' } })
  t.equal(response.statusCode, 304)
  t.match(response.headers, { etag: '"1"' })
  t.equal(response.body, '')
  for (const name of ['content-type', 'content-length']) t.equal(response.headers[name], undefined)
  refused(t, await app.inject('/things/a'), 500)
  refused(t, await app.inject({ method: 'DELETE', url: '/things/a', headers: { 'if-none-match': '"1"' } }), 500)
})

type Reply = (request: FastifyRequest, reply: FastifyReply) => unknown

t.test('what a hook of the application replies is translated, code and body', async (t) => {
  const cases: ReadonlyArray<readonly [string, Reply, number, (string | RegExp)?]> = [
    ['418', (_request, reply) => reply.code(418).send('short and stout'), 400],
    ['422 with a message', (_request, reply) => reply.code(422).send({ message: 'said' }), 400, /"message":"said"/],
    ['302', (_request, reply) => reply.redirect('/elsewhere'), 500],
    ['206', (_request, reply) => reply.code(206).send('part'), 500],
    ['207', (_request, reply) => reply.code(207).send({ a: 1 }), 200, '{"a":1}'],
    ['202', (_request, reply) => reply.code(202).send({ a: 1 }), 200, '{"a":1}'],
    ['202 without content', (_request, reply) => reply.code(202).send(), 204, ''],
    ['205', (_request, reply) => reply.code(205).send('x'), 204, ''],
    ['204 with content', (_request, reply) => reply.code(204).send('x'), 204, ''],
    ['201 without Location', (_request, reply) => reply.code(201).send('x'), 200, 'x'],
    ['429', (_request, reply) => reply.code(429).header('retry-after', '77').send('slow'), 503],
    ['503', (_request, reply) => reply.code(503).send('x'), 503],
    ['401', (_request, reply) => reply.code(401).send('x'), 401],
    ['405', (_request, reply) => reply.code(405).send('x'), 405],
    ['412', (_request, reply) => reply.code(412).send('x'), 409],
    ['500', (_request, reply) => reply.code(500).send({ message: 'secret' }), 500],
    ['502', (_request, reply) => reply.code(502).send({ message: 'secret' }), 503],
    ['a stream with 418', (_request, reply) => reply.code(418).send(Readable.from(['x'])), 400],
    ['a stream with 207', (_request, reply) => reply.code(207).send(Readable.from(['streamed'])), 200, 'streamed'],
    ['a Response', (_request, reply) => reply.send(new Response('x', { status: 418 })), 400],
    ['a Response with 200', (_request, reply) => reply.send(new Response('web', { headers: { 'x-web': 'yes' } })), 200, 'web'],
    ['callNotFound', (_request, reply) => { reply.callNotFound(); return reply }, 404]
  ]
  for (const hook of ['onRequest', 'preValidation', 'preHandler'] as const) {
    for (const [name, reply, code, body] of cases) {
      const app = await buildApp(t)
      app.addHook(hook, async (request, response) => reply(request, response))
      app.resource('/things', {})
      const response = await app.inject('/things')
      if (code >= 400) refused(t, response, code, `${name} in ${hook}`)
      else t.equal(response.statusCode, code, `${name} in ${hook}`)
      if (body !== undefined) t.match(response.body, body, `${name} in ${hook}`)
      t.notMatch(response.body, 'secret')
      if (code === 503) t.match(response.headers['retry-after'], name === '429' ? '77' : /^\d+$/)
      if (code === 405) t.equal(response.headers['allow'], 'HEAD, POST, OPTIONS')
      t.equal(response.headers['location'], undefined)
    }
  }
})

t.test('a 304 that a hook replies to a write is 500', async (t) => {
  const app = await buildApp(t)
  app.addHook('preHandler', async (_request, reply) => reply.code(304).send())
  app.resource('/things', {})
  refused(t, await app.inject({ method: 'PUT', url: '/things/a', payload: {} }), 500)
  const response = await app.inject({ url: '/things', headers: { 'if-none-match': '*' } })
  t.equal(response.statusCode, 304)
  t.equal(response.headers['content-length'], undefined)
})

t.test('a 412 that a hook replies to a conditional request stays', async (t) => {
  const app = await buildApp(t)
  app.addHook('preHandler', async (_request, reply) => reply.code(412).send({ message: 'said' }))
  app.resource('/things', {})
  for (const name of ['if-match', 'if-none-match']) {
    t.equal(refused(t, await app.inject({ method: 'PUT', url: '/things/a', payload: {}, headers: { [name]: '"x"' } }), 412, name).message, 'said')
  }
})

t.test('hijack and raw writing have a documented number', async (t) => {
  for (const write of [
    (reply: FastifyReply) => { reply.raw.writeHead(418, { 'content-type': 'text/plain' }); reply.raw.end('x') },
    (reply: FastifyReply) => { reply.raw.statusCode = 429; reply.raw.end('x') },
    (reply: FastifyReply) => { reply.raw.writeHead(207, 'Multi-Status'); reply.raw.end('x') }
  ]) {
    const app = await buildApp(t)
    app.resource('/things', { actions: { go: { on: 'collection', handler: () => 1 } } })
    app.addHook('preHandler', async (_request, reply) => { reply.hijack(); write(reply) })
    const response = await app.inject({ method: 'POST', url: '/things?_action=go' })
    t.ok(statusCodes.includes(response.statusCode as never), String(response.statusCode))
  }
})

t.test('an onSend or serialization failure is 500 with the error object', async (t) => {
  const app = await buildApp(t)
  let failures = 0
  app.addHook('onSend', async () => { if (failures-- > 0) throw new Error('secret') })
  app.resource('/things', { provider: { query: () => ({ results: [] }), read: ({ id }) => ({ id, revision: '1', content: { n: 1n as never } }) } })
  for (const [url, times] of [['/things', 1], ['/things/a', 0]] as const) {
    failures = times
    const response = await app.inject(url)
    refused(t, response, 500)
    t.notMatch(response.body, 'secret')
  }
  failures = Infinity
  t.equal((await app.inject('/things')).statusCode, 500, 'also where no answer can pass the hook')
})

t.test('a handler that takes too long is 503 with Retry-After', async (t) => {
  const app = await buildApp(t, { server: { handlerTimeout: 30 } })
  app.resource('/things', { provider: { read: () => new Promise<undefined>(() => {}) } })
  const response = await app.inject('/things/a')
  refused(t, response, 503)
  t.match(response.headers['retry-after'], /^\d+$/)
})
