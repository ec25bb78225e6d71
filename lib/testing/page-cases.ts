import assert from 'node:assert/strict'
import { casesOf, rules } from './contract-case.ts'
import type { ContractCase } from './contract-case.ts'
import { everything, foundIds, insertAll, kindOf, written } from './expectations.ts'
import { answersAsReference, ask } from './reference-answer.ts'
import { sortPosition } from '../crest/sort-order.ts'
import type { SortPosition } from '../crest/sort-order.ts'
import type { Store, StoreCollection, StoredDocument } from '../stores/store.ts'

const many = Array.from({ length: 40 }, (_, n) => String(n).padStart(2, '0'))

interface Filled {
  readonly collection: StoreCollection
  readonly documents: readonly StoredDocument[]
}

async function fill (store: Store, indexes: readonly string[] = ['/n']): Promise<Filled> {
  const collection = store.collection('/pages', rules({ indexes }))
  const documents: StoredDocument[] = []
  for (const [n, id] of many.toReversed().entries()) documents.push(await written(collection.insert(id, { n: n % 5, even: n % 2 === 0 })))
  return { collection, documents }
}

const behind = (id: string): SortPosition => ({ values: [], id })

/** Which part of an answer a query gives, and how many it counts. */
export const pageCases: readonly ContractCase[] = [
  ...casesOf('pages', {
    async 'a limit gives the first documents' (store) {
      const { collection } = await fill(store)
      assert.deepEqual(await foundIds(collection, { limit: 3 }), many.slice(0, 3))
      assert.deepEqual(await foundIds(collection, { limit: many.length }), many)
      assert.deepEqual(await foundIds(collection, { limit: 1_000_000 }), many)
    },
    async 'a limit of none gives none, and counts' (store) {
      const { collection } = await fill(store)
      const { documents, total } = await collection.query(everything({ limit: 0, count: true }))
      assert.deepEqual([[...documents], total], [[], many.length])
    },
    async 'an offset skips documents' (store) {
      const { collection } = await fill(store)
      assert.deepEqual(await foundIds(collection, { offset: 0 }), many)
      assert.deepEqual(await foundIds(collection, { offset: 37 }), many.slice(37))
      assert.deepEqual(await foundIds(collection, { offset: 5, limit: 2 }), many.slice(5, 7))
    },
    async 'an offset beyond the last document gives none' (store) {
      const { collection } = await fill(store)
      for (const offset of [40, 41, 1_000_000, 2 ** 31, Number.MAX_SAFE_INTEGER]) assert.deepEqual(await foundIds(collection, { offset }), [], String(offset))
    },
    async 'a position gives what comes after it' (store) {
      const { collection } = await fill(store)
      assert.deepEqual(await foundIds(collection, { after: behind('09') }), many.slice(10))
      assert.deepEqual(await foundIds(collection, { after: behind('09'), limit: 3 }), many.slice(10, 13))
      assert.deepEqual(await foundIds(collection, { after: behind('39') }), [])
    },
    async 'a position need not be that of a document' (store) {
      const { collection } = await fill(store)
      assert.deepEqual(await foundIds(collection, { after: behind('09a') }), many.slice(10))
      assert.deepEqual(await foundIds(collection, { after: behind('') }), many)
      assert.deepEqual(await foundIds(collection, { after: behind('\u{10ffff}') }), [])
    },
    async 'an offset counts from the position' (store) {
      const { collection } = await fill(store)
      assert.deepEqual(await foundIds(collection, { after: behind('09'), offset: 5, limit: 3 }), many.slice(15, 18))
      assert.deepEqual(await foundIds(collection, { after: behind('30'), offset: 9 }), [])
    },
    async 'a position among sort keys is where the document stands' (store) {
      const { collection, documents } = await fill(store)
      for (const sort of ['n', '-n', 'n,-even', '-even,n', 'missing,n']) {
        const query = ask('true', sort)
        for (const document of documents.slice(0, 12)) await answersAsReference(collection, documents, { ...query, after: sortPosition(document, query.sortKeys), limit: 6, count: true })
      }
    },
    async 'a position may have values that no document has' (store) {
      const { collection, documents } = await fill(store)
      const positions: readonly SortPosition[] = [
        { values: [{ rank: 1, value: 1 }], id: '' }, { values: [{ rank: 2, value: 2.5 }], id: 'x' }, { values: [{ rank: 2, value: 3 }], id: '' }, { values: [{ rank: 3, value: 'text' }], id: '10' }, { values: [{ rank: 4, value: 0 }], id: '' }
      ]
      for (const sort of ['n', '-n']) for (const after of positions) await answersAsReference(collection, documents, ask('true', sort, { after, count: true }))
    },
    async 'a position of a document that was removed since is good' (store) {
      const { collection, documents } = await fill(store)
      const query = ask('true', '-n')
      for (const document of documents.filter((_, n) => n % 9 === 0)) {
        await written(collection.remove(document.id, document.revision))
        const live: StoredDocument[] = []
        for (const one of documents) if (await kindOf(collection, one.id) === 'document') live.push(one)
        await answersAsReference(collection, live, { ...query, after: sortPosition(document, query.sortKeys) })
      }
    },
    async 'filter, position, offset and limit go together' (store) {
      const { collection, documents } = await fill(store)
      for (const filter of ['even eq true', 'n ge 2', 'n eq 3 or n eq 1', '!(n eq 0)']) {
        for (const sort of ['', 'n', '-n']) {
          const query = ask(filter, sort)
          for (const document of documents.slice(10, 13)) await answersAsReference(collection, documents, { ...query, after: sortPosition(document, query.sortKeys), offset: 2, limit: 4, count: true })
        }
      }
    },
    async 'an empty collection has an empty answer' (store) {
      const collection = store.collection('/empty', rules({ indexes: ['/n'] }))
      for (const query of [everything(), ask('n ge 1', '-n'), ask('true', 'n', { after: { values: [{ rank: 2, value: 1 }], id: 'a' } })]) {
        const { documents, total } = await collection.query({ ...query, count: true })
        assert.deepEqual([[...documents], total], [[], 0])
      }
    },
    async 'the order is that of code points, whatever the order of insertion' (store) {
      const collection = store.collection('/order', rules())
      const ordered = ['!', '0', '10', '2', 'A', 'Z', 'a', 'aa', 'ab', 'b', 'é', '\ud7ff', '\ue000', '\uffee', '\u{10000}', '\u{1f600}', '\u{1f600}a', '\u{10ffff}']
      await insertAll(collection, ordered.map((_, n) => ordered[(n * 7) % ordered.length] as string))
      assert.deepEqual(await foundIds(collection), ordered)
      assert.deepEqual(await foundIds(collection, { after: behind('\uffee') }), ordered.slice(14))
      assert.deepEqual(await foundIds(collection, { after: behind('aaa') }), ordered.slice(8))
    }
  }),
  ...casesOf('counts', {
    async 'nothing is counted unless it is asked for' (store) {
      const { collection } = await fill(store)
      for (const query of [everything(), everything({ count: false }), everything({ limit: 1, estimate: true }), ask('n eq 1')]) assert.equal((await collection.query(query)).total, undefined)
    },
    async 'all that match are counted, whatever part is given' (store) {
      const { collection } = await fill(store)
      for (const part of [{}, { limit: 1 }, { offset: 39 }, { offset: 100 }, { after: behind('38') }, { after: behind('38'), offset: 5, limit: 2 }, { limit: 0 }]) {
        assert.equal((await collection.query(everything({ ...part, count: true }))).total, many.length)
        assert.equal((await collection.query(ask('n eq 1', '', { ...part, count: true }))).total, 8)
      }
    },
    async 'a document with several values that match is counted once' (store) {
      const collection = store.collection('/lists', rules({ indexes: ['/tags', '/parts/x'] }))
      for (const id of ['a', 'b']) await written(collection.insert(id, { tags: ['x', 'X', 'x', 'y', 1], parts: [{ x: 1 }, { x: 1 }, { x: [1, 2] }] }))
      for (const filter of ['tags eq "x"', 'tags co "x" or tags eq "y"', 'tags ge "x"', 'parts/x eq 1', 'parts/x ge 1', 'parts/x in \'[1,2,3]\'', 'tags pr']) {
        const { documents, total } = await collection.query(ask(filter, '', { count: true }))
        assert.deepEqual([documents.map(({ id }) => id), total], [['a', 'b'], 2], filter)
      }
    },
    async 'the count follows every write' (store) {
      const { collection } = await fill(store)
      const count = async (filter: string): Promise<unknown> => (await collection.query(ask(filter, '', { count: true, limit: 1 }))).total
      const one = await written(collection.insert('new', { n: 1 }))
      assert.deepEqual([await count('true'), await count('n eq 1')], [41, 9])
      const two = await written(collection.replace('new', one.revision, { n: 2 }))
      assert.deepEqual([await count('true'), await count('n eq 1'), await count('n eq 2')], [41, 8, 9])
      await written(collection.remove('new', two.revision))
      assert.deepEqual([await count('true'), await count('n eq 2')], [40, 8])
    },
    async 'an exact count is not called an estimate' (store) {
      const { collection } = await fill(store)
      for (const query of [everything({ count: true }), ask('n ge 1', '', { count: true }), everything({ count: true, estimate: false })]) {
        const { estimated, total } = await collection.query(query)
        assert.ok(estimated !== true)
        assert.equal(typeof total, 'number')
      }
    },
    async 'an estimate is a number, and exact unless it says that it is none' (store) {
      const { collection, documents } = await fill(store)
      for (const [filter, exact] of [['true', documents.length], ['n eq 1', 8], ['false', 0], ['even eq true and n ge 0', 20], ['!(n eq 1)', 32]] as const) {
        for (const part of [{}, { limit: 2 }, { limit: 0 }, { offset: 50 }]) {
          const { total, estimated } = await collection.query(ask(filter, '', { ...part, count: true, estimate: true }))
          assert.ok(typeof total === 'number' && Number.isFinite(total) && total >= 0, `${filter} is estimated as ${total}`)
          if (estimated !== true) assert.equal(total, exact, filter)
        }
      }
    },
    async 'documents are the same where an estimate will do' (store) {
      const { collection } = await fill(store)
      for (const sort of ['', '-n', 'n,-even']) {
        const query = ask('n ge 2', sort, { limit: 7, offset: 1 })
        const [plain, estimated] = [await collection.query(query), await collection.query({ ...query, count: true, estimate: true })]
        assert.deepEqual(estimated.documents.map(({ id }) => id), plain.documents.map(({ id }) => id))
      }
    }
  })
]
