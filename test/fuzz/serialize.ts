import type { Random } from './draft.ts'
import type { FuzzRequest } from './requests.ts'

/** The bytes of a request: one, or in pieces as a network may cut them. */
export function serialize ({ method, url, headers, body, chunked, minor }: Pick<FuzzRequest, 'method' | 'url' | 'headers' | 'body' | 'chunked' | 'minor'>, random: Random): Buffer {
  const lines = [`${method} ${url} HTTP/1.${minor}`, ...headers.map(([name, value]) => `${name}: ${value}`)]
  const inChunks = chunked && minor === 1
  if (body !== undefined) lines.push(inChunks ? 'Transfer-Encoding: chunked' : `Content-Length: ${body.length}`)
  const head = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')
  return body === undefined ? head : Buffer.concat([head, inChunks ? toChunks(body, random) : body])
}

/** Chunks of any size, with what the grammar of RFC 9112 section 7.1 has beside: zeros, extensions, trailers. */
function toChunks (body: Buffer, random: Random): Buffer {
  const parts: Buffer[] = []
  for (let at = 0; at < body.length;) {
    const part = body.subarray(at, at + 1 + random.below(random.chance(0.3) ? 3 : 400))
    parts.push(Buffer.from(`${random.pick(['', '0', '000'])}${part.length.toString(16)}${random.pick(['', '', ';x', ';x=y', ';x="y"'])}\r\n`), part, Buffer.from('\r\n'))
    at += part.length
  }
  return Buffer.concat([...parts, Buffer.from(`0\r\n${random.pick(['', '', 'X-Trailer: x\r\n'])}\r\n`)])
}

/** Cuts bytes where a network might. */
export function cut (bytes: Buffer, random: Random): Buffer[] {
  if (!random.chance(0.15) || bytes.length < 2) return [bytes]
  const at = 1 + random.below(bytes.length - 1)
  return [bytes.subarray(0, at), bytes.subarray(at)]
}
