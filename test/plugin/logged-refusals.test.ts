import t from 'tap'
import { memoryStore } from '../../lib/index.ts'
import { buildApp } from './app.ts'

t.test('refusals that are the same for all requests are logged each time', async (t) => {
  const lines: string[] = []
  const app = await buildApp(t, { server: { logger: { level: 'error', stream: { write: (line: string) => { lines.push(line) } } } } })
  const things = app.resource('/things', { schema: { type: 'object' }, store: memoryStore({ documents: { '/things': [{ _id: 'a' }] } }) })
  await app.ready()
  things.disable({ retryAfter: 7, message: 'Later' })
  for (let turn = 0; turn < 2; turn++) {
    const response = await app.inject('/things/a')
    t.equal(response.statusCode, 503)
    t.equal(response.headers['retry-after'], '7')
    t.strictSame(response.json(), { code: 503, reason: 'Service Unavailable', message: 'Later' })
  }
  things.enable()
  for (let turn = 0; turn < 2; turn++) t.equal((await app.inject('/things/b')).statusCode, 404)
  const logged = lines.map((line) => JSON.parse(line))
  t.strictSame(logged.map(({ msg, err }) => [msg, err.type, err.statusCode]), [['Later', 'ServiceUnavailable', 503], ['Later', 'ServiceUnavailable', 503]])
})
