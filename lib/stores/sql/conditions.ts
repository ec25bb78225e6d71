import sql, { join, raw } from 'sql-template-tag'
import type { Sql } from 'sql-template-tag'
import { isPoint } from '../../crest/value-span.ts'
import type { ValueSpan } from '../../crest/value-span.ts'

/** All of the conditions, in parentheses; true where there are none. */
export function allOf (conditions: readonly Sql[]): Sql {
  return balanced(conditions, sql` AND `, raw('(1 = 1)'))
}

/** Any of the conditions, in parentheses; false where there are none. */
export function anyOf (conditions: readonly Sql[]): Sql {
  return balanced(conditions, sql` OR `, raw('(1 = 0)'))
}

/** The conditions of which one holds exactly for the entries in any of the spans: one for all single values of a rank. */
export function spanConditions (entry: Sql, spans: readonly ValueSpan[]): readonly Sql[] {
  const points = spans.filter(isPoint)
  const ranksOfPoints = [...new Set(points.map(({ rank }) => rank))]
  return [
    ...ranksOfPoints.map((rank) => {
      const values = points.filter((point) => point.rank === rank).map(({ from }) => from?.value)
      return sql`(${entry}.rank = ${rank} AND ${entry}.value IN (${join(values)}))`
    }),
    ...spans.filter((span) => !isPoint(span)).map((span) => rangeCondition(entry, span))
  ]
}

/** The condition that an entry lies in a span. */
export function rangeCondition (entry: Sql, span: ValueSpan): Sql {
  const { rank, from, to } = span
  const conditions = [sql`${entry}.rank = ${rank}`]
  if (isPoint(span)) return allOf([...conditions, sql`${entry}.value = ${from?.value}`])
  if (from !== undefined) conditions.push(sql`${entry}.value ${raw(from.inclusive ? '>=' : '>')} ${from.value}`)
  if (to !== undefined) conditions.push(sql`${entry}.value ${raw(to.inclusive ? '<=' : '<')} ${to.value}`)
  return allOf(conditions)
}

// Databases bound the depth of an expression (SQLite to 1000), and a chain of operators is as deep as it is long.
function balanced (conditions: readonly Sql[], operator: Sql, none: Sql): Sql {
  if (conditions.length < 2) return conditions[0] ?? none
  const middle = conditions.length >>> 1
  return sql`(${balanced(conditions.slice(0, middle), operator, none)}${operator}${balanced(conditions.slice(middle), operator, none)})`
}
