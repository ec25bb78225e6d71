/**
 * The 250 countries of the npm package `world-countries`, served from a SQLite file.
 *
 * Environment: DATABASE (default countries.db), HOST (default 127.0.0.1), PORT (default 3000, or a free one if it is taken).
 */
import Fastify from 'fastify'
import commonRest, { serverOptions } from 'fastify-common-rest'
import { sqliteStore } from 'fastify-common-rest/sqlite'
import worldCountries from 'world-countries'
import { Country, Settings } from './country-schema.js'

const { DATABASE = 'countries.db', HOST = '127.0.0.1', PORT } = process.env

const app = Fastify({ ...serverOptions(), logger: { level: 'warn' } })
await app.register(commonRest, { store: sqliteStore(DATABASE) })

const countries = app.resource('/countries', {
  schema: Country,
  revision: 'required',
  unique: ['/cca3']
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
    await countries.create(country, { id: country.cca3 }).catch((error) => {
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

/** Four commands that work as printed, in this order. */
async function printCommands () {
  const { revision } = await countries.read('DEU')
  const country = `${url}/countries/DEU`
  const visit = JSON.stringify([{ operation: 'add', field: '/visited', value: new Date().toISOString() }])
  const patch = `curl -i -X PATCH -H 'If-Match: "${revision}"' -H 'Content-Type: application/json' -d '${visit}' ${country}`
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
`)
}
