import assert from 'node:assert/strict'
import { casesOf, rules } from './contract-case.ts'
import type { ContractCase, RunCase } from './contract-case.ts'
import { everything, held, insertAll, written } from './expectations.ts'
import type { JsonObject, JsonValue } from '../json.ts'

// The text of every control character but U+0000, which no content has.
const controls = String.fromCharCode(...Array.from({ length: 31 }, (_, n) => n + 1), ...Array.from({ length: 33 }, (_, n) => n + 127))

/** How deep content may be: the containers of a document, its own object included (Common REST, depth of JSON). */
const deepest = 100

const exactValues: Readonly<Record<string, JsonValue>> = {
  'small whole numbers': [0, 1, -1, 9, 10, 100, -12345],
  'whole numbers up to 2 to the 53rd': [2 ** 53 - 1, 2 ** 53, -(2 ** 53) + 1, -(2 ** 53)],
  'whole numbers beyond 2 to the 53rd': [2 ** 53 + 2, 2 ** 63, -(2 ** 63), 2 ** 64, 1e21, 1e22, 123456789012345680000],
  'the smallest numbers': [5e-324, -5e-324, 2.2250738585072014e-308, 1e-7, 1e-300],
  'the largest numbers': [1.7976931348623157e308, -1.7976931348623157e308, 1.79e308],
  'broken numbers of seventeen digits': [0.1, 0.1 + 0.2, 0.3, 1.5, 1 / 3, Math.PI, 123456789.12345679, 1.0000000000000002],
  booleans: [true, false],
  null: [null, { a: null }],
  'empty texts, lists and objects': ['', [], {}, [[]], [{}], { a: { b: {} } }],
  'lists in their order': [3, 1, 2, '3', '1', null, true, [2, 1], [1, 2]],
  'control characters': controls,
  'line ends and separators': '\r\n\n\r\u2028\u2029\u0085\t\v\f',
  'quotes and escapes': ['"', "'", '\\', '\\u0000', '\\"', '`', '$1', '%s', '?', "'; DROP TABLE crest_documents; --", '{{x}}'],
  'characters beyond U+FFFF': ['😀', '\u{10000}', '\u{10ffff}', '👩‍👩‍👧', '🇩🇪'],
  'normal forms as they are': ['é', 'e\u0301', '\u212b', '\u00c5', '\ufb01'],
  'characters that are none': ['\ufffe', '\uffff', '\ufffd', '\ufeff', '\ufdd0', '\ue000', '\ud7ff'],
  'white space at the ends of texts': [' ', ' a ', '\ta', 'a\n', '\u00a0', ''],
  'texts that look like other values': ['null', 'true', '1', '1.0', '-0', 'NaN', '[]', '{}', '"a"', '2026-01-01', '2026-01-01T00:00:00Z', 'undefined', '0x10', '1e5'],
  'from right to left': 'שלום עולם مرحبا بالعالم'
}

const oddMembers: Readonly<Record<string, JsonObject>> = {
  'the empty name': { '': 1, a: { '': { '': null } } },
  'names of Object.prototype': { constructor: 1, toString: { valueOf: [] }, hasOwnProperty: null, prototype: {}, length: 3 },
  'names like positions': { 0: 'a', 1: 'b', 10: 'c', '01': 'd', '-1': 'e', '-': 'f' },
  'names with dots and dollars': { 'a.b': 1, a: { b: 2 }, $set: { c: 1 }, $: 1, '.': 1, 'a.0': [1] },
  'names with slashes and tildes': { 'a/b': 1, 'a~1b': 2, '~0': 3, '/': 4, '%2F': 5 },
  'names with blanks and quotes': { ' ': 1, 'a b': 2, '"': 3, "'": 4, '\\': 5, '\n': 6, '`': 7 },
  'names that differ in case or normal form': { a: 1, A: 2, ß: 3, SS: 4, é: 5, é: 6 },
  'names beyond U+FFFF': { '😀': 1, '\u{10ffff}': 2, '\ue000': 3 },
  'names of the store': { id: 1, revision: 2, content: 3, _id: 4, _rev: 5, kind: 'gone', collection: '/x', rowid: 7 },
  'a name of 5,000 characters': { ['x'.repeat(5000)]: 1 }
}

/** Content is kept exactly, in value: only the order of members is no promise. */
export const valueCases: readonly ContractCase[] = [
  ...Object.entries(exactValues).map(([kind, value]) => ({ name: `values: ${kind} are kept exactly`, run: keeps({ value }) })),
  ...Object.entries(oddMembers).map(([kind, content]) => ({ name: `members: ${kind} can be used`, run: keeps(content) })),
  ...casesOf('values', {
    async 'minus zero is zero or minus zero' (store) {
      const collection = store.collection('/values', rules())
      await written(collection.insert('a', { value: -0, list: [-0] }))
      assert.ok((await held(collection, 'a')).content['value'] === 0)
    },
    async 'lists nested as deep as content may be are kept' (store) {
      let value: JsonValue = 'deep'
      for (let depth = 1; depth < deepest; depth++) value = [value]
      await keeps({ value })(store)
    },
    async 'objects nested as deep as content may be are kept' (store) {
      let content: JsonObject = { end: 'deep' }
      for (let depth = 1; depth < deepest; depth++) content = { a: content }
      await keeps(content)(store)
    },
    async 'a text of a million characters is kept' (store) {
      await keeps({ value: 'x'.repeat(1_000_000) })(store)
    },
    async 'a text of a million bytes beyond ASCII is kept' (store) {
      await keeps({ value: 'é😀\n"'.repeat(125_000) })(store)
    },
    async 'numbers are kept as numbers, and texts as texts' (store) {
      const collection = store.collection('/values', rules({ indexes: ['/value'] }))
      const values = [1, '1', 1.5, '1.5', true, 'true', null, 'null', 0, '0', false, 'false', '']
      for (const [n, value] of values.entries()) await written(collection.insert(`${n}`, { value }))
      for (const [n, value] of values.entries()) assert.deepEqual((await held(collection, `${n}`)).content, { value })
    },
    async 'null is not a missing member' (store) {
      const collection = store.collection('/values', rules({ indexes: ['/value'] }))
      await written(collection.insert('null', { value: null }))
      await written(collection.insert('missing', {}))
      assert.deepEqual([(await held(collection, 'null')).content, (await held(collection, 'missing')).content], [{ value: null }, {}])
    },
    async 'content is an object with the usual prototype' (store) {
      const collection = store.collection('/values', rules())
      const [answer] = await insertAll(collection, ['a'], { nested: { a: 1 } })
      const [found] = (await collection.query(everything())).documents
      for (const document of [answer, found, await held(collection, 'a')]) {
        assert.equal(Object.getPrototypeOf(document?.content), Object.prototype)
        assert.equal(Object.getPrototypeOf(document?.content['nested']), Object.prototype)
      }
    }
  })
]

/** Written by an insert and by a replacement, answered by each, read and found: always the same. */
function keeps (content: JsonObject): RunCase {
  return async (store) => {
    const collection = store.collection('/values', rules({ indexes: ['/value'] }))
    const inserted = await written(collection.insert('a', content))
    assert.deepEqual(inserted.content, content)
    assert.deepEqual((await held(collection, 'a')).content, content)
    const { revision } = await written(collection.replace('a', inserted.revision, { other: true }))
    assert.deepEqual((await written(collection.replace('a', revision, content))).content, content)
    const { documents } = await collection.query(everything())
    assert.deepEqual(documents.map((document) => document.content), [content])
    const last = await held(collection, 'a')
    assert.deepEqual((await written(collection.remove('a', last.revision))).content, content)
  }
}
