import { idHash } from './id-hash.ts'
import type { MemoryRecords } from './memory-records.ts'

const leastCells = 8

/**
 * The numbers of the records of one collection by their ids, which are in the records: what is looked at for one of a million
 * ids are eight bytes here and the record itself. A `Map` has to look at five objects or more, each somewhere else.
 */
export class IdTable {
  readonly #records: MemoryRecords
  /** For each cell the hash of an id and the number of its record, 0 where it is empty. What finds its cell taken goes to the next one. */
  #cells = new Uint32Array(leastCells * 2)
  #mask = leastCells - 1
  #size = 0
  /** The id that was looked for last, and the number of its record: who changes a document has read it just before. */
  #lastId: string | undefined
  #lastNumber = 0

  constructor (records: MemoryRecords) {
    this.#records = records
  }

  get size (): number { return this.#size }

  /** The number of the record of an id, 0 for none. */
  get (id: string): number {
    const number = this.#cells[this.#find(id, idHash(id)) * 2 + 1] as number
    this.#lastId = id
    this.#lastNumber = number
    return number
  }

  /** As {@link get}, faster where the same id was looked for just before. */
  getAgain (id: string): number {
    return id === this.#lastId ? this.#lastNumber : this.get(id)
  }

  /** Puts the record of `id` in the place of the one that it had, if any. */
  set (id: string, number: number): void {
    this.#lastId = undefined
    const hash = idHash(id)
    const cell = this.#find(id, hash)
    if (this.#cells[cell * 2 + 1] === 0) this.#size++
    this.#cells[cell * 2] = hash
    this.#cells[cell * 2 + 1] = number
    if (this.#size * 3 > this.#mask * 2) this.#resize((this.#mask + 1) * 2)
  }

  /** Takes out an id, whose record has to be there still. */
  delete (id: string): void {
    this.#lastId = undefined
    const cell = this.#find(id, idHash(id))
    if (this.#cells[cell * 2 + 1] === 0) return
    this.#size--
    this.#close(cell)
    if (this.#size * 8 < this.#mask && this.#mask >= leastCells) this.#resize((this.#mask + 1) / 2)
  }

  /** The numbers of all records. */
  numbers (): number[] {
    const numbers: number[] = []
    for (let cell = 0; cell <= this.#mask; cell++) {
      const number = this.#cells[cell * 2 + 1] as number
      if (number !== 0) numbers.push(number)
    }
    return numbers
  }

  /** The cell of an id, or the empty one where it belongs. */
  #find (id: string, hash: number): number {
    for (let cell = hash & this.#mask; ; cell = (cell + 1) & this.#mask) {
      const number = this.#cells[cell * 2 + 1] as number
      if (number === 0 || (this.#cells[cell * 2] === hash && this.#records.hasId(number, id))) return cell
    }
  }

  /** Empties a cell; those behind it that could not have theirs because of it move up. */
  #close (cell: number): void {
    const cells = this.#cells
    let empty = cell
    for (let next = (cell + 1) & this.#mask; cells[next * 2 + 1] !== 0; next = (next + 1) & this.#mask) {
      const wanted = (cells[next * 2] as number) & this.#mask
      // Whether it has come as far as the empty cell, or farther, on its way.
      if (((next - wanted) & this.#mask) < ((next - empty) & this.#mask)) continue
      cells.copyWithin(empty * 2, next * 2, next * 2 + 2)
      empty = next
    }
    cells[empty * 2 + 1] = 0
  }

  #resize (count: number): void {
    const before = this.#cells
    this.#cells = new Uint32Array(count * 2)
    this.#mask = count - 1
    for (let at = 0; at < before.length; at += 2) {
      if (before[at + 1] === 0) continue
      let cell = (before[at] as number) & this.#mask
      while (this.#cells[cell * 2 + 1] !== 0) cell = (cell + 1) & this.#mask
      this.#cells[cell * 2] = before[at] as number
      this.#cells[cell * 2 + 1] = before[at + 1] as number
    }
  }
}
