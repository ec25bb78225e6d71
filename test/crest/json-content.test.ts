import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { assertPlainJson, excerpt, parseJsonContent, textProblem } from '../../lib/crest/json-content.ts'
import { BadRequest } from '../../lib/errors.ts'
import type { JsonValue } from '../../lib/json.ts'
import { defaultLimits } from '../../lib/limits.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)

function refusal (run: () => unknown): BadRequest {
  try {
    run()
  } catch (error) {
    if (error instanceof BadRequest) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

t.test('any JSON value is content', async t => {
  const rows = ['{}', '[]', 'null', 'true', '"x"', ' 1.50 ', '{"a":[1,{"b":null}],"é":"\\ud83d\\ude00"}', '{"constructor":1}', '{"constructor":{"a":1}}', '{"prototype":{}}']
  for (const text of rows) assert.deepEqual(parseJsonContent(bytes(text)), JSON.parse(text), text)
  t.strictSame(parseJsonContent(bytes('\uFEFF{}')), {}, 'a byte order mark is ignored (RFC 8259 section 8.1)')
  t.strictSame(parseJsonContent(bytes('{"a":1,"a":2}')), { a: 2 }, 'the last of two equal names wins')
})

t.test('malformed JSON is 400 with the diagnostic of the parser as detail', async t => {
  for (const text of ['', '  ', '{', '{"a":1,}', '{} x', "{'a':1}", 'NaN', '// c', '[1,]', '"\n"', `["${'x'.repeat(500)}"`]) {
    const error = refusal(() => parseJsonContent(bytes(text)))
    t.equal(error.statusCode, 400)
    t.equal(error.message, 'The content is not valid JSON')
    t.type(error.detail, 'string')
    t.ok((error.detail as string).length > 0 && (error.detail as string).length <= 200, error.detail as string)
  }
})

t.test('ill-formed UTF-8 is 400', async t => {
  for (const sequence of [[0x22, 0xe9, 0x22], [0x22, 0xed, 0xa0, 0x80, 0x22], [0xff, 0xfe], [0x22, 0xc0, 0x80, 0x22], [0x22, 0xe2, 0x82]]) {
    t.equal(refusal(() => parseJsonContent(Uint8Array.from(sequence))).message, 'The content is not valid UTF-8')
  }
})

t.test('what is dangerous is 400, and the message names its place', async t => {
  const rows: readonly (readonly [string, string])[] = [
    ['{"__proto__":1}', 'The content at "/__proto__" has a forbidden member name'],
    ['{"a":[0,{"__proto__":{"x":1}}]}', 'The content at "/a/1/__proto__" has a forbidden member name'],
    ['{"a":{"constructor":{"prototype":{"x":1}}}}', 'The content at "/a/constructor" must not have a member "prototype"'],
    ['"\\u0000"', 'The content at "" contains the character U+0000'],
    ['{"a":["b","x\\u0000"]}', 'The content at "/a/1" contains the character U+0000'],
    ['{"a/b\\u0000":1}', 'The content at "/a~1b%00" contains the character U+0000'],
    ['{"a":"\\ud800"}', 'The content at "/a" is ill-formed Unicode (a lone surrogate)'],
    ['["\\udc00\\ud800"]', 'The content at "/0" is ill-formed Unicode (a lone surrogate)'],
    ['{"b":{"\\udfff":1}}', 'The content at "/b/\\udfff" is ill-formed Unicode (a lone surrogate)'],
    ['{"n":[1e999]}', 'The content at "/n/0" is a number out of range']
  ]
  for (const [text, message] of rows) t.equal(refusal(() => parseJsonContent(bytes(text))).message, message, text)
})

t.test('content may nest 100 levels and no deeper', async t => {
  t.equal(defaultLimits.jsonDepth, 100)
  t.doesNotThrow(() => parseJsonContent(bytes(nested(100))))
  t.doesNotThrow(() => parseJsonContent(bytes('{"a":'.repeat(100) + '1' + '}'.repeat(100))))
  t.match(refusal(() => parseJsonContent(bytes(nested(101)))).message, 'is nested deeper than 100 levels')
  t.match(refusal(() => parseJsonContent(bytes('{"a":'.repeat(101) + '1' + '}'.repeat(101)))).message, '"/a/a/a')
  t.match(refusal(() => parseJsonContent(bytes(nested(500_000)))).message, 'is nested deeper than 100 levels')
})

t.test('a cycle is refused as too deep', async t => {
  const cycle: Record<string, JsonValue> = {}
  cycle['self'] = cycle
  t.throws(() => assertPlainJson(cycle), BadRequest)
})

t.test('the message quotes at most 200 characters of the place', async t => {
  t.ok(refusal(() => assertPlainJson({ ['k'.repeat(10_000)]: '\0' })).message.length < 260)
  t.equal(excerpt('a\r\n\0\x1b[31m\x7f\x85\u2028\u202e\ud800z'), 'a\\u000d\\u000a\\u0000\\u001b[31m\\u007f\\u0085\\u2028\\u202e\\ud800z')
  t.equal(excerpt('\0'.repeat(100)), `${'\\u0000'.repeat(33)}…`, 'escapes count, and none is cut in two')
  t.equal(excerpt('a'.repeat(200)), 'a'.repeat(200))
  t.equal(excerpt('a'.repeat(201)), `${'a'.repeat(199)}…`)
  t.equal(excerpt(`${'a'.repeat(198)}😀😀`), `${'a'.repeat(198)}…`, 'a pair of surrogates is not cut in two')
})

t.test('text is checked as R16 wants', async t => {
  t.equal(textProblem('plain 😀 \u0001'), undefined)
  t.match(textProblem('\0'), /U\+0000/)
  t.match(textProblem('\udc00'), /surrogate/)
})

t.test('every printed JSON value is read back, unless it is refused with 400', async () => {
  fc.assert(fc.property(fc.json(), text => {
    try {
      assert.deepEqual(parseJsonContent(bytes(text)), JSON.parse(text))
    } catch (error) {
      if (!(error instanceof BadRequest)) throw error
    }
  }), { numRuns: 200 })
})

t.test('no bytes make it throw anything but BadRequest', async () => {
  fc.assert(fc.property(fc.uint8Array(), input => {
    try {
      parseJsonContent(input)
    } catch (error) {
      if (!(error instanceof BadRequest)) throw error
    }
  }))
})

t.test('one quick look and the judgement refuse the same: whatever is too deep, too much, forbidden or no text', async () => {
  const limits = { jsonDepth: 3, jsonMembers: 6 }
  const text = fc.constantFrom('a', '', 'é', '😀', '\0', '\ud83d', '\ude00', '__proto__', 'constructor', 'prototype')
  const { value: values } = fc.letrec<{ value: JsonValue }>((tie) => ({
    value: fc.oneof({ maxDepth: 5 }, text, fc.constantFrom(0, 1.5, Infinity, -Infinity, true, null),
      fc.array(tie('value'), { maxLength: 3 }), fc.array(fc.tuple(text, tie('value')), { maxLength: 3 }).map((entries) => Object.fromEntries(entries)))
  }))
  const isText = (some: string): boolean => !some.includes('\0') && Buffer.from(some).toString() === some
  const members = (value: JsonValue): number => typeof value !== 'object' || value === null ? 0 : Object.values(value).reduce<number>((sum, member) => sum + 1 + members(member as JsonValue), 0)
  const isFine = (value: JsonValue, depth: number = 0): boolean => {
    if (typeof value === 'string') return isText(value)
    if (typeof value === 'number') return Number.isFinite(value)
    if (typeof value !== 'object' || value === null) return true
    return depth < limits.jsonDepth && Object.entries(value).every(([name, member]) => {
      const isForbidden = name === '__proto__' || (name === 'constructor' && typeof member === 'object' && member !== null && !Array.isArray(member) && Object.hasOwn(member, 'prototype'))
      return isText(name) && !isForbidden && isFine(member as JsonValue, depth + 1)
    })
  }
  const isRefused = (run: () => unknown): boolean => {
    try {
      run()
      return false
    } catch (error) {
      if (error instanceof BadRequest) return true
      throw error
    }
  }
  fc.assert(fc.property(values, (value) => {
    assert.equal(isRefused(() => assertPlainJson(value, limits)), !(isFine(value) && members(value) <= limits.jsonMembers))
    // What is printed has null for what is no number.
    const printed = JSON.stringify(value)
    const read = JSON.parse(printed) as JsonValue
    assert.equal(isRefused(() => parseJsonContent(bytes(printed), limits)), !(isFine(read) && members(read) <= limits.jsonMembers))
  }), { numRuns: 2000 })
})
