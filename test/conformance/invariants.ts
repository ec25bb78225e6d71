import { reasonPhrases, statusCodes } from '../../lib/status.ts'
import type { WireRequest, WireResponse } from './request.ts'

/** One request with its answer, and what was observed beside it. Unknown members are not checked. */
export interface Exchange {
  readonly request: WireRequest
  readonly response: WireResponse
  /** The row of the decision table that had to answer. */
  readonly row?: number
  /** The methods that the target allows. */
  readonly allow?: readonly string[]
  /** Whether the resource asks for authentication. */
  readonly authenticated: boolean
  /** The revision of the document that the target names, if it is there. */
  readonly revision?: string
  readonly storeCalls?: number
  /** Whether documents or revisions are not as they were before. */
  readonly changed?: boolean
}

type Invariant = (x: Exchange) => string | false

const list = (value: string | undefined): string[] => (value ?? '').split(',').map(item => item.trim().toLowerCase()).filter(item => item !== '')
const isError = ({ response }: Exchange): boolean => response.status >= 400
const isHead = ({ request }: Exchange): boolean => request.method === 'HEAD'
const isOneOf = (x: Exchange, ...codes: number[]): boolean => codes.includes(x.response.status)
const between = (row: number | undefined, first: number, last: number): boolean => row !== undefined && row >= first && row <= last

/** The body as an object; null if it is none. */
export function objectIn ({ body }: WireResponse): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'))
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Record<string, unknown> : null
  } catch {
    return null
  }
}

/** Problem details (ruling R3), where they are asked for by name. */
function problemFault ({ response }: Exchange, error: Record<string, unknown>): string | false {
  const expected = { type: 'about:blank', title: error['reason'], status: response.status, detail: error['message'] }
  return Object.entries(expected).some(([name, value]) => error[name] !== value) && 'problem details repeat the error object (R3)'
}

function errorObjectFault (x: Exchange): string | false {
  const type = x.response.headers['content-type'] ?? ''
  const problem = /^application\/problem\+json *(;|$)/.test(type)
  if (problem && !x.request.headers['accept']?.includes('application/problem+json')) return 'problem details are asked for by name (R3)'
  if (!problem && !/^application\/json *(;|$)/.test(type)) return 'an error is sent as application/json'
  const error = objectIn(x.response)
  if (error === null) return 'an error has a JSON object as its body'
  if (error['code'] !== x.response.status) return 'code in the error object is the status'
  if (error['reason'] !== reasonPhrases[x.response.status as keyof typeof reasonPhrases]) return 'reason is the reason phrase'
  if (typeof error['message'] !== 'string' || error['message'] === '') return 'an error has a message'
  if (problem) return problemFault(x, error)
  return Object.keys(error).some(name => !['code', 'reason', 'message', 'detail'].includes(name)) && 'no foreign member in an error object'
}

/** The answers that concern the outcome alone: http/pairwise.md section 5, invariants 1, 3, 4, 6, 7, 9 and 10. */
export const outcomeInvariants: readonly Invariant[] = [
  x => !statusCodes.includes(x.response.status as never) && 'the status is one of the documented eighteen',
  x => isError(x) && !isHead(x) && errorObjectFault(x),
  x => isHead(x) && x.response.body.length > 0 && 'HEAD has no content',
  x => isOneOf(x, 401) && !/^\w+/.test(x.response.headers['www-authenticate'] ?? '') && '401 has a challenge',
  x => isOneOf(x, 405) && list(x.response.headers['allow']).includes(x.request.method.toLowerCase()) && '405 never allows the refused method',
  x => (isOneOf(x, 405) || x.row === 7) && x.allow !== undefined &&
    list(x.response.headers['allow']).sort().join() !== list(x.allow.join()).sort().join() && `Allow is ${x.allow.join(', ')}`,
  x => isOneOf(x, 201) && !/^https?:\/\/[^/]+\/./.test(x.response.headers['location'] ?? '') && '201 has an absolute Location',
  x => !isOneOf(x, 201) && x.response.headers['location'] !== undefined && 'Location belongs to 201',
  x => isOneOf(x, 304) && x.request.method !== 'GET' && !isHead(x) && '304 only for GET and HEAD',
  x => isOneOf(x, 304) && x.request.headers['if-none-match'] === undefined && '304 only where If-None-Match was sent',
  x => isOneOf(x, 412) && x.request.headers['if-match'] === undefined && x.request.headers['if-none-match'] === undefined && '412 only where a conditional was sent',
  x => isOneOf(x, 428) && x.request.headers['if-match'] !== undefined && '428 only where no If-Match was sent',
  x => (isError(x) || isOneOf(x, 304)) && x.changed === true && 'a refused request changes nothing',
  x => between(x.row, 3, 16) && (x.storeCalls ?? 0) > 0 && `rows 3 to 16 do not call the store (${x.storeCalls} calls)`
]

/** The headers of each answer: decision-order.md sections 2 to 4, ruling R13. An application around may add its own. */
export const headerInvariants: readonly Invariant[] = [
  x => isError(x) && !list(x.response.headers['cache-control']).includes('no-store') && 'an error is not stored',
  x => !isError(x) && x.response.headers['etag'] !== undefined && !list(x.response.headers['cache-control']).includes('no-cache') && 'no-cache with an ETag (R13)',
  x => !isError(x) && x.response.headers['etag'] === undefined && !list(x.response.headers['cache-control']).includes('no-store') && 'no-store without an ETag (R13)',
  x => list(x.response.headers['cache-control']).includes('no-store') && list(x.response.headers['cache-control']).includes('no-cache') && 'Cache-Control contradicts itself',
  x => x.authenticated && isOneOf(x, 200, 201, 304) && !list(x.response.headers['cache-control']).includes('private') && 'private where callers are known (R13)',
  x => !x.authenticated && list(x.response.headers['cache-control']).includes('private') && 'not private where nobody is known',
  x => isOneOf(x, 204, 304) && x.response.body.length > 0 && 'no content',
  x => isOneOf(x, 204, 304) && x.response.headers['content-type'] !== undefined && 'no Content-Type',
  x => isOneOf(x, 204, 304) && x.response.headers['content-length'] !== undefined && 'no Content-Length',
  x => isOneOf(x, 200, 201) && !/^application\/json *(;|$)/.test(x.response.headers['content-type'] ?? '') && 'content is JSON',
  x => isOneOf(x, 201, 304) && x.response.headers['etag'] === undefined && 'ETag is there',
  x => x.request.method === 'DELETE' && x.response.headers['etag'] !== undefined && isOneOf(x, 200) && 'a deleted document has no ETag (R13)',
  x => !/^("[!#-~\x80-\xff]*")?$/.test(x.response.headers['etag'] ?? '') && 'an ETag is one strong tag',
  x => isError(x) && x.row !== undefined && x.row < 19 && x.response.headers['etag'] !== undefined && 'no ETag before the document was looked at',
  x => isOneOf(x, 304, 412) && x.revision !== undefined && ![undefined, `"${x.revision}"`].includes(x.response.headers['etag']) && 'ETag is that of the document',
  x => isOneOf(x, 200, 201) && x.request.method !== 'DELETE' && !isHead(x) && taggedWrongly(x.response) && 'ETag is the quoted _rev',
  x => (between(x.row, 10, 22) && !['accept', 'accept-api-version'].every(name => list(x.response.headers['vary']).includes(name))) && 'Vary from row 10 on',
  x => new Set(list(x.response.headers['vary'])).size !== list(x.response.headers['vary']).length && 'Vary repeats nothing',
  x => x.row === 4 && x.response.headers['retry-after'] !== '120' && 'Retry-After as declared',
  x => (isOneOf(x, 415) || x.row === 7) && hintMissing(x),
  x => isOneOf(x, 405) && x.response.headers['accept-patch'] !== undefined && 'no hint where the method is refused'
]

function taggedWrongly (response: WireResponse): boolean {
  const revision = objectIn(response)?.['_rev']
  return typeof revision === 'string' && response.headers['etag'] !== `"${revision}"`
}

/** The header that names the media types a method takes (RFC 5789 section 3.1, RFC 9110 sections 12.5.1 and 15.5.16). */
export const hints: Readonly<Record<string, string>> = { PATCH: 'accept-patch', POST: 'accept-post', PUT: 'accept' }

function hintMissing ({ request, response, allow, row }: Exchange): string | false {
  const wanted = row === 7
    ? ['PATCH', 'POST'].filter(method => allow?.includes(method))
    : [request.method]
  for (const method of wanted) {
    const name = hints[method]
    if (name === undefined || !list(response.headers[name]).includes('application/json')) return `${name ?? method} names application/json`
  }
  return false
}

/** What is wrong with an exchange, one sentence each. */
export function faultsIn (exchange: Exchange, invariants: readonly Invariant[] = [...outcomeInvariants, ...headerInvariants]): string[] {
  return invariants.map(invariant => invariant(exchange)).filter(fault => fault !== false)
}
