import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import t from 'tap'

const lib = new URL('../lib/', import.meta.url).pathname

/** The floors of the house, lowest first: an import only goes down, or stays in its folder. */
const floors: ReadonlyArray<readonly string[]> = [
  ['awaitable.ts', 'error-stack.ts', 'json.ts', 'keep-tick-shape.ts', 'limits.ts', 'observe.ts', 'random-id.ts', 'remember.ts', 'shared-errors.ts', 'status.ts'],
  ['errors.ts', 'configuration-errors.ts'],
  ['http/', 'crest/'],
  ['stores/store.ts', 'stores/group-writes.ts', 'stores/rules.ts', 'stores/store-errors.ts'],
  ['stores/query/'],
  ['stores/sql/'],
  ['stores/memory/', 'stores/sqlite/', 'stores/postgres/'],
  ['stores/memory.ts', 'stores/sqlite.ts', 'stores/postgres.ts'],
  ['testing/'],
  ['declare/'],
  ['decision/'],
  ['describe/'],
  ['operations/'],
  ['client/'],
  ['mount/'],
  ['augment.ts', 'call-in-process.ts', 'compile-contracts.ts', 'compile-resource.ts', 'create-handle.ts', 'follow-shared-state.ts', 'server-listeners.ts', 'server-options.ts'],
  ['plugin.ts'],
  ['command-line/'],
  ['client.ts', 'index.ts', 'sqlite.ts', 'postgres.ts', 'testing.ts', 'command-line.ts']
]

const files = readdirSync(lib, { recursive: true }).map(String).filter((file) => file.endsWith('.ts'))

function floorOf (file: string): number {
  return floors.findIndex((places) => places.some((place) => place.endsWith('/') ? file.startsWith(place) : file === place))
}

/** The modules that a file imports: relative ones as paths below lib/, packages by name. */
function importsOf (file: string): ReadonlyArray<{ readonly from: string, readonly typeOnly: boolean }> {
  const text = readFileSync(join(lib, file), 'utf8')
  return [...text.matchAll(/^(?:import|export)( type)?[^'\n]*(?:\n[^'\n]*)*? from '([^']+)'|^import '([^']+)'/gm)].map((match) => {
    const from = match[2] ?? match[3] ?? ''
    return { typeOnly: match[1] !== undefined, from: from.startsWith('.') ? normalize(join(dirname(file), from)) : from }
  })
}

t.test('every file of lib/ stands on a floor', async (t) => {
  t.ok(files.length > 40)
  t.strictSame(files.filter((file) => floorOf(file) < 0), [])
})

t.test('an import goes down a floor, or stays in its folder', async (t) => {
  let checked = 0
  for (const file of files) {
    for (const { from } of importsOf(file)) {
      if (!from.endsWith('.ts')) continue
      checked++
      const below = floorOf(from) < floorOf(file)
      const sameFolder = floorOf(from) === floorOf(file) && dirname(from) === dirname(file)
      t.ok(below || sameFolder, `${file} imports ${from}`)
    }
  }
  t.ok(checked > 150)
})

t.test('Fastify is a type below the floor that mounts routes', async (t) => {
  const mounting = floorOf('mount/routes.ts')
  for (const file of files.filter((name) => floorOf(name) < mounting)) {
    t.notOk(importsOf(file).some(({ from, typeOnly }) => from.startsWith('fastify') && !typeOnly), file)
  }
})

t.test('what a client loads is in lib/ and needs nothing of Node', async (t) => {
  const loaded = new Set(['client.ts'])
  for (const file of loaded) {
    for (const { from, typeOnly } of importsOf(file)) {
      if (typeOnly) continue
      t.ok(from.endsWith('.ts'), `${file} imports ${from}`)
      loaded.add(from)
    }
    const code = readFileSync(join(lib, file), 'utf8').replace(/\/\*[^]*?\*\/|\/\/.*/g, '')
    t.notMatch(code, /\b(?:Buffer|process|setImmediate|require)\b[.(]/, file)
  }
  t.ok(loaded.size > 15)
})

t.test('no file is longer than 300 lines', async (t) => {
  for (const file of files) {
    t.ok(readFileSync(join(lib, file), 'utf8').split('\n').length <= 300, file)
  }
})
