/** One final answer as it came over the wire. */
export interface Answer {
  readonly status: number
  /** Each line of the head in its place, names in lower case. */
  readonly fields: ReadonlyArray<readonly [name: string, value: string]>
  /** Lower-case names; several lines of one name joined with a comma. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  /** The statuses of interim answers before it. */
  readonly interim: readonly number[]
  /** Whether the server closes the connection after it. */
  readonly closes: boolean
}

/** Bytes that are no HTTP/1.1 response; nothing after them can be understood. */
export class FramingFault extends Error {}

const statusLine = /^HTTP\/1\.1 ([1-5]\d\d) [\t\x20-\x7e\x80-\xff]*$/
const fieldLine = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*((?:[\x21-\x7e\x80-\xff](?:[\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?)?)[ \t]*$/
const headEnd = Buffer.from('\r\n\r\n')
const lineEnd = Buffer.from('\r\n')
const nothing = Buffer.alloc(0)

interface Cut<Value> {
  readonly value: Value
  /** Where the next thing begins. */
  readonly end: number
}

/**
 * The first final answer in what was received, read as strictly as RFC 9112 sections 4 to 7 allow; undefined while it is not complete.
 *
 * @param method of the request that it answers: to HEAD there is no content
 * @param ended whether nothing more will come
 */
export function parseAnswer (bytes: Buffer, method: string, ended = false): Cut<Answer> | undefined {
  const interim: number[] = []
  for (let start = 0; ;) {
    const end = bytes.indexOf(headEnd, start)
    if (end < 0) {
      if (ended && bytes.length > start) throw new FramingFault(`the connection ended in a head: ${show(bytes)}`)
      return undefined
    }
    const { status, fields } = parseHead(bytes.toString('latin1', start, end))
    if (status < 200) {
      if (status === 101) throw new FramingFault('nobody asked for another protocol')
      interim.push(status)
      start = end + 4
      continue
    }
    const headers = joinFields(fields)
    const body = parseBody(bytes, end + 4, { status, method, headers, ended })
    if (body === undefined) {
      if (ended) throw new FramingFault(`the connection ended in content: ${show(bytes)}`)
      return undefined
    }
    const closes = /(?:^|,)\s*close\s*(?:,|$)/i.test(headers['connection'] ?? '')
    return { value: { status, fields, headers, body: body.value, interim, closes }, end: body.end }
  }
}

function parseHead (text: string): { readonly status: number, readonly fields: ReadonlyArray<readonly [string, string]> } {
  const [first = '', ...lines] = text.split('\r\n')
  const status = statusLine.exec(first)?.[1]
  if (status === undefined) throw new FramingFault(`no status line: ${JSON.stringify(first.slice(0, 200))}`)
  const fields = lines.map((line): readonly [string, string] => {
    const [, name, value] = fieldLine.exec(line) ?? []
    if (name === undefined || value === undefined) throw new FramingFault(`no header line: ${JSON.stringify(line.slice(0, 200))}`)
    return [name.toLowerCase(), value]
  })
  return { status: Number(status), fields }
}

function joinFields (fields: ReadonlyArray<readonly [name: string, value: string]>): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [name, value] of fields) headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`
  return headers
}

interface Head {
  readonly status: number
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly ended: boolean
}

function parseBody (bytes: Buffer, start: number, { status, method, headers, ended }: Head): Cut<Buffer> | undefined {
  const { 'content-length': length, 'transfer-encoding': coding } = headers
  if (length !== undefined && coding !== undefined) throw new FramingFault('Content-Length and Transfer-Encoding')
  if (length !== undefined && !/^\d{1,15}$/.test(length)) throw new FramingFault(`Content-Length: ${length}`)
  if (coding !== undefined && coding !== 'chunked') throw new FramingFault(`Transfer-Encoding: ${coding}`)
  if ((status === 204 || status === 304) && (length ?? coding) !== undefined) throw new FramingFault(`${status} has a length`)
  if (method === 'HEAD' || status === 204 || status === 304) return { value: nothing, end: start }
  if (coding !== undefined) return parseChunks(bytes, start)
  if (length === undefined) {
    if (!/close/i.test(headers['connection'] ?? '')) throw new FramingFault('content without a length on a connection that is kept')
    return ended ? { value: bytes.subarray(start), end: bytes.length } : undefined
  }
  const end = start + Number(length)
  return end > bytes.length ? undefined : { value: bytes.subarray(start, end), end }
}

function parseChunks (bytes: Buffer, start: number): Cut<Buffer> | undefined {
  const parts: Buffer[] = []
  for (let at = start; ;) {
    const end = bytes.indexOf(lineEnd, at)
    if (end < 0) return undefined
    const line = bytes.toString('latin1', at, end)
    if (!/^[0-9a-f]{1,8}$/i.test(line)) throw new FramingFault(`no size of a chunk: ${JSON.stringify(line.slice(0, 200))}`)
    const size = Number.parseInt(line, 16)
    const next = end + 2 + size
    if (bytes.length < next + 2) return undefined
    if (bytes.toString('latin1', next, next + 2) !== '\r\n') throw new FramingFault('a chunk has another length')
    if (size === 0) return { value: Buffer.concat(parts), end: next + 2 }
    parts.push(bytes.subarray(end + 2, next))
    at = next + 2
  }
}

function show (bytes: Buffer): string {
  return JSON.stringify(bytes.toString('latin1', 0, 300))
}
