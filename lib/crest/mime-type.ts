import { BadRequest } from '../errors.ts'
import type { JsonValue } from '../json.ts'
import { excerpt } from './json-content.ts'
import { parseJsonPointer } from './json-pointer.ts'
import type { JsonPointer } from './json-pointer.ts'

/** The value of a field as the content of an answer. */
export interface RenderedField {
  readonly body: Buffer | string
  readonly contentType: string
  /** How a browser is to treat content that came from anywhere (RFC 6266 section 4.2). */
  readonly disposition: 'attachment' | undefined
}

// restricted-name of RFC 6838 section 4.2, which has no star
const name = '[a-z0-9][a-z0-9!#$&^_.+-]{0,126}'

// parameters = *( OWS ";" OWS [ parameter ] ), RFC 9110 section 5.6.6, written so that matching is linear
const mediaType = new RegExp(
  `^[\\t ]*(${name}/${name})(?:[\\t ]*;(?:[\\t ]*[!#$%&'*+.^_\`|~\\w-]+=(?:[!#$%&'*+.^_\`|~\\w-]+|"(?:[\\t !#-[\\]-~]|\\\\[\\t -~])*"))?)*[\\t ]*$`,
  'i'
)

// RFC 4648 sections 4 and 5: one alphabet throughout, padding at the end
const base64 = /^(?:[A-Za-z0-9_-]*|[A-Za-z0-9+/]*)(={0,2})$/

/** Pictures that hold nothing but pixels; SVG may hold scripts. */
const safeImages: ReadonlySet<string> = new Set(['image/avif', 'image/bmp', 'image/gif', 'image/jpeg', 'image/png', 'image/webp'])

/**
 * The media type that a `_mimeType` parameter names, in lower case and without parameters; undefined where it is
 * malformed, a list or a wildcard. (Common REST, `_mimeType`.)
 *
 * @example
 * parseMimeType('Image/PNG; q=1') // 'image/png'
 */
export function parseMimeType (value: string): string | undefined {
  return mediaType.exec(value)?.[1]?.toLowerCase()
}

/**
 * The value of one field in the media type that `_mimeType` asks for: `text/plain` is the text itself, or the JSON of
 * what is none; any other type is the bytes that a text holds in base64url or base64. `application/json` is no raw
 * field and not for here. All but plain text and {@link safeImages} is to be saved and not shown. (Common REST,
 * `_mimeType`.)
 *
 * @param type in lower case, as {@link parseMimeType} gives it
 * @throws BadRequest where the value is no such text; nothing is ever skipped or guessed
 */
export function renderField (type: string, value: JsonValue): RenderedField {
  if (type === 'text/plain') {
    return { body: typeof value === 'string' ? value : JSON.stringify(value), contentType: 'text/plain; charset=utf-8', disposition: undefined }
  }
  const body = typeof value === 'string' ? decodeBase64(value) : undefined
  if (body === undefined) throw new BadRequest(`The field holds no base64url text, so it cannot be read as ${excerpt(type)}`)
  return { body, contentType: type, disposition: safeImages.has(type) ? undefined : 'attachment' }
}

/**
 * The one field that `_mimeType` needs: `_fields` is given once and has one pointer, which is neither the whole document
 * nor has a `*`; otherwise undefined. As elsewhere, commas at the end are ignored. (Common REST, `_mimeType`.)
 *
 * @param values those of `_fields`
 */
export function singleField (values: readonly string[]): JsonPointer | undefined {
  const [value, ...others] = values
  if (value === undefined || others.length > 0) return undefined
  const texts = value.split(',').map(text => text.trim())
  while (texts.at(-1) === '') texts.pop()
  const [text, ...more] = texts
  const pointer = text === undefined || more.length > 0 ? undefined : parseJsonPointer(text)
  return pointer === undefined || pointer.length === 0 || pointer.includes('*') ? undefined : pointer
}

/** Node's own decoder ignores what it does not know. */
function decodeBase64 (text: string): Buffer | undefined {
  const padding = base64.exec(text)?.[1]?.length
  if (padding === undefined) return undefined
  const digits = text.length - padding
  // A last group of one digit is less than a byte; a padded text has groups of four (RFC 4648 section 3.2).
  const complete = padding === 0 ? digits % 4 !== 1 : text.length % 4 === 0
  return complete ? Buffer.from(text, 'base64') : undefined
}
