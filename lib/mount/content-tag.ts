import fastifyEtag from '@fastify/etag'
import type { FastifyInstance, onSendHookHandler } from 'fastify'

/**
 * What `@fastify/etag` does, which tags an answer with the hash of its content, as hooks of a route. The package adds them
 * to a whole scope, and one route of a resource needs them: a scope for that route would take as long to load as that of
 * the resource.
 */
export const tagByContent: readonly onSendHookHandler[] = hooksOfEtag()

function hooksOfEtag (): readonly onSendHookHandler[] {
  const hooks: onSendHookHandler[] = []
  const scope = { addHook: (_name: 'onSend', hook: onSendHookHandler) => { hooks.push(hook) } }
  fastifyEtag(scope as unknown as FastifyInstance, { replyWith304: false })
  return hooks
}
