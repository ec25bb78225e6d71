import { createRequire } from 'node:module'
import { join } from 'node:path'
import t from 'tap'
import type { Test } from 'tap'
import { parseQueryFilter } from '../../lib/crest/query-filter-parser.ts'
import { queryPredicate } from '../../lib/crest/query-predicate.ts'
import { parseSortKeys } from '../../lib/crest/sort-keys.ts'
import { comparePositions, sortPosition } from '../../lib/crest/sort-order.ts'
import type { JsonObject } from '../../lib/json.ts'
import { openSqliteFile } from '../../lib/stores/sqlite/sqlite-open.ts'
import { sqliteStore } from '../../lib/stores/sqlite.ts'
import type { SqliteHandle } from '../../lib/stores/sqlite.ts'
import type { StoreCollection, StoreQuery, StoredDocument } from '../../lib/stores/store.ts'
import { rules, written } from './store-laws.ts'

type Row = Record<string, unknown>
interface Asked { readonly sql: string, readonly parameters: unknown[] }

const require = createRequire(import.meta.url)
const Libsql = require('libsql') as new (file: string) => SqliteHandle & { close (): unknown }

/** A database in memory that remembers the questions it was asked. */
function openRecorded (t: Test): { readonly handle: SqliteHandle, readonly asked: Asked[], readonly plan: () => string } {
  const database = new Libsql(':memory:')
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
          // libsql takes undefined for null, node:sqlite refuses it.
          if (parameters.includes(undefined)) throw new TypeError(`undefined is bound to ${sql}`)
          asked.push({ sql, parameters })
          return statement.all(...parameters)
        }
      }
    }
  }
  /** How SQLite goes about the statements that read documents. */
  const plan = (): string => asked.filter(({ sql }) => /content AS content|count\(/.test(sql)).map(({ sql, parameters }) =>
    (database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...parameters) as Row[]).map(({ detail }) => detail).join('; ')).join('\n')
  return { handle, asked, plan }
}

function ask (filter: string, sortKeys = '', rest: Partial<StoreQuery> = {}): StoreQuery {
  return { filter: parseQueryFilter(filter), sortKeys: sortKeys === '' ? [] : parseSortKeys([sortKeys]), ...rest }
}

async function fill (collection: StoreCollection, contents: readonly JsonObject[]): Promise<StoredDocument[]> {
  const documents: StoredDocument[] = []
  for (const [index, content] of contents.entries()) documents.push(written(await collection.insert(`id${String(index).padStart(5, '0')}`, content)))
  return documents
}

function expected (documents: readonly StoredDocument[], { filter, sortKeys, after, offset = 0, limit = Infinity }: StoreQuery): readonly StoredDocument[] {
  const position = (document: StoredDocument) => sortPosition(document, sortKeys)
  return documents.filter(queryPredicate(filter))
    .sort((a, b) => comparePositions(sortKeys, position(a), position(b)))
    .filter((document) => after === undefined || comparePositions(sortKeys, position(document), after) > 0)
    .slice(offset, offset + limit)
}

t.test('queries over declared indexes search them, and neither scan nor sort documents', async t => {
  const { handle, asked, plan } = openRecorded(t)
  const collection = sqliteStore(handle).collection('/cities', rules({ indexes: ['/country', '/population', '/name'] }))
  const documents = await fill(collection, Array.from({ length: 300 }, (_, n) => ({ country: n % 3 === 0 ? 'DE' : 'FR', population: (n * 7919) % 1000, name: `Bad ${n}` })))
  const table: ReadonlyArray<readonly [query: StoreQuery, plan: RegExp]> = [
    [ask('country eq "de"', '', { limit: 5 }), /^SEARCH s USING (?:PRIMARY KEY|COVERING INDEX crest_entries_\w+) \(list=\? AND rank=\? AND value=\?\); SEARCH d USING PRIMARY KEY \(collection=\? AND id=\?\)$/],
    [ask('country eq "de"', '', { limit: 5, after: { values: [], id: 'id00100' } }), /^SEARCH s USING (?:PRIMARY KEY|COVERING INDEX crest_entries_\w+) \(list=\? AND rank=\? AND value=\? AND id>\?\)/],
    [ask('population ge 500', 'population', { limit: 5 }), /^SEARCH s USING (?:PRIMARY KEY|COVERING INDEX crest_entries_\w+) \(list=\? AND rank=\? AND value>\?\)/],
    [ask('population ge 500', '-population', { limit: 5 }), /^SEARCH s USING PRIMARY KEY \(list=\? AND rank=\? AND value>\?\)/],
    [ask('name sw "bad 1"', 'name', { limit: 5 }), /^SEARCH s USING (?:PRIMARY KEY|COVERING INDEX crest_entries_\w+) \(list=\? AND rank=\? AND value>\? AND value<\?\)/],
    [ask('true', 'population', { limit: 5, after: { values: [{ rank: 2, value: 400 }], id: 'id00001' } }), /^SEARCH s USING (?:PRIMARY KEY|COVERING INDEX crest_entries_\w+) \(list=\? AND rank=\? AND \(value,id\)>\(\?,\?\)\)/],
    [ask('true', '-population', { limit: 5 }), /^SEARCH s USING PRIMARY KEY \(list=\? AND rank=\?(?: AND value>\?)?\)/],
    [ask('true', '', { limit: 5, after: { values: [], id: 'id00001' } }), /^SEARCH d USING PRIMARY KEY \(collection=\? AND id>\?\)$/],
    [ask('country eq "de" and population lt 100', '', { limit: 5 }), /^SEARCH d USING PRIMARY KEY \(collection=\? AND id=\?\).*SEARCH e USING COVERING INDEX crest_entries_document \(id=\? AND list=\?/m],
    [ask('name in \'["bad 7","bad 8"]\' or population eq 919', 'name,population', { limit: 5 }), /SEARCH e USING (?:PRIMARY KEY|COVERING INDEX crest_entries_\w+) \(list=\? AND rank=\? AND value=\?\)/],
    [ask('_id eq "ID00007"', '', { limit: 5 }), /SEARCH i USING (COVERING )?INDEX crest_documents_folded \(collection=\? AND folded=\?\)/]
  ]
  for (const [query, wanted] of table) {
    asked.length = 0
    t.same((await collection.query(query)).documents, expected(documents, query))
    const found = plan()
    t.match(found, wanted)
    t.notMatch(found, /SCAN (s|d|e|i)\b/, found)
    if (query.sortKeys.length < 2) t.notMatch(found, /TEMP B-TREE(?! FOR (?:LAST TERM|RIGHT PART) OF ORDER BY)/, found)
  }
})

t.test('downwards, of a value that many documents have only those of the page are read', async t => {
  const { handle, asked } = openRecorded(t)
  const collection = sqliteStore(handle).collection('/orders', rules({ indexes: ['/status'] }))
  const documents = await fill(collection, Array.from({ length: 300 }, (_, n) => ({ status: n % 100 === 7 ? 'sent' : 'open' })))
  for (const rest of [{}, { after: sortPosition(documents[50] as StoredDocument, parseSortKeys(['-status'])) }, { offset: 20 }]) {
    const query = ask('true', '-status', { limit: 9, ...rest })
    asked.length = 0
    t.same((await collection.query(query)).documents, expected(documents, query))
    const sorted = asked.filter(({ sql }) => sql.includes('content AS content') && sql.includes('s.value DESC'))
    for (const { sql, parameters } of sorted) {
      // All that it sorts, its limit and offset left out. Behind a document within the value nothing is sorted at all.
      const all = handle.prepare(sql.replace('LIMIT ? OFFSET ?', 'LIMIT ? * 0 + 1000 OFFSET ? * 0')).all(...parameters)
      t.ok(all.length <= 29, `${all.length} sorted`)
    }
  }
})

t.test('counts over declared indexes do not touch documents', async t => {
  const { handle, asked, plan } = openRecorded(t)
  const collection = sqliteStore(handle).collection('/cities', rules({ indexes: ['/country', '/tags'] }))
  await fill(collection, Array.from({ length: 30 }, (_, n) => ({ country: n % 3 === 0 ? 'DE' : 'FR', tags: ['a', 'b', n] })))
  const table: ReadonlyArray<readonly [filter: string, total: number]> = [
    ['country eq "DE"', 10], ['true', 30], ['country gt "a"', 30], ['tags ge "a"', 30], ['tags in \'["a","b"]\'', 30], ['tags eq "b"', 30], ['country in \'["de","fr"]\'', 30], ['tags eq "a" or country eq "FR"', 30], ['false', 0]
  ]
  for (const [filter, total] of table) {
    asked.length = 0
    t.equal((await collection.query(ask(filter, '', { limit: 0, count: true }))).total, total, filter)
    t.notMatch(plan(), / d /, filter)
  }
})

t.test('no text of a query enters a statement', async t => {
  const { handle, asked } = openRecorded(t)
  const collection = sqliteStore(handle).collection('/things', rules({ indexes: ['/known'] }))
  await fill(collection, [{ known: 'marker', other: { deep: 'marker' } }])
  const filters = [
    'known eq "marker"', 'known co "marker\' --"', 'marker eq "x"', 'marker/marker pr', 'other/deep sw "MARKER"', '_id eq "marker"', '_rev sw "marker"',
    '_id eq "marker" and _id eq "other"', '_id eq "marker" and _id gt "marker"', 'known in \'["marker","marker2"]\'', '!(marker lt "marker") and marker%22/x pr', "marker'--/a gt 1"
  ]
  for (const filter of filters) {
    for (const sort of ['', 'known', '-marker', 'marker,known']) {
      asked.length = 0
      await collection.query(ask(filter, sort, { count: true, limit: 2, after: { values: [{ rank: 3, value: 'marker' }, { rank: 3, value: 'marker' }], id: 'marker' } }))
      t.ok(asked.length > 0)
      t.notOk(asked.some(({ sql }) => /marker/i.test(sql)), `${filter} ${sort}`)
    }
  }
})

t.test('filters at the bounds of the language are answered', async t => {
  const { handle } = openRecorded(t)
  const collection = sqliteStore(handle).collection('/things', rules({ indexes: ['/a'] }))
  const documents = await fill(collection, [{ a: 1, b: 1 }, { a: 999, b: 'x' }, { a: 'y', b: [3] }, {}])
  const filters = [
    Array.from({ length: 1000 }, (_, n) => `a eq ${n}`).join(' or ').slice(0, 9990).replace(/ or [^r]*$/, ''),
    Array.from({ length: 800 }, (_, n) => `b eq ${n}`).join(' or '),
    Array.from({ length: 500 }, (_, n) => `!(b ge ${n})`).join(' and '),
    `${'b/'.repeat(4000)}b eq 1 or a eq 999`,
    `!(${'b/'.repeat(4000)}b pr)`,
    Array.from({ length: 300 }, (_, n) => `a gt ${n} or b eq "x"`).join(' or '),
    `${'('.repeat(63)}a eq 999${')'.repeat(63)}`,
    `a in '[${Array.from({ length: 2900 }, (_, n) => n % 1000).join(',').slice(0, 9900).replace(/,\d*$/, '')}]'`,
    `b in '[${Array.from({ length: 2000 }, (_, n) => n % 1000).join(',')}]'`,
    `_id in '[${Array.from({ length: 700 }, (_, n) => `"ID${String(n).padStart(5, '0')}"`).join(',')}]'`
  ]
  for (const filter of filters) {
    const query = ask(filter, 'a', { count: true })
    const { documents: found, total } = await collection.query(query)
    t.same(found, expected(documents, query), filter.slice(0, 40))
    t.equal(total, found.length)
    const elsewhere = ask(filter, 'b', { count: true, limit: 1 })
    const page = await collection.query(elsewhere)
    t.same(page.documents, expected(documents, elsewhere), `${filter.slice(0, 40)}, in an order without an index`)
    t.equal(page.total, found.length)
  }
})

t.test('what is judged window by window is complete, in order, and lets others have their turn', async t => {
  const { handle } = openRecorded(t)
  const collection = sqliteStore(handle).collection('/things', rules({ indexes: ['/n', '/tags'] }))
  handle.exec('PRAGMA synchronous = OFF')
  const documents = await fill(collection, Array.from({ length: 6000 }, (_, n) => ({
    n: n % 5 === 0 ? null : n % 50, tags: n % 3 === 0 ? ['x', `t${n % 7}`] : `t${n % 7}`, name: n % 2 === 0 ? `Name ${n}` : `ÑAME ${n}`
  })))
  const position = (document: StoredDocument, query: StoreQuery) => sortPosition(document, query.sortKeys)
  for (const filter of ['name co "99"', 'name sw "ña"', 'tags eq "x" and name co "1"', 'n ge 10 and name co "5"', '!(tags eq "t1") and !(name co "0")']) {
    for (const sort of ['', 'n', '-n', '-tags', 'name', '-n,tags']) {
      const query = ask(filter, sort, { limit: 40, offset: 7, count: true })
      const { documents: found, total } = await collection.query(query)
      t.same(found, expected(documents, query), `${filter} ${sort}`)
      t.equal(total, documents.filter(queryPredicate(query.filter)).length)
      const next = { ...query, offset: 0, after: position(found.at(-1) as StoredDocument, query) }
      t.same((await collection.query(next)).documents, expected(documents, next), `${filter} ${sort}, the next page`)
    }
  }
  let turns = 0
  const timer = setInterval(() => turns++, 1)
  t.teardown(() => clearInterval(timer))
  await collection.query(ask('name co "nothing" or tags eq "nothing"', 'name', { count: true }))
  await collection.query(ask('!(name co "9")', 'name,n', { limit: 5000, count: true }))
  t.ok(turns > 0)
})

t.test('an offset beyond one part of an index goes on in the next', async t => {
  const { handle } = openRecorded(t)
  const collection = sqliteStore(handle).collection('/things', rules({ indexes: ['/a'] }))
  const documents = await fill(collection, [{ a: true }, { a: false }, { a: 3 }, { a: 1 }, { a: 'x' }, { a: ['z', 2] }, {}, { a: null }, { a: {} }])
  for (const sort of ['a', '-a']) {
    for (let offset = 0; offset < 11; offset++) {
      const query = ask('true', sort, { offset, limit: 2 })
      t.same((await collection.query(query)).documents, expected(documents, query), `${sort} ${offset}`)
    }
  }
})

t.test('an id is a text, which no number or boolean equals', async t => {
  const { handle } = openRecorded(t)
  const collection = sqliteStore(handle).collection('/things', rules())
  for (const id of ['5', '5.0', '1', '1.0', '0.0']) written(await collection.insert(id, {}))
  const table: ReadonlyArray<readonly [filter: string, ids: readonly string[]]> = [
    ['_id eq 5', []], ['_id eq true', []], ['_id eq "5"', ['5']], ['_id in \'[5,true,"1.0"]\'', ['1.0']], ['_id in "[0,1]"', []], ['_id eq 5 or _id eq "1"', ['1']]
  ]
  for (const [filter, ids] of table) {
    const { documents, total } = await collection.query(ask(filter, '', { count: true, limit: 1 }))
    t.same(documents.map(({ id }) => id), ids, filter)
    t.equal(total, ids.length, filter)
  }
})

t.test('a database of schema 1 gets what queries need', async t => {
  const file = join(t.testdir({}), 'old.db')
  const old = openSqliteFile(file)
  for (const statement of [
    'CREATE TABLE crest_documents (collection TEXT NOT NULL, id TEXT NOT NULL, revision TEXT, expires INTEGER, gone_until INTEGER, content TEXT, PRIMARY KEY (collection, id)) WITHOUT ROWID',
    'CREATE TABLE crest_claims (collection TEXT NOT NULL, pointers TEXT NOT NULL, key TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (collection, pointers, key)) WITHOUT ROWID',
    'CREATE TABLE crest_meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID',
    "INSERT INTO crest_meta VALUES ('schema', '1'), ('secret', 's')",
    'PRAGMA user_version = 1',
    'INSERT INTO crest_documents (collection, id, revision, content) ' +
      "VALUES ('/users', 'Bob', 'r1', '{\"age\":30}'), ('/users', 'É', 'r2', '{\"age\":[7,40]}'), ('/users', 'ann', 'r3', '{}')"
  ]) old.exec(statement)
  old.close()
  const store = sqliteStore(file)
  store.attach()
  t.teardown(() => store.detach())
  const users = store.collection('/users', rules({ indexes: ['/age'] }))
  const found = async (filter: string, sort = ''): Promise<string[]> => (await users.query(ask(filter, sort))).documents.map(({ id }) => id)
  t.same(await found('_id eq "BOB" or _id eq "é"'), ['Bob', 'É'])
  t.same(await found('age ge 30', '-age'), ['Bob', 'É'])
  t.same(await found('true', 'age'), ['É', 'Bob', 'ann'])
  t.equal(await store.secret(), 's')
})

t.test('a database of schema 2 loses the indexes that are no longer kept', async t => {
  const file = join(t.testdir({}), 'old.db')
  const fill = sqliteStore(file)
  fill.attach()
  for (const n of [2, 3, 1]) written(await fill.collection('/users', rules({ indexes: ['/age'] })).insert(`u${n}`, { age: n }))
  await fill.detach()
  const old = openSqliteFile(file)
  for (const statement of [
    'DROP INDEX crest_entries_document',
    'CREATE INDEX crest_entries_down ON crest_entries (list, rank, value DESC, id)',
    'CREATE INDEX crest_entries_id ON crest_entries (list, id, rank, value)',
    "UPDATE crest_meta SET value = '2' WHERE name = 'schema'",
    'PRAGMA user_version = 2'
  ]) old.exec(statement)
  const store = sqliteStore(file)
  store.attach()
  t.teardown(() => store.detach())
  const { documents } = await store.collection('/users', rules({ indexes: ['/age'] })).query(ask('true', '-age'))
  t.same(documents.map(({ id }) => id), ['u3', 'u2', 'u1'])
  const indexes = old.prepare("SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = 'crest_entries' AND sql IS NOT NULL ORDER BY name").all() as Array<{ name: string }>
  t.same(indexes.map(({ name }) => name), ['crest_entries_document', 'crest_entries_several'])
  old.close()
})

t.test('processes with different indexes each get right answers', async t => {
  const file = join(t.testdir({}), 'shared.db')
  const [one, two] = [sqliteStore(file), sqliteStore(file)]
  for (const store of [one, two]) {
    store.attach()
    t.teardown(() => store.detach())
  }
  const byName = one.collection('/users', rules({ indexes: ['/name'] }))
  const names = async (collection: StoreCollection, filter: string): Promise<string[]> => (await collection.query(ask(filter))).documents.map(({ id }) => id)
  written(await byName.insert('a', { name: 'Ann', age: 1 }))
  const byAge = two.collection('/users', rules({ indexes: ['/age'] }))
  const reader = openSqliteFile(file)
  t.teardown(() => reader.close())
  const lists = (): unknown[] => (reader.prepare('SELECT pointer FROM crest_lists ORDER BY pointer').all() as Row[]).map(({ pointer }) => pointer)
  t.same(lists(), ['/name'])
  t.same(await names(byAge, 'age eq 1'), ['a'], 'the second drops the index of the first, and makes its own')
  t.same(lists(), ['/age'])
  written(await byName.insert('b', { name: 'Bob', age: 1 }))
  written(await byAge.insert('c', { name: 'Bob', age: 1 }))
  t.same(await names(byName, 'name eq "bob"'), ['b', 'c'], 'the first makes its own again')
  t.same(lists(), ['/age', '/name'], 'and leaves that of the second')
  t.same(await names(byAge, 'age eq 1'), ['a', 'b', 'c'])
  written(await byAge.insert('d', { name: 'Bob', age: 1 }))
  const { document } = await byName.read('b') as { document: StoredDocument }
  written(await byName.replace('b', document.revision, { name: 'Eve', age: 2 }))
  t.same(await names(byName, 'name eq "bob"'), ['c', 'd'], 'writes of one keep the index of the other')
  t.same(await names(byAge, 'age eq 2'), ['b'])
  t.same(await names(byAge, 'age eq 1'), ['a', 'c', 'd'])
})

t.test('purged and removed documents leave no entries', async t => {
  const { handle } = openRecorded(t)
  const collection = sqliteStore(handle).collection('/users', rules({ indexes: ['/n'], expires: '/until', tombstones: true }))
  written(await collection.insert('a', { n: 1, until: '2000-01-01T00:00:00Z' }))
  const { revision } = written(await collection.insert('b', { n: 1 }))
  written(await collection.insert('c', { n: 1 }))
  const { documents, total } = await collection.query(ask('n eq 1', '', { count: true, limit: 1 }))
  t.same([documents.map(({ id }) => id), total], [['b'], 2])
  written(await collection.remove('b', revision))
  t.equal(await collection.purge(), 1)
  t.same((handle.prepare('SELECT id FROM crest_entries').all() as Row[]).map(({ id }) => id), ['c'])
  t.equal((await collection.query(ask('n eq 1', '', { count: true, limit: 0 }))).total, 1)
})
