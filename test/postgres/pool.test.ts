import t from 'tap'
import { rules } from '../stores/store-laws.ts'
import { startCluster } from './cluster.ts'
import { openStore } from './databases.ts'

t.test('a pool without a free connection is 503 within the limit, and serves again when there is one', async (t) => {
  const cluster = await startCluster(t)
  const url = await cluster.createDatabase('busy')
  const collection = openStore(t, url, { poolSize: 1, timeout: 500 }).collection('/things', rules())
  await collection.insert('a', {})
  await cluster.query('CREATE FUNCTION slowly () RETURNS trigger LANGUAGE plpgsql AS \'BEGIN PERFORM pg_sleep(0.35); RETURN NEW; END\'', 'busy')
  await cluster.query('CREATE TRIGGER slow BEFORE INSERT ON crest_documents FOR EACH ROW EXECUTE FUNCTION slowly()', 'busy')
  const writes = await Promise.allSettled(['b', 'c', 'd', 'e'].map(async (id) => collection.insert(id, {})))
  const refused = writes.filter(({ status }) => status === 'rejected')
  t.ok(refused.length >= 2, `${refused.length} of 4 find no connection in time`)
  for (const outcome of refused) t.match(outcome, { reason: { statusCode: 503, retryAfter: 1 } })
  t.equal((await collection.read('a')).kind, 'document')
})

t.test('calls that are under way when the last app leaves are answered', async (t) => {
  const cluster = await startCluster(t)
  const store = openStore(t, await cluster.createDatabase('leaving'), { poolSize: 1 })
  const collection = store.collection('/things', rules())
  store.attach()
  await collection.insert('a', {})
  const calls = Array.from({ length: 20 }, async () => collection.read('a'))
  await store.detach()
  const kinds = await Promise.all(calls.map(async (call) => (await call).kind))
  t.same(kinds, calls.map(() => 'document'))
})
