import swagger from '@fastify/swagger'
import t from 'tap'
import { compose, json, places } from './app.ts'
import { everywhere } from './exchanges.ts'

const openapi = { openapi: '3.1.0', info: { title: 'Notes', version: '1.0.0' } }

t.test('it changes no answer', async (t) => {
  await everywhere(t, async (instance) => instance.register(swagger, { openapi }), () => {})
})

for (const place of places) {
  t.test(`routes of the application are described, ${place.name}`, async (t) => {
    let describe: () => object = () => ({})
    const { ask } = await compose(t, place, async (instance) => {
      await instance.register(swagger, { openapi })
      instance.get('/own/:id', { schema: { summary: 'mine', params: { type: 'object', properties: { id: { type: 'string' } } } } }, async () => ({ mine: true }))
      describe = () => instance.swagger()
      instance.get('/openapi.json', async () => instance.swagger())
    })
    const described = describe() as { readonly paths: Readonly<Record<string, unknown>> }
    t.match(described, { openapi: '3.1.0', paths: { [`${place.prefix}/own/{id}`]: { get: { summary: 'mine' } } } })
    t.strictSame(json(await ask('/openapi.json')), JSON.parse(JSON.stringify(described)), 'also over HTTP')
    t.strictSame(json(await ask('/own/1')), { mine: true })
  })
}
