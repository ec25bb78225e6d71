import fc from 'fast-check'
import t from 'tap'
import { parsePatch, refuseUnofferedOperations } from '../../lib/crest/patch-operation.ts'
import { BadRequest } from '../../lib/errors.ts'
import type { JsonValue } from '../../lib/json.ts'
import { defaultLimits } from '../../lib/limits.ts'

t.test('every kind of operation is parsed', async t => {
  const rows: readonly (readonly [JsonValue, object])[] = [
    [{ operation: 'add', field: '/a/b', value: 1 }, { kind: 'add', field: ['a', 'b'], value: 1 }],
    [{ operation: 'Add', field: '', value: false, from: null }, { kind: 'add', field: [], value: false }],
    [{ operation: 'REPLACE', field: 'a/', value: [null], other: 1 }, { kind: 'replace', field: ['a'], value: [null] }],
    [{ operation: 'remove', field: 'l/-' }, { kind: 'remove', field: ['l', '-'] }],
    [{ operation: 'remove', field: 'a', value: null }, { kind: 'remove', field: ['a'] }],
    [{ operation: 'remove', field: 'a', value: 0 }, { kind: 'remove', field: ['a'], value: 0 }],
    [{ operation: 'increment', field: 'a', value: -1.5 }, { kind: 'increment', field: ['a'], value: -1.5 }],
    [{ operation: 'move', field: 'a', from: 'b', value: null }, { kind: 'move', field: ['a'], from: ['b'] }],
    [{ operation: 'copy', field: '', from: '/b~1c' }, { kind: 'copy', field: [], from: ['b/c'] }],
    [{ operation: 'transform', field: 'a', value: { script: {} } }, { kind: 'transform', field: ['a'], value: { script: {} } }]
  ]
  for (const [operation, expected] of rows) t.strictSame(parsePatch([operation]), [expected])
  t.strictSame(parsePatch([]), [])
})

t.test('a malformed patch is 400 and says why', async t => {
  const rows: readonly (readonly [JsonValue, string])[] = [
    [{}, 'an array of operations is expected'],
    [null, 'an array of operations is expected'],
    [[1], 'operation 0 is not an object'],
    [[[]], 'operation 0 is not an object'],
    [[{ operation: 'remove', field: 'a' }, null], 'operation 1 is not an object'],
    [[{}], 'a string "operation" is missing in operation 0'],
    [[{ operation: null, field: 'a' }], 'a string "operation" is missing in operation 0'],
    [[{ operation: 'test', field: 'a', value: 1 }], '"test" is no operation in operation 0'],
    [[{ operation: 'toString', field: 'a', value: 1 }], '"toString" is no operation in operation 0'],
    [[{ operation: 'add', value: 1 }], 'a string "field" is missing in operation 0'],
    [[{ operation: 'add', field: null, value: 1 }], 'a string "field" is missing in operation 0'],
    [[{ operation: 'add', field: 'a|b', value: 1 }], '"field" is not a legal JSON pointer, "a|b", in operation 0'],
    [[{ operation: 'add', field: '/a/__proto__', value: 1 }], '"field" is not a legal JSON pointer, "/a/__proto__", in operation 0'],
    [[{ operation: 'add', field: '/a'.repeat(101), value: 1 }], '"field" has more than 100 tokens in operation 0'],
    [[{ operation: 'replace', field: 'a', value: null }], '"value" is missing or null in operation 0'],
    [[{ operation: 'transform', field: 'a' }], '"value" is missing or null in operation 0'],
    [[{ operation: 'increment', field: 'a', value: '1' }], 'a number "value" is missing in operation 0'],
    [[{ operation: 'increment', field: 'a', value: 1, from: 'b' }], '"from" is not allowed in operation 0'],
    [[{ operation: 'add', field: 'a', value: 1, from: 'b' }], '"from" is not allowed in operation 0'],
    [[{ operation: 'move', field: 'a' }], 'a string "from" is missing in operation 0'],
    [[{ operation: 'move', field: 'a', from: 5 }], 'a string "from" is missing in operation 0'],
    [[{ operation: 'move', field: 'a', from: '{' }], '"from" is not a legal JSON pointer, "{", in operation 0'],
    [[{ operation: 'copy', field: 'a', from: '/' }], '"from" must not be the whole document in operation 0'],
    [[{ operation: 'copy', field: 'a', from: 'b', value: 1 }], '"value" is not allowed in operation 0']
  ]
  for (const [body, problem] of rows) {
    t.throws(() => parsePatch(body), { statusCode: 400, message: `The content is not a valid patch: ${problem}` })
  }
})

t.test('a patch has at most 1000 operations', async t => {
  const many = (length: number): JsonValue => Array.from({ length }, () => ({ operation: 'remove', field: 'a' }))
  t.equal(parsePatch(many(defaultLimits.patchOperations)).length, 1000)
  t.throws(() => parsePatch(many(defaultLimits.patchOperations + 1)), { statusCode: 400, message: /more than 1000 operations/ })
})

t.test('messages quote at most 200 characters of the patch', async t => {
  for (const operation of [{ operation: 'x'.repeat(10_000), field: 'a' }, { operation: 'add', field: ' '.repeat(10_000), value: 1 }]) {
    try {
      parsePatch([operation])
      t.fail('nothing was thrown')
    } catch (error) {
      t.ok((error as Error).message.length < 320)
    }
  }
})

t.test('operations that are not offered are 501', async t => {
  const move = { operation: 'move', field: 'a', from: 'b' }
  const offered = [move, { ...move, operation: 'copy' }, { operation: 'increment', field: 'a', value: 1 }, { operation: 'remove', field: 'a' }]
  t.doesNotThrow(() => refuseUnofferedOperations(parsePatch(offered)))
  const operations = parsePatch([...offered, { operation: 'transform', field: 'a', value: {} }])
  t.throws(() => refuseUnofferedOperations(operations), { statusCode: 501, message: 'The patch operation transform is not offered' })
})

t.test('no JSON makes parsing throw anything but BadRequest', async () => {
  const member = fc.oneof(fc.jsonValue(), fc.constantFrom('add', 'remove', 'move', 'a', '/a/-', '__proto__', null))
  const operation = fc.record({ operation: member, field: member, value: member, from: member }, { requiredKeys: [] })
  fc.assert(fc.property(fc.oneof(fc.jsonValue(), fc.array(operation)), body => {
    try {
      parsePatch(body as JsonValue)
    } catch (error) {
      if (!(error instanceof BadRequest)) throw error
    }
  }), { numRuns: 500 })
})
