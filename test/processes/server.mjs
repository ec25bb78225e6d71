// Serves /lists from the SQLite file that is named, on a free port that it prints. Runs the built package.
import Fastify from 'fastify'
import commonRest, { serverOptions } from 'fastify-common-rest'
import { sqliteStore } from 'fastify-common-rest/sqlite'

const app = Fastify({ ...serverOptions() })
await app.register(commonRest, { store: sqliteStore(process.argv[2]), revision: 'required' })
app.resource('/lists', {
  schema: { type: 'object', properties: { name: { type: 'string' }, writers: { type: 'array' } }, required: ['name'] },
  unique: ['/name']
})
process.stdout.write(`${await app.listen({ port: 0, host: '127.0.0.1' })}\n`)
