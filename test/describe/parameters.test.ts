import Fastify from 'fastify'
import t from 'tap'
import { Type } from 'typebox'
import commonRest from '../../lib/index.ts'
import type { AnyDefinition } from '../../lib/declare/definition.ts'
import type { OpenApiDocument } from '../../lib/describe/openapi-types.ts'
import { describe, operationAt, resolve } from './documents.ts'
import type { AnyApi } from './documents.ts'

/** The parameters of an operation, by name. */
function parametersAt (document: OpenApiDocument, path: string, method: string): ReadonlyMap<string, AnyApi> {
  const own = operationAt(document, path, method)['parameters'] as unknown as readonly unknown[]
  const shared = (document.paths[path]?.['parameters'] ?? []) as readonly unknown[]
  return new Map([...shared, ...own].map((parameter) => resolve(document, parameter)).map((parameter) => [String(parameter['name']), parameter]))
}

t.test('If-Match is required where nothing else supplies a revision', async (t) => {
  const rows: ReadonlyArray<readonly [definition: AnyDefinition, path: string, method: string, required: boolean]> = [
    [{}, '/x/{_id}', 'PUT', false],
    [{ operations: ['update'] }, '/x/{_id}', 'PUT', true],
    [{ operations: ['create'] }, '/x/{_id}', 'PUT', false],
    [{}, '/x/{_id}', 'PATCH', true],
    [{}, '/x/{_id}', 'DELETE', true],
    [{}, '/x/{_id}', 'GET', false],
    [{}, '/x/{_id}', 'HEAD', false],
    [{}, '/x', 'GET', false],
    [{}, '/x', 'POST', false],
    [{ actions: { ping: { handler: () => 1 } } }, '/x/{_id}', 'POST', false],
    [{ kind: 'singleton' }, '/x', 'PUT', false],
    [{ kind: 'singleton' }, '/x', 'PATCH', true],
    [{ kind: 'singleton' }, '/x', 'GET', false]
  ]
  for (const [definition, path, method, required] of rows) {
    const parameter = parametersAt(describe('/x', { ...definition, revision: 'required' }), path, method).get('If-Match')
    t.equal(parameter?.['required'] ?? false, required, `${method} ${path} ${JSON.stringify(definition)}`)
    t.notOk(parametersAt(describe('/x', definition), path, method).get('If-Match')?.['required'], 'never where revisions are optional')
  }
  t.notOk(parametersAt(describe('/x', {}), '/x', 'OPTIONS').has('If-Match'))
})

t.test('the reserved parameters of an operation are those that row 11 knows for it', async (t) => {
  const values: Readonly<Record<string, string>> = {
    _queryFilter: 'true',
    _queryId: 'mine',
    _sortKeys: 'a',
    _pageSize: '1',
    _pagedResultsCookie: '',
    _pagedResultsOffset: '0',
    _totalPagedResultsPolicy: 'NONE',
    _countOnly: 'false',
    _fields: 'a',
    _prettyPrint: 'true',
    _mimeType: '',
    _action: 'create',
    _bogus: '1'
  }
  const definition: AnyDefinition = { schema: Type.Object({ a: Type.Optional(Type.String()) }), queries: { mine: () => 'true' } }
  const app = Fastify()
  await app.register(commonRest)
  app.resource('/x', definition as never)
  const document = describe('/x', definition)
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of Object.keys(item).filter((key) => key !== 'parameters' && key !== 'options')) {
      const documented = parametersAt(document, path, method)
      for (const [name, value] of Object.entries(values)) {
        const response = await app.inject({ method: method.toUpperCase() as 'GET', url: `${path.replace('{_id}', 'a')}?${name}=${value}`, headers: { 'accept-api-version': 'protocol=2.2' } })
        const undefinedHere = response.statusCode === 400 && (method === 'head' || response.body.includes('is not defined for'))
        t.equal(documented.has(name), !undefinedHere, `${method} ${path} ${name}`)
      }
    }
  }
})

t.test('_queryExpression is never documented, and _queryId only where queries are declared', async (t) => {
  const plain = parametersAt(describe('/x', {}), '/x', 'GET')
  t.notOk(plain.has('_queryExpression') || plain.has('_queryId'))
  const named = parametersAt(describe('/x', { queries: { a: () => 'true', b: () => 'true' } }), '/x', 'GET')
  t.strictSame(named.get('_queryId')?.['schema']?.['enum'], ['a', 'b'])
})

t.test('_action names the actions of the target, and is required where nothing is created', async (t) => {
  const actions: AnyDefinition['actions'] = { one: { on: 'collection', handler: () => 1 }, two: { handler: () => 1 }, both: { on: ['collection', 'instance'], handler: () => 1 } }
  const creating = describe('/x', { actions })
  t.match(parametersAt(creating, '/x', 'POST').get('_action'), { schema: { enum: ['create', 'one', 'both'], default: 'create' } })
  t.notOk(parametersAt(creating, '/x', 'POST').get('_action')?.['required'])
  t.match(parametersAt(creating, '/x/{_id}', 'POST').get('_action'), { required: true, schema: { enum: ['two', 'both'] } })
  t.match(parametersAt(describe('/x', { actions, operations: ['read'] }), '/x', 'POST').get('_action'), { required: true, schema: { enum: ['one', 'both'] } })
})

t.test('Accept-API-Version says what is available, and is required where nothing is the default', async (t) => {
  const headers = ['protocol=2.1', 'resource=1.0', 'resource=1', 'resource=1.1', 'resource=3.0', 'resource=3', 'protocol=2.1,resource=1.0', 'resource=1.1,protocol=2.0', '']
  const others = ['resource=9.0', 'resource=1.2', 'latest', 'resource=1.0,resource=1.0']
  for (const versions of [undefined, ['1.0', '1.1', '3.0']]) {
    for (const defaultVersion of ['latest', 'oldest', 'none'] as const) {
      const definition = { ...(versions === undefined ? {} : { versions, defaultVersion }) }
      const app = Fastify()
      await app.register(commonRest)
      app.resource('/x', definition as never)
      const parameter = parametersAt(describe('/x', definition), '/x', 'GET').get('Accept-API-Version')
      const pattern = new RegExp(String(parameter?.['schema']?.['pattern']))
      t.equal(parameter?.['required'] ?? false, versions !== undefined && defaultVersion === 'none')
      for (const value of [...headers, ...others]) {
        const { statusCode } = await app.inject({ url: '/x', headers: { 'accept-api-version': value } })
        if (pattern.test(value)) t.equal(statusCode, 200, `${defaultVersion} ${value}`)
      }
      if (versions !== undefined) {
        t.strictSame(headers.filter((value) => value.includes('resource=') && !pattern.test(value)), [])
        t.strictSame(others.filter((value) => pattern.test(value)), [])
        t.equal(pattern.test(''), defaultVersion !== 'none')
      }
      t.ok((parameter?.['schema']?.['examples'] as unknown as string[]).every((example) => pattern.test(example)))
    }
  }
})

t.test('path parameters have the schema that they are judged by', async (t) => {
  const paramsSchema = Type.Object({ realm: Type.String({ pattern: '^[a-z]+$' }) })
  const document = describe('/realms/:realm/x/:other/y', { paramsSchema })
  const parameters = parametersAt(document, '/realms/{realm}/x/{other}/y/{_id}', 'GET')
  t.match(parameters.get('realm'), { in: 'path', required: true, schema: { type: 'string', pattern: '^[a-z]+$' } })
  t.match(parameters.get('other'), { in: 'path', required: true, schema: { type: 'string', maxLength: 255 } })
  t.match(parameters.get('_id'), { in: 'path', required: true })
})

t.test('Prefer is documented on writes, where it is honoured', async (t) => {
  const actions: AnyDefinition['actions'] = { ping: { handler: () => 1 } }
  const withPrefer = describe('/x', { prefer: true, actions })
  const has = (path: string, method: string) => parametersAt(withPrefer, path, method).has('Prefer')
  t.strictSame([has('/x', 'POST'), has('/x/{_id}', 'PUT'), has('/x/{_id}', 'PATCH'), has('/x/{_id}', 'DELETE')], [true, true, true, true])
  t.strictSame([has('/x', 'GET'), has('/x/{_id}', 'GET'), has('/x/{_id}', 'POST')], [false, false, false])
  t.notOk(parametersAt(describe('/x', {}), '/x', 'POST').has('Prefer'))
})
