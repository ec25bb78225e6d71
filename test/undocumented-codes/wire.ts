import { connect } from 'node:net'
import type { Socket } from 'node:net'
import type { Test } from 'tap'
import { parseReceived } from '../hostile/answer-parser.ts'
import type { ReceivedAnswer } from '../hostile/answer-parser.ts'
import type { LintRequest } from '../lint/linted.ts'

/** What a client does on one connection: it writes bytes, waits so many milliseconds, or until it has received something. */
export type Step = string | Buffer | number | RegExp

/** A client's part; `end` closes its half of the connection after the last step. */
export interface Conversation {
  readonly steps: readonly Step[]
  readonly end?: boolean
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

/** The final answers in everything that was received on a connection. */
export function answersIn (bytes: Buffer, requests: readonly LintRequest[]): readonly ReceivedAnswer[] {
  return parseReceived(bytes, requests.map(({ method }) => method)).answers
}
