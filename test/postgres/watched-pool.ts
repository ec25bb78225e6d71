import type { Test } from 'tap'
import type { PostgresPool } from '../../lib/postgres.ts'
import { openPool } from './databases.ts'

/** A statement that was run. */
export interface Asked {
  readonly name?: string
  readonly text: string
  readonly values: readonly unknown[]
}

/** A pool that remembers the statements that its connections run, and one that is only asked for plans. */
export function watchedPool (t: Pick<Test, 'teardown'>, url: string): { readonly pool: PostgresPool, readonly asked: Asked[], readonly planOf: (asked: Asked) => Promise<string> } {
  const real = openPool(t, url)
  const asked: Asked[] = []
  const pool: PostgresPool & { readonly totalCount: number } = {
    totalCount: 0,
    query: (text, values) => real.query(text, values),
    async connect () {
      const client = await real.connect()
      return {
        release: (destroy) => client.release(destroy),
        query: async (statement: string | { text: string, values: unknown[] }, values: unknown[] = []) => {
          asked.push(typeof statement === 'string' ? { text: statement, values } : statement)
          return typeof statement === 'string' ? client.query(statement, values) : client.query(statement)
        }
      }
    }
  }
  const planOf = async ({ text, values }: Asked): Promise<string> =>
    (await real.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${text}`, [...values])).rows.map((row) => row['QUERY PLAN']).join('\n')
  return { pool, asked, planOf }
}
