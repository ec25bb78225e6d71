import sql, { join } from 'sql-template-tag'
import type { Sql } from 'sql-template-tag'
import type { PostgresReader } from './postgres-connection.ts'

interface Plan {
  readonly 'Plan Rows': number
}

/** How many rows `d` the planner of the database expects to satisfy any of the conditions, from its statistics: nothing is counted. */
export async function estimateRows (reader: PostgresReader, conditions: readonly Sql[]): Promise<number> {
  const parts = conditions.map((where) => sql`(SELECT 1 FROM crest_documents AS d WHERE ${where})`)
  const [row] = await reader.rows<Record<string, unknown>>(sql`EXPLAIN (FORMAT JSON) ${join(parts, ' UNION ALL ')}`)
  const [answer] = Object.values(row ?? {})
  const [{ Plan: plan }] = (typeof answer === 'string' ? JSON.parse(answer) : answer) as [{ Plan: Plan }]
  return Math.max(0, Math.round(plan['Plan Rows']))
}
