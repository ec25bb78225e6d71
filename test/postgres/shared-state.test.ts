import t from 'tap'
import { sharedStateOfProcesses } from '../plugin/shared-state-processes.ts'
import { startCluster } from './cluster.ts'

t.test('two processes on one PostgreSQL database', { timeout: 120_000 }, async (t) => {
  const cluster = await startCluster(t)
  await sharedStateOfProcesses(t, cluster.url())
})
