import t from 'tap'
import Database from 'libsql'
import { sqliteStore } from '../../lib/sqlite.ts'
import { keepsRequestsOutOfStatements } from './statements.ts'

t.test('no text of a request is in a statement of SQLite', async (t) => {
  const database = new Database(':memory:')
  t.teardown(() => database.close())
  const statements: string[] = []
  // What a driver has of its own is called on it.
  const watched = new Proxy(database, {
    get (target, name) {
      const member: unknown = Reflect.get(target, name)
      if (typeof member !== 'function') return member
      return (...given: readonly unknown[]) => {
        if (typeof given[0] === 'string') statements.push(given[0])
        return member.apply(target, given)
      }
    }
  })
  await keepsRequestsOutOfStatements(t, sqliteStore(watched as never), () => statements)
})
