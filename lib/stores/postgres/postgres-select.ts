import sql, { empty, join, raw } from 'sql-template-tag'
import type { Sql } from 'sql-template-tag'
import { formatJsonPointer } from '../../crest/json-pointer.ts'
import type { CompareFilter, InFilter, QueryFilter } from '../../crest/query-filter.ts'
import { allOf } from '../sql/conditions.ts'
import type { DocumentRow } from '../sql/document-row.ts'
import { indexParts } from './postgres-conditions.ts'
import type { IndexParts, QueriedCollection } from './postgres-conditions.ts'
import { marked } from './postgres-keys.ts'
import { orderOf } from './postgres-segments.ts'
import type { Segment } from './postgres-segments.ts'

/** A document with its place in the order. */
export interface PageRow extends DocumentRow {
  /** The sort key; null where the order is that of ids alone. */
  readonly key: string | null
}

/** A condition as parts that have no document in common. */
export interface DrivingParts {
  readonly parts: readonly Sql[]
  /** Whether they say what lies along the index that is walked: then no document without a value there is among them. */
  readonly alongWalk: boolean
}

/**
 * The condition of a filter, as parts that have no document in common. A condition over documents with one value or with
 * several is an alternative, in whose order no index is; each part alone is. So the one clause by which documents are
 * likely found in order makes the parts: that on the index which is walked, or the first that names a single value.
 */
export function drivingParts (filter: QueryFilter, walked: string | undefined, collection: QueriedCollection, conditionOf: (clause: QueryFilter) => Sql): DrivingParts {
  const clauses = operandsOf(filter)
  const candidates = clauses.flatMap((clause): ReadonlyArray<{ readonly clause: CompareFilter | InFilter, readonly parts: IndexParts }> => {
    const parts = clause.kind === 'compare' || clause.kind === 'in' ? indexParts(clause, collection) : undefined
    return parts === undefined ? [] : [{ clause: clause as CompareFilter | InFilter, parts }]
  })
  const driving = candidates.find(({ clause }) => formatJsonPointer(clause.field) === walked) ??
    candidates.find(({ clause }) => clause.kind === 'compare' && clause.operator === 'eq') ?? candidates[0]
  if (driving === undefined) return { parts: [conditionOf(filter)], alongWalk: false }
  // All clauses on its index: of the one value that a document has there, they make one span.
  const pointer = formatJsonPointer(driving.clause.field)
  const along = candidates.filter(({ clause }) => formatJsonPointer(clause.field) === pointer)
  const rest = clauses.filter((clause) => !along.some((candidate) => candidate.clause === clause)).map(conditionOf)
  return {
    parts: [along.map(({ parts }) => parts.plain), along.map(({ parts }) => parts.several)].map((parts) => allOf([...parts.map((part) => sql`(${part})`), ...rest])),
    alongWalk: pointer === walked
  }
}

/** The rows of a page in the order of its segment, from parts without a common row. Content is read of the rows of the page alone. */
export function selectPage (parts: readonly Sql[], segment: Segment, limit: number, offset: number): Sql {
  const key = segment.key ?? raw('NULL::text')
  const most = limitOf(limit + offset)
  const page = parts.map((where) => sql`SELECT d.id, d.revision, d.content, ${key} AS key FROM crest_documents AS d
    WHERE ${where} ORDER BY ${orderOf(segment, key, raw('d.id'))}${most}`)
  const rows = page.length === 1 ? page[0] as Sql : join(page.map((part) => sql`(${part})`), ' UNION ALL ')
  const order = orderOf(segment, raw('p.key'), raw('p.id'))
  return sql`SELECT ${raw(marked('p.id'))} AS id, p.revision, p.content::text AS content, p.key FROM (${rows}) AS p ORDER BY ${order}${limitOf(limit)}${offset === 0 ? empty : raw(` OFFSET ${whole(offset)}`)}`
}

// As a number in the text: the database plans for a short page only where it sees that it is short.
function limitOf (limit: number): Sql {
  return limit === Infinity ? empty : raw(` LIMIT ${whole(limit)}`)
}

function whole (number: number): string {
  return BigInt(Math.min(Math.max(0, number), Number.MAX_SAFE_INTEGER)).toString()
}

function operandsOf (filter: QueryFilter): readonly QueryFilter[] {
  return filter.kind === 'and' ? filter.operands.flatMap(operandsOf) : [filter]
}
