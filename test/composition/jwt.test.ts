import jwt from '@fastify/jwt'
import type { FastifyInstance } from 'fastify'
import { createHmac } from 'node:crypto'
import t from 'tap'
import type { Test } from 'tap'
import commonRest, { Forbidden } from '../../lib/index.ts'
import type { Principal } from '../../lib/index.ts'
import { fails } from '../plugin/app.ts'
import { compose, isError, json, places, start } from './app.ts'
import type { Listening } from './app.ts'

const secret = 'a secret that is long enough to sign with'

/** A token signed by hand, so that it may be wrong in one respect. */
function token (claims: unknown, { header = {}, key = secret, hash = 'sha256' }: { readonly header?: object, readonly key?: string, readonly hash?: string } = {}): string {
  const [head, payload] = [{ alg: 'HS256', typ: 'JWT', ...header }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
  return `${head}.${payload}.${createHmac(hash, key).update(`${head}.${payload}`).digest('base64url')}`
}

const reader = token({ sub: 'reader' })
const now = Math.floor(Date.now() / 1000)

/** What a caller may send instead of a valid token. */
const invalid: ReadonlyArray<readonly [name: string, authorization: string]> = [
  ['no token', ''],
  ['another scheme', 'Basic YTpi'],
  ['no JWT', 'Bearer abc'],
  ['three parts that are nothing', 'Bearer a.b.c'],
  ['another key', `Bearer ${token({ sub: 'reader' }, { key: 'another secret that is long enough' })}`],
  ['an altered signature', `Bearer ${reader.slice(0, -3)}abc`],
  ['an expired token', `Bearer ${token({ sub: 'reader', exp: now - 60 })}`],
  ['a token whose time has not begun', `Bearer ${token({ sub: 'reader', nbf: now + 3600 })}`],
  ['an expiry that is no time', `Bearer ${token({ sub: 'reader', exp: 'tomorrow' })}`],
  ['another audience', `Bearer ${token({ sub: 'reader', aud: 'others' })}`],
  ['another algorithm', `Bearer ${token({ sub: 'reader' }, { header: { alg: 'HS512' }, hash: 'sha512' })}`],
  ['no algorithm', `Bearer ${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{"sub":"reader"}').toString('base64url')}.`],
  ['another type', `Bearer ${token({ sub: 'reader' }, { header: { typ: 'at+jwt' } })}`],
  ['an extension that is critical', `Bearer ${token({ sub: 'reader' }, { header: { crit: ['x'], x: 1 } })}`],
  ['a payload that is no object', `Bearer ${token(['reader'])}`]
]

const withJwt = async (instance: FastifyInstance): Promise<unknown> =>
  instance.register(jwt, { secret, verify: { algorithms: ['HS256'], allowedAud: 'notes', checkTyp: 'JWT' } })

/** What a token says of its bearer, as a principal. */
interface Claims extends Principal { readonly sub: string }

const challenge = 'Bearer realm="notes"'
const bearer = (claims: object): { readonly headers: { readonly authorization: string } } => ({ headers: { authorization: `Bearer ${token({ aud: 'notes', ...claims })}` } })

async function refusesInvalid (t: Test, { ask, row }: Listening, expectedRow?: number): Promise<void> {
  for (const [name, authorization] of invalid) {
    const answer = await ask('/notes/a', authorization === '' ? {} : { headers: { authorization } })
    isError(t, answer, 401, name)
    t.equal(answer.headers['www-authenticate'], challenge, `${name}: with the challenge`)
    t.match(answer.headers['cache-control'], /no-store$/, `${name}: not stored`)
    if (expectedRow !== undefined) t.equal(row(), expectedRow, `${name}: the row that answered`)
  }
  isError(t, await ask('/notes/a', { headers: { authorization: 'Bearer one two' } }), 400, 'an Authorization that cannot be read')
}

for (const place of places) {
  t.test(`authenticate: (request) => request.jwtVerify(), ${place.name}`, async (t) => {
    const listening = await compose(t, place, withJwt, {
      challenge,
      authenticate: (request) => request.jwtVerify<Claims>(),
      authorize: ({ principal, operation }) => operation === 'read' && (principal as Claims).sub !== 'nobody'
    })
    const { ask, row } = listening
    await refusesInvalid(t, listening, 8)
    t.equal((await ask('/notes/a', bearer({ sub: 'reader' }))).status, 200)
    for (const [name, method, sub] of [['an operation', 'DELETE', 'reader'], ['a principal', 'GET', 'nobody']] as const) {
      isError(t, await ask('/notes/a', { method, ...bearer({ sub }) }), 403, `${name} that authorize refuses`)
      t.equal(row(), 9)
    }
    t.equal((await ask('/notes/a', { method: 'OPTIONS' })).status, 204, 'OPTIONS is answered to everybody')
    isError(t, await ask('/closed/a'), 503, 'nobody is asked who they are at a disabled resource')
  })

  t.test(`a hook of the application that verifies, ${place.name}`, async (t) => {
    const listening = await compose(t, place, async (instance) => {
      await withJwt(instance)
      instance.addHook('onRequest', async (request) => { await request.jwtVerify() })
    }, { challenge })
    const { ask } = listening
    await refusesInvalid(t, listening)
    t.equal((await ask('/notes/a', bearer({ sub: 'reader' }))).status, 200)
    isError(t, await ask('/closed/a', bearer({ sub: 'reader' })), 503)
  })
}

t.test('other errors about the caller that authorize throws are 403 in its row', async (t) => {
  const thrown = Object.assign(new Error('not on Sundays'), { statusCode: 403 })
  for (const error of [thrown, new Forbidden('not on Sundays')]) {
    const { app, ask, row } = await start(t, async (app) => {
      await app.register(commonRest, { authenticate: () => ({ name: 'ada' }), authorize: () => { throw error } })
      app.resource('/notes', {})
    })
    const answer = await ask('/notes/a')
    isError(t, answer, 403)
    t.match(json(answer), { message: 'not on Sundays' })
    t.equal(row(), 9)
    t.equal((await fails(t, Promise.resolve(app.resources.get('/notes')?.read('a', { principal: { name: 'ada' } })), 403, 'in process too')).message, 'not on Sundays')
  }
})
