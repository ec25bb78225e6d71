import t from 'tap'
import { postgresStore } from '../../lib/postgres.ts'
import type { StoreCollection } from '../../lib/stores/store.ts'
import { ask } from '../stores/accepts-laws.ts'
import { rules, written } from '../stores/store-laws.ts'
import { startCluster } from './cluster.ts'
import { emptySchema, openPool, openStore } from './databases.ts'
import { watchedPool } from './watched-pool.ts'
import type { Asked } from './watched-pool.ts'

const cluster = await startCluster(t)
const many = 5000

async function fill (collection: StoreCollection): Promise<void> {
  await Promise.all(Array.from({ length: 10 }, async (_, part) => {
    for (let n = part; n < many; n += 10) {
      written(await collection.insert(`id${String(n).padStart(5, '0')}`, { n, group: n % 10, city: n % 2 === 0 ? 'Oslo' : 'Bergen', tags: n % 100 === 0 ? ['rare', 'x'] : 'x' }))
    }
  }))
}

t.test('a page is one statement along an index, however many documents there are', async (t) => {
  const url = await emptySchema(cluster)
  const { pool, asked, planOf } = watchedPool(t, url)
  const collection = postgresStore(pool).collection('/things', rules({ indexes: ['/n', '/group', '/city', '/tags'] }))
  await fill(collection)
  await openPool(t, url).query('ANALYZE crest_documents')
  const table: ReadonlyArray<readonly [filter: string, sort: string, first: string]> = [
    ['true', '', 'id00000'],
    ['true', 'n', 'id00000'],
    ['true', '-n', 'id04999'],
    ['n ge 4000', '-n', 'id04999'],
    ['n ge 4000', 'n', 'id04000'],
    ['n lt 10', '-n', 'id00009'],
    ['group eq 7', '', 'id00007'],
    ['group eq 7', '-n', 'id04997'],
    ['city sw "os"', 'n', 'id00000'],
    ['tags eq "rare"', '', 'id00000'],
    ['_id eq "ID00042"', '', 'id00042'],
    ['_id in \'["id00042","none"]\'', 'n', 'id00042']
  ]
  for (const [filter, sort, first] of table) {
    // The first time it is found out that there are documents with several values.
    await collection.query(ask(filter, sort, { limit: 20 }))
    asked.length = 0
    const { documents } = await collection.query(ask(filter, sort, { limit: 20 }))
    t.equal(documents[0]?.id, first, `${filter} by ${sort}`)
    const [statement, ...others] = asked
    t.equal(others.length, 0, 'one statement')
    const plan = await planOf(statement as Asked)
    t.notMatch(plan, /Seq Scan/, `${filter} by ${sort}`)
    t.match(plan, /Index/, plan)
  }
})

t.test('behind a document without a value nothing that must have one follows, up or down', async (t) => {
  const collection = postgresStore(openPool(t, await emptySchema(cluster))).collection('/things', rules({ indexes: ['/n'] }))
  for (const n of [1, 2, 3]) written(await collection.insert(String(n), { n }))
  for (const sort of ['n', '-n']) {
    const { documents } = await collection.query(ask('n ge 1', sort, { after: { values: [{ rank: 4, value: 0 }], id: '0' } }))
    t.same(documents, [], sort)
  }
})

t.test('an estimate is what the planner expects, and counts nothing', async (t) => {
  const url = await emptySchema(cluster)
  const { pool, asked } = watchedPool(t, url)
  const collection = postgresStore(pool).collection('/things', rules({ indexes: ['/group'] }))
  await fill(collection)
  await openPool(t, url).query('ANALYZE crest_documents')
  asked.length = 0
  const { documents, total = -1, estimated } = await collection.query(ask('group eq 3', '', { limit: 10, count: true, estimate: true }))
  t.equal(documents.length, 10)
  t.equal(estimated, true)
  t.ok(total > many / 20 && total < many / 5, `about ${many / 10}: ${total}`)
  t.notOk(asked.some(({ text }) => text.includes('count(')))
  const whole = await collection.query(ask('group eq 3 and city eq "bergen" and n lt 50', '', { limit: 100, count: true, estimate: true }))
  t.strictSame([whole.total, whole.estimated], [5, undefined], 'what is all on the page is known')
  const judged = await collection.query(ask('group eq 3', '', { limit: 10, count: true, estimate: true, accepts: ({ content }) => Number(content['n']) < 100 }))
  t.strictSame([judged.total, judged.estimated], [10, undefined], 'what is judged here is counted')
  const odd = await collection.query(ask('group eq 3', '', { limit: 0, count: true, estimate: true }))
  t.equal(odd.estimated, true)
})

t.test('statements of the store are prepared by name, those of poolers are not', async (t) => {
  for (const prepare of [true, false]) {
    const url = await emptySchema(cluster)
    const pool = openPool(t, url, { max: 1 })
    const collection = postgresStore(pool, { prepare }).collection('/things', rules({ isPathDeclared: true }))
    const document = written(await collection.insert('a', {}))
    for (let n = 0; n < 5; n++) await collection.query(ask('true', '', { limit: n + 1 }))
    const { rows } = await pool.query<{ name: string, statement: string }>('SELECT name, statement FROM pg_prepared_statements')
    t.equal(rows.some(({ statement }) => statement.startsWith('INSERT INTO crest_documents')), prepare)
    t.ok(rows.every(({ name }) => name.startsWith('crest_')))
    t.equal(rows.filter(({ statement }) => statement.includes('OFFSET')).length, prepare ? 1 : 0, 'one for pages of any length')
    // Somebody else uses the pool too.
    await pool.query('DISCARD ALL')
    t.same(await collection.read('a'), { kind: 'document', document })
  }
})

t.test('clauses on one index make one span, whatever the plan is for', async (t) => {
  const url = await emptySchema(cluster)
  const { pool, asked, planOf } = watchedPool(t, url)
  const collection = postgresStore(pool).collection('/things', rules({ indexes: ['/n'] }))
  await fill(collection)
  await openPool(t, url).query('ANALYZE crest_documents')
  asked.length = 0
  const { documents } = await collection.query(ask('n ge 100 and n lt 120', 'n', { limit: 50 }))
  t.equal(documents.length, 20)
  const [, ...conditions] = (await planOf(asked[0] as Asked)).split('Index Cond').map((part) => part.split('\n')[0] ?? '')
  t.ok(conditions.some((condition) => condition.includes('>=') && condition.includes('<')), conditions.join('\n'))
})

t.test('a query sees one moment, whatever is written meanwhile', { timeout: 60_000 }, async (t) => {
  const url = await emptySchema(cluster)
  const collection = openStore(t, url).collection('/moving', rules({ indexes: ['/a'] }))
  const many = 150
  for (let n = 0; n < many; n++) written(await collection.insert(`${n}`, { a: n, name: 'ü' }))
  const state = { busy: true }
  const writer = (async () => {
    for (let n = 0; state.busy; n++) {
      const slot = await collection.read('7')
      // Up and down the index, to where nothing is, and to where there are several values.
      const a = [0, many, [0, many], null][n % 4] as number
      if (slot.kind === 'document') written(await collection.replace('7', slot.document.revision, { a, name: 'ü' }))
    }
  })()
  const queries = [ask('name co "ü"', 'a'), ask('true', '-a'), ask('true', 'a,name'), ask('a ge 0 or !(a pr)', '-a', { count: true })]
  const wrong: string[] = []
  for (let round = 0; round < 40; round++) {
    for (const query of queries) {
      const { documents, total = many } = await collection.query(query)
      const ids = new Set(documents.map(({ id }) => id))
      if (ids.size !== many || documents.length !== many || total !== many) wrong.push(`${JSON.stringify(query.sortKeys)}: ${documents.length} documents, ${ids.size} ids, ${total} in all`)
    }
  }
  state.busy = false
  await writer
  t.same(wrong, [])
})
