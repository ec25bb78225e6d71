/**
 * The fuzz test in its long form: generated and mutated requests to a server with every feature, on each store, with everything
 * judged that comes back and that is stored. A failure is told with what sends it again: SEED=… ONLY=….
 *
 * Environment: REQUESTS (default 2000000, over all stores), SEED (default a new one), STORES (default "memory sqlite postgres"),
 * SECONDS for each store (default: until all requests are sent), ONLY (`7` or `7-9`: these requests alone, with their answers).
 */
import { randomInt } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { runTests } from './harness/run-tests.js'

const { REQUESTS = '2000000', SEED = String(randomInt(2 ** 31)), STORES = 'memory sqlite postgres', SECONDS, ONLY } = process.env
const directory = mkdtempSync(join(tmpdir(), 'fuzz-'))
const file = join(directory, 'report')

console.log(`SEED=${SEED}, ${ONLY === undefined ? `${REQUESTS} requests` : `request ${ONLY}`}, ${STORES}, ${cpus().length} cores, Node ${process.version}`)
const status = await runTests(['test/fuzz/fuzz.test.ts'], {
  FUZZ_REQUESTS: REQUESTS,
  FUZZ_SEED: SEED,
  FUZZ_STORES: STORES,
  FUZZ_REPORT: file,
  ...(SECONDS === undefined ? {} : { FUZZ_SECONDS: SECONDS }),
  ...(ONLY === undefined ? {} : { FUZZ_ONLY: ONLY })
})
if (existsSync(file)) console.log(`\n${readFileSync(file, 'utf8')}`)
rmSync(directory, { recursive: true })
process.exitCode = status
