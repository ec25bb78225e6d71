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
import { contenders } from './comparison/contenders.js'
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
const missing = {}
const failure = needsInstall() ? installContenders() : undefined
pinLoad()
const rows = []
for (const { size, rows: planned } of groups) rows.push(...await measureSize(size, planned))
const results = { conditions: conditions(), rounds, seconds, missing, rows }

mkdirSync(RESULTS, { recursive: true })
const text = report(results)
writeFileSync(join(RESULTS, 'comparison.json'), `${JSON.stringify(results, rounded, 1)}\n`)
writeFileSync(join(RESULTS, 'comparison.md'), text)
writeFileSync(join(RESULTS, 'comparison.svg'), plot(results))
console.log(text)

async function measureSize (size, planned) {
  const wanted = Object.keys(contenders).filter((name) => planned.some((row) => row.contenders.includes(name)))
  if (failure !== undefined) for (const name of wanted.filter(isOther)) missing[name] = failure
  const servers = await startAgreeing(wanted.filter((name) => missing[name] === undefined), size, missing)
  try {
    const measured = []
    for (const { contenders: names, ...row } of planned) {
      console.error(`${row.work}, ${row.size} B, ${row.connections} connections …`)
      measured.push({ ...row, contenders: await measure(servers.filter(({ name }) => names.includes(name)), row, { rounds, seconds }) })
    }
    return measured
  } finally {
    await stopAll(servers)
  }
}

function needsInstall () {
  return groups.some((group) => group.rows.some((row) => row.contenders.some(isOther)))
}

function isOther (name) {
  return contenders[name].module.startsWith('../contenders')
}

/** Digits that mean something. */
function rounded (key, value) {
  return typeof value === 'number' ? Number(value.toPrecision(5)) : value
}
