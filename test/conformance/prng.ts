/** Numbers in [0, 1) that depend on the seed alone (mulberry32). */
export function prng (seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6D2B79F5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x100000000
  }
}

/** One element of a list that is not empty. */
export function pick<Element> (list: readonly Element[], random: () => number): Element {
  const element = list[Math.floor(random() * list.length)]
  if (element === undefined) throw new RangeError('nothing to pick from')
  return element
}
