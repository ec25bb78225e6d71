import { LRUCache } from 'lru-cache'

/** So many results are kept, of texts no longer than this: what strangers send must not fill the memory. */
const most = 500
const longest = 1000

/**
 * As `read`, but what was read lately is not read again: clients send the same few header fields and query strings over and
 * over. Requests share the result, so nobody may change it.
 *
 * @param read a pure function; what it throws is not remembered
 * @example
 * const readType = remember(parseMediaType)
 */
export function remember<Result> (read: (text: string) => Result): (text: string) => Result {
  const known = new LRUCache<string, { readonly result: Result }>({ max: most })
  return (text) => {
    const before = known.get(text)
    if (before !== undefined) return before.result
    const result = read(text)
    if (text.length <= longest) known.set(text, { result })
    return result
  }
}
