import { isJsonObject } from '../json.ts'
import type { ApiObject } from './openapi-types.ts'
import type { Find } from './schema-forms.ts'

/**
 * An example that a schema tells itself: by `examples`, `default`, `const` or `enum`, or put together from what its
 * members and elements tell. Undefined where a member that is required has none. It need not fit the schema.
 */
export function exampleIn (schema: unknown, find: Find, seen: ReadonlySet<string> = new Set()): unknown {
  if (!isJsonObject(schema)) return undefined
  const { examples, $ref } = schema
  if (Array.isArray(examples) && examples.length > 0) return examples[0]
  if ('default' in schema) return schema['default']
  if ('const' in schema) return schema['const']
  if (Array.isArray(schema['enum'])) return schema['enum'][0]
  if (typeof $ref === 'string') return seen.has($ref) ? undefined : exampleIn(find($ref), find, new Set([...seen, $ref]))
  if (Array.isArray(schema['allOf'])) return exampleOfAll(schema, schema['allOf'], find, seen)
  if (isJsonObject(schema['properties'])) return exampleOfMembers(schema, schema['properties'], find, seen)
  const element = exampleIn(schema['items'], find, seen)
  return element === undefined ? undefined : [element]
}

function exampleOfMembers (schema: ApiObject, properties: ApiObject, find: Find, seen: ReadonlySet<string>): unknown {
  const members = Object.entries(properties).flatMap(([name, member]) => {
    const value = exampleIn(member, find, seen)
    return value === undefined ? [] : [[name, value] as const]
  })
  const required = Array.isArray(schema['required']) ? schema['required'] : []
  const found = new Set<unknown>(members.map(([name]) => name))
  return members.length > 0 && required.every((name) => found.has(name)) ? Object.fromEntries(members) : undefined
}

function exampleOfAll (schema: ApiObject, parts: readonly unknown[], find: Find, seen: ReadonlySet<string>): unknown {
  const { allOf, ...own } = schema
  const examples = [...parts, ...(isJsonObject(own['properties']) ? [own] : [])].map((part) => exampleIn(part, find, seen))
  return examples.every(isJsonObject) ? Object.assign({}, ...examples) : undefined
}
