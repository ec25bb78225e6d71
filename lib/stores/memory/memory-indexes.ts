import { compareCodePoints } from '../../crest/code-points.ts'
import { formatJsonPointer, parseJsonPointer } from '../../crest/json-pointer.ts'
import type { JsonPointer } from '../../crest/json-pointer.ts'
import type { DocumentEntry } from './memory-entry.ts'
import { createFoldedIdIndex, createMemoryIndex, prepareMove } from './memory-index.ts'
import type { IndexChange, MemoryIndex } from './memory-index.ts'
import { createOrderedMap } from '../query/ordered-map.ts'
import type { OrderedMap } from '../query/ordered-map.ts'
import type { StoredDocument } from '../store.ts'

/** The documents of a collection, expired ones included, in all the orders that queries need. */
export class MemoryIndexes {
  /** By id. */
  readonly documents: OrderedMap<string, DocumentEntry> = createOrderedMap(compareCodePoints)
  readonly foldedIds: MemoryIndex = createFoldedIdIndex()
  #declared = new Map<string, MemoryIndex>()
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
    const declared = new Map<string, MemoryIndex>()
    for (const [name, pointer] of pointersOf(pointers)) declared.set(name, this.#declared.get(name) ?? this.#build(pointer))
    this.#declared = declared
  }

  /** Adds a document whose id is not there, and returns its entry. */
  add (entry: DocumentEntry): DocumentEntry {
    const changes = this.#prepare(undefined, entry.document, entry, true)
    this.documents.set(entry.document.id, entry)
    for (const change of changes) change()
    return entry
  }

  /** Removes a document. */
  delete (entry: DocumentEntry): void {
    const changes = this.#prepare(entry.document, undefined, entry, false)
    this.documents.delete(entry.document.id)
    for (const change of changes) change()
  }

  /** Puts `next` in the place of `entry`, which has the same id. Returns what stands there then: `entry` with what `next` holds, or `next`. */
  replace (entry: DocumentEntry, next: DocumentEntry): DocumentEntry {
    const seen = this.#readers > 0
    const kept = seen ? next : entry
    const changes = this.#prepare(entry.document, next.document, kept, seen)
    if (seen) this.documents.set(next.document.id, next)
    else Object.assign(entry, next)
    for (const change of changes) change()
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

  /** What is to be changed; nothing is changed yet, and nothing will be where this throws. */
  #prepare (before: StoredDocument | undefined, after: StoredDocument | undefined, entry: DocumentEntry, everywhere: boolean): readonly IndexChange[] {
    return [this.foldedIds, ...this.#declared.values()].map((index) => prepareMove(index, before, after, entry, everywhere))
  }

  #build (pointer: JsonPointer): MemoryIndex {
    const index = createMemoryIndex(pointer)
    for (const entry of this.documents.values()) prepareMove(index, undefined, entry.document, entry, true)()
    return index
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
