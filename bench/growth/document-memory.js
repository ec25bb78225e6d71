// What documents take in the memory store, in a process of its own: `node --expose-gc document-memory.js SIZE COUNT` tells the
// bytes of their JSON, and those in use more than without documents: once stored, and once each has been read over HTTP.
import { setImmediate } from 'node:timers/promises'
import Fastify from 'fastify'
import commonRest, { serverOptions } from 'fastify-common-rest'
import { idOf } from '../comparison/documents.js'
import { contentOf, schemaOf } from './documents.js'
import { bytesInUse } from './memory.js'

const [size, count] = process.argv.slice(2).map(Number)
const app = Fastify(serverOptions())
await app.register(commonRest)
const handle = app.resource('/r0', { schema: schemaOf(0) })
await app.ready()
// What only the first requests load and compile is no document's.
await handle.create(contentOf(0, { size }), { id: 'first' })
await app.inject('/r0/first')
const before = await bytesInUse()
for (let number = 0; number < count; number++) await handle.create(contentOf(number, { size }), { id: idOf(number) })
const stored = (await bytesInUse()) - before
let json = 0
for (let number = 0; number < count; number++) {
  json += (await app.inject(`/r0/${idOf(number)}`)).rawPayload.length
  if (number % 1000 === 0) await setImmediate()
}
const read = (await bytesInUse()) - before
console.log(JSON.stringify({ json: json / count, stored: stored / count, read: read / count }))
await app.close()
