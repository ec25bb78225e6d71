import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { describe, expect, test } from 'tstyche'
import type { CollectionHandle, QueryOptions, ResourceHandle } from '../lib/index.ts'

declare const app: FastifyInstance

const users = app.resource('/users', {
  schema: Type.Object({
    userName: Type.String(),
    age: Type.Optional(Type.Integer()),
    role: Type.Union([Type.Literal('admin'), Type.Literal('guest')]),
    name: Type.Object({ first: Type.String(), last: Type.Optional(Type.String()) }),
    home: Type.Optional(Type.Object({ city: Type.Object({ name: Type.String() }) })),
    manager: Type.Union([Type.Object({ mail: Type.String() }), Type.Object({ phone: Type.String() }), Type.Null()]),
    tags: Type.Array(Type.String()),
    addresses: Type.Array(Type.Object({ street: Type.String(), lines: Type.Array(Type.Object({ text: Type.String() })) })),
    grid: Type.Array(Type.Array(Type.Object({ cell: Type.Number() }))),
    extra: Type.Unknown(),
    open: Type.Object({}),
    counts: Type.Record(Type.String(), Type.Number()),
    7: Type.String(),
    'a b': Type.Object({ c: Type.Number() })
  })
})

describe('sort keys of a typed content', () => {
  test('are its members, with a sign and a slash at will', () => {
    expect(users.query).type.toBeCallableWith({ sortKeys: ['userName', '+userName', '-userName', '/userName', '-/userName', '+/userName'] })
    expect(users.query).type.toBeCallableWith({ sortKeys: ['_id', '-_id', '/_rev', '-/_rev'] })
    expect(users.query).type.toBeCallableWith({ sortKeys: ['7', '-7'] })
    expect(users.query).type.toBeCallableWith({ sortKeys: [] })
    expect(users.query).type.toBeCallableWith({ sortKeys: ['role'] as const, filter: 'true' })
    expect(users.query).type.toBeCallableWith({})
    expect(users.query).type.toBeCallableWith()
  })

  test('reach nested, optional, nullable and united members', () => {
    expect(users.query).type.toBeCallableWith({ sortKeys: ['name', 'name/first', '-/name/last'] })
    expect(users.query).type.toBeCallableWith({ sortKeys: ['home/city/name', '-age'] })
    expect(users.query).type.toBeCallableWith({ sortKeys: ['manager/mail', 'manager/phone'] })
  })

  test('reach through arrays, by position or into every object', () => {
    expect(users.query).type.toBeCallableWith({ sortKeys: ['tags', 'tags/0', 'addresses/street', '-addresses/12/street', 'addresses/0/lines/text', 'addresses/lines/3/text'] })
    expect(users.query).type.toBeCallableWith({ sortKeys: ['grid/0/1/cell', 'grid/0/cell'] })
    expect(users.query).type.not.toBeCallableWith({ sortKeys: ['grid/cell'] })
    expect(users.query).type.not.toBeCallableWith({ sortKeys: ['tags/first'] })
    expect(users.query).type.not.toBeCallableWith({ sortKeys: ['tags/-'] })
    expect(users.query).type.not.toBeCallableWith({ sortKeys: ['tags/-1'] })
    expect(users.query).type.not.toBeCallableWith({ sortKeys: ['tags/0/x'] })
  })

  test('may be anything below what is not known, and where a name is escaped', () => {
    expect(users.query).type.toBeCallableWith({ sortKeys: ['extra', 'extra/x/y', 'open/x/y', 'counts/x', 'a%20b', 'a%20b/c'] })
    expect(users.query).type.not.toBeCallableWith({ sortKeys: ['counts/x/y'] })
  })

  test('are nothing else', () => {
    expect(users.query).type.not.toBeCallableWith({ sortKeys: ['nickName'] })
    expect(users.query).type.not.toBeCallableWith({ sortKeys: ['-userName', 'nickName'] })
    expect(users.query).type.not.toBeCallableWith({ sortKeys: ['username'] })
    expect(users.query).type.not.toBeCallableWith({ sortKeys: ['name/middle'] })
    expect(users.query).type.not.toBeCallableWith({ sortKeys: ['userName/length'] })
    expect(users.query).type.not.toBeCallableWith({ sortKeys: ['home/city/zip'] })
    expect(users.query).type.not.toBeCallableWith({ sortKeys: ['manager/fax'] })
    expect(users.query).type.not.toBeCallableWith({ sortKeys: ['--userName'] })
    expect(users.query).type.not.toBeCallableWith({ sortKeys: ['//userName'] })
    expect(users.query).type.not.toBeCallableWith({ sortKeys: [''] })
    expect(users.query).type.not.toBeCallableWith({ sortKeys: ['-'] })
    expect(users.query).type.not.toBeCallableWith({ sortKeys: ['/'] })
    expect(users.query).type.not.toBeCallableWith({ sortKeys: ['_id/x'] })
    expect(users.query).type.not.toBeCallableWith({ sortKeys: ['_created'] })
    expect(users.query).type.not.toBeCallableWith({ sortKeys: 'userName' })
    expect(users.query).type.not.toBeCallableWith({ sortKeys: [5] })
    expect(users.query).type.not.toBeCallableWith({ sortKey: ['userName'] })
    expect(users.query).type.not.toBeCallableWith({ sortKeys: ['userName' as string] })
  })

  test('may be computed from those that there are', () => {
    const field = 'age' as 'age' | 'name/last'
    expect(users.query).type.toBeCallableWith({ sortKeys: [`-${field}` as const] })
    const options = { sortKeys: ['-age'], pageSize: 5 } as const
    expect(users.query).type.toBeCallableWith(options)
    const missing = 'age' as 'age' | 'size'
    expect(users.query).type.not.toBeCallableWith({ sortKeys: [missing] })
  })
})

describe('sort keys of any content', () => {
  test('are any texts', () => {
    expect(app.resource('/things', {}).query).type.toBeCallableWith({ sortKeys: ['a', '-b/c', 'x' as string] })
    expect(app.resource('/things', { schema: { type: 'object' } }).query).type.toBeCallableWith({ sortKeys: ['a'] })
    expect(app.resource('/things', { schema: Type.Record(Type.String(), Type.Number()) as never }).query).type.toBeCallableWith({ sortKeys: ['a'] })
    expect(app.resource('/things', {}).query).type.not.toBeCallableWith({ sortKeys: [5] })
    const options: QueryOptions = { sortKeys: ['a'] }
    expect(app.resource('/things', {}).query).type.toBeCallableWith(options)
  })
})

describe('sort keys of united and intersected contents', () => {
  const Named = Type.Object({ name: Type.String() })
  const Aged = Type.Object({ age: Type.Optional(Type.Number()) })

  test('are those of every part', () => {
    const united = app.resource('/1', { schema: Type.Union([Named, Aged]) })
    expect(united.query).type.toBeCallableWith({ sortKeys: ['name', '-age', '_id'] })
    expect(united.query).type.not.toBeCallableWith({ sortKeys: ['size'] })
    const intersected = app.resource('/2', { schema: Type.Intersect([Named, Aged]) })
    expect(intersected.query).type.toBeCallableWith({ sortKeys: ['name', '-age', '_id'] })
    expect(intersected.query).type.not.toBeCallableWith({ sortKeys: ['size'] })
  })
})

interface Tree { label: string, left?: Tree, right?: Tree, children: Tree[], parent: Tree | null }

describe('a recursive content', () => {
  const Node = Type.Cyclic({ Node: Type.Object({ label: Type.String(), left: Type.Optional(Type.Ref('Node')), children: Type.Array(Type.Ref('Node')) }) }, 'Node')
  const nodes = app.resource('/nodes', { schema: Type.Object({ root: Node }) })
  const trees = null as unknown as CollectionHandle<Tree>

  test('has sort keys at any depth', () => {
    expect(nodes.query).type.toBeCallableWith({ sortKeys: ['root/left/left/children/0/label', 'root/children/children/label'] })
    expect(nodes.query).type.not.toBeCallableWith({ sortKeys: ['root/left/left/size'] })
    expect(trees.query).type.toBeCallableWith({ sortKeys: ['-left/right/children/parent/left/right/label', 'parent/parent/parent/parent/parent/parent/parent/parent/parent/parent/parent/label'] })
    expect(trees.query).type.not.toBeCallableWith({ sortKeys: ['-left/right/children/parent/left/right/size'] })
  })
})

describe('handles with typed sort keys', () => {
  interface Named { name: string }
  const named = null as unknown as CollectionHandle<Named>
  const both = null as unknown as CollectionHandle<{ name: string, age: number }>

  test('stay assignable to handles of less known contents', () => {
    expect(users).type.toBeAssignableTo<ResourceHandle>()
    expect(users).type.toBeAssignableTo<CollectionHandle>()
    expect(both).type.toBeAssignableTo<CollectionHandle<Named>>()
    expect(named).type.not.toBeAssignableTo<CollectionHandle<{ size: number }>>()
  })

  test('sort by what a type parameter has', async () => {
    const newest = async <Content extends { created: string }>(handle: CollectionHandle<Content>): Promise<unknown> => handle.query({ sortKeys: ['created'] })
    expect(newest).type.toBeCallableWith(null as unknown as CollectionHandle<{ created: string, size: number }>)
  })
})
