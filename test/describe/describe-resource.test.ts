import t from 'tap'
import { Type } from 'typebox'
import type { AnyDefinition } from '../../lib/declare/definition.ts'
import { describeOpenApi } from '../../lib/describe/openapi-document.ts'
import { resourceName } from '../../lib/describe/openapi-names.ts'
import type { OpenApiDocument } from '../../lib/describe/openapi-types.ts'
import { declared, describe, faultsOf, judgeOf, operationAt, resolve } from './documents.ts'

const info = { title: 'Test', version: '1.0.0' }
const note = Type.Object({ text: Type.String() })

function operationIds ({ paths }: OpenApiDocument): readonly string[] {
  return Object.values(paths).flatMap((item) => Object.values(item).flatMap((operation) => String((operation as { operationId?: string }).operationId ?? [])).filter((id) => id !== ''))
}

t.test('operation ids come from the path, and are told apart', async (t) => {
  t.strictSame(operationIds(describe('/users', { actions: { ping: { on: ['collection', 'instance'], handler: () => 1 } } })), [
    'queryUsers', 'headUsers', 'createUsers', 'optionsUsers',
    'readUsers', 'headUsersInstance', 'actionUsersInstance', 'updateUsers', 'patchUsers', 'deleteUsers', 'optionsUsersInstance'
  ])
  t.strictSame(operationIds(describe('/settings', { kind: 'singleton', actions: { ping: { handler: () => 1 } } })), ['readSettings', 'headSettings', 'actionSettings', 'updateSettings', 'patchSettings', 'optionsSettings'])
  t.strictSame(operationIds(describe('/notes', { operations: ['create'] })).filter((id) => !id.startsWith('options')), ['createNotes', 'createAtNotes'])
  t.equal(resourceName('/realms/:realm/user-groups'), 'RealmsRealmUserGroups')
  t.equal(resourceName('/'), 'Root')
})

t.test('resources whose paths have the same words are numbered, in the order of their declaration', async (t) => {
  const document = describeOpenApi([declared('/a/b', { schema: note }), declared('/a-b', { schema: note }), declared('/A_B', { schema: note })], info)
  const ids = operationIds(document)
  t.equal(new Set(ids).size, ids.length)
  t.ok(ids.includes('queryAB') && ids.includes('queryAB2') && ids.includes('queryAB3'))
  t.strictSame(Object.keys(document.components.schemas ?? {}).filter((name) => /^AB\d?$/.test(name)), ['AB', 'AB2', 'AB3'])
  t.strictSame(await faultsOf(document), [])
})

t.test('operations of instances are told apart from those of a resource that is called so', async (t) => {
  const actions = { ping: { handler: () => 1 } }
  for (const paths of [['/server', '/server-instance'], ['/server-instance', '/server'], ['/a', '/a-instance', '/a-instance-instance']]) {
    const ids = operationIds(describeOpenApi(paths.map((path) => declared(path, { schema: note, actions })), info))
    t.strictSame(ids.filter((id, index) => ids.indexOf(id) !== index), [], paths.join())
  }
})

t.test('what resources have in common is there once, and the same resources are described alike', async (t) => {
  const schema = Type.Object({ text: Type.String(), by: Type.Object({ name: Type.String() }, { $id: 'Author' }) }, { $id: 'Note' })
  const resources = (): Parameters<typeof describeOpenApi>[0] => [declared('/notes', { schema }), declared('/drafts', { schema })]
  const document = describeOpenApi(resources(), info)
  t.strictSame(Object.keys(document.components.schemas ?? {}).filter((name) => /Note|Author/.test(name)), ['Note', 'Author', 'NoteDocument', 'NoteProjection', 'NoteQueryResult', 'NoteCreate', 'NoteUpdate', 'NoteMergePatch'])
  t.equal(JSON.stringify(describeOpenApi(resources(), info)), JSON.stringify(document))
  t.equal(JSON.stringify(describeOpenApi(resources().slice(0, 1), info).components.responses), JSON.stringify(document.components.responses), 'another resource of the same kind adds no errors')
})

t.test('each version has its schemas, and which is deprecated is said', async (t) => {
  const definition: AnyDefinition = {
    versions: {
      '1.0': { schema: Type.Object({ body: Type.String() }), upgrade: ({ body }) => ({ text: body }), deprecated: new Date('2026-01-01T00:00:00Z'), sunset: new Date('2030-01-01T00:00:00Z') },
      '2.0': { schema: note, downgrade: ({ text }) => ({ body: text }) }
    }
  }
  const document = describe('/notes', definition)
  t.strictSame(await faultsOf(document), [])
  const names = Object.keys(document.components.schemas ?? {})
  for (const name of ['Notes_v1.0', 'Notes_v2.0', 'NotesDocument_v1.0', 'NotesDocument_v2.0', 'NotesCreate_v1.0', 'NotesQueryResult_v2.0']) t.ok(names.includes(name), name)
  const create = operationAt(document, '/notes', 'POST')
  t.strictSame(create['requestBody']?.['content']?.['application/json']?.['schema'], { anyOf: [{ $ref: '#/components/schemas/NotesCreate_v1.0' }, { $ref: '#/components/schemas/NotesCreate_v2.0' }] })
  t.match(create['description'], /1\.0 \(deprecated since 2026-01-01T00:00:00\.000Z, until Tue, 01 Jan 2030 00:00:00 GMT\)\n- 2\.0$/)
  t.notOk(create['deprecated'])
  const one = describe('/notes', { versions: { '1.0': { schema: note, deprecated: new Date(0) } } })
  t.equal(operationAt(one, '/notes', 'POST')['deprecated'], true)
  const list = describe('/notes', { schema: note, versions: ['1.0', '1.1'] })
  t.notOk(Object.keys(list.components.schemas ?? {}).some((name) => name.includes('_v')), 'versions of one schema share it')
})

t.test('media types are those that the method takes', async (t) => {
  const types = (definition: AnyDefinition, path: string, method: string): readonly string[] => Object.keys(operationAt(describe('/x', definition), path, method)['requestBody']?.['content'] ?? {})
  const patches = ['application/json', 'application/json-patch+json', 'application/merge-patch+json']
  t.strictSame(types({}, '/x/{_id}', 'PATCH'), patches)
  t.strictSame(types({ multipart: true }, '/x/{_id}', 'PATCH'), [...patches, 'multipart/form-data'])
  t.strictSame(types({ provider: { patch: () => ({ id: '', revision: '1', content: {} }) } }, '/x/{_id}', 'PATCH'), ['application/json'])
  t.strictSame(types({ multipart: true }, '/x', 'POST'), ['application/json', 'multipart/form-data'])
  t.strictSame(types({}, '/x/{_id}', 'DELETE'), [])
})

t.test('the documented patches are those that are taken', async (t) => {
  const document = describe('/x', {})
  const content = operationAt(document, '/x/{_id}', 'PATCH')['requestBody']?.['content']
  const judge = judgeOf(document)
  const fits = (type: string, value: unknown): boolean => judge(content?.[type]?.['schema'] as unknown as object)(value)
  const crest = [{ operation: 'add', field: '/a', value: 1 }, { operation: 'remove', field: '/a' }, { operation: 'remove', field: '/a', value: 1 }, { operation: 'increment', field: 'a', value: 1 }, { operation: 'move', from: '/a', field: '/b' }, { operation: 'copy', from: '/a', field: '/b' }]
  t.ok(fits('application/json', crest) && fits('application/json', []))
  for (const wrong of [{ operation: 'transform', field: '/a', value: 1 }, { operation: 'add', field: '/a' }, { operation: 'add', field: '/a', value: null }, { operation: 'increment', field: '/a', value: 'x' }, { operation: 'move', field: '/a' }, { field: '/a' }]) t.notOk(fits('application/json', [wrong]), JSON.stringify(wrong))
  t.ok(fits('application/json-patch+json', [{ op: 'add', path: '/a', value: null }, { op: 'test', path: '', value: 1 }, { op: 'remove', path: '/a' }, { op: 'move', from: '/a', path: '/b' }]))
  for (const wrong of [{ op: 'add', path: '/a' }, { op: 'nothing', path: '/a' }, { op: 'copy', path: '/a' }]) t.notOk(fits('application/json-patch+json', [wrong]), JSON.stringify(wrong))
  t.ok(fits('application/merge-patch+json', { a: null }) && !fits('application/merge-patch+json', []))
})

t.test('a merge patch names members with their values, or null', async (t) => {
  const document = describe('/x', { schema: Type.Object({ a: Type.String(), n: Type.Union([Type.Number(), Type.Null()]), o: Type.Object({ p: Type.String(), q: Type.String() }), l: Type.Array(Type.String()), r: Type.Optional(Type.String()) }), readOnly: ['/r'] })
  const validate = judgeOf(document)({ $ref: '#/components/schemas/XMergePatch' })
  for (const patch of [{ a: 'b' }, { a: null }, { n: null }, { o: { p: 'x' } }, { o: { p: null } }, { o: null }, { l: ['a'] }, { l: null }, {}]) t.ok(validate(patch), JSON.stringify(patch))
  for (const patch of [{ a: 1 }, { o: 1 }, { l: [1] }, { n: 'x' }]) t.notOk(validate(patch), JSON.stringify(patch))
})

t.test('how callers say who they are is what the challenge names', async (t) => {
  const schemeOf = (challenge?: string): unknown => {
    const document = describe('/x', { authenticate: () => null, ...(challenge === undefined ? {} : { challenge }) })
    const [requirement = {}] = operationAt(document, '/x', 'GET')['security'] as unknown as readonly object[]
    const [name = ''] = Object.keys(requirement)
    t.strictSame(operationAt(document, '/x', 'OPTIONS')['security'], [])
    return { name, ...document.components.securitySchemes?.[name] }
  }
  t.match(schemeOf(), { name: 'Bearer', type: 'http', scheme: 'bearer' })
  t.match(schemeOf('Basic realm="a b"'), { name: 'Basic', type: 'http', scheme: 'basic' })
  t.match(schemeOf('ApiKey realm="x", Bearer'), { name: 'ApiKey', type: 'http', scheme: 'apikey' })
  t.notOk('security' in operationAt(describe('/x', {}), '/x', 'GET'))
})

t.test('actions tell their contents and results, and what their schemas say of themselves', async (t) => {
  const document = describe('/x', {
    operations: ['read'],
    actions: {
      rename: { content: Type.Object({ to: Type.String({ examples: ['b'] }) }, { description: 'The new name.' }), result: Type.Object({ ok: Type.Boolean({ const: true }) }, { $id: 'Renamed', title: 'Whether it was renamed' }), handler: () => ({ ok: true }) },
      notify: { content: Type.String({ examples: ['too long'], maxLength: 3 }), handler: () => undefined }
    }
  })
  t.strictSame(await faultsOf(document), [])
  const operation = operationAt(document, '/x/{_id}', 'POST')
  t.equal(operation['description'], '- `_action=rename`: The new name. Result: Whether it was renamed\n- `_action=notify`')
  t.notOk(operation['requestBody']?.['required'])
  t.strictSame(operation['requestBody']?.['content']?.['application/json'], { schema: { anyOf: [{ $ref: '#/components/schemas/XRenameContent' }, { $ref: '#/components/schemas/XNotifyContent' }] }, examples: { rename: { value: { to: 'b' } } } })
  t.strictSame(operation['responses']?.['200']?.['content']?.['application/json'], { schema: {}, examples: { rename: { value: { ok: true } } } }, 'one result may be anything')
  t.ok(document.components.schemas?.['XRenameContent'])
})

t.test('examples are those of the definition, put together, where they fit its schema', async (t) => {
  const exampleOf = (schema: object, more: AnyDefinition = {}): unknown => operationAt(describe('/x', { schema: schema as never, ...more }), '/x', 'POST')['requestBody']?.['content']?.['application/json']?.['examples']?.['create']?.['value']
  t.strictSame(exampleOf(Type.Object({ a: Type.String() }, { examples: [{ a: 'whole' }] })), { a: 'whole' })
  t.strictSame(exampleOf(Type.Object({ a: Type.String({ examples: ['x', 'y'] }), b: Type.Literal('l'), c: Type.Integer({ default: 3 }), d: Type.Optional(Type.String()), e: Type.Array(Type.String({ examples: ['e'] })), f: Type.Enum(['one', 'two']) })), { a: 'x', b: 'l', c: 3, e: ['e'], f: 'one' })
  t.equal(exampleOf(Type.Object({ a: Type.String({ examples: ['x'] }), b: Type.String() })), undefined, 'a required member has none')
  t.equal(exampleOf(Type.Object({ a: Type.String({ examples: ['x'], minLength: 5 }) })), undefined, 'it does not fit')
  t.equal(exampleOf(Type.Object({ a: Type.String() }, { examples: ['text'] })), undefined)
  t.strictSame(exampleOf(Type.Intersect([Type.Object({ a: Type.String({ examples: ['x'] }) }), Type.Object({ b: Type.Number({ default: 1 }) })])), { a: 'x', b: 1 })
  t.strictSame(exampleOf(Type.Object({ a: Type.String({ examples: ['x'] }), o: Type.Optional(Type.String({ examples: ['me'] })) }), { readOnly: ['/o'] }), { a: 'x' })
  const secret = describe('/x', { schema: Type.Object({ a: Type.String({ examples: ['x'] }), s: Type.String({ examples: ['secret'] }) }), writeOnly: ['/s'] })
  t.strictSame(operationAt(secret, '/x/{_id}', 'GET')['responses']?.['200']?.['content']?.['application/json']?.['examples'], { declared: { value: { _id: 'example', _rev: '0', a: 'x' } } })
  const settings = describe('/x', { kind: 'singleton', schema: note, initial: { text: 'first' } })
  t.strictSame(operationAt(settings, '/x', 'GET')['responses']?.['200']?.['content']?.['application/json']?.['examples'], { declared: { value: { _rev: '0', text: 'first' } } })
  t.strictSame(operationAt(settings, '/x', 'PUT')['requestBody']?.['content']?.['application/json']?.['examples'], { declared: { value: { text: 'first' } } })
})

t.test('every example of a document fits the schema beside it', async (t) => {
  const document = describe('/x', { schema: Type.Object({ a: Type.String({ examples: ['x'] }), b: Type.Integer({ default: 1 }) }), queries: { q: () => 'true' }, actions: { go: { content: Type.Literal('go'), result: Type.Literal('gone'), handler: () => 'gone' as const } } })
  const judge = judgeOf(document)
  let count = 0
  const visit = (part: unknown): void => {
    if (typeof part !== 'object' || part === null) return
    const { schema, examples } = part as { schema?: { examples?: unknown[] }, examples?: Readonly<Record<string, { value: unknown }>> }
    if (schema !== undefined) {
      const values = [...Object.values(Array.isArray(examples) ? {} : examples ?? {}).map(({ value }) => value), ...(schema.examples ?? [])]
      for (const value of values) {
        count++
        t.ok(judge(schema)(value), JSON.stringify([schema, value]))
      }
    }
    for (const member of Object.values(part)) visit(member)
  }
  visit(document.paths)
  visit(document.components.parameters)
  t.ok(count > 15)
})

t.test('annotations stand where the rules point', async (t) => {
  const document = describe('/x', { schema: Type.Object({ a: Type.Optional(Type.Object({ b: Type.Optional(Type.String()) })), s: Type.Optional(Type.String()) }), readOnly: ['/a/b', '/none'], writeOnly: ['/s'] })
  t.match(resolve(document, { $ref: '#/components/schemas/X' }), { properties: { a: { properties: { b: { readOnly: true } } }, s: { writeOnly: true } } })
})

t.test('HEAD is GET without content, and OPTIONS tells what is allowed', async (t) => {
  const document = describe('/x', {})
  const { get, head } = document.paths['/x/{_id}'] as unknown as Readonly<Record<string, { responses: object }>>
  t.strictSame(Object.keys(head?.responses ?? {}), Object.keys(get?.responses ?? {}))
  for (const response of Object.values(head?.responses ?? {})) t.notOk('content' in resolve(document, response))
  const options = operationAt(document, '/x/{_id}', 'OPTIONS')
  t.ok(['Allow', 'Accept-Patch'].every((name) => name in (options['responses']?.['204']?.['headers'] ?? {})))
  t.notOk('Accept-Post' in (options['responses']?.['204']?.['headers'] ?? {}))
})
