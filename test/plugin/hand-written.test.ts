import t from 'tap'
import { BadRequest, Conflict, errorHandler, MethodNotAllowed, NotFound, PreconditionFailed, ServiceUnavailable, Unauthorized } from '../../lib/index.ts'
import { buildApp, refused } from './app.ts'

const note = { id: 'a b', revision: '7', content: { text: 'hi', _id: 'x', _rev: 'y' } }

t.test('reply.resource sends a document with its tag', async (t) => {
  const app = await buildApp(t)
  app.get('/note', async (_request, reply) => reply.resource(note))
  app.post('/note', async (_request, reply) => reply.code(201).header('location', '/note').resource(note))
  const response = await app.inject('/note')
  t.equal(response.statusCode, 200)
  t.equal(response.body, '{"_id":"a b","_rev":"7","text":"hi"}')
  t.match(response.headers, { etag: '"7"', 'cache-control': 'no-cache', 'content-type': 'application/json; charset=utf-8' })
  const head = await app.inject({ method: 'HEAD', url: '/note' })
  t.match(head.headers, { etag: '"7"' })
  t.equal(head.body, '')
  const created = await app.inject({ method: 'POST', url: '/note', headers: { 'if-none-match': '"7"' } })
  t.equal(created.statusCode, 201, '304 is for GET and HEAD')
})

t.test('reply.resource answers 304 when it should', async (t) => {
  const app = await buildApp(t, { before: (app) => app.setErrorHandler(errorHandler) })
  app.get('/note', async (_request, reply) => reply.header('vary', 'Accept').resource(note))
  for (const value of ['"7"', 'W/"7"', '"x", "7"', '*', '7']) {
    const response = await app.inject({ url: '/note', headers: { 'if-none-match': value } })
    t.equal(response.statusCode, 304, value)
    t.equal(response.body, '')
    t.match(response.headers, { etag: '"7"', 'cache-control': 'no-cache', vary: 'Accept' })
    t.equal(response.headers['content-type'], undefined)
    t.equal(response.headers['content-length'], undefined)
  }
  t.equal((await app.inject({ url: '/note', headers: { 'if-none-match': '"8"' } })).statusCode, 200)
  refused(t, await app.inject({ url: '/note', headers: { 'if-none-match': '"7' } }), 400, 'malformed')
})

t.test('reply.resource refuses a revision that is none, and keeps a Cache-Control', async (t) => {
  const app = await buildApp(t)
  app.setErrorHandler(errorHandler)
  app.get('/bad', async (_request, reply) => reply.resource({ ...note, revision: 'a"b' }))
  app.get('/max', async (_request, reply) => reply.header('cache-control', 'max-age=5').resource(note))
  refused(t, await app.inject('/bad'), 500)
  t.equal((await app.inject('/max')).headers['cache-control'], 'max-age=5')
})

t.test('request.precondition throws 412 and 428 as the decision order says', async (t) => {
  const app = await buildApp(t)
  app.setErrorHandler(errorHandler)
  const state: { revision: string | null, required?: boolean } = { revision: '7' }
  app.route({
    method: ['GET', 'PUT', 'PATCH', 'DELETE'],
    url: '/note',
    handler: async (request, reply) => {
      request.precondition(state.revision, state.required === undefined ? {} : { required: state.required })
      return reply.send({ passed: true })
    }
  })
  const cases: ReadonlyArray<readonly [string | null, boolean | undefined, 'GET' | 'PUT' | 'PATCH' | 'DELETE', Record<string, string>, number]> = [
    ['7', undefined, 'PUT', {}, 200], ['7', true, 'PUT', {}, 428], ['7', true, 'PATCH', {}, 428], ['7', true, 'DELETE', {}, 428], ['7', true, 'GET', {}, 200], ['7', false, 'PUT', {}, 200],
    ['7', true, 'PUT', { 'if-match': '"7"' }, 200], ['7', true, 'PUT', { 'if-match': '*' }, 200], ['7', true, 'PUT', { 'if-match': '"6", "7"' }, 200],
    ['7', true, 'PUT', { 'if-match': '"6"' }, 412], ['7', undefined, 'DELETE', { 'if-match': 'W/"7"' }, 412], ['7', undefined, 'GET', { 'if-match': '"6"' }, 412],
    ['7', undefined, 'PUT', { 'if-none-match': '*' }, 412], ['7', undefined, 'PUT', { 'if-none-match': '"7"' }, 412], ['7', undefined, 'PUT', { 'if-none-match': '"6"' }, 200],
    ['7', undefined, 'GET', { 'if-none-match': '"7"' }, 200], ['7', true, 'PUT', { 'if-none-match': '"6"' }, 428], ['7', true, 'PATCH', { 'if-none-match': '*' }, 428],
    [null, undefined, 'PUT', {}, 200], [null, true, 'PUT', {}, 428], [null, true, 'PUT', { 'if-none-match': '*' }, 200], [null, undefined, 'PUT', { 'if-match': '"7"' }, 412], [null, undefined, 'PUT', { 'if-match': '*' }, 412],
    ['7', undefined, 'PUT', { 'if-match': '"7' }, 400], ['7', undefined, 'PUT', { 'if-none-match': '' }, 400]
  ]
  for (const [revision, required, method, headers, code] of cases) {
    Object.assign(state, { revision, required })
    const response = await app.inject({ method, url: '/note', headers })
    const name = `${revision} ${required} ${method} ${JSON.stringify(headers)}`
    if (code === 200) t.equal(response.statusCode, 200, name)
    else refused(t, response, code, name)
  }
})

t.test('errorHandler gives hand-written routes the error object and documented codes only', async (t) => {
  const app = await buildApp(t)
  app.setErrorHandler(errorHandler)
  let thrown: unknown
  app.route({ method: ['GET', 'POST'], url: '/fails', handler: async () => { throw thrown } })
  const status = (statusCode: number): Error => Object.assign(new Error('said'), { statusCode })
  for (const [error, code, message] of [
    [new Conflict('said', { detail: [1] }), 409, 'said'], [new BadRequest('said'), 400, 'said'], [new NotFound(), 404, 'Not Found'], [status(418), 400, 'said'], [status(422), 400, 'said'],
    [status(429), 503, undefined], [new ServiceUnavailable('said', { retryAfter: 4 }), 503, 'said'], [new Unauthorized('said'), 401, 'said'], [new MethodNotAllowed('said', { allow: ['GET', 'POST'] }), 405, 'said'],
    [new Error('secret'), 500, undefined], ['secret', 500, undefined], [undefined, 500, undefined], [status(304), 500, undefined], [new PreconditionFailed('said'), 409, 'said']
  ] as const) {
    thrown = error
    const response = await app.inject({ method: 'POST', url: '/fails' })
    const fault = refused(t, response, code, String(error))
    if (message !== undefined) t.equal(fault.message, message)
    t.notMatch(response.body, 'secret')
    if (code === 503) t.match(response.headers['retry-after'], /^\d+$/)
    if (code === 405) t.equal(response.headers['allow'], 'GET')
  }
  thrown = new PreconditionFailed('said')
  refused(t, await app.inject({ method: 'POST', url: '/fails', headers: { 'if-match': '"1"' } }), 412)
  const malformed = await app.inject({ method: 'POST', url: '/fails', payload: '{', headers: { 'content-type': 'application/json' } })
  refused(t, malformed, 400, 'Fastify\'s own errors')
  refused(t, await app.inject({ method: 'POST', url: '/fails', payload: '{', headers: { 'content-type': 'x/y' } }), 415)
})

t.test('request.decision and request.principal are null on hand-written routes, and named on a resource', async (t) => {
  const seen: unknown[] = []
  const app = await buildApp(t)
  app.addHook('onResponse', async (request) => { seen.push(request.decision) })
  app.get('/mine', async ({ decision, principal }) => [decision, principal])
  app.resource('/things', {})
  t.same((await app.inject('/mine')).json(), [null, null])
  await app.inject('/things/absent')
  await app.inject({ method: 'DELETE', url: '/things' })
  await new Promise(setImmediate)
  t.match(seen, [null, { row: 17, status: 404 }, { row: 6, status: 405 }])
})
