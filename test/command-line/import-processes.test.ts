import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { setTimeout } from 'node:timers/promises'
import t from 'tap'
import type { Test } from 'tap'
import { startCluster } from '../postgres/cluster.ts'
import { runCommand, startCommand } from './processes.ts'

const declarations = { resources: { '/x': { schema: { type: 'object', properties: { n: { type: 'integer' } } }, unique: ['/n'], indexes: ['/even'] } } }

const lines = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, at) => `${JSON.stringify({ _id: `d${String(from + at).padStart(6, '0')}`, n: from + at, even: (from + at) % 2 === 0 })}\n`).join('')

/** Imports, is killed in the middle, goes on, and comes to the same. */
async function killAndGoOn (t: Test, resources: string, store: string): Promise<void> {
  const args = ['import', resources, '/x', '-', '--store', store]
  const count = async (): Promise<number> => (await runCommand(t, ['export', resources, '/x', '--store', store])).output.split('\n').length - 1
  const killed = startCommand(t, args)
  // It stays open: the last batch waits for more.
  killed.child.stdin.write(lines(0, 5500))
  let loaded = 0
  while (loaded < 2000) {
    await setTimeout(100)
    loaded = await count()
  }
  killed.child.kill('SIGKILL')
  await killed.ended
  const left = await count()
  t.ok(left >= loaded && left <= 5500)
  const all = lines(0, 8000)
  const refused = await runCommand(t, args, all)
  t.equal(refused.status, 1)
  t.match(refused.output, `created: ${8000 - left}, replaced: 0, skipped: 0, refused: ${left} `)
  t.match(refused.errors, 'line 1: 409 The id is taken\n')
  const again = await runCommand(t, [...args, '--on-conflict', 'skip'], all)
  t.equal(again.status, 0, again.errors)
  t.match(again.output, 'created: 0, replaced: 0, skipped: 8000, refused: 0 ')
  // Nothing but whole batches had been loaded: the rest of the documents was there.
  t.equal(await count(), 8000)
  const exported = await runCommand(t, ['export', resources, '/x', '--store', store])
  t.equal(exported.output.replaceAll(/"_rev":"[^"]*",/g, '').split('\n').filter((line) => line !== '').map((line) => JSON.stringify(sorted(JSON.parse(line)))).join('\n'),
    all.trimEnd().split('\n').map((line) => JSON.stringify(sorted(JSON.parse(line)))).join('\n'))
}

function sorted (document: object): object {
  return Object.fromEntries(Object.entries(document).sort(([one], [other]) => one < other ? -1 : 1))
}

t.test('an import that was killed goes on, on SQLite', async (t) => {
  const dir = t.testdir({ 'r.json': JSON.stringify(declarations) })
  await killAndGoOn(t, `${dir}/r.json`, `sqlite:${dir}/x.db`)
})

t.test('an import that was killed goes on, on PostgreSQL', async (t) => {
  const cluster = await startCluster(t)
  const dir = t.testdir({ 'r.json': JSON.stringify(declarations) })
  await killAndGoOn(t, `${dir}/r.json`, await cluster.createDatabase('one'))
})

t.test('a server and an import share a file', async (t) => {
  const dir = t.testdir({ 'r.json': JSON.stringify(declarations) })
  const store = ['--store', `sqlite:${dir}/x.db`]
  const server = startCommand(t, ['serve', `${dir}/r.json`, '--port', '0', ...store])
  const [, url = ''] = await server.says(/^Listening on (http:\/\/[^,]+), .*\n[^]*^Documentation page: /m)
  const loading = runCommand(t, ['import', `${dir}/r.json`, '/x', '-', ...store], lines(0, 5000))
  const statuses: number[] = []
  for (let n = 0; n < 20; n++) {
    statuses.push((await fetch(`${url}/x`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: `{"n":${-1 - n}}` })).status)
    await setTimeout(50)
  }
  t.strictSame(new Set(statuses), new Set([201]))
  t.match(await loading, { status: 0, output: 'created: 5000,' })
  t.match(await (await fetch(`${url}/x?_queryFilter=true&_pageSize=1&_totalPagedResultsPolicy=EXACT`)).json(), { totalPagedResults: 5020 })
})

t.test('Ctrl-C ends an import behind a batch, and its process with status 130', async (t) => {
  const dir = t.testdir({ 'r.json': JSON.stringify(declarations) })
  const store = ['--store', `sqlite:${dir}/x.db`]
  const command = startCommand(t, ['import', `${dir}/r.json`, '/x', '-', ...store])
  command.child.stdin.write(lines(0, 2500))
  while ((await runCommand(t, ['export', `${dir}/r.json`, '/x', ...store, '--filter', 'n eq 1999'])).output === '') await setTimeout(50)
  command.child.kill('SIGINT')
  t.strictSame(await command.ended, { status: 130, signal: null })
  t.match(command.output(), 'created: 2000, ')
  t.match(command.errors(), 'interrupted after line 2000')
})

t.test('what a module leaves open keeps no command from ending', async (t) => {
  const dir = t.testdir({ 'r.mjs': 'setInterval(() => {}, 1000)\nexport default { resources: { "/x": {} } }' })
  t.match(await runCommand(t, ['import', `${dir}/r.mjs`, '/x', '-', '--store', `sqlite:${dir}/x.db`], lines(0, 3)), { status: 0, output: 'created: 3,', errors: '' })
})

t.test('a reader that has had enough of an export is no mistake', async (t) => {
  const dir = t.testdir({ 'r.json': JSON.stringify(declarations) })
  const store = ['--store', `sqlite:${dir}/x.db`]
  t.match(await runCommand(t, ['import', `${dir}/r.json`, '/x', '-', ...store], lines(0, 5000)), { status: 0 })
  const command = startCommand(t, ['export', `${dir}/r.json`, '/x', ...store])
  await once(command.child.stdout, 'data')
  command.child.stdout.destroy()
  t.strictSame(await command.ended, { status: 0, signal: null })
  t.equal(command.errors(), '')
})

const script = ['/usr/bin/script', '/bin/script'].find((file) => existsSync(file))
t.test('on a terminal the import shows a bar', { skip: script === undefined ? 'util-linux has a command that makes terminals, and it is not here' : false }, async (t) => {
  const dir = t.testdir({ 'r.json': JSON.stringify(declarations), 'x.ndjson': lines(0, 3000) })
  const words = [process.execPath, fileURLToPath(new URL('../../dist/command-line.js', import.meta.url)), 'import', `${dir}/r.json`, '/x', `${dir}/x.ndjson`, '--store', `sqlite:${dir}/x.db`]
  const shown = execFileSync(script as string, ['-qec', words.map((word) => `'${word}'`).join(' '), '/dev/null'], { env: { ...process.env, TERM: 'xterm', NODE_OPTIONS: '' }, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
  t.match(shown, /█{30} 100 % \| 3000 documents \| \d+ a second \| 0s left/)
  t.match(shown, 'created: 3000, replaced: 0, skipped: 0, refused: 0')
})

const tellMemory = 'data:text/javascript,process.on("exit",()=>process.stderr.write("maxRSS "+process.resourceUsage().maxRSS))'
for (const [form, before, between, after] of [['lines', '', '\n', '\n'], ['an array', '[', ',\n', ']']] as const) {
  t.test(`60 MB of ${form} are loaded within 200 MB of memory`, async (t) => {
    const dir = t.testdir({ 'r.json': JSON.stringify({ resources: { '/x': {} } }) })
    const command = startCommand(t, ['import', `${dir}/r.json`, '/x', '-', '--store', `sqlite:${dir}/x.db`], { flags: ['--import', tellMemory] })
    const text = 'x'.repeat(9980)
    const parts = function * (): Generator<string> {
      for (let n = 0; n < 6000; n++) yield `${n === 0 ? before : between}{"n":${n},"text":"${text}"}`
      yield after
    }
    await pipeline(Readable.from(parts()), command.child.stdin)
    t.strictSame(await command.ended, { status: 0, signal: null }, command.errors())
    t.match(command.output(), 'created: 6000,')
    const [, kilobytes] = /maxRSS (\d+)/.exec(command.errors()) ?? []
    t.ok(Number(kilobytes) * 1024 < 200e6, `${kilobytes} kB`)
  })
}
