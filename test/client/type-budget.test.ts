import { join } from 'node:path'
import t from 'tap'
import ts from 'typescript'

const root = new URL('../../', import.meta.url).pathname
const file = join(root, 'types/client-scale.tst.ts')

/** How many types the compiler makes of generic ones to check a text in the place of the type test. */
function check (change: (text: string) => string): { readonly instantiations: number, readonly problems: readonly string[] } {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile)
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root)
  const host = ts.createCompilerHost(options)
  const read = host.readFile
  host.readFile = (name) => name === file ? change(read(name) ?? '') : read(name)
  const program = ts.createProgram([file], options, host) as ts.Program & { getInstantiationCount (): number }
  const problems = program.getSemanticDiagnostics(program.getSourceFile(file)).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))
  return { instantiations: program.getInstantiationCount(), problems }
}

t.test('the types of a client of 50 resources of 20 properties cost little beside their definitions', { timeout: 240_000 }, async (t) => {
  const alone = check((text) => text.slice(0, text.indexOf('\ntest(')).replace(/^import .*tstyche.*\n/, '').replace(/^import type .*\n/m, ''))
  const used = check((text) => text)
  t.strictSame([alone.problems, used.problems], [[], []])
  const added = used.instantiations - alone.instantiations
  t.ok(added > 50_000, 'what is measured is there')
  // 183,000 took 0.65 s of a busy processor, where a second is the most; seconds themselves depend on what else it does.
  t.ok(added < 250_000, `${added} instantiations`)
})
