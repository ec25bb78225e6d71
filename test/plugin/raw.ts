import { connect } from 'node:net'
import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import type { Test } from 'tap'

/** One answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** A connection that keeps what it receives. */
export interface RawConnection {
  readonly socket: Socket
  /** Everything received so far. */
  received (): string
  /** Resolves when the server has closed the connection. */
  readonly closed: Promise<void>
  /** Resolves when `pattern` was received; rejects after `milliseconds`. */
  until (pattern: RegExp, milliseconds?: number): Promise<void>
}

/** Listens on a free port of the loopback interface. */
export async function listen (app: FastifyInstance): Promise<number> {
  await app.listen({ port: 0, host: '127.0.0.1' })
  return (app.server.address() as { port: number }).port
}

/** Connects, and closes at the end of the test. */
export function open (t: Test, port: number): RawConnection {
  const socket = connect(port, '127.0.0.1')
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => { chunks.push(chunk) })
  socket.on('error', () => {})
  t.teardown(() => { socket.destroy() })
  const received = (): string => Buffer.concat(chunks).toString()
  const closed = new Promise<void>((resolve) => { socket.once('close', () => resolve()) })
  return {
    socket,
    received,
    closed,
    until: (pattern, milliseconds = 2000) => new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`${String(pattern)} did not come: ${received()}`)), milliseconds)
      const look = (): void => {
        if (!pattern.test(received())) return
        clearTimeout(late)
        socket.off('data', look)
        resolve()
      }
      socket.on('data', look)
      look()
    })
  }
}

/** Sends bytes on a connection of their own, half-closes it, and reads all answers until it is closed. */
export async function send (t: Test, port: number, bytes: string | Buffer): Promise<readonly RawAnswer[]> {
  const connection = open(t, port)
  connection.socket.end(bytes)
  await connection.closed
  return answersIn(connection.received())
}

/** The answers in what was received; each has a Content-Length or no content. */
export function answersIn (text: string): readonly RawAnswer[] {
  const answers: RawAnswer[] = []
  for (let rest = Buffer.from(text); rest.length > 0;) {
    const end = rest.indexOf('\r\n\r\n')
    const [start = '', ...lines] = rest.subarray(0, end).toString().split('\r\n')
    const headers = Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]))
    const length = Number(headers['content-length'] ?? 0)
    answers.push({ status: Number(/^HTTP\/1\.1 (\d{3}) /.exec(start)?.[1]), headers, body: rest.subarray(end + 4, end + 4 + length).toString() })
    rest = rest.subarray(end + 4 + length)
  }
  return answers
}

/** Asserts that there is exactly one answer, an error object with this code, on a connection that is closed after it. */
export function refusedOnce (t: Test, answers: readonly RawAnswer[], code: number, name: string): void {
  t.equal(answers.length, 1, `${name}: one answer`)
  const [answer] = answers
  t.equal(answer?.status, code, name)
  t.match(answer?.headers, { 'content-type': /^application\/json/, 'cache-control': 'no-store', connection: 'close' }, name)
  t.match(JSON.parse(answer?.body === undefined || answer.body === '' ? 'null' : answer.body), { code, reason: String, message: /./ }, name)
}
