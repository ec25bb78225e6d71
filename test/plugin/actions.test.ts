import { Readable } from 'node:stream'
import t from 'tap'
import { Type } from 'typebox'
import { action, Conflict } from '../../lib/index.ts'
import { buildApp, refused } from './app.ts'

const post = { method: 'POST' } as const

t.test('what a handler gets, and what becomes of its result', async (t) => {
  const app = await buildApp(t)
  let result: unknown
  const seen: Array<Record<string, unknown>> = []
  const go = action({ on: ['collection', 'instance'], handler: (request) => { seen.push({ ...request }); return result } })
  const things = app.resource('/r/:x/things', { actions: { go } })
  await things.create({}, { id: 'a', params: { x: 'y' } })
  for (const [value, body] of [[{ a: 1 }, '{"a":1}'], [[], '[]'], ['text', '"text"'], [0, '0'], [false, 'false'], [null, 'null'], ['', '""'], [new Date(0), '"1970-01-01T00:00:00.000Z"']] as const) {
    result = value
    const response = await app.inject({ ...post, url: '/r/y/things/a?_action=go&p=1', payload: { c: 1 } })
    t.equal(response.statusCode, 200)
    t.equal(response.body, body)
  }
  t.match(seen.at(-1), { id: 'a', params: { x: 'y' }, parameters: { p: '1' }, content: { c: 1 }, principal: null, resource: things, request: { method: 'POST' } })
  result = undefined
  t.equal((await app.inject({ ...post, url: '/r/y/things?_action=go' })).statusCode, 204)
  t.equal(seen.at(-1)?.['id'], undefined)
  t.equal(seen.at(-1)?.['content'], undefined)
  for (const value of [1n, { get a () { throw new Error('secret') } }]) {
    result = value
    refused(t, await app.inject({ ...post, url: '/r/y/things?_action=go' }), 500, 'what JSON cannot hold')
  }
})

t.test('an action that is not declared for the target is 501, and none at all 405', async (t) => {
  const app = await buildApp(t)
  app.resource('/things', { actions: { each: { handler: () => 1 }, all: { on: 'collection', handler: () => 1 } } })
  app.resource('/none', { operations: ['read'] })
  await app.inject({ method: 'PUT', url: '/things/a', payload: {} })
  for (const url of ['/things?_action=each', '/things/a?_action=all', '/things?_action=', '/things/a?_action', '/things?_action=Each', '/things/absent?_action=unknown', '/things?_action=toString', '/things?_action=__proto__']) {
    refused(t, await app.inject({ ...post, url }), 501, url)
  }
  refused(t, await app.inject({ ...post, url: '/things/a' }), 400, 'no action named')
  refused(t, await app.inject({ ...post, url: '/things/a?_action=each&_action=each' }), 400)
  refused(t, await app.inject({ ...post, url: '/none/a?_action=go' }), 405)
  refused(t, await app.inject({ ...post, url: '/things/absent?_action=each' }), 404)
  for (const [header, code] of [['if-match', 412], ['if-none-match', 200]] as const) {
    t.equal((await app.inject({ ...post, url: '/things/a?_action=each', headers: { [header]: '"x"' } })).statusCode, code, header)
    t.equal((await app.inject({ ...post, url: '/things?_action=all', headers: { [header]: '"x"' } })).statusCode, code, `${header} on the collection`)
  }
  refused(t, await app.inject({ ...post, url: '/things/a?_action=each', headers: { 'if-none-match': '*' } }), 412)
})

t.test('the content of an action is judged by its schema', async (t) => {
  const app = await buildApp(t)
  let calls = 0
  app.resource('/things', {
    operations: ['create'],
    actions: {
      strict: { on: 'collection', content: Type.Object({ n: Type.Integer() }), handler: () => { calls++ } },
      any: { on: 'collection', handler: ({ content }) => [typeof content, content ?? null] }
    }
  })
  const send = (name: string, payload?: string, type = 'application/json') => app.inject({ ...post, url: `/things?_action=${name}`, ...(payload === undefined ? {} : { payload, headers: { 'content-type': type } }) })
  t.equal((await send('strict', '{"n":1}')).statusCode, 204)
  t.match(refused(t, await send('strict', '{"n":"1"}'), 400).detail, { violations: [{ pointer: '/n' }] })
  refused(t, await send('strict'), 400, 'content that is needed and missing')
  refused(t, await send('strict', '{'), 400)
  t.equal(calls, 1)
  for (const [payload, body] of [['[1]', '["object",[1]]'], ['null', '["object",null]'], ['"x"', '["string","x"]'], ['', '["undefined",null]'], [' \n', '["undefined",null]']] as const) {
    t.equal((await send('any', payload)).body, body, JSON.stringify(payload))
  }
  refused(t, await send('any', 'x', 'text/plain'), 415)
})

t.test('a handler uses the handle, and may throw', async (t) => {
  const app = await buildApp(t)
  app.resource('/things', {
    actions: {
      bump: {
        handler: async ({ id = '', resource }) => {
          if (resource.kind === 'singleton') throw new Error('no singleton')
          const { content, revision } = await resource.read(id)
          const updated = await resource.update(id, { n: Number(content['n']) + 1 }, { revision })
          return updated.content
        }
      },
      missing: { on: 'collection', handler: async ({ resource }) => resource.kind === 'collection' ? await resource.read('absent') : undefined },
      conflict: { on: 'collection', handler: () => { throw new Conflict('locked', { detail: [1] }) } }
    }
  })
  await app.inject({ method: 'PUT', url: '/things/a', payload: { n: 1 } })
  t.same((await app.inject({ ...post, url: '/things/a?_action=bump' })).json(), { n: 2 })
  t.equal((await app.inject('/things/a')).json().n, 2)
  refused(t, await app.inject({ ...post, url: '/things?_action=missing' }), 404)
  t.match(refused(t, await app.inject({ ...post, url: '/things?_action=conflict' }), 409), { message: 'locked', detail: [1] })
})

t.test('an action that answers by itself is no way around', async (t) => {
  const app = await buildApp(t)
  app.resource('/things', {
    actions: {
      reply: { on: 'collection', handler: ({ request }) => { t.ok(request); return { status: 418, statusCode: 418 } } },
      stream: { on: 'collection', handler: () => Readable.from(['x']) },
      error: { on: 'collection', handler: () => new Error('secret') }
    }
  })
  t.same((await app.inject({ method: 'POST', url: '/things?_action=reply' })).json(), { status: 418, statusCode: 418 }, 'a result is a value')
  for (const name of ['stream', 'error']) t.notMatch((await app.inject({ method: 'POST', url: `/things?_action=${name}` })).body, 'secret')
})
