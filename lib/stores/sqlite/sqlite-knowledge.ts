import sql from 'sql-template-tag'
import type { Sql } from 'sql-template-tag'
import { isPoint } from '../../crest/value-span.ts'
import type { IndexCondition, IndexKnowledge, QueryPlan } from '../query/query-plan.ts'
import { gatheredIds, gatheredPieces, isLive } from './sqlite-access.ts'
import type { QueriedCollection } from './sqlite-access.ts'
import type { SqliteConnection } from './sqlite-handle.ts'

// SQLite takes 500 SELECTs in a compound (SQLITE_MAX_COMPOUND_SELECT), and long before that looking at each document is quicker.
const mostPieces = 100

/** What the lists of a collection tell, to plan a query. */
export function knowledge (connection: SqliteConnection, collection: QueriedCollection): IndexKnowledge {
  return {
    has: (index) => collection.lists.has(index),
    count: (conditions, most) => gatheredPieces(conditions) > mostPieces
      ? Infinity
      : countOf(connection, sql`SELECT count(*) AS total FROM (SELECT 1 FROM (${gatheredIds(collection, conditions)}) LIMIT ${finite(most)})`),
    isScattered: (index) => isScattered(connection, collection.lists, index)
  }
}

/** The total of a plan that has judged the whole filter. Lists have no entries of tombstones, but those of expired documents. */
export function countByLists (connection: SqliteConnection, collection: QueriedCollection, plan: QueryPlan): number {
  if (plan.kind === 'nothing') return 0
  const { path, lists, now } = collection
  const expired = connection.first('SELECT 1 FROM crest_documents WHERE collection = ? AND expires <= ? LIMIT 1', path, now) !== undefined
  const [list] = lists.values()
  if (plan.kind === 'ids') {
    return countOf(connection, expired || list === undefined
      ? sql`SELECT count(*) AS total FROM crest_documents AS d WHERE d.collection = ${path} AND ${isLive(collection)}`
      : sql`SELECT count(*) AS total FROM crest_entries WHERE list = ${list} AND part <> 2`)
  }
  const conditions = plan.kind === 'gather' ? plan.conditions : plan.kind === 'group' ? [{ index: plan.index, spans: [plan.point] }] : []
  const ids = gatheredIds(collection, conditions)
  if (!expired && conditions.every(({ index }) => lists.has(index))) {
    const [condition, ...others] = conditions
    const isOnce = others.length === 0 && condition !== undefined && (isOnePoint(condition) || !isScattered(connection, lists, condition.index))
    return countOf(connection, sql`SELECT ${isOnce ? sql`count(*)` : sql`count(DISTINCT id)`} AS total FROM (${ids})`)
  }
  return countOf(connection, sql`SELECT count(*) AS total FROM crest_documents AS d WHERE d.collection = ${path} AND d.id IN (${ids}) AND ${isLive(collection)}`)
}

/** The `total` of the one row of a statement. */
export function countOf (connection: SqliteConnection, statement: Sql): number {
  return Number(connection.rows<{ total: number }>(statement)[0]?.total)
}

/** A limit as SQLite has it: none is -1 (sqlite.org/lang_select.html). */
export function finite (limit: number): number {
  return limit === Infinity ? -1 : limit
}

function isOnePoint ({ spans }: IndexCondition): boolean {
  return spans.length === 1 && spans.every(isPoint)
}

function isScattered (connection: SqliteConnection, lists: QueriedCollection['lists'], index: string): boolean {
  const list = lists.get(index)
  // Ids need no list, and each document has one.
  return list !== undefined && connection.first('SELECT 1 FROM crest_entries WHERE list = ? AND part = 2 LIMIT 1', list) !== undefined
}
