import type { Linted, Rule } from './linted.ts'

const hasNone = ({ request, status }: Linted): boolean => request.method === 'HEAD' || status === 304 || status === 204 || status < 200
const typeOf = ({ lines }: Linted): string => (lines('content-type')[0] ?? '').toLowerCase()
const isJson = (linted: Linted): boolean => /^application\/(?:[\w.-]+\+)?json(?: *;|$)/.test(typeOf(linted))
const isCoded = ({ lines }: Linted): boolean => lines('content-encoding').length > 0

/** Rules about content and what describes it. */
export const contentRules: Readonly<Record<string, Rule>> = {
  CONTENT_NOT_ALLOWED: (linted) => hasNone(linted) && linted.body.length > 0 && `${linted.status} to ${linted.request.method} has no content`,
  CL_INCORRECT: (linted) => {
    const [length, ...more] = linted.lines('content-length')
    if (length === undefined) return false
    if (linted.status === 204 || !/^\d+$/.test(length) || more.length > 0) return `Content-Length: ${length}`
    return !hasNone(linted) && Number(length) !== linted.body.length && `Content-Length: ${length}, but ${linted.body.length} bytes`
  },
  CL_AND_TE_PRESENT: ({ lines }) => lines('content-length').length > 0 && lines('transfer-encoding').length > 0 && 'one way of framing',
  CHARSET_UNDECODABLE: (linted) => isJson(linted) && !isCoded(linted) && !isUtf8(linted.body) && 'JSON is UTF-8',
  CHARSET_MISMATCH: (linted) => isJson(linted) && !['utf-8', undefined].includes(/charset="?([^;"]*)/.exec(typeOf(linted))?.[1]) && 'the charset of JSON is UTF-8',
  CONTENT_TYPE_MISMATCH: (linted) => {
    if (hasNone(linted) || linted.body.length === 0) return false
    if (typeOf(linted) === '') return 'content has a type'
    return isJson(linted) && !isCoded(linted) && !parses(linted.body) && 'the content is JSON'
  }
}

function isUtf8 (bytes: Buffer): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return true
  } catch {
    return false
  }
}

function parses (bytes: Buffer): boolean {
  try {
    JSON.parse(bytes.toString())
    return true
  } catch {
    return false
  }
}
