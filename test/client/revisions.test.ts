import t from 'tap'
import { createClient } from '../../lib/client.ts'
import { rememberRevisions } from '../../lib/client/revisions.ts'
import { fails } from '../plugin/app.ts'
import { startResources } from './servers.ts'

const counted = { schema: { type: 'object', properties: { n: { type: 'integer' } } } }

t.test('If-Match is sent for what was read, created, updated or patched', async (t) => {
  const { baseUrl, app, seen } = await startResources(t, (app) => app.resource('/users', { ...counted, revision: 'required' }))
  const users = createClient({ baseUrl }).resource('/users')
  const created = await users.create({ n: 1 }, { id: 'a' })
  const updated = await users.update('a', { n: 2 })
  const patched = await users.patch('a', [{ operation: 'increment', field: 'n', value: 1 }])
  t.strictSame(seen().slice(1), [['PUT /users/a', `"${created.revision}"`], ['PATCH /users/a', `"${updated.revision}"`]])
  const other = await app.inject({ method: 'PUT', url: '/users/a', headers: { 'if-match': `"${patched.revision}"` }, payload: { n: 9 } })
  await fails(t, users.update('a', { n: 4 }), 412)
  const { revision, content } = await users.read('a', { fields: ['n'] })
  t.strictSame([revision, content], [other.json()._rev, { n: 9 }], 'a projection has a revision too')
  await users.delete('a')
  t.strictSame(seen().at(-1), ['DELETE /users/a', `"${revision}"`])
})

t.test('a revision that is named is the one that is sent', async (t) => {
  const { baseUrl, seen } = await startResources(t, (app) => app.resource('/users', counted))
  const users = createClient({ baseUrl }).resource('/users')
  const { revision } = await users.create({ n: 1 }, { id: 'a' })
  await users.update('a', { n: 2 })
  await fails(t, users.update('a', { n: 3 }, { revision }), 412)
  await users.update('a', { n: 4 }, { revision: '*' })
  t.strictSame(seen().slice(2), [['PUT /users/a', `"${revision}"`], ['PUT /users/a', '*']])
})

t.test('nothing is sent for what was never read: the resource says whether it minds', async (t) => {
  const { baseUrl, app, seen } = await startResources(t, (app) => {
    app.resource('/required', { revision: 'required' })
    app.resource('/optional', {})
  })
  const client = createClient({ baseUrl })
  for (const url of ['/required/a', '/optional/a']) await app.inject({ method: 'PUT', url, headers: { 'if-none-match': '*' }, payload: {} })
  seen()
  await fails(t, client.resource('/required').update('a', { x: 1 }), 428)
  await fails(t, client.resource('/required').patch('a', []), 428)
  await fails(t, client.resource('/required').delete('a'), 428)
  await client.resource('/optional').patch('a', [])
  await client.resource('/optional').delete('a')
  t.ok(seen().every(([, ifMatch]) => ifMatch === undefined))
})

t.test('trying again after a 412 without reading is refused again', async (t) => {
  const { baseUrl, app } = await startResources(t, (app) => app.resource('/users', counted))
  const users = createClient({ baseUrl }).resource('/users')
  await users.create({ n: 1 }, { id: 'a' })
  await app.inject({ method: 'PUT', url: '/users/a', payload: { n: 9 } })
  for (let attempt = 0; attempt < 3; attempt++) await fails(t, users.update('a', { n: 2 }), 412)
  await users.read('a')
  t.strictSame((await users.update('a', { n: 10 })).content, { n: 10 })
})

t.test('who has read before a document was deleted and made anew does not write over the new one', async (t) => {
  const { baseUrl, app } = await startResources(t, (app) => app.resource('/users', counted))
  const users = createClient({ baseUrl }).resource('/users')
  await users.create({ n: 1 }, { id: 'a' })
  await users.delete('a')
  await fails(t, users.update('a', { n: 2 }), 404)
  await app.inject({ method: 'PUT', url: '/users/a', payload: { n: 9 } })
  await fails(t, users.update('a', { n: 2 }), 412)
  await fails(t, users.delete('a'), 412)
})

t.test('a page of a query tells what is not known, or came from a page, and replaces nothing else', async (t) => {
  const { baseUrl, app } = await startResources(t, (app) => app.resource('/users', counted))
  const users = createClient({ baseUrl }).resource('/users')
  const list = async (): Promise<void> => { for await (const { id } of users.query()) t.equal(id, 'a') }
  const others = async (n: number): Promise<unknown> => app.inject({ method: 'PUT', url: '/users/a', payload: { n } })
  await others(1)
  await list()
  await others(2)
  await fails(t, users.update('a', { n: 3 }), 412, 'the revision of the page')
  await list()
  await users.update('a', { n: 4 })
  await others(5)
  await list()
  for (let attempt = 0; attempt < 2; attempt++) {
    await fails(t, users.update('a', { n: 6 }), 412, 'what was made of the older content is refused')
    await list()
  }
  await fails(t, users.delete('a'), 412)
  await list()
  await fails(t, users.patch('a', []), 412)
  await users.read('a')
  t.strictSame((await users.update('a', { n: 7 })).content, { n: 7 })
})

t.test('a refusal says nothing about another revision than the one that was refused', async (t) => {
  const { baseUrl, app } = await startResources(t, (app) => app.resource('/users', counted))
  const users = createClient({ baseUrl }).resource('/users')
  await users.create({ n: 0 }, { id: 'a' })
  const races = await Promise.allSettled([users.update('a', { n: 1 }), users.update('a', { n: 2 })])
  t.strictSame(races.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected'])
  await fails(t, users.update('a', { n: 3 }, { revision: 'long-gone' }), 412)
  await app.inject({ method: 'PUT', url: '/users/a', payload: { n: 9 } })
  await users.query().page()
  await fails(t, users.update('a', { n: 4 }), 412, 'the change of others is not written over')
})

t.test('a list does not hide that what was deleted was made anew', async (t) => {
  const { baseUrl, app } = await startResources(t, (app) => app.resource('/users', counted))
  const users = createClient({ baseUrl }).resource('/users')
  await app.inject({ method: 'PUT', url: '/users/a', payload: { n: 1 } })
  await users.delete('a')
  await app.inject({ method: 'PUT', url: '/users/a', payload: { n: 9 } })
  await users.query().page()
  await fails(t, users.update('a', { n: 2 }), 412)
  await users.read('a')
  await users.update('a', { n: 2 })
})

t.test('a condition in the header fields of a call stands alone, a revision that is named replaces it', async (t) => {
  const { baseUrl, seen } = await startResources(t, (app) => app.resource('/users', counted))
  const users = createClient({ baseUrl }).resource('/users')
  const { revision: first } = await users.create({ n: 1 }, { id: 'a' })
  const { revision } = await users.update('a', { n: 2 })
  seen()
  const stale = `"${first}"`
  for (const headers of [{ 'If-Match': stale }, new Headers({ 'if-match': stale }), new Map([['if-match', stale]]).entries()]) {
    await fails(t, users.update('a', { n: 3 }, { headers }), 412)
  }
  await fails(t, users.patch('a', [], { headers: { 'if-match': stale } }), 412)
  await fails(t, users.delete('a', { headers: { 'if-match': stale } }), 412)
  t.ok(seen().every(([, ifMatch]) => ifMatch === stale))
  await fails(t, users.update('a', { n: 3 }, { headers: { 'if-none-match': '*' } }), 412)
  await fails(t, users.update('a', { n: 3 }, { headers: { 'if-match': `"${revision}"` }, revision: first }), 412)
  await users.update('a', { n: 3 }, { headers: { 'if-match': undefined, 'x-trace': 'x' } })
  t.strictSame(seen().map(([, ifMatch]) => ifMatch), [undefined, stale, `"${revision}"`])
  await fails(t, users.update('b', { n: 3 }, { headers: { 'if-match': '*' } }), 404)
  await users.update('b', { n: 3 }, { headers: { 'if-none-match': '*' } })
  t.strictSame(seen('accept-api-version').map(([, versions]) => versions), [undefined, undefined], 'which leaves nothing to a protocol version')
})

t.test('what an edit has only read is not taken for what the caller has', async (t) => {
  const { baseUrl, app } = await startResources(t, (app) => app.resource('/users', counted))
  const users = createClient({ baseUrl }).resource('/users')
  await users.create({ n: 1 }, { id: 'a' })
  await app.inject({ method: 'PUT', url: '/users/a', payload: { n: 9 } })
  await t.rejects(users.edit('a', () => { throw new Error('not today') }))
  await fails(t, users.update('a', { n: 2 }), 412)
  await users.edit('a', () => {})
  await fails(t, users.update('a', { n: 2 }), 412, 'an edit that writes nothing is like a page of a query')
  await users.edit('a', (content) => { content['n'] = 10 })
  t.strictSame((await users.update('a', { n: 11 })).content, { n: 11 }, 'what it has written is')
})

t.test('each object of a resource has a memory of its own, by path parameters and id', async (t) => {
  const { baseUrl, seen } = await startResources(t, (app) => app.resource('/realms/:realm/users', counted))
  const client = createClient({ baseUrl })
  const users = client.resource('/realms/:realm/users')
  const a = await users.create({ n: 1 }, { id: 'x', params: { realm: 'a' } })
  await users.create({ n: 1 }, { id: 'x', params: { realm: 'b' } })
  seen()
  await users.patch('x', [], { params: { realm: 'a' } })
  await client.resource('/realms/:realm/users').patch('x', [], { params: { realm: 'a' } })
  t.strictSame(seen().map(([, ifMatch]) => ifMatch), [`"${a.revision}"`, undefined])
})

t.test('the memory is bounded: the least recently used are forgotten', async (t) => {
  const revisions = rememberRevisions(3)
  for (const url of ['a', 'b', 'c']) revisions.learn(url, `${url}1`)
  t.equal(revisions.of('a'), 'a1')
  revisions.learn('d', 'd1')
  t.strictSame(['a', 'b', 'c', 'd'].map(revisions.of), ['a1', undefined, 'c1', 'd1'])
  revisions.notice('c', 'c2')
  t.equal(revisions.of('c'), 'c1')
  for (const revision of ['e1', 'e2']) revisions.notice('e', revision)
  t.equal(revisions.of('e'), 'e2', 'what was only noticed is replaced by what is noticed next')
  revisions.learn('e', 'e3')
  revisions.notice('e', 'e4')
  t.equal(revisions.of('e'), 'e3')
})
