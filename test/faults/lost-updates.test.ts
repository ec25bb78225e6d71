import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { prng } from '../conformance/prng.ts'
import { startCluster } from '../postgres/cluster.ts'
import { report, secondsOf, seedOf } from './figures.ts'
import { judgeServers } from './judge-marks.ts'
import { startMarks } from './marks.ts'
import { startServers } from './servers.ts'
import type { Test } from 'tap'
import type { Scenario } from './servers.ts'

const lanes = 4

async function loseNothing (t: Test, { name, store, processes, clients, seconds }: Scenario): Promise<void> {
  const servers = await startServers(t, store, processes)
  const marks = startMarks(t, { servers, clients, lanes, random: prng(seedOf(t)) })
  await sleep(seconds * 1000)
  const record = await marks.stop()
  const judged = await judgeServers(t, servers, record, lanes)
  t.equal(record.refusals.length, 0, 'every request was answered')
  t.ok(record.acknowledged.length > clients / 4, 'marks were acknowledged')
  t.ok(record.stale > 0, 'updates raced')
  report(t, `lost updates, ${name}`, { processes, clients, seconds, acknowledged: record.acknowledged.length, 'answered 412': record.stale, ...judged })
}

t.test('64 clients of four processes on one PostgreSQL lose no update', { timeout: 240_000 }, async (t) => {
  const cluster = await startCluster(t)
  await loseNothing(t, { name: 'PostgreSQL', store: await cluster.createDatabase('marks'), processes: 4, clients: 64, seconds: secondsOf(10) })
})

t.test('64 clients of two processes on one SQLite file lose no update', { timeout: 240_000 }, async (t) => {
  await loseNothing(t, { name: 'SQLite', store: `sqlite:${join(t.testdir({}), 'marks.db')}`, processes: 2, clients: 64, seconds: secondsOf(10) })
})
