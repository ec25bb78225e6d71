import { InternalServerError } from '../errors.ts'

// token of RFC 9110 section 5.6.2
const token = /^[!#$%&'*+.^_`|~\w-]+$/

// what Common REST lets an application send; a line break would be a second field
const printable = /^[ -~]*$/

const refused: ReadonlySet<string> = new Set([
  // Framing and the connection belong to Node (RFC 9110 section 7.6.1, RFC 9112 section 6), as does the clock.
  'connection', 'content-length', 'date', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade',
  // The content is written here: a provider that relabels it makes JSON into a page that a browser runs.
  'accept-ranges', 'content-disposition', 'content-encoding', 'content-range', 'content-type', 'x-content-type-options',
  // Validators and freshness follow from the revision; another value would break conditional requests and caches.
  'age', 'cache-control', 'etag', 'expires', 'last-modified', 'pragma', 'vary',
  // Status codes oblige these, with values that follow from what is declared.
  'accept', 'accept-encoding', 'accept-patch', 'accept-post', 'allow', 'location', 'retry-after', 'www-authenticate',
  // What is said about versions, preferences and transactions is said here.
  'accept-api-version', 'content-api-version', 'deprecation', 'preference-applied', 'sunset', 'warning', 'x-forgerock-transactionid',
  // Fields of requests, which mean nothing in an answer; Common REST names them.
  'if-match', 'if-modified-since', 'if-none-match', 'if-unmodified-since', 'x-http-method-override'
])

/**
 * Whether a provider may not set this header field of an answer; names are compared ignoring case.
 * (Common REST, response headers set by applications.)
 */
export function refusedHeader (name: string): boolean {
  return refused.has(name.toLowerCase())
}

/**
 * Judges one header field that a provider wants to send: its name is a token and not refused, its value is printable
 * ASCII.
 *
 * @throws InternalServerError for any other, which is the provider's mistake and no client's
 */
export function checkProviderHeader (name: unknown, value: unknown): void {
  if (typeof name !== 'string' || !token.test(name)) throw new InternalServerError('The name of a header field set by a provider is no token')
  if (refusedHeader(name)) throw new InternalServerError(`A provider must not set the header field ${name}`)
  if (typeof value !== 'string' || !printable.test(value)) {
    throw new InternalServerError(`The value of the header field ${name} set by a provider is no text of printable ASCII`)
  }
}
