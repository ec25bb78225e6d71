import type { SharedState } from '../store.ts'
import type { PostgresConnection } from './postgres-connection.ts'

const prefix = 'shared:'

/** The texts that all processes on the database share, in the table of the store's own notes. */
export function sharedState (open: () => Promise<PostgresConnection>): SharedState {
  return {
    async read () {
      const connection = await open()
      const rows = await connection.all<{ name: string, value: string }>('SELECT name, value FROM crest_meta WHERE name >= $1 AND name < $2', prefix, 'shared;')
      return new Map(rows.map(({ name, value }) => [name.slice(prefix.length), value]))
    },
    async write (name, text) {
      const connection = await open()
      if (text === undefined) await connection.all('DELETE FROM crest_meta WHERE name = $1 RETURNING name', prefix + name)
      else await connection.all('INSERT INTO crest_meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value RETURNING name', prefix + name, text)
    }
  }
}
