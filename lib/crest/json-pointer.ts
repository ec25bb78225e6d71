import { isJsonObject } from '../json.ts'
import type { JsonValue } from '../json.ts'

/** The decoded reference tokens of a JSON pointer (RFC 6901 section 3); none is the whole document. */
export type JsonPointer = readonly string[]

// What the fragment of a URI cannot hold literally (RFC 3986 section 3.5), as Common REST pointers are written like
// one; brackets and non-ASCII characters are let through, as clients send them bare.
const illegal = /[\p{Cc}\p{Cs} "#<>\\^`{|}]/u
const escaped = /[\p{Cc} "#%<>\\^`{|}]/gu
const badTilde = /~(?![01])/
const index = /^(?:0|[1-9][0-9]*)$/

/**
 * The tokens of a pointer as Common REST writes it, or undefined where it is malformed. The leading `/` is optional, one
 * trailing `/` is ignored, `""` and `/` are the whole document; `%XX` (UTF-8, RFC 6901 section 6) and `~0` `~1`
 * (RFC 6901 section 4) are decoded, any other `~` is literal.
 * Malformed: an illegal character, a bad escape, U+0000, and `__proto__`, so that no pointer ever reaches a prototype.
 * (Common REST, JSON pointers of patches, filters and fields.)
 *
 * @example
 * parseJsonPointer('name/first') // ['name', 'first']
 */
export function parseJsonPointer (text: string): JsonPointer | undefined {
  if (illegal.test(text)) return undefined
  if (text === '' || text === '/') return []
  const start = text.startsWith('/') ? 1 : 0
  const tokens: string[] = []
  for (const raw of text.slice(start, text.endsWith('/') ? -1 : undefined).split('/')) {
    const token = decodeToken(raw)
    if (token === undefined || token === '__proto__' || token.includes('\0')) return undefined
    tokens.push(token)
  }
  return tokens
}

/**
 * The text of a pointer: RFC 6901 with its leading `/`, the whole document being `""`. What a Common REST pointer cannot
 * hold literally is written `%XX`, and an empty last token is followed by one more `/`, so that
 * {@link parseJsonPointer} gives the same tokens back.
 *
 * @example
 * formatJsonPointer(['a/b', 'c d']) // '/a~1b/c%20d'
 */
export function formatJsonPointer (tokens: JsonPointer): string {
  const text = tokens.map(token => `/${encodeToken(token)}`).join('')
  return tokens.at(-1) === '' ? `${text}/` : text
}

/**
 * The tokens of a pointer as RFC 6901 section 3 writes it, or undefined where it is malformed. `""` is the whole document,
 * any other text begins with `/`; `/` names the member `""`, `%` is literal, and `~` stands only before `0` or `1`.
 * `__proto__` is malformed, so that no pointer ever reaches a prototype.
 *
 * @example
 * parseStrictPointer('/50%/a~1b/') // ['50%', 'a/b', '']
 */
export function parseStrictPointer (text: string): JsonPointer | undefined {
  if (text === '') return []
  if (!text.startsWith('/') || badTilde.test(text)) return undefined
  const tokens = text.slice(1).split('/').map(unescapeToken)
  return tokens.includes('__proto__') ? undefined : tokens
}

/** The text of a pointer as RFC 6901 section 3 writes it; {@link parseStrictPointer} gives the same tokens back. */
export function formatStrictPointer (tokens: JsonPointer): string {
  return tokens.map(token => `/${escapeToken(token)}`).join('')
}

/** The position that `token` names in an array, `0` or digits without a leading zero (RFC 6901 section 4), else undefined. */
export function arrayIndex (token: string): number | undefined {
  return index.test(token) ? Number(token) : undefined
}

/**
 * What `pointer` addresses in `value`, by own properties only; undefined where there is nothing (RFC 6901 section 4).
 * `-` never addresses anything.
 */
export function resolvePointer (value: JsonValue | undefined, pointer: JsonPointer): JsonValue | undefined {
  let current = value
  for (const token of pointer) {
    if (typeof current !== 'object' || current === null) return undefined
    if (isJsonObject(current)) {
      current = Object.hasOwn(current, token) ? current[token] : undefined
    } else {
      const position = arrayIndex(token)
      current = position === undefined ? undefined : current[position]
    }
  }
  return current
}

function decodeToken (raw: string): string | undefined {
  try {
    return unescapeToken(decodeURIComponent(raw))
  } catch {
    return undefined
  }
}

function encodeToken (token: string): string {
  // One byte each, below U+0080, or a C1 control character of two bytes: all known to encodeURIComponent.
  return escapeToken(token).replace(escaped, character => encodeURIComponent(character))
}

function unescapeToken (raw: string): string {
  return raw.replaceAll('~1', '/').replaceAll('~0', '~')
}

function escapeToken (token: string): string {
  return token.replaceAll('~', '~0').replaceAll('/', '~1')
}
