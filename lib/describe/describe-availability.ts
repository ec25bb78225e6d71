import type { ResourceHandle } from '../declare/handle.ts'
import { isJsonObject } from '../json.ts'
import { pathTemplate } from './openapi-names.ts'
import type { ApiObject } from './openapi-types.ts'

/** The methods that `disable({ methods: 'writes' })` leaves working, as OpenAPI writes them. */
const reading: ReadonlySet<string> = new Set(['get', 'head', 'options'])

/**
 * An OpenAPI document in which the operations of resources that are disabled now say so: `Disabled` in front of the summary,
 * why in the description, and `x-disabled: true` for programs. For pages that show the document to people; what is described
 * does not change, as every operation of a resource may answer 503 at any time.
 *
 * @param document as `app.swagger()` makes it; it is not changed, and what does not change is shared with the result
 * @param resources `app.resources`, or the handles of some
 * @param base what the paths of `document` lack in front, where `servers` have it. Default none
 * @example
 * await app.register(swaggerUi, { transformSpecification: (document) => describeAvailability(document, app.resources.values()) })
 */
export function describeAvailability<Document extends object> (document: Document, resources: Iterable<ResourceHandle>, base: string = ''): Document {
  const { paths, tags } = document as { readonly paths?: unknown, readonly tags?: unknown }
  const disabled = [...resources].filter((handle) => handle.disabled !== null)
  if (disabled.length === 0 || !isJsonObject(paths)) return document
  const changed: Record<string, unknown> = { ...paths }
  for (const { path, kind, disabled: mode } of disabled) {
    for (const target of kind === 'singleton' ? ['singleton'] as const : ['collection', 'instance'] as const) {
      const template = pathTemplate(path, target).slice(base.length)
      const item = Object.hasOwn(paths, template) ? paths[template] : undefined
      if (isJsonObject(item)) changed[template] = withoutService(item, mode === 'all')
    }
  }
  const modes = new Map(disabled.map((handle): [unknown, string] => [handle.path, handle.disabled === 'all' ? 'Disabled.' : 'Disabled for writes.']))
  return { ...document, paths: changed, ...(Array.isArray(tags) ? { tags: tags.map((tag: ApiObject) => taggedWith(tag, modes.get(tag['name']))) } : {}) }
}

function withoutService (item: ApiObject, isAll: boolean): ApiObject {
  return Object.fromEntries(Object.entries(item).map(([method, operation]) =>
    [method, isJsonObject(operation) && (isAll || !reading.has(method)) ? unavailable(operation) : operation]))
}

function unavailable (operation: ApiObject): ApiObject {
  const { summary = '', description } = operation
  const why = 'Disabled now: it answers 503 until it is enabled again.'
  return { ...operation, summary: `Disabled · ${String(summary)}`, description: description === undefined ? why : `${why}\n\n${String(description)}`, 'x-disabled': true }
}

function taggedWith (tag: ApiObject, mode: string | undefined): ApiObject {
  if (mode === undefined) return tag
  const { description } = tag
  return { ...tag, description: description === undefined ? mode : `${mode} ${String(description)}` }
}
