import fc from 'fast-check'
import t from 'tap'
import { contentJson } from '../../lib/json.ts'
import { MemoryRecords } from '../../lib/stores/memory/memory-records.ts'
import type { StoredDocument } from '../../lib/stores/store.ts'
import { anyId } from './query-samples.ts'

interface Fields {
  readonly id: string
  readonly revision: string
  readonly text: string
  readonly until: number
}

const anyText = fc.oneof(
  fc.constantFrom('{}', '{"a":"é"}', '{"a":"ÿ"}', '{"a":"Ā"}', '{"a":"😀"}', '{"a":"\\u0100"}', '{"lone":"\ud800"}'),
  fc.integer({ min: 1, max: 100_000 }).map((length) => JSON.stringify({ a: 'x'.repeat(length) })),
  fc.integer({ min: 1, max: 40_000 }).map((length) => JSON.stringify({ a: 'я'.repeat(length) })))
const anyFields: fc.Arbitrary<Fields> = fc.record({ id: anyId, revision: fc.stringMatching(/^[!#-~]{1,40}$/), text: anyText, until: fc.constantFrom(Infinity, 0, 1.5, 2e12) })
const anyStep = fc.record({ fields: anyFields, what: fc.constantFrom('add', 'rewrite', 'drop', 'look'), which: fc.nat(1000) })

function same (records: MemoryRecords, number: number, { id, revision, text, until }: Fields): boolean {
  const document = records.document(number)
  return document.id === id && document.revision === revision && document[contentJson] === text && records.textOf(number) === text &&
    records.idOf(number) === id && records.revisionOf(number) === revision && records.untilOf(number) === until &&
    [id, `${id}x`, `x${id.slice(1)}`, `Ж${id.slice(1)}`].every((some) => records.hasId(number, some) === (some === id)) &&
    records.hasRevision(number, revision) && !records.hasRevision(number, `${revision}x`) &&
    records.isDocument(number) && records.isLive(number, Math.min(until - 1, 5e12)) && !records.isLive(number, until)
}

t.test('records are what was written last, whatever else is written, moved and dropped', async (t) => {
  fc.assert(fc.property(fc.array(anyStep, { maxLength: 120, size: 'max' }), (steps) => {
    const records = new MemoryRecords()
    const model = new Map<number, Fields>()
    const looked: Array<readonly [StoredDocument, Fields]> = []
    for (const { fields, what, which } of steps) {
      const number = [...model.keys()][which % Math.max(model.size, 1)]
      const former = number === undefined ? undefined : model.get(number)
      if (what === 'add' || number === undefined || former === undefined) {
        const added = records.add(fields.id, fields.revision, fields.text, fields.until)
        if (model.has(added)) return false
        model.set(added, fields)
      } else if (what === 'rewrite') {
        const next = { ...fields, id: former.id }
        records.rewrite(number, next.id, next.revision, next.text, next.until)
        model.set(number, next)
      } else if (what === 'drop') {
        records.drop(number)
        model.delete(number)
      } else {
        looked.push([records.document(number), former])
      }
    }
    return [...model].every(([number, fields]) => same(records, number, fields)) &&
      // Whoever has a document has it as it was, whether its content was looked at before or is now.
      looked.every(([document, { id, text }]) => document.id === id && JSON.stringify(document.content) === JSON.stringify(JSON.parse(text)))
  }), { numRuns: 150 })
  t.pass('no sequence of steps lost any')
})

t.test('a content is parsed once, and frozen, for all that look at it; not for what is compared', async (t) => {
  const records = new MemoryRecords()
  const number = records.add('a', '1', '{"list":[1]}', Infinity)
  const peeked = records.peek(number)
  t.equal(records.peek(number), peeked)
  t.notOk(Object.isFrozen(peeked))
  const [first, second] = [records.document(number), records.document(number)]
  t.equal(first.content, peeked)
  t.equal(second.content, peeked)
  t.ok(Object.isFrozen(peeked['list']))
  records.rewrite(number, 'a', '2', '{"list":[2]}', Infinity)
  t.equal(first.content, peeked)
  t.same(records.peek(number), { list: [2] })
  const late = records.document(number)
  records.drop(number)
  t.equal(records.add('a', '2', '{"other":true}', Infinity), number, 'the number is given again')
  t.same(late.content, { list: [2] })
  t.same(records.document(number).content, { other: true })
})

t.test('what is compared is what the record says now', async (t) => {
  const records = new MemoryRecords()
  const number = records.add('a', '1', '{"n":1}', Infinity)
  const compared = records.compared(number)
  t.same([compared.id, compared.revision, compared.content], ['a', '1', { n: 1 }])
})

t.test('documents that are read often are at hand, and those that replace them', async (t) => {
  const records = new MemoryRecords()
  const number = records.add('a', '1', '{"n":1}', Infinity)
  const read = new Set(Array.from({ length: 100 }, () => records.document(number)))
  t.ok(read.size < 20, `${read.size} of 100 were made`)
  const next = records.rewrite(number, 'a', '2', '{"n":2}', Infinity)
  t.equal(records.document(number), next)
  t.ok(Object.isFrozen(next))
  t.ok(records.hasRevision(number, '2'))
  t.notOk(records.hasRevision(number, '1'))
  records.drop(number)
  t.equal(records.add('b', '1', '{"n":3}', Infinity), number)
  t.same(records.document(number), { id: 'b', revision: '1', content: { n: 3 } })
})

t.test('tombstones are no documents', async (t) => {
  const records = new MemoryRecords()
  const number = records.bury('a', 5)
  t.notOk(records.isDocument(number))
  t.notOk(records.isLive(number, 0))
  t.equal(records.untilOf(number), 5)
  t.ok(records.hasId(number, 'a'))
  const document = records.add('b', '1', '{}', 5)
  records.setUntil(document, 7)
  t.ok(records.isLive(document, 6))
  t.notOk(records.isLive(document, 7))
})
