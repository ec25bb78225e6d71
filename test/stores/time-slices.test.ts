import type { Test } from 'tap'
import t from 'tap'
import { createTimeSlices } from '../../lib/stores/query/time-slices.ts'

/** A clock of milliseconds that stands still until it is moved, and counts who looks at it, until the test ends. */
function stopClock (t: Test): { now: number, looks: number } {
  const clock = { now: 1000, looks: 0 }
  const real = performance.now
  performance.now = () => {
    clock.looks++
    return clock.now
  }
  t.teardown(() => { performance.now = real })
  return clock
}

/** After how many steps the slice is over; undefined if it is not within 1000. */
function stepsToEnd (slices: { over (): boolean }): number | undefined {
  for (let step = 1; step <= 1000; step++) {
    if (slices.over()) return step
  }
  return undefined
}

t.test('a slice is over after 10 ms, however many steps it has', async (t) => {
  const clock = stopClock(t)
  const slices = createTimeSlices(1)
  t.equal(stepsToEnd(slices), undefined)
  clock.now += 9.9
  t.equal(stepsToEnd(slices), undefined)
  clock.now += 0.1
  t.equal(stepsToEnd(slices), 1)
  t.equal(stepsToEnd(slices), 1)
})

t.test('the clock is looked at every 32nd step, or as often as is asked for', async (t) => {
  const clock = stopClock(t)
  for (const [slices, every] of [[createTimeSlices(), 32], [createTimeSlices(5), 5]] as const) {
    clock.looks = 0
    for (let step = 0; step < every * 3; step++) slices.over()
    t.equal(clock.looks, 3)
    clock.now += 10
    t.equal(stepsToEnd(slices), every)
  }
})

t.test('between two slices others have their turn, and the next one is as long', async (t) => {
  const clock = stopClock(t)
  const slices = createTimeSlices(1)
  const turns: string[] = []
  setImmediate(() => {
    turns.push('another')
    clock.now += 500
  })
  clock.now += 20
  t.ok(slices.over())
  await slices.next()
  turns.push('this')
  t.strictSame(turns, ['another', 'this'])
  t.notOk(slices.over())
  clock.now += 9
  t.notOk(slices.over())
  clock.now += 1
  t.ok(slices.over())
})
