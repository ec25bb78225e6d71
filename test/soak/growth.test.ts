import t from 'tap'
import { growthOf } from './growth.ts'

const every = (value: (at: number) => number): Array<{ readonly at: number, readonly value: number }> => Array.from({ length: 31 }, (_, at) => ({ at, value: value(at) }))

t.test('growth is that after the warm-up, whatever single samples say', async (t) => {
  t.equal(growthOf([]), 0)
  t.equal(growthOf(every(() => 7)), 0, 'flat')
  t.equal(growthOf(every((at) => at < 10 ? at * 100 : 1000)), 0, 'only the warm-up grows')
  t.equal(growthOf(every((at) => at * 2)), 40, 'a leak')
  t.equal(growthOf(every((at) => at * 2 + (at === 20 ? 500 : 0))), 40, 'a leak with an outlier')
  t.equal(growthOf(every((at) => at === 30 ? 500 : 0)), 0, 'an outlier alone')
  t.ok(growthOf(every((at) => -at)) < 0, 'less')
})
