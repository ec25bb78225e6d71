import acceptsSerializer from '@fastify/accepts-serializer'
import etag from '@fastify/etag'
import sensible from '@fastify/sensible'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { Application } from './bed.ts'
import { afterwards, runRows } from './rows.ts'
import type { Case, ExpectedAnswer } from './rows.ts'
import { documented } from './section-four.ts'
import { wire, wireJson } from './wire.ts'

const theirs = (status: number): ExpectedAnswer => ({ status, headers: { 'cache-control': undefined } })

/** Members that plugins add without their types. */
interface Decorated {
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

const tests = new URL('..', import.meta.url).pathname
const file = 'undocumented-codes/bed.ts'

runRows('3, answers', [
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
