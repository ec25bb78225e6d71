import { EventEmitter, once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { PassThrough } from 'node:stream'
import { setTimeout } from 'node:timers/promises'
import t from 'tap'
import type { Test } from 'tap'
import { runLine } from './run-line.ts'
import type { Ended, Surroundings } from './run-line.ts'

const resources = {
  resources: {
    '/users': {
      schema: { type: 'object', required: ['name'], properties: { name: { type: 'string' }, mail: { type: 'string' }, secret: { type: 'string' }, made: { type: 'string' }, until: {} } },
      unique: ['/mail'],
      writeOnly: ['/secret'],
      readOnly: ['/made'],
      revision: 'required',
      tombstones: true,
      expires: '/until'
    },
    '/realms/:realm/users': {}
  }
}

/** The command lines of a folder with its own declarations and database. */
function makeFolder (t: Test, files: Record<string, string> = {}) {
  const dir = t.testdir({ 'r.json': JSON.stringify(resources), ...files })
  const store = ['--store', `sqlite:${dir}/x.db`]
  return {
    dir,
    load: async (input: string, more: readonly string[] = [], path = '/users', surroundings: Surroundings = {}): Promise<Ended> =>
      runLine(['import', `${dir}/r.json`, path, '-', ...store, ...more], { input: [input], ...surroundings }),
    dump: async (path = '/users', more: readonly string[] = []): Promise<ReadonlyArray<Record<string, unknown>>> => {
      const { status, output, errors } = await runLine(['export', `${dir}/r.json`, path, ...store, ...more])
      if (status !== 0) throw new Error(errors)
      return output.split('\n').slice(0, -1).map((line) => JSON.parse(line) as Record<string, unknown>)
    }
  }
}

const lines = (...documents: readonly object[]): string => documents.map((each) => `${JSON.stringify(each)}\n`).join('')
const counts = ({ output }: Ended): string => output.replace(/ \(.*\n$/, '')

t.test('documents are created under their ids, or under new ones, and _rev is ignored', async (t) => {
  const { load, dump } = makeFolder(t)
  const ended = await load(lines({ _id: 'a', _rev: 'x', name: 'A', secret: 's', made: 'now' }, { name: 'B' }, { _id: null, name: 'C' }))
  t.strictSame([ended.status, counts(ended), ended.errors], [0, 'created: 3, replaced: 0, skipped: 0, refused: 0', ''])
  const users = await dump()
  t.equal(users.length, 3)
  t.match(users.find(({ _id }) => _id === 'a'), { name: 'A', secret: 's', made: 'now' })
  t.not(users.find(({ _id }) => _id === 'a')?.['_rev'], 'x')
})

t.test('what was exported and imported is the same', async (t) => {
  const one = makeFolder(t)
  await one.load(lines({ _id: 'ä/b', name: 'é\u2028\u0001"\\', secret: 's' }, { _id: 'c', name: 'C', until: '9999-01-01T00:00:00Z', more: { n: [1.5e300, -0.1, null, true, {}] } }))
  const before = await one.dump()
  const other = makeFolder(t, {})
  t.equal((await other.load(lines(...before))).status, 0)
  const strip = ({ _rev, ...document }: Record<string, unknown>) => document
  t.strictSame((await other.dump()).map(strip), before.map(strip))
})

t.test('an array is loaded as lines are, from a file too', async (t) => {
  const { dir, dump } = makeFolder(t)
  writeFileSync(`${dir}/users.json`, JSON.stringify([{ _id: 'a', name: 'A' }, { _id: 'b', name: 'B' }], null, 2))
  const ended = await runLine(['import', `${dir}/r.json`, '/users', `${dir}/users.json`, '--store', `sqlite:${dir}/x.db`])
  t.strictSame([ended.status, counts(ended)], [0, 'created: 2, replaced: 0, skipped: 0, refused: 0'])
  t.strictSame((await dump()).map(({ _id }) => _id), ['a', 'b'])
})

t.test('what is refused is told by its line, keeps nothing else out, and makes the status 1', async (t) => {
  const { load, dump } = makeFolder(t)
  await load(lines({ _id: 'here', name: 'H', mail: 'm' }))
  const ended = await load([
    '{"_id":"a","name":"A"}', '{"_id":"b"}', 'nonsense', '{"_id":"here","name":"X"}', '{"_id":"c","name":"C","mail":"m"}', '',
    '{"_id":7,"name":"D"}', '{"_id":"..","name":"E"}', '{"_id":"f","name":"F","until":"soon"}', '[1]', '{"_id":"z","name":"Z"}'
  ].join('\n'))
  t.equal(ended.status, 1)
  t.equal(counts(ended), 'created: 2, replaced: 0, skipped: 0, refused: 8')
  const refusals = ended.errors.trimEnd().split('\n')
  t.strictSame(refusals.map((line) => /^line (\d+): /.exec(line)?.[1]), ['2', '3', '4', '5', '7', '8', '9', '10'])
  t.match(refusals, [
    /: 400 .*name/, /: is no JSON: column 1$/, /: 409 The id is taken$/, /: 409 .*unique values \{"pointers":\["\/mail"\]\}$/,
    /: 400 /, /: 400 _id must be/, /: 400 .*until/, /: is no JSON object$/
  ])
  t.strictSame((await dump()).map(({ _id }) => _id), ['a', 'here', 'z'])
})

t.test('a number out of range is refused, not stored as null', async (t) => {
  const { load, dump } = makeFolder(t)
  for (const how of ['fail', 'replace']) {
    const ended = await load('{"_id":"big","name":"A","e":1e400}\n', ['--on-conflict', how])
    t.strictSame([ended.status, counts(ended)], [1, 'created: 0, replaced: 0, skipped: 0, refused: 1'], how)
    t.equal(ended.errors, 'line 1: 400 The content at "/e" is a number out of range\n')
  }
  t.strictSame(await dump(), [])
})

t.test('of many refusals the first twenty are told, and the rest counted', async (t) => {
  const { load } = makeFolder(t)
  const ended = await load('x\n'.repeat(33))
  t.equal(counts(ended), 'created: 0, replaced: 0, skipped: 0, refused: 33')
  t.strictSame(ended.errors.trimEnd().split('\n').slice(-2), ['line 20: is no JSON: column 1', '… and 13 more were refused'])
  t.equal(ended.errors.trimEnd().split('\n').length, 21)
})

t.test('--on-conflict skip leaves what is there, valid or not', async (t) => {
  const { load, dump } = makeFolder(t)
  await load(lines({ _id: 'a', name: 'A', mail: 'm' }))
  const [before] = await dump()
  const ended = await load(lines({ _id: 'a', name: 'X' }, { _id: 'a' }, { _id: 'b', name: 'B' }, { _id: 'b', name: 'again' }, { _id: 'c', name: 'C', mail: 'm' }, { name: 'D' }), ['--on-conflict', 'skip'])
  t.strictSame([ended.status, counts(ended)], [1, 'created: 2, replaced: 0, skipped: 3, refused: 1'])
  t.match(ended.errors, /^line 5: 409 .*unique/)
  const users = await dump()
  t.strictSame(users.find(({ _id }) => _id === 'a'), before)
  t.match(users.find(({ _id }) => _id === 'b'), { name: 'B' })
})

t.test('--on-conflict replace updates what is there, in order, and gives no revision to what is the same', async (t) => {
  const { load, dump } = makeFolder(t)
  await load(lines({ _id: 'a', name: 'A', mail: 'm' }, { _id: 'b', name: 'B' }))
  const [a] = await dump()
  const ended = await load(lines({ _id: 'a', mail: 'm', name: 'A' }, { _id: 'b', name: 'B1' }, { _id: 'b', name: 'B2' }, { _id: 'b', name: 'B3' }, { _id: 'c', name: 'C' }, { _id: 'c', name: 'C2', mail: 'm' }), ['--on-conflict', 'replace'])
  t.strictSame([ended.status, counts(ended)], [1, 'created: 1, replaced: 4, skipped: 0, refused: 1'])
  t.match(ended.errors, /^line 6: 409 .*unique/)
  t.strictSame((await dump()).map(({ _id, name }) => [_id, name]), [['a', 'A'], ['b', 'B3'], ['c', 'C']])
  t.equal((await dump())[0]?.['_rev'], a?.['_rev'])
})

t.test('an id that is gone is refused whatever is to happen', async (t) => {
  const { load } = makeFolder(t)
  await load(lines({ _id: 'a', name: 'A', until: '2000-01-01T00:00:00Z' }))
  for (const how of ['fail', 'skip', 'replace']) {
    const ended = await load(lines({ _id: 'a', name: 'A' }), ['--on-conflict', how])
    t.strictSame([ended.status, counts(ended)], [1, 'created: 0, replaced: 0, skipped: 0, refused: 1'], how)
    t.match(ended.errors, /^line 1: 409 The id is taken/)
  }
})

t.test('a broken array ends the import with status 1; what came before stays', async (t) => {
  const { load, dump } = makeFolder(t)
  const ended = await load('[{"_id":"a","name":"A"},\n{"name":7},\n{"_id":"b" "name":"B"},\n{"_id":"c","name":"C"}]')
  t.strictSame([ended.status, counts(ended)], [1, 'created: 1, replaced: 0, skipped: 0, refused: 1'])
  t.match(ended.errors, /^line 2: 400 .*\ncommon-rest: line 3: the array is no JSON from here on; nothing from there on was loaded\n$/)
  t.strictSame((await dump()).map(({ _id }) => _id), ['a'])
})

t.test('an empty input is no mistake', async (t) => {
  const ended = await makeFolder(t).load('')
  t.strictSame([ended.status, counts(ended)], [0, 'created: 0, replaced: 0, skipped: 0, refused: 0'])
})

t.test('a path with parameters names one collection of many', async (t) => {
  const { load, dump } = makeFolder(t)
  t.equal((await load(lines({ _id: 'a' }), [], '/realms/alpha/users')).status, 0)
  t.equal((await load(lines({ _id: 'b' }, { _id: 'c' }), [], '/realms/b%20c/users')).status, 0)
  t.strictSame((await dump('/realms/alpha/users')).map(({ _id }) => _id), ['a'])
  t.strictSame((await dump('/realms/b%20c/users', ['--filter', '_id eq "c"'])).map(({ _id }) => _id), ['c'])
})

t.test('functions of a module judge and change what is loaded, and hear of it when it is durable', async (t) => {
  const dir = t.testdir({
    'r.mjs': `
      import { memoryStore, Conflict } from ${JSON.stringify(new URL('../../lib/index.ts', import.meta.url).href)}
      const store = memoryStore()
      export const heard = globalThis.heard = []
      export default { resources: { '/x': {
        store,
        prepare: async ({ content }) => { if (content.n === 2) throw new Conflict('no two'); return { ...content, twice: 2 * content.n } },
        onChange: ({ operation, id, after }) => { heard.push([operation, id, after.twice]) }
      } } }`
  })
  const ended = await runLine(['import', `${dir}/r.mjs`, '/x', '-', '--store', 'memory:', '--on-conflict', 'skip'], { input: lines({ _id: 'a', n: 1 }, { _id: 'b', n: 2 }, { _id: 'c', n: 3 }).split(/(?=\n)/) })
  t.strictSame([ended.status, counts(ended)], [1, 'created: 2, replaced: 0, skipped: 0, refused: 1'])
  t.match(ended.errors, 'line 2: 409 no two')
  t.strictSame((globalThis as { heard?: unknown }).heard, [['create', 'a', 2], ['create', 'c', 6]])
})

t.test('a failure that is no fault of the document ends the import with status 3', async (t) => {
  const dir = t.testdir({ 'r.mjs': 'export default { resources: { "/x": { prepare: ({ content }) => content.n === 3 ? content.no.such : content } } }' })
  const ended = await runLine(['import', `${dir}/r.mjs`, '/x', '-', '--store', `sqlite:${dir}/x.db`], { input: ['{"n":1}\n{"n":2}\n{"n":3}\n{"n":4}\n'] })
  t.strictSame([ended.status, counts(ended)], [3, 'created: 3, replaced: 0, skipped: 0, refused: 0'])
  t.match(ended.errors, /^common-rest: Cannot read properties of undefined[^\n]*; what was loaded stays, and the same command with --on-conflict skip goes on\n$/)
})

t.test('an input that fails ends the import with status 3', async (t) => {
  const { load } = makeFolder(t)
  const input = new PassThrough()
  const loading = load('', [], '/users', { input })
  input.write('{"name":"A"}\n')
  await setTimeout(300)
  input.destroy(new Error('unplugged'))
  t.match(await loading, { status: 3, errors: 'common-rest: standard input cannot be read: unplugged; what was loaded stays' })
})

for (const [signal, status] of [['SIGINT', 130], ['SIGTERM', 143]] as const) {
  t.test(`${signal} ends an import behind the batch that is under way, with status ${status}`, async (t) => {
    const { load, dump } = makeFolder(t)
    const [input, signals] = [new PassThrough(), new EventEmitter()]
    const loading = load('', [], '/users', { input, signals })
    input.write(lines(...Array.from({ length: 1500 }, (_, n) => ({ _id: `u${n}`, name: 'A' }))))
    input.write('{"_id":"half","na')
    while ((await dump()).length < 1000) await setTimeout(20)
    signals.emit(signal, signal)
    const ended = await loading
    t.strictSame([ended.status, counts(ended)], [status, 'created: 1000, replaced: 0, skipped: 0, refused: 0'])
    t.match(ended.errors, 'common-rest: interrupted after line 1000; the same command with --on-conflict skip goes on')
    t.equal((await dump()).length, 1000)
    t.equal(signals.listenerCount(signal), 0)
    t.match(counts(await load(lines(...Array.from({ length: 1500 }, (_, n) => ({ _id: `u${n}`, name: 'A' }))), ['--on-conflict', 'skip'])), 'created: 500, replaced: 0, skipped: 1000, refused: 0')
  })
}

t.test('a document that is longer than 16 MiB is refused', async (t) => {
  const { load } = makeFolder(t)
  const ended = await load(`{"_id":"a","name":"A"}\n{"name":"${'x'.repeat(17e6)}"}\n{"_id":"c","name":"C"}`)
  t.strictSame([ended.status, counts(ended), ended.errors], [1, 'created: 2, replaced: 0, skipped: 0, refused: 1', 'line 2: is longer than 16777216 bytes\n'])
})

t.test('what onConflict needs and the declaration does not offer is told before anything is loaded', async (t) => {
  const provider = '{ create: async ({ content }) => ({ id: "a", revision: "1", content }), read: async () => null }'
  const dir = t.testdir({
    'r.json': JSON.stringify({ resources: { '/c': { operations: ['create', 'query'] }, '/r': { operations: ['read'] } } }),
    'p.mjs': `export default { resources: { '/c': { provider: ${provider} } } }`
  })
  for (const [file, path, how, operation] of [['r.json', '/r', 'fail', 'create'], ['r.json', '/c', 'skip', 'read'], ['r.json', '/c', 'replace', 'update'], ['p.mjs', '/c', 'replace', 'update']] as const) {
    const ended = await runLine(['import', `${dir}/${file}`, path, '-', '--store', `sqlite:${dir}/x.db`, '--on-conflict', how], { input: [lines({ _id: 'a' })] })
    t.strictSame([ended.status, ended.output], [2, ''], `${file} ${how}`)
    t.equal(ended.errors, `common-rest: ${path} does not offer ${operation}${how === 'fail' ? '' : `, which --on-conflict ${how} needs`}\n`)
  }
  t.notOk(existsSync(`${dir}/x.db`))
})

t.test('an input that cannot be opened is wrong use, and makes no database', async (t) => {
  const { dir } = makeFolder(t)
  // Not even root opens a socket; its path must be short.
  const short = mkdtempSync(`${tmpdir()}/import-`)
  const socket = createServer().listen(`${short}/s`)
  t.teardown(() => {
    socket.close()
    rmSync(short, { recursive: true })
  })
  await once(socket, 'listening')
  const ended = await runLine(['import', `${dir}/r.json`, '/users', `${short}/s`, '--store', `sqlite:${dir}/new.db`])
  t.equal(ended.status, 2)
  t.match(ended.errors, /^common-rest: \S+\/s cannot be read: ENXIO[^\n]*\n$/)
  t.notOk(existsSync(`${dir}/new.db`))
})

for (const store of ['null', '{}', '5', '[]']) {
  t.test(`a store that is ${store} is a wrong declaration to import and export alike`, async (t) => {
    const dir = t.testdir({ 'r.json': `{"resources":{"/x":{"store":${store}}}}` })
    const common = ['--store', `sqlite:${dir}/x.db`]
    const imported = await runLine(['import', `${dir}/r.json`, '/x', '-', ...common], { input: ['{}'] })
    const exported = await runLine(['export', `${dir}/r.json`, '/x', ...common])
    t.equal(imported.status, 2)
    t.match(imported.errors, '/x.store')
    t.strictSame(imported, exported)
  })
}

t.test('documents that break a unique constraint since it is declared end it with status 3 and what is wrong', async (t) => {
  const dir = t.testdir({ 'r.json': '{"resources":{"/c":{}}}', 'u.json': '{"resources":{"/c":{"unique":["/u"]}}}' })
  const load = async (file: string, input: string): Promise<Ended> => runLine(['import', `${dir}/${file}`, '/c', '-', '--store', `sqlite:${dir}/x.db`], { input: [input] })
  t.equal((await load('r.json', lines({ _id: 'a', u: 1 }, { _id: 'b', u: 1 }))).status, 0)
  const ended = await load('u.json', lines({ _id: 'c', u: 2 }))
  t.strictSame([ended.status, counts(ended)], [3, 'created: 0, replaced: 0, skipped: 0, refused: 0'])
  t.match(ended.errors, /^common-rest: The documents of \/c break a unique constraint: "[ab]" and "[ab]" have the same values at \/u\n$/)
})

t.test('a path that its paramsSchema refuses is wrong use: nothing would ever be served there', async (t) => {
  const dir = t.testdir({ 'r.json': JSON.stringify({ resources: { '/realms/:realm/x': { paramsSchema: { properties: { realm: { enum: ['alpha'] } } } }, '/bad/:realm/x': { paramsSchema: { type: 'no' } } } }) })
  const load = async (path: string): Promise<Ended> => runLine(['import', `${dir}/r.json`, path, '-', '--store', `sqlite:${dir}/x.db`], { input: ['{}'] })
  const refused = await load('/realms/beta/x')
  t.strictSame([refused.status, refused.output], [2, ''])
  t.match(refused.errors, /^common-rest: \/realms\/beta\/x names nothing: The path does not fit its schema: [^\n]*realm[^\n]*\n$/)
  const bad = await load('/bad/beta/x')
  t.equal(bad.status, 2)
  t.match(bad.errors, /^common-rest: \S+\/r\.json: [^\n]*paramsSchema[^\n]*\n$/)
  t.notOk(existsSync(`${dir}/x.db`))
})

t.test('a path that its paramsSchema takes is loaded', async (t) => {
  const dir = t.testdir({ 'r.json': JSON.stringify({ resources: { '/realms/:realm/x': { paramsSchema: { properties: { realm: { enum: ['alpha'] } } } } } }) })
  const ended = await runLine(['import', `${dir}/r.json`, '/realms/alpha/x', '-', '--store', 'memory:'], { input: ['{}'] })
  t.strictSame([ended.status, counts(ended)], [0, 'created: 1, replaced: 0, skipped: 0, refused: 0'])
})

t.test('on a terminal a bar is left behind', async (t) => {
  const { load } = makeFolder(t)
  const ended = await load(lines({ name: 'A' }), [], '/users', { isTerminal: true })
  t.match(ended.errors, /1 documents \| \d+ a second/)
})
