import t from 'tap'
import { InternalServerError } from '../../lib/errors.ts'
import { checkProviderHeader, refusedHeader } from '../../lib/http/provider-headers.ts'

const refused = [
  'accept', 'accept-api-version', 'accept-encoding', 'accept-patch', 'accept-post', 'accept-ranges', 'age', 'allow', 'cache-control', 'connection', 'content-api-version',
  'content-disposition', 'content-encoding', 'content-length', 'content-range', 'content-type', 'date', 'deprecation', 'etag', 'expires', 'if-match', 'if-modified-since',
  'if-none-match', 'if-unmodified-since', 'keep-alive', 'last-modified', 'location', 'pragma', 'preference-applied', 'proxy-connection', 'retry-after', 'sunset', 'te',
  'trailer', 'transfer-encoding', 'upgrade', 'vary', 'warning', 'www-authenticate', 'x-content-type-options', 'x-forgerock-transactionid', 'x-http-method-override'
]

const allowed = ['link', 'content-language', 'set-cookie', 'server-timing', 'x-rate-limit', 'content-location', 'x-etag', 'etag2', '__proto__', 'constructor']

t.test('some header fields are refused in any case', async t => {
  for (const name of refused) {
    for (const spelling of [name, name.toUpperCase(), name.replace(/\b[a-z]/g, letter => letter.toUpperCase())]) {
      t.equal(refusedHeader(spelling), true, spelling)
      t.throws(() => checkProviderHeader(spelling, 'x'), InternalServerError, spelling)
    }
  }
  for (const name of allowed) t.equal(refusedHeader(name), false, name)
})

t.test('a header field needs a token and printable ASCII', async t => {
  for (const name of allowed) t.doesNotThrow(() => checkProviderHeader(name, 'x'), name)
  for (const value of ['', ' ', 'a b', '~', 'x'.repeat(10_000)]) t.doesNotThrow(() => checkProviderHeader('link', value), value.slice(0, 20))
  for (const name of ['', ' ', 'a b', 'a:', 'a\n', 'é', 'link ', '(a)', undefined, null, 5, {}, ['link'], Symbol('link')]) t.throws(() => checkProviderHeader(name, 'x'), InternalServerError)
  for (const value of ['é', 'a\tb', 'a\n', 'a\r\nSet-Cookie: x', '\0', '\x7f', '€', undefined, null, 5, true, {}, ['a'], Symbol('a')]) t.throws(() => checkProviderHeader('link', value), InternalServerError)
})

t.test('what is wrong is named, for the log', async t => {
  t.throws(() => checkProviderHeader('ETag', 'x'), { message: 'A provider must not set the header field ETag', statusCode: 500 })
  t.throws(() => checkProviderHeader('X-A', 5), { message: 'The value of the header field X-A set by a provider is no text of printable ASCII' })
})
