import type { QueryPage } from '../declare/handle.ts'
import type { Document } from '../declare/provider.ts'
import type { QueryString } from './address.ts'
import type { ClientQueryOptions } from './options.ts'

/**
 * A query: an async iterator over the documents of all pages, each page asked for when it is needed. It runs once; `page` and
 * `pages` ask anew whenever they are called. Nothing is sent before.
 *
 * @example
 * for await (const { id, content } of users.query({ filter: 'age ge 18' })) console.log(id, content.userName)
 */
export interface ClientQuery<Content> extends AsyncIterableIterator<Document<Content>> {
  /** The first page alone, with its cookie and total: that of `cookie` where the query names one. */
  page (): Promise<QueryPage<Content>>
  /** All pages, one after the other. */
  pages (): AsyncIterableIterator<QueryPage<Content>>
}

/** Makes a query of what asks for one page. */
export function createQuery<Content> (options: ClientQueryOptions, ask: (options: ClientQueryOptions) => Promise<QueryPage<Content>>): ClientQuery<Content> {
  async function * pages (): AsyncIterableIterator<QueryPage<Content>> {
    let next = options
    while (true) {
      const page = await ask(next)
      yield page
      if (page.cookie === null) return
      // An offset cannot be combined with a cookie, which has it behind it.
      const { offset, ...others } = options
      next = { ...others, cookie: page.cookie }
    }
  }
  async function * documents (): AsyncIterableIterator<Document<Content>> {
    for await (const { results } of pages()) yield * results
  }
  return Object.assign(documents(), { pages, page: async () => ask(options) })
}

/**
 * The query string of a query; what is empty asks for nothing.
 *
 * @throws TypeError for `sortKeys` and `fields` that are no lists
 */
export function queryString ({ filter, queryId, parameters = {}, sortKeys, pageSize, cookie, offset, count, fields }: ClientQueryOptions): QueryString {
  return [
    ...Object.entries(parameters),
    ['_queryFilter', filter],
    ['_queryId', queryId],
    ['_sortKeys', joined('sortKeys', sortKeys)],
    ['_pageSize', pageSize?.toString()],
    ['_pagedResultsCookie', cookie === '' ? undefined : cookie],
    ['_pagedResultsOffset', offset?.toString()],
    ['_totalPagedResultsPolicy', count],
    ['_fields', joined('fields', fields)]
  ]
}

/**
 * A list as the value of a parameter; an empty one asks for nothing.
 *
 * @throws TypeError for what is no list of strings, with the name of the option
 */
export function joined (name: string, values: readonly string[] | undefined): string | undefined {
  if (values === undefined) return undefined
  if (!Array.isArray(values) || !values.every((value) => typeof value === 'string')) throw new TypeError(`${name} must be an array of strings`)
  return values.length === 0 ? undefined : values.join(',')
}
