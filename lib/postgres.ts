export { postgresStore } from './stores/postgres.ts'
export type {
  EmbeddedPostgres, NamedStatement, PlainPostgres, PostgresClient, PostgresHandle, PostgresPool, PostgresResult, PostgresStoreOptions
} from './stores/postgres.ts'
