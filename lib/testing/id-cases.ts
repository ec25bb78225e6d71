import assert from 'node:assert/strict'
import { casesOf, rules } from './contract-case.ts'
import type { ContractCase, RunCase } from './contract-case.ts'
import { foundIds, held, insertAll, kindOf, written } from './expectations.ts'
import { seededRandom } from './seeded-random.ts'
import { compareCodePoints } from '../crest/code-points.ts'

/** Ids that a store might take for one another, or for something else than an id. */
const oddIds: Readonly<Record<string, readonly string[]>> = {
  'letter case': ['a', 'A', 'ä', 'Ä', 'ß', 'ẞ', 'SS', 'ss', 'İ', 'i', 'ı', 'I', 'ſ', 's', '\u212a', 'k', 'K', 'ς', 'σ', 'Σ'],
  'normal forms': ['é', 'e\u0301', '\u00c5', '\u212b', 'A\u030a', '\ufb01', 'fi', 'ｆｉ', '\u1e9b\u0323'],
  'quotes and the texts of SQL': ["'", "''", '"', '`', '\\', "\\'", ';', '--', '/*', "'; DROP TABLE crest_documents; --", "' OR '1'='1", '" OR ""="', '$1', '?', '?1', ':id', '@id', '$$', "E'\\n'"],
  'wildcards and patterns': ['%', 'a%', '_', '*', '?', '[a]', '^a', 'a$', 'a.', '(a)', 'a|b', 'a+', '{1}'],
  'percent escapes and slashes': ['%41', '%2F', '%25', '+', '/', '//', 'a/b', 'a//b', '/a', 'a/', '~1', '~0', '#', '&a=b'],
  'white space': [' ', '  ', ' a', 'a ', 'a  ', '\u00a0', '\u2003', '\u2028', '\u3000', '\ufeff', '\u200b', 'a b'],
  'names of Object.prototype': ['__proto__', 'constructor', 'prototype', 'toString', 'valueOf', 'hasOwnProperty', 'length', '__defineGetter__'],
  'texts of numbers': ['0', '00', '-0', '0.0', '1', '01', '1.0', '1e0', '+1', '10', '9', 'NaN', 'Infinity', '9007199254740992', '9007199254740993', '0x1'],
  'texts of other values': ['null', 'NULL', 'undefined', 'true', 'false', '[]', '{}', '""', '_id', 'id', 'rowid', '2026-01-01'],
  'characters beyond U+FFFF': ['😀', '😁', '\u{10000}', '\u{10ffff}', '\ud7ff', '\ue000', '\uffee', '\ufffd', '👩‍👩‍👧', '👩', '🇩🇪'],
  '255 bytes': ['x'.repeat(255), 'x'.repeat(254), `${'x'.repeat(254)}y`, 'é'.repeat(127), `${'é'.repeat(126)}e`, '😀'.repeat(63), `${'😀'.repeat(63)}abc`],
  'punctuation and the empty text': ['', '.a', '..a', '...', ',', ':', '|', '=', '<', '>', '!', '-', '--help', '~', '^', '$']
}

/** Any text of 0 to 255 bytes without control characters is an id, and no other one. */
export const idCases: readonly ContractCase[] = [
  ...Object.entries(oddIds).map(([kind, ids]) => ({ name: `ids: ${kind} make no id like another`, run: keepsApart(ids) })),
  ...casesOf('ids', {
    async 'random ones are kept apart' (store) {
      const random = seededRandom(20260729)
      const letters = ['a', 'A', 'b', ' ', '/', '%', '\'', '\\', 'é', 'É', 'e\u0301', 'ß', '😀', '\ue000', '0', '_']
      const ids = new Set(Array.from({ length: 60 }, () => Array.from({ length: 1 + random.below(4) }, () => random.pick(letters)).join('')))
      await keepsApart([...ids])(store)
    },
    async 'a unique constraint keeps them apart, too' (store) {
      const collection = store.collection('/odd', rules({ unique: [['/owner']], indexes: ['/owner'], tombstones: true }))
      for (const id of ['a', 'A', "'", '%', '__proto__']) await written(collection.insert(id, { owner: id }))
      for (const id of ['a', 'A', "'", '%', '__proto__']) {
        assert.equal((await collection.insert(`other ${id}`, { owner: id })).kind, 'clash', id)
        assert.deepEqual(await foundIds(collection, { filter: { kind: 'in', field: ['_id'], values: [`other ${id}`] } }), [], id)
      }
    }
  })
]

/** Each id has its own document, is found by itself, and goes alone. */
function keepsApart (ids: readonly string[]): RunCase {
  return async (store) => {
    const collection = store.collection('/odd', rules())
    for (const [n, id] of ids.entries()) await written(collection.insert(id, { n }))
    for (const [n, id] of ids.entries()) assert.deepEqual((await held(collection, id)).content, { n }, JSON.stringify(id))
    const sorted = [...ids].sort(compareCodePoints)
    assert.deepEqual(await foundIds(collection), sorted)
    for (const id of ids.filter((_, n) => n % 2 === 0)) await written(collection.remove(id, (await held(collection, id)).revision))
    for (const [n, id] of ids.entries()) assert.equal(await kindOf(collection, id), n % 2 === 0 ? 'absent' : 'document', JSON.stringify(id))
    await insertAll(collection, ids.filter((_, n) => n % 2 === 0))
    assert.deepEqual(await foundIds(collection), sorted)
  }
}
