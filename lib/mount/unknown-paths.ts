import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { BadRequest, NotFound } from '../errors.ts'
import { beginExchange, kExchange, kResourceScope } from './exchange.ts'
import { createGuard } from './guard.ts'
import { createErrorHandler } from './handle-error.ts'
import { sendError } from './send-error.ts'
import { hiddenFromSwagger } from './swagger-routes.ts'

const row = { number: 3, name: 'the path names a declared target' } as const
const wireRow = { number: 1, name: 'the bytes are an HTTP request' } as const

/**
 * Answers 404 to paths below `prefix` that nobody declared, before a body is read. No not-found handler is set, so that
 * the application may set its own; paths of a resource's own scope are left to that scope.
 *
 * @param isDraining whether the server is shutting down
 */
export function answerUnknownPaths (instance: FastifyInstance, prefix: string, isDraining: () => boolean): void {
  instance.addHook('onRequest', (request, reply, done) => {
    if (!request.is404 || !isBelow(prefix, request) || kResourceScope in request.server) return done()
    refuseUnknown(request, reply)
  })
  // In a scope with a prefix unknown paths run no hooks of that scope; a route of it does. The first is the prefix itself
  // as a parameter that is always empty, so that the application can still declare that path.
  if (instance.prefix !== '') {
    const rest = prefix.slice(instance.prefix.length)
    // Hooks of the application may answer before it: what they say is translated as below a resource.
    const route = {
      method: instance.supportedMethods,
      exposeHeadRoute: false,
      config: hiddenFromSwagger,
      errorHandler: createErrorHandler(undefined),
      onRequest: refuseUnknown,
      onSend: createGuard(undefined, isDraining),
      handler: refuseUnknown
    }
    for (const url of [`${rest}:_(^$)`, `${rest}/*`]) {
      if (!instance.hasRoute({ method: 'GET', url: instance.prefix + url })) instance.route({ ...route, url })
    }
  }
}

/**
 * HTTP/1.1 demands `Host` (RFC 9110 section 7.2). `serverOptions()` leaves the refusal to this hook, because Node's has
 * no content.
 */
export function requireHost (instance: FastifyInstance): void {
  instance.addHook('onRequest', (request, reply, done) => {
    if (request.headers.host !== undefined || request.raw.httpVersion !== '1.1') return done()
    sendError(reply, undefined, new BadRequest('The request has no Host'), { row: wireRow, headers: { connection: 'close' } })
  })
}

function isBelow (prefix: string, { raw: { url = '' } }: FastifyRequest): boolean {
  return prefix === '' || (url.startsWith(prefix) && ['', '/', '?'].includes(url.charAt(prefix.length)))
}

async function refuseUnknown (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  request[kExchange] = beginExchange(request)
  request.headers = { ...request.headers, 'if-none-match': undefined }
  return sendError(reply, undefined, new NotFound('The resource was not found: the path names none'), { row, headers: {} })
}
