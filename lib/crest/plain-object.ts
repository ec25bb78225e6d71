import { isJsonObject } from '../json.ts'
import type { JsonObject } from '../json.ts'
import { defaultLimits } from '../limits.ts'
import type { JsonLimits } from '../limits.ts'
import { assertPlainJson } from './json-content.ts'
import { jsonText } from './json-text.ts'

/**
 * A content that a function of the application returned, as JSON has it: dates become texts, undefined members go, and
 * `_id` and `_rev` are not its to set. Undefined where it is no object; throws where it is no JSON (a cycle), and
 * `BadRequest` where content may not hold it. How many members it has is its own affair.
 *
 * @example
 * plainObject({ _id: 'a', at: new Date(0), gone: undefined }) // { at: '1970-01-01T00:00:00.000Z' }
 */
export function plainObject (value: unknown, { jsonDepth }: JsonLimits = defaultLimits): JsonObject | undefined {
  const text = jsonText(value)
  const plain: unknown = text === undefined ? undefined : JSON.parse(text)
  if (!isJsonObject(plain)) return undefined
  assertPlainJson(plain, { jsonDepth, jsonMembers: Infinity })
  const { _id, _rev, ...content } = plain
  return content
}

/**
 * A copy of a content that may be changed in place. Unlike `structuredClone` it shares nothing within itself: after a patch
 * has copied a value, one object may be in two places, and what is changed in one of them must not change in the other.
 */
export function ownCopy (content: JsonObject): JsonObject {
  return JSON.parse(JSON.stringify(content)) as JsonObject
}
