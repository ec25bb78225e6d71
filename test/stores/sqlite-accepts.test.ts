import { createRequire } from 'node:module'
import { join } from 'node:path'
import t from 'tap'
import type { Test } from 'tap'
import { openSqliteFile } from '../../lib/stores/sqlite/sqlite-open.ts'
import { sqliteStore } from '../../lib/stores/sqlite.ts'
import type { SqliteHandle } from '../../lib/stores/sqlite.ts'
import type { StoreCollection, StoreQuery, StoredDocument } from '../../lib/stores/store.ts'
import { ask } from './accepts-laws.ts'
import { rules, written } from './store-laws.ts'

type Database = new (file: string) => SqliteHandle & { close (): unknown }
type Row = Record<string, unknown>
interface Asked { readonly sql: string, readonly parameters: unknown[] }

const drivers: ReadonlyArray<readonly [name: string, Driver: Database | undefined]> = [
  ['libsql', createRequire(import.meta.url)('libsql') as Database],
  ['node:sqlite', (process.getBuiltinModule('node:sqlite') as { DatabaseSync: Database } | undefined)?.DatabaseSync]
]

/** A driver's database that remembers what it was asked for rows. */
function openRecorded (t: Test, Driver: Database, file: string): { readonly handle: SqliteHandle, readonly asked: Asked[], readonly planOf: (asked: Asked) => string } {
  const database = new Driver(file)
  t.teardown(() => database.close())
  const asked: Asked[] = []
  const handle: SqliteHandle = {
    exec: (sql) => database.exec(sql),
    prepare (sql) {
      const statement = database.prepare(sql)
      return {
        run: (...parameters) => statement.run(...parameters),
        get: (...parameters) => statement.get(...parameters),
        all (...parameters) {
          asked.push({ sql, parameters })
          return statement.all(...parameters)
        }
      }
    }
  }
  const planOf = ({ sql, parameters }: Asked): string =>
    (database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...parameters) as Row[]).map(({ detail }) => detail).join('; ')
  return { handle, asked, planOf }
}

const many = 300

async function fill (collection: StoreCollection): Promise<readonly StoredDocument[]> {
  const documents: StoredDocument[] = []
  for (let n = 0; n < many; n++) documents.push(written(await collection.insert(`id${String(n).padStart(3, '0')}`, { n, city: n % 2 === 0 ? 'Oslo' : 'Bergen' })))
  return documents
}

/** The statements that read documents, and those that count them. */
function reads (asked: readonly Asked[]): readonly Asked[] {
  return asked.filter(({ sql }) => sql.includes('content AS content'))
}

for (const [name, Driver] of drivers) {
  const options = { skip: Driver === undefined && 'this Node has none' }
  const indexed = rules({ indexes: ['/n', '/city'] })

  t.test(`${name}: what comes in order is read by one statement, and window by window where it is to be accepted`, options, async (t) => {
    const { handle, asked, planOf } = openRecorded(t, Driver!, ':memory:')
    const collection = sqliteStore(handle).collection('/things', indexed)
    await fill(collection)
    for (const query of [ask('true'), ask('city eq "oslo"'), ask('true', 'n'), ask('n lt 250', '-n'), ask('n ge 20', 'n')]) {
      asked.length = 0
      const first = await collection.query({ ...query, limit: 100 })
      t.equal(reads(asked).reduce((sum, { parameters }) => sum + Number(parameters.includes(100)), 0), reads(asked).length, 'no more than the page')
      t.notOk(asked.some(({ sql }) => sql.includes('AS value')), 'and no windows')

      asked.length = 0
      const accepted = await collection.query({ ...query, limit: 100, accepts: () => true })
      t.same(accepted.documents.map(({ id }) => id), first.documents.map(({ id }) => id))
      t.ok(reads(asked).length > 1, 'several windows')
      for (const read of reads(asked)) t.notMatch(planOf(read), /SCAN|TEMP B-TREE(?! FOR (?:LAST TERM|RIGHT PART) OF ORDER BY)/, 'along the same index')
    }
  })

  t.test(`${name}: counts look at documents only where they are to be accepted`, options, async (t) => {
    const { handle, asked } = openRecorded(t, Driver!, ':memory:')
    const collection = sqliteStore(handle).collection('/things', indexed)
    await fill(collection)
    for (const [filter, total] of [['true', 300], ['city eq "oslo"', 150], ['n lt 200', 200], ['n lt 10 or city eq "oslo"', 155], ['_id in \'["ID001","id002"]\'', 2]] as const) {
      asked.length = 0
      t.equal((await collection.query(ask(filter, '', { limit: 0, count: true }))).total, total, filter)
      t.equal(reads(asked).length, 0, filter)
      t.equal((await collection.query(ask(filter, '', { limit: 0, count: true, accepts: ({ id }) => id !== 'id002' }))).total, total - 1, filter)
      t.ok(reads(asked).length > 0, filter)
    }
  })

  t.test(`${name}: others have their turn while documents are accepted`, options, async (t) => {
    const { handle } = openRecorded(t, Driver!, ':memory:')
    const collection = sqliteStore(handle).collection('/things', indexed)
    await fill(collection)
    const slow = (): boolean => {
      for (const end = performance.now() + 0.5; performance.now() < end;);
      return false
    }
    for (const query of [ask('true'), ask('true', '-n'), ask('city eq "oslo"'), ask('n lt 200', 'city'), ask('n ge 0', '', { limit: 0, count: true })]) {
      let turns = 0
      let done = false
      const answer = Promise.resolve(collection.query({ ...query, accepts: slow })).finally(() => { done = true })
      const turn = (): void => {
        turns++
        if (!done) setImmediate(turn)
      }
      setImmediate(turn)
      await answer
      t.ok(turns > 2, `${turns} turns`)
    }
  })

  t.test(`${name}: what is thrown leaves neither a snapshot nor a transaction`, options, async (t) => {
    const file = join(t.testdir({}), 'things.db')
    openSqliteFile(file).close()
    const { handle } = openRecorded(t, Driver!, file)
    const collection = sqliteStore(handle).collection('/things', indexed)
    let { revision } = (await fill(collection))[0] as StoredDocument
    const other = openSqliteFile(file)
    t.teardown(() => other.close())
    const elsewhere = sqliteStore(other).collection('/things', indexed)

    const queries: readonly StoreQuery[] = [
      ask('true'), ask('true', '-n'), ask('true', 'name'), ask('city eq "oslo"'), ask('n lt 200', 'city'), ask('_id in \'["id001","id002"]\''),
      ask('true', '', { limit: 0, count: true }), ask('n ge 0', '', { limit: 0, count: true })
    ]
    for (const [n, query] of queries.entries()) {
      let asked = 0
      const accepts = (): boolean => {
        if (++asked === 2) throw new RangeError('refused to say')
        return true
      }
      await t.rejects(async () => collection.query({ ...query, accepts }), RangeError)
      // It would be busy while anybody reads an older state, or is within a transaction.
      written(await elsewhere.insert(`new ${n}`, { n: -1 }))
      t.match(other.prepare('PRAGMA wal_checkpoint(TRUNCATE)').all(), [{ busy: 0 }])
      revision = written(await collection.replace('id000', revision, { n })).revision
      handle.exec('BEGIN IMMEDIATE')
      handle.exec('ROLLBACK')
      t.same((await elsewhere.query(ask('_id eq "id000"'))).documents.map(({ content }) => content), [{ n }])
      t.equal((await collection.query(ask('true', '', { limit: 0, count: true, accepts: () => true }))).total, many + n + 1)
    }
  })
}
