import { remember } from '../remember.ts'

/** A media type (RFC 9110 section 8.3.1). */
export interface MediaType {
  /** `type/subtype` in lower case. */
  readonly type: string
  /** The parameters; names in lower case, values as they were sent, without quotes and escapes. */
  readonly parameters: ReadonlyMap<string, string>
}

// token of RFC 9110 section 5.6.2
const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+"

// quoted-string of RFC 9110 section 5.6.4; its two alternatives share no character, so matching is linear
const quoted = '"((?:[\\t !#-[\\]-~\\x80-\\xff]|\\\\[\\t -~\\x80-\\xff])*)"'

const essence = new RegExp(`[\\t ]*(${token}/${token})`, 'y')

// parameters = *( OWS ";" OWS [ parameter ] ), RFC 9110 section 5.6.6
const parameter = new RegExp(`[\\t ]*;[\\t ]*(?:(${token})=(?:(${token})|${quoted}))?`, 'y')

const rest = /[\t ]*$/y

/**
 * Reads a `Content-Type`, or one element of `Accept`, in linear time (RFC 9110 section 8.3.1). Of a parameter that
 * is given twice the first counts.
 *
 * @returns `undefined` when the value is no media type; it never throws
 * @example
 * parseMediaType('Application/JSON ; Charset="UTF-8"')
 * // { type: 'application/json', parameters: Map { 'charset' => 'UTF-8' } }
 */
export function parseMediaType (value: string): MediaType | undefined {
  const type = matchAt(essence, value, 0)?.[1]
  if (type === undefined) return undefined
  const parameters = new Map<string, string>()
  let index = essence.lastIndex
  for (let match = matchAt(parameter, value, index); match !== null; match = matchAt(parameter, value, index)) {
    index = parameter.lastIndex
    const [, name, plain, escaped] = match
    if (name === undefined) continue
    const key = name.toLowerCase()
    if (!parameters.has(key)) parameters.set(key, plain ?? unescapePairs(escaped))
  }
  if (matchAt(rest, value, index) === null) return undefined
  return { type: type.toLowerCase(), parameters }
}

/**
 * Whether content of this type can be read: its type is in the list, and its charset is absent or `utf-8`
 * in any case and quoting. Other parameters are ignored. When not, the answer is 415 (RFC 9110 section 15.5.16).
 *
 * @param value the `Content-Type` of the request
 * @param supported types in lower case, without parameters
 * @example
 * isSupportedContentType('application/json; charset=latin1', ['application/json']) // false
 */
export function isSupportedContentType (value: string, supported: readonly string[]): boolean {
  const mediaType = readMediaType(value)
  if (mediaType === undefined || !supported.includes(mediaType.type)) return false
  const charset = mediaType.parameters.get('charset')
  return charset === undefined || charset.toLowerCase() === 'utf-8'
}

/** As {@link parseMediaType}, but what was read lately is not read again; nobody may change the result. */
export const readMediaType: typeof parseMediaType = remember(parseMediaType)

function matchAt (pattern: RegExp, text: string, index: number): RegExpExecArray | null {
  pattern.lastIndex = index
  return pattern.exec(text)
}

// quoted-pair of RFC 9110 section 5.6.4
function unescapePairs (text = ''): string {
  return text.replace(/\\(.)/g, '$1')
}
