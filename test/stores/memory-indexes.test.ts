import fc from 'fast-check'
import t from 'tap'
import { parseQueryFilter } from '../../lib/crest/query-filter-parser.ts'
import { HeldRecords } from '../../lib/stores/memory/held-records.ts'
import type { IndexKey, MemoryIndex } from '../../lib/stores/memory/memory-index.ts'
import { MemoryIndexes } from '../../lib/stores/memory/memory-indexes.ts'
import { knowledgeOf } from '../../lib/stores/memory/memory-knowledge.ts'
import { queryMemory } from '../../lib/stores/memory/memory-query.ts'
import { MemoryRecords } from '../../lib/stores/memory/memory-records.ts'
import type { JsonObject } from '../../lib/json.ts'
import type { StoreQuery } from '../../lib/stores/store.ts'
import { anyContent, anyId, anyIndexes } from './query-samples.ts'

function index (indexes: MemoryIndexes, name: string): MemoryIndex {
  const found = indexes.get(name)
  if (found === undefined) throw new Error(`there is no ${name}`)
  return found
}

/** Everything that is kept, but for the numbers. */
function shown (indexes: MemoryIndexes, names: readonly string[]): string {
  const kept = [indexes.foldedIds, ...names.map((name) => index(indexes, name))]
  return JSON.stringify([indexes.documents.ordered.keysArray(), kept.map(({ entries, compared }) => [compared, entries.ordered.toArray().map(([key, number]) => [key, indexes.records.idOf(number)])])])
}

/** Adds a document, or puts one in the place of `former`, and returns its number. */
function put (indexes: MemoryIndexes, id: string, content: JsonObject, former?: number, isOther: boolean = former === undefined): number {
  const { records } = indexes
  const keys = indexes.keysOf({ id, revision: '1', content }, former === undefined ? undefined : records.keys[former])
  const text = JSON.stringify(content)
  const number = isOther || former === undefined ? records.add(id, '1', text, Infinity) : former
  if (number === former) records.rewrite(number, id, '1', text, Infinity)
  if (former === undefined) indexes.add(number, id, keys)
  else indexes.replace(former, number, id, keys)
  if (former !== undefined && number !== former) records.drop(former)
  return number
}

t.test('whatever is written, the indexes are as if they were made anew', async (t) => {
  const step = fc.record({ id: anyId, content: fc.option(anyContent, { freq: 4, nil: undefined }), isOther: fc.boolean() })
  fc.assert(fc.property(anyIndexes, fc.array(step, { maxLength: 25 }), (names, steps) => {
    const [indexes, fresh] = [new MemoryIndexes(new MemoryRecords()), new MemoryIndexes(new MemoryRecords())]
    const numbers = new Map<string, number>()
    indexes.declare(names)
    for (const { id, content, isOther } of steps) {
      const number = numbers.get(id)
      if (content !== undefined) {
        numbers.set(id, put(indexes, id, content, number, isOther))
      } else if (number !== undefined) {
        indexes.delete(number, id)
        indexes.records.drop(number)
        numbers.delete(id)
      }
    }
    for (const [id, number] of numbers) put(fresh, id, indexes.records.document(number).content)
    fresh.declare(names)
    const places = [indexes.foldedIds, ...names.map((name) => index(indexes, name))].flatMap(({ entries }) => entries.ordered.valuesArray())
    return shown(indexes, names) === shown(fresh, names) &&
      [...places, ...indexes.documents.ordered.valuesArray()].every((number) => number === numbers.get(indexes.records.idOf(number)))
  }), { numRuns: 2000 })
  t.pass('no sequence of writes told them apart')
})

t.test('a declaration keeps the indexes that stay, makes those that are missing, and drops the others', async (t) => {
  const indexes = new MemoryIndexes(new MemoryRecords())
  indexes.declare(['/a', 'b/'])
  put(indexes, '1', { a: 1, c: [2, 3] })
  const a = indexes.get('/a')
  indexes.declare(['/c', '/a', 'a'])
  t.equal(indexes.get('/a'), a)
  t.equal(indexes.get('/b'), undefined)
  t.same(index(indexes, '/c').entries.ordered.keysArray().map(({ value, part }: IndexKey) => [value, part]), [[2, 1], [2, 2], [3, 2]])
  t.equal(index(indexes, '/c').compared, 2)
  t.throws(() => indexes.declare(['/d', '/a b']), { name: 'RangeError', message: '"/a b" is not a JSON pointer' })
  t.equal(indexes.get('/a'), a)
  t.equal(indexes.get('/d'), undefined)
})

t.test('a query that takes longer than a moment holds records until it is over, however it ends', async (t) => {
  const records = new MemoryRecords()
  const [indexes, held] = [new MemoryIndexes(records), new HeldRecords(records)]
  for (let n = 0; n < 2000; n++) put(indexes, String(n), { n })
  const real = performance.now
  let now = 0
  performance.now = () => ++now
  t.teardown(() => { performance.now = real })
  const ask = (query: Partial<StoreQuery>): unknown => queryMemory(indexes, held, { filter: { kind: 'literal', value: true }, sortKeys: [], ...query }, false)
  const filter = parseQueryFilter('n co "x"')
  const answers = [ask({ filter }), ask({ filter })]
  t.ok(held.any)
  await Promise.all(answers)
  t.notOk(held.any, 'both queries are over')

  let asked = 0
  const failing = { get pointer (): readonly string[] { if (++asked > 500) throw new RangeError('enough'); return ['n'] }, descending: true }
  await t.rejects(Promise.resolve(ask({ sortKeys: [failing] })), RangeError)
  t.notOk(held.any, 'a query that failed is over too')

  for (const at of [1, 1500]) {
    let seen = 0
    const accepts = (): boolean => {
      if (++seen === at) throw new RangeError('refused to say')
      return true
    }
    await t.rejects(async () => ask({ accepts }), RangeError)
    t.notOk(held.any, 'so is one whose documents could not be accepted')
  }
})

t.test('entries are counted to plan a query, few of them exactly and many not at all', async (t) => {
  const indexes = new MemoryIndexes(new MemoryRecords())
  indexes.declare(['/n', '/few', '/tags'])
  for (let n = 0; n < 30_000; n++) put(indexes, `${n % 2 === 0 ? 'a' : 'A'}${n}`, { n, ...(n < 50 ? { few: 1, tags: [n, -n] } : {}) })
  const all = { rank: 2, from: undefined, to: undefined } as const
  const point = (value: string | number): typeof all => ({ rank: typeof value === 'string' ? 3 : 2, from: { value, inclusive: true }, to: { value, inclusive: true } }) as unknown as typeof all
  const count = (name: string, span: typeof all, most: number): number => knowledgeOf(indexes).count([{ index: name, spans: [span] }], most)
  t.equal(count('/few', all, 1000), 50)
  t.equal(count('/few', all, 50), 50)
  t.equal(count('/few', all, 49), 49)
  t.equal(count('/few', all, 0), 0)
  t.equal(count('/tags', all, 1000), 99, 'values, not documents')
  t.equal(count('/tags', point(0), 1000), 1)
  t.equal(count('/n', all, 1000), 1000)
  t.ok(count('/n', all, Infinity) < Infinity && count('/n', all, Infinity) > 30_000, 'so that any index is better than none')
  t.equal(count('/_id', point('a1'), 1000), 1)
  t.equal(count('/_id', point('a2'), 1000), 1)
  t.equal(count('/_id', point('A2'), 1000), 0, 'a literal is folded')
  t.equal(count('/_id', point(2), 1000), 0)

  const knowledge = knowledgeOf(indexes)
  const some = [{ index: '/n', spans: [{ ...all, to: { value: 99, inclusive: true } }] }]
  t.equal(knowledge.count(some, Infinity), 100)
  for (let n = 0; n < 1000; n++) knowledge.count([{ index: '/n', spans: [all] }], Infinity)
  t.equal(knowledge.count([{ index: '/few', spans: [all] }], Infinity), 50, 'few are counted however many were counted before')
  t.ok(knowledge.count(some, Infinity) > 30_000, 'but no more than these')
  t.ok(knowledge.count([{ index: '/n', spans: [all] }], 1000) >= 1000)
  t.equal(knowledge.isScattered('/n'), false)
  t.equal(knowledge.isScattered('/tags'), true)
  t.equal(knowledge.has('/tags'), true)
  t.equal(knowledge.has('/_id'), false)
})
