import { Socket } from 'node:net'
import type { AddressInfo } from 'node:net'
import type { ExpectedAnswer } from './rows.ts'
import { runRows } from './rows.ts'
import { wire, wireJson } from './wire.ts'

const json = /^application\/json/
/** What Fastify writes for itself, without our error object. */
const theirs = (status: number): ExpectedAnswer => ({ status, headers: { 'cache-control': undefined }, body: /"error":/ })
/** What is written to the socket and closes the connection. */
const ours = (status: number): ExpectedAnswer => ({ status, headers: { connection: 'close', 'content-type': json }, body: new RegExp(`"code":${status}`) })

const bad: ReadonlyArray<readonly [name: string, bytes: string | Buffer]> = [
  ['garbage', 'garbage\r\n\r\n'], ['an empty method', ' /things HTTP/1.1\r\nHost: x\r\n\r\n'], ['no target', 'GET HTTP/1.1\r\n\r\n'],
  ['TLS', Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03])], ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ['no HTTP', 'GET /things FTP/1.1\r\nHost: x\r\n\r\n'], ['HTTP/1.2', wire('GET /things HTTP/1.2')],
  ['a control character in the target', 'GET /thi\x01ngs HTTP/1.1\r\nHost: x\r\n\r\n'], ['a zero byte in the target', 'GET /things\0 HTTP/1.1\r\nHost: x\r\n\r\n'],
  ['a header without a colon', wire('GET /things', ['bad header'])], ['a blank before the colon', wire('GET /things', ['a : b'])], ['a name that is no token', wire('GET /things', ['a(b: c'])],
  ['a zero byte in a header', wire('GET /things', ['a: \0'])], ['a control character in a header', wire('GET /things', ['a: \x01'])], ['a folded header', wire('GET /things', ['a: b\r\n c'])],
  ['an empty header name', wire('GET /things', [': b'])], ['a line break of CR alone', 'GET /things HTTP/1.1\r\nHost: x\r\na: b\rc: d\r\n\r\n'],
  ['a Content-Length that is no number', wire('POST /things', ['Content-Length: x'])], ['a negative Content-Length', wire('POST /things', ['Content-Length: -1'])], ['a Content-Length with a sign', wire('POST /things', ['Content-Length: +1'], 'x')],
  ['a Content-Length that overflows', wire('POST /things', ['Content-Length: 99999999999999999999999'])], ['a list of Content-Lengths', wire('POST /things', ['Content-Length: 1, 1'], 'x')],
  ['two different Content-Lengths', wire('POST /things', ['Content-Length: 1', 'Content-Length: 2'], 'ab')], ['two equal Content-Lengths', wire('POST /things', ['Content-Length: 1', 'Content-Length: 1'], 'a')],
  ['Content-Length and Transfer-Encoding', wire('POST /things', ['Content-Length: 5', 'Transfer-Encoding: chunked'], '0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n')],
  ['Transfer-Encoding and Content-Length', wire('POST /things', ['Transfer-Encoding: chunked', 'Content-Length: 5'], '0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n')],
  ['chunked twice', wire('POST /things', ['Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'], '0\r\n\r\n')], ['chunked, but not last', wire('POST /things', ['Transfer-Encoding: chunked, identity'], '0\r\n\r\n')]
].map(([name, bytes]) => [name as string, bytes as string | Buffer] as const)

/** Content that breaks off within a request whose head was good: the plugin has begun to read it. */
const badContent: ReadonlyArray<readonly [name: string, bytes: string]> = [
  ['a chunk size that is no number', wireJson('POST /things', 'zz\r\n{}\r\n0\r\n\r\n', ['Transfer-Encoding: chunked'])], ['a chunk that is longer than its size', wireJson('POST /things', '1\r\n{}\r\n0\r\n\r\n', ['Transfer-Encoding: chunked'])],
  ['a chunk size with a sign', wireJson('POST /things', '+2\r\n{}\r\n0\r\n\r\n', ['Transfer-Encoding: chunked'])], ['a chunk size that overflows', wireJson('POST /things', 'fffffffffffffffff\r\n{}', ['Transfer-Encoding: chunked'])],
  ['an obfuscated coding', wireJson('POST /things', '0\r\n\r\n', ['Transfer-Encoding: xchunked'])], ['a coding that is not supported', wireJson('POST /things', 'xx', ['Transfer-Encoding: gzip'])],
  ['a chunk that ends in a line feed', wireJson('POST /things', '2\n{}\n0\n\n', ['Transfer-Encoding: chunked'])]
]

const slow = { requestTimeout: 150, http: { headersTimeout: 100, connectionsCheckingInterval: 30 } }
const patientPost = wireJson('POST /things', '{', ['Content-Length: 9'])

runRows('2, parser', [
  {
    name: '400 (socket): bad start line, bad header, bad or duplicate Content-Length, Content-Length with Transfer-Encoding, bad chunk, unsupported Transfer-Encoding, HTTP version 1.2',
    cases: [
      ...[...bad, ...badContent].map(([name, client]) => ({ name, client, leak: theirs(400), answer: ours(400), without: theirs(400) })),
      // Node takes these for requests.
      ...[['two blanks', 'GET  /things HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'], ['HTTP/0.9', 'GET /things\r\n\r\n'], ['an empty line before', `\r\n${wire('GET /things')}`]].map(([name = '', client = '']) => ({ name, client, leak: 200, answer: 200 }))
    ]
  },
  {
    name: '400 (socket): HPE_INVALID_METHOD, a method token unknown to Node',
    cases: [
      ...['FOO', 'get', 'GETX', 'X-Y', "!#$%&'*+.^_`|~", 'CONNECTED'].flatMap((method) => ['/things', '/things/a', '/unknown', 'http://x/things', '*'].map((target) => (
        { name: `${method} ${target}`, client: wire(`${method} ${target}`), leak: theirs(400), answer: ours(501), without: theirs(400) }))),
      { name: 'an unknown method and an unknown version', client: wire('FOO /things HTTP/9.9'), leak: theirs(400), answer: ours(400), without: theirs(400) },
      { name: 'an unknown method and no target', client: 'FOO HTTP/1.1\r\n\r\n', leak: theirs(400), answer: ours(400), without: theirs(400) },
      { name: 'after content', client: wireJson('PUT /things/b', '{}', ['Connection: keep-alive']) + wire('FOO /things'), leak: theirs(400), answer: [201, ours(501)], without: theirs(400) },
      { name: 'after a good request', client: wire('GET /things', ['Connection: keep-alive']) + wire('FOO /things'), leak: theirs(400), answer: [200, ours(501)], without: [200, theirs(400)] }
    ]
  },
  {
    name: '400 (empty body): HTTP/1.1 without Host',
    cases: [
      ...['/things', '/unknown', '/things/a', '/things/a/b'].map((path) => ({
        name: path, client: `GET ${path} HTTP/1.1\r\n\r\n`, leak: { status: 400, body: /^$/ }, answer: ours(400), without: { status: 400, body: /^$/ }
      })),
      {
        name: 'HTTP/1.0 needs none, and is told the address that it has reached',
        client: 'PUT /things/a%20b HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}',
        leak: 200,
        answer: { status: 201, headers: { location: /^http:\/\/127\.0\.0\.1:\d+\/things\/a%20b$/ } }
      },
      { name: 'HTTP/1.0 needs none to read', client: 'GET /things/a HTTP/1.0\r\n\r\n', leak: 200, answer: { status: 200, body: /"n":1/ } }
    ]
  },
  {
    name: '408: ERR_HTTP_REQUEST_TIMEOUT, headers or whole request too slow',
    cases: [
      ...(['GET /things HTTP/1.1\r\nHost: x\r\n', 'GE', patientPost] as const).map((client) => ({
        name: JSON.stringify(client.slice(0, 20)), server: slow, client, leak: theirs(408), answer: ours(400), without: theirs(408)
      })),
      {
        name: 'after a good request',
        server: slow,
        client: `${wire('GET /things', ['Connection: keep-alive'])}GET /things HTTP/1.1\r\n`,
        leak: [200, theirs(408)],
        answer: [200, ours(400)],
        without: [200, theirs(408)]
      }
    ]
  },
  {
    name: '413: chunk-extension overflow',
    // Fastify makes it 400 of its own.
    cases: [{
      client: { steps: [wireJson('POST /things', `2;${'x'.repeat(20_000)}\r\n{}\r\n0\r\n\r\n`, ['Transfer-Encoding: chunked'])] },
      leak: theirs(400),
      answer: { ...ours(400), body: /its chunk extensions are too large/ },
      without: theirs(400)
    }]
  },
  {
    name: '417: Expect with anything but 100-continue',
    cases: ['200-ok', 'nonsense', '100'].map((value) => (
      { name: value, client: wire('GET /things', [`Expect: ${value}`]), leak: { status: 417, body: /^$/ }, answer: 200 }))
  },
  {
    name: '100 (interim): Expect: 100-continue, before any hook',
    cases: [
      ...([['POST /things', 'text/csv', 415, 415], ['PUT /things', 'application/json', 200, 405], ['POST /unknown', 'application/json', 404, 404]] as const).map(([line, type, leak, status]) => ({
        name: `refused by its header: ${status}`,
        client: wire(line, ['Expect: 100-continue', `Content-Type: ${type}`, 'Content-Length: 9']) + '{"n": 12}',
        leak: { status: leak, interim: [100] },
        answer: { status, headers: { connection: 'close' } }
      })),
      {
        name: 'content that is asked for',
        client: { steps: [wire('POST /things', ['Expect: 100-continue', 'Content-Type: application/json', 'Content-Length: 2']), /100 Continue\r\n\r\n/, '{}'] },
        leak: { status: 200, interim: [100] },
        answer: { status: 201, interim: [100] }
      }
    ]
  },
  {
    name: '431: HPE_HEADER_OVERFLOW, headers or URL over 16 KiB',
    cases: ([['a header', wire('GET /things', [`a: ${'x'.repeat(17_000)}`])], ['many headers', wire('GET /things', Array.from({ length: 3000 }, (_, index) => `a${index}: xxxxxx`))], ['a URL', wire(`GET /things?${'x'.repeat(17_000)}`)]] as const)
      .map(([name, client]) => ({ name, client, leak: theirs(431), answer: { ...ours(400), body: /its head is too large/ }, without: theirs(431) }))
  },
  {
    name: '503 (no Retry-After): maxRequestsPerSocket exceeded',
    cases: [{
      server: { maxRequestsPerSocket: 1 },
      client: wire('GET /things', ['Connection: keep-alive']) + wire('GET /things'),
      leak: [200, { status: 503, headers: { 'retry-after': undefined }, body: /^$/ }],
      answer: [200, { status: 503, headers: { 'retry-after': undefined }, body: /^$/ }],
      beyond: 'Node writes it beside all hooks and options'
    }, {
      name: 'left at 0',
      client: wire('GET /things', ['Connection: keep-alive']).repeat(50) + wire('GET /things'),
      leak: Array.from({ length: 51 }, () => 200),
      answer: Array.from({ length: 51 }, () => 200)
    }]
  },
  {
    name: '505: not emitted by Node; a bad version is a 400 parse error',
    cases: [
      ...['HTTP/3.0', 'HTTP/1.9', 'HTTP/9.9', 'HTTP/1.10'].map((version) => ({ name: version, client: wire(`GET /things ${version}`), leak: theirs(400), answer: ours(400), without: theirs(400) })),
      // Node takes it for a request.
      { name: 'HTTP/2.0', client: wire('GET /things HTTP/2.0'), leak: 200, answer: 200 }
    ]
  },
  {
    name: 'connection closed, no code: CONNECT without listener, maxConnections, timeouts after headers were sent',
    cases: [
      { name: 'CONNECT', client: 'CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n', leak: [], answer: [] },
      {
        name: 'a second connection where one is allowed',
        before: (app) => {
          const first = new Socket()
          app.server.maxConnections = 1
          app.addHook('onListen', async () => { await new Promise<void>((resolve) => { first.connect((app.server.address() as AddressInfo).port, '127.0.0.1', resolve) }) })
          app.addHook('onClose', async () => { first.destroy() })
        },
        client: wire('GET /things'),
        leak: [],
        answer: []
      },
      {
        name: 'a timeout within an answer',
        server: { connectionTimeout: 100 },
        handler: (_request, reply) => {
          reply.hijack()
          reply.raw.writeHead(200, { 'content-length': '100' })
          reply.raw.write('begun')
        },
        client: wire('GET /things'),
        leak: { status: 200, cut: true },
        answer: { status: 200, cut: true }
      }
    ]
  }
])
