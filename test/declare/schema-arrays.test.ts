import t from 'tap'
import { Type } from 'typebox'
import { pointsIntoArray } from '../../lib/declare/schema-arrays.ts'

const text = { type: 'string' }
const list = { type: 'array', items: { type: 'object', properties: { secret: text } } }

t.test('a pointer leads into an array where one is on its way', async t => {
  const schema = {
    type: 'object',
    properties: { list, text, open: {}, maybe: { type: ['array', 'null'] }, deep: { properties: { list } }, never: { type: ['object', 'null'], properties: { text } } }
  }
  const rows: ReadonlyArray<readonly [readonly string[], boolean]> = [
    [[], false], [['list'], false], [['list', 'secret'], true], [['list', '0'], true], [['list', '0', 'secret'], true], [['list', 'nope'], true],
    [['text'], false], [['text', 'x'], false], [['open', 'x', 'y'], false], [['unknown', 'x'], false],
    [['maybe'], false], [['maybe', '0'], true],
    [['deep', 'list'], false], [['deep', 'list', 'secret'], true], [['never', 'text'], false]
  ]
  for (const [pointer, expected] of rows) t.equal(pointsIntoArray(schema, pointer), expected, pointer.join(' / '))
  t.equal(pointsIntoArray(list, ['secret']), true, 'the schema itself is an array')
})

t.test('what the schema says otherwise than by properties is not judged', async t => {
  for (const schema of [
    {}, { properties: null }, { properties: [list] }, { properties: { list: true } }, { properties: { list: [list] } }, { additionalProperties: list },
    { allOf: [{ properties: { list } }] }, { properties: { list: { anyOf: [list] } } }, { properties: { list: { items: text } } }
  ]) t.equal(pointsIntoArray(schema, ['list', 'secret']), false, JSON.stringify(schema))
})

t.test('no name reaches a prototype', async t => {
  for (const token of ['constructor', '__proto__', 'toString']) t.equal(pointsIntoArray({ properties: {} }, [token, 'x']), false)
})

t.test('TypeBox arrays are understood', async t => {
  const schema = Type.Object({ keys: Type.Optional(Type.Array(Type.Object({ secret: Type.String() }))), name: Type.Object({ secret: Type.String() }) })
  t.equal(pointsIntoArray(schema, ['keys', 'secret']), true)
  t.equal(pointsIntoArray(schema, ['keys']), false)
  t.equal(pointsIntoArray(schema, ['name', 'secret']), false)
})
