import Fastify from 'fastify'
import t from 'tap'
import { serverOptions } from '../../lib/index.ts'
import { listen, open } from './raw.ts'

/** Found by `npm run fuzz`: what the parser refuses has no content where the method was HEAD (RFC 9110 section 9.3.2). */
const cases: ReadonlyArray<readonly [name: string, bytes: string, status: number, content: boolean]> = [
  ['HEAD of no address', 'HEAD ?things HTTP/1.1\r\nHost: x\r\n\r\n', 400, false],
  ['HEAD with a header line that is none', 'HEAD /things HTTP/1.1\r\nHost: x\r\nno header\r\n\r\n', 400, false],
  ['GET of no address', 'GET ?things HTTP/1.1\r\nHost: x\r\n\r\n', 400, true],
  ['GET with HEAD in its header', 'GET /things HTTP/1.1\r\nX: HEAD \r\nHEAD \r\n\r\n', 400, true],
  ['HEAD after another request', 'GET /one HTTP/1.1\r\nHost: x\r\n\r\nHEAD ?two HTTP/1.1\r\nHost: x\r\n\r\n', 400, false],
  ['HEAD after content', 'PUT /one HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 7\r\n\r\n{"a":1}HEAD ?two HTTP/1.1\r\nHost: x\r\n\r\n', 400, false],
  ['HEAD after content that is a number', 'POST /one HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n35HEAD ict/(f HTTP/1.1\r\nHost: x\r\n\r\n', 400, false],
  ['HEAD after content that is cut', 'PATCH /one HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\n[{HEAD ttings HTTP/1.1\r\nHost: x\r\n\r\n', 400, false],
  ['HEAD after content of several lines', 'POST /one HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 16\r\n\r\na\r\n\r\n04\r\n--b--\r\nHEAD +two HTTP/1.1\r\nHost: x\r\n\r\n', 400, false],
  ['GET after content that speaks of HEAD', 'POST /one HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 8\r\n\r\n"HEAD x"GET ?two HTTP/1.1\r\nHost: x\r\n\r\n', 400, true],
  ['HEAD of two addresses', 'HEAD /one two HTTP/1.1\r\nHost: x\r\n\r\n', 400, false],
  ['GET after HEAD', 'HEAD /one HTTP/1.1\r\nHost: x\r\n\r\nGET ?two HTTP/1.1\r\nHost: x\r\n\r\n', 400, true],
  ['a method that begins so', 'HEADS /things HTTP/1.1\r\nHost: x\r\n\r\n', 501, true]
]

t.test('what the parser refuses has no content where the method was HEAD', async (t) => {
  const app = Fastify(serverOptions())
  t.teardown(async () => app.close())
  const port = await listen(app)
  for (const [name, bytes, status, content] of cases) {
    const connection = open(t, port)
    connection.socket.end(bytes)
    await connection.closed
    // The last answer; the end of the one before is glued to it.
    const [head = '', body] = connection.received().split('\r\n\r\n').slice(-2)
    t.match(head, new RegExp(`(?:^|})HTTP/1\\.1 ${status} `), name)
    t.match(head, /^Content-Length: [1-9]\d*$/m, `${name}: the length is told`)
    t.equal(body !== '', content, `${name}: content`)
  }
})
