import assert from 'node:assert/strict'
import { rules } from './contract-case.ts'
import type { ContractCase, RunCase } from './contract-case.ts'
import { idsOf, written } from './expectations.ts'
import { ask, referenceAnswer } from './reference-answer.ts'
import { seededRandom } from './seeded-random.ts'
import type { SeededRandom } from './seeded-random.ts'
import { comparePositions, sortPosition } from '../crest/sort-order.ts'
import type { StoreCollection, StoredDocument, StoreQuery } from '../stores/store.ts'

const size = 45

/** Filters, sort keys and indexes under which pages are turned. */
const walks: ReadonlyArray<readonly [filter: string, sort: string, indexes: readonly string[]]> = [
  ['true', '', []], ['true', 'group', []], ['true', 'group', ['/group']], ['true', '-group,text', ['/group', '/text']], ['group ge 1', '-text', ['/group']], ['tags eq "x"', 'tags,-group', ['/tags']], ['!(group eq 2)', '-tags', ['/tags', '/text']]
]

function contentOf (random: SeededRandom): { readonly group?: number, readonly text: string | null, readonly tags: readonly string[] } {
  return {
    ...(random.below(6) === 0 ? {} : { group: random.below(4) }),
    text: random.pick(['a', 'A', 'b', 'ß', '😀', null]),
    tags: random.pick([['x'], ['y', 'x'], [], ['y']])
  }
}

/** Pages that follow one another by position make up the whole, whatever others write meanwhile. */
export const pagingLawCases: readonly ContractCase[] = walks.flatMap(([filter, sort, indexes]) => {
  const order = `of ${filter} by ${sort === '' ? 'id' : sort}, with ${indexes.length === 0 ? 'no index' : `indexes ${indexes.join(' ')}`}`
  return [
    { name: `paging: pages ${order} are full and make up the whole`, run: makesUpTheWhole(filter, sort, indexes) },
    { name: `paging: pages ${order} skip and repeat nothing that stays while others write`, run: staysSteady(filter, sort, indexes) }
  ]
})

async function fill (collection: StoreCollection, random: SeededRandom): Promise<readonly StoredDocument[]> {
  const documents: StoredDocument[] = []
  for (let n = 0; n < size; n++) documents.push(await written(collection.insert(`${(n * 7) % 10} ${n}`, contentOf(random))))
  return documents
}

/** Turns pages until one is empty; `turned` is called behind each. */
async function turnPages (collection: StoreCollection, query: StoreQuery, limit: number, turned: (page: readonly StoredDocument[]) => Promise<void>): Promise<readonly StoredDocument[]> {
  const found: StoredDocument[] = []
  for (;;) {
    const last = found.at(-1)
    const { documents } = await collection.query({ ...query, limit, ...(last === undefined ? {} : { after: sortPosition(last, query.sortKeys) }) })
    if (documents.length === 0) return found
    assert.ok(documents.length <= limit)
    found.push(...documents)
    // Not for ever, where a position leads back.
    assert.ok(found.length < 10 * size, 'the pages do not come to an end')
    await turned(documents)
  }
}

function makesUpTheWhole (filter: string, sort: string, indexes: readonly string[]): RunCase {
  return async (store) => {
    const collection = store.collection('/walked', rules({ indexes }))
    const documents = await fill(collection, seededRandom(1))
    const query = ask(filter, sort)
    const whole = idsOf(referenceAnswer(query, documents).documents)
    for (const limit of [4, 7]) {
      let pages = 0
      const found = await turnPages(collection, query, limit, async (page) => {
        pages++
        assert.ok(page.length === limit || pages === Math.ceil(whole.length / limit), 'only the last page is short')
      })
      assert.deepEqual(idsOf(found), whole)
      const numbered: string[] = []
      for (let offset = 0; offset < whole.length; offset += limit) numbered.push(...idsOf((await collection.query({ ...query, offset, limit })).documents))
      assert.deepEqual(numbered, whole)
    }
  }
}

function staysSteady (filter: string, sort: string, indexes: readonly string[]): RunCase {
  return async (store) => {
    const random = seededRandom(2)
    const collection = store.collection('/walked', rules({ indexes }))
    const documents = await fill(collection, random)
    const unsteady = new Set<string>()
    let inserted = 0
    // At the same time as each other, and as the next page.
    const writing: Array<Promise<void>> = []
    const query = ask(filter, sort)
    const found = await turnPages(collection, query, 5, async () => {
      await Promise.all(writing.splice(0))
      const removed = random.pick(documents).id
      const touched = random.pick(documents).id
      unsteady.add(removed)
      writing.push(remove(collection, removed), touch(collection, touched), insert(collection, `new ${inserted++}`, random))
    })
    await Promise.all(writing)
    const ids = idsOf(found)
    assert.equal(new Set(ids).size, ids.length, `something is repeated: ${ids.join(', ')}`)
    for (const [n, document] of found.slice(1).entries()) {
      assert.ok(comparePositions(query.sortKeys, sortPosition(found[n] as StoredDocument, query.sortKeys), sortPosition(document, query.sortKeys)) < 0, 'the order is broken')
    }
    const steady = (id: string): boolean => !unsteady.has(id) && !id.startsWith('new ')
    assert.deepEqual(ids.filter(steady), idsOf(referenceAnswer(query, documents).documents).filter(steady))
  }
}

async function remove (collection: StoreCollection, id: string): Promise<void> {
  const slot = await collection.read(id)
  if (slot.kind === 'document') await collection.remove(id, slot.document.revision)
}

/** Changes a member by which nothing is found or sorted. */
async function touch (collection: StoreCollection, id: string): Promise<void> {
  const slot = await collection.read(id)
  if (slot.kind === 'document') await collection.replace(id, slot.document.revision, { ...slot.document.content, touched: true })
}

async function insert (collection: StoreCollection, id: string, random: SeededRandom): Promise<void> {
  await written(collection.insert(id, contentOf(random)))
}
