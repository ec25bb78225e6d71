// Serves /lists and /documents from the store that is named (sqlite:FILE or postgres://…; options of the store as JSON after
// it) on a free port that it prints. Runs the built package.
import Fastify from 'fastify'
import commonRest, { serverOptions } from 'fastify-common-rest'

const [target, options = '{}'] = process.argv.slice(2)
const app = Fastify({ ...serverOptions() })
await app.register(commonRest, { store: await openStore(target, JSON.parse(options)), revision: 'required' })
app.resource('/lists', {
  schema: { type: 'object', properties: { name: { type: 'string' }, writers: { type: 'array' } }, required: ['name'] },
  unique: ['/name']
})
app.resource('/documents', {})
app.get('/heap', () => {
  globalThis.gc()
  return { used: process.memoryUsage().heapUsed }
})
// The test process has ended, by whatever cause.
process.stdin.on('end', () => process.exit()).resume()
process.stdout.write(`${await app.listen({ port: 0, host: '127.0.0.1' })}\n`)

async function openStore (target, options) {
  if (!target.startsWith('sqlite:')) return (await import('fastify-common-rest/postgres')).postgresStore(target, options)
  return (await import('fastify-common-rest/sqlite')).sqliteStore(target.slice('sqlite:'.length))
}
