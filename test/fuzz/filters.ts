import { mutate } from './mutate.ts'
import { number, text } from './values.ts'
import { refused, right, unsure } from './draft.ts'
import type { Choice, Random } from './draft.ts'

const fields = ['name', '/name', 'size', 'price', 'tags', 'tags/0', 'nested/a', '/nested/b', '_id', 'group', 'code', 'email', 'secret', 'until', 'owner', 'last', 'a', 'missing', 'nested/b/0/x', 'constructor/name', 'toString']

/** A filter of the grammar, refused text, or a mutated one. */
export function filter (random: Random): Choice<string> {
  if (random.chance(0.75)) return right(expression(random, 3))
  if (random.chance(0.4)) return refused(11, 400, random.pick(['name eq', 'eq', '(true', 'true)', 'name eq "x', 'name eq x', '__proto__ pr', 'true and', '!', 'name  in "[1"', 'true true', '((((', '']))
  if (random.chance(0.15)) return unsure(11, '('.repeat(random.below(80)) + 'true' + ')'.repeat(random.below(80)))
  return unsure(11, mutate(random, expression(random, 3)))
}

function expression (random: Random, depth: number): string {
  if (depth > 0 && random.chance(0.4)) {
    const [left, next] = [expression(random, depth - 1), expression(random, depth - 1)]
    return random.pick([`${left} and ${next}`, `${left} or ${next}`, `(${left}) or (${next})`, `!(${left})`, `(${left} and ${next})`])
  }
  const field = random.pick(fields)
  switch (random.below(10)) {
    case 0: return `${field} pr`
    case 1: return random.pick(['true', 'false'])
    case 2: return `${field} in ${JSON.stringify(JSON.stringify(Array.from({ length: random.below(4) }, () => literal(random))))}`
    case 3: return `!(${field} ${random.pick(comparisons)} ${JSON.stringify(literal(random))})`
    default: return `${field} ${random.pick(comparisons)} ${JSON.stringify(literal(random))}`
  }
}

const comparisons = ['eq', 'co', 'sw', 'lt', 'le', 'gt', 'ge']

function literal (random: Random): string | number | boolean {
  return random.pick([text(random), text(random), number(random), random.chance(0.5)])
}
