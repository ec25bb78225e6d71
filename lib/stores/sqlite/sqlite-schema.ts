import { foldCase } from '../../crest/case-folding.ts'
import { CREST_ERR_STORE_VERSION } from '../store-errors.ts'
import type { SqliteConnection } from './sqlite-handle.ts'

/** The version of the tables that this release writes. */
export const schemaVersion = 3

// The content is last, so that what comes before it is read without its overflow pages. A row without content is a
// tombstone; it lasts for ever where `gone_until` is null. Times are milliseconds since the epoch. Text compares as
// bytes of UTF-8, which is the order of code points. `folded` is the id in the form that filters compare, where it is
// another one.
const documents = `CREATE TABLE IF NOT EXISTS crest_documents (
    collection TEXT NOT NULL, id TEXT NOT NULL, folded TEXT, revision TEXT, expires INTEGER, gone_until INTEGER, content TEXT,
    PRIMARY KEY (collection, id)) WITHOUT ROWID`

const tables = [
  'CREATE INDEX IF NOT EXISTS crest_documents_expires ON crest_documents (collection, expires) WHERE expires IS NOT NULL',
  'CREATE INDEX IF NOT EXISTS crest_documents_gone ON crest_documents (collection, gone_until) WHERE gone_until IS NOT NULL',
  'CREATE INDEX IF NOT EXISTS crest_documents_folded ON crest_documents (collection, folded) WHERE folded IS NOT NULL',
  // Constraints by their pointers, not by number: what is declared elsewhere in another order still fits.
  `CREATE TABLE IF NOT EXISTS crest_claims (
    collection TEXT NOT NULL, pointers TEXT NOT NULL, key TEXT NOT NULL, id TEXT NOT NULL,
    PRIMARY KEY (collection, pointers, key)) WITHOUT ROWID`,
  'CREATE INDEX IF NOT EXISTS crest_claims_id ON crest_claims (collection, id)',
  // The indexes that are declared. A number is never given twice: whoever finds it knows which index it is.
  `CREATE TABLE IF NOT EXISTS crest_lists (
    list INTEGER PRIMARY KEY AUTOINCREMENT, collection TEXT NOT NULL, pointer TEXT NOT NULL, UNIQUE (collection, pointer))`,
  `CREATE TABLE IF NOT EXISTS crest_entries (
    list INTEGER NOT NULL, rank INTEGER NOT NULL, value NOT NULL, id TEXT NOT NULL, part INTEGER NOT NULL,
    PRIMARY KEY (list, rank, value, id, part)) WITHOUT ROWID`,
  // By the document first, so that all entries of one are on the same page, and a write has fewer pages to change.
  'CREATE INDEX IF NOT EXISTS crest_entries_document ON crest_entries (id, list, rank, value)',
  // Version 2 had them by the list first, and once more for the order downwards.
  'DROP INDEX IF EXISTS crest_entries_id',
  'DROP INDEX IF EXISTS crest_entries_down',
  'CREATE INDEX IF NOT EXISTS crest_entries_several ON crest_entries (list) WHERE part = 2',
  'CREATE TABLE IF NOT EXISTS crest_meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID'
]

/**
 * Makes the tables if they are missing.
 *
 * @param own whether the whole file is the store's: then `PRAGMA user_version` is its schema version too; in the
 *   database of an application that number is the application's
 * @throws CREST_ERR_STORE_VERSION where a newer release has written
 */
export function ensureSchema (connection: SqliteConnection, own: boolean): void {
  if (storedVersion(connection, own) === schemaVersion) return
  connection.transaction('BEGIN IMMEDIATE', () => {
    // Another process may have been quicker.
    const version = storedVersion(connection, own)
    connection.run(documents)
    if (version === 1) addFoldedIds(connection)
    for (const statement of tables) connection.run(statement)
    writeMeta(connection, 'schema', String(schemaVersion))
    if (own) connection.run(`PRAGMA user_version = ${schemaVersion}`)
  })
}

/** The value of `name`, if it was ever written. */
export function readMeta (connection: SqliteConnection, name: string): string | undefined {
  return connection.first<{ value: string }>('SELECT value FROM crest_meta WHERE name = ?', name)?.value
}

/** Writes the value of `name`. */
export function writeMeta (connection: SqliteConnection, name: string, value: string): void {
  connection.run('INSERT INTO crest_meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value', name, value)
}

// Of ids in printable ASCII, only those with capitals have another form.
function addFoldedIds (connection: SqliteConnection): void {
  connection.run('ALTER TABLE crest_documents ADD COLUMN folded TEXT')
  const ids = connection.all<{ collection: string, id: string }>("SELECT collection, id FROM crest_documents WHERE id GLOB '*[^ -~]*' OR id <> lower(id)")
  for (const { collection, id } of ids) {
    connection.run('UPDATE crest_documents SET folded = ? WHERE collection = ? AND id = ?', foldedId(id), collection, id)
  }
}

/** The form of an id that filters compare, where it is another one. */
export function foldedId (id: string): string | null {
  const folded = foldCase(id)
  return folded === id ? null : folded
}

function storedVersion (connection: SqliteConnection, own: boolean): number {
  const made = connection.first("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'crest_meta'") !== undefined
  const meta = made ? Number(readMeta(connection, 'schema')) : 0
  const user = own ? Number(connection.first<{ user_version: number }>('PRAGMA user_version')?.user_version) : 0
  const newest = Math.max(meta, user)
  if (newest > schemaVersion) throw new CREST_ERR_STORE_VERSION(newest, schemaVersion)
  return meta
}
