import t from 'tap'
import { Type } from 'typebox'
import { action, defineResource, provider } from '../../lib/index.ts'
import { buildApp } from './app.ts'

t.test('a definition can be made apart from its resource, and keeps its types', async (t) => {
  const notes = defineResource({ schema: Type.Object({ text: Type.String() }) })
  const theme = defineResource({ kind: 'singleton', schema: Type.Object({ dark: Type.Boolean() }), initial: { dark: false } })
  const app = await buildApp(t)
  const created = await app.resource('/notes', notes).create({ text: 'hi' }, { id: 'a' })
  t.equal(created.content.text, 'hi')
  t.equal((await app.resource('/theme', theme).read()).content.dark, false)
  t.equal((await app.resource('/more', notes).query()).results.length, 0, 'and be used again')
})

t.test('provider and action return their argument', async (t) => {
  const clock = provider({ read: ({ id }) => ({ id, revision: '1', content: { now: 0 } }) })
  const ping = action({ on: 'collection', handler: () => ({ pong: true }) })
  const app = await buildApp(t)
  app.resource('/clock', { provider: clock, actions: { ping } })
  t.equal((await app.inject('/clock/a')).json().now, 0)
  t.same((await app.inject({ method: 'POST', url: '/clock?_action=ping' })).json(), { pong: true })
})
