import sql, { join, raw } from 'sql-template-tag'
import type { Sql } from 'sql-template-tag'
import { isPoint } from '../../crest/value-span.ts'
import type { IndexCondition } from '../query/query-plan.ts'
import { allOf, rangeCondition, spanConditions } from '../sql/conditions.ts'
import type { EntryLists } from './sqlite-lists.ts'
import type { WalkSegment } from '../query/walk-segments.ts'

/** Where a statement finds its documents: rows `d` of a collection in some order, each once. */
export interface DocumentSource {
  /** What follows FROM. */
  readonly from: Sql
  readonly where: Sql
  readonly order: Sql
  /** The position of a row in that order, read without its document. */
  readonly position: Sql
  /** Only the rows up to a position. */
  readonly upTo: (last: Position) => Sql
}

/** Where a row stands in its source. */
export interface Position {
  readonly value: number | string
  readonly id: string
}

/** The collection that is queried and its lists, in the moment of the query. */
export interface QueriedCollection {
  readonly path: string
  readonly lists: EntryLists
  /** Milliseconds since the epoch: what expires until then is left out. */
  readonly now: number
}

/** The condition that a document is live. */
export function isLive ({ now }: QueriedCollection): Sql {
  return sql`d.content IS NOT NULL AND (d.expires IS NULL OR d.expires > ${now})`
}

/** All documents behind `afterId`, by id. */
export function idSource ({ path }: QueriedCollection, afterId: string | undefined): DocumentSource {
  return {
    from: sql`crest_documents AS d`,
    where: allOf([sql`d.collection = ${path}`, ...(afterId === undefined ? [] : [sql`d.id > ${afterId}`])]),
    order: sql`d.id`,
    position: sql`0 AS value, d.id AS id`,
    upTo: ({ id }) => sql`d.id <= ${id}`
  }
}

/** The documents with these ids. */
export function listedSource (collection: QueriedCollection, ids: readonly string[]): DocumentSource {
  const source = idSource(collection, undefined)
  return { ...source, where: sql`${source.where} AND d.id IN (SELECT value FROM json_each(${JSON.stringify(ids)}))` }
}

/**
 * The documents of one segment of an index.
 *
 * @param skipped the part of entries that are passed over: who walks takes each document once, who compares each value
 */
export function segmentSource ({ path, lists }: QueriedCollection, index: string, segment: WalkSegment, skipped: 'compared' | 'sorted'): DocumentSource {
  const { descending } = segment
  const oneValue = isPoint(segment)
  const conditions = [sql`s.list = ${lists.get(index)}`, raw(skipped === 'compared' ? 's.part <> 2' : 's.part <> 1'), segmentCondition(sql`s`, segment)]
  return {
    // CROSS JOIN is SQLite's way to keep the order of the loops (sqlite.org/optoverview.html section 8.2).
    from: sql`crest_entries AS s CROSS JOIN crest_documents AS d ON d.collection = ${path} AND d.id = s.id`,
    where: allOf(conditions),
    order: oneValue ? sql`s.id` : descending ? sql`s.value DESC, s.id` : sql`s.value, s.id`,
    position: sql`s.value AS value, s.id AS id`,
    upTo: ({ value, id }) => {
      if (oneValue) return sql`s.id <= ${id}`
      return descending ? sql`s.value >= ${value} AND (s.value > ${value} OR s.id <= ${id})` : sql`(s.value, s.id) <= (${value}, ${id})`
    }
  }
}

/** The statement for the value of the entry behind the first `size` ones of a segment that goes down an index. */
export function valueAt ({ lists }: QueriedCollection, index: string, segment: WalkSegment, size: number): Sql {
  return sql`SELECT s.value FROM crest_entries AS s WHERE s.list = ${lists.get(index)} AND s.part <> 2 AND ${segmentCondition(sql`s`, segment)}
    ORDER BY s.value DESC LIMIT 1 OFFSET ${size}`
}

/** The condition that an entry belongs to a segment. */
export function segmentCondition (entry: Sql, segment: WalkSegment): Sql {
  const { from, afterId } = segment
  if (afterId === undefined || from === undefined) return rangeCondition(entry, segment)
  if (isPoint(segment)) return allOf([rangeCondition(entry, segment), sql`${entry}.id > ${afterId}`])
  return allOf([rangeCondition(entry, { ...segment, from: undefined }), sql`(${entry}.value, ${entry}.id) > (${from.value}, ${afterId})`])
}

/** The ids of the documents that satisfy any of the conditions, perhaps more than once. */
export function gatheredIds ({ path, lists }: QueriedCollection, conditions: readonly IndexCondition[]): Sql {
  return join(conditions.flatMap(({ index, spans }) => {
    const list = lists.get(index)
    if (list === undefined) return [idsByText(path, spans.map(({ from }) => from?.value))]
    return spanConditions(sql`e`, spans).map((condition) =>
      sql`SELECT e.id FROM crest_entries AS e WHERE e.list = ${list} AND e.part <> 1 AND ${condition}`)
  }), ' UNION ALL ')
}

/** How many SELECTs {@link gatheredIds} takes. */
export function gatheredPieces (conditions: readonly IndexCondition[]): number {
  return conditions.reduce((sum, { spans }) => sum + spanConditions(sql`e`, spans).length, 0)
}

// An id that is its own folded form is found by itself. SQLite would make a text of a number to compare it with a column
// of texts (sqlite.org/datatype3.html section 4.2).
function idsByText (path: string, values: ReadonlyArray<string | number | undefined>): Sql {
  const texts = values.filter((value) => typeof value === 'string')
  if (texts.length === 0) return sql`SELECT NULL AS id WHERE 1 = 0`
  return sql`SELECT i.id FROM crest_documents AS i WHERE i.collection = ${path} AND i.folded IS NULL AND i.id IN (${join(texts)})
    UNION ALL SELECT i.id FROM crest_documents AS i WHERE i.collection = ${path} AND i.folded IN (${join(texts)})`
}
