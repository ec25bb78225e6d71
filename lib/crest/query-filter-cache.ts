import { LRUCache } from 'lru-cache'
import type { JsonValue } from '../json.ts'
import { defaultLimits } from '../limits.ts'
import type { FilterLimits } from '../limits.ts'
import { measureQueryFilter } from './query-filter-parser.ts'
import type { MeasuredFilter } from './query-filter-parser.ts'
import type { QueryFilter } from './query-filter.ts'

// Clients ask the same few questions over and over, with other values in them now and then. Bounded by the texts, as
// a tree is a small multiple of its text.
const parsed = new LRUCache<string, MeasuredFilter>({ maxSize: 500_000, sizeCalculation: (_, text) => text.length + 100 })

/**
 * As `parseQueryFilter`, but a text that was parsed lately gives the same tree again, and with it the same predicate.
 * The tree is frozen, since requests share it. Resources share it too, each within limits of its own.
 *
 * @throws BadRequest, NotImplemented
 */
export function readQueryFilter (text: string, limits: FilterLimits = defaultLimits): QueryFilter {
  const before = parsed.get(text)
  if (before !== undefined && isWithin(text, before, limits)) return before.filter
  // Beyond the limits it throws, and what another resource may ask stays known.
  const measured = measureQueryFilter(text, limits)
  freeze(measured.filter)
  parsed.set(text, measured)
  return measured.filter
}

function isWithin (text: string, { depth, clauses }: MeasuredFilter, { filterLength, filterDepth, filterClauses }: FilterLimits): boolean {
  return text.length <= filterLength && depth <= filterDepth && clauses <= filterClauses
}

function freeze<Value extends QueryFilter | JsonValue> (value: Value): Value {
  if (typeof value === 'object' && value !== null) {
    for (const member of Object.values(value)) freeze(member as JsonValue)
    Object.freeze(value)
  }
  return value
}
