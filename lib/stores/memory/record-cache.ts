import type { JsonObject } from '../../json.ts'
import { KeptCharacters } from './kept-characters.ts'
import type { KeptText } from './kept-characters.ts'
import type { StoredDocument } from '../store.ts'

interface Kept<Value> {
  readonly owner: RecordCache<Value>
  readonly number: number
}

/** No value. */
const none = 0

/** What is kept of some of the records of a store, by number; how much that may be is a matter of all stores of the process. */
export class RecordCache<Value> {
  /** For each number where its value is, or {@link none}: few of many have one, and who reads has to find it without going far. */
  #positions = new Uint32Array(64)
  readonly #values: Array<Value | undefined> = [undefined]
  readonly #texts: Array<KeptText<Kept<Value>> | undefined> = [undefined]
  readonly #vacant: number[] = []
  readonly #all: KeptCharacters<Kept<Value>>

  constructor (all: KeptCharacters<Kept<Value>>) {
    this.#all = all
  }

  get (number: number): Value | undefined {
    const position = this.#positions[number]
    return position === undefined ? undefined : this.#values[position]
  }

  /** Whether something can be kept of a text of so many characters without anything else being forgotten. */
  hasRoom (characters: number): boolean {
    return this.#all.hasRoom(characters)
  }

  /** Keeps what was made of a record, of which nothing is kept, until there is no room; `characters` is the length of its text. */
  keep (number: number, value: Value, characters: number): void {
    if (number >= this.#positions.length) this.#grow(number)
    const position = this.#vacant.pop() ?? this.#values.length
    this.#positions[number] = position
    this.#values[position] = value
    this.#texts[position] = this.#all.keep({ owner: this, number }, characters)
  }

  /** Keeps something else in the place of what is kept, if anything is. Nothing is made for that, which would be dear to collect. */
  renew (number: number, value: Value, characters: number): void {
    const position = this.#positions[number] ?? none
    const text = this.#texts[position]
    if (text === undefined) return
    this.#values[position] = value
    this.#all.renew(text, characters)
  }

  /** To be called where a record is replaced or removed: what was made of it takes no room from others any more. */
  drop (number: number): void {
    const text = this.#texts[this.#positions[number] ?? none]
    if (text === undefined) return
    this.#forget(number)
    this.#all.drop(text)
  }

  #forget (number: number): void {
    const position = this.#positions[number] as number
    this.#positions[number] = none
    this.#values[position] = undefined
    this.#texts[position] = undefined
    this.#vacant.push(position)
  }

  #grow (number: number): void {
    const positions = new Uint32Array(Math.max(number + 1, this.#positions.length * 2))
    positions.set(this.#positions)
    this.#positions = positions
  }

  /** How many records' worth is kept at most, counted by the characters of their texts. */
  static shared<Value> (mostCharacters: number): KeptCharacters<Kept<Value>> {
    return new KeptCharacters(({ owner, number }) => owner.#forget(number), mostCharacters)
  }
}

const contents = RecordCache.shared<JsonObject>(24_000_000)
const documents = RecordCache.shared<StoredDocument>(4_000_000)

/** The parsed contents of a store: objects take about four bytes for each character. */
export function createContentCache (): RecordCache<JsonObject> {
  return new RecordCache(contents)
}

/** The documents of a store that were read lately: who reads them again need not take them out of their records. */
export function createDocumentCache (): RecordCache<StoredDocument> {
  return new RecordCache(documents)
}
