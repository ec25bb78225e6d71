import t from 'tap'
import { methodIsAllowed, methodIsImplemented, optionsIsAnswered, resourceIsAvailable, targetIsDeclared } from '../../lib/decision/target-rows.ts'
import { createAvailability } from '../../lib/declare/availability.ts'
import { BadRequest } from '../../lib/errors.ts'
import { ask, brief, errorOf, headersOf } from './ask.ts'
import type { ResourceFacts, Wire } from './ask.ts'
import type { Ask } from '../../lib/decision/ask.ts'

t.test('row 3 passes what names a declared target, and answers 404 to the rest', async t => {
  const rows: ReadonlyArray<readonly [string, Partial<Ask>, number | 'pass']> = [
    ['a collection', { target: 'collection', id: undefined }, 'pass'],
    ['a singleton', { target: 'singleton', id: '' }, 'pass'],
    ['an instance', { target: 'instance', id: 'w1' }, 'pass'],
    ['an id with a slash', { target: 'instance', id: 'a/b' }, 'pass'],
    ['an id of 255 bytes', { target: 'instance', id: 'é'.repeat(127) + 'x' }, 'pass'],
    ['an id that row 11 refuses', { target: 'instance', id: 'a\nb' }, 'pass'],
    ['a path below the resource', { target: undefined, id: undefined }, 404],
    ['an empty id', { target: 'instance', id: '' }, 404],
    ['an id of 256 bytes', { target: 'instance', id: 'é'.repeat(128) }, 404],
    ['an instance without an id', { target: 'instance', id: undefined }, 404],
    ['path parameters', { params: { realm: 'a', team: 'b' } }, 'pass'],
    ['an empty path parameter', { params: { realm: 'a', team: '' } }, 404],
    ['an empty path parameter of a collection', { target: 'collection', id: undefined, params: { realm: '' } }, 404],
    ['a path parameter of 256 bytes', { params: { realm: 'x'.repeat(256) } }, 404]
  ]
  for (const [name, facts, expected] of rows) t.equal(brief(targetIsDeclared(ask({ facts }))), expected, name)
})

t.test('row 3 answers 404 where the path parameters do not fit their schema', async t => {
  const seen: unknown[] = []
  const checkParams = (params: unknown): void => {
    seen.push(params)
    throw new BadRequest('The path does not fit its schema')
  }
  const params = { realm: 'a' }
  t.equal(brief(targetIsDeclared(ask({ resource: { checkParams }, facts: { params } }))), 404)
  t.strictSame(seen, [params])
  t.equal(brief(targetIsDeclared(ask({ resource: { checkParams: () => {} }, facts: { params } }))), 'pass')
})

t.test('row 3 does not hide a failure of the check itself', async t => {
  const checkParams = (): void => { throw new TypeError('broken') }
  t.throws(() => targetIsDeclared(ask({ resource: { checkParams } })), new TypeError('broken'))
})

t.test('row 4 answers 503 while the resource is disabled, whatever the method', async t => {
  const availability = createAvailability()
  availability.disable({ retryAfter: 30, message: 'Back soon' })
  for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'FOO']) {
    const verdict = resourceIsAvailable(ask({ method, resource: { availability } }))
    t.match(errorOf(verdict), { status: 503, message: 'Back soon' }, method)
    t.equal(verdict?.kind === 'refused' && verdict.error.retryAfter, 30, method)
  }
  availability.enable()
  t.equal(resourceIsAvailable(ask({ resource: { availability } })), undefined)
})

t.test('row 4 judges the effective method where only writes are disabled', async t => {
  const availability = createAvailability()
  availability.disable({ methods: 'writes' })
  for (const method of ['GET', 'HEAD', 'OPTIONS']) t.equal(brief(resourceIsAvailable(ask({ method, resource: { availability } }))), 'pass', method)
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'TRACE']) t.equal(brief(resourceIsAvailable(ask({ method, resource: { availability } }))), 503, method)
})

t.test('row 4 answers 503 and closes the connection while the process is shutting down', async t => {
  const verdict = resourceIsAvailable(ask({ facts: { draining: true } }))
  t.equal(brief(verdict), 503)
  t.strictSame(headersOf(verdict), { connection: 'close' })
  t.equal(verdict?.kind === 'refused' && verdict.error.retryAfter, 1)
})

t.test('row 5 answers 501 to a method that is none of the seven', async t => {
  for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) t.equal(brief(methodIsImplemented(ask({ method }))), 'pass', method)
  for (const method of ['TRACE', 'QUERY', 'PROPFIND', 'LINK', 'get', 'X-HTTP-Method-Override: GET']) t.equal(brief(methodIsImplemented(ask({ method }))), 501, method)
})

t.test('row 6 answers 405 exactly to the methods that Allow does not list', async t => {
  const declarations: ReadonlyArray<readonly [ResourceFacts, NonNullable<Wire['target']>, string]> = [
    [{}, 'collection', 'GET, HEAD, POST, OPTIONS'],
    [{}, 'instance', 'GET, HEAD, PUT, PATCH, DELETE, OPTIONS'],
    [{}, 'singleton', 'GET, HEAD, PUT, PATCH, OPTIONS'],
    [{ operations: ['read'] }, 'collection', 'OPTIONS'],
    [{ operations: ['read'] }, 'instance', 'GET, HEAD, OPTIONS'],
    [{ operations: ['create'] }, 'instance', 'PUT, OPTIONS'],
    [{ operations: [], actions: { ping: ['collection'] } }, 'collection', 'POST, OPTIONS'],
    [{ operations: [], actions: { ping: ['collection'] } }, 'instance', 'OPTIONS'],
    [{ operations: [], actions: { ping: ['instance'] } }, 'instance', 'POST, OPTIONS'],
    [{ operations: [], actions: { ping: ['singleton'] } }, 'singleton', 'POST, OPTIONS']
  ]
  for (const [declaration, target, allow] of declarations) {
    const allowed = allow.split(', ')
    for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      const verdict = methodIsAllowed(ask({ method, target, resource: declaration }))
      t.equal(brief(verdict), allowed.includes(method) ? 'pass' : 405, `${method} on ${target}: ${allow}`)
      if (verdict?.kind === 'refused') t.strictSame(verdict.error.allow, allowed)
    }
  }
})

t.test('row 6 always allows GET and HEAD of a description (ruling R14)', async t => {
  for (const target of ['collection', 'instance', 'singleton'] as const) {
    for (const method of ['GET', 'HEAD']) {
      t.equal(brief(methodIsAllowed(ask({ target, method, search: '_api', resource: { operations: [] } }))), 'pass', `${method} on ${target}`)
      t.equal(brief(methodIsAllowed(ask({ target, method, resource: { operations: [] } }))), 405, `${method} on ${target}`)
    }
  }
})

t.test('row 6 lists nothing where the path names no target', async t => {
  const verdict = methodIsAllowed(ask({ facts: { target: undefined } }))
  t.strictSame(verdict?.kind === 'refused' && verdict.error.allow, [])
})

t.test('row 7 answers OPTIONS with 204 and what the target accepts', async t => {
  const json = 'application/json'
  const patches = 'application/json, application/json-patch+json, application/merge-patch+json'
  const rows: ReadonlyArray<readonly [ResourceFacts, NonNullable<Wire['target']>, object]> = [
    [{}, 'collection', { allow: 'GET, HEAD, POST, OPTIONS', 'accept-post': json }],
    [{}, 'instance', { allow: 'GET, HEAD, PUT, PATCH, DELETE, OPTIONS', 'accept-patch': patches }],
    [{ actions: { ping: ['instance'] } }, 'instance', { allow: 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS', 'accept-patch': patches, 'accept-post': json }],
    [{ operations: ['read'] }, 'singleton', { allow: 'GET, HEAD, OPTIONS' }],
    [{ operations: [] }, 'collection', { allow: 'OPTIONS' }]
  ]
  for (const [declaration, target, headers] of rows) {
    const verdict = optionsIsAnswered(ask({ method: 'OPTIONS', target, resource: declaration }))
    t.equal(brief(verdict), 204)
    t.strictSame(headersOf(verdict), headers)
  }
  t.equal(optionsIsAnswered(ask({ method: 'GET' })), undefined)
})
