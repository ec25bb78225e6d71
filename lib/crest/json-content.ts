import { BadRequest } from '../errors.ts'
import { isJsonObject } from '../json.ts'
import type { JsonValue } from '../json.ts'
import { formatJsonPointer } from './json-pointer.ts'

/** How many containers may enclose one another in content: 100; `[]` has depth 1. Deeper is 400 (Common REST, depth of JSON). */
export const maxJsonDepth: number = 100

const quotedLength = 200
const loneSurrogate = /\p{Cs}/u
const decoder = new TextDecoder('utf-8', { fatal: true })

interface Frame {
  readonly container: Readonly<Record<string, JsonValue | undefined>>
  // Undefined for arrays, whose positions need no list.
  readonly keys: readonly string[] | undefined
  readonly length: number
  next: number
}

/** At most 200 characters of `text`, for messages that quote input; the cut is shown by `…`. */
export function excerpt (text: string): string {
  if (text.length <= quotedLength) return text
  return `${text.slice(0, quotedLength - 1).replace(/\p{Cs}$/u, '')}…`
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
export function parseJsonContent (bytes: Uint8Array): JsonValue {
  const value = parse(decode(bytes))
  assertPlainJson(value)
  return value
}

/**
 * Refuses with `BadRequest` what could harm a store or a prototype, naming the JSON pointer of the place: nesting beyond
 * {@link maxJsonDepth}, a member `__proto__`, a `constructor` that has a `prototype`, U+0000 or a lone surrogate in a
 * string or a member name, and a number beyond the range of a double, which could only be stored as null.
 */
export function assertPlainJson (value: JsonValue): void {
  // An explicit stack: a megabyte of `[` must be a clear 400 and no stack overflow.
  const frames: Frame[] = []
  enter(frames, value)
  for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
    if (frame.next === frame.length) {
      frames.pop()
      continue
    }
    const key = frame.keys?.[frame.next]
    const child = frame.container[key ?? frame.next]
    frame.next += 1
    if (key !== undefined) refuse(frames, memberProblem(key, child))
    enter(frames, child)
  }
}

function enter (frames: Frame[], value: JsonValue | undefined): void {
  if (typeof value === 'string') return refuse(frames, textProblem(value))
  if (typeof value === 'number' && !Number.isFinite(value)) return refuse(frames, 'is a number out of range')
  if (typeof value !== 'object' || value === null) return
  if (frames.length === maxJsonDepth) refuse(frames, `is nested deeper than ${maxJsonDepth} levels`)
  const keys = isJsonObject(value) ? Object.keys(value) : undefined
  const { length } = keys ?? (value as readonly JsonValue[])
  frames.push({ container: value as Frame['container'], keys, length, next: 0 })
}

function memberProblem (key: string, value: JsonValue | undefined): string | undefined {
  if (key === '__proto__') return 'has a forbidden member name'
  if (key === 'constructor' && isJsonObject(value) && Object.hasOwn(value, 'prototype')) return 'must not have a member "prototype"'
  return textProblem(key)
}

function refuse (frames: readonly Frame[], problem: string | undefined): void {
  if (problem === undefined) return
  const pointer = formatJsonPointer(frames.map(({ keys, next }) => keys?.[next - 1] ?? String(next - 1)))
  throw new BadRequest(`The content at "${excerpt(pointer)}" ${problem}`)
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
