import type { Resource } from '../declare/resource.ts'
import { describeResource } from './describe-resource.ts'
import { createComponents, freeName } from './openapi-components.ts'
import { resourceName } from './openapi-names.ts'
import type { ApiObject, ComponentMap, OpenApiDocument, OpenApiInfo, PathItem } from './openapi-types.ts'

/** What is described of resources, as it comes together. */
export interface OpenApiParts {
  /** Describes a resource too. */
  readonly add: (resource: Resource) => void
  readonly tags: readonly ApiObject[]
  readonly paths: Readonly<Record<string, PathItem>>
  readonly components: () => ComponentMap
}

/** @param others the components that are in the document already */
export function createParts (others: ComponentMap = {}): OpenApiParts {
  const components = createComponents(others)
  const names = new Set<string>()
  const tags: ApiObject[] = []
  const paths: Record<string, PathItem> = {}
  return {
    tags,
    paths,
    components: components.added,
    add: (resource) => {
      const name = freeName(resourceName(resource.path), (text) => names.has(text))
      names.add(name)
      const described = describeResource(resource, name, components)
      tags.push(described.tag)
      for (const [path, item] of described.paths) paths[path] = item
    }
  }
}

/**
 * Describes resources in OpenAPI 3.1: their paths, each with the operations that are mounted there, and the components
 * that these share. Made from what mounts and answers them, so that it says what they do.
 *
 * @param info what is said of the API as a whole
 * @example
 * describeOpenApi(resources, { title: 'Notes', version: '1.0.0' }).paths['/notes']
 */
export function describeOpenApi (resources: readonly Resource[], info: OpenApiInfo): OpenApiDocument {
  const parts = createParts()
  for (const resource of resources) parts.add(resource)
  const { tags, paths } = parts
  return { openapi: '3.1.0', info, tags, paths, components: parts.components() }
}
