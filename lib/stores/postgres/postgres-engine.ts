/** What databases that speak the protocol of PostgreSQL do in different ways. */
export interface EngineCapabilities {
  /** For messages and documentation. */
  readonly name: 'PostgreSQL' | 'CockroachDB' | 'YugabyteDB'
  /** Whether text must be told to be compared by its bytes; elsewhere it always is. */
  readonly collates: boolean
  /** Whether `LOCK TABLE` holds back writers while rules change; elsewhere transactions that would meet are undone. */
  readonly locksTables: boolean
  /** Whether `EXPLAIN (FORMAT JSON)` tells how many rows are expected; elsewhere estimates are counted. */
  readonly estimates: boolean
  /** Whether `CREATE STATISTICS` takes expressions: of partial indexes, the planner of PostgreSQL keeps none. */
  readonly describesExpressions: boolean
}

const postgres: EngineCapabilities = { name: 'PostgreSQL', collates: true, locksTables: true, estimates: true, describesExpressions: true }
const cockroach: EngineCapabilities = { name: 'CockroachDB', collates: false, locksTables: false, estimates: false, describesExpressions: false }
const yugabyte: EngineCapabilities = { name: 'YugabyteDB', collates: true, locksTables: false, estimates: true, describesExpressions: false }
// The first release whose statistics are of expressions too.
const describingRelease = 14

/** The capabilities of the engine that calls itself so (`SELECT version()`); Citus is an extension of PostgreSQL, and calls itself that. */
export function engineOf (version: string): EngineCapabilities {
  if (version.includes('CockroachDB')) return cockroach
  if (version.includes('-YB-')) return yugabyte
  const release = Number(/PostgreSQL (\d+)/.exec(version)?.[1] ?? describingRelease)
  return { ...postgres, describesExpressions: release >= describingRelease }
}
