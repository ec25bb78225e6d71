import { elementsOf } from './linted.ts'
import type { Linted, Rule } from './linted.ts'

const directives = ({ lines }: Linted): readonly string[] => elementsOf(lines('cache-control').join(','))
const names = (linted: Linted): readonly string[] => directives(linted).map((directive) => (directive.split('=')[0] ?? '').toLowerCase())
const repeats = (values: readonly string[]): boolean => new Set(values).size !== values.length
const uses = ['no-cache', 'max-age', 's-maxage', 'must-revalidate', 'immutable', 'stale-while-revalidate', 'stale-if-error']

/** Rules about `Cache-Control` and `Vary`. */
export const cachingRules: Readonly<Record<string, Rule>> = {
  FRESHNESS_NO_CACHE_NO_VALIDATOR: (linted) =>
    names(linted).includes('no-cache') && linted.lines('etag').length === 0 && linted.lines('last-modified').length === 0 && 'no-cache needs a validator',
  STORE_PRIVATE_PUBLIC_CONFLICT: (linted) => names(linted).includes('private') && names(linted).includes('public') && 'private or public',
  CC_CONFLICTING: (linted) => names(linted).includes('no-store') && names(linted).some((name) => uses.includes(name)) && 'what is not stored is not used',
  CC_DUP: (linted) => repeats(names(linted)) && 'a directive is given twice',
  CC_MISCAP: (linted) => directives(linted).some((directive) => /^[^=]*[A-Z]/.test(directive)) && 'directives are in lower case',
  VARY_DUPLICATE: ({ list }) => repeats(list('vary')) && 'a field name is given twice',
  VARY_COMPLEX: ({ list }) => list('vary').length > 3 && 'more than three field names',
  VARY_ASTERISK: ({ list }) => list('vary').includes('*') && 'nothing can be cached'
}
