import { createHash } from 'node:crypto'
import { CREST_ERR_STORE_VERSION } from '../store-errors.ts'
import type { EngineCapabilities } from './postgres-engine.ts'
import { isUndefinedTable } from './postgres-errors.ts'
import type { PostgresConnection } from './postgres-connection.ts'
import type { Run } from './postgres-link.ts'

/** The version of the tables that this release writes. */
export const schemaVersion = 1

/** Where indexes take longest to be made: the limit of one, in milliseconds. */
const indexTimeout = 600_000
// Whoever makes or changes tables takes this lock first (two halves of an advisory lock, of no other meaning).
const lockClass = 0x63726573
const lockKey = 0x74

/**
 * The statements that make the tables. One row of `crest_documents` holds all that there is of an id, so that every write
 * is one statement on one table. Text is compared by its bytes, which is the order of code points. A row without content
 * is a tombstone; it lasts for ever where `gone_until` is null. Times are milliseconds since the epoch. `folded` is the id
 * in the form that filters compare, where it is another one. What is left out of the rows has no place in an index either.
 */
function tables ({ collates }: EngineCapabilities): readonly string[] {
  const text = collates ? 'text COLLATE "C"' : 'text'
  return [
    `CREATE TABLE IF NOT EXISTS crest_meta (name ${text} PRIMARY KEY, value text NOT NULL)`,
    `CREATE TABLE IF NOT EXISTS crest_rules (collection ${text} PRIMARY KEY, generation text NOT NULL, signature text NOT NULL, indexes text NOT NULL)`,
    `CREATE TABLE IF NOT EXISTS crest_documents (
      collection ${text} NOT NULL, id ${text} NOT NULL, folded ${text}, revision ${text}, content jsonb,
      sorted jsonb, compared jsonb, claims jsonb, expires bigint, gone_until bigint,
      PRIMARY KEY (collection, id))`,
    'CREATE INDEX IF NOT EXISTS crest_documents_folded ON crest_documents (collection, folded) WHERE folded IS NOT NULL',
    'CREATE INDEX IF NOT EXISTS crest_documents_expires ON crest_documents (collection, expires) WHERE expires IS NOT NULL',
    'CREATE INDEX IF NOT EXISTS crest_documents_gone ON crest_documents (collection, gone_until) WHERE gone_until IS NOT NULL',
    // The documents with several values under an index: few, in most collections.
    'CREATE INDEX IF NOT EXISTS crest_documents_several ON crest_documents (collection, id) WHERE compared IS NOT NULL',
    'CREATE INDEX IF NOT EXISTS crest_documents_compared ON crest_documents USING gin (compared) WHERE compared IS NOT NULL'
  ]
}

/**
 * Makes the tables if they are missing; processes that come at the same time wait for the first.
 *
 * @throws CREST_ERR_STORE_VERSION where a newer release has written
 */
export async function ensureSchema (connection: PostgresConnection): Promise<void> {
  const version = await storedVersion(connection)
  if (version > schemaVersion) throw new CREST_ERR_STORE_VERSION(version, schemaVersion)
  if (version === schemaVersion) return
  await connection.transaction(async (run, atomic) => {
    if (atomic) await lockSchema(run, connection)
    for (const statement of tables(connection.engine)) await run(statement)
    // Another process may have been quicker, with a newer release.
    await run("INSERT INTO crest_meta (name, value) VALUES ('schema', $1) ON CONFLICT (name) DO NOTHING", [String(schemaVersion)])
  })
  const written = await storedVersion(connection)
  if (written > schemaVersion) throw new CREST_ERR_STORE_VERSION(written, schemaVersion)
}

/**
 * Waits until no other process changes tables or rules, for the rest of the transaction. Whatever the session's limits are,
 * a statement may work as long as an index takes, and waits for a lock no longer than a call does.
 */
export async function lockSchema (run: Run, { timeout }: PostgresConnection): Promise<void> {
  await run(`SET LOCAL statement_timeout = ${indexTimeout}`)
  await run(`SET LOCAL lock_timeout = ${Math.max(1, Math.floor(timeout * 0.8))}`)
  await run(`SELECT pg_advisory_xact_lock(${lockClass}, ${lockKey})`)
}

/** Sees to the indexes that a collection needs; those that are there are left alone, which needs no right to change tables. */
export async function ensureIndexes (run: Run, engine: EngineCapabilities, pointers: readonly string[], constraints: readonly string[]): Promise<void> {
  const names = [...pointers.map((pointer) => indexName('sorted', pointer)), ...constraints.map((constraint) => indexName('unique', constraint))]
  if (names.length === 0) return
  const rows = await run('SELECT relname AS name FROM pg_class WHERE relname = ANY($1::text[]) AND pg_table_is_visible(oid)', [names]) as ReadonlyArray<{ name: string }>
  const there = new Set(rows.map(({ name }) => name))
  for (const pointer of pointers) if (!there.has(indexName('sorted', pointer))) await ensureSortIndex(run, engine, pointer)
  for (const constraint of constraints) if (!there.has(indexName('unique', constraint))) await ensureUniqueIndex(run, constraint)
}

/** Sees to the index along which documents are sorted and compared by `pointer`. Whoever holds it back waits meanwhile. */
async function ensureSortIndex (run: Run, { collates, describesExpressions }: EngineCapabilities, pointer: string): Promise<void> {
  const key = `(${memberText('sorted', pointer)})`
  const name = indexName('sorted', pointer)
  await run(`CREATE INDEX IF NOT EXISTS ${name} ON crest_documents (collection, (${key}${collates ? ' COLLATE "C"' : ''}), id) WHERE ${key} IS NOT NULL`, [], indexTimeout)
  if (describesExpressions) await run(`CREATE STATISTICS IF NOT EXISTS ${name} ON collection, ${key} FROM crest_documents`)
}

/** Sees to the index that keeps the values of a unique constraint from repeating in a collection. */
async function ensureUniqueIndex (run: Run, constraint: string): Promise<void> {
  const value = memberText('claims', constraint)
  await run(`CREATE UNIQUE INDEX IF NOT EXISTS ${indexName('unique', constraint)} ON crest_documents (collection, (${value})) WHERE (${value}) IS NOT NULL`, [], indexTimeout)
}

/** The text of a member of a column with JSON. What is written here was declared by the application: no text of a request. */
export function memberText (column: 'sorted' | 'compared' | 'claims', member: string): string {
  return `${column} ->> ${quote(member)}`
}

/** A text as SQL writes it. */
export function quote (text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

function indexName (kind: 'sorted' | 'unique', what: string): string {
  return `crest_${kind}_${createHash('sha256').update(what).digest('hex').slice(0, 32)}`
}

async function storedVersion (connection: PostgresConnection): Promise<number> {
  try {
    return Number(await readMeta(connection, 'schema') ?? 0)
  } catch (error) {
    if (isUndefinedTable(error)) return 0
    throw error
  }
}

/** The value of `name`, if it was ever written. */
export async function readMeta (connection: PostgresConnection, name: string): Promise<string | undefined> {
  return (await connection.first<{ value: string }>('SELECT value FROM crest_meta WHERE name = $1', name))?.value
}

/** Writes the value of `name` where it has none, and returns what it has then. */
export async function keepMeta (connection: PostgresConnection, name: string, value: string): Promise<string> {
  await connection.all('INSERT INTO crest_meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING RETURNING name', name, value)
  return await readMeta(connection, name) ?? value
}
