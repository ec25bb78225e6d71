import { join } from 'node:path'
import Fastify from 'fastify'
import t from 'tap'
import { commonRest, memoryStore, serverOptions } from '../../lib/index.ts'
import { prng } from '../conformance/prng.ts'
import { startCluster } from '../postgres/cluster.ts'
import { report, secondsOf, seedOf } from './figures.ts'
import { whyNotLinearizable } from './linearizability.ts'
import { firstMark, recordHistories } from './register-history.ts'
import { killAtRandom, startServers } from './servers.ts'
import type { Server } from './servers.ts'
import type { Test } from 'tap'

const [clients, documents] = [12, 3]

async function checkHistories (t: Test, store: string, servers: ReadonlyArray<{ readonly url: string | undefined }>, random: () => number): Promise<void> {
  const histories = await recordHistories({ servers, clients, documents, milliseconds: secondsOf(2) * 1000, random })
  for (const { id, operations, revisions, faults } of histories) {
    t.strictSame(faults, [])
    t.equal(new Set(revisions.values()).size, revisions.size, 'no two marks have one revision')
    t.equal(whyNotLinearizable(firstMark, operations), undefined, `${operations.length} operations on ${id} have an order`)
  }
  const operations = histories.flatMap(({ operations }) => operations)
  const count = (outcome: string): number => operations.filter((operation) => operation.kind === 'set' && operation.outcome === outcome).length
  t.ok(count('done') > documents && count('refused') > documents, 'sets were done and refused')
  report(t, `linearizability, ${store}`, { operations: operations.length, 'sets done': count('done'), refused: count('refused'), unknown: count('unknown') })
}

/** Kills servers under the clients, so that some never hear what came of their request. */
async function checkWhileKilling (t: Test, store: string, servers: readonly Server[]): Promise<void> {
  const random = prng(seedOf(t))
  await Promise.all([checkHistories(t, store, servers, random), killAtRandom(servers, secondsOf(2) * 1000 - 500, random)])
}

t.test('documents in memory are linearizable registers', { timeout: 240_000 }, async (t) => {
  const app = Fastify({ ...serverOptions() })
  t.teardown(() => app.close())
  await app.register(commonRest, { store: memoryStore() })
  app.resource('/documents', {})
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  await checkHistories(t, 'memory', [{ url }], prng(seedOf(t)))
})

t.test('documents in a SQLite file of two processes, which are killed, are linearizable registers', { timeout: 240_000 }, async (t) => {
  const servers = await startServers(t, `sqlite:${join(t.testdir({}), 'registers.db')}`, 2)
  await checkWhileKilling(t, 'SQLite', servers)
})

t.test('documents in a PostgreSQL of two processes, which are killed, are linearizable registers', { timeout: 240_000 }, async (t) => {
  const cluster = await startCluster(t)
  const servers = await startServers(t, await cluster.createDatabase('registers'), 2)
  await checkWhileKilling(t, 'PostgreSQL', servers)
})
