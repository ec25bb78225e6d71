import type { Resource } from '../declare/resource.ts'
import type { ResourceDescription } from './describe-resource.ts'
import type { GrowingComponents } from './openapi-components.ts'
import { createDescriber } from './openapi-document.ts'
import type { ApiObject } from './openapi-types.ts'

/** The document that `@fastify/swagger` makes, as far as it is made when it comes to a route. */
export interface SwaggerDocument {
  openapi?: string
  readonly servers?: ReadonlyArray<{ readonly url: string, readonly variables?: Readonly<Record<string, { readonly default?: string }>> }>
  tags?: readonly ApiObject[]
  readonly paths: Record<string, unknown>
  components: GrowingComponents
}

/** What becomes of a route. */
export interface SwaggerRoute {
  readonly schema: ApiObject
  readonly url: string
}

/** Shows no operation of the route itself. */
export const hidden: ApiObject = { hide: true }

/** Stands for a route, to find out whether the paths of servers are taken off those of routes. */
const probe: ApiObject = { operationId: 'probe', tags: ['probe'] }
const probePath = '/__path_of_server__'

/** What is known of a document. */
interface State {
  readonly describe: (resource: Resource) => ResourceDescription
  readonly described: Set<Resource>
  readonly tags: ApiObject[]
  /** The paths that are taken off those of routes; undefined until that is found out. */
  bases: readonly string[] | undefined
}

const states = new WeakMap<SwaggerDocument, State>()

/**
 * Describes a resource in a document of `@fastify/swagger`, once, when it comes to one of its routes. Its own way from a
 * route to an operation knows one operation a route, and less of JSON Schema than is told here: so the operations are put
 * into the document as they are, and the route is hidden.
 */
export function describeInSwagger (document: SwaggerDocument, resource: Resource, url: string): SwaggerRoute {
  const state = states.get(document) ?? begin(document)
  state.bases ??= basesOf(document)
  // Every resource has more routes, the next of which finds the answer.
  if (state.bases === undefined) return { schema: probe, url: serverPaths(document)[0] + probePath }
  if (!state.described.has(resource)) {
    state.described.add(resource)
    const { tag, paths } = state.describe(resource)
    if (!state.tags.some(({ name }) => name === tag['name'])) state.tags.push(tag)
    for (const [path, item] of paths) document.paths[withoutBase(path, state.bases)] = item
  }
  return { schema: hidden, url }
}

/** What the options of the application hold is not changed. */
function begin (document: SwaggerDocument): State {
  const components: GrowingComponents = Object.fromEntries(Object.entries(document.components).map(([kind, ofKind]) => [kind, { ...ofKind }]))
  const tags = [...document.tags ?? []]
  document.components = components
  document.tags = tags
  const state: State = { describe: createDescriber(components), described: new Set(), tags, bases: undefined }
  states.set(document, state)
  return state
}

/** The option `stripBasePath` is not told to routes: what became of the probe tells it. */
function basesOf (document: SwaggerDocument): readonly string[] | undefined {
  const bases = serverPaths(document)
  const [base] = bases
  if (base === undefined) return []
  // Of a server whose path ends in a slash, that slash is taken off too.
  const stripped = [probePath, probePath.slice(1)].find((path) => Object.hasOwn(document.paths, path))
  if (stripped === undefined && !Object.hasOwn(document.paths, base + probePath)) return undefined
  delete document.paths[stripped ?? base + probePath]
  return stripped === undefined ? [] : bases
}

/** One after the other, as from other routes. */
function withoutBase (path: string, bases: readonly string[]): string {
  return bases.reduce((rest, base) => rest === base || rest.startsWith(`${base}/`) ? rest.slice(base.length) || '/' : rest, path)
}

/** The paths of the servers, where they have one, with the defaults of their variables. */
function serverPaths ({ servers = [] }: SwaggerDocument): readonly string[] {
  return servers.flatMap(({ url, variables = {} }) => {
    const text = url.replace(/\{([^{}]+)\}/g, (whole, name: string) => variables[name]?.default ?? whole)
    const path = (text.startsWith('/') ? text : URL.canParse(text) ? new URL(text).pathname : '').replace(/\/$/, '')
    return path === '' ? [] : [path]
  })
}
