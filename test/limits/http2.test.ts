import { connect } from 'node:http2'
import type { ClientHttp2Session } from 'node:http2'
import { setTimeout as sleep } from 'node:timers/promises'
import Fastify from 'fastify'
import type { FastifyInstance } from 'fastify'
import t from 'tap'
import type { Test } from 'tap'
import commonRest, { serverOptions } from '../../lib/index.ts'
import type { CommonRestOptions } from '../../lib/index.ts'
import { ask } from '../hostile/http2-client.ts'
import { isComplete } from '../undocumented-codes/rows.ts'

interface Http2Bed {
  readonly session: ClientHttp2Session
  /** Streams that are open. */
  readonly streams: () => number
  readonly warnings: readonly string[]
}

async function serve (t: Test, options: CommonRestOptions, declare: (app: FastifyInstance) => unknown): Promise<Http2Bed> {
  const app = Fastify(serverOptions({ http2: true })) as unknown as FastifyInstance
  t.teardown(() => app.close())
  await app.register(commonRest, options)
  await declare(app)
  let streams = 0
  app.server.on('stream', (stream: { once: (event: 'close', listener: () => void) => void }) => {
    streams++
    stream.once('close', () => { streams-- })
  })
  const warnings: string[] = []
  const warn = ({ message }: Error): void => { warnings.push(message) }
  process.on('warning', warn)
  t.teardown(() => { process.off('warning', warn) })
  const session = connect(await app.listen({ port: 0, host: '127.0.0.1' }))
  session.on('error', () => {})
  t.teardown(() => { session.destroy() })
  return { session, streams: () => streams, warnings }
}

async function refused (t: Test, { session }: Http2Bed, status: number, message: RegExp, request: readonly [method: string, path: string, headers?: Readonly<Record<string, string>>, content?: string, ends?: boolean], name: string): Promise<void> {
  const answer = await ask(session, ...request)
  t.match(answer, { status, isReset: false, headers: { connection: undefined } }, name)
  t.match(answer?.body.toString(), message, name)
  if (answer !== undefined) isComplete(t, { method: request[0], headers: request[2] ?? {} }, { ...answer, fields: Object.entries(answer.headers) }, name)
}

const fields = (count: number): Record<string, string> => Object.fromEntries(Array.from({ length: count }, (_, n) => [`a${n}`, '1']))

t.test('over HTTP/2 header fields are counted without those that are the request line', async (t) => {
  const bed = await serve(t, {}, async (app) => {
    await app.resource('/things', {}).create({ kept: true }, { id: 'a' })
    await app.resource('/few', { limits: { headerCount: 3 } }).create({}, { id: 'a' })
  })
  const { session } = bed
  t.equal((await ask(session, 'GET', '/things/a', fields(100)))?.status, 200, 'at the limit')
  await refused(t, bed, 400, /too many header fields/, ['GET', '/things/a', fields(101)], 'beyond it')
  t.equal((await ask(session, 'GET', '/few/a', fields(3)))?.status, 200, 'at its own limit')
  await refused(t, bed, 400, /too many header fields/, ['GET', '/few/a', fields(4)], 'beyond its own limit')
  t.equal((await ask(session, 'DELETE', '/things/a', { ...fields(99), 'if-match': '"stale"' }))?.status, 412, 'the last one of a hundred is read')
  t.strictSame(bed.warnings, [], 'Node has nothing to complain about')
})

t.test('over HTTP/2 Node resets streams with more fields than it keeps, and ignores none', async (t) => {
  const { session } = await serve(t, { limits: { headerCount: 999 } }, (app) => app.resource('/things', {}).create({ kept: true }, { id: 'a' }))
  for (const count of [125, 500]) t.equal(await ask(session, 'DELETE', '/things/a', { ...fields(count), 'if-match': '"stale"' }), undefined, `${count} more`)
  t.equal((await ask(session, 'GET', '/things/a'))?.status, 200, 'nothing was deleted, and the session goes on')
})

t.test('over HTTP/2 who takes too long is answered', async (t) => {
  const slow = async (): Promise<{ readonly results: readonly never[] }> => {
    await sleep(400)
    return { results: [] }
  }
  const bed = await serve(t, { limits: { requestTime: 100 }, bodyLimit: 1000 }, async (app) => {
    app.resource('/slow', { provider: { query: slow } })
    await app.resource('/things', {}).create({}, { id: 'a' })
  })
  const { session, streams } = bed
  const json = { 'content-type': 'application/json' }
  await refused(t, bed, 503, /took too long/, ['GET', '/slow'], 'an answer')
  await refused(t, bed, 400, /took too long to arrive/, ['PUT', '/things/a', json, '{', false], 'content that does not end')
  await refused(t, bed, 400, /too large/, ['PUT', '/things/a', json, ' '.repeat(5000), false], 'content that is too large, and does not end')
  await refused(t, bed, 415, /not supported/, ['PUT', '/things/a', { 'content-type': 'text/csv' }, '{', false], 'content that is not read')
  t.equal((await ask(session, 'GET', '/things/a'))?.status, 200, 'the session goes on')
  t.equal(streams(), 0, 'no stream is left')
  t.strictSame(bed.warnings, [], 'Node has nothing to complain about')
})
