/** The size of a slab, in bytes; a store that holds little has smaller ones. */
const [smallest, largest] = [64 * 1024, 1024 * 1024]
/** What is longer has a slab of its own. */
const longest = smallest
/** So many bytes may be wasted however few are held. */
const slack = 256 * 1024
/** A slab of which no more is left may be emptied: to move what is there pays. */
const sparse = 2 / 3
/** So many slabs wait to be used again: V8 looks through all of its heap before it gives one back. */
const mostSpare = 4

/** A piece of memory for many records, one behind the other. */
export interface Slab {
  readonly bytes: Buffer
  /** The same bytes as numbers of 32 bits. */
  readonly words: Uint32Array
  /** The same bytes as numbers of 64 bits. */
  readonly doubles: Float64Array
  /** So many bytes were given away; those of records that are there no more are among them. */
  used: number
  /** So many bytes are those of records that are there. */
  live: number
}

/**
 * Memory outside the heap of V8. It goes through all pages of that heap at each collection of what is young, and who looks for
 * one of a million objects there waits for main memory at each step of the way.
 *
 * A place is one number: that of a slab times {@link largest}, and the position in it.
 */
export class RecordSlabs {
  readonly #slabs: Array<Slab | undefined> = []
  /** The numbers of slabs that were given up. */
  readonly #vacant: number[] = []
  readonly #spare: Slab[] = []
  #current: number
  #used = 0
  #live = 0

  constructor () {
    this.#current = this.#open(createSlab(smallest))
  }

  /**
   * A place for a record.
   *
   * @param size in bytes, a multiple of eight
   * @throws RangeError, changing nothing, where there is no memory for it
   */
  allocate (size: number): number {
    let number = this.#current
    if (size > longest) {
      number = this.#open(createSlab(size))
    } else if (this.slab(number).used + size > this.slab(number).bytes.length) {
      number = this.#open(this.#spare.pop() ?? createSlab(sizeOfNext(this.#used)))
      this.#current = number
    }
    const slab = this.slab(number)
    const place = number * largest + slab.used
    slab.used += size
    slab.live += size
    this.#used += size
    this.#live += size
    return place
  }

  /** Gives a place back. What is there can be read until something else is written. */
  free (place: number, size: number): void {
    const number = numberOf(place)
    const slab = this.slab(number)
    slab.live -= size
    this.#live -= size
    if (slab.live > 0) return
    this.#used -= slab.used
    slab.used = 0
    if (number !== this.#current) this.#close(number, slab)
  }

  /** The slab of a place. */
  at (place: number): Slab {
    return this.slab(numberOf(place))
  }

  /** The slab of a number. */
  slab (number: number): Slab {
    return this.#slabs[number] as Slab
  }

  /** The number of the slab whose records should go to others, where much is wasted and most of all there; undefined for none. */
  get wasteful (): number | undefined {
    if (this.#used - this.#live <= this.#live / 2 + slack) return undefined
    let least = sparse
    let found: number | undefined
    for (const [number, slab] of this.#slabs.entries()) {
      if (slab === undefined || number === this.#current || slab.live / slab.used >= least) continue
      least = slab.live / slab.used
      found = number
    }
    return found
  }

  #open (slab: Slab): number {
    const number = this.#vacant.pop() ?? this.#slabs.length
    this.#slabs[number] = slab
    return number
  }

  #close (number: number, slab: Slab): void {
    this.#slabs[number] = undefined
    this.#vacant.push(number)
    if (slab.bytes.length <= largest && this.#spare.length < mostSpare) this.#spare.push(slab)
  }
}

/** Where the records of a slab begin. */
export function startOf (number: number): number {
  return number * largest
}

/** The position of a place in its slab. */
export function positionOf (place: number): number {
  return place - numberOf(place) * largest
}

function numberOf (place: number): number {
  return Math.trunc(place / largest)
}

function createSlab (size: number): Slab {
  const bytes = Buffer.allocUnsafeSlow(size)
  return { bytes, words: new Uint32Array(bytes.buffer), doubles: new Float64Array(bytes.buffer), used: 0, live: 0 }
}

/** As much as there is already: a power of two. */
function sizeOfNext (used: number): number {
  return Math.max(smallest, 1 << (31 - Math.clz32(Math.min(largest, used))))
}
