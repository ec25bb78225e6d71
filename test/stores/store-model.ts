import fc from 'fast-check'
import type { Test } from 'tap'
import type { JsonObject } from '../../lib/json.ts'
import type { CollectionRules, Store, StoreQuery } from '../../lib/stores/store.ts'

// The plainest thing that could be right: every question is answered by looking at everything.
interface ModelEntry { content: JsonObject | undefined, revision: string, end: number }

class Model {
  readonly entries = new Map<string, ModelEntry>()
  readonly rules: CollectionRules
  now = 0

  constructor (rules: CollectionRules) { this.rules = rules }

  kind (id: string): 'document' | 'gone' | 'absent' {
    const entry = this.entries.get(id)
    if (entry === undefined) return 'absent'
    if (entry.content !== undefined) return entry.end > this.now ? 'document' : 'gone'
    return entry.end > this.now ? 'gone' : 'absent'
  }

  live (): string[] {
    return [...this.entries.keys()].filter(id => this.kind(id) === 'document').sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  }

  clash (id: string, content: JsonObject): readonly string[] | undefined {
    return this.rules.unique.find(pointers => this.live().some(other => other !== id && pointers.every(pointer => {
      const member = pointer.slice(1)
      const value = content[member]
      return value !== undefined && value !== null && JSON.stringify(value) === JSON.stringify(this.entries.get(other)?.content?.[member])
    })))
  }

  end (content: JsonObject): number {
    const until = content['until']
    return this.rules.expires !== undefined && typeof until === 'string' ? Date.parse(until) : Infinity
  }

  bury (id: string): void {
    const { tombstones } = this.rules
    if (tombstones === false) this.entries.delete(id)
    else this.entries.set(id, { content: undefined, revision: '', end: tombstones === true ? Infinity : this.now + tombstones })
  }

  purge (): number {
    let touched = 0
    for (const [id, { content }] of [...this.entries]) {
      if (content !== undefined && this.kind(id) === 'gone') this.bury(id)
      else if (this.kind(id) === 'absent') this.entries.delete(id)
      else continue
      touched++
    }
    return touched
  }
}

const all: StoreQuery = { filter: { kind: 'literal', value: true }, sortKeys: [] }
const id = fc.constantFrom('a', 'b', '\uffee', '\u{1f600}', '__proto__', '')
const value = fc.constantFrom(null, 1, '1', 2)
const content: fc.Arbitrary<JsonObject> = fc.record({
  u: value, v: value, w: value, until: fc.constantFrom(null, 5, 20, 50).map(ms => ms === null ? null : new Date(ms).toISOString())
}, { requiredKeys: [] })
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('insert' as const), id, content }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('replace' as const), id, content, stale: fc.nat(9).map(n => n === 0) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('remove' as const), id, stale: fc.nat(9).map(n => n === 0) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.nat(15) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('purge' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('query' as const), after: fc.option(id, { nil: undefined }), offset: fc.nat(3), limit: fc.option(fc.nat(4), { nil: undefined }) }) }
)
const someRules: fc.Arbitrary<CollectionRules> = fc.record({
  unique: fc.constantFrom([], [['/u']], [['/u'], ['/v', '/w']]),
  indexes: fc.constant([]),
  expires: fc.constantFrom(undefined, '/until'),
  tombstones: fc.constantFrom(false, true, 10)
})

/** Random sequences of operations end the same in the store and in a plain map. */
export async function modelLaws (t: Test, makeStore: (t: Test) => Store): Promise<void> {
  await t.test('random operations end as in a plain map', async t => {
    const store = makeStore(t)
    let run = 0
    const real = Date.now
    t.teardown(() => { Date.now = real })
    await fc.assert(fc.asyncProperty(someRules, fc.array(step, { minLength: 5, maxLength: 40 }), async (rules, steps) => {
      const model = new Model(rules)
      Date.now = () => model.now
      const collection = store.collection(`/run/${run++}`, rules)
      for (const step of steps) {
        if (step.kind === 'wait') {
          model.now += step.ms
          continue
        }
        if (step.kind === 'purge') {
          same(await collection.purge(), model.purge())
          continue
        }
        if (step.kind === 'query') {
          const { after, offset, limit } = step
          const slice = model.live().filter(id => after === undefined || Buffer.compare(Buffer.from(id), Buffer.from(after)) > 0).slice(offset, limit === undefined ? undefined : offset + limit)
          const { documents, total } = await collection.query({ ...all, ...(after === undefined ? {} : { after: { values: [], id: after } }), ...(limit === undefined ? {} : { limit }), offset, count: true })
          same([documents.map(({ id }) => id), total], [slice, model.live().length])
          continue
        }
        const { id } = step
        const kind = model.kind(id)
        const entry = model.entries.get(id)
        if (step.kind === 'remove') {
          const outcome = await collection.remove(id, step.stale ? 'stale' : entry?.revision ?? 'none')
          same(outcome, kind !== 'document' || step.stale ? { kind: 'changed' } : { kind: 'written', document: { id, revision: entry?.revision, content: entry?.content } })
          if (outcome.kind === 'written') model.bury(id)
          continue
        }
        const outcome = step.kind === 'insert'
          ? await collection.insert(id, step.content)
          : await collection.replace(id, step.stale ? 'stale' : entry?.revision ?? 'none', step.content)
        const clash = model.clash(id, step.content)
        const expected = step.kind === 'insert' && kind !== 'absent'
          ? kind === 'gone' ? 'gone' : 'taken'
          : step.kind === 'replace' && (kind !== 'document' || step.stale) ? 'changed' : clash === undefined ? 'written' : 'clash'
        same(outcome.kind, expected)
        if (outcome.kind === 'clash') same(outcome.pointers, clash)
        if (outcome.kind === 'written') model.entries.set(id, { content: step.content, revision: outcome.document.revision, end: model.end(step.content) })
      }
      for (const id of model.entries.keys()) {
        const slot = await collection.read(id)
        same(slot, slot.kind === 'document' ? { kind: 'document', document: { id, ...pick(model.entries.get(id)) } } : { kind: model.kind(id) })
        same(slot.kind, model.kind(id))
      }
      same((await collection.query(all)).documents.map(({ id }) => id), model.live())
    }), { numRuns: 150 })
    t.pass('no sequence told them apart')
  })
}

function pick (entry: ModelEntry | undefined): object {
  return { revision: entry?.revision, content: entry?.content }
}

function same (actual: unknown, expected: unknown): void {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)]
  if (a !== b) throw new Error(`${a} is not ${b}`)
}
