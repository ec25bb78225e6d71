import { join } from 'node:path'
import t from 'tap'
import { startServer } from '../hostile/server-process.ts'
import { startCluster } from '../postgres/cluster.ts'
import { growthOf } from '../soak/growth.ts'
import { fuzz, longestTurn } from './run.ts'
import { reportFuzz } from './report.ts'
import type { Test } from 'tap'

/** `npm test` sends 100,000 requests, always the same; FUZZ_REQUESTS, FUZZ_SEED and FUZZ_SECONDS ask for others, FUZZ_ONLY for some (`7`, `7-9`). */
const { FUZZ_REQUESTS = '100000', FUZZ_SEED = '20261127', FUZZ_STORES = 'memory sqlite postgres', FUZZ_SECONDS, FUZZ_ONLY } = process.env
const requests = Number(FUZZ_REQUESTS)
const seed = Number(FUZZ_SEED)
const stores = FUZZ_STORES.split(/[ ,]+/)
const shares: Readonly<Record<string, number>> = { memory: 0.6, sqlite: 0.25, postgres: 0.15 }
const allShares = stores.reduce((sum, store) => sum + (shares[store] ?? 0), 0)
/** Compiled code and what is remembered of requests settle for a while; a request that leaves its objects behind takes kilobytes. */
const heapSlack = 8 * 1024 * 1024

async function run (t: Test, name: string, store: string): Promise<void> {
  const server = await startServer(t, new URL('server.mjs', import.meta.url), store)
  const [first = 0, last = first] = FUZZ_ONLY?.split('-').map(Number) ?? []
  const count = FUZZ_ONLY === undefined ? Math.round(requests * (shares[name] ?? 0) / allShares) : last - first + 1
  const from = performance.now()
  const result = await fuzz({
    server,
    seed,
    first,
    count,
    seconds: Number(FUZZ_SECONDS ?? Infinity),
    ...(FUZZ_ONLY === undefined ? {} : { show: (text: string) => { t.comment(text) } })
  })
  const growth = growthOf(result.measures.map(({ heap }, at) => ({ at, value: heap })))
  reportFuzz(t, { name, seconds: (performance.now() - from) / 1000, growth, result })
  for (const failure of result.failures) t.comment(failure)
  t.equal(result.failureCount, 0, `${result.requests} requests: every answer is as it has to be`)
  t.equal(server.failure(), undefined, 'the server runs')
  t.ok(growth < heapSlack, `the heap grew by ${(growth / 1024 / 1024).toFixed(2)} MB after the warm-up`)
  if (result.block > longestTurn) t.comment(`${name}: one turn of the event loop took ${Math.round(result.block)} ms, of no request when it was alone`)
}

const timeout = Math.max(300_000, requests * 20)
t.test('generated and mutated requests over the memory store', { timeout, skip: stores.includes('memory') ? false : 'not asked for' }, async (t) => {
  await run(t, 'memory', 'memory:')
})
t.test('generated and mutated requests over SQLite', { timeout, skip: stores.includes('sqlite') ? false : 'not asked for' }, async (t) => {
  await run(t, 'sqlite', `sqlite:${join(t.testdir({}), 'fuzz.db')}`)
})
t.test('generated and mutated requests over PostgreSQL', { timeout, skip: stores.includes('postgres') ? false : 'not asked for' }, async (t) => {
  const cluster = await startCluster(t)
  await run(t, 'postgres', await cluster.createDatabase('fuzz'))
})
