import t from 'tap'
import { FramingFault, parseAnswer, parseReceived } from './answer-parser.ts'

const ok = 'HTTP/1.1 200 OK\r\n'

function isFault (read: () => unknown): boolean {
  try {
    read()
    return false
  } catch (error) {
    return error instanceof FramingFault
  }
}

/** Bytes that are one whole answer, and what is read. */
const whole: ReadonlyArray<readonly [name: string, method: string, bytes: string, status: number, body: string]> = [
  ['content with a length', 'GET', `${ok}Content-Length: 2\r\n\r\n{}`, 200, '{}'],
  ['chunks', 'GET', `${ok}Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n`, 200, '{}'],
  ['HEAD', 'HEAD', `${ok}Content-Length: 2\r\n\r\n`, 200, ''],
  ['204', 'OPTIONS', 'HTTP/1.1 204 No Content\r\nAllow: GET\r\n\r\n', 204, ''],
  ['304', 'GET', 'HTTP/1.1 304 Not Modified\r\nETag: "\x80"\r\n\r\n', 304, ''],
  ['after an interim answer', 'PUT', `HTTP/1.1 100 Continue\r\n\r\n${ok}Content-Length: 0\r\n\r\n`, 200, ''],
  ['no reason phrase, an empty field', 'GET', 'HTTP/1.1 404 \r\nX:\r\nContent-Length: 0\r\n\r\n', 404, '']
]

t.test('whole answers are read to their end, and no further', async (t) => {
  for (const [name, method, bytes, status, body] of whole) {
    const found = parseAnswer(Buffer.from(`${bytes}HTTP/1.1 500 `, 'latin1'), method)
    t.equal(found?.value.status, status, name)
    t.equal(found?.value.body.toString(), body, name)
    t.equal(found?.end, Buffer.byteLength(bytes, 'latin1'), name)
  }
})

t.test('an answer that is not complete is waited for, and is a fault where nothing more comes', async (t) => {
  for (const [name, method, bytes] of whole) {
    for (let length = 1; length < Buffer.byteLength(bytes, 'latin1'); length++) {
      const part = Buffer.from(bytes, 'latin1').subarray(0, length)
      t.equal(parseAnswer(part, method), undefined, `${name}, ${length} bytes`)
      // Between two answers a connection may end.
      if (!part.toString('latin1').endsWith('Continue\r\n\r\n')) t.ok(isFault(() => parseAnswer(part, method, true)), `${name}, ${length} bytes, ended`)
    }
  }
})

const broken: ReadonlyArray<readonly [name: string, method: string, bytes: string]> = [
  ['no status line', 'GET', '{}HTTP/1.1 200 OK\r\n\r\n'],
  ['another version', 'GET', 'HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n'],
  ['two lengths', 'GET', `${ok}Content-Length: 0\r\nContent-Length: 0\r\n\r\n`],
  ['a length that is no number', 'GET', `${ok}Content-Length: +0\r\n\r\n`],
  ['a length and chunks', 'GET', `${ok}Content-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
  ['another coding', 'GET', `${ok}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`],
  ['no length on a connection that is kept', 'GET', `${ok}\r\n{}`],
  ['204 with a length', 'GET', 'HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n'],
  ['304 with a length', 'GET', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 2\r\n\r\n'],
  ['a folded line', 'GET', `${ok}X: a\r\n b\r\nContent-Length: 0\r\n\r\n`],
  ['a line feed alone', 'GET', `${ok}X: a\nY: b\r\nContent-Length: 0\r\n\r\n`],
  ['a blank before the colon', 'GET', `${ok}Content-Length : 0\r\n\r\n`],
  ['a control character', 'GET', `${ok}X: a\x01\r\nContent-Length: 0\r\n\r\n`],
  ['a chunk that is longer', 'GET', `${ok}Transfer-Encoding: chunked\r\n\r\n1\r\n{}\r\n0\r\n\r\n`],
  ['a chunk without a size', 'GET', `${ok}Transfer-Encoding: chunked\r\n\r\n\r\n\r\n`],
  ['switching protocols', 'GET', 'HTTP/1.1 101 Switching Protocols\r\n\r\n']
]

t.test('what RFC 9112 forbids is a fault', async (t) => {
  for (const [name, method, bytes] of broken) t.ok(isFault(() => parseAnswer(Buffer.from(bytes, 'latin1'), method)), name)
})

t.test('all that came until the end of a connection is read', async (t) => {
  const read = (bytes: string, ...methods: readonly string[]): unknown => {
    const { answers, dangling } = parseReceived(Buffer.from(bytes, 'latin1'), methods)
    return [answers.map(({ status, body, interim, isCut }) => [status, body.toString('latin1'), interim, isCut]), dangling]
  }
  const goOn = 'HTTP/1.1 100 Continue\r\n\r\n'
  const two = `${ok}Content-Length: 2\r\n\r\n{}`
  t.strictSame(read(''), [[], []])
  t.strictSame(read(goOn), [[], [100]])
  t.strictSame(read(`${two}${goOn}HTTP/1.1 103 Early Hints\r\n\r\n`, 'GET', 'PUT'), [[[200, '{}', [], false]], [100, 103]])
  t.strictSame(read(`${ok}Content-Length: 2\r\n\r\n${goOn}${two}`, 'HEAD', 'GET'), [[[200, '', [], false], [200, '{}', [100], false]], []])
  t.strictSame(read(`${two}${ok}Content-Length: 3\r\n\r\n{}`, 'GET', 'GET'), [[[200, '{}', [], false], [200, '{}', [], true]], []], 'cut within a length')
  t.strictSame(read(`${ok}Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n`, 'GET'), [[[200, '2\r\n{}\r\n', [], true]], []], 'cut between chunks')
  t.strictSame(read(`${ok}Transfer-Encoding: chunked\r\n\r\n${two}`, 'GET', 'GET'), [[[200, two, [], true]], []], 'written over')
  t.strictSame(read(`${ok}Connection: close\r\n\r\n{}`, 'GET'), [[[200, '{}', [], false]], []], 'as long as the connection')
  for (const status of [204, 304]) t.strictSame(read(`HTTP/1.1 ${status} X\r\nContent-Length: 0\r\n\r\n${two}`, 'GET', 'GET'), [[[status, '', [], false], [200, '{}', [], false]], []])
  for (const [name, method, bytes] of broken) {
    if (!/04 with a length|a chunk/.test(name)) t.ok(isFault(() => read(bytes, method)), name)
  }
  for (const part of [ok, goOn.slice(0, -1), `${two}HTTP`]) t.ok(isFault(() => read(part, 'GET')), JSON.stringify(part))
})
