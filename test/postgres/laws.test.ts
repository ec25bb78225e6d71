import t from 'tap'
import { acceptsLaws } from '../stores/accepts-laws.ts'
import { queryLaws } from '../stores/query-laws.ts'
import { sharedStateLaws } from '../stores/shared-state-laws.ts'
import { storeLaws } from '../stores/store-laws.ts'
import { cases } from '../thorough.ts'
import { startCluster } from './cluster.ts'
import { emptySchema, manyStores, openStore } from './databases.ts'

const cluster = await startCluster(t)

t.test('the laws of stores hold', async (t) => {
  await storeLaws(t, await manyStores(cluster, 30))
})

t.test('the laws of queries hold', async (t) => {
  await queryLaws(t, await manyStores(cluster, 10), { cases: cases(150), many: 600 })
})

t.test('the laws of documents that are not accepted hold', async (t) => {
  await acceptsLaws(t, await manyStores(cluster, 20), cases(100))
})

t.test('the laws of shared state hold', async (t) => {
  const urls: string[] = []
  for (let n = 0; n < 10; n++) urls.push(await emptySchema(cluster))
  await sharedStateLaws(t, (t, many) => {
    const url = urls.pop() ?? ''
    return Array.from({ length: many }, () => openStore(t, url))
  })
})
