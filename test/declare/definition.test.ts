import t from 'tap'
import { action } from '../../lib/declare/action-of.ts'
import { defineResource } from '../../lib/declare/definition.ts'
import { provider } from '../../lib/declare/provider.ts'

t.test('what is declared apart is returned as it is', async t => {
  const definition = { kind: 'singleton' } as const
  t.equal(defineResource(definition), definition)
  const ping = { handler: (): boolean => true }
  t.equal(action(ping), ping)
  const handlers = { read: (): undefined => undefined }
  t.equal(provider(handlers), handlers)
})
