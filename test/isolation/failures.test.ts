import t from 'tap'
import { InternalServerError, memoryStore, ServiceUnavailable } from '../../lib/index.ts'
import type { Store } from '../../lib/index.ts'
import { buildApp, loose } from '../plugin/app.ts'

const json = { 'content-type': 'application/json' }
const secret = 'hunter2'

/** What application code may throw, with a secret in every place. */
const failures: readonly unknown[] = [
  new Error(secret), Object.assign(new Error('x'), { secret, detail: secret, reason: secret, statusCode: 500 }), new Error('x', { cause: new Error(secret) }), Object.assign(new Error('x'), { stack: secret }),
  new InternalServerError(secret, { detail: { secret }, cause: secret }), new TypeError(secret), Object.assign(new Error(secret), { code: 'ECONNREFUSED', address: secret }), Object.assign(new Error(secret), { name: secret }),
  Object.assign(new Error(secret), { code: 'FST_ERR_SECRET' }), Object.assign(new Error(secret), { statusCode: 502 }), Object.assign(new Error(secret), { statusCode: 599 }), Object.assign(new Error(secret), { status: 404 }), Object.assign(new Error(secret), { statusCode: '400' }),
  Object.assign(new Error(secret), { statusCode: 302 }), Object.assign(new Error(secret), { code: 'SQLITE_ERROR', sql: `SELECT ${secret}` }), Object.assign(new Error(secret), { code: '42P01', query: secret }), new AggregateError([new Error(secret)], secret),
  secret, { message: secret, statusCode: 400 }, [secret], null, undefined, 400, Symbol(secret), () => secret
]

t.test('whatever application code throws, an unexpected failure shows nothing of it', async (t) => {
  const problems: string[] = []
  const thrown: { what: unknown } = { what: undefined }
  const fail = (): never => { throw thrown.what }
  const inner = memoryStore()
  const failingStore: Store = { collections: () => inner.collections(), secret: () => inner.secret(), attach: () => inner.attach(), detach: () => inner.detach(), collection: () => ({ read: fail, insert: fail, replace: fail, remove: fail, query: fail, purge: fail }) }
  const app = await buildApp(t)
  app.resource('/stored', { store: failingStore })
  app.resource('/provided', { provider: { read: fail, create: fail, update: fail, delete: fail, query: fail } })
  app.resource('/rejecting', { provider: { read: async () => fail(), query: async () => fail() } })
  app.resource('/acting', { kind: 'singleton', initial: {}, actions: { go: { handler: fail }, later: { handler: async () => fail() } } })
  app.resource('/preparing', { prepare: fail })
  app.resource('/allowing', { allow: fail })
  app.resource('/naming', { createId: fail })
  app.resource('/querying', { queries: { named: fail } })
  app.resource('/asking', { authorize: fail })
  app.resource('/knowing', { authenticate: fail })
  app.resource('/parents/:parent/children', { exists: fail })
  app.resource('/mapping', loose({ versions: { '1.0': { upgrade: fail, downgrade: fail }, '2.0': {} } }))
  const post = { method: 'POST', headers: json, payload: '{}' } as const
  const requests = [
    ...['/stored', '/provided'].flatMap((path) => [{ url: path }, { url: `${path}/a` }, { ...post, url: path }, { ...post, method: 'PUT', url: `${path}/a` } as const, { method: 'DELETE', url: `${path}/a` } as const]),
    { url: '/rejecting/a' }, { url: '/rejecting' }, { ...post, url: '/acting?_action=go' }, { ...post, url: '/acting?_action=later' }, { ...post, url: '/preparing' }, { ...post, url: '/allowing' }, { ...post, url: '/naming' }, { url: '/querying?_queryId=named' },
    { url: '/asking' }, { url: '/knowing' }, { url: '/parents/p/children' }, { ...post, url: '/mapping', headers: { ...json, 'accept-api-version': 'resource=1.0' } }
  ]
  for (const what of failures) {
    thrown.what = what
    for (const request of requests) {
      for (const accept of ['application/json', 'application/problem+json, application/json']) {
        const { statusCode, body, headers } = await app.inject({ ...request, headers: { ...'headers' in request ? request.headers : {}, accept } })
        const name = `${request.url} ${String(what)}: ${statusCode} ${body}`
        if (statusCode < 500) problems.push(name)
        if ((body + JSON.stringify(headers)).includes(secret)) problems.push(name)
        const { code, detail, data, ...others } = JSON.parse(body) as Record<string, unknown>
        const asProblem = 'type' in others
        if (statusCode === 500 && (data !== undefined || (asProblem ? detail !== 'An unexpected failure occurred' : detail !== undefined) || others['message'] !== 'An unexpected failure occurred' || others['reason'] !== 'Internal Server Error')) problems.push(name)
      }
    }
  }
  t.strictSame(problems, [])
})

t.test('only what is meant for clients is shown of a 503', async (t) => {
  const app = await buildApp(t)
  app.resource('/busy', { provider: { read: () => { throw new ServiceUnavailable('come back', { detail: { queue: 3 }, cause: new Error(secret) }) } } })
  const { body } = await app.inject('/busy/a')
  t.match(JSON.parse(body), { code: 503, message: 'come back', detail: { queue: 3 } })
  t.notMatch(body, secret)
})
