import pg from 'pg'
import { newRow } from './new-row.js'

const statements = {
  read: 'SELECT revision, content::text AS content FROM cities WHERE id = $1',
  update: 'UPDATE cities SET revision = $3, content = $4::jsonb WHERE id = $1 AND revision = $2 RETURNING id',
  insert: 'INSERT INTO cities (id, revision, content) VALUES ($1, $2, $3::jsonb) ON CONFLICT (id) DO NOTHING RETURNING id',
  page: `SELECT id, revision, content::text AS content FROM cities WHERE lower(content ->> 'country') = $1
    ORDER BY (content ->> 'population')::numeric DESC, id LIMIT 21`
}

/** A table with indexes on two members, through the driver and under the settings of the store; statements are kept prepared. */
export async function postgresTable (url) {
  const pool = new pg.Pool({ connectionString: url, max: 10, connectionTimeoutMillis: 5000, statement_timeout: 4000, keepAlive: true })
  await pool.query(`
    CREATE TABLE cities (id text COLLATE "C" PRIMARY KEY, revision text NOT NULL, content jsonb NOT NULL);
    CREATE INDEX cities_country ON cities (lower(content ->> 'country'), id);
    CREATE INDEX cities_population ON cities (((content ->> 'population')::numeric) DESC, id)`)
  const run = async (name, values) => (await pool.query({ name, text: statements[name], values })).rows
  return {
    read: async (id) => (await run('read', [id]))[0],
    update: async (id, revision, content) => {
      const next = newRow(content)
      return (await run('update', [id, revision, next.revision, next.content])).length === 1 ? next : undefined
    },
    insert: async (id, content) => {
      const row = newRow(content)
      return (await run('insert', [id, row.revision, row.content])).length === 1 ? row : undefined
    },
    page: (country) => run('page', [country.toLowerCase()]),
    close: () => pool.end()
  }
}
