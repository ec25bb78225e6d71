import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, symlinkSync } from 'node:fs'
import t from 'tap'
import { loadResources } from '../../lib/command-line/load-resources.ts'
import { startCommand } from './processes.ts'

const root = new URL('../../', import.meta.url).pathname
const readme = readFileSync(`${root}README.md`, 'utf8')
const section = readme.slice(readme.indexOf('\n## The command line\n'), readme.indexOf('\n## What a resource answers\n'))
const blocks = (language: string): readonly string[] => [...section.matchAll(new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``, 'g'))].map(([, text = '']) => text)

/** Runs a line of the README in a folder; `npx` finds what a checkout has. */
async function run (line: string, cwd: string): Promise<{ readonly status: number, readonly output: string, readonly errors: string }> {
  const script = `set -o pipefail; npx () { shift; node '${root}dist/command-line.js' "$@"; }; ${line}`
  const child = spawn('bash', ['-c', script], { cwd, env: { PATH: process.env['PATH'] }, stdio: ['ignore', 'pipe', 'pipe'] })
  let [output, errors] = ['', '']
  child.stdout.on('data', (text) => { output += String(text) })
  child.stderr.on('data', (text) => { errors += String(text) })
  const [status] = await once(child, 'close') as [number]
  return { status, output, errors }
}

t.test('the cities are imported, exported, served and queried as the README shows it', async (t) => {
  const [shown = '', query = ''] = blocks('sh')
  const [, importing = '', exporting = '', serving = ''] = shown.trimEnd().split('\n')
  const folder = t.testdir({})
  symlinkSync(`${root}examples`, `${folder}/examples`)

  const imported = await run(importing, folder)
  t.equal(imported.status, 0, imported.errors)
  const [, summary = ''] = /`(created: [^`]*)`/.exec(section) ?? []
  t.match(imported.output, `${summary} (`)

  const exported = await run(exporting, folder)
  t.strictSame([...exported.output.matchAll(/"name":"([^"]*)"/g)].map(([, name]) => name), ['Zürich', 'Genève', 'Basel'], exported.errors)

  const words = serving.split(' ').slice(2)
  t.equal(words.join(' '), 'serve examples/cities.json')
  const server = startCommand(t, [...words, '--port', '0'], { cwd: folder })
  const [, url = ''] = await server.says(/^Listening on (http:\/\/[^,]+), /)
  const [, address = '', filter = '', rest = ''] = /^curl -G (\S+) --data-urlencode '([^']*)' -d '([^']*)'\n$/.exec(query) ?? []
  const response = await fetch(`${address.replace('http://127.0.0.1:3000', url)}?${filter.replace(/=(.*)/, (_, value: string) => `=${encodeURIComponent(value)}`)}&${rest}`)
  const { result } = await response.json() as { readonly result: ReadonlyArray<{ readonly name: string }> }
  t.strictSame(result.map(({ name }) => name), ['Reykjavík', 'Kópavogur', 'Hafnarfjörður'])
  server.child.kill('SIGINT')
  t.equal((await server.ended).status, 0)
})

t.test('the module that the README shows is served, and knows its callers', async (t) => {
  const [module = ''] = blocks('js')
  const file = `${t.testdir({ 'resources.mjs': module })}/resources.mjs`
  t.equal((await loadResources(file)).options.title, 'Notes')
  const server = startCommand(t, ['serve', file, '--port', '0', '--store', 'memory:'])
  const [, url = ''] = await server.says(/^Listening on (http:\/\/[^,]+), /)
  const create = async (headers: Record<string, string>): Promise<Response> =>
    fetch(`${url}/notes`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: '{"text":"x"}' })
  t.equal((await create({})).status, 401)
  t.match(await (await create({ authorization: 'Bearer secret' })).json(), { text: 'x', changed: /^\d{4}-/ })
})
