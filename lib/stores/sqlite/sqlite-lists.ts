import type { ComparedDocument } from '../../crest/comparable.ts'
import { declaredIndexes, tokensOf } from '../query/declared-indexes.ts'
import { indexEntries } from '../query/index-entries.ts'
import type { IndexEntry } from '../query/index-entries.ts'
import type { SqliteConnection } from './sqlite-handle.ts'
import type { CollectionRules, StoredDocument } from '../store.ts'

/** The numbers of the lists of entries of a collection, by JSON pointer as `formatJsonPointer` writes it. */
export type EntryLists = ReadonlyMap<string, number>

/** The lists of a collection as the database has them: whatever process declared them, every write keeps them all. */
export function readLists (connection: SqliteConnection, path: string): EntryLists {
  const rows = connection.all<{ list: number, pointer: string }>('SELECT list, pointer FROM crest_lists WHERE collection = ?', path)
  return new Map(rows.map(({ list, pointer }) => [pointer, Number(list)]))
}

/** Whether there is a list for each index that `rules` declare. */
export function hasDeclaredLists (lists: EntryLists, rules: CollectionRules): boolean {
  return declaredIndexes(rules).every((pointer) => lists.has(pointer))
}

/** Whether there is a list that `rules` do not declare. */
export function hasOtherLists (lists: EntryLists, rules: CollectionRules): boolean {
  const declared = declaredIndexes(rules)
  return [...lists.keys()].some((pointer) => !declared.includes(pointer))
}

/** Makes the lists that `rules` declare and that are missing, within a transaction. */
export function makeLists (connection: SqliteConnection, path: string, rules: CollectionRules, documents: () => Iterable<StoredDocument>): void {
  const lists = readLists(connection, path)
  for (const pointer of declaredIndexes(rules)) {
    if (lists.has(pointer)) continue
    connection.run('INSERT INTO crest_lists (collection, pointer) VALUES (?, ?)', path, pointer)
    const list = readLists(connection, path).get(pointer) as number
    for (const document of documents()) insertEntries(connection, new Map([[pointer, list]]), document)
  }
}

/** Drops the lists that `rules` do not declare, within a transaction: they would cost time at every write. */
export function dropLists (connection: SqliteConnection, path: string, rules: CollectionRules): void {
  const declared = declaredIndexes(rules)
  for (const [pointer, list] of readLists(connection, path)) {
    if (declared.includes(pointer)) continue
    connection.run('DELETE FROM crest_entries WHERE list = ?', list)
    connection.run('DELETE FROM crest_lists WHERE list = ?', list)
  }
}

/** The lists of a collection as one text, for statements that return them beside something else; its parameter is the path. */
export const listsText: string = '(SELECT json_group_object(pointer, list) FROM crest_lists WHERE collection = ?)'

/** The lists that a {@link listsText} names. */
export function parseLists (text: string): EntryLists {
  return new Map(Object.entries(JSON.parse(text) as Record<string, number>))
}

/** Puts the entries of a new document in their places, within a transaction. */
export function insertEntries (connection: SqliteConnection, lists: EntryLists, document: ComparedDocument): void {
  addEntries(connection, document.id, [...lists].flatMap(([pointer, list]) => indexEntries(document, tokensOf(pointer)).map((entry) => ({ ...entry, list }))))
}

/** Puts the entries of a document that was there in their places, within a transaction; those that stay are not touched. */
export function replaceEntries (connection: SqliteConnection, path: string, document: ComparedDocument): void {
  const { id } = document
  const { lists, entries: stored } = readEntries(connection, path, id)
  const added: PlacedEntry[] = []
  for (const [pointer, list] of lists) {
    const before = stored.get(list) ?? []
    const entries = indexEntries(document, tokensOf(pointer))
    if (areThere(before, entries)) continue
    const [entry] = entries
    if (entry !== undefined && before.length === 1 && entries.length === 1) {
      connection.run('UPDATE crest_entries SET rank = ?, value = ?, part = ? WHERE list = ? AND id = ?', entry.rank, entry.value, entry.part, list, id)
      continue
    }
    if (before.length > 0) removeFrom(connection, list, id)
    // Not push(...entries): a long list of arguments overflows the stack.
    for (const one of entries) added.push({ ...one, list })
  }
  addEntries(connection, id, added)
}

interface StoredEntry extends IndexEntry {
  readonly list: number
  readonly pointer: string
}

/** The lists of a collection, with the entries of one document, by one statement. */
function readEntries (connection: SqliteConnection, path: string, id: string): { readonly lists: EntryLists, readonly entries: ReadonlyMap<number, readonly IndexEntry[]> } {
  const rows = connection.all<StoredEntry>(
    `SELECT l.list AS list, l.pointer AS pointer, e.rank AS rank, e.value AS value, e.part AS part
      FROM crest_lists AS l LEFT JOIN crest_entries AS e ON e.list = l.list AND e.id = ? WHERE l.collection = ?`, id, path)
  const lists = new Map<string, number>()
  const entries = new Map<number, IndexEntry[]>()
  for (const row of rows) {
    const list = Number(row.list)
    lists.set(row.pointer, list)
    // A list without an entry of the document has a row of nulls.
    const known = entries.get(list)
    if (known !== undefined) known.push(row)
    else entries.set(list, row.rank === null ? [] : [row])
  }
  return { lists, entries }
}

/** Removes a document's entries from every list of the collection, within a transaction. */
export function removeEntries (connection: SqliteConnection, path: string, id: string): void {
  for (const list of readLists(connection, path).values()) removeFrom(connection, list, id)
}

/** Whether all lists that a query used are still there. What was made in between has another number. */
export function listsRemain (connection: SqliteConnection, path: string, used: EntryLists): boolean {
  if (used.size === 0) return true
  const lists = readLists(connection, path)
  return [...used].every(([pointer, list]) => lists.get(pointer) === list)
}

function areThere (stored: readonly IndexEntry[], entries: readonly IndexEntry[]): boolean {
  const text = ({ rank, value, part }: IndexEntry): string => JSON.stringify([Number(rank), value, Number(part)])
  const known = new Set(stored.map(text))
  return known.size === entries.length && entries.every((entry) => known.has(text(entry)))
}

function removeFrom (connection: SqliteConnection, list: number, id: string): void {
  connection.run('DELETE FROM crest_entries WHERE list = ? AND id = ?', list, id)
}

/** An entry with the number of its list. */
interface PlacedEntry extends IndexEntry {
  readonly list: number
}

// So many entries are put into one statement: not many texts of statements are kept.
const mostRows = 8
const row = '(?, ?, ?, ?, ?)'

function addEntries (connection: SqliteConnection, id: string, entries: readonly PlacedEntry[]): void {
  for (let at = 0; at < entries.length; at += mostRows) {
    const some = entries.slice(at, at + mostRows)
    const rows = some.map(() => row).join(', ')
    connection.run(`INSERT INTO crest_entries (list, rank, value, id, part) VALUES ${rows}`, ...some.flatMap(({ list, rank, value, part }) => [list, rank, value, id, part]))
  }
}
