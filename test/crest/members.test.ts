import assert from 'node:assert/strict'
import t from 'tap'
import { ownMember, withMembers } from '../../lib/crest/members.ts'
import type { JsonObject } from '../../lib/json.ts'

t.test('a member is found only where it is the own one of the object', async t => {
  const object: JsonObject = JSON.parse('{"a":1,"__proto__":2}')
  t.equal(ownMember(object, 'a'), 1)
  t.equal(ownMember(object, '__proto__'), 2)
  for (const name of ['b', 'constructor', 'toString']) t.equal(ownMember(object, name), undefined, name)
  t.equal(ownMember({}, '__proto__'), undefined)
})

t.test('members are set and removed in a copy', async t => {
  const object = Object.freeze({ a: 1, b: 2 })
  t.strictSame(withMembers(object, new Map([['a', undefined], ['b', 3], ['c', 4]])), { b: 3, c: 4 })
  t.equal(withMembers(object, new Map()), object)
})

t.test('a copy is plain data, whatever its members are called', async t => {
  const named = withMembers({ a: 1 }, new Map([['__proto__', { x: 1 }], ['constructor', { prototype: 1 }]]))
  assert.deepEqual(Object.keys(named), ['a', '__proto__', 'constructor'])
  t.equal(Object.getPrototypeOf(named), Object.prototype)
  t.equal(JSON.stringify(withMembers(named, new Map([['a', 2]]))), '{"a":2,"__proto__":{"x":1},"constructor":{"prototype":1}}')
  t.equal(JSON.stringify(withMembers(named, new Map([['__proto__', undefined]]))), '{"a":1,"constructor":{"prototype":1}}')
  t.equal(Object.getPrototypeOf(withMembers({ a: 1 }, new Map([['__proto__', undefined]]))), Object.prototype)
})
