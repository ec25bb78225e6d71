import { existsSync, readFileSync } from 'node:fs'
import t from 'tap'
import { describeStore } from '../../lib/command-line/open-store.ts'
import { runLine } from './run-line.ts'

t.test('--version is that of the package', async (t) => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
  t.strictSame(await runLine(['--version']), { status: 0, output: `${version}\n`, errors: '' })
})

t.test('--help tells of all commands, and of each', async (t) => {
  const { status, output, errors } = await runLine(['--help'])
  t.strictSame([status, errors], [0, ''])
  for (const name of ['serve', 'import', 'export']) {
    t.match(output, `common-rest ${name}`)
    const about = await runLine([name, '--help'])
    t.match(about, { status: 0, output: `Usage: common-rest ${name} `, errors: '' })
    t.match(about.output, '--store')
  }
})

const dir = t.testdir({
  'good.json': JSON.stringify({ resources: { '/x': {}, '/s': { kind: 'singleton' }, '/no-create': { operations: ['read', 'query'] } } }),
  'shape.json': JSON.stringify({ resources: { '/x': { uniq: ['/a'] } } }),
  'schema.json': JSON.stringify({ resources: { '/x': { schema: { type: 'nothing' } } } }),
  'path.json': JSON.stringify({ resources: { x: {} } }),
  'title.json': JSON.stringify({ title: 7, resources: { '/x': {} } }),
  'null.json': JSON.stringify({ resources: { '/x': null } }),
  'version.mjs': 'export default { resources: { "/x": { authorize: 1 } } }',
  'docs.ndjson': '{}\n'
})
const wrong: ReadonlyArray<readonly [line: string, message: string | RegExp]> = [
  ['serve', 'serve: <resources> is missing; see common-rest serve --help'],
  ['serve no.json', 'there is no file no.json'],
  ['serve DIR/shape.json', /shape\.json: \/x\.uniq is not known; known are /],
  ['serve DIR/schema.json', /schema\.json: \/x\.schema /],
  ['serve DIR/path.json', /path\.json: The path of a resource must be a path such as/],
  ['serve DIR/title.json', /title\.json: title must be a text/],
  ['serve DIR/null.json', /null\.json: \/x must be an object/],
  ['import DIR/null.json /x -', /null\.json: \/x must be an object/],
  ['export DIR/version.mjs /x', /version\.mjs: \/x\.authorize must be a function/],
  ['serve DIR/good.json --store mysql://x', '--store must be memory:, sqlite:FILE or postgres://…'],
  ['serve DIR/good.json --store sqlite:', '--store must be memory:, sqlite:FILE or postgres://…'],
  ['serve DIR/good.json --store postgres://a:b#c@/x', /^--store: postgresStore needs a connection string.*percent-encoded/],
  ['import DIR/good.json /y DIR/docs.ndjson', /good\.json declares nothing at \/y; it declares \/x, \/s, \/no-create/],
  ['import DIR/good.json /s DIR/docs.ndjson', '/s is a singleton, not a collection'],
  ['import DIR/good.json /no-create DIR/docs.ndjson', '/no-create does not offer create'],
  ['import DIR/good.json /x DIR/no.ndjson', /no\.ndjson cannot be read: ENOENT/],
  ['import DIR/good.json /x DIR', /is a directory$/],
  ['export DIR/good.json /y', /good\.json declares nothing at \/y/],
  ['export DIR/good.json /x --store memory: --filter a', /column/],
  ['export DIR/good.json /x --store memory: --filter a%20xx%201', /xx/]
]

for (const [line, message] of wrong) {
  t.test(`common-rest ${line} ends with status 2 and one line`, async (t) => {
    const words = line.replaceAll('DIR', dir).split(' ').map(decodeURIComponent)
    const { status, output, errors } = await runLine(words)
    t.equal(status, 2, errors)
    t.equal(output, '')
    t.match(errors, /^common-rest: [^\n]+\n$/)
    const said = errors.slice('common-rest: '.length, -1)
    if (typeof message === 'string') t.equal(said, message)
    else t.match(said, message)
  })
}

for (const command of ['serve DIR/good.json --port 0', 'import DIR/good.json /x DIR/docs.ndjson', 'export DIR/good.json /x']) {
  t.test(`a store that cannot be opened ends common-rest ${command} with status 3`, async (t) => {
    for (const [store, message] of [[`sqlite:${dir}/no/such.db`, /^common-rest: [^\n]*(?:open|directory)[^\n]*\n$/i], ['postgres://user:secret@127.0.0.1:1/x', /^common-rest: The store is temporarily unavailable: [^\n]*ECONNREFUSED[^\n]*\n$/]] as const) {
      const { status, output, errors } = await runLine([...command.replaceAll('DIR', dir).split(' '), '--store', store])
      t.equal(status, 3)
      t.equal(output, '')
      t.match(errors, message)
      t.notMatch(errors, 'secret')
    }
  })
}

t.test('a store is shown without what opens it', async (t) => {
  t.equal(describeStore('sqlite:a b.db'), 'sqlite:a b.db')
  t.equal(describeStore('memory:'), 'memory:')
  t.equal(describeStore('postgres://user:secret@db.example:5433/app?password=secret'), 'postgres://db.example:5433/app')
  t.equal(describeStore('postgresql://db/app'), 'postgresql://db/app')
})

t.test('where nothing lives in it, the store is left alone', async (t) => {
  const dir = t.testdir({ 'r.mjs': 'export default { resources: { "/x": { provider: { query: () => ({ results: [{ id: "a", revision: "1", content: { n: 1 } }] }) } } } }' })
  const { status, output } = await runLine(['export', `${dir}/r.mjs`, '/x', '--store', `sqlite:${dir}/x.db`])
  t.strictSame([status, output], [0, '{"_id":"a","_rev":"1","n":1}\n'])
  t.notOk(existsSync(`${dir}/x.db`))
})
