import type { Ask } from '../decision/ask.ts'
import { NotImplemented } from '../errors.ts'
import { judgeTarget, providerRequest, readTarget } from './current.ts'
import type { Outcome } from './outcome.ts'
import { checkPage } from './provider-results.ts'

/** Query: GET and HEAD of a collection. */
export async function query (ask: Ask): Promise<Outcome> {
  const { provider, pageSize } = ask.resource
  if (provider.query === undefined || ask.query === undefined) throw new NotImplemented('query is not offered here')
  judgeTarget(ask, await readTarget(ask) ?? { kind: 'collection' })
  const { filter, sortKeys, cookie, offset, count } = ask.query
  const page = await provider.query(providerRequest(ask, {
    filter,
    sortKeys,
    pageSize: boundPageSize(ask.query.pageSize, pageSize),
    cookie,
    offset,
    count
  }))
  return { kind: 'results', page: checkPage(page, ask) }
}

/** `max` caps every answer, also one that asks for no page (ruling R7). */
function boundPageSize (asked: number, bounds: Ask['resource']['pageSize']): number {
  const wanted = asked === 0 ? bounds.default ?? bounds.max : asked
  return Math.min(wanted, bounds.max)
}
