import t from 'tap'
import { Type } from 'typebox'
import { compileSchema } from '../../lib/declare/content-rules.ts'
import type { Violation } from '../../lib/declare/content-rules.ts'
import { BadRequest } from '../../lib/errors.ts'

/** The `detail` of the refusal of `value`, undefined where it fits. */
function detailOf (schema: object, value: unknown): { readonly violations: readonly Violation[], readonly omitted?: number } | undefined {
  try {
    compileSchema(schema, '/users.schema', 'The content')(value)
    return undefined
  } catch (error) {
    if (error instanceof BadRequest) return error.detail as { readonly violations: readonly Violation[] }
    throw error
  }
}

function pointers (schema: object, value: unknown): readonly string[] | undefined {
  return detailOf(schema, value)?.violations.map(({ pointer }) => pointer)
}

const user = Type.Object({
  userName: Type.String({ minLength: 1 }),
  mail: Type.String({ format: 'email' }),
  age: Type.Optional(Type.Integer({ minimum: 0 })),
  role: Type.Optional(Type.Union([Type.Literal('admin'), Type.Literal('guest')])),
  names: Type.Optional(Type.Record(Type.String(), Type.String())),
  at: Type.Optional(Type.Array(Type.Object({ city: Type.String() }, { additionalProperties: false })))
}, { additionalProperties: false })

const good = { userName: 'bjensen', mail: 'b@example.com' }

t.test('what fits passes', async t => {
  for (const value of [good, { ...good, age: 0, role: 'admin', names: { a: 'b' }, at: [{ city: 'Bern' }] }]) t.equal(detailOf(user, value), undefined)
})

t.test('each violation points at the member, by RFC 6901', async t => {
  const rows: ReadonlyArray<readonly [object, readonly string[]]> = [
    [{ ...good, userName: '' }, ['/userName']],
    [{ ...good, mail: 'nobody' }, ['/mail']],
    [{ ...good, age: -1 }, ['/age']],
    [{ userName: 'x' }, ['/mail']],
    [{}, ['/userName', '/mail']],
    [{ ...good, extra: 1 }, ['/extra']],
    [{ ...good, 'a/b~c': 1 }, ['/a~1b~0c']],
    [{ ...good, 'a b%"': 1 }, ['/a b%"']],
    [{ ...good, '': 1 }, ['/']],
    [{ ...good, at: [{ city: 'Bern' }, {}] }, ['/at/1/city']],
    [{ ...good, at: [{ city: 'Bern', zip: 1 }] }, ['/at/0/zip']],
    [{ ...good, names: { 'x/y~z': 1 } }, ['/names/x~1y~0z']],
    [{ ...good, names: { 'x y%': 1 } }, ['/names/x y%']]
  ]
  for (const [value, expected] of rows) t.strictSame(pointers(user, value), expected, JSON.stringify(value))
  t.strictSame(pointers(user, []), [''])
  t.strictSame(pointers({ type: 'object' }, undefined), [''])
})

t.test('keywords that blame a member of their object point at it too', async t => {
  const draft = { $schema: 'https://json-schema.org/draft/2020-12/schema' }
  t.strictSame(pointers({ ...draft, dependentRequired: { a: ['b'] } }, { a: 1 }), ['/b'])
  t.strictSame(pointers({ ...draft, properties: { a: {} }, unevaluatedProperties: false }, { a: 1, 'x/y': 1 }), ['/x~1y'])
  t.strictSame(pointers({ dependencies: { a: ['b'] } }, { a: 1 }), ['/b'])
  t.strictSame(pointers({ propertyNames: { maxLength: 1 } }, { ab: 1 }), ['/ab', '/ab'])
  t.strictSame(pointers({ properties: { in: { propertyNames: { pattern: '^x' } } } }, { in: { a: 1 } }), ['/in/a', '/in/a'])
})

t.test('the message names the subject and the first violation', async t => {
  t.throws(() => compileSchema(user, '/users.schema', 'The content')({ ...good, age: 'x' }), {
    statusCode: 400,
    message: 'The content does not fit its schema: /age must be integer',
    detail: { violations: [{ pointer: '/age', message: 'must be integer' }] }
  })
  t.throws(() => compileSchema(user, '/users.schema', 'The path')([]), { message: 'The path does not fit its schema: must be object' })
})

t.test('at most 50 violations are reported, and how many more there are', async t => {
  const list = { type: 'array', items: { type: 'string' } }
  const fifty = detailOf(list, Array(50).fill(1))
  t.equal(fifty?.violations.length, 50)
  t.notOk('omitted' in (fifty ?? {}))
  const more = detailOf(list, Array(57).fill(1))
  t.equal(more?.violations.length, 50)
  t.equal(more?.omitted, 7)
  t.equal(more?.violations.at(-1)?.pointer, '/49')
})

t.test('nothing is coerced, and nothing dropped', async t => {
  for (const value of [{ ...good, age: '5' }, { ...good, userName: 5 }, { ...good, age: null }, { ...good, age: true }]) t.not(detailOf(user, value), undefined, JSON.stringify(value))
  const open = { properties: { a: { type: 'number' } } }
  const value = { a: 1, b: { c: [2] } }
  t.equal(detailOf(open, value), undefined)
  t.strictSame(value, { a: 1, b: { c: [2] } })
})

t.test('defaults are filled in, also those of nested members', async t => {
  const schema = Type.Object({ a: Type.Number({ default: 1 }), in: Type.Object({ b: Type.Array(Type.String(), { default: [] }) }) })
  const value = { in: {} }
  t.equal(detailOf(schema, value), undefined)
  t.strictSame(value, { a: 1, in: { b: [] } })
  const set = { a: 2, in: { b: ['x'] } }
  t.equal(detailOf(schema, set), undefined)
  t.strictSame(set, { a: 2, in: { b: ['x'] } })
})

t.test('two values never share what a default filled in', async t => {
  const check = compileSchema({ properties: { list: { default: [] } } }, 'x', 'x')
  const values: ReadonlyArray<{ list?: unknown[] }> = [{}, {}]
  for (const value of values) check(value)
  values[0]?.list?.push(1)
  t.strictSame(values[1]?.list, [])
})

t.test('formats are checked', async t => {
  const rows: ReadonlyArray<readonly [string, string, string]> = [
    ['email', 'a@example.com', 'a'],
    ['date-time', '2026-11-22T10:00:00Z', '2026-11-22 10:00'],
    ['date', '2026-02-28', '2026-02-30'],
    ['uuid', '4f3e1c0a-0b0e-4b0e-8b0e-0b0e4b0e8b0e', 'x'],
    ['uri', 'https://example.com/', 'example'],
    ['ipv4', '192.0.2.1', '192.0.2.256']
  ]
  for (const [format, fits, breaks] of rows) {
    t.equal(detailOf({ type: 'string', format }, fits), undefined, format)
    t.match(detailOf({ type: 'string', format }, breaks), { violations: [{ pointer: '', message: `must match format "${format}"` }] }, format)
  }
})

t.test('the draft is the one that $schema names, draft 7 without it', async t => {
  const tuple = { properties: { pair: { type: 'array', prefixItems: [{ type: 'string' }], items: false } } }
  const value = { pair: ['a', 'b'] }
  for (const $schema of ['https://json-schema.org/draft/2020-12/schema', 'https://json-schema.org/draft/2020-12/schema#']) {
    t.strictSame(pointers({ $schema, ...tuple }, value), ['/pair'], $schema)
  }
  const since2019 = { dependentRequired: { a: ['b'] } }
  t.strictSame(pointers({ $schema: 'https://json-schema.org/draft/2019-09/schema', ...since2019 }, { a: 1 }), ['/b'])
  // The array form of `items` ended with 2019-09.
  t.strictSame(pointers({ $schema: 'https://json-schema.org/draft/2019-09/schema', items: [{ type: 'string' }] }, [1]), ['/0'])
  t.strictSame(pointers({ items: [{ type: 'string' }] }, [1]), ['/0'])
  t.strictSame(pointers({ $schema: 'http://json-schema.org/draft-07/schema#', type: 'object' }, 1), [''])
})

t.test('a schema that cannot be compiled is refused at once, by name', async t => {
  const rows: ReadonlyArray<readonly [object, RegExp]> = [
    [{ type: 'object', requird: ['a'] }, /strict mode: unknown keyword: "requird"/],
    [{ type: 'string', format: 'unheard-of' }, /unknown format "unheard-of"/],
    [{ type: 'obj' }, /schema is invalid/],
    [{ properties: { a: { pattern: '(' } } }, /Invalid regular expression/],
    [{ $ref: '#/definitions/missing' }, /can't resolve reference/],
    [{ $schema: 'http://json-schema.org/draft-04/schema#' }, /no schema with key or ref/],
    [{ dependentRequired: { a: ['b'] } }, /unknown keyword: "dependentRequired"/],
    [{ $async: true, type: 'object' }, /\$async is not supported/],
    [{ get type (): never { throw 'no error' } }, /cannot be compiled: no error/] // eslint-disable-line no-throw-literal
  ]
  for (const [schema, message] of rows) {
    t.throws(() => compileSchema(schema, '/users.schema', 'The content'), { code: 'CREST_ERR_INVALID_OPTION', message: new RegExp(`^/users.schema cannot be compiled: .*${message.source}|^/users.schema ${message.source}`) }, message.source)
  }
})

t.test('the same schema, and two of one $id, can be compiled for several resources', async t => {
  const schema = { $id: 'https://example.com/user', type: 'object' }
  for (const path of ['/a', '/b']) t.doesNotThrow(() => compileSchema(schema, path, 'x'))
  t.doesNotThrow(() => compileSchema({ ...schema }, '/c', 'x'))
})

t.test('schemas may refer to themselves', async t => {
  const tree = { $defs: { node: { properties: { left: { $ref: '#/$defs/node' }, value: { type: 'number' } }, required: ['value'] } }, $ref: '#/$defs/node' }
  t.equal(detailOf(tree, { value: 1, left: { value: 2 } }), undefined)
  t.strictSame(pointers(tree, { value: 1, left: {} }), ['/left/value'])
})
