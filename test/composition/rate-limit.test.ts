import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance } from 'fastify'
import t from 'tap'
import type { Test } from 'tap'
import commonRest from '../../lib/index.ts'
import { compose, isError, json, places, start } from './app.ts'
import type { Answer } from './app.ts'
import { everywhere } from './exchanges.ts'

const ownRoute = (app: FastifyInstance): unknown => app.get('/own', async () => ({ mine: true }))

/** Asserts that a limiter's 429 has become a 503 that says when to come back. */
function isLimited (t: Test, answer: Answer, name: string): void {
  isError(t, answer, 503, name)
  t.match(answer.headers, { 'retry-after': /^([1-9]|[1-5]\d|60)$/, 'x-ratelimit-limit': /^\d+$/, 'x-ratelimit-remaining': '0' }, `${name}: with the fields of the limiter`)
  t.match(answer.headers['cache-control'], /no-store$/, `${name}: not stored`)
}

t.test('what is within the limit is answered as ever', async (t) => {
  await everywhere(t, async (instance) => instance.register(rateLimit, { max: 1000 }), (t, { name }, { headers }) => {
    if (['a read', 'a read of what is known', 'a list', 'an absent document', 'a stale update'].includes(name)) t.match(headers['x-ratelimit-remaining'], /^\d+$/, name)
  })
})

for (const place of places) {
  t.test(`beyond the limit a resource answers 503, ${place.name}`, async (t) => {
    const { ask } = await compose(t, place, async (instance) => {
      await instance.register(rateLimit, { max: 3 })
      ownRoute(instance)
    })
    for (const path of ['/notes/a', '/notes', '/notes/a']) t.equal((await ask(path)).status, 200, path)
    isLimited(t, await ask('/notes/a'), 'a read')
    isLimited(t, await ask('/notes'), 'a list')
    isLimited(t, await ask('/notes/a', { headers: { 'if-none-match': '*' } }), 'a conditional read')
    isLimited(t, await ask('/notes/a', { method: 'PUT', headers: { 'if-match': '*' }, content: { text: 'x' } }), 'a write')
    t.equal((await ask('/notes/a', { method: 'HEAD' })).status, 503)
    const own = await ask('/own')
    t.equal(own.status, 429, 'other routes keep their 429')
    t.match(json(own), { statusCode: 429, message: /Rate limit exceeded/ })
  })

  t.test(`as a hook the limiter counts what is refused, too, ${place.name}`, async (t) => {
    const { ask } = await compose(t, place, async (instance) => {
      await instance.register(rateLimit, { global: false })
      instance.addHook('onRequest', instance.rateLimit({ max: 3 }))
    }, { authenticate: () => null })
    for (let count = 0; count < 3; count++) isError(t, await ask('/notes/a'), 401)
    isLimited(t, await ask('/notes/a'), 'a fourth attempt to guess')
    isLimited(t, await ask('/closed/a'), 'a disabled resource')
  })

  t.test(`what the limiter says in its own words, ${place.name}`, async (t) => {
    for (const [name, build] of [
      ['an object, as its manual has it', (after: string) => ({ statusCode: 429, error: 'Too Many Requests', message: `again in ${after}`, date: 0 })],
      ['an object without a message', () => ({ statusCode: 429 })],
      ['an Error', (after: string) => Object.assign(new Error(`again in ${after}`), { statusCode: 429 })]
    ] as const) {
      const { ask } = await compose(t, place, async (instance) => instance.register(rateLimit, { max: 0, errorResponseBuilder: (_request, { after }) => build(after) }))
      isLimited(t, await ask('/notes/a'), name)
    }
  })

  t.test(`whom the limiter bans is told 403, ${place.name}`, async (t) => {
    for (const errorResponseBuilder of [undefined, (_request: unknown, { statusCode }: { readonly statusCode: number }) => ({ statusCode, message: 'banned' })]) {
      const { ask } = await compose(t, place, async (instance) => instance.register(rateLimit, { max: 0, ban: 1, ...(errorResponseBuilder === undefined ? {} : { errorResponseBuilder }) }))
      isLimited(t, await ask('/notes/a'), 'first')
      isError(t, await ask('/notes/a'), 403, 'then')
    }
  })
}

t.test('beyond the limit unknown paths below the prefix of a scope answer 503, too', async (t) => {
  const { ask } = await start(t, async (app) => {
    await app.register(async (scope) => {
      await scope.register(rateLimit, { global: false })
      scope.addHook('onRequest', scope.rateLimit({ max: 0 }))
      await scope.register(commonRest)
      scope.resource('/notes', {})
    }, { prefix: '/api' })
  })
  for (const path of ['/api', '/api/', '/api/nothing', '/api/notes/a/b']) {
    for (const method of ['GET', 'PUT', 'OPTIONS']) isLimited(t, await ask(path, { method }), `${method} ${path}`)
  }
  t.equal((await ask('/elsewhere')).status, 404)
})

t.test('what hooks reply to unknown paths below the prefix of a scope is translated', async (t) => {
  for (const [status, answer] of [[418, 400], [302, 500], [207, 200], [401, 401]] as const) {
    const { ask } = await start(t, async (app) => {
      await app.register(async (scope) => {
        scope.addHook('onRequest', async (_request, reply) => reply.code(status).send({ message: 'mine' }))
        await scope.register(commonRest)
      }, { prefix: '/api' })
    })
    const { status: found, headers } = await ask('/api/nothing')
    t.equal(found, answer, String(status))
    if (status === 401) t.equal(headers['www-authenticate'], 'Bearer')
  }
})

t.test('in a scope of its own it limits nobody else', async (t) => {
  const { ask } = await start(t, async (app) => {
    await app.register(commonRest)
    app.resource('/free', {})
    ownRoute(app)
    await app.register(async (scope) => {
      await scope.register(rateLimit, { max: 1 })
      scope.resource('/limited', {})
    })
  })
  t.equal((await ask('/limited')).status, 200)
  isLimited(t, await ask('/limited'), 'in the scope')
  for (const path of ['/free', '/own']) {
    const { status, headers } = await ask(path)
    t.equal(status, 200, path)
    t.equal(headers['x-ratelimit-limit'], undefined)
  }
})
