import type { FastifyInstance, FastifyReply } from 'fastify'
import t from 'tap'
import type { Test } from 'tap'
import { isComplete } from './rows.ts'
import { buildServer, listen } from './bed.ts'
import type { Application } from './bed.ts'
import { answersIn, converse, requestsIn, wire, wireJson } from './wire.ts'

/** The phases of Fastify's life cycle in which a hook can answer or fail before the answer leaves. */
const phases = ['onRequest', 'preParsing', 'preValidation', 'preHandler', 'preSerialization', 'onSend', 'onError'] as const
type Phase = typeof phases[number] | 'onResponse'

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
  if (phase === 'onResponse') return ordinary
  // Bodies of resources are text, which needs no serialization.
  if (phase === 'preSerialization') return ordinary
  if (phase === 'onError') return ordinary
  if (deed === 'throws no Error') return 500
  return 400
}

/** Where the application adds the hook. */
const places = ['before the plugin', 'after the plugin', 'after the resources', 'in the scope around the resources'] as const

type Place = typeof places[number]

/** An application with a hook in that place. */
function withHook (place: Place, add: (app: FastifyInstance) => void, resources: (app: FastifyInstance) => void): Application {
  return {
    before: (app) => { if (place === places[0]) add(app) },
    resources: async (app) => {
      if (place === places[1]) add(app)
      if (place !== places[3]) return resources(app)
      await app.register(async (scope) => {
        add(scope)
        resources(scope)
      })
    },
    after: (app) => { if (place === places[2]) add(app) }
  }
}

async function serve (t: Test, phase: Phase, deed: Deed, place: Place): Promise<number> {
  const add = (app: FastifyInstance): void => { app.addHook(phase as 'onRequest', deeds[deed](fail) as never) }
  return listen(await buildServer(t, 'plugin', withHook(place, add, (app) => { app.resource('/things', {}) })))
}

for (const place of places) {
  t.test(`hooks of the application in each phase, ${place}`, async (t) => {
    for (const phase of [...phases, 'onResponse'] as const) {
      for (const deed of Object.keys(deeds) as Deed[]) {
        // What replies in an answer that is on its way, or for a request that is over, waits for itself in stock Fastify too.
        if (deed.startsWith('replies') && ['onSend', 'onError', 'onResponse', 'preSerialization'].includes(phase)) continue
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

/** Asks for what comes only after the connection was hung up, and returns what the hook that is run then has made of the answer. */
async function hangUp (t: Test, deed: Deed, place?: Place): Promise<number | undefined> {
  let timedOut: FastifyReply | undefined
  let wake = (): void => {}
  const fired = new Promise<void>((resolve) => { wake = resolve })
  const add = (app: FastifyInstance): void => {
    app.addHook('onTimeout', ((...parameters: readonly [unknown, FastifyReply]) => {
      timedOut = parameters[1]
      wake()
      return (deeds[deed](fail) as (...parameters: readonly unknown[]) => unknown)(...parameters)
    }) as never)
  }
  let status: number | undefined
  const late = async (): Promise<void> => {
    await fired
    await new Promise(setImmediate)
    status = timedOut?.raw.statusCode
  }
  const resources = (app: FastifyInstance): void => {
    app.resource('/things', { provider: { read: ({ id }) => ({ id, revision: '1', content: {} }), query: async () => { await late(); return { results: [] } } } })
  }
  const app = await buildServer(t, place === undefined ? 'plain' : 'plugin', {
    server: { connectionTimeout: 200 },
    ...place === undefined
      ? { before: add, routes: (app) => { app.get('/things', late).get('/things/:id', async () => ({})) } }
      : withHook(place, add, resources)
  })
  const port = await listen(app)
  t.strictSame(answersIn(await converse(t, port, { steps: [wire('GET /things')] }), []), [], `${deed}: nothing is said`)
  await fired
  const [next] = answersIn(await converse(t, port, { steps: [wire('GET /things/a')] }), [])
  t.equal(next?.status, 200, `${deed}: another request is answered`)
  return status
}

t.test('hooks of the application when a connection was silent for too long', async (t) => {
  for (const place of [undefined, ...places]) {
    await t.test(place ?? 'plain Fastify', async (t) => {
      await Promise.all((Object.keys(deeds) as Deed[]).map(async (deed) => {
        // Nobody is there to be answered; the number is what logs have.
        const replied = place === undefined ? 418 : 400
        t.equal(await hangUp(t, deed, place), deed.startsWith('replies') ? replied : 200, deed)
      }))
    })
  }
})
