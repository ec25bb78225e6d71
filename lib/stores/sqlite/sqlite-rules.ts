import { declarationSignature } from '../query/declared-indexes.ts'
import { expiryOfStored, plainSignature, rulesSignature } from '../rules.ts'
import { dropLists, hasDeclaredLists, hasOtherLists, makeLists, readLists } from './sqlite-lists.ts'
import type { EntryLists } from './sqlite-lists.ts'
import { toDocument } from '../sql/document-row.ts'
import type { DocumentRow } from '../sql/document-row.ts'
import { readMeta, writeMeta } from './sqlite-schema.ts'
import { CREST_ERR_STORE_UNIQUE } from '../store-errors.ts'
import { uniqueKeys } from '../../crest/unique.ts'
import type { SqliteConnection } from './sqlite-handle.ts'
import type { CollectionRules, StoredDocument } from '../store.ts'
import type { UniqueKey } from '../../crest/unique.ts'

const batch = 500

/**
 * Sees to it that the claims, expiries and lists of entries of a collection are those of `rules`; they are computed anew
 * where the database was last written under other rules. A list that is not declared is dropped at the first sight of
 * the collection only: while processes with other indexes are at work, each makes its own and leaves those of others.
 *
 * @param filling whether a document is about to be inserted; an empty collection is not noted in the database otherwise
 * @returns the lists that queries can use
 * @throws CREST_ERR_STORE_UNIQUE, changing nothing, if the documents break the rules
 */
export function adoptRules (connection: SqliteConnection, path: string, rules: CollectionRules, filling: boolean): EntryLists {
  const signature = declarationSignature(rules)
  const adopted = connection.adopted.get(path)
  if (adopted?.signature === signature) return adopted.lists
  let lists = readLists(connection, path)
  const hasRules = (): boolean => (readMeta(connection, `rules:${path}`) ?? plainSignature) === rulesSignature(rules)
  const dropping = adopted === undefined && hasOtherLists(lists, rules)
  if (!hasRules() || !hasDeclaredLists(lists, rules) || dropping) {
    if (!filling && connection.first('SELECT 1 FROM crest_documents WHERE collection = ? LIMIT 1', path) === undefined) return lists
    connection.transaction('BEGIN IMMEDIATE', () => {
      if (!hasRules()) {
        rebuild(connection, path, rules)
        writeMeta(connection, `rules:${path}`, rulesSignature(rules))
      }
      if (dropping) dropLists(connection, path, rules)
      makeLists(connection, path, rules, () => documents(connection, path))
    })
    lists = readLists(connection, path)
  }
  connection.adopted.set(path, { signature, lists })
  return lists
}

/**
 * Claims the values of `keys` for the document `id`, to be called within a transaction. Values of an expired document
 * are free. Returns the key that another live document holds, if there is one; then the transaction must be undone.
 */
export function claim (connection: SqliteConnection, path: string, id: string, keys: readonly UniqueKey[], now: number): UniqueKey | undefined {
  return keys.find((key) => connection.first(
    `INSERT INTO crest_claims (collection, pointers, key, id) VALUES (?, ?, ?, ?)
      ON CONFLICT (collection, pointers, key) DO UPDATE SET id = excluded.id
      WHERE crest_claims.id = excluded.id OR NOT EXISTS (
        SELECT 1 FROM crest_documents AS holder
        WHERE holder.collection = crest_claims.collection AND holder.id = crest_claims.id
          AND holder.content IS NOT NULL AND (holder.expires IS NULL OR holder.expires > ?))
      RETURNING id`,
    path, JSON.stringify(key.pointers), key.key, id, now) === undefined)
}

/** Gives up all claims of the document `id`. */
export function release (connection: SqliteConnection, path: string, id: string): void {
  connection.run('DELETE FROM crest_claims WHERE collection = ? AND id = ?', path, id)
}

function rebuild (connection: SqliteConnection, path: string, rules: CollectionRules): void {
  const now = Date.now()
  connection.run('DELETE FROM crest_claims WHERE collection = ?', path)
  for (const { id, content } of documents(connection, path)) {
    const expires = expiryOfStored(rules.expires, content) ?? null
    connection.run('UPDATE crest_documents SET expires = ? WHERE collection = ? AND id = ? AND expires IS NOT ?', expires, path, id, expires)
    if (expires !== null && expires <= now) continue
    const clash = claim(connection, path, id, uniqueKeys(rules.unique, content), now)
    if (clash !== undefined) throw uniqueBroken(connection, path, id, clash)
  }
}

function * documents (connection: SqliteConnection, path: string): Generator<StoredDocument, void> {
  const page = (where: string, from: string): DocumentRow[] => connection.all(
    `SELECT id, revision, content FROM crest_documents WHERE collection = ? AND ${where} AND content IS NOT NULL ORDER BY id LIMIT ?`, path, from, batch)
  let rows = page('id >= ?', '')
  for (let last = rows.at(-1); last !== undefined; last = rows.at(-1)) {
    for (const row of rows) yield toDocument(row)
    rows = page('id > ?', last.id)
  }
}

function uniqueBroken (connection: SqliteConnection, path: string, id: string, { pointers, key }: UniqueKey): Error {
  const holder = connection.first<{ id: string }>(
    'SELECT id FROM crest_claims WHERE collection = ? AND pointers = ? AND key = ?', path, JSON.stringify(pointers), key)
  return new CREST_ERR_STORE_UNIQUE(path, JSON.stringify(holder?.id), JSON.stringify(id), pointers.join(', '))
}
