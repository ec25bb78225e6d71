import t from 'tap'
import { lintResponse, rules } from './lint-response.ts'

interface Parts {
  readonly method?: string
  readonly sent?: Readonly<Record<string, string>>
  readonly status?: number
  /** Replaces the fields of the same name of a good answer; several lines in an array, undefined for none. */
  readonly fields?: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly body?: string | Buffer
}

const document = '{"_id":"a","_rev":"7"}'
const date = 'Fri, 27 Nov 2026 12:00:00 GMT'

function lint ({ method = 'GET', sent = {}, status = 200, fields = {}, body = document }: Parts): readonly string[] {
  const all = { date, 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-cache', etag: '"7"', vary: 'Accept, Accept-API-Version', ...fields }
  const lines = Object.entries(all).flatMap(([name, value]) => (typeof value === 'string' ? [value] : value ?? []).map((line) => [name, line] as const))
  return lintResponse({ method, headers: sent }, { status, fields: lines, body: Buffer.from(body) })
}

const none = { 'content-type': undefined, 'cache-control': 'no-store', etag: undefined }
const notModified = { status: 304, sent: { 'if-none-match': '"7"' }, fields: { 'content-type': undefined }, body: '' } satisfies Parts
const refused = { 'cache-control': 'no-store', etag: undefined }

t.test('good answers of every kind have no fault', async (t) => {
  const good: Readonly<Record<string, Parts>> = {
    read: {},
    head: { method: 'HEAD', body: '', fields: { 'content-length': '22' } },
    created: { method: 'POST', status: 201, fields: { location: 'http://h/things/a', 'content-length': '22' } },
    'not modified': notModified,
    options: { method: 'OPTIONS', status: 204, fields: { ...none, allow: 'GET, HEAD', 'accept-patch': 'application/json', 'accept-post': 'application/json, text/*;q=1' }, body: '' },
    refused: { status: 405, method: 'PUT', fields: { ...refused, allow: 'GET, HEAD' } },
    'nothing allowed': { status: 405, method: 'PUT', fields: { ...refused, allow: '' } },
    unauthenticated: { status: 401, fields: { ...refused, 'www-authenticate': ['Bearer', 'Digest realm="a, b", nonce=x', 'Negotiate abc=='] } },
    later: { status: 503, fields: { ...refused, 'retry-after': date } },
    soon: { status: 503, fields: { ...refused, 'retry-after': '5' } },
    'no version': { status: 406, sent: { 'accept-api-version': 'resource=9' }, fields: refused },
    stale: { status: 412, method: 'PUT', sent: { 'if-match': '"6"' }, fields: { 'cache-control': 'no-store' } },
    deprecated: { fields: { deprecation: '@1688169599', sunset: date, link: '<http://h/x>; rel="describedby"; type="application/json"' } },
    warned: { fields: { warning: '100 CREST "…"' } },
    compressed: { fields: { 'content-encoding': 'gzip', 'transfer-encoding': 'chunked' }, body: Buffer.from([0x1f, 0x8b, 0xff]) },
    problem: { status: 400, fields: { ...refused, 'content-type': 'application/problem+json' } },
    text: { fields: { 'content-type': 'text/plain; charset=utf-8' }, body: 'x' },
    private: { fields: { 'cache-control': 'private, no-store', etag: undefined } }
  }
  for (const [name, parts] of Object.entries(good)) t.strictSame(lint(parts), [], name)
})

/** Answers that break one rule each, and no other. */
const bad: ReadonlyArray<readonly [rule: string, parts: Parts]> = [
  ['STATUS_NONSTANDARD', { status: 418, fields: refused }],
  ['STATUS_NONSTANDARD STATUS_DEPRECATED', { status: 305, fields: refused }],
  ['CREATED_WITHOUT_LOCATION', { method: 'PUT', status: 201 }],
  ['CREATED_SAFE_METHOD', { status: 201, fields: { location: 'http://h/a' } }],
  ['LOCATION_NOT_ABSOLUTE', { method: 'PUT', status: 201, fields: { location: '/a' } }],
  ['LOCATION_UNDEFINED', { fields: { location: 'http://h/a' } }],
  ['STATUS_405_METHOD_IN_ALLOW', { method: 'PUT', status: 405, fields: { ...refused, allow: 'GET, PUT' } }],
  ['STATUS_412_WITHOUT_PRECONDITION', { method: 'PUT', status: 412, fields: refused }],
  ['STATUS_406_WITHOUT_NEGOTIATION', { status: 406, fields: refused }],
  ['NO_DATE_304', { ...notModified, fields: { ...notModified.fields, date: undefined } }],
  ['HEADER_SHOULD_NOT_BE_IN_304', { ...notModified, fields: {} }],
  ['HEADER_SHOULD_NOT_BE_IN_304', { ...notModified, fields: { ...notModified.fields, 'content-length': '0' } }],
  ['CONTENT_NOT_ALLOWED', { method: 'HEAD' }],
  ['CONTENT_NOT_ALLOWED', { ...notModified, body: 'x' }],
  ['CL_INCORRECT', { fields: { 'content-length': '3' } }],
  ['CL_INCORRECT', { fields: { 'content-length': 'x' } }],
  ['CL_INCORRECT', { method: 'DELETE', status: 204, fields: { ...none, 'content-length': '0' }, body: '' }],
  ['CL_AND_TE_PRESENT', { fields: { 'content-length': '22', 'transfer-encoding': 'chunked' } }],
  ['CHARSET_UNDECODABLE CONTENT_TYPE_MISMATCH', { body: Buffer.from([0xff]) }],
  ['CHARSET_MISMATCH', { fields: { 'content-type': 'application/json; charset=iso-8859-1' } }],
  ['CONTENT_TYPE_MISMATCH', { body: '<p>' }],
  ['CONTENT_TYPE_MISMATCH', { fields: { 'content-type': undefined } }],
  ['FRESHNESS_NO_CACHE_NO_VALIDATOR', { fields: { etag: undefined } }],
  ['STORE_PRIVATE_PUBLIC_CONFLICT', { fields: { 'cache-control': 'private, public, no-cache' } }],
  ['CC_CONFLICTING', { fields: { 'cache-control': 'no-store, no-cache' } }],
  ['CC_DUP', { fields: { 'cache-control': ['no-cache', 'no-cache'] } }],
  ['CC_MISCAP', { fields: { 'cache-control': 'No-Cache' } }],
  ['VARY_DUPLICATE', { fields: { vary: 'Accept, accept' } }],
  ['VARY_COMPLEX', { fields: { vary: 'A, B, C, D' } }],
  ['VARY_ASTERISK', { fields: { vary: '*' } }],
  ['BAD_SYNTAX', { fields: { etag: '7' } }],
  ['BAD_SYNTAX', { fields: { etag: '"7", "8"' } }],
  ['BAD_SYNTAX', { method: 'PUT', status: 405, fields: { ...refused, allow: 'GET; HEAD' } }],
  ['BAD_SYNTAX', { fields: { vary: '' } }],
  ['BAD_SYNTAX', { status: 503, fields: { ...refused, 'retry-after': 'soon' } }],
  ['BAD_SYNTAX', { status: 401, fields: { ...refused, 'www-authenticate': '' } }],
  ['BAD_SYNTAX', { status: 401, fields: { ...refused, 'www-authenticate': 'realm="x"' } }],
  ['ACCEPT_PATCH_BAD_SYNTAX', { fields: { 'accept-patch': 'application/*' } }],
  ['ACCEPT_POST_BAD_SYNTAX', { fields: { 'accept-post': 'json' } }],
  ['SINGLE_HEADER_REPEAT', { fields: { etag: ['"7"', '"7"'] } }],
  ['BAD_DATE_SYNTAX', { fields: { date: '2026-11-27' } }],
  ['DEPRECATION_BAD_TYPE', { fields: { deprecation: 'true' } }],
  ['SUNSET_BAD_SYNTAX', { fields: { sunset: '2026-11-27' } }],
  ['LINK_BAD_TYPE', { fields: { link: 'http://h/x; rel=next' } }],
  ['LINK_BAD_TYPE', { fields: { link: '<http://h/x>; rel=next; type=json' } }],
  ['LINK_REV', { fields: { link: '<http://h/x>; rev=next' } }],
  ['FIELD_DEPRECATED', { fields: { pragma: 'no-cache' } }],
  ['FIELD_DEPRECATED', { sent: { 'accept-api-version': 'resource=1' }, fields: { warning: '100 CREST "…"' } }],
  ['UNNECESSARY_HEADER', { fields: { 'x-powered-by': 'x' } }]
]

t.test('every rule can fail', async (t) => {
  const failed = new Set<string>()
  for (const [expected, parts] of bad) {
    const found = lint(parts).map((fault) => fault.slice(0, fault.indexOf(':')))
    t.strictSame([...found].sort(), expected.split(' ').sort(), JSON.stringify(parts))
    for (const rule of found) failed.add(rule)
  }
  t.strictSame([...failed].sort(), Object.keys(rules).sort())
})
