import type { FastifyInstance } from 'fastify'
import { buildServer } from './bed.ts'
import { runRows } from './rows.ts'
import type { Case, ExpectedAnswer } from './rows.ts'
import { wire, wireJson } from './wire.ts'

const theirs = (status: number): ExpectedAnswer => ({ status, headers: { 'cache-control': undefined }, body: /"error":/ })
const get = wire('GET /things')
const fail = (): never => { throw Object.assign(new Error('said'), { statusCode: 422 }) }
const mine = (app: FastifyInstance): void => { app.setErrorHandler((_error, _request, reply) => reply.code(418).send('mine')) }

/** Resources whose provider fails, and a hand-written route that does. */
const failing = {
  routes: (app: FastifyInstance) => { app.get('/things', async () => fail()) },
  resources: (app: FastifyInstance) => { app.resource('/things', { provider: { query: fail } }) }
}

const loose = { type: 'object', properties: { n: { type: 'integer' }, s: { type: 'string' } }, additionalProperties: false }

/** An echo of content by hand and by a resource, with the same schema. */
const echo = (schema: object): Pick<Case, 'routes' | 'resources'> => ({
  routes: (app) => { app.put('/things/:id', { schema: { body: schema } }, async (request) => request.body) },
  resources: (app) => { app.resource('/things', { schema: schema as never }) }
})

const notFound = (app: FastifyInstance): void => { app.setNotFoundHandler((_request, reply) => { reply.code(418).send('mine') }) }

async function hooked (scope: FastifyInstance): Promise<void> {
  scope.addHook('onRequest', async (_request, reply) => { reply.header('x-hook', 'yes') })
}
const inScope: Pick<Case, 'routes' | 'resources'> = {
  routes: (app) => { app.register(hooked, { prefix: '/scope' }) },
  resources: (app) => { app.register(hooked, { prefix: '/scope' }) }
}

runRows('5, pitfalls', [
  {
    name: 'setErrorHandler in a plugin without fastify-plugin covers only that scope and its children',
    cases: [
      { ...failing, name: 'one in a sibling scope', before: (app) => { app.register(async (scope) => { mine(scope) }) }, client: get, leak: theirs(422), answer: 400 },
      { ...failing, name: 'one that is set afterwards', after: mine, client: get, leak: { status: 418, body: 'mine' }, answer: 400 }
    ]
  },
  {
    name: 'a child scope or a route can replace the handler; if it throws, the error moves to the parent\'s handler',
    cases: [
      {
        name: 'a scope around resources',
        routes: (app) => { app.register(async (scope) => { mine(scope); failing.routes(scope) }) },
        resources: (app) => { app.register(async (scope) => { mine(scope); failing.resources(scope) }) },
        client: get,
        leak: { status: 418, body: 'mine' },
        answer: 400
      },
      {
        ...failing,
        name: 'a handler of the application that throws',
        before: (app) => { app.setErrorHandler(() => { throw new Error('secret') }) },
        client: get,
        leak: { status: 500, body: /secret/ },
        answer: 400
      },
      {
        name: 'an error that cannot be read, and a handler of the application',
        before: mine,
        handler: () => { throw new Proxy(new Error('secret'), { get () { throw new Error('secret') } }) },
        client: get,
        leak: { status: 418, body: 'mine' },
        answer: 500
      }
    ]
  },
  {
    name: 'with allowErrorHandlerOverride: false a second setErrorHandler in one scope throws',
    // The plugin sets none on the scope of the application, so this is its first.
    cases: [async (t) => {
      const app = await buildServer(t, 'plain', { server: { allowErrorHandlerOverride: false }, before: mine })
      t.throws(() => mine(app), { code: 'FST_ERR_ERROR_HANDLER_ALREADY_SET' }, 'a second one')
    }, { ...failing, server: { allowErrorHandlerOverride: false }, after: mine, client: get, leak: { status: 418, body: 'mine' }, answer: 400 }]
  },
  {
    name: 'a second setNotFoundHandler for the same prefix throws',
    cases: [async (t) => {
      const app = await buildServer(t, 'plain', { before: notFound })
      t.throws(() => notFound(app), /Not found handler already set/, 'a second one')
    }, {
      after: notFound,
      client: wire('GET /unknown'),
      leak: { status: 418, body: 'mine' },
      answer: 404
    }, {
      name: 'in a scope with a prefix, whose hooks run for no unknown path',
      ...inScope,
      client: wire('GET /scope/unknown'),
      leak: { ...theirs(404), headers: { 'x-hook': undefined } },
      answer: { status: 404, headers: { 'x-hook': undefined } }
    }]
  },
  {
    name: 'fastify.route({ method }) accepts only supportedMethods',
    cases: [
      ...['PROPFIND', 'TRACE', 'PURGE', 'BIND'].map((method) => ({ name: method, client: wire(`${method} /things/a`), leak: theirs(404), answer: 501 })),
      { name: 'one that the application has added', before: (app) => { app.addHttpMethod('PROPFIND', { hasBody: true }) }, client: wire('PROPFIND /things/a', ['Content-Type: garbage'], 'x'), leak: theirs(415), answer: 501 }
    ]
  },
  {
    name: 'stock content type parsers include text/plain',
    cases: [
      { name: 'text', client: wire('POST /things', ['Content-Type: text/plain'], '{}'), leak: 200, answer: { status: 415, headers: { 'accept-post': 'application/json' } } },
      {
        name: 'a parser of the application for all there is',
        before: (app) => { app.addContentTypeParser('*', (_request, _payload, done) => { done(null, {}) }) },
        client: wire('POST /things', ['Content-Type: text/csv'], 'a,b'),
        leak: 200,
        answer: 415
      },
      {
        name: 'a parser of the application that fails',
        before: (app) => { app.removeContentTypeParser('application/json'); app.addContentTypeParser('application/json', (_request, _payload, done) => { done(new Error('secret')) }) },
        client: wireJson('POST /things', '{}'),
        leak: { status: 500, body: /secret/ },
        answer: 201
      }
    ]
  },
  {
    name: 'buffers are decoded without complaint about ill-formed UTF-8',
    cases: [{ ...echo({ type: 'object' }), client: { steps: [Buffer.from(wireJson('PUT /things/a', '{"s":"\xff"}', ['Content-Length: 9']), 'latin1')] }, leak: { status: 200, body: '\ufffd' }, answer: 400 }]
  },
  {
    name: 'default Ajv options coerce and silently remove unknown members',
    cases: [
      { ...echo(loose), name: 'a number for a text', client: wireJson('PUT /things/a', '{"s":5}'), leak: { status: 200, body: '{"s":"5"}' }, answer: 400 },
      { ...echo(loose), name: 'a text for a number', client: wireJson('PUT /things/a', '{"n":"5"}'), leak: { status: 200, body: '{"n":5}' }, answer: 400 },
      { ...echo(loose), name: 'null for a text', client: wireJson('PUT /things/a', '{"s":null}'), leak: { status: 200, body: '{"s":""}' }, answer: 400 },
      { ...echo(loose), name: 'an unknown member', client: wireJson('PUT /things/a', '{"x":1}'), leak: { status: 200, body: '{}' }, answer: 400 }
    ]
  },
  {
    name: '/x/:id matches /x/ with an empty id; %2F in an id arrives decoded',
    cases: [
      { name: 'an empty id', client: wire('DELETE /things/'), leak: 200, answer: { status: 405, headers: { allow: 'GET, HEAD, POST, OPTIONS' } } },
      { name: 'a slash in an id', client: wireJson('PUT /things/a%2Fb', '{}'), leak: 200, answer: { status: 201, headers: { location: 'http://x/things/a%2Fb' } } },
      { name: 'dots in an id', client: wireJson('PUT /things/..', '{}'), leak: 200, answer: 400 },
      { name: 'dots in a path', client: wireJson('PUT /things/../a', '{}'), leak: theirs(404), answer: 404 }
    ]
  },
  {
    name: 'Node joins duplicate If-Match, If-None-Match, Accept, Accept-API-Version lines but keeps only the first Content-Type',
    cases: [
      { name: 'If-Match', client: wireJson('PUT /things/a', '{}', ['If-Match: "x"', 'If-Match: *']), leak: 200, answer: 400 },
      { name: 'If-None-Match', client: wire('GET /things/a', ['If-None-Match: "x"', 'If-None-Match: "y"']), leak: 200, answer: 200 },
      { name: 'Accept', client: wire('GET /things/a', ['Accept: text/csv', 'Accept: application/json']), leak: 200, answer: 200 },
      { name: 'Accept-API-Version', client: wire('GET /things/a', ['Accept-API-Version: protocol=2.0', 'Accept-API-Version: protocol=2.1']), leak: 200, answer: 400 },
      { name: 'Content-Type', client: wire('PUT /things/a', ['Content-Type: text/csv', 'Content-Type: application/json'], '{}'), leak: theirs(415), answer: 415 }
    ]
  },
  {
    name: 'auth plugins registered at the root run before the plugin and for unknown paths as well',
    cases: [
      { name: 'at the root', before: (app) => { app.addHook('onRequest', async () => { throw Object.assign(new Error('who?'), { statusCode: 401 }) }) }, client: wire('GET /unknown'), leak: theirs(401), answer: 401, beyond: 'hooks of the application that run before the plugin answer what is no resource by its own error handler' },
      { name: 'as an option', options: { authenticate: () => null }, client: wire('GET /unknown'), leak: theirs(404), answer: 404 },
      { name: 'as an option, on a resource', options: { authenticate: () => null }, client: get, leak: 200, answer: { status: 401, headers: { 'www-authenticate': 'Bearer' } } }
    ]
  }
])
