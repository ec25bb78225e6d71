import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { prng } from '../conformance/prng.ts'
import { startServer } from '../hostile/server-process.ts'
import { startCluster } from '../postgres/cluster.ts'
import { growthOf } from './growth.ts'
import { startLoad } from './load.ts'
import { reportSoak } from './report.ts'
import type { Test } from 'tap'
import type { Measure } from '../hostile/server-process.ts'

/** `npm test` runs a short form; SOAK_SECONDS asks for the long one, and SOAK_STORES for some of the stores, at the same time. */
const seconds = Number(process.env['SOAK_SECONDS'] ?? 6)
const stores = (process.env['SOAK_STORES'] ?? 'memory sqlite postgres').split(/[ ,]+/)
const [clients, documents] = [32, 50]
/** The server collects its garbage for each, so not too many in a short time. */
const samples = Math.max(12, Math.min(90, seconds / 10))
/** Compiled code and what is remembered of requests settle for a while; a request that leaves its objects behind takes kilobytes. */
const heapSlack = 4 * 1024 * 1024
/** Buffers of what is on its way come and go; a memory store may waste some hundred kilobytes. */
const externalSlack = 4 * 1024 * 1024
/** Each client opens a connection of its own again and again: some are just coming or going. */
const descriptorSlack = 12

async function soak (t: Test, name: string, store: string): Promise<void> {
  const server = await startServer(t, new URL('server.mjs', import.meta.url), store)
  const seed = Number(process.env['SOAK_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
  const load = startLoad(server.port, { clients, documents, random: prng(seed) })
  const from = performance.now()
  const measures: Array<Measure & { readonly at: number }> = []
  for (let n = 1; n <= samples; n++) {
    await sleep(from + n * seconds * 1000 / samples - performance.now())
    measures.push({ ...await server.measure(), at: (performance.now() - from) / 1000 })
  }
  const record = await load.stop()
  const grown = (of: keyof Measure): number => growthOf(measures.map((measure) => ({ at: measure.at, value: measure[of] })))
  const growth = { heap: grown('heap'), descriptors: grown('descriptors'), external: grown('external'), rss: grown('rss') }
  reportSoak(t, { name, seed, seconds, measures, growth, record })
  t.equal(server.failure(), undefined, 'the server runs')
  t.strictSame(record.unexpected, [], 'every answer was the one that is right')
  // How many is a matter of the machine.
  t.ok(record.all.count > clients, `${record.all.count} requests`)
  t.ok(growth.heap < heapSlack, `the heap grew by ${(growth.heap / 1024 / 1024).toFixed(2)} MB after the warm-up`)
  t.ok(growth.external < externalSlack, `memory outside the heap grew by ${(growth.external / 1024 / 1024).toFixed(2)} MB after the warm-up`)
  t.ok(growth.descriptors < descriptorSlack, `file descriptors grew by ${growth.descriptors.toFixed(1)} after the warm-up`)
}

const timeout = (seconds + 120) * 1000
t.jobs = stores.length
if (stores.includes('memory')) {
  t.test(`${seconds} s of mixed load on memory: only right answers, in flat memory`, { timeout }, async (t) => {
    await soak(t, 'memory', 'memory:')
  })
}
if (stores.includes('sqlite')) {
  t.test(`${seconds} s of mixed load on SQLite: only right answers, in flat memory`, { timeout }, async (t) => {
    await soak(t, 'SQLite', `sqlite:${join(t.testdir({}), 'soak.db')}`)
  })
}
if (stores.includes('postgres')) {
  t.test(`${seconds} s of mixed load on PostgreSQL: only right answers, in flat memory`, { timeout }, async (t) => {
    const cluster = await startCluster(t)
    await soak(t, 'PostgreSQL', await cluster.createDatabase('soak'))
  })
}
