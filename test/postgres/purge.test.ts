import { setTimeout } from 'node:timers/promises'
import t from 'tap'
import { createBackgroundPurge } from '../../lib/stores/postgres/postgres-background.ts'
import type { StoreCollection } from '../../lib/stores/store.ts'
import { rules, written } from '../stores/store-laws.ts'
import { startCluster } from './cluster.ts'
import { emptySchema, openPool, openStore } from './databases.ts'

const cluster = await startCluster(t)
const past = '2000-01-01T00:00:00Z'

t.test('processes that purge at the same time share the work, and count each row once', async (t) => {
  const url = await emptySchema(cluster)
  const rule = rules({ expires: '/until', tombstones: 1 })
  const stores = Array.from({ length: 4 }, () => openStore(t, url, { poolSize: 4 }))
  const [first] = stores as [ReturnType<typeof openStore>]
  const things = first.collection('/things', rule)
  const expired = 2500
  await Promise.all(Array.from({ length: 10 }, async (_, part) => {
    for (let n = part; n < expired; n += 10) written(await things.insert(`expired ${n}`, { until: past }))
    written(await things.insert(`live ${part}`, {}))
  }))
  const counts = await Promise.all(stores.map(async (store) => store.collection('/things', rule).purge()))
  await setTimeout(5)
  const again = await Promise.all(stores.map(async (store) => store.collection('/things', rule).purge()))
  t.equal([...counts, ...again].reduce((sum, count) => sum + count, 0), 2 * expired, 'each document, and then each tombstone')
  const { rows } = await openPool(t, url).query<{ total: string }>('SELECT count(*) AS total FROM crest_documents')
  t.equal(Number(rows[0]?.total), 10)
})

t.test('a store that is used purges by itself what has ended', { timeout: 30_000 }, async (t) => {
  const url = await emptySchema(cluster)
  const store = openStore(t, url, { purgeInterval: 50 })
  const kept = openStore(t, url, { purgeInterval: 0 })
  const expiring = store.collection('/expiring', rules({ expires: '/until' }))
  const buried = store.collection('/buried', rules({ tombstones: 20 }))
  const plain = store.collection('/plain', rules({ tombstones: true }))
  written(await expiring.insert('a', { until: past }))
  for (const collection of [buried, plain]) await collection.remove('a', written(await collection.insert('a', {})).revision)
  kept.attach()
  await setTimeout(200)
  const pool = openPool(t, url)
  const left = async (): Promise<readonly string[]> => (await pool.query<{ collection: string }>('SELECT collection FROM crest_documents ORDER BY 1')).rows.map(({ collection }) => collection)
  t.same(await left(), ['/buried', '/expiring', '/plain'], 'not before an app uses it, and never with an interval of 0')
  store.attach()
  while ((await left()).length > 1) await setTimeout(20)
  t.same(await left(), ['/plain'], 'a tombstone for ever stays')
})

t.test('a background purge goes on after a failure, and ends with the last that is under way', async (t) => {
  const held = { calls: 0, finish: () => {} }
  const collection = {
    purge: async () => {
      if (++held.calls === 1) throw new Error('not now')
      await new Promise<void>((resolve) => { held.finish = resolve })
      return 0
    }
  } as unknown as StoreCollection
  const purge = createBackgroundPurge(5)
  purge.include('/a', rules({ expires: '/until' }), collection)
  purge.include('/b', rules({ tombstones: 5 }), collection)
  purge.start()
  purge.start()
  while (held.calls < 2) await setTimeout(2)
  let stopped = false
  const stopping = purge.stop().then(() => { stopped = true })
  await setTimeout(20)
  t.notOk(stopped)
  held.finish()
  await stopping
  await setTimeout(20)
  t.equal(held.calls, 2, 'nothing is begun after the end')
})

t.test('a background purge that is started again while it stops is one, not two', async (t) => {
  const held = { calls: 0, finish: () => {} }
  const collection = {
    purge: async () => {
      held.calls++
      await new Promise<void>((resolve) => { held.finish = resolve })
      return 0
    }
  } as unknown as StoreCollection
  const purge = createBackgroundPurge(20)
  purge.include('/a', rules({ expires: '/until' }), collection)
  purge.start()
  while (held.calls < 1) await setTimeout(2)
  const stopping = purge.stop()
  purge.start()
  held.finish()
  await stopping
  while (held.calls < 2) await setTimeout(2)
  // A second chain would come while the first is held.
  await setTimeout(100)
  t.equal(held.calls, 2)
  held.finish()
  await purge.stop()
})
