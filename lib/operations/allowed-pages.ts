import type { Document, Provider, ProviderQuery, QueryResult } from '../declare/provider.ts'
import { InternalServerError } from '../errors.ts'

/** What a query of a resource with a document-level rule is given beside: which documents may be in the answer. */
export interface JudgedQuery {
  readonly accepts?: (document: Document) => boolean
}

type Query = NonNullable<Provider['query']>

/** Where to go on in the provider's order: undefined at the start, null behind the end. */
type Place = string | null | undefined

/** The most documents that are asked of the provider at a time. */
const stride = 1000

/**
 * A provider whose queries leave out what the document-level rule refuses, though it knows nothing of the rule: its pages
 * are read one after the other until as many allowed documents are found as were asked for.
 */
export function allowedPages (provider: Provider): Provider {
  const { query } = provider
  return query === undefined ? provider : { ...provider, query: (request: ProviderQuery & JudgedQuery) => answer(query, request) }
}

async function answer (query: Query, { accepts, ...request }: ProviderQuery & JudgedQuery): Promise<QueryResult> {
  if (accepts === undefined) return query(request)
  const walk = createWalk(query, request, accepts)
  const total = request.count === 'NONE' ? undefined : (await walk(undefined, Infinity, stride)).met
  const skipped = await walk(request.cookie, request.offset, request.offset)
  const results: Document[] = []
  const { place } = await walk(skipped.place, request.pageSize, request.pageSize, results)
  // A cookie says that another page follows, so one must.
  const more = (await walk(place, 1, request.pageSize)).met > 0
  return { results, cookie: more ? place ?? null : null, ...(total === undefined ? {} : { total, policy: 'EXACT' }) }
}

interface Walked {
  /** How many allowed documents were met. */
  readonly met: number
  /** Behind the last of them. */
  readonly place: Place
}

/** Goes past the next `wanted` allowed documents behind a place, or as many as there are, and takes them. */
type Walk = (from: Place, wanted: number, firstSize: number, take?: Document[]) => Promise<Walked>

function createWalk (query: Query, request: ProviderQuery, accepts: (document: Document) => boolean): Walk {
  const ask = async (place: Place, size: number): Promise<QueryResult> => {
    const page = await query({ ...request, cookie: place ?? undefined, pageSize: size, offset: 0, count: 'NONE' })
    if (page.cookie != null && typeof page.cookie !== 'string') throw new InternalServerError('A provider returned a cookie that is no text')
    return page
  }
  return async (from, wanted, firstSize, take) => {
    let met = 0
    let place = from
    let size = Math.min(firstSize, stride)
    const places = new Set<Place>()
    // Nobody waits for an answer any more, or the provider goes round in circles: it must not be asked for ever.
    while (place !== null && met < wanted && !request.signal.aborted && !places.has(place)) {
      places.add(place)
      let page = await ask(place, size)
      const excess = positionOf(page.results, accepts, wanted - met)
      // The cookie must stand behind the last document that is taken, so the page is cut there by the provider itself.
      if (excess !== undefined && excess + 1 < page.results.length) page = await ask(place, excess + 1)
      const allowed = page.results.filter(accepts)
      met += allowed.length
      take?.push(...allowed)
      place = page.cookie ?? null
      // Where few are allowed, larger pages are worth their while.
      size = Math.min(size * 2, stride)
    }
    return { met, place }
  }
}

/** Where the `nth` allowed document of a page is; undefined where there are fewer. */
function positionOf (documents: readonly Document[], accepts: (document: Document) => boolean, nth: number): number | undefined {
  let left = nth
  const position = documents.findIndex((document) => accepts(document) && --left === 0)
  return position < 0 ? undefined : position
}
