import { CREST_ERR_INVALID_OPTION } from '../configuration-errors.ts'
import { parseJsonPointer } from '../crest/json-pointer.ts'
import type { JsonPointer } from '../crest/json-pointer.ts'
import { hideMembers } from '../crest/member-rules.ts'
import type { JsonObject } from '../json.ts'
import type { AnyDefinition } from './definition.ts'
import { pointsIntoArray } from './schema-arrays.ts'

/** The rules about members of contents, compiled. Pointers are those of the shape that is stored. */
export interface MemberRules {
  readonly readOnly: readonly JsonPointer[]
  readonly writeOnly: readonly JsonPointer[]
  /** Both: what a PUT without them keeps. */
  readonly kept: readonly JsonPointer[]
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
  return {
    ...compiled,
    kept: [...compiled.writeOnly, ...compiled.readOnly],
    hide: writeOnly.length === 0 ? undefined : hideMembers(compiled.writeOnly)
  }
}

function compile (path: string, texts: readonly string[], schema: object): readonly JsonPointer[] {
  return texts.map((text, index) => {
    const pointer = parseJsonPointer(text) as JsonPointer
    if (pointsIntoArray(schema, pointer)) throw new CREST_ERR_INVALID_OPTION(`${path}[${index}]`, 'must not name a member inside an array; name the array')
    return pointer
  })
}
