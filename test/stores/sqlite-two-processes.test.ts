import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { sqliteStore } from '../../lib/stores/sqlite.ts'
import { compileStores, fixture } from './fixtures/compile.ts'
import { rules } from './store-laws.ts'

async function count (module: string, file: string): Promise<string> {
  const child = spawn(process.execPath, [fixture('counter.mjs'), module, file], { env: { PATH: process.env['PATH'] }, stdio: ['ignore', 'pipe', 'pipe'] })
  const [output, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]) as [string, string, [number | null]]
  if (code !== 0) throw new Error(`a counter ended with ${code}: ${errors}`)
  return output
}

t.test('two processes that increment one counter lose no increment', { timeout: 120_000 }, async t => {
  const directory = t.testdir({})
  const module = compileStores(directory)
  for (let round = 0; round < 3; round++) {
    const file = join(directory, `counter-${round}.db`)
    const outputs = await Promise.all([count(module, file), count(module, file)])
    t.comment(`lost races: ${outputs.join(', ')}`)
    t.same(outputs.map(output => output.split(' ')[0]).sort(), ['taken', 'written'], 'one has made the counter')
    const store = sqliteStore(file)
    const slot = await store.collection('/counters', rules({ unique: [['/name']] })).read('c')
    t.match(slot, { kind: 'document', document: { content: { name: 'c', value: 400 } } })
    await store.detach()
  }
})
