import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { promisify } from 'node:util'
import { publint } from 'publint'
import t from 'tap'

const root = new URL('../', import.meta.url).pathname
const manifest = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as {
  readonly name: string
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>
  readonly bin?: Readonly<Record<string, string>>
}

const { stdout } = await promisify(execFile)('npm', ['pack', '--dry-run', '--ignore-scripts', '--json'], { cwd: root, maxBuffer: 2 ** 24 })
const [packed] = JSON.parse(stdout) as ReadonlyArray<{ readonly files: ReadonlyArray<{ readonly path: string }> }>
const files = new Set(packed?.files.map(({ path }) => path))

t.test('publint has nothing to say, not even to suggest', async (t) => {
  const { messages } = await publint({ pkgDir: root, level: 'suggestion', strict: true })
  t.strictSame(messages, [])
})

t.test('what the entry points and commands name is in the package', async (t) => {
  const targets = [...Object.values(manifest.exports).flatMap((target) => typeof target === 'string' ? [target] : Object.values(target)), ...Object.values(manifest.bin ?? {})]
  t.ok(targets.length > 8)
  for (const target of targets) t.ok(files.has(normalize(target)), target)
})

t.test('every entry point can be imported by its name', async (t) => {
  for (const [path, target] of Object.entries(manifest.exports)) {
    if (typeof target !== 'string') t.ok(Object.keys(await import(join(manifest.name, path))).length > 0, path)
  }
})

t.test('sources are in the package where maps of it say, and texts for readers', async (t) => {
  for (const name of ['README.md', 'CHANGELOG.md', 'SECURITY.md', 'LICENSE', 'package.json']) t.ok(files.has(name), name)
  const maps = [...files].filter((file) => file.endsWith('.map'))
  t.ok(maps.length > 100)
  const missing = maps.flatMap((map) => {
    const { sources } = JSON.parse(readFileSync(root + map, 'utf8')) as { readonly sources: readonly string[] }
    return sources.map((source) => join(dirname(map), source)).filter((source) => !files.has(source))
  })
  t.strictSame(missing, [])
})

t.test('nothing else is in it', async (t) => {
  t.strictSame([...files].filter((file) => !/^(?:dist|lib)\/|^(?:README|CHANGELOG|SECURITY)\.md$|^LICENSE$|^package\.json$/.test(file)), [])
})
