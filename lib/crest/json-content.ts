import { BadRequest } from '../errors.ts'
import { isJsonObject } from '../json.ts'
import type { JsonValue } from '../json.ts'
import { defaultLimits } from '../limits.ts'
import type { JsonLimits } from '../limits.ts'
import { isJsonArray } from './json-equal.ts'
import { formatJsonPointer } from './json-pointer.ts'

const quotedLength = 200
// Control characters, what sets the direction of text and begins lines, and halves of surrogate pairs.
const unprintable = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_C}]/gu
const loneSurrogate = /\p{Cs}/u
/** What {@link textProblem} has to look at: U+0000, and all surrogates, of which most are pairs. */
const isSuspicious = /[\0\ud800-\udfff]/
const decoder = new TextDecoder('utf-8', { fatal: true })

/** The way to the value that is looked at: names of members and positions, the innermost last. */
type Path = Array<string | number>

/** One look at a value. */
interface Look {
  readonly path: Path
  readonly limits: JsonLimits
  /** How many members and elements have been seen so far. */
  members: number
}

/**
 * At most 200 characters of `text`, for messages that quote input, without what could end a line or move a cursor where they
 * are shown: that is escaped as in JSON. The cut is shown by `…`.
 */
export function excerpt (text: string): string {
  const shown = text.length > quotedLength ? text.slice(0, quotedLength) : text
  const escaped = shown.replace(unprintable, escapeUnit)
  if (text.length <= quotedLength && escaped.length <= quotedLength) return escaped
  // Neither half a pair nor half an escape.
  return `${escaped.slice(0, quotedLength - 1).replace(/\p{Cs}$|\\(?:u[0-9a-f]{0,3})?$/u, '')}…`
}

/** As {@link excerpt}, in double quotes, with quotes and backslashes within them escaped too: the first 200 characters. */
export function quoted (text: string): string {
  return JSON.stringify(text.slice(0, quotedLength)).replace(unprintable, escapeUnit)
}

function escapeUnit (unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}

/**
 * Why a string or a member name is refused, else undefined: U+0000, which no SQL store keeps, or ill-formed Unicode
 * (lone surrogates), which has no UTF-8 form (RFC 8259 section 8.2).
 */
export function textProblem (text: string): string | undefined {
  if (text.includes('\0')) return 'contains the character U+0000'
  return loneSurrogate.test(text) ? 'is ill-formed Unicode (a lone surrogate)' : undefined
}

/**
 * The JSON value of a request's content.
 * Throws `BadRequest` for ill-formed UTF-8, for malformed JSON (`detail` is the parser's diagnostic, a string of at
 * most 200 characters) and for what {@link assertPlainJson} refuses. (RFC 8259; Common REST, JSON rules.)
 */
export function parseJsonContent (bytes: Uint8Array, limits: JsonLimits = defaultLimits): JsonValue {
  const text = decode(bytes)
  const value = parse(text)
  // Well-formed UTF-8 has neither lone surrogates nor, in JSON, U+0000 but as escapes.
  if (!isHarmless(value, limits, text.includes('\\u'))) judge(value, { path: [], limits, members: 0 })
  return value
}

/**
 * Refuses with `BadRequest` what could harm a store or a prototype, naming the JSON pointer of the place: nesting beyond
 * `limits.jsonDepth`, more than `limits.jsonMembers` members and elements, a member `__proto__`, a `constructor` that has a `prototype`, U+0000 or a lone surrogate in a
 * string or a member name, and a number beyond the range of a double, which could only be stored as null.
 */
export function assertPlainJson (value: JsonValue, limits: JsonLimits = defaultLimits): void {
  if (!isHarmless(value, limits, true)) judge(value, { path: [], limits, members: 0 })
}

/**
 * Whether nothing of a value can be refused. One look that keeps no path takes a seventh of the time of a judgement, which then
 * only has to find the place of what is wrong.
 *
 * @param inTexts whether there may be something wrong in strings and member names
 */
function isHarmless (value: JsonValue, { jsonDepth, jsonMembers }: JsonLimits, inTexts: boolean): boolean {
  return countMembers(value, jsonDepth, inTexts) <= jsonMembers
}

/** How many members and elements a value has at all depths; `NaN`, which is within no limit, where there is something for a judgement to look at. */
function countMembers (value: JsonValue | undefined, depth: number, inTexts: boolean): number {
  if (typeof value === 'string') return inTexts && isSuspicious.test(value) ? NaN : 0
  if (typeof value === 'number') return Number.isFinite(value) ? 0 : NaN
  if (typeof value !== 'object' || value === null) return 0
  if (depth === 0) return NaN
  let count = 0
  if (isJsonArray(value)) {
    count = value.length
    for (let position = 0; position < value.length; position++) count += countMembers(value[position], depth - 1, inTexts)
  } else {
    // Unlike `Object.keys` it makes no list: V8 knows the names of objects of one shape.
    for (const name in value) count += isSuspiciousName(name, inTexts) ? NaN : 1 + countMembers(value[name], depth - 1, inTexts)
  }
  return count
}

function isSuspiciousName (name: string, inTexts: boolean): boolean {
  return name === '__proto__' || name === 'constructor' || (inTexts && isSuspicious.test(name))
}

/** By recursion, which the depth bounds: a megabyte of `[` must be a clear 400 and no stack overflow. */
function judge (value: JsonValue | undefined, look: Look): void {
  const { path, limits } = look
  if (typeof value === 'number' && !Number.isFinite(value)) refuse(path, 'is a number out of range')
  if (typeof value === 'string') refuse(path, textProblem(value))
  if (typeof value !== 'object' || value === null) return
  if (path.length === limits.jsonDepth) refuse(path, `is nested deeper than ${limits.jsonDepth} levels`)
  const place = path.length
  if (isJsonArray(value)) {
    boundMembers(look, value.length)
    for (let position = 0; position < value.length; position++) {
      path[place] = position
      judge(value[position], look)
    }
  } else {
    const names = Object.keys(value)
    boundMembers(look, names.length)
    for (const name of names) {
      path[place] = name
      refuse(path, memberProblem(name, value[name]))
      judge(value[name], look)
    }
  }
  path.length = place
}

function boundMembers (look: Look, count: number): void {
  look.members += count
  const { jsonMembers } = look.limits
  if (look.members > jsonMembers) throw new BadRequest(`The content has more than ${jsonMembers} members and elements`)
}

function memberProblem (key: string, value: JsonValue | undefined): string | undefined {
  if (key === '__proto__') return 'has a forbidden member name'
  if (key === 'constructor' && isJsonObject(value) && Object.hasOwn(value, 'prototype')) return 'must not have a member "prototype"'
  return textProblem(key)
}

function refuse (path: Path, problem: string | undefined): void {
  if (problem === undefined) return
  throw new BadRequest(`The content at "${excerpt(formatJsonPointer(path.map(String)))}" ${problem}`)
}

function decode (bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes)
  } catch (cause) {
    throw new BadRequest('The content is not valid UTF-8', { cause })
  }
}

function parse (text: string): JsonValue {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new BadRequest('The content is not valid JSON', { cause, detail: excerpt((cause as SyntaxError).message) })
  }
}
