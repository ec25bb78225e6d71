import { createServer } from 'node:http'
import jsonServer from 'json-server'
import { listening } from '../comparison/apps/listening.js'
import { contentOf, idOf } from '../comparison/documents.js'

/**
 * json-server as it comes, apart from its log; the documents in memory, as each write to a file would write all of them. It
 * knows neither schemas nor If-Match.
 */
export async function start ({ size, count }) {
  const cities = Array.from({ length: count }, (_, number) => ({ id: idOf(number), ...contentOf(number, size) }))
  const app = jsonServer.create()
  app.use(jsonServer.defaults({ logger: false }))
  app.use(jsonServer.router({ cities }))
  return listening(createServer(app))
}
