import { CREST_ERR_INVALID_OPTION } from '../configuration-errors.ts'
import { arrayIndex, formatJsonPointer, parseJsonPointer } from '../crest/json-pointer.ts'
import type { JsonPointer } from '../crest/json-pointer.ts'
import { hideMembers } from '../crest/member-rules.ts'
import { isJsonObject } from '../json.ts'
import type { JsonObject } from '../json.ts'
import type { AnyDefinition } from './definition.ts'
import { pointsIntoArray } from './schema-arrays.ts'

/** The rules about members of contents, compiled. Pointers are those of the shape that is stored. */
export interface MemberRules {
  readonly readOnly: readonly JsonPointer[]
  readonly writeOnly: readonly JsonPointer[]
  /** Both: what a PUT without them keeps. */
  readonly kept: readonly JsonPointer[]
  /** What is in both lists: the server's alone, whom a client can neither tell nor ask anything about it. */
  readonly internal: readonly JsonPointer[]
  /** A content without the internal members; undefined where there are none. */
  readonly hideInternal: ((content: JsonObject) => JsonObject) | undefined
  /** A content as clients may see it; undefined where all may be seen. */
  readonly hide: ((content: JsonObject) => JsonObject) | undefined
}

/**
 * Compiles `readOnly` and `writeOnly`.
 *
 * @throws CREST_ERR_INVALID_OPTION for a member of the elements of an array: which element keeps which value is not known
 */
export function compileMemberRules (path: string, { readOnly = [], writeOnly = [] }: AnyDefinition, schema: object): MemberRules {
  const compiled = { readOnly: compile(`${path}.readOnly`, readOnly, schema), writeOnly: compile(`${path}.writeOnly`, writeOnly, schema) }
  const readOnlyTexts = new Set(compiled.readOnly.map(formatJsonPointer))
  const internal = compiled.writeOnly.filter((pointer) => readOnlyTexts.has(formatJsonPointer(pointer)))
  return {
    ...compiled,
    kept: [...compiled.writeOnly, ...compiled.readOnly],
    internal,
    hideInternal: internal.length === 0 ? undefined : hideMembers(internal),
    hide: writeOnly.length === 0 ? undefined : hideMembers(compiled.writeOnly)
  }
}

function compile (path: string, texts: readonly string[], schema: object): readonly JsonPointer[] {
  return texts.map((text, index) => {
    const pointer = parseJsonPointer(text) as JsonPointer
    if (pointsIntoArray(schema, pointer) || namesPosition(schema, pointer)) {
      throw new CREST_ERR_INVALID_OPTION(`${path}[${index}]`, 'must not name a member inside an array; name the array')
    }
    return pointer
  })
}

/** A token that may be a position, unless the schema has a member of this name: positions move, and lists are compared by their elements. */
function namesPosition (schema: object, pointer: JsonPointer): boolean {
  let at: unknown = schema
  for (const token of pointer) {
    const properties: unknown = isJsonObject(at) ? at['properties'] : undefined
    at = isJsonObject(properties) && Object.hasOwn(properties, token) ? properties[token] : undefined
    if (at === undefined && (token === '-' || arrayIndex(token) !== undefined)) return true
  }
  return false
}
