import fc from 'fast-check'
import t from 'tap'
import { canonicalJson, isJsonArray, jsonEqual, mayBeEqual } from '../../lib/crest/json-equal.ts'
import type { JsonValue } from '../../lib/json.ts'

t.test('deep JSON equality', async t => {
  const rows: readonly (readonly [JsonValue | undefined, JsonValue | undefined, boolean])[] = [
    [1, 1.0, true],
    [0, -0, true],
    [1, '1', false],
    [1, true, false],
    [null, null, true],
    [null, undefined, false],
    [undefined, undefined, true],
    [null, {}, false],
    [null, [], false],
    ['a', 'A', false],
    ['é', 'e\u0301', false],
    [[], [], true],
    [[], {}, false],
    [{}, [], false],
    [[1, [2]], [1, [2]], true],
    [[1, 2], [2, 1], false],
    [[1], [1, 2], false],
    [{ a: 1, b: 2 }, { b: 2, a: 1 }, true],
    [{ a: 1 }, { a: 1, b: undefined }, true],
    [{ a: undefined }, {}, true],
    [{ a: undefined }, { b: undefined }, true],
    [{ a: null }, {}, false],
    [{ a: 1 }, { b: 1 }, false],
    [{ a: { b: [-0] } }, { a: { b: [0] } }, true],
    [{ toString: 1 }, {}, false],
    [{}, JSON.parse('{"__proto__":1}'), false],
    [JSON.parse('{"__proto__":{"a":1}}'), JSON.parse('{"__proto__":{"a":1}}'), true],
    [JSON.parse('{"__proto__":{"a":1}}'), JSON.parse('{"__proto__":{"a":2}}'), false],
    [Object.create({ inherited: 1 }), {}, true],
    [{ inherited: 1 }, Object.assign(Object.create({ inherited: 1 }), { own: 1 }), false]
  ]
  for (const [a, b, expected] of rows) {
    t.equal(jsonEqual(a, b), expected)
    t.equal(jsonEqual(b, a), expected)
  }
})

t.test('the canonical text sorts members by code point and drops undefined ones', async t => {
  const rows: readonly (readonly [JsonValue, string])[] = [
    [{ b: 1, a: [-0, 'x', null, true], c: undefined }, '{"a":[0,"x",null,true],"b":1}'],
    [{ '\u{1F600}': 1, '\uFF5E': 2, ab: 3, a: 4, '': 5 }, '{"":5,"a":4,"ab":3,"\uFF5E":2,"\u{1F600}":1}'],
    [{ a: 1, ab: 2 }, '{"a":1,"ab":2}'],
    [{ 10: 1, 9: 2 }, '{"10":1,"9":2}'],
    ['a"b', '"a\\"b"'],
    [[], '[]'],
    [JSON.parse('{"__proto__":1}'), '{"__proto__":1}']
  ]
  for (const [value, text] of rows) t.equal(canonicalJson(value), text)
})

const { value } = fc.letrec(tie => ({
  value: fc.oneof({ maxDepth: 3, withCrossShrink: true },
    fc.constantFrom(0, -0, 1, 1.5, '', '0', 'a', true, false, null),
    fc.array(tie('value'), { maxLength: 2 }),
    fc.dictionary(fc.constantFrom('a', 'b', '__proto__', 'toString', '\u{1F600}', '\uFF5E'), tie('value'), { maxKeys: 3 }))
}))
const shuffled = (value: unknown): JsonValue => JSON.parse(JSON.stringify(value), (_, member) =>
  typeof member === 'object' && member !== null && !Array.isArray(member) ? Object.fromEntries(Object.entries(member).reverse()) : member)

t.test('canonical texts are the same exactly for equal values', async t => {
  fc.assert(fc.property(value, value, (a, b) => {
    t.equal(jsonEqual(a as JsonValue, b as JsonValue), canonicalJson(a as JsonValue) === canonicalJson(b as JsonValue))
    t.ok(jsonEqual(a as JsonValue, shuffled(a)))
  }), { numRuns: 500 })
})

t.test('texts that cannot be of equal values are told', async t => {
  const rows: readonly (readonly [string, string, boolean])[] = [
    ['{"a":1,"b":2}', '{"a":1,"b":2}', true],
    ['{"a":1,"b":2}', '{"b":2,"a":1}', true],
    ['{"a":1,"b":2}', '{"a":1,"b":3}', false],
    ['{"a":1}', '{"a":10}', false],
    ['[1,2]', '[2,1]', true],
    ['', '', true]
  ]
  for (const [a, b, expected] of rows) t.equal(mayBeEqual(a, b), expected, `${a} ${b}`)
})

t.test('texts of equal values may be equal, whatever the order of their members', async t => {
  fc.assert(fc.property(value, value, (a, b) => {
    t.ok(mayBeEqual(JSON.stringify(a), JSON.stringify(shuffled(a))))
    if (!mayBeEqual(JSON.stringify(a), JSON.stringify(b))) t.notOk(jsonEqual(a as JsonValue, b as JsonValue))
  }), { numRuns: 500 })
})

t.test('an array is told from an object', async t => {
  t.ok(isJsonArray([]))
  t.notOk(isJsonArray({}))
})
