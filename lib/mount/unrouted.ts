import type { FastifyInstance, FastifyRequest, onSendHookHandler, RegisterOptions } from 'fastify'
import type { Resource } from '../declare/resource.ts'
import { NotFound } from '../errors.ts'
import { idParameter } from './exchange.ts'
import { createGuard } from './guard.ts'
import { createErrorHandler } from './handle-error.ts'
import { judgeHead, passOn, prepareScope } from './routes.ts'
import type { RouteContext } from './routes.ts'

/** Resources right below one path, by their names there; by their whole paths where the name cannot be an alternative. */
type Siblings = Map<string, Resource>

/** What one of them needs. */
interface Member {
  readonly resource: Resource
  readonly guard: onSendHookHandler
  readonly handleError: ReturnType<typeof createErrorHandler>
}

/** A name that stands for itself in a regular expression, and is not too long for a path parameter. */
const plainName = /^[A-Za-z0-9_~-]{1,100}$/

/** How many scopes below one path may have alternatives for a prefix. */
const maxAlternatives = 16

/** How many there are, by server and path: the plugin may be registered more than once. */
const alternatives = new WeakMap<object, Map<string, number>>()

/**
 * Answers for resources what none of their routes takes: methods that the router does not know, and paths below the
 * instances. They reach only the not-found handler of a scope with a prefix, which Fastify mounts for each of Node's
 * methods twice: that takes more time and memory than all routes of a resource. So siblings share one, in a scope whose
 * prefix has their names as alternatives of a parameter. A scope has those that an instance declares until Fastify loads
 * it, and the hooks that the instance has then, as their routes do; only a plugin that is registered between two resources,
 * and not awaited, adds its hooks to the routes of the second alone.
 *
 * @param register how that scope is registered, beside its prefix
 */
export function createUnrouted (context: RouteContext, register: RegisterOptions): (instance: FastifyInstance, path: string, resource: Resource) => void {
  const open = new WeakMap<FastifyInstance, Map<string, Siblings>>()

  const begin = (instance: FastifyInstance, parent: string): Siblings => {
    const siblings: Siblings = new Map()
    const parents = open.get(instance) ?? new Map<string, Siblings>()
    open.set(instance, parents.set(parent, siblings))
    instance.register(async function commonRestUnrouted (outer) {
      parents.delete(parent)
      // What fails while an error is answered goes to the handler of the scope around: never to one of the application.
      outer.setErrorHandler(createErrorHandler(undefined))
      for (const [prefix, members] of scopesOf(outer, parent, siblings)) {
        outer.register(async function commonRestUnrouted (scope) { mountUnrouted(scope, members, context) }, { ...register, prefix })
      }
    })
    return siblings
  }

  return (instance, path, resource) => {
    const end = path.lastIndexOf('/')
    const name = path.slice(end + 1)
    const [parent, key] = plainName.test(name) ? [path.slice(0, end), name] : [path, '']
    const siblings = open.get(instance)?.get(parent) ?? begin(instance, parent)
    siblings.set(key, resource)
  }
}

/** The prefixes of scopes below an instance, with the resources of each. */
function scopesOf (instance: FastifyInstance, parent: string, siblings: Siblings): ReadonlyArray<readonly [string, Siblings]> {
  const names = [...siblings.keys()]
  const count = names.length === 1 ? maxAlternatives : countAlternatives(instance, parent)
  if (count >= maxAlternatives) return [...siblings].map(([name, resource]) => [name === '' ? parent : `${parent}/${name}`, new Map([[name, resource]])])
  // The router tells prefixes apart by the number of their parameters alone; empty ones change nothing else.
  return [[`${parent}/${`:${idParameter}()`.repeat(count + 1)}:${idParameter}(${names.join('|')})`, siblings]]
}

/** How many scopes with alternatives there were before, at the same place for the router. */
function countAlternatives (instance: FastifyInstance, parent: string): number {
  const counts = alternatives.get(instance.server) ?? new Map<string, number>()
  alternatives.set(instance.server, counts)
  const place = (instance.prefix + parent).replace(/:[^/]+/g, ':')
  const count = counts.get(place) ?? 0
  counts.set(place, count + 1)
  return count
}

function mountUnrouted (scope: FastifyInstance, siblings: Siblings, context: RouteContext): void {
  const members = new Map([...siblings].map(([name, resource]) => [name, toMember(resource, context)]))
  const [first] = members.values()
  const memberOf = ({ params }: FastifyRequest): Member =>
    (members.size === 1 ? first : members.get((params as Readonly<Record<string, string>>)[idParameter] as string)) as Member

  prepareScope(scope)
  scope.setErrorHandler((error, request, reply) => { memberOf(request).handleError(error, request, reply) })
  scope.addHook('onSend', (request, reply, payload, done) => memberOf(request).guard.call(scope, request, reply, payload, done))
  scope.addHook('onRequest', (request, reply, done) => passOn(judgeHead(request, reply, memberOf(request).resource, 'unrouted', context), done))
  scope.setNotFoundHandler(() => { throw new NotFound('The resource was not found: the path names none') })
}

function toMember (resource: Resource, { isDraining }: RouteContext): Member {
  return { resource, guard: createGuard(resource, isDraining), handleError: createErrorHandler(resource) }
}
