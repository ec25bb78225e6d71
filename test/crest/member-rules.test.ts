import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { jsonEqual } from '../../lib/crest/json-equal.ts'
import { parseJsonPointer, resolvePointer } from '../../lib/crest/json-pointer.ts'
import type { JsonPointer } from '../../lib/crest/json-pointer.ts'
import { changedMember, hideMembers, keepMembers, touches, touchesMember } from '../../lib/crest/member-rules.ts'
import type { JsonObject } from '../../lib/json.ts'

function pointer (text: string): JsonPointer {
  const tokens = parseJsonPointer(text)
  if (tokens === undefined) throw new RangeError(text)
  return tokens
}

/** A list of pointers, separated by blanks. */
const pointers = (texts: string): readonly JsonPointer[] => texts.split(' ').map(pointer)

function deepFreeze<Value> (value: Value): Value {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(deepFreeze)
  return value
}

const json = (text: string): JsonObject => deepFreeze(JSON.parse(text) as JsonObject)
const hidden = (rules: string, content: string): JsonObject => hideMembers(pointers(rules))(json(content))
const kept = (rules: string, stored: string, candidate: string): JsonObject => keepMembers(pointers(rules), json(stored), json(candidate))

t.test('ruled members are hidden, at any depth and in every element of a list', async t => {
  const rows: ReadonlyArray<readonly [string, string, string]> = [
    ['a', '{"a":1,"b":2}', '{"b":2}'],
    ['a/b', '{"a":{"b":1,"c":2},"b":3}', '{"a":{"c":2},"b":3}'],
    ['a/b', '{"a":{"b":{"c":1}}}', '{"a":{}}'],
    ['a/b', '{"a":[{"b":1,"c":2},{"c":3},"b",null]}', '{"a":[{"c":2},{"c":3},"b",null]}'],
    ['a/b', '{"a":[[{"b":1}],{"b":2}]}', '{"a":[[{}],{}]}'],
    ['a/b/c', '{"a":[{"b":[{"c":1,"d":2}]}]}', '{"a":[{"b":[{"d":2}]}]}'],
    ['a/-', '{"a":[{"-":1}],"-":2}', '{"a":[{}],"-":2}'],
    ['a/0/b', '{"a":[{"b":1,"c":2},{"b":3}]}', '{"a":[{"c":2},{"b":3}]}'],
    ['a/0', '{"a":["x","y"]}', '{"a":["y"]}'],
    ['a/0', '{"a":{"0":"x","1":"y"}}', '{"a":{"1":"y"}}'],
    ['a/0 a/1', '{"a":["x","y","z"]}', '{"a":["z"]}'],
    ['a/0 a/b', '{"a":[1,{"b":2},{"b":3,"c":4}]}', '{"a":[{},{"c":4}]}'],
    ['a/0/b a/b/0 a/c/1', '{"a":[{"b":[1,2]},{"b":[1,2]}]}', '{"a":[{},{"b":[2]}]}'],
    ['l/a/0 l/0/a/1', '{"l":[{"a":["x","y"]},{"a":["x","y"]}]}', '{"l":[{"a":[]},{"a":["y"]}]}'],
    ['a/b a/b/c', '{"a":{"b":{"c":1},"d":2}}', '{"a":{"d":2}}'],
    ['a/b/c a/b', '{"a":{"b":{"c":1},"d":2}}', '{"a":{"d":2}}'],
    ['a b/c', '{"a":1,"b":{"c":2},"d":3}', '{"b":{},"d":3}'],
    ['a~1b', '{"a/b":1,"a":{"b":2}}', '{"a":{"b":2}}'],
    ['/', '{"a":1}', '{}']
  ]
  for (const [rules, content, expected] of rows) assert.deepEqual(hidden(rules, content), JSON.parse(expected), `${rules} of ${content}`)
})

t.test('where nothing is hidden the content is returned itself, and else only what is on the way is copied', async t => {
  for (const [rules, content] of [
    ['a', '{"b":1}'], ['a/b', '{"a":{"c":1}}'], ['a/b', '{"a":1}'], ['a/b', '{"a":null}'], ['a/b', '{"a":[1,[],{}]}'], ['a/9', '{"a":[1]}'],
    ['a/01', '{"a":[1,2]}'], ['a/length', '{"a":[1]}'], ['a/b/c', '{"a":{"b":1}}'], ['constructor', '{}'], ['toString/name', '{"a":1}']
  ] as const) {
    const before = json(content)
    t.equal(hideMembers(pointers(rules))(before), before, `${rules} of ${content}`)
  }
  const before = json('{"a":{"b":1,"c":{}},"l":[{"s":1},{"t":2}],"o":{}}')
  t.equal(hideMembers([])(before), before)
  const after = hideMembers(pointers('a/b l/s'))(before)
  for (const same of ['a/c', 'l/1', 'o']) t.equal(resolvePointer(after, pointer(same)), resolvePointer(before, pointer(same)), same)
})

t.test('members named like those of a prototype are plain data', async t => {
  const before = json('{"__proto__":{"a":1,"b":2},"constructor":{"prototype":{"a":1},"b":2},"s":0}')
  const after = hideMembers([['__proto__', 'a'], ['constructor', 'prototype'], ['s']])(before)
  t.equal(JSON.stringify(after), '{"__proto__":{"b":2},"constructor":{"b":2}}')
  t.equal(Object.getPrototypeOf(after), Object.prototype)
  t.equal(JSON.stringify(keepMembers([['__proto__', 'a']], before, json('{"s":0}'))), '{"s":0,"__proto__":{"a":1}}')
  t.equal(JSON.stringify(hideMembers([['__proto__']])(json('{"__proto__":{"a":1}}'))), '{}')
})

t.test('a pointer touches a rule at, below and above it, elements of lists included', async t => {
  const rows: ReadonlyArray<readonly [string, string, 'within' | 'above' | 'apart']> = [
    ['a/b', 'a/b', 'within'],
    ['a/b/c', 'a/b', 'within'],
    ['a/b/0', 'a/b', 'within'],
    ['a', 'a/b', 'above'],
    ['/', 'a/b', 'above'],
    ['b', 'a/b', 'apart'],
    ['a/c', 'a/b', 'apart'],
    ['a/c/b', 'a/b', 'apart'],
    ['A/b', 'a/b', 'apart'],
    ['a/0', 'a/b', 'above'],
    ['a/-', 'a/b', 'above'],
    ['a/0/b', 'a/b', 'within'],
    ['a/-/b', 'a/b', 'within'],
    ['a/0/1/b/2', 'a/b', 'within'],
    ['0/a/b', 'a/b', 'within'],
    ['a/00/b', 'a/b', 'apart'],
    ['a/0/c', 'a/b', 'apart'],
    ['a/0', 'a/0', 'within'],
    ['a/1', 'a/0', 'above'],
    ['a/1/0', 'a/0', 'within'],
    ['a/0/0/b', 'a/0/b', 'within'],
    ['a/-', 'a/-', 'within'],
    ['a/1/b', 'a/0/b', 'apart'],
    ['/', '/', 'within'],
    ['a', '/', 'within']
  ]
  for (const [text, rule, relation] of rows) {
    t.equal(touches(pointer(text), [['x'], pointer(rule)]), relation !== 'apart', `${text} touches ${rule}`)
    t.equal(touchesMember(pointer(text), [['x'], pointer(rule)]), relation === 'within', `${text} is in ${rule}`)
  }
  t.notOk(touches([], []))
  t.notOk(touchesMember([], []))
})

t.test('a long pointer of positions is compared in no time', async t => {
  const positions = Array.from({ length: 5000 }, () => '0')
  const rule = Array.from({ length: 12 }, () => '0')
  t.ok(touchesMember(positions, [rule]))
  t.notOk(touchesMember([...positions, 'b'], [[...rule, 'a', 'b']]))
})

t.test('ruled members that are missing are kept from the stored document', async t => {
  const rows: ReadonlyArray<readonly [string, string, string, string]> = [
    ['a', '{"a":1}', '{"b":2}', '{"b":2,"a":1}'],
    ['a', '{"a":null}', '{}', '{"a":null}'],
    ['a/b', '{"a":{"b":1,"c":2}}', '{"a":{"c":3}}', '{"a":{"c":3,"b":1}}'],
    ['a/b', '{"a":{"b":1,"c":2}}', '{}', '{"a":{"b":1}}'],
    ['a/b/c', '{"a":{"b":{"c":[1]}}}', '{"x":1}', '{"x":1,"a":{"b":{"c":[1]}}}'],
    ['a/b a/c', '{"a":{"b":1,"c":2,"d":3}}', '{}', '{"a":{"b":1,"c":2}}'],
    ['a/b a', '{"a":{"b":1,"c":2}}', '{}', '{"a":{"b":1,"c":2}}'],
    ['a a/b', '{"a":{"b":1,"c":2}}', '{"a":{"c":3}}', '{"a":{"c":3,"b":1}}'],
    ['a/0', '{"a":{"0":1}}', '{"a":{}}', '{"a":{"0":1}}']
  ]
  for (const [rules, stored, candidate, expected] of rows) {
    assert.deepEqual(kept(rules, stored, candidate), JSON.parse(expected), `${rules} of ${stored} in ${candidate}`)
  }
})

t.test('where nothing is kept the candidate is returned itself', async t => {
  const rows: ReadonlyArray<readonly [string, string, string]> = [
    ['a', '{"a":1}', '{"a":2}'],
    ['a', '{"a":1}', '{"a":null}'],
    ['a', '{"b":1}', '{}'],
    ['a/b', '{"a":{"b":1}}', '{"a":null}'],
    ['a/b', '{"a":{"b":1}}', '{"a":"x"}'],
    ['a/b', '{"a":{"b":1}}', '{"a":[]}'],
    ['a/b', '{"a":[{"b":1}]}', '{"a":[{}]}'],
    ['a/b', '{"a":[{"b":1}]}', '{}'],
    ['a/0', '{"a":[1]}', '{"a":[]}'],
    ['a/0', '{"a":[1]}', '{}'],
    ['a/b', '{"a":{"c":1}}', '{}'],
    ['a/b', '{"a":"x"}', '{}'],
    ['a/b/c', '{"a":{"b":null}}', '{}'],
    ['constructor/name', '{}', '{}'],
    ['/', '{"a":1}', '{}']
  ]
  for (const [rules, stored, text] of rows) {
    const candidate = json(text)
    t.equal(keepMembers(pointers(rules), json(stored), candidate), candidate, `${rules} of ${stored} in ${text}`)
  }
  const candidate = json('{"a":{}}')
  t.equal(keepMembers(pointers('a/b'), undefined, candidate), candidate)
})

t.test('the first ruled member that was changed is found', async t => {
  const rows: ReadonlyArray<readonly [string, string | undefined, string, string | undefined, string | undefined]> = [
    ['a', '{"a":1}', '{"a":1.0}', undefined, undefined],
    ['a', '{"a":1}', '{"a":2}', 'a', 'a'],
    ['a', '{"a":1}', '{"a":null}', 'a', 'a'],
    ['a', '{}', '{"a":1}', 'a', 'a'],
    ['a', undefined, '{"a":1}', 'a', 'a'],
    ['a', undefined, '{"b":1}', undefined, undefined],
    ['a', '{"a":1}', '{}', undefined, 'a'],
    ['a', '{}', '{}', undefined, undefined],
    ['a', '{"a":{"x":1,"y":[2]}}', '{"a":{"y":[2],"x":1}}', undefined, undefined],
    ['a/b', '{"a":{"b":1}}', '{"a":{}}', undefined, 'a/b'],
    ['a/b', '{"a":{"b":1}}', '{"a":null}', undefined, 'a/b'],
    ['a b c', '{"a":1,"b":2,"c":3}', '{"b":0,"c":0}', 'b', 'a'],
    ['a/b a/c', undefined, '{"a":{"c":1}}', 'a/c', 'a/c'],
    ['constructor', undefined, '{}', undefined, undefined]
  ]
  for (const [rules, before, candidate, changed, changedOrMissing] of rows) {
    const list = pointers(rules)
    const stored = before === undefined ? undefined : json(before)
    const label = `${rules} of ${before} in ${candidate}`
    t.strictSame(changedMember(list, stored, json(candidate)), changed && pointer(changed), label)
    t.strictSame(changedMember(list, stored, json(candidate), { missing: true }), changedOrMissing && pointer(changedOrMissing), label)
  }
})

const name = fc.constantFrom('a', 'b', 'c', 'constructor', '__proto__')
const anyRules = fc.array(fc.array(name, { minLength: 1, maxLength: 3 }), { maxLength: 4 })

/** Documents of few names, with arrays or without. */
function documents (withArrays: boolean): fc.Arbitrary<JsonObject> {
  const { object } = fc.letrec<{ object: unknown, value: unknown }>(tie => ({
    // Entries, so that `__proto__` is a member like any other.
    object: fc.uniqueArray(fc.tuple(name, tie('value')), { selector: ([key]) => key, maxLength: 4 }).map(Object.fromEntries),
    value: fc.oneof({ maxDepth: 4 }, fc.constantFrom(null, 0, 1, 'x'), tie('object'), ...(withArrays ? [fc.array(tie('value'), { maxLength: 3 })] : []))
  }))
  return object.map(value => deepFreeze(value as JsonObject))
}

/** The names on the way to every member of `value`, positions left out. */
function namesWithin (value: unknown, above: readonly string[] = []): readonly string[] {
  if (typeof value !== 'object' || value === null) return []
  if (Array.isArray(value)) return value.flatMap(element => namesWithin(element, above))
  return Object.entries(value).flatMap(([key, member]) => [JSON.stringify([...above, key]), ...namesWithin(member, [...above, key])])
}

t.test('no ruled member is left after hiding, and nothing else is hidden', async () => {
  fc.assert(fc.property(anyRules, documents(true), (rules, content) => {
    const after = hideMembers(rules)(content)
    const ruled = (names: string): boolean => rules.some(rule => names === JSON.stringify(rule) || names.startsWith(JSON.stringify(rule).slice(0, -1) + ','))
    assert.deepEqual(namesWithin(after), namesWithin(content).filter(names => !ruled(names)))
    assert.equal(hideMembers(rules)(after), after)
  }), { numRuns: 500 })
})

t.test('what was hidden is kept where there are no arrays', async () => {
  fc.assert(fc.property(anyRules, documents(false), (rules, content) => {
    const after = keepMembers(rules, content, hideMembers(rules)(content))
    assert.ok(jsonEqual(after, content))
    assert.equal(changedMember(rules, content, after, { missing: true }), undefined)
  }), { numRuns: 500 })
})

t.test('keeping adds ruled members only, and adds them once', async () => {
  fc.assert(fc.property(anyRules, documents(true), documents(true), (rules, stored, candidate) => {
    const after = keepMembers(rules, stored, candidate)
    const before = namesWithin(candidate)
    assert.deepEqual(before.filter(names => !namesWithin(after).includes(names)), [])
    assert.ok(namesWithin(after).every(names => before.includes(names) || touches(JSON.parse(names), rules)))
    assert.equal(keepMembers(rules, stored, after), after)
    for (const rule of rules) {
      const sent = resolvePointer(candidate, rule)
      // An object that was sent may itself get the ruled members that it lacks.
      if (sent !== undefined && typeof sent !== 'object') assert.equal(resolvePointer(after, rule), sent)
    }
  }), { numRuns: 500 })
})

t.test('a value whose pointer touches no rule is shown as it is', async () => {
  fc.assert(fc.property(anyRules, fc.array(fc.oneof(name, fc.constantFrom('0', '1')), { maxLength: 5 }), documents(true), (rules, at, content) => {
    if (!touches(at, rules)) assert.equal(resolvePointer(hideMembers(rules)(content), at), resolvePointer(content, at))
    assert.ok(touches(at, rules) || !touchesMember(at, rules))
  }), { numRuns: 1000 })
})
