import circuitBreaker from '@fastify/circuit-breaker'
import rateLimit from '@fastify/rate-limit'
import underPressure from '@fastify/under-pressure'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { runRows } from './rows.ts'
import type { ExpectedAnswer } from './rows.ts'
import { wire } from './wire.ts'

const theirs = (status: number): ExpectedAnswer => ({ status, headers: { 'cache-control': undefined } })

/** Members that plugins add without their types. */
interface Decorated {
  readonly circuitBreaker: () => (request: FastifyRequest, reply: FastifyReply) => Promise<void>
}

const decorated = (app: FastifyInstance): Decorated => app as unknown as Decorated

runRows('3, load', [
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
  }
])

async function later (milliseconds: number): Promise<void> {
  await new Promise((resolve) => { setTimeout(resolve, milliseconds) })
}
