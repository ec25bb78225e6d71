import { copyFileSync, existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import t from 'tap'
import type { Test } from 'tap'
import { ServiceUnavailable } from '../../lib/errors.ts'
import { SqliteConnection, isTransient } from '../../lib/stores/sqlite/sqlite-handle.ts'
import { openSqliteFile } from '../../lib/stores/sqlite/sqlite-open.ts'
import { sqliteStore } from '../../lib/stores/sqlite.ts'
import type { SqliteHandle } from '../../lib/stores/sqlite.ts'
import type { WriteOutcome } from '../../lib/stores/store.ts'
import { everything, rules, storeLaws, written } from './store-laws.ts'

type Database = SqliteHandle & { close (): unknown, readonly open?: boolean }
const require = createRequire(import.meta.url)
const Libsql = require('libsql') as new (file: string) => Database
const builtIn = process.getBuiltinModule('node:sqlite') as { DatabaseSync: new (file: string) => Database } | undefined

let files = 0
function newFile (t: Test): string {
  return join(t.testdir({}), `${++files}.db`)
}

function openLibsql (t: Test): Database {
  const handle = new Libsql(':memory:')
  t.teardown(() => handle.close())
  return handle
}

// With the driver of the store: two SQLite libraries in one process break each other's locks on a file.
function openFile (t: Test, file: string): Database {
  const handle = openSqliteFile(file)
  t.teardown(() => handle.close())
  return handle
}

t.test('the laws of stores hold for a file', async t => {
  const directory = t.testdir({})
  await storeLaws(t, t => {
    const store = sqliteStore(join(directory, `${++files}.db`))
    t.teardown(() => store.detach())
    return store
  })
})

t.test('the laws of stores hold for a libsql handle', async t => {
  await storeLaws(t, t => sqliteStore(openLibsql(t)))
})

t.test('the laws of stores hold for a node:sqlite handle', { skip: builtIn === undefined && 'this Node has none' }, async t => {
  await storeLaws(t, t => {
    const handle = new builtIn!.DatabaseSync(':memory:')
    t.teardown(() => handle.close())
    return sqliteStore(handle)
  })
})

t.test('a file is opened at the first use, in WAL mode, synced at every commit', async t => {
  const file = newFile(t)
  const seen: string[] = []
  class Spy extends Libsql {
    override exec (sql: string): unknown {
      seen.push(sql)
      return super.exec(sql)
    }
  }
  const handle = openSqliteFile(file, { nodeSqlite: () => ({ DatabaseSync: Spy }), libsql: () => { throw new Error('not asked') } })
  t.teardown(() => handle.close())
  const pragma = (name: string): unknown => Object.values(handle.prepare(`PRAGMA ${name}`).all()[0] as object)[0]
  t.equal(pragma('journal_mode'), 'wal')
  t.equal(pragma('synchronous'), 2)
  t.same(seen, ['PRAGMA busy_timeout = 5000', 'PRAGMA journal_mode = WAL', 'PRAGMA synchronous = FULL'])
  const unused = sqliteStore(join(file, 'no', 'such', 'directory'))
  unused.collection('/users', rules())
  unused.attach()
  await unused.detach()
})

t.test('libsql is taken where Node has no SQLite, and asked for by name where it is missing', async t => {
  openSqliteFile(newFile(t), { nodeSqlite: () => undefined, libsql: () => Libsql }).close()
  const missing = (): never => { throw Object.assign(new Error('no'), { code: 'MODULE_NOT_FOUND' }) }
  t.throws(() => openSqliteFile(':memory:', { nodeSqlite: () => undefined, libsql: missing }), {
    code: 'CREST_ERR_STORE_DRIVER', message: /npm install libsql/, cause: { code: 'MODULE_NOT_FOUND' }
  })
})

t.test('the last app closes the file that the store opened', async t => {
  const file = newFile(t)
  const store = sqliteStore(file)
  store.attach()
  store.attach()
  const users = store.collection('/users', rules())
  written(await users.insert('a', { n: 1 }))
  await store.detach()
  t.ok(existsSync(`${file}-wal`))
  await store.detach()
  copyFileSync(file, `${file}.copy`)
  const copy = sqliteStore(`${file}.copy`)
  t.teardown(() => copy.detach())
  t.equal((await copy.collection('/users', rules()).read('a')).kind, 'document', 'the file is complete without its WAL')
  written(await users.insert('b', { n: 1 }))
  store.attach()
  await store.detach()
})

t.test('a handle is never closed', async t => {
  let closed = 0
  const handle = openLibsql(t)
  const store = sqliteStore({ exec: (sql) => handle.exec(sql), prepare: (sql) => handle.prepare(sql), close: () => { closed++ } })
  store.attach()
  written(await store.collection('/users', rules()).insert('a', { n: 1 }))
  await store.detach()
  t.equal((await store.collection('/users', rules()).read('a')).kind, 'document')
  await store.detach()
  t.equal(closed, 0)
})

t.test('a close while another process writes waits for nobody, and loses nothing', t => {
  let closed = 0
  const failure = (): never => { throw Object.assign(new Error('database table is locked'), { code: 'SQLITE_LOCKED' }) }
  new SqliteConnection({ exec: failure, prepare: failure, close: () => { closed++ } }).close()
  new SqliteConnection({ exec: failure, prepare: failure }).close()
  t.equal(closed, 1)
  t.end()
})

t.test('documents, tombstones and the secret outlast the store', async t => {
  const file = newFile(t)
  const first = sqliteStore(file)
  const secret = await first.secret()
  const document = written(await first.collection('/users', rules({ unique: [['/n']] })).insert('a', { n: 1 }))
  await first.detach()
  const second = sqliteStore(file)
  t.teardown(() => second.detach())
  const users = second.collection('/users', rules({ unique: [['/n']] }))
  t.same(await users.read('a'), { kind: 'document', document })
  t.same(await users.insert('b', { n: 1 }), { kind: 'clash', pointers: ['/n'] })
  t.equal(await second.secret(), secret)
})

t.test('two stores on one file see each other, under rules in another order too', async t => {
  const file = newFile(t)
  const [one, two] = [sqliteStore(file), sqliteStore(file)]
  t.teardown(async () => { await one.detach(); await two.detach() })
  t.equal(await one.secret(), await two.secret())
  const users = one.collection('/users', rules({ unique: [['/a'], ['/b']] }))
  const same = two.collection('/users', rules({ unique: [['/b'], ['/a']] }))
  const document = written(await users.insert('1', { a: 1, b: 2 }))
  t.same(await same.insert('2', { b: 2 }), { kind: 'clash', pointers: ['/b'] })
  t.same(await users.insert('2', { a: 1 }), { kind: 'clash', pointers: ['/a'] })
  written(await same.replace('1', document.revision, {}))
  t.same(await users.replace('1', document.revision, {}), { kind: 'changed' })
  t.equal((await users.insert('2', { a: 1, b: 2 })).kind, 'written')
})

/** `handle`, with `before` run before each statement that is executed as a text. */
function watched (handle: Database, before: (sql: string) => void): SqliteHandle {
  return {
    exec: (sql) => {
      before(sql)
      return handle.exec(sql)
    },
    prepare: (sql) => handle.prepare(sql)
  }
}

t.test('a secret that another process has written first is the secret', async t => {
  const handle = openLibsql(t)
  const one = sqliteStore(handle)
  await one.collections()
  let theirs: string | undefined
  const two = sqliteStore(watched(handle, () => { theirs ??= one.secret() as string }))
  t.equal(await two.secret(), await one.secret())
  t.ok(theirs)
})

t.test('rules that another process has put in force in between are not computed again', async t => {
  const handle = openLibsql(t)
  const rule = rules({ unique: [['/n']] })
  const one = sqliteStore(handle)
  await one.collections()
  let done = false
  const two = sqliteStore(watched(handle, () => {
    if (done) return
    done = true
    written(one.collection('/users', rule).insert('a', { n: 1 }) as WriteOutcome)
  }))
  t.same(await two.collection('/users', rule).insert('b', { n: 1 }), { kind: 'clash', pointers: ['/n'] })
  t.ok(done)
})

t.test('a schema of a newer release is refused by name', async t => {
  const file = newFile(t)
  const handle = openFile(t, file)
  await sqliteStore(file).secret()
  handle.exec('PRAGMA user_version = 4')
  const store = sqliteStore(file)
  await t.rejects(async () => store.secret(), { code: 'CREST_ERR_STORE_VERSION', message: /version 4/ })
  t.same(await sqliteStore(handle).collections(), [], 'in a handle user_version is the application\'s')
  handle.exec("UPDATE crest_meta SET value = '5' WHERE name = 'schema'")
  await t.rejects(async () => sqliteStore(handle).secret(), { code: 'CREST_ERR_STORE_VERSION', message: /version 5/ })
})

t.test('a handle keeps its own user_version, a file gets that of the schema', async t => {
  const version = (handle: Database): unknown => (handle.prepare('PRAGMA user_version').all()[0] as { user_version: number }).user_version
  const mine = openLibsql(t)
  mine.exec('PRAGMA user_version = 42')
  await sqliteStore(mine).secret()
  t.equal(version(mine), 42)
  const file = newFile(t)
  const store = sqliteStore(file)
  await store.secret()
  await store.detach()
  t.equal(version(openFile(t, file)), 3)
})

const drivers: ReadonlyArray<readonly [string, (new (file: string) => Database) | undefined]> = [['libsql', Libsql], ['node:sqlite', builtIn?.DatabaseSync]]
for (const [driver, Driver] of drivers) {
  for (const journal of ['WAL', 'DELETE']) {
    t.test(`${driver}, ${journal}: a locked database is ServiceUnavailable, and works as before when it is free`, { skip: Driver === undefined && 'this Node does not have it' }, async t => {
      const file = newFile(t)
      const open = (timeout: number): Database => {
        const handle = new Driver!(file)
        t.teardown(() => handle.close())
        handle.exec(`PRAGMA busy_timeout = ${timeout}`)
        return handle
      }
      const [mine, other] = [open(20), open(100)]
      mine.exec(`PRAGMA journal_mode = ${journal}`)
      const store = sqliteStore(mine)
      const users = store.collection('/users', rules({ unique: [['/n']] }))
      let { revision } = written(await users.insert('a', { n: 1 }))
      const theirs = sqliteStore(other).collection('/users', rules({ unique: [['/n']] }))
      await theirs.read('a')

      const reads = [async () => users.read('a'), async () => users.query(everything()), async () => users.query(everything({ count: true })), async () => store.collections()]
      const writes = [async () => users.insert('x', {}), async () => users.replace('a', revision, {}), async () => users.remove('a', revision),
        async () => users.purge(), async () => store.secret()]
      for (const [n, action] of [...writes, ...reads].entries()) {
        other.exec('BEGIN EXCLUSIVE')
        const error = await action().then(() => undefined, (error: unknown) => error)
        // In WAL mode readers wait for nobody.
        if (journal === 'DELETE' || n < writes.length) {
          t.ok(error instanceof ServiceUnavailable && error.retryAfter === 1 && isTransient(error.cause), String(error))
        }
        if (journal === 'WAL') t.equal((await users.read('a')).kind, 'document')
        else await t.rejects(async () => users.read('a'), ServiceUnavailable, 'again')
        other.exec('COMMIT')

        // Neither is our view stuck in the past, nor do we keep a lock, nor is anything half-way.
        written(await theirs.insert(`theirs ${n}`, { n: `theirs ${n}` }))
        t.equal((await users.read(`theirs ${n}`)).kind, 'document')
        revision = written(await users.replace('a', revision, { n: 1 })).revision
        written(await theirs.insert(`again ${n}`, {}))
        t.equal((await users.query(everything({ count: true }))).total, 3 + 2 * n)
        if (journal === 'WAL') t.match(other.prepare('PRAGMA wal_checkpoint(TRUNCATE)').all(), [{ busy: 0 }])
      }
    })
  }
}

t.test('what a suspended read meets when it is run again is thrown, and forgotten if it will not pass', t => {
  const errors: Array<Error | undefined> = []
  const answer = (): unknown[] => {
    const error = errors.shift()
    if (error !== undefined) throw error
    return []
  }
  const connection = new SqliteConnection({ exec: () => {}, prepare: () => ({ run: answer, get: answer, all: answer }) })
  const busy = Object.assign(new Error('busy'), { code: 'SQLITE_BUSY' })
  const broken = Object.assign(new Error('no such table'), { code: 'SQLITE_ERROR' })
  errors.push(busy, busy, broken)
  t.throws(() => connection.all('SELECT 1'), ServiceUnavailable)
  t.throws(() => connection.all('SELECT 2'), ServiceUnavailable, 'the first one is still suspended')
  t.throws(() => connection.transaction('BEGIN IMMEDIATE', () => {}), broken)
  t.same(connection.all('SELECT 3'), [])
  errors.push(busy)
  t.throws(() => connection.transaction('BEGIN IMMEDIATE', () => connection.all('INSERT 4')), ServiceUnavailable)
  errors.push(undefined, busy)
  t.same(connection.all('SELECT 5'), [], 'a write is never run again')
  t.end()
})

t.test('what may pass is told from what will not', t => {
  const error = (members: object): Error => Object.assign(new Error('x'), members)
  for (const code of ['SQLITE_BUSY', 'SQLITE_BUSY_SNAPSHOT', 'SQLITE_LOCKED', 'SQLITE_FULL', 'SQLITE_IOERR_WRITE']) t.ok(isTransient(error({ code })), code)
  for (const errcode of [5, 6, 10, 13, 261, 517, 778]) t.ok(isTransient(error({ code: 'ERR_SQLITE_ERROR', errcode })), String(errcode))
  for (const code of ['SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_ERROR', 'SQLITE_CORRUPT', 'ENOENT']) t.notOk(isTransient(error({ code })), code)
  for (const errcode of [1, 11, 19]) t.notOk(isTransient(error({ code: 'ERR_SQLITE_ERROR', errcode })), String(errcode))
  for (const other of [undefined, null, 'SQLITE_BUSY', { code: 'SQLITE_BUSY' }, new Error('x')]) t.notOk(isTransient(other))
  t.end()
})

t.test('an error of the driver that will not pass is thrown as it is, and leaves no transaction', async t => {
  const handle = openLibsql(t)
  const users = sqliteStore(handle).collection('/users', rules({ unique: [['/n']] }))
  written(await users.insert('a', { n: 1 }))
  handle.exec('ALTER TABLE crest_claims RENAME TO lost')
  await t.rejects(async () => users.insert('b', { n: 2 }), { code: 'SQLITE_ERROR' })
  handle.exec('ALTER TABLE lost RENAME TO crest_claims')
  t.same(await users.read('b'), { kind: 'absent' })
  t.equal((await users.insert('b', { n: 2 })).kind, 'written')
})

t.test('a transaction that SQLite has ended by itself throws the first error', async t => {
  const handle = openLibsql(t)
  let full = false
  const failure = Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' })
  const users = sqliteStore(watched(handle, (sql) => {
    if (sql !== 'COMMIT' || !full) return
    handle.exec('ROLLBACK')
    throw failure
  })).collection('/users', rules({ unique: [['/n']] }))
  written(await users.insert('a', { n: 1 }))
  full = true
  await t.rejects(async () => users.insert('b', { n: 2 }), { statusCode: 503, cause: failure })
  full = false
  t.equal((await users.insert('b', { n: 2 })).kind, 'written')
})

t.test('a file that cannot be opened is an error of the driver, and the store can be used when it can', async t => {
  const directory = t.testdir({})
  const store = sqliteStore(join(directory, 'missing', 'x.db'))
  await t.rejects(async () => store.secret(), Error)
  const text = join(t.testdir({ 'text.db': 'This is a text that is no database at all. '.repeat(100) }), 'text.db')
  await t.rejects(async () => sqliteStore(text).secret(), { message: /not a database/ })
})

t.test('the switch to WAL waits for a lock, for so long', async t => {
  const file = newFile(t)
  const busy = Object.assign(new Error('database is locked'), { code: 'SQLITE_BUSY' })
  let refusals = 3
  class Locked extends Libsql {
    override exec (sql: string): unknown {
      if (sql.includes('journal_mode') && refusals-- > 0) throw busy
      return super.exec(sql)
    }
  }
  openSqliteFile(file, { nodeSqlite: () => undefined, libsql: () => Locked }).close()
  t.ok(refusals < 0)
  refusals = Infinity
  const real = Date.now
  t.teardown(() => { Date.now = real })
  let now = 0
  Date.now = () => (now += 1000)
  t.throws(() => openSqliteFile(file, { nodeSqlite: () => undefined, libsql: () => Locked }), busy)
  t.ok(now < 10_000)
})

t.test('expired documents and tombstones are found by an index', async t => {
  const handle = openLibsql(t)
  await sqliteStore(handle).secret()
  const plan = (sql: string): string => handle.prepare(`EXPLAIN QUERY PLAN ${sql}`).all().map(row => (row as { detail: string }).detail).join('; ')
  t.match(plan("SELECT id FROM crest_documents WHERE collection = '/a' AND expires <= 5"), /crest_documents_expires/)
  t.match(plan("SELECT id FROM crest_documents WHERE collection = '/a' AND content IS NULL AND gone_until <= 5"), /crest_documents_gone/)
  t.notMatch(plan("SELECT id FROM crest_documents WHERE collection = '/a' AND id > 'x' AND content IS NOT NULL ORDER BY id"), /TEMP B-TREE|SCAN/)
})

t.test('what is forgotten about rules is looked up again', async t => {
  const store = sqliteStore(openLibsql(t))
  const rule = rules({ unique: [['/n']] })
  written(await store.collection('/users/0', rule).insert('a', { n: 1 }))
  const plain = rules()
  for (let n = 1; n <= 10_001; n++) await store.collection(`/users/${n}`, plain).read('a')
  t.equal((await store.collection('/users/0', rule).insert('b', { n: 1 })).kind, 'clash')
})
