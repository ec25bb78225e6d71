import fastifyEtag from '@fastify/etag'
import type { FastifyInstance, onSendHookHandler } from 'fastify'

/**
 * The hook of `@fastify/etag`, which tags an answer with the hash of its content. The package adds it to a whole scope,
 * and one route of a resource needs it: a scope for that route would take as long to load as that of the resource.
 */
export const tagByContent: onSendHookHandler = takeHook()

function takeHook (): onSendHookHandler {
  const taken: onSendHookHandler[] = []
  const scope = { addHook: (_name: 'onSend', hook: onSendHookHandler) => { taken.push(hook) } }
  fastifyEtag(scope as unknown as FastifyInstance, { replyWith304: false })
  const [hook] = taken
  if (hook === undefined) throw new Error('@fastify/etag has added no hook')
  return hook
}
