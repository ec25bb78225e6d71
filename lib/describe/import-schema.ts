import { isJsonObject } from '../json.ts'
import type { Components } from './openapi-components.ts'
import { pascalCase } from './openapi-names.ts'
import type { ApiObject } from './openapi-types.ts'
import { schemaKeywords } from './schema-keywords.ts'
import { indexReferences } from './schema-references.ts'

/** A declared schema in the document. */
export interface ImportedSchema {
  /** The schema itself, in draft 2020-12, with references to components of the document. */
  readonly body: () => ApiObject
  /** Refers to the component that the schema is; made where it is asked for, and where the schema refers to itself. */
  readonly reference: () => ApiObject
  /** What the component is called, as long as the name is free. */
  readonly name: string
  /** Whether the schema names itself by an `$id`. */
  readonly isNamed: boolean
}

/** What is said of a schema beside what it says itself. */
export interface Annotation {
  /** Tells it from others. */
  readonly key: string
  readonly annotate: (body: ApiObject) => ApiObject
}

const nothing: Annotation = { key: '', annotate: (body) => body }

/**
 * Takes a declared schema into a document: as draft 2020-12, which OpenAPI 3.1 has, with each schema in it that has an
 * `$id`, or is referred to, as a component.
 *
 * @param name what the component is called where the schema has no `$id`
 */
export function importSchema (schema: object, name: string, components: Components, { key, annotate }: Annotation = nothing): ImportedSchema {
  // A tree of its own, in which a schema is known by where it is; without what TypeBox adds beside JSON.
  const root = JSON.parse(JSON.stringify(schema)) as ApiObject
  const text = JSON.stringify(root)
  const references = indexReferences(root)
  // What says that members may be there would count them as judged.
  const countsMembers = text.includes('"unevaluatedProperties"')
  const rootName = references.nameOf(root) || name
  const reference = (): ApiObject => components.add('schemas', rootName, text + key, () => annotate(convert(root)))

  const lift = (target: ApiObject, token: string): ApiObject => {
    if (target === root) return reference()
    const own = references.nameOf(target)
    const alone = JSON.stringify(target)
    const key = own !== undefined && isSelfContained(alone) ? alone : `${text}\n${alone}`
    return components.add('schemas', own || `${rootName}${pascalCase(token)}`, key, () => convert(target))
  }

  const refer = (given: unknown, from: ApiObject): ApiObject => {
    const target = references.resolve(String(given), from)
    if (isJsonObject(target)) return lift(target, String(given).split(/[/#]/).at(-1) as string)
    // What Ajv finds beside the schema itself are the meta-schemas.
    return target === undefined ? { type: ['object', 'boolean'] } : target === false ? { not: {} } : {}
  }

  const inner = (value: unknown): unknown => {
    if (!isJsonObject(value)) return value
    if (references.nameOf(value) === undefined) return convert(value)
    // A default is filled in where it stands, and it stood here.
    return 'default' in value ? { ...lift(value, ''), default: value['default'] } : lift(value, '')
  }

  // Of a schema that Ajv has compiled: a keyword has the values that it must have.
  const innerEach = (value: unknown): unknown => Array.isArray(value)
    ? value.map(inner)
    : Object.fromEntries(Object.entries(value as ApiObject).map(([key, member]) => [key, inner(member)]))

  const convert = (schema: ApiObject): ApiObject => {
    const converted: Record<string, unknown> = {}
    for (const [keyword, value] of Object.entries(schema)) {
      if (dropped.has(keyword)) continue
      if (keyword === '$ref' || keyword === '$dynamicRef') Object.assign(converted, refer(value, schema))
      else if (keyword === '$recursiveRef') Object.assign(converted, refer('#', schema))
      else if (keyword === 'items' && Array.isArray(value)) converted['prefixItems'] = value.map(inner)
      else if (keyword === 'additionalItems') converted['items'] = inner(value)
      else if (keyword === 'dependencies') Object.assign(converted, splitDependencies(value, inner))
      else if (keyword === 'nullable') continue
      else {
        const place = schemaKeywords.get(keyword)
        converted[keyword] = place === undefined ? value : place === 'schema' || place === 'schema-or-list' ? inner(value) : innerEach(value)
      }
    }
    const whole = schema['nullable'] === true ? withNull(converted) : converted
    return countsMembers ? whole : sayOpen(whole)
  }

  return { body: () => convert(root), reference, name: rootName, isNamed: references.nameOf(root) !== undefined }
}

/** What names schemas and says of which draft they are means nothing in the document. */
const dropped: ReadonlySet<string> = new Set(['$id', '$schema', '$dynamicAnchor', '$recursiveAnchor', '$vocabulary', '$comment', '$defs', 'definitions'])

/** A schema that refers to nothing outside of itself. */
function isSelfContained (text: string): boolean {
  return !/"\$(?:ref|dynamicRef|recursiveRef)":"(?!#)/.test(text)
}

/** `dependencies` is two keywords since draft 2019-09. */
function splitDependencies (value: unknown, inner: (schema: unknown) => unknown): ApiObject {
  const entries = Object.entries(value as ApiObject)
  const names = entries.filter(([, needs]) => Array.isArray(needs))
  const schemas = entries.filter(([, needs]) => !Array.isArray(needs))
  return {
    ...(names.length === 0 ? {} : { dependentRequired: Object.fromEntries(names) }),
    ...(schemas.length === 0 ? {} : { dependentSchemas: Object.fromEntries(schemas.map(([name, schema]) => [name, inner(schema)])) })
  }
}

/** What Ajv understands by `nullable`, which needs a `type` there and is not in OpenAPI 3.1 any more. */
function withNull (schema: ApiObject): ApiObject {
  const { type } = schema
  const types: unknown[] = Array.isArray(type) ? type : [type]
  return { ...schema, type: types.includes('null') ? types : [...types, 'null'] }
}

const memberKeywords: readonly string[] = ['$ref', 'properties', 'patternProperties', 'additionalProperties', 'allOf', 'anyOf', 'oneOf', 'enum', 'const']

/** An object of which nothing else is said may have any members; generators of clients take it for one that has none. */
function sayOpen (schema: ApiObject): ApiObject {
  return schema['type'] === 'object' && !memberKeywords.some((keyword) => keyword in schema) ? { ...schema, additionalProperties: true } : schema
}
