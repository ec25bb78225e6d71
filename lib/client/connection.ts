import type { ClientOptions, RetryOptions } from './options.ts'

/** Where and how a client sends its requests: its options, checked and with their defaults. */
export interface Connection {
  /** Without a slash at its end. */
  readonly baseUrl: string
  readonly fetch: NonNullable<ClientOptions['fetch']>
  readonly headers: ClientOptions['headers']
  readonly retry: Required<RetryOptions>
}

// What timers take; beyond it they do not wait at all.
const longestWait = 2 ** 31 - 1

/**
 * Reads the options of `createClient`.
 *
 * @throws TypeError that names the option which is unknown or cannot be used
 */
export function connect (options: ClientOptions): Connection {
  refuseUnknown(options, ['baseUrl', 'fetch', 'headers', 'retry'], '')
  const { baseUrl, fetch, headers, retry = {} } = options
  refuseUnknown(retry, ['attempts', 'maxWait'], 'retry.')
  const { attempts = 3, maxWait = 30_000 } = retry
  insist(fetch === undefined || typeof fetch === 'function', 'fetch must be a function')
  insist(headers === undefined || (headers !== null && (typeof headers === 'object' || typeof headers === 'function')), 'headers must be header fields, or a function that returns them')
  insist(Number.isSafeInteger(attempts) && attempts >= 1, 'retry.attempts must be an integer from 1')
  insist(maxWait >= 0 && maxWait <= longestWait, `retry.maxWait must be milliseconds from 0 to ${longestWait}`)
  return {
    baseUrl: readBaseUrl(String(baseUrl), fetch === undefined),
    // Looked up for each request, so that what is put in its place later counts.
    fetch: fetch ?? (async (url, init) => globalThis.fetch(url, init)),
    headers,
    retry: { attempts, maxWait }
  }
}

/** A function of one's own may know what a relative URL is relative to; the global one knows it in pages and workers only. */
function readBaseUrl (text: string, absolute: boolean): string {
  const { location } = globalThis as { readonly location?: { readonly href: string } }
  const problem = 'baseUrl must be the URL of a server or of a path on it, without a query and a fragment'
  insist(text !== '' && !/[?#]/.test(text), problem)
  insist(!absolute || URL.canParse(text, location?.href), problem)
  return text.replace(/\/+$/, '')
}

function refuseUnknown (options: object, known: readonly string[], prefix: string): void {
  for (const name of Object.keys(options)) insist(known.includes(name), `${prefix}${name} is no option; known are ${known.join(', ')}`)
}

function insist (holds: boolean, problem: string): asserts holds {
  if (!holds) throw new TypeError(`createClient: ${problem}`)
}
