import { randomUUID } from 'node:crypto'
import { CREST_ERR_STORE_NOT_SHARED } from '../stores/store-errors.ts'
import type { SharedState } from '../stores/store.ts'
import type { Availability, AvailabilityState } from './availability.ts'
import { formatShared, isNews, parseShared, sharedName } from './shared-availability.ts'
import type { SeenToken } from './shared-availability.ts'

/** Takes over what a reading of the shared texts has found. */
export type TakeOver = (texts: ReadonlyMap<string, string>) => void

/** The part of a resource in the state that its store shares. */
export interface SharedSwitch {
  /**
   * Sets every process to `state`: resolves when it is durable, and in force in this one. Calls take turns, so that the
   * last one holds.
   *
   * @throws CREST_ERR_STORE_NOT_SHARED, or what the store throws: then nothing has changed here
   */
  set (state: AvailabilityState): Promise<void>
  /** Called before the texts are read; what it returns is called with them. */
  expect (): TakeOver
}

/**
 * Ties the switch that one resource has in this process to the state that its store shares.
 *
 * @param path the full path as declared: what the resource is called in the store
 * @param shared what the store of the resource shares; undefined where it shares nothing
 * @param refuse is told of a text that cannot be read, once for each
 */
export function createSharedSwitch (path: string, availability: Availability, shared: SharedState | undefined, refuse: (text: string) => void): SharedSwitch {
  const name = sharedName(path)
  let seen: SeenToken
  let refused: string | undefined
  let written = 0
  let turn: Promise<unknown> = Promise.resolve()

  function takeOver (text: string | undefined): void {
    const found = text === undefined ? undefined : parseShared(text)
    if (text !== undefined && found === undefined && text !== refused) refuse(text)
    refused = found === undefined ? text : undefined
    if (found !== undefined && isNews(seen, found)) availability.set(found.state)
    // What cannot be read, or has vanished, leaves the state and what is known of it.
    seen = found?.token ?? seen ?? null
  }

  return {
    async set (state) {
      if (shared === undefined) throw new CREST_ERR_STORE_NOT_SHARED(path)
      const token = randomUUID()
      const writing = turn.then(async () => {
        await shared.write(name, formatShared({ token, state }))
        written++
        seen = token
        availability.set(state)
      })
      turn = writing.catch(() => {})
      await writing
    },
    expect () {
      const before = written
      return (texts) => {
        // What was read while this process wrote may be older than what it wrote; the next reading is not.
        if (written === before) takeOver(texts.get(name))
      }
    }
  }
}
