import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { parseFields, projectFields } from '../../lib/crest/fields.ts'
import { BadRequest } from '../../lib/errors.ts'
import type { JsonObject } from '../../lib/json.ts'

const sample: JsonObject = {
  uid: 'a',
  name: { first: 'A', last: 'Z' },
  mail: ['m0', 'm1'],
  addr: [{ street: 's1', zip: '1' }, { street: 's2' }, null],
  people: { x: { age: 1, mail: 'x@' }, y: { mail: 'y@' } },
  n: null,
  none: [],
  void: {},
  'sl/ash': 1,
  0: 'zero'
}

function kept (fields: readonly string[], content: JsonObject = sample): JsonObject {
  const projection = parseFields(fields)
  return projection === undefined ? content : projectFields(projection, content)
}

t.test('a projection mirrors the path of each pointer', async t => {
  const rows: readonly (readonly [string, JsonObject])[] = [
    ['uid', { uid: 'a' }],
    ['/uid', { uid: 'a' }],
    [' uid ', { uid: 'a' }],
    ['UID', {}],
    ['uid,', { uid: 'a' }],
    ['uid,,', { uid: 'a' }],
    ['uid , name/first', { uid: 'a', name: { first: 'A' } }],
    ['name/first', { name: { first: 'A' } }],
    ['name/first,name/last', { name: { first: 'A', last: 'Z' } }],
    ['name,name/last', { name: { first: 'A', last: 'Z' } }],
    ['name/*', { name: { first: 'A', last: 'Z' } }],
    ['nope', {}],
    ['nope/x', {}],
    ['name/nope', {}],
    ['uid/x', {}],
    ['n', { n: null }],
    ['n/x', {}],
    ['mail/0', { mail: ['m0'] }],
    ['mail/1,mail/0', { mail: ['m0', 'm1'] }],
    ['mail/9', {}],
    ['mail/-', {}],
    ['mail/length', {}],
    ['mail/*', { mail: ['m0', 'm1'] }],
    ['0', { 0: 'zero' }],
    ['addr/1/street', { addr: [{ street: 's2' }] }],
    ['addr/street', {}],
    ['addr/*/street', { addr: [{ street: 's1' }, { street: 's2' }] }],
    ['addr/*/zip', { addr: [{ zip: '1' }] }],
    ['addr/*/street,addr/0/zip', { addr: [{ street: 's1', zip: '1' }, { street: 's2' }] }],
    ['addr/*/nope', {}],
    ['people/*/age', { people: { x: { age: 1 } } }],
    ['people/*/mail', { people: { x: { mail: 'x@' }, y: { mail: 'y@' } } }],
    ['*/first', { name: { first: 'A' } }],
    ['none/*', { none: [] }],
    ['void/*/x', { void: {} }],
    ['void/x', {}],
    ['sl%2Fash', { 'sl/ash': 1 }],
    ['sl~1ash', { 'sl/ash': 1 }],
    ['_id', {}],
    ['_rev,_id/x', {}],
    ['_id,uid', { uid: 'a' }],
    ['*_ref', {}],
    ['*_ref/*,uid', { uid: 'a' }],
    ['constructor', {}],
    ['toString', {}]
  ]
  for (const [fields, expected] of rows) t.strictSame(kept([fields]), expected, fields)
})

t.test('nothing, an empty pointer, / and * mean everything', async t => {
  t.equal(parseFields([]), undefined)
  for (const fields of ['', ' ', '/', ',', '*', '/*', '*,uid', '/,name/first', ',uid', 'uid,,name']) t.equal(parseFields([fields]), undefined, fields)
  t.equal(parseFields(['uid', '']), undefined)
})

t.test('several values add to each other', async t => {
  t.strictSame(kept(['uid', 'name/first,n']), { uid: 'a', name: { first: 'A' }, n: null })
})

t.test('an illegal pointer is 400 and quoted in part', async t => {
  for (const fields of ['a b', 'a|b', 'uid,%', '__proto__', 'a/__proto__/b', '"a"', 'x'.repeat(500) + '\\']) {
    t.throws(() => parseFields([fields]), { statusCode: 400, message: /^The parameter _fields has an illegal JSON pointer: "[^"]{0,5}"?.{0,200}"$/ })
  }
})

t.test('names of prototype members are ordinary data', async t => {
  const content: JsonObject = JSON.parse('{"constructor":{"name":1},"list":[{"__proto__":{"x":1},"hasOwnProperty":2}]}')
  assert.deepEqual(kept(['constructor/name'], content), { constructor: { name: 1 } })
  const item = (kept(['list/*/*'], content)['list'] as readonly object[])[0] as object
  t.strictSame(Object.keys(item), ['__proto__', 'hasOwnProperty'])
  t.equal(Object.getPrototypeOf(item), Object.prototype)
  t.equal(Object.getPrototypeOf((kept(['*/0/*'], content)['list'] as readonly object[])[0]), Object.prototype)
})

t.test('a projection only takes away, changes nothing, and is idempotent without indexes', async t => {
  const fields = fc.array(fc.array(fc.constantFrom('a', 'b', '*', 'constructor'), { minLength: 1, maxLength: 3 }).map(tokens => tokens.join('/')))
  const { tree } = fc.letrec(tie => ({
    tree: fc.dictionary(fc.constantFrom('a', 'b', 'c', 'constructor'), tie('node')),
    node: fc.oneof({ maxDepth: 3 }, fc.integer(), fc.array(tie('node')), tie('tree'))
  }))
  fc.assert(fc.property(fields, tree, (texts, content) => {
    const before = JSON.stringify(content)
    const once = kept(texts, content as JsonObject)
    t.equal(JSON.stringify(content), before)
    assert.deepEqual(kept(texts, once), once)
    t.equal(({} as Record<string, unknown>)['a'], undefined)
  }), { numRuns: 200 })
})

t.test('no text makes it throw anything but BadRequest', async () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), text => {
    try {
      kept([text])
    } catch (error) {
      if (!(error instanceof BadRequest)) throw error
    }
  }))
})
