import sql from 'sql-template-tag'
import type { Sql } from 'sql-template-tag'
import { foldCase } from '../../crest/case-folding.ts'
import { ranks } from '../../crest/comparable.ts'
import { formatJsonPointer } from '../../crest/json-pointer.ts'
import type { CompareFilter, InFilter } from '../../crest/query-filter.ts'
import { spanOfComparison, spanOfValue } from '../../crest/value-span.ts'
import { parts } from '../query/index-entries.ts'
import { allOf, anyOf, rangeCondition, spanConditions } from '../sql/conditions.ts'
import { sqliteDialect } from './sqlite-dialect.ts'
import type { EntryLists } from './sqlite-lists.ts'

/** The condition over the document row `d` that holds exactly where the filter matches: a list has every scalar, folded. Undefined without a list. */
export function listCondition (filter: CompareFilter | InFilter, lists: EntryLists): Sql | undefined {
  const list = lists.get(formatJsonPointer(filter.field))
  if (list === undefined) return undefined
  return sql`EXISTS (SELECT 1 FROM crest_entries AS e WHERE e.list = ${list} AND e.id = d.id AND e.part <> ${parts.sorted} AND ${valueCondition(filter)})`
}

function valueCondition (filter: CompareFilter | InFilter): Sql {
  const entry = sql`e`
  if (filter.kind === 'in') return anyOf(spanConditions(entry, filter.values.map(spanOfValue)))
  const span = spanOfComparison(filter)
  if (span !== undefined) return rangeCondition(entry, span)
  return allOf([sql`e.rank = ${ranks.string}`, sqliteDialect.contains(sql`e.value`, foldCase(String(filter.value)))])
}
