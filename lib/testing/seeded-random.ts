/** Numbers that look random, and are the same in every run. */
export interface SeededRandom {
  /** A whole number of at least 0 and below `end`. */
  below (end: number): number
  /** One of some values. */
  pick<Value> (values: readonly Value[]): Value
}

/**
 * The generator mulberry32 of Tommy Ettinger: 32 bits of state, good enough to vary tests.
 *
 * @example
 * seededRandom(7).below(6) // the same in every run
 */
export function seededRandom (seed: number): SeededRandom {
  let state = seed
  const below = (end: number): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor(((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32 * end)
  }
  return { below, pick: <Value>(values: readonly Value[]) => values[below(values.length)] as Value }
}
