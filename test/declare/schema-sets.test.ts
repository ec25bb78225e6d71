import t from 'tap'
import { Type } from 'typebox'
import { setFinder } from '../../lib/declare/schema-sets.ts'

const tags = { type: 'array', items: { type: 'string' }, uniqueItems: true }

t.test('an array that the schema declares unique is a set, at any depth', async t => {
  const isSet = setFinder({
    properties: {
      tags,
      list: { type: 'array', items: { type: 'string' } },
      people: { type: 'array', items: { properties: { tags } } },
      matrix: { type: 'array', items: tags },
      '': { properties: { 'a/b': tags } },
      0: tags
    }
  })
  const rows: ReadonlyArray<readonly [readonly string[], boolean]> = [
    [['tags'], true], [['list'], false], [[], false], [['tags', '0'], false], [['unknown'], false], [['unknown', 'tags'], false],
    [['people'], false], [['people', '0', 'tags'], true], [['people', '-', 'tags'], true], [['people', 'x', 'tags'], false], [['people', '-1', 'tags'], false],
    [['matrix', '12'], true], [['matrix'], false],
    [['', 'a/b'], true], [['0'], true]
  ]
  for (const [pointer, expected] of rows) t.equal(isSet(pointer), expected, pointer.join(' / '))
})

t.test('what the schema says otherwise than by properties and items counts as a list', async t => {
  for (const schema of [
    {}, { properties: null }, { properties: [tags] }, { properties: { tags: true } }, { properties: { tags: [tags] } }, { items: [tags] },
    { properties: { tags: { ...tags, uniqueItems: 'yes' } } }, { allOf: [{ properties: { tags } }] }, { additionalProperties: tags }
  ]) {
    t.equal(setFinder(schema)(['tags']), false, JSON.stringify(schema))
    t.equal(setFinder(schema)(['0']), false, JSON.stringify(schema))
  }
})

t.test('no name reaches a prototype', async t => {
  const isSet = setFinder({ properties: {} })
  for (const token of ['constructor', '__proto__', 'toString']) t.equal(isSet([token]), false)
})

t.test('TypeBox arrays are understood', async t => {
  const isSet = setFinder(Type.Object({ tags: Type.Optional(Type.Array(Type.String(), { uniqueItems: true })), list: Type.Array(Type.String()) }))
  t.equal(isSet(['tags']), true)
  t.equal(isSet(['list']), false)
})
