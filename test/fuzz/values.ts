import type { Random } from './draft.ts'

const texts = ['', 'a', 'b', 'bolt', 'Bolt', 'BOLT', 'straße', 'STRASSE', 'ß', 'İ', 'ı', 'é', 'e\u0301', '😀', '\ufeff', '\u2028', '\u202e', 'a b', "it's", 'quote"d', 'back\\slash', '%', '_', '%25', "'; DROP TABLE users; --", '$' + '{x}', '<script>', '../..', '\n', '\t', '0', '-1', '1e3', 'true', 'null', 'x'.repeat(120), 'é'.repeat(130)]
const numbers = [0, 1, -1, 3, 10.5, 100, 1e9, -1e9, 2 ** 31, 2 ** 53, 2 ** 53 + 2, 1e21, 1e-7, 1.7976931348623157e308, 5e-324, -0]

/** A string that databases, parsers and browsers have stumbled over, or a plain one. */
export function text (random: Random): string {
  return random.chance(0.5) ? random.pick(texts) : `${random.pick(texts)}${random.below(40)}`
}

/** A number at some border, or a plain one. */
export function number (random: Random): number {
  return random.chance(0.4) ? random.pick(numbers) : random.below(200) - 20
}

/** Any JSON value. */
export function anything (random: Random, depth: number = 3): unknown {
  switch (random.below(depth > 0 ? 8 : 5)) {
    case 0: return text(random)
    case 1: return number(random)
    case 2: return random.chance(0.5)
    case 3: return null
    case 4: return random.pick(texts)
    case 5: return Array.from({ length: random.below(4) }, () => anything(random, depth - 1))
    default: return Object.fromEntries(Array.from({ length: random.below(4) }, () => [memberName(random), anything(random, depth - 1)]))
  }
}

/** The name of a member, also of those that objects of JavaScript have by themselves. */
export function memberName (random: Random): string {
  return random.chance(0.15)
    ? random.pick(['constructor', 'prototype', 'toString', 'hasOwnProperty', '', '~', '/', 'a/b', '~1', '0', '-', '*', 'length', 'then', 'toJSON', 'é', '😀'])
    : random.pick(['name', 'size', 'tags', 'group', 'code', 'nested', 'a', 'b', 'x'])
}

/** A JSON pointer, mostly of something that a document of the fixture has. */
export function pointer (random: Random): string {
  if (random.chance(0.75)) return random.pick(['/name', '/size', '/price', '/email', '/tags', '/tags/0', '/tags/-', '/group', '/code', '/nested', '/nested/a', '/nested/b', '/nested/b/0', '/until', '/first', '/userName', '/level', '/a', '/theme'])
  return random.pick(['', '/', '//', '/__proto__', '/constructor/prototype', '/__proto__/polluted', '/tags/99', '/tags/01', '/tags/-1', '/nested/b/1/2/3', '/~', '/~2', '/_id', '/_rev', '/owner', '/pin', 'name', 'size', `/${memberName(random)}`, '/name/length', '/😀', '/' + 'a/'.repeat(120)])
}
