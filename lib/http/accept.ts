import Negotiator from 'negotiator'
import { parseMediaType } from './content-type.ts'
import { remember } from '../remember.ts'

/** A range that can be read: its type in lower case, its weight as it was sent. */
interface Range {
  readonly type: string
  readonly q: string
}

// RFC 9110 section 12.4.2, but with any number of digits, and `.2`: the default Accept of Java's HttpURLConnection
// is "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2"
const weight = /^(?:0?\.\d+|0\.?|1(?:\.0*)?)$/

const noRange = /^[\t ,]*$/

/**
 * Whether `Accept` admits a media type (RFC 9110 section 12.5.1); when not, the answer is 406.
 * An absent or empty header admits everything. The most specific range that matches decides, and `q=0` excludes.
 * A range that cannot be read matches nothing, and so does one with a parameter other than `charset=utf-8`.
 *
 * @param accept the header value; several lines are one list, joined with commas
 * @param mediaType `type/subtype` in lower case, without parameters
 * @example
 * accepts('text/html, application/*;q=0.1', 'application/json') // true
 */
export function accepts (accept: string | undefined, mediaType: string): boolean {
  return accept === undefined || admits(`${mediaType}\n${accept}`)
}

/** The type, a line feed, which is in no header field, and the field. */
const admits = remember((text) => {
  const end = text.indexOf('\n')
  const accept = text.slice(end + 1)
  if (noRange.test(accept)) return true
  const ranges = readRanges(accept).map(({ type, q }) => `${type};q=${q}`)
  return new Negotiator({ headers: { accept: ranges.join() } }).mediaTypes([text.slice(0, end)]).length > 0
})

/**
 * Whether an error is to be sent as `application/problem+json` (RFC 9457) and not as `application/json`: `Accept` names
 * it literally, with a weight above 0 and not below that of `application/json`. Wildcards never select it, as they are
 * in the `Accept` of clients that know nothing of it. (Ruling R3.)
 *
 * @param accept the header value; several lines are one list, joined with commas
 * @example
 * prefersProblem('application/problem+json, application/json') // true
 */
export function prefersProblem (accept: string | undefined): boolean {
  return accept !== undefined && namesProblem(accept)
}

const namesProblem = remember((accept) => {
  const ranges = readRanges(accept)
  const problem = weightOf(ranges, 'application/problem+json') ?? 0
  const json = weightOf(ranges, 'application/json') ?? weightOf(ranges, 'application/*') ?? weightOf(ranges, '*/*') ?? 0
  return problem > 0 && problem >= json
})

/** The weight of a range; of one that is given several times the highest, as in {@link accepts}. */
function weightOf (ranges: readonly Range[], type: string): number | undefined {
  const weights = ranges.filter(range => range.type === type).map(({ q }) => Number(q))
  return weights.length === 0 ? undefined : weights.reduce((highest, q) => Math.max(highest, q))
}

function readRanges (accept: string): readonly Range[] {
  return splitList(accept).map(plainRange).filter(range => range !== undefined)
}

/**
 * The type and weight of a range, or `undefined` if it can match nothing. Left alone, negotiator 1.1 lets a weight
 * that is no number win over the wildcard behind it, admits a range with `q=` or `q=5`, takes a star before any
 * subtype for a wildcard, and a parameter whose value is a star or empty for a match.
 */
function plainRange (element: string): Range | undefined {
  const range = parseMediaType(element)
  if (range === undefined || (range.type.startsWith('*/') && range.type !== '*/*')) return undefined
  let q = '1'
  for (const [name, value] of range.parameters) {
    if (name === 'q' && weight.test(value)) q = value
    else if (name !== 'charset' || value.toLowerCase() !== 'utf-8') return undefined
  }
  return { type: range.type, q }
}

/** The elements of a list, split at the commas outside quoted strings (RFC 9110 section 5.6.1). */
export function splitList (field: string): readonly string[] {
  const elements: string[] = []
  let start = 0
  let quoted = false
  for (let index = 0; index < field.length; index++) {
    const character = field[index]
    if (character === '"') {
      quoted = !quoted
    } else if (quoted && character === '\\') {
      index++
    } else if (!quoted && character === ',') {
      elements.push(field.slice(start, index))
      start = index + 1
    }
  }
  elements.push(field.slice(start))
  return elements
}
