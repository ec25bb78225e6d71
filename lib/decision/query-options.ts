import { readQueryFilter } from '../crest/query-filter-cache.ts'
import { parseSortKeys } from '../crest/sort-keys.ts'
import type { QueryOptions } from '../declare/handle.ts'
import { defaultLimits } from '../limits.ts'
import type { ResourceLimits } from '../limits.ts'
import { countPolicies } from '../declare/provider.ts'
import { BadRequest } from '../errors.ts'
import type { AskQuery } from './ask.ts'

/**
 * Reads what an in-process query asks for, as `readQueryParameters` does for HTTP.
 *
 * @throws BadRequest for what is malformed or excludes each other; NotImplemented for an operator that is not offered
 */
export function readQueryOptions (options: QueryOptions = {}, limits: ResourceLimits = defaultLimits): AskQuery {
  const { filter = 'true', sortKeys = [], pageSize = 0, offset = 0, cookie = '', count = 'NONE' } = options
  for (const [name, value] of Object.entries({ filter, cookie })) {
    if (typeof value !== 'string') throw new BadRequest(`${name} must be a text`)
  }
  if (!Array.isArray(sortKeys) || !sortKeys.every((key) => typeof key === 'string')) throw new BadRequest('sortKeys must be a list of texts')
  for (const [name, value] of Object.entries({ pageSize, offset })) {
    if (!Number.isSafeInteger(value) || value < 0) throw new BadRequest(`${name} must be an integer from 0`)
  }
  if (offset > 0 && cookie !== '') throw new BadRequest('offset and cookie cannot be combined')
  if (!countPolicies.includes(count)) throw new BadRequest(`count must be one of ${countPolicies.join(', ')}`)
  return {
    filter: readQueryFilter(filter, limits),
    unoffered: undefined,
    queryId: undefined,
    queryExpression: undefined,
    sortKeys: parseSortKeys(sortKeys, limits.sortKeys),
    pageSize,
    cookie: cookie === '' ? undefined : cookie,
    offset,
    count,
    countOnly: false
  }
}
