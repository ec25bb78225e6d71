import type { FastifyInstance, FastifyPluginAsync } from 'fastify'
import { describeAvailability } from '../describe/describe-availability.ts'
import type { Declarations } from './load-resources.ts'

/** Where the page is. */
export const pagePath = '/documentation'

/** Whether there is a page, or why there is none. */
export type DocumentationPage = { readonly kind: 'page' } | { readonly kind: 'none', readonly advice: string }

type Plugin = FastifyPluginAsync<Record<string, unknown>>

/** Loads the packages of the page; rejects where one is not installed. */
export type LoadPlugins = () => Promise<readonly { readonly default: unknown }[]>

const installed: LoadPlugins = async () => [await import('@fastify/swagger'), await import('@fastify/swagger-ui')]

/** Registers the page that describes what `app` serves, where its packages are installed; to be called before resources are declared. */
export async function registerDocumentationPage (app: FastifyInstance, { options, resources }: Pick<Declarations, 'options' | 'resources'>, load: LoadPlugins = installed): Promise<DocumentationPage> {
  if (Object.keys(resources).some((path) => path === pagePath || path.startsWith(`${pagePath}/`))) {
    return { kind: 'none', advice: `there is none, as a resource is declared at ${pagePath}` }
  }
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
