import t from 'tap'
import { build } from './fixture.ts'
import type { Configuration, Fixture } from './fixture.ts'
import { objectIn } from './invariants.ts'
import { all } from './numbered.ts'
import { connect, inject, overSocket, serialize } from './request.ts'
import type { WireRequest, WireResponse } from './request.ts'

const put = (url: string, headers: Record<string, string> = {}, name = 'nut'): WireRequest => ({
  method: 'PUT', url, headers: { 'content-type': 'application/json', ...headers }, body: Buffer.from(JSON.stringify({ name }))
})
const get = (url: string, headers: Record<string, string> = {}): WireRequest => ({ method: 'GET', url, headers })
const remove = (url: string): WireRequest => ({ method: 'DELETE', url, headers: {} })
const statuses = (responses: readonly WireResponse[]): number[] => responses.map(({ status }) => status).sort()
const revision = (response: WireResponse): unknown => objectIn(response)?.['_rev']

async function open (t: { teardown: (handler: () => Promise<void>) => void }, configuration: Partial<Configuration> & Pick<Configuration, 'store'>): Promise<Fixture> {
  const fixture = await build({ operations: all, ...configuration })
  t.teardown(async () => await fixture.app.close())
  await fixture.reset()
  return fixture
}

for (const store of ['memory', 'sqlite'] as const) {
  for (const [transport, send] of Object.entries({ 'in process': inject, 'over sockets': overSocket })) {
    t.test(`14 two concurrent updates with one tag: one 200, one 412 (${store}, ${transport})`, async t => {
      const fixture = await open(t, { store })
      for (let round = 0; round < 10; round++) {
        const tag = (await send(fixture, get('/widgets/w1'))).headers['etag'] ?? ''
        const answers = await Promise.all(['one', 'two'].map(async name => await send(fixture, put('/widgets/w1', { 'if-match': tag }, `${name} ${round}`))))
        t.same(statuses(answers), [200, 412])
      }
    })

    t.test(`14 two concurrent PUT with If-None-Match: *: one 201, one 412 (${store}, ${transport})`, async t => {
      const fixture = await open(t, { store })
      for (let round = 0; round < 10; round++) {
        const answers = await Promise.all(['one', 'two'].map(async name => await send(fixture, put(`/widgets/new${round}`, { 'if-none-match': '*' }, name))))
        t.same(statuses(answers), [201, 412])
      }
    })

    t.test(`14 two concurrent PUT without conditionals and with different content both succeed (${store}, ${transport})`, async t => {
      const fixture = await open(t, { store })
      for (let round = 0; round < 10; round++) {
        for (const [url, expected] of [['/widgets/w1', [200, 200]], [`/widgets/new${round}`, [200, 201]]] as const) {
          const answers = await Promise.all(['one', 'two'].map(async name => await send(fixture, put(url, {}, `${name} ${round}`))))
          t.same(statuses(answers), expected)
          t.not(revision(answers[0] as WireResponse), revision(answers[1] as WireResponse), 'revisions differ')
        }
      }
    })

    t.test(`50 writers with If-Match lose no update (${store}, ${transport})`, async t => {
      const fixture = await open(t, { store })
      const writers = Array.from({ length: 50 }, (_, index) => `writer ${index}`)
      const revisions = new Set<unknown>()
      const written: Array<{ before: unknown, after: unknown, name: string }> = []
      let refused = 0
      await Promise.all(writers.map(async name => {
        for (;;) {
          const tag = (await send(fixture, get('/widgets/w1'))).headers['etag'] ?? ''
          const answer = await send(fixture, put('/widgets/w1', { 'if-match': tag }, name))
          if (answer.status === 412) {
            refused++
            continue
          }
          if (answer.status !== 200) throw new Error(`${answer.status} ${answer.body.toString()}`)
          revisions.add(revision(answer))
          written.push({ before: tag.slice(1, -1), after: revision(answer), name })
          return
        }
      }))
      t.comment(`${refused} attempts were refused`)
      t.ok(refused > 0, 'the writers did compete')
      t.equal(revisions.size, writers.length, 'as many revisions as successes')
      t.equal(new Set(written.map(({ before }) => before)).size, writers.length, 'no revision was overwritten twice')
      const last = await send(fixture, get('/widgets/w1'))
      t.equal(objectIn(last)?.['name'], written.find(({ after }) => after === revision(last))?.name, 'the last update is there')
    })
  }

  t.test(`15 DELETE, then DELETE: 200, then 404, or 410 where tombstones are kept (${store})`, async t => {
    for (const tombstones of [false, true]) {
      const fixture = await open(t, { store, tombstones })
      const tag = (await inject(fixture, get('/widgets/w1'))).headers['etag'] ?? ''
      const absent = tombstones ? 410 : 404
      t.equal((await inject(fixture, remove('/widgets/w1'))).status, 200)
      t.equal((await inject(fixture, remove('/widgets/w1'))).status, absent)
      t.equal((await inject(fixture, get('/widgets/w1', { 'if-none-match': tag }))).status, absent, 'the old tag gives no 304')
      if (tombstones) continue
      const again = await inject(fixture, put('/widgets/w1', {}, 'bolt'))
      t.equal(again.status, 201)
      t.not(again.headers['etag'], tag, 'a revision never repeats, not even after re-creation')
    }
  })

  t.test(`two concurrent DELETE without conditionals: one 200, one 404 (${store})`, async t => {
    const fixture = await open(t, { store })
    t.same(statuses(await Promise.all([inject(fixture, remove('/widgets/w1')), inject(fixture, remove('/widgets/w1'))])), [200, 404])
  })
}

/** The statuses of `count` responses on one connection, in order, and that nothing follows them. */
async function conversation (fixture: Fixture, requests: readonly WireRequest[], pause = false): Promise<number[]> {
  const connection = await connect(await fixture.port())
  try {
    const found: number[] = []
    if (!pause) connection.socket.write(Buffer.concat(requests.map(request => serialize(request))))
    for (const request of requests) {
      const bytes = serialize(request)
      const length = request.body?.length ?? 0
      const head = pause ? bytes.subarray(0, bytes.length - length) : Buffer.alloc(0)
      const answer = await connection.exchange(head, request.method)
      found.push(answer.status)
      if (pause) connection.socket.write(bytes.subarray(bytes.length - length))
    }
    await new Promise(resolve => setTimeout(resolve, 50))
    if (connection.source.pending()) throw new Error('more responses than requests')
    return found
  } finally {
    connection.close()
  }
}

const refusals: ReadonlyArray<readonly [number, WireRequest, Partial<Configuration>]> = [
  [404, put('/gadgets/w1'), {}],
  [501, { ...put('/widgets/w1'), method: 'TRACE' }, {}],
  [405, put('/widgets'), {}],
  [401, put('/widgets/w1'), { authenticated: true }],
  [406, put('/widgets/w1', { accept: 'text/html' }), {}],
  [415, put('/widgets/w1', { 'content-type': 'text/csv' }), {}],
  [428, put('/widgets/w1'), { revisionRequired: true }]
]

for (const pause of [false, true]) {
  t.test(`16 a request after a refusal with an unread body is answered on the same connection, ${pause ? 'the body sent after the answer' : 'all sent at once'}`, async t => {
    for (const [status, request, configuration] of refusals) {
      const fixture = await open(t, { store: 'memory', ...configuration })
      const follow = configuration.authenticated === true ? get('/widgets/w1', { authorization: 'Bearer good' }) : get('/widgets/w1')
      t.same(await conversation(fixture, [request, follow, request, follow], pause), [status, 200, status, 200], `after ${status}`)
    }
  })
}

t.test('16 a long unread body gets one response, and the connection is closed or goes on', async t => {
  const fixture = await open(t, { store: 'memory' })
  const connection = await connect(await fixture.port())
  t.teardown(connection.close)
  connection.socket.on('error', () => {})
  const answer = await connection.exchange(serialize({ ...put('/widgets/w1'), body: Buffer.alloc(3_000_000, 'x') }), 'PUT')
  t.equal(answer.status, 400)
  if (answer.headers['connection'] === 'close') t.equal((await connection.source.rest()).length, 0, 'nothing follows')
  else t.equal((await connection.exchange(serialize(get('/widgets/w1')), 'GET')).status, 200, 'the next request is answered')
})

t.test('11 refusals up to row 16 do not depend on the state of the document', async t => {
  for (const [status, request, configuration] of refusals.filter(([status]) => status !== 404)) {
    if (status === 405) continue
    const fixture = await open(t, { store: 'memory', tombstones: true, ...configuration })
    const answers = await Promise.all(['w1', 'none', 't1', 'x1'].map(async id => await inject(fixture, { ...request, url: `/widgets/${id}` })))
    t.same(statuses(answers), [status, status, status, status])
    t.equal(new Set(answers.map(({ body }) => body.toString())).size, 1, `${status} tells nothing about the document`)
  }
})

t.test('12 without conditionals, what is absent or gone stays so, except where PUT creates', async t => {
  const fixture = await open(t, { store: 'memory', tombstones: true })
  for (const [id, status] of [['none', 404], ['t1', 410], ['x1', 410]] as const) {
    for (const method of ['GET', 'HEAD', 'DELETE', 'PATCH']) {
      const base = { ...put(`/widgets/${id}`), method, body: Buffer.from('[]') }
      const plain = method === 'PATCH' ? base : { method, url: base.url, headers: {} }
      for (const headers of [{}, { 'if-match': '"a"' }, { 'if-none-match': '*' }, { 'if-match': '*', 'if-none-match': '"a"' }]) {
        const answer = await inject(fixture, { ...plain, headers: { ...plain.headers, ...headers } })
        t.equal(answer.status, status, `${method} ${id} ${JSON.stringify(headers)}`)
      }
    }
  }
  t.equal((await inject(fixture, put('/widgets/none', { 'if-match': '*' }))).status, 404)
  t.equal((await inject(fixture, put('/widgets/none'))).status, 201)
})

t.test('13 OPTIONS answers the same for existing, absent and tombstoned ids', async t => {
  const fixture = await open(t, { store: 'memory', tombstones: true })
  const answers = await Promise.all(['w1', 'none', 't1', 'x1'].map(async id => await inject(fixture, { method: 'OPTIONS', url: `/widgets/${id}`, headers: {} })))
  t.same(statuses(answers), [204, 204, 204, 204])
  t.equal(new Set(answers.map(({ headers }) => JSON.stringify({ ...headers, date: '', 'x-forgerock-transactionid': '' }))).size, 1)
})
