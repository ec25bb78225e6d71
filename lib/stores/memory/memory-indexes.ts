import { compareCodePoints } from '../../crest/code-points.ts'
import type { ComparedDocument } from '../../crest/comparable.ts'
import { formatJsonPointer, parseJsonPointer } from '../../crest/json-pointer.ts'
import type { JsonPointer } from '../../crest/json-pointer.ts'
import { DeferredMap } from './deferred-map.ts'
import type { StoredDocument } from '../store.ts'
import { comparedDocument } from './memory-document.ts'
import type { DocumentEntry, EntryKeys } from './memory-entry.ts'
import { createFoldedIdIndex, createMemoryIndex, moveEntry, nowhere } from './memory-index.ts'
import type { IndexKey, MemoryIndex } from './memory-index.ts'

/** The documents of a collection, expired ones included, in all the orders that queries need. */
export class MemoryIndexes {
  /** By id. */
  readonly documents: DeferredMap<string, DocumentEntry> = new DeferredMap(compareCodePoints)
  readonly foldedIds: MemoryIndex = createFoldedIdIndex()
  #declared = new Map<string, MemoryIndex>()
  #all: readonly MemoryIndex[] = [this.foldedIds]
  #readers = 0

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
    for (const entry of this.documents.ordered.values()) this.#realign(entry, before)
  }

  /** Adds a document whose id is not there, and returns its entry. */
  add (entry: DocumentEntry, compared: ComparedDocument = entry.document): DocumentEntry {
    entry.keys = this.#keysOf(compared)
    this.documents.set(entry.document.id, entry)
    this.#move(undefined, entry.keys, entry, true)
    return entry
  }

  /** Removes a document. */
  delete (entry: DocumentEntry): void {
    this.documents.delete(entry.document.id)
    this.#move(entry.keys, undefined, entry, false)
  }

  /**
   * Puts a document in the place of that of `entry`, which has the same id. Returns what stands there then: `entry`, or another
   * one where somebody still looks at it. To make one for each write would be dear: V8 puts what it makes for many documents that
   * stay among what is old, and whatever such an entry points to lives as long as if it were old too.
   *
   * @param expires from when on it is gone, in milliseconds since the epoch; undefined for never
   * @param compared the document, where its content need not be parsed
   */
  replace (entry: DocumentEntry, document: StoredDocument, expires: number | undefined = undefined, compared: ComparedDocument = document): DocumentEntry {
    const { keys: former } = entry
    // Nothing is changed yet where this throws.
    const keys = this.#keysOf(compared, former)
    const seen = this.#readers > 0
    const kept: DocumentEntry = seen ? { kind: 'document', document, expires, keys } : entry
    if (seen) {
      this.documents.set(document.id, kept)
    } else {
      entry.document = document
      entry.expires = expires
      entry.keys = keys
    }
    this.#move(former, keys, kept, seen)
    return kept
  }

  /** A query begins to let others have their turn: the entries that there are stay as they are. */
  hold (): void {
    this.#readers++
  }

  /** A query that called {@link hold} is over. */
  release (): void {
    this.#readers--
  }

  /** @param former the keys of a document with the same id: where no index has others, they themselves are returned */
  #keysOf (document: ComparedDocument, former?: EntryKeys): EntryKeys {
    let keys: Array<readonly IndexKey[]> | undefined
    for (let position = 0; position < this.#all.length; position++) {
      const before = former && (former[position] ?? nowhere)
      const found = (this.#all[position] as MemoryIndex).keysOf(document, before)
      if (found !== before) (keys ??= this.#all.map((_, at) => former?.[at] ?? nowhere))[position] = found
    }
    if (keys === undefined) return former ?? nowhere
    // Most documents of a collection without indexes stand nowhere: one list for all of them.
    return keys.every((some) => some.length === 0) ? nowhere : keys
  }

  #move (former: EntryKeys = nowhere, next: EntryKeys = nowhere, entry: DocumentEntry, everywhere: boolean): void {
    if (former === next && (former === nowhere || !everywhere)) return
    for (let position = 0; position < this.#all.length; position++) {
      moveEntry(this.#all[position] as MemoryIndex, former[position] ?? nowhere, next[position] ?? nowhere, entry, everywhere)
    }
  }

  /** The keys of an entry in the indexes that there are now; it is put into those that are new. */
  #realign (entry: DocumentEntry, before: readonly MemoryIndex[]): void {
    const { keys: former = nowhere } = entry
    const keys = this.#all.map((index) => {
      const position = before.indexOf(index)
      if (position >= 0) return former[position] ?? nowhere
      const made = index.keysOf(comparedDocument(entry.document))
      moveEntry(index, nowhere, made, entry, true)
      return made
    })
    entry.keys = keys.every((some) => some.length === 0) ? nowhere : keys
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
