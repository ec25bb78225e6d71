import { uniqueKeys } from '../../crest/unique.ts'
import type { CollectionRules, StoredDocument } from '../store.ts'
import type { PostgresConnection } from './postgres-connection.ts'
import { claimOf, constraintName } from './postgres-keys.ts'
import { memberText } from './postgres-schema.ts'

/**
 * After a unique index has refused a document: the pointers of the first constraint whose values another live document
 * holds. Undefined where none does any more, so that the write may try again: expired documents give up their claims here.
 */
export async function heldConstraint (connection: PostgresConnection, path: string, { unique }: CollectionRules, { id, content }: StoredDocument, now: number): Promise<readonly string[] | undefined> {
  await connection.all('UPDATE crest_documents SET claims = NULL WHERE collection = $1 AND expires <= $2::bigint AND claims IS NOT NULL RETURNING id', path, now)
  for (const key of uniqueKeys(unique, content)) {
    const holder = await connection.first(
      `SELECT id FROM crest_documents WHERE collection = $1 AND (${memberText('claims', constraintName(key.pointers))}) = $2 AND id <> $3 LIMIT 1`, path, claimOf(key), id)
    if (holder !== undefined) return key.pointers
  }
  return undefined
}
