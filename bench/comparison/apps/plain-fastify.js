import { randomUUID } from 'node:crypto'
import fastifyEtag from '@fastify/etag'
import Fastify from 'fastify'
import { contentOf, idOf, schema } from '../documents.js'
import { citySchemas } from './city-schemas.js'
import { cityTable } from './city-table.js'
import { patched } from './patched.js'

/** Routes with schemas and nothing more: no preconditions, so that one update overwrites another. With `etag`, tags are hashes of answers. */
export async function start ({ size, count, etag = false }) {
  const cities = cityTable()
  const app = Fastify({ ajv: { customOptions: { coerceTypes: false, removeAdditional: false } } })
  if (etag) await app.register(fastifyEtag)
  app.get('/cities/:id', { schema: citySchemas.read }, async (request, reply) => {
    return cities.get(request.params.id) ?? refuse(reply, 404, 'Not Found', 'The city was not found')
  })
  app.put('/cities/:id', { schema: citySchemas.update }, async (request, reply) => {
    const city = cities.get(request.params.id)
    return city === undefined ? refuse(reply, 404, 'Not Found', 'The city was not found') : replace(city, request.body)
  })
  app.patch('/cities/:id', { schema: citySchemas.patch }, async (request, reply) => {
    const city = cities.get(request.params.id)
    if (city === undefined) return refuse(reply, 404, 'Not Found', 'The city was not found')
    const { _id, _rev, ...content } = city
    const next = patched(content, request.body)
    return request.validateInput(next, schema) ? replace(city, next) : refuse(reply, 400, 'Bad Request', 'The result does not fit the schema')
  })
  app.post('/cities', { schema: citySchemas.create }, async (request, reply) => {
    const city = { _id: randomUUID(), _rev: randomUUID(), ...request.body }
    cities.replace(undefined, city)
    reply.code(201)
    return city
  })
  app.get('/cities', { schema: citySchemas.list }, async (request) => {
    const { country, pageSize = '100', cookie } = request.query
    return cities.page({ country, pageSize: Number(pageSize), cookie })
  })
  for (let number = 0; number < count; number++) cities.replace(undefined, { _id: idOf(number), _rev: randomUUID(), ...contentOf(number, size) })

  function replace (city, content) {
    const next = { _id: city._id, _rev: randomUUID(), ...content }
    cities.replace(city, next)
    return next
  }
  return { listen: (port) => app.listen({ port, host: '127.0.0.1' }), close: () => app.close() }
}

function refuse (reply, code, reason, message) {
  return reply.code(code).send({ code, reason, message })
}
