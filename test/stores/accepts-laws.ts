import { setImmediate } from 'node:timers/promises'
import fc from 'fast-check'
import type { Test } from 'tap'
import { parseQueryFilter } from '../../lib/crest/query-filter-parser.ts'
import { queryPredicate } from '../../lib/crest/query-predicate.ts'
import { parseSortKeys } from '../../lib/crest/sort-keys.ts'
import { sortPosition } from '../../lib/crest/sort-order.ts'
import type { Store, StoreCollection, StoreQuery, StoredDocument } from '../../lib/stores/store.ts'
import { acceptsOf, answerPlainly, anyAcceptance, anyContent, anyFilter, anyId, anyIndexes, anySortKeys } from './query-samples.ts'
import { rules, written } from './store-laws.ts'

type MakeStore = (t: Test) => Store

/** What `accepts` does to the queries of every store, on every way to documents. `makeStore` gives an empty one. */
export async function acceptsLaws (t: Test, makeStore: MakeStore, cases: number): Promise<void> {
  await fullPagesLaw(t, makeStore, cases)
  await waysLaw(t, makeStore)
  await failureLaw(t, makeStore)
}

/** The query in which a filter and sort keys are written. */
export function ask (filter: string, sort = '', rest: Partial<StoreQuery> = {}): StoreQuery {
  return { filter: parseQueryFilter(filter), sortKeys: sort === '' ? [] : parseSortKeys([sort]), ...rest }
}

/** So many documents that SQLite reads several windows of them. */
const many = 400

/** Under indexes of `/n`, `/few` and `/tags` each query goes another way to its documents. */
const ways: ReadonlyArray<readonly [way: string, filter: string, sort: string]> = [
  ['all ids', 'true', ''],
  ['all ids, judged', 'name co "1"', ''],
  ['all ids, sorted', 'true', '-name'],
  ['all ids, judged and sorted', 'name co "1"', 'name'],
  ['up an index', 'true', 'n'],
  ['down an index', 'true', '-n'],
  ['up an index of several values', 'true', 'tags'],
  ['down an index, judged', 'name co "1"', '-n'],
  ['up an index, sorted on', 'true', 'n,-name'],
  ['one span of an index', 'n ge 3', '-n'],
  ['one span of an index, judged', 'n ge 3 and name co "1"', 'n'],
  ['one value of an index', 'n eq 7', ''],
  ['one value of an index of several', 'tags eq "x"', ''],
  ['one value of an index, judged', 'tags eq "x" and name co "1"', ''],
  ['one value of an index, sorted', 'tags eq "x"', '-name'],
  ['gathered', 'few ge 1', '-name'],
  ['gathered from an index of several values', 'tags ge "x"', 'name'],
  ['gathered from two indexes', 'tags eq "y" or few ge 3', ''],
  ['gathered and judged', '(tags eq "y" or few ge 3) and name co "1"', 'name'],
  ['by id', '_id in \'["d007","D011","d023","none"]\'', ''],
  ['by id, judged', '_id in \'["d007","D011","d023","none"]\' and name co "1"', '-name'],
  ['nothing', 'false', 'n']
]

interface Filled {
  readonly collection: StoreCollection
  readonly documents: readonly StoredDocument[]
}

async function fill (store: Store): Promise<Filled> {
  const collection = store.collection('/things', rules({ indexes: ['/n', '/few', '/tags'], expires: '/until' }))
  const documents: StoredDocument[] = []
  for (let n = 0; n < many; n++) {
    const content = { n: n % 10, name: `Name ${n}`, tags: n % 3 === 0 ? ['x', 'y'] : 'x', ...(n % 80 === 0 ? { few: n / 80 } : {}) }
    const until = n % 50 === 49 ? { until: '2000-01-01T00:00:00Z' } : {}
    const document = written(await collection.insert(`${n % 2 === 0 ? 'd' : 'D'}${String(n).padStart(3, '0')}`, { ...content, ...until }))
    if (until.until === undefined) documents.push(document)
  }
  return { collection, documents }
}

function idsOf (documents: readonly StoredDocument[]): readonly string[] {
  return documents.map(({ id }) => id)
}

/** Whether documents follow one another by position or by number, their pages are full, and each says how many there are. */
export async function fullPagesLaw (t: Test, makeStore: MakeStore, cases: number): Promise<void> {
  await t.test('pages are full of what is accepted, and make up all of it', async (t) => {
    const store = makeStore(t)
    let run = 0
    const some = fc.record({ indexes: anyIndexes, filter: anyFilter, sortKeys: anySortKeys, limit: fc.integer({ min: 1, max: 5 }), acceptance: anyAcceptance, byPosition: fc.boolean() })
    const contents = fc.uniqueArray(fc.tuple(anyId, anyContent), { maxLength: 20, selector: ([id]) => id })
    await fc.assert(fc.asyncProperty(some, contents, async ({ indexes, filter, sortKeys, limit, acceptance, byPosition }, contents) => {
      const collection = store.collection(`/full/${run++}`, rules({ indexes }))
      const all: StoredDocument[] = []
      for (const [id, content] of contents) all.push(written(await collection.insert(id, content)))
      const whole: StoreQuery = { filter, sortKeys, accepts: acceptsOf(acceptance) }
      const expected = idsOf(answerPlainly(whole, all).documents)
      const found: StoredDocument[] = []
      for (let full = true; full;) {
        const last = found.at(-1)
        const from = !byPosition ? { offset: found.length } : last === undefined ? {} : { after: sortPosition(last, sortKeys) }
        const { documents, total } = await collection.query({ ...whole, ...from, limit, count: true })
        if (total !== expected.length) throw new Error(`${total} are counted instead of ${expected.length}`)
        full = documents.length === limit
        found.push(...documents)
      }
      if (idsOf(found).join('|') !== expected.join('|')) throw new Error(`${idsOf(found)} is not ${expected}`)
    }), { numRuns: Math.ceil(cases / 5) })
    t.ok(run >= cases / 5)
  })
}

/** On every way the answer is that of all documents, filtered, then accepted, then sorted; and nobody is asked in vain. */
export async function waysLaw (t: Test, makeStore: MakeStore): Promise<void> {
  await t.test('on every way what is accepted is paged and counted, and only what matches is asked about', async (t) => {
    const { collection, documents } = await fill(makeStore(t))
    const byHash = acceptsOf({ member: undefined, salt: 7, share: 2 })
    const table: ReadonlyArray<readonly [who: string, accepts: (document: StoredDocument) => boolean]> = [
      ['all', () => true], ['none', () => false], ['some by id', byHash], ['some by a member', ({ content }) => Number(content['n']) % 2 === 1], ['the last', ({ id }) => id >= 'd390']
    ]
    for (const [way, filter, sort] of ways) {
      const plain = ask(filter, sort)
      const matching = new Set(idsOf(documents.filter(queryPredicate(plain.filter))))
      const mistakes: unknown[] = []
      for (const [who, accepts] of table) {
        for (const page of [{}, { limit: 5 }, { limit: 5, offset: 9 }, { limit: 0 }, { limit: 400 }, { limit: 3, after: sortPosition(documents[7] as StoredDocument, plain.sortKeys) }]) {
          for (const count of [false, true]) {
            const asked: string[] = []
            const query = { ...plain, ...page, count }
            const found = await collection.query({
              ...query,
              accepts (document) {
                asked.push(document.id)
                return accepts(document)
              }
            })
            const expected = answerPlainly({ ...query, accepts }, documents)
            const isRight = idsOf(found.documents).join() === idsOf(expected.documents).join() && found.total === expected.total
            // Once for the page, and once to count.
            const inVain = asked.filter((id) => !matching.has(id)).length + Math.max(0, asked.length - matching.size * (count ? 2 : 1))
            if (!isRight || inVain > 0) mistakes.push({ who, ...query, ...found, expected, inVain })
          }
        }
      }
      t.strictSame(mistakes, [], way)
    }
  })

  await t.test('what comes in order is not asked about beyond the page', async (t) => {
    const { collection } = await fill(makeStore(t))
    for (const [filter, sort] of [['true', ''], ['true', '-n'], ['n ge 3', 'n'], ['n eq 7', ''], ['name pr', 'n']] as const) {
      let asked = 0
      await collection.query({ ...ask(filter, sort, { limit: 3, offset: 2 }), accepts: () => ++asked > 0 })
      t.equal(asked, 5, `${filter} by ${sort}`)
    }
  })

  await t.test('a document is given as it is stored', async (t) => {
    const collection = makeStore(t).collection('/things', rules())
    const document = written(await collection.insert('a', { n: 1, deep: { list: [1, null] } }))
    const given: StoredDocument[] = []
    const { documents } = await collection.query(ask('true', '', { accepts: (one) => given.push(one) > 0 }))
    t.same(given.map(({ id, revision, content }) => ({ id, revision, content })), [{ ...document }])
    t.equal(documents[0], given[0], 'and that one is the answer')
  })
}

/** What `accepts` throws is what the query fails with, and nothing else comes of it. */
export async function failureLaw (t: Test, makeStore: MakeStore): Promise<void> {
  await t.test('what is thrown while documents are accepted rejects the query, and the store goes on', async (t) => {
    const { collection, documents: [...documents] } = await fill(makeStore(t))
    for (const [way, filter, sort] of ways.filter(([way]) => way !== 'nothing')) {
      const plain = ask(filter, sort, { limit: 2, offset: 1 })
      const matching = documents.filter(queryPredicate(plain.filter)).length
      // The first and a later one; for the page, and where it is the number that is asked for.
      for (const [page, at] of [[{}, 1], [{ limit: 0, count: true }, 1], [{ limit: 0, count: true }, matching], [{ limit: 400, offset: 0 }, matching]] as const) {
        const text = `${way}, ${at} of ${JSON.stringify(page)}`
        const failure = new Error('refused to say')
        let asked = 0
        const query: StoreQuery = {
          ...plain,
          ...page,
          accepts () {
            if (++asked === at) throw failure
            return true
          }
        }
        t.equal(await errorOf(async () => collection.query(query)), failure, text)
        t.equal(asked, at, text)

        const index = asked % documents.length
        const { id, revision, content } = documents[index] as StoredDocument
        const changed = written(await collection.replace(id, revision, { ...content, seen: text }))
        documents[index] = changed
        t.same(await collection.read(id), { kind: 'document', document: { id, revision: changed.revision, content: changed.content } })
        await setImmediate()
        const next = await collection.query({ ...plain, count: true })
        t.strictSame([idsOf(next.documents), next.total], [idsOf(answerPlainly(plain, documents).documents), matching], text)
      }
    }
  })
}

async function errorOf (action: () => Promise<unknown>): Promise<unknown> {
  try {
    await action()
  } catch (error) {
    return error
  }
  return undefined
}
