import t from 'tap'
import { faultsIn } from './invariants.ts'
import type { Exchange } from './invariants.ts'

type Parts = Partial<Omit<Exchange, 'request' | 'response'>> & {
  method?: string, sent?: Record<string, string>, status?: number, headers?: Record<string, string>, body?: unknown
}

const vary = 'Accept, Accept-API-Version'
const document = { _id: 'w1', _rev: '7', name: 'nut' }
const error = (code: number, reason: string): Record<string, unknown> => ({ code, reason, message: 'no' })

function exchange ({ method = 'GET', sent = {}, status = 200, headers = {}, body, ...more }: Parts): Exchange {
  const content = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body)
  return { request: { method, url: '/widgets/w1', headers: sent }, response: { status, headers, fields: Object.entries(headers), body: Buffer.from(content) }, authenticated: false, ...more }
}

const read: Parts = { row: 22, headers: { 'content-type': 'application/json', etag: '"7"', 'cache-control': 'no-cache', vary }, body: document }
const refused: Parts = {
  row: 13, status: 406, headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store', vary }, body: error(406, 'Not Acceptable'), storeCalls: 0
}
const notModified: Parts = { row: 20, status: 304, sent: { 'if-none-match': '"7"' }, headers: { etag: '"7"', 'cache-control': 'no-cache', vary }, revision: '7' }
const options: Parts = { method: 'OPTIONS', row: 7, status: 204, headers: { allow: 'PATCH, OPTIONS', 'accept-patch': 'application/json', 'cache-control': 'no-store' }, allow: ['OPTIONS', 'PATCH'] }
const notAllowed: Parts = { ...refused, row: 6, status: 405, headers: { ...refused.headers, allow: 'OPTIONS, PUT' }, body: error(405, 'Method Not Allowed'), allow: ['PUT', 'OPTIONS'] }

t.test('answers as the pages describe them have no fault', async t => {
  for (const [name, parts] of Object.entries({ read, refused, notModified, options, notAllowed })) t.same(faultsIn(exchange(parts)), [], name)
})

const wrong: ReadonlyArray<readonly [string, Parts]> = [
  ['documented eighteen', { ...read, status: 418 }],
  ['application/json', { ...refused, headers: { ...refused.headers, 'content-type': 'text/plain' } }],
  ['JSON object as its body', { ...refused, body: 'no' }],
  ['code in the error object', { ...refused, body: error(400, 'Bad Request') }],
  ['reason phrase', { ...refused, body: error(406, 'Bad Request') }],
  ['has a message', { ...refused, body: { code: 406, reason: 'Not Acceptable' } }],
  ['foreign member', { ...refused, body: { ...error(406, 'Not Acceptable'), stack: '' } }],
  ['asked for by name', { ...refused, headers: { ...refused.headers, 'content-type': 'application/problem+json' } }],
  ['repeat the error object', { ...refused, sent: { accept: 'application/problem+json' }, headers: { ...refused.headers, 'content-type': 'application/problem+json' } }],
  ['HEAD has no content', { ...read, method: 'HEAD' }],
  ['challenge', { ...refused, row: 8, status: 401, body: error(401, 'Unauthorized') }],
  ['never allows the refused method', { ...notAllowed, method: 'PUT' }],
  ['Allow is PUT', { ...notAllowed, headers: { ...notAllowed.headers, allow: 'OPTIONS' } }],
  ['absolute Location', { ...read, method: 'POST', status: 201, headers: { ...read.headers, location: '/widgets/w1' } }],
  ['Location belongs to 201', { ...read, headers: { ...read.headers, location: 'http://h/widgets/w1' } }],
  ['304 only for GET and HEAD', { ...notModified, method: 'PUT' }],
  ['304 only where If-None-Match', { ...notModified, sent: {} }],
  ['412 only where a conditional', { ...refused, row: 19, status: 412, body: error(412, 'Precondition Failed') }],
  ['428 only where no If-Match', { ...refused, row: 15, status: 428, body: error(428, 'Precondition Required'), sent: { 'if-match': '"a"' } }],
  ['changes nothing', { ...refused, changed: true }],
  ['do not call the store', { ...refused, storeCalls: 1 }],
  ['an error is not stored', { ...refused, headers: { ...refused.headers, 'cache-control': 'no-cache' } }],
  ['no-cache with an ETag', { ...read, headers: { ...read.headers, 'cache-control': 'no-store' } }],
  ['no-store without an ETag', { ...read, body: { result: [] }, headers: { 'content-type': 'application/json', 'cache-control': 'no-cache', vary } }],
  ['contradicts itself', { ...read, headers: { ...read.headers, 'cache-control': 'no-cache, no-store' } }],
  ['private where callers', { ...read, authenticated: true }],
  ['not private where nobody', { ...read, headers: { ...read.headers, 'cache-control': 'private, no-cache' } }],
  ['no content', { ...notModified, body: document }],
  ['no Content-Type', { ...notModified, headers: { ...notModified.headers, 'content-type': 'application/json' } }],
  ['no Content-Length', { ...options, headers: { ...options.headers, 'content-length': '0' } }],
  ['content is JSON', { ...read, headers: { ...read.headers, 'content-type': 'text/html' } }],
  ['ETag is there', { ...notModified, headers: { 'cache-control': 'no-store', vary } }],
  ['a deleted document has no ETag', { ...read, method: 'DELETE' }],
  ['one strong tag', { ...read, headers: { ...read.headers, etag: 'W/"7"' } }],
  ['no ETag before', { ...refused, headers: { ...refused.headers, etag: '"7"' } }],
  ['ETag is that of the document', { ...notModified, revision: '8' }],
  ['ETag is the quoted _rev', { ...read, body: { ...document, _rev: '8' } }],
  ['Vary from row 10', { ...read, headers: { ...read.headers, vary: 'Accept' } }],
  ['Vary repeats nothing', { ...read, headers: { ...read.headers, vary: `${vary}, accept` } }],
  ['Retry-After', { ...refused, row: 4, status: 503, body: error(503, 'Service Unavailable') }],
  ['accept-patch names', { ...options, headers: { allow: 'PATCH, OPTIONS', 'cache-control': 'no-store' } }],
  ['accept names', { ...refused, method: 'PUT', row: 14, status: 415, body: error(415, 'Unsupported Media Type') }],
  ['no hint', { ...notAllowed, headers: { ...notAllowed.headers, 'accept-patch': 'application/json' } }]
]

t.test('every invariant finds the answer that breaks it', async t => {
  for (const [sentence, parts] of wrong) {
    const faults = faultsIn(exchange(parts))
    t.ok(faults.some(fault => fault.includes(sentence)), `${sentence}: ${faults.join(' · ')}`)
  }
})
