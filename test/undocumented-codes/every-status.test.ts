import type { FastifyReply, FastifyRequest } from 'fastify'
import type { LightMyRequestResponse } from 'fastify'
import t from 'tap'
import type { Test } from 'tap'
import { statusCodes } from '../../lib/status.ts'
import { lintResponse } from '../lint/lint-response.ts'
import { buildServer } from './bed.ts'
import { documented, documentedWhereSet } from './section-four.ts'

const everyStatus: readonly number[] = Array.from({ length: 900 }, (_, index) => 100 + index)

/** What is wrong with an answer whose status has to be `expected`; counting assertions by the thousand takes longer than the answers. */
function faultsOf (response: LightMyRequestResponse, expected: number, sent: Readonly<Record<string, string>> = {}): readonly string[] {
  const { statusCode, headers, rawPayload } = response
  const faults: string[] = []
  if (statusCode !== expected) faults.push(`${statusCode} instead of ${expected}`)
  const fields = Object.entries(headers).flatMap(([name, value]) => (Array.isArray(value) ? value : [String(value)]).map((line) => [name, line] as const))
  faults.push(...lintResponse({ method: response.raw.req.method ?? '', headers: sent }, { status: statusCode, fields, body: rawPayload }))
  if (statusCode >= 400) {
    const { code, message } = JSON.parse(response.body)
    if (code !== statusCode || typeof message !== 'string') faults.push(response.body)
    if (response.body.includes('secret') && statusCode >= 500) faults.push('it says what is internal')
    for (const [status, name] of [[401, 'www-authenticate'], [405, 'allow'], [503, 'retry-after']] as const) {
      if (statusCode === status && headers[name] === undefined) faults.push(`${status} without ${name}`)
    }
  }
  return faults
}

/** A status in an impossible place: a condition that nobody sent, a 201 that names nothing, a 304 that nobody asked for. */
function inPlace (status: number): number {
  return status === 412 ? 409 : status === 201 ? 200 : status
}

/** Sends every status by way of `x-status`, and tells what is wrong with each answer. */
async function tryAll (t: Test, name: string, act: (request: FastifyRequest, reply: FastifyReply, status: number) => unknown, expected: (status: number) => number, hook: 'onRequest' | 'preParsing' | 'preValidation' | 'preHandler' | 'preSerialization' | 'onSend' = 'preHandler'): Promise<void> {
  await t.test(name, async (t) => {
    const app = await buildServer(t, 'plugin', {
      before: (app) => {
        app.addHook(hook as 'preHandler', async (request, reply) => {
          const status = Number(request.headers['x-status'])
          if (Number.isNaN(status)) return
          await act(request, reply, status)
          if (reply.sent || hook === 'onSend') return
          return reply
        })
      }
    })
    const faults: string[] = []
    for (const status of everyStatus) {
      const headers = { 'x-status': String(status), accept: '*/*' }
      for (const url of ['/things', '/things/none']) {
        const response = await app.inject({ url, headers })
        faults.push(...faultsOf(response, expected(status), headers).map((fault) => `${status} ${url}: ${fault}`))
      }
    }
    t.strictSame(faults.slice(0, 20), [])
  })
}

const fail = (_request: unknown, _reply: unknown, status: number): never => { throw Object.assign(new Error('secret'), { statusCode: status }) }

/** Fastify takes 100 to 599. */
const set = (hasContent: boolean) => (status: number): number => status > 599 ? 500 : inPlace(documentedWhereSet(status, hasContent))

for (const hook of ['onRequest', 'preHandler'] as const) {
  tryAll(t, `every status that a hook sets with content (${hook})`, (_request, reply, status) => reply.code(status).send({ a: 1 }), set(true), hook)
  tryAll(t, `every status that a hook sets without content (${hook})`, (_request, reply, status) => reply.code(status).send(), set(false), hook)
}
for (const hook of ['onRequest', 'preParsing', 'preValidation', 'preHandler', 'onSend'] as const) {
  tryAll(t, `every status that a hook throws (${hook})`, fail, (status) => inPlace(documented(status)), hook)
}

t.test('every status that handlers of a resource throw', async (t) => {
  let status = 0
  const act = (): never => fail(undefined, undefined, status)
  const app = await buildServer(t, 'plugin', {
    resources: (app) => { app.resource('/things', { provider: { query: act, read: async () => act(), create: act, delete: act }, actions: { go: { on: 'collection', handler: act } } }) }
  })
  const faults: string[] = []
  for (status of everyStatus) {
    for (const [method, url] of [['GET', '/things'], ['GET', '/things/a'], ['POST', '/things'], ['DELETE', '/things/a'], ['POST', '/things?_action=go']] as const) {
      const headers = { accept: '*/*' }
      const response = await app.inject({ method, url, headers, ...(url === '/things' && method === 'POST' ? { payload: {} } : {}) })
      faults.push(...faultsOf(response, inPlace(documented(status)), headers).map((fault) => `${status} ${method} ${url}: ${fault}`))
    }
  }
  t.strictSame(faults.slice(0, 20), [])
})

t.test('every status that is written past all hooks', async (t) => {
  let status = 0
  const app = await buildServer(t, 'plugin', {
    handler: (_request, reply) => {
      reply.hijack()
      reply.raw.writeHead(status)
      reply.raw.end()
    }
  })
  for (status of everyStatus) {
    const { statusCode } = await app.inject('/things')
    if (!statusCodes.includes(statusCode as never) || statusCode !== documentedWhereSet(status, true)) t.fail(`${status} became ${statusCode}`)
  }
  t.equal(status, 999, 'all were tried')
})
