import t from 'tap'
import { createValidator } from '../../lib/declare/schema-validator.ts'

const drafts = ['http://json-schema.org/draft-07/schema', 'https://json-schema.org/draft/2019-09/schema', 'https://json-schema.org/draft/2020-12/schema']

/** A schema without names for each number, and a value that only the schema of this number takes. */
const numbered = (number: number): object => ({ type: 'object', properties: { n: { const: number } }, required: ['n'] })

t.test('two schemas of one $id, anchor or path judge each by itself', async (t) => {
  for (const $schema of drafts) {
    const named = (type: string): object => ({ $schema, $id: 'https://example.com/one', definitions: { part: { $id: 'https://example.com/part', type } }, properties: { a: { $ref: 'part' }, b: { $ref: '#/definitions/part' } } })
    const text = createValidator(named('string'))
    const count = createValidator(named('integer'))
    t.ok(text({ a: 'x', b: 'y' }), $schema)
    t.notOk(text({ a: 1 }))
    t.ok(count({ a: 1, b: 2 }))
    t.notOk(count({ b: 'x' }))
  }
  const anchored = (type: string): object => ({ $schema: drafts[2], $dynamicAnchor: 'node', properties: { n: { type }, next: { $dynamicRef: '#node' } } })
  const [text, count] = [createValidator(anchored('string')), createValidator(anchored('integer'))]
  t.strictSame([{ next: { n: 'x' } }, { next: { n: 1 } }].map((value) => [text(value), count(value)]), [[true, false], [false, true]])
  const pointed = (type: string): object => ({ definitions: { part: { type } }, properties: { a: { $ref: '#/definitions/part' }, more: { $ref: '#' } } })
  const [texts, counts] = [createValidator(pointed('string')), createValidator(pointed('integer'))]
  t.strictSame([{ a: 'x' }, { a: 1 }, { more: { a: 'x' } }, { more: { a: 1 } }].map((value) => [texts(value), counts(value)]), [[true, false], [false, true], [true, false], [false, true]])
})

t.test('a schema cannot refer to another one, whether that has names or not', async (t) => {
  createValidator({ $id: 'https://example.com/other', type: 'object' })
  createValidator({ definitions: { part: { type: 'string' } } })
  t.throws(() => createValidator({ properties: { a: { $ref: 'https://example.com/other' } } }), /can't resolve reference/)
  t.throws(() => createValidator({ properties: { a: { $ref: '#/definitions/part' } } }), /can't resolve reference/)
})

t.test('what one validator found is not what another one found', async (t) => {
  const [text, count] = [createValidator({ type: 'string' }), createValidator({ type: 'integer' })]
  text(1)
  count('x')
  t.strictSame([text.errors?.[0]?.message, count.errors?.[0]?.message], ['must be string', 'must be integer'])
})

t.test('more schemas than are compiled together', async (t) => {
  const validators = Array.from({ length: 120 }, (_, number) => createValidator(numbered(number)))
  validators.forEach((validate, number) => { t.strictSame([validate({ n: number }), validate({ n: number + 1 })], [true, false], String(number)) })
})

t.test('a schema that was changed since is another one', async (t) => {
  const schema: Record<string, unknown> = { type: 'string' }
  const before = createValidator(schema)
  schema['type'] = 'integer'
  const after = createValidator(schema)
  t.strictSame([before('x'), before(1), after('x'), after(1)], [true, false, false, true])
})

t.test('a schema that its meta-schema refuses is refused in each draft, and the next one is not', async (t) => {
  for (const $schema of drafts.flatMap((draft) => [draft, `${draft}#`])) {
    for (const wrong of [{ type: 'obj' }, { properties: { a: { minLength: -1 } } }, { required: 'a' }]) {
      t.throws(() => createValidator({ $schema, ...wrong }), /schema is invalid: data/, $schema)
    }
    t.throws(() => createValidator({ $schema, unheard: true }), /unknown keyword: "unheard"/)
    t.ok(createValidator({ $schema, type: 'string', format: 'email' })('a@example.com'), $schema)
  }
  t.throws(() => createValidator({ $id: 'https://example.com/wrong', type: 'obj' }), /schema is invalid/, 'with a name')
})

t.test('a schema may refer to a meta-schema, and be its own, but not take its name', async (t) => {
  for (const $schema of drafts) {
    const validate = createValidator({ $schema, properties: { schema: { $ref: $schema } } })
    t.strictSame([validate({ schema: { type: 'string' } }), validate({ schema: { type: 'obj' } })], [true, false], $schema)
    t.throws(() => createValidator({ $schema, $id: $schema, type: 'object' }), /already exists/)
  }
  t.doesNotThrow(() => createValidator({ $schema: 'https://example.com/own', $id: 'https://example.com/own', type: 'object' }))
  t.throws(() => createValidator({ $schema: 'https://example.com/unknown', type: 'object' }), /no schema with key or ref/)
})

t.test('members that are called like keywords with names are members', async (t) => {
  const validate = createValidator({ properties: { $id: { type: 'string' }, $schema: { type: 'string' } } })
  t.strictSame([validate({ $id: 'x', $schema: 'y' }), validate({ $id: 1 }), validate({ $schema: 1 })], [true, false, false])
})

t.test('what objects inherit is none of their members', async t => {
  const validate = createValidator({ properties: { constructor: { type: 'string' }, valueOf: { type: 'number' } }, required: ['toString'] })
  t.equal(validate({}), false)
  t.match(validate.errors, [{ keyword: 'required', params: { missingProperty: 'toString' } }])
  t.equal(validate({ toString: 1 }), true)
  t.equal(validate({ toString: 1, constructor: 1 }), false)
})
