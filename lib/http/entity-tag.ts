/** An entity tag (RFC 9110 section 8.8.3): what stands between its quotes, and whether `W/` stood before them. */
export interface EntityTag {
  readonly weak: boolean
  readonly opaque: string
}

/** What an `If-Match` or `If-None-Match` asks for: any representation (`*`), or one of at least one tag. */
export type TagCondition =
  | { readonly kind: 'any' }
  | { readonly kind: 'tags', readonly tags: readonly EntityTag[] }

/** A condition as it was read; `reason` completes the sentence "`If-Match` cannot be read: …". */
export type ParsedTagCondition = TagCondition | { readonly kind: 'malformed', readonly reason: string }

// etagc (RFC 9110 section 8.8.3); Node hands header bytes from 0x80 up on as Latin-1 characters
const opaqueText = /^[!#-~\x80-\xff]*$/

// etagc without the comma and the star
const unquotedTag = /^[!#-)+\x2d-~\x80-\xff]+$/

const revisionText = /^[!#-~]+$/

/**
 * Reads the value of `If-Match` or `If-None-Match` (RFC 9110 sections 13.1.1 and 13.1.2) in linear time.
 * Never throws; a value that cannot be read is `malformed`, so that it is answered 400 and never taken as absent.
 *
 * Two liberties for deployed clients: one unquoted tag alone is the strong tag of that text, and `"*"` is `*`.
 *
 * @param field the header value; several lines are one list, joined with commas
 * @example
 * parseTagCondition('W/"a", "b"')
 * // { kind: 'tags', tags: [{ weak: true, opaque: 'a' }, { weak: false, opaque: 'b' }] }
 */
export function parseTagCondition (field: string): ParsedTagCondition {
  const text = trimWhitespace(field)
  if (text === '') return malformed('the value is empty')
  if (text === '*') return { kind: 'any' }
  return text.includes('"') ? parseList(text) : parseUnquoted(text)
}

/**
 * The strong entity tag of a revision, as it stands in `ETag` (RFC 9110 section 8.8.3).
 *
 * @param revision a text for which {@link isRevision} holds; it is not checked again
 * @example
 * formatEntityTag('7') // '"7"'
 */
export function formatEntityTag (revision: string): string {
  return `"${revision}"`
}

/**
 * Whether `text` can be a revision: at least one visible ASCII character, no double quote, and not `*` alone,
 * which as a quoted tag would mean "any". Such a text survives every header and every proxy unchanged.
 *
 * @example
 * isRevision('3-af') // true
 */
export function isRevision (text: string): boolean {
  return text !== '*' && revisionText.test(text)
}

/** Strong comparison (RFC 9110 section 8.8.3.2): neither tag is weak and their texts are equal. */
export function matchesStrongly (a: EntityTag, b: EntityTag): boolean {
  return !a.weak && !b.weak && a.opaque === b.opaque
}

/** Weak comparison (RFC 9110 section 8.8.3.2): the texts are equal, whatever `W/` says. */
export function matchesWeakly (a: EntityTag, b: EntityTag): boolean {
  return a.opaque === b.opaque
}

function parseUnquoted (text: string): ParsedTagCondition {
  // `W/abc` is a weak tag that lost its quotes: taking it for a strong one would let a write through
  if (text.startsWith('W/') || !unquotedTag.test(text)) return malformed('an entity tag is not in double quotes')
  return { kind: 'tags', tags: [{ weak: false, opaque: text }] }
}

function parseList (text: string): ParsedTagCondition {
  const tags: EntityTag[] = []
  let index = 0
  while (index < text.length) {
    index = skipWhitespace(text, index)
    // RFC 9110 section 5.6.1.2: empty list elements are ignored
    if (text[index] === ',') {
      index++
      continue
    }
    const weak = text.startsWith('W/', index)
    const open = weak ? index + 2 : index
    if (text[open] !== '"') return malformed('an entity tag is not in double quotes')
    const close = text.indexOf('"', open + 1)
    if (close === -1) return malformed('a double quote is not closed')
    const opaque = text.slice(open + 1, close)
    if (!opaqueText.test(opaque)) return malformed('an entity tag contains white space or a control character')
    tags.push({ weak, opaque })
    index = skipWhitespace(text, close + 1)
    if (index < text.length && text[index] !== ',') return malformed('two entity tags are not separated by a comma')
    index++
  }
  if (!tags.some(isQuotedStar)) return { kind: 'tags', tags }
  return tags.length === 1 ? { kind: 'any' } : malformed('a star stands among other entity tags')
}

function isQuotedStar (tag: EntityTag): boolean {
  return !tag.weak && tag.opaque === '*'
}

function malformed (reason: string): ParsedTagCondition {
  return { kind: 'malformed', reason }
}

// String.prototype.trim would also remove U+00A0, which is etagc
function trimWhitespace (text: string): string {
  const start = skipWhitespace(text, 0)
  let end = text.length
  while (end > start && isWhitespace(text[end - 1])) end--
  return text.slice(start, end)
}

function skipWhitespace (text: string, from: number): number {
  let index = from
  while (isWhitespace(text[index])) index++
  return index
}

function isWhitespace (character: string | undefined): boolean {
  return character === ' ' || character === '\t'
}
