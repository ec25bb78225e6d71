import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { parseJsonContent } from '../../lib/crest/json-content.ts'
import { partsByName, resolveReferences } from '../../lib/crest/part-references.ts'
import type { Part } from '../../lib/crest/part-references.ts'
import { BadRequest } from '../../lib/errors.ts'
import type { JsonValue } from '../../lib/json.ts'

function part (name: string | undefined, text: string, filename?: string, mimetype = 'text/plain'): Part {
  return { name, bytes: Buffer.from(text, 'latin1'), filename, mimetype }
}

const parts = partsByName([
  part('photo', '\xfb\xff\x00', 'me.png', 'image/png'), part('Note', 'hi'), part('a#b', 'x'), part('Straße', 'y'), part('__proto__', 'z', 'p.txt'), part('empty', '', ''),
  part('photo', 'other', 'other.png'), part(undefined, 'nameless'), part('bad', 'x', 'a\0b'), part('lone', 'x', '\ud800')
])

function resolve (value: JsonValue, maxText = 1000): JsonValue {
  return resolveReferences(value, parts, maxText)
}

t.test('a reference becomes what it names', async t => {
  const cases: ReadonlyArray<readonly [string, string]> = [
    ['cid:photo#content', '-_8A'], ['cid:photo#filename', 'me.png'], ['cid:photo#mimetype', 'image/png'], ['CID:PHOTO#Content', '-_8A'], ['cid:Photo#FILENAME', 'me.png'],
    ['cid:note#content', 'aGk'], ['cid:a#b#content', 'eA'], ['cid:STRASSE#content', 'eQ'], ['cid:__proto__#content', 'eg'], ['cid:__proto__#filename', 'p.txt'],
    ['cid:empty#content', ''], ['cid:empty#filename', ''], ['cid:bad#content', 'eA']
  ]
  for (const [reference, text] of cases) t.equal(resolve({ $ref: reference }), text, reference)
  for (const name of ['$ref', '$REF', '$Ref']) t.strictSame(resolve({ a: [{ [name]: 'cid:note#content' }] }), { a: ['aGk'] }, name)
})

t.test('only an object with nothing but $ref is a reference', async t => {
  const values: readonly JsonValue[] = [
    'cid:note#content', { ref: 'cid:note#content' }, { $refs: 'cid:note#content' }, { $ref: 'cid:note#content', a: 1 }, { $ref: 5, $REF: 6 }, { a: 'cid:note#content' }, {}, [], null, 1, true, ['$ref']
  ]
  for (const value of values) t.strictSame(resolve(value), value, JSON.stringify(value))
  t.strictSame(resolve({ $ref: { $ref: 'cid:note#content' }, a: { $ref: 'cid:note#content' } }), { $ref: 'aGk', a: 'aGk' }, 'what is inside is looked into')
})

t.test('any other reference is refused', async t => {
  const targets: readonly JsonValue[] = [
    '', 'note', 'cid:note', 'cid:note#', 'cid:#content', 'cid:note#size', 'cid:note#content ', ' cid:note#content', 'cid:note#contents', 'note#content', 'http://x/#content', '#/definitions/a',
    5, null, true, [], {}, ['cid:note#content'], { $ref: 'cid:note#content' },
    'cid:nope#content', 'cid: note#content', 'cid:undefined#content', 'cid:constructor#content', 'cid:note#filename', 'cid:bad#filename', 'cid:lone#filename'
  ]
  for (const target of targets) t.throws(() => resolve({ a: { $ref: target } }), BadRequest, JSON.stringify(target))
  t.throws(() => resolve({ $ref: 'cid:nope#content' }), { message: 'The content has no part "nope" to refer to' })
  t.throws(() => resolve({ $ref: 'cid:note#filename' }), { message: 'The file name of the part "note" is missing' })
  t.throws(() => resolve({ $ref: 'cid:bad#filename' }), { message: 'The file name of the part "bad" contains the character U+0000' })
  t.throws(() => resolve({ $ref: `cid:${'x'.repeat(1000)}#content` }), { message: /^.{1,300}$/ })
})

t.test('what is put in altogether is bounded', async t => {
  const twice: JsonValue = [{ $ref: 'cid:photo#content' }, { $ref: 'cid:photo#filename' }]
  t.strictSame(resolve(twice, 10), ['-_8A', 'me.png'])
  t.throws(() => resolve(twice, 9), { statusCode: 400, message: 'The references of the content make it too large' })
  t.throws(() => resolve({ $ref: 'cid:photo#mimetype' }, 8), BadRequest)
  t.equal(resolve({ $ref: 'cid:empty#content' }, 0), '')
  // Nothing is made of what is too large: otherwise this would take gigabytes.
  const huge = partsByName([{ name: 'p', bytes: new Uint8Array(50_000_000), filename: undefined, mimetype: 'a/b' }])
  t.throws(() => resolveReferences(Array.from({ length: 1000 }, () => ({ $ref: 'cid:p#content' })), huge, 70_000_000), BadRequest)
})

t.test('no prototype is ever reached', async t => {
  const value = JSON.parse('{"__proto__":{"a":{"$ref":"cid:note#content"}},"constructor":{"$ref":"cid:note#content"}}') as JsonValue
  const resolved = resolve(value)
  t.equal(JSON.stringify(resolved), '{"__proto__":{"a":"aGk"},"constructor":"aGk"}')
  t.equal(Object.getPrototypeOf(resolved), Object.prototype)
  t.throws(() => resolve(JSON.parse('{"__proto__":{"$ref":"cid:nope#content"}}') as JsonValue), BadRequest)
})

t.test('the deepest content is walked', async t => {
  const text = '['.repeat(99) + '{"$ref":"cid:note#content"}' + ']'.repeat(99)
  t.equal(JSON.stringify(resolve(parseJsonContent(Buffer.from(text)))), '['.repeat(99) + '"aGk"' + ']'.repeat(99))
})

t.test('a view of a larger buffer is encoded alone', async t => {
  const bytes = new Uint8Array([9, 0xfb, 0xff, 9]).subarray(1, 3)
  t.equal(resolveReferences({ $ref: 'cid:v#content' }, partsByName([{ name: 'v', bytes, filename: undefined, mimetype: 'a/b' }]), 3), '-_8')
})

t.test('content without references stays equal', async t => {
  fc.assert(fc.property(fc.jsonValue(), value => {
    assert.equal(JSON.stringify(resolve(value as JsonValue)), JSON.stringify(value))
  }))
})
