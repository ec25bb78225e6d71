import { Type } from 'typebox'
import { describe, expect, test } from 'tstyche'
import { createClient } from '../lib/client.ts'
import type { ClientCollection, ClientQuery, ClientSingleton, Declared } from '../lib/client.ts'
import { defineResource } from '../lib/index.ts'
import type { Document, QueryPage, ResourceDefinition } from '../lib/index.ts'

const schema = Type.Object({
  userName: Type.String({ minLength: 1 }),
  age: Type.Optional(Type.Integer({ minimum: 0 })),
  role: Type.Union([Type.Literal('admin'), Type.Literal('guest')]),
  name: Type.Object({ first: Type.String(), last: Type.Optional(Type.String()) }),
  tags: Type.Array(Type.String())
})

interface UserContent {
  userName: string
  age?: number
  role: 'admin' | 'guest'
  name: { first: string, last?: string }
  tags: string[]
}

declare const user: UserContent

export const User = defineResource({
  schema,
  revision: 'required',
  unique: ['/userName'],
  actions: {
    rename: {
      content: Type.Object({ to: Type.String() }),
      result: Type.Object({ from: Type.String() }),
      handler: async ({ id = '', content }) => ({ from: `${id} became ${content.to}` })
    },
    ping: { on: 'collection', result: Type.Literal('pong'), handler: () => 'pong' as const },
    forget: { handler: () => undefined }
  }
})

export const Settings = defineResource({ kind: 'singleton', schema: Type.Object({ theme: Type.String() }) })

const client = createClient({ baseUrl: 'https://api.example.com' })

describe('a client of a definition', () => {
  const users = client.resource<typeof User>('/users')

  test('gives the contents of all results', async () => {
    expect(users).type.toBeAssignableTo<ClientCollection<UserContent>>()
    expect(users.create(user, { id: 'bjensen' })).type.toBe<Promise<Document<UserContent>>>()
    expect(users.read('bjensen', { fields: ['name/first'], signal: new AbortController().signal })).type.toBe<Promise<Document<UserContent>>>()
    expect(users.update('bjensen', user, { revision: '7' })).type.toBe<Promise<Document<UserContent>>>()
    expect(users.patch('bjensen', [{ operation: 'remove', field: '/age' }])).type.toBe<Promise<Document<UserContent>>>()
    expect(users.delete('bjensen')).type.toBe<Promise<Document<UserContent>>>()
    expect(users.edit('bjensen', (content) => content)).type.toBe<Promise<Document<UserContent>>>()
    expect(users.query({ sortKeys: ['-age'] })).type.toBe<ClientQuery<UserContent>>()
    expect(users.query().page()).type.toBe<Promise<QueryPage<UserContent>>>()
    for await (const { id, content } of users.query()) {
      expect(id).type.toBe<string>()
      expect(content).type.toBe<UserContent>()
    }
    for await (const { results, total } of users.query().pages()) {
      expect(results[0]).type.toBe<Document<UserContent> | undefined>()
      expect(total).type.toBe<number>()
    }
  })

  test('refuses what does not fit', () => {
    expect(users.create).type.not.toBeCallableWith({ userName: 'bjensen' })
    expect(users.create).type.not.toBeCallableWith({ ...user, role: 'king' as const })
    expect(users.update).type.not.toBeCallableWith('bjensen', {})
    expect(users.update).type.not.toBeCallableWith(user)
    expect(users.read).type.not.toBeCallableWith()
    expect(users.read).type.not.toBeCallableWith('bjensen', { revision: '7' })
    expect(users.read).type.not.toBeCallableWith('bjensen', { principal: {} })
    expect(users.delete).type.not.toBeCallableWith()
    expect(users.edit).type.not.toBeCallableWith('bjensen', () => ({ userName: 'x' }))
    expect(users.edit).type.not.toBeCallableWith((content: UserContent) => content)
  })

  test('edits in place or by a new content, at once or later', () => {
    expect(users.edit).type.toBeCallableWith('bjensen', (content: UserContent) => { content.age = 41 })
    expect(users.edit).type.toBeCallableWith('bjensen', async (content: UserContent) => { content.age = 41 })
    expect(users.edit).type.toBeCallableWith('bjensen', (content: UserContent, { revision }: Document<UserContent>) => ({ ...content, userName: revision }))
    expect(users.edit).type.toBeCallableWith('bjensen', async (content: UserContent) => content.age === 41 ? undefined : { ...content, age: 41 }, { attempts: 3 })
  })

  test('knows places of patches and sort keys', () => {
    expect(users.patch).type.toBeCallableWith('x', [{ operation: 'add', field: '/tags/-', value: 'new' }, { operation: 'replace', field: 'name/last', value: 'x' }])
    expect(users.patch).type.not.toBeCallableWith('x', [{ operation: 'add', field: '/tag/-', value: 'new' }])
    expect(users.query).type.toBeCallableWith({ sortKeys: ['-name/last', '_id'], count: 'EXACT', queryId: 'adults', parameters: { from: '18' } })
    expect(users.query).type.not.toBeCallableWith({ sortKeys: ['nickName'] })
    expect(users.query).type.not.toBeCallableWith({ principal: {} })
  })

  test('knows the declared actions', () => {
    expect(users.action('rename', { id: 'bjensen', content: { to: 'babs' } })).type.toBe<Promise<{ from: string }>>()
    expect(users.action('ping')).type.toBe<Promise<'pong'>>()
    expect(users.action('forget', { id: 'bjensen', parameters: { a: 'b' } })).type.toBe<Promise<unknown>>()
    expect(users.action).type.not.toBeCallableWith('rename', { id: 'bjensen' })
    expect(users.action).type.not.toBeCallableWith('rename', { id: 'bjensen', content: { to: 5 } })
    expect(users.action).type.not.toBeCallableWith('explode', {})
  })

  test('takes any action where none is declared', () => {
    const things = client.resource<typeof Thing>('/things')
    expect(things.action('anything', { content: [1] })).type.toBe<Promise<unknown>>()
  })
})

export const Thing = defineResource({ schema: Type.Object({ size: Type.Number() }) })

describe('a client of a singleton', () => {
  const settings = client.resource<typeof Settings>('/settings')

  test('takes no ids', async () => {
    expect(settings).type.toBe<ClientSingleton<{ theme: string }>>()
    expect((await settings.read()).content).type.toBe<{ theme: string }>()
    expect(settings.update).type.toBeCallableWith({ theme: 'dark' }, { revision: '*' })
    expect(settings.update).type.not.toBeCallableWith('x', { theme: 'dark' })
    expect(settings.edit).type.toBeCallableWith((content: { theme: string }) => { content.theme = 'dark' })
    expect(settings).type.not.toHaveProperty('delete')
    expect(settings).type.not.toHaveProperty('create')
    expect(settings).type.not.toHaveProperty('query')
  })

  test('may be written down', () => {
    expect(client.resource<{ kind: 'singleton', schema: typeof schema }>('/me')).type.toBe<ClientSingleton<UserContent>>()
  })
})

const Named = Type.Object({ name: Type.String() })
const Aged = Type.Object({ age: Type.Optional(Type.Number()) })
export const Either = Type.Union([Named, Aged])
export const Both = Type.Intersect([Named, Aged])
export const List = Type.Array(Named)
export const Plain = defineResource({ schema: { type: 'object' } })
export const Versioned = defineResource({ versions: { '1.0': { schema: Named } } })

describe('other type arguments', () => {
  test('a TypeBox type of objects is a collection of them', () => {
    expect(client.resource<typeof schema>('/users')).type.toBe<ClientCollection<UserContent>>()
    expect(client.resource<typeof Either>('/users').read('x')).type.toBe<Promise<Document<{ name: string } | { age?: number }>>>()
    expect(client.resource<typeof Both>('/users').read('x')).type.toBe<Promise<Document<{ name: string } & { age?: number }>>>()
  })

  test('what is not known is any object', () => {
    expect(client.resource('/users')).type.toBe<ClientCollection>()
    expect(client.resource<typeof Plain>('/users')).type.toBe<ClientCollection>()
    expect(client.resource<typeof Versioned>('/users')).type.toBe<ClientCollection>()
    expect(client.resource<ResourceDefinition>('/users')).type.toBe<ClientCollection>()
  })

  test('a content or a TypeBox type of anything else says nothing', () => {
    expect<UserContent>().type.not.toBeAssignableTo<Declared>()
    expect<typeof List>().type.not.toBeAssignableTo<Declared>()
    expect<string>().type.not.toBeAssignableTo<Declared>()
    expect<typeof User>().type.toBeAssignableTo<Declared>()
    expect<typeof schema>().type.toBeAssignableTo<Declared>()
  })
})

test('the options of a client', () => {
  expect(createClient).type.toBeCallableWith({ baseUrl: new URL('https://api.example.com/v1/'), fetch: globalThis.fetch })
  expect(createClient).type.toBeCallableWith({ baseUrl: '/api', headers: { authorization: undefined, 'accept-language': 'de' }, retry: { attempts: 1 } })
  expect(createClient).type.toBeCallableWith({ baseUrl: '/api', headers: new Headers() })
  expect(createClient).type.toBeCallableWith({ baseUrl: '/api', headers: new Map([['a', 'b']]) })
  expect(createClient).type.toBeCallableWith({ baseUrl: '/api', headers: async () => ({ authorization: 'Bearer x' }) })
  expect(createClient).type.toBeCallableWith({ baseUrl: '/api', fetch: async () => new Response() })
  expect(createClient).type.not.toBeCallableWith({})
  expect(createClient).type.not.toBeCallableWith({ baseUrl: '/api', timeout: 5 })
  expect(createClient).type.not.toBeCallableWith({ baseUrl: '/api', headers: { a: 1 } })
})
