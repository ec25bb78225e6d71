import { start as startPlain } from './plain-fastify.js'

/** The same with `@fastify/etag`. */
export function start (options) {
  return startPlain({ ...options, etag: true })
}
