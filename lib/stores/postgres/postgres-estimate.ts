import sql from 'sql-template-tag'
import type { Sql } from 'sql-template-tag'
import type { PostgresConnection } from './postgres-connection.ts'

interface Plan {
  readonly 'Plan Rows': number
}

/** How many rows `d` the planner of the database expects to satisfy a condition, from its statistics: nothing is counted. */
export async function estimateRows (connection: PostgresConnection, where: Sql): Promise<number> {
  const [row] = await connection.rows<Record<string, unknown>>(sql`EXPLAIN (FORMAT JSON) SELECT 1 FROM crest_documents AS d WHERE ${where}`)
  const [answer] = Object.values(row ?? {})
  const [{ Plan: plan }] = (typeof answer === 'string' ? JSON.parse(answer) : answer) as [{ Plan: Plan }]
  return Math.max(0, Math.round(plan['Plan Rows']))
}
