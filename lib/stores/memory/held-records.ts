import type { MemoryRecords } from './memory-records.ts'

/**
 * The records that queries still look at. Who takes longer than a moment sees a collection as it was: what is replaced or removed
 * meanwhile stays until all are over that began before.
 */
export class HeldRecords {
  readonly #records: MemoryRecords
  /** When each query began, the first one first. */
  readonly #readers = new Set<number>()
  #now = 0
  /** What was replaced or removed, and when, in that order. */
  #retired: Array<{ readonly number: number, readonly at: number }> = []

  constructor (records: MemoryRecords) {
    this.#records = records
  }

  /** Whether records have to stay as they are. */
  get any (): boolean { return this.#readers.size > 0 }

  /** A query begins to let others have their turn. Returns what is to be called when it is over. */
  hold (): () => void {
    const began = ++this.#now
    this.#readers.add(began)
    return () => { this.#release(began) }
  }

  /** Drops a record as soon as nobody looks at it. */
  retire (number: number): void {
    if (this.any) this.#retired.push({ number, at: this.#now })
    else this.#records.drop(number)
  }

  #release (began: number): void {
    this.#readers.delete(began)
    const [first = Infinity] = this.#readers
    // What was retired before the first one began is seen by none.
    const kept = this.#retired.findIndex(({ at }) => at >= first)
    for (const { number } of this.#retired.splice(0, kept < 0 ? this.#retired.length : kept)) this.#records.drop(number)
  }
}
