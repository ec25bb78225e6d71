import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { describe, expect, test } from 'tstyche'
import { action, defineResource } from '../lib/index.ts'
import type { ActionDefinition, ActionRequest, AnyActions, CollectionHandle, HandleOf, JsonValue, ResourceDefinition, ResourceHandle, SingletonHandle } from '../lib/index.ts'

declare const app: FastifyInstance

const schema = Type.Object({ userName: Type.String(), age: Type.Optional(Type.Integer()) })
const Promotion = Type.Object({ role: Type.Union([Type.Literal('admin'), Type.Literal('guest')]), reason: Type.Optional(Type.String()) })
const Total = Type.Object({ total: Type.Number() })

interface User { userName: string, age?: number }
interface Promoted { role: 'admin' | 'guest', reason?: string }

describe('the handler of an action', () => {
  test('gets the content that the schema describes', () => {
    app.resource('/users', {
      schema,
      actions: {
        promote: {
          content: Promotion,
          handler ({ content, id, parameters, params, principal, resource, header }) {
            expect(content).type.toBe<Promoted>()
            expect(id).type.toBe<string | undefined>()
            expect(parameters).type.toBe<Readonly<Record<string, string | readonly string[]>>>()
            expect(params).type.toBe<Readonly<Record<string, string>>>()
            expect(principal).type.toBe<import('../lib/index.ts').Principal | null>()
            expect(resource).type.toBe<ResourceHandle>()
            expect(header).type.toBeCallableWith('x-total', '1')
          }
        },
        arrow: { content: Type.Array(Type.String()), handler: ({ content }) => { expect(content).type.toBe<string[]>() } },
        whole: { content: Type.String(), handler: async (request) => { expect(request).type.toBe<ActionRequest<string>>() } },
        last: { handler: ({ content }) => { expect(content).type.toBe<JsonValue | undefined>() }, on: 'collection' }
      }
    })
  })

  test('gets any JSON value where no TypeBox type says what it is', () => {
    app.resource('/users', {
      actions: {
        bare: { handler: ({ content }) => { expect(content).type.toBe<JsonValue | undefined>() } },
        described: { content: { type: 'string' }, handler: ({ content }) => { expect(content).type.toBe<JsonValue | undefined>() } },
        first: { handler: (request) => { expect(request).type.toBe<ActionRequest>() } }
      }
    })
  })

  test('gets what the schema after it describes, too', () => {
    app.resource('/users', { actions: { sum: { handler: ({ content }) => { expect(content).type.toBe<number[]>() }, content: Type.Array(Type.Number()) } } })
  })

  test('returns what the schema of the result describes, or a promise of it', () => {
    app.resource('/users', {
      actions: {
        sum: { content: Type.Array(Type.Number()), result: Total, handler: ({ content }) => ({ total: content.length }) },
        later: { on: 'collection', result: Total, handler: async ({ content }) => ({ total: content === undefined ? 0 : 1 }) },
        literal: { result: Type.Literal('done'), handler: () => 'done' },
        nothing: { handler: () => undefined },
        none: { content: Promotion, handler: () => {} },
        never: { handler: async () => { throw new Error('x') } },
        anything: { result: { type: 'number' }, handler: () => new Date() }
      }
    })
    app.resource('/users', {
      // @ts-expect-error Type '{ sum: 1; }' is not assignable to type
      actions: { sum: { result: Total, handler: () => ({ sum: 1 }) } }
    })
    app.resource('/users', {
      // @ts-expect-error Type '{ total: "admin" | "guest"; }' is not assignable to type '{ total: number; }'
      actions: { sum: { content: Promotion, result: Total, handler: async ({ content }) => ({ total: content.role }) } }
    })
    app.resource('/users', {
      // @ts-expect-error Type 'undefined' is not assignable to type
      actions: { sum: { result: Total, handler: () => undefined } }
    })
    app.resource('/users', {
      // @ts-expect-error Type 'number' is not assignable to type 'Awaitable<string>'
      actions: { text: { result: Type.String(), handler: () => 1 } }
    })
  })

  test('may return literals without a cast', () => {
    const State = Type.Object({ state: Type.Union([Type.Literal('on'), Type.Literal('off')]), levels: Type.Array(Type.Literal(1)), pair: Type.Tuple([Type.String(), Type.Literal(true)]) })
    app.resource('/users', {
      actions: {
        without: { result: State, handler: () => ({ state: 'on', levels: [1, 1], pair: ['x', true] }) },
        later: { result: State, handler: async () => ({ state: 'off', levels: [1], pair: ['x', true] }) },
        within: { result: State, handler: ({ id }) => ({ state: id === 'x' ? 'on' : 'off', levels: [], pair: ['x', true] }) },
        either: { result: Type.Union([Type.Literal('on'), Type.Null()]), handler () { return Math.random() > 0.5 ? 'on' : null } },
        apart: action({ result: State, handler: () => ({ state: 'on', levels: [1], pair: ['x', true] }) })
      }
    })
    // @ts-expect-error Type '"of"' is not assignable to type
    app.resource('/users', { actions: { without: { result: State, handler: () => ({ state: 'of', levels: [], pair: ['x', true] }) } } })
  })

  test('has nothing beside it that is no member of an action', () => {
    expect(app.resource).type.not.toBeCallableWith('/x', { actions: { go: { handler: () => 1, run: 1 } } })
    expect(app.resource).type.not.toBeCallableWith('/x', { actions: { go: {} } })
    expect(app.resource).type.not.toBeCallableWith('/x', { actions: { go: () => 1 } })
    expect(app.resource).type.not.toBeCallableWith('/x', { actions: { go: { on: 'singleton', handler: () => 1 } } })
    expect(app.resource).type.not.toBeCallableWith('/x', { actions: { go: { on: ['all'], handler: () => 1 } } })
    expect(app.resource).type.not.toBeCallableWith('/x', { actions: [] })
    // @ts-expect-error Property 'name' does not exist on type
    app.resource('/x', { actions: { go: { content: Promotion, handler: ({ content }) => content.name } } })
  })
})

describe('the handle of declared actions', () => {
  const users = app.resource('/users', {
    schema,
    actions: {
      ping: { on: ['collection', 'instance'], handler: ({ id }) => ({ id }) },
      lone: { handler: ({ id }) => ({ id }) },
      quick: { handler: () => 1 },
      promote: { content: Promotion, handler: () => undefined },
      count: { on: 'collection', result: Total, handler: () => ({ total: 1 }) },
      sum: { content: Type.Array(Type.Number()), result: Total, handler: async ({ content }) => ({ total: content.length }) },
      described: { content: { type: 'string' }, result: { type: 'string' }, handler: ({ content }) => content },
      maybe: { content: Type.Union([Type.String(), Type.Null()]), result: Type.Union([Type.String(), Type.Null()]), handler: ({ content }) => content },
      apart: action({ content: Type.String(), result: Type.Number(), handler: ({ content }) => content.length }),
      unsafe: { content: Type.Unsafe<User>(Type.Object({})), handler: ({ content }) => content.userName }
    }
  })

  test('gives their results', () => {
    expect(users.action('count')).type.toBe<Promise<{ total: number }>>()
    expect(users.action('sum', { content: [1, 2] })).type.toBe<Promise<{ total: number }>>()
    expect(users.action('maybe', { content: null })).type.toBe<Promise<string | null>>()
    expect(users.action('apart', { content: 'x' })).type.toBe<Promise<number>>()
    expect(users.action('ping')).type.toBe<Promise<unknown>>()
    expect(users.action('promote', { content: { role: 'admin' } })).type.toBe<Promise<unknown>>()
    expect(users.action('described', { content: 'x' })).type.toBe<Promise<unknown>>()
    expect(users.action('lone', { id: 'x' })).type.toBe<Promise<unknown>>()
    expect(users.action('quick', {})).type.toBe<Promise<unknown>>()
  })

  test('takes their contents', () => {
    expect(users.action).type.toBeCallableWith('promote', { id: 'x', content: { role: 'admin' }, parameters: { dry: 'yes' }, params: {} })
    expect(users.action).type.toBeCallableWith('promote', { content: { role: 'guest', reason: 'x' } })
    expect(users.action).type.not.toBeCallableWith('promote', { content: { role: 'king' } })
    expect(users.action).type.not.toBeCallableWith('promote', { content: {} })
    expect(users.action).type.not.toBeCallableWith('promote', { content: { role: 'guest', size: 5 } })
    expect(users.action).type.not.toBeCallableWith('promote', { id: 'x' })
    expect(users.action).type.not.toBeCallableWith('promote')
    expect(users.action).type.not.toBeCallableWith('sum', { content: ['1'] })
    expect(users.action).type.not.toBeCallableWith('apart', { content: 5 })
    expect(users.action).type.toBeCallableWith('unsafe', { content: { userName: 'x' } })
    expect(users.action).type.not.toBeCallableWith('unsafe', { content: {} })
    expect(users.action).type.toBeCallableWith('ping', { content: [1, { a: null }], parameters: { x: 'y' } })
    expect(users.action).type.not.toBeCallableWith('ping', { content: () => 1 })
    expect(users.action).type.not.toBeCallableWith('ping', { contents: 1 })
  })

  test('knows their names', () => {
    expect(users.action).type.not.toBeCallableWith('pong')
    expect(users.action).type.not.toBeCallableWith('toString')
    expect(users.action).type.not.toBeCallableWith('ping' as string)
    expect(users.action).type.not.toBeCallableWith()
    expect(users.action('ping' as 'ping' | 'count')).type.toBe<Promise<unknown>>()
  })

  test('is a handle of any actions', () => {
    expect(users).type.toBeAssignableTo<ResourceHandle>()
    expect(users).type.toBeAssignableTo<ResourceHandle<User>>()
    expect(users).type.toBeAssignableTo<CollectionHandle>()
    expect(users).type.toBeAssignableTo<CollectionHandle<User>>()
    expect((users as CollectionHandle<User>).action('pong', { id: 'x', content: 1 })).type.toBe<Promise<unknown>>()
    expect(users.disable()).type.toBe<typeof users>()
  })

  test('can be written down', () => {
    const counted = app.resource('/counted', { schema, actions: { sum: { content: Type.Array(Type.Number()), result: Total, handler: () => ({ total: 1 }) }, ping: { handler: () => 1 } } })
    interface Actions {
      sum: (content: number[]) => { total: number }
      ping: (content?: JsonValue) => unknown
    }
    expect(counted).type.toBe<CollectionHandle<User, Actions>>()
    expect(counted).type.toBe<HandleOf<'collection', User, Actions>>()
    expect(counted).type.toBeAssignableTo<CollectionHandle<User, Pick<Actions, 'ping'>>>()
  })
})

describe('actions of a singleton', () => {
  const settings = app.resource('/settings', {
    kind: 'singleton',
    schema,
    actions: { reset: { content: Type.Boolean(), result: schema, handler: ({ content, id }) => ({ userName: `${content}${id}` }) }, lone: { handler: ({ id }) => id } }
  })

  test('are called without an id', () => {
    expect(settings.action('reset', { content: true })).type.toBe<Promise<{ userName: string, age?: number }>>()
    expect(settings.action('lone')).type.toBe<Promise<unknown>>()
    expect(settings.action).type.not.toBeCallableWith('reset', { content: true, id: 'x' })
    expect(settings.action).type.not.toBeCallableWith('reset', { content: 1 })
    expect(settings.action).type.not.toBeCallableWith('other')
    expect(settings).type.toBeAssignableTo<SingletonHandle<User>>()
    expect(settings).type.toBeAssignableTo<ResourceHandle>()
  })
})

describe('defineResource', () => {
  const definition = defineResource({
    schema,
    actions: {
      sum: {
        content: Type.Array(Type.Number()),
        result: Total,
        handler: ({ content }) => ({ total: content.length })
      },
      ping: { handler: ({ content }) => content ?? null }
    }
  })

  test('keeps the actions for app.resource', () => {
    const users = app.resource('/users', definition)
    expect(users.action('sum', { content: [1] })).type.toBe<Promise<{ total: number }>>()
    expect(users.action('ping')).type.toBe<Promise<unknown>>()
    expect(users.action).type.not.toBeCallableWith('sum', { content: 1 })
    expect(users.action).type.not.toBeCallableWith('other')
    expect(users).type.toBe<CollectionHandle<User, { sum: (content: number[]) => { total: number }, ping: (content?: JsonValue) => unknown }>>()
  })

  test('keeps them also inline, of either kind', () => {
    const nested = app.resource('/nested', defineResource({ kind: 'singleton', schema, actions: { count: { result: Total, handler: ({ id }) => ({ total: id?.length ?? 0 }) } } }))
    expect(nested.action('count')).type.toBe<Promise<{ total: number }>>()
    expect(nested.action).type.not.toBeCallableWith('other')
    expect(nested.kind).type.toBe<'singleton'>()
  })

  test('refuses results that do not fit', () => {
    // @ts-expect-error Type 'string' is not assignable to type 'number'
    defineResource({ actions: { sum: { result: Total, handler: () => ({ total: '1' }) } } })
  })

  test('is a definition like any other', () => {
    expect(definition).type.toBeAssignableTo<ResourceDefinition<typeof schema>>()
    expect(app.resource('/x', {} as ResourceDefinition)).type.toBe<ResourceHandle>()
  })
})

describe('action', () => {
  const promote = action({
    on: ['collection', 'instance'],
    content: Promotion,
    result: Total,
    handler: async ({ content }) => ({ total: content.role.length })
  })

  test('keeps what the schemas say', () => {
    expect(promote).type.toBe<ActionDefinition<typeof Promotion, typeof Total>>()
    expect(promote.content).type.toBe<typeof Promotion | undefined>()
    const users = app.resource('/users', { actions: { promote, ping: action({ handler: async () => undefined }) } })
    expect(users.action('promote', { content: { role: 'admin' } })).type.toBe<Promise<{ total: number }>>()
    expect(users.action('ping')).type.toBe<Promise<unknown>>()
    expect(users.action).type.not.toBeCallableWith('promote')
  })

  test('types its handler', () => {
    action({ handler: ({ content }) => { expect(content).type.toBe<JsonValue | undefined>() } })
    action({ content: { type: 'string' }, handler: ({ content }) => { expect(content).type.toBe<JsonValue | undefined>() } })
    action({ content: Type.String(), handler: ({ content }) => { expect(content).type.toBe<string>() } })
    expect(action).type.not.toBeCallableWith({ result: Total, handler: () => 1 })
    expect(action).type.not.toBeCallableWith({ result: Total, handler: () => undefined })
    expect(action).type.not.toBeCallableWith({ content: Total })
  })

  test('is an action like any other', () => {
    expect(promote).type.toBeAssignableTo<ActionDefinition>()
    const general: ActionDefinition = promote
    const users = app.resource('/users', { actions: { general }, versions: { '1.0': { actions: { promote } }, '2.0': {} } })
    expect(users.action('general', { content: 1 })).type.toBe<Promise<unknown>>()
  })
})

describe('actions that are not known', () => {
  test('have any name', () => {
    const plain = app.resource('/plain', { schema })
    expect(plain).type.toBe<CollectionHandle<User>>()
    expect(plain).type.toBe<CollectionHandle<User, AnyActions>>()
    expect(plain.action('ping', { content: [1] })).type.toBe<Promise<unknown>>()
    const actions: Record<string, ActionDefinition> = {}
    const listed = app.resource('/listed', { schema, actions })
    expect(listed).type.toBe<CollectionHandle<User>>()
    expect(app.resources.get('/x')?.action).type.toBe<ResourceHandle['action'] | undefined>()
    const any = null as unknown as ResourceHandle
    expect(any.action('ping')).type.toBe<Promise<unknown>>()
    expect(any.action('ping', { content: { a: 1 }, parameters: { a: '1' } })).type.toBe<Promise<unknown>>()
  })

  test('may be none', () => {
    const none = app.resource('/none', { actions: {} })
    expect(none.action).type.not.toBeCallableWith('ping')
  })

  test('may be there or not', () => {
    const dynamic = app.resource('/dynamic', { ...(Math.random() > 1 ? { actions: { ping: { handler: () => 1 } } } : {}) })
    expect(dynamic.action('ping')).type.toBe<Promise<unknown>>()
  })
})
