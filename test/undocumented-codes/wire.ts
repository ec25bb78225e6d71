import { connect } from 'node:net'
import type { Socket } from 'node:net'
import type { Test } from 'tap'
import type { LintRequest } from '../lint/linted.ts'

/** What a client does on one connection: it writes bytes, waits so many milliseconds, or until it has received something. */
export type Step = string | Buffer | number | RegExp

/** A client's part; `end` closes its half of the connection after the last step. */
export interface Conversation {
  readonly steps: readonly Step[]
  readonly end?: boolean
}

/** One answer as it came over the wire. */
export interface WireAnswer {
  readonly status: number
  /** Each line of the head in its place, names in lower case. */
  readonly fields: ReadonlyArray<readonly [name: string, value: string]>
  /** Lower-case names; several lines of one name joined with a comma. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  /** The interim answers before it. */
  readonly interim: readonly number[]
  /** Whether the connection ended within it. */
  readonly isCut: boolean
}

/** A request with `Host`, a length for its content, and `Connection: close` unless it says otherwise. */
export function wire (line: string, headers: readonly string[] = [], content?: string): string {
  const has = (name: string): boolean => headers.some((header) => header.toLowerCase().startsWith(`${name}:`))
  const lines = [/ HTTP\/\S+$/.test(line) ? line : `${line} HTTP/1.1`, ...has('host') ? [] : ['Host: x'], ...headers]
  if (!has('connection')) lines.push('Connection: close')
  if (content !== undefined && !has('content-length') && !has('transfer-encoding')) lines.push(`Content-Length: ${Buffer.byteLength(content)}`)
  return `${lines.join('\r\n')}\r\n\r\n${content ?? ''}`
}

/** The same with content that is said to be JSON. */
export function wireJson (line: string, content: string, headers: readonly string[] = []): string {
  return wire(line, ['Content-Type: application/json', ...headers], content)
}

/** The requests that can be read in what a client sends, in their order. */
export function requestsIn ({ steps }: Conversation): readonly LintRequest[] {
  const text = steps.filter((step) => typeof step === 'string' || Buffer.isBuffer(step)).map((step) => step.toString('latin1')).join('')
  return [...text.matchAll(/(?:^|\n|(?<=[}\]]))([!#$%&'*+.^_`|~0-9A-Za-z-]+) [^ \r\n]+ HTTP\/1\.\d\r\n((?:[^\r\n]+\r\n)*)/g)].map(([, method = '', head = '']) => ({
    method,
    headers: Object.fromEntries(head.split('\r\n').filter((line) => line !== '').map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]))
  }))
}

const patience = 4000

/** Plays a client's part on a connection of its own, and reads until the server has closed it. */
export async function converse (t: Test, port: number, { steps, end = false }: Conversation): Promise<Buffer> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => { chunks.push(chunk) })
  socket.on('error', () => {})
  t.teardown(() => { socket.destroy() })
  const closed = new Promise<void>((resolve) => { socket.once('close', () => resolve()) })
  for (const step of steps) {
    if (typeof step === 'number') await new Promise((resolve) => { setTimeout(resolve, step) })
    else if (step instanceof RegExp) await received(socket, chunks, step)
    else socket.write(step)
  }
  if (end) socket.end()
  const late = setTimeout(() => {
    t.fail(`the connection is closed within ${patience} ms: ${Buffer.concat(chunks).toString('latin1')}`)
    socket.destroy()
  }, patience)
  await closed
  clearTimeout(late)
  return Buffer.concat(chunks)
}

function received (socket: Socket, chunks: readonly Buffer[], pattern: RegExp): Promise<void> {
  return new Promise((resolve, reject) => {
    const text = (): string => Buffer.concat(chunks).toString('latin1')
    const done = (error?: Error): void => {
      clearTimeout(late)
      socket.off('data', look).off('close', gone)
      error === undefined ? resolve() : reject(error)
    }
    const late = setTimeout(() => done(new Error(`${String(pattern)} did not come: ${text()}`)), patience)
    const look = (): void => { if (pattern.test(text())) done() }
    const gone = (): void => done(new Error(`${String(pattern)} did not come before the end: ${text()}`))
    socket.on('data', look).on('close', gone)
    look()
  })
}

/** The final answers in everything that was received on a connection (RFC 9112 section 6.3). */
export function answersIn (bytes: Buffer, requests: readonly LintRequest[]): readonly WireAnswer[] {
  const answers: WireAnswer[] = []
  let interim: number[] = []
  for (let rest = bytes; rest.length > 0;) {
    const end = rest.indexOf('\r\n\r\n')
    const [start = '', ...lines] = rest.subarray(0, end < 0 ? rest.length : end).toString('latin1').split('\r\n')
    const status = Number(/^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(start)?.[1] ?? NaN)
    const fields = lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()] as const)
    const after = end < 0 ? Buffer.alloc(0) : rest.subarray(end + 4)
    if (status >= 100 && status < 200) {
      interim.push(status)
      rest = after
      continue
    }
    const headers: Record<string, string> = {}
    for (const [name, value] of fields) headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`
    const method = requests[answers.length]?.method ?? ''
    const content = end < 0 ? undefined : contentIn(after, method === 'HEAD' || status === 204 || status === 304, headers)
    answers.push({ status, fields, headers, body: content?.body ?? after, interim, isCut: content === undefined })
    interim = []
    rest = content?.rest ?? Buffer.alloc(0)
  }
  return answers
}

/** Undefined where the content does not end. */
function contentIn (bytes: Buffer, hasNone: boolean, headers: Readonly<Record<string, string>>): { readonly body: Buffer, readonly rest: Buffer } | undefined {
  if (hasNone) return { body: Buffer.alloc(0), rest: bytes }
  if (headers['transfer-encoding'] === 'chunked') return chunksIn(bytes)
  const length = headers['content-length'] === undefined ? bytes.length : Number(headers['content-length'])
  return bytes.length < length ? undefined : { body: bytes.subarray(0, length), rest: bytes.subarray(length) }
}

function chunksIn (bytes: Buffer): { readonly body: Buffer, readonly rest: Buffer } | undefined {
  const parts: Buffer[] = []
  for (let rest = bytes; ;) {
    const line = rest.indexOf('\r\n')
    if (line < 0) return undefined
    const size = Number.parseInt(rest.subarray(0, line).toString(), 16)
    if (Number.isNaN(size) || rest.length < line + 2 + size + 2) return undefined
    if (size === 0) return { body: Buffer.concat(parts), rest: rest.subarray(line + 4) }
    parts.push(rest.subarray(line + 2, line + 2 + size))
    rest = rest.subarray(line + 2 + size + 2)
  }
}
