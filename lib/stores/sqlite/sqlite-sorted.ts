import sql, { empty, raw } from 'sql-template-tag'
import type { Sql } from 'sql-template-tag'
import { ranks } from '../../crest/comparable.ts'
import { formatJsonPointer } from '../../crest/json-pointer.ts'
import { anyOf } from '../sql/conditions.ts'
import type { QueryPlan } from '../query/query-plan.ts'
import { walkSegments } from '../query/walk-segments.ts'
import type { StoreQuery } from '../store.ts'
import { gatheredIds, isLive, segmentCondition } from './sqlite-access.ts'
import type { QueriedCollection } from './sqlite-access.ts'

/**
 * The statement for a page of the few documents that a plan gathers, sorted by an index: what is sorted is entries, and only
 * the documents of the page are read. Undefined where the plan or the order is another one.
 *
 * @param rest what else is asked of a document row `d`; undefined where nothing is
 * @param hasExpired whether an entry may be that of a document that has expired
 */
export function sortedPage (collection: QueriedCollection, plan: QueryPlan, request: StoreQuery, rest: Sql | undefined, hasExpired: () => boolean): Sql | undefined {
  const { sortKeys: [key, ...others], after, limit = Infinity, offset = 0 } = request
  const list = key === undefined || others.length > 0 ? undefined : collection.lists.get(formatJsonPointer(key.pointer))
  const ids = gathered(collection, plan)
  if (key === undefined || list === undefined || ids === undefined) return undefined
  const { path } = collection
  const segments = after === undefined ? [] : walkSegments({ descending: key.descending, span: undefined }, after)
  const behind = after === undefined ? empty : sql` AND ${anyOf(segments.map((segment) => segmentCondition(sql`k`, segment)))}`
  const judged = rest === undefined && !hasExpired()
    ? empty
    : sql` CROSS JOIN crest_documents AS d ON d.collection = ${path} AND d.id = k.id AND ${isLive(collection)}${rest ?? empty}`
  return sql`SELECT c.id AS id, c.revision AS revision, c.content AS content FROM (
      SELECT k.id AS id, k.rank AS rank, k.value AS value FROM (${ids}) AS s
        CROSS JOIN crest_entries AS k ON k.list = ${list} AND k.id = s.id AND k.part <> 2${behind}${judged}
        ORDER BY ${orderOf('k', key.descending)} LIMIT ${limit === Infinity ? -1 : limit} OFFSET ${offset}
    ) AS p CROSS JOIN crest_documents AS c ON c.collection = ${path} AND c.id = p.id ORDER BY ${orderOf('p', key.descending)}`
}

function gathered (collection: QueriedCollection, plan: QueryPlan): Sql | undefined {
  if (plan.sorted) return undefined
  if (plan.kind === 'group') return gatheredIds(collection, [{ index: plan.index, spans: [plan.point] }])
  return plan.kind === 'gather' ? sql`SELECT DISTINCT id FROM (${gatheredIds(collection, plan.conditions)})` : undefined
}

/** What has no value comes last both ways, and ids ascend. */
function orderOf (entry: 'k' | 'p', descending: boolean): Sql {
  return raw(descending
    ? `${entry}.rank = ${ranks.none}, ${entry}.rank DESC, ${entry}.value DESC, ${entry}.id`
    : `${entry}.rank, ${entry}.value, ${entry}.id`)
}
