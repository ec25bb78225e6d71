import sql, { join, raw } from 'sql-template-tag'
import type { Sql } from 'sql-template-tag'
import { formatJsonPointer } from '../../crest/json-pointer.ts'
import { textProblem } from '../../crest/json-content.ts'
import type { CompareFilter, InFilter } from '../../crest/query-filter.ts'
import { isPoint, spanOfComparison, spanOfValue } from '../../crest/value-span.ts'
import type { SpanEnd, ValueSpan } from '../../crest/value-span.ts'
import { allOf, anyOf } from '../sql/conditions.ts'
import type { EngineCapabilities } from './postgres-engine.ts'
import { boundKey, comparedKey, isCut } from './postgres-keys.ts'
import { quote } from './postgres-schema.ts'

/** The collection that is queried, in the moment of the query. */
export interface QueriedCollection {
  readonly path: string
  /** Whether no part of the path comes from a request, so that it may be written into a statement. */
  readonly isPathDeclared: boolean
  /** The JSON pointers of which every document has a sort key. */
  readonly indexes: readonly string[]
  readonly engine: EngineCapabilities
  /** The token of the rules under which all documents have these sort keys. */
  readonly generation: string | null
  /** Milliseconds since the epoch: what expires until then is left out. */
  readonly now: number
}

/** The condition that a row is a live document of the collection. */
export function isLive ({ path, now }: QueriedCollection): Sql {
  return sql`d.collection = ${path} AND d.content IS NOT NULL AND (d.expires IS NULL OR d.expires > ${now})`
}

/** The condition that the rules are still those: without it indexes might not have every document. */
export function isUnderRules ({ path, generation }: Pick<QueriedCollection, 'path' | 'generation'>): Sql {
  return sql`(SELECT generation FROM crest_rules WHERE collection = ${path}) IS NOT DISTINCT FROM ${generation}::text`
}

/** The sort key of a row under an index, as the index has it. */
export function sortKeyOf (pointer: string, { collates }: EngineCapabilities): Sql {
  return raw(`(d.sorted ->> ${quote(pointer)})${collates ? ' COLLATE "C"' : ''}`)
}

/** The condition that a row is in an index, as the index itself has it. */
export function isIndexed (pointer: string): Sql {
  return raw(`(d.sorted ->> ${quote(pointer)}) IS NOT NULL`)
}

/**
 * What an index says of documents, in two parts that have none in common: those whose one value is their sort key, which
 * are found along the index, and those that have several, which are few. Ids are those that are their own folded form,
 * and the others.
 */
export interface IndexParts {
  readonly plain: Sql
  readonly several: Sql
}

/** The two parts of the documents that match a clause; undefined where no index can tell exactly. */
export function indexParts (clause: CompareFilter | InFilter, { indexes, engine }: QueriedCollection): IndexParts | undefined {
  const pointer = formatJsonPointer(clause.field)
  const spans = spansOf(clause)
  if (spans === undefined || !spans.every(isTold)) return undefined
  if (!indexes.includes(pointer)) return pointer === '/_id' && spans.every(isPoint) ? idParts(spans) : undefined
  const member = raw(quote(pointer))
  const value = engine.collates ? raw('v.key COLLATE "C"') : raw('v.key')
  const points = spans.filter(isPoint)
  // Of documents with several values those that have one of these are found by it.
  const isFound = points.length === spans.length && points.length === 1
    ? sql` AND d.compared @> ${JSON.stringify({ [pointer]: [keyOfPoint(points[0] as ValueSpan)] })}::jsonb`
    : sql` AND d.compared IS NOT NULL AND EXISTS (SELECT 1 FROM jsonb_array_elements_text(d.compared -> ${member}) AS v (key) WHERE ${spansCondition(value, spans)})`
  return {
    // First by the column alone, of which the planner knows how often it is null.
    plain: sql`${spansCondition(sortKeyOf(pointer, engine), spans)} AND (d.compared IS NULL OR NOT d.compared ? ${member})`,
    several: sql`d.compared ? ${member}${isFound}`
  }
}

// The index of ids needs no declaration.
function idParts (points: readonly ValueSpan[]): IndexParts {
  const ids = points.map(({ from }) => from?.value).filter((value) => typeof value === 'string')
  if (ids.length === 0) return { plain: anyOf([]), several: anyOf([]) }
  return { plain: sql`d.folded IS NULL AND d.id IN (${join(ids)})`, several: sql`d.folded IN (${join(ids)})` }
}

/** The condition that holds exactly for the documents that match a clause; undefined where no index can tell. */
export function indexCondition (clause: CompareFilter | InFilter, collection: QueriedCollection): Sql | undefined {
  const found = indexParts(clause, collection)
  return found && sql`((${found.plain}) OR (${found.several}))`
}

/** The spans of values that a clause matches; undefined where they are no spans. */
export function spansOf (clause: CompareFilter | InFilter): readonly ValueSpan[] | undefined {
  if (clause.kind === 'in') return clause.values.map(spanOfValue)
  const span = spanOfComparison(clause)
  return span && [span]
}

/** Whether keys tell exactly what lies in a span: what is too long is told by its hash alone, and what a text cannot be by nothing. */
export function isTold (span: ValueSpan): boolean {
  const { rank, from, to } = span
  const ends = [from, to].filter((end) => end !== undefined)
  return ends.every(({ value }) => typeof value === 'number' || (textProblem(value) === undefined && (isPoint(span) || !isCut({ rank, value }))))
}

function spansCondition (key: Sql, spans: readonly ValueSpan[]): Sql {
  const points = spans.filter(isPoint).map(keyOfPoint)
  const ranges = spans.filter((span) => !isPoint(span)).map((span) => rangeCondition(key, span))
  return anyOf([...points.length === 0 ? [] : points.length === 1 ? [sql`${key} = ${points[0]}`] : [sql`${key} IN (${join(points)})`], ...ranges])
}

function keyOfPoint ({ rank, from }: ValueSpan): string {
  return comparedKey({ rank, value: (from as SpanEnd).value })
}

function rangeCondition (key: Sql, { rank, from, to }: ValueSpan): Sql {
  return allOf([
    from === undefined ? sql`${key} >= ${rankKey(rank)}` : sql`${key} ${raw(from.inclusive ? '>=' : '>')} ${boundKey({ rank, value: from.value })}`,
    to === undefined ? sql`${key} < ${rankKey(rank + 1)}` : sql`${key} ${raw(to.inclusive ? '<=' : '<')} ${boundKey({ rank, value: to.value })}`
  ])
}

/** Where a rank begins; as text of the statement, so that the planner knows it. */
function rankKey (rank: number): Sql {
  return raw(quote(String(rank)))
}
