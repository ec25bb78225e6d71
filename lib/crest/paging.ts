import { createHmac, timingSafeEqual } from 'node:crypto'
import { andThen } from '../awaitable.ts'
import { BadRequest } from '../errors.ts'
import type { Awaitable } from '../json.ts'
import { remember } from '../remember.ts'
import { ranks } from './comparable.ts'
import type { Comparable } from './comparable.ts'
import type { SortPosition } from './sort-order.ts'

/** The keys of paged results cookies: the first signs, all verify, so that keys can be rotated. */
export type PagingKeys = readonly string[]

/** Seals the place where a page ends into an opaque, tamper-proof cookie, and opens it again. */
export interface Paging {
  /** The cookie of the page after `position`, good for the query that `bound` describes. */
  readonly seal: (position: SortPosition, bound: string) => Awaitable<string>
  /** The position that a cookie holds; `BadRequest` for an altered or foreign cookie. */
  readonly open: (cookie: string, bound: string) => Awaitable<SortPosition>
}

/** Paged results cookies under these keys, or under the one key that a store keeps. */
export function createPaging (keys: PagingKeys | (() => Awaitable<string>)): Paging {
  const load = (): Awaitable<PagingKeys> => typeof keys === 'function' ? andThen(keys(), (key) => [key]) : keys
  return {
    seal: (position, bound) => andThen(load(), ([key = '']) => sealed(key, writePosition(position), bound)),
    open: (cookie, bound) => andThen(load(), (known) => {
      const [encoded = ''] = cookie.split('.', 1)
      const text = Buffer.from(encoded, 'base64url').toString()
      // Compared as text: base64url has several spellings of the same bytes, and all but one of them are altered.
      const given = Buffer.from(cookie)
      const genuine = known.some((key) => {
        const expected = Buffer.from(sealed(key, text, bound))
        return given.length === expected.length && timingSafeEqual(given, expected)
      })
      const position = genuine ? readPosition(text) : undefined
      if (position === undefined) throw new BadRequest('_pagedResultsCookie belongs to another filter, order or collection, or was altered')
      return position
    })
  }
}

function sealed (key: string, text: string, bound: string): string {
  // No line feed is in JSON, so that none but the last one ends a key.
  return `${Buffer.from(text).toString('base64url')}.${signature(`${key}\n${JSON.stringify([text, bound])}`)}`
}

/** Of a key, a line feed and what is signed. Clients read the same first pages again and again, of which it is the dearest part. */
const signature = remember((keyed) => {
  const end = keyed.lastIndexOf('\n')
  return createHmac('sha256', keyed.slice(0, end)).update(keyed.slice(end + 1)).digest('base64url')
})

function writePosition ({ values, id }: SortPosition): string {
  return JSON.stringify([values.map(({ rank, value }) => [rank, value]), id])
}

/** Undefined for what only another release of this library can have signed. */
function readPosition (text: string): SortPosition | undefined {
  const [pairs, id, ...others] = parseList(text)
  if (!Array.isArray(pairs) || typeof id !== 'string' || others.length > 0) return undefined
  const values = pairs.map(readComparable)
  return values.every((value) => value !== undefined) ? { values, id } : undefined
}

function readComparable (pair: unknown): Comparable | undefined {
  const [rank, value, ...others]: readonly unknown[] = Array.isArray(pair) ? pair : []
  const known = Object.values(ranks).find((name) => name === rank)
  const fits = known === ranks.string ? typeof value === 'string' : typeof value === 'number'
  return known === undefined || !fits || others.length > 0 ? undefined : { rank: known, value: value as Comparable['value'] }
}

function parseList (text: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(text)
    return Array.isArray(value) ? value : []
  } catch {
    return []
  }
}
