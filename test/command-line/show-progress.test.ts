import { setTimeout } from 'node:timers/promises'
import t from 'tap'
import { progressLine, showProgress } from '../../lib/command-line/show-progress.ts'
import { keepText } from './run-line.ts'

t.test('on a terminal there is a bar with the rate and the time left', async (t) => {
  const { stream, text } = keepText({ isTTY: true, columns: 120 })
  const progress = await showProgress({ stderr: stream, env: { NO_COLOR: '1' } }, 1000)
  for (let part = 1; part <= 5; part++) {
    progress.update({ bytes: part * 100, documents: part * 10 })
    await setTimeout(20)
  }
  progress.stop()
  await setTimeout(20)
  t.match(text(), /█{15}░{15} 50 % \| 50 documents \| \d+ a second \| \d+s left/)
  // Of colours there are none (no-color.org).
  // eslint-disable-next-line no-control-regex
  t.notMatch(text(), /\x1b\[[\d;]*m/)
})

t.test('where nobody knows how much there is, the bar is left out', async (t) => {
  const { stream, text } = keepText({ isTTY: true, columns: 120 })
  const progress = await showProgress({ stderr: stream, env: {} }, undefined)
  progress.update({ bytes: 500, documents: 7 })
  progress.stop()
  await setTimeout(20)
  t.match(text(), /7 documents \| \d+ a second \| \d+s/)
  t.notMatch(text(), /%|left|█/)
})

for (const [where, members, env] of [['no terminal', {}, {}], ['a dumb terminal', { isTTY: true }, { TERM: 'dumb' }]] as const) {
  t.test(`on ${where} there are lines, and none at once`, async (t) => {
    const { stream, text } = keepText(members)
    let now = 5000
    const progress = await showProgress({ stderr: stream, env }, 2e6, () => now)
    progress.update({ bytes: 1000, documents: 10 })
    now += 2000
    progress.update({ bytes: 500_000, documents: 1000 })
    now += 2000
    progress.update({ bytes: 1e6, documents: 2000 })
    progress.update({ bytes: 1e6, documents: 2001 })
    progress.stop()
    await setTimeout(20)
    t.equal(text(), '2000 documents, 500 a second, 50 % of 2.0 MB, 4 s left\n')
  })
}

t.test('a line tells what is known', async (t) => {
  t.equal(progressLine({ bytes: 10, documents: 2000 }, undefined, 4000), '2000 documents, 500 a second')
  t.equal(progressLine({ bytes: 0, documents: 0 }, 100, 4000), '0 documents, 0 a second')
  t.equal(progressLine({ bytes: 300_000, documents: 3 }, 200_000, 1000), '3 documents, 3 a second, 100 % of 0.2 MB, 0 s left')
})
