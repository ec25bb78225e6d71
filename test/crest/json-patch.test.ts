import t from 'tap'
import { applyPatch, readPatch } from '../../lib/crest/patch.ts'
import type { Patch } from '../../lib/crest/patch.ts'
import type { JsonObject } from '../../lib/json.ts'
import { check, jsonPatch, jsonPatchShorthand, options, outcome } from './patch-outcome.ts'
import type { Row } from './patch-outcome.ts'

const edits = (text: string): Patch => readPatch(jsonPatch, jsonPatchShorthand(text))

const rules: readonly Row[] = [
  ['nothing', '{"a":1}', '[]', '{"a":1}'],
  ['add replaces a member', '{"a":[1]}', 'add /a [2]', '{"a":[2]}'],
  ['null is a value', '{}', 'add /a null; test /a null', '{"a":null}'],
  ['no parents are made', '{}', 'add /a/b 1', 409],
  ['nor for null', '{"a":null}', 'add /a/b 1', 409],
  ['nor arrays', '{}', 'add /l/- 1', 409],
  ['a scalar is no parent', '{"a":1}', 'add /a/b 1', 409],
  ['nor a missing element', '{"l":[]}', 'add /l/0/a 1', 409],
  ['nor the end', '{"l":[{}]}', 'add /l/-/a 1', 409],
  ['add inserts', '{"l":[1,2]}', 'add /l/1 [9]', '{"l":[1,[9],2]}'],
  ['add at the length', '{"l":[1]}', 'add /l/1 9', '{"l":[1,9]}'],
  ['add at the end', '{"l":[1]}', 'add /l/- [9]', '{"l":[1,[9]]}'],
  ['add beyond', '{"l":[1]}', 'add /l/2 9', 409],
  ['add at no index', '{"l":[1]}', 'add /l/01 9', 409],
  ['- is a name in an object', '{}', 'add /- 1', '{"-":1}'],
  ['sets are arrays', '{"s":[1]}', 'add /s/0 1; replace /s/0 2; remove /s/1; test /s/0 2; copy /s/0 → /s/-', '{"s":[2,2]}'],
  ['add at the root replaces', '{"a":1}', 'add "" {"b":1}', '{"b":1}'],
  ['the root is an object', '{"a":1}', 'add "" [1]', 400],
  ['also after a replacement', '{"a":1}', 'replace "" null', 400],
  ['and is not removed', '{"a":1}', 'remove ""', 400],
  ['remove', '{"a":1,"b":2}', 'remove /a', '{"b":2}'],
  ['remove what is missing', '{"a":1}', 'remove /b', 409],
  ['remove below what is missing', '{"a":1}', 'remove /b/c', 409],
  ['remove below a scalar', '{"a":1}', 'remove /a/c', 409],
  ['remove an element', '{"l":[1,2]}', 'remove /l/0', '{"l":[2]}'],
  ['remove beyond the end', '{"l":[1]}', 'remove /l/1', 409],
  ['remove the end', '{"l":[1]}', 'remove /l/-', 409],
  ['replace', '{"a":[1]}', 'replace /a null', '{"a":null}'],
  ['replace null', '{"a":null}', 'replace /a 1', '{"a":1}'],
  ['replace what is missing', '{"a":1}', 'replace /b 1', 409],
  ['replace an element', '{"l":[1,2,3]}', 'replace /l/1 9', '{"l":[1,9,3]}'],
  ['replace at the length', '{"l":[1]}', 'replace /l/1 9', 409],
  ['replace the end', '{"l":[1]}', 'replace /l/- 9', 409],
  ['move', '{"a":{"b":1}}', 'move /a/b → /c', '{"a":{},"c":1}'],
  ['move onto a member', '{"a":1,"b":[2]}', 'move /a → /b', '{"b":1}'],
  ['move what is missing', '{"a":1}', 'move /b → /c', 409],
  ['move into itself', '{"a":{"b":1}}', 'move /a → /a/b/c', 400],
  ['move an element into itself', '{"l":[{},{}]}', 'move /l/0 → /l/0/a', 400],
  ['move to where it is', '{"a":1}', 'move /a → /a', '{"a":1}'],
  ['move a missing one to where it is', '{"a":1}', 'move /b → /b', 409],
  ['move into its own parent', '{"a":{"b":{"c":1}}}', 'move /a/b → /a', '{"a":{"c":1}}'],
  ['move within an array', '{"l":[1,2,3]}', 'move /l/0 → /l/2', '{"l":[2,3,1]}'],
  ['move beyond what is left', '{"l":[1,2,3]}', 'move /l/0 → /l/3', 409],
  ['move to a parent that goes with it', '{"l":[{"a":1}]}', 'move /l/0 → /l/1/a', 409],
  ['move to no parent', '{"a":1}', 'move /a → /b/c', 409],
  ['move to the root', '{"a":{"b":1}}', 'move /a → ""', '{"b":1}'],
  ['move the root', '{"a":1}', 'move "" → /a', 400],
  ['move the root to itself', '{"a":1}', 'move "" → ""', '{"a":1}'],
  ['copy', '{"a":{"b":1}}', 'copy /a → /c; add /c/d 2; add /a/e 3', '{"a":{"b":1,"e":3},"c":{"b":1,"d":2}}'],
  ['copy into itself', '{"a":{"b":1}}', 'copy /a → /a/c', '{"a":{"b":1,"c":{"b":1}}}'],
  ['copy an element onto itself', '{"l":[1,2]}', 'copy /l/0 → /l/0', '{"l":[1,1,2]}'],
  ['copy a member onto itself', '{"a":[1]}', 'copy /a → /a', '{"a":[1]}'],
  ['copy what is missing', '{"a":1}', 'copy /b → /c', 409],
  ['copy no object to the root', '{"a":1}', 'copy /a → ""', 400],
  ['the root as clients see it', '{"a":1}', 'copy "" → /b', '{"a":1,"b":{"_id":"i","_rev":"7","a":1}}'],
  ['the root to itself', '{"a":1}', 'copy "" → ""', '{"a":1}'],
  ['the root twice', '{"a":{"l":[]}}', 'add /a/l/- 1; copy "" → /b; add /a/l/- 2; add /b/a/l/- 3', '{"a":{"l":[1,2]},"b":{"_id":"i","_rev":"7","a":{"l":[1,3]}}}'],
  ['the root that came from a member', '{"a":{"b":{}}}', 'add /a/b/c 1; move /a → ""; copy "" → /z; add /b/d 2', '{"b":{"c":1,"d":2},"z":{"_id":"i","_rev":"7","b":{"c":1}}}'],
  ['test ignores the order of members', '{"a":{"b":1,"c":[2]}}', 'test /a {"c":[2.0],"b":1}', '{"a":{"b":1,"c":[2]}}'],
  ['a number is no text', '{"a":1}', 'test /a "1"', 409],
  ['zero is not false', '{"a":0}', 'test /a false', 409],
  ['null is not missing', '{"a":null}', 'test /b null', 409],
  ['arrays have an order', '{"a":[1,2]}', 'test /a [2,1]', 409],
  ['a member more', '{"a":{"b":1}}', 'test /a {"b":1,"c":null}', 409],
  ['values of one size', '{"a":{"b":1}}', 'test /a {"b":2}', 409],
  ['a test sees earlier operations', '{"a":1}', 'add /a 2; test /a 2', '{"a":2}'],
  ['a test that fails undoes them', '{"a":1}', 'add /a 2; test /a 1', 409],
  ['test the root, as clients see it', '{"a":1}', 'test "" {"_id":"i","_rev":"7","a":1}', '{"a":1}'],
  ['test less than the root', '{"a":1}', 'test "" {"a":1}', 409],
  ['test the id and the revision', '{}', 'test /_id "i"; test /_rev "7"', '{}'],
  ['another id', '{}', 'test /_id "j"', 409],
  ['another revision', '{}', 'test /_rev 7', 409],
  ['below the id', '{}', 'test /_id/0 "i"', 409],
  ['copy the id and the revision', '{}', 'copy /_id → /a; copy /_rev → /b', '{"a":"i","b":"7"}'],
  ['move them', '{}', 'move /_id → /a', 400],
  ['move what is in them', '{}', 'move /_rev/a → /a', 400],
  ['move the id to where it is', '{}', 'move /_id → /_id', 400],
  ['remove the id', '{}', 'remove /_id', 400],
  ['remove what is in it', '{}', 'remove /_id/a', 400],
  ['add the same', '{}', 'add /_id "i"; replace /_rev "7"', '{}'],
  ['add another', '{}', 'add /_id "j"', 400],
  ['replace by another', '{}', 'replace /_rev "8"', 400],
  ['add in it', '{}', 'add /_rev/a "7"', 400],
  ['copy to it', '{"a":"i"}', 'copy /a → /_id', 400],
  ['move to it', '{"a":"i"}', 'move /a → /_id', 400],
  ['the root with both', '{}', 'replace "" {"_id":"i","_rev":"7","b":1}', '{"b":1}'],
  ['the root with another id', '{}', 'add "" {"_id":"j"}', 400],
  ['the root with another revision', '{}', 'add "" {"_rev":"8"}', 400],
  ['deeper members may be named so', '{"a":{"_id":1}}', 'replace /a/_id 2; add /a/_rev 1', '{"a":{"_id":2,"_rev":1}}'],
  ['ordinary names', '{}', 'add /constructor 1; add /toString 2; test /toString 2; remove /constructor', '{"toString":2}'],
  ['inherited names are missing', '{}', 'remove /toString', 409],
  ['and are no parents', '{}', 'add /constructor/x 1', 409],
  ['no constructor with a prototype', '{"constructor":{}}', 'add /constructor/prototype 1', 400],
  ['percent is literal', '{"a%20b":1}', 'test "/a%20b" 1; add "/c d" 2', '{"a%20b":1,"c d":2}'],
  ['the last slash counts', '{"a":{}}', 'add /a/ 1; add / 2', '{"a":{"":1},"":2}']
]

t.test('every rule', async t => check(rules, t, jsonPatch))

t.test('messages name the place as RFC 6901 does, and no value', async t => {
  t.throws(() => applyPatch({ 'a%': { '': 1 } }, edits('test "/a%/" 2')), { statusCode: 409, message: 'The patch cannot test "/a%/": it has another value' })
  t.throws(() => applyPatch({ a: {} }, edits('remove /a/')), { statusCode: 409, message: 'The patch cannot remove "/a/": there is nothing' })
})

t.test('what a patch only tests is the document itself', async t => {
  const document = { a: { b: 1 } }
  t.equal(applyPatch(document, edits('test /a {"b":1}; replace /_id "i"; move /a → /a'), options), document)
})

t.test('a singleton has no id', async t => {
  const statusOf = (text: string): number | JsonObject => {
    try {
      return applyPatch({ a: 1 }, edits(text), { revision: '7' })
    } catch (error) {
      return (error as { statusCode: number }).statusCode
    }
  }
  t.equal(statusOf('test /_id "i"'), 409)
  t.equal(statusOf('copy /_id → /b'), 409)
  t.equal(statusOf('move /_id → /b'), 400)
  t.equal(statusOf('add /_id "i"'), 400)
  t.equal(statusOf('remove /_id'), 400)
  t.strictSame(statusOf('replace "" {"_id":"x","b":1}'), { b: 1 })
  t.strictSame(statusOf('test "" {"_rev":"7","a":1}'), { a: 1 })
})

t.test('no prototype is reached by pointers that were made by hand', async t => {
  t.throws(() => applyPatch({}, { language: 'json-patch', operations: [{ kind: 'add', path: ['__proto__', 'x'], value: 1 }] }), { statusCode: 400, message: /not legal/ })
  t.throws(() => applyPatch({}, { language: 'json-patch', operations: [{ kind: 'copy', from: ['__proto__'], path: ['x'] }] }), { statusCode: 409, message: /there is nothing/ })
  t.equal(outcome({ a: 1 }, [{ op: 'add', path: '/__proto__/x', value: 1 }], jsonPatch), 400)
  t.equal(({} as Record<string, unknown>)['x'], undefined)
})
