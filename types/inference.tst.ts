import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { describe, expect, test } from 'tstyche'
import { action, defineResource, provider, queryFilter } from '../lib/index.ts'
import type { CollectionHandle, Document, QueryPage, ResourceDefinition, ResourceHandle, SingletonHandle } from '../lib/index.ts'

declare const app: FastifyInstance

const schema = Type.Object({
  userName: Type.String({ minLength: 1 }),
  mail: Type.String({ format: 'email' }),
  age: Type.Optional(Type.Integer({ minimum: 0 })),
  role: Type.Union([Type.Literal('admin'), Type.Literal('guest')]),
  name: Type.Object({ first: Type.String(), last: Type.Optional(Type.String()) }),
  tags: Type.Array(Type.String())
})

interface User {
  userName: string
  mail: string
  age?: number
  role: 'admin' | 'guest'
  name: { first: string, last?: string }
  tags: string[]
}

declare const user: User

describe('a TypeBox schema', () => {
  const users = app.resource('/users', { schema, revision: 'required', unique: ['/userName'], indexes: ['/mail'] })

  test('makes the handle of a collection', () => {
    expect(users.kind).type.toBe<'collection'>()
    expect(users).type.toBeAssignableTo<CollectionHandle<User>>()
    expect(app.resource('/users', { kind: 'collection', schema }).kind).type.toBe<'collection'>()
  })

  test('gives the contents of all results', () => {
    expect(users.read('bjensen')).type.toBe<Promise<Document<User>>>()
    expect(users.create(user)).type.toBe<Promise<Document<User>>>()
    expect(users.update('bjensen', user, { revision: '7' })).type.toBe<Promise<Document<User>>>()
    expect(users.patch('bjensen', [{ operation: 'remove', field: '/age' }])).type.toBe<Promise<Document<User>>>()
    expect(users.delete('bjensen')).type.toBe<Promise<Document<User>>>()
    expect(users.query({ filter: 'true', sortKeys: ['-age'] })).type.toBe<Promise<QueryPage<User>>>()
    expect(users.action('ping', { id: 'bjensen', content: [1] })).type.toBe<Promise<unknown>>()
  })

  test('gives the types of members without a cast', async () => {
    const { content } = await users.read('bjensen')
    expect(content.userName).type.toBe<string>()
    expect(content.age).type.toBe<number | undefined>()
    expect(content.role).type.toBe<'admin' | 'guest'>()
    expect(content.name.last).type.toBe<string | undefined>()
    expect(content.tags).type.toBe<string[]>()
    expect(content).type.not.toHaveProperty('unknown')
    const { results } = await users.query()
    expect(results[0]?.content.mail).type.toBe<string | undefined>()
  })

  test('refuses contents that do not fit', () => {
    expect(users.create).type.toBeCallableWith(user)
    expect(users.create).type.toBeCallableWith(user, { id: 'bjensen' })
    expect(users.create).type.not.toBeCallableWith({ userName: 'bjensen' })
    expect(users.create).type.not.toBeCallableWith({ ...user, age: 'old' })
    expect(users.create).type.not.toBeCallableWith({ ...user, role: 'king' as const })
    expect(users.update).type.not.toBeCallableWith('bjensen', {})
    expect(users.update).type.not.toBeCallableWith(user)
    expect(users.read).type.not.toBeCallableWith()
    expect(users.read).type.not.toBeCallableWith('bjensen', { revision: '7' })
  })

  test('may also be declared with a content of its own on the handle of any resource', () => {
    expect(users).type.toBeAssignableTo<ResourceHandle<User>>()
    expect(app.resources.get('/users')).type.toBe<ResourceHandle | undefined>()
  })

  test('switches are chained', () => {
    expect(users.disable({ retryAfter: 120 }).enable()).type.toBe<CollectionHandle<User>>()
    expect(users.disable).type.toBeCallableWith({ retryAfter: new Date(), message: 'x', methods: 'writes' as const })
    expect(users.disable).type.not.toBeCallableWith({ methods: 'reads' })
  })
})

describe('other TypeBox types of objects', () => {
  const Named = Type.Object({ name: Type.String() })
  const Aged = Type.Object({ age: Type.Optional(Type.Number()) })

  test('give their contents', async () => {
    const handles = {
      partial: app.resource('/1', { schema: Type.Partial(Named) }),
      extended: app.resource('/2', { schema: Type.Interface([Named], { age: Type.Number() }) }),
      intersected: app.resource('/3', { schema: Type.Intersect([Named, Aged]) }),
      united: app.resource('/4', { schema: Type.Union([Named, Aged]) }),
      transformed: app.resource('/5', defineResource({ schema: Type.Evaluate(Type.Intersect([Named, Aged])) }))
    }
    expect((await handles.partial.read('x')).content).type.toBe<{ name?: string }>()
    expect((await handles.extended.read('x')).content).type.toBe<{ name: string, age: number }>()
    expect((await handles.intersected.read('x')).content).type.toBe<{ name: string } & { age?: number }>()
    expect((await handles.united.read('x')).content).type.toBe<{ name: string } | { age?: number }>()
    expect((await handles.transformed.read('x')).content).type.toBe<{ name: string, age?: number }>()
  })

  test('a TypeBox type of anything else is no content', () => {
    expect(app.resource).type.not.toBeCallableWith('/x', { schema: Type.Array(Named) })
    expect(app.resource).type.not.toBeCallableWith('/x', { schema: Type.Union([Named, Type.Null()]) })
    expect(app.resource).type.not.toBeCallableWith('/x', { schema: Type.String() })
  })
})

describe('defineResource', () => {
  const definition = defineResource({ schema, unique: ['/userName', ['/mail', '/role']] })

  test('keeps the types for app.resource', async () => {
    const users = app.resource('/users', definition)
    expect(users.kind).type.toBe<'collection'>()
    expect((await users.read('x')).content).type.toBe<User>()
    const settings = app.resource('/settings', defineResource({ kind: 'singleton', schema }))
    expect(settings.kind).type.toBe<'singleton'>()
    expect((await settings.read()).content).type.toBe<User>()
  })

  test('keeps the schema itself', () => {
    expect(definition.schema).type.toBe<typeof schema | undefined>()
  })

  test('types what prepare gets and returns', () => {
    defineResource({
      schema,
      prepare ({ content, before, operation, id }) {
        expect(content).type.toBe<User>()
        expect(before).type.toBe<User | undefined>()
        expect(operation).type.toBe<'create' | 'update' | 'patch'>()
        expect(id).type.toBe<string | undefined>()
        return { ...content, age: (before?.age ?? 0) + 1 }
      }
    })
    expect(defineResource).type.not.toBeCallableWith({ schema, prepare: () => ({ userName: 'x' }) })
  })

  test('refuses unknown members and values that no resource takes', () => {
    expect(defineResource).type.toBeCallableWith({ operations: ['create', 'read'] as const })
    expect(defineResource).type.not.toBeCallableWith({ operations: ['action'] })
    expect(defineResource).type.not.toBeCallableWith({ kind: 'list' })
    expect(defineResource).type.not.toBeCallableWith({ schema, unique: '/userName' })
    expect(defineResource).type.not.toBeCallableWith({ schema, unique: [['/userName', ['/mail']]] })
    expect(defineResource).type.not.toBeCallableWith({ schema, revision: 'always' })
    expect(defineResource).type.not.toBeCallableWith({ schema, shema: {} })
  })
})

describe('app.resource with everything inline', () => {
  test('types prepare, initial and the provider by the schema', async () => {
    const users = app.resource('/users', {
      schema,
      prepare ({ content, before }) {
        expect(content).type.toBe<User>()
        expect(before).type.toBe<User | undefined>()
        return content
      }
    })
    expect((await users.read('x')).content).type.toBe<User>()

    const provided = app.resource('/provided', {
      schema,
      provider: {
        read ({ id, params, principal, signal }) {
          expect(id).type.toBe<string>()
          expect(params).type.toBe<Readonly<Record<string, string>>>()
          expect(principal).type.toBe<import('../lib/index.ts').Principal | null>()
          expect(signal).type.toBe<AbortSignal>()
          return { id, revision: '1', content: user }
        },
        async update ({ id, content, revision }) {
          expect(content).type.toBe<User>()
          expect(revision).type.toBe<string | undefined>()
          return { id, revision: '2', content }
        },
        query ({ pageSize, cookie }) {
          expect(pageSize).type.toBe<number>()
          expect(cookie).type.toBe<string | undefined>()
          return { results: [{ id: 'x', revision: '1', content: user }] }
        }
      }
    })
    expect((await provided.read('x')).content).type.toBe<User>()

    expect(app.resource).type.not.toBeCallableWith('/provided', { schema, provider: { read: () => ({ id: 'x', revision: '1', content: {} }) } })
    expect(app.resource).type.not.toBeCallableWith('/provided', { schema, provider: { read: () => ({ id: 'x', content: user }) } })
  })

  test('types actions', () => {
    app.resource('/users', {
      schema,
      actions: {
        ping: {
          on: ['collection', 'instance'],
          handler ({ id, content, parameters, resource, params }) {
            expect(id).type.toBe<string | undefined>()
            expect(parameters).type.toBe<Readonly<Record<string, string | readonly string[]>>>()
            expect(resource).type.toBe<ResourceHandle>()
            expect(params).type.toBe<Readonly<Record<string, string>>>()
            return { content }
          }
        },
        pong: action({ handler: async () => undefined })
      }
    })
    expect(action).type.not.toBeCallableWith({})
    expect(action).type.not.toBeCallableWith({ on: 'singleton', handler: () => 1 })
  })

  test('types queries', () => {
    app.resource('/users', {
      schema,
      queries: {
        byRole: ({ role }) => {
          expect(role).type.toBe<string | readonly string[] | undefined>()
          return queryFilter`role eq ${role}`
        },
        adults: () => 'age ge 18'
      }
    })
    expect(app.resource).type.not.toBeCallableWith('/users', { schema, queries: { adults: 'age ge 18' } })
    expect(app.resource).type.not.toBeCallableWith('/users', { schema, queries: { adults: () => 18 } })
    expect(app.resource).type.not.toBeCallableWith('/users', { schema, queries: { adults: async () => 'age ge 18' } })
  })

  test('refuses unknown members, operations and kinds', () => {
    expect(app.resource).type.toBeCallableWith('/x', {})
    expect(app.resource).type.not.toBeCallableWith('/x')
    expect(app.resource).type.not.toBeCallableWith('/x', { shema: {} })
    expect(app.resource).type.not.toBeCallableWith('/x', { kind: 'list' })
    expect(app.resource).type.not.toBeCallableWith('/x', { operations: ['read', 'list'] })
    expect(app.resource).type.not.toBeCallableWith('/x', { schema, initial: { userName: 'x' }, kind: 'singleton' })
  })
})

describe('a singleton', () => {
  const settings = app.resource('/settings', { kind: 'singleton', schema, initial: user })

  test('has a handle without ids', () => {
    expect(settings.kind).type.toBe<'singleton'>()
    expect(settings).type.toBeAssignableTo<SingletonHandle<User>>()
    expect(settings.read()).type.toBe<Promise<Document<User>>>()
    expect(settings.update(user, { revision: '7' })).type.toBe<Promise<Document<User>>>()
    expect(settings.patch([])).type.toBe<Promise<Document<User>>>()
    expect(settings.action('ping')).type.toBe<Promise<unknown>>()
    expect(settings.read).type.not.toBeCallableWith('x')
    expect(settings.update).type.not.toBeCallableWith('x', user)
    expect(settings).type.not.toHaveProperty('create')
    expect(settings).type.not.toHaveProperty('delete')
    expect(settings).type.not.toHaveProperty('query')
  })
})

describe('a definition whose kind is not known', () => {
  test('has the handle of either', () => {
    expect(app.resource('/x', {} as ResourceDefinition<typeof schema>)).type.toBe<ResourceHandle<User>>()
    expect(app.resource('/x', {} as ResourceDefinition)).type.toBe<ResourceHandle>()
  })
})

describe('a JSON Schema', () => {
  test('describes any object', async () => {
    const things = app.resource('/things', { schema: { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] } })
    expect((await things.read('x')).content).type.toBe<Record<string, unknown>>()
    expect(things.create).type.toBeCallableWith({ a: 'x', b: [1] })
    const frozen = { type: 'object', properties: {} } as const
    expect((await app.resource('/frozen', { schema: frozen }).read('x')).content).type.toBe<Record<string, unknown>>()
    expect((await app.resource('/settings', { kind: 'singleton', schema: frozen }).read()).content).type.toBe<Record<string, unknown>>()
  })

  test('may be left out', async () => {
    expect((await app.resource('/things', {}).read('x')).content).type.toBe<Record<string, unknown>>()
    expect((await app.resource('/settings', { kind: 'singleton' }).read()).content).type.toBe<Record<string, unknown>>()
    expect(app.resource('/things', defineResource({}))).type.toBe<CollectionHandle>()
    expect(app.resource('/things', defineResource({ kind: 'collection' }))).type.toBe<CollectionHandle>()
    expect(app.resource('/settings', defineResource({ kind: 'singleton' }))).type.toBe<SingletonHandle>()
  })
})

describe('a provider', () => {
  test('that is declared apart keeps its content', async () => {
    const handlers = provider<User>({ read: ({ id }) => ({ id, revision: '1', content: user }) })
    const users = app.resource('/users', { schema, provider: handlers })
    expect((await users.read('x')).content).type.toBe<User>()
    expect(app.resource).type.not.toBeCallableWith('/other', { schema: Type.Object({ other: Type.String() }), provider: handlers })
  })

  test('infers its content, and needs none', async () => {
    const clock = provider({ read: () => ({ id: '', revision: '1', content: { now: 'x' } }) })
    expect(app.resource).type.toBeCallableWith('/clock', { kind: 'singleton', provider: clock })
    expect(app.resource).type.toBeCallableWith('/clock', { kind: 'singleton', schema: Type.Object({ now: Type.String() }), provider: clock })
    expect(app.resource('/inline', { provider: { read: ({ id }) => ({ id, revision: '1', content: { now: 1 } }) } }).kind).type.toBe<'collection'>()
  })
})
