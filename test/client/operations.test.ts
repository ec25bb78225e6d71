import t from 'tap'
import { Type } from 'typebox'
import { createClient } from '../../lib/client.ts'
import { BadRequest, Conflict, defineResource, NotFound } from '../../lib/index.ts'
import { buildApp, fails } from '../plugin/app.ts'
import { rejection, startResources } from './servers.ts'

const User = defineResource({
  schema: Type.Object({ userName: Type.String(), age: Type.Optional(Type.Integer()), tags: Type.Optional(Type.Array(Type.String())) }),
  actions: {
    rename: { content: Type.Object({ to: Type.String() }), handler: ({ id, content }) => ({ id, to: content.to }) },
    count: { on: 'collection', handler: ({ parameters }) => parameters },
    nothing: { handler: () => undefined }
  }
})
const Settings = defineResource({ kind: 'singleton', schema: Type.Object({ theme: Type.String() }), actions: { reset: { handler: () => 'done' } } })

t.test('all operations of a collection', async (t) => {
  const { baseUrl, app } = await startResources(t, (app) => app.resource('/users', User))
  const users = createClient({ baseUrl }).resource<typeof User>('/users')
  t.equal(users.path, '/users')
  const created = await users.create({ userName: 'bjensen', age: 40 })
  t.match(created, { id: /./, revision: /./ })
  t.strictSame(created.content, { userName: 'bjensen', age: 40 })
  t.strictSame(await users.read(created.id), created)
  t.strictSame((await users.read(created.id, { fields: ['age'] })).content, { age: 40 })
  const updated = await users.update(created.id, { userName: 'babs' })
  t.strictSame(updated.content, { userName: 'babs' })
  t.not(updated.revision, created.revision)
  const patched = await users.patch(created.id, [{ operation: 'add', field: '/tags', value: ['new'] }])
  t.strictSame(patched.content, { userName: 'babs', tags: ['new'] })
  t.strictSame(await users.delete(created.id), patched)
  await fails(t, users.read(created.id), 404)
  t.strictSame((await app.inject('/users')).json().result, [])
})

t.test('a create chooses its id where it names one', async (t) => {
  const { baseUrl, seen } = await startResources(t, (app) => app.resource('/users', User))
  const users = createClient({ baseUrl }).resource<typeof User>('/users')
  const { id, content } = await users.create({ userName: 'bjensen' }, { id: 'bjensen' })
  t.strictSame([id, content], ['bjensen', { userName: 'bjensen' }])
  t.ok(await rejection(users.create({ userName: 'other' }, { id: 'bjensen' })) instanceof Conflict)
  t.strictSame(seen(), [['POST /users', undefined], ['POST /users', undefined]])
})

t.test('an update never creates, whatever is known', async (t) => {
  const { baseUrl, app } = await startResources(t, (app) => {
    app.resource('/users', User)
    app.resource('/required', { revision: 'required' })
    app.resource('/versioned', { versions: { '1.0': {}, '2.0': { downgrade: (content) => ({ ...content, served: '1.0' }) } } })
  })
  const client = createClient({ baseUrl })
  const users = client.resource<typeof User>('/users')
  t.ok(await rejection(users.update('nobody', { userName: 'x' })) instanceof NotFound)
  await fails(t, users.update('nobody', { userName: 'x' }, { revision: '*' }), 404)
  t.equal((await app.inject('/users/nobody')).statusCode, 404)
  await app.inject({ method: 'PUT', url: '/users/somebody', payload: { userName: 'a' } })
  t.strictSame((await users.update('somebody', { userName: 'b' })).content, { userName: 'b' })
  await fails(t, client.resource('/required').update('nobody', {}), 428, 'what is not known is not made up')
  await app.inject({ method: 'PUT', url: '/versioned/v', payload: { a: 1 } })
  const { content } = await client.resource('/versioned').update('v', { a: 2 }, { headers: { 'accept-api-version': 'protocol=2.1, resource=1.0' } })
  t.equal(content['served'], '1.0', 'the version of the resource is that of the request')
})

t.test('a singleton takes no ids', async (t) => {
  const { baseUrl } = await startResources(t, (app) => app.resource('/settings', Settings))
  const settings = createClient({ baseUrl }).resource<typeof Settings>('/settings')
  await fails(t, settings.read(), 404)
  const { id, content } = await settings.update({ theme: 'dark' })
  t.strictSame([id, content], ['', { theme: 'dark' }])
  t.strictSame((await settings.patch([{ operation: 'replace', field: 'theme', value: 'light' }])).content, { theme: 'light' })
  t.strictSame((await settings.edit((next) => { next.theme += '!' })).content, { theme: 'light!' })
  t.strictSame((await settings.read({ fields: ['theme'] })).content, { theme: 'light!' })
  t.equal(await settings.action('reset'), 'done')
})

t.test('actions on collections and instances, with and without contents and results', async (t) => {
  const { baseUrl, seen } = await startResources(t, (app) => app.resource('/users', User))
  const users = createClient({ baseUrl }).resource<typeof User>('/users')
  await users.create({ userName: 'x' }, { id: 'x' })
  seen()
  t.strictSame(await users.action('rename', { id: 'x', content: { to: 'y' } }), { id: 'x', to: 'y' })
  t.strictSame(await users.action('count', { parameters: { since: '1 & 2', Ünïcode: '+' } }), { since: '1 & 2', Ünïcode: '+' })
  t.equal(await users.action('nothing', { id: 'x' }), undefined)
  t.strictSame(seen('content-type').map(([, type]) => type), ['application/json', undefined, undefined])
  await fails(t, createClient({ baseUrl }).resource('/users').action('explode'), 501)
})

t.test('every id that a document can have comes through, in the path and in path parameters', async (t) => {
  const { baseUrl } = await startResources(t, (app) => app.resource('/realms/:realm/users', User))
  const users = createClient({ baseUrl }).resource<typeof User>('/realms/:realm/users')
  const ids = ['a/b', '..a', '%2e%2e', 'a b', 'Éve 😀', '?x=1#y', 'a+b&c', '"', '__proto__', "!'()*", ':realm', '😀'.repeat(63)]
  for (const id of ids) {
    const options = { params: { realm: id } }
    await users.create({ userName: id }, { id, ...options })
    t.strictSame((await users.read(id, options)).content, { userName: id }, id)
    t.strictSame((await users.update(id, { userName: `${id}!` }, options)).id, id)
    const found = []
    for await (const document of users.query(options)) found.push(document.id)
    t.strictSame(found, [id], 'each value has a collection of its own')
    await users.delete(id, options)
  }
})

t.test('what can be no id or parameter is refused before anything is sent', async (t) => {
  const { baseUrl, requests } = await startResources(t, (app) => app.resource('/realms/:realm/users', User))
  const users = createClient({ baseUrl }).resource<typeof User>('/realms/:realm/users')
  const options = { params: { realm: 'a' } }
  for (const id of ['', '.', '..', 'a\nb', '\ud800', 'x'.repeat(256), 5 as never, null as never]) {
    const calls = [users.read(id, options), users.update(id, { userName: 'x' }, options), users.patch(id, [], options), users.delete(id, options), users.edit(id, () => {}, options)]
    for (const call of calls) t.ok(await rejection(call) instanceof BadRequest, JSON.stringify(id))
    if (typeof id === 'string') {
      t.ok(await rejection(users.create({ userName: 'x' }, { id, ...options })) instanceof BadRequest)
      t.ok(await rejection(users.action('nothing', { id, ...options })) instanceof BadRequest)
      t.ok(await rejection(users.read('x', { params: { realm: id } })) instanceof BadRequest)
    }
  }
  t.ok(await rejection(users.update(undefined as never, { userName: 'x' })) instanceof BadRequest)
  t.ok(await rejection(users.read(undefined as never, options)) instanceof BadRequest)
  t.ok(await rejection(users.delete(undefined as never)) instanceof BadRequest)
  t.match(await rejection(users.read('x')), { statusCode: 400, message: 'params.realm is missing or no id' })
  t.match(await rejection(users.query({ filter: 'a eq "\ud800"', ...options }).page()), { statusCode: 400, message: /well-formed/ })
  t.match(await rejection(users.create({ userName: 1n as never }, options)), { statusCode: 400, message: 'The content is no JSON value' })
  for (const revision of ['', 'a"b', 'a b', 7 as never]) t.ok(await rejection(users.delete('x', { revision, ...options })) instanceof BadRequest)
  t.equal(requests.length, 0)
})

t.test('a content that is no object is the server\'s to refuse', async (t) => {
  const { baseUrl } = await startResources(t, (app) => app.resource('/users', {}))
  const users = createClient({ baseUrl }).resource('/users')
  for (const content of [undefined, null, 'x', [1]]) {
    await fails(t, users.create(content as never, { id: 'x' }), 400)
    await fails(t, users.update('x', content as never, { revision: '*' }), 400)
  }
})

t.test('the base URL may have a path, with or without a slash at its end', async (t) => {
  const app = await buildApp(t, { options: { prefix: '/api/v1' } })
  app.resource('/users', User)
  const origin = await app.listen({ port: 0, host: '127.0.0.1' })
  for (const baseUrl of [`${origin}/api/v1`, `${origin}/api/v1/`, new URL('/api/v1/', origin)]) {
    const users = createClient({ baseUrl }).resource<typeof User>('/users')
    const { id } = await users.create({ userName: 'x' })
    t.equal((await users.read(id)).content.userName, 'x')
  }
})

t.test('results are the caller\'s own', async (t) => {
  const { baseUrl } = await startResources(t, (app) => app.resource('/users', User))
  const users = createClient({ baseUrl }).resource<typeof User>('/users')
  const { id, content } = await users.create({ userName: 'x' })
  content.userName = 'changed'
  t.equal((await users.read(id)).content.userName, 'x')
})
