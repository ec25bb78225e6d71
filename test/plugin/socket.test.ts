import type { FastifyInstance } from 'fastify'
import t from 'tap'
import type { Test } from 'tap'
import { buildApp } from './app.ts'
import type { AppSettings } from './app.ts'
import { answersIn, listen, open, refusedOnce, send } from './raw.ts'

async function serve (test: Test, settings: AppSettings = {}): Promise<{ readonly app: FastifyInstance, readonly port: number }> {
  const app = await buildApp(test, settings)
  app.resource('/things', {})
  return { app, port: await listen(app) }
}

const host = 'Host: x\r\n'
const get = `GET /things HTTP/1.1\r\n${host}Connection: close\r\n\r\n`

t.test('an unknown method is 501, on any path and with any case', async (t) => {
  const { port } = await serve(t)
  for (const method of ['FOO', 'get', 'GETX', 'X-Y', "!#$%&'*+.^_`|~"]) {
    for (const path of ['/things', '/things/a', '/unknown']) refusedOnce(t, await send(t, port, `${method} ${path} HTTP/1.1\r\n${host}\r\n`), 501, `${method} ${path}`)
  }
  for (const method of ['TRACE', 'PROPFIND', 'LINK', 'QUERY', 'REPORT', 'M-SEARCH']) {
    for (const path of ['/things', '/things/', '/things/a', '/things/a/', '/things/a%2Fb', '/things/%C3%A9', '/things/a?_bogus']) {
      const [answer] = await send(t, port, `${method} ${path} HTTP/1.1\r\n${host}Connection: close\r\n\r\n`)
      t.equal(answer?.status, 501, `${method} ${path}`)
    }
    for (const path of ['/unknown', '/things/a/b', '/', '/things//a']) {
      const [answer] = await send(t, port, `${method} ${path} HTTP/1.1\r\n${host}Connection: close\r\n\r\n`)
      t.equal(answer?.status, 404, `${method} ${path}`)
    }
  }
})

t.test('what is no HTTP is 400, once, and the connection is closed', async (t) => {
  const { port } = await serve(t)
  const cases: ReadonlyArray<readonly [string, string | Buffer]> = [
    ['garbage', 'garbage\r\n\r\n'], ['TLS', Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03])], ['no target', 'GET HTTP/1.1\r\n\r\n'], ['two blanks', 'GET  /things HTTP/1.1\r\n\r\n'],
    ['HTTP/1.2', `GET /things HTTP/1.2\r\n${host}\r\n`], ['HTTP/3.0', `GET /things HTTP/3.0\r\n${host}\r\n`], ['no HTTP', `GET /things FTP/1.1\r\n${host}\r\n`], ['unknown method and version', `FOO /things HTTP/9.9\r\n${host}\r\n`],
    ['a bad header', `GET /things HTTP/1.1\r\n${host}bad header\r\n\r\n`], ['a blank before the colon', `GET /things HTTP/1.1\r\n${host}a : b\r\n\r\n`], ['a control character', `GET /things HTTP/1.1\r\n${host}a: \x01\r\n\r\n`],
    ['a bad Content-Length', `POST /things HTTP/1.1\r\n${host}Content-Length: x\r\n\r\n`], ['two lengths', `POST /things HTTP/1.1\r\n${host}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`],
    ['length and coding', `POST /things HTTP/1.1\r\n${host}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`], ['a header of 17 KiB', `GET /things HTTP/1.1\r\n${host}a: ${'x'.repeat(17 * 1024)}\r\n\r\n`],
    ['a URL of 17 KiB', `GET /things?${'x'.repeat(17 * 1024)} HTTP/1.1\r\n${host}\r\n`]
  ]
  for (const [name, bytes] of cases) refusedOnce(t, await send(t, port, bytes), 400, name)
})

t.test('HTTP/1.1 without Host is 400, HTTP/1.0 needs none', async (t) => {
  const { port } = await serve(t)
  for (const path of ['/things', '/unknown', '/things/a/b']) refusedOnce(t, await send(t, port, `GET ${path} HTTP/1.1\r\n\r\n`), 400, path)
  const [answer] = await send(t, port, 'PUT /things/a%20b HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}')
  t.equal(answer?.status, 201)
  t.equal(answer?.headers['location'], `http://127.0.0.1:${port}/things/a%20b`)
})

t.test('a path that cannot be decoded is 400, an id that is too long 404', async (t) => {
  const { port } = await serve(t)
  for (const [path, code] of [['/things/%', 400], ['/things/%zz', 400], ['/things/%ff', 400], ['/things/%C3', 400], ['/%', 400], ['/things/a/%', 400], ['/things/%00', 400], ['/things/.', 400], ['/things/..', 400],
    [`/things/${'x'.repeat(256)}`, 404], [`/things/${'%C3%A9'.repeat(128)}`, 404], [`/things/${'x'.repeat(5000)}`, 404], [`/things/${'x'.repeat(255)}`, 404]] as const) {
    const answers = await send(t, port, `GET ${path} HTTP/1.1\r\n${host}Connection: close\r\n\r\n`)
    refusedOnce(t, answers, code, path.slice(0, 40))
  }
})

t.test('an Expect that is not known is ignored', async (t) => {
  const { port } = await serve(t)
  const [answer, ...more] = await send(t, port, get.replace('\r\n\r\n', '\r\nExpect: 200-ok\r\n\r\n'))
  t.equal(answer?.status, 200)
  t.equal(more.length, 0)
})

t.test('Expect: 100-continue: the content is asked for only if it will be read', async (t) => {
  const { port } = await serve(t)
  const head = (path: string, type = 'application/json'): string => `PUT ${path} HTTP/1.1\r\n${host}Content-Type: ${type}\r\nContent-Length: 8\r\nExpect: 100-continue\r\n\r\n`
  const accepted = open(t, port)
  accepted.socket.write(head('/things/a'))
  await accepted.until(/^HTTP\/1\.1 100 Continue\r\n\r\n/)
  accepted.socket.write('{"n": 1}')
  await accepted.until(/HTTP\/1\.1 201 [^]*"n":1\}$/)

  for (const [path, type, code] of [['/things/a', 'text/plain', 415], ['/things', 'application/json', 405], ['/unknown', 'application/json', 404]] as const) {
    const refused = open(t, port)
    refused.socket.write(head(path, type))
    await refused.until(new RegExp(`^HTTP/1\\.1 ${code} [^]*\\}$`))
    const [answer] = answersIn(refused.received())
    t.equal(answer?.status, code, `${code} without an interim answer`)
    t.equal(answer?.headers['connection'], 'close', 'whether the content follows cannot be known')
    await refused.closed
  }
})

t.test('no request is answered twice', async (t) => {
  const { port } = await serve(t)
  const gzip = await send(t, port, `POST /things HTTP/1.1\r\n${host}Content-Type: text/plain\r\nTransfer-Encoding: gzip\r\n\r\nxx`)
  t.equal(gzip.length, 1)
  const refused = open(t, port)
  refused.socket.write(`PUT /things/a HTTP/1.1\r\n${host}Content-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n`)
  await refused.until(/^HTTP\/1\.1 415 [^]*\}$/)
  refused.socket.write('zz\r\nno chunk\r\n')
  await refused.closed
  t.equal(answersIn(refused.received()).length, 1, 'the rest of a refused request is no request')
  const slow = open(t, port)
  slow.socket.write(`PUT /things/b HTTP/1.1\r\n${host}Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}FOO /things HTTP/1.1\r\n${host}\r\n`)
  await slow.closed
  t.strictSame(answersIn(slow.received()).map(({ status }) => status), [201, 501], 'answers come in the order of the requests')
  const pipelined = await send(t, port, `${get.replace('Connection: close\r\n', '')}garbage\r\n\r\n`)
  t.strictSame(pipelined.map(({ status }) => status), [200, 400], 'but the next one is')
})

t.test('a request that is too slow is 400', async (t) => {
  const { port } = await serve(t, { server: { requestTimeout: 150, http: { headersTimeout: 100, connectionsCheckingInterval: 30 } } })
  for (const [name, bytes] of [['half a head', `GET /things HTTP/1.1\r\n${host}`], ['half a body', `PUT /things/a HTTP/1.1\r\n${host}Content-Type: application/json\r\nContent-Length: 9\r\n\r\n{`]] as const) {
    const slow = open(t, port)
    slow.socket.write(bytes)
    await slow.closed
    refusedOnce(t, answersIn(slow.received()), 400, name)
  }
})

t.test('content that is larger than the limit is 400, and the connection is closed', async (t) => {
  const { port } = await serve(t, { options: { bodyLimit: 10 } })
  for (const method of ['PUT', 'DELETE']) {
    for (const framing of [`Content-Length: 20\r\n\r\n${'x'.repeat(20)}`, `Transfer-Encoding: chunked\r\n\r\n14\r\n${'x'.repeat(20)}\r\n0\r\n\r\n`]) {
      refusedOnce(t, await send(t, port, `${method} /things/a HTTP/1.1\r\n${host}Content-Type: application/json\r\n${framing}`), 400, `${method} ${framing.slice(0, 15)}`)
    }
  }
})

t.test('the listeners of the plugin leave the server with the last app', async (t) => {
  const app = await buildApp(t)
  const { server } = app
  await app.ready()
  for (const event of ['checkExpectation', 'checkContinue']) t.equal(server.listenerCount(event), 1, event)
  await app.close()
  for (const event of ['checkExpectation', 'checkContinue']) t.equal(server.listenerCount(event), 0, event)
})

t.test('without serverOptions what never reaches a route is answered by Fastify and Node', async (t) => {
  const { port } = await serve(t, { plain: true, anyStatus: true })
  const status = async (bytes: string): Promise<number | undefined> => (await send(t, port, bytes))[0]?.status
  t.equal(await status('garbage\r\n\r\n'), 400)
  t.equal(await status(`FOO /things HTTP/1.1\r\n${host}\r\n`), 400)
  t.equal(await status('GET /things HTTP/1.1\r\n\r\n'), 400)
  t.equal(await status(`GET /things HTTP/1.1\r\n${host}a: ${'x'.repeat(17 * 1024)}\r\n\r\n`), 431)
  t.equal(await status(`GET /things/% HTTP/1.1\r\n${host}Connection: close\r\n\r\n`), 400)
  t.equal(await status(`GET /things/${'x'.repeat(101)} HTTP/1.1\r\n${host}Connection: close\r\n\r\n`), 414)
  t.equal(await status(get), 200)
})
