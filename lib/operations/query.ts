import { andThen } from '../awaitable.ts'
import { readQueryFilter } from '../crest/query-filter-cache.ts'
import { FilterTooLarge } from '../crest/query-filter-parser.ts'
import type { QueryFilter } from '../crest/query-filter.ts'
import { isTrusted } from '../decision/ask.ts'
import type { Ask, AskQuery } from '../decision/ask.ts'
import type { TargetState } from '../decision/state-rows.ts'
import { askRule } from '../decision/document-rule.ts'
import type { Document, Provider, ProviderQuery, QueryResult } from '../declare/provider.ts'
import { metadataRow } from '../decision/order.ts'
import { trace } from '../decision/trace.ts'
import { InternalServerError, NotImplemented } from '../errors.ts'
import type { Awaitable } from '../json.ts'
import type { FilterLimits } from '../limits.ts'
import type { JudgedQuery } from './allowed-pages.ts'
import { judgeTarget, providerRequest, readTarget } from './current.ts'
import type { Outcome } from './outcome.ts'
import { checkPage } from './provider-results.ts'

/** Query: GET and HEAD of a collection. */
export function query (ask: Ask): Awaitable<Outcome> {
  const { contract: { provider }, query: asked } = ask
  if (provider.query === undefined || asked === undefined) throw new NotImplemented('query is not offered here')
  return andThen(readTarget(ask), (state: TargetState = { kind: 'collection' }) => {
    const judged = judgeTarget(ask, state)
    if (judged !== undefined) return judged
    // As a method: a provider may be an instance of a class.
    return andThen((provider as Required<Provider>).query(toRequest(ask, asked)), (given) => {
      const page = checkPage(given, ask)
      return { kind: 'results', page: asked.countOnly ? withoutResults(page) : page }
    })
  })
}

function toRequest (ask: Ask, asked: AskQuery): ProviderQuery & JudgedQuery {
  const { pageSize, allows } = ask.resource
  const { sortKeys, cookie, offset, count, countOnly } = asked
  return providerRequest(ask, {
    filter: chooseFilter(ask, asked),
    sortKeys,
    pageSize: countOnly ? 1 : boundPageSize(asked.pageSize, pageSize),
    cookie,
    offset,
    count,
    ...(allows === undefined || isTrusted(ask) ? {} : { accepts: (document: Document) => askRule(ask, document) === true })
  })
}

/** The answer to `_countOnly`. */
function withoutResults (page: Required<QueryResult>): Required<QueryResult> {
  if (page.policy === 'NONE') throw new NotImplemented('This resource cannot count')
  return { ...page, results: [], cookie: null }
}

/** That of the request, or the one that the query of this name makes of the request's parameters. */
function chooseFilter ({ resource, parameters }: Ask, { filter, queryId }: AskQuery): QueryFilter {
  if (queryId === undefined) return filter
  const named = resource.queries.get(queryId)
  if (named === undefined) throw new NotImplemented('The query is not offered here')
  return readResult(named(parameters), `The query ${queryId} of ${resource.path}`, resource.limits)
}

/** What a named query returned is the declaration's: nothing of it is the client's fault, but how much it is. */
function readResult (text: unknown, name: string, limits: FilterLimits): QueryFilter {
  if (typeof text !== 'string') {
    // An async function, which is a mistake: where it rejects too, that must not end the process.
    if (text instanceof Promise) text.catch(() => {})
    throw new InternalServerError(`${name} did not return a text`)
  }
  try {
    return readQueryFilter(text, limits)
  } catch (cause) {
    if (cause instanceof FilterTooLarge) throw trace(cause, metadataRow)
    throw new InternalServerError(`${name} returned no query filter`, { cause })
  }
}

/** `max` caps every answer, also one that asks for no page (ruling R7). */
function boundPageSize (asked: number, bounds: Ask['resource']['pageSize']): number {
  const wanted = asked === 0 ? bounds.default ?? bounds.max : asked
  return Math.min(wanted, bounds.max)
}
