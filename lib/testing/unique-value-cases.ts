import assert from 'node:assert/strict'
import { casesOf, rules } from './contract-case.ts'
import type { ContractCase, RunCase } from './contract-case.ts'
import { clashed, written } from './expectations.ts'
import type { JsonObject, JsonValue } from '../json.ts'

const tenKilobytes = 'x'.repeat(10_000)

/** Values of which none equals another. */
const differentValues: Readonly<Record<string, readonly JsonValue[]>> = {
  'values of different types': [1, '1', true, 'true', [1], ['1'], { 1: 1 }, 0, false, '', [], {}, 'null', '[1]', '{}', [null], [[]]],
  'texts that differ in case': ['a', 'A', 'ß', 'ẞ', 'SS', 'ss', 'İ', 'i', 'ı', 'σ', 'ς'],
  'texts that differ in normal form': ['é', 'e\u0301', '\u212b', '\u00c5', '\ufb01', 'fi'],
  'texts that differ in white space': ['a', ' a', 'a ', 'a\u00a0', 'a\n', '', ' '],
  'texts with quotes and wildcards': ["'", "''", '"', '\\', '\\\\', '%', '_', '*', ';', '--'],
  'texts beyond U+FFFF': ['😀', '😁', '\u{10ffff}', '\ue000', '\ufffd'],
  'numbers that are close': [2 ** 53, 2 ** 53 - 1, 2 ** 53 + 2, 0.1 + 0.2, 0.3, 5e-324, 0, 1e21, 1e21 + 131072, 1.7976931348623157e308],
  'lists in another order': [[1, 2], [2, 1], [1, 2, null], [1], [[1, 2]], [[1], 2]],
  'objects of other members': [{ a: 1, b: 2 }, { a: 1 }, { a: 1, b: null }, { a: 2, b: 1 }, { a: { b: 1 } }, { 'a.b': 1 }],
  'texts of 10 kB that differ at their end': [`${tenKilobytes}a`, `${tenKilobytes}b`, `${tenKilobytes}`, `${tenKilobytes} `]
}

/** What equal values are: exact JSON values. */
export const uniqueValueCases: readonly ContractCase[] = [
  ...Object.entries(differentValues).map(([kind, values]) => ({ name: `unique values: ${kind} do not clash, and each clashes with itself`, run: keepsValuesApart(values) })),
  ...casesOf('unique values', {
    async 'the order of members is no difference' (store) {
      const collection = store.collection('/unique', rules({ unique: [['/v']] }))
      await written(collection.insert('a', { v: { a: 1, b: { c: [1], d: 2 } } }))
      await clashed(collection.insert('b', { v: { b: { d: 2, c: [1] }, a: 1 } }), ['/v'])
    },
    async 'minus zero is zero' (store) {
      const collection = store.collection('/unique', rules({ unique: [['/v']] }))
      await written(collection.insert('a', { v: 0 }))
      await clashed(collection.insert('b', { v: -0 }), ['/v'])
    },
    async 'missing and null values never clash' (store) {
      const collection = store.collection('/unique', rules({ unique: [['/v'], ['/a/b']] }))
      const contents: readonly JsonObject[] = [{}, {}, { v: null }, { v: null }, { a: null }, { a: null }, { a: 1 }, { a: 1 }, { a: { b: null } }, { a: { b: null } }]
      for (const [n, content] of contents.entries()) await written(collection.insert(`${n}`, content))
    },
    async 'several values clash only together' (store) {
      const collection = store.collection('/unique', rules({ unique: [['/a', '/b', '/c']] }))
      await written(collection.insert('0', { a: 1, b: 2, c: 3 }))
      for (const [n, content] of [{ a: 1, b: 2, c: 4 }, { a: 1, b: 3, c: 3 }, { a: 2, b: 2, c: 3 }, { a: 3, b: 2, c: 1 }, { a: [1, 2], b: 3, c: 3 }].entries()) {
        await written(collection.insert(`other ${n}`, content))
      }
      await clashed(collection.insert('x', { a: 1, b: 2, c: 3, d: 4 }), ['/a', '/b', '/c'])
    },
    async 'several values do not clash where one is missing or null' (store) {
      const collection = store.collection('/unique', rules({ unique: [['/a', '/b']] }))
      for (const [n, content] of [{ a: 1 }, { a: 1 }, { a: 1, b: null }, { a: 1, b: null }, { b: 1 }, { b: 1 }, {}, {}].entries()) await written(collection.insert(`${n}`, content))
      await written(collection.insert('a', { a: 1, b: 1 }))
      await clashed(collection.insert('b', { a: 1, b: 1 }), ['/a', '/b'])
    },
    async 'values of several members are not run together' (store) {
      const collection = store.collection('/unique', rules({ unique: [['/a', '/b']] }))
      const contents: readonly JsonObject[] = [{ a: 'x', b: 'yz' }, { a: 'xy', b: 'z' }, { a: 'x,', b: 'y' }, { a: 'x', b: ',y' }, { a: 'x"', b: 'y' }, { a: 'x', b: '"y' }, { a: '', b: 'xy' }, { a: 'xy', b: '' }, { a: 1, b: 11 }, { a: 11, b: 1 }]
      for (const [n, content] of contents.entries()) await written(collection.insert(`${n}`, content))
      for (const content of contents) await clashed(collection.insert('x', content), ['/a', '/b'])
    },
    async 'an object of many members is a value' (store) {
      const collection = store.collection('/unique', rules({ unique: [['/v']] }))
      const many = (last: number): JsonObject => ({ v: Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`member ${n}`, n === 299 ? last : n])) })
      await written(collection.insert('a', many(1)))
      await written(collection.insert('b', many(2)))
      await clashed(collection.insert('c', many(1)), ['/v'])
    },
    async 'the whole document is a value' (store) {
      const collection = store.collection('/unique', rules({ unique: [['/']] }))
      await written(collection.insert('a', { n: 1 }))
      await written(collection.insert('b', { n: 2 }))
      assert.equal((await collection.insert('c', { n: 1 })).kind, 'clash')
    }
  })
]

function keepsValuesApart (values: readonly JsonValue[]): RunCase {
  return async (store) => {
    const collection = store.collection('/unique', rules({ unique: [['/v']] }))
    for (const [n, v] of values.entries()) await written(collection.insert(`${n}`, { v }))
    for (const v of values) await clashed(collection.insert('x', { v }), ['/v'])
  }
}
