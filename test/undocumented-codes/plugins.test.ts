import acceptsSerializer from '@fastify/accepts-serializer'
import basicAuth from '@fastify/basic-auth'
import bearerAuth from '@fastify/bearer-auth'
import circuitBreaker from '@fastify/circuit-breaker'
import compress from '@fastify/compress'
import cors from '@fastify/cors'
import etag from '@fastify/etag'
import jwt from '@fastify/jwt'
import multipart from '@fastify/multipart'
import rateLimit from '@fastify/rate-limit'
import sensible from '@fastify/sensible'
import fastifyStatic from '@fastify/static'
import underPressure from '@fastify/under-pressure'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Application } from './bed.ts'
import { afterwards, runRows } from './rows.ts'
import type { Case, ExpectedAnswer } from './rows.ts'
import { documented } from './section-four.ts'
import { wire, wireJson } from './wire.ts'

const theirs = (status: number): ExpectedAnswer => ({ status, headers: { 'cache-control': undefined } })

/** Members that plugins add without their types. */
interface Decorated {
  readonly circuitBreaker: () => (request: FastifyRequest, reply: FastifyReply) => Promise<void>
  readonly basicAuth: Parameters<FastifyInstance['addHook']>[1]
  readonly httpErrors: Readonly<Record<string, (message?: string) => Error>>
  readonly to: (promise: Promise<unknown>) => Promise<readonly [Error | null, unknown]>
}

const decorated = (app: FastifyInstance): Decorated => app as unknown as Decorated

/** The same document by hand and by a provider, and what always fails with 404 or 409. */
const sameDocument: Pick<Application, 'routes' | 'resources'> = {
  routes: (app) => {
    app.get('/things/:id', async (request, reply) => (request.params as { readonly id: string }).id === 'a' ? { n: 1 } : reply.code(404).send({ code: 404 }))
    app.put('/things/:id', async (_request, reply) => reply.code(409).send({ code: 409 }))
    app.post('/things', async (_request, reply) => reply.code(201).send({ n: 1 }))
    app.delete('/things/:id', async () => ({ n: 1 }))
  },
  resources: (app) => {
    const document = { id: 'a', revision: '1', content: { n: 1 } }
    app.resource('/things', { provider: { read: ({ id }) => id === 'a' ? document : undefined, create: () => document, update: () => { throw Object.assign(new Error('no'), { statusCode: 409 }) }, delete: () => document } })
  }
}

const form = (headers: readonly string[], content: string): readonly [readonly string[], string] => [['Content-Type: multipart/form-data; boundary=b', ...headers], content]
const part = (name: string, type: string, content: string, file = ''): string => `--b\r\nContent-Disposition: form-data; name="${name}"${file}\r\nContent-Type: ${type}\r\n\r\n${content}\r\n--b--\r\n`

const tests = new URL('..', import.meta.url).pathname
const file = 'undocumented-codes/bed.ts'

runRows(3, [
  {
    name: '304 on POST, PUT, DELETE, on 201, on 404 and 409 error bodies: @fastify/etag with its default replyWith304',
    cases: ([['POST /things', '{}', 201], ['DELETE /things/a', '', 200], ['PUT /things/a', '{}', 409], ['GET /things/none', '', 404]] as const).map(([line, content, status]) => afterwards({
      ...sameDocument,
      before: async (app) => { await app.register(etag) },
      name: line,
      client: wireJson(line, content),
      then: (answer) => wireJson(line, content, [`If-None-Match: ${answer?.headers['etag'] ?? '"none"'}`]),
      leak: 304,
      answer: status
    }))
  },
  {
    name: '429: @fastify/rate-limit (its ban gives 403)',
    cases: [{
      name: 'too many',
      before: async (app) => { await app.register(rateLimit, { max: 1, timeWindow: 60_000 }) },
      client: { steps: [wire('GET /things', ['Connection: keep-alive']), /200 OK[^]*\}$/, wire('GET /things')] },
      leak: [200, { status: 429, headers: { 'retry-after': /^\d+$/ } }],
      answer: [200, { status: 503, headers: { 'retry-after': /^\d+$/ } }]
    }, {
      name: 'a ban',
      before: async (app) => { await app.register(rateLimit, { max: 1, ban: 1, timeWindow: 60_000 }) },
      client: { steps: [wire('GET /things', ['Connection: keep-alive']), /200 OK[^]*\}$/, wire('GET /things', ['Connection: keep-alive']), /(?:429|503) [^]*\}$/, wire('GET /things')] },
      leak: [200, 429, theirs(403)],
      answer: [200, 503, 403]
    }]
  },
  {
    name: '503: @fastify/under-pressure, error and Retry-After',
    cases: [{
      before: async (app) => { await app.register(underPressure, { healthCheck: async () => false, healthCheckInterval: 1000, retryAfter: 7 }) },
      client: wire('GET /things'),
      leak: { ...theirs(503), headers: { 'retry-after': '7' } },
      answer: { status: 503, headers: { 'retry-after': '7' } }
    }]
  },
  {
    name: '503: @fastify/circuit-breaker, no Retry-After',
    cases: [{
      name: 'that has opened',
      before: async (app, kind) => {
        await app.register(circuitBreaker, { threshold: 1, resetTimeout: 60_000 })
        if (kind !== 'plain') app.addHook('preHandler', decorated(app).circuitBreaker())
      },
      routes: (app) => { app.get('/things', { preHandler: decorated(app).circuitBreaker() }, async () => { throw new Error('secret') }) },
      resources: (app) => { app.resource('/things', { provider: { query: () => { throw new Error('secret') } } }) },
      client: wire('GET /things', ['Connection: keep-alive']) + wire('GET /things'),
      leak: [{ status: 503, headers: { 'retry-after': undefined } }, { status: 503, headers: { 'retry-after': undefined } }],
      answer: [{ status: 503, headers: { 'retry-after': '1' } }, { status: 503, headers: { 'retry-after': '1' } }]
    }, {
      name: 'for which an answer came too late',
      before: async (app, kind) => {
        await app.register(circuitBreaker, { timeout: 5 })
        if (kind !== 'plain') app.addHook('preHandler', decorated(app).circuitBreaker())
      },
      routes: (app) => { app.get('/things', { preHandler: decorated(app).circuitBreaker() }, async () => { await later(30) }) },
      resources: (app) => {
        app.resource('/things', {
          provider: {
            query: async () => {
              await later(30)
              return { results: [] }
            }
          }
        })
      },
      client: wire('GET /things'),
      leak: { status: 503, headers: { 'retry-after': undefined } },
      answer: { status: 503, headers: { 'retry-after': '1' } }
    }]
  },
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
  },
  {
    name: '406: @fastify/multipart, body is not multipart',
    cases: [{
      before: async (app) => { await app.register(multipart) },
      handler: async (request) => (request as unknown as { file: () => Promise<unknown> }).file(),
      client: wireJson('POST /things', '{}'),
      leak: theirs(406),
      answer: { status: 415, headers: { 'accept-post': 'application/json' } }
    }]
  },
  {
    name: '406: @fastify/multipart, field is not JSON',
    cases: [{
      before: async (app) => { await app.register(multipart, { attachFieldsToBody: true }) },
      resources: (app) => { app.resource('/things', { multipart: true }) },
      client: wire('POST /things', ...form([], part('json', 'application/json', '{'))),
      leak: theirs(406),
      answer: 400
    }]
  },
  {
    name: '413: @fastify/multipart limits',
    cases: [{
      name: 'the limits of the application are its own',
      before: async (app) => { await app.register(multipart, { attachFieldsToBody: true, limits: { fileSize: 5 } }) },
      resources: (app) => { app.resource('/things', { multipart: true }) },
      client: wire('POST /things', ...form([], part('json', 'application/json', '{"n": 12345678}', '; filename="x"'))),
      leak: theirs(413),
      answer: 201
    }, {
      name: 'too much for the resource',
      before: async (app) => { await app.register(multipart, { attachFieldsToBody: true, limits: { fileSize: 5 } }) },
      resources: (app) => { app.resource('/things', { multipart: true, bodyLimit: 50 }) },
      client: wire('POST /things', ...form([], part('json', 'application/json', '{"n": 12345678}', '; filename="x"'))),
      leak: theirs(413),
      answer: 400
    }, {
      name: 'too many parts',
      before: async (app) => { await app.register(multipart, { attachFieldsToBody: true, limits: { parts: 1 } }) },
      resources: (app) => { app.resource('/things', { multipart: true }) },
      client: wire('POST /things', ...form([], `${part('json', 'application/json', '{}').replace('--b--\r\n', '')}${part('x', 'text/plain', 'x').replace('--b--\r\n', '').repeat(1100)}--b--\r\n`)),
      leak: theirs(413),
      answer: 400
    }]
  },
  {
    name: '415 / 400: @fastify/compress request decompression, sends no Accept-Encoding',
    cases: ([['bogus', 415], ['gzip', 400]] as const).map(([coding, status]) => ({
      name: coding,
      before: async (app) => { await app.register(compress) },
      client: wireJson('POST /things', '{}', [`Content-Encoding: ${coding}`]),
      leak: { ...theirs(status), headers: { 'accept-encoding': undefined } },
      answer: { status: 415, headers: { 'accept-encoding': 'identity' } }
    }))
  },
  {
    name: '406: @fastify/accepts-serializer with no match and no default',
    cases: [{
      name: 'no match',
      before: yaml,
      client: wire('GET /things', ['Accept: text/csv']),
      leak: theirs(406),
      answer: 406
    }, {
      name: 'a serializer for what the client prefers to JSON',
      before: yaml,
      client: wire('GET /things', ['Accept: application/yaml, application/json;q=0.5']),
      leak: { status: 200, headers: { 'content-type': 'application/yaml' }, body: /^yaml/ },
      answer: { status: 200, headers: { 'content-type': /^application\/json/ }, body: /^\{"result"/ }
    }, {
      name: 'an error for such a client',
      before: yaml,
      client: wire('GET /things/none', ['Accept: application/yaml, application/json;q=0.5']),
      leak: { status: 200, headers: { 'content-type': 'application/yaml' } },
      answer: { status: 404, headers: { 'content-type': /^application\/json/ } }
    }]
  },
  {
    name: '206 301 302 412 416: @fastify/static',
    cases: ([
      [206, 500, ['Range: bytes=0-1'], file], [301, 500, [], 'undocumented-codes'], [416, 400, ['Range: bytes=9999999-'], file],
      [412, 412, ['If-Match: "x"'], file], [404, 404, [], 'none.ts'], [403, 403, [], '../secret']
    ] as const).map(([leak, answer, headers, name]): Case => ({
      name: `${leak}`,
      before: async (app) => { await app.register(fastifyStatic, { root: tests, serve: false, redirect: true }) },
      handler: (_request, reply) => (reply as unknown as { sendFile: (name: string) => FastifyReply }).sendFile(name),
      client: wire('GET /things', headers),
      leak,
      answer
    }))
  },
  {
    name: 'any: @fastify/sensible httpErrors, reply.<name>(), fastify.to()',
    cases: [
      ...Object.entries({ badRequest: 400, unauthorized: 401, paymentRequired: 402, forbidden: 403, notFound: 404, methodNotAllowed: 405, notAcceptable: 406, proxyAuthenticationRequired: 407, requestTimeout: 408, conflict: 409, gone: 410, lengthRequired: 411, preconditionFailed: 412, payloadTooLarge: 413, uriTooLong: 414, unsupportedMediaType: 415, rangeNotSatisfiable: 416, expectationFailed: 417, imateapot: 418, misdirectedRequest: 421, unprocessableEntity: 422, locked: 423, failedDependency: 424, tooEarly: 425, upgradeRequired: 426, preconditionRequired: 428, tooManyRequests: 429, requestHeaderFieldsTooLarge: 431, unavailableForLegalReasons: 451, internalServerError: 500, notImplemented: 501, badGateway: 502, serviceUnavailable: 503, gatewayTimeout: 504, httpVersionNotSupported: 505, variantAlsoNegotiates: 506, insufficientStorage: 507, loopDetected: 508, bandwidthLimitExceeded: 509, notExtended: 510, networkAuthenticationRequired: 511 }).flatMap(([name, leak]): Case[] => {
        // A 412 tells of a condition, and this request has none.
        const answer = leak === 412 ? 409 : documented(leak)
        return [{
          name: `httpErrors.${name}`,
          before: registerSensible,
          handler: ({ server }) => { throw (decorated(server).httpErrors[name] as () => Error)() },
          client: wire('GET /things', ['Accept: */*']),
          leak,
          answer
        }, {
          name: `reply.${name}`,
          before: registerSensible,
          handler: (_request, reply) => (reply as unknown as Record<string, () => unknown>)[name]?.(),
          client: wire('GET /things', ['Accept: */*']),
          leak,
          answer
        }]
      }),
      {
        name: 'fastify.to()',
        before: registerSensible,
        handler: async ({ server }) => {
          const [error] = await decorated(server).to(Promise.reject(decorated(server).httpErrors['imateapot']?.()))
          if (error !== null) throw error
        },
        client: wire('GET /things'),
        leak: 418,
        answer: 400
      }
    ]
  }
])

async function registerSensible (app: FastifyInstance): Promise<void> {
  await app.register(sensible)
}

async function yaml (app: FastifyInstance): Promise<void> {
  await app.register(acceptsSerializer, { serializers: [{ regex: /^application\/yaml$/, serializer: (body: unknown) => `yaml: ${JSON.stringify(body)}` }] } as never)
}

async function later (milliseconds: number): Promise<void> {
  await new Promise((resolve) => { setTimeout(resolve, milliseconds) })
}
