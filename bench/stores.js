/**
 * Read, query, compare-and-set update and create over HTTP on each store, beside routes written by hand with the same driver
 * and the same statements (bench/stores/hand-written.js). Each contender is a process of its own; rounds alternate between
 * them, and the ratio is the median of those of the rounds. Both have the same 10,000 documents, indexes and durability.
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
  console.log('\n| store | work | hand req/s | plugin req/s | ratio | hand CPU µs | plugin CPU µs |\n| --- | --- | ---: | ---: | ---: | ---: | ---: |')
  for (const row of rows) console.log(`| ${row.join(' | ')} |`)
} finally {
  await database?.stop()
}

/** The rows of the table for one store. */
async function compare (store) {
  const servers = []
  try {
    for (const name of ['hand', 'plugin']) servers.push(await startContender(name, await urlFor(store, name)))
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

/** The first round warms both up and counts for nothing. */
async function measure ([hand, plugin], kind) {
  const taken = []
  for (let number = -1; number < rounds; number++) {
    const order = number % 2 === 0 ? [hand, plugin] : [plugin, hand]
    const results = new Map()
    for (const server of order) results.set(server, await round(server, work[kind], number < 0 ? Math.min(1, seconds) : seconds))
    const [byHand, byPlugin] = [results.get(hand), results.get(plugin)]
    if (number >= 0) taken.push({ byHand, byPlugin, ratio: byPlugin.perSecond / byHand.perSecond })
  }
  const middle = (pick) => median(taken.map(pick))
  return [
    middle(({ byHand }) => byHand.perSecond).toFixed(0),
    middle(({ byPlugin }) => byPlugin.perSecond).toFixed(0),
    middle(({ ratio }) => ratio).toFixed(2),
    middle(({ byHand }) => byHand.cpu).toFixed(0),
    middle(({ byPlugin }) => byPlugin.cpu).toFixed(0)
  ]
}

async function conditions () {
  const all = cpus()
  const version = database === undefined ? '' : `, PostgreSQL ${(await database.query('SHOW server_version'))[0].server_version}`
  return `${all.length} × ${all[0].model}, Node ${process.version}${version}; ${pins ? 'servers and load on a core each' : 'no core of their own'}, ` +
    `32 connections, ${rounds} rounds of ${seconds} s. CPU: of the server, a request.`
}
