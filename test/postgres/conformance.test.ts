import t from 'tap'
import type { Store } from '../../lib/stores/store.ts'
import { postgresStore } from '../../lib/postgres.ts'
import { closeAll, runAll } from '../conformance/exchange.ts'
import { storeMakers } from '../conformance/fixture.ts'
import { rowByLevel } from '../conformance/goals.ts'
import { inject } from '../conformance/request.ts'
import { startCluster } from './cluster.ts'
import { emptySchema, openPool } from './databases.ts'

const cluster = await startCluster(t)
const pool = openPool(t, await emptySchema(cluster))
let stores = 0

/** A store on the one pool whose paths are apart from those of all others: an empty one, without new tables. */
storeMakers.postgres = (): Store => {
  const inner = postgresStore(pool)
  const prefix = `/${++stores}`
  return {
    collection: (path, rules) => inner.collection(prefix + path, rules),
    collections: async () => (await inner.collections()).flatMap((path) => path.startsWith(`${prefix}/`) ? [path.slice(prefix.length)] : []),
    secret: () => inner.secret(),
    attach: () => inner.attach(),
    detach: () => inner.detach()
  }
}

// Before the pool is closed.
t.teardown(closeAll)

t.test('every level of every factor leaves the outcome of every row as it is on PostgreSQL', async (t) => {
  const { requests, goals } = rowByLevel()
  const { count, wrong, mismatches } = await runAll(requests, { store: 'postgres', send: inject })
  t.comment(`${count} requests for ${goals} goals, ${wrong} wrong`)
  t.ok(count === requests.length && count > 500, 'all requests were sent')
  t.same(mismatches, [])
})
