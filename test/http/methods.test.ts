import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { allowedMethods, isMethod, methods } from '../../lib/http/methods.ts'
import type { OperationName, TargetKind } from '../../lib/http/methods.ts'

const all: readonly OperationName[] = ['create', 'read', 'update', 'patch', 'delete', 'query']

t.test('seven methods are known, in their exact spelling', async t => {
  for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) t.ok(isMethod(method), method)
  for (const method of ['get', 'TRACE', 'QUERY', 'PROPFIND', 'LINK', 'FOO', '', 'constructor']) t.notOk(isMethod(method), method)
  t.ok(Object.isFrozen(methods))
})

t.test('the allowed methods follow from the declared operations', async t => {
  const cases: ReadonlyArray<readonly [TargetKind, readonly OperationName[], boolean, string]> = [
    ['collection', all, true, 'GET, HEAD, POST, OPTIONS'],
    ['collection', all, false, 'GET, HEAD, POST, OPTIONS'],
    ['collection', ['create'], false, 'POST, OPTIONS'],
    ['collection', ['query'], false, 'GET, HEAD, OPTIONS'],
    ['collection', ['query'], true, 'GET, HEAD, POST, OPTIONS'],
    ['collection', ['read', 'update', 'patch', 'delete'], false, 'OPTIONS'],
    ['collection', [], false, 'OPTIONS'],
    ['instance', all, false, 'GET, HEAD, PUT, PATCH, DELETE, OPTIONS'],
    ['instance', all, true, 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS'],
    ['instance', ['update'], false, 'PUT, OPTIONS'],
    ['instance', ['create'], false, 'PUT, OPTIONS'],
    ['instance', ['read', 'query'], false, 'GET, HEAD, OPTIONS'],
    ['instance', ['patch', 'delete'], false, 'PATCH, DELETE, OPTIONS'],
    ['instance', [], true, 'POST, OPTIONS'],
    ['instance', ['query'], false, 'OPTIONS'],
    ['singleton', all, true, 'GET, HEAD, POST, PUT, PATCH, OPTIONS'],
    ['singleton', ['read', 'update', 'patch'], false, 'GET, HEAD, PUT, PATCH, OPTIONS'],
    ['singleton', ['create', 'delete', 'query'], false, 'OPTIONS']
  ]
  for (const [target, operations, hasAction, allow] of cases) {
    t.equal(allowedMethods(target, new Set(operations), hasAction).join(', '), allow, `${target} with ${operations.join(' ')}, actions: ${hasAction}`)
  }
})

t.test('OPTIONS is always allowed, and HEAD exactly when GET is', async t => {
  const targets = fc.constantFrom<TargetKind>('collection', 'instance', 'singleton')
  fc.assert(fc.property(targets, fc.subarray([...all]), fc.boolean(), (target, operations, hasAction) => {
    const allowed = allowedMethods(target, new Set(operations), hasAction)
    assert.ok(allowed.includes('OPTIONS'))
    assert.equal(allowed.includes('HEAD'), allowed.includes('GET'))
    assert.deepEqual(allowed, methods.filter(method => allowed.includes(method)))
  }))
})
