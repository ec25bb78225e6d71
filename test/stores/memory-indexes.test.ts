import fc from 'fast-check'
import t from 'tap'
import { parseQueryFilter } from '../../lib/crest/query-filter-parser.ts'
import type { DocumentEntry } from '../../lib/stores/memory/memory-entry.ts'
import type { IndexKey, MemoryIndex } from '../../lib/stores/memory/memory-index.ts'
import { MemoryIndexes } from '../../lib/stores/memory/memory-indexes.ts'
import { knowledgeOf } from '../../lib/stores/memory/memory-knowledge.ts'
import { queryMemory } from '../../lib/stores/memory/memory-query.ts'
import type { JsonObject } from '../../lib/json.ts'
import { anyContent, anyId, anyIndexes } from './query-samples.ts'

function entryOf (id: string, content: JsonObject): DocumentEntry {
  return { kind: 'document', document: { id, revision: '1', content }, expires: undefined }
}

function index (indexes: MemoryIndexes, name: string): MemoryIndex {
  const found = indexes.get(name)
  if (found === undefined) throw new Error(`there is no ${name}`)
  return found
}

/** Everything that is kept, but for the entries themselves. */
function shown (indexes: MemoryIndexes, names: readonly string[]): string {
  const kept = [indexes.foldedIds, ...names.map((name) => index(indexes, name))]
  return JSON.stringify([indexes.documents.ordered.keysArray(), kept.map(({ entries, compared }) => [compared, entries.ordered.toArray().map(([key, { document }]) => [key, document.id])])])
}

t.test('whatever is written, the indexes are as if they were made anew', async (t) => {
  const step = fc.record({ id: anyId, content: fc.option(anyContent, { freq: 4, nil: undefined }), held: fc.boolean() })
  fc.assert(fc.property(anyIndexes, fc.array(step, { maxLength: 25 }), (names, steps) => {
    const [indexes, fresh] = [new MemoryIndexes(), new MemoryIndexes()]
    const entries = new Map<string, DocumentEntry>()
    indexes.declare(names)
    for (const { id, content, held } of steps) {
      const entry = entries.get(id)
      if (held) indexes.hold()
      if (content === undefined) {
        if (entry !== undefined) indexes.delete(entry)
        entries.delete(id)
      } else {
        const next = entryOf(id, content)
        const kept = entry === undefined ? indexes.add(next) : indexes.replace(entry, next.document, next.expires)
        if (kept.document !== next.document || (entry !== undefined && held === (kept === entry))) return false
        entries.set(id, kept)
      }
      if (held) indexes.release()
    }
    for (const entry of entries.values()) fresh.add(entry)
    fresh.declare(names)
    const places = [indexes.foldedIds, ...names.map((name) => index(indexes, name))].flatMap(({ entries }) => entries.ordered.valuesArray())
    return shown(indexes, names) === shown(fresh, names) &&
      [...places, ...indexes.documents.ordered.valuesArray()].every((entry) => entry === entries.get(entry.document.id))
  }), { numRuns: 2000 })
  t.pass('no sequence of writes told them apart')
})

t.test('a declaration keeps the indexes that stay, makes those that are missing, and drops the others', async (t) => {
  const indexes = new MemoryIndexes()
  indexes.declare(['/a', 'b/'])
  indexes.add(entryOf('1', { a: 1, c: [2, 3] }))
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

t.test('entries are changed in place, but while a query looks at them', async (t) => {
  const indexes = new MemoryIndexes()
  const entries = Array.from({ length: 2000 }, (_, n) => indexes.add(entryOf(String(n), { n })))
  const entry = entries[1999] as DocumentEntry
  t.equal(indexes.replace(entry, entryOf('1999', { n: 1 }).document), entry)
  const real = performance.now
  let now = 0
  performance.now = () => ++now
  t.teardown(() => { performance.now = real })
  const long = { filter: parseQueryFilter('n co "x"'), sortKeys: [] }
  const answers = [queryMemory(indexes, long, false), queryMemory(indexes, long, false)]
  const next = indexes.replace(entry, entryOf('1999', { n: 2 }).document)
  t.not(next, entry)
  t.same(entry.document.content, { n: 1 })
  await Promise.all(answers)
  t.equal(indexes.replace(next, entryOf('1999', { n: 3 }).document), next, 'both queries are over')

  const failing = queryMemory(indexes, { filter: { kind: 'not', operand: long.filter }, sortKeys: [{ get pointer () { return fail() }, descending: true }] }, false)
  await t.rejects(Promise.resolve(failing), RangeError)
  t.equal(indexes.replace(next, entryOf('1999', { n: 4 }).document), next, 'a query that failed is over too')

  for (const at of [1, 1500]) {
    let seen = 0
    const accepts = (): boolean => {
      if (++seen === at) throw new RangeError('refused to say')
      return true
    }
    await t.rejects(async () => queryMemory(indexes, { filter: { kind: 'literal', value: true }, sortKeys: [], accepts }, false), RangeError)
    t.equal(indexes.replace(next, entryOf('1999', { n: 4 + at }).document), next, 'so is one whose documents could not be accepted')
  }
})

let asked = 0
function fail (): readonly string[] {
  if (++asked > 500) throw new RangeError('enough')
  return ['n']
}

t.test('entries are counted to plan a query, few of them exactly and many not at all', async (t) => {
  const indexes = new MemoryIndexes()
  indexes.declare(['/n', '/few', '/tags'])
  for (let n = 0; n < 30_000; n++) indexes.add(entryOf(`${n % 2 === 0 ? 'a' : 'A'}${n}`, { n, ...(n < 50 ? { few: 1, tags: [n, -n] } : {}) }))
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
