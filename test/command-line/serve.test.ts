import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import t from 'tap'
import { runCommand, startCommand } from './processes.ts'
import type { RunningCommand } from './processes.ts'

const dir = t.testdir({
  'r.json': JSON.stringify({ title: 'Mine', version: '3.1.4', resources: { '/users': { revision: 'required' }, '/realms/:realm/users': {} } }),
  'slow.mjs': `
    import { setTimeout } from 'node:timers/promises'
    export default { resources: { '/jobs': { kind: 'singleton', initial: {}, actions: {
      wait: { handler: async ({ content }) => { console.log('begun'); await setTimeout(content.ms); return { waited: content.ms } } }
    } } } }`
})

async function urlOf (server: RunningCommand): Promise<string> {
  const [, url = ''] = await server.says(/^Listening on (http:\/\/[^,]+), .*\n[^]*^Documentation page: /m)
  return url
}

async function wait (url: string, ms: number): Promise<number> {
  const { status } = await fetch(`${url}/jobs?_action=wait`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ ms }) })
  return status
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  t.test(`declarations are served until ${signal}, and documents outlast it`, async (t) => {
    const store = ['--store', `sqlite:${t.testdir({})}/x.db`]
    const first = startCommand(t, ['serve', `${dir}/r.json`, '--port', '0', ...store])
    const url = await urlOf(first)
    t.match(url, /^http:\/\/127\.0\.0\.1:\d+$/)
    t.match(first.output(), `  ${url}/users\n  ${url}/realms/:realm/users\n`)
    const created = await fetch(`${url}/users`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"_id":"a","n":1}' })
    t.equal(created.status, 201)
    t.equal((await fetch(`${url}/users/a`, { method: 'DELETE' })).status, 428)
    first.child.kill(signal)
    t.strictSame(await first.ended, { status: 0, signal: null })
    t.equal(first.errors(), '')
    const again = startCommand(t, ['serve', `${dir}/r.json`, '--port', '0', ...store])
    const read = await fetch(`${await urlOf(again)}/users/a`)
    t.match(await read.json(), { _id: 'a', n: 1 })
    again.child.kill(signal)
    t.equal((await again.ended).status, 0)
  })
}

t.test('the documentation page is where it says, with title and version', async (t) => {
  const server = startCommand(t, ['serve', `${dir}/r.json`, '--port', '0', '--store', 'memory:'])
  await urlOf(server)
  const [, page = ''] = await server.says(/Documentation page: (\S+)\n/)
  t.match(page, /\/documentation$/)
  const response = await fetch(page)
  t.match([response.status, response.headers.get('content-type')], [200, 'text/html'])
  t.match(await (await fetch(`${page}/json`)).json(), { openapi: '3.1.0', info: { title: 'Mine', version: '3.1.4' } })
})

t.test('a port that is in use is told in one line, with status 3', async (t) => {
  const server = startCommand(t, ['serve', `${dir}/r.json`, '--port', '0', '--store', 'memory:'])
  const { port } = new URL(await urlOf(server))
  t.strictSame(await runCommand(t, ['serve', `${dir}/r.json`, '--port', port, '--store', 'memory:']), {
    status: 3, output: '', errors: `common-rest: port ${port} of 127.0.0.1 is in use; choose another one with --port\n`
  })
  t.match(await runCommand(t, ['serve', `${dir}/r.json`, '--host', '192.0.2.1', '--port', '0', '--store', 'memory:']), { status: 3, output: '', errors: /^common-rest: cannot listen on port 0 of 192\.0\.2\.1: [^\n]+\n$/ })
})

t.test('on a signal what is in flight is finished, and new requests are answered 503 meanwhile', async (t) => {
  const server = startCommand(t, ['serve', `${dir}/slow.mjs`, '--port', '0', '--store', 'memory:'])
  const url = await urlOf(server)
  // Longer than Fastify gives plugins, and hooks at the end.
  const slow = wait(url, 11_000)
  await server.says(/^begun$/m)
  server.child.kill('SIGTERM')
  while ((await fetch(`${url}/jobs`)).status !== 503) await setTimeout(20)
  // On connections of their own, several of them.
  for (const method of ['GET', 'PUT', 'OPTIONS']) {
    const response = await fetch(`${url}/jobs`, { method })
    t.equal(response.status, 503, method)
    t.equal(response.headers.get('connection'), 'close')
    await response.text()
  }
  t.equal(await slow, 200)
  t.strictSame(await server.ended, { status: 0, signal: null })
  await t.rejects(fetch(`${url}/jobs`))
})

t.test('connections without a request keep it no longer than a moment', async (t) => {
  const server = startCommand(t, ['serve', `${dir}/slow.mjs`, '--port', '0', '--store', 'memory:'])
  const { port } = new URL(await urlOf(server))
  const sockets = ['', 'GET /jobs HTT', 'GET /jobs HTTP/1.1\r\nHost: x\r\n\r\n'].map((text) => {
    const socket = connect(Number(port), '127.0.0.1', () => { socket.write(text) })
    t.teardown(() => { socket.destroy() })
    return socket.on('error', () => {})
  })
  await once(sockets[2] as NonNullable<typeof sockets[2]>, 'data')
  server.child.kill('SIGTERM')
  const begun = performance.now()
  t.strictSame(await server.ended, { status: 0, signal: null })
  t.ok(performance.now() - begun < 5000)
})

for (const second of ['SIGINT', 'SIGTERM'] as const) {
  t.test(`a second signal, ${second}, ends it at once`, async (t) => {
    const server = startCommand(t, ['serve', `${dir}/slow.mjs`, '--port', '0', '--store', 'memory:'])
    const url = await urlOf(server)
    const slow = wait(url, 60_000).catch(() => 'cut')
    await server.says(/^begun$/m)
    server.child.kill('SIGINT')
    while ((await fetch(`${url}/jobs`)).status !== 503) await setTimeout(20)
    t.equal(server.child.exitCode, null)
    server.child.kill(second)
    t.strictSame(await server.ended, { status: null, signal: second })
    t.equal(await slow, 'cut')
  })
}
