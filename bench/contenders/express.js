import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { Ajv } from 'ajv'
import express from 'express'
import { cityTable } from '../comparison/apps/city-table.js'
import { listening } from '../comparison/apps/listening.js'
import { patched } from '../comparison/apps/patched.js'
import { matches, namesWeakly } from '../comparison/apps/preconditions.js'
import { contentOf, idOf, schema } from '../comparison/documents.js'

/** Express with `express.json`, contents validated by Ajv, and preconditions by hand, as in the routes written for Fastify. */
export async function start ({ size, count }) {
  const cities = cityTable()
  const isCity = new Ajv().compile(schema)
  let disabled = false
  const app = express()
  // The tags of documents are their revisions.
  app.set('etag', false)
  app.use((request, response, next) => {
    if (!disabled) return next()
    refuse(response.set('retry-after', '120'), 503, 'Service Unavailable', 'Cities are disabled')
  })
  app.use(express.json({ limit: '1mb' }))
  app.get('/cities/:id', (request, response) => {
    const city = cities.get(request.params.id)
    if (city === undefined) return refuse(response, 404, 'Not Found', 'The city was not found')
    describe(response, city)
    if (namesWeakly(request.headers['if-none-match'], city._rev)) return response.status(304).end()
    response.json(city)
  })
  app.get('/cities', (request, response) => {
    const { country, pageSize = '100', cookie } = request.query
    response.set('cache-control', 'no-cache').json(cities.page({ country, pageSize: Number(pageSize), cookie }))
  })
  app.put('/cities/:id', changing(({ body }) => body))
  app.patch('/cities/:id', changing(({ body }, { _id, _rev, ...content }) => patched(content, body)))
  app.post('/cities', (request, response) => {
    if (!isCity(request.body)) return refuse(response, 400, 'Bad Request', 'The content does not fit the schema')
    const city = { _id: randomUUID(), _rev: randomUUID(), ...request.body }
    cities.replace(undefined, city)
    describe(response, city).status(201).location(`${request.protocol}://${request.headers.host}/cities/${city._id}`).json(city)
  })
  for (let number = 0; number < count; number++) cities.replace(undefined, { _id: idOf(number), _rev: randomUUID(), ...contentOf(number, size) })

  function changing (change) {
    return (request, response) => {
      const city = cities.get(request.params.id)
      const { 'if-match': ifMatch } = request.headers
      if (ifMatch === undefined) return refuse(response, 428, 'Precondition Required', 'The request must name a revision in If-Match')
      if (city === undefined) return refuse(response, 404, 'Not Found', 'The city was not found')
      if (!matches(ifMatch, city._rev)) return refuse(response.set('etag', `"${city._rev}"`), 412, 'Precondition Failed', 'If-Match is false')
      const content = change(request, city)
      if (!isCity(content)) return refuse(response, 400, 'Bad Request', 'The content does not fit the schema')
      const next = { _id: city._id, _rev: randomUUID(), ...content }
      cities.replace(city, next)
      describe(response, next).json(next)
    }
  }
  return { ...listening(createServer(app)), enable: () => { disabled = false }, disable: () => { disabled = true } }
}

function describe (response, { _rev }) {
  return response.set('etag', `"${_rev}"`).set('cache-control', 'no-cache')
}

function refuse (response, code, reason, message) {
  response.status(code).set('cache-control', 'no-store').json({ code, reason, message })
}
