import type { Resource } from '../declare/resource.ts'
import { createParts } from './openapi-document.ts'
import type { OpenApiParts } from './openapi-document.ts'
import type { ApiObject, ComponentKind, ComponentMap } from './openapi-types.ts'

/** The document that `@fastify/swagger` makes, as far as it is made when it comes to a route. */
export interface SwaggerDocument {
  openapi?: string
  readonly servers?: ReadonlyArray<{ readonly url: string, readonly variables?: Readonly<Record<string, { readonly default?: string }>> }>
  tags?: readonly ApiObject[]
  readonly paths: Record<string, unknown>
  readonly components: Record<string, unknown>
}

/** What becomes of a route. */
export interface SwaggerRoute {
  readonly schema: ApiObject
  readonly url: string
}

/** Shows no operation of the route itself. */
const hidden: ApiObject = { hide: true }

/** Stands for a route, to find out whether the paths of servers are taken off those of routes. */
const probe: ApiObject = { operationId: 'probe', tags: ['probe'] }
const probePath = '/__path_of_server__'

/** What is known of a document. */
interface State {
  readonly parts: OpenApiParts
  readonly described: Set<Resource>
  /** Resources that wait for the answer to the probe. */
  readonly waiting: Resource[]
  /** Whether the paths of servers are taken off; undefined until that is found out. */
  strips: boolean | undefined
}

const states = new WeakMap<SwaggerDocument, State>()

/**
 * Describes a resource in a document of `@fastify/swagger`, once, when it comes to the first of its routes. Its own way
 * from a route to an operation knows one operation a route, and less of JSON Schema than is told here: so the operations
 * are put into the document as they are, and the route is hidden.
 */
export function describeInSwagger (document: SwaggerDocument, resource: Resource, url: string): SwaggerRoute {
  const state = stateOf(document)
  const { parts, described, waiting } = state
  if (!described.has(resource)) {
    described.add(resource)
    parts.add(resource)
    waiting.push(resource)
  }
  if (state.strips === undefined) {
    const [base] = serverPaths(document)
    // Every resource has another route, which brings the answer.
    if (base !== undefined && !(base + probePath in document.paths) && !(probePath in document.paths)) return { schema: probe, url: base + probePath }
    state.strips = base !== undefined && probePath in document.paths
    for (const path of [base + probePath, probePath]) delete document.paths[path]
  }
  if (waiting.length > 0) {
    waiting.length = 0
    merge(document, parts, state.strips ? serverPaths(document) : [])
  }
  return { schema: hidden, url }
}

function stateOf (document: SwaggerDocument): State {
  const known = states.get(document)
  if (known !== undefined) return known
  const state: State = { parts: createParts(document.components as ComponentMap), described: new Set(), waiting: [], strips: undefined }
  states.set(document, state)
  return state
}

function merge (document: SwaggerDocument, parts: OpenApiParts, bases: readonly string[]): void {
  for (const [path, item] of Object.entries(parts.paths)) document.paths[withoutBase(path, bases)] = item
  // What the options of the application hold is not changed.
  for (const [kind, components] of Object.entries(parts.components()) as ReadonlyArray<[ComponentKind, ApiObject]>) {
    document.components[kind] = { ...document.components[kind] as ApiObject | undefined, ...components }
  }
  const tags = document.tags ?? []
  document.tags = [...tags, ...parts.tags.filter(({ name }) => !tags.some((tag) => tag['name'] === name))]
}

function withoutBase (path: string, bases: readonly string[]): string {
  const base = bases.find((text) => path === text || path.startsWith(`${text}/`))
  return base === undefined ? path : path.slice(base.length) || '/'
}

/** The paths of the servers, where they have one, with the defaults of their variables. */
function serverPaths ({ servers = [] }: SwaggerDocument): readonly string[] {
  return servers.flatMap(({ url, variables = {} }) => {
    const text = url.replace(/\{([^{}]+)\}/g, (whole, name: string) => variables[name]?.default ?? whole)
    const path = (text.startsWith('/') ? text : URL.canParse(text) ? new URL(text).pathname : '').replace(/\/$/, '')
    return path === '' ? [] : [path]
  })
}
