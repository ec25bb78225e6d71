import { filter } from './filters.ts'
import { mutate } from './mutate.ts'
import { pointer, text } from './values.ts'
import { refused, right, unsure } from './draft.ts'
import type { Choice, Random } from './draft.ts'
import type { Knowledge } from './knowledge.ts'

/** A parameter, not yet encoded. */
export type Parameter = readonly [name: string, value: string]

const keys = ['name', '-name', '+size', '-size', 'price', 'tags', '-nested/a', '_id', '-_id', 'code', 'until', 'missing', 'a', 'last', 'constructor']

/** What selects and bounds the documents of a query. */
export function queryParameters (random: Random, { cookies }: Knowledge, path: string): ReadonlyArray<Choice<Parameter>> {
  const chosen: Array<Choice<Parameter>> = []
  const add = (probability: number, make: () => Choice<Parameter>): void => { if (random.chance(probability)) chosen.push(make()) }
  if (random.chance(0.2)) {
    const known = cookies.filter((cookie) => cookie.path === path)
    const { query, cookie } = known.length > 0 ? random.pick(known) : { query: '_queryFilter=true', cookie: 'W10' }
    const parts = [...new URLSearchParams(query)].map(([name, value]): Choice<Parameter> => right([name, value]))
    // What is remembered may come from other requests, whose filters are gone with an altered one.
    return [...parts, unsure(11, ['_pagedResultsCookie', random.chance(0.7) ? cookie : mutate(random, cookie)])]
  }
  if (random.chance(0.9)) add(0.8, () => named('_queryFilter', filter(random)))
  else add(0.9, () => random.chance(0.5) && path === '/api/things' ? right(['_queryId', 'big']) : unsure(11, ['_queryId', random.pick(['big', 'named', 'nobody', '', '__proto__', 'constructor'])]))
  add(0.03, () => unsure(11, ['_queryExpression', 'select 1']))
  add(0.4, () => random.chance(0.8)
    ? right(['_sortKeys', Array.from({ length: 1 + random.below(3) }, () => random.pick(keys)).join(',')])
    : unsure(11, ['_sortKeys', random.pick(['', ',', '-', '__proto__', 'a,b,c,d,e,f,g,h,i,j', mutate(random, '-name,+size'), pointer(random)])]))
  add(0.5, () => random.chance(0.7)
    ? right(['_pageSize', random.pick(['0', '1', '2', '3', '10', '1000', '100000'])])
    : refused(11, 400, ['_pageSize', random.pick(['-1', 'x', '1.5', '', '1e3', ' 1', '0x10', 'NaN'])]))
  add(0.15, () => random.chance(0.7) ? right(['_pagedResultsOffset', random.pick(['0', '1', '5', '50'])]) : refused(11, 400, ['_pagedResultsOffset', random.pick(['-1', 'x', '1.5'])]))
  add(0.2, () => random.chance(0.8) ? right(['_totalPagedResultsPolicy', random.pick(['NONE', 'EXACT', 'ESTIMATE'])]) : refused(11, 400, ['_totalPagedResultsPolicy', random.pick(['SOME', '7', ',EXACT'])]))
  add(0.04, () => unsure(11, ['_countOnly', random.pick(['true', 'false', 'x'])]))
  return chosen
}

/** What any operation may be given. */
export function presentation (random: Random): ReadonlyArray<Choice<Parameter>> {
  const chosen: Array<Choice<Parameter>> = []
  if (random.chance(0.2)) chosen.push(right(['_fields', Array.from({ length: 1 + random.below(3) }, () => random.pick(['name', '/size', 'nested/a', 'tags/0', '*', '_id', '_rev', 'pin', 'missing', 'constructor'])).join(',')]))
  if (random.chance(0.02)) chosen.push(unsure(11, ['_fields', random.pick([',', '', '__proto__', pointer(random), mutate(random, 'name,size')])]))
  if (random.chance(0.05)) chosen.push(right(['_prettyPrint', random.pick(['true', 'false'])]))
  return chosen
}

/** Parameters that somebody else may know. */
export function foreign (random: Random): Parameter {
  return random.pick<Parameter>([['x', '1'], ['', ''], ['a[b]', 'c'], ['constructor', 'x'], ['name', text(random)], ['é', 'ü'], ['queryFilter', 'x']])
}

function named (name: string, choice: Choice<string>): Choice<Parameter> {
  return { ...choice, value: [name, choice.value] }
}
