import { LRUCache } from 'lru-cache'
import type { JsonValue } from '../json.ts'
import { parseQueryFilter } from './query-filter-parser.ts'
import type { QueryFilter } from './query-filter.ts'

// Clients ask the same few questions over and over, with other values in them now and then. Bounded by the texts, as
// a tree is a small multiple of its text.
const parsed = new LRUCache<string, QueryFilter>({ maxSize: 500_000, sizeCalculation: (_, text) => text.length + 100 })

/**
 * As `parseQueryFilter`, but a text that was parsed lately gives the same tree again, and with it the same predicate.
 * The tree is frozen, since requests share it.
 *
 * @throws BadRequest, NotImplemented
 */
export function readQueryFilter (text: string): QueryFilter {
  let filter = parsed.get(text)
  if (filter === undefined) {
    filter = freeze(parseQueryFilter(text))
    parsed.set(text, filter)
  }
  return filter
}

function freeze<Value extends QueryFilter | JsonValue> (value: Value): Value {
  if (typeof value === 'object' && value !== null) {
    for (const member of Object.values(value)) freeze(member as JsonValue)
    Object.freeze(value)
  }
  return value
}
