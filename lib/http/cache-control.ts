/** The two facts that decide whether, and where, an answer may be stored. */
export interface Cacheability {
  /** Whether the answer has an `ETag`, so that a stored copy can be validated. */
  readonly entityTag: boolean
  /** Whether the resource asks who the caller is. */
  readonly authenticated: boolean
}

/**
 * The `Cache-Control` of an answer (RFC 9111 section 5.2.2): with an entity tag it may be stored but is validated
 * before each use (`no-cache`), without one it is not stored at all (`no-store`), because a cache may reuse a 404,
 * 405, 410 or 501 on its own account and must not store a 428 (RFC 9110 section 15.1, RFC 6585 section 3). Where
 * callers are authenticated, `private` keeps it out of shared caches.
 *
 * @example
 * cacheControl({ entityTag: true, authenticated: true }) // 'private, no-cache'
 */
export function cacheControl ({ entityTag, authenticated }: Cacheability): string {
  const directive = entityTag ? 'no-cache' : 'no-store'
  return authenticated ? `private, ${directive}` : directive
}
