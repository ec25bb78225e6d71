import fc from 'fast-check'
import t from 'tap'
import { parseJsonPatch } from '../../lib/crest/json-patch-operation.ts'
import { formatStrictPointer, parseStrictPointer } from '../../lib/crest/json-pointer.ts'
import { defaultLimits } from '../../lib/limits.ts'
import { BadRequest } from '../../lib/errors.ts'
import type { JsonValue } from '../../lib/json.ts'

t.test('every operation is parsed, with the members that it defines', async t => {
  const rows: readonly (readonly [JsonValue, object])[] = [
    [{ op: 'add', path: '/a/b', value: null }, { kind: 'add', path: ['a', 'b'], value: null }],
    [{ op: 'add', path: '', value: false, from: 5, field: 'x' }, { kind: 'add', path: [], value: false }],
    [{ op: 'replace', path: '/a/', value: [null] }, { kind: 'replace', path: ['a', ''], value: [null] }],
    [{ op: 'remove', path: '/l/-', value: 1 }, { kind: 'remove', path: ['l', '-'] }],
    [{ op: 'test', path: '/', value: null }, { kind: 'test', path: [''], value: null }],
    [{ op: 'move', path: '/a', from: '/b~1c', value: 1 }, { kind: 'move', path: ['a'], from: ['b/c'] }],
    [{ op: 'copy', path: '', from: '' }, { kind: 'copy', path: [], from: [] }]
  ]
  for (const [operation, expected] of rows) t.strictSame(parseJsonPatch([operation]), [expected])
  t.strictSame(parseJsonPatch([]), [])
})

t.test('a malformed patch is 400 and says why', async t => {
  const rows: readonly (readonly [JsonValue, string])[] = [
    [{}, 'an array of operations is expected'],
    [null, 'an array of operations is expected'],
    ['[]', 'an array of operations is expected'],
    [[1], 'operation 0 is not an object'],
    [[[]], 'operation 0 is not an object'],
    [[{ op: 'remove', path: '/a' }, null], 'operation 1 is not an object'],
    [[{}], 'a string "op" is missing in operation 0'],
    [[{ operation: 'add', field: 'a', value: 1 }], 'a string "op" is missing in operation 0'],
    [[{ op: null, path: '/a' }], 'a string "op" is missing in operation 0'],
    [[{ op: 'ADD', path: '/a', value: 1 }], '"ADD" is no operation in operation 0'],
    [[{ op: 'increment', path: '/a', value: 1 }], '"increment" is no operation in operation 0'],
    [[{ op: 'toString', path: '/a', value: 1 }], '"toString" is no operation in operation 0'],
    [[{ op: 'remove' }], 'a string "path" is missing in operation 0'],
    [[{ op: 'remove', path: null }], 'a string "path" is missing in operation 0'],
    [[{ op: 'remove', path: 'a' }], '"path" is not a legal JSON pointer, "a", in operation 0'],
    [[{ op: 'remove', path: '/a~2' }], '"path" is not a legal JSON pointer, "/a~2", in operation 0'],
    [[{ op: 'add', path: '/a/__proto__', value: 1 }], '"path" is not a legal JSON pointer, "/a/__proto__", in operation 0'],
    [[{ op: 'add', path: '/a'.repeat(101), value: 1 }], '"path" has more than 100 tokens in operation 0'],
    [[{ op: 'add', path: '/a' }], '"value" is missing in operation 0'],
    [[{ op: 'replace', path: '/a', from: '/b' }], '"value" is missing in operation 0'],
    [[{ op: 'test', path: '/a' }], '"value" is missing in operation 0'],
    [[{ op: 'move', path: '/a' }], 'a string "from" is missing in operation 0'],
    [[{ op: 'copy', path: '/a', from: ['b'] }], 'a string "from" is missing in operation 0'],
    [[{ op: 'copy', path: '/a', from: '/__proto__/b' }], '"from" is not a legal JSON pointer, "/__proto__/b", in operation 0']
  ]
  for (const [body, problem] of rows) {
    t.throws(() => parseJsonPatch(body), { statusCode: 400, message: `The content is not a valid JSON Patch: ${problem}` })
  }
  t.throws(() => parseJsonPatch([{ op: 'add', path: '/a', value: JSON.parse('{"__proto__":1}')['value'] }]), { statusCode: 400, message: /"value" is missing/ }, 'inherited members are none')
})

t.test('a patch has at most 1000 operations', async t => {
  const many = (length: number): JsonValue => Array.from({ length }, () => ({ op: 'remove', path: '/a' }))
  t.equal(parseJsonPatch(many(defaultLimits.patchOperations)).length, 1000)
  t.throws(() => parseJsonPatch(many(defaultLimits.patchOperations + 1)), { statusCode: 400, message: /more than 1000 operations/ })
})

t.test('pointers are those of RFC 6901', async t => {
  const rows: readonly (readonly [string, readonly string[] | undefined])[] = [
    ['', []],
    ['/', ['']],
    ['//', ['', '']],
    ['/a/', ['a', '']],
    ['/foo/0', ['foo', '0']],
    ['/a~1b', ['a/b']],
    ['/m~0n', ['m~n']],
    ['/~01', ['~1']],
    ['/c%d', ['c%d']],
    ['/a%20b', ['a%20b']],
    ['/e^f', ['e^f']],
    ['/g|h', ['g|h']],
    ['/i\\j', ['i\\j']],
    ['/k"l', ['k"l']],
    ['/ ', [' ']],
    ['/é😀', ['é😀']],
    ['/constructor/prototype', ['constructor', 'prototype']],
    ['a', undefined],
    [' /a', undefined],
    ['#/a', undefined],
    ['/~', undefined],
    ['/~2', undefined],
    ['/a~/b', undefined],
    ['/__proto__', undefined],
    ['/a/__proto__/b', undefined]
  ]
  for (const [text, tokens] of rows) {
    t.strictSame(parseStrictPointer(text), tokens, JSON.stringify(text))
    if (tokens !== undefined) t.equal(formatStrictPointer(tokens), text)
  }
  fc.assert(fc.property(fc.array(fc.oneof(fc.string(), fc.constantFrom('~', '/', '~1', '', '-'))), tokens => {
    t.strictSame(parseStrictPointer(formatStrictPointer(tokens)), tokens.includes('__proto__') ? undefined : tokens)
  }), { numRuns: 200 })
})

t.test('no JSON makes parsing throw anything but BadRequest', async () => {
  const member = fc.oneof(fc.jsonValue(), fc.constantFrom('add', 'remove', 'move', 'test', '/a', '/a/-', '/__proto__', null))
  const operation = fc.record({ op: member, path: member, value: member, from: member }, { requiredKeys: [] })
  fc.assert(fc.property(fc.oneof(fc.jsonValue(), fc.array(operation)), body => {
    try {
      parseJsonPatch(body as JsonValue)
    } catch (error) {
      if (!(error instanceof BadRequest)) throw error
    }
  }), { numRuns: 2000 })
})
