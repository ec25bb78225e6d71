import { quoted } from './json-content.ts'
import { parseJsonPointer } from './json-pointer.ts'
import type { JsonPointer } from './json-pointer.ts'
import { BadRequest } from '../errors.ts'
import { defaultLimits } from '../limits.ts'

/** One sort key of a query (Common REST `_sortKeys`). */
export interface SortKey {
  readonly pointer: JsonPointer
  readonly descending: boolean
}

/**
 * Reads the values of `_sortKeys`: comma lists of JSON pointers, each with an optional `+` (also read from the
 * blank that an unescaped `+` decodes to) or `-` in front; several parameters accumulate, the first key is primary.
 * A sign alone is the whole document, which orders nothing (Common REST, sort keys).
 *
 * @throws BadRequest for an empty key, a malformed pointer, or more than `most` keys
 */
export function parseSortKeys (values: readonly string[], most: number = defaultLimits.sortKeys): readonly SortKey[] {
  const texts = values.flatMap((value) => {
    const keys = value.split(',')
    if (keys.length > 1 && keys.at(-1) === '') keys.pop()
    return keys
  })
  if (texts.length > most) throw new BadRequest(`_sortKeys names more than ${most} keys`)
  return texts.map(parseSortKey)
}

function parseSortKey (text: string): SortKey {
  const sign = /^[ +-]/.exec(text)?.[0]
  const path = (sign === undefined ? text : text.slice(1)).trim()
  const pointer = text === '' ? undefined : parseJsonPointer(path)
  if (pointer === undefined) {
    throw new BadRequest(`_sortKeys holds ${quoted(text)}, which is not a sort key`)
  }
  return { pointer, descending: sign === '-' }
}
