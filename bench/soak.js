/**
 * The soak test in its long form, and tables of what it saw: mixed load at full speed on server processes with a store in memory, with
 * SQLite and with PostgreSQL, at the same time. Environment: SECONDS (default 1800), STORES (default "memory sqlite postgres"), SEED.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { runTests } from './harness/run-tests.js'

const { SECONDS = '1800', STORES = 'memory sqlite postgres', SEED } = process.env
const directory = mkdtempSync(join(tmpdir(), 'soak-'))
const file = join(directory, 'report')

console.log(`${SECONDS} s, ${cpus().length} cores, Node ${process.version}`)
const status = await runTests(['test/soak/soak.test.ts'], {
  SOAK_SECONDS: SECONDS, SOAK_STORES: STORES, SOAK_REPORT: file, ...(SEED === undefined ? {} : { SOAK_SEED: SEED })
})
if (existsSync(file)) console.log(`\n${readFileSync(file, 'utf8')}`)
rmSync(directory, { recursive: true })
process.exitCode = status
