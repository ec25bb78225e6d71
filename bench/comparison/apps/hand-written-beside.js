// What a process that has loaded the plugin keeps for Node is kept for all of its routes.
import 'fastify-common-rest'

export { start } from './hand-written.js'
