import { createConnection } from 'node:net'
import type { Socket } from 'node:net'
import type { InjectOptions } from 'fastify'
import type { Fixture } from './fixture.ts'
import { byteSource, joinFields, readResponse } from './response-reader.ts'
import type { ByteSource } from './response-reader.ts'

/** A request, before it is put on a transport. */
export interface WireRequest {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Buffer
}

export interface WireResponse {
  readonly status: number
  /** Lower-case names; several lines of one name joined with a comma. */
  readonly headers: Readonly<Record<string, string>>
  /** Each line of the head in its place, as {@link headers} has joined them. */
  readonly fields: ReadonlyArray<readonly [name: string, value: string]>
  readonly body: Buffer
}

/** Sends one request to an application and waits for the whole answer. */
export type Send = (fixture: Fixture, request: WireRequest) => Promise<WireResponse>

/** In process, without a socket. */
export const inject: Send = async ({ app }, { method, url, headers, body }) => {
  const response = await app.inject({
    method: method as NonNullable<InjectOptions['method']>,
    url,
    headers: { ...headers },
    ...(body === undefined ? {} : { payload: body })
  })
  const fields = Object.entries(response.headers).flatMap(([name, value]) => (Array.isArray(value) ? value : [String(value)]).map((line) => [name, line] as const))
  return { status: response.statusCode, headers: joinFields(fields), fields, body: response.rawPayload }
}

/** One connection of our own to a server. */
export interface Connection {
  readonly socket: Socket
  readonly source: ByteSource
  /** Sends bytes and reads one response to a request with `method`. */
  exchange (bytes: Buffer, method: string): Promise<WireResponse & { interim: number[] }>
  close (): void
}

export async function connect (port: number): Promise<Connection> {
  const socket = createConnection({ port, host: '127.0.0.1', noDelay: true })
  const source = byteSource(socket)
  await new Promise<void>((resolve, reject) => { socket.once('connect', resolve).once('error', reject) })
  return {
    socket,
    source,
    async exchange (bytes, method) {
      socket.write(bytes)
      return await readResponse(source, method)
    },
    close () { socket.destroy() }
  }
}

/** The bytes of a request; content goes with its length, or in chunks of at most seven bytes. */
export function serialize ({ method, url, headers, body }: WireRequest, { chunked = false, close = false } = {}): Buffer {
  const lines = [`${method} ${url} HTTP/1.1`, 'Host: localhost']
  for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`)
  if (close) lines.push('Connection: close')
  if (body !== undefined) lines.push(chunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${body.length}`)
  const head = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')
  return body === undefined ? head : Buffer.concat([head, chunked ? chunks(body) : body])
}

function chunks (body: Buffer): Buffer {
  const parts: Buffer[] = []
  for (let start = 0; start < body.length; start += 7) {
    const part = body.subarray(start, start + 7)
    parts.push(Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n'))
  }
  return Buffer.concat([...parts, Buffer.from('0\r\n\r\n')])
}

/** Over a socket of its own for every request. */
export const overSocket: Send = async (fixture, request) => {
  const connection = await connect(await fixture.port())
  try {
    return await connection.exchange(serialize(request, { close: true }), request.method)
  } finally {
    connection.close()
  }
}

/** Over one connection per application that is kept as long as the server keeps it; content in chunks. */
export function overKeptSocket (): { send: Send, connections: () => number, close: () => void } {
  const kept = new Map<Fixture, Connection>()
  let opened = 0
  return {
    async send (fixture, request) {
      let connection = kept.get(fixture)
      if (connection === undefined) {
        connection = await connect(await fixture.port())
        kept.set(fixture, connection)
        opened++
      }
      const response = await connection.exchange(serialize(request, { chunked: true }), request.method)
      if (response.headers['connection'] === 'close') {
        connection.close()
        kept.delete(fixture)
      }
      return response
    },
    connections: () => opened,
    close () { for (const connection of kept.values()) connection.close() }
  }
}

/** The request as text and as a command line, for the report of a failure. */
export function describe ({ method, url, headers, body }: WireRequest): string {
  const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`
  const command = ['curl -si', method === 'HEAD' ? '-I' : `-X ${method}`, quote(`http://localhost${url}`)]
  for (const [name, value] of Object.entries(headers)) command.push(`-H ${quote(value === '' ? `${name};` : `${name}: ${value}`)}`)
  if (body !== undefined) command.push(`--data-binary ${quote(body.toString('latin1'))}`)
  return `${serialize({ method, url, headers, ...(body === undefined ? {} : { body }) }).toString('latin1')}\n${command.join(' ')}`
}
