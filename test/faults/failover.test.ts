import { setTimeout as sleep } from 'node:timers/promises'
import Fastify from 'fastify'
import pg from 'pg'
import t from 'tap'
import { commonRest, serverOptions } from '../../lib/index.ts'
import { postgresStore } from '../../lib/postgres.ts'
import { prng } from '../conformance/prng.ts'
import { startCluster } from '../postgres/cluster.ts'
import { report, roundsOf, seedOf } from './figures.ts'
import { judgeServers } from './judge-marks.ts'
import { startMarks } from './marks.ts'
import { measureRecovery } from './recovery.ts'
import { startRelay } from './relay.ts'
import { startServers } from './servers.ts'

const [lanes, processes, clients] = [4, 2, 32]

t.test('a pool that was handed in is pointed at the standby', { timeout: 60_000 }, async (t) => {
  const primary = await startCluster(t)
  const standby = await primary.startStandby()
  const { hostname: host, username: user, password } = new URL(primary.url())
  const pool = new pg.Pool({ host, port: primary.port, user, password, database: 'postgres' })
  pool.on('error', () => {})
  t.teardown(() => pool.end())
  const app = Fastify({ ...serverOptions() })
  t.teardown(() => app.close())
  await app.register(commonRest, { store: postgresStore(pool) })
  app.resource('/documents', {})
  const url = '/documents/1'
  const made = await app.inject({ method: 'PUT', url, headers: { 'if-none-match': '*' }, payload: { here: true } })
  t.equal(made.statusCode, 201)
  // Reads that wait for a lock are under way when the server dies.
  const other = await pool.connect()
  other.on('error', () => {})
  await other.query('BEGIN; LOCK TABLE crest_documents')
  const underWay = Array.from({ length: 5 }, async () => app.inject({ url }))
  await sleep(100)
  await primary.kill()
  other.release(true)
  t.strictSame((await Promise.all(underWay)).map(({ statusCode }) => statusCode), Array(5).fill(503))
  const meanwhile = await app.inject({ url })
  t.equal(meanwhile.statusCode, 503)
  t.match(meanwhile.headers['retry-after'], /^\d+$/)
  await standby.promote()
  pool.options.port = standby.port
  const read = await app.inject({ url })
  t.strictSame([read.statusCode, read.headers.etag], [200, made.headers.etag])
  const updated = await app.inject({ method: 'PUT', url, headers: { 'if-match': String(made.headers.etag) }, payload: { here: false } })
  t.equal(updated.statusCode, 200)
})

for (let round = 1; round <= roundsOf(1, 5); round++) {
  t.test(`nothing acknowledged is missing when a synchronous standby takes over (round ${round})`, { timeout: 120_000 }, async (t) => {
    const random = prng(seedOf(t))
    const primary = await startCluster(t)
    await primary.createDatabase('marks')
    const standby = await primary.startStandby()
    const relay = await startRelay(t, primary.port)
    const servers = await startServers(t, primary.url('marks', relay.port), processes)
    const marks = startMarks(t, { servers, clients, lanes, random })
    await sleep(1000 + random() * 1000)
    await primary.kill()
    const killed = performance.now()
    const before = marks.record.acknowledged.length
    // The standby refuses writes until it is promoted.
    relay.target = standby.port
    await sleep(300)
    await standby.promote()
    const takeover = performance.now() - killed
    const recovery = await measureRecovery(marks.record, servers)
    const record = await marks.stop()
    t.ok(before > 0 && record.acknowledged.length > before, 'marks were acknowledged before and after')
    t.ok(recovery <= 5000, `every server was back ${Math.round(recovery)} ms after the standby`)
    const judged = await judgeServers(t, servers, record, lanes)
    report(t, `failover, round ${round}`, {
      processes,
      clients,
      'acknowledged before': before,
      'acknowledged after': record.acknowledged.length - before,
      'without answer or 503': record.refusals.length,
      'of those found written': record.found.length,
      'takeover, ms': Math.round(takeover),
      'recovery, ms': Math.round(recovery),
      ...judged
    })
  })
}
