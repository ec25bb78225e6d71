import Fastify from 'fastify'
import t from 'tap'
import commonRest, { serverOptions } from '../../lib/index.ts'
import { startCluster } from './cluster.ts'
import { emptySchema, openStore } from './databases.ts'

/** Found by `npm run soak`: PostgreSQL writes JSON in another form than it was sent in. */
t.test('a write that changes nothing keeps the revision on PostgreSQL, whatever form the stored text has', async (t) => {
  const cluster = await startCluster(t)
  const app = Fastify(serverOptions())
  t.teardown(async () => app.close())
  await app.register(commonRest, { store: openStore(t, await emptySchema(cluster)) })
  let changes = 0
  app.resource('/things', { onChange: () => { changes++ } })
  const contents: readonly object[] = [{}, { a: 1, b: { c: [1, 1e21, 'x'] } }, { 'a": ': 1, 'b"': -0.5 }, { ' ': true, long: 'y'.repeat(2000) }]
  for (const [n, content] of contents.entries()) {
    const ask = async (method: 'PUT' | 'PATCH', payload: unknown, type: string = 'application/json'): Promise<unknown> => {
      const { statusCode, headers } = await app.inject({ method, url: `/things/${n}`, headers: { 'content-type': type }, payload: JSON.stringify(payload) })
      t.ok(statusCode < 300, `${method} ${statusCode}`)
      return headers['etag']
    }
    const revision = await ask('PUT', content)
    t.equal(await ask('PUT', content), revision, 'the same again')
    t.equal(await ask('PUT', Object.fromEntries(Object.entries(content).reverse())), revision, 'in another order')
    t.equal(await ask('PATCH', []), revision, 'no operation')
    t.equal(await ask('PATCH', content, 'application/merge-patch+json'), revision, 'merged with itself')
    t.equal(await ask('PATCH', [], 'application/json-patch+json'), revision, 'an empty JSON Patch')
    t.not(await ask('PUT', { ...content, more: 1 }), revision, 'a change')
  }
  t.equal(changes, 2 * contents.length, 'only changes are told')
})
