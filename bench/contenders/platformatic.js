import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildServer } from '@platformatic/db'
import { createConnectionPool } from '@platformatic/sql-mapper'
import { encodeColumns } from '../comparison/dialects.js'
import { contentOf, idOf } from '../comparison/documents.js'

const quiet = { trace () {}, debug () {}, info () {}, warn () {}, error () {} }

/** Platformatic DB on a file of SQLite: routes made from a table. It knows no If-Match. */
export async function start ({ size, count }) {
  const directory = mkdtempSync(join(tmpdir(), 'common-rest-bench-'))
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }))
  const connectionString = `sqlite://${join(directory, 'cities.sqlite')}`
  await createTable(connectionString)
  const app = await buildServer({
    server: { hostname: '127.0.0.1', port: 0, logger: { level: 'error' } },
    db: { connectionString, openapi: true, graphql: false }
  })
  const { db, entities: { city } } = app.platformatic
  await db.tx(async (tx) => {
    for (let number = 0; number < count; number++) await city.insert({ inputs: [{ id: idOf(number), ...encodeColumns(contentOf(number, size)) }], tx })
  })
  return {
    async listen () {
      await app.start()
      return app.url
    },
    close: () => app.close()
  }
}

async function createTable (connectionString) {
  const { db, sql } = await createConnectionPool({ connectionString, log: quiet })
  await db.query(sql`CREATE TABLE cities (
    id UUID PRIMARY KEY, name TEXT NOT NULL, country TEXT NOT NULL, region TEXT, population INTEGER NOT NULL,
    location TEXT, languages TEXT, twinned BOOL, reviews TEXT)`)
  await db.query(sql`CREATE INDEX cities_country ON cities (country, id)`)
  await db.dispose()
}
