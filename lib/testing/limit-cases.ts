import assert from 'node:assert/strict'
import { casesOf, rules } from './contract-case.ts'
import type { ContractCase } from './contract-case.ts'
import { everything, foundIds, held, insertAll, written } from './expectations.ts'
import { answersAsReference, ask } from './reference-answer.ts'
import type { QueryFilter } from '../crest/query-filter.ts'
import type { JsonObject } from '../json.ts'
import type { Store, StoreCollection, StoredDocument } from '../stores/store.ts'

interface Filled {
  readonly collection: StoreCollection
  readonly documents: readonly StoredDocument[]
}

async function fill (store: Store): Promise<Filled> {
  const collection = store.collection('/things', rules({ indexes: ['/n'] }))
  const documents: StoredDocument[] = []
  for (let n = 0; n < 30; n++) documents.push(await written(collection.insert(`id ${n}`, { n, text: `Text ${n}`, tags: [`t${n}`, 'x'] })))
  return { collection, documents }
}

const equal = (field: string, value: string | number): QueryFilter => ({ kind: 'compare', operator: 'eq', field: [field], value })
const upTo = (many: number): readonly number[] => Array.from({ length: many }, (_, n) => n)

/** What is large, and must do all the same. */
export const limitCases: readonly ContractCase[] = casesOf('limits', {
  async 'a document of 1,000 members' (store) {
    const collection = store.collection('/large', rules({ indexes: ['/member%20999'] }))
    const content: JsonObject = Object.fromEntries(upTo(1000).map((n) => [`member ${n}`, { n, text: `Text ${n}` }]))
    const { revision } = await written(collection.insert('a', content))
    assert.deepEqual((await held(collection, 'a')).content, content)
    await written(collection.replace('a', revision, { ...content, more: true }))
    assert.equal(Object.keys((await held(collection, 'a')).content).length, 1001)
  },
  async 'a list of 10,000 elements' (store) {
    const collection = store.collection('/large', rules())
    const content = { list: upTo(10_000) }
    await written(collection.insert('a', content))
    assert.deepEqual((await held(collection, 'a')).content, content)
    assert.deepEqual(await foundIds(collection, { filter: equal('list', 9999) }), ['a'])
  },
  async 'an indexed list of 300 elements' (store) {
    const collection = store.collection('/large', rules({ indexes: ['/list'] }))
    const { revision } = await written(collection.insert('a', { list: upTo(300) }))
    assert.deepEqual(await foundIds(collection, { filter: equal('list', 299) }), ['a'])
    await written(collection.replace('a', revision, { list: upTo(10) }))
    assert.deepEqual(await foundIds(collection, { filter: equal('list', 299) }), [])
  },
  async 'an indexed text of 20 kB' (store) {
    const collection = store.collection('/large', rules({ indexes: ['/text'] }))
    const text = 'Long '.repeat(4000)
    await insertAll(collection, ['a'], { text: `${text}a` })
    await insertAll(collection, ['b'], { text: `${text}b` })
    assert.deepEqual(await foundIds(collection, { filter: equal('text', `${text.toUpperCase()}B`) }), ['b'])
    assert.deepEqual(await foundIds(collection, { sortKeys: [{ pointer: ['text'], descending: true }] }), ['a', 'b'])
  },
  async 'a page of 1,000 documents' (store) {
    const collection = store.collection('/large', rules())
    const ids = upTo(1000).map((n) => String(n).padStart(4, '0'))
    await insertAll(collection, ids, { text: 'x' })
    const { documents, total } = await collection.query(everything({ limit: 1000, count: true }))
    assert.deepEqual([documents.map(({ id }) => id), total], [ids, 1000])
    assert.deepEqual(await foundIds(collection, { offset: 990 }), ids.slice(990))
    assert.deepEqual(await foundIds(collection, { after: { values: [], id: '0989' } }), ids.slice(990))
    assert.equal((await foundIds(collection, { sortKeys: [{ pointer: ['_id'], descending: true }] }))[0], '0999')
  },
  async 'an in of 500 values' (store) {
    const { collection, documents } = await fill(store)
    for (const field of ['n', 'text', 'tags', '_id']) {
      const values = upTo(500).map((n) => field === 'n' ? n * 2 : field === '_id' ? `id ${n * 2}` : `t${n * 2}`)
      const filter: QueryFilter = { kind: 'in', field: [field], values }
      await answersAsReference(collection, documents, everything({ filter, count: true }))
      await answersAsReference(collection, documents, everything({ filter: { kind: 'not', operand: filter }, count: true }))
    }
  },
  async 'a filter of 200 comparisons' (store) {
    const { collection, documents } = await fill(store)
    for (const field of ['n', 'text', '_id']) {
      const operands = upTo(200).map((n) => equal(field, field === 'n' ? n * 3 : field === '_id' ? `id ${n * 3}` : `text ${n * 3}`))
      await answersAsReference(collection, documents, everything({ filter: { kind: 'or', operands }, count: true }))
      await answersAsReference(collection, documents, everything({ filter: { kind: 'and', operands: operands.map((operand) => ({ kind: 'not', operand })) }, count: true }))
    }
  },
  async 'a filter nested 60 deep' (store) {
    const { collection, documents } = await fill(store)
    let filter = equal('n', 5)
    for (let depth = 0; depth < 60; depth++) filter = depth % 3 === 0 ? { kind: 'not', operand: filter } : { kind: depth % 3 === 1 ? 'and' : 'or', operands: [filter, equal('n', depth % 3 === 1 ? 5 : 7)] }
    await answersAsReference(collection, documents, everything({ filter, count: true }))
  },
  async 'a pointer of 12 tokens' (store) {
    const collection = store.collection('/deep', rules({ indexes: ['/a/b/c/d/e/f/g/h/i/j/k/l'] }))
    const content: JsonObject = JSON.parse('{"a":{"b":[{"c":{"d":{"e":[{"f":{"g":{"h":{"i":{"j":{"k":{"l":[1,"x"]}}}}}}}]}}}]}}')
    const documents = [await written(collection.insert('a', content)), await written(collection.insert('b', { a: 1 }))]
    for (const filter of ['a/b/c/d/e/f/g/h/i/j/k/l eq "X"', '!(a/b/c/d/e/f/g/h/i/j/k/l pr)', 'a/b/0/c/d/e/0/f/g/h/i/j/k/l/1 eq "x"']) await answersAsReference(collection, documents, ask(filter, 'a/b/c/d/e/f/g/h/i/j/k/l'))
  },
  async 'twelve indexes and unique constraints on one collection' (store) {
    const pointers = upTo(12).map((n) => `/m${n}`)
    const collection = store.collection('/many', rules({ indexes: pointers, unique: pointers.map((pointer) => [pointer]) }))
    for (let n = 0; n < 6; n++) await written(collection.insert(`${n}`, Object.fromEntries(upTo(12).map((m) => [`m${m}`, n * 12 + m]))))
    assert.equal((await collection.insert('x', { m11: 11 })).kind, 'clash')
    assert.deepEqual(await foundIds(collection, { filter: equal('m7', 31) }), ['2'])
  }
})
