import type { FastifyBaseLogger } from 'fastify'
import type { SharedSwitch } from './declare/shared-switch.ts'
import type { SharedState, Store } from './stores/store.ts'

/** How often the shared state is read, in milliseconds: a change reaches every process within a second, also a busy one. */
const interval = 400

/** How long one reading is waited for, in milliseconds. */
const maxPatience = 2000

/** Follows the state that a store shares until it is stopped. */
export interface Follower {
  /** Resolves when the state was read for the first time, or `patience` is over. Never rejects. */
  readonly started: Promise<void>
  /** Resolves when nothing is read any more, or `patience` is over. Never rejects. */
  stop (): Promise<void>
}

/**
 * Follows what each of `stores` shares with the resources that live there, as {@link followSharedState} does.
 *
 * @param pluginTimeout that of the Fastify instance, after which getting ready fails; 0 is never
 */
export function followStores (stores: ReadonlyMap<Store, readonly SharedSwitch[]>, log: FastifyBaseLogger, pluginTimeout: number = 0): Follower {
  const patience = pluginTimeout > 0 ? Math.min(maxPatience, pluginTimeout / 2) : maxPatience
  const followers = [...stores].flatMap(([{ shared }, switches]) => shared === undefined ? [] : [followSharedState(shared, switches, log, patience)])
  const all = async (promises: ReadonlyArray<Promise<void>>): Promise<void> => { await Promise.all(promises) }
  return {
    started: all(followers.map(({ started }) => started)),
    stop: () => all(followers.map((follower) => follower.stop()))
  }
}

/**
 * Reads what `shared` holds about every 400 ms, one reading after the other, and lets `switches` take it over. While it
 * cannot be read, what was last known holds; that is logged once.
 *
 * @param patience how many milliseconds a reading may take before it is waited for and silent no longer
 */
export function followSharedState (shared: SharedState, switches: readonly SharedSwitch[], log: FastifyBaseLogger, patience: number): Follower {
  let timer: NodeJS.Timeout | undefined
  let stopped = false
  let troubled = false

  const report = (error: unknown): void => {
    if (!troubled && !stopped) log.warn({ err: error }, 'Which resources are disabled in every process cannot be read; what was last known holds')
    troubled = true
  }

  /** Resolves to how many milliseconds the store has stopped this process. */
  async function read (): Promise<number> {
    const overdue = setTimeout(() => report(new Error(`The store has not answered for ${patience} ms`)), patience).unref()
    const takeOvers = switches.map((each) => each.expect())
    const begun = performance.now()
    let blocked = 0
    try {
      const answer = shared.read()
      blocked = performance.now() - begun
      const texts = await answer
      if (!stopped) for (const takeOver of takeOvers) takeOver(texts)
      troubled = false
    } catch (error) {
      if (blocked === 0) blocked = performance.now() - begun
      report(error)
    } finally {
      clearTimeout(overdue)
    }
    return blocked
  }

  let reading = poll()

  async function poll (): Promise<void> {
    const blocked = await read()
    // SQLite waits for locks, and this process with it: not again before as much time has passed.
    if (!stopped) timer = setTimeout(() => { reading = poll() }, Math.max(interval, blocked)).unref()
  }

  return {
    started: atMost(patience, reading),
    async stop () {
      stopped = true
      clearTimeout(timer)
      // The store closes next, and may not be opened again by what still reads.
      await atMost(patience, reading)
    }
  }
}

async function atMost (milliseconds: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  await Promise.race([work, new Promise<void>((resolve) => { timer = setTimeout(resolve, milliseconds) })])
  clearTimeout(timer)
}
