import { expiryOfStored, plainSignature, rulesSignature } from './rules.ts'
import { readMeta, writeMeta } from './sqlite-schema.ts'
import { CREST_ERR_STORE_UNIQUE } from './store-errors.ts'
import { uniqueKeys } from '../crest/unique.ts'
import type { SqliteConnection } from './sqlite-handle.ts'
import type { CollectionRules } from './store.ts'
import type { UniqueKey } from '../crest/unique.ts'
import type { JsonObject } from '../json.ts'

// Paths with parameters may be without number; what is forgotten costs one SELECT.
const mostAdopted = 10_000
const batch = 500

/**
 * Sees to it that the claims and expiries of a collection are those of `rules`; they are computed anew where the
 * database was last written under other rules.
 *
 * @param filling whether a document is about to be inserted; an empty collection is not noted in the database otherwise
 * @throws CREST_ERR_STORE_UNIQUE, changing nothing, if the documents break the rules
 */
export function adoptRules (connection: SqliteConnection, path: string, rules: CollectionRules, filling: boolean): void {
  const signature = rulesSignature(rules)
  if (connection.adopted.get(path) === signature) return
  const inForce = (): boolean => (readMeta(connection, `rules:${path}`) ?? plainSignature) === signature
  if (!inForce()) {
    if (!filling && connection.first('SELECT 1 FROM crest_documents WHERE collection = ? LIMIT 1', path) === undefined) return
    connection.transaction('BEGIN IMMEDIATE', () => {
      if (inForce()) return
      rebuild(connection, path, rules)
      writeMeta(connection, `rules:${path}`, signature)
    })
  }
  if (connection.adopted.size >= mostAdopted) connection.adopted.clear()
  connection.adopted.set(path, signature)
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

function * documents (connection: SqliteConnection, path: string): Generator<{ id: string, content: JsonObject }, void> {
  const page = (where: string, from: string): Array<{ id: string, content: string }> => connection.all(
    `SELECT id, content FROM crest_documents WHERE collection = ? AND ${where} AND content IS NOT NULL ORDER BY id LIMIT ?`, path, from, batch)
  let rows = page('id >= ?', '')
  for (let last = rows.at(-1); last !== undefined; last = rows.at(-1)) {
    for (const { id, content } of rows) yield { id, content: JSON.parse(content) as JsonObject }
    rows = page('id > ?', last.id)
  }
}

function uniqueBroken (connection: SqliteConnection, path: string, id: string, { pointers, key }: UniqueKey): Error {
  const holder = connection.first<{ id: string }>(
    'SELECT id FROM crest_claims WHERE collection = ? AND pointers = ? AND key = ?', path, JSON.stringify(pointers), key)
  return new CREST_ERR_STORE_UNIQUE(path, JSON.stringify(holder?.id), JSON.stringify(id), pointers.join(', '))
}
