import assert from 'node:assert/strict'
import { casesOf, rules } from './contract-case.ts'
import type { ContractCase } from './contract-case.ts'
import { foundIds, written } from './expectations.ts'
import { answersInParts, ask } from './reference-answer.ts'
import { comparisonOperators } from '../crest/query-filter.ts'
import type { FilterValue, QueryFilter } from '../crest/query-filter.ts'
import type { JsonValue } from '../json.ts'
import type { Store, StoreCollection, StoredDocument } from '../stores/store.ts'

interface Filled {
  readonly collections: readonly StoreCollection[]
  readonly documents: readonly StoredDocument[]
}

/** Documents with these values of `v`, in a collection with an index and, seen later, without. */
async function fill (store: Store, values: readonly JsonValue[]): Promise<Filled> {
  const indexed = store.collection('/values', rules({ indexes: ['/v'] }))
  const documents: StoredDocument[] = []
  for (const [n, v] of values.entries()) documents.push(await written(indexed.insert(String(n).padStart(3, '0'), { v })))
  return { collections: [indexed, store.collection('/values', rules())], documents }
}

async function answers ({ collections, documents }: Filled, filters: readonly QueryFilter[]): Promise<void> {
  for (const collection of collections) {
    for (const [turn, filter] of filters.entries()) await answersInParts(collection, documents, { filter, sortKeys: [{ pointer: ['v'], descending: turn % 2 === 1 }] }, turn)
  }
}

/** Each operator, every second one negated. */
function comparisons (value: FilterValue): readonly QueryFilter[] {
  return comparisonOperators.map((operator, n): QueryFilter => {
    const filter: QueryFilter = { kind: 'compare', operator, field: ['v'], value }
    return n % 2 === 0 ? filter : { kind: 'not', operand: filter }
  })
}

const texts: readonly string[] = ['', 'a', 'ab', 'A\u0001', 'a\u0001', 'b', '\u0001', 'ß', 'é', '\ue000', '😀', '%', "'"]

/** What filters do that no text of a filter in a URL says so well. */
export const queryValueCases: readonly ContractCase[] = casesOf('filter values', {
  async 'a text with U+0000 compares like any other, and is in no document' (store) {
    const filled = await fill(store, texts)
    await answers(filled, [...comparisons('\0'), ...comparisons('a\0'), ...comparisons('a\0b'), { kind: 'in', field: ['v'], values: ['\0', 'a', 'b\0'] }])
  },
  async 'control characters compare like others' (store) {
    await answers(await fill(store, texts), [...comparisons('\u0001'), ...comparisons('a\u0001'), ...comparisons('\u007f')])
  },
  async 'texts of SQL, patterns and JSON paths are texts' (store) {
    const odd = ["' OR '1'='1", '%', '_%', '\\', '\\%', '"', '$.a', '$[0]', '[0]', '?', ':v', '$1', '--', '/*', '{}', '.*']
    await answers(await fill(store, odd), odd.flatMap((value) => comparisons(value).slice(0, 4)))
  },
  async 'a text of 20 kB compares to its end' (store) {
    const long = 'Long '.repeat(4000)
    const filled = await fill(store, [long, `${long}a`, `${long}B`, 'z', `x${long}`])
    await answers(filled, [...comparisons(`${long}b`), ...comparisons(long.toUpperCase())])
  },
  async 'numbers, texts and booleans are never equal' (store) {
    const values = [0, 1, '0', '1', true, false, 'true', 'false', '', null, [1], ['1'], [true]]
    const filled = await fill(store, values)
    await answers(filled, [0, 1, '0', '1', true, false, 'true', ''].flatMap(comparisons))
  },
  async 'the smallest and largest numbers compare exactly' (store) {
    const values = [5e-324, -5e-324, 0, 1.7976931348623157e308, -1.7976931348623157e308, 2 ** 53 - 1, 2 ** 53, 2 ** 53 + 2, 0.1 + 0.2, 0.3]
    await answers(await fill(store, values), values.flatMap(comparisons))
  },
  async 'the members of in may be of all types, repeat and be none' (store) {
    const filled = await fill(store, [0, 1, '0', 'a', 'A', true, null, ['a', 5], 'ß'])
    const lists: ReadonlyArray<readonly FilterValue[]> = [[], ['a'], ['a', 'A', 'a'], [0, '0', true], ['SS', 5], [false], ['none', 7]]
    await answers(filled, lists.flatMap((values): readonly QueryFilter[] => [{ kind: 'in', field: ['v'], values }, { kind: 'not', operand: { kind: 'in', field: ['v'], values } }]))
  },
  async 'and and or of no operand to speak of are what logic says' (store) {
    const filled = await fill(store, [1, 2, 3])
    const one: QueryFilter = { kind: 'compare', operator: 'eq', field: ['v'], value: 1 }
    const [yes, no] = [{ kind: 'literal', value: true }, { kind: 'literal', value: false }] as const
    await answers(filled, [yes, no, { kind: 'and', operands: [one, yes] }, { kind: 'and', operands: [one, no] }, { kind: 'or', operands: [one, yes] }, { kind: 'or', operands: [one, no] },
      { kind: 'and', operands: [one, one] }, { kind: 'or', operands: [one, one] }, { kind: 'not', operand: { kind: 'and', operands: [one, { kind: 'not', operand: one }] } }])
  },
  async 'a revision is found by its text, and by no other' (store) {
    const { collections, documents } = await fill(store, [1, 2, 3])
    for (const collection of collections) {
      for (const { id, revision } of documents) {
        assert.deepEqual(await foundIds(collection, { filter: { kind: 'compare', operator: 'eq', field: ['_rev'], value: revision } }), [id])
        assert.deepEqual(await foundIds(collection, { filter: { kind: 'in', field: ['_rev'], values: [revision, 'none'] } }), [id])
      }
      await answersInParts(collection, documents, ask('!(_rev eq "none")', '-_rev'), 0)
    }
  },
  async 'a filter object is answered again after documents were written' (store) {
    const { collections: [collection], documents } = await fill(store, [1, 2])
    const query = ask('v ge 2')
    const all = [...documents]
    for (const v of [3, 0, 2]) {
      all.push(await written((collection as StoreCollection).insert(`new ${v}`, { v })))
      await answersInParts(collection as StoreCollection, all, query, v)
    }
    const [first] = all
    all[0] = await written((collection as StoreCollection).replace('000', first?.revision ?? '', { v: 9 }))
    await answersInParts(collection as StoreCollection, all, query, 1)
  }
})
