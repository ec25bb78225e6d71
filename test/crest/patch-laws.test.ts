import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import type { JsonPatchOperation } from '../../lib/crest/json-patch-operation.ts'
import { jsonEqual } from '../../lib/crest/json-equal.ts'
import { formatStrictPointer } from '../../lib/crest/json-pointer.ts'
import { parsePatch } from '../../lib/crest/patch-operation.ts'
import type { OfferedOperation } from '../../lib/crest/patch-operation.ts'
import { applyPatch, readPatch } from '../../lib/crest/patch.ts'
import { ResourceError } from '../../lib/errors.ts'
import type { JsonObject, JsonValue } from '../../lib/json.ts'
import { asJsonPatch, naiveJsonPatch, naiveMergePatch } from './patch-naive.ts'
import { commonRest, deepFreeze, jsonPatch, mergePatch, options, outcome } from './patch-outcome.ts'

const numRuns = 3000

// Few names and values, so that pointers often lead somewhere and values are often equal; `s` is the name of sets.
const name = fc.constantFrom('a', 'b', 's', 'l')
const token = fc.oneof({ weight: 5, arbitrary: name }, { weight: 3, arbitrary: fc.constantFrom('0', '1', '2', '-') })
const scalar = fc.constantFrom<JsonValue>(0, 1, 2, 2.5, 'x', null)
const { value, array } = fc.letrec<{ value: JsonValue, array: readonly JsonValue[] }>(tie => ({
  value: fc.oneof({ maxDepth: 3 }, scalar, tie('array'), fc.dictionary(name, tie('value'), { maxKeys: 3, noNullPrototype: true })),
  array: fc.array(tie('value'), { maxLength: 3 })
}))
const document: fc.Arbitrary<JsonObject> = fc.record({ a: value, b: value, s: array, l: array }, { requiredKeys: ['a', 'l'] })
const pointer = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(name) },
  { weight: 8, arbitrary: fc.array(token, { minLength: 2, maxLength: 3 }) },
  { weight: 1, arbitrary: fc.constantFrom<readonly string[]>([], ['_id'], ['_rev'], ['constructor'], ['a', 'toString']) })
const text = pointer.map(formatStrictPointer)

const listOperation: fc.Arbitrary<JsonObject> = fc.oneof(
  fc.record({ operation: fc.constantFrom('add', 'replace', 'remove'), field: text, value }),
  fc.record({ operation: fc.constant('remove'), field: text }),
  fc.record({ operation: fc.constant('increment'), field: text, value: fc.constantFrom(1, -2, 0.5) }),
  fc.record({ operation: fc.constantFrom('move', 'copy'), field: text, from: text }))

const edit: fc.Arbitrary<JsonObject> = fc.oneof(
  fc.record({ op: fc.constantFrom('add', 'replace', 'test'), path: text, value }),
  fc.record({ op: fc.constant('test'), path: name.map(member => `/${member}`), value: fc.oneof(scalar, fc.constant([])) }),
  fc.record({ op: fc.constant('remove'), path: text }),
  fc.record({ op: fc.constantFrom('move', 'copy'), path: text, from: text }))

/** Those of `operations` that do not fail, one after the other. */
function succeeding (start: JsonObject, operations: readonly JsonObject[], mediaType: string): readonly JsonObject[] {
  return operations.reduce<readonly JsonObject[]>((kept, operation) => {
    const longer = [...kept, operation]
    return typeof outcome(start, longer, mediaType) === 'number' ? kept : longer
  }, [])
}

function naively (start: JsonObject, operations: readonly JsonPatchOperation[]): JsonObject | undefined {
  try {
    return naiveJsonPatch(start, operations)
  } catch (error) {
    if (error instanceof assert.AssertionError) return undefined
    throw error
  }
}

// What is not in RFC 6902, and a rule of its own.
function seesServerMembers (operation: JsonPatchOperation): boolean {
  return [operation.path, 'from' in operation ? operation.from : ['']].some(([first]) => first === undefined || first.startsWith('_'))
}

t.test('a Common REST patch and its translation to JSON Patch give the same document', async t => {
  const seen = new Map<string, number>()
  fc.assert(fc.property(document, fc.array(listOperation, { minLength: 2, maxLength: 8 }), (start, all) => {
    const list = succeeding(start, all, commonRest)
    let current = start
    for (const operation of parsePatch(list) as readonly OfferedOperation[]) {
      seen.set(operation.kind, (seen.get(operation.kind) ?? 0) + 1)
      current = applyPatch(current, { language: 'json-patch', operations: asJsonPatch(current, operation, options.isSet) }, options)
    }
    assert.ok(jsonEqual(outcome(start, list) as JsonObject, current))
  }), { numRuns })
  for (const kind of ['add', 'replace', 'remove', 'increment', 'move', 'copy']) t.ok((seen.get(kind) ?? 0) > 100, `${kind}: ${seen.get(kind)}`)
})

t.test('a JSON Patch does what RFC 6902 says, and fails where it does', async t => {
  const seen = new Map<string, number>()
  fc.assert(fc.property(document, fc.array(edit, { minLength: 2, maxLength: 8 }), (start, all) => {
    let kept: readonly JsonObject[] = []
    for (const operation of all) {
      const longer = [...kept, operation]
      const patch = readPatch(jsonPatch, longer)
      if (patch.language !== 'json-patch' || patch.operations.some(seesServerMembers)) continue
      const expected = naively(start, patch.operations)
      const actual = outcome(start, longer, jsonPatch)
      assert.equal(typeof actual === 'number', expected === undefined)
      if (typeof actual === 'number') continue
      assert.ok(jsonEqual(actual, expected))
      kept = longer
      seen.set(String(operation['op']), (seen.get(String(operation['op'])) ?? 0) + 1)
    }
  }), { numRuns })
  for (const op of ['add', 'replace', 'remove', 'test', 'move', 'copy']) t.ok((seen.get(op) ?? 0) > 100, `${op}: ${seen.get(op)}`)
})

t.test('a merge patch does what the pseudocode of RFC 7396 does', async () => {
  fc.assert(fc.property(document, document, (start, members) => {
    const result = outcome(start, members, mergePatch) as JsonObject
    assert.ok(jsonEqual(result, naiveMergePatch(start, members)))
  }), { numRuns })
})

t.test('a merge patch applied twice is applied once', async () => {
  fc.assert(fc.property(document, document, (start, members) => {
    const once = outcome(start, members, mergePatch) as JsonObject
    assert.ok(jsonEqual(outcome(once, members, mergePatch) as JsonObject, once))
  }), { numRuns })
})

t.test('a patch that fails leaves the document as it was', async () => {
  const failures: fc.Arbitrary<readonly [string, JsonValue]> = fc.oneof(
    fc.array(listOperation, { maxLength: 6 }).map(list => [commonRest, [...list, { operation: 'remove', field: '/_id' }]] as const),
    fc.array(edit, { maxLength: 6 }).map(list => [jsonPatch, [...list, { op: 'test', path: '/_rev', value: '0' }]] as const),
    document.map(members => [mergePatch, { ...members, _rev: '0' }] as const))
  fc.assert(fc.property(document, failures, (start, [mediaType, body]) => {
    const before = structuredClone(start)
    deepFreeze(start)
    const status = outcome(start, body, mediaType)
    assert.ok(status === 400 || status === 409)
    assert.deepStrictEqual(structuredClone(start), before)
  }), { numRuns })
})

t.test('a patch changes no prototype, and throws only what is documented', async () => {
  const anyName = fc.constantFrom('a', 's', 'l', '0', '1', '-', '_id', 'constructor', 'prototype', '__proto__', 'toString', 'length', 'x')
  const { anyValue } = fc.letrec<{ anyValue: JsonValue }>(tie => ({
    anyValue: fc.oneof({ maxDepth: 2 }, scalar, fc.array(tie('anyValue'), { maxLength: 3 }), fc.dictionary(anyName, tie('anyValue'), { maxKeys: 3 }))
  }))
  const place = fc.array(anyName, { maxLength: 3 }).map(tokens => tokens.map(each => `/${each}`).join(''))
  const operation = fc.record({ operation: fc.constantFrom('add', 'remove', 'replace', 'increment', 'move', 'copy'), field: place, value: anyValue, from: place }, { requiredKeys: ['operation', 'field'] })
  const anyEdit = fc.record({ op: fc.constantFrom('add', 'remove', 'replace', 'move', 'copy', 'test'), path: place, value: anyValue, from: place }, { requiredKeys: ['op', 'path'] })
  const hand = fc.array(anyName, { maxLength: 3 })
  const anyPatch: fc.Arbitrary<readonly [string, JsonValue]> = fc.oneof(
    fc.array(operation, { maxLength: 5 }).map(list => [commonRest, list as JsonValue] as const),
    fc.array(anyEdit, { maxLength: 5 }).map(list => [jsonPatch, list as JsonValue] as const),
    fc.dictionary(anyName, anyValue).map(members => [mergePatch, members] as const))
  const prototypes = [Object.prototype, Array.prototype, Object, Array, Function.prototype]
  const shape = (): readonly unknown[] => prototypes.map(prototype => Object.getOwnPropertyDescriptors(prototype))
  const before = shape()
  const sizes = (): string => prototypes.map(prototype => Reflect.ownKeys(prototype).length).join()
  const own = sizes()
  fc.assert(fc.property(fc.dictionary(fc.constantFrom('a', 's', 'l'), anyValue), anyPatch, hand, hand, (start, [mediaType, body], path, from) => {
    const actual = outcome(start, body, mediaType)
    assert.ok(typeof actual === 'object' || actual === 400 || actual === 409)
    // Pointers that no parser made.
    for (const each of [{ kind: 'add', path, value: 1 }, { kind: 'remove', path }, { kind: 'replace', path, value: { x: 1 } }, { kind: 'copy', path, from }, { kind: 'move', path, from }] as const) {
      for (const language of ['json-patch', 'common-rest'] as const) {
        try {
          applyPatch(start, language === 'json-patch' ? { language, operations: [each] } : { language, operations: [{ ...each, field: path }] }, options)
        } catch (error) {
          if (!(error instanceof ResourceError)) throw error
        }
      }
    }
    assert.equal(sizes(), own)
  }), { numRuns })
  assert.deepStrictEqual(shape(), before)
})
