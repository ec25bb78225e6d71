import t from 'tap'
import { closeAll, runAll } from './exchange.ts'
import { rowByLevel } from './goals.ts'
import { inject, overSocket } from './request.ts'

const { requests, goals } = rowByLevel()

t.teardown(closeAll)

for (const [name, setting] of Object.entries({
  'in process on memory': { store: 'memory', send: inject },
  'in process on SQLite': { store: 'sqlite', send: inject },
  'over a socket on memory': { store: 'memory', send: overSocket }
} as const)) {
  t.test(`every level of every factor leaves the outcome of every row as it is, ${name}`, async t => {
    const { count, wrong, mismatches } = await runAll(requests, setting)
    t.comment(`${count} requests for ${goals} goals, ${wrong} wrong`)
    t.ok(goals > 1700 && count === requests.length && count > 500, 'all goals were tried')
    t.same(mismatches, [])
  })
}
