import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { newRow } from './new-row.js'

const require = createRequire(import.meta.url)

/** A table with indexes on two members, through the driver and under the settings of the store. */
export function sqliteTable (url) {
  const database = openDatabase(fileURLToPath(url))
  for (const pragma of ['busy_timeout = 5000', 'journal_mode = WAL', 'synchronous = FULL']) database.exec(`PRAGMA ${pragma}`)
  database.exec(`
    CREATE TABLE cities (id TEXT PRIMARY KEY, revision TEXT NOT NULL, content TEXT NOT NULL) WITHOUT ROWID;
    CREATE INDEX cities_country ON cities (lower(content ->> '$.country'), id);
    CREATE INDEX cities_population ON cities (content ->> '$.population' DESC, id)`)
  const select = database.prepare('SELECT revision, content FROM cities WHERE id = ?')
  const replace = database.prepare('UPDATE cities SET revision = ?, content = ? WHERE id = ? AND revision = ? RETURNING id')
  const insert = database.prepare('INSERT INTO cities (id, revision, content) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING RETURNING id')
  const page = database.prepare(`SELECT id, revision, content FROM cities WHERE lower(content ->> '$.country') = ?
    ORDER BY content ->> '$.population' DESC, id LIMIT ?`)
  return {
    read: (id) => select.all(id)[0],
    update: (id, revision, content) => {
      const next = newRow(content)
      return replace.all(next.revision, next.content, id, revision).length === 1 ? next : undefined
    },
    insert: (id, content) => {
      const row = newRow(content)
      return insert.all(id, row.revision, row.content).length === 1 ? row : undefined
    },
    page: (country, limit) => page.all(country.toLowerCase(), limit),
    close: () => database.close()
  }
}

function openDatabase (file) {
  const sqlite = process.getBuiltinModule('node:sqlite')
  return new (sqlite?.DatabaseSync ?? require('libsql'))(file)
}
