import type { JsonObject } from '../../json.ts'
import { KeptCharacters } from './kept-characters.ts'
import type { KeptText } from './kept-characters.ts'
import type { StoredDocument } from '../store.ts'

interface Kept<Value> {
  readonly owner: RecordCache<Value>
  readonly number: number
  value: Value
  text?: KeptText<Kept<Value>>
}

/** What is kept of some of the records of a store, by number; how much that may be is a matter of all stores of the process. */
export class RecordCache<Value> {
  readonly #kept: Array<Kept<Value> | undefined> = []
  readonly #all: KeptCharacters<Kept<Value>>

  constructor (all: KeptCharacters<Kept<Value>>) {
    this.#all = all
  }

  get (number: number): Value | undefined {
    return this.#kept[number]?.value
  }

  /** Whether something can be kept of a text of so many characters without anything else being forgotten. */
  hasRoom (characters: number): boolean {
    return this.#all.hasRoom(characters)
  }

  /** Keeps what was made of a record until there is no room; `characters` is the length of its text. */
  keep (number: number, value: Value, characters: number): void {
    const kept: Kept<Value> = { owner: this, number, value }
    this.#kept[number] = kept
    kept.text = this.#all.keep(kept, characters)
  }

  /** Keeps something else in the place of what is kept, if anything is. Nothing is made for that, which would be dear to collect. */
  renew (number: number, value: Value, characters: number): void {
    const kept = this.#kept[number]
    if (kept?.text === undefined) return
    kept.value = value
    this.#all.renew(kept.text, characters)
  }

  /** To be called where a record is replaced or removed: what was made of it takes no room from others any more. */
  drop (number: number): void {
    const text = this.#kept[number]?.text
    if (text === undefined) return
    this.#kept[number] = undefined
    this.#all.drop(text)
  }

  /** How many records' worth is kept at most, counted by the characters of their texts. */
  static shared<Value> (mostCharacters: number): KeptCharacters<Kept<Value>> {
    return new KeptCharacters(({ owner, number }) => { owner.#kept[number] = undefined }, mostCharacters)
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
