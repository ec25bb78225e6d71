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

/** Chunks that are none: something was written over the content. */
class ChunkFault extends FramingFault {}

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
  const head = parseHeads(bytes)
  if (head.value === undefined) {
    if (ended && bytes.length > head.end) throw new FramingFault(`the connection ended in a head: ${show(bytes)}`)
    return undefined
  }
  const { status, headers } = head.value
  if (hasNoContent(status) && (headers['content-length'] ?? headers['transfer-encoding']) !== undefined) throw new FramingFault(`${status} has a length`)
  const body = parseBody(bytes, head.end, head.value, method, ended)
  if (body !== undefined) return { value: { ...head.value, body: body.value }, end: body.end }
  if (ended) throw new FramingFault(`the connection ended in content: ${show(bytes)}`)
  return undefined
}

/** An answer of a server that is not judged. */
export interface ReceivedAnswer extends Answer {
  /** Whether the connection ended within its content, or something else came there; `body` has all bytes after the head then. */
  readonly isCut: boolean
}

/** All that came until a connection was closed. */
export interface Received {
  readonly answers: readonly ReceivedAnswer[]
  /** The statuses of interim answers after which no other came. */
  readonly dangling: readonly number[]
}

/**
 * All answers in what was received until the connection was closed, of which the last may be cut. They are read as strictly, but for
 * lengths that tell nothing: those of 204 and 304, which stock Fastify sends.
 *
 * @param methods of the requests in their order
 */
export function parseReceived (bytes: Buffer, methods: readonly string[]): Received {
  const answers: ReceivedAnswer[] = []
  for (let rest = bytes; ;) {
    const head = parseHeads(rest)
    if (head.value === undefined) {
      if (rest.length > head.end) throw new FramingFault(`the connection ended in a head: ${show(rest)}`)
      return { answers, dangling: head.interim }
    }
    const body = parseBodyOrCut(rest, head.end, head.value, methods[answers.length] ?? '')
    answers.push({ ...head.value, body: body?.value ?? rest.subarray(head.end), isCut: body === undefined })
    rest = rest.subarray(body?.end ?? rest.length)
  }
}

type Head = Omit<Answer, 'body'>

/** The heads of interim answers, and that of the final one, if it is complete. */
function parseHeads (bytes: Buffer): Cut<Head | undefined> & { readonly interim: readonly number[] } {
  const interim: number[] = []
  for (let start = 0; ;) {
    const end = bytes.indexOf(headEnd, start)
    if (end < 0) return { value: undefined, end: start, interim }
    const { status, fields } = parseHead(bytes.toString('latin1', start, end))
    if (status === 101) throw new FramingFault('nobody asked for another protocol')
    start = end + 4
    if (status < 200) {
      interim.push(status)
      continue
    }
    const headers = joinFields(fields)
    const closes = /(?:^|,)\s*close\s*(?:,|$)/i.test(headers['connection'] ?? '')
    return { value: { status, fields, headers, interim, closes }, end: start, interim }
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

function hasNoContent (status: number): boolean {
  return status === 204 || status === 304
}

/** Undefined where it is not complete. */
function parseBody (bytes: Buffer, start: number, { status, headers, closes }: Head, method: string, ended: boolean): Cut<Buffer> | undefined {
  const { 'content-length': length, 'transfer-encoding': coding } = headers
  if (length !== undefined && coding !== undefined) throw new FramingFault('Content-Length and Transfer-Encoding')
  if (length !== undefined && !/^\d{1,15}$/.test(length)) throw new FramingFault(`Content-Length: ${length}`)
  if (coding !== undefined && coding !== 'chunked') throw new FramingFault(`Transfer-Encoding: ${coding}`)
  if (method === 'HEAD' || hasNoContent(status)) return { value: nothing, end: start }
  if (coding !== undefined) return parseChunks(bytes, start)
  if (length === undefined) {
    if (!closes) throw new FramingFault('content without a length on a connection that is kept')
    return ended ? { value: bytes.subarray(start), end: bytes.length } : undefined
  }
  const end = start + Number(length)
  return end > bytes.length ? undefined : { value: bytes.subarray(start, end), end }
}

/** Undefined where it is cut, or something was written over it. */
function parseBodyOrCut (bytes: Buffer, start: number, head: Head, method: string): Cut<Buffer> | undefined {
  try {
    return parseBody(bytes, start, head, method, true)
  } catch (error) {
    if (error instanceof ChunkFault) return undefined
    throw error
  }
}

function parseChunks (bytes: Buffer, start: number): Cut<Buffer> | undefined {
  const parts: Buffer[] = []
  for (let at = start; ;) {
    const end = bytes.indexOf(lineEnd, at)
    if (end < 0) return undefined
    const line = bytes.toString('latin1', at, end)
    if (!/^[0-9a-f]{1,8}$/i.test(line)) throw new ChunkFault(`no size of a chunk: ${JSON.stringify(line.slice(0, 200))}`)
    const size = Number.parseInt(line, 16)
    const next = end + 2 + size
    if (bytes.length < next + 2) return undefined
    if (bytes.toString('latin1', next, next + 2) !== '\r\n') throw new ChunkFault('a chunk has another length')
    if (size === 0) return { value: Buffer.concat(parts), end: next + 2 }
    parts.push(bytes.subarray(end + 2, next))
    at = next + 2
  }
}

function show (bytes: Buffer): string {
  return JSON.stringify(bytes.toString('latin1', 0, 300))
}
