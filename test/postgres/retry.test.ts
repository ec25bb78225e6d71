import { PGlite } from '@electric-sql/pglite'
import t from 'tap'
import { ServiceUnavailable } from '../../lib/errors.ts'
import { postgresStore } from '../../lib/postgres.ts'
import type { EmbeddedPostgres, PlainPostgres, PostgresResult } from '../../lib/postgres.ts'
import { everything, rules, written } from '../stores/store-laws.ts'

let database: PGlite
t.before(async () => { database = await PGlite.create() })
t.teardown(async () => database.close())

type Query = (text: string, values?: unknown[]) => Promise<PostgresResult>

/** A handle on the database that throws, before or after a statement is run, what `plan` says of it. */
function disturbed (plan: (text: string, attempt: number) => { readonly error: Error, readonly done?: boolean } | undefined): EmbeddedPostgres & { readonly seen: string[] } {
  const seen: string[] = []
  const through = (query: Query): Query => async (text, values) => {
    seen.push(text)
    const disturbance = plan(text, seen.filter((other) => other === text).length)
    if (disturbance === undefined) return query(text, values)
    if (disturbance.done === true) await query(text, values)
    throw disturbance.error
  }
  return {
    seen,
    query: through((text, values) => database.query(text, values)),
    transaction: async (work) => database.transaction(async (transaction) => work({ query: through((text, values) => transaction.query(text, values)) }))
  }
}

const failure = (code: string): Error => Object.assign(new Error(`made up: ${code}`), { code })
const isWrite = (text: string): boolean => /^(?:INSERT INTO crest_documents|UPDATE crest_documents|DELETE)/.test(text)

let paths = 0
const nextPath = (): string => `/retry/${paths++}`

for (const code of ['40001', '40P01']) {
  t.test(`a write that the database has undone (${code}) is run again, and done once`, async (t) => {
    const handle = disturbed((text, attempt) => isWrite(text) && attempt <= 3 ? { error: failure(code) } : undefined)
    const things = postgresStore(handle).collection(nextPath(), rules({ unique: [['/n']], tombstones: true }))
    const first = written(await things.insert('a', { n: 1 }))
    const second = written(await things.replace('a', first.revision, { n: 2 }))
    t.same(await things.replace('a', first.revision, { n: 3 }), { kind: 'changed' })
    t.same(await things.read('a'), { kind: 'document', document: { id: 'a', revision: second.revision, content: { n: 2 } } })
    t.equal((await things.remove('a', second.revision)).kind, 'written')
    t.equal(handle.seen.filter((text) => text.startsWith('INSERT INTO crest_documents')).length, 4)
  })

  t.test(`reads, queries, purges and the set-up are run again too (${code})`, async (t) => {
    const handle = disturbed((text, attempt) => attempt === 1 ? { error: failure(code) } : undefined)
    const store = postgresStore(handle)
    const things = store.collection(nextPath(), rules({ indexes: ['/n'], expires: '/until' }))
    written(await things.insert('a', { n: 1 }))
    t.equal((await things.read('a')).kind, 'document')
    t.equal((await things.query(everything({ sortKeys: [{ pointer: ['n'], descending: true }], count: true, limit: 1, offset: 1 }))).total, 1)
    t.equal(await things.purge(), 0)
    t.ok((await store.secret()).length > 30)
    t.ok((await store.collections()).length > 0)
    await store.shared?.write('x', '1')
    t.equal((await store.shared?.read())?.get('x'), '1')
  })
}

t.test('what is undone again and again is 503 when the time is over', async (t) => {
  const handle = disturbed((text) => isWrite(text) ? { error: failure('40001') } : undefined)
  const things = postgresStore(handle, { timeout: 400 }).collection(nextPath(), rules())
  await t.rejects(async () => things.insert('a', {}), { statusCode: 503, retryAfter: 1, cause: { code: '40001' } })
  const tries = handle.seen.filter(isWrite).length
  t.ok(tries >= 4, `${tries} tries`)
  t.ok(tries < 60, 'with pauses in between')
})

t.test('a write whose end is not known is never run again', async (t) => {
  for (const code of ['08006', '57P01', 'ECONNRESET', '40003']) {
    const handle = disturbed((text) => isWrite(text) ? { error: failure(code), done: true } : undefined)
    const things = postgresStore(handle).collection(nextPath(), rules())
    await t.rejects(async () => things.insert('a', { code }), ServiceUnavailable, code)
    t.equal(handle.seen.filter(isWrite).length, 1)
    t.equal((await things.read('a')).kind, 'document', 'here it was done')
  }
})

t.test('an error that will not pass is thrown as it is', async (t) => {
  const error = failure('42501')
  const handle = disturbed((text) => isWrite(text) ? { error } : undefined)
  const things = postgresStore(handle).collection(nextPath(), rules())
  await t.rejects(async () => things.insert('a', {}), error)
})

t.test('a database that never answers is 503 within the limit, and used again once it answers', async (t) => {
  let mute = true
  const handle: PlainPostgres = { query: async (text, values) => mute ? new Promise(() => {}) : database.query(text, values) }
  const store = postgresStore(handle, { timeout: 100 })
  const things = store.collection(nextPath(), rules())
  const calls: ReadonlyArray<() => Promise<unknown>> = [async () => things.read('a'), async () => things.insert('a', {}), async () => store.secret()]
  for (const call of calls) {
    await t.rejects(call, { statusCode: 503, message: 'The store is temporarily unavailable' })
  }
  mute = false
  t.equal((await things.insert('a', {})).kind, 'written')
})

t.test('a handle with query alone is enough, also to change rules', async (t) => {
  const store = postgresStore({ query: (text: string, values?: unknown[]) => database.query(text, values) })
  const path = nextPath()
  const before = store.collection(path, rules())
  for (const n of [1, 2, 3]) written(await before.insert(String(n), { n, m: 1 }))
  const after = store.collection(path, rules({ unique: [['/n']], indexes: ['/n'] }))
  t.same(await after.insert('x', { n: 2 }), { kind: 'clash', pointers: ['/n'] })
  const { documents } = await after.query(everything({ sortKeys: [{ pointer: ['n'], descending: true }] }))
  t.same(documents.map(({ id }) => id), ['3', '2', '1'])
  await t.rejects(async () => store.collection(path, rules({ unique: [['/m']] })).read('1'), { code: 'CREST_ERR_STORE_UNIQUE', message: /"1" and "2"/ })
})
