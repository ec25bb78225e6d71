import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { canonicalJson, jsonEqual } from '../../lib/crest/json-equal.ts'
import { createVersionChain, mergeVersions } from '../../lib/crest/version-chain.ts'
import type { VersionStep } from '../../lib/crest/version-chain.ts'
import { BadRequest, InternalServerError } from '../../lib/errors.ts'
import type { JsonObject } from '../../lib/json.ts'

function deepFreeze<Value> (value: Value): Value {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(deepFreeze)
  return value
}

const json = (text: string): JsonObject => deepFreeze(JSON.parse(text) as JsonObject)

/** A function that writes down between which versions it maps. */
const mark = (text: string) => ({ path = [] }: JsonObject) => ({ path: [...path as readonly string[], text] })
const up12 = mark('1>2')
const up23 = mark('2>3')
const down21 = mark('2>1')
const down32 = mark('3>2')

t.test('content is mapped between every version and the latest, however the functions are placed', async t => {
  const placements: ReadonlyArray<readonly [string, readonly VersionStep[]]> = [
    ['with the content they take', [{ name: '1', upgrade: up12 }, { name: '2', upgrade: up23, downgrade: down21 }, { name: '3', downgrade: down32 }]],
    ['with the older version', [{ name: '1', upgrade: up12, downgrade: down21 }, { name: '2', upgrade: up23, downgrade: down32 }, { name: '3' }]],
    ['with the newer version', [{ name: '1' }, { name: '2', upgrade: up12, downgrade: down21 }, { name: '3', upgrade: up23, downgrade: down32 }]]
  ]
  for (const [label, steps] of placements) {
    const chain = createVersionChain(steps)
    t.strictSame([0, 1, 2].map(index => chain.up(index, {})), [{ path: ['1>2', '2>3'] }, { path: ['2>3'] }, {}], label)
    t.strictSame([0, 1, 2].map(index => chain.down(index, {})), [{ path: ['3>2', '2>1'] }, { path: ['3>2'] }, {}], label)
  }
})

t.test('a missing function changes nothing and costs nothing', async t => {
  const content = json('{"a":1}')
  for (const steps of [[], [{ name: '1' }], [{ name: '1' }, { name: '2' }], [{ name: '1', upgrade: up12 }, { name: '2' }, { name: '3', downgrade: down32 }]]) {
    const chain = createVersionChain(steps)
    const latest = Math.max(0, steps.length - 1)
    t.equal(chain.up(latest, content), content)
    t.equal(chain.down(latest, content), content)
  }
  const unchanged = createVersionChain([{ name: '1' }, { name: '2' }, { name: '3' }])
  t.equal(unchanged.up(0, content), content)
  t.equal(unchanged.down(0, content), content)
  const partly = createVersionChain([{ name: '1', upgrade: up12 }, { name: '2' }, { name: '3', downgrade: down32 }])
  t.strictSame(partly.up(0, {}), { path: ['1>2'] })
  t.equal(partly.up(1, content), content)
  t.strictSame(partly.down(0, {}), { path: ['3>2'] })
})

t.test('functions at both ends of a direction contradict each other', async t => {
  t.throws(() => createVersionChain([{ name: '1.0', upgrade: up12 }, { name: '2.0', upgrade: up23 }]), {
    name: 'RangeError',
    message: 'versions 1.0 and 2.0 cannot both have upgrade: let each function stand with the version whose content it takes'
  })
  t.throws(() => createVersionChain([{ name: '1.0', downgrade: down21 }, { name: '2.0' }, { name: '3.0', downgrade: down32 }]), {
    name: 'RangeError',
    message: 'versions 3.0 and 1.0 cannot both have downgrade: let each function stand with the version whose content it takes'
  })
  for (const direction of ['upgrade', 'downgrade'] as const) {
    t.throws(() => createVersionChain([{ name: '1.0', [direction]: up12 }]), {
      name: 'RangeError',
      message: `version 1.0 has no neighbour, so it cannot have ${direction}`
    })
  }
})

t.test('a function may change its argument in place', async t => {
  const content = json('{"name":{"first":"A"},"list":[1]}')
  const rename = (given: JsonObject): unknown => {
    const draft = given as { name?: unknown, fullName?: unknown, list: number[] }
    draft.fullName = draft.name
    delete draft.name
    draft.list.push(2)
    return draft
  }
  const chain = createVersionChain([{ name: '1', upgrade: rename }, { name: '2' }])
  t.strictSame(chain.up(0, content), { list: [1, 2], fullName: { first: 'A' } })
  t.strictSame(content, { name: { first: 'A' }, list: [1] })
})

t.test('a result does not stay in the hands of the function', async t => {
  const shared = { list: [1] }
  const chain = createVersionChain([{ name: '1', upgrade: () => shared }, { name: '2' }])
  const first = chain.up(0, {})
  shared.list.push(2)
  t.strictSame(first, { list: [1] })
})

t.test('a result is taken as JSON has it, without _id and _rev', async t => {
  const upgrade = () => ({ _id: 'x', _rev: '1', at: new Date(0), none: undefined, in: { _id: 'y', toJSON: () => ({ _id: 'z' }) }, list: [undefined] })
  const chain = createVersionChain([{ name: '1', upgrade }, { name: '2' }])
  t.strictSame(chain.up(0, {}), { at: '1970-01-01T00:00:00.000Z', in: { _id: 'z' }, list: [null] })
})

t.test('any other result is a failure of the server that names the function', async t => {
  const circular: Record<string, unknown> = {}
  circular['self'] = circular
  const deep = (): unknown => Array.from({ length: 101 }).reduce((inner) => ({ inner }), {})
  const rows: ReadonlyArray<readonly [string, () => unknown]> = [
    ['did not return an object', () => undefined],
    ['did not return an object', () => null],
    ['did not return an object', () => 'text'],
    ['did not return an object', () => [{}]],
    ['did not return an object', () => new Date()],
    ['did not return an object', () => () => {}],
    ['did not return plain JSON', () => circular],
    ['did not return plain JSON', () => ({ big: 1n })],
    ['did not return plain JSON', () => ({ text: '\0' })],
    ['did not return plain JSON', () => JSON.parse('{"__proto__":{}}')],
    ['did not return plain JSON', deep],
    ['returned a promise, and must be synchronous', async () => ({})],
    ['returned a promise, and must be synchronous', async () => { throw new Error('nobody waits for this') }],
    ['returned a promise, and must be synchronous', () => ({ then () { throw new Error('never called') } })]
  ]
  for (const [problem, map] of rows) {
    const chain = createVersionChain([{ name: '1.0', upgrade: map }, { name: '2.0', downgrade: map }])
    for (const [run, label] of [[chain.up, 'upgrade of version 1.0'], [chain.down, 'downgrade of version 2.0']] as const) {
      try {
        run(0, {})
        t.fail(`${label} ${problem}`)
      } catch (error) {
        t.ok(error instanceof InternalServerError)
        t.equal((error as Error).message, `${label} ${problem}`)
      }
    }
  }
  // A rejection that nobody handles would end the process here.
  await new Promise(resolve => setImmediate(resolve))
})

t.test('a failure names the version that the function stands with', async t => {
  const chain = createVersionChain([{ name: '1.0' }, { name: '2.0', upgrade: () => null }])
  t.throws(() => chain.up(0, {}), { message: 'upgrade of version 2.0 did not return an object' })
})

t.test('what a function throws is passed on as it is', async t => {
  const error = new BadRequest('no')
  const chain = createVersionChain([{ name: '1', upgrade () { throw error } }, { name: '2' }])
  try {
    chain.up(0, {})
    t.fail('it must throw')
  } catch (thrown) {
    t.equal(thrown, error)
  }
})

t.test('exactly what an older version changed is changed in the stored document', async t => {
  const rows: ReadonlyArray<readonly [label: string, stored: string, base: string, changed: string, expected: string]> = [
    ['a member is set', '{"a":1,"new":9}', '{"a":1}', '{"a":2}', '{"a":2,"new":9}'],
    ['a member is added', '{"new":9}', '{}', '{"a":1}', '{"new":9,"a":1}'],
    ['a member is removed', '{"a":1,"new":9}', '{"a":1}', '{}', '{"new":9}'],
    ['a member becomes null', '{"a":1}', '{"a":1}', '{"a":null}', '{"a":null}'],
    ['objects member by member', '{"o":{"a":1,"b":2,"new":9}}', '{"o":{"a":1,"b":2}}', '{"o":{"a":0,"c":3}}', '{"o":{"a":0,"new":9,"c":3}}'],
    ['arrays as a whole', '{"l":[{"a":1,"new":9}]}', '{"l":[{"a":1}]}', '{"l":[{"a":2}]}', '{"l":[{"a":2}]}'],
    ['equal arrays stay', '{"l":[{"a":1,"new":9}]}', '{"l":[{"a":1}]}', '{"l":[{"a":1.0}]}', '{"l":[{"a":1,"new":9}]}'],
    ['the stored member is no object', '{"o":1}', '{"o":{"a":1}}', '{"o":{"a":2}}', '{"o":{"a":2}}'],
    ['the stored member is missing', '{}', '{"o":{"a":1,"b":1}}', '{"o":{"a":2,"b":1}}', '{"o":{"a":2,"b":1}}'],
    ['an equal object does not come back', '{}', '{"o":{"a":1}}', '{"o":{"a":1}}', '{}'],
    ['an object becomes a scalar', '{"o":{"a":1,"new":9}}', '{"o":{"a":1}}', '{"o":"x"}', '{"o":"x"}'],
    ['a scalar becomes an object', '{"o":1}', '{"o":1}', '{"o":{"a":1}}', '{"o":{"a":1}}'],
    ['an object becomes an array', '{"o":{"0":1}}', '{"o":{"0":1}}', '{"o":[1]}', '{"o":[1]}'],
    ['an object is removed with all that it holds', '{"o":{"a":1,"new":9}}', '{"o":{"a":1}}', '{}', '{}'],
    ['an object that base lacks is set', '{"o":{"new":9}}', '{}', '{"o":{"a":1}}', '{"o":{"a":1}}'],
    ['what is derived and stays the same is not stored', '{"a":1}', '{"a":1,"derived":2}', '{"a":2,"derived":2}', '{"a":2}']
  ]
  for (const [label, stored, base, changed, expected] of rows) {
    assert.deepEqual(mergeVersions(json(stored), json(base), json(changed)), JSON.parse(expected), label)
  }
})

t.test('members named like those of a prototype are merged as data', async t => {
  const merged = mergeVersions(json('{"a":1}'), json('{}'), json('{"__proto__":{"x":1},"constructor":{"prototype":2}}'))
  t.equal(JSON.stringify(merged), '{"a":1,"__proto__":{"x":1},"constructor":{"prototype":2}}')
  t.equal(Object.getPrototypeOf(merged), Object.prototype)
  t.strictSame(mergeVersions({}, json('{"toString":{"a":1}}'), json('{"toString":{"a":2}}')), { toString: { a: 2 } })
})

const { object: anyContent } = fc.letrec<{ object: JsonObject, value: unknown }>(tie => ({
  object: fc.dictionary(fc.constantFrom('a', 'b', 'c', 'constructor'), tie('value'), { maxKeys: 4, noNullPrototype: true })
    .map(value => deepFreeze(value as JsonObject)),
  value: fc.oneof({ maxDepth: 3 }, fc.constantFrom(null, 0, 1, 'x'), tie('object'), fc.array(tie('value'), { maxLength: 2 }))
}))

/** `content` and in each of its objects one more member that no other content has. */
function extended (content: JsonObject): JsonObject {
  const members = Object.entries(content).map(([name, value]) => [name, isObject(value) ? extended(value) : value])
  return deepFreeze({ ...Object.fromEntries(members), new: 9 })
}

function isObject (value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

t.test('where nothing differs the stored document is returned itself', async () => {
  fc.assert(fc.property(anyContent, anyContent, (stored, base) => {
    assert.equal(mergeVersions(stored, base, base), stored)
    assert.equal(mergeVersions(stored, base, json(JSON.stringify(base))), stored)
    assert.equal(mergeVersions(stored, stored, stored), stored)
  }))
})

t.test('where the older version shows all, the result is what it asked for', async () => {
  fc.assert(fc.property(anyContent, anyContent, (stored, changed) => {
    assert.equal(canonicalJson(mergeVersions(stored, stored, changed)), canonicalJson(changed))
  }), { numRuns: 500 })
})

t.test('members that the older version does not know survive in every object that stays', async () => {
  fc.assert(fc.property(anyContent, anyContent, (base, changed) => {
    const merged = mergeVersions(extended(base), base, changed)
    assert.ok(jsonEqual(merged, expectedOf(base, changed)), JSON.stringify(merged))
  }), { numRuns: 500 })

  function expectedOf (base: JsonObject, changed: JsonObject): JsonObject {
    const members = Object.entries(changed).map(([name, value]) => {
      const before = Object.hasOwn(base, name) ? base[name] : undefined
      return [name, isObject(before) && isObject(value) ? expectedOf(before, value) : value]
    })
    return { ...Object.fromEntries(members), new: 9 }
  }
})

t.test('changes to different members can be made in any order', async () => {
  fc.assert(fc.property(anyContent, fc.constantFrom('a', 'b'), fc.constantFrom('c', 'constructor'), fc.integer(), (stored, one, other, value) => {
    const first = { ...stored, [one]: value }
    const second = { ...stored, [other]: value }
    const forth = mergeVersions(mergeVersions(stored, stored, first), stored, second)
    const back = mergeVersions(mergeVersions(stored, stored, second), stored, first)
    assert.ok(jsonEqual(forth, back))
    assert.ok(jsonEqual(forth, { ...stored, [one]: value, [other]: value }))
  }))
})
