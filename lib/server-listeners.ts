import type { FastifyInstance } from 'fastify'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'

const users = new WeakMap<object, number>()

/**
 * Listens to what Node answers by itself before any hook runs: an `Expect` that it does not know (417), and
 * `100-continue` (an interim answer to a request that may be refused). RFC 9110 section 10.1.1 lets a server ignore
 * the former and decide before the latter. Attached once per server; removed when the last app that asked is closed.
 */
export function attachServerListeners (instance: FastifyInstance): void {
  const server = instance.server as Server
  users.set(server, (users.get(server) ?? 0) + 1)
  if (users.get(server) === 1) {
    server.on('checkExpectation', handOn)
    server.on('checkContinue', continueWhenRead)
  }
  instance.addHook('onClose', async () => {
    users.set(server, (users.get(server) ?? 1) - 1)
    if (users.get(server) !== 0) return
    server.removeListener('checkExpectation', handOn)
    server.removeListener('checkContinue', continueWhenRead)
  })
}

function handOn (this: Server, request: IncomingMessage, response: ServerResponse): void {
  this.emit('request', request, response)
}

/** Lets the client send its content only when somebody begins to read it. */
function continueWhenRead (this: Server, request: IncomingMessage, response: ServerResponse): void {
  const onListener = (event: string | symbol): void => {
    if (event !== 'data' && event !== 'readable') return
    request.removeListener('newListener', onListener)
    if (!response.headersSent) response.writeContinue()
  }
  request.on('newListener', onListener)
  this.emit('request', request, response)
}
