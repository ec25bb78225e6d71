import fc from 'fast-check'
import type { Test } from 'tap'
import { comparePositions, sortPosition } from '../../lib/crest/sort-order.ts'
import type { JsonObject } from '../../lib/json.ts'
import type { Store, StoreCollection, StoredDocument } from '../../lib/stores/store.ts'
import { acceptsOf, answerPlainly, anyAcceptance, anyContent, anyFilter, anyId, anyIndexes, anyQuery, anySortKeys, fillQuery } from './query-samples.ts'
import type { QuerySample } from './query-samples.ts'
import { rules, stopClock, written } from './store-laws.ts'

type MakeStore = (t: Test) => Store

/** How much is tried. */
export interface QueryLawsOptions {
  /** How many small collections are filled and queried, at least. */
  readonly cases: number
  /** How many documents the large collections have. */
  readonly many: number
}

/** What the queries of every store must be: all that match, in order, whatever the indexes. `makeStore` gives an empty one. */
export async function queryLaws (t: Test, makeStore: MakeStore, { cases, many }: QueryLawsOptions): Promise<void> {
  await plainAnswerLaw(t, makeStore, cases)
  await manyDocumentsLaw(t, makeStore, many, cases)
  await pagesLaw(t, makeStore, cases)
  await goneLaw(t, makeStore, cases)
  await changingIndexesLaw(t, makeStore, cases)
}

/** A write of an id: an insert or, where it is live, a replacement; a removal where there is no content. */
const anyWrite = fc.record({ id: anyId, content: fc.option(anyContent, { freq: 4, nil: undefined }), stale: fc.nat(9).map((n) => n === 0) }, { noNullPrototype: true })
type Write = typeof anyWrite extends fc.Arbitrary<infer Value> ? Value : never

async function write (collection: StoreCollection, { id, content, stale }: Write): Promise<void> {
  const slot = await collection.read(id)
  const revision = slot.kind === 'document' && !stale ? slot.document.revision : 'stale'
  if (content === undefined) await collection.remove(id, revision)
  else if (slot.kind === 'document') await collection.replace(id, revision, content)
  else await collection.insert(id, content)
}

async function liveDocuments (collection: StoreCollection, ids: Iterable<string>): Promise<readonly StoredDocument[]> {
  const slots = await Promise.all([...new Set(ids)].map(async (id) => collection.read(id)))
  return slots.flatMap((slot) => slot.kind === 'document' ? [slot.document] : [])
}

async function sameAnswers (collection: StoreCollection, documents: readonly StoredDocument[], samples: readonly QuerySample[]): Promise<void> {
  for (const sample of samples) {
    const query = fillQuery(sample, documents)
    same(await collection.query(query), answerPlainly(query, documents), query)
  }
}

function same (actual: unknown, expected: unknown, query: unknown): void {
  const [a, b] = [plain(actual), plain(expected)]
  if (a !== b) throw new Error(`${a}\nis not\n${b}\nfor ${JSON.stringify(query)}`)
}

// The order of members is no promise.
function plain (value: unknown): string {
  return JSON.stringify(value, (_, member) => typeof member === 'object' && member !== null && !Array.isArray(member)
    ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => a < b ? -1 : 1))
    : member)
}

/** A query answers as if all documents were looked at, whatever was written and refused before. */
export async function plainAnswerLaw (t: Test, makeStore: MakeStore, cases: number): Promise<void> {
  await t.test('a query finds what looking at all documents finds', async (t) => {
    const store = makeStore(t)
    let run = 0
    const someRules = fc.record({ indexes: anyIndexes, unique: fc.constantFrom([], [], [['/number']]), tombstones: fc.boolean() })
    await fc.assert(fc.asyncProperty(someRules, fc.array(anyWrite, { maxLength: 25 }), fc.array(anyQuery, { minLength: 1, maxLength: 4 }), async (some, writes, samples) => {
      const collection = store.collection(`/plain/${run++}`, rules(some))
      for (const change of writes) await write(collection, change)
      await sameAnswers(collection, await liveDocuments(collection, writes.map(({ id }) => id)), samples)
    }), { numRuns: cases })
    t.ok(run >= cases)
  })
}

/** As {@link plainAnswerLaw}, where indexes have many entries, also of one value, and plans count them. */
export async function manyDocumentsLaw (t: Test, makeStore: MakeStore, many: number, cases: number): Promise<void> {
  await t.test('a query of many documents finds what looking at all of them finds', async (t) => {
    const seed = 20260729
    const contents = fc.sample(fc.tuple(anyContent, fc.nat(9), fc.nat(many)), { numRuns: many, seed }).map(([content, group, n]) => ({ ...content, group, n }))
    const declarations = [['/number', '/text', '/group', '/n'], ['/tags', '/parts/x', '/a', '/_id'], ['/group', '/a/b', '/b']]
    const member = fc.constantFrom(undefined, 'group', 'n')
    const bound = fc.record({ operator: fc.constantFrom('eq', 'lt', 'le', 'gt', 'ge'), member, group: fc.nat(9), n: fc.nat(many) })
    for (const indexes of declarations) {
      const collection = makeStore(t).collection('/many', rules({ indexes }))
      const documents: StoredDocument[] = []
      for (const [n, content] of contents.entries()) documents.push(written(await collection.insert(`${(n * 7919) % many} ${n % 2 === 0 ? 'A' : 'a'}`, content)))
      await fc.assert(fc.asyncProperty(anyQuery, bound, member, fc.boolean(), fc.nat(many - 1), async (sample, { operator, member, ...values }, sorted, descending, start) => {
        const filter = member === undefined ? undefined : { kind: 'compare', operator, field: [member], value: values[member] } as const
        await sameAnswers(collection, documents, [{
          ...sample,
          filter: filter === undefined ? sample.filter : sample.filter.kind === 'literal' ? filter : { kind: 'and', operands: [filter, sample.filter] },
          sortKeys: sorted === undefined ? sample.sortKeys : [{ pointer: [sorted], descending }],
          after: typeof sample.after === 'number' ? start : sample.after
        }])
      }), { numRuns: Math.ceil(cases / 20) })
    }
    t.pass('no query told them apart')
  })
}

const anyTurn = fc.record({
  inserted: fc.array(anyContent, { maxLength: 2 }), removed: fc.array(fc.nat(30), { maxLength: 2 }), touched: fc.array(fc.nat(30), { maxLength: 2 })
}, { noNullPrototype: true })

/** Pages that follow one another by position make up the whole, and what others write meanwhile does not disturb the rest. */
export async function pagesLaw (t: Test, makeStore: MakeStore, cases: number): Promise<void> {
  await t.test('no page skips or repeats a document that is there throughout', async (t) => {
    const store = makeStore(t)
    let run = 0
    const some = fc.record({ indexes: anyIndexes, filter: anyFilter, sortKeys: anySortKeys, limit: fc.integer({ min: 1, max: 7 }), acceptance: fc.option(anyAcceptance, { nil: undefined }) })
    const contents = fc.uniqueArray(fc.tuple(anyId, anyContent), { maxLength: 20, selector: ([id]) => id })
    await fc.assert(fc.asyncProperty(some, contents, fc.array(anyTurn, { maxLength: 8 }), async ({ indexes, filter, sortKeys, limit, acceptance }, contents, turns) => {
      const accepts = acceptance === undefined ? {} : { accepts: acceptsOf(acceptance) }
      const collection = store.collection(`/pages/${run++}`, rules({ indexes }))
      const first: StoredDocument[] = []
      for (const [id, content] of contents) first.push(written(await collection.insert(id, content)))
      const removed = new Set<string>()
      const found: StoredDocument[] = []
      for (let page = 0; ; page++) {
        const last = found.at(-1)
        const { documents } = await collection.query({ filter, sortKeys, limit, ...accepts, ...(last === undefined ? {} : { after: sortPosition(last, sortKeys) }) })
        if (documents.length === 0) break
        same(documents.length <= limit, true, documents.length)
        found.push(...documents)
        const turn = turns[page]
        if (turn === undefined) continue
        for (const [n, content] of turn.inserted.entries()) written(await collection.insert(`new ${page} ${n}`, content))
        for (const id of idsAt(first, turn.removed)) {
          await write(collection, { id, content: undefined, stale: false })
          removed.add(id)
        }
        for (const id of idsAt(first, turn.touched).filter((id) => !removed.has(id))) {
          const slot = await collection.read(id)
          if (slot.kind === 'document') await write(collection, { id, content: { ...slot.document.content, unsorted: page }, stale: false })
        }
      }
      const ids = found.map(({ id }) => id)
      same(new Set(ids).size, ids.length, ids)
      same(found.every((document, n) => n === 0 || comparePositions(sortKeys, sortPosition(found[n - 1] as StoredDocument, sortKeys), sortPosition(document, sortKeys)) < 0), true, ids)
      const steady = ({ id }: StoredDocument): boolean => !removed.has(id) && !id.startsWith('new ')
      same(found.filter(steady).map(({ id }) => id), answerPlainly({ filter, sortKeys, ...accepts }, first).documents.filter(steady).map(({ id }) => id), { filter, sortKeys })
    }), { numRuns: Math.ceil(cases / 5) })
    t.ok(run >= cases / 5)
  })
}

function idsAt (documents: readonly StoredDocument[], places: readonly number[]): readonly string[] {
  return places.flatMap((place) => documents[place]?.id ?? [])
}

/** What has expired or was removed is neither found nor counted, before and after it is purged. */
export async function goneLaw (t: Test, makeStore: MakeStore, cases: number): Promise<void> {
  await t.test('what has expired or was removed is not found', async (t) => {
    const store = makeStore(t)
    const clock = stopClock(t)
    let run = 0
    const until = fc.constantFrom(undefined, -1, 0, 1, 500, 2000)
    const some = fc.record({ indexes: anyIndexes, tombstones: fc.constantFrom(false, true, 800), wait: fc.constantFrom(0, 1, 500, 1000) })
    await fc.assert(fc.asyncProperty(some, fc.array(fc.tuple(anyWrite, until), { maxLength: 20 }), fc.array(anyQuery, { minLength: 1, maxLength: 3 }), async ({ indexes, tombstones, wait }, writes, samples) => {
      const collection = store.collection(`/gone/${run++}`, rules({ indexes, tombstones, expires: '/until' }))
      const ends = new Map<string, number>()
      const contents = new Map<string, JsonObject>()
      for (const [{ id, content }, ms] of writes) {
        const next = content && { ...content, ...(ms === undefined ? {} : { until: new Date(clock.now + ms).toISOString() }) }
        await write(collection, { id, content: next, stale: false })
        const slot = await collection.read(id)
        if (slot.kind !== 'document') continue
        ends.set(id, Date.parse(String(slot.document.content['until'])))
        contents.set(id, slot.document.content)
      }
      const before = await liveDocuments(collection, contents.keys())
      clock.now += wait
      // What was live and has not come to its end since.
      const live = before.filter(({ id }) => !((ends.get(id) ?? NaN) <= clock.now))
      await sameAnswers(collection, live, samples)
      await collection.purge()
      await sameAnswers(collection, live, samples)
      await sameAnswers(collection, live, [{ filter: { kind: 'literal', value: true }, sortKeys: [], after: undefined, count: true }])
    }), { numRuns: Math.ceil(cases / 10) })
    t.ok(run >= cases / 10)
  })
}

/** Rules may declare other indexes at any time: another app of the store, or the next release of this one. */
export async function changingIndexesLaw (t: Test, makeStore: MakeStore, cases: number): Promise<void> {
  await t.test('a query finds the same under other indexes', async (t) => {
    const store = makeStore(t)
    let run = 0
    const phases = fc.array(fc.record({ indexes: anyIndexes, writes: fc.array(anyWrite, { maxLength: 8 }), queries: fc.array(anyQuery, { minLength: 1, maxLength: 2 }) }), { minLength: 2, maxLength: 4 })
    await fc.assert(fc.asyncProperty(phases, async (phases) => {
      const path = `/changing/${run++}`
      const ids = phases.flatMap(({ writes }) => writes.map(({ id }) => id))
      const opened = phases.map(({ indexes }) => store.collection(path, rules({ indexes })))
      // There and back again: collections that were opened under former rules are still good.
      for (const round of [0, 1]) {
        for (const [n, { writes, queries }] of phases.entries()) {
          const collection = opened[n] as StoreCollection
          if (round === 0) for (const change of writes) await write(collection, change)
          await sameAnswers(collection, await liveDocuments(collection, ids), queries)
        }
      }
    }), { numRuns: Math.ceil(cases / 20) })
    t.ok(run >= cases / 20)
  })
}
