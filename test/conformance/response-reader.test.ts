import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { connect, describe, serialize } from './request.ts'

/** Answers whatever comes with `bytes`, a few at a time, and closes if told so. */
async function answering (t: { teardown: (handler: () => void) => void }, bytes: string, close = false): Promise<number> {
  const server = createServer(socket => {
    socket.on('error', () => {})
    socket.once('data', async () => {
      for (let start = 0; start < bytes.length; start += 5) {
        socket.write(bytes.slice(start, start + 5), 'latin1')
        await new Promise(setImmediate)
      }
      if (close) socket.end()
    })
  })
  t.teardown(() => { server.close() })
  await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve) })
  return (server.address() as AddressInfo).port
}

const ok = 'HTTP/1.1 200 OK\r\n'
const cases: ReadonlyArray<readonly [string, string, string, number, string]> = [
  ['content with its length', 'GET', `${ok}Content-Length: 5\r\n\r\nhelloHTTP/1.1`, 200, 'hello'],
  ['chunked content', 'GET', `${ok}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n3;x=y\r\n, w\r\n0\r\nTrailer: a\r\n\r\n`, 200, 'hello, w'],
  ['no content after HEAD', 'HEAD', `${ok}Content-Length: 5\r\n\r\n`, 200, ''],
  ['no content in a 204', 'PUT', 'HTTP/1.1 204 No Content\r\n\r\n', 204, ''],
  ['no content in a 304', 'GET', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n', 304, ''],
  ['interim responses first', 'PUT', `HTTP/1.1 100 Continue\r\n\r\n${ok}Content-Length: 2\r\n\r\nok`, 200, 'ok']
]

for (const [name, method, bytes, status, body] of cases) {
  t.test(`a response is read to its end: ${name}`, async t => {
    const connection = await connect(await answering(t, bytes))
    t.teardown(connection.close)
    const response = await connection.exchange(Buffer.from('?'), method)
    t.equal(response.status, status)
    t.equal(response.body.toString(), body)
    t.equal(response.interim.length, name.startsWith('interim') ? 1 : 0)
  })
}

t.test('a response is read to its end: content up to the close', async t => {
  const connection = await connect(await answering(t, `${ok}A: 1\r\na: 2\r\n\r\nhello`, true))
  const response = await connection.exchange(Buffer.from('?'), 'GET')
  t.equal(response.body.toString(), 'hello')
  t.equal(response.headers['a'], '1, 2', 'lines of one name are joined')
})

t.test('a connection that ends too early is an error', async t => {
  const connection = await connect(await answering(t, `${ok}Content-Length: 9\r\n\r\nhello`, true))
  await t.rejects(connection.exchange(Buffer.from('?'), 'GET'), /connection closed/)
})

t.test('a request is written with its length, or in chunks', async t => {
  const request = { method: 'PUT', url: '/x', headers: { accept: '' }, body: Buffer.from('{"a":"it\'s"}') }
  t.equal(serialize(request, { close: true }).toString(), 'PUT /x HTTP/1.1\r\nHost: localhost\r\naccept: \r\nConnection: close\r\nContent-Length: 12\r\n\r\n{"a":"it\'s"}')
  t.match(serialize(request, { chunked: true }).toString(), /Transfer-Encoding: chunked\r\n\r\n7\r\n\{"a":"i\r\n5\r\nt's"\}\r\n0\r\n\r\n$/)
  t.match(describe(request), /^curl -si -X PUT 'http:\/\/localhost\/x' -H 'accept;' --data-binary '\{"a":"it'\\''s"\}'$/m)
})
