import { createOrderedMap } from '../query/ordered-map.ts'
import type { OrderedMap } from '../query/ordered-map.ts'

/** At most so many changes wait: to put them in order must not keep others from having their turn, a few milliseconds. */
const mostDeferred = 4096

/** Some of them in each map: those of one collection, which are changed together, are put in order at different times. */
function someDeferred (): number {
  return Math.ceil(mostDeferred * (1 + Math.random()) / 2)
}

/**
 * A map that is put in order when somebody looks. A collection that is written to and not queried need not find the place of
 * each document among all others, which is most of what a write takes; many changes at once, in their order, find their places
 * much faster, as neighbours go the same way.
 */
export class DeferredMap<Key, Value extends object | number> {
  readonly #compare: (a: Key, b: Key) => number
  readonly #ordered: OrderedMap<Key, Value>
  /** What is changed, side by side: an object for each change would outlive many requests, and be dear to collect. */
  #keys: Key[] = []
  #values: Array<Value | undefined> = []
  readonly #most: number = someDeferred()

  /** An empty map whose keys are in the order of `compare`. */
  constructor (compare: (a: Key, b: Key) => number) {
    this.#compare = compare
    this.#ordered = createOrderedMap(compare)
  }

  set (key: Key, value: Value): void {
    this.#defer(key, value)
  }

  delete (key: Key): void {
    this.#defer(key, undefined)
  }

  /** All of it in order, until the next change. */
  get ordered (): OrderedMap<Key, Value> {
    if (this.#keys.length > 0) this.#settle()
    return this.#ordered
  }

  #defer (key: Key, value: Value | undefined): void {
    this.#keys.push(key)
    this.#values.push(value)
    if (this.#keys.length >= this.#most) this.#settle()
  }

  #settle (): void {
    const keys = this.#keys
    const values = this.#values
    this.#keys = []
    this.#values = []
    // Sorting is stable: of several changes at one place the last one is made last.
    const turns = keys.map((_, turn) => turn).sort((a, b) => this.#compare(keys[a] as Key, keys[b] as Key))
    for (const turn of turns) {
      const key = keys[turn] as Key
      const value = values[turn]
      if (value === undefined) this.#ordered.delete(key)
      else this.#ordered.set(key, value)
    }
  }
}
