import { BadRequest } from '../errors.ts'
import { isJsonObject } from '../json.ts'
import type { JsonValue } from '../json.ts'
import { foldCase } from './case-folding.ts'
import { excerpt, textProblem } from './json-content.ts'

/** A part of `multipart/form-data` content (RFC 7578). */
export interface Part {
  /** Undefined where its `Content-Disposition` has no `name`: then nothing can refer to it. */
  readonly name: string | undefined
  readonly bytes: Uint8Array
  readonly filename: string | undefined
  /** Its media type, without parameters. */
  readonly mimetype: string
}

const reference = /^cid:(.+)#(content|filename|mimetype)$/is

/** Parts by name, whose case does not matter; of several with the same name the first counts. */
export function partsByName (parts: readonly Part[]): ReadonlyMap<string, Part> {
  const named = new Map<string, Part>()
  for (const part of parts) {
    const key = part.name === undefined ? undefined : foldCase(part.name)
    if (key !== undefined && !named.has(key)) named.set(key, part)
  }
  return named
}

/**
 * The JSON part of multipart content, with what it refers to in other parts put in: an object whose only member is
 * `$ref`, in any case, with a text `cid:NAME#KIND` becomes the bytes of that part in base64url without padding
 * (`content`), its file name (`filename`) or its media type (`mimetype`). An object with other members stays, and is
 * looked into. What is put in is not looked into. (Common REST, multipart/form-data.)
 *
 * @param value parsed content, of limited depth
 * @param parts as {@link partsByName} gives them
 * @param maxText how many characters may be put in altogether: a part can be named many times, and a small request must
 * not become a huge document
 * @throws BadRequest for a `$ref` that is no such text, names no part, or names what the part does not have, and for
 * more text than `maxText`
 * @example
 * resolveReferences({ photo: { $ref: 'cid:file#content' } }, partsByName([part]), 1000) // { photo: 'iVBORw0K' }
 */
export function resolveReferences (value: JsonValue, parts: ReadonlyMap<string, Part>, maxText: number): JsonValue {
  let room = maxText

  function resolve (current: JsonValue): JsonValue {
    if (typeof current !== 'object' || current === null) return current
    if (!isJsonObject(current)) return current.map(resolve)
    const members = Object.entries(current) as ReadonlyArray<[string, JsonValue]>
    const [only, ...others] = members
    if (only !== undefined && others.length === 0 && only[0].toLowerCase() === '$ref') return follow(only[1])
    // Object.fromEntries defines own properties, whatever their names are.
    return Object.fromEntries(members.map(([name, member]) => [name, resolve(member)]))
  }

  function follow (target: JsonValue): string {
    const [, name, kind] = typeof target === 'string' ? reference.exec(target) ?? [] : []
    if (name === undefined || kind === undefined) throw new BadRequest('A $ref must be a text "cid:NAME#KIND", where KIND is content, filename or mimetype')
    const part = parts.get(foldCase(name))
    if (part === undefined) throw new BadRequest(`The content has no part "${excerpt(name)}" to refer to`)
    switch (kind.toLowerCase()) {
      case 'content': return encode(part.bytes)
      case 'filename': return copy(part.filename, `The file name of the part "${excerpt(name)}"`)
      default: return copy(part.mimetype, `The media type of the part "${excerpt(name)}"`)
    }
  }

  function encode (bytes: Uint8Array): string {
    // Before the text is made.
    spend(Math.ceil(bytes.length * 4 / 3))
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url')
  }

  function copy (text: string | undefined, subject: string): string {
    if (text === undefined) throw new BadRequest(`${subject} is missing`)
    const problem = textProblem(text)
    if (problem !== undefined) throw new BadRequest(`${subject} ${problem}`)
    spend(text.length)
    return text
  }

  function spend (characters: number): void {
    room -= characters
    if (room < 0) throw new BadRequest('The references of the content make it too large')
  }

  return resolve(value)
}
