import type { FastifyInstance } from 'fastify'
import type { ServerResponse } from 'node:http'

/** How long connections without a request may stay open at the end, in milliseconds. */
const grace = 1000

/**
 * Lets `app.close()` answer what comes while earlier requests are still being answered: until they are, the server listens, and
 * the plugin answers 503. To be called after the plugin was registered, whose hook comes first then.
 */
export function drainOnClose (app: FastifyInstance): void {
  const { server } = app
  const responses = new Set<ServerResponse>()
  server.on('request', (_request, response: ServerResponse) => {
    responses.add(response)
    response.once('close', () => responses.delete(response))
  })
  app.addHook('preClose', async () => {
    await Promise.all([...responses].map((response) => new Promise((resolve) => response.once('close', resolve))))
    // A request whose head never comes to its end is in nobody's way.
    setTimeout(() => server.closeAllConnections(), grace).unref()
  })
}
