import { isJsonObject } from '../json.ts'

/** How the value of a keyword of JSON Schema holds schemas: itself, in a list, by names, or in either of these forms. */
export type SchemaPlace = 'schema' | 'list' | 'map' | 'schema-or-list' | 'map-of-schemas-or-names'

/** The keywords whose values hold schemas, in the drafts 7, 2019-09 and 2020-12. */
export const schemaKeywords: ReadonlyMap<string, SchemaPlace> = new Map<string, SchemaPlace>([
  ...['additionalItems', 'additionalProperties', 'contains', 'contentSchema', 'else', 'if', 'not', 'propertyNames', 'then', 'unevaluatedItems', 'unevaluatedProperties']
    .map((name) => [name, 'schema'] as const),
  ...['allOf', 'anyOf', 'oneOf', 'prefixItems'].map((name) => [name, 'list'] as const),
  ...['$defs', 'definitions', 'dependentSchemas', 'patternProperties', 'properties'].map((name) => [name, 'map'] as const),
  ['items', 'schema-or-list'],
  ['dependencies', 'map-of-schemas-or-names']
])

/** The schemas right inside a schema. */
export function schemasIn (schema: object): readonly unknown[] {
  return Object.entries(schema).flatMap(([keyword, value]) => {
    const place = schemaKeywords.get(keyword)
    if (place === undefined || Array.isArray(value)) return place === undefined ? [] : value as unknown[]
    return (place === 'map' || place === 'map-of-schemas-or-names') && isJsonObject(value) ? Object.values(value) : [value]
  })
}
