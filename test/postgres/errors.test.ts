import t from 'tap'
import { BadRequest, ServiceUnavailable } from '../../lib/errors.ts'
import { engineOf } from '../../lib/stores/postgres/postgres-engine.ts'
import { DeadlineExceeded, breaksConnection, isSerializationFailure, isTransient, isUndefinedTable, isUniqueViolation, toStoreError } from '../../lib/stores/postgres/postgres-errors.ts'
import { checkHandle } from '../../lib/stores/postgres/postgres-handle.ts'
import { openPool } from '../../lib/stores/postgres/postgres-open.ts'
import { checkPostgresOptions } from '../../lib/stores/postgres/postgres-options.ts'
import { postgresStore } from '../../lib/postgres.ts'

const failure = (code: unknown, message = 'x'): Error => Object.assign(new Error(message), { code })

t.test('what may pass is told from what will not', async (t) => {
  const passing = ['08006', '08001', '53100', '53300', '55P03', '57014', '57P01', '57P02', '57P03', '58030', '25006', '40003', '40001', '40P01', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOTFOUND', 'ETIMEDOUT']
  for (const code of passing) {
    t.ok(isTransient(failure(code)), code)
    t.match(toStoreError(failure(code)), { statusCode: 503, retryAfter: 1, cause: { code } })
  }
  const staying = ['23505', '08P01', '42P01', '42601', '42501', '28P01', '3D000', 'XX000', 'ERR_ASSERTION']
  for (const code of staying) {
    const error = failure(code)
    t.notOk(isTransient(error), code)
    t.equal(toStoreError(error), error)
  }
  const said = ['Connection terminated unexpectedly', 'Connection terminated due to connection timeout', 'timeout exceeded when trying to connect', 'Query read timeout',
    'Client has encountered a connection error and is not queryable', 'Client was closed and is not queryable']
  for (const message of said) t.ok(toStoreError(new Error(message)) instanceof ServiceUnavailable, message)
  t.ok(isTransient(new DeadlineExceeded()))
  t.ok(isTransient(Object.assign(new AggregateError([new Error('a')]), { code: 'ECONNREFUSED' })))
  t.notOk(isTransient(new AggregateError([new Error('a')])))
  for (const other of [new TypeError('connection terminated?'), undefined, 'ECONNREFUSED', { code: '08006' }, failure(8006)]) t.notOk(isTransient(other))
})

t.test('what the database cannot keep is a bad request', async (t) => {
  for (const code of ['54000', '22021', '22P05', '22P02']) t.ok(toStoreError(failure(code)) instanceof BadRequest, code)
})

t.test('errors of one kind are told by their SQLSTATE', async (t) => {
  t.strictSame(['40001', '40P01', '40003', '23505'].map((code) => isSerializationFailure(failure(code))), [true, true, false, false])
  t.strictSame([isUniqueViolation(failure('23505')), isUniqueViolation(failure('23503')), isUndefinedTable(failure('42P01'))], [true, false, true])
})

t.test('a connection is used again after an error of the database, and not after another one', async (t) => {
  for (const code of ['23505', '40001', '57014', '42601']) t.notOk(breaksConnection(failure(code)), code)
  for (const code of ['57P01', '08006', '25006', '26000', 'ECONNRESET', undefined]) t.ok(breaksConnection(failure(code)), String(code))
  t.ok(breaksConnection(new DeadlineExceeded()))
})

t.test('engines are told by what they call themselves', async (t) => {
  t.match(engineOf('PostgreSQL 18.4 on x86_64-pc-linux-gnu'), { name: 'PostgreSQL', collates: true, locksTables: true, estimates: true, describesExpressions: true })
  t.equal(engineOf('PostgreSQL 13.9 (Debian)').describesExpressions, false)
  t.match(engineOf('CockroachDB CCL v24.1.0 (x86_64-pc-linux-gnu)'), { name: 'CockroachDB', collates: false, locksTables: false, estimates: false })
  t.match(engineOf('PostgreSQL 15.2-YB-2.25.0.0-b0 on x86_64'), { name: 'YugabyteDB', locksTables: false, describesExpressions: false })
})

t.test('options are checked by name', async (t) => {
  t.strictSame(checkPostgresOptions({}), { timeout: 5000, poolSize: 10, purgeInterval: 60_000, prepare: true })
  t.strictSame(checkPostgresOptions({ timeout: 1, purgeInterval: 0, prepare: false, poolSize: undefined }), { timeout: 1, poolSize: 10, purgeInterval: 0, prepare: false })
  const wrong: ReadonlyArray<readonly [unknown, RegExp]> = [
    [{ timeout: 0 }, /timeout of the store must be a whole number from 1/], [{ timeout: 2 ** 31 }, /timeout/], [{ poolSize: 1.5 }, /poolSize/], [{ poolSize: '10' }, /poolSize/],
    [{ purgeInterval: -1 }, /purgeInterval of the store must be a whole number from 0/], [{ prepare: 'yes' }, /prepare/], [{ schema: 'x' }, /schema of the store is unknown; known are timeout/],
    [null, /must be an object/], [[], /must be an object/]]
  for (const [options, message] of wrong) t.throws(() => checkPostgresOptions(options), { code: 'CREST_ERR_STORE_OPTION', message })
  t.throws(() => postgresStore('postgres://x', { timeout: -1 }), { code: 'CREST_ERR_STORE_OPTION' })
})

t.test('what is no handle is refused at once', async (t) => {
  const query = async (): Promise<{ rows: unknown[] }> => ({ rows: [] })
  for (const handle of [undefined, null, 5, {}, { query: 'SELECT' }, { query, processID: null }]) {
    t.throws(() => checkHandle(handle), { code: 'CREST_ERR_STORE_HANDLE', message: /connection string, a pool like pg.Pool/ })
  }
  t.throws(() => postgresStore({} as never), { code: 'CREST_ERR_STORE_HANDLE' })
  for (const text of ['', 'app', 'localhost:5432/app', 'user:secret@host/app', 'http://x']) {
    t.throws(() => postgresStore(text), { code: 'CREST_ERR_STORE_HANDLE', message: /does not begin with postgres:\/\/$/ })
  }
  t.throws(() => postgresStore('postgres://app:se#cret@host/app'), { code: 'CREST_ERR_STORE_HANDLE', message: /percent-encoded$/ })
  for (const text of ['postgres://x', 'postgresql://x/y', 'socket:/run/postgresql?db=x', '/run/postgresql x']) t.doesNotThrow(() => postgresStore(text))
  const handle = { query }
  t.equal(checkHandle(handle), handle)
})

t.test('the driver is asked for by name where it is missing', async (t) => {
  const missing = async (): Promise<never> => { throw Object.assign(new Error('no'), { code: 'ERR_MODULE_NOT_FOUND' }) }
  await t.rejects(openPool('postgres://x', checkPostgresOptions({}), missing), { code: 'CREST_ERR_STORE_DRIVER', message: /npm install pg/, cause: { code: 'ERR_MODULE_NOT_FOUND' } })
})
