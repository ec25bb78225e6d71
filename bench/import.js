/**
 * The memory and the time of imports that are far larger than memory may be: documents are made while they are read.
 *
 * npm run bench:import. Environment: MEGABYTES (default 1000), DOCUMENT (bytes of one, default 3000), STORE (default a file of SQLite).
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'

const { MEGABYTES = '1000', DOCUMENT = '3000', STORE } = process.env
const command = fileURLToPath(new URL('../dist/command-line.js', import.meta.url))
const tellMemory = 'data:text/javascript,process.on("exit",()=>process.stderr.write("maxRSS "+process.resourceUsage().maxRSS))'
const count = Math.ceil(Number(MEGABYTES) * 1e6 / Number(DOCUMENT))

/** Documents of the asked size, in parts of 100. */
function * input ({ before, between, after }) {
  const frame = JSON.stringify({ _id: String(count), n: count, text: '' }).length
  const text = 'x'.repeat(Math.max(0, Number(DOCUMENT) - frame - 1))
  yield before
  for (let n = 0; n < count; n += 100) {
    const part = Array.from({ length: Math.min(100, count - n) }, (_, at) => JSON.stringify({ _id: String(n + at), n: n + at, text }))
    yield `${n === 0 ? '' : between}${part.join(between)}`
  }
  yield after
}

async function measure (name, form) {
  const directory = mkdtempSync(join(tmpdir(), 'common-rest-import-'))
  try {
    writeFileSync(join(directory, 'resources.json'), JSON.stringify({ resources: { '/documents': { indexes: ['/n'] } } }))
    const child = spawn(process.execPath, ['--import', tellMemory, command, 'import', join(directory, 'resources.json'), '/documents', '-', '--store', STORE ?? `sqlite:${join(directory, 'documents.db')}`], { stdio: 'pipe' })
    let [output, errors] = ['', '']
    child.stdout.on('data', (text) => { output += text })
    child.stderr.on('data', (text) => { errors += text })
    const [[status]] = await Promise.all([once(child, 'close'), pipeline(Readable.from(input(form)), child.stdin)])
    const [, kilobytes] = /maxRSS (\d+)/.exec(errors) ?? []
    console.log(`${name}, ${MEGABYTES} MB: at most ${Math.round(Number(kilobytes) / 1024)} MiB resident, status ${status}, ${output.trim()}`)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

await measure('NDJSON', { before: '', between: '\n', after: '\n' })
await measure('a JSON array', { before: '[', between: ',\n', after: ']\n' })
