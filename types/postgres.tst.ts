import { PGlite } from '@electric-sql/pglite'
import pg from 'pg'
import { describe, expect, test } from 'tstyche'
import { postgresStore } from '../lib/postgres.ts'
import type { PostgresHandle, PostgresStoreOptions } from '../lib/postgres.ts'
import type { Store } from '../lib/index.ts'

describe('postgresStore', () => {
  test('takes a connection string, a pool and an embedded database as they are', () => {
    expect(postgresStore('postgres://127.0.0.1/app')).type.toBe<Store>()
    expect(postgresStore(new pg.Pool())).type.toBe<Store>()
    expect(postgresStore(new PGlite())).type.toBe<Store>()
    expect<pg.Pool>().type.toBeAssignableTo<PostgresHandle>()
    expect<PGlite>().type.toBeAssignableTo<PostgresHandle>()
    expect(postgresStore({ query: async (_text: string, _values?: unknown[]) => ({ rows: [] }) })).type.toBe<Store>()
    expect(postgresStore).type.not.toBeCallableWith({})
    expect(postgresStore).type.not.toBeCallableWith(5)
  })

  test('takes its options and no others', () => {
    expect(postgresStore('postgres://', { timeout: 1, poolSize: 1, purgeInterval: 0, prepare: false })).type.toBe<Store>()
    expect(postgresStore).type.not.toBeCallableWith('postgres://', { schema: 'x' })
    expect<PostgresStoreOptions>().type.toBe<{ readonly timeout?: number, readonly poolSize?: number, readonly purgeInterval?: number, readonly prepare?: boolean }>()
  })
})
