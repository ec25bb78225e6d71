// What resources cost before the first request, in a process of its own: `node --expose-gc start-up.js COUNT` tells the
// milliseconds until `ready`, those of processor time, and the bytes that are in use more than without resources.
import Fastify from 'fastify'
import commonRest, { serverOptions } from 'fastify-common-rest'
import { schemaOf } from './documents.js'
import { bytesInUse } from './memory.js'

const count = Number(process.argv[2])
// What only the first app loads and compiles is no resource's.
await (await open([schemaOf(0)])).close()
const schemas = Array.from({ length: count }, (_, number) => schemaOf(number))
const before = await bytesInUse()
const start = performance.now()
const cpuBefore = process.cpuUsage()
const app = await open(schemas)
const milliseconds = performance.now() - start
const { user, system } = process.cpuUsage(cpuBefore)
console.log(JSON.stringify({ milliseconds, cpuMilliseconds: (user + system) / 1000, bytes: ((await bytesInUse()) - before) / count }))
await app.close()

async function open (schemas) {
  const app = Fastify(serverOptions())
  await app.register(commonRest)
  for (const [number, schema] of schemas.entries()) app.resource(`/r${number}`, { schema, indexes: ['/country', '/population'] })
  await app.ready()
  return app
}
