import type { StoredDocument } from '../store.ts'
import type { IndexKey } from './memory-index.ts'

/** A document as memory holds it, perhaps expired. The same entry stands in all orders, and `MemoryIndexes` alone changes it. */
export interface DocumentEntry {
  readonly kind: 'document'
  document: StoredDocument
  /** From when on it is gone, in milliseconds since the epoch. */
  expires: number | undefined
  /** Where it stands in each index, which whoever moves it need not find out again; undefined until it stands there. */
  keys?: EntryKeys | undefined
}

/** For each index of a collection, in their order, the keys of an entry in it. */
export type EntryKeys = ReadonlyArray<readonly IndexKey[]>

/** What memory holds under an id. */
export type Entry = DocumentEntry | { readonly kind: 'tombstone', readonly until: number }

/** The document of an entry that is live at `now`. */
export function liveDocument (entry: Entry | undefined, now: number): StoredDocument | undefined {
  if (entry?.kind !== 'document' || (entry.expires !== undefined && entry.expires <= now)) return undefined
  return entry.document
}

/** Whether an entry that is not live keeps its id from being used again. */
export function isGone (entry: Entry | undefined, now: number): boolean {
  return entry?.kind === 'document' || (entry !== undefined && entry.until > now)
}
