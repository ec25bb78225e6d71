import t from 'tap'
import { parseQueryFilter } from '../../lib/crest/query-filter-parser.ts'
import type { Operation } from '../../lib/decision/ask.ts'
import { InternalServerError, NotImplemented, ResourceError } from '../../lib/errors.ts'
import { perform } from '../../lib/operations/perform.ts'
import { ask } from '../decision/ask.ts'

const document = { id: 'a', revision: '1', content: { n: 1 } }
const query = { filter: parseQueryFilter('true'), unoffered: undefined, queryId: undefined, queryExpression: undefined, sortKeys: [], pageSize: 0, cookie: undefined, offset: 0, count: 'NONE', countOnly: false } as const

t.test('an operation that the provider does not have is 501, even where row 12 has let it pass', async (t) => {
  const readOnly = { provider: { read: () => document } }
  for (const operation of ['update', 'upsert', 'patch', 'delete'] as const) {
    await t.rejects(async () => perform({ ...ask({ target: 'instance', id: 'a', resource: readOnly }), operation, content: { n: 2 } }), NotImplemented, operation)
  }
  for (const operation of ['create', 'query', 'action'] as const) {
    await t.rejects(async () => perform({ ...ask({ target: 'collection', resource: readOnly }), operation, query: undefined }), NotImplemented, operation)
  }
  await t.rejects(async () => perform({ ...ask({ target: 'collection', resource: readOnly }), operation: 'query', query }), NotImplemented, 'a query that was parsed')
  await t.rejects(async () => perform({ ...ask({ target: 'collection', resource: readOnly }), operation: 'action', action: 'absent' }), NotImplemented, 'an action by name')
})

t.test('a read without a handler, or of what is no document, is an unexpected failure', async (t) => {
  await t.rejects(async () => perform({ ...ask({ target: 'instance', id: 'a' }), operation: 'read' }), InternalServerError)
  await t.rejects(async () => perform({ ...ask({ target: 'collection' }), operation: 'read' }), InternalServerError)
})

t.test('operations without an id are about the singleton', async (t) => {
  const ids: Array<string | undefined> = []
  const note = ({ id }: { readonly id: string | undefined }): typeof document => {
    ids.push(id)
    return document
  }
  const everything = { provider: { read: note, update: note, patch: note, delete: note }, kind: 'singleton' as const }
  for (const operation of ['read', 'update', 'patch', 'delete'] satisfies readonly Operation[]) {
    await perform({ ...ask({ target: 'singleton', resource: everything }), id: undefined, operation, content: undefined, patch: { language: 'merge-patch', members: {} } })
  }
  t.strictSame([...new Set(ids)], [''])
})

t.test('a failure has one of the documented codes', async (t) => {
  t.throws(() => new ResourceError(418 as never), { name: 'RangeError' })
  t.throws(() => new ResourceError(200 as never), { name: 'RangeError' })
})
