/**
 * The fault tests in their long form, and a table of what they saw: server processes and PostgreSQL killed at random, a
 * standby that takes over, a database that hangs. Environment: FAULTS_SECONDS (default 60), FAULTS_SEED. Arguments: names of
 * tests in test/faults, default all.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { runTests } from './harness/run-tests.js'

const { FAULTS_SECONDS = '60' } = process.env
const scenarios = ['lost-updates', 'kill', 'database-kill', 'failover', 'stuck', 'linearizability']
const asked = process.argv.slice(2)
const directory = mkdtempSync(join(tmpdir(), 'faults-'))
const file = join(directory, 'report')

console.log(`${FAULTS_SECONDS} s each, ${cpus().length} cores, Node ${process.version}`)
const status = await runTests((asked.length === 0 ? scenarios : asked).map((scenario) => `test/faults/${scenario}.test.ts`), { FAULTS_SECONDS, FAULTS_REPORT: file })

console.log('\n| scenario | figures |\n| --- | --- |')
for (const line of existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : []) {
  const { scenario, figures } = JSON.parse(line)
  console.log(`| ${scenario} | ${Object.entries(figures).map(([name, value]) => `${name} ${value}`).join(', ')} |`)
}
rmSync(directory, { recursive: true })
process.exitCode = status
