import underPressure from '@fastify/under-pressure'
import t from 'tap'
import { compose, isError, json, places } from './app.ts'
import { everywhere } from './exchanges.ts'

t.test('without pressure everything is answered as ever', async (t) => {
  await everywhere(t, async (instance) => instance.register(underPressure, { maxEventLoopDelay: 60_000, exposeStatusRoute: true }), () => {})
})

for (const place of places) {
  t.test(`under pressure a resource answers 503 with Retry-After, ${place.name}`, async (t) => {
    const { ask, app } = await compose(t, place, async (instance) => {
      await instance.register(underPressure, { maxRssBytes: 1, sampleInterval: 10, retryAfter: 50 })
      instance.get('/own', async () => 'mine')
    })
    // Its first sample of the memory is taken after an interval.
    while (app.memoryUsage === undefined ? (await ask('/own')).status === 200 : !app.isUnderPressure()) await new Promise((resolve) => setTimeout(resolve, 10))
    for (const [path, method] of [['/notes/a', 'GET'], ['/notes', 'GET'], ['/notes/a', 'PUT'], ['/closed/a', 'GET']] as const) {
      const answer = await ask(path, { method, ...(method === 'PUT' ? { content: { text: 'x' } } : {}) })
      isError(t, answer, 503, `${method} ${path}`)
      t.equal(answer.headers['retry-after'], '50', 'the seconds of the other plugin')
      t.match(answer.headers['cache-control'], /no-store$/)
    }
    t.match(json(await ask('/own')), { code: 'FST_UNDER_PRESSURE', statusCode: 503 }, 'other routes answer as they did')
  })

  t.test(`its health route stays as it is, ${place.name}`, async (t) => {
    let healthy = true
    const { ask } = await compose(t, place, async (instance) =>
      instance.register(underPressure, { healthCheck: async () => healthy, exposeStatusRoute: '/health' }))
    t.same(json(await ask('/health')), { status: 'ok' })
    t.equal((await ask('/notes/a')).status, 200)
    healthy = false
    const ill = await ask('/health')
    t.equal(ill.status, 503)
    t.match(json(ill), { code: 'FST_UNDER_PRESSURE', error: 'Service Unavailable' }, 'in the words of the other plugin')
  })
}
