import { createHmac, timingSafeEqual } from 'node:crypto'
import { BadRequest } from '../errors.ts'
import type { Awaitable } from '../json.ts'

/** The keys of paged results cookies: the first signs, all verify, so that keys can be rotated. */
export type PagingKeys = readonly string[]

/** Seals the key of a page into an opaque, tamper-proof cookie, and opens it again. */
export interface Paging {
  /** The cookie of the page after the document `id`, good for the query that `bound` describes. */
  readonly seal: (id: string, bound: string) => Promise<string>
  /** The id that a cookie holds; `BadRequest` for an altered or foreign cookie. */
  readonly open: (cookie: string, bound: string) => Promise<string>
}

/** Paged results cookies under these keys, or under the one key that a store keeps. */
export function createPaging (keys: PagingKeys | (() => Awaitable<string>)): Paging {
  const load = async (): Promise<PagingKeys> => typeof keys === 'function' ? [await keys()] : keys
  return {
    async seal (id, bound) {
      const [key = ''] = await load()
      return sealed(key, id, bound)
    },
    async open (cookie, bound) {
      const [text = ''] = cookie.split('.', 1)
      const id = Buffer.from(text, 'base64url').toString()
      // Compared as text: base64url has several spellings of the same bytes, and all but one of them are altered.
      const given = Buffer.from(cookie)
      const genuine = (await load()).some((key) => {
        const expected = Buffer.from(sealed(key, id, bound))
        return given.length === expected.length && timingSafeEqual(given, expected)
      })
      if (!genuine) throw new BadRequest('_pagedResultsCookie is not one of this query')
      return id
    }
  }
}

function sealed (key: string, id: string, bound: string): string {
  const signature = createHmac('sha256', key).update(JSON.stringify([id, bound])).digest('base64url')
  return `${Buffer.from(id).toString('base64url')}.${signature}`
}
