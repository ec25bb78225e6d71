import { objectIn, hints } from './invariants.ts'
import type { Exchange } from './invariants.ts'
import type { WireRequest, WireResponse } from './request.ts'

/** Sends another request to the application of the exchange, on the documents as the exchange left them. */
type Again = (request: WireRequest) => Promise<WireResponse>

function without (headers: Readonly<Record<string, string>>, ...names: string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)))
}

/** What differs between any two answers: the instant, and the id of an exchange whose request names none. */
const ownOfEach = ['date', 'x-forgerock-transactionid']

function difference (one: WireResponse, other: WireResponse, ...ignored: string[]): string | undefined {
  const left = without(one.headers, ...ownOfEach, ...ignored)
  const right = without(other.headers, ...ownOfEach, ...ignored)
  const names = new Set([...Object.keys(left), ...Object.keys(right)])
  for (const name of names) if (left[name] !== right[name]) return `${name}: ${left[name]} / ${right[name]}`
  return undefined
}

/** Invariant 2: HEAD is GET without content. */
async function headIsGet ({ request, response }: Exchange, again: Again): Promise<string[]> {
  const method = request.method === 'GET' ? 'HEAD' : 'GET'
  const other = await again({ ...request, method })
  if (other.status !== response.status) return [`HEAD is like GET: ${method} answers ${other.status}`]
  const different = difference(response, other)
  return different === undefined ? [] : [`HEAD is like GET: ${request.method} and ${method} differ in ${different}`]
}

/** Invariant 4: `Location` resolves to the same document and entity tag. */
async function locationResolves ({ request, response }: Exchange, again: Again): Promise<string[]> {
  const { authorization } = request.headers
  const { pathname } = new URL(response.headers['location'] ?? '')
  const read = await again({ method: 'GET', url: pathname, headers: authorization === undefined ? {} : { authorization } })
  if (read.status !== 200) return [`Location resolves: ${pathname} answers ${read.status}`]
  if (read.headers['etag'] !== response.headers['etag']) return ['Location resolves to the same ETag']
  return read.body.equals(response.body) ? [] : ['Location resolves to the same document']
}

/** Invariant 5: with a type and coding that the answer names, the request is not 415. */
async function hintHelps ({ request, response }: Exchange, again: Again): Promise<string[]> {
  const type = response.headers[hints[request.method] ?? '']?.split(',')[0]?.trim() ?? ''
  const retry = await again({
    ...request,
    headers: { ...without(request.headers, 'content-encoding'), 'content-type': type }
  })
  const faults = retry.status === 415 ? [`a type of ${hints[request.method]} is taken: ${type}`] : []
  const codingIsTheFault = /^application\/json(; charset=utf-8)?$/.test(request.headers['content-type'] ?? '')
  if (codingIsTheFault && response.headers['accept-encoding'] !== 'identity') faults.push('Accept-Encoding: identity where the coding is the fault')
  return faults
}

/** Invariant 6: the 304 has the entity tag and the caching headers of the 200. */
async function modifiedIsAlike ({ request, response }: Exchange, again: Again): Promise<string[]> {
  const full = await again({ ...request, headers: without(request.headers, 'if-none-match') })
  if (full.status !== 200) return [`304 stands for a 200, not for ${full.status}`]
  const different = difference(response, full, 'content-type', 'content-length', 'content-api-version', 'warning', 'transfer-encoding')
  return different === undefined ? [] : [`304 and 200 differ in ${different}`]
}

/** Invariant 7: with `If-Match: *` the answer is another. */
async function revisionHelps ({ request }: Exchange, again: Again): Promise<string[]> {
  const retry = await again({ ...request, headers: { ...request.headers, 'if-match': '*' } })
  return retry.status === 428 ? ['If-Match: * is a revision'] : []
}

/** Row 20: an entity tag that was given, of a query too, is honoured: weakly, and in a list. */
async function tagIsHonoured ({ request, response }: Exchange, again: Again): Promise<string[]> {
  const tag = response.headers['etag']
  if (tag === undefined) return []
  const later = await again({ ...request, headers: { ...request.headers, 'if-none-match': `"other", W/${tag}` } })
  return later.status === 304 ? [] : [`a client that has ${tag} gets 304, not ${later.status}`]
}

/** What further requests show to be wrong with an exchange. */
export async function followUp (exchange: Exchange, again: Again): Promise<string[]> {
  const { request, response } = exchange
  const faults: string[] = []
  if (request.method === 'GET' || request.method === 'HEAD') {
    faults.push(...await headIsGet(exchange, again))
    if (response.status === 200) faults.push(...await tagIsHonoured(exchange, again))
  }
  switch (response.status) {
    case 201: return [...faults, ...objectIn(response) === null ? ['201 has a document'] : await locationResolves(exchange, again)]
    case 304: return [...faults, ...await modifiedIsAlike(exchange, again)]
    case 415: return [...faults, ...await hintHelps(exchange, again)]
    case 428: return [...faults, ...await revisionHelps(exchange, again)]
    default: return faults
  }
}
