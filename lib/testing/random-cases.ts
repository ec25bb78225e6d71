import assert from 'node:assert/strict'
import { rules } from './contract-case.ts'
import type { ContractCase, RunCase } from './contract-case.ts'
import { foundIds, kindOf, sameDocument, written } from './expectations.ts'
import { answersAsReference } from './reference-answer.ts'
import { seededRandom } from './seeded-random.ts'
import type { SeededRandom } from './seeded-random.ts'
import { compareCodePoints } from '../crest/code-points.ts'
import { comparisonOperators } from '../crest/query-filter.ts'
import type { FilterValue, QueryFilter } from '../crest/query-filter.ts'
import { sortPosition } from '../crest/sort-order.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import type { StoreCollection, StoredDocument } from '../stores/store.ts'

const seeds: readonly number[] = [1, 2, 3]

/** Random writes and queries, the same in every run, compared with a plain map and with the reference. */
export const randomCases: readonly ContractCase[] = seeds.flatMap((seed) => [
  { name: `random: writes end as in a plain map (${seed})`, run: writesAsAMap(seed) },
  { name: `random: queries find what the reference finds (${seed})`, run: queriesAsReference(seed) }
])

const ids: readonly string[] = ['a', 'A', '\uffee', '\u{1f600}', 'constructor', '']

function writesAsAMap (seed: number): RunCase {
  return async (store) => {
    const random = seededRandom(seed)
    const tombstones = seed % 2 === 0
    const collection = store.collection('/random', rules({ unique: [['/u']], tombstones, indexes: ['/u'] }))
    const live = new Map<string, StoredDocument>()
    const gone = new Set<string>()
    for (let step = 0; step < 120; step++) {
      const id = random.pick(ids)
      const before = live.get(id)
      const content = { u: random.pick([1, '1', 2, null, 'a', 'A']), step }
      const revision = random.below(8) === 0 ? 'stale' : before?.revision ?? 'none'
      const isClash = content.u !== null && [...live.values()].some((other) => other.id !== id && other.content['u'] === content.u)
      const what = random.pick(['insert', 'replace', 'replace', 'remove'] as const)
      if (what === 'insert') {
        const outcome = await collection.insert(id, content)
        assert.equal(outcome.kind, before !== undefined ? 'taken' : gone.has(id) ? 'gone' : isClash ? 'clash' : 'written')
        if (outcome.kind === 'written') live.set(id, outcome.document)
      } else if (before === undefined || revision !== before.revision) {
        assert.equal((what === 'remove' ? await collection.remove(id, revision) : await collection.replace(id, revision, content)).kind, 'changed')
      } else if (what === 'replace') {
        const outcome = await collection.replace(id, revision, content)
        assert.equal(outcome.kind, isClash ? 'clash' : 'written')
        if (outcome.kind === 'written') live.set(id, outcome.document)
      } else {
        sameDocument(await written(collection.remove(id, revision)), before)
        live.delete(id)
        if (tombstones) gone.add(id)
      }
      if (step % 20 === 19) await holdsExactly(collection, live, gone)
    }
  }
}

async function holdsExactly (collection: StoreCollection, live: ReadonlyMap<string, StoredDocument>, gone: ReadonlySet<string>): Promise<void> {
  assert.deepEqual(await foundIds(collection), [...live.keys()].sort(compareCodePoints))
  for (const id of ids) {
    const document = live.get(id)
    const slot = await collection.read(id)
    if (document !== undefined) sameDocument(slot.kind === 'document' ? slot.document : undefined, document)
    else assert.equal(await kindOf(collection, id), gone.has(id) ? 'gone' : 'absent')
  }
}

const scalars: readonly FilterValue[] = ['', 'a', 'A', 'ab', 'ß', 'SS', 'é', '😀', '%', '10', 0, 1, 2, 10, -1.5, 2 ** 53, 5e-324, true, false]
const pointers: ReadonlyArray<readonly string[]> = [['v'], ['w'], ['v', 'x'], ['v', '0'], ['w', '0', 'x'], ['_id'], ['missing']]

function randomValue (random: SeededRandom, depth: number): JsonValue {
  const kind = random.below(depth > 2 ? 6 : 9)
  if (kind < 5) return random.pick(scalars)
  if (kind === 5) return null
  if (kind < 8) return Array.from({ length: random.below(4) }, () => randomValue(random, depth + 1))
  return { x: randomValue(random, depth + 1), 0: randomValue(random, depth + 1) }
}

function randomFilter (random: SeededRandom, depth: number): QueryFilter {
  const kind = random.below(depth > 3 ? 7 : 10)
  const operand = (): QueryFilter => randomFilter(random, depth + 1)
  if (kind < 5) return { kind: 'compare', operator: random.pick(comparisonOperators), field: random.pick(pointers), value: random.pick(scalars) }
  if (kind === 5) return { kind: 'present', field: random.pick(pointers) }
  if (kind === 6) return { kind: 'in', field: random.pick(pointers), values: Array.from({ length: random.below(4) }, () => random.pick(scalars)) }
  if (kind === 7) return { kind: 'not', operand: operand() }
  return { kind: kind === 8 ? 'and' : 'or', operands: [operand(), operand()] }
}

function queriesAsReference (seed: number): RunCase {
  return async (store) => {
    const random = seededRandom(seed * 1000)
    const indexes = ['/v', '/w', '/v/x', '/v/0', '/_id'].filter(() => random.below(2) === 0)
    const collection = store.collection('/random', rules({ indexes }))
    const documents: StoredDocument[] = []
    for (let n = 0; n < 35; n++) {
      const content: JsonObject = { ...(random.below(8) === 0 ? {} : { v: randomValue(random, 0) }), w: randomValue(random, 0) }
      documents.push(await written(collection.insert(`${random.pick(['a', 'A', 'ß', '1'])}${n}`, content)))
    }
    for (let n = 0; n < 80; n++) {
      const sortKeys = Array.from({ length: random.below(3) }, () => ({ pointer: random.pick(pointers), descending: random.below(2) === 0 }))
      const after = random.below(3) === 0 ? { after: sortPosition(random.pick(documents), sortKeys) } : {}
      const limit = random.below(3) === 0 ? {} : { limit: random.below(12) }
      await answersAsReference(collection, documents, { filter: randomFilter(random, 0), sortKeys, ...after, ...limit, offset: random.below(4), count: random.below(2) === 0 })
    }
  }
}
