import fc from 'fast-check'
import t from 'tap'
import { DeferredMap } from '../../lib/stores/memory/deferred-map.ts'
import { createOrderedMap } from '../../lib/stores/query/ordered-map.ts'

interface Change { readonly key: number, readonly value: { readonly number: number } | undefined, readonly looks: boolean }

const descending = (a: number, b: number): number => b - a

/** Makes the changes, looking now and then; whether it never showed anything but a map that is always in order. */
function agrees (changes: readonly Change[]): boolean {
  const deferred = new DeferredMap<number, object>(descending)
  const plain = createOrderedMap<number, object>(descending)
  const agree = (): boolean => {
    const [shown, expected] = [deferred.ordered.toArray(), plain.toArray()]
    return shown.length === expected.length && shown.every(([key, value], place) => key === expected[place]?.[0] && value === expected[place][1])
  }
  return changes.every(({ key, value, looks }) => {
    if (value === undefined) {
      deferred.delete(key)
      plain.delete(key)
    } else {
      deferred.set(key, value)
      plain.set(key, value)
    }
    return !looks || agree()
  }) && agree()
}

t.test('whenever somebody looks, all changes are made', async (t) => {
  const change = fc.record({ key: fc.integer({ min: 0, max: 8 }), value: fc.option(fc.record({ number: fc.integer() }), { nil: undefined }), looks: fc.boolean() })
  fc.assert(fc.property(fc.array(change, { maxLength: 40 }), agrees), { numRuns: 1000 })
  t.pass('no changes told them apart')
})

t.test('more changes than can wait are made, the last one at each place', async (t) => {
  const changes = Array.from({ length: 20_000 }, (_, turn) => {
    const key = (turn * 7919) % 3001
    return { key, value: turn % 5 === 0 ? undefined : { number: turn }, looks: false }
  })
  t.ok(agrees(changes))
})

t.test('what was looked at stays as it was', async (t) => {
  const map = new DeferredMap<number, object>(descending)
  map.set(1, {})
  const before = map.ordered.clone()
  map.set(2, {})
  map.delete(1)
  t.same(before.keysArray(), [1])
  t.same(map.ordered.keysArray(), [2])
})
