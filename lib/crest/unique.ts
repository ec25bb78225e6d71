import { canonicalJson } from './json-equal.ts'
import { parseJsonPointer, resolvePointer } from './json-pointer.ts'
import type { JsonObject, JsonValue } from '../json.ts'

/** One unique constraint that a document takes part in, and the values it claims there. */
export interface UniqueKey {
  /** The index of the constraint in the declaration. */
  readonly constraint: number
  /** Equal for two documents exactly if their values at all pointers of the constraint are equal JSON values. */
  readonly key: string
  /** The JSON pointers of the constraint, as they were declared. */
  readonly pointers: readonly string[]
}

/**
 * The values that `content` claims under the unique constraints of its collection. They are exact JSON values:
 * 1 equals 1.0, but neither `"1"` nor `true`, and the order of an object's members is no difference. A member
 * that is missing or null takes its whole constraint out.
 *
 * @param unique the constraints, each a list of JSON pointers whose values together must not repeat
 * @throws RangeError for a pointer that is none
 * @example
 * uniqueKeys([['/userName'], ['/mail']], { userName: 'bjensen', mail: null })
 * // [{ constraint: 0, key: '["bjensen"]', pointers: ['/userName'] }]
 */
export function uniqueKeys (unique: ReadonlyArray<readonly string[]>, content: JsonObject): readonly UniqueKey[] {
  return unique.flatMap((pointers, constraint) => {
    const values: JsonValue[] = []
    for (const pointer of pointers) {
      const value = valueAt(content, pointer)
      if (value === undefined || value === null) return []
      values.push(value)
    }
    return [{ constraint, key: canonicalJson(values), pointers }]
  })
}

function valueAt (content: JsonObject, pointer: string): JsonValue | undefined {
  const tokens = parseJsonPointer(pointer)
  if (tokens === undefined) throw new RangeError(`${JSON.stringify(pointer)} is not a JSON pointer`)
  return resolvePointer(content, tokens)
}
