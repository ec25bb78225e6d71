import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { median } from '../harness/median.js'

const counts = { 300: 50_000, 3000: 10_000, 30_000: 2000 }

/** Rows `{ resources, milliseconds, cpuMilliseconds, bytes }`: how long it takes until `ready`, and what a resource takes. */
export function startUp ({ rounds }) {
  return [1, 10, 100, 1000].map((resources) => {
    console.error(`start-up: ${resources} resources …`)
    return { resources, ...medians(rounds, 'start-up.js', [resources]) }
  })
}

/** Rows `{ size, json, stored, read }`: bytes of JSON and of memory for a document. */
export function documentMemory ({ rounds }) {
  return Object.entries(counts).map(([size, count]) => {
    console.error(`memory: ${count} documents of ${size} B …`)
    return { size: Number(size), count, ...medians(rounds, 'document-memory.js', [size, count]) }
  })
}

function medians (rounds, script, args) {
  const results = Array.from({ length: rounds }, () => JSON.parse(execFileSync(process.execPath, ['--expose-gc', fileURLToPath(new URL(script, import.meta.url)), ...args.map(String)], { encoding: 'utf8' })))
  return Object.fromEntries(Object.keys(results[0]).map((figure) => [figure, median(results, (result) => result[figure])]))
}
