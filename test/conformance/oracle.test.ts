import t from 'tap'
import { baseRequests } from './base-requests.ts'
import type { Factors } from './factors.ts'
import { rowByLevel } from './goals.ts'
import { allow, oracle } from './oracle.ts'

const plain: Factors = { ...baseRequests['read'] } as Factors
const put = { method: 'PUT', contentType: 'JSON', content: 'valid' } as const
const absent = { state: 'absent' } as const

/** decision-order.md section 5: the faults of the first line, removed one by one. */
const stranger = { method: 'PATCH', contentType: 'XML', content: 'malformed JSON', revision: 'required', ...absent } as const
const worked: ReadonlyArray<readonly [string, Partial<Factors>, number, number]> = [
  ['disabled, unauthenticated, bad media type, missing revision, absent', { ...stranger, service: 'disabled', auth: 'unauthenticated' }, 503, 4],
  ['the same, enabled', { ...stranger, auth: 'unauthenticated' }, 401, 8],
  ['the same, authenticated but not permitted', { ...stranger, auth: 'not permitted' }, 403, 9],
  ['the same, permitted', { ...stranger, auth: 'authenticated' }, 415, 14],
  ['the same, JSON content type, body not JSON', { ...stranger, contentType: 'JSON' }, 428, 15],
  ['the same, with If-Match: "x"', { ...stranger, contentType: 'JSON', ifMatch: 'stale' }, 400, 16],
  ['the same, valid body, PATCH', { ...stranger, contentType: 'JSON', ifMatch: 'stale', content: 'valid' }, 404, 17],
  ['the same, valid body, PUT', { ...stranger, method: 'PUT', contentType: 'JSON', ifMatch: 'stale', content: 'valid' }, 404, 17],
  ['TRACE on a disabled resource', { method: 'TRACE', service: 'disabled' }, 503, 4],
  ['DELETE on a read-only resource without credentials', { method: 'DELETE', operations: 'read-only', auth: 'unauthenticated' }, 405, 6],
  ['bad Accept and bad Content-Type', { ...put, accept: 'other type', contentType: 'XML' }, 406, 13],
  ['bad Accept and malformed If-Match', { accept: 'other type', ifMatch: 'malformed' }, 400, 11],
  ['absent, If-Match: *, If-None-Match: *, PUT', { ...put, ...absent, ifMatch: 'star', ifNoneMatch: 'star' }, 404, 17],
  ['existing, current If-Match, If-None-Match: *, PUT', { ...put, ifMatch: 'current', ifNoneMatch: 'star' }, 412, 20],
  ['unavailable version and malformed _queryFilter', { target: 'collection', version: 'resource unavailable', query: 'malformed filter' }, 406, 10],
  ['tombstone and stale If-Match', { ...put, state: 'tombstone', ifMatch: 'stale' }, 410, 17],
  ['tombstone and missing required revision', { method: 'DELETE', state: 'tombstone', revision: 'required' }, 428, 15],
  ['stale If-Match and matching If-None-Match, GET', { ifMatch: 'stale', ifNoneMatch: 'current' }, 412, 19],
  ['current If-Match and matching If-None-Match, GET', { ifMatch: 'current', ifNoneMatch: 'current' }, 304, 20],
  ['unknown _action and bad Accept', { method: 'POST', operations: 'all and actions', action: 'unknown', accept: 'other type' }, 501, 12],
  ['stale If-Match and a body that fails the schema', { ...put, ifMatch: 'stale', content: 'schema violation' }, 400, 16],
  ['absent and If-None-Match: *, DELETE', { method: 'DELETE', ...absent, ifNoneMatch: 'star' }, 404, 17],
  ['OPTIONS with garbage in every other header', {
    method: 'OPTIONS', auth: 'unauthenticated', version: 'malformed', ifMatch: 'malformed', ifNoneMatch: 'malformed', accept: 'unparsable', contentType: 'unparsable'
  }, 204, 7]
]

/** decision-order.md 3.3: an absent document; the answers where a revision is not and where it is required. */
const remove = { method: 'DELETE' } as const
const act = { method: 'POST', operations: 'all and actions', action: 'noop' } as const
const existence: ReadonlyArray<readonly [string, Partial<Factors>, number, number]> = [
  ['GET, any conditionals', { ifMatch: 'star', ifNoneMatch: 'star' }, 404, 404],
  ['HEAD, any conditionals', { method: 'HEAD', ifNoneMatch: 'current' }, 404, 404],
  ['PATCH without If-Match', { ...put, method: 'PATCH' }, 404, 428],
  ['DELETE without If-Match', remove, 404, 428],
  ['PATCH with If-Match', { ...put, method: 'PATCH', ifMatch: 'stale' }, 404, 404],
  ['DELETE with If-Match: *', { ...remove, ifMatch: 'star' }, 404, 404],
  ['action, any conditionals', { ...act, ifMatch: 'stale', ifNoneMatch: 'star' }, 404, 404],
  ['PUT, no conditionals, create declared', put, 201, 428],
  ['PUT, If-None-Match: * alone, create declared', { ...put, ifNoneMatch: 'star' }, 201, 201],
  ['PUT, If-None-Match: "x" alone, create declared', { ...put, ifNoneMatch: 'other' }, 201, 428],
  ['PUT, If-Match list, whatever else', { ...put, ifMatch: 'list with current', ifNoneMatch: 'star' }, 404, 404],
  ['PUT, If-Match: *', { ...put, ifMatch: 'star' }, 404, 404],
  ['PUT, no conditionals, create not declared', { ...put, operations: 'no create' }, 404, 428],
  ['PUT, If-None-Match: * alone, create not declared', { ...put, operations: 'no create', ifNoneMatch: 'star' }, 501, 501],
  ['PUT, no conditionals, only create declared', { ...put, operations: 'no update' }, 201, 201]
]

t.test('the oracle answers the worked conflicts of decision-order.md section 5', async t => {
  for (const [name, levels, status, row] of worked) t.same(oracle({ ...plain, ...levels }), { status, row }, name)
})

t.test('the oracle answers the table of absent documents of decision-order.md 3.3', async t => {
  for (const [name, levels, optional, required] of existence) {
    t.equal(oracle({ ...plain, ...absent, ...levels }).status, optional, `${name}: not required`)
    t.equal(oracle({ ...plain, ...absent, ...levels, revision: 'required' }).status, required, `${name}: required`)
  }
})

t.test('the fifteen base requests of layer B are free of faults', async t => {
  t.equal(Object.keys(baseRequests).length, 15)
  for (const [name, factors] of Object.entries(baseRequests)) t.ok(oracle(factors).status < 300, name)
})

t.test('the method table gives Allow as the numbered cases name it', async t => {
  t.same(allow({ ...plain, target: 'collection' }), ['GET', 'HEAD', 'POST', 'OPTIONS'], 'case 34')
  t.same(allow(plain), ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'], 'case 36')
  t.same(allow({ ...plain, target: 'singleton' }), ['GET', 'HEAD', 'PUT', 'PATCH', 'OPTIONS'], 'case 37')
  t.same(allow({ ...plain, operations: 'read-only' }), ['GET', 'HEAD', 'OPTIONS'], 'case 38')
  t.same(allow({ ...plain, operations: 'actions only' }), ['POST', 'OPTIONS'])
})

t.test('the search of layer A finds every row and code', async t => {
  const { requests, goals, outcomes } = rowByLevel()
  t.comment(`${requests.length} requests reach ${goals} goals`)
  t.same(outcomes, [
    '10 400', '10 406', '11 400', '12 501', '13 406', '14 415', '15 428', '16 400', '17 404', '17 410', '19 412', '20 304', '20 412',
    '21 409', '22 200', '22 201', '22 204', '3 404', '4 503', '5 501', '6 405', '7 204', '8 401', '9 403'
  ])
  t.ok(goals > 1700, 'more goals than in the trial of the page')
})
