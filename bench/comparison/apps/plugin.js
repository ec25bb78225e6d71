import Fastify from 'fastify'
import commonRest, { serverOptions } from 'fastify-common-rest'
import { contentOf, idOf, schema } from '../documents.js'

/** The plugin: one resource in the memory store. */
export async function start ({ size, count }) {
  const app = Fastify(serverOptions())
  await app.register(commonRest)
  const cities = app.resource('/cities', { schema, revision: 'required', indexes: ['/country'] })
  await app.ready()
  for (let number = 0; number < count; number++) await cities.create(contentOf(number, size), { id: idOf(number) })
  return { listen: (port) => app.listen({ port, host: '127.0.0.1' }), close: () => app.close(), enable: () => cities.enable(), disable: () => cities.disable({ retryAfter: 120 }) }
}
