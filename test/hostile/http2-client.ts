import { once } from 'node:events'
import { constants } from 'node:http2'
import type { ClientHttp2Session, IncomingHttpHeaders, IncomingHttpStatusHeader } from 'node:http2'

/** One answer over HTTP/2. */
export interface Http2Answer {
  readonly status: number
  readonly headers: Record<string, string>
  readonly body: Buffer
  /** Whether it was broken off; a stream that is closed because nobody reads its content is not. */
  readonly isReset: boolean
}

/**
 * Asks, and waits until the stream is closed; undefined where it was reset without an answer.
 *
 * @param ends whether the content ends; default true
 */
export async function ask (session: ClientHttp2Session, method: string, path: string, headers: Readonly<Record<string, string>> = {}, content?: string, ends: boolean = true): Promise<Http2Answer | undefined> {
  const stream = session.request({ ':method': method, ':path': path, ...headers }, { endStream: content === undefined })
  let head: (IncomingHttpHeaders & IncomingHttpStatusHeader) | undefined
  const chunks: Buffer[] = []
  stream.on('response', (fields) => { head = fields })
  stream.on('data', (chunk: Buffer) => { chunks.push(chunk) })
  stream.on('error', () => {})
  if (content !== undefined) stream.write(content)
  if (content !== undefined && ends) stream.end()
  await once(stream, 'close').catch(() => {})
  if (head === undefined) return undefined
  const own = Object.entries(head).filter(([name]) => !name.startsWith(':')).map(([name, value]) => [name, String(value)])
  return { status: Number(head[':status']), headers: Object.fromEntries(own), body: Buffer.concat(chunks), isReset: stream.rstCode !== constants.NGHTTP2_NO_ERROR }
}
