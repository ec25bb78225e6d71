/** Whether `a` is before (negative), the same as (0) or after (positive) `b` by code point: the order of UTF-8 bytes. */
export function compareCodePoints (a: string, b: string): number {
  if (a === b) return 0
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const unitA = a.charCodeAt(i)
    const unitB = b.charCodeAt(i)
    if (unitA !== unitB) return weight(unitA) - weight(unitB)
  }
  return a.length - b.length
}

// Surrogates stand for code points above U+FFFF, but are below U+E000 as units of UTF-16.
function weight (unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit
}

const lastCodePoint = 0x10ffff

/**
 * The first text after all that begin with `prefix`, by code point; undefined where there is none, as after `''`.
 *
 * @example
 * afterPrefix('ab') // 'ac'
 */
export function afterPrefix (prefix: string): string | undefined {
  const points = Array.from(prefix, (character) => character.codePointAt(0) as number)
  while (points.at(-1) === lastCodePoint) points.pop()
  const last = points.pop()
  if (last === undefined) return undefined
  // Surrogates are no code points of well-formed text.
  return String.fromCodePoint(...points, last === 0xd7ff ? 0xe000 : last + 1)
}

/**
 * The first `length` UTF-16 units of `text`, one more where a pair of surrogates would be cut in two: dropping the pair
 * instead would put the text before others that it comes after.
 */
export function startOf (text: string, length: number): string {
  if (text.length <= length) return text
  const last = text.charCodeAt(length - 1)
  return text.slice(0, last >= 0xd800 && last < 0xdc00 ? length + 1 : length)
}
