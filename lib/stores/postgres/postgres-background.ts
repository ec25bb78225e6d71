import { LRUCache } from 'lru-cache'
import type { CollectionRules, StoreCollection } from '../store.ts'

/** The purge that a store does by itself while it is used. */
export interface BackgroundPurge {
  /** Notes a collection; one in which nothing ever ends is passed over. */
  include (path: string, rules: CollectionRules, collection: StoreCollection): void
  /** Begins; does nothing where it has begun. */
  start (): void
  /** Ends, once a purge that is under way is through. */
  stop (): Promise<void>
}

/**
 * Purges every `interval` milliseconds, 0 is never, the collections that were used in this process: a little sooner or later
 * each time, so that processes that have started together do not purge together.
 */
export function createBackgroundPurge (interval: number): BackgroundPurge {
  // Paths may be without number.
  const collections = new LRUCache<string, StoreCollection>({ max: 10_000 })
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> | undefined
  const next = (): void => {
    const mine = setTimeout(() => { running = purgeAll(mine).finally(() => { if (timer === mine) next() }) }, interval * (0.75 + Math.random() / 2))
    mine.unref()
    timer = mine
  }
  const purgeAll = async (mine: NodeJS.Timeout): Promise<void> => {
    for (const collection of [...collections.values()]) {
      // It was stopped, and perhaps started again.
      if (timer !== mine) return
      try {
        await collection.purge()
      } catch {
        // What is not purged now is purged next time, and gone to everybody meanwhile.
      }
    }
  }
  return {
    include (path, rules, collection) {
      if (interval > 0 && (rules.expires !== undefined || typeof rules.tombstones === 'number')) collections.set(path, collection)
    },
    start () {
      if (interval > 0 && timer === undefined) next()
    },
    async stop () {
      clearTimeout(timer)
      timer = undefined
      await running
    }
  }
}
