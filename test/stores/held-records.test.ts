import t from 'tap'
import { HeldRecords } from '../../lib/stores/memory/held-records.ts'
import { MemoryRecords } from '../../lib/stores/memory/memory-records.ts'

t.test('what is retired stays until all are over that began before, and no longer', async (t) => {
  const records = new MemoryRecords()
  const held = new HeldRecords(records)
  const add = (): number => records.add('a', '1', '{}', Infinity)
  /** Numbers that are dropped are given again. */
  const isThere = (number: number): boolean => {
    const next = add()
    records.drop(next)
    return next !== number
  }
  const [a, b, c, d] = [add(), add(), add(), add()]
  held.retire(a)
  t.notOk(isThere(a), 'nobody looks')
  const first = held.hold()
  t.ok(held.any)
  held.retire(b)
  const second = held.hold()
  held.retire(c)
  t.ok(isThere(b))
  first()
  t.notOk(isThere(b), 'the second one began later')
  t.ok(isThere(c))
  const third = held.hold()
  held.retire(d)
  third()
  t.ok(isThere(d), 'the second one began before')
  second()
  t.notOk(held.any)
  t.same(new Set([add(), add(), add(), add()]), new Set([a, b, c, d]))
})
