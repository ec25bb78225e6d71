import { randomUUID } from 'node:crypto'
import sql from 'sql-template-tag'
import type { JsonObject } from '../../json.ts'
import { declarationSignature, declaredIndexes } from '../query/declared-indexes.ts'
import { expiryOfStored, plainSignature, rulesSignature } from '../rules.ts'
import type { CollectionRules } from '../store.ts'
import { CREST_ERR_STORE_UNIQUE } from '../store-errors.ts'
import { isUnderRules } from './postgres-conditions.ts'
import type { QueriedCollection } from './postgres-conditions.ts'
import type { AdoptedRules, PostgresConnection, PostgresReader } from './postgres-connection.ts'
import { constraintName, documentKeys, marked, unmarked } from './postgres-keys.ts'
import type { DocumentKeys } from './postgres-keys.ts'
import type { Run } from './postgres-link.ts'
import { ensureIndexes, lockSchema, memberText } from './postgres-schema.ts'

const batch = 500
// The limit of one batch, in milliseconds: others may be at work too.
const batchTimeout = 60_000

/** What the database knows of a collection: the rules under which the keys of its documents are kept. */
interface StoredRules {
  readonly generation: string | null
  readonly signature: string
  readonly indexes: readonly string[]
}

/** The rules of this process as they are known to be in force; undefined where they have to be adopted first. */
export function knownRules (connection: PostgresConnection, path: string, rules: CollectionRules): AdoptedRules | undefined {
  const adopted = connection.adopted.get(path)
  return adopted?.signature === declarationSignature(rules) ? adopted : undefined
}

/**
 * The rules in force, adopted where they are not: once for all who ask at the same time. Who has waited for the limit of a call
 * is told to come back, while the work goes on.
 *
 * @throws ServiceUnavailable, or what {@link adopt} throws
 */
export async function adoptRules (connection: PostgresConnection, path: string, rules: CollectionRules, filling: boolean): Promise<AdoptedRules> {
  const key = JSON.stringify([path, declarationSignature(rules), filling])
  let adopting = connection.adopting.get(key)
  if (adopting === undefined) {
    adopting = adopt(connection, path, rules, filling).finally(() => connection.adopting.delete(key))
    connection.adopting.set(key, adopting)
  }
  return connection.withinTimeout(adopting)
}

/**
 * Sees to it that the keys of a collection's documents are those of `rules`; they are computed anew where the database was
 * written under other rules. Indexes that other processes declare are kept: each document has the keys of all of them.
 *
 * Every write names the generation of the rules under which its keys were made. While rules change no other process
 * writes; whoever has waited finds another generation afterwards, writes nothing, and adopts the rules anew.
 *
 * @param filling whether a document is about to be inserted; an empty collection is not noted in the database otherwise
 * @throws CREST_ERR_STORE_UNIQUE, changing nothing, if the documents break the rules
 */
async function adopt (connection: PostgresConnection, path: string, rules: CollectionRules, filling: boolean): Promise<AdoptedRules> {
  const signature = declarationSignature(rules)
  let stored = await readRules((text, values = []) => connection.all(text, ...values), path)
  if (!suits(stored, rules)) {
    if (!filling && await isEmpty(connection, path)) return { signature, generation: stored.generation, indexes: stored.indexes }
    stored = await changeRules(connection, path, rules)
  }
  const adopted = { signature, generation: stored.generation, indexes: stored.indexes }
  connection.adopted.set(path, adopted)
  return adopted
}

/** Whether the rules of a collection are still those of a generation. */
export async function areRulesCurrent (reader: PostgresReader, rules: Pick<QueriedCollection, 'path' | 'generation'>): Promise<boolean> {
  const [row] = await reader.rows<{ current: boolean }>(sql`SELECT ${isUnderRules(rules)} AS current`)
  return row?.current === true
}

function suits ({ signature, indexes }: StoredRules, rules: CollectionRules): boolean {
  return signature === rulesSignature(rules) && declaredIndexes(rules).every((pointer) => indexes.includes(pointer))
}

async function readRules (run: Run, path: string): Promise<StoredRules> {
  const [row] = await run('SELECT generation, signature, indexes FROM crest_rules WHERE collection = $1', [path]) as Array<{ generation: string, signature: string, indexes: string }>
  return row === undefined
    ? { generation: null, signature: plainSignature, indexes: [] }
    : { generation: row.generation, signature: row.signature, indexes: JSON.parse(row.indexes) as string[] }
}

async function isEmpty (connection: PostgresConnection, path: string): Promise<boolean> {
  return (await connection.first('SELECT 1 AS one FROM crest_documents WHERE collection = $1 LIMIT 1', path)) === undefined
}

async function changeRules (connection: PostgresConnection, path: string, rules: CollectionRules): Promise<StoredRules> {
  const { engine } = connection
  const constraints = rules.unique.map(constraintName)
  const declared = declaredIndexes(rules)
  return connection.transaction(async (run, atomic) => {
    if (atomic) {
      await lockSchema(run, connection)
      // Writers of all collections wait, readers do not.
      if (engine.locksTables) await run('LOCK TABLE crest_documents IN SHARE MODE')
    }
    await ensureIndexes(run, engine, declared, constraints)
    const stored = await readRules(run, path)
    // Another process may have been quicker.
    if (suits(stored, rules)) return stored
    const next = { generation: randomUUID(), signature: rulesSignature(rules), indexes: [...new Set([...stored.indexes, ...declared])] }
    await renewKeys(run, path, rules, next.indexes)
    await run(`INSERT INTO crest_rules (collection, generation, signature, indexes) VALUES ($1, $2, $3, $4)
      ON CONFLICT (collection) DO UPDATE SET generation = excluded.generation, signature = excluded.signature, indexes = excluded.indexes`,
    [path, next.generation, next.signature, JSON.stringify(next.indexes)])
    return next
  })
}

interface Renewed extends DocumentKeys {
  readonly id: string
}

async function renewKeys (run: Run, path: string, rules: CollectionRules, indexes: readonly string[]): Promise<void> {
  const now = Date.now()
  for (let after: string | undefined; ;) {
    const rows = await run(
      `SELECT ${marked('id')} AS id, revision, content::text AS content FROM crest_documents
        WHERE collection = $1 AND ${after === undefined ? '$2::text IS NULL' : 'id > $2'} AND content IS NOT NULL ORDER BY id LIMIT ${batch}`,
      [path, after ?? null], batchTimeout) as ReadonlyArray<{ id: string, revision: string, content: string }>
    const renewed = rows.map(({ id: markedId, revision, content: text }): Renewed => {
      const id = unmarked(markedId)
      const content = JSON.parse(text) as JsonObject
      const keys = documentKeys({ id, revision, content }, indexes, rules, expiryOfStored)
      // The values of what has expired are free.
      return keys.expires !== null && keys.expires <= now ? { id, ...keys, claims: null } : { id, ...keys }
    })
    await refuseClashes(run, path, rules, renewed)
    await run(
      `UPDATE crest_documents AS d SET sorted = n.sorted::jsonb, compared = n.compared::jsonb, claims = n.claims::jsonb, expires = n.expires
        FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[]) AS n (id, sorted, compared, claims, expires)
        WHERE d.collection = $1 AND d.id = n.id RETURNING d.id`,
      [path, renewed.map(({ id }) => id), renewed.map(({ sorted }) => sorted), renewed.map(({ compared }) => compared), renewed.map(({ claims }) => claims), renewed.map(({ expires }) => expires)],
      batchTimeout)
    after = renewed.at(-1)?.id
    if (rows.length < batch) return
  }
}

/** Throws where two documents claim the same values: two of those that are renewed, or one of them and one before. */
async function refuseClashes (run: Run, path: string, rules: CollectionRules, renewed: readonly Renewed[]): Promise<void> {
  for (const pointers of rules.unique) {
    const constraint = constraintName(pointers)
    const ids = new Map<string, string>()
    for (const { id, claims } of renewed) {
      const value = claims === null ? undefined : (JSON.parse(claims) as Record<string, string>)[constraint]
      if (value === undefined) continue
      const other = ids.get(value)
      if (other !== undefined) throw uniqueBroken(path, other, id, pointers)
      ids.set(value, id)
    }
    const claim = memberText('claims', constraint)
    const [holder] = await run(
      `SELECT id, ${claim} AS value FROM crest_documents WHERE collection = $1 AND (${claim}) = ANY($2::text[]) AND id <> ALL($3::text[]) LIMIT 1`,
      [path, [...ids.keys()], renewed.map(({ id }) => id)]) as ReadonlyArray<{ id: string, value: string }>
    if (holder !== undefined) throw uniqueBroken(path, holder.id, ids.get(holder.value) ?? '', pointers)
  }
}

function uniqueBroken (path: string, holder: string, id: string, pointers: readonly string[]): Error {
  return new CREST_ERR_STORE_UNIQUE(path, JSON.stringify(holder), JSON.stringify(id), pointers.join(', '))
}
