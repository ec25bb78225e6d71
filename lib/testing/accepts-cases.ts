import assert from 'node:assert/strict'
import { casesOf, rules } from './contract-case.ts'
import type { ContractCase, RunCase } from './contract-case.ts'
import { everything, held, insertAll, longAgo, sameDocument, written } from './expectations.ts'
import { answersAsReference, ask } from './reference-answer.ts'
import { sortPosition } from '../crest/sort-order.ts'
import type { Store, StoreCollection, StoredDocument } from '../stores/store.ts'

interface Filled {
  readonly collection: StoreCollection
  readonly documents: readonly StoredDocument[]
}

async function fill (store: Store): Promise<Filled> {
  const collection = store.collection('/things', rules({ indexes: ['/n', '/tags'], expires: '/until' }))
  const documents: StoredDocument[] = []
  for (let n = 0; n < 40; n++) {
    documents.push(await written(collection.insert(`${n % 2 === 0 ? 'd' : 'D'}${String(n).padStart(2, '0')}`, { n: n % 10, name: `Name ${n}`, tags: n % 3 === 0 ? ['x', 'y'] : 'x' })))
  }
  await insertAll(collection, ['d expired'], { n: 1, tags: 'x', until: longAgo })
  return { collection, documents }
}

type Accepts = (document: StoredDocument) => boolean

const rulesOfDocuments: Readonly<Record<string, Accepts>> = {
  all: () => true,
  none: () => false,
  'those of even n': ({ content }) => Number(content['n']) % 2 === 0,
  'those whose id is late': ({ id }) => id > 'd1',
  'one of them': ({ id }) => id === 'd20'
}

/** Ways on which a store may find documents: by id, by an index, by both, by none. */
const queries: ReadonlyArray<readonly [filter: string, sort: string]> = [
  ['true', ''], ['true', '-name'], ['true', 'n'], ['true', '-n,name'], ['true', 'tags'], ['name co "1"', ''], ['n eq 4', ''], ['n ge 3', '-n'], ['tags eq "y"', ''], ['tags ge "x" and name co "2"', 'n'], ['tags eq "y" or n eq 1', '-tags'],
  ['_id in \'["d04","D07","none"]\'', ''], ['!(n eq 1)', '-_id'], ['false', '']
]

function asReference (accepts: Accepts): RunCase {
  return async (store) => {
    const { collection, documents } = await fill(store)
    for (const [filter, sort] of queries) {
      const query = ask(filter, sort, { accepts })
      await answersAsReference(collection, documents, { ...query, count: true })
      await answersAsReference(collection, documents, { ...query, limit: 3, count: true })
      await answersAsReference(collection, documents, { ...query, limit: 3, offset: 4 })
      await answersAsReference(collection, documents, { ...query, limit: 0, count: true })
      await answersAsReference(collection, documents, { ...query, limit: 3, offset: 1, after: sortPosition(documents[17] as StoredDocument, query.sortKeys) })
    }
  }
}

/** Queries that a function of the caller has a say in. */
export const acceptsCases: readonly ContractCase[] = [
  ...Object.entries(rulesOfDocuments).map(([who, accepts]) => ({ name: `accepts: where ${who} are accepted, those are paged and counted`, run: asReference(accepts) })),
  ...casesOf('accepts', {
    async 'documents are given as they are stored' (store) {
      const { collection, documents } = await fill(store)
      const given = new Map<string, StoredDocument>()
      await collection.query(everything({ accepts: (document) => given.set(document.id, document).size > 0 }))
      assert.equal(given.size, documents.length)
      for (const document of documents) sameDocument(given.get(document.id), document)
    },
    async 'only documents that match are given' (store) {
      const { collection } = await fill(store)
      for (const [filter, sort] of queries) {
        const given = new Set<string>()
        const query = ask(filter, sort, { count: true })
        await collection.query({ ...query, accepts: ({ id }) => given.add(id).size > 0 })
        const { documents: matching } = await collection.query(query)
        assert.deepEqual([...given].sort(), matching.map(({ id }) => id).sort(), filter)
      }
    },
    async 'an estimate counts exactly what is accepted' (store) {
      const { collection } = await fill(store)
      for (const filter of ['true', 'n ge 5', 'tags eq "y"', 'name co "1"']) {
        const query = ask(filter, '', { accepts: ({ content }) => Number(content['n']) % 2 === 0, count: true })
        const [exact, estimate] = [await collection.query(query), await collection.query({ ...query, estimate: true, limit: 2 })]
        assert.equal(estimate.total, exact.total, filter)
        assert.ok(estimate.estimated !== true)
      }
    },
    async 'what it throws rejects the query' (store) {
      const { collection } = await fill(store)
      for (const [filter, sort] of queries.filter(([filter]) => filter !== 'false')) {
        // With a limit of none nobody need be asked, unless to count.
        for (const part of [{}, { limit: 2 }, { limit: 0, count: true }]) {
          const failure = new Error('refused to say')
          await assert.rejects(async () => collection.query({ ...ask(filter, sort, part), accepts: () => { throw failure } }), (error) => error === failure, `${filter} by ${sort}`)
        }
      }
    },
    async 'after it threw the store goes on' (store) {
      const { collection, documents } = await fill(store)
      const [first] = documents
      let asked = 0
      const accepts: Accepts = () => {
        if (++asked === 5) throw new Error('refused to say')
        return true
      }
      await assert.rejects(async () => collection.query(everything({ accepts })), { message: 'refused to say' })
      const changed = await written(collection.replace(first?.id ?? '', first?.revision ?? '', { n: 100 }))
      sameDocument(await held(collection, changed.id), changed)
      await answersAsReference(collection, [changed, ...documents.slice(1)], ask('n ge 5', '-n', { count: true }))
    }
  })
]
