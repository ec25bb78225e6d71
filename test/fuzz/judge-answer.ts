import { faultsIn, objectIn } from '../conformance/invariants.ts'
import { lintResponse } from '../lint/lint-response.ts'
import { statusCodes } from '../../lib/status.ts'
import { allowOf } from './requests.ts'
import type { Answer } from '../hostile/answer-parser.ts'
import type { FuzzRequest } from './requests.ts'

/** What a row may answer where it does not pass; rows from 17 on need the store. */
const statusesOf: Readonly<Record<number, readonly number[]>> = {
  1: statusCodes, 2: [400], 3: [404], 4: [503], 5: [501, 405], 6: [405], 7: [204], 8: [401], 9: [403], 10: [400, 406], 11: [400, 501], 12: [501], 13: [406], 14: [415, 400], 15: [428], 16: [400, 501]
}
/** What is left where all rows before pass; a patch is judged on the document, and a condition on a collection. */
const beyond = [200, 201, 204, 304, 400, 403, 404, 409, 410, 412, 501]

/** The statuses that are right for a request as far as it is certain: those of the first certain refusal, and of what is not certain before. */
export function allowedStatuses ({ faults, unsure, target, path, parameters }: FuzzRequest): readonly number[] {
  if (target === undefined && !unsure.has(1)) return [404]
  const first = Math.min(...faults.keys(), 17)
  const statuses = [...unsure].filter((row) => row <= first).flatMap((row) => statusesOf[row] ?? [])
  // What a mutated address names is not known.
  if (unsure.has(1) || unsure.has(2)) statuses.push(...statusCodes.filter((status) => status !== 500))
  // An override is another method, with other rules from its row on, and a description has rules of its own.
  if (unsure.has(5) || (unsure.has(10) && parameters.some(([name]) => name === '_api' || name === '_crestapi'))) statuses.push(...statusCodes.filter((status) => ![500, 503].includes(status)))
  if (first === 17) statuses.push(...beyond.filter((status) => status !== 501 || path.startsWith('/api/clocks')))
  else statuses.push(faults.get(first) ?? 500)
  return statuses
}

/** How a fault begins that only the whole request explains. */
export const wrongStatus = 'wrong status: '

const internals = /SQLITE|crest_documents|node_modules|\bat .{1,80}:\d+:\d+|\/tmp\/|\bfile:\/\/|ECONN|violates|syntax error at|pg_catalog/

/** What is wrong with the answer to a request, one sentence each. */
export function faultsOfAnswer (request: FuzzRequest, answer: Answer): string[] {
  const sent = new Map(request.headers.map(([name, value]) => [name.toLowerCase(), value]))
  const faults = faultsIn({
    request: { method: request.method, url: request.url, headers: Object.fromEntries(sent) },
    response: answer,
    authenticated: true
  })
  faults.push(...lintResponse({ method: request.method, headers: Object.fromEntries(sent) }, answer))
  return [...faults.filter((fault) => !isExpected(request, answer, fault)), ...faultsOfThisServer(request, answer, sent)]
}

function faultsOfThisServer (request: FuzzRequest, answer: Answer, sent: ReadonlyMap<string, string>): string[] {
  const { status, headers, body } = answer
  const faults: string[] = []
  const allowed = allowedStatuses(request)
  if (!allowed.includes(status)) faults.push(`${wrongStatus}${status} is none of ${[...new Set(allowed)].sort().join(', ')}`)
  const transaction = sent.get('x-forgerock-transactionid')
  if (transaction !== undefined && headers['x-forgerock-transactionid'] !== transaction && !isBelowHooks(request, answer)) faults.push(`this is the answer to ${headers['x-forgerock-transactionid']}, not to ${transaction}`)
  if (headers['date'] === undefined && !answer.closes) faults.push('an answer has a Date')
  const text = body.toString('utf8')
  if (internals.test(text) && !internals.test(request.url)) faults.push('an answer shows what is inside')
  if (status === 503 && request.target?.path === '/api/closed' && headers['retry-after'] !== '120') faults.push('Retry-After as declared')
  if (status < 300) faults.push(...faultsOfSuccess(request, answer, text))
  return faults
}

/** Row 2, or the answer to what the parser did not take: no hook has run. */
function isBelowHooks ({ unsure }: FuzzRequest, { status, closes }: Answer): boolean {
  return unsure.has(1) || unsure.has(2) || (closes && status === 400)
}

/** What is not wrong in this case. */
function isExpected ({ parameters, method, unsure, target, headers }: FuzzRequest, { status, headers: answered }: Answer, fault: string): boolean {
  if (fault === 'content is JSON') return parameters.some(([name]) => name.toLowerCase() === '_mimetype') || unsure.has(1)
  // Where the address may be that of another resource, and on paths that are nobody's.
  if (fault === 'private where callers are known') return unsure.has(1) || unsure.has(2) || target === undefined
  if (fault === 'a deleted document has no ETag (R13)') return method !== 'DELETE'
  // Media types ignore case.
  if (fault === 'problem details are asked for by name (R3)') return headers.some(([name, value]) => name === 'Accept' && /problem\+json/i.test(value))
  if (method !== 'POST' || !unsure.has(5)) return false
  // An override may have deleted the document.
  if (fault === 'ETag is the quoted _rev') return answered['etag'] === undefined
  // What is refused is the method of the override, or its content.
  if (/^405 never allows|^STATUS_405_METHOD_IN_ALLOW/.test(fault)) return status === 405
  const hint = answered['accept-patch'] ?? answered['accept'] ?? ''
  return fault === 'accept-post names application/json' && status === 415 && hint.split(', ').includes('application/json')
}

function faultsOfSuccess (request: FuzzRequest, answer: Answer, text: string): string[] {
  const { status, headers } = answer
  const { method, target, path, parameters, unsure } = request
  if (target === undefined || unsure.has(1) || unsure.has(2) || unsure.has(5)) return []
  const faults: string[] = []
  const isInstance = path !== target.path
  if (method === 'OPTIONS' && headers['allow']?.split(', ').sort().join() !== [...allowOf(target, isInstance)].sort().join()) faults.push(`Allow is ${allowOf(target, isInstance).join(', ')}, not ${headers['allow']}`)
  if (method === 'OPTIONS' || method === 'HEAD' || status === 204) return faults
  const has = (name: string): boolean => parameters.some((parameter) => parameter[0].toLowerCase() === name)
  if (has('_api') || has('_crestapi') || has('_mimetype')) return faults
  const value = objectIn(answer)
  if (value === null) return [...faults, 'a success has a JSON object']
  if (has('_action') && !parameters.some(([name, action]) => name === '_action' && action.toLowerCase() === 'create')) return faults
  if (text.includes('"pin":"PIN-') && target.shape === 'thing') faults.push('a write-only member is shown')
  const reader = request.headers.some(([name, sent]) => name === 'Authorization' && sent === 'Bearer reader')
  if (reader && text.includes('"secret":true')) faults.push('a hidden document is shown')
  if (method === 'GET' && !isInstance && target.kind === 'collection') faults.push(...faultsOfPage(value, has('_fields')))
  else if (!has('_fields') && (typeof value['_rev'] !== 'string' || (target.kind === 'collection' && typeof value['_id'] !== 'string'))) faults.push('a document has _id and _rev')
  else if (isInstance && !has('_fields') && encodeURIComponent(String(value['_id'])) !== path.slice(target.path.length + 1)) faults.push(`the document is ${String(value['_id'])}`)
  return faults
}

function faultsOfPage (page: Record<string, unknown>, projected: boolean): string[] {
  const { result, resultCount, pagedResultsCookie: cookie, totalPagedResultsPolicy: policy, totalPagedResults: total, remainingPagedResults: remaining } = page
  if (!Array.isArray(result)) return ['a page has its results']
  const faults: string[] = []
  if (resultCount !== result.length && result.length > 0) faults.push('resultCount is the number of results')
  if (result.length > 100) faults.push('a page has at most 100 documents here')
  if (cookie !== null && typeof cookie !== 'string') faults.push('a cookie is a string or null')
  if (!['NONE', 'EXACT', 'ESTIMATE'].includes(String(policy))) faults.push('a page says how it was counted')
  if (!Number.isInteger(total) || !Number.isInteger(remaining)) faults.push('totals are integers')
  if (policy === 'EXACT' && Number(total) < result.length) faults.push('the total is less than what is on the page')
  if (!projected && result.some((document: Record<string, unknown>) => typeof document['_id'] !== 'string' || typeof document['_rev'] !== 'string')) faults.push('each result has _id and _rev')
  const ids = result.map((document: Record<string, unknown>) => document['_id']).filter((id) => id !== undefined)
  if (new Set(ids).size !== ids.length) faults.push('a document is once on a page')
  return faults
}
