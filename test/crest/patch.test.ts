import t from 'tap'
import { applyPatch, patchLanguages, patchReads, readPatch } from '../../lib/crest/patch.ts'
import type { Patch } from '../../lib/crest/patch.ts'
import type { JsonObject } from '../../lib/json.ts'
import { check, commonRest, jsonPatch, jsonPatchShorthand, mergePatch, outcome, shorthand } from './patch-outcome.ts'
import type { Row } from './patch-outcome.ts'

const list = (text: string): Patch => readPatch(commonRest, shorthand(text))

const further: readonly Row[] = [
  ['null is a missing parent of an array', '{"l":null}', 'add /l/- 1', '{"l":[1]}'],
  ['and not of an index', '{"l":null}', 'add /l/0 1', 409],
  ['null in an array is a missing parent', '{"l":[null]}', 'add /l/0/a 1', '{"l":[{"a":1}]}'],
  ['null is replaced', '{"a":null}', 'add /a 1', '{"a":1}'],
  ['replace makes parents too', '{"a":null}', 'replace /a/b/c 1', '{"a":{"b":{"c":1}}}'],
  ['replace makes an array for -', '{}', 'replace /l/- 1', '{"l":[1]}'],
  ['an index within a missing path', '{}', 'add /l/0/a 1', 409],
  ['the element after the last is no parent', '{"l":[{}]}', 'add /l/1/a 1', 409],
  ['- is no parent', '{"l":[{}]}', 'add /l/-/a 1', 409],
  ['- is no parent of nested arrays', '{"l":[[1]]}', 'add /l/-/- 1', 409],
  ['an index with a leading zero', '{"l":[1]}', 'add /l/00 1', 409],
  ['an index beyond any array', '{"l":[1]}', 'add /l/99999999999999999999 1', 409],
  ['replace of a name in an array', '{"l":[1]}', 'replace /l/x 1', 409],
  ['length is no element', '{"l":[1]}', 'replace /l/length 1', 409],
  ['nor can it be removed', '{"l":[1]}', 'remove /l/length', '{"l":[1]}'],
  ['an array inserted at an index is one element', '{"l":[[1],2]}', 'add /l/0 [9]', '{"l":[[9],[1],2]}'],
  ['an object is appended', '{"l":[1]}', 'add /l {"a":1}', '{"l":[1,{"a":1}]}'],
  ['a boolean is appended', '{"l":[1]}', 'add /l false', '{"l":[1,false]}'],
  ['an array in an array', '{"l":[[1]]}', 'add /l/0/- 2', '{"l":[[1,2]]}'],
  ['a missing set is merged with nothing', '{}', 'add /s [1,2,1]', '{"s":[1,2]}'],
  ['a missing set and a scalar', '{}', 'add /s 1', '{"s":1}'],
  ['a missing list', '{}', 'add /l [1,1]', '{"l":[1,1]}'],
  ['deep equality in a set', '{"s":[{"a":1,"b":[2]},"x"]}', 'add /s [{"b":[2.0],"a":1},"x","y",{"b":2}]', '{"s":[{"a":1,"b":[2]},"x","y",{"b":2}]}'],
  ['a text is not the object it describes', '{"s":["{\\"a\\":1}"]}', 'add /s {"a":1}', '{"s":["{\\"a\\":1}",{"a":1}]}'],
  ['an element that a set has', '{"s":[1,2]}', 'add /s/- 2', '{"s":[1,2]}'],
  ['an array as one element of a set', '{"s":[1]}', 'add /s/- [1,2]', '{"s":[1,[1,2]]}'],
  ['a name in a set', '{"s":[1]}', 'add /s/x 2', 409],
  ['an index beyond a set', '{"s":[1]}', 'add /s/9 2', 400],
  ['replace at an index of a set', '{"s":[1]}', 'replace /s/0 2', 400],
  ['replace at - of a set', '{"s":[1]}', 'replace /s/- 2', 400],
  ['replace a set', '{"s":[1]}', 'replace /s [2]', '{"s":[2]}'],
  ['remove at an index of a set', '{"s":[1]}', 'remove /s/0', 400],
  ['through an index of a set', '{"s":[{}]}', 'add /s/0/a 1', 400],
  ['remove through an index of a set', '{"s":[{"a":1}]}', 'remove /s/0/a', 400],
  ['remove from a set takes all matches', '{"s":[1,2,1,{"a":1}]}', 'remove /s [1,{"a":1.0}]', '{"s":[2]}'],
  ['remove from a list takes one match of each', '{"l":[1,{"a":1},1,{"a":1}]}', 'remove /l [{"a":1},1,9]', '{"l":[1,{"a":1}]}'],
  ['remove an empty list of values', '{"l":[1]}', 'remove /l []', '{"l":[1]}'],
  ['remove an element that is an array iff equal', '{"l":[[1,2],3]}', 'remove /l/0 [1,2]', '{"l":[3]}'],
  ['and nothing of it', '{"l":[[1,2],3]}', 'remove /l/0 1', '{"l":[[1,2],3]}'],
  ['remove an object iff equal', '{"a":{"b":1,"c":2}}', 'remove /a {"c":2,"b":1}', '{}'],
  ['remove below null', '{"a":null}', 'remove /a/b', '{"a":null}'],
  ['remove below an array', '{"l":[1]}', 'remove /l/x/y', '{"l":[1]}'],
  ['remove nested', '{"a":{"b":[{"c":1,"d":2}]}}', 'remove /a/b/0/c', '{"a":{"b":[{"d":2}]}}'],
  ['root add is one add per member', '{"l":[1],"a":{"b":1}}', 'add "" {"l":[2],"a":{"c":1},"_id":"i"}', '{"l":[1,2],"a":{"c":1}}'],
  ['root add of another id', '{"a":1}', 'add "" {"_id":"j"}', 400],
  ['root add of another revision', '{"a":1}', 'add "" {"_rev":"8"}', 400],
  ['root add of no object', '{"a":1}', 'add "" [1]', 400],
  ['root replace keeps the id and ignores the revision', '{"a":1}', 'replace "" {"_id":"i","_rev":"1","b":2}', '{"b":2}'],
  ['root replace of another id', '{"a":1}', 'replace "" {"_id":"j"}', 400],
  ['root replace with an array', '{"a":1}', 'replace "" [1]', 400],
  ['the same id by add', '{"a":1}', 'add _id "i"', '{"a":1}'],
  ['the same revision', '{"a":1}', 'replace /_rev "7"; add /a 2', '{"a":2}'],
  ['another id', '{"a":1}', 'add _id "j"', 400],
  ['the id as a number', '{"a":1}', 'replace _rev 7', 400],
  ['remove the id', '{"a":1}', 'remove _id', 400],
  ['remove the id that it has', '{"a":1}', 'remove _id "i"', 400],
  ['below the revision', '{"a":1}', 'add _rev/a "7"', 400],
  ['deeper members may be named so', '{"a":{}}', 'add /a/_id "x"', '{"a":{"_id":"x"}}'],
  ['later operations see earlier results', '{"l":[1]}', 'add /l 2; add /l/0 0; remove /l/1; replace /l/1 9; add /o/p 1; add /o/q 2', '{"l":[0,9],"o":{"p":1,"q":2}}'],
  ['a value is changed after it was put', '{}', 'add /a {"b":[1]}; add /a/b 2; add /c {"b":[1]}; remove /c/b 1', '{"a":{"b":[1,2]},"c":{"b":[]}}'],
  ['elements are changed between comparisons', '{"l":[{"a":1}],"t":{"s":[{"a":1}]}}', 'remove /l [{"a":2}]; add /l/0/a 2; remove /l [{"a":1}]; remove /l [{"a":2}]', '{"l":[],"t":{"s":[{"a":1}]}}'],
  ['elements are compared twice', '{"l":[{"a":1},{"a":2}]}', 'remove /l {"a":3}; remove /l {"a":2}', '{"l":[{"a":1}]}'],
  ['a constructor is ordinary data', '{}', 'add /constructor/name "x"', '{"constructor":{"name":"x"}}'],
  ['but not with a prototype', '{}', 'add /constructor/prototype/x 1', 400],
  ['nor in two steps', '{"constructor":{}}', 'add /constructor/prototype 1', 400],
  ['names of Object.prototype are missing', '{}', 'remove /toString; add /hasOwnProperty/x 1', '{"hasOwnProperty":{"x":1}}'],
  ['a prototype cannot be reached', '{}', 'add /__proto__/x 1', 400]
]

const transfers: readonly Row[] = [
  ['a missing source', '{"a":1}', 'move /nope → /b', 409],
  ['a source below a scalar', '{"a":1}', 'copy /a/b → /c', 409],
  ['a source at the end of a list', '{"l":[1]}', 'copy /l/- → /c', 409],
  ['a source beyond the end', '{"l":[1]}', 'copy /l/1 → /c', 409],
  ['a missing source that goes nowhere', '{"a":1}', 'copy /b → /b', 409],
  ['a copy to where it comes from', '{"l":[1]}', 'copy /l/0 → /l/0', '{"l":[1]}'],
  ['the same place by another spelling', '{"a b":1}', 'move a%20b → /a%20b/', '{"a b":1}'],
  ['a missing source within itself', '{"b":1}', 'move /a → /a/b', 400],
  ['a copy into its own child', '{"a":{"b":1}}', 'copy /a → /a/c', '{"a":{"b":1,"c":{"b":1}}}'],
  ['a name that begins alike is no child', '{"a":1}', 'move /a → /ab', '{"ab":1}'],
  ['a move to its own parent', '{"a":{"b":{"c":1}}}', 'move /a/b → /a', '{"a":{"c":1}}'],
  ['an array is overwritten, not appended to', '{"a":1,"l":[2]}', 'move /a → /l', '{"l":1}'],
  ['also by an array', '{"a":[1],"l":[2]}', 'copy /a → /l', '{"a":[1],"l":[1]}'],
  ['and one that is a set', '{"a":[1,1],"s":[2]}', 'move /a → /s', '{"s":[1,1]}'],
  ['an element is inserted', '{"a":9,"l":[1,2]}', 'move /a → /l/1', '{"l":[1,9,2]}'],
  ['at the index that is the length', '{"a":9,"l":[1]}', 'copy /a → /l/1', '{"a":9,"l":[1,9]}'],
  ['not beyond', '{"a":9,"l":[1]}', 'copy /a → /l/2', 409],
  ['counted after the source was removed', '{"l":[1,2]}', 'move /l/0 → /l/2', 409],
  ['into itself, although another would be there by then', '{"l":[1,{"x":2}]}', 'move /l/0 → /l/0/y', 400],
  ['the next element', '{"l":[1,{"x":2},{"x":3}]}', 'move /l/0 → /l/1/y', '{"l":[{"x":2},{"x":3,"y":1}]}'],
  ['no index of an array', '{"a":9,"l":[1]}', 'move /a → /l/x', 409],
  ['parents are made', '{"a":1,"o":null}', 'move /a → /o/p/q', '{"o":{"p":{"q":1}}}'],
  ['an array too', '{"a":1}', 'move /a → /l/-', '{"l":[1]}'],
  ['not for an index', '{"a":1}', 'copy /a → /l/0', 409],
  ['a scalar in the path of the destination', '{"a":1,"b":2}', 'move /a → /b/c', 409],
  ['a parent that was removed', '{"a":{"b":1}}', 'move /a → /c; copy /c → /a/d', '{"c":{"b":1},"a":{"d":{"b":1}}}'],
  ['a member of a set', '{"s":[1]}', 'move /s/0 → /a', 400],
  ['the end of a set is no source', '{"s":[1]}', 'copy /s/- → /a', 400],
  ['through a set', '{"s":[{"a":1}]}', 'copy /s/0/a → /b', 400],
  ['to a position of a set', '{"a":1,"s":[1]}', 'copy /a → /s/0', 400],
  ['to the end of a set', '{"a":2,"s":[1]}', 'move /a → /s/-', '{"s":[1,2]}'],
  ['which may have it', '{"a":1.0,"s":[1]}', 'move /a → /s/-', '{"s":[1]}'],
  ['the end of a missing set', '{"a":1}', 'copy /a → /s/-', '{"a":1,"s":[1]}'],
  ['the end of what is no set', '{"a":1,"s":{}}', 'copy /a → /s/-', '{"a":1,"s":{"-":1}}'],
  ['a whole set', '{"s":[1]}', 'move /s → /t', '{"t":[1]}'],
  ['to the root', '{"a":{"b":1},"c":2}', 'move /a → ""', '{"b":1}'],
  ['a copy to the root', '{"a":{"b":1,"_id":"i","_rev":"1"},"c":2}', 'copy /a → /', '{"b":1}'],
  ['that is another document', '{"a":{"_id":"j"}}', 'copy /a → ""', 400],
  ['no object', '{"a":[1]}', 'move /a → ""', 400],
  ['a copy of the id', '{}', 'copy /_id → /a; copy _rev → /b/c', '{"a":"i","b":{"c":"7"}}'],
  ['what is in the id', '{}', 'copy /_id/x → /a', 409],
  ['a move of the id', '{}', 'move /_id → /a', 400],
  ['and of what is in it', '{}', 'move /_rev/x → /a', 400],
  ['to the id', '{"a":"i"}', 'copy /a → /_id', 400],
  ['to where it is', '{}', 'move /_id → /_id', 400],
  ['into the revision', '{"a":"7"}', 'move /a → /_rev/x', 400],
  ['a copy does not change with its source', '{"a":{"l":[{"x":1}]}}', 'add /a/l/0/y 2; copy /a → /b; add /a/l/- 3; add /b/l/0/z 4', '{"a":{"l":[{"x":1,"y":2},3]},"b":{"l":[{"x":1,"y":2,"z":4}]}}'],
  ['nor with what a value was removed from', '{"l":[{"x":1},5],"m":1}', 'add /l/0/y 2; remove /l 5; copy /l → /k; add /l/0/z 3', '{"l":[{"x":1,"y":2,"z":3}],"m":1,"k":[{"x":1,"y":2}]}'],
  ['nor with the root that it came from', '{"a":{"b":{"c":1}}}', 'add /a/b/d 2; move /a → ""; copy /b → /e; add /b/f 3', '{"b":{"c":1,"d":2,"f":3},"e":{"c":1,"d":2}}'],
  ['nor with its own child', '{"a":{"b":[1]}}', 'copy /a → /a/c; add /a/b/- 2; add /a/c/b/- 3', '{"a":{"b":[1,2],"c":{"b":[1,3]}}}'],
  ['an element that was changed again is compared as it is by now', '{"l":[{"a":1}]}', 'add /l/0/a 2; remove /l {"a":9}; add /l/0/a 3; remove /l {"a":2}; copy /l → /k; remove /l {"a":3}', '{"l":[],"k":[{"a":3}]}'],
  ['so is an object', '{"o":{}}', 'add /o/x 1; remove /o {"y":1}; add /o/y 1; remove /o {"y":1,"x":1}', '{}'],
  ['what was moved is compared as it is by now', '{"l":[{"a":1}],"m":[]}', 'remove /l {"a":2}; move /l/0 → /m/-; add /m/0/a 2; remove /m {"a":1}; remove /m {"a":2}', '{"l":[],"m":[]}']
]

const sums: readonly Row[] = [
  ['the root', '{}', 'increment "" 1', 400],
  ['the id', '{}', 'increment _id 1', 400],
  ['a boolean', '{"a":true}', 'increment /a 1', 400],
  ['an array with null', '{"l":[1,null]}', 'increment /l 1', 400],
  ['an array in an array', '{"l":[[1]]}', 'increment /l 1', 400],
  ['an array that is an element', '{"l":[[1,2]]}', 'increment /l/0 1', '{"l":[[2,3]]}'],
  ['beyond the end', '{"l":[1]}', 'increment /l/1 1', 400],
  ['a name in an array', '{"l":[1]}', 'increment /l/length 1', 400],
  ['below null', '{"a":null}', 'increment /a/b 1', 400],
  ['a whole set', '{"s":[1,2]}', 'increment /s 1', '{"s":[2,3]}'],
  ['a position of a set', '{"s":[1,2]}', 'increment /s/0 1', 400],
  ['the end of a set', '{"s":[1,2]}', 'increment /s/- 1', 400],
  ['through a set', '{"s":[{"a":1}]}', 'increment /s/0/a 1', 400],
  ['the largest exact integer', '{"a":9007199254740990}', 'increment /a 1', '{"a":9007199254740991}'],
  ['one more', '{"a":9007199254740991}', 'increment /a 1', 400],
  ['the smallest', '{"a":-9007199254740990}', 'increment /a -1', '{"a":-9007199254740991}'],
  ['one less', '{"a":-9007199254740991}', 'increment /a -1', 400],
  ['back into the range', '{"a":9007199254740992}', 'increment /a -2', '{"a":9007199254740990}'],
  ['large by a fraction', '{"a":1e300}', 'increment /a 0.5', 400],
  ['out of range', '{"a":1.7e308}', 'increment /a 1.7e308', 400],
  ['one of many out of range', '{"l":[1,9007199254740991]}', 'increment /l 1', 400],
  ['twice', '{"a":{"n":[1]}}', 'increment /a/n/0 1; increment /a/n 0.5', '{"a":{"n":[2.5]}}'],
  ['a prototype', '{}', 'increment /constructor/length 1', 400]
]

t.test('every rule beyond the examples', async t => check(further, t))

t.test('every rule of move and copy', async t => check(transfers, t))

t.test('every rule of increment', async t => check(sums, t))

t.test('a patch that touches nothing gives the document itself', async t => {
  const document = { a: 1, l: [1], none: [] }
  for (const patch of ['[]', 'increment /none 1', 'move /a → /a', 'copy /l/0 → /l/0', 'remove /x', 'remove /l 2', 'remove /l/9', 'replace _rev "7"']) t.equal(outcome(document, shorthand(patch)), document, patch)
})

t.test('what is not touched is shared', async t => {
  const document = { a: { b: 1 }, c: { d: 1 } }
  const result = outcome(document, shorthand('add /c/d 2')) as JsonObject
  t.equal(result['a'], document.a)
})

t.test('without options there are no sets and no members of the server', async t => {
  t.strictSame(applyPatch({ s: [1] }, list('add /s 1; replace /s/0 2')), { s: [2, 1] })
  t.throws(() => applyPatch({}, list('replace _rev "7"')), { statusCode: 400, message: /only the server/ })
  t.strictSame(applyPatch({ a: 1 }, list('replace "" {"_id":"x","b":1}'), { revision: '1' }), { b: 1 }, 'a singleton has no id')
})

t.test('the result keeps the rules of content', async t => {
  const deep = '/a'.repeat(100)
  t.type(outcome({}, [{ operation: 'add', field: deep, value: 1 }]), 'object')
  t.equal(outcome({}, [{ operation: 'add', field: deep, value: {} }]), 400)
  t.equal(outcome({}, [{ operation: 'add', field: 'a', value: 'x\0' }]), 400)
  t.equal(outcome({}, [{ operation: 'add', field: '', value: JSON.parse('{"__proto__":{"x":1}}') }]), 400)
  t.equal(outcome({}, [{ operation: 'replace', field: '', value: JSON.parse('{"__proto__":{"x":1}}') }]), 400)
  t.throws(() => applyPatch({}, { language: 'common-rest', operations: [{ kind: 'add', field: ['__proto__', 'x'], value: 1 }] }), { statusCode: 400, message: /not legal/ })
  t.strictSame(applyPatch({ a: 1 }, { language: 'common-rest', operations: [{ kind: 'add', field: [], value: { a: undefined } }] }), { a: 1 })
  t.equal(({} as Record<string, unknown>)['x'], undefined)
})

t.test('messages name the place and quote at most 200 characters', async t => {
  t.throws(() => applyPatch({ l: [] }, list('add /l/9 1')), { statusCode: 409, message: 'The patch cannot add "/l/9": it is beyond the end of the array' })
  const field = 'k'.repeat(10_000)
  try {
    applyPatch({ [field]: 1 }, readPatch(commonRest, [{ operation: 'add', field: `${field}/x`, value: 1 }]))
    t.fail('nothing was thrown')
  } catch (error) {
    t.ok((error as Error).message.length < 300)
  }
})

t.test('three languages are read, in the order of Accept-Patch', async t => {
  t.strictSame([...patchLanguages.keys()], [commonRest, jsonPatch, mergePatch])
  t.strictSame(readPatch(commonRest, [{ operation: 'remove', field: 'a' }]), { language: 'common-rest', operations: [{ kind: 'remove', field: ['a'] }] })
  t.strictSame(readPatch(jsonPatch, [{ op: 'remove', path: '/a' }]), { language: 'json-patch', operations: [{ kind: 'remove', path: ['a'] }] })
  t.strictSame(readPatch(mergePatch, { a: null }), { language: 'merge-patch', members: { a: null } })
  for (const mediaType of patchLanguages.keys()) t.throws(() => readPatch(mediaType, 'x'), { statusCode: 400, message: /not a valid/ })
  t.throws(() => readPatch('text/plain', []), { statusCode: 415, message: 'The media type is not that of a patch' })
})

t.test('what is not offered is 501, also where it was not read from content', async t => {
  t.throws(() => readPatch(commonRest, shorthand('remove /a; transform /a {"script":{}}')), { statusCode: 501, message: 'The patch operation transform is not offered' })
  t.throws(() => applyPatch({}, { language: 'common-rest', operations: [{ kind: 'transform', field: ['a'], value: 1 }] }), { statusCode: 501, message: /not offered/ })
})

t.test('a patch reads what it copies, moves, compares or adds to', async t => {
  const operations = shorthand('add /a 1; remove /b; remove /c 1; replace /d 1; increment /e 1; move /f → /g; copy /h/i → /j')
  t.strictSame(patchReads(readPatch(commonRest, operations)), [
    { pointer: ['c'], operation: 'remove' },
    { pointer: ['e'], operation: 'increment' },
    { pointer: ['f'], operation: 'move' },
    { pointer: ['h', 'i'], operation: 'copy' }
  ])
  const edits = jsonPatchShorthand('add /a 1; remove /b; replace /d 1; test /c/0 1; move /f → /g; copy "" → /j; test "" {}')
  t.strictSame(patchReads(readPatch(jsonPatch, edits)), [
    { pointer: ['c', '0'], operation: 'test' },
    { pointer: ['f'], operation: 'move' },
    { pointer: [], operation: 'copy' },
    { pointer: [], operation: 'test' }
  ])
  t.strictSame(patchReads(readPatch(mergePatch, { a: null, b: 1 })), [])
  t.strictSame(patchReads({ language: 'common-rest', operations: [{ kind: 'transform', field: ['a'], value: 1 }] }), [])
})
