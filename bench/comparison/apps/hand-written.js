import { randomUUID } from 'node:crypto'
import fastifyEtag from '@fastify/etag'
import Fastify from 'fastify'
import { contentOf, idOf, schema } from '../documents.js'
import { citySchemas } from './city-schemas.js'
import { cityTable } from './city-table.js'
import { patched } from './patched.js'
import { matches, namesWeakly } from './preconditions.js'

/**
 * What the plugin is measured against: routes as somebody who knows HTTP writes them by hand for this one resource, with
 * revisions, If-Match (required for changes) and If-None-Match.
 *
 * @param alike whether answers have the header fields of Common REST too, as those of the plugin
 */
export async function start ({ size, count, alike = false }) {
  const cities = cityTable()
  let disabled = false
  const app = Fastify({ ajv: { customOptions: { coerceTypes: false, removeAdditional: false } } })
  app.addHook('onRequest', (request, reply, done) => {
    if (alike) reply.header('x-forgerock-transactionid', request.headers['x-forgerock-transactionid'] ?? randomUUID())
    if (disabled) return refuse(reply.header('retry-after', '120'), 503, 'Service Unavailable', 'Cities are disabled')
    if (alike) reply.header('vary', 'Accept, Accept-API-Version').header('content-api-version', 'protocol=2.1')
    done()
  })
  app.get('/cities/:id', { schema: citySchemas.read }, async (request, reply) => {
    const city = cities.get(request.params.id)
    if (city === undefined) return refuse(reply, 404, 'Not Found', 'The city was not found')
    describe(reply, city)
    if (namesWeakly(request.headers['if-none-match'], city._rev)) return reply.code(304).send()
    return city
  })
  app.put('/cities/:id', { schema: citySchemas.update }, async (request, reply) => {
    const city = cities.get(request.params.id)
    if (isRefused(request, reply, city)) return reply
    return replace(reply, city, request.body)
  })
  app.patch('/cities/:id', { schema: citySchemas.patch }, async (request, reply) => {
    const city = cities.get(request.params.id)
    if (isRefused(request, reply, city)) return reply
    const { _id, _rev, ...content } = city
    let next
    try {
      next = patched(content, request.body)
    } catch (error) {
      return refuse(reply, 409, 'Conflict', error.message)
    }
    if (!request.validateInput(next, schema)) return refuse(reply, 400, 'Bad Request', 'The result does not fit the schema')
    return replace(reply, city, next)
  })
  app.post('/cities', { schema: citySchemas.create }, async (request, reply) => {
    const city = { _id: randomUUID(), _rev: randomUUID(), ...request.body }
    if (!cities.replace(undefined, city)) return refuse(reply, 409, 'Conflict', 'The id is taken')
    describe(reply, city).code(201).header('location', `${request.protocol}://${request.host}/cities/${city._id}`)
    return city
  })
  // The tag of a page is the hash of its content.
  app.register(async (pages) => {
    await pages.register(fastifyEtag)
    pages.get('/cities', { schema: citySchemas.list }, async (request, reply) => {
      const { country, pageSize = '100', cookie } = request.query
      reply.header('cache-control', 'no-cache')
      return cities.page({ country, pageSize: Number(pageSize), cookie })
    })
  })
  for (let number = 0; number < count; number++) cities.replace(undefined, { _id: idOf(number), _rev: randomUUID(), ...contentOf(number, size) })

  function replace (reply, city, content) {
    const next = { _id: city._id, _rev: randomUUID(), ...content }
    if (!cities.replace(city, next)) return refuse(reply, 412, 'Precondition Failed', 'The city has changed')
    describe(reply, next)
    return next
  }
  return { listen: (port) => app.listen({ port, host: '127.0.0.1' }), close: () => app.close(), enable: () => { disabled = false }, disable: () => { disabled = true } }
}

function describe (reply, { _rev }) {
  return reply.header('etag', `"${_rev}"`).header('cache-control', 'no-cache')
}

/** Whether a change has been refused; its answer is under way then. */
function isRefused ({ headers: { 'if-match': ifMatch } }, reply, city) {
  if (ifMatch === undefined) return refuse(reply, 428, 'Precondition Required', 'The request must name a revision in If-Match')
  if (city === undefined) return refuse(reply, 404, 'Not Found', 'The city was not found')
  if (!matches(ifMatch, city._rev)) return refuse(reply.header('etag', `"${city._rev}"`), 412, 'Precondition Failed', 'If-Match is false')
  return undefined
}

function refuse (reply, code, reason, message) {
  return reply.code(code).header('cache-control', 'no-store').send({ code, reason, message })
}
