import Fastify from 'fastify'
import commonRest, { memoryStore, serverOptions } from 'fastify-common-rest'
import { postgresStore } from 'fastify-common-rest/postgres'
import { sqliteStore } from 'fastify-common-rest/sqlite'
import { schema } from './documents.js'

/** The contender: one resource of the plugin, in the store at `url`. */
export async function pluginApp (url) {
  const app = Fastify(serverOptions())
  await app.register(commonRest, { store: openStore(new URL(url)) })
  const cities = app.resource('/cities', { schema, indexes: ['/country', '/population'] })
  return { app, insert: (id, content) => cities.create(content, { id }) }
}

function openStore ({ protocol, pathname, href }) {
  switch (protocol) {
    case 'memory:': return memoryStore()
    case 'file:': return sqliteStore(pathname)
    case 'postgres:': return postgresStore(href)
  }
}
