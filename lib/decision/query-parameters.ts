import type { RawParameter } from '../crest/parameters.ts'
import { readQueryFilter } from '../crest/query-filter-cache.ts'
import { parseSortKeys } from '../crest/sort-keys.ts'
import { countPolicies } from '../declare/provider.ts'
import type { CountPolicy } from '../declare/provider.ts'
import { BadRequest, NotImplemented } from '../errors.ts'
import { defaultLimits } from '../limits.ts'
import type { ResourceLimits } from '../limits.ts'
import type { AskQuery } from './ask.ts'

type Reserved = ReadonlyMap<string, readonly RawParameter[]>

const selectors = ['_queryFilter', '_queryId', '_queryExpression'] as const
const showing = ['_pageSize', '_pagedResultsCookie', '_pagedResultsOffset', '_sortKeys', '_totalPagedResultsPolicy', '_fields'] as const
const largest = 2 ** 31 - 1

// Requests with the same query string share their parameters, and so what is read from them within the same limits.
const known = new WeakMap<Reserved, { readonly limits: ResourceLimits, readonly query: AskQuery }>()

/**
 * Reads the parameters of a query (Common REST; decision order 3.8). A parameter without a value counts as empty.
 *
 * @throws BadRequest for the first that is malformed, and for combinations that exclude each other
 */
export function readQueryParameters (reserved: Reserved, limits: ResourceLimits = defaultLimits): AskQuery {
  const before = known.get(reserved)
  if (before?.limits === limits) return before.query
  const query = read(reserved, limits)
  known.set(reserved, { limits, query })
  return query
}

function read (reserved: Reserved, limits: ResourceLimits): AskQuery {
  const value = (name: string): string | undefined => reserved.get(name.toLowerCase())?.[0]?.value
  const given = selectors.filter((name) => value(name) !== undefined)
  if (given.length > 1) throw new BadRequest(`${given.join(' and ')} cannot be combined`)
  const sortKeys = parseSortKeys(reserved.get('_sortkeys')?.map((parameter) => parameter.value) ?? [], limits.sortKeys)
  const pageSize = readCount('_pageSize', value('_pageSize'))
  const offset = readCount('_pagedResultsOffset', value('_pagedResultsOffset'))
  const cookie = value('_pagedResultsCookie') === '' ? undefined : value('_pagedResultsCookie')
  if (offset > 0 && cookie !== undefined) throw new BadRequest('_pagedResultsOffset and _pagedResultsCookie cannot be combined')
  const countOnly = readCountOnly(value('_countOnly'), given, reserved)
  const { filter, unoffered } = readFilter(value('_queryFilter') ?? 'true', limits)
  return {
    filter,
    unoffered,
    queryId: value('_queryId'),
    queryExpression: value('_queryExpression'),
    sortKeys,
    pageSize,
    cookie,
    offset,
    count: countOnly ? 'EXACT' : readPolicy(value('_totalPagedResultsPolicy')),
    countOnly
  }
}

/** Only the number of documents is answered, so what says which of them to show makes no sense (Common REST, protocol 2.2). */
function readCountOnly (value: string | undefined, selected: readonly string[], reserved: Reserved): boolean {
  if (value === undefined || value === '') return false
  if (!/^(?:true|false)$/i.test(value)) throw new BadRequest('_countOnly must be true or false')
  if (value.toLowerCase() === 'false') return false
  if (selected.length === 0) throw new BadRequest(`_countOnly needs one of ${selectors.join(', ')}`)
  const other = showing.find((name) => reserved.has(name.toLowerCase()))
  if (other !== undefined) throw new BadRequest(`_countOnly and ${other} cannot be combined`)
  return true
}

function readFilter (text: string, limits: ResourceLimits): Pick<AskQuery, 'filter' | 'unoffered'> {
  try {
    return { filter: readQueryFilter(text, limits), unoffered: undefined }
  } catch (error) {
    if (error instanceof NotImplemented) return { filter: { kind: 'literal', value: false }, unoffered: error.message }
    throw error
  }
}

function readCount (name: string, value: string | undefined): number {
  if (value === undefined) return 0
  const count = /^\+?\d{1,10}$/.test(value) ? Number(value) : NaN
  if (!(count <= largest)) throw new BadRequest(`${name} must be an integer from 0 to ${largest}`)
  return count
}

function readPolicy (value: string | undefined): CountPolicy {
  if (value === undefined) return 'NONE'
  const policy = countPolicies.find((name) => name === value.toUpperCase())
  if (policy === undefined) throw new BadRequest(`_totalPagedResultsPolicy must be one of ${countPolicies.join(', ')}`)
  return policy
}
