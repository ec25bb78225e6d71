import t from 'tap'
import { buildApp, configurationError } from '../plugin/app.ts'
import { answersIn, listen, open } from '../plugin/raw.ts'

const known = new Set(['date', 'connection', 'keep-alive', 'content-type', 'content-length', 'cache-control', 'vary', 'etag', 'location', 'content-api-version', 'x-forgerock-transactionid', 'retry-after', 'accept-patch', 'accept-post', 'allow', 'warning', 'preference-applied', 'x-content-type-options', 'content-disposition', 'accept', 'accept-encoding', 'x-own'])

t.test('nothing in a request makes a header field, another answer or a line in the log', async (t) => {
  const lines: string[] = []
  const problems: string[] = []
  const app = await buildApp(t, { server: { logger: { level: 'debug', stream: { write: (line: string) => { lines.push(line) } } } }, options: { prefer: true } })
  const things = app.resource('/things', {})
  app.resource('/versioned', { versions: ['1.0'] })
  const off = app.resource('/off', {})
  off.disable({ message: 'back\r\nX-Evil: 1\r\n\r\nsoon\u2028\x1b[31m' })
  app.resource('/own', { actions: { say: { on: 'collection', handler: ({ header, content }) => { header('X-Own', String(content)); return 1 } } } })
  const port = await listen(app)
  await things.create({ text: '<script>' }, { id: 'a' })
  // Latin-1, as Node reads the head.
  const evils = ['%0d%0aX-Evil:%201', '%0D%0A%0D%0AHTTP/1.1%20200%20OK%0D%0A', '%E2%80%A8X-Evil:1', '%1B%5B31m', '%00', '%C4%8D%C4%8AX-Evil:1', '%u000aX-Evil:1', "a'%22%3Cscript%3E", '%E5%98%8A%E5%98%8DX-Evil:1', '%7F', '%C2%85']
  const values = ['a\tb', '\x80\x85\xa0', 'a" , "b', '\xc4\x8d\xc4\x8aX-Evil: 1', 'x\\r\\nX-Evil: 1', '%0d%0aX-Evil: 1', '<script>', "'; DROP", 'x'.repeat(300)]
  const request = async (head: string, body: string = ''): Promise<void> => {
    const connection = open(t, port)
    const before = lines.length
    connection.socket.end(Buffer.from(`${head}\r\nHost: x\r\nConnection: close\r\n${body === '' ? '' : `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n`}\r\n${body}`, 'latin1'))
    await connection.closed
    const received = connection.received()
    const answers = answersIn(received)
    t.equal(answers.length, 1, JSON.stringify(head.slice(0, 80)))
    const foreign = Object.keys(answers[0]?.headers ?? {}).filter((name) => !known.has(name))
    if (foreign.length > 0) problems.push(`${head}: ${foreign.join(', ')}`)
    if (/[^\t\r\n -~]/.test(received.slice(0, received.indexOf('\r\n\r\n')))) problems.push(`${head}: ${JSON.stringify(received)}`)
    for (const line of lines.slice(before)) {
      if (!line.endsWith('\n') || line.indexOf('\n') !== line.length - 1) problems.push(`two lines: ${line}`)
      // eslint-disable-next-line no-control-regex
      if (/[\x00-\x09\x0b-\x1f]/.test(line)) problems.push(`a control character: ${JSON.stringify(line)}`)
      JSON.parse(line)
    }
  }
  for (const evil of evils) {
    for (const path of [`/things/${evil}`, `/things?_queryFilter=${evil}`, `/things/a?_mimeType=${evil}&_fields=text`, `/things/a?_fields=${evil}`, `/things?_${evil}=1`, `/versioned/${evil}`, `/off/${evil}`, `/${evil}`, `/things/a/${evil}`]) await request(`GET ${path} HTTP/1.1`)
    await request(`PUT /things/${evil} HTTP/1.1`, '{}')
    await request(`POST /things?_action=${evil} HTTP/1.1`, '{}')
    await request('POST /things HTTP/1.1', JSON.stringify({ _id: decode(evil) }))
    await request('POST /own?_action=say HTTP/1.1', JSON.stringify(decode(evil)))
  }
  for (const value of values) {
    for (const name of ['X-ForgeRock-TransactionId', 'Accept-API-Version', 'Prefer', 'Accept', 'If-None-Match', 'If-Match', 'X-HTTP-Method-Override', 'Content-Encoding', 'X-Forwarded-For', 'User-Agent']) {
      await request(`GET /versioned/a HTTP/1.1\r\n${name}: ${value}`)
      await request(`POST /things HTTP/1.1\r\n${name}: ${value}`, '{}')
    }
  }
  t.strictSame(problems.map((problem) => JSON.stringify(problem).replaceAll(/[^ -~]/g, encodeURIComponent)), [])
  t.ok(lines.length > 100)
})

function decode (text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

t.test('what is configured cannot break out either', async (t) => {
  const app = await buildApp(t)
  for (const challenge of ['Bearer\r\nX-Evil: 1', 'Bearer\u2028', '']) t.equal((await configurationError(() => app.resource('/x', { challenge }))).code, 'CREST_ERR_INVALID_OPTION')
})
