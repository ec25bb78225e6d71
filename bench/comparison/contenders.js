import { dialects } from './dialects.js'

const { commonRest, byHand, jsonServer, feathers, platformatic } = dialects
const plain = ['read', 'list', 'filtered', 'create', 'update', 'patch', 'read-404']
const conditional = ['read', 'read-304', 'list', 'filtered', 'create', 'update', 'patch', 'update-412', 'read-404', 'read-503']
const others = '../contenders'

/**
 * Who is measured, in the order of the table: the module with its `start`, how it wants to be asked, and the works that it can
 * do. Who does not judge If-Match updates and patches all the same, which is less work.
 */
export const contenders = {
  floor: { title: '`node:http` sending prepared bytes; it stores and judges nothing', module: './apps/floor.js', dialect: byHand, works: conditional },
  fastify: { title: 'Fastify by hand, with response schemas, without preconditions', module: './apps/plain-fastify.js', dialect: byHand, works: plain },
  'fastify-etag': { title: 'the same with `@fastify/etag`', module: './apps/etag-fastify.js', dialect: byHand, works: [...plain, 'read-304'] },
  'hand-written': { title: 'the same with revisions, If-Match and If-None-Match by hand', module: './apps/hand-written.js', dialect: byHand, works: conditional },
  'hand-alike': { title: 'the same with the header fields that Common REST adds: the answers of the plugin', module: './apps/hand-written-alike.js', dialect: byHand, works: conditional },
  'hand-beside': { title: 'hand-written, in a process that has loaded this plugin', module: './apps/hand-written-beside.js', dialect: byHand, works: conditional },
  plugin: { title: 'this plugin, memory store', module: './apps/plugin.js', dialect: commonRest, works: conditional },
  express: { title: 'Express 5 with `express.json`, Ajv, and preconditions by hand', module: `${others}/express.js`, dialect: byHand, works: conditional },
  'json-server': { title: 'json-server in memory, without validation and If-Match', module: `${others}/json-server.js`, dialect: jsonServer, works: [...plain, 'read-304'] },
  feathers: { title: 'Feathers with its Koa transport, memory service and Ajv, without If-Match', module: `${others}/feathers.js`, dialect: feathers, works: plain },
  platformatic: { title: '`@platformatic/db` on a file of SQLite, without If-Match', module: `${others}/platformatic.js`, dialect: platformatic, works: plain.filter((work) => work !== 'patch') }
}

/** Whether a contender belongs to the package of others, which has to be installed. */
export function isOther (name) {
  return contenders[name].module.startsWith(others)
}
