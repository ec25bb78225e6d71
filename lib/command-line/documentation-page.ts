import type { FastifyInstance, FastifyPluginAsync } from 'fastify'
import { describeAvailability } from '../describe/describe-availability.ts'
import type { AnyDefinition } from '../declare/definition.ts'
import type { Declarations } from './load-resources.ts'

/** Where the page is. */
export const pagePath = '/documentation'

/** What the packages of the page answer, in segments; `*` is whatever follows. */
const pageRoutes: ReadonlyArray<readonly string[]> = ['', '/json', '/yaml', '/static/*'].map((route) => `${pagePath}${route}`.split('/'))

/** Whether there is a page, or why there is none. */
export type DocumentationPage = { readonly kind: 'page' } | { readonly kind: 'none', readonly advice: string }

type Plugin = FastifyPluginAsync<Record<string, unknown>>

/** Loads the packages of the page; rejects where one is not installed. */
export type LoadPlugins = () => Promise<readonly { readonly default: unknown }[]>

const installed: LoadPlugins = async () => [await import('@fastify/swagger'), await import('@fastify/swagger-ui')]

/** Registers the page that describes what `app` serves, where its packages are installed; to be called before resources are declared. */
export async function registerDocumentationPage (app: FastifyInstance, { options, resources }: Pick<Declarations, 'options' | 'resources'>, load: LoadPlugins = installed): Promise<DocumentationPage> {
  const rival = Object.keys(resources).find((path) => isInTheWay(path, resources[path] as AnyDefinition))
  if (rival !== undefined) return { kind: 'none', advice: `there is none, as ${rival} is declared, which takes its place` }
  const { title = 'Common REST API', version = '1.0.0' } = options
  try {
    const [description, page] = await load()
    await app.register(description?.default as Plugin, { openapi: { openapi: '3.1.0', info: { title, version } } })
    await app.register(page?.default as Plugin, {
      routePrefix: pagePath,
      transformSpecificationClone: false,
      transformSpecification: (document: object) => describeAvailability(document, app.resources.values())
    })
    return { kind: 'page' }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error
    return { kind: 'none', advice: 'run npm install @fastify/swagger @fastify/swagger-ui to have one' }
  }
}

/** Whether the page would answer what is asked of the resource or of its documents. */
function isInTheWay (path: string, { kind }: AnyDefinition): boolean {
  const declared = path.split('/')
  if (`/${declared[1]}` === pagePath) return true
  const targets = kind === 'singleton' ? [declared] : [declared, [...declared, ':id']]
  return targets.some((target) => pageRoutes.some((route) => meet(target, route)))
}

function meet (declared: readonly string[], route: readonly string[]): boolean {
  const isOpen = route.at(-1) === '*'
  const fixed = isOpen ? route.slice(0, -1) : route
  const isAsLong = isOpen ? declared.length > fixed.length : declared.length === fixed.length
  return isAsLong && fixed.every((text, at) => declared[at] === text || declared[at]?.startsWith(':') === true)
}
