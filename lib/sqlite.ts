export { sqliteStore } from './stores/sqlite.ts'
export type { SqliteHandle } from './stores/sqlite/sqlite-handle.ts'
