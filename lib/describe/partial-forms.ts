import { isJsonObject } from '../json.ts'
import type { ApiObject } from './openapi-types.ts'
import type { Find } from './schema-forms.ts'

/**
 * What is left of a content by `_fields`: any of its members, and of those that are objects or lists any part.
 *
 * @param members those that are always there
 */
export function projectionOf (content: ApiObject, members: Readonly<Record<string, ApiObject>>, find: Find): ApiObject {
  return { type: 'object', properties: { ...partsOf(content, find, toPart), ...members }, required: Object.keys(members) }
}

/** A merge patch (RFC 7396) of a content: members to set, and null to remove them. */
export function mergePatchOf (content: ApiObject, find: Find): ApiObject {
  return { type: 'object', description: 'A merge patch (RFC 7396): members with their new values, null removes one.', properties: partsOf(content, find, toChange) }
}

const scalars: ReadonlySet<unknown> = new Set(['string', 'number', 'integer', 'boolean', 'null'])

function toPart (member: ApiObject, find: Find): ApiObject {
  const types = typesOf(member, find)
  if (types.length > 0 && types.every((type) => scalars.has(type))) return member
  return openOf(types)
}

/** A list is replaced as a whole; of an object, members may be. */
function toChange (member: ApiObject, find: Find): ApiObject {
  const types = typesOf(member, find)
  if (types.length === 0) return {}
  if (types.includes('object')) return openOf(types.includes('null') ? types : [...types, 'null'])
  return types.includes('null') ? member : { anyOf: [member, { type: 'null' }] }
}

/** Anything of these types; of any where there are none. */
function openOf (types: readonly unknown[]): ApiObject {
  if (types.length === 0) return {}
  return {
    type: types.length === 1 ? types[0] : types,
    ...(types.includes('object') ? { additionalProperties: true } : {}),
    ...(types.includes('array') ? { items: {} } : {})
  }
}

/** The types that a value may have by `type`, by what it is a union of, or by its values; none where that is not known. */
function typesOf (member: unknown, find: Find, seen: ReadonlySet<string> = new Set()): readonly unknown[] {
  if (!isJsonObject(member)) return []
  const { type, $ref, anyOf, oneOf, enum: values } = member
  if (type !== undefined) return Array.isArray(type) ? type : [type]
  if (typeof $ref === 'string') return seen.has($ref) ? [] : typesOf(find($ref), find, new Set([...seen, $ref]))
  if ('const' in member || Array.isArray(values)) return [...new Set((Array.isArray(values) ? values : [member['const']]).map(typeOf))]
  const union = Array.isArray(anyOf) ? anyOf : oneOf
  const types = Array.isArray(union) ? union.map((branch) => typesOf(branch, find, seen)) : []
  return types.some((some) => some.length === 0) ? [] : [...new Set(types.flat())]
}

function typeOf (value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}

/** The members of a content, wherever its schema names them; what two places name says nothing of its value. */
function partsOf (content: ApiObject, find: Find, toPart: (member: ApiObject, find: Find) => ApiObject): ApiObject {
  const parts = new Map<string, ApiObject>()
  const visit = (schema: unknown, seen: ReadonlySet<string>): void => {
    if (!isJsonObject(schema)) return
    const { $ref, properties } = schema
    if (typeof $ref === 'string' && !seen.has($ref)) visit(find($ref), new Set([...seen, $ref]))
    for (const [name, member] of Object.entries(isJsonObject(properties) ? properties : {})) {
      parts.set(name, parts.has(name) || !isJsonObject(member) ? {} : toPart(member, find))
    }
    for (const keyword of ['allOf', 'anyOf', 'oneOf']) for (const branch of Array.isArray(schema[keyword]) ? schema[keyword] : []) visit(branch, seen)
    for (const keyword of ['then', 'else']) visit(schema[keyword], seen)
  }
  visit(content, new Set())
  return Object.fromEntries(parts)
}
