import { join } from 'node:path'
import t from 'tap'
import { prng } from '../conformance/prng.ts'
import { startCluster } from '../postgres/cluster.ts'
import { report, secondsOf, seedOf } from './figures.ts'
import { judgeServers } from './judge-marks.ts'
import { startMarks } from './marks.ts'
import { killAtRandom, startServers } from './servers.ts'
import type { Test } from 'tap'
import type { Scenario } from './servers.ts'

const lanes = 4

async function loseNothing (t: Test, { name, store, processes, clients, seconds }: Scenario): Promise<void> {
  const random = prng(seedOf(t))
  const servers = await startServers(t, store, processes)
  const marks = startMarks(t, { servers, clients, lanes, random })
  const kills = await killAtRandom(servers, seconds * 1000, random)
  const record = await marks.stop()
  const judged = await judgeServers(t, servers, record, lanes)
  t.ok(record.acknowledged.length > clients / 4, 'marks were acknowledged')
  t.ok(kills > 1 && record.refusals.some(({ kind }) => kind === 'closed'), 'servers were killed under their clients')
  report(t, `servers killed, ${name}`, {
    processes,
    clients,
    seconds,
    kills,
    acknowledged: record.acknowledged.length,
    'answered 412': record.stale,
    'without answer': record.refusals.length,
    'of those found written': record.found.length,
    ...judged
  })
}

t.test('nothing acknowledged is missing when servers on PostgreSQL are killed and restarted', { timeout: 240_000 }, async (t) => {
  const cluster = await startCluster(t)
  await loseNothing(t, { name: 'PostgreSQL', store: await cluster.createDatabase('marks'), processes: 4, clients: 64, seconds: secondsOf(5) })
})

t.test('nothing acknowledged is missing when servers on a SQLite file are killed and restarted', { timeout: 240_000 }, async (t) => {
  await loseNothing(t, { name: 'SQLite', store: `sqlite:${join(t.testdir({}), 'marks.db')}`, processes: 2, clients: 64, seconds: secondsOf(3) })
})
