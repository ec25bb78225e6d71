import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import t from 'tap'
import * as configurationErrors from '../lib/configuration-errors.ts'
import * as storeErrors from '../lib/stores/store-errors.ts'
import { checkDefinition } from '../lib/declare/check-definition.ts'
import { checkOptions } from '../lib/declare/options.ts'
import { headRows, contentRow, stateRows, changeRow } from '../lib/decision/order.ts'
import { defaultLimits } from '../lib/limits.ts'
import { reasonPhrases, statusCodes } from '../lib/status.ts'

const root = new URL('../', import.meta.url).pathname
const readme = readFileSync(`${root}README.md`, 'utf8')

/** The cells of the table under a heading that begins with `header`. */
function table (header: string): ReadonlyArray<readonly string[]> {
  const lines = readme.slice(readme.indexOf(`| ${header} |`)).split('\n')
  const end = lines.findIndex((line) => !line.startsWith('|'))
  return lines.slice(2, end).map((line) => line.slice(1, -1).split(/(?<!\\)\|/).map((cell) => cell.trim()))
}

/** What a shape says it knows when it is given something that it does not. */
function knownBy (check: (value: object) => void): readonly string[] {
  try {
    check({ noSuchMember: true })
    return []
  } catch (error) {
    return /known are (.*)$/.exec(String(error))?.[1]?.split(', ') ?? []
  }
}

const unquoted = (cell: string = ''): string => cell.replaceAll('`', '')

t.test('the error table names exactly the documented codes with their reason phrases', async (t) => {
  const rows = table('code | reason | when')
  t.strictSame(rows.map(([code]) => Number(code)), [...statusCodes])
  for (const [code, reason] of rows) {
    if (Number(code) >= 400) t.equal(reason, reasonPhrases[Number(code) as keyof typeof reasonPhrases])
  }
})

t.test('the table of configuration errors names exactly those that there are', async (t) => {
  const documented = [...readme.matchAll(/^\| `(CREST_ERR_\w+)`/gm)].map((match) => match[1])
  t.strictSame(documented.sort(), [...Object.keys(configurationErrors), ...Object.keys(storeErrors)].sort())
})

t.test('the options table names exactly the options that are taken', async (t) => {
  const known = knownBy(checkOptions)
  t.ok(known.length > 10)
  t.strictSame(table('option | default | meaning').map(([name]) => unquoted(name)).sort(), [...known].sort())
})

t.test('the tables of options and members name exactly the members that a definition takes', async (t) => {
  const known = knownBy((definition) => checkDefinition('/x', definition))
  const members = table('member | default | meaning').map(([name]) => unquoted(name))
  const shared = ['revision', 'authenticate', 'challenge', 'authorize', 'bodyLimit', 'pageSize', 'prefer', 'multipart', 'limits']
  t.ok(known.length > 20)
  t.strictSame([...members, ...shared].sort(), [...known].sort())
})

t.test('the table of limits names exactly those that there are, with their defaults and the most that they may be', async (t) => {
  const rows = table('limit | default | most | bounds | beyond')
  t.strictSame(Object.fromEntries(rows.map(([name, value]) => [unquoted(name), Number(value)])), defaultLimits)
  for (const [name, , most] of rows) {
    const limit = unquoted(name)
    const tooMuch = most === '' ? Number.MAX_SAFE_INTEGER + 1 : Number(most) + 1
    t.doesNotThrow(() => checkOptions({ limits: { [limit]: tooMuch - 1 } }), limit)
    t.throws(() => checkOptions({ limits: { [limit]: tooMuch } }), limit)
  }
})

t.test('the decision table names the rows of the code', async (t) => {
  const documented = new Map(table('row | check | else').map(([row, check]) => [row, unquoted(check)]))
  for (const { number, name } of [...headRows, contentRow, ...stateRows, changeRow]) {
    t.equal(documented.get(String(number)), name)
  }
})

t.test('the first example runs as pasted', async (t) => {
  const [, example = ''] = /## First example[\s\S]*?```js\n([\s\S]*?)```/.exec(readme) ?? []
  const port = await freePort()
  const folder = `${root}.tap/readme`
  mkdirSync(folder, { recursive: true })
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  t.match(example, 'port: 3000')
  writeFileSync(`${folder}/app.mjs`, example.replace('port: 3000', `port: ${port}`))
  const child = spawn(process.execPath, ['app.mjs'], { cwd: folder, env: { PATH: process.env['PATH'] ?? '' }, stdio: ['ignore', 'pipe', 'pipe'] })
  t.teardown(() => { child.kill('SIGKILL') })
  let output = ''
  child.stderr.on('data', (text) => { output += String(text) })
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (text) => { if (String(text).includes('Server listening')) resolve() })
    child.once('exit', () => reject(new Error(output)))
  })

  const url = `http://127.0.0.1:${port}/users`
  const created = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"_id":"bjensen","userName":"bjensen","mail":"bjensen@example.com"}'
  })
  t.equal(created.status, 201)
  t.equal((await fetch(`${url}/bjensen`, { method: 'DELETE' })).status, 428)
  t.equal((await fetch(`${url}/bjensen`, { method: 'DELETE', headers: { 'if-match': '"1"' } })).status, 412)
})

async function freePort (): Promise<number> {
  const server = createServer().listen(0)
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}
