import { BadRequest } from '../errors.ts'
import { excerpt } from './json-content.ts'
import { formatJsonPointer } from './json-pointer.ts'

/**
 * The JSON text of a value, as `JSON.stringify` has it; undefined where it has none (a function, `undefined`). Throws what
 * `JSON.stringify` throws (a cycle), and `BadRequest`, naming the JSON pointer of the place, for a number that is not finite,
 * which would become null.
 */
export function jsonText (value: unknown): string | undefined {
  const text = JSON.stringify(value) as string | undefined
  // Such a number leaves this behind; nearly all contents are spared another look.
  if (text?.includes('null') === true) refuseLostNumbers(value)
  return text
}

function refuseLostNumbers (value: unknown): void {
  const paths = new Map<unknown, readonly string[]>()
  JSON.stringify(value, function (this: unknown, name: string, member: unknown): unknown {
    const holder = paths.get(this)
    const path = holder === undefined ? [] : [...holder, name]
    if (isLostNumber(member)) throw new BadRequest(`The content at "${excerpt(formatJsonPointer(path))}" is a number out of range`)
    // One object may be in many places: what it holds is looked at before it is met again.
    if (typeof member === 'object' && member !== null) paths.set(member, path)
    return member
  })
}

function isLostNumber (value: unknown): boolean {
  return (typeof value === 'number' || value instanceof Number) && !Number.isFinite(Number(value))
}
