// Serves resources with every feature (declarations.mjs) from the store that is named (memory:, sqlite:FILE or postgres://…)
// on a free port that it prints, and judges what is stored when it is asked. Runs the built package.
import Fastify from 'fastify'
import commonRest, { errorHandler, memoryStore, serverOptions } from 'fastify-common-rest'
import '../hostile/measure.mjs'
import { handle } from '../hostile/measure.mjs'
import { declare } from './declarations.mjs'
import { judge } from './judge-documents.mjs'
import { noteRequests } from './slow-turns.mjs'

const untouched = JSON.stringify(Object.getOwnPropertyNames(Object.prototype))
const app = Fastify({ ...serverOptions() })
noteRequests(app)
await app.register(commonRest, {
  store: await openStore(process.argv[2]),
  pageSize: { default: 20, max: 100 },
  prefer: true,
  multipart: true,
  authenticate: ({ headers: { authorization } }) => ({ 'Bearer good': { name: 'good' }, 'Bearer reader': { name: 'reader' } })[authorization],
  authorize: ({ principal, operation }) => principal.name === 'good' || operation === 'read' || operation === 'query'
})
const collections = declare(app)
let note = { id: 'note', revision: '1', content: { text: 'nothing yet' } }
await app.register(async (scope) => {
  scope.setErrorHandler(errorHandler)
  scope.get('/note', async (request, reply) => reply.resource(note))
  scope.put('/note', async (request, reply) => {
    request.precondition(note.revision, { required: true })
    note = { id: 'note', revision: String(Number(note.revision) + 1), content: { text: 'written' } }
    return reply.resource(note)
  })
})
handle('judge', async () => {
  const faults = await judge(collections)
  if (JSON.stringify(Object.getOwnPropertyNames(Object.prototype)) !== untouched) faults.push('a prototype was changed')
  return faults
})
process.on('uncaughtException', (error) => {
  process.stderr.write(`${error.stack}\n`)
  process.exit(70)
})
process.stdout.write(`${await app.listen({ port: 0, host: '127.0.0.1' })}\n`)

async function openStore (target) {
  if (target === 'memory:') return memoryStore()
  if (target.startsWith('postgres:')) return (await import('fastify-common-rest/postgres')).postgresStore(target)
  return (await import('fastify-common-rest/sqlite')).sqliteStore(target.slice('sqlite:'.length))
}
