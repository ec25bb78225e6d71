import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { describe, expect, test } from 'tstyche'
import type { CollectionHandle, JsonValue, PatchOperationInput, ResourceHandle, SingletonHandle } from '../lib/index.ts'

declare const app: FastifyInstance

const schema = Type.Object({
  userName: Type.String(),
  age: Type.Optional(Type.Integer()),
  role: Type.Union([Type.Literal('admin'), Type.Literal('guest')]),
  name: Type.Object({ first: Type.String(), last: Type.Optional(Type.String()) }),
  home: Type.Optional(Type.Object({ city: Type.Object({ name: Type.String() }) })),
  manager: Type.Union([Type.Object({ mail: Type.String() }), Type.Object({ phone: Type.String() }), Type.Null()]),
  tags: Type.Array(Type.String()),
  list: Type.Array(Type.Object({ inner: Type.String(), lines: Type.Array(Type.Object({ text: Type.String() })) })),
  grid: Type.Array(Type.Array(Type.Object({ cell: Type.Number() }))),
  pair: Type.Tuple([Type.String(), Type.Object({ right: Type.String() })]),
  extra: Type.Unknown(),
  open: Type.Object({}),
  counts: Type.Record(Type.String(), Type.Number()),
  7: Type.String()
})

const users = app.resource('/users', { schema })
const settings = app.resource('/settings', { kind: 'singleton', schema })

describe('the field of a patch operation', () => {
  test('is a member of the content, with a slash at will', () => {
    expect(users.patch).type.toBeCallableWith('x', [{ operation: 'replace', field: 'userName', value: 'bjensen' }])
    expect(users.patch).type.toBeCallableWith('x', [{ operation: 'replace', field: '/userName', value: 'bjensen' }], { revision: '7' })
    expect(users.patch).type.toBeCallableWith('x', [{ operation: 'add', field: '7', value: 'seven' }])
    expect(users.patch).type.toBeCallableWith('x', [])
    expect(users.patch).type.not.toBeCallableWith('x', [{ operation: 'replace', field: 'nickName', value: 'x' }])
    expect(users.patch).type.not.toBeCallableWith('x', [{ operation: 'replace', field: '/username', value: 'x' }])
    expect(users.patch).type.not.toBeCallableWith('x', [{ operation: 'replace', field: '//userName', value: 'x' }])
    expect(users.patch).type.not.toBeCallableWith('x', [{ operation: 'replace', field: '-userName', value: 'x' }])
    expect(users.patch).type.not.toBeCallableWith('x', [{ operation: 'replace', field: 5, value: 'x' }])
    expect(users.patch).type.not.toBeCallableWith('x', { operation: 'replace', field: 'userName', value: 'x' })
    expect(users.patch).type.not.toBeCallableWith([{ operation: 'replace', field: 'userName', value: 'x' }])
  })

  test('is not what only the server sets', () => {
    expect(users.patch).type.not.toBeCallableWith('x', [{ operation: 'replace', field: '_id', value: 'x' }])
    expect(users.patch).type.not.toBeCallableWith('x', [{ operation: 'replace', field: '/_rev', value: 'x' }])
  })

  test('reaches nested, optional, nullable and united members', () => {
    expect(users.patch).type.toBeCallableWith('x', [{ operation: 'add', field: 'name/first', value: 'Babs' }, { operation: 'remove', field: '/name/last' }])
    expect(users.patch).type.toBeCallableWith('x', [{ operation: 'add', field: '/home/city/name', value: 'Bonn' }, { operation: 'increment', field: 'age', value: 1 }])
    expect(users.patch).type.toBeCallableWith('x', [{ operation: 'add', field: 'manager/mail', value: 'a@b' }, { operation: 'add', field: 'manager/phone', value: '1' }])
    expect(users.patch).type.not.toBeCallableWith('x', [{ operation: 'add', field: 'name/middle', value: 'x' }])
    expect(users.patch).type.not.toBeCallableWith('x', [{ operation: 'add', field: '/home/city/zip', value: 'x' }])
    expect(users.patch).type.not.toBeCallableWith('x', [{ operation: 'add', field: 'manager/fax', value: 'x' }])
    expect(users.patch).type.not.toBeCallableWith('x', [{ operation: 'add', field: 'userName/length', value: 1 }])
  })

  test('names elements by their position, and never the members of all of them', () => {
    expect(users.patch).type.toBeCallableWith('x', [{ operation: 'replace', field: '/tags/0', value: 'new' }, { operation: 'remove', field: 'list/12' }])
    expect(users.patch).type.toBeCallableWith('x', [{ operation: 'replace', field: '/list/0/inner', value: 'x' }, { operation: 'remove', field: '/list/0/lines/3/text' }])
    expect(users.patch).type.toBeCallableWith('x', [{ operation: 'increment', field: '/grid/0/1/cell', value: -1 }, { operation: 'remove', field: '/pair/1/right' }])
    expect(users.patch).type.not.toBeCallableWith('x', [{ operation: 'replace', field: '/list/inner', value: 'x' }])
    expect(users.patch).type.not.toBeCallableWith('x', [{ operation: 'replace', field: '/grid/0/cell', value: 1 }])
    expect(users.patch).type.not.toBeCallableWith('x', [{ operation: 'replace', field: '/tags/first', value: 'x' }])
    expect(users.patch).type.not.toBeCallableWith('x', [{ operation: 'replace', field: '/tags/-1', value: 'x' }])
    expect(users.patch).type.not.toBeCallableWith('x', [{ operation: 'replace', field: '/tags/01', value: 'x' }])
    expect(users.patch).type.not.toBeCallableWith('x', [{ operation: 'replace', field: '/tags/0/x', value: 'x' }])
    expect(users.patch).type.not.toBeCallableWith('x', [{ operation: 'replace', field: '/list/0/outer', value: 'x' }])
    expect(users.patch).type.not.toBeCallableWith('x', [{ operation: 'replace', field: '/tags/length', value: 0 }])
  })

  test('may be the end of an array where something is put', () => {
    expect(users.patch).type.toBeCallableWith('x', [{ operation: 'add', field: '/tags/-', value: 'new' }, { operation: 'add', field: 'list/0/lines/-', value: { text: 'x' } }])
    expect(users.patch).type.toBeCallableWith('x', [{ operation: 'copy', from: '/userName', field: '/tags/-' }, { operation: 'move', from: 'tags/0', field: 'tags/-' }])
    expect(users.patch).type.not.toBeCallableWith('x', [{ operation: 'remove', field: '/tags/-' }])
    expect(users.patch).type.not.toBeCallableWith('x', [{ operation: 'increment', field: '/tags/-', value: 1 }])
    expect(users.patch).type.not.toBeCallableWith('x', [{ operation: 'copy', from: '/tags/-', field: 'userName' }])
    expect(users.patch).type.not.toBeCallableWith('x', [{ operation: 'add', field: '/list/-/inner', value: 'x' }])
    expect(users.patch).type.not.toBeCallableWith('x', [{ operation: 'add', field: '/name/-', value: 'x' }])
  })

  test('may be the whole content where that is set', () => {
    expect(users.patch).type.toBeCallableWith('x', [{ operation: 'add', field: '', value: { age: 5 } }, { operation: 'replace', field: '/', value: {} }])
    expect(users.patch).type.not.toBeCallableWith('x', [{ operation: 'remove', field: '' }])
    expect(users.patch).type.not.toBeCallableWith('x', [{ operation: 'increment', field: '/', value: 1 }])
    expect(users.patch).type.not.toBeCallableWith('x', [{ operation: 'copy', from: '', field: 'name' }])
    expect(users.patch).type.not.toBeCallableWith('x', [{ operation: 'copy', from: 'name', field: '' }])
  })

  test('may be anything below what is not known, and where a name is escaped', () => {
    expect(users.patch).type.toBeCallableWith('x', [{ operation: 'add', field: 'extra/x/y', value: 1 }, { operation: 'add', field: 'open/x', value: 1 }, { operation: 'add', field: 'counts/x', value: 1 }])
    expect(users.patch).type.toBeCallableWith('x', [{ operation: 'add', field: '/user%4eame', value: 1 }, { operation: 'add', field: '/a~1b', value: 1 }])
    expect(users.patch).type.not.toBeCallableWith('x', [{ operation: 'add', field: 'counts/x/y', value: 1 }])
  })

  test('is judged in every operation of a list', () => {
    expect(users.patch).type.not.toBeCallableWith('x', [{ operation: 'remove', field: 'age' }, { operation: 'remove', field: 'size' }])
    expect(users.patch).type.not.toBeCallableWith('x', [{ operation: 'remove', field: 'size' }, { operation: 'replace', field: 'age', value: 5 }])
    expect(users.patch).type.not.toBeCallableWith('x', [{ operation: 'copy', from: 'age', field: 'extra' }, { operation: 'copy', from: 'size', field: 'extra' }])
    // @ts-expect-error Type '"size"' is not assignable to type
    users.patch('x', [{ operation: 'remove', field: 'age' }, { operation: 'remove', field: 'size' }])
  })
})

describe('a patch operation', () => {
  test('is one of those that are offered', () => {
    expect(users.patch).type.not.toBeCallableWith('x', [{ operation: 'transform', field: 'age', value: 5 }])
    expect(users.patch).type.not.toBeCallableWith('x', [{ operation: 'test', field: 'age', value: 5 }])
    expect(users.patch).type.not.toBeCallableWith('x', [{ operation: 'ADD', field: 'age', value: 5 }])
    expect(users.patch).type.not.toBeCallableWith('x', [{ operation: 'add' as string, field: 'age', value: 5 }])
    expect(users.patch).type.not.toBeCallableWith('x', [{ field: 'age', value: 5 }])
    expect(users.patch).type.not.toBeCallableWith('x', [{ operation: 'add', value: 5 }])
  })

  test('has the value that it needs', () => {
    expect(users.patch).type.not.toBeCallableWith('x', [{ operation: 'add', field: 'age' }])
    expect(users.patch).type.not.toBeCallableWith('x', [{ operation: 'replace', field: 'age' }])
    expect(users.patch).type.not.toBeCallableWith('x', [{ operation: 'increment', field: 'age' }])
    expect(users.patch).type.not.toBeCallableWith('x', [{ operation: 'increment', field: 'age', value: '1' }])
    expect(users.patch).type.not.toBeCallableWith('x', [{ operation: 'add', field: 'age', value: () => 5 }])
    expect(users.patch).type.toBeCallableWith('x', [{ operation: 'remove', field: 'tags', value: ['old'] }])
    expect(users.patch).type.toBeCallableWith('x', [{ operation: 'add', field: 'list', value: [{ inner: 'x', lines: [{ text: 'y' }] }] }])
    expect(users.patch).type.toBeCallableWith('x', [{ operation: 'replace', field: 'name', value: null as unknown as { first: string, last?: string } }])
  })

  test('has a source to move or copy, and only then', () => {
    expect(users.patch).type.toBeCallableWith('x', [{ operation: 'move', from: '/name/last', field: '/name/first' }, { operation: 'copy', from: 'list/0', field: 'extra' }])
    expect(users.patch).type.not.toBeCallableWith('x', [{ operation: 'move', field: 'userName' }])
    expect(users.patch).type.not.toBeCallableWith('x', [{ operation: 'move', from: 'nickName', field: 'userName' }])
    expect(users.patch).type.not.toBeCallableWith('x', [{ operation: 'move', from: 'userName', field: 'nickName' }])
    expect(users.patch).type.not.toBeCallableWith('x', [{ operation: 'move', from: 'userName', field: 'extra', value: 1 }])
    expect(users.patch).type.not.toBeCallableWith('x', [{ operation: 'add', from: 'userName', field: 'extra', value: 1 }])
    expect(users.patch).type.not.toBeCallableWith('x', [{ operation: 'remove', from: 'userName', field: 'extra' }])
  })

  test('has no other members', () => {
    expect(users.patch).type.not.toBeCallableWith('x', [{ operation: 'remove', path: '/age' }])
    expect(users.patch).type.not.toBeCallableWith('x', [{ operation: 'remove', field: 'age', reason: 'x' }])
    expect(users.patch).type.not.toBeCallableWith('x', [{ op: 'remove', field: 'age' }])
  })
})

describe('patch operations that are made at run time', () => {
  test('are taken as they are', () => {
    const operations: PatchOperationInput[] = Object.entries({ age: 5 }).map(([field, value]) => ({ operation: 'replace', field, value }))
    expect(users.patch).type.toBeCallableWith('x', operations)
    expect(settings.patch).type.toBeCallableWith(operations)
    expect(users.patch).type.toBeCallableWith('x', operations as readonly PatchOperationInput[])
    expect(users.patch).type.toBeCallableWith('x', [...operations, { operation: 'remove', field: 'age' }])
    expect(users.patch).type.toBeCallableWith('x', [{ operation: 'replace', field: 'age' as string, value: 5 }])
    expect<PatchOperationInput>().type.toBeAssignableFrom<{ operation: 'copy', from: string, field: string }>()
    expect<PatchOperationInput>().type.not.toBeAssignableFrom<{ operation: 'copy', field: string }>()
    expect<PatchOperationInput>().type.not.toBeAssignableFrom<{ operation: 'transform', field: string, value: JsonValue }>()
  })

  test('have the literal parts of their fields judged', () => {
    const position = 3 as number
    const name = 'age' as string
    expect(users.patch).type.toBeCallableWith('x', [{ operation: 'remove', field: `/tags/${position}` as const }])
    expect(users.patch).type.toBeCallableWith('x', [{ operation: 'remove', field: `list/${position}/inner` as const }])
    expect(users.patch).type.toBeCallableWith('x', [{ operation: 'remove', field: `/${name}` as const }])
    expect(users.patch).type.toBeCallableWith('x', [{ operation: 'remove', field: `name/${name}` as const }])
    expect(users.patch).type.toBeCallableWith('x', [{ operation: 'remove', field: `list/${name}` as const }])
    expect(users.patch).type.not.toBeCallableWith('x', [{ operation: 'remove', field: `/tag/${position}` as const }])
    expect(users.patch).type.not.toBeCallableWith('x', [{ operation: 'remove', field: `list/${position}/outer` as const }])
    users.patch('x', [{ operation: 'remove', field: `/tags/${position}` }, { operation: 'remove', field: `/${name}` }])
    // @ts-expect-error Type '`/tag/${number}`' is not assignable to type
    users.patch('x', [{ operation: 'remove', field: `/tag/${position}` }])
  })

  test('may be constants and unions', () => {
    const operations = [{ operation: 'replace', field: '/name/first', value: 'Babs' }, { operation: 'copy', from: 'tags/0', field: 'tags/-' }] as const
    expect(users.patch).type.toBeCallableWith('x', operations)
    const field = 'age' as 'age' | 'name/last'
    expect(users.patch).type.toBeCallableWith('x', [{ operation: 'remove', field }])
    const missing = 'age' as 'age' | 'size'
    expect(users.patch).type.not.toBeCallableWith('x', [{ operation: 'remove', field: missing }])
  })
})

describe('patches of other resources', () => {
  test('of a singleton take no id', () => {
    expect(settings.patch).type.toBeCallableWith([{ operation: 'increment', field: 'age', value: 1 }], { revision: '*' })
    expect(settings.patch).type.not.toBeCallableWith([{ operation: 'increment', field: 'size', value: 1 }])
    expect(settings.patch).type.not.toBeCallableWith('x', [{ operation: 'increment', field: 'age', value: 1 }])
  })

  test('without a typed content take any field', () => {
    const things = app.resource('/things', {})
    expect(things.patch).type.toBeCallableWith('x', [{ operation: 'add', field: '/a/b/-', value: 1 }, { operation: 'remove', field: 'x' as string }, { operation: 'copy', from: 'c', field: 'd/e' }])
    expect(things.patch).type.not.toBeCallableWith('x', [{ operation: 'add', field: 'a' }])
    expect(things.patch).type.not.toBeCallableWith('x', [{ operation: 'transform', field: 'a', value: 1 }])
    const described = app.resource('/described', { schema: { type: 'object', properties: { a: { type: 'string' } } } })
    expect(described.patch).type.toBeCallableWith('x', [{ operation: 'add', field: '/b', value: 1 }])
  })

  test('of united and intersected contents take the members of every part', () => {
    const Named = Type.Object({ name: Type.String() })
    const Aged = Type.Object({ age: Type.Optional(Type.Number()) })
    const united = app.resource('/1', { schema: Type.Union([Named, Aged]) })
    expect(united.patch).type.toBeCallableWith('x', [{ operation: 'remove', field: 'name' }, { operation: 'remove', field: 'age' }])
    expect(united.patch).type.not.toBeCallableWith('x', [{ operation: 'remove', field: 'size' }])
    const intersected = app.resource('/2', { schema: Type.Intersect([Named, Aged]) })
    expect(intersected.patch).type.toBeCallableWith('x', [{ operation: 'remove', field: 'name' }, { operation: 'remove', field: 'age' }])
    expect(intersected.patch).type.not.toBeCallableWith('x', [{ operation: 'remove', field: 'size' }])
  })

  test('of recursive contents reach to any depth', () => {
    interface Tree { label: string, left?: Tree, children: Tree[] }
    const trees = null as unknown as CollectionHandle<Tree>
    expect(trees.patch).type.toBeCallableWith('x', [{ operation: 'replace', field: 'left/children/0/left/children/1/left/label', value: 'x' }])
    expect(trees.patch).type.not.toBeCallableWith('x', [{ operation: 'replace', field: 'left/children/0/left/children/1/left/size', value: 'x' }])
  })

  test('reach what a type parameter has', () => {
    const touch = async <Content extends { changed: string }>(handle: CollectionHandle<Content>): Promise<unknown> =>
      handle.patch('x', [{ operation: 'replace', field: 'changed', value: 'now' }, { operation: 'replace', field: '/changed', value: 'now' }])
    expect(touch).type.toBeCallableWith(null as unknown as CollectionHandle<{ changed: string, size: number }>)
  })

  test('go through the handle of any resource', () => {
    expect(users).type.toBeAssignableTo<ResourceHandle>()
    expect(users).type.toBeAssignableTo<CollectionHandle<{ userName: string }>>()
    expect(settings).type.toBeAssignableTo<SingletonHandle>()
    const { patch } = users as ResourceHandle as CollectionHandle
    expect(patch).type.toBeCallableWith('x', [{ operation: 'remove', field: 'a' }])
  })
})
