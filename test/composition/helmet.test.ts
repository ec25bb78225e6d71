import helmet from '@fastify/helmet'
import t from 'tap'
import { Type } from 'typebox'
import commonRest from '../../lib/index.ts'
import { everywhere } from './exchanges.ts'
import { start } from './app.ts'

const secured = {
  'content-security-policy': /default-src 'self'/,
  'strict-transport-security': /max-age/,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'SAMEORIGIN',
  'referrer-policy': 'no-referrer'
}

t.test('its header fields are on every answer, and ours stay', async (t) => {
  await everywhere(t, async (instance) => instance.register(helmet), (t, { name, status, unknown = false }, { headers }, { reachesUnknown }) => {
    if (!unknown || reachesUnknown) t.match(headers, secured, name)
    t.ok(headers['x-forgerock-transactionid'], `${name}: the transaction id`)
    if (status !== 204) t.match(headers['cache-control'], /^no-(cache|store)$/, `${name}: Cache-Control`)
  })
})

t.test('a member as what it is has the policies of both', async (t) => {
  const { ask } = await start(t, async (app) => {
    await app.register(helmet)
    await app.register(commonRest)
    await app.resource('/pages', { schema: Type.Object({ html: Type.String() }) }).create({ html: 'PHA-' }, { id: 'a' })
  })
  const { status, headers, body } = await ask('/pages/a?_fields=html&_mimeType=text/html')
  t.equal(status, 200)
  t.match(headers, { ...secured, 'content-type': /^text\/html/, 'content-disposition': /^attachment/ })
  t.equal(body.toString(), '<p>')
})
