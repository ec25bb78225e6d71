import t from 'tap'
import { holdsLargestLimits } from '../limits/largest.ts'
import { startCluster } from './cluster.ts'
import { emptySchema, openStore } from './databases.ts'

const cluster = await startCluster(t)

t.test('PostgreSQL holds the largest limits', async (t) => {
  await holdsLargestLimits(t, openStore(t, await emptySchema(cluster), { timeout: 120_000 }))
})
