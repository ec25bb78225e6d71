import fp from 'fastify-plugin'
import type { FastifyInstance, FastifyPluginAsync, FastifyReply } from 'fastify'
import './augment.ts'
import { compileResource } from './compile-resource.ts'
import { CREST_ERR_ALREADY_READY, CREST_ERR_ALREADY_REGISTERED, CREST_ERR_DUPLICATE_PATH } from './configuration-errors.ts'
import { createHandle } from './create-handle.ts'
import { checkDefinition, checkPath } from './declare/check-definition.ts'
import type { AnyDefinition } from './declare/definition.ts'
import type { ResourceHandle } from './declare/handle.ts'
import { checkOptions } from './declare/options.ts'
import type { CommonRestOptions } from './declare/options.ts'
import { readOnlyView } from './declare/read-only-map.ts'
import { createSharedSwitch } from './declare/shared-switch.ts'
import type { SharedSwitch } from './declare/shared-switch.ts'
import { followStores } from './follow-shared-state.ts'
import type { Follower } from './follow-shared-state.ts'
import { keepTickShape } from './keep-tick-shape.ts'
import { kExchange } from './mount/exchange.ts'
import { judgePrecondition, sendDocument } from './mount/hand-written.ts'
import { acceptMultipart } from './mount/multipart.ts'
import { mountRoutes } from './mount/routes.ts'
import { answerUnknownPaths, requireHost } from './mount/unknown-paths.ts'
import { createUnrouted } from './mount/unrouted.ts'
import { attachServerListeners } from './server-listeners.ts'
import { memoryStore } from './stores/memory.ts'
import type { Store } from './stores/store.ts'

keepTickShape()

// Async, so that a refused option rejects; what a callback plugin throws would end the process.
const register: FastifyPluginAsync<CommonRestOptions> = async (instance, given) => {
  const options = checkOptions(given)
  if (Object.hasOwn(instance, 'resource')) throw new CREST_ERR_ALREADY_REGISTERED()
  const store = options.store ?? memoryStore()
  // With the resources that live there.
  const attached = new Map<Store, SharedSwitch[]>()
  const resources = new Map<string, ResourceHandle>()
  const shapes = new Set<string>()
  let ready = false
  let draining = false
  let follower: Follower | undefined
  const { logLevel, logSerializers } = options
  const logging = { ...(logLevel === undefined ? {} : { logLevel }), ...(logSerializers === undefined ? {} : { logSerializers }) }
  const isDraining = (): boolean => draining
  const answerUnrouted = createUnrouted({ isDraining, bodyLimit: undefined }, logging)

  const attach = (used: Store): SharedSwitch[] => {
    const before = attached.get(used)
    if (before !== undefined) return before
    const switches: SharedSwitch[] = []
    attached.set(used, switches)
    used.attach()
    return switches
  }

  function resource (this: FastifyInstance, path: string, definition: AnyDefinition): ResourceHandle {
    if (ready) throw new CREST_ERR_ALREADY_READY(path)
    checkDefinition(path, definition)
    const prefix = (options.prefix ?? '') + path
    const fullPath = joinPaths(this.prefix, prefix)
    // Prefixes too: a parameter in another of Fastify's forms would not keep collections apart.
    checkPath(fullPath)
    const taken = shapesOf(fullPath, definition)
    if (taken.some((shape) => shapes.has(shape))) throw new CREST_ERR_DUPLICATE_PATH(fullPath)
    const used = definition.provider === undefined ? definition.store ?? store : undefined
    const switches = used === undefined ? [] : attach(used)
    const { resource: compiled, purge } = compileResource(fullPath, definition, { options, store, declaredPaths: () => resources.keys() })
    const everywhere = createSharedSwitch(fullPath, compiled.availability, used?.shared, (text) => {
      this.log.warn({ resource: fullPath, text: text.slice(0, 200) }, 'What the store says of disabling this resource cannot be read and is ignored')
    })
    const mounted = createHandle(compiled, { purge, everywhere, log: this.log })
    switches.push(everywhere)
    for (const shape of taken) shapes.add(shape)
    resources.set(fullPath, mounted.handle)
    answerUnrouted(this, prefix, mounted)
    // Its name is what Fastify and traces call the scope.
    this.register(async function commonRestResource (scope) {
      if (mounted.multipart) await acceptMultipart(scope)
      mountRoutes(scope, mounted, { isDraining, bodyLimit: definition.bodyLimit ?? options.bodyLimit })
    }, { ...logging, prefix })
    return mounted.handle
  }

  instance.decorate('resource', resource as unknown as FastifyInstance['resource'])
  instance.decorate('resources', readOnlyView(resources))
  decorateExchange(instance)
  attachServerListeners(instance)
  requireHost(instance)
  if (options.notFound ?? true) answerUnknownPaths(instance, joinPaths(instance.prefix, options.prefix ?? ''), isDraining)
  instance.addHook('onReady', async () => {
    ready = true
    follower = followStores(attached, instance.log, instance.initialConfig.pluginTimeout)
    await follower.started
  })
  instance.addHook('preClose', async () => { draining = true })
  instance.addHook('onClose', async () => {
    await follower?.stop()
    for (const used of attached.keys()) await used.detach()
  })
}

/** Request and reply carry the exchange; a scope below another one that has registered the plugin inherits it. */
function decorateExchange (instance: FastifyInstance): void {
  if (instance.hasRequestDecorator(kExchange)) return
  instance.decorateRequest(kExchange, null)
  instance.decorateRequest('principal', null)
  instance.decorateRequest('decision', { getter () { return this[kExchange]?.decision ?? null } })
  instance.decorateRequest('transactionId', { getter () { return this[kExchange]?.transactionId ?? null } })
  instance.decorateRequest('precondition', judgePrecondition)
  instance.decorateReply('resource', sendDocument as FastifyReply['resource'])
}

/** The paths that a resource answers, whatever its parameters are called: its own, and those of its instances. */
function shapesOf (fullPath: string, { kind }: AnyDefinition): readonly string[] {
  const shape = fullPath.replace(/:[^/]+/g, ':')
  return kind === 'singleton' ? [shape] : [shape, `${shape}/:`]
}

function joinPaths (prefix: string, path: string): string {
  return (prefix.endsWith('/') ? prefix.slice(0, -1) : prefix) + path
}

/**
 * The plugin: `app.register(commonRest, options)`, then declare resources with `app.resource(path, definition)`.
 *
 * @example
 * await app.register(commonRest, { store: memoryStore() })
 * app.resource('/notes', { schema: Type.Object({ text: Type.String() }) })
 */
export const commonRest: FastifyPluginAsync<CommonRestOptions> = fp(register, { fastify: '5.x', name: 'fastify-common-rest' })
