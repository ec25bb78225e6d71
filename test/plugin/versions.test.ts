import t from 'tap'
import { buildApp, refused } from './app.ts'

const versions = ['1.0', '1.5', '2.0', '2.1']
const warning = '100 CREST "Accept-API-Version should be included in the request."'

t.test('the version that serves a request, by what it asks for', async (t) => {
  for (const [asked, latest, oldest, none] of [
    [undefined, '2.1', '1.0', undefined], ['', '2.1', '1.0', undefined], ['protocol=2.1', '2.1', '1.0', undefined],
    ['resource=1', '1.5', '1.5', '1.5'], ['resource=1.5', '1.5', '1.5', '1.5'], ['resource=2.0', '2.1', '2.1', '2.1'],
    ['protocol=2.0,resource=1.0', '1.5', '1.5', '1.5'], ['resource=1.6', undefined, undefined, undefined], ['resource=3', undefined, undefined, undefined], ['resource=0.9', undefined, undefined, undefined]
  ] as const) {
    for (const [defaultVersion, served] of Object.entries({ latest, oldest, none }) as Array<['latest' | 'oldest' | 'none', string | undefined]>) {
      const app = await buildApp(t)
      app.resource('/things', { versions, defaultVersion })
      const response = await app.inject({ url: '/things', headers: asked === undefined ? {} : { 'accept-api-version': asked } })
      const name = `${asked} under ${defaultVersion}`
      if (served === undefined) {
        t.same((refused(t, response, 406, name).detail as { availableVersions: unknown }).availableVersions, versions, name)
      } else {
        t.equal(response.statusCode, 200, name)
        t.equal(response.headers['content-api-version'], `protocol=${asked?.includes('2.0,') === true ? '2.0' : '2.1'},resource=${served}`, name)
      }
      t.equal(response.headers['vary'], 'Accept, Accept-API-Version', name)
      t.equal(response.headers['warning'], asked?.includes('resource') === true ? undefined : warning, name)
    }
  }
})

t.test('the default is the latest, and the order of the list does not matter', async (t) => {
  const app = await buildApp(t)
  app.resource('/things', { versions: ['2.0', '10.0', '1.0'] })
  t.equal((await app.inject('/things')).headers['content-api-version'], 'protocol=2.1,resource=10.0')
})

t.test('versionWarning: false sends none, and neither does a resource without versions', async (t) => {
  const app = await buildApp(t)
  app.resource('/things', { versions, versionWarning: false })
  app.resource('/plain', {})
  for (const url of ['/things', '/plain', '/things/absent']) t.equal((await app.inject(url)).headers['warning'], undefined, url)
  t.equal((await app.inject({ url: '/plain', headers: { 'accept-api-version': 'resource=7.3' } })).headers['content-api-version'], 'protocol=2.1')
})

t.test('a header that cannot be read is 400, a protocol that is not spoken 406', async (t) => {
  const app = await buildApp(t)
  app.resource('/things', { versions })
  const ask = (value: string | string[]) => app.inject({ url: '/things', headers: { 'accept-api-version': value } })
  for (const value of ['1.0', 'resource=', 'resource=1.0.0', 'resource = 1.0', 'Resource=1.0', 'resource=1.0;protocol=2.1', 'resource=1,', 'resource=1,resource=1', 'resource="1.0"', 'resource=99999999999']) {
    refused(t, await ask(value), 400, value)
  }
  for (const value of ['protocol=3.0', 'protocol=2.3', 'protocol=1.2', 'protocol=0.1', 'protocol=2.3,resource=1.0']) refused(t, await ask(value), 406, value)
  t.equal((await app.inject({ method: 'OPTIONS', url: '/things', headers: { 'accept-api-version': 'garbage' } })).statusCode, 204)
})

t.test('below protocol 2.1 a POST names its action, and below 2.0 a PUT is an update', async (t) => {
  const app = await buildApp(t)
  app.resource('/things', {})
  const send = (protocol: string, method: 'POST' | 'PUT', url: string, headers = {}) =>
    app.inject({ method, url, payload: {}, headers: { 'accept-api-version': `protocol=${protocol}`, ...headers } })
  for (const protocol of ['1.0', '1.1', '2.0']) {
    refused(t, await send(protocol, 'POST', '/things'), 400, protocol)
    t.equal((await send(protocol, 'POST', '/things?_action=create')).statusCode, 201, protocol)
  }
  t.equal((await send('2.1', 'POST', '/things')).statusCode, 201)
  for (const [protocol, code] of [['1.0', 404], ['1.1', 404], ['2.0', 201], ['2.1', 201]] as const) {
    const response = await send(protocol, 'PUT', `/things/p${protocol}`)
    t.equal(response.statusCode, code, protocol)
    t.equal(response.headers['content-api-version'], `protocol=${protocol}`)
  }
  t.equal((await send('1.0', 'PUT', '/things/new', { 'if-none-match': '*' })).statusCode, 201, 'If-None-Match: * still creates')
  t.equal((await send('1.0', 'PUT', '/things/new')).statusCode, 200)
})

t.test('X-HTTP-Method-Override stands for the method on a POST', async (t) => {
  const app = await buildApp(t)
  app.resource('/things', {})
  const off = await buildApp(t, { options: { methodOverride: false } })
  off.resource('/things', {})
  const post = (override: string | string[], url: string, { payload, ...headers }: Record<string, string | object> = {}, method: 'POST' | 'PUT' = 'POST') =>
    app.inject({ method, url, headers: { 'x-http-method-override': override as string, ...headers as Record<string, string> }, ...(payload === undefined ? {} : { payload: payload as object }) })
  t.equal((await post('PUT', '/things/a', { payload: { n: 1 } })).statusCode, 201)
  t.equal((await post('POST', '/things', { payload: {} })).statusCode, 201)
  t.equal((await post('PATCH', '/things/a', { payload: [{ operation: 'add', field: '/m', value: 1 }] })).json().m, 1)
  t.equal((await post('GET', '/things')).json().resultCount, 2)
  const etag = String((await post('GET', '/things/a')).headers['etag'])
  t.equal((await post('GET', '/things/a', { 'if-none-match': etag })).statusCode, 200, 'never 304')
  refused(t, await post('PUT', '/things/a', { payload: {}, 'if-match': '"stale"' }), 412)
  refused(t, await post('PUT', '/things', { payload: {} }), 405)
  refused(t, await post('DELETE', '/things/a?_action=x'), 400, '_action belongs to POST')
  t.equal((await post('DELETE', '/things/a')).statusCode, 200)
  for (const override of ['HEAD', 'OPTIONS', 'TRACE', 'put', ' PUT x', 'PUT, PUT', 'FOO']) refused(t, await post(override, '/things/a'), 501, override)
  t.equal((await post('', '/things', { payload: {} })).statusCode, 201, 'empty is absent')
  t.equal((await post('DELETE', '/things/b', { payload: {} }, 'PUT')).statusCode, 201, 'only on POST')
  refused(t, await off.inject({ method: 'POST', url: '/things/a', headers: { 'x-http-method-override': 'PUT' }, payload: {} }), 405, 'switched off')
})
