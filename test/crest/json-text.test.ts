import t from 'tap'
import { jsonText } from '../../lib/crest/json-text.ts'

const shared = { n: null }
const texts: ReadonlyArray<readonly [value: unknown, text: string | undefined]> = [
  [{ a: [1, null, 'null'], gone: undefined, at: new Date(0) }, '{"a":[1,null,"null"],"at":"1970-01-01T00:00:00.000Z"}'],
  [{ one: shared, other: shared }, '{"one":{"n":null},"other":{"n":null}}'],
  [null, 'null'],
  [undefined, undefined],
  [() => 1, undefined]
]

for (const [value, text] of texts) t.equal(jsonText(value), text, String(text))

const same = { n: -Infinity }
const refused: ReadonlyArray<readonly [value: unknown, pointer: string]> = [
  [{ e: Infinity }, '/e'],
  [{ a: [{ 'b/c': NaN }] }, '/a/0/b~1c'],
  [{ one: same, other: same }, '/one/n'],
  [{ none: null, e: Object(Infinity) }, '/e'],
  [{ made: { toJSON: () => [1, Infinity] } }, '/made/1'],
  [NaN, '']
]

for (const [value, pointer] of refused) {
  t.throws(() => jsonText(value), { statusCode: 400, message: `The content at "${pointer}" is a number out of range` }, pointer)
}

t.test('a cycle is as JSON.stringify has it', async (t) => {
  const cycle: { self?: unknown } = {}
  cycle.self = cycle
  t.throws(() => jsonText(cycle), TypeError)
})
