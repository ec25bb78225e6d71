import Fastify from 'fastify'
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest, FastifyServerOptions } from 'fastify'
import { describe, expect, test } from 'tstyche'
import commonRest, * as library from '../lib/index.ts'
import {
  BadRequest, Conflict, Gone, ResourceError, ServiceUnavailable, Unauthorized, comparePositions, errorHandler, memoryStore, parseQueryFilter, printQueryFilter, queryPredicate,
  serverOptions, sortPosition, statusCodes
} from '../lib/index.ts'
import type {
  AuthorizationRequest, CollectionHandle, CommonRestOptions, Comparable, Decision, DisableOptions, EnableOptions, ErrorStatusCode, Limits, Principal, QueryFilter, QueryPredicate, ResourceDefinition, ResourceHandle, ResourceLimits, SortKey, SortPosition,
  CollectionWrite, SettledWrite, SharedState, SingletonHandle, StatusCode, Store, StoreCollection, StoreQuery, StoreQueryResult
} from '../lib/index.ts'

// Optional, because the tests of the same TypeScript program have principals of their own.
declare module '../lib/index.ts' {
  interface Principal {
    readonly name?: string
  }
}

declare const app: FastifyInstance
declare const request: FastifyRequest
declare const reply: FastifyReply

describe('the plugin', () => {
  test('is a default and a named export', () => {
    expect(library.commonRest).type.toBe<typeof commonRest>()
    expect(commonRest).type.toBe<FastifyPluginAsync<CommonRestOptions>>()
  })

  test('is registered with all options of the contract', () => {
    const store: Store = memoryStore()
    app.register(commonRest)
    app.register(commonRest, {})
    app.register(commonRest, {
      store,
      revision: 'required',
      authenticate: async () => ({ name: 'ann' }),
      challenge: 'Bearer',
      authorize: ({ operation }) => operation === 'read',
      bodyLimit: 1024,
      pageSize: { default: 10, max: 100 },
      methodOverride: false,
      title: 'Widgets',
      version: '1.0.0',
      prefix: '/api',
      logLevel: 'warn',
      logSerializers: { req: () => 'a request' },
      notFound: false,
      cookieSecret: ['new', 'old'],
      limits: { requestTime: 5000, patchOperations: 10 }
    })
    expect<CommonRestOptions>().type.toBeAssignableFrom<{ cookieSecret: string }>()
    expect<CommonRestOptions>().type.not.toBeAssignableFrom<{ revision: 'always' }>()
    expect<CommonRestOptions>().type.not.toBeAssignableFrom<{ pageSize: number }>()
    expect<CommonRestOptions>().type.not.toBeAssignableFrom<{ authenticate: () => string }>()
  })

  test('refuses an unknown option', () => {
    const take = (options: CommonRestOptions): CommonRestOptions => options
    expect(take).type.toBeCallableWith({ prefix: '/api' })
    expect(take).type.not.toBeCallableWith({ stores: memoryStore() })
    expect(take).type.not.toBeCallableWith({ pageSize: { min: 1 } })
    // @ts-expect-error Object literal may only specify known properties
    app.register(commonRest, { stores: memoryStore() })
  })

  test('has limits by name, which are numbers', () => {
    const take = (limits: Limits): Limits => limits
    expect(take).type.toBeCallableWith({})
    expect(take).type.toBeCallableWith({ jsonDepth: 10, headerCount: 50 })
    expect(take).type.not.toBeCallableWith({ depth: 10 })
    expect(take).type.not.toBeCallableWith({ jsonDepth: '10' })
    expect<Limits>().type.toBe<Partial<ResourceLimits>>()
    expect<CommonRestOptions['limits']>().type.toBe<Limits | undefined>()
    expect<ResourceDefinition['limits']>().type.toBe<Limits | undefined>()
  })
})

describe('an augmented Principal', () => {
  test('is what authenticate returns', () => {
    expect<CommonRestOptions['authenticate']>().type.toBeAssignableFrom<() => Principal>()
    expect<CommonRestOptions['authenticate']>().type.toBeAssignableFrom<() => null>()
    expect<CommonRestOptions['authenticate']>().type.toBeAssignableFrom<() => Promise<{ name: string } | undefined>>()
    expect<CommonRestOptions['authenticate']>().type.not.toBeAssignableFrom<() => { name: number }>()
  })

  test('reaches requests, authorize and in-process calls', () => {
    expect(request.principal).type.toBe<Principal | null>()
    expect(request.principal?.name).type.toBe<string | undefined>()
    expect<AuthorizationRequest>().type.toHaveProperty('principal')
    app.resource('/x', {
      authorize: ({ principal, operation, action, resource, id, params, request }) => {
        expect(principal?.name).type.toBe<string | undefined>()
        expect(operation).type.toBe<'create' | 'read' | 'update' | 'patch' | 'delete' | 'query' | 'action'>()
        expect(action).type.toBe<string | undefined>()
        expect(resource).type.toBe<ResourceHandle>()
        expect(id).type.toBe<string | undefined>()
        expect(params).type.toBe<Readonly<Record<string, string>>>()
        expect(request).type.toBe<FastifyRequest | undefined>()
        return true
      },
      prepare ({ principal, content }) {
        expect(principal?.name).type.toBe<string | undefined>()
        return content
      }
    })
    const { read } = app.resource('/x', {})
    expect(read).type.toBeCallableWith('x', { principal: { name: 'ann' } })
    expect(read).type.not.toBeCallableWith('x', { principal: { name: 5 } })
  })
})

describe('what authors of providers and stores use', () => {
  test('matches and sorts as the bundled stores do', () => {
    const filter = parseQueryFilter('age ge 18')
    expect(filter).type.toBe<QueryFilter>()
    expect(printQueryFilter(filter)).type.toBe<string>()
    expect(queryPredicate(filter)).type.toBe<QueryPredicate>()
    const document = { id: 'bjensen', revision: '7', content: { age: 30 } }
    expect(queryPredicate(filter)(document)).type.toBe<boolean>()
    const sortKeys: readonly SortKey[] = [{ pointer: ['age'], descending: true }]
    expect(sortPosition(document, sortKeys)).type.toBe<SortPosition>()
    expect(sortPosition(document, sortKeys).values[0]).type.toBe<Comparable | undefined>()
    expect(comparePositions(sortKeys, sortPosition(document, sortKeys), sortPosition(document, []))).type.toBe<number>()
    expect<Parameters<StoreCollection['query']>>().type.toBe<[request: StoreQuery]>()
    expect<Awaited<ReturnType<StoreCollection['query']>>>().type.toBe<StoreQueryResult>()
    expect<Parameters<Required<StoreCollection>['writeAll']>>().type.toBe<[writes: readonly CollectionWrite[]]>()
    expect<Awaited<ReturnType<Required<StoreCollection>['writeAll']>>>().type.toBe<readonly SettledWrite[]>()
    expect<Omit<StoreCollection, 'writeAll'>>().type.toBeAssignableTo<StoreCollection>()
  })
})

describe('hand-written routes', () => {
  test('read the decision and judge preconditions', () => {
    expect(request.decision).type.toBe<Decision | null>()
    expect(request.decision?.row).type.toBe<number | undefined>()
    expect(request.decision?.name).type.toBe<string | undefined>()
    expect(request.decision?.status).type.toBe<number | undefined>()
    expect(request.precondition('7')).type.toBe<void>()
    expect(request.precondition).type.toBeCallableWith(null, { required: true })
    expect(request.precondition).type.not.toBeCallableWith()
    expect(request.precondition).type.not.toBeCallableWith(7)
  })

  test('send documents', () => {
    expect(reply.resource({ id: 'note', revision: '7', content: { text: 'hi' } })).type.toBe<FastifyReply>()
    expect(reply.resource).type.not.toBeCallableWith({ id: 'note', content: {} })
    expect(reply.resource).type.not.toBeCallableWith({ id: 'note', revision: 7, content: {} })
    expect(reply.resource).type.not.toBeCallableWith({ id: 'note', revision: '7', content: 'hi' })
  })

  test('handle errors', () => {
    expect(app.setErrorHandler).type.toBeCallableWith(errorHandler)
  })

  test('see all resources, and cannot change them', () => {
    expect(app.resources).type.toBe<ReadonlyMap<string, ResourceHandle>>()
    expect(app.resources).type.not.toHaveProperty('set')
  })
})

describe('switching a resource', () => {
  const things = app.resource('/things', {})
  const settings = app.resource('/settings', { kind: 'singleton' })

  test('in this process returns the handle', () => {
    expect(things.disable()).type.toBe<CollectionHandle>()
    expect(things.disable({ methods: 'writes', shared: false })).type.toBe<CollectionHandle>()
    expect(things.enable()).type.toBe<CollectionHandle>()
    expect(things.enable({})).type.toBe<CollectionHandle>()
    expect(settings.disable({ retryAfter: 1 }).enable({ shared: false })).type.toBe<SingletonHandle>()
  })

  test('in every process returns a promise of the handle', () => {
    expect(things.disable({ shared: true })).type.toBe<Promise<CollectionHandle>>()
    expect(things.disable({ shared: true, retryAfter: new Date(), message: 'x', methods: 'all' })).type.toBe<Promise<CollectionHandle>>()
    expect(things.enable({ shared: true })).type.toBe<Promise<CollectionHandle>>()
    expect(settings.enable({ shared: true })).type.toBe<Promise<SingletonHandle>>()
  })

  test('is possible on the handle of any kind', () => {
    const any = app.resources.get('/things')
    expect(any?.disable()).type.toBe<ResourceHandle | undefined>()
    expect(any?.disable({ shared: true })).type.toBeAssignableTo<Promise<ResourceHandle> | undefined>()
    expect(any?.enable({ shared: true })).type.toBeAssignableTo<Promise<ResourceHandle> | undefined>()
  })

  test('knows its options', () => {
    expect<DisableOptions>().type.toBe<{ readonly retryAfter?: number | Date, readonly message?: string, readonly methods?: 'all' | 'writes', readonly shared?: boolean }>()
    expect<EnableOptions>().type.toBe<{ readonly shared?: boolean }>()
    expect(things.disable).type.not.toBeCallableWith({ shared: 'yes' })
    expect(things.enable).type.not.toBeCallableWith({ shared: 1 })
    expect(things.enable).type.not.toBeCallableWith({ methods: 'all' })
    expect(things.enable).type.not.toBeCallableWith({ shared: true, methods: 'all' })
  })

  test('is shared by stores that can', () => {
    expect<Store['shared']>().type.toBe<SharedState | undefined>()
    expect<Awaited<ReturnType<SharedState['read']>>>().type.toBe<ReadonlyMap<string, string>>()
    expect<Parameters<SharedState['write']>>().type.toBe<[name: string, text: string | undefined]>()
  })
})

describe('server options', () => {
  test('are options of Fastify, merged with your own', () => {
    expect<FastifyServerOptions>().type.toBeAssignableFrom(serverOptions())
    expect(serverOptions).type.toBeCallableWith({ logger: true, routerOptions: { caseSensitive: false } })
    expect(serverOptions).type.not.toBeCallableWith({ logger: 'yes' })
    expect(Fastify).type.toBeCallableWith({ ...serverOptions(), https: {} })
    expect(Fastify).type.toBeCallableWith({ ...serverOptions(), http2: true as const })
    expect(Fastify).type.toBeCallableWith(serverOptions({ https: {} }))
  })
})

describe('errors', () => {
  test('carry their code and what the options say', () => {
    const error = new Conflict('locked', { detail: { basket: 'b7' }, cause: new Error('x') })
    expect(error).type.toBeAssignableTo<ResourceError>()
    expect(error).type.toBeAssignableTo<Error>()
    expect(error.statusCode).type.toBe<ErrorStatusCode>()
    expect(error.reason).type.toBe<string>()
    expect(error.detail).type.toBe<unknown>()
    expect(error.retryAfter).type.toBe<number | Date | undefined>()
  })

  test('take a message and options, both left out at will', () => {
    expect(ResourceError).type.toBeConstructableWith(409)
    expect(ResourceError).type.toBeConstructableWith(409, 'locked', { detail: 1 })
    expect(ResourceError).type.not.toBeConstructableWith(418)
    expect(ResourceError).type.not.toBeConstructableWith(200)
    expect(ResourceError).type.not.toBeConstructableWith('locked')
    expect(Gone).type.toBeConstructableWith()
    expect(BadRequest).type.toBeConstructableWith('no')
    expect(Unauthorized).type.toBeConstructableWith('who?', { challenge: 'Bearer' })
    expect(ServiceUnavailable).type.toBeConstructableWith(undefined, { retryAfter: new Date() })
    expect(ServiceUnavailable).type.not.toBeConstructableWith('x', { retryAfter: 'soon' })
    expect(Conflict).type.not.toBeConstructableWith('x', { details: 1 })
    expect(Conflict).type.not.toBeConstructableWith(409)
  })
})

describe('status codes', () => {
  test('are the 18 documented ones, frozen', () => {
    expect<StatusCode>().type.toBe<200 | 201 | 204 | 304 | 400 | 401 | 403 | 404 | 405 | 406 | 409 | 410 | 412 | 415 | 428 | 500 | 501 | 503>()
    expect<ErrorStatusCode>().type.toBe<Exclude<StatusCode, 200 | 201 | 204 | 304>>()
    expect(statusCodes.length).type.toBe<18>()
    expect(statusCodes[0]).type.toBe<200>()
    expect(statusCodes).type.not.toHaveProperty('push')
  })
})
