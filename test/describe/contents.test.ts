import Fastify from 'fastify'
import t from 'tap'
import { Type } from 'typebox'
import commonRest from '../../lib/index.ts'
import type { AnyDefinition } from '../../lib/declare/definition.ts'
import type { JsonObject } from '../../lib/json.ts'
import { describe, faultsOf, judgeOf, operationAt } from './documents.ts'

/** What a definition is tried with: contents to create, and to update a document that was created from the first. */
interface Case {
  readonly name: string
  readonly definition: AnyDefinition
  readonly create: readonly JsonObject[]
  readonly update?: readonly JsonObject[]
}

const text = { type: 'string' }

const cases: readonly Case[] = [
  { name: 'no schema', definition: {}, create: [{}, { a: 1 }, { _id: 'x', _rev: '1' }] },
  { name: 'an open object', definition: { schema: Type.Object({ a: Type.String() }) }, create: [{ a: 'a' }, { a: 'a', more: 1 }, { a: 'a', _id: 'own', _rev: '0' }, { a: 1 }, {}, { a: 'a', _id: 7 }, { a: 'a', _id: '' }] },
  { name: 'a closed object', definition: { schema: Type.Object({ a: Type.String() }, { additionalProperties: false }) }, create: [{ a: 'a' }, { a: 'a', _id: 'own', _rev: '0' }, { a: 'a', more: 1 }] },
  { name: 'other members of one schema', definition: { schema: { type: 'object', properties: { a: text }, additionalProperties: { type: 'number' } } }, create: [{ a: 'a', b: 1, _id: 'own' }, { a: 'a', b: 'b' }] },
  { name: 'an intersection that is closed', definition: { schema: { type: 'object', allOf: [{ properties: { a: text, b: text }, additionalProperties: false }, { required: ['a'] }] } }, create: [{ a: 'a' }, { a: 'a', _id: 'own' }, { b: 'b' }, { a: 'a', c: 1 }] },
  { name: 'unevaluated members', definition: { schema: { $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'object', allOf: [{ properties: { a: text } }], unevaluatedProperties: false } }, create: [{ a: 'a', _id: 'own' }, { a: 'a', b: 1 }] },
  { name: 'a union of closed objects', definition: { schema: Type.Union([Type.Object({ a: Type.String() }, { additionalProperties: false }), Type.Object({ b: Type.String() }, { additionalProperties: false })]) }, create: [{ a: 'a', _id: 'own' }, { b: 'b' }, { a: 'a', b: 'b' }, {}] },
  { name: 'a reference to a closed object', definition: { schema: { definitions: { N: { type: 'object', properties: { a: text, n: { $ref: '#/definitions/N' } }, additionalProperties: false } }, $ref: '#/definitions/N' } }, create: [{ a: 'a', _id: 'own' }, { n: { a: 'a' } }, { n: { b: 1 } }, { n: { _id: 'x' } }] },
  { name: 'names and numbers of members', definition: { schema: { type: 'object', propertyNames: { maxLength: 2 }, maxProperties: 2 } }, create: [{ a: 1, b: 2, _id: 'own', _rev: '0' }, { abc: 1 }, { a: 1, b: 2, c: 3, d: 4, e: 5 }] },
  { name: 'a conditional', definition: { schema: { type: 'object', if: { required: ['a'] }, then: { properties: { a: text }, additionalProperties: false } } }, create: [{ a: 'a', _id: 'own' }, { a: 1 }, { a: 'a', b: 1 }, { b: 1 }] },
  { name: 'what members depend on', definition: { schema: { type: 'object', dependencies: { a: { properties: { a: text, b: text }, additionalProperties: false } } } }, create: [{ a: 'a', _id: 'own' }, { a: 'a', c: 1 }, { c: 1 }] },
  { name: 'members with defaults', definition: { schema: Type.Object({ a: Type.String({ default: 'x' }), b: Type.Object({ c: Type.Integer({ default: 1 }), d: Type.String() }), l: Type.Optional(Type.Array(Type.Object({ e: Type.String({ default: 'y' }) }))) }) }, create: [{ b: { d: 'd' } }, { b: {} }, { a: 1, b: { d: 'd' } }, { b: { d: 'd' }, l: [{}] }, {}] },
  { name: 'a required member with a default behind a reference', definition: { schema: { $defs: { S: { type: 'string', default: 'x' } }, type: 'object', properties: { s: { $ref: '#/$defs/S' } }, required: ['s'] } }, create: [{ s: 's' }, {}], update: [{ s: 's' }, {}] },
  { name: 'a required member with a default and a name of its own', definition: { schema: { type: 'object', properties: { s: { $id: 'Named', type: 'string', default: 'x' } }, required: ['s'] } }, create: [{ s: 's' }, {}], update: [{}] },
  { name: 'a record', definition: { schema: { type: 'object', patternProperties: { '^.*$': { type: 'number' } } } }, create: [{ a: 1, _id: 'own' }, { a: 1, _id: 'other', _rev: '7' }, { a: 'a' }], update: [{ a: 2 }, { a: 2, _rev: '7' }, { b: 'b' }] },
  { name: 'patterns of names', definition: { schema: { type: 'object', patternProperties: { '^_': { type: 'integer' }, x$: { type: 'string' } }, additionalProperties: false } }, create: [{ _a: 1, ax: 'x', _id: 'own' }, { _a: 'a' }, { b: 1 }] },
  { name: 'a default behind a reference', definition: { schema: { definitions: { D: { type: 'string', default: 'x' } }, type: 'object', properties: { a: { $ref: '#/definitions/D' }, b: { type: 'object', properties: { c: { type: 'integer', default: 1 } }, required: ['c'] } }, required: ['b'] } }, create: [{ b: {} }, {}] },
  {
    name: 'members that only the server sets',
    definition: { schema: Type.Object({ a: Type.String(), owner: Type.Optional(Type.String()), meta: Type.Optional(Type.Object({ by: Type.Optional(Type.String()), why: Type.String() })) }, { additionalProperties: false }), readOnly: ['/owner', '/meta/by'] },
    create: [{ a: 'a' }, { a: 'a', meta: { why: 'w' } }, { a: 'a', owner: 'me' }, { owner: 'me' }],
    update: [{ a: 'b' }, { a: 'b', meta: { why: 'w' } }, {}]
  },
  {
    name: 'members that are never shown',
    definition: { schema: Type.Object({ a: Type.String(), password: Type.String(), keys: Type.Object({ open: Type.String(), secret: Type.String() }) }, { additionalProperties: false }), writeOnly: ['/password', '/keys/secret'] },
    create: [{ a: 'a', password: 'p', keys: { open: 'o', secret: 's' } }, { a: 'a', keys: { open: 'o', secret: 's' } }, { a: 'a', password: 'p', keys: { open: 'o' } }],
    update: [{ a: 'b', keys: { open: 'o' } }, { a: 'b', password: 'q', keys: { open: 'o' } }, { a: 'b', keys: {} }, { a: 'b', password: 1, keys: { open: 'o' } }]
  },
  {
    name: 'a secret behind a reference',
    definition: { schema: { definitions: { K: { type: 'object', properties: { secret: text }, required: ['secret'], additionalProperties: false } }, type: 'object', properties: { k: { $ref: '#/definitions/K' }, other: { $ref: '#/definitions/K' } }, required: ['k'] }, writeOnly: ['/k/secret'] },
    create: [{ k: { secret: 's' } }, { k: {} }, { k: { secret: 's' }, other: {} }],
    update: [{ k: {} }, { k: { x: 1 } }]
  },
  { name: 'a secret behind a reference that says more beside it', definition: { schema: { definitions: { K: { type: 'object', properties: { secret: text, open: text }, required: ['secret'] } }, type: 'object', properties: { k: { $ref: '#/definitions/K', maxProperties: 2, allOf: [{ maxProperties: 3 }] } } }, writeOnly: ['/k/secret'] }, create: [{ k: { secret: 's', open: 'o' } }, { k: { open: 'o' } }, { k: { secret: 's', open: 'o', more: 1 } }], update: [{ k: { open: 'o' } }, { k: { open: 1 } }] },
  { name: 'members of all kinds', definition: { schema: { type: 'object', definitions: { E: { enum: ['x', null, [1]] } }, properties: { a: { anyOf: [{ type: 'string' }, { type: 'null' }] }, keys: { oneOf: [{ type: 'object', properties: { open: text }, required: ['open', 'shut'] }, { type: 'array', minItems: 2 }] }, e: { $ref: '#/definitions/E' }, c: { const: 1 }, u: {}, t: true }, anyOf: [{ properties: { a: { minLength: 1 } } }], if: { required: ['c'] }, then: { properties: { d: { type: 'integer' } } } } }, create: [{ a: 'a', keys: { open: 'o', shut: 's' }, e: [1], c: 1, u: [], t: 1, d: 1 }, { a: null, keys: [{ open: 'o' }, 2] }, { a: 1 }, { a: 'a', c: 1, d: 'd' }] },
  { name: 'minimal and dependent members where one is hidden', definition: { schema: { type: 'object', properties: { a: text, s: text }, required: ['a', 's'], minProperties: 2, dependencies: { a: ['s'] } }, writeOnly: ['/s'] }, create: [{ a: 'a', s: 's' }, { a: 'a' }] }
]

for (const { name, definition, create, update = [] } of cases) {
  t.test(`documented contents are those that are taken and sent: ${name}`, async (t) => {
    const app = Fastify()
    await app.register(commonRest)
    app.resource('/things', definition as never)
    const document = describe('/things', definition)
    t.strictSame(await faultsOf(document), [])
    const judge = judgeOf(document)
    const bodyOf = (path: string, method: string) => judge(operationAt(document, path, method)['requestBody']?.['content']?.['application/json']?.['schema'] as unknown as object)
    const answerOf = (path: string, method: string, status: number) => judge(operationAt(document, path, method)['responses']?.[String(status)]?.['content']?.['application/json']?.['schema'] as unknown as object)
    const verdicts = new Set<boolean>()

    let first: string | undefined
    for (const content of create) {
      const { statusCode, body } = await app.inject({ method: 'POST', url: '/things', payload: content })
      const taken = statusCode === 201
      t.equal(bodyOf('/things', 'POST')(content), taken, `POST ${JSON.stringify(content)}: ${statusCode} ${body}`)
      verdicts.add(taken)
      if (!taken) continue
      const document = JSON.parse(body) as JsonObject
      t.ok(answerOf('/things', 'POST', 201)(document), body)
      first ??= String(document['_id'])
      t.ok(answerOf('/things/{_id}', 'GET', 200)((await app.inject(`/things/${document['_id']}?_fields=a,keys/open`)).json()))
    }
    t.ok(create.length < 4 || verdicts.size === 2)
    for (const content of update) {
      const { statusCode, body } = await app.inject({ method: 'PUT', url: `/things/${first}`, headers: { 'if-match': '*' }, payload: content })
      t.equal(bodyOf('/things/{_id}', 'PUT')(content), statusCode === 200, `PUT ${JSON.stringify(content)}: ${statusCode} ${body}`)
      if (statusCode === 200) t.ok(answerOf('/things/{_id}', 'PUT', 200)(JSON.parse(body)), body)
    }
    t.ok(answerOf('/things', 'GET', 200)((await app.inject('/things')).json()))
    // What was read can be sent back.
    const { _rev, ...read } = (await app.inject(`/things/${first}`)).json<JsonObject>()
    t.ok(bodyOf('/things/{_id}', 'PUT')({ _rev, ...read }), JSON.stringify(read))
  })
}
