import { createReadStream, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import type { Test } from 'tap'
import { memoryStore } from '../../lib/index.ts'
import type { CollectionHandle, Store } from '../../lib/index.ts'
import { sqliteStore } from '../../lib/sqlite.ts'
import { buildApp } from '../plugin/app.ts'
import { answersIn, listen, open, send } from '../plugin/raw.ts'
import type { RawConnection } from '../plugin/raw.ts'

/** How a client goes. */
const exits: ReadonlyArray<readonly [name: string, leave: (connection: RawConnection) => void]> = [
  ['has no more to send, and closes', ({ socket }) => { socket.end(() => socket.destroy()) }],
  ['closes', ({ socket }) => { socket.destroy() }],
  ['resets', ({ socket }) => { socket.resetAndDestroy() }]
]

/** Together with the other documents more than the buffers of both sockets hold. */
const long = 'x'.repeat(100_000)

const request = (line: string, headers: readonly string[] = [], content = ''): string =>
  `${[`${line} HTTP/1.1`, 'Host: x', ...headers].join('\r\n')}\r\n\r\n${content}`
const json = 'Content-Type: application/json'
const replaced = JSON.stringify({ text: 'replaced', long })
const form = `--b\r\nContent-Disposition: form-data; name="json"\r\nContent-Type: application/json\r\n\r\n${JSON.stringify({ text: 'replaced' })}\r\n--b\r\nContent-Disposition: form-data; name="photo"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n${long}`

/** Answers of which a client takes the beginning. */
const answers: ReadonlyArray<readonly [name: string, bytes: string]> = [
  ['a long page', request('GET /things')],
  ['a file', request('GET /things/a', ['X-Send: file'])],
  ['a stream without an end', request('GET /things/a', ['X-Send: stream'])],
  ['the first of several', request('GET /things').repeat(3)]
]

/** Content that is said to be longer than what comes. */
const contents: ReadonlyArray<readonly [name: string, bytes: string]> = [
  ['of a length', request('PUT /things/a', [json, `Content-Length: ${replaced.length}`], replaced.slice(0, -1))],
  ['that has not begun', request('PUT /things/a', [json, `Content-Length: ${replaced.length}`])],
  ['in chunks, within one', request('PUT /things/a', [json, 'Transfer-Encoding: chunked'], `${replaced.length.toString(16)}\r\n${replaced.slice(0, -1)}`)],
  ['in chunks, before the last', request('PUT /things/a', [json, 'Transfer-Encoding: chunked'], `${replaced.length.toString(16)}\r\n${replaced}\r\n`)],
  ['of a form', request('PUT /things/a', ['Content-Type: multipart/form-data; boundary=b', `Content-Length: ${form.length + 20}`], form)],
  ['of a create', request('POST /things', [json, 'Content-Length: 3'], '{}')],
  ['of a create with an id', request('PUT /things/new', [json, 'If-None-Match: *', 'Content-Length: 3'], '{}')],
  ['of a patch', request('PATCH /things/a', [json, 'Content-Length: 100'], '[{"operation":"replace","field":"/text","value":"replaced"}]')],
  ['of a delete', request('DELETE /things/a', ['Content-Length: 3'], 'x')],
  ['of an action', request('POST /things?_action=note', [json, 'Content-Length: 3'], '{}')]
]

interface Bed {
  readonly things: CollectionHandle
  readonly port: number
  /** How many streams that handlers gave are not closed. */
  readonly streams: () => number
  /** Messages of the log that tell of mistakes. */
  readonly mistakes: readonly string[]
  readonly connections: () => Promise<number>
  readonly noted: () => number
}

async function serve (t: Test, store: Store): Promise<Bed> {
  const file = join(t.testdir({}), 'long')
  writeFileSync(file, long.repeat(300))
  const mistakes: string[] = []
  const log = { level: 'error', stream: { write: (line: string) => { mistakes.push(line) } } }
  const app = await buildApp(t, { server: { logger: log }, options: { store, multipart: true } })
  let streams = 0
  app.addHook('preHandler', async ({ headers: { 'x-send': kind } }, reply) => {
    if (kind === undefined) return
    const stream = createReadStream(kind === 'file' ? file : '/dev/zero')
    streams++
    stream.once('close', () => { streams-- })
    return reply.type('text/plain').send(stream)
  })
  let noted = 0
  const things = app.resource('/things', { actions: { note: { on: 'collection', handler: () => { noted++ } } } })
  await things.create({ text: 'first' }, { id: 'a' })
  for (let n = 0; n < 200; n++) await things.create({ long }, { id: `long-${n}` })
  const port = await listen(app)
  return {
    things,
    port,
    mistakes,
    streams: () => streams,
    noted: () => noted,
    connections: () => new Promise((resolve, reject) => { app.server.getConnections((error, count) => error === null ? resolve(count) : reject(error)) })
  }
}

const descriptors = (): number => readdirSync('/proc/self/fd').length

/** Waits until something is true, for a while. */
async function eventually (look: () => boolean | Promise<boolean>): Promise<boolean> {
  for (let n = 0; n < 400; n++) {
    if (await look()) return true
    await sleep(10)
  }
  return false
}

/** Nothing of a client that has gone is left: no connection, stream or descriptor, no change, no message of a mistake. */
async function leavesNothing (t: Test, bed: Bed, before: number, revision: string, name: string): Promise<void> {
  t.ok(await eventually(async () => await bed.connections() === 0), `${name}: no connection is left`)
  t.ok(await eventually(() => bed.streams() === 0), `${name}: what was sent is closed`)
  t.ok(await eventually(() => descriptors() <= before), `${name}: no descriptor is left`)
  const [next] = await send(t, bed.port, request('GET /things/a', ['Connection: close']))
  t.match(next, { status: 200, headers: { etag: `"${revision}"` } }, `${name}: another client is answered`)
  t.strictSame(JSON.parse(next?.body ?? 'null'), { _id: 'a', _rev: revision, text: 'first' }, `${name}: nothing was changed`)
  t.strictSame(bed.mistakes, [], `${name}: nobody is to blame`)
}

const stores: ReadonlyArray<readonly [name: string, open: (t: Test) => Store]> = [
  ['memory', () => memoryStore()],
  ['SQLite', (t) => sqliteStore(join(t.testdir({}), 'things.db'))]
]

for (const [storeName, openStore] of stores) {
  t.test(`clients that go midway, ${storeName}`, async (t) => {
    const bed = await serve(t, openStore(t))
    const { things, port } = bed
    const { revision } = await things.read('a')
    const count = (await things.query()).results.length
    await send(t, port, request('GET /things/a', ['Connection: close']))
    const before = descriptors()

    for (const [exit, leave] of exits) {
      await t.test(`within an answer: the client ${exit}`, async (t) => {
        for (const [name, bytes] of answers) {
          const connection = open(t, port)
          connection.socket.write(bytes)
          await connection.until(/200 OK/)
          // It takes no more, so that the server has to wait.
          connection.socket.pause()
          await sleep(20)
          leave(connection)
          await connection.closed
          t.ok(connection.received().length < 20_000_000, `${name}: not all had come`)
          await leavesNothing(t, bed, before, revision, name)
        }
      })

      await t.test(`within content: the client ${exit}`, async (t) => {
        for (const [name, bytes] of contents) {
          const connection = open(t, port)
          await new Promise<void>((resolve) => { connection.socket.write(bytes, () => resolve()) })
          await sleep(5)
          leave(connection)
          await connection.closed
          t.strictSame(answersIn(connection.received()).map(({ status }) => status).filter((status) => status !== 400), [], `${name}: nothing but a refusal`)
          await leavesNothing(t, bed, before, revision, name)
          t.equal(bed.noted(), 0, `${name}: no action was called`)
          t.equal((await things.query()).results.length, count, `${name}: nothing was created`)
        }
      })
    }

    await t.test('after all of a request, but before its answer: all of it is done or nothing', async (t) => {
      for (const [exit, leave] of exits) {
        for (const [id, previous] of [['a', 'first'], [`new-${exit}`, undefined]] as const) {
          const connection = open(t, port)
          await new Promise<void>((resolve) => { connection.socket.write(request(`PUT /things/${encodeURIComponent(id)}`, [json, `Content-Length: ${replaced.length}`], replaced), () => resolve()) })
          leave(connection)
          await connection.closed
          t.ok(await eventually(async () => await bed.connections() === 0), `${exit}: no connection is left`)
          const [next] = await send(t, port, request(`GET /things/${encodeURIComponent(id)}`, ['Connection: close']))
          const { text, long: stored } = JSON.parse(next?.body ?? '{}') as { readonly text?: string, readonly long?: string }
          const isWhole = text === 'replaced' && stored === long
          t.ok(isWhole || (text === previous && stored === undefined && next?.status === (previous === undefined ? 404 : 200)), `${exit}, ${id}`)
          if (previous !== undefined && isWhole) await things.update(id, { text: previous })
        }
      }
      t.strictSame(bed.mistakes, [])
    })
  })
}

t.test('what a hook has answered is not done when the client goes within that answer', async (t) => {
  for (const isPlain of [true, false]) {
    for (const phase of ['onRequest', 'preParsing', 'preValidation', 'preHandler'] as const) {
      for (const [exit, leave] of exits) {
        const mistakes: string[] = []
        const server = { logger: { level: 'error', stream: { write: (line: string) => { mistakes.push(line) } } } }
        const app = await buildApp(t, { plain: isPlain, anyStatus: isPlain, server, options: isPlain ? null : {} })
        app.addHook(phase as 'onRequest', async (_request, reply) => reply.type('text/plain').send(createReadStream('/dev/zero')))
        let done = 0
        const go = (): string => `done ${++done}`
        if (isPlain) app.post('/things', async () => go())
        else app.resource('/things', { actions: { go: { on: 'collection', handler: go } } })
        const connection = open(t, await listen(app))
        connection.socket.write(request('POST /things?_action=go', ['Content-Length: 0']))
        await connection.until(/ 200 /)
        connection.socket.pause()
        leave(connection)
        await connection.closed
        const name = `${isPlain ? 'plain Fastify' : 'the plugin'}, ${phase}, the client ${exit}`
        t.ok(await eventually(() => new Promise((resolve) => { app.server.getConnections((_error, count) => resolve(count === 0)) })), `${name}: no connection is left`)
        // Fastify goes on in a later turn.
        await sleep(20)
        t.equal(done, isPlain ? 1 : 0, name)
        t.equal(mistakes.length, isPlain ? 1 : 0, `${name}: mistakes in the log`)
      }
    }
  }
})
