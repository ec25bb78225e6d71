import t from 'tap'
import { postgresStore } from '../../lib/postgres.ts'
import { keepsRequestsOutOfStatements } from '../isolation/statements.ts'
import { startCluster } from './cluster.ts'
import { emptySchema } from './databases.ts'
import { watchedPool } from './watched-pool.ts'

const cluster = await startCluster(t)

t.test('no text of a request is in a statement of PostgreSQL', async (t) => {
  const { pool, asked } = watchedPool(t, await emptySchema(cluster))
  await keepsRequestsOutOfStatements(t, postgresStore(pool), () => asked.map(({ text }) => text))
})
