import { fullFormats } from 'ajv-formats/dist/formats.js'
import { checkSync } from 'recheck'
import t from 'tap'
import type { Test } from 'tap'
import { sourceExpressions } from './source-expressions.ts'
import type { SourceExpression } from './source-expressions.ts'

const { literals, made } = sourceExpressions()

/** Those whose time is not linear, and why they harm nobody. */
const excused: Readonly<Record<string, string>> = {
  [(fullFormats.url as RegExp).source]: 'only texts of 4096 characters or less are looked at'
}

function check (t: Test, { place, source, flags }: SourceExpression): void {
  const found = checkSync(source, flags, { timeout: 20_000 })
  const isLinear = found.status === 'safe' || excused[source] !== undefined
  t.ok(isLinear, `${place}: /${source}/${flags} is ${found.status}: ${found.status === 'unknown' ? found.error.kind : found.complexity.summary}`)
}

t.test('every regular expression of the library takes linear time', async (t) => {
  t.ok(literals.length > 50)
  const seen = new Set<string>()
  for (const literal of literals) {
    const key = `/${literal.source}/${literal.flags}`
    if (!seen.has(key)) check(t, literal)
    seen.add(key)
  }
})

t.test('so do those that are put together when the library is loaded, and none is later', async (t) => {
  const constructed: SourceExpression[] = []
  const { RegExp: Native } = globalThis
  class Recording extends Native {
    constructor (pattern: RegExp | string, flags?: string) {
      super(pattern, flags)
      const { stack = '' } = new Error()
      const [, place] = /\/lib\/((?:crest|http|declare|decision|mount|operations|stores)\/[\w/-]+)\.[jt]s/.exec(stack) ?? []
      if (place !== undefined && !stack.includes('node_modules')) constructed.push({ place: `${place}.ts`, source: this.source, flags: this.flags })
    }
  }
  globalThis.RegExp = Recording as RegExpConstructor
  t.teardown(() => { globalThis.RegExp = Native })
  for (const name of ['index', 'sqlite', 'postgres', 'testing']) await import(`../../lib/${name}.ts`)
  globalThis.RegExp = Native
  t.strictSame(constructed.map(({ place }) => place).sort(), [...made].sort())
  for (const expression of constructed) check(t, expression)
})

t.test('so do the formats of schemas', async (t) => {
  const expressions = Object.entries(fullFormats).filter((entry): entry is [string, RegExp] => entry[1] instanceof RegExp)
  t.ok(expressions.length > 10)
  for (const [name, { source, flags }] of expressions) check(t, { place: `format ${name}`, source, flags })
})

t.test('the check finds what is not linear', async (t) => {
  t.equal(checkSync('^(a+)+$', '').status, 'vulnerable')
  t.equal(checkSync('[a-z]{0,100}$', '').status, 'vulnerable')
})
