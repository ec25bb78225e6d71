import { fileURLToPath } from 'node:url'
import { startContender as start } from '../harness/contender.js'

export { pinLoad, pins } from '../harness/contender.js'

const script = fileURLToPath(new URL('server.js', import.meta.url))

/** Starts a server, filled with documents. */
export function startContender (name, url) {
  return start(name, { script, args: [name, url] })
}
