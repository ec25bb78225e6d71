import t from 'tap'
import { parseMergePatch } from '../../lib/crest/merge-patch.ts'
import { applyPatch, readPatch } from '../../lib/crest/patch.ts'
import { check, mergePatch, options, outcome } from './patch-outcome.ts'
import type { Row } from './patch-outcome.ts'

// Original, patch and result of RFC 7396 appendix A, all below a member, as some are no objects.
const examples: readonly Row[] = [
  [1, '{"m":{"a":"b"}}', '{"m":{"a":"c"}}', '{"m":{"a":"c"}}'],
  [2, '{"m":{"a":"b"}}', '{"m":{"b":"c"}}', '{"m":{"a":"b","b":"c"}}'],
  [3, '{"m":{"a":"b"}}', '{"m":{"a":null}}', '{"m":{}}'],
  [4, '{"m":{"a":"b","b":"c"}}', '{"m":{"a":null}}', '{"m":{"b":"c"}}'],
  [5, '{"m":{"a":["b"]}}', '{"m":{"a":"c"}}', '{"m":{"a":"c"}}'],
  [6, '{"m":{"a":"c"}}', '{"m":{"a":["b"]}}', '{"m":{"a":["b"]}}'],
  [7, '{"m":{"a":{"b":"c"}}}', '{"m":{"a":{"b":"d","c":null}}}', '{"m":{"a":{"b":"d"}}}'],
  [8, '{"m":{"a":[{"b":"c"}]}}', '{"m":{"a":[1]}}', '{"m":{"a":[1]}}'],
  [9, '{"m":["a","b"]}', '{"m":["c","d"]}', '{"m":["c","d"]}'],
  [10, '{"m":{"a":"b"}}', '{"m":["c"]}', '{"m":["c"]}'],
  // As a member, null is no value but a removal.
  [11, '{"m":{"a":"foo"}}', '{"m":null}', '{}'],
  [12, '{"m":{"a":"foo"}}', '{"m":"bar"}', '{"m":"bar"}'],
  [13, '{"m":{"e":null}}', '{"m":{"a":1}}', '{"m":{"e":null,"a":1}}'],
  [14, '{"m":[1,2]}', '{"m":{"a":"b","c":null}}', '{"m":{"a":"b"}}'],
  [15, '{"m":{}}', '{"m":{"a":{"bb":{"ccc":null}}}}', '{"m":{"a":{"bb":{}}}}']
]

const roots: readonly Row[] = [
  [1, '{"a":"b"}', '{"a":"c"}', '{"a":"c"}'],
  [2, '{"a":"b"}', '{"b":"c"}', '{"a":"b","b":"c"}'],
  [3, '{"a":"b"}', '{"a":null}', '{}'],
  [4, '{"a":"b","b":"c"}', '{"a":null}', '{"b":"c"}'],
  [5, '{"a":["b"]}', '{"a":"c"}', '{"a":"c"}'],
  [6, '{"a":"c"}', '{"a":["b"]}', '{"a":["b"]}'],
  [7, '{"a":{"b":"c"}}', '{"a":{"b":"d","c":null}}', '{"a":{"b":"d"}}'],
  [8, '{"a":[{"b":"c"}]}', '{"a":[1]}', '{"a":[1]}'],
  [10, '{"a":"b"}', '["c"]', 400],
  [11, '{"a":"foo"}', 'null', 400],
  [12, '{"a":"foo"}', '"bar"', 400],
  [13, '{"e":null}', '{"a":1}', '{"e":null,"a":1}'],
  [15, '{}', '{"a":{"bb":{"ccc":null}}}', '{"a":{"bb":{}}}']
]

const rules: readonly Row[] = [
  ['nothing', '{"a":1}', '{}', '{"a":1}'],
  ['null of what is missing', '{"a":1}', '{"b":null,"c":{"d":null}}', '{"a":1,"c":{}}'],
  ['nulls within arrays are values', '{}', '{"l":[null,{"a":null}]}', '{"l":[null,{"a":null}]}'],
  ['an object over null', '{"a":null}', '{"a":{"b":1}}', '{"a":{"b":1}}'],
  ['arrays are replaced, of a set too', '{"s":[1]}', '{"s":[2,2]}', '{"s":[2,2]}'],
  ['names are no pointers', '{}', '{"a/b":1,"~0":2,"0":3,"-":4,"":{"":5}}', '{"a/b":1,"~0":2,"0":3,"-":4,"":{"":5}}'],
  ['the same id and revision', '{"a":1}', '{"_id":"i","_rev":"7","a":2}', '{"a":2}'],
  ['another id', '{"a":1}', '{"_id":"j"}', 400],
  ['another revision', '{"a":1}', '{"_rev":"8"}', 400],
  ['null as id', '{"a":1}', '{"_id":null}', 400],
  ['an object as revision', '{"a":1}', '{"_rev":{}}', 400],
  ['deeper members may be named so', '{"a":{"_id":1}}', '{"a":{"_id":2,"_rev":"x"}}', '{"a":{"_id":2,"_rev":"x"}}'],
  ['ordinary names', '{}', '{"constructor":{"name":1},"toString":{"a":null},"hasOwnProperty":null}', '{"constructor":{"name":1},"toString":{}}'],
  ['a constructor with a prototype', '{"constructor":{}}', '{"constructor":{"prototype":{"x":1}}}', 400],
  ['a prototype', '{}', '{"__proto__":{"x":1}}', 400],
  ['null for it', '{}', '{"__proto__":null}', 400],
  ['below a member', '{"a":{}}', '{"a":{"__proto__":{"x":1}}}', 400],
  ['null below a member', '{"a":{}}', '{"a":{"__proto__":null}}', 400],
  ['in an array', '{}', '{"l":[{"__proto__":{"x":1}}]}', 400]
]

t.test('the examples of RFC 7396', async t => {
  check(examples, t, mergePatch)
  check(roots, t, mergePatch)
})

t.test('every rule beyond', async t => check(rules, t, mergePatch))

t.test('a merge patch is an object', async t => {
  for (const body of [null, 1, 'x', [], [{}]]) t.throws(() => parseMergePatch(body), { statusCode: 400, message: /an object is expected/ })
  const members = { a: 1 }
  t.equal(parseMergePatch(members), members)
})

t.test('a merge that touches nothing gives the document itself', async t => {
  const document = { a: 1, o: { p: 1 } }
  for (const members of [{}, { b: null }, { o: {} }, { o: { q: null } }, { _id: 'i' }]) t.equal(outcome(document, members, mergePatch), document)
})

t.test('what is not touched is shared', async t => {
  const document = { a: { b: 1 }, c: { d: 1 } }
  t.equal(applyPatch(document, readPatch(mergePatch, { c: { d: 2 } }))['a'], document.a)
})

t.test('a singleton ignores an id', async t => {
  t.strictSame(applyPatch({ a: 1 }, readPatch(mergePatch, { _id: 'x', a: 2 }), { revision: '7' }), { a: 2 })
  t.strictSame(applyPatch({ a: 1 }, readPatch(mergePatch, { _id: null }), { revision: '7' }), { a: 1 })
  t.throws(() => applyPatch({ a: 1 }, readPatch(mergePatch, { _rev: '7' })), { statusCode: 400, message: 'The patch cannot merge "/_rev": only the server sets this member' })
})

t.test('a member that is undefined is absent', async t => {
  t.strictSame(applyPatch({ a: 1 }, { language: 'merge-patch', members: { a: undefined, b: { c: undefined } } }, options), { a: 1, b: {} })
})
