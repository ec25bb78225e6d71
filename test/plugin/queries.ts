import type { FastifyInstance, LightMyRequestResponse } from 'fastify'
import { memoryStore } from '../../lib/index.ts'
import type { JsonObject, Store, StoreQuery } from '../../lib/index.ts'
import { sqliteStore } from '../../lib/sqlite.ts'

/** The body of an answered query. */
export interface Page {
  readonly result: ReadonlyArray<JsonObject & { readonly _id: string, readonly _rev: string }>
  readonly resultCount: number
  readonly pagedResultsCookie: string | null
  readonly totalPagedResultsPolicy: string
  readonly totalPagedResults: number
  readonly remainingPagedResults: number
}

/** The stores that must answer every query alike. */
export const stores: ReadonlyArray<readonly [name: string, make: () => Store]> = [
  ['memory', memoryStore],
  ['SQLite', () => sqliteStore(':memory:')]
]

/** A store that notes what its collections are asked. */
export function noting (inner: Store): { readonly store: Store, readonly asked: StoreQuery[] } {
  const asked: StoreQuery[] = []
  const store: Store = {
    collection (path, rules) {
      const collection = inner.collection(path, rules)
      return {
        read: (id) => collection.read(id),
        insert: (id, content) => collection.insert(id, content),
        replace: (id, revision, content) => collection.replace(id, revision, content),
        remove: (id, revision) => collection.remove(id, revision),
        query (request) { asked.push(request); return collection.query(request) },
        purge: () => collection.purge()
      }
    },
    collections: () => inner.collections(),
    secret: () => inner.secret(),
    attach: () => inner.attach(),
    detach: () => inner.detach()
  }
  return { store, asked }
}

/** Parameters of a query by name without the underscore, values not yet encoded. */
export type QueryWords = Readonly<Record<string, string | number>>

/** The path and query string of a query. */
export function urlOf (words: QueryWords, path: string = '/things'): string {
  return `${path}?${Object.entries(words).map(([name, value]) => `_${name}=${encodeURIComponent(value)}`).join('&')}`
}

/** Sends a query. */
export async function ask (app: FastifyInstance, words: QueryWords, path?: string): Promise<LightMyRequestResponse> {
  return app.inject(urlOf(words, path))
}

/** Sends a query that must be answered. */
export async function get (app: FastifyInstance, words: QueryWords = {}, path?: string): Promise<Page> {
  const response = await ask(app, words, path)
  if (response.statusCode !== 200) throw new Error(`${urlOf(words, path)} is ${response.statusCode} ${response.body}`)
  return response.json<Page>()
}

/** The ids of a page, in their order. */
export function ids ({ result }: Page): string {
  return result.map(({ _id }) => _id).join(' ')
}
