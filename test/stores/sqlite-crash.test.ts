import { spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import t from 'tap'
import { openSqliteFile } from '../../lib/stores/sqlite/sqlite-open.ts'
import { sqliteStore } from '../../lib/stores/sqlite.ts'
import { compileStores, fixture } from './fixtures/compile.ts'
import { rules } from './store-laws.ts'

const rounds = 24
const seed = Number(process.env['CRASH_SEED'] ?? randomInt(2 ** 31))

// mulberry32
function random (state: number): () => number {
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let x = Math.imul(state ^ (state >>> 15), 1 | state)
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Runs the writer until it is killed, `milliseconds` after its first acknowledged write; returns what it acknowledged. */
async function writeUntilKilled (module: string, file: string, prefix: string, milliseconds: number): Promise<string[]> {
  const child = spawn(process.execPath, [fixture('crash-writer.mjs'), module, file, prefix], {
    // Without tap's loaders and coverage, which would slow it down.
    env: { PATH: process.env['PATH'] },
    stdio: ['ignore', 'pipe', 'pipe']
  })
  let output = ''
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => { errors += text })
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (output === '') setTimeout(() => child.kill('SIGKILL'), milliseconds)
    output += text
  })
  const [code, signal] = await once(child, 'close') as [number | null, string | null]
  if (signal !== 'SIGKILL') throw new Error(`the writer ended by itself, ${code ?? signal}: ${errors}`)
  // The last line may be cut off; then nobody has heard of that write.
  return output.split('\n').slice(0, -1)
}

t.test('every acknowledged write survives kill -9', { timeout: 240_000 }, async t => {
  t.comment(`CRASH_SEED=${seed}`)
  const directory = t.testdir({})
  const module = compileStores(directory)
  const next = random(seed)
  const file = join(directory, 'crash.db')
  const acknowledged = new Map<string, string>()
  let writes = 0

  for (let round = 0; round < rounds; round++) {
    const lines = await writeUntilKilled(module, file, `${round}`, Math.floor(next() ** 2 * 250))
    writes += lines.length
    for (const line of lines) {
      const [path = '', id = '', revision = ''] = line.split(' ')
      acknowledged.set(`${path} ${id}`, revision)
    }

    // The driver of the store: two SQLite libraries in one process break each other's locks on a file.
    const handle = openSqliteFile(file)
    const check = handle.prepare('PRAGMA integrity_check').all() as Array<{ integrity_check: string }>
    handle.close()
    const store = sqliteStore(file)
    const collections: Record<string, ReturnType<typeof store.collection>> = {
      '/crash': store.collection('/crash', rules({ unique: [['/n']] })),
      '/plain': store.collection('/plain', rules({ tombstones: true }))
    }
    const lost: string[] = []
    for (const [key, revision] of acknowledged) {
      const [path = '', id = ''] = key.split(' ')
      const slot = await collections[path]?.read(id)
      const found = slot?.kind === 'document' ? slot.document.revision : slot?.kind === 'gone' ? '-' : 'nothing'
      if (found === revision) continue
      // The write after the last acknowledged one may have been done, too, though nobody was told.
      if (lines.at(-1)?.startsWith(`${key} `) === true && found !== 'nothing') acknowledged.set(key, found)
      else lost.push(`${key} ${revision}: ${found}`)
    }
    await store.detach()
    t.same([check.map(row => row.integrity_check), lost], [['ok'], []], `round ${round}: ${lines.length} acknowledged writes`)
  }
  t.comment(`${writes} acknowledged writes, ${rounds} kills`)
  t.ok(writes > rounds * 5)
})
