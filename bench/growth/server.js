// The plugin in a process of its own, in the dimensions that the argument tells as JSON: documents for each of some resources.
// It tells the process that has started it where it listens, and ends with it.
import Fastify from 'fastify'
import commonRest, { serverOptions } from 'fastify-common-rest'
import { idOf } from '../comparison/documents.js'
import { contentOf, schemaOf } from './documents.js'

const { resources = 1, documents = 1, indexes = ['/country', '/population'], wide = false } = JSON.parse(process.argv[2])
process.once('disconnect', () => process.exit())
const app = Fastify(serverOptions())
await app.register(commonRest)
const handles = Array.from({ length: resources }, (_, number) => app.resource(`/r${number}`, { schema: schemaOf(number, { wide }), indexes }))
await app.ready()
for (const handle of handles) {
  for (let number = 0; number < documents; number++) await handle.create(contentOf(number, { wide }), { id: idOf(number) })
}
process.on('message', answer)
// Where nobody listens any more, `disconnect` ends this process.
process.send({ origin: await app.listen({ port: 0, host: '127.0.0.1' }) }, () => {})

async function answer (question) {
  if (question === 'cpu') return process.send({ cpu: process.cpuUsage() })
  await app.close()
  process.disconnect()
}
