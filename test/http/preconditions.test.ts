import t from 'tap'
import { parseTagCondition } from '../../lib/http/entity-tag.ts'
import { ifMatchHolds, ifNoneMatchHolds, suppliesRevision } from '../../lib/http/preconditions.ts'
import type { GuardedOperation } from '../../lib/http/preconditions.ts'
import type { TagCondition } from '../../lib/http/entity-tag.ts'

function condition (field: string | undefined): TagCondition | undefined {
  if (field === undefined) return undefined
  const parsed = parseTagCondition(field)
  if (parsed.kind === 'malformed') throw new Error(parsed.reason)
  return parsed
}

t.test('If-Match compares strongly, and only a star holds for a target without revision', async t => {
  const cases: ReadonlyArray<readonly [string | undefined, string | undefined, boolean]> = [
    [undefined, 'r', true],
    [undefined, undefined, true],
    ['*', 'r', true],
    ['*', undefined, true],
    ['"*"', 'r', true],
    ['"r"', 'r', true],
    ['r', 'r', true],
    ["'r'", 'r', false],
    ['"a", "r"', 'r', true],
    ['"a"', 'r', false],
    ['W/"r"', 'r', false],
    ['W/"r", "r"', 'r', true],
    ['"r"', undefined, false]
  ]
  for (const [field, revision, holds] of cases) t.equal(ifMatchHolds(condition(field), revision), holds, `${field} of ${revision}`)
})

t.test('If-None-Match compares weakly, and only a star fails for a target without revision', async t => {
  const cases: ReadonlyArray<readonly [string | undefined, string | undefined, boolean]> = [
    [undefined, 'r', true],
    [undefined, undefined, true],
    ['*', 'r', false],
    ['*', undefined, false],
    ['"*"', 'r', false],
    ['"r"', 'r', false],
    ['W/"r"', 'r', false],
    ['"a", W/"r"', 'r', false],
    ['"a"', 'r', true],
    ['"r"', undefined, true]
  ]
  for (const [field, revision, holds] of cases) t.equal(ifNoneMatchHolds(condition(field), revision), holds, `${field} of ${revision}`)
})

t.test('any If-Match supplies a revision, and If-None-Match: * does for PUT', async t => {
  const operations: readonly GuardedOperation[] = ['update', 'upsert', 'patch', 'delete']
  for (const operation of operations) {
    const put = operation === 'update' || operation === 'upsert'
    t.equal(suppliesRevision(operation, {}), false, `${operation}, nothing`)
    t.equal(suppliesRevision(operation, { ifMatch: undefined, ifNoneMatch: undefined }), false, `${operation}, both undefined`)
    t.equal(suppliesRevision(operation, { ifMatch: condition('"a"') }), true, `${operation}, tag`)
    t.equal(suppliesRevision(operation, { ifMatch: condition('*') }), true, `${operation}, star`)
    t.equal(suppliesRevision(operation, { ifMatch: condition('W/"a"') }), true, `${operation}, weak tag`)
    t.equal(suppliesRevision(operation, { ifNoneMatch: condition('"a"') }), false, `${operation}, If-None-Match with a tag`)
    t.equal(suppliesRevision(operation, { ifNoneMatch: condition('*') }), put, `${operation}, If-None-Match with a star`)
    t.equal(suppliesRevision(operation, { ifMatch: condition('"a"'), ifNoneMatch: condition('"b"') }), true, `${operation}, both`)
  }
})
