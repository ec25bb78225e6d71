import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { Test } from 'tap'

/** What a process of the tests makes of a TypeScript file which holds `source`. */
function runTypeScript (t: Test, source: string): { readonly stdout: string, readonly stderr: string } {
  const file = join(t.testdir(), 'typed.ts')
  writeFileSync(file, source)
  return spawnSync(process.execPath, [`--import=${new URL('strip-types.js', import.meta.url).href}`, file], { encoding: 'utf8' })
}

t.test('types become blanks: every line and column stays where it was', async (t) => {
  const { stdout } = runTypeScript(t, 'interface Place {\n  readonly line: number\n}\nconst of = <T>(value: T): T => value\nconst place = of<Error>(new Error())\nconsole.log(place.stack?.split("\\n")[1])\n')
  t.match(stdout, 'typed.ts:5:25')
})

t.test('a text that changed is stripped again', async (t) => {
  t.equal(runTypeScript(t, 'console.log("one" as string)').stdout, 'one\n')
  t.equal(runTypeScript(t, 'console.log("two" as string)').stdout, 'two\n')
})

t.test('what cannot be erased is refused with the name of the file', async (t) => {
  const { stdout, stderr } = runTypeScript(t, 'enum Colour { red }\nconsole.log(Colour.red)')
  t.equal(stdout, '')
  t.match(stderr, 'typed.ts')
})
