import { compareCodePoints } from '../../crest/code-points.ts'
import type { ComparedDocument } from '../../crest/comparable.ts'
import { formatJsonPointer, parseJsonPointer } from '../../crest/json-pointer.ts'
import type { JsonPointer } from '../../crest/json-pointer.ts'
import { DeferredMap } from './deferred-map.ts'
import { createFoldedIdIndex, createMemoryIndex, moveEntry, nowhere } from './memory-index.ts'
import type { EntryKeys, IndexKeys, MemoryIndex } from './memory-index.ts'
import type { MemoryRecords } from './memory-records.ts'

/** The numbers of the documents of a collection, expired ones included, in all the orders that queries need. */
export class MemoryIndexes {
  readonly records: MemoryRecords
  /** By id. */
  readonly documents: DeferredMap<string, number> = new DeferredMap(compareCodePoints)
  readonly foldedIds: MemoryIndex = createFoldedIdIndex()
  #declared = new Map<string, MemoryIndex>()
  #all: readonly MemoryIndex[] = [this.foldedIds]

  constructor (records: MemoryRecords) {
    this.records = records
  }

  /** The declared index of a pointer, written as `formatJsonPointer` does. */
  get (pointer: string): MemoryIndex | undefined {
    return this.#declared.get(pointer)
  }

  /**
   * Keeps indexes of these pointers and no others, making those that are missing.
   *
   * @throws RangeError, changing nothing, for a pointer that is none
   */
  declare (pointers: readonly string[]): void {
    const before = this.#all
    const declared = new Map<string, MemoryIndex>()
    for (const [name, pointer] of pointersOf(pointers)) declared.set(name, this.#declared.get(name) ?? createMemoryIndex(pointer))
    this.#declared = declared
    this.#all = [this.foldedIds, ...declared.values()]
    for (const number of this.documents.ordered.values()) this.#realign(number, before)
  }

  /** @param former the keys of a document with the same id: where no index has others, they themselves are returned */
  keysOf (document: ComparedDocument, former?: EntryKeys): EntryKeys {
    let keys: IndexKeys[] | undefined
    for (let position = 0; position < this.#all.length; position++) {
      const before = former && (former[position] ?? nowhere)
      const found = (this.#all[position] as MemoryIndex).keysOf(document, before)
      if (found !== before) (keys ??= this.#all.map((_, at) => former?.[at] ?? nowhere))[position] = found
    }
    if (keys === undefined) return former ?? nowhere
    // Most documents of a collection without indexes stand nowhere: one list for all of them.
    return keys.every((some) => some === nowhere) ? nowhere : keys
  }

  /** Adds a document whose id is not there. */
  add (number: number, id: string, keys: EntryKeys): void {
    this.records.keys[number] = keys
    this.documents.set(id, number)
    this.#move(undefined, keys, number, true)
  }

  /** Puts a document in the place of another one with the same id, which may have the same number. */
  replace (former: number, number: number, id: string, keys: EntryKeys): void {
    const before = this.records.keys[former]
    const isOther = former !== number
    // What stays is not written: V8 has to note what is put among the old.
    if (keys !== before || isOther) this.records.keys[number] = keys
    if (isOther) this.documents.set(id, number)
    this.#move(before, keys, number, isOther)
  }

  /** Removes a document. */
  delete (number: number, id: string): void {
    this.documents.delete(id)
    this.#move(this.records.keys[number], undefined, number, false)
  }

  #move (former: EntryKeys = nowhere, next: EntryKeys = nowhere, number: number, everywhere: boolean): void {
    if (former === next && (former === nowhere || !everywhere)) return
    for (let position = 0; position < this.#all.length; position++) {
      moveEntry(this.#all[position] as MemoryIndex, former[position] ?? nowhere, next[position] ?? nowhere, number, everywhere)
    }
  }

  /** The keys of a document in the indexes that there are now; it is put into those that are new. */
  #realign (number: number, before: readonly MemoryIndex[]): void {
    const former = this.records.keys[number] ?? nowhere
    const keys = this.#all.map((index) => {
      const position = before.indexOf(index)
      if (position >= 0) return former[position] ?? nowhere
      const made = index.keysOf(this.records.compared(number))
      moveEntry(index, nowhere, made, number, true)
      return made
    })
    this.records.keys[number] = keys.every((some) => some === nowhere) ? nowhere : keys
  }
}

// A collection that holds nothing is made anew for each request.
const parsed = new WeakMap<readonly string[], ReadonlyMap<string, JsonPointer>>()

function pointersOf (texts: readonly string[]): ReadonlyMap<string, JsonPointer> {
  let pointers = parsed.get(texts)
  if (pointers === undefined) {
    pointers = new Map(texts.map(parseIndex))
    parsed.set(texts, pointers)
  }
  return pointers
}

function parseIndex (text: string): readonly [string, JsonPointer] {
  const pointer = parseJsonPointer(text)
  if (pointer === undefined) throw new RangeError(`${JSON.stringify(text)} is not a JSON pointer`)
  return [formatJsonPointer(pointer), pointer]
}
