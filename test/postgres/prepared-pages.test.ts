import fc from 'fast-check'
import t from 'tap'
import { postgresStore } from '../../lib/postgres.ts'
import { ranks } from '../../lib/crest/comparable.ts'
import type { JsonObject } from '../../lib/json.ts'
import { sortPosition } from '../../lib/crest/sort-order.ts'
import type { StoredDocument } from '../../lib/stores/store.ts'
import { ask } from '../stores/accepts-laws.ts'
import { answerPlainly } from '../stores/query-samples.ts'
import type { CollectionRules } from '../../lib/stores/store.ts'
import { rules as plainRules, written } from '../stores/store-laws.ts'
import { cases } from '../thorough.ts'
import { startCluster } from './cluster.ts'
import { emptySchema, openPool, openStore } from './databases.ts'
import { watchedPool } from './watched-pool.ts'
import type { Asked } from './watched-pool.ts'

const cluster = await startCluster(t)

/** Those of a collection whose path is the declared one, which may be walked along by a statement of its own. */
function rules (overrides: Partial<CollectionRules> = {}): CollectionRules {
  return plainRules({ isPathDeclared: true, ...overrides })
}

function isPage ({ text }: Asked): boolean {
  return text.includes('AS g')
}

// Values of all ranks, and none, but one in each place.
const anyValue = fc.constantFrom<JsonObject[string]>(undefined, null, true, false, 0, 1, 2, -1.5, 'a', 'A', 'b', '', 'Ä')
const anyDocuments = fc.array(fc.record({ a: anyValue, b: anyValue }), { minLength: 1, maxLength: 30 })
const anyClause = fc.record({ field: fc.constantFrom('a', 'b'), operator: fc.constantFrom('eq', 'eq', 'lt', 'le', 'gt', 'ge', 'sw'), value: fc.constantFrom('true', '0', '1', '-1.5', '"a"', '"B"', '""') })
  .map(({ field, operator, value }) => `${field} ${operator} ${value}`)
const anySample = fc.record({
  filter: fc.oneof(fc.constant('true'), anyClause, fc.tuple(anyClause, anyClause).map((clauses) => clauses.join(' and '))),
  sort: fc.constantFrom('', 'a', '-a', 'b', '-b'),
  after: fc.option(fc.nat(30)),
  limit: fc.integer({ min: 1, max: 40 }),
  offset: fc.constantFrom(0, 0, 1, 5)
})

t.test('pages by prepared statements are those of the reference', async (t) => {
  const { pool, asked } = watchedPool(t, await emptySchema(cluster))
  const store = postgresStore(pool)
  let number = 0
  let prepared = 0
  let others = 0
  await fc.assert(fc.asyncProperty(anyDocuments, fc.array(anySample, { minLength: 10, maxLength: 20 }), async (contents, samples) => {
    const collection = store.collection(`/things/${number++}`, rules({ indexes: ['/a', '/b'] }))
    const documents: StoredDocument[] = []
    for (const [n, content] of contents.entries()) documents.push(written(await collection.insert(`id${n * 7 % 31}`, content)))
    for (const { filter, sort, after, limit, offset } of samples) {
      const { sortKeys } = ask(filter, sort)
      const start = after === null ? undefined : documents[after]
      const query = ask(filter, sort, { limit, offset, ...(start === undefined ? {} : { after: sortPosition(start, sortKeys) }) })
      asked.length = 0
      const answer = await collection.query(query)
      if (asked.some(isPage)) prepared++
      if (asked.some((statement) => !isPage(statement))) others++
      const expected = answerPlainly(query, documents)
      const [ids, expectedIds] = [answer.documents, expected.documents].map((found) => JSON.stringify(found.map(({ id }) => id)))
      if (ids !== expectedIds) throw new Error(`${filter} by ${sort}, after ${JSON.stringify(query.after)}, ${offset}, ${limit}: ${ids} is not ${expectedIds}`)
    }
  }), { numRuns: cases(30) })
  t.ok(prepared > 50, `${prepared} prepared, ${others} others`)
})

t.test('a document with several values is found from the first moment', async (t) => {
  const { pool, asked } = watchedPool(t, await emptySchema(cluster))
  const collection = postgresStore(pool).collection('/things', rules({ indexes: ['/a', '/b'] }))
  for (let n = 0; n < 5; n++) written(await collection.insert(`${n}`, { a: 'x', b: n }))
  const ids = async (filter: string): Promise<string> => (await collection.query(ask(filter, '-b', { limit: 10 }))).documents.map(({ id }) => id).join('')
  t.equal(await ids('a eq "x"'), '43210')
  t.ok(asked.some(isPage))
  written(await collection.insert('9', { a: ['w', 'x'], b: 9 }))
  t.equal(await ids('a eq "x"'), '943210')
  asked.length = 0
  t.equal(await ids('a eq "w"'), '9')
  t.notOk(asked.some(isPage), 'it is known now')
})

t.test('rules that have changed in another process are adopted', async (t) => {
  const url = await emptySchema(cluster)
  const collection = postgresStore(watchedPool(t, url).pool).collection('/things', rules({ indexes: ['/a', '/b'] }))
  for (let n = 0; n < 5; n++) written(await collection.insert(`${n}`, { a: 'x', b: n }))
  const ids = async (filter: string, sort: string): Promise<string> => (await collection.query(ask(filter, sort, { limit: 10 }))).documents.map(({ id }) => id).join('')
  t.equal(await ids('a eq "x"', '-b'), '43210')
  const other = openStore(t, url).collection('/things', rules({ indexes: ['/a', '/c'] }))
  written(await other.insert('5', { a: 'x', b: 5 }))
  t.equal(await ids('a eq "x"', '-b'), '543210')
  t.equal(await ids('true', 'b'), '012345')
})

t.test('a plan for all values reads few documents, whatever the values are', async (t) => {
  const url = await emptySchema(cluster)
  const { pool, asked } = watchedPool(t, url)
  const store = postgresStore(pool)
  const collection = store.collection('/skewed', rules({ indexes: ['/a', '/b'] }))
  const seed = written(await collection.insert('seed', { a: 'often', b: 1 }))
  const client = await openPool(t, url).connect()
  t.teardown(() => client.release())
  const rest = "folded, revision, content, jsonb_build_object('/a', CASE WHEN n % 10 > 0 OR collection <> '/skewed' THEN '3often' ELSE '3' || n END, '/b', '3' || lpad((n * 7919 % 30000)::text, 5, '0')), compared, claims, expires, gone_until"
  await client.query(`INSERT INTO crest_documents SELECT collection, 'd' || lpad(n::text, 5, '0'), ${rest} FROM crest_documents, generate_series(1, 30000) AS n WHERE collection = '/skewed'`)
  // Collections of few documents, so that the average one is no measure.
  await client.query(`INSERT INTO crest_documents SELECT '/small' || n, 'd', ${rest} FROM crest_documents, generate_series(1, 5000) AS n WHERE collection = '/skewed' AND id = 'seed'`)
  await client.query('ANALYZE crest_documents')
  await client.query('SET plan_cache_mode = force_generic_plan')
  const position = sortPosition(seed, [{ pointer: ['b'], descending: true }])
  const table: ReadonlyArray<readonly [filter: string, sort: string]> = [
    ['a eq "10"', ''], ['a eq "10"', '-b'], ['a eq "10" and b ge "00100"', '-b'], ['a eq "often"', ''], ['a eq "often"', '-b'],
    ['true', ''], ['true', 'b'], ['true', '-b'], ['b ge "10000"', 'b'], ['b ge "10000" and b lt "20000"', '-b'], ['b gt "29990"', '-b'], ['b lt "00010"', 'b']
  ]
  let explained = 0
  for (const [filter, sort] of table) {
    for (const after of [undefined, ...sort === '' ? [{ values: [], id: 'd15000' }] : [position, { values: [{ rank: ranks.string, value: '15000' }], id: 'd' }]]) {
      asked.length = 0
      await collection.query(ask(filter, sort, { limit: 21, ...(after === undefined ? {} : { after }) }))
      const { text, values } = asked.find(isPage) ?? { text: '', values: [] }
      // What is known to be found better in another way is no longer asked.
      if (text === '') continue
      await client.query(`PREPARE page AS ${text}`)
      const { rows } = await client.query<{ 'QUERY PLAN': string }>(`EXPLAIN (ANALYZE) EXECUTE page(${values.map((value) => value === null ? 'NULL' : `'${String(value)}'`).join(', ')})`)
      await client.query('DEALLOCATE page')
      const plan = rows.map((row) => row['QUERY PLAN']).join('\n')
      t.notMatch(plan, /Seq Scan on crest_documents/, plan)
      const scanned = [...plan.matchAll(/Scan.* rows=(\d+)(?:\.00)? loops/g)].map((match) => Number(match[1]))
      t.ok(scanned.length > 0 && scanned.every((many) => many <= 501), `${filter} by ${sort}: ${scanned.join(', ')}\n${plan}`)
      explained++
    }
  }
  t.ok(explained >= 20, `${explained} plans`)
})

t.test('the names of statements are bounded, and those of walks leave room for others', async (t) => {
  const { pool, asked } = watchedPool(t, await emptySchema(cluster))
  const store = postgresStore(pool)
  for (let n = 0; n < 60; n++) await store.collection(`/users/${n}/orders`, rules()).query(ask('true', '', { limit: 5 }))
  await store.collection("/users/o'brien/orders", plainRules()).query(ask('true', '', { limit: 5 }))
  const collection = store.collection('/things', rules({ indexes: ['/a'] }))
  written(await collection.insert('1', { a: 1 }))
  const names = (): number => new Set(asked.flatMap((statement) => isPage(statement) && statement.name !== undefined ? [statement.name] : [])).size
  t.equal(names(), 50)
  t.equal((await collection.query(ask('a eq 1', '', { limit: 5 }))).documents.length, 1)
  t.equal(names(), 51)
})

t.test('no path that comes from a request is in a statement', async (t) => {
  const { pool, asked } = watchedPool(t, await emptySchema(cluster))
  const store = postgresStore(pool)
  for (const isDeclared of [true, false]) {
    asked.length = 0
    const collection = store.collection(`/users/marked-${isDeclared}/orders`, rules({ indexes: ['/a'], isPathDeclared: isDeclared }))
    for (let n = 0; n < 10; n++) written(await collection.insert(`${n}`, { a: n }))
    for (const sort of ['', 'a', '-a']) t.equal((await collection.query(ask('true', sort, { limit: 5 }))).documents.length, 5)
    t.equal(asked.some(({ text }) => text.includes('marked')), isDeclared)
  }
})
