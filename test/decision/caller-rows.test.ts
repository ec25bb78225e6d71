import t from 'tap'
import { callerIsAuthenticated, callerIsAuthorized } from '../../lib/decision/caller-rows.ts'
import type { AuthorizationRequest } from '../../lib/declare/hooks.ts'
import { BadRequest, Forbidden, NotFound, ResourceError, Unauthorized } from '../../lib/errors.ts'
import { ask, brief, errorOf, request } from './ask.ts'
import type { ResourceFacts, Wire } from './ask.ts'

const ann = { name: 'ann' }

t.test('row 8 passes everybody where nobody is authenticated', async t => {
  t.equal(await callerIsAuthenticated(ask()), undefined)
})

t.test('row 8 finds the principal, promised or not', async t => {
  for (const authenticate of [() => ann, async () => ann]) {
    t.strictSame(brief(await callerIsAuthenticated(ask({ resource: { authenticate } }))), { principal: ann })
  }
})

t.test('row 8 hands the request to authenticate', async t => {
  t.plan(1)
  await callerIsAuthenticated(ask({ resource: { authenticate (given) { t.equal(given, request); return ann } } }))
})

t.test('row 8 answers 401 with the challenge of the resource where there is no principal', async t => {
  for (const authenticate of [() => null, () => undefined, async () => null, async () => undefined]) {
    const verdict = await callerIsAuthenticated(ask({ resource: { authenticate, challenge: 'Basic realm="w"' } }))
    t.equal(brief(verdict), 401)
    t.equal(verdict?.kind === 'refused' && verdict.error.challenge, 'Basic realm="w"')
  }
})

t.test('row 8 answers with the Unauthorized or Forbidden that authenticate throws', async t => {
  for (const error of [new Unauthorized('expired', { challenge: 'Bearer error="invalid_token"' }), new ResourceError(401), new Forbidden('locked out')]) {
    const verdicts = [
      await callerIsAuthenticated(ask({ resource: { authenticate () { throw error } } })),
      await callerIsAuthenticated(ask({ resource: { authenticate: async () => { throw error } } }))
    ]
    for (const verdict of verdicts) t.equal(verdict?.kind === 'refused' && verdict.error, error)
  }
})

t.test('row 8 lets every other failure through', async t => {
  for (const error of [new Error('the directory is down'), new BadRequest('no')]) {
    await t.rejects(async () => callerIsAuthenticated(ask({ resource: { authenticate () { throw error } } })), error)
  }
})

t.test('row 8 is no question in process', async t => {
  const authenticate = (): never => t.fail('authenticate was called') as never
  t.equal(await callerIsAuthenticated(ask({ resource: { authenticate }, facts: { request: undefined } })), undefined)
})

t.test('row 9 passes everybody where nothing is authorized', async t => {
  t.equal(await callerIsAuthorized(ask()), undefined)
})

t.test('row 9 passes only what authorize answers with true', async t => {
  const rows: ReadonlyArray<readonly [unknown, number | 'pass']> = [
    [true, 'pass'], [false, 403], [undefined, 403], [null, 403], [1, 403], ['yes', 403], [{}, 403]
  ]
  for (const [answer, expected] of rows) {
    t.equal(brief(await callerIsAuthorized(ask({ resource: { authorize: () => answer as boolean } }))), expected, String(answer))
    t.equal(brief(await callerIsAuthorized(ask({ resource: { authorize: async () => answer as boolean } }))), expected, `promised ${answer}`)
  }
})

t.test('row 9 answers with the Unauthorized or Forbidden that authorize throws, and lets every other failure through', async t => {
  for (const error of [new Unauthorized('who?'), new Forbidden('not on Sundays')]) {
    const verdict = await callerIsAuthorized(ask({ resource: { authorize: async () => { throw error } } }))
    t.equal(verdict?.kind === 'refused' && verdict.error, error)
  }
  for (const error of [new NotFound('hidden'), new TypeError('broken')]) {
    await t.rejects(async () => callerIsAuthorized(ask({ resource: { authorize () { throw error } } })), error)
  }
})

async function questionsOf (wire: Wire, declaration: ResourceFacts = {}): Promise<readonly AuthorizationRequest[]> {
  const questions: AuthorizationRequest[] = []
  await callerIsAuthorized(ask({ ...wire, resource: { ...declaration, authorize: question => { questions.push(question); return true } } }))
  return questions
}

t.test('row 9 asks for the operation that the request selects', async t => {
  const rows: ReadonlyArray<readonly [Wire, readonly string[]]> = [
    [{ target: 'collection' }, ['query']],
    [{ target: 'collection', method: 'HEAD' }, ['query']],
    [{}, ['read']],
    [{ target: 'singleton' }, ['read']],
    [{ search: '_api' }, ['read']],
    [{ target: 'collection', search: '_crestapi' }, ['read']],
    [{ target: 'collection', method: 'POST' }, ['create']],
    [{ target: 'collection', method: 'POST', search: '_action=ping' }, ['action']],
    [{ method: 'PUT', headers: { ifMatch: '*' } }, ['update']],
    [{ method: 'PUT', headers: { ifNoneMatch: '*' } }, ['create']],
    [{ method: 'PUT' }, ['update', 'create']],
    [{ method: 'PUT', headers: { acceptApiVersion: 'protocol=1.0' } }, ['update']],
    [{ method: 'PUT', target: 'singleton' }, ['update']],
    [{ method: 'PATCH' }, ['patch']],
    [{ method: 'DELETE' }, ['delete']]
  ]
  for (const [wire, expected] of rows) {
    t.strictSame((await questionsOf(wire)).map(({ operation }) => operation), expected, JSON.stringify(wire))
  }
})

t.test('row 9 asks about an upsert only what is declared, and both must hold', async t => {
  t.strictSame((await questionsOf({ method: 'PUT' }, { operations: ['create'] })).map(({ operation }) => operation), ['create'])
  t.strictSame((await questionsOf({ method: 'PUT' }, { operations: ['update'] })).map(({ operation }) => operation), ['update'])
  for (const refused of ['update', 'create']) {
    const verdict = await callerIsAuthorized(ask({ method: 'PUT', resource: { authorize: ({ operation }) => operation !== refused } }))
    t.match(errorOf(verdict), { status: 403, message: `The caller may not ${refused} here` })
  }
})

t.test('row 9 tells authorize all that is known before the store', async t => {
  const params = { realm: 'a' }
  const [onInstance] = await questionsOf({ method: 'POST', search: '_action=ping', facts: { principal: ann, params } })
  t.match(onInstance, { principal: ann, operation: 'action', action: 'ping', id: 'w1', params, request, resource: { path: '/widgets' } })
  const [onCollection] = await questionsOf({ target: 'collection' })
  t.strictSame(Object.keys(onCollection ?? {}), ['principal', 'operation', 'resource', 'params', 'request'])
  t.equal(onCollection?.principal, null)
  const [onSingleton] = await questionsOf({ target: 'singleton' })
  t.notOk('id' in (onSingleton ?? {}))
})

t.test('row 9 asks in process only where a principal is passed', async t => {
  t.strictSame(await questionsOf({ facts: { request: undefined } }), [])
  const [question] = await questionsOf({ facts: { request: undefined, principal: ann } })
  t.match(question, { principal: ann, operation: 'read', id: 'w1' })
  t.notOk('request' in (question ?? {}))
})
