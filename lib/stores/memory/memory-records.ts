import type { ComparedDocument } from '../../crest/comparable.ts'
import type { JsonObject } from '../../json.ts'
import { memoryDocument } from './memory-document.ts'
import type { ContentSource } from './memory-document.ts'
import type { EntryKeys } from './memory-index.ts'
import { createContentCache, createDocumentCache } from './record-cache.ts'
import * as record from './record-layout.ts'
import { RecordSlabs, positionOf, startOf } from './record-slabs.ts'
import type { StoredDocument } from '../store.ts'

/** The place of a number that has no record. */
const nowhere = -1
/** Of so many documents that were read one is kept at hand: those that are read often come to be among them. */
const missesForEach = 8

/**
 * The documents and tombstones of all collections of a store, each under a number from 1 on, which is given again when it was
 * dropped. They are texts, as in a database: a text takes a third of the objects that it stands for, and is what is sent.
 */
export class MemoryRecords implements ContentSource {
  readonly #slabs = new RecordSlabs()
  readonly #contents = createContentCache()
  readonly #documents = createDocumentCache()
  #missed = 0
  #places = new Float64Array(64).fill(nowhere)
  readonly #dropped: number[] = []
  #next = 1
  #stamp = 0
  /** Where each document stands in the indexes of its collection, which whoever moves it need not find out again. */
  readonly keys: Array<EntryKeys | undefined> = []

  /**
   * Holds a document under a number of its own.
   *
   * @param text the JSON text of its content
   * @param until from when on it is gone, in milliseconds since the epoch; `Infinity` for never
   */
  add (id: string, revision: string, text: string, until: number): number {
    const number = this.#dropped.at(-1) ?? this.#next
    if (number === this.#places.length) this.#places = doubled(this.#places)
    this.#write(number, id, revision, text, until)
    if (number === this.#next) this.#next++
    else this.#dropped.pop()
    return number
  }

  /** Holds a tombstone under a number of its own. */
  bury (id: string, until: number): number {
    return this.add(id, '', '', until)
  }

  /** Puts another document of the same id in the place of the one that a number stands for, and returns it. */
  rewrite (number: number, id: string, revision: string, text: string, until: number): StoredDocument {
    const before = this.#placeOf(number)
    this.#write(number, id, revision, text, until)
    this.#contents.drop(number)
    this.#free(before)
    const document = this.written(number, id, revision, text)
    this.#documents.renew(number, document, text.length)
    return document
  }

  /** Forgets what a number stands for. */
  drop (number: number): void {
    const before = this.#placeOf(number)
    this.#places[number] = nowhere
    this.keys[number] = undefined
    this.#contents.drop(number)
    this.#documents.drop(number)
    this.#dropped.push(number)
    this.#free(before)
  }

  /** The document of a number, as it stays however the number is used. */
  document (number: number): StoredDocument {
    return this.known(number) ?? this.#read(number)
  }

  /** The document of a number where it is at hand; never a tombstone. */
  known (number: number): StoredDocument | undefined {
    return this.#documents.get(number)
  }

  #read (number: number): StoredDocument {
    const place = this.#placeOf(number)
    const slab = this.#slabs.at(place)
    const position = positionOf(place)
    const all = record.charactersOf(slab, position)
    const revisionAt = record.idLengthOf(slab, position)
    const textAt = revisionAt + record.revisionLengthOf(slab, position)
    const document = memoryDocument(all.slice(0, revisionAt), all.slice(revisionAt, textAt), all.slice(textAt), this, number, record.stampOf(slab, position))
    // What is read once by chance is not worth it: what is kept is dear to collect.
    if (++this.#missed % missesForEach === 0) this.#documents.keep(number, document, all.length)
    return document
  }

  /** As {@link document}, where it was just written. */
  written (number: number, id: string, revision: string, text: string): StoredDocument {
    return memoryDocument(id, revision, text, this, number, this.#stamp)
  }

  /** The document of a number as long as nothing is written: what filters and orders look at is taken out when they do. */
  compared (number: number): ComparedDocument {
    return new ComparedRecord(this, number)
  }

  /** The length of the text of a document in characters; 0 where it is gone at `now` or a number stands for a tombstone. */
  liveLength (number: number, now: number): number {
    const place = this.#placeOf(number)
    const slab = this.#slabs.at(place)
    const position = positionOf(place)
    return record.untilOf(slab, position) > now ? record.textLengthOf(slab, position) : 0
  }

  /** Whether a number stands for a document that is not gone at `now`. */
  isLive (number: number, now: number): boolean {
    return this.liveLength(number, now) > 0
  }

  isDocument (number: number): boolean {
    return this.liveLength(number, -Infinity) > 0
  }

  idOf (number: number): string {
    const place = this.#placeOf(number)
    return record.idOf(this.#slabs.at(place), positionOf(place))
  }

  revisionOf (number: number): string {
    const place = this.#placeOf(number)
    return record.revisionOf(this.#slabs.at(place), positionOf(place))
  }

  hasId (number: number, id: string): boolean {
    const known = this.known(number)
    if (known !== undefined) return known.id === id
    const place = this.#placeOf(number)
    return record.hasId(this.#slabs.at(place), positionOf(place), id)
  }

  hasRevision (number: number, revision: string): boolean {
    const known = this.known(number)
    if (known !== undefined) return known.revision === revision
    const place = this.#placeOf(number)
    return record.hasRevision(this.#slabs.at(place), positionOf(place), revision)
  }

  untilOf (number: number): number {
    const place = this.#placeOf(number)
    return record.untilOf(this.#slabs.at(place), positionOf(place))
  }

  setUntil (number: number, until: number): void {
    const place = this.#placeOf(number)
    record.setUntil(this.#slabs.at(place), positionOf(place), until)
  }

  textOf (number: number): string {
    const place = this.#placeOf(number)
    return record.textOf(this.#slabs.at(place), positionOf(place))
  }

  /**
   * The content of a document to be compared and nothing else: it is not frozen, so nobody may get hold of it. Where there is room
   * it stays parsed; going through a collection that has no room pushes nothing out.
   */
  peek (number: number): JsonObject {
    const known = this.#contents.get(number)
    if (known !== undefined) return known
    const text = this.textOf(number)
    const content = JSON.parse(text) as JsonObject
    if (this.#contents.hasRoom(text.length)) this.#contents.keep(number, content, text.length)
    return content
  }

  /** The content of a document, which is kept for who looks next where the number still stands for the same. */
  contentOf (number: number, stamp: number, text: string): JsonObject {
    const place = this.#placeOf(number)
    const isCurrent = place !== nowhere && record.stampOf(this.#slabs.at(place), positionOf(place)) === stamp
    const known = isCurrent ? this.#contents.get(number) : undefined
    if (known !== undefined) return known
    const content = JSON.parse(text) as JsonObject
    if (isCurrent) this.#contents.keep(number, content, text.length)
    return content
  }

  #placeOf (number: number): number {
    return this.#places[number] as number
  }

  #write (number: number, id: string, revision: string, text: string, until: number): void {
    const isWide = record.isWide(id, text)
    const size = record.bytesFor(id.length + revision.length + text.length, isWide)
    const place = this.#slabs.allocate(size)
    this.#stamp = (this.#stamp + 1) >>> 0
    record.writeRecord(this.#slabs.at(place), positionOf(place), { number, stamp: this.#stamp, size, isWide, until }, id, revision, text)
    this.#places[number] = place
  }

  #free (place: number): void {
    this.#slabs.free(place, record.sizeOf(this.#slabs.at(place), positionOf(place)))
    const wasteful = this.#slabs.wasteful
    if (wasteful !== undefined) this.#empty(wasteful)
  }

  /** Moves the records of a slab, a thousandth of a second's work at most, so that others have its memory. */
  #empty (number: number): void {
    const from = this.#slabs.slab(number)
    const start = startOf(number)
    const { used } = from
    for (let position = 0; position < used;) {
      const size = record.sizeOf(from, position)
      const owner = record.numberOf(from, position)
      // Where it is no more, the number stands for another one, or for none.
      if (this.#places[owner] === start + position) {
        const place = this.#slabs.allocate(size)
        from.bytes.copy(this.#slabs.at(place).bytes, positionOf(place), position, position + size)
        this.#places[owner] = place
        this.#slabs.free(start + position, size)
      }
      position += size
    }
  }
}

class ComparedRecord implements ComparedDocument {
  readonly #records: MemoryRecords
  readonly #number: number

  constructor (records: MemoryRecords, number: number) {
    this.#records = records
    this.#number = number
  }

  get id (): string { return this.#records.idOf(this.#number) }
  get revision (): string { return this.#records.revisionOf(this.#number) }
  get content (): JsonObject { return this.#records.peek(this.#number) }
}

function doubled (places: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const more = new Float64Array(places.length * 2).fill(nowhere)
  more.set(places)
  return more
}
