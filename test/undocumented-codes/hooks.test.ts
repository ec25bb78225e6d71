import type { FastifyInstance } from 'fastify'
import t from 'tap'
import { isComplete } from './rows.ts'
import { buildServer, listen } from './bed.ts'
import { answersIn, converse, requestsIn, wire, wireJson } from './wire.ts'

/** The phases of Fastify's life cycle in which a hook can answer or fail before the answer leaves. */
const phases = ['onRequest', 'preParsing', 'preValidation', 'preHandler', 'preSerialization', 'onSend', 'onError'] as const
type Phase = typeof phases[number] | 'onResponse' | 'onTimeout'

/** What a hook does: throw, call back with an error, reply, or reply and fail. */
const deeds = {
  throws: (fail: () => Error) => async () => { throw fail() },
  'calls back with an error': (fail: () => Error) => (...parameters: readonly unknown[]) => { (parameters.at(-1) as (error: Error) => void)(fail()) },
  'throws no Error': () => async () => { throw 'secret' }, // eslint-disable-line no-throw-literal
  replies: () => async (_request: unknown, reply: { code: (code: number) => { send: (payload: unknown) => unknown }, sent: boolean }) => reply.code(418).send({ message: 'said' }),
  'replies and throws': (fail: () => Error) => async (_request: unknown, reply: { code: (code: number) => { send: (payload: unknown) => unknown } }) => {
    reply.code(418).send({ message: 'said' })
    throw fail()
  }
} as const
type Deed = keyof typeof deeds

const fail = (): Error => Object.assign(new Error('said'), { statusCode: 418 })

/** What is answered instead; in `onSend` a reply comes too late to count, and no hook after it says that it failed. */
function answerOf (phase: Phase, deed: Deed, isError: boolean): number | undefined {
  const ordinary = isError ? 404 : 200
  if (phase === 'onResponse' || phase === 'onTimeout') return ordinary
  // Bodies of resources are text, which needs no serialization.
  if (phase === 'preSerialization') return ordinary
  if (phase === 'onError') return ordinary
  if (deed === 'throws no Error') return 500
  return 400
}

/** Where the application adds the hook. */
const places = ['before the plugin', 'after the plugin', 'after the resources', 'in the scope around the resources'] as const

async function serve (t: Parameters<typeof buildServer>[0], phase: Phase, deed: Deed, place: typeof places[number]): Promise<number> {
  const add = (app: FastifyInstance): void => { app.addHook(phase as 'onRequest', deeds[deed](fail) as never) }
  const resources = async (app: FastifyInstance): Promise<void> => { app.resource('/things', {}) }
  return listen(await buildServer(t, 'plugin', {
    before: (app) => { if (place === places[0]) add(app) },
    resources: async (app) => {
      if (place === places[1]) add(app)
      if (place !== places[3]) return resources(app)
      await app.register(async (scope) => {
        add(scope)
        await resources(scope)
      })
    },
    after: (app) => { if (place === places[2]) add(app) }
  }))
}

for (const place of places) {
  t.test(`hooks of the application in each phase, ${place}`, async (t) => {
    for (const phase of [...phases, 'onResponse', 'onTimeout'] as const) {
      for (const deed of Object.keys(deeds) as Deed[]) {
        // What replies in an answer that is on its way, or for a request that is over, waits for itself in stock Fastify too.
        if (deed.startsWith('replies') && ['onSend', 'onError', 'onResponse', 'onTimeout', 'preSerialization'].includes(phase)) continue
        await t.test(`${phase} ${deed}`, async (t) => {
          const port = await serve(t, phase, deed, place)
          for (const [request, isError] of [[wire('GET /things'), false], [wire('GET /things/none'), true], [wireJson('PUT /things/none', '{}', ['If-Match: "x"']), true]] as const) {
            const requests = requestsIn({ steps: [request] })
            const answers = answersIn(await converse(t, port, { steps: [request] }), requests)
            t.equal(answers.length, 1, 'one answer')
            const [answer] = answers
            if (answer === undefined) continue
            t.equal(answer.status, answerOf(phase, deed, isError), request.slice(0, 20))
            isComplete(t, requests[0] ?? { method: '', headers: {} }, answer, `${phase} ${deed} ${request.slice(0, 20)}`)
          }
        })
      }
    }
  })
}
