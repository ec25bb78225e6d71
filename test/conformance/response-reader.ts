import type { Socket } from 'node:net'

/** Bytes that arrive over time. */
export interface ByteSource {
  /** Up to the next CRLF, which is swallowed. */
  line (): Promise<string>
  take (length: number): Promise<Buffer>
  /** Everything until the other side closes. */
  rest (): Promise<Buffer>
  /** Whether bytes are waiting. */
  pending (): boolean
}

const patience = 10_000

/** Reads a socket piece by piece; a piece that does not come within ten seconds is an error. */
export function byteSource (socket: Socket): ByteSource {
  let buffered = Buffer.alloc(0)
  let ended = false
  let wake = (): void => {}
  socket.on('data', (chunk: Buffer) => {
    buffered = Buffer.concat([buffered, chunk])
    wake()
  })
  for (const event of ['end', 'close', 'error'] as const) {
    socket.on(event, () => {
      ended = true
      wake()
    })
  }
  async function until (ready: () => boolean, what: string): Promise<void> {
    const deadline = Date.now() + patience
    while (!ready()) {
      if (ended && what !== 'end') throw new Error(`connection closed while reading ${what}: ${JSON.stringify(buffered.toString('latin1'))}`)
      if (Date.now() > deadline) throw new Error(`no ${what} within ${patience} ms: ${JSON.stringify(buffered.toString('latin1'))}`)
      await new Promise<void>(resolve => {
        const timer = setTimeout(resolve, deadline - Date.now())
        wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
  }
  function cut (length: number, skip = 0): Buffer {
    const head = buffered.subarray(0, length)
    buffered = buffered.subarray(length + skip)
    return head
  }
  return {
    async line () {
      await until(() => buffered.includes('\r\n'), 'line')
      return cut(buffered.indexOf('\r\n'), 2).toString('latin1')
    },
    async take (length) {
      await until(() => buffered.length >= length, `${length} bytes`)
      return cut(length)
    },
    async rest () {
      await until(() => ended, 'end')
      return cut(buffered.length)
    },
    pending: () => buffered.length > 0
  }
}

/** The lines of a head by name; several of one name joined with a comma. */
export function joinFields (fields: ReadonlyArray<readonly [name: string, value: string]>): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [name, value] of fields) headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`
  return headers
}

interface Read {
  readonly status: number
  readonly headers: Record<string, string>
  readonly fields: ReadonlyArray<readonly [name: string, value: string]>
  readonly body: Buffer
  readonly interim: number[]
}

/** Reads one final response (RFC 9112 section 6.3 for its length); interim responses are noted. */
export async function readResponse (source: ByteSource, method: string): Promise<Read> {
  const interim: number[] = []
  for (;;) {
    const start = /^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(await source.line())
    if (start === null) throw new Error('not a status line')
    const status = Number(start[1])
    const fields = await readFields(source)
    const headers = joinFields(fields)
    if (status < 200) {
      interim.push(status)
      continue
    }
    return { status, headers, fields, body: await readBody(source, method, status, headers), interim }
  }
}

async function readFields (source: ByteSource): Promise<Array<readonly [string, string]>> {
  const fields: Array<readonly [string, string]> = []
  for (;;) {
    const line = await source.line()
    if (line === '') return fields
    const colon = line.indexOf(':')
    if (colon < 1) throw new Error(`not a header line: ${line}`)
    fields.push([line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()])
  }
}

async function readBody (source: ByteSource, method: string, status: number, headers: Record<string, string>): Promise<Buffer> {
  if (method === 'HEAD' || status === 204 || status === 304) return Buffer.alloc(0)
  if (headers['transfer-encoding'] === 'chunked') return await readChunks(source)
  if (headers['content-length'] !== undefined) return await source.take(Number(headers['content-length']))
  return await source.rest()
}

async function readChunks (source: ByteSource): Promise<Buffer> {
  const parts: Buffer[] = []
  for (;;) {
    const size = Number.parseInt(await source.line(), 16)
    if (size === 0) {
      while (await source.line() !== '');
      return Buffer.concat(parts)
    }
    parts.push(await source.take(size))
    await source.line()
  }
}
