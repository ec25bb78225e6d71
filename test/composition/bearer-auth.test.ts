import bearerAuth from '@fastify/bearer-auth'
import type { FastifyBearerAuthOptions } from '@fastify/bearer-auth'
import t from 'tap'
import { compose, isError, json, places } from './app.ts'
import { everywhere } from './exchanges.ts'

const key = 'a key that nobody guesses'
const settings: FastifyBearerAuthOptions = { keys: [key], verifyErrorLogLevel: 'debug' }
const headers = { authorization: `Bearer ${key}` }

t.test('with the key everything is answered as ever', async (t) => {
  await everywhere(t, async (instance) => instance.register(bearerAuth, settings), () => {}, { headers })
})

for (const place of places) {
  for (const addHook of ['onRequest', 'preParsing'] as const) {
    t.test(`without it a resource answers 401 with the challenge, ${addHook}, ${place.name}`, async (t) => {
      const { ask } = await compose(t, place, async (instance) => instance.register(bearerAuth, { ...settings, addHook }), { challenge: 'Bearer realm="notes"' })
      for (const [name, authorization] of [['nothing', undefined], ['another key', 'Bearer abc'], ['another scheme', 'Basic YTpi']] as const) {
        for (const [path, method] of [['/notes/a', 'GET'], ['/notes', 'GET'], ['/notes/a', 'PUT']] as const) {
          const answer = await ask(path, { method, ...(method === 'PUT' ? { content: { text: 'x' } } : {}), headers: { 'if-none-match': '"x"', ...(authorization === undefined ? {} : { authorization }) } })
          isError(t, answer, 401, `${name}: ${method} ${path}`)
          t.equal(answer.headers['www-authenticate'], 'Bearer realm="notes"')
          t.match(answer.headers['cache-control'], /no-store$/, 'not stored')
          t.equal(answer.headers['etag'], undefined)
        }
      }
      t.equal((await ask('/notes/a', { method: 'HEAD' })).status, 401)
      t.equal((await ask('/notes/a', { headers })).status, 200)
    })
  }

  t.test(`a lookup that fails is 500 without its message, ${place.name}`, async (t) => {
    const auth = async (): Promise<boolean> => { throw new Error('secret') }
    const { ask } = await compose(t, place, async (instance) => instance.register(bearerAuth, { ...settings, auth }))
    const answer = await ask('/notes/a', { headers })
    isError(t, answer, 500)
    t.notMatch(answer.body.toString(), 'secret')
  })

  t.test(`its own words for a refusal become the error object, ${place.name}`, async (t) => {
    const { ask } = await compose(t, place, async (instance) => instance.register(bearerAuth, { ...settings, errorResponse: ({ message }) => ({ error: 'sorry', message: `sorry: ${message}` }) }))
    const answer = await ask('/notes/a')
    isError(t, answer, 401)
    t.match(json(answer), { message: 'sorry: missing authorization header' })
  })
}
