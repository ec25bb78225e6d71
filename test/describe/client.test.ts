import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import swagger from '@fastify/swagger'
import Fastify from 'fastify'
import openapiTypescript, { astToString } from 'openapi-typescript'
import t from 'tap'
import { Type } from 'typebox'
import commonRest, { serverOptions } from '../../lib/index.ts'
import { faultsOf } from './documents.ts'

const root = new URL('../../', import.meta.url).pathname
const folder = `${root}.tap/openapi-client`

const user = Type.Object({
  userName: Type.String({ minLength: 1, examples: ['bjensen'] }),
  mail: Type.Optional(Type.String({ format: 'email' })),
  password: Type.String(),
  created: Type.Optional(Type.String()),
  address: Type.Optional(Type.Object({ city: Type.String() }, { $id: 'Address' })),
  manager: Type.Union([Type.String(), Type.Null()]),
  tags: Type.Array(Type.String(), { uniqueItems: true })
}, { $id: 'User' })

const app = Fastify(serverOptions({ forceCloseConnections: true }))
await app.register(swagger, { openapi: { openapi: '3.1.0', info: { title: 'Users', version: '1.0.0' } } })
await app.register(commonRest, { revision: 'required' })
app.resource('/users', {
  schema: user,
  writeOnly: ['/password'],
  readOnly: ['/created'],
  actions: { rename: { content: Type.Object({ to: Type.String() }), result: Type.Object({ renamed: Type.Boolean() }), handler: () => ({ renamed: true }) } },
  queries: { active: () => 'true' }
})
app.resource('/tree', { schema: Type.Cyclic({ Node: Type.Object({ name: Type.String(), kids: Type.Array(Type.Ref('Node')) }) }, 'Node') as never, revision: 'optional' })
app.resource('/settings', { kind: 'singleton', schema: Type.Object({ theme: Type.Union([Type.Literal('light'), Type.Literal('dark')]) }), initial: { theme: 'light' }, revision: 'optional' })
app.resource('/realms/:realm/things', {
  versions: {
    '1.0': { schema: Type.Object({ a: Type.String() }), upgrade: ({ a }) => ({ b: a }) },
    '2.0': { schema: Type.Object({ b: Type.String() }), downgrade: ({ b }) => ({ a: b }) }
  },
  revision: 'optional'
})

/** What somebody writes who has nothing but the document. Lines that must not compile are marked. */
const client = `
import createClient from 'openapi-fetch'
import type { components, paths } from './api.js'

export async function run (baseUrl: string): Promise<readonly unknown[]> {
  const api = createClient<paths, 'application/json'>({ baseUrl })
  const created = await api.POST('/users', { body: { _id: 'b', userName: 'bjensen', password: 'secret', manager: null, tags: ['a'], address: { city: 'Oslo' } } })
  const document: components['schemas']['UserDocument'] | components['schemas']['UserProjection'] | undefined = created.data
  const name: string | undefined = document?.userName
  const read = await api.GET('/users/{_id}', { params: { path: { _id: 'b' }, query: { _fields: ['userName', 'tags'] } } })
  const rev: string = read.data?._rev ?? ''
  const page = await api.GET('/users', { params: { query: { _queryFilter: 'userName sw "b"', _sortKeys: ['-userName'], _pageSize: 10, _totalPagedResultsPolicy: 'EXACT' } } })
  const total: number | undefined = page.data?.totalPagedResults
  const patched = await api.PATCH('/users/{_id}', { params: { path: { _id: 'b' }, header: { 'If-Match': '"' + rev + '"' } }, body: [{ operation: 'replace', field: '/mail', value: 'b@example.com' }] })
  const renamed = await api.POST('/users/{_id}', { params: { path: { _id: 'b' }, query: { _action: 'rename' } }, body: { to: 'c' } })
  const result: boolean | undefined = renamed.data?.renamed
  const tree = await api.POST('/tree', { body: { name: 'a', kids: [{ name: 'b', kids: [] }] } })
  const settings = await api.PUT('/settings', { body: { theme: 'dark' } })
  const old = await api.POST('/realms/{realm}/things', { params: { path: { realm: 'r' }, header: { 'Accept-API-Version': 'resource=1.0' } }, body: { a: 'x' } })
  const failed = await api.DELETE('/users/{_id}', { params: { path: { _id: 'b' }, header: { 'If-Match': '"stale"' } } })
  const code: number | undefined = failed.error?.code
  const deleted = await api.DELETE('/users/{_id}', { params: { path: { _id: 'b' }, header: { 'If-Match': '*' } } })
  return [created.response.status, name, read.data, total, patched.response.status, result, tree.response.status, settings.data?.theme, old.data, code, deleted.response.status]
}

export async function wrong (api: ReturnType<typeof createClient<paths, 'application/json'>>): Promise<void> {
  // @ts-expect-error The member is not in the schema's type.
  await api.POST('/users', { params: { query: {} }, body: { userName: 1, password: 'x', manager: null, tags: [] } })
  // @ts-expect-error A required member is missing.
  await api.POST('/users', { params: { query: {} }, body: { userName: 'a', manager: null, tags: [] } })
  // @ts-expect-error A revision is required.
  await api.DELETE('/users/{_id}', { params: { path: { _id: 'b' } } })
  // @ts-expect-error There is no such action.
  await api.POST('/users/{_id}', { params: { path: { _id: 'b' }, query: { _action: 'nothing' } }, body: { to: 'c' } })
  // @ts-expect-error An action must be named.
  await api.POST('/users/{_id}', { params: { path: { _id: 'b' } }, body: { to: 'c' } })
  // @ts-expect-error There is no such path.
  await api.GET('/nothing', {})
  // @ts-expect-error There is no such query.
  await api.GET('/users', { params: { query: { _queryId: 'nothing' } } })
  // @ts-expect-error It is one of two.
  await api.PUT('/settings', { body: { theme: 'blue' } })
  const read = await api.GET('/users/{_id}', { params: { path: { _id: 'b' } } })
  // @ts-expect-error A password is never shown.
  const secret: unknown = read.data?.password
  return void secret
}
`

t.test('a client made by openapi-typescript from the document compiles, and does what it says', async (t) => {
  mkdirSync(folder, { recursive: true })
  t.teardown(async () => { await app.close(); rmSync(folder, { recursive: true, force: true }) })
  const baseUrl = await app.listen({ port: 0, host: '127.0.0.1' })
  const document = JSON.parse(JSON.stringify(app.swagger())) as object
  t.strictSame(await faultsOf(document), [])

  writeFileSync(`${folder}/api.d.ts`, astToString(await openapiTypescript(document as never)))
  writeFileSync(`${folder}/client.ts`, client)
  writeFileSync(`${folder}/package.json`, '{ "type": "module" }')
  writeFileSync(`${folder}/tsconfig.json`, JSON.stringify({
    compilerOptions: { target: 'ES2022', module: 'NodeNext', strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, types: [], lib: ['ES2022', 'DOM', 'DOM.Iterable'] },
    files: ['api.d.ts', 'client.ts']
  }))
  const compiled = spawnSync(process.execPath, [`${root}node_modules/typescript/bin/tsc`, '-p', folder], { encoding: 'utf8' })
  t.equal(compiled.stdout, '')
  t.equal(compiled.status, 0)

  const { run } = await import(pathToFileURL(`${folder}/client.js`).href) as { run: (baseUrl: string) => Promise<readonly unknown[]> }
  t.match(await run(baseUrl), [201, 'bjensen', { _id: 'b', userName: 'bjensen', tags: ['a'] }, 1, 200, true, 201, 'dark', { a: 'x' }, 412, 200])
})
