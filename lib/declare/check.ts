import { CREST_ERR_INVALID_OPTION } from '../configuration-errors.ts'
import { parseJsonPointer } from '../crest/json-pointer.ts'
import { isJsonObject } from '../json.ts'

/** Judges one option's value; throws `CREST_ERR_INVALID_OPTION` naming `path` where it is wrong. */
export type Check = (value: unknown, path: string) => void

function refuse (path: string, expected: string): never {
  throw new CREST_ERR_INVALID_OPTION(path, `must be ${expected}`)
}

function when (holds: (value: unknown) => boolean, expected: string): Check {
  return (value, path) => { if (!holds(value)) refuse(path, expected) }
}

/** One of these texts. */
export function oneOf (...texts: readonly string[]): Check {
  return when((value) => typeof value === 'string' && texts.includes(value), texts.map((text) => `'${text}'`).join(' or '))
}

/** A list whose elements satisfy `element`. */
export function listOf (element: Check, expected: string): Check {
  return (value, path) => {
    if (!Array.isArray(value)) refuse(path, expected)
    value.forEach((item, index) => element(item, `${path}[${index}]`))
  }
}

/** A list of at least one element, each satisfying `element`. */
export function someOf (element: Check, expected: string): Check {
  const aList = listOf(element, expected)
  return (value, path) => {
    aList(value, path)
    if (Array.isArray(value) && value.length === 0) refuse(path, `${expected}, and not empty`)
  }
}

/** Either of two checks; the second one words the refusal. */
export function either (first: Check, second: Check): Check {
  return (value, path) => {
    try { first(value, path) } catch { second(value, path) }
  }
}

/** An object with no members but these, each as its check says; undefined members count as left out. */
export function shape (members: Readonly<Record<string, Check>>): Check {
  return (value, path) => {
    if (!isJsonObject(value)) refuse(path, 'an object')
    for (const [name, member] of Object.entries(value)) {
      const check = Object.hasOwn(members, name) ? members[name] : undefined
      const memberPath = path === '' ? name : `${path}.${name}`
      if (check === undefined) {
        const known = Object.keys(members).join(', ')
        throw new CREST_ERR_INVALID_OPTION(memberPath, `is not known; known are ${known === '' ? 'none' : known}`)
      }
      if (member !== undefined) check(member, memberPath)
    }
  }
}

/** An object with members of any name, each as `member` says. */
export function recordOf (member: Check): Check {
  return (value, path) => {
    if (!isJsonObject(value)) refuse(path, 'an object')
    for (const [name, element] of Object.entries(value)) member(element, `${path}.${name}`)
  }
}

/** A function. */
export const aFunction: Check = when((value) => typeof value === 'function', 'a function')
/** `true` or `false`. */
export const aBoolean: Check = when((value) => typeof value === 'boolean', 'true or false')
/** A text of at least one character. */
export const aText: Check = when((value) => typeof value === 'string' && value !== '', 'a text')
/** An object. */
export const anObject: Check = when(isJsonObject, 'an object')
/** An integer above 0. */
export const aCount: Check = when((value) => Number.isSafeInteger(value) && Number(value) > 0, 'an integer above 0')
/** An integer from 1 to `most`. */
export function aCountUpTo (most: number): Check {
  return when((value) => Number.isSafeInteger(value) && Number(value) > 0 && Number(value) <= most, most === Number.MAX_SAFE_INTEGER ? 'an integer above 0' : `an integer from 1 to ${most}`)
}
/** Any value: another check judges it. */
export const anything: Check = () => {}
/** A JSON pointer to a member, such as `/name/common`. */
export const aPointer: Check = when(
  (value) => typeof value === 'string' && value.startsWith('/') && (parseJsonPointer(value)?.length ?? 0) > 0,
  'a JSON pointer such as /name'
)
/** A field value that can be sent: visible ASCII and blanks. */
export const aFieldValue: Check = when((value) => typeof value === 'string' && /^[\x21-\x7e][\x20-\x7e]*$/.test(value), 'a text of visible ASCII')
/** A prefix of paths: empty, or `/…` without a slash at its end. */
export const aPrefix: Check = when((value) => value === '' || (typeof value === 'string' && /^\/.*[^/]$/.test(value)), "'' or a path such as '/api'")
/** An instant that header fields can name. */
export const aDate: Check = when((value) => value instanceof Date && value.getUTCFullYear() >= 0 && value.getUTCFullYear() <= 9999, 'a Date')
