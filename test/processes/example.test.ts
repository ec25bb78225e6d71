import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import t from 'tap'

const root = new URL('../../', import.meta.url).pathname

/** Does what a printed `curl` command says, as far as the example uses curl. */
async function curl (command: string): Promise<Response> {
  const words = [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '').slice(1)
  const headers = new Headers()
  const data: string[] = []
  let [url, method, inUrl] = ['', 'GET', false]
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word === '-X') method = words.shift() ?? ''
    else if (word === '-H') headers.append(...(words.shift() ?? '').split(': ', 2) as [string, string])
    else if (word === '-d') data.push(words.shift() ?? '')
    else if (word === '--data-urlencode') data.push((words.shift() ?? '').replace(/=(.*)/, (_, value: string) => `=${encodeURIComponent(value)}`))
    else if (word === '-G') inUrl = true
    else if (word !== '-i') url = word
  }
  return inUrl ? fetch(`${url}?${data.join('&')}`, { headers }) : fetch(url, { method, headers, ...(data.length > 0 ? { body: data.join('&') } : {}) })
}

t.test('the example starts, and the commands that it prints answer what they promise', async (t) => {
  const child = spawn(process.execPath, [join(root, 'examples/countries.js')], {
    env: { ...process.env, DATABASE: join(t.testdir({}), 'countries.db'), PORT: '0', NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'pipe']
  })
  t.teardown(() => child.kill('SIGKILL'))
  let [output, errors] = ['', '']
  child.stderr.on('data', (text) => { errors += String(text) })
  for await (const text of child.stdout) {
    output += String(text)
    if (output.includes('_action=enableCountries')) break
  }
  t.match(output, /Loading 250 countries/, errors)
  const commands = output.split('\n').filter((line) => line.startsWith('curl '))
  const answers: Array<{ readonly status: number, readonly ids: readonly string[] }> = []
  for (const command of commands) {
    const response = await curl(command)
    const text = await response.text()
    const { result = [] } = text === '' ? {} : JSON.parse(text) as { result?: ReadonlyArray<{ readonly _id: string }> }
    answers.push({ status: response.status, ids: result.map(({ _id }) => _id) })
  }
  t.strictSame(answers.map(({ status }) => status), [200, 304, 200, 412, 200, 200, 200, 200, 204, 503, 204])
  t.strictSame(answers.slice(4, 8).map(({ ids }) => ids.join(' ')), [
    'RUS DEU FRA GBR ITA', 'AGO BRA CPV GNQ GNB MAC MOZ PRT STP TLS', 'ARE GBR UMI USA VIR', 'CHE CZE DEU HUN ITA LIE SVK SVN'
  ])
  child.kill('SIGTERM')
  const [code] = await once(child, 'exit') as [number | null]
  t.equal(code, 0, errors)
})
