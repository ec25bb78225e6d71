import Fastify from 'fastify'
import commonRest, { serverOptions } from 'fastify-common-rest'
import { schema } from './documents.js'
import { openStore } from './store-table.js'

/** The contender: one resource of the plugin, in the store at `url`. */
export async function pluginApp (url) {
  const app = Fastify(serverOptions())
  await app.register(commonRest, { store: openStore(url) })
  const cities = app.resource('/cities', { schema, indexes: ['/country', '/population'] })
  return { app, insert: (id, content) => cities.create(content, { id }) }
}
