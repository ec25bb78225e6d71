import fc from 'fast-check'
import t from 'tap'
import { IdTable } from '../../lib/stores/memory/id-table.ts'
import { MemoryRecords } from '../../lib/stores/memory/memory-records.ts'

// Few of them, so that they come again, and enough to make the table grow and shrink.
const anyTableId = fc.integer({ min: 0, max: 150 }).map((n) => n % 7 === 0 ? `ж${n}` : `id ${n}`)
const anyStep = fc.record({ id: anyTableId, what: fc.constantFrom('set', 'set', 'delete', 'get') })
/** Runs of one kind of step: a table that is only filled, then only emptied, meets other cells than one that is not. */
const anyRun = fc.record({ ids: fc.array(anyTableId, { maxLength: 200, size: 'max' }), what: fc.constantFrom('set' as const, 'delete' as const) })
  .map(({ ids, what }) => ids.map((id) => ({ id, what })))

t.test('a table of ids finds what a map does', async (t) => {
  fc.assert(fc.property(fc.array(fc.oneof(anyRun, fc.array(anyStep, { maxLength: 50 })), { maxLength: 8 }), (runs) => {
    const records = new MemoryRecords()
    const table = new IdTable(records)
    const map = new Map<string, number>()
    for (const { id, what } of runs.flat()) {
      if (what === 'set') {
        const number = records.add(id, '1', '{}', Infinity)
        table.set(id, number)
        const before = map.get(id)
        if (before !== undefined) records.drop(before)
        map.set(id, number)
      } else if (what === 'delete') {
        table.delete(id)
        const before = map.get(id)
        if (before !== undefined) records.drop(before)
        map.delete(id)
      }
      if (table.getAgain(id) !== (map.get(id) ?? 0) || table.get(id) !== (map.get(id) ?? 0) || table.getAgain(id) !== table.get(id)) return false
      if (table.size !== map.size) return false
    }
    return [...map].every(([id, number]) => table.get(id) === number) &&
      table.numbers().sort((a, b) => a - b).join() === [...map.values()].sort((a, b) => a - b).join()
  }), { numRuns: 500 })
  t.pass('no sequence of steps told them apart')
})

t.test('a table of many finds all of them, and none that is not there', async (t) => {
  const records = new MemoryRecords()
  const table = new IdTable(records)
  const numbers = Array.from({ length: 50_000 }, (_, n) => {
    const number = records.add(`city-${n}`, '1', '{}', Infinity)
    table.set(`city-${n}`, number)
    return number
  })
  t.equal(table.size, 50_000)
  t.equal(numbers.filter((number, n) => table.get(`city-${n}`) !== number).length, 0)
  t.equal(numbers.filter((_, n) => table.get(`town-${n}`) !== 0).length, 0)
  for (let n = 0; n < 50_000; n += 2) table.delete(`city-${n}`)
  t.equal(numbers.filter((number, n) => table.get(`city-${n}`) !== (n % 2 === 0 ? 0 : number)).length, 0)
})
