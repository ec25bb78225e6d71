import { tombstoneEnd } from '../rules.ts'
import type { CollectionRules } from '../store.ts'
import type { PostgresConnection } from './postgres-connection.ts'

const batch = 1000

/**
 * Removes what has expired (leaving tombstones where they are kept) and tombstones whose time is over, in batches that lock
 * few rows: what another process purges at the same time is left to it. Returns how many rows were touched.
 */
export async function purgePostgres (connection: PostgresConnection, path: string, rules: CollectionRules): Promise<number> {
  const now = Date.now()
  const until = tombstoneEnd(rules, now)
  const over = due('content IS NULL AND gone_until <= $2::bigint')
  const expired = due('expires <= $2::bigint')
  const tombstones = await repeat(async () => connection.all(`DELETE FROM crest_documents WHERE ${over} RETURNING id`, path, now))
  const documents = await repeat(async () => until === undefined
    ? connection.all(`DELETE FROM crest_documents WHERE ${expired} RETURNING id`, path, now)
    : connection.all(
      `UPDATE crest_documents SET revision = NULL, content = NULL, sorted = NULL, compared = NULL, claims = NULL, expires = NULL, gone_until = $3::bigint
        WHERE ${expired} RETURNING id`, path, now, until === Infinity ? null : until))
  return tombstones + documents
}

function due (condition: string): string {
  return `collection = $1 AND ${condition} AND id = ANY(ARRAY(SELECT id FROM crest_documents WHERE collection = $1 AND ${condition} LIMIT ${batch} FOR UPDATE SKIP LOCKED))`
}

async function repeat (removeSome: () => Promise<readonly unknown[]>): Promise<number> {
  for (let touched = 0; ;) {
    const { length } = await removeSome()
    touched += length
    if (length < batch) return touched
  }
}
