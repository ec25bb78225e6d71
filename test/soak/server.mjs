// Serves /people from the store that is named (memory:, sqlite:FILE or postgres://…) on a free port that it prints. Runs the
// built package.
import Fastify from 'fastify'
import commonRest, { memoryStore, serverOptions } from 'fastify-common-rest'
import { Type } from 'typebox'
import '../hostile/measure.mjs'

const app = Fastify({ ...serverOptions() })
await app.register(commonRest, { store: await openStore(process.argv[2]), revision: 'required' })
app.resource('/people', {
  schema: Type.Object({
    name: Type.String({ minLength: 1 }),
    age: Type.Integer({ minimum: 0 }),
    group: Type.String(),
    tags: Type.Optional(Type.Array(Type.String(), { maxItems: 20 }))
  }, { additionalProperties: false }),
  unique: ['/name'],
  indexes: ['/group', '/age'],
  authenticate: (request) => request.headers.authorization === 'Bearer soak' ? { name: 'soak' } : null,
  actions: { greet: { handler: async ({ id, resource }) => ({ hello: (await resource.read(id)).content.name }) } }
})
process.stdout.write(`${await app.listen({ port: 0, host: '127.0.0.1' })}\n`)

async function openStore (target) {
  if (target === 'memory:') return memoryStore()
  if (target.startsWith('postgres:')) return (await import('fastify-common-rest/postgres')).postgresStore(target)
  return (await import('fastify-common-rest/sqlite')).sqliteStore(target.slice('sqlite:'.length))
}
