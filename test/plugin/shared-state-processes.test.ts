import { join } from 'node:path'
import t from 'tap'
import { sharedStateOfProcesses } from './shared-state-processes.ts'

t.test('two processes on one SQLite file', { timeout: 120_000 }, async (t) => {
  await sharedStateOfProcesses(t, `sqlite:${join(t.testdir({}), 'shared.db')}`)
})
