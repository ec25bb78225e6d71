import { setTimeout as sleep } from 'node:timers/promises'
import { startServer } from '../processes/server.ts'
import type { ServerProcess, ServerSettings } from '../processes/server.ts'

/** Clients of some processes on one store, for a while. */
export interface Scenario {
  readonly name: string
  readonly store: string
  readonly processes: number
  readonly clients: number
  readonly seconds: number
}

/** A server process that can be killed and started again. */
export interface Server {
  /** Where it listens, on another port after each start; undefined while it is down. */
  readonly url: string | undefined
  readonly kill: () => Promise<void>
  readonly start: () => Promise<void>
  /** What it printed, if it has ended by itself. */
  readonly failure: () => string | undefined
}

interface Owner {
  readonly teardown: (end: () => Promise<void>) => unknown
}

/** Starts so many servers on one store; they end with the test. */
export async function startServers (owner: Owner, store: string, count: number, settings?: ServerSettings): Promise<readonly Server[]> {
  return Promise.all(Array.from({ length: count }, async () => {
    let running: ServerProcess | undefined = await startServer(store, settings)
    const server: Server = {
      get url () {
        return running?.url
      },
      kill: async () => {
        const killed = running
        // Before its port can be somebody else's.
        running = undefined
        await killed?.kill()
      },
      start: async () => { running = await startServer(store, settings) },
      failure: () => running?.failure()
    }
    owner.teardown(server.kill)
    return server
  }))
}

/** Kills each of the servers at random moments and starts it again, until the time is over; returns how many kills. */
export async function killAtRandom (servers: readonly Server[], milliseconds: number, random: () => number): Promise<number> {
  const end = performance.now() + milliseconds
  let kills = 0
  await Promise.all(servers.map(async (server) => {
    for (;;) {
      await sleep(Math.min(500 + random() * 1500, end - performance.now()))
      if (performance.now() >= end) return
      await server.kill()
      kills++
      await sleep(random() * 200)
      await server.start()
    }
  }))
  return kills
}
