import { runRows } from './rows.ts'
import type { ExpectedAnswer } from './rows.ts'
import { wire, wireJson } from './wire.ts'

const theirs = (status: number): ExpectedAnswer => ({ status, headers: { 'cache-control': undefined }, body: /"error":/ })
const get = wire('GET /things')

runRows('5, handlers and hooks', [
  {
    name: 'setErrorHandler',
    cases: [
      { name: 'a handler sends an error', handler: (_request, reply) => reply.send(Object.assign(new Error('said'), { statusCode: 418 })), client: get, leak: theirs(418), answer: { status: 400, body: /said/ } },
      {
        name: 'an error handler of the application',
        before: (app) => { app.setErrorHandler((_error, _request, reply) => reply.code(418).send('mine')) },
        handler: () => { throw new Error('secret') },
        client: get,
        leak: { status: 418, body: 'mine' },
        answer: 500
      },
      {
        name: 'an onError hook that fails',
        before: (app) => { app.addHook('onError', async () => { throw new Error('secret') }) },
        handler: () => { throw Object.assign(new Error('said'), { statusCode: 409 }) },
        client: get,
        leak: theirs(409),
        answer: 409
      }
    ]
  },
  {
    name: 'setNotFoundHandler',
    cases: [
      {
        name: 'one of the application',
        before: (app) => { app.setNotFoundHandler((_request, reply) => { reply.code(418).send('mine') }) },
        client: wire('GET /unknown'),
        leak: { status: 418, body: 'mine' },
        answer: 404
      },
      { name: 'reply.callNotFound()', before: (app) => { app.setNotFoundHandler((_request, reply) => { reply.code(418).send('mine') }) }, handler: (_request, reply) => { reply.callNotFound() }, client: get, leak: 418, answer: 404 },
      { name: 'reply.callNotFound() without one', handler: (_request, reply) => { reply.callNotFound() }, client: get, leak: theirs(404), answer: 404 }
    ]
  },
  {
    name: 'onRequest hook',
    cases: [
      {
        name: 'a hook of the application is asked first',
        before: (app) => { app.addHook('onRequest', async () => { throw Object.assign(new Error('who?'), { statusCode: 401 }) }) },
        resources: (app) => { app.resource('/things', { operations: ['read'] }) },
        client: wire('DELETE /things/a'),
        leak: { ...theirs(401), headers: { 'www-authenticate': undefined } },
        answer: { status: 401, headers: { 'www-authenticate': 'Bearer' } }
      },
      {
        name: 'the same as authenticate keeps the order',
        options: { authenticate: () => null },
        resources: (app) => { app.resource('/things', { operations: ['read'] }) },
        routes: (app) => { app.get('/things', async () => 'x') },
        client: wire('DELETE /things/a'),
        leak: theirs(404),
        answer: 405
      },
      {
        name: 'refused content is not read',
        client: { steps: [wire('POST /things', ['Content-Type: text/csv', 'Content-Length: 100000', 'Connection: keep-alive'])], end: true },
        leak: [415, theirs(400)],
        answer: 415,
        without: [415, theirs(400)]
      }
    ]
  },
  {
    name: 'preValidation / own validator',
    cases: [{
      name: 'what a validator compiler of the application says',
      before: (app) => { app.setValidatorCompiler(() => () => ({ error: new Error('secret') })) },
      routes: (app) => { app.post('/things', { schema: { body: { type: 'object' } } }, async () => 'x') },
      resources: (app) => { app.resource('/things', { schema: { type: 'object' } as never }) },
      client: wireJson('POST /things', '{}'),
      leak: theirs(400),
      answer: 201
    }]
  }
])
