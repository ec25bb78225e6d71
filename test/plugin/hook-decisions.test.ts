import type { FastifyInstance } from 'fastify'
import t from 'tap'
import type { Test } from 'tap'
import { Conflict } from '../../lib/index.ts'
import type { Decision } from '../../lib/index.ts'
import { buildApp } from './app.ts'

/** Asks, and returns which row answered. */
async function rowOf (t: Test, before: (app: FastifyInstance) => unknown, content = '{}'): Promise<Decision | null | undefined> {
  const app = await buildApp(t, { before, options: { bodyLimit: 10 } })
  let decision: Decision | null | undefined
  app.addHook('onResponse', async (request) => { decision = request.decision })
  app.resource('/things', { actions: { go: { on: 'collection', handler: () => { throw new Conflict('no') } } } })
  await app.inject({ method: 'POST', url: '/things?_action=go', headers: { 'content-type': 'application/json' }, payload: content })
  return decision
}

t.test('what hooks throw or reply is no row of the resource', async (t) => {
  for (const phase of ['onRequest', 'preParsing', 'preValidation', 'preHandler'] as const) {
    for (const [code, status] of [[401, 401], [409, 409], [418, 400], [429, 503], [500, 500]] as const) {
      const expected = { row: 0, name: 'an unexpected failure', status }
      t.strictSame(await rowOf(t, (app) => app.addHook(phase as 'onRequest', async () => { throw Object.assign(new Error('no'), { statusCode: code }) })), expected, `${phase} throws ${code}`)
      t.strictSame(await rowOf(t, (app) => app.addHook(phase as 'onRequest', async (_request, reply) => reply.code(code).send({ message: 'no' }))), expected, `${phase} replies ${code}`)
    }
  }
})

t.test('what handlers throw, and what is wrong with content, is', async (t) => {
  t.match(await rowOf(t, () => {}), { row: 21, status: 409 })
  t.match(await rowOf(t, () => {}, '{"long":"content"}'), { row: 16, status: 400 })
})
