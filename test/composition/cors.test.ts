import cors from '@fastify/cors'
import t from 'tap'
import { compose, isError, places } from './app.ts'
import type { Other } from './app.ts'
import { everywhere } from './exchanges.ts'

const origin = 'https://app.example'
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']
const exposedHeaders = ['ETag', 'Location']
const settings = { origin: [origin, 'https://other.example'], methods, exposedHeaders, strictPreflight: false }
const withCors: Other = async (instance) => instance.register(cors, settings)

const namesIn = (list: string | undefined): readonly string[] => (list ?? '').toLowerCase().split(/,\s*/)

/** What a browser asks before it sends a write with conditions. */
const preflight = (method: string): Readonly<Record<string, string>> => ({
  origin,
  'access-control-request-method': method,
  'access-control-request-headers': 'content-type,if-match,accept-api-version'
})

t.test('pages of another origin can read every answer, errors too', async (t) => {
  await everywhere(t, withCors, (t, { name, status, method, unknown = false }, { headers }, { reachesUnknown }) => {
    if (unknown && !reachesUnknown) return
    t.equal(headers['access-control-allow-origin'], origin, `${name}: for its origin`)
    t.equal(headers['access-control-expose-headers'], 'ETag, Location', `${name}: with the fields`)
    const vary = namesIn(headers['vary'])
    t.ok(vary.includes('origin'), `${name}: a cache keeps origins apart`)
    if (method !== 'OPTIONS' && (status < 400 || status === 412)) t.strictSame(vary, ['origin', 'accept', 'accept-api-version'], `${name}: what it varied by before stays`)
  }, { headers: { origin } })
})

t.test('a page of an origin that is not allowed gets no permission', async (t) => {
  await everywhere(t, withCors, (t, { name }, { headers }) => {
    t.notOk(headers['access-control-allow-origin'], name)
  }, { headers: { origin: 'https://evil.example' } })
})

for (const place of places) {
  t.test(`preflights of writes are answered before the resource is asked, ${place.name}`, async (t) => {
    const { ask } = await compose(t, place, withCors, { authenticate: () => null })
    for (const path of ['/notes', '/notes/a', '/closed/a', '/broken/a']) {
      for (const method of ['PUT', 'PATCH', 'DELETE', 'POST']) {
        const { status, headers, body } = await ask(path, { method: 'OPTIONS', headers: preflight(method) })
        t.equal(status, 204, `${method} ${path}`)
        t.equal(body.length, 0)
        t.equal(headers['access-control-allow-origin'], origin)
        t.ok(namesIn(headers['access-control-allow-methods']).includes(method.toLowerCase()), `${method} is allowed`)
        t.strictSame(namesIn(headers['access-control-allow-headers']), ['content-type', 'if-match', 'accept-api-version'])
      }
    }
    const refused = await ask('/notes/a', { headers: { origin } })
    isError(t, refused, 401, 'the request itself')
    t.equal(refused.headers['access-control-allow-origin'], origin, 'which the page can read')
  })

  t.test(`with preflightContinue the answer says what the resource takes too, ${place.name}`, async (t) => {
    const { ask } = await compose(t, place, async (instance) => instance.register(cors, { ...settings, preflightContinue: true }))
    for (const headers of [preflight('PATCH'), {}]) {
      const answer = await ask('/notes/a', { method: 'OPTIONS', headers })
      t.equal(answer.status, 204)
      t.match(answer.headers['allow'], /PATCH/)
      t.match(answer.headers['accept-patch'], 'application/merge-patch+json')
      t.strictSame(namesIn(answer.headers['access-control-allow-methods']), methods.map((method) => method.toLowerCase()))
    }
    isError(t, await ask('/closed/a', { method: 'OPTIONS', headers: preflight('PUT') }), 503, 'a disabled resource answers its preflight')
  })

  t.test(`with strictPreflight, its default, other OPTIONS are refused with the error object, ${place.name}`, async (t) => {
    const { ask } = await compose(t, place, async (instance) => instance.register(cors, { origin, methods }))
    isError(t, await ask('/notes/a', { method: 'OPTIONS' }), 400)
    t.equal((await ask('/notes/a', { method: 'OPTIONS', headers: preflight('PUT') })).status, 204)
  })

  t.test(`without preflight OPTIONS is the resource's own, ${place.name}`, async (t) => {
    const { ask } = await compose(t, place, async (instance) => instance.register(cors, { ...settings, preflight: false }))
    const { status, headers } = await ask('/notes/a', { method: 'OPTIONS', headers: { origin } })
    t.equal(status, 204)
    t.match(headers, { allow: /PATCH/, 'access-control-allow-origin': origin })
  })
}
