/** Whether `a` is before (negative), the same as (0) or after (positive) `b` by code point: the order of UTF-8 bytes. */
export function compareCodePoints (a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const unitA = a.charCodeAt(i)
    const unitB = b.charCodeAt(i)
    if (unitA !== unitB) return weight(unitA) - weight(unitB)
  }
  return a.length - b.length
}

// Surrogates stand for code points above U+FFFF, but are below U+E000 as units of UTF-16.
function weight (unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit
}

// From so many late ids on, one sort (a merge of two runs) is cheaper than inserting each.
const manyLate = 32

/** A set of ids in the order of code points. Ids are put in their places when the order is next asked for. */
export class OrderedIds {
  readonly #ids: string[] = []
  /** So many ids at the beginning are in order. */
  #settled = 0

  /** How many ids there are. */
  get size (): number { return this.#ids.length }

  /** Adds an id that is not in the set. */
  add (id: string): void {
    const last = this.#ids.at(-1)
    if (this.#settled === this.#ids.length && (last === undefined || compareCodePoints(last, id) < 0)) this.#settled++
    this.#ids.push(id)
  }

  /** Removes an id that is in the set. */
  delete (id: string): void {
    const position = this.#after(this.#settle(), id) - 1
    this.#ids.splice(position, 1)
    this.#settled--
  }

  /** The ids greater than `after` (all, if it is undefined), without the first `skip` of them, in order. */
  * from (after: string | undefined, skip: number): Generator<string, void> {
    const ids = this.#settle()
    for (let i = (after === undefined ? 0 : this.#after(ids, after)) + skip; i < ids.length; i++) yield ids[i] as string
  }

  #settle (): readonly string[] {
    const ids = this.#ids
    if (ids.length - this.#settled > manyLate) {
      ids.sort(compareCodePoints)
    } else if (ids.length > this.#settled) {
      for (const id of ids.splice(this.#settled)) ids.splice(this.#after(ids, id), 0, id)
    }
    this.#settled = ids.length
    return ids
  }

  /** The position of the first of `ids`, which are in order, that is greater than `id`. */
  #after (ids: readonly string[], id: string): number {
    let low = 0
    let high = ids.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (compareCodePoints(ids[middle] as string, id) <= 0) low = middle + 1
      else high = middle
    }
    return low
  }
}
