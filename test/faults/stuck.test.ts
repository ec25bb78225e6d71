import { Agent } from 'node:http'
import pg from 'pg'
import t from 'tap'
import { startCluster } from '../postgres/cluster.ts'
import { report, roundsOf } from './figures.ts'
import { exchange } from './http-client.ts'
import { startRelay } from './relay.ts'
import { startServers } from './servers.ts'
import type { Test } from 'tap'
import type { Ask } from './http-client.ts'
import type { Relay } from './relay.ts'
import type { Server } from './servers.ts'

/** The statement limit, and how much later a client on a busy machine may see the answer. */
const [timeout, tolerance] = [400, 1000]
const [requests, atOnce, poolSize] = [roundsOf(1000, 5000), 100, 10]
/** What the heap may grow by while compiled code still settles; a request that leaves its objects behind takes several kilobytes. */
const slack = 2 * 1024 * 1024

t.test('a database that accepts connections and never answers is 503 within the limit, in flat memory', { timeout: 240_000 }, async (t) => {
  const relay = await startRelay(t, 9, 'everything')
  const store = `postgres://nobody:secret@127.0.0.1:${relay.port}/nothing`
  const servers = await startServers(t, store, 1, { storeOptions: { timeout, poolSize }, flags: ['--expose-gc'] })
  await refuseAll(t, 'database that accepts and never answers', servers, relay)
})

t.test('a database that connects and no longer answers is 503 within the limit, in flat memory, and comes back', { timeout: 240_000 }, async (t) => {
  const cluster = await startCluster(t)
  await cluster.createDatabase('stuck')
  const relay = await startRelay(t, cluster.port)
  const servers = await startServers(t, cluster.url('stuck', relay.port), 1, { storeOptions: { timeout, poolSize }, flags: ['--expose-gc'] })
  const url = `${servers[0]?.url}/documents/stuck`
  t.equal(await status({ method: 'PUT', url, headers: { 'if-none-match': '*' }, content: {} }), 201)
  relay.freeze('queries')
  await refuseAll(t, 'database that connects and no longer answers', servers, relay)
  relay.thaw()
  const recovery = await untilAllSucceed(Array(2 * poolSize).fill({ method: 'GET', url }))
  t.ok(recovery <= 5000, `it is back after ${Math.round(recovery)} ms`)
})

t.test('a write that waits for the lock of another is 503 within the limit, and reads go on', { timeout: 60_000 }, async (t) => {
  const cluster = await startCluster(t)
  const store = await cluster.createDatabase('locked')
  const [server] = await startServers(t, store, 1, { storeOptions: { timeout, poolSize } })
  const url = `${server?.url}/documents/locked`
  const update: Ask = { method: 'PUT', url, headers: { 'if-match': '*' }, content: { updated: true } }
  t.equal(await status({ ...update, headers: { 'if-none-match': '*' }, content: {} }), 201)
  const other = new pg.Client({ connectionString: store })
  await other.connect()
  t.teardown(() => other.end())
  await other.query('BEGIN')
  await other.query('LOCK TABLE crest_documents IN EXCLUSIVE MODE')
  const from = performance.now()
  const updates = await Promise.all(Array.from({ length: 2 * poolSize }, async () => status(update)))
  const slowest = performance.now() - from
  t.strictSame(updates, Array(2 * poolSize).fill(503))
  t.ok(slowest <= timeout + tolerance, `the slowest after ${Math.round(slowest)} ms`)
  t.equal(await status({ method: 'GET', url }), 200)
  await other.query('ROLLBACK')
  const recovery = await untilAllSucceed([update])
  t.ok(recovery <= 5000, `and it is done ${Math.round(recovery)} ms after the lock is gone`)
})

/** Milliseconds until all of these requests, sent at once, are 200. */
async function untilAllSucceed (asks: readonly Ask[]): Promise<number> {
  const from = performance.now()
  for (;;) {
    const statuses = await Promise.all(asks.map(status))
    const passed = performance.now() - from
    if (passed > 5000 || statuses.every((status) => status === 200)) return passed
  }
}

async function status (ask: Ask): Promise<number | 'closed'> {
  const answer = await exchange(new Agent(), ask)
  return answer === 'closed' ? answer : answer.status
}

/** A thousand requests, a hundred at once: reads, creates and updates. */
async function refuseAll (t: Test, name: string, [server]: readonly Server[], relay: Relay): Promise<void> {
  const agent = new Agent({ keepAlive: true })
  t.teardown(() => agent.destroy())
  const heap = async (): Promise<number> => {
    const answer = await exchange(agent, { method: 'GET', url: `${server?.url}/heap` })
    return answer === 'closed' ? NaN : (answer.body as { readonly used: number }).used
  }
  // What is made once is made.
  await askMany(agent, String(server?.url), 5 * atOnce)
  const before = await heap()
  const answers = await askMany(agent, String(server?.url), requests)
  const growth = await heap() - before
  const slowest = Math.max(...answers.map(({ milliseconds }) => milliseconds))
  t.strictSame(answers.filter(({ status }) => status !== 503), [], 'all are 503')
  t.ok(answers.every(({ retryAfter }) => /^\d+$/.test(retryAfter)), 'with Retry-After')
  t.ok(slowest <= timeout + tolerance, `the slowest after ${Math.round(slowest)} ms`)
  t.ok(growth < slack, `the heap grew by ${growth} bytes`)
  // One that the server has closed counts until the relay has heard of it.
  t.ok(relay.open() <= poolSize && relay.most <= 2 * poolSize, `${relay.open()} connections are open, ${relay.most} were at most`)
  report(t, name, { requests, 'at once': atOnce, 'limit, ms': timeout, 'slowest, ms': Math.round(slowest), 'heap before, bytes': before, 'growth, bytes': growth, 'connections at most': relay.most })
}

interface Refusal {
  readonly status: number | 'closed'
  readonly retryAfter: string
  readonly milliseconds: number
}

async function askMany (agent: Agent, url: string, count: number): Promise<Refusal[]> {
  const refusals: Refusal[] = []
  let next = 0
  await Promise.all(Array.from({ length: atOnce }, async () => {
    while (next < count) {
      const number = next++
      const write = number % 3 === 0 ? undefined : { headers: number % 3 === 1 ? { 'if-none-match': '*' } : { 'if-match': '*' }, content: { number } }
      const from = performance.now()
      const answer = await exchange(agent, { method: write === undefined ? 'GET' : 'PUT', url: `${url}/documents/${number}`, ...write })
      const milliseconds = performance.now() - from
      refusals.push(answer === 'closed' ? { status: answer, retryAfter: '', milliseconds } : { status: answer.status, retryAfter: String(answer.headers['retry-after']), milliseconds })
    }
  }))
  return refusals
}
