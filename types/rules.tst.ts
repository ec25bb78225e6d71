import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { describe, expect, test } from 'tstyche'
import { defineResource } from '../lib/index.ts'
import type { AuthorizedOperation, CollectionHandle, JsonObject, Principal, ResourceDefinition } from '../lib/index.ts'

declare const app: FastifyInstance

const schema = Type.Object({ userName: Type.String(), owner: Type.Optional(Type.String()) })

interface User { userName: string, owner?: string }

describe('allow', () => {
  test('is asked with the content of the schema', () => {
    app.resource('/users', {
      schema,
      allow ({ principal, operation, document }) {
        expect(principal).type.toBe<Principal | null>()
        expect(operation).type.toBe<AuthorizedOperation>()
        expect(document.id).type.toBe<string | undefined>()
        expect(document.revision).type.toBe<string | undefined>()
        expect(document.content).type.toBe<User>()
        return document.content.owner === 'ann' || 'hide'
      }
    })
    defineResource({ kind: 'singleton', schema, allow: ({ document: { content } }) => { expect(content).type.toBe<User>(); return true } })
    app.resource('/things', { allow: ({ document }) => { expect(document.content).type.toBe<Record<string, unknown>>(); return false } })
    app.resource('/nested', defineResource({ schema, allow: ({ document }) => document.content.userName !== '' }))
  })

  test('answers at once, yes, no or hide', () => {
    expect(app.resource).type.not.toBeCallableWith('/x', { allow: async () => true })
    expect(app.resource).type.not.toBeCallableWith('/x', { allow: () => 'show' })
    expect(app.resource).type.not.toBeCallableWith('/x', { allow: () => undefined })
    // @ts-expect-error Property 'size' does not exist on type
    app.resource('/x', { schema, allow: ({ document }) => document.content.size })
  })
})

describe('onChange', () => {
  test('is told the contents of the schema', () => {
    app.resource('/users', {
      schema,
      onChange ({ operation, id, before, after, principal }) {
        expect(operation).type.toBe<'create' | 'update' | 'patch' | 'delete'>()
        expect(id).type.toBe<string>()
        expect(before).type.toBe<User | undefined>()
        expect(after).type.toBe<User | undefined>()
        expect(principal).type.toBe<Principal | null>()
      }
    })
    defineResource({ schema, onChange: ({ after }) => { expect(after?.userName).type.toBe<string | undefined>() } })
    app.resource('/things', { onChange: ({ before }) => { expect(before).type.toBe<Record<string, unknown> | undefined>() } })
  })
})

describe('prepare', () => {
  test('gets and returns the content of the schema', () => {
    app.resource('/users', {
      schema,
      async prepare ({ operation, id, before, content, principal }) {
        expect(operation).type.toBe<'create' | 'update' | 'patch'>()
        expect(id).type.toBe<string | undefined>()
        expect(before).type.toBe<User | undefined>()
        expect(content).type.toBe<User>()
        expect(principal).type.toBe<Principal | null>()
        return { ...content, owner: 'ann' }
      }
    })
    expect(app.resource).type.not.toBeCallableWith('/x', { schema, prepare: () => ({ owner: 'ann' }) })
    expect(app.resource).type.not.toBeCallableWith('/x', { schema, prepare: () => undefined })
  })

  test('stands beside actions, rules and versions', () => {
    const users = app.resource('/users', {
      schema,
      versions: ['1.0', '1.1'],
      actions: { rename: { content: Type.String(), handler: ({ content }) => content.length } },
      prepare: ({ content }) => ({ ...content, owner: content.userName }),
      allow: ({ document }) => document.content.owner !== undefined,
      onChange: ({ after }) => { expect(after).type.toBe<User | undefined>() }
    })
    expect(users.action('rename', { content: 'x' })).type.toBe<Promise<unknown>>()
  })
})

describe('versions', () => {
  const First = Type.Object({ name: Type.String() })
  const Second = Type.Object({ first: Type.String(), last: Type.String() })

  test('map the contents of their own schemas', () => {
    const people = app.resource('/people', {
      versions: {
        '1.0': {
          schema: First,
          upgrade (content) {
            expect(content).type.toBe<{ name: string }>()
            const [first = '', last = ''] = content.name.split(' ')
            return { first, last }
          }
        },
        '2.0': {
          schema: Second,
          downgrade: ({ first, last }) => ({ name: `${first} ${last}` }),
          upgrade (content) {
            expect(content).type.toBe<{ first: string, last: string }>()
            return content
          }
        },
        2.5: { schema: { type: 'object' }, downgrade: (content) => { expect(content).type.toBe<JsonObject>(); return content } },
        '3.0': { downgrade: (content) => { expect(content).type.toBe<JsonObject>(); return content }, deprecated: new Date() }
      }
    })
    expect(people).type.toBe<CollectionHandle>()
  })

  test('without schemas map any object, or what is written down', () => {
    app.resource('/people', {
      versions: {
        '1.0': { upgrade: (content) => { expect(content).type.toBe<JsonObject>(); return content } },
        '2.0': { downgrade: ({ first }: { first: string }) => ({ name: first }) }
      }
    })
    app.resource('/people', { versions: { '1.0': {}, '2.0': {} } })
    app.resource('/people', { versions: ['1.0', '2.0'] })
    app.resource('/people', { versions: ['1.0', '2.0'] as readonly string[] })
    app.resource('/people', { schema, versions: Math.random() > 0.5 ? ['1.0'] : { '1.0': {} } })
  })

  test('are kept by defineResource', () => {
    const definition = defineResource({ versions: { '1.0': { schema: First, upgrade: ({ name }) => ({ first: name, last: '' }) }, '2.0': { schema: Second } } })
    expect(app.resource('/people', definition)).type.toBe<CollectionHandle>()
    expect(app.resource('/people', defineResource({ versions: { '1.0': { schema: First, upgrade: ({ name }) => ({ first: name, last: '' }) }, '2.0': { schema: Second } } }))).type.toBe<CollectionHandle>()
    expect(definition).type.toBeAssignableTo<ResourceDefinition>()
  })

  test('refuse what does not fit', () => {
    expect(app.resource).type.not.toBeCallableWith('/x', { versions: { '1.0': { shema: First } } })
    expect(app.resource).type.not.toBeCallableWith('/x', { versions: { '1.0': { schema: First, upgrade: () => 'x' } } })
    expect(app.resource).type.not.toBeCallableWith('/x', { versions: { '1.0': { schema: First, upgrade: ({ first }: { first: number }) => ({ first }) } } })
    expect(app.resource).type.not.toBeCallableWith('/x', { versions: { '1.0': { sunset: '2026' } } })
    expect(app.resource).type.not.toBeCallableWith('/x', { versions: { '1.0': { schema: Type.String() } } })
    expect(app.resource).type.not.toBeCallableWith('/x', { versions: [1] })
    expect(app.resource).type.not.toBeCallableWith('/x', { versions: '1.0' })
    // @ts-expect-error Property 'last' does not exist on type
    app.resource('/people', { versions: { '1.0': { schema: First, upgrade: ({ last }) => ({ last }) } } })
  })
})
