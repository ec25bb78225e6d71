import t from 'tap'
import { describeAvailability } from '../../lib/index.ts'
import { buildApp } from '../plugin/app.ts'

/** What these tests look at in a document. */
interface Shown {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly 'x-disabled'?: boolean }>>>>
  readonly tags: ReadonlyArray<{ readonly description?: string }>
}

t.test('the operations of what is disabled say so, and nothing else', async (t) => {
  const app = await buildApp(t)
  const users = app.resource('/realms/:realm/users', {})
  const settings = app.resource('/settings', { kind: 'singleton', initial: {} })
  const document = {
    openapi: '3.1.0',
    tags: [{ name: '/realms/:realm/users', description: 'People.' }, { name: '/settings' }, { name: 'other' }],
    paths: {
      '/realms/{realm}/users': { get: { summary: 'Query', description: 'All.' }, post: { summary: 'Create' }, parameters: [{ name: 'realm' }] },
      '/realms/{realm}/users/{_id}': { get: { summary: 'Read' }, delete: {}, options: { summary: 'Options' } },
      '/settings': { get: { summary: 'Read' } },
      '/other': { get: { summary: 'Other' } }
    }
  }
  const before = structuredClone(document)
  const now = (): Shown => describeAvailability(document, app.resources.values()) as unknown as Shown
  const summaries = (): unknown => Object.fromEntries(Object.entries(now().paths).map(([path, item]) =>
    [path, Object.entries(item).filter(([, operation]) => operation['x-disabled'] === true).map(([method]) => method)]))

  t.equal(now() as unknown, document, 'nothing is disabled')
  users.disable()
  t.strictSame(summaries(), { '/realms/{realm}/users': ['get', 'post'], '/realms/{realm}/users/{_id}': ['get', 'delete', 'options'], '/settings': [], '/other': [] })
  t.match(now(), {
    tags: [{ description: 'Disabled. People.' }, { name: '/settings' }],
    paths: {
      '/realms/{realm}/users': { get: { summary: 'Disabled · Query', description: /^Disabled now: it answers 503.*\n\nAll\.$/ }, parameters: [{ name: 'realm' }] }
    }
  })
  users.disable({ methods: 'writes' })
  t.strictSame(summaries(), { '/realms/{realm}/users': ['post'], '/realms/{realm}/users/{_id}': ['delete'], '/settings': [], '/other': [] })
  t.match(now().tags, [{ description: 'Disabled for writes. People.' }])
  users.enable()
  settings.disable()
  t.strictSame(summaries(), { '/realms/{realm}/users': [], '/realms/{realm}/users/{_id}': [], '/settings': ['get'], '/other': [] })
  t.equal(now().tags[1]?.description, 'Disabled.')
  t.strictSame(document, before, 'the document itself does not change')
})

t.test('paths without what the servers have in front are found, and documents without paths are left alone', async (t) => {
  const app = await buildApp(t, { options: { prefix: '/v1' } })
  app.resource('/things', {}).disable()
  t.match(describeAvailability({ paths: { '/things': { get: {} } } }, app.resources.values(), '/v1'), { paths: { '/things': { get: { 'x-disabled': true } } } })
  for (const document of [{}, { paths: null }, { paths: { '/v1/things': true } }, { paths: {}, tags: 'none' }]) {
    t.strictSame(describeAvailability(document, app.resources.values()), document)
  }
})
