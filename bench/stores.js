/**
 * Read, query, compare-and-set update and create over HTTP on each store, beside the same routes written by hand
 * (bench/stores/hand-written.js) in two forms:
 *
 * - "same SQL": their table is a collection of the store (bench/stores/store-table.js), so that their statements are the
 *   store's by construction. The ratio to them is what the plugin costs.
 * - "own SQL": their table is of the simplest SQL for this one resource and these two members (bench/stores/*-table.js),
 *   which nobody else writes to and whose rules never change. The ratio to them holds what the store does beside too.
 *
 * Each contender is a process of its own; rounds alternate between them, and a ratio is the median of those of the rounds. All
 * have the same 10,000 documents, driver, validation, and durability, and indexes on the same members.
 *
 * Run: node bench/stores.js [store …] (after npm run build). Environment: ROUNDS (default 7), SECONDS a round (default 3),
 * WORK (names, default all), SERVER_FLAGS (flags of Node for the servers, such as --cpu-prof).
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { median } from './harness/median.js'
import { agree } from './stores/agree.js'
import { pinLoad, pins, startContender } from './stores/contender.js'
import { startPostgres } from './stores/database.js'
import { round, work } from './stores/load.js'

const rounds = Number(process.env.ROUNDS ?? 7)
const seconds = Number(process.env.SECONDS ?? 3)
const kinds = process.env.WORK?.split(',') ?? Object.keys(work)
const contenders = ['own_sql', 'same_sql', 'plugin']
const chosen = process.argv.length > 2 ? process.argv.slice(2) : ['memory', 'SQLite', 'PostgreSQL']

const directory = mkdtempSync(join(tmpdir(), 'common-rest-bench-'))
process.once('exit', () => rmSync(directory, { recursive: true, force: true }))
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1))

const database = chosen.includes('PostgreSQL') ? await startPostgres() : undefined
try {
  pinLoad()
  const rows = []
  for (const store of chosen) rows.push(...await compare(store))
  console.log(await conditions())
  console.log('\n| store | work | own SQL req/s | same SQL req/s | plugin req/s | ratio to own SQL | ratio to same SQL | own SQL CPU µs | same SQL CPU µs | plugin CPU µs |')
  console.log(`| --- | --- |${' ---: |'.repeat(8)}`)
  for (const row of rows) console.log(`| ${row.join(' | ')} |`)
} finally {
  await database?.stop()
}

/** The rows of the table for one store. */
async function compare (store) {
  const servers = []
  try {
    for (const name of contenders) servers.push(await startContender(name, await urlFor(store, name)))
    await agree(servers)
    for (const { name } of servers) if (store === 'PostgreSQL') await database.query('VACUUM ANALYZE', name)
    const rows = []
    for (const kind of kinds) rows.push([store, kind, ...await measure(servers, kind)])
    return rows
  } finally {
    for (const server of servers) await server.stop()
  }
}

async function urlFor (store, name) {
  switch (store) {
    case 'memory': return 'memory:'
    case 'SQLite': return pathToFileURL(join(directory, `${name}.db`)).href
    case 'PostgreSQL': return database.create(name)
  }
}

/** The first round warms all up and counts for nothing. */
async function measure (servers, kind) {
  const taken = []
  for (let number = -1; number < rounds; number++) {
    const results = new Map()
    for (const server of turned(servers, number)) results.set(server, await round(server, work[kind], number < 0 ? Math.min(1, seconds) : seconds))
    if (number >= 0) taken.push(servers.map((server) => results.get(server)))
  }
  const middle = (pick) => median(taken.map(pick))
  const last = servers.length - 1
  return [
    ...servers.map((_, at) => middle((results) => results[at].perSecond).toFixed(0)),
    ...servers.slice(0, last).map((_, at) => middle((results) => results[last].perSecond / results[at].perSecond).toFixed(2)),
    ...servers.map((_, at) => middle((results) => results[at].cpu).toFixed(0))
  ]
}

/** Each round begins with another one. */
function turned (servers, number) {
  const first = (number + servers.length) % servers.length
  return [...servers.slice(first), ...servers.slice(0, first)]
}

async function conditions () {
  const all = cpus()
  const version = database === undefined ? '' : `, PostgreSQL ${(await database.query('SHOW server_version'))[0].server_version}`
  return `${all.length} × ${all[0].model}, Node ${process.version}${version}; ${pins ? 'servers and load on a core each' : 'no core of their own'}, ` +
    `32 connections, ${rounds} rounds of ${seconds} s. CPU: of the server, a request.`
}
