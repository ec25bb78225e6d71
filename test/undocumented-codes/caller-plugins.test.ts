import basicAuth from '@fastify/basic-auth'
import bearerAuth from '@fastify/bearer-auth'
import cors from '@fastify/cors'
import jwt from '@fastify/jwt'
import type { FastifyInstance } from 'fastify'
import { runRows } from './rows.ts'
import type { ExpectedAnswer } from './rows.ts'
import { wire } from './wire.ts'

const theirs = (status: number): ExpectedAnswer => ({ status, headers: { 'cache-control': undefined } })

/** Members that plugins add without their types. */
interface Decorated {
  readonly basicAuth: Parameters<FastifyInstance['addHook']>[1]
}

const decorated = (app: FastifyInstance): Decorated => app as unknown as Decorated

runRows('3, callers', [
  {
    name: '401 without challenge: @fastify/jwt and @fastify/bearer-auth',
    cases: [{
      name: '@fastify/jwt',
      before: async (app) => {
        await app.register(jwt, { secret: 'x' })
        app.addHook('onRequest', async (request) => { await (request as unknown as { jwtVerify: () => Promise<unknown> }).jwtVerify() })
      },
      client: wire('GET /things'),
      leak: { ...theirs(401), headers: { 'www-authenticate': undefined } },
      answer: { status: 401, headers: { 'www-authenticate': 'Bearer' } }
    }, {
      name: '@fastify/bearer-auth',
      before: async (app) => { await app.register(bearerAuth, { keys: new Set(['x']) }) },
      options: { challenge: 'Bearer realm="things"' },
      client: wire('GET /things'),
      leak: { ...theirs(401), headers: { 'www-authenticate': undefined } },
      answer: { status: 401, headers: { 'www-authenticate': 'Bearer realm="things"' } }
    }]
  },
  {
    name: '407: @fastify/basic-auth proxyMode',
    cases: [{
      before: async (app) => {
        await app.register(basicAuth, { validate: async () => {}, proxyMode: true })
        app.addHook('onRequest', decorated(app).basicAuth as never)
      },
      client: wire('GET /things'),
      leak: theirs(407),
      answer: { status: 401, headers: { 'www-authenticate': 'Bearer' } }
    }]
  },
  {
    name: '400 text/plain: @fastify/cors with strictPreflight',
    cases: [{
      name: 'it answers before the resource',
      before: async (app) => { await app.register(cors) },
      client: wire('OPTIONS /things'),
      leak: { status: 400, headers: { 'content-type': /^text\/plain/ } },
      answer: 400
    }, {
      name: 'with preflight: false',
      before: async (app) => { await app.register(cors, { preflight: false }) },
      client: wire('OPTIONS /things'),
      leak: 404,
      answer: { status: 204, headers: { allow: 'GET, HEAD, POST, OPTIONS' } }
    }]
  },
  {
    name: '204 on unknown paths: @fastify/cors preflight',
    // It is no answer of ours, and has a length that the hook of CORS gives it.
    cases: [{
      before: async (app) => { await app.register(cors) },
      client: wire('OPTIONS /unknown', ['Origin: http://x', 'Access-Control-Request-Method: GET']),
      leak: 204,
      answer: 204,
      tolerated: ['CL_INCORRECT']
    }]
  }
])
