import { foldCase } from '../../crest/case-folding.ts'
import { textProblem } from '../../crest/json-content.ts'
import { BadRequest } from '../../errors.ts'
import type { JsonObject } from '../../json.ts'
import { randomId } from '../../random-id.ts'
import { toDocument } from '../sql/document-row.ts'
import type { CollectionRules, CollectionWrite, SettledWrite, WriteOutcome } from '../store.ts'
import type { AdoptedRules, PostgresConnection } from './postgres-connection.ts'
import { isUniqueViolation } from './postgres-errors.ts'
import { documentKeys } from './postgres-keys.ts'
import type { DocumentKeys } from './postgres-keys.ts'
import { live, overTombstone, underRules } from './postgres-statements.ts'

/** How writes are made in one collection. */
export interface Writer {
  /** Makes one write, as a call of its own. */
  readonly alone: (write: CollectionWrite) => Promise<WriteOutcome>
  /** Makes writes of one kind under different ids by one statement, all or none; undefined where only the write alone can tell how it ends. */
  readonly together: (writes: readonly CollectionWrite[]) => Promise<ReadonlyArray<WriteOutcome | undefined>>
}

// Where one of so few is in the way of the others, each is written alone.
const fewWrites = 8

/** Makes writes in their order, as many as possible together. */
export async function settleWrites (writes: readonly CollectionWrite[], writer: Writer): Promise<readonly SettledWrite[]> {
  const settled: SettledWrite[] = []
  for (const run of runsOf(writes)) settled.push(...await settleRun(run, writer))
  return settled
}

/** Neighbours of one kind under different ids: one statement changes no row twice. */
function runsOf (writes: readonly CollectionWrite[]): readonly CollectionWrite[][] {
  const runs: CollectionWrite[][] = []
  const ids = new Set<string>()
  for (const write of writes) {
    const run = runs.at(-1)
    if (run !== undefined && run[0]?.kind === write.kind && !ids.has(write.id)) {
      run.push(write)
    } else {
      runs.push([write])
      ids.clear()
    }
    ids.add(write.id)
  }
  return runs
}

async function settleRun (run: readonly CollectionWrite[], writer: Writer): Promise<readonly SettledWrite[]> {
  if (run.length === 1) return settleAlone(run, writer)
  try {
    const outcomes = await writer.together(run)
    const settled: SettledWrite[] = []
    for (const [at, write] of run.entries()) {
      const value = outcomes[at]
      settled.push(...value === undefined ? await settleAlone([write], writer) : [{ status: 'fulfilled', value } as const])
    }
    return settled
  } catch (reason) {
    // Nothing was written. If one is refused, the others have to be told from it.
    if (!isUniqueViolation(reason) && !(reason instanceof BadRequest)) return run.map(() => ({ status: 'rejected', reason }))
    if (run.length <= fewWrites) return settleAlone(run, writer)
    const middle = Math.ceil(run.length / 2)
    return [...await settleRun(run.slice(0, middle), writer), ...await settleRun(run.slice(middle), writer)]
  }
}

async function settleAlone (run: readonly CollectionWrite[], { alone }: Writer): Promise<readonly SettledWrite[]> {
  const settled: SettledWrite[] = []
  for (const write of run) settled.push(...await Promise.allSettled([alone(write)]))
  return settled
}

const columns = (from: number): string =>
  `unnest($${from}::text[], $${from + 1}::text[], $${from + 2}::text[], $${from + 3}::text[], $${from + 4}::text[], $${from + 5}::text[], $${from + 6}::bigint[], $${from + 7}::text[])
    AS n (id, revision, content, sorted, compared, claims, expires, other)`
// In the order of ids, so that processes that write the same ones wait for each other and do not lock each other out.
const insertAllStatement = `INSERT INTO crest_documents AS d (collection, id, folded, revision, content, sorted, compared, claims, expires)
  SELECT $1, n.id, n.other, n.revision, n.content::jsonb, n.sorted::jsonb, n.compared::jsonb, n.claims::jsonb, n.expires
  FROM ${columns(4)} WHERE ${underRules('$3')} ORDER BY n.id
  ${overTombstone('$2')}
  RETURNING revision, content::text AS content`
const replaceAllStatement = `UPDATE crest_documents AS d SET
    revision = n.revision, content = n.content::jsonb, sorted = n.sorted::jsonb, compared = n.compared::jsonb, claims = n.claims::jsonb, expires = n.expires
  FROM ${columns(4)}
  WHERE d.collection = $1 AND d.id = n.id AND d.revision = n.other AND ${live('$2::bigint').replaceAll(/\b(content|expires)\b/g, 'd.$1')} AND ${underRules('$3')}
  RETURNING d.revision AS revision, d.content::text AS content`
const takenStatement = `SELECT array_position($2::text[], id::text) AS place FROM crest_documents WHERE collection = $1 AND id = ANY($2::text[]) AND ${live('$3::bigint')}`

/** The collection that is written to, and the rules under which the keys are made. */
export interface WrittenCollection {
  readonly path: string
  readonly rules: CollectionRules
  readonly adopted: AdoptedRules
}

/** A document as a statement takes it. */
interface Row {
  readonly id: string
  readonly revision: string
  readonly text: string
  readonly keys: DocumentKeys
  /** The folded id of an insert, the revision that a replace compares with. */
  readonly other: string | null
}

/**
 * Makes writes of one kind under different ids by one statement.
 *
 * @throws BadRequest, and the database's error where documents have the same unique values; nothing is written then
 */
export async function writeTogether (connection: PostgresConnection, collection: WrittenCollection, writes: readonly CollectionWrite[]): Promise<ReadonlyArray<WriteOutcome | undefined>> {
  const { path, adopted: { generation } } = collection
  const rows = writes.map((write) => toRow(collection, write))
  const now = Date.now()
  const inserting = writes[0]?.kind === 'insert'
  const written = await connection.all<{ revision: string, content: string }>(inserting ? insertAllStatement : replaceAllStatement, path, now, generation,
    rows.map(({ id }) => id), rows.map(({ revision }) => revision), rows.map(({ text }) => text), rows.map(({ keys }) => keys.sorted),
    rows.map(({ keys }) => keys.compared), rows.map(({ keys }) => keys.claims), rows.map(({ keys }) => keys.expires), rows.map(({ other }) => other))
  const contents = new Map(written.map(({ revision, content }) => [revision, content]))
  const missing = rows.filter(({ revision }) => !contents.has(revision))
  const taken = inserting && missing.length > 0 ? await findTaken(connection, path, missing, now) : new Set<string>()
  return rows.map(({ id, revision }): WriteOutcome | undefined => {
    const content = contents.get(revision)
    if (content !== undefined) return { kind: 'written', document: toDocument({ id, revision, content }) }
    return taken.has(id) ? { kind: 'taken' } : undefined
  })
}

function toRow ({ rules, adopted }: WrittenCollection, write: CollectionWrite): Row {
  const { id, content, json } = write
  if (textProblem(id) !== undefined) throw new BadRequest('The id has characters that the store cannot keep')
  const text = json ?? JSON.stringify(content)
  const revision = randomId()
  const keys = documentKeys({ id, revision, content: json === undefined ? JSON.parse(text) as JsonObject : content }, adopted.indexes, rules)
  if (write.kind === 'replace') return { id, revision, text, keys, other: write.revision }
  const folded = foldCase(id)
  return { id, revision, text, keys, other: folded === id ? null : folded }
}

/** The ids that live documents hold. They are told by their places, as PGlite may drop the first character of a text. */
async function findTaken (connection: PostgresConnection, path: string, rows: readonly Row[], now: number): Promise<ReadonlySet<string>> {
  const ids = rows.map(({ id }) => id)
  const places = await connection.all<{ place: number }>(takenStatement, path, ids, now)
  return new Set(places.flatMap(({ place }) => ids[place - 1] ?? []))
}
