import type { Resource } from '../declare/resource.ts'
import { describeResource } from './describe-resource.ts'
import type { ResourceDescription } from './describe-resource.ts'
import { createComponents, freeName } from './openapi-components.ts'
import type { GrowingComponents } from './openapi-components.ts'
import { resourceName } from './openapi-names.ts'
import type { OpenApiDocument, OpenApiInfo } from './openapi-types.ts'

/**
 * What describes the resources of one document one after the other, each by a name of its own.
 *
 * @param components what the components of the document are added to
 */
export function createDescriber (components: GrowingComponents): (resource: Resource) => ResourceDescription {
  const added = createComponents(components)
  const names = new Set<string>()
  return (resource) => {
    // Ids of operations of instances have the second one.
    const namesBy = (text: string): readonly string[] => [text, `${text}Instance`]
    const name = freeName(resourceName(resource.path), (text) => namesBy(text).some((taken) => names.has(taken)))
    for (const taken of namesBy(name)) names.add(taken)
    return describeResource(resource, name, added)
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
  const components: GrowingComponents = {}
  const described = resources.map(createDescriber(components))
  return {
    openapi: '3.1.0',
    info,
    tags: described.map(({ tag }) => tag),
    paths: Object.fromEntries(described.flatMap(({ paths }) => [...paths])),
    components
  }
}
