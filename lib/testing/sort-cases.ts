import { rules } from './contract-case.ts'
import type { ContractCase, RunCase } from './contract-case.ts'
import { written } from './expectations.ts'
import { answersAsReference, answersInParts, ask } from './reference-answer.ts'
import { sortPosition } from '../crest/sort-order.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import type { StoredDocument } from '../stores/store.ts'

const ties: readonly JsonObject[] = Array.from({ length: 24 }, (_, n) => ({ a: n % 2, b: n % 3, c: n % 4 === 0 ? null : n % 5, ...(n % 6 === 0 ? {} : { d: 'dcba'[n % 4] as string }) }))
const of = (values: readonly JsonValue[]): readonly JsonObject[] => [...values.map((a) => ({ a })), {}]
const long = 'z'.repeat(256)

const mixed = of([3, 'b', true, null, 'A', 10, false, 'a', -1, [], {}, [5, 'c'], ['x', true], [null], '', 0, '10', [[1]], { a: 1 }])

/** Orders: their name, the sort keys as in a URL, and what is ordered. */
const orders: ReadonlyArray<readonly [name: string, sort: string, contents: readonly JsonObject[]]> = [
  ['without sort keys ids decide', '', ties],
  ['booleans come before numbers, numbers before texts, and what has no value last', 'a', mixed],
  ['descending, what has no value is still last', '-a', mixed],
  ['numbers are ordered by size', 'a', of([10, 9, 1.5, -1, 1e21, 5e-324, 0, -1e308, 2 ** 53, 2 ** 53 + 2, 100])],
  ['numbers are ordered down by size', '-a', of([10, 9, 1.5, -1, 1e21, 5e-324, 0, -1e308, 2 ** 53, 2 ** 53 + 2, 100])],
  ['texts are ordered ignoring case, by code point', 'a', of(['b', 'A', 'a', 'B', 'ab', 'é', 'z', 'É', '\ue000', '😀', '\uffee', '', 'ß', 'ss', 'st', '10', '9', ' '])],
  ['texts are ordered down ignoring case, by code point', '-a', of(['b', 'A', 'a', 'B', 'ab', 'é', 'z', 'É', '\ue000', '😀', '\uffee', '', 'ß', 'ss', 'st', '10', '9', ' '])],
  ['texts that are equal but for case are ordered by id', 'a', of(['x', 'X', 'x', 'X', 'ß', 'SS', 'ss', 'ẞ'])],
  ['a list is ordered by its smallest value', 'a', of([[3, 1], [2], [9, 'a', true], ['b', 'a'], [], [null, 5], 1.5, 2, [[0]]])],
  ['a list is ordered by its smallest value descending, too', '-a', of([[3, 1], [2], [9, 'a', true], ['b', 'a'], [], [null, 5], 1.5, 2, [[0]]])],
  ['texts are ordered by their first 256 characters', 'a', of([`${long}b`, `${long}a`, long, `${long}`, 'z'.repeat(255), `${'z'.repeat(255)}a`])],
  ['a pair of surrogates is not cut in two', 'a', of([`${'z'.repeat(255)}😁`, `${'z'.repeat(255)}😀b`, `${'z'.repeat(255)}😀a`, `${'z'.repeat(255)}\uffee`])],
  ['a second key decides between equals', 'a,b', ties],
  ['each key has its own direction', 'a,-b', ties],
  ['the first key descending, the second ascending', '-a,b', ties],
  ['eight keys', 'a,-b,c,-d,_id,a,b,c', ties],
  ['a key twice is a key once', 'b,b,-b', ties],
  ['by id downwards', '-_id', ties],
  ['by id behind another key', 'b,-_id', ties],
  ['by revision', '_rev', ties],
  ['by a member that no document has', '-missing', ties],
  ['by what has no value at times', 'c,-d', ties],
  ['along a pointer through lists', 'a/b', [{ a: { b: 3 } }, { a: [{ b: 2 }, { b: 5 }] }, { a: [{ b: [4, 1] }] }, { a: { b: null } }, { a: 1 }, { a: [{ c: 1 }] }, { a: [[{ b: 0 }]] }]],
  ['by a position in a list', '/a/1', [{ a: [1, 3] }, { a: [2, 1] }, { a: [3] }, { a: { 1: 2 } }, { a: 'xy' }, {}]],
  ['by the whole document, which orders nothing', '/', ties]
]

/** Orders, with an index of their keys and without, compared with the reference. */
export const sortCases: readonly ContractCase[] = orders.map(([name, sort, contents]) => ({ name: `sort: ${name}`, run: sortsAsReference(sort, contents) }))

function sortsAsReference (sort: string, contents: readonly JsonObject[]): RunCase {
  return async (store) => {
    const pointers = sort.split(',').filter((key) => key !== '').map((key) => key.replace(/^-/, ''))
    const indexed = store.collection('/sorted', rules({ indexes: [...new Set(pointers)] }))
    const documents: StoredDocument[] = []
    for (const [n, content] of contents.entries()) documents.push(await written(indexed.insert(`${(n * 7) % 10}${n % 2 === 0 ? 'a' : 'A'}${n}`, content)))
    const query = ask('true', sort)
    for (const collection of [indexed, store.collection('/sorted', rules())]) {
      for (const turn of [0, 1, 4]) await answersInParts(collection, documents, query, turn)
      for (const document of documents.slice(0, 8)) await answersAsReference(collection, documents, { ...query, after: sortPosition(document, query.sortKeys) })
    }
  }
}
