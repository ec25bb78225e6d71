import { isJsonObject } from '../json.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import { compareCodePoints } from './code-points.ts'

/** Whether `value` is an array: `Array.isArray` does not narrow readonly arrays. */
export function isJsonArray (value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value)
}

/**
 * Deep JSON equality: the order of members is no difference, `1` equals `1.0` and `-0` equals `0`; only own properties
 * count, and a member that is undefined is absent. Recursive, as content is of bounded depth.
 * (Common REST, writes that change nothing; the equality of RFC 6902 section 4.6.)
 */
export function jsonEqual (a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (a === b) return true
  if (isJsonArray(a)) {
    return isJsonArray(b) && a.length === b.length && a.every((element, position) => jsonEqual(element, b[position]))
  }
  if (!isJsonObject(a) || !isJsonObject(b)) return false
  let count = 0
  for (const name of Object.keys(a)) {
    if (a[name] === undefined) continue
    if (!Object.hasOwn(b, name) || !jsonEqual(a[name], b[name])) return false
    count++
  }
  for (const name of Object.keys(b)) if (b[name] !== undefined) count--
  return count === 0
}

/**
 * Whether the values of two texts that `JSON.stringify` made may be {@link jsonEqual}: their members may stand in another
 * order, so that the texts have the same characters, if not in the same places. False is certain, true is not.
 *
 * @example
 * mayBeEqual('{"a":1,"b":2}', '{"b":2,"a":1}') // true
 * mayBeEqual('{"a":1,"b":2}', '{"a":1,"b":3}') // false
 */
export function mayBeEqual (a: string, b: string): boolean {
  return a.length === b.length && difference(a, b, 0, a.length, 256) === 0
}

/**
 * The sum of what characters of one place differ by. What is the same makes no difference, and slices are compared many
 * characters at a time: long ones first, then those within one that differs.
 */
function difference (a: string, b: string, first: number, last: number, stride: number): number {
  let sum = 0
  for (let start = first; start < last; start += stride) {
    const end = Math.min(start + stride, last)
    if (a.slice(start, end) === b.slice(start, end)) continue
    if (stride > 32) sum += difference(a, b, start, end, 32)
    else for (let at = start; at < end; at++) sum += a.charCodeAt(at) - b.charCodeAt(at)
  }
  return sum
}

/**
 * The one text of all values that are {@link jsonEqual}: JSON without white space, members sorted by code point.
 *
 * @example
 * canonicalJson({ b: 1, a: [-0] }) // '{"a":[0],"b":1}'
 */
export function canonicalJson (value: JsonValue): string {
  if (isJsonArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (!isJsonObject(value)) return JSON.stringify(value)
  const members = memberNames(value).sort(compareCodePoints)
  return `{${members.map(name => `${JSON.stringify(name)}:${canonicalJson(value[name] as JsonValue)}`).join(',')}}`
}

function memberNames (value: JsonObject): string[] {
  return Object.keys(value).filter(name => value[name] !== undefined)
}
