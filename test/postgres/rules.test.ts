import { setTimeout } from 'node:timers/promises'
import t from 'tap'
import { ServiceUnavailable } from '../../lib/errors.ts'
import { postgresStore } from '../../lib/postgres.ts'
import type { StoreCollection } from '../../lib/stores/store.ts'
import { everything, rules, written } from '../stores/store-laws.ts'
import { ask } from '../stores/accepts-laws.ts'
import { startCluster } from './cluster.ts'
import { emptySchema, openPool, openStore } from './databases.ts'

const cluster = await startCluster(t)

async function idsOf (collection: StoreCollection, filter: string, sort = ''): Promise<readonly string[]> {
  return (await collection.query(ask(filter, sort))).documents.map(({ id }) => id)
}

t.test('stores with different indexes on one collection find what the other has written', async (t) => {
  const url = await emptySchema(cluster)
  const [one, two] = [openStore(t, url), openStore(t, url)]
  const first = one.collection('/things', rules({ indexes: ['/a'] }))
  for (const n of [3, 1, 2]) written(await first.insert(`a${n}`, { a: n, b: -n }))
  const second = two.collection('/things', rules({ indexes: ['/b', '/c'] }))
  t.same(await idsOf(second, 'b lt 0', 'b'), ['a3', 'a2', 'a1'])
  // Under rules that are others by now.
  written(await first.insert('a4', { a: 4, b: -4 }))
  t.same(await idsOf(second, 'b le -3', 'b'), ['a4', 'a3'])
  written(await second.insert('a5', { a: 5, b: -5 }))
  t.same(await idsOf(first, 'a ge 4', '-a'), ['a5', 'a4'])
  const [row] = await openPool(t, url).query<{ indexes: string }>('SELECT indexes FROM crest_rules').then(({ rows }) => rows)
  t.same(JSON.parse(String(row?.indexes)), ['/a', '/b', '/c'])
})

t.test('an index that is declared while others write misses nothing that they were told is written', { timeout: 60_000 }, async (t) => {
  const url = await emptySchema(cluster)
  const writers = [openStore(t, url), openStore(t, url)].map((store) => store.collection('/busy', rules({ indexes: ['/a'] })))
  const acknowledged: string[] = []
  const state = { busy: true }
  const writing = writers.flatMap((collection, writer) => Array.from({ length: 4 }, async (_, client) => {
    for (let n = 0; state.busy; n++) {
      const id = `${writer} ${client} ${n}`
      const document = written(await collection.insert(id, { a: n, b: n, u: id }))
      if (n % 3 === 0) written(await collection.replace(id, document.revision, { a: n, b: -n, u: id }))
      acknowledged.push(id)
    }
  }))
  for (const added of ['/b', '/c', '/d']) {
    await setTimeout(100)
    const reader = openStore(t, url).collection('/busy', rules({ indexes: ['/a', added], unique: added === '/d' ? [['/u']] : [] }))
    await reader.read('none')
    // What is written now is written under rules that its writers did not know.
    await setTimeout(100)
    const before = [...acknowledged]
    const found = new Set(await idsOf(reader, 'true', added.slice(1)))
    t.same(before.filter((id) => !found.has(id)), [], `none of ${before.length} is missing under ${added}`)
    if (added !== '/d') continue
    state.busy = false
    await Promise.all(writing)
    t.same(await reader.insert('other', { u: acknowledged.at(-1) ?? '' }), { kind: 'clash', pointers: ['/u'] })
  }
})

t.test('rules change only when writes under the former ones are through', async (t) => {
  const url = await emptySchema(cluster)
  const pool = openPool(t, url)
  written(await openStore(t, url).collection('/busy', rules()).insert('1', {}))
  const writer = await pool.connect()
  await writer.query('BEGIN')
  await writer.query("INSERT INTO crest_documents (collection, id, revision, content) VALUES ('/busy', 'late', 'r', '{\"until\":\"2000-01-01T00:00:00Z\"}')")
  // Nothing but the lock of the table waits: there is no index to be made.
  const collection = openStore(t, url).collection('/busy', rules({ expires: '/until' }))
  let adopted = false
  const adopting = Promise.resolve(collection.read('1')).then(() => { adopted = true })
  await setTimeout(300)
  t.notOk(adopted)
  await writer.query('COMMIT')
  writer.release()
  await adopting
  t.same(await idsOf(collection, 'true'), ['1'], 'what was written last follows the rules too')
})

t.test('who waits for rules longer than a call may take is told to come back, and the work goes on', async (t) => {
  const url = await emptySchema(cluster)
  const pool = openPool(t, url)
  written(await openStore(t, url).collection('/slow', rules()).insert('1', { n: 1 }))
  // An index that takes a second: each row is written slowly.
  await pool.query("CREATE FUNCTION slowly () RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(1); RETURN NEW; END'")
  await pool.query('CREATE TRIGGER slow BEFORE UPDATE ON crest_documents FOR EACH ROW EXECUTE FUNCTION slowly()')
  const collection = openStore(t, url, { timeout: 400 }).collection('/slow', rules({ indexes: ['/n'] }))
  const outcomes = await Promise.allSettled([collection.read('1'), collection.query(ask('n eq 1')), collection.read('1')])
  for (const outcome of outcomes) t.match(outcome, { status: 'rejected', reason: { statusCode: 503, retryAfter: 1 } })
  let found: readonly string[] = []
  for (let tries = 0; found.length === 0 && tries < 50; tries++) found = await idsOf(collection, 'n eq 1').catch(() => [])
  t.same(found, ['1'])
  t.equal((await pool.query('SELECT 1 FROM crest_rules')).rows.length, 1)
})

t.test('who cannot have the lock gives up, and the next one tries again', async (t) => {
  const url = await emptySchema(cluster)
  const holder = await openPool(t, url).connect()
  const collection = openStore(t, url, { timeout: 400 }).collection('/slow', rules({ indexes: ['/n'] }))
  await openStore(t, url).secret()
  await holder.query('BEGIN')
  await holder.query('LOCK TABLE crest_documents IN ROW EXCLUSIVE MODE')
  await t.rejects(async () => collection.insert('1', { n: 1 }), ServiceUnavailable)
  await holder.query('COMMIT')
  holder.release()
  written(await collection.insert('1', { n: 1 }))
  t.same(await idsOf(collection, 'n eq 1'), ['1'])
})

t.test('many stores that start at once on an empty database make one set of tables', async (t) => {
  const url = await emptySchema(cluster)
  const stores = Array.from({ length: 8 }, () => openStore(t, url, { poolSize: 2 }))
  const outcomes = await Promise.all(stores.map(async (store) => store.collection('/one', rules({ unique: [['/n']], indexes: ['/n', '/m'] })).insert('a', { n: 1 })))
  t.same(outcomes.map(({ kind }) => kind).sort(), [...Array.from({ length: 7 }, () => 'taken'), 'written'])
  const secrets = await Promise.all(stores.map(async (store) => store.secret()))
  t.equal(new Set(secrets).size, 1)
})

t.test('a unique rule that documents break is refused by name, and changes nothing', async (t) => {
  const url = await emptySchema(cluster)
  const store = openStore(t, url)
  const before = store.collection('/users', rules())
  for (let n = 0; n < 1200; n++) written(await before.insert(String(n).padStart(4, '0'), { n: n === 1100 ? 3 : n, m: 'same' }))
  const rule = rules({ unique: [['/n']] })
  await t.rejects(async () => store.collection('/users', rule).read('0001'), { code: 'CREST_ERR_STORE_UNIQUE', message: /\/users.*"0003" and "1100".*\/n/ })
  await t.rejects(async () => store.collection('/users', rules({ unique: [['/m']] })).read('0001'), { code: 'CREST_ERR_STORE_UNIQUE', message: /"0000" and "0001"/ })
  const { rows } = await openPool(t, url).query('SELECT 1 FROM crest_documents WHERE claims IS NOT NULL')
  t.equal(rows.length, 0)
  const document = await before.read('1100')
  if (document.kind !== 'document') throw new Error(document.kind)
  written(await before.remove('1100', document.document.revision))
  t.same(await store.collection('/users', rule).insert('x', { n: 3 }), { kind: 'clash', pointers: ['/n'] })
})

t.test('the first broken constraint is named, whatever the database meets first', async (t) => {
  const collection = openStore(t, await emptySchema(cluster)).collection('/c', rules({ unique: [['/b'], ['/a'], ['/a', '/c']] }))
  written(await collection.insert('1', { a: 1, b: 1, c: 1 }))
  t.same(await collection.insert('2', { a: 1, b: 1, c: 1 }), { kind: 'clash', pointers: ['/b'] })
  t.same(await collection.insert('2', { a: 1, b: 2, c: 1 }), { kind: 'clash', pointers: ['/a'] })
  const other = written(await collection.insert('2', { a: 2, b: 2 }))
  t.same(await collection.replace('2', other.revision, { a: 1, b: 3 }), { kind: 'clash', pointers: ['/a'] })
  t.same(await collection.read('2'), { kind: 'document', document: other })
})

t.test('what is declared no longer goes when its note is removed', async (t) => {
  const url = await emptySchema(cluster)
  const pool = openPool(t, url)
  written(await openStore(t, url).collection('/x', rules({ indexes: ['/a', '/b'] })).insert('1', { a: 1, b: 2 }))
  const store = postgresStore(pool)
  const things = store.collection('/x', rules({ indexes: ['/b'] }))
  t.same(await idsOf(things, 'b eq 2'), ['1'])
  await pool.query("DELETE FROM crest_rules WHERE collection = '/x'")
  written(await things.insert('2', { a: 1, b: 2 }))
  const { rows } = await pool.query<{ sorted: object }>('SELECT sorted FROM crest_documents ORDER BY id')
  t.same(rows.map(({ sorted }) => Object.keys(sorted)), [['/b'], ['/b']])
})

t.test('a process that reads only notices that its index is no longer kept', async (t) => {
  const url = await emptySchema(cluster)
  const [one, two] = [openStore(t, url).collection('/x', rules({ indexes: ['/a'] })), openStore(t, url).collection('/x', rules({ indexes: ['/b'] }))]
  for (const n of [1, 2, 3]) written(await one.insert(`${n}`, { a: n, b: n }))
  t.same(await idsOf(one, 'a ge 2', '-a'), ['3', '2'])
  await openPool(t, url).query('DELETE FROM crest_rules')
  written(await two.insert('4', { a: 4, b: 4 }))
  t.same(await idsOf(one, 'a ge 2', '-a'), ['4', '3', '2'])
  t.equal((await one.query(ask('a ge 2', '', { count: true, limit: 0 }))).total, 3)
})

t.test('a role that may only read and write rows can begin a collection whose indexes are there', async (t) => {
  const url = await emptySchema(cluster)
  const schema = new URL(url).searchParams.get('options')?.split('=')[1] ?? ''
  const rule = rules({ indexes: ['/a'], unique: [['/u']] })
  written(await openStore(t, url).collection('/mine', rule).insert('1', { a: 1, u: 1 }))
  const pool = openPool(t, url)
  await pool.query(`CREATE ROLE clerk_${schema} LOGIN PASSWORD 'clerk'; GRANT USAGE ON SCHEMA ${schema} TO clerk_${schema};
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO clerk_${schema}`)
  const theirs = new URL(url)
  theirs.username = `clerk_${schema}`
  theirs.password = 'clerk'
  const collection = openStore(t, theirs.href).collection('/theirs', rule)
  written(await collection.insert('1', { a: 1, u: 1 }))
  t.same(await idsOf(collection, 'a eq 1'), ['1'])
})

t.test('connections that begin transactions in another isolation are refused by name', async (t) => {
  const url = await emptySchema(cluster)
  for (const isolation of ['repeatable read', 'serializable']) {
    const pool = openPool(t, url, { max: 1 })
    await pool.query(`SET default_transaction_isolation = '${isolation}'`)
    await t.rejects(async () => postgresStore(pool).secret(), { code: 'CREST_ERR_STORE_ISOLATION', message: new RegExp(`not ${isolation}`) })
  }
})

t.test('tables of a newer release are refused by name', async (t) => {
  const url = await emptySchema(cluster)
  const pool = openPool(t, url)
  await postgresStore(pool).secret()
  await pool.query("UPDATE crest_meta SET value = '7' WHERE name = 'schema'")
  await t.rejects(async () => postgresStore(pool).secret(), { code: 'CREST_ERR_STORE_VERSION', message: /version 7/ })
})

t.test('paths and pointers are never part of a statement as they are', async (t) => {
  const odd = "/it's; DROP TABLE crest_documents; --\"$1"
  const collection = openStore(t, await emptySchema(cluster)).collection(odd, rules({ indexes: ["/o'dd~1$1"], unique: [["/o'dd~1$1"]] }))
  const content = { "o'dd/$1": 'X' }
  written(await collection.insert("'; --", content))
  t.same(await collection.insert('2', content), { kind: 'clash', pointers: ["/o'dd~1$1"] })
  const found = await collection.query(everything({ filter: { kind: 'compare', operator: 'eq', field: ["o'dd/$1"], value: 'x' }, sortKeys: [{ pointer: ["o'dd/$1"], descending: true }] }))
  t.same(found.documents.map(({ id }) => id), ["'; --"])
})
