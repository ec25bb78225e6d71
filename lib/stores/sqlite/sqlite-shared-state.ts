import type { SharedState } from '../store.ts'
import type { SqliteConnection } from './sqlite-handle.ts'
import { writeMeta } from './sqlite-schema.ts'

// Rows of crest_meta, apart from 'schema', 'secret' and 'rules:…'; a semicolon is what follows a colon.
const [first, end] = ['shared:', 'shared;']

/** The shared texts of a database: whoever opens the file sees them. */
export function sqliteSharedState (open: () => SqliteConnection): SharedState {
  return {
    read () {
      const rows = open().all<{ name: string, value: string }>('SELECT name, value FROM crest_meta WHERE name >= ? AND name < ?', first, end)
      return new Map(rows.map(({ name, value }) => [name.slice(first.length), value]))
    },
    write (name, text) {
      const connection = open()
      connection.transaction('BEGIN IMMEDIATE', () => {
        if (text === undefined) connection.run('DELETE FROM crest_meta WHERE name = ?', first + name)
        else writeMeta(connection, first + name, text)
      })
    }
  }
}
