import sql from 'sql-template-tag'
import type { QueryFilter } from '../../crest/query-filter.ts'
import { filterCondition, isExactCondition, isWorthwhile } from '../sql/filter.ts'
import type { SqlFilterContext } from '../sql/filter.ts'
import { indexCondition } from './postgres-conditions.ts'
import type { QueriedCollection } from './postgres-conditions.ts'
import { postgresDialect } from './postgres-dialect.ts'
import { drivingParts } from './postgres-select.ts'
import type { DrivingParts } from './postgres-select.ts'

/** What SQL says of a filter. */
export interface FilterParts extends DrivingParts {
  /** Whether that is all there is to say. */
  readonly isExact: boolean
}

/** What SQL says of a filter, as parts that have no document in common, where documents come along the index `walked`. */
export function filterParts (filter: QueryFilter, walked: string | undefined, collection: QueriedCollection): FilterParts {
  const before = known.get(filter)
  if (before !== undefined && before.walked === walked && before.indexes === collection.indexes && before.engine === collection.engine) return before.parts
  const { indexes, engine } = collection
  const parts = translate(filter, walked, collection)
  known.set(filter, { walked, indexes, engine, parts })
  return parts
}

interface KnownParts extends Pick<QueriedCollection, 'indexes' | 'engine'> {
  readonly walked: string | undefined
  readonly parts: FilterParts
}

// Filters are frozen, and often the same object as in the query before.
const known = new WeakMap<QueryFilter, KnownParts>()

function translate (filter: QueryFilter, walked: string | undefined, collection: QueriedCollection): FilterParts {
  if (!isWorthwhile(filter)) return { parts: [sql`true`], alongWalk: false, isExact: false }
  const context: SqlFilterContext = { dialect: postgresDialect(collection.engine), indexCondition: (clause) => indexCondition(clause, collection) }
  return { ...drivingParts(filter, walked, collection, (clause) => filterCondition(clause, context)), isExact: isExactCondition(filter, context) }
}
