import type { FastifyBaseLogger, FastifyContextConfig } from 'fastify'
import { describeInSwagger, hidden } from '../describe/swagger-document.ts'
import type { SwaggerDocument, SwaggerRoute } from '../describe/swagger-document.ts'
import type { Resource } from '../declare/resource.ts'

/** What `@fastify/swagger` asks about a route, in the mode of OpenAPI 3 or of Swagger 2. */
interface SwaggerQuestion {
  readonly url: string
  readonly openapiObject?: SwaggerDocument
  readonly swaggerObject?: object
}

/** The `config` of routes that are no operations. */
export const hiddenFromSwagger: FastifyContextConfig = toConfig(({ url }) => ({ schema: hidden, url }))

/** Documents about which it was told that the resources are left out. */
const told = new WeakSet<object>()

/**
 * The `config` of the routes of a resource, by which `@fastify/swagger` asks for their description. Nothing is made
 * before it does; where it is not registered, nobody asks.
 */
export function describedToSwagger (resource: Resource, log: FastifyBaseLogger): FastifyContextConfig {
  return toConfig(({ url, openapiObject, swaggerObject }) => {
    if (openapiObject !== undefined && knowsJsonSchema(openapiObject)) return describeInSwagger(openapiObject, resource, url)
    const document = openapiObject ?? swaggerObject
    if (document !== undefined && !told.has(document)) {
      told.add(document)
      log.warn("Resources are described in OpenAPI 3.1: register @fastify/swagger with { openapi: { openapi: '3.1.0' } }, or they are left out")
    }
    return { schema: hidden, url }
  })
}

/** Fastify's types know the member only where those of `@fastify/swagger` are loaded. */
function toConfig (swaggerTransform: (question: SwaggerQuestion) => SwaggerRoute): FastifyContextConfig {
  const config: object = { swaggerTransform }
  return config as FastifyContextConfig
}

/** From OpenAPI 3.1 on schemas are JSON Schema. */
function knowsJsonSchema ({ openapi = '' }: SwaggerDocument): boolean {
  return /^3\.[1-9]/.test(openapi)
}
