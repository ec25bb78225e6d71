import t from 'tap'
import { Type } from 'typebox'
import { createValidator } from '../../lib/declare/schema-validator.ts'
import { importSchema } from '../../lib/describe/import-schema.ts'
import { createComponents } from '../../lib/describe/openapi-components.ts'
import type { GrowingComponents } from '../../lib/describe/openapi-components.ts'
import { judgeOf } from './documents.ts'

/** Schemas with values that they take and values that they refuse, or the other way round: both readings must agree. */
const cases: ReadonlyArray<readonly [name: string, schema: object, values: readonly unknown[]]> = [
  ['a tuple of draft 7', { properties: { p: { type: 'array', items: [{ type: 'string' }, { type: 'number' }], additionalItems: false } } }, [{ p: ['a', 1] }, { p: [1] }, { p: ['a', 1, 2] }]],
  ['a tuple with more', { properties: { p: { items: [{ type: 'string' }], additionalItems: { type: 'number' } } } }, [{ p: ['a', 1] }, { p: ['a', 'b'] }]],
  ['a tuple of TypeBox', Type.Object({ p: Type.Tuple([Type.String(), Type.Number()]) }), [{ p: ['a', 1] }, { p: ['a'] }, { p: ['a', 1, 1] }]],
  ['dependencies by name', { dependencies: { a: ['b'] } }, [{ a: 1 }, { a: 1, b: 1 }, {}]],
  ['dependencies by schema', { dependencies: { a: { required: ['b'] }, c: ['d'] } }, [{ a: 1 }, { a: 1, b: 1 }, { c: 1 }, {}]],
  ['definitions', { definitions: { N: { type: 'integer' } }, properties: { p: { $ref: '#/definitions/N' } } }, [{ p: 1 }, { p: 'a' }]],
  ['definitions inside', { properties: { p: { definitions: { N: { type: 'integer' } }, $ref: '#/properties/p/definitions/N' } } }, [{ p: 1 }, { p: 'a' }]],
  ['a reference to the whole', { properties: { next: { $ref: '#' }, v: { type: 'string' } }, additionalProperties: false }, [{ next: { next: { v: 'a' } } }, { next: { v: 1 } }, { next: { x: 1 } }]],
  ['a reference to a place', { properties: { a: { type: 'string' }, b: { $ref: '#/properties/a' } } }, [{ b: 'a' }, { b: 1 }]],
  ['a reference to a place with escapes', { properties: { 'a/b%': { type: 'string' }, b: { $ref: '#/properties/a~1b%25' } } }, [{ b: 'a' }, { b: 1 }]],
  ['a reference to what no keyword has', { definitions: { group: { N: { items: [{ type: 'integer' }], minItems: 1 } } }, properties: { p: { $ref: '#/definitions/group/N' } } }, [{ p: [1] }, { p: ['a'] }]],
  ['an anchor of draft 7', { definitions: { N: { $id: '#n', type: 'integer' } }, properties: { p: { $ref: '#n' } } }, [{ p: 1 }, { p: 'a' }]],
  ['$id as a base', { $id: 'http://example.com/root.json', definitions: { N: { $id: 'n.json', type: 'integer', definitions: { M: { type: 'string' } } } }, properties: { p: { $ref: 'n.json' }, q: { $ref: 'http://example.com/n.json#/definitions/M' } } }, [{ p: 1 }, { p: 'a' }, { q: 'a' }, { q: 1 }]],
  ['a recursive reference of 2019-09', { $schema: 'https://json-schema.org/draft/2019-09/schema', $recursiveAnchor: true, properties: { next: { $recursiveRef: '#' }, v: { type: 'string' } } }, [{ next: { v: 'a' } }, { next: { v: 1 } }]],
  ['a dynamic reference of 2020-12', { $schema: 'https://json-schema.org/draft/2020-12/schema', $dynamicAnchor: 'node', properties: { next: { $dynamicRef: '#node' }, v: { type: 'string' } } }, [{ next: { v: 'a' } }, { next: { v: 1 } }]],
  ['prefixItems of 2020-12', { $schema: 'https://json-schema.org/draft/2020-12/schema', properties: { p: { prefixItems: [{ type: 'string' }], items: false } } }, [{ p: ['a'] }, { p: ['a', 1] }]],
  ['a cyclic type of TypeBox', Type.Cyclic({ Node: Type.Object({ v: Type.String(), kids: Type.Array(Type.Ref('Node')) }) }, 'Node'), [{ v: 'a', kids: [{ v: 'b', kids: [] }] }, { v: 'a', kids: [{ v: 1, kids: [] }] }]],
  ['two that refer to each other', Type.Cyclic({ A: Type.Object({ b: Type.Optional(Type.Ref('B')) }), B: Type.Object({ a: Type.Ref('A') }) }, 'A'), [{ b: { a: {} } }, { b: {} }]],
  ['an inner $id', Type.Object({ home: Type.Object({ city: Type.String() }, { $id: 'Address' }) }), [{ home: { city: 'a' } }, { home: {} }]],
  ['nullable of Ajv', { properties: { a: { type: 'string', nullable: true } } }, [{ a: null }, { a: 'a' }, { a: 1 }]],
  ['nullable without a type is refused by Ajv; false is nothing', { properties: { a: { type: 'string', nullable: false } } }, [{ a: null }, { a: 'a' }]],
  ['true and false', { properties: { a: true, b: false }, definitions: { F: false }, patternProperties: { '^f': { $ref: '#/definitions/F' } } }, [{ a: 1 }, { b: 1 }, { f: 1 }]],
  ['names of keywords as names of members', { properties: { $ref: { type: 'string' }, definitions: { type: 'object', properties: { items: { type: 'string' } } }, $id: { type: 'string' } } }, [{ $ref: 'a' }, { $ref: 1 }, { definitions: { items: 1 } }, { $id: 1 }]],
  ['values that look like schemas', { properties: { a: { const: { $ref: '#/nowhere', definitions: {} } }, b: { enum: [{ items: [] }] } } }, [{ a: { $ref: '#/nowhere', definitions: {} } }, { a: {} }, { b: { items: [] } }]],
  ['what is beside a reference', { definitions: { N: { type: 'integer' } }, properties: { p: { $ref: '#/definitions/N', minimum: 3 } } }, [{ p: 3 }, { p: 1 }, { p: 'a' }]],
  ['if, then, else, not, contains, propertyNames', { if: { required: ['a'] }, then: { properties: { a: { items: [{ type: 'string' }] } } }, else: { not: { required: ['b'] } }, propertyNames: { maxLength: 1 }, properties: { c: { contains: { const: 1 } } } }, [{ a: ['a'] }, { a: [1] }, { b: 1 }, { c: [1] }, { c: [] }, { ab: 1 }]],
  ['what is evaluated by an open branch is not', { $schema: 'https://json-schema.org/draft/2020-12/schema', allOf: [{ type: 'object', required: ['a'] }], properties: { a: true }, unevaluatedProperties: false }, [{ a: 1 }, { a: 1, b: 1 }]],
  ['references to true and false', { definitions: { T: true, F: false }, properties: { t: { $ref: '#/definitions/T' }, f: { $ref: '#/definitions/F' } } }, [{ t: 1 }, { f: 1 }]],
  ['an $id that others of the schema refer to', { definitions: { A: { $id: 'a', properties: { b: { $ref: 'b' } } }, B: { $id: 'b', type: 'integer' } }, $ref: 'a' }, [{ b: 1 }, { b: 'x' }]],
  ['a meta-schema', { properties: { s: { $ref: 'http://json-schema.org/draft-07/schema#' } } }, [{ s: {} }, { s: true }, { s: 1 }]]
]

for (const [name, schema, values] of cases) {
  t.test(`a schema means the same in the document: ${name}`, async (t) => {
    const before = JSON.stringify(schema)
    const all: GrowingComponents = {}
    const reference = importSchema(schema, 'Content', createComponents(all)).reference()
    const judge = judgeOf({ components: all })(reference)
    const source = createValidator(schema)
    t.strictSame(values.map((value) => judge(value)), values.map((value) => source(value)))
    t.ok(values.length > 1 && new Set(values.map((value) => source(value))).size === 2, 'some fit, and some do not')
    t.equal(JSON.stringify(schema), before)
    t.notMatch(JSON.stringify(all), /"(?:\$schema|\$recursiveRef|\$dynamicRef|additionalItems)":/)
  })
}

t.test('names of components come from $id, and from where a schema is', async (t) => {
  const names = (schema: object): readonly string[] => {
    const all: GrowingComponents = {}
    importSchema(schema, 'Users', createComponents(all)).reference()
    return Object.keys(all.schemas ?? {})
  }
  t.strictSame(names({}), ['Users'])
  t.strictSame(names({ $id: 'User' }), ['User'])
  t.strictSame(names({ $id: 'http://example.com/schemas/user.json#' }), ['user'])
  t.strictSame(names({ $id: 'urn:example:user' }), ['user'])
  t.strictSame(names({ $id: 'people/user of é' }), ['user_of_'])
  t.strictSame(names({ definitions: { 'post code': {}, unused: {} }, properties: { p: { $ref: '#/definitions/post code' } } }), ['Users', 'UsersPostCode'])
  t.strictSame(names(Type.Object({ home: Type.Object({}, { $id: 'Address' }), work: Type.Object({}, { $id: 'Address2' }) })), ['Users', 'Address', 'Address2'])
})

t.test('what has the same $id and content is one component, other content another', async (t) => {
  const components = createComponents({ schemas: { Taken: {} } })
  const add = (schema: object): unknown => importSchema(schema, 'X', components).reference()['$ref']
  t.equal(add({ $id: 'A', type: 'object' }), '#/components/schemas/A')
  t.equal(add({ $id: 'A', type: 'object' }), '#/components/schemas/A')
  t.equal(add({ $id: 'A', type: 'object', title: 'other' }), '#/components/schemas/A2')
  t.equal(add({ $id: 'A', type: 'object', title: 'third' }), '#/components/schemas/A3')
  t.equal(add({ $id: 'Taken' }), '#/components/schemas/Taken2')
  t.equal(components.find('#/components/schemas/A2')?.['title'], 'other')
  t.equal(components.find('#/components/schemas/Nothing'), undefined)
  t.equal(components.find('http://elsewhere'), undefined)
})
