import type { JsonPointer } from '../crest/json-pointer.ts'
import { isJsonObject } from '../json.ts'

/**
 * Whether the schema says that `pointer` leads into an array: what it names is an element, or inside of one. An array at
 * its end is none of that. Only what the schema says by `properties` is followed up to the first `type` that is, or
 * may be, `array`; what it describes otherwise is not judged.
 *
 * @example
 * const schema = { properties: { keys: { type: 'array', items: { properties: { secret: { type: 'string' } } } } } }
 * pointsIntoArray(schema, ['keys', 'secret']) // true
 * pointsIntoArray(schema, ['keys']) // false
 */
export function pointsIntoArray (schema: object, pointer: JsonPointer): boolean {
  let at: unknown = schema
  for (const token of pointer) {
    if (!isJsonObject(at)) return false
    const { type, properties } = at
    if (type === 'array' || (Array.isArray(type) && type.includes('array'))) return true
    at = isJsonObject(properties) && Object.hasOwn(properties, token) ? properties[token] : undefined
  }
  return false
}
