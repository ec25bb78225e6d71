import type { Document, Provider, ProviderQuery, QueryResult } from '../declare/provider.ts'

/** What a query of a resource with a document-level rule is given beside: which documents may be in the answer. */
export interface JudgedQuery {
  readonly accepts?: (document: Document) => boolean
}

type Query = NonNullable<Provider['query']>

/** Where to go on in the provider's order: undefined at the start, null behind the end. */
type Place = string | null | undefined

/** How many documents are asked of the provider at a time where they are only counted or skipped. */
const stride = 1000

/**
 * A provider whose queries leave out what the document-level rule refuses, though it knows nothing of the rule: its pages
 * are read one after the other until as many allowed documents are found as were asked for. No page is larger than what
 * is missing, so that its cookie stands behind the last document that was taken.
 */
export function allowedPages (provider: Provider): Provider {
  const { query } = provider
  if (query === undefined) return provider
  return Object.create(provider, { query: { value: (request: ProviderQuery & JudgedQuery) => answer(query, request) } }) as Provider
}

async function answer (query: Query, { accepts, ...request }: ProviderQuery & JudgedQuery): Promise<QueryResult> {
  if (accepts === undefined) return query(request)
  const walk = (place: Place, wanted: number, take?: Document[]): Promise<Walked> => walkAllowed(query, request, accepts, place, wanted, take)
  const total = request.count === 'NONE' ? undefined : (await walk(undefined, Infinity)).met
  const skipped = await walk(request.cookie, request.offset)
  const results: Document[] = []
  const { place } = await walk(skipped.place, request.pageSize, results)
  // A cookie says that another page follows, so one must.
  const more = (await walk(place, 1)).met > 0
  return { results, cookie: more ? place ?? null : null, ...(total === undefined ? {} : { total, policy: 'EXACT' }) }
}

interface Walked {
  /** How many allowed documents were met. */
  readonly met: number
  readonly place: Place
}

/** Goes past the next `wanted` allowed documents behind a place, or as many as there are, and takes them. */
async function walkAllowed (query: Query, request: ProviderQuery, accepts: (document: Document) => boolean, from: Place, wanted: number, take?: Document[]): Promise<Walked> {
  let met = 0
  let place = from
  while (place !== null && met < wanted) {
    const pageSize = Math.min(wanted - met, stride)
    const page = await query({ ...request, cookie: place, pageSize, offset: 0, count: 'NONE' })
    const allowed = page.results.filter(accepts)
    met += allowed.length
    take?.push(...allowed)
    const next = page.cookie ?? null
    // A provider that stands still must not be asked for ever.
    place = next === place ? null : next
  }
  return { met, place }
}
