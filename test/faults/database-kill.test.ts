import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { prng } from '../conformance/prng.ts'
import { startCluster } from '../postgres/cluster.ts'
import { report, roundsOf, seedOf } from './figures.ts'
import { judgeServers } from './judge-marks.ts'
import { startMarks } from './marks.ts'
import { measureRecovery } from './recovery.ts'
import { startServers } from './servers.ts'

const [lanes, processes, clients] = [4, 2, 32]
const rounds = roundsOf(2, 10)

t.test(`nothing acknowledged is missing when PostgreSQL crashes and comes back, ${rounds} times`, { timeout: 400_000 }, async (t) => {
  const random = prng(seedOf(t))
  const cluster = await startCluster(t)
  const servers = await startServers(t, await cluster.createDatabase('marks'), processes)
  const marks = startMarks(t, { servers, clients, lanes, random })
  const recoveries: number[] = []
  for (let round = 0; round < rounds; round++) {
    await sleep(500 + random() * 1000)
    await (round % 2 === 0 ? cluster.stop('immediate') : cluster.kill())
    const refused = marks.record.refusals.length
    // A server that starts meanwhile waits for the database too.
    await servers[0]?.kill()
    await servers[0]?.start()
    await sleep(500 + random() * 500)
    t.ok(marks.record.refusals.length > refused, 'requests were refused meanwhile')
    await cluster.start()
    const recovery = await measureRecovery(marks.record, servers)
    t.ok(recovery <= 5000, `every server was back ${Math.round(recovery)} ms after the database`)
    recoveries.push(recovery)
  }
  const record = await marks.stop()
  const judged = await judgeServers(t, servers, record, lanes)
  const count = (kind: 503 | 'closed'): number => record.refusals.filter((refusal) => refusal.kind === kind).length
  t.ok(record.refusals.every(({ kind, server }) => kind === 503 || server === 0), 'the other server itself went on')
  report(t, 'PostgreSQL killed', {
    processes,
    clients,
    kills: rounds,
    acknowledged: record.acknowledged.length,
    'answered 503': count(503),
    'of those found written': record.found.length,
    'longest recovery, ms': Math.round(Math.max(...recoveries)),
    ...judged
  })
})
