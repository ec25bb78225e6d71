import { setTimeout as sleep } from 'node:timers/promises'
import type { MarksRecord } from './marks.ts'
import type { Server } from './servers.ts'

/** How long a service that comes back is watched for requests that still fail. */
const watched = 1000
/** What is not back by then is taken for lost. */
const patience = 30_000

/**
 * Milliseconds from now until every server has acknowledged a write, and no request is refused any more; waits until that
 * can be told.
 */
export async function measureRecovery (record: MarksRecord, servers: readonly Server[]): Promise<number> {
  const from = performance.now()
  const firsts = new Map<number, number>()
  let next = record.acknowledged.length
  for (let quiet = from; firsts.size < servers.length || performance.now() < quiet + watched;) {
    await sleep(20)
    for (; next < record.acknowledged.length; next++) {
      const { server, at } = record.acknowledged[next] ?? { server: -1, at: 0 }
      if (at >= from && !firsts.has(server)) firsts.set(server, at)
    }
    quiet = Math.max(from, record.refusals.at(-1)?.at ?? 0)
    const failures = servers.flatMap((server) => server.failure() ?? [])
    if (failures.length > 0) throw new Error(`a server ${failures.join('\n')}`)
    if (performance.now() > from + patience) throw new Error(`${firsts.size} of ${servers.length} servers are back after ${patience} ms`)
  }
  return Math.max(...firsts.values(), record.refusals.at(-1)?.at ?? 0) - from
}
