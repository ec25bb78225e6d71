import sql, { raw } from 'sql-template-tag'
import type { Sql } from 'sql-template-tag'
import { ranks } from '../../crest/comparable.ts'
import type { PageStart } from '../query/page-collector.ts'
import { isIndexed, sortKeyOf } from './postgres-conditions.ts'
import type { QueriedCollection } from './postgres-conditions.ts'
import { sortKey } from './postgres-keys.ts'
import { quote } from './postgres-schema.ts'

/** The index in whose order documents come. */
export interface WalkedIndex {
  /** Its JSON pointer. */
  readonly index: string
  readonly descending: boolean
  /** Whether only documents that have a value are asked for. */
  readonly valuesOnly: boolean
}

/** Rows of a collection in an order that an index has, from a place on. */
export interface Segment {
  /** The sort key of a row `d`; undefined where the order is that of ids alone. */
  readonly key: Sql | undefined
  readonly descending: boolean
  readonly where: Sql
  /** The part of the segment behind a row. */
  readonly behind: (key: string, id: string) => Segment
}

/** The segments that make up the documents behind `start` one after the other: in the order of ids, or along an index. */
export function segmentsOf ({ engine }: QueriedCollection, walked: WalkedIndex | undefined, start: PageStart | undefined): readonly Segment[] {
  if (walked === undefined) return [start?.id === undefined ? byId(sql`true`) : byId(sql`true`).behind('', start.id)]
  const key = sortKeyOf(walked.index, engine)
  // The database does not conclude it from every comparison.
  const indexed = isIndexed(walked.index)
  const first = start?.values[0]
  const from = first === undefined ? undefined : { key: sortKey(first), id: start?.id }
  if (!walked.descending) return [upwards(key, indexed, from === undefined ? indexed : from.id === undefined ? sql`${key} >= ${from.key}` : abovePosition(key, indexed, from.key, from.id))]
  // What has no value comes last downwards too.
  const none = String(ranks.none)
  const nothing = byId(sql`${key} = ${noneText}`)
  const values = downwards(key, from === undefined ? sql`${key} < ${noneText}` : from.id === undefined ? sql`${key} <= ${from.key}` : belowPosition(key, from.key, from.id))
  if (walked.valuesOnly) return from?.key === none ? [] : [values]
  if (from?.key === none) return [from.id === undefined ? nothing : nothing.behind('', from.id)]
  return [values, nothing]
}

// As text of the statement: only then does a plan that is made once for all parameters know how much lies below it.
const noneText = raw(quote(String(ranks.none)))

function byId (where: Sql): Segment {
  return { key: undefined, descending: false, where, behind: (_key, id) => byId(sql`${where} AND d.id > ${id}`) }
}

function upwards (key: Sql, indexed: Sql, where: Sql): Segment {
  return { key, descending: false, where, behind: (last, id) => upwards(key, indexed, abovePosition(key, indexed, last, id)) }
}

function downwards (key: Sql, where: Sql): Segment {
  return { key, descending: true, where, behind: (last, id) => downwards(key, belowPosition(key, last, id)) }
}

function abovePosition (key: Sql, indexed: Sql, last: string, id: string): Sql {
  return sql`${indexed} AND (${key}, d.id) > (${last}, ${id})`
}

// Ids ascend within one key, so that no row comparison says it; the first condition is what the index is searched by.
function belowPosition (key: Sql, last: string, id: string): Sql {
  return sql`${key} <= ${last} AND (${key} < ${last} OR d.id > ${id})`
}

/** What rows of a segment are sorted by, given the names of their key and id. */
export function orderOf ({ key, descending }: Segment, keyName: Sql, idName: Sql): Sql {
  return key === undefined ? idName : sql`${keyName}${raw(descending ? ' DESC' : '')}, ${idName}`
}
