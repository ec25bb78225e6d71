/**
 * The plugin beside the floor, routes written by hand, and what users would pick, for the same documents and answers: one table,
 * one plot and one JSON file in bench/results. bench/README.md says who is measured, and how to read it.
 *
 * Run: npm run bench [-- contender …]. Environment: ROUNDS (default 7), SECONDS a round (default 2), WORK (names, default all),
 * SIZES and CONNECTIONS (each replaces the default choice by all combinations), RESULTS (a directory), SERVER_FLAGS (of Node).
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { contenders, isOther } from './comparison/contenders.js'
import { plan } from './comparison/matrix.js'
import { measure, startAgreeing, stopAll } from './comparison/measure.js'
import { plot } from './comparison/plot.js'
import { report } from './comparison/report.js'
import { conditions } from './harness/conditions.js'
import { pinLoad } from './harness/contender.js'
import { installContenders } from './harness/install-contenders.js'

const { ROUNDS = '7', SECONDS = '2', WORK, SIZES, CONNECTIONS, RESULTS = fileURLToPath(new URL('results', import.meta.url)) } = process.env
const [rounds, seconds] = [Number(ROUNDS), Number(SECONDS)]
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1))

const groups = plan({ asked: process.argv.slice(2), work: WORK?.split(','), sizes: SIZES?.split(','), connections: CONNECTIONS?.split(',') })
const results = { conditions: conditions(), rounds, seconds, missing: {}, failures: [], rows: [] }
const failure = needsInstall() ? installContenders() : undefined
const turns = groups.flatMap(({ rows }) => rows.flatMap((row) => row.contenders)).length
console.error(`About ${Math.ceil(turns * (rounds * seconds + Math.min(1, seconds) + (rounds + 1) * 0.4) / 60)} min`)
pinLoad()
mkdirSync(RESULTS, { recursive: true })
for (const { size, rows } of groups) {
  await measureSize(size, rows)
  results.rows.sort((a, b) => a.size - b.size || a.connections - b.connections)
  // After each size, as the next may take long.
  write()
}
console.log(report(results))

async function measureSize (size, planned) {
  const { missing, failures } = results
  const wanted = Object.keys(contenders).filter((name) => planned.some((row) => row.contenders.includes(name)))
  if (failure !== undefined) for (const name of wanted.filter(isOther)) missing[name] = failure
  const servers = await startAgreeing(wanted.filter((name) => missing[name] === undefined), size, missing)
  try {
    for (const { contenders: names, ...row } of planned) {
      console.error(`${row.work}, ${row.size} B, ${row.connections} connections …`)
      results.rows.push({ ...row, contenders: await measure(servers.filter(({ name }) => names.includes(name)), row, { rounds, seconds }, failures) })
    }
  } finally {
    await stopAll(servers)
  }
}

function write () {
  writeFileSync(join(RESULTS, 'comparison.json'), `${JSON.stringify(results, rounded, 1)}\n`)
  writeFileSync(join(RESULTS, 'comparison.md'), report(results))
  writeFileSync(join(RESULTS, 'comparison.svg'), plot(results))
}

function needsInstall () {
  return groups.some((group) => group.rows.some((row) => row.contenders.some(isOther)))
}

/** Digits that mean something. */
function rounded (key, value) {
  return typeof value === 'number' ? Number(value.toPrecision(5)) : value
}
