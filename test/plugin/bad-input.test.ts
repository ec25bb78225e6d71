import type { FastifyInstance, LightMyRequestResponse } from 'fastify'
import t from 'tap'
import type { Test } from 'tap'
import { memoryStore } from '../../lib/index.ts'
import { sqliteStore } from '../../lib/sqlite.ts'
import type { CollectionHandle, Store } from '../../lib/index.ts'
import { buildApp, refused } from './app.ts'
import type { AppSettings } from './app.ts'

const stores: Readonly<Record<string, () => Store>> = { memory: () => memoryStore(), sqlite: () => sqliteStore(':memory:') }
const json = { 'content-type': 'application/json' }

interface Bed {
  readonly app: FastifyInstance
  readonly things: CollectionHandle
  send (method: string, url: string, payload?: string | Buffer): Promise<LightMyRequestResponse>
}

async function bed (t: Test, store: Store, options: AppSettings['options'] = {}): Promise<Bed> {
  const app = await buildApp(t, { options: { store, ...options } })
  const things = app.resource('/things', {})
  await things.create({ n: 1 }, { id: 'a' })
  return {
    app,
    things,
    send: (method, url, payload) => app.inject({ method: method as 'GET', url, ...(payload === undefined ? {} : { payload, headers: json }) })
  }
}

/** Runs a test on both stores; the stored documents and the prototype of all objects must be as they were. */
function everywhere (name: string, body: (t: Test, bed: Bed) => Promise<void>, options?: AppSettings['options']): void {
  for (const [kind, make] of Object.entries(stores)) {
    t.test(`${name} (${kind})`, async (t) => {
      const made = await bed(t, make(), options)
      const before = await made.things.query()
      const members = Reflect.ownKeys(Object.prototype).length
      await body(t, made)
      t.same((await made.things.query()).results, before.results, 'stored documents are as they were')
      t.equal(Reflect.ownKeys(Object.prototype).length, members, 'Object.prototype is untouched')
      t.equal(({} as Record<string, unknown>)['polluted'], undefined)
    })
  }
}

const writes = [['POST', '/things'], ['PUT', '/things/a'], ['PUT', '/things/new'], ['PATCH', '/things/a']] as const

everywhere('content that is no JSON is 400', async (t, { send }) => {
  const contents: ReadonlyArray<string | Buffer> = [
    '{', '}', '{"a":}', '{"a":1,}', "{'a':1}", '{"a":01}', '{"a":NaN}', '{"a":1}{"a":1}', 'nul', '\u00a0{}', '{"a":"\t"}', '{"a":"\\x"}', '{"a":1e999}', '{"a":-1e999}',
    Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), Buffer.from([0xc3]), Buffer.from('{"a":"\ud800"}'.replace('\ufffd', ''), 'utf16le'), Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x7d]),
    Buffer.from('{"a":"\xe9"}', 'latin1'), '{"a":"\\ud800"}', '{"\\udc00":1}', '{"a":"\\u0000"}', '{"a\\u0000":1}', '{"a":["x\\u0000"]}'
  ]
  for (const [method, url] of writes) {
    for (const content of contents) refused(t, await send(method, url, content), 400, `${method} ${url} ${JSON.stringify(String(content)).slice(0, 30)}`)
  }
})

everywhere('content of the wrong kind is 400', async (t, { send }) => {
  for (const [method, url] of writes) {
    const wrong = method === 'PATCH' ? ['{}', '5', '"x"', 'null', '[5]', '[null]', '[[]]', '[{}]', '[{"operation":"add"}]', '[{"operation":"bogus","field":"/a"}]', '[{"operation":5,"field":"/a","value":1}]'] : ['[]', '5', '"x"', 'null', 'true', '[{}]']
    for (const content of [...wrong, '', ' ', '\n']) refused(t, await send(method, url, content), 400, `${method} ${url} ${JSON.stringify(content)}`)
  }
})

everywhere('a megabyte of nested arrays is 400, and so is one of anything else that is too large', async (t, { send }) => {
  const deep = '['.repeat(500_000)
  for (const [method, url] of writes) {
    for (const content of [deep, `{"a":${deep}`, `{"a":${deep}${']'.repeat(500_000)}}`, `[{"operation":"add","field":"/a","value":${deep}${']'.repeat(500_000)}}]`, '{"a":'.repeat(200_000), `{"a":"${'x'.repeat(1_100_000)}"}`]) {
      refused(t, await send(method, url, content), 400, `${method} ${url} ${content.slice(0, 20)} ${content.length}`)
    }
  }
}, { bodyLimit: 1_050_000 })

everywhere('content that nests deeper than 100 is 400, and to 100 it is kept', async (t, { send, things }) => {
  const nested = (depth: number): string => `{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`
  refused(t, await send('PUT', '/things/deep', nested(101)), 400)
  t.equal((await send('PUT', '/things/deep', nested(100))).statusCode, 201)
  refused(t, await send('PATCH', '/things/deep', `[{"operation":"add","field":"/a${'/0'.repeat(98)}/-","value":[[[]]]}]`), 400, 'and not by a patch')
  t.equal((await send('PATCH', '/things/a', `[{"operation":"replace","field":"${'/a'.repeat(101)}","value":1}]`)).statusCode, 400)
  await things.delete('deep')
})

everywhere('__proto__ and constructor are refused, or are members like others', async (t, { send, things }) => {
  for (const content of ['{"__proto__":{"polluted":1}}', '{"a":{"__proto__":{"polluted":1}}}', '{"a":[{"__proto__":1}]}', '{"constructor":{"prototype":{"polluted":1}}}', '{"\\u005f_proto__":1}']) {
    for (const [method, url] of writes.slice(0, 3)) refused(t, await send(method, url, content), 400, `${method} ${content}`)
  }
  const operation = (field: string, value: unknown = { polluted: 1 }): string => JSON.stringify([{ operation: 'add', field, value }])
  for (const field of ['/__proto__', '/__proto__/polluted', '__proto__/polluted', '/n/__proto__', '/%5f_proto__/polluted']) refused(t, await send('PATCH', '/things/a', operation(field)), 400, field)
  refused(t, await send('PATCH', '/things/a', '[{"operation":"add","field":"/x","value":{"__proto__":{"polluted":1}}}]'), 400)
  refused(t, await send('PATCH', '/things/a', '[{"operation":"add","field":"","value":{"constructor":{"prototype":{"polluted":1}}}}]'), 400)
  for (const fields of ['__proto__', '/__proto__/x', 'a/__proto__']) refused(t, await send('GET', `/things/a?_fields=${fields}`), 400, fields)
  for (const fields of ['constructor', 'constructor/prototype', 'toString', 'hasOwnProperty/x']) t.same(Object.keys((await send('GET', `/things/a?_fields=${fields}`)).json()), ['_id', '_rev'], fields)

  for (const id of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'prototype']) {
    refused(t, await send('GET', `/things/${id}`), 404, id)
    t.equal((await send('PUT', `/things/${id}`, '{"constructor":"C","toString":1,"hasOwnProperty":[1],"prototype":{}}')).statusCode, 201, id)
    const read = (await send('GET', `/things/${id}`)).json()
    t.equal(read._id, id)
    t.strictSame([read.constructor, read.toString, read.hasOwnProperty, read.prototype], ['C', 1, [1], {}])
    t.equal((await send('PATCH', `/things/${id}`, operation('/valueOf', 2))).json().valueOf, 2)
    t.equal((await send('POST', '/things', JSON.stringify({ _id: id }))).statusCode, 409)
    await things.delete(id)
  }
  for (const [method, url] of [['GET', '/things?__proto__=1'], ['GET', '/things/a?__proto__[x]=1'], ['POST', '/things/a?_action=__proto__'], ['POST', '/things?_action=constructor']] as const) {
    const { statusCode } = await send(method, url)
    t.ok([400, 501, 405].includes(statusCode), `${method} ${url} ${statusCode}`)
  }
})

everywhere('ids that are odd work, and ids that are none are 400', async (t, { send, things }) => {
  for (const id of ['a/b', '50%', '%2F', 'é', 'e\u0301', '日本', '😀', 'a b', 'a+b', 'a"b', "a'b", 'a\\b', '*', '"', ';', '?#&=', '-', '...', 'A', '_x', '../a', 'x'.repeat(255)]) {
    const url = `/things/${encodeURIComponent(id)}`
    t.equal((await send('PUT', url, JSON.stringify({ _id: id }))).statusCode, 201, id)
    t.equal((await send('GET', url)).json()._id, id)
    t.equal((await send('DELETE', url)).json()._id, id)
    t.equal((await things.create({}, { id })).id, id)
    t.equal((await send('POST', '/things', JSON.stringify({ _id: id }))).statusCode, 409)
    await things.delete(id)
  }
  for (const id of ['%00', 'a%00b', '%01', '%1f', '%7F', '%C2%80', '%C2%9f', 'a%0a']) {
    for (const method of ['GET', 'PUT', 'PATCH', 'DELETE'] as const) refused(t, await send(method, `/things/${id}`, method === 'PUT' ? '{}' : method === 'PATCH' ? '[]' : undefined), 400, `${method} ${id}`)
  }
})

everywhere('query parameters that cannot be read are 400', async (t, { send }) => {
  for (const query of ['_fields=%', '_fields=%ff', '_%ff=1', '_fields=a b', '_fields=a%00', '_fields=%22', '_bogus', '_=1', '__proto__=1', '_ID=1', '_queryFilter=', '_queryFilter=(', `_queryFilter=${'('.repeat(2000)}`,
    `_queryFilter=${'!('.repeat(300)}true${')'.repeat(300)}`, '_queryFilter=true&_queryId=x', '_sortKeys=', '_sortKeys=%00', '_pageSize=%00', '_action=x']) {
    refused(t, await send('GET', `/things?${query}`), 400, query.slice(0, 40))
  }
  for (const query of ['%ff=1', 'a=%', '=', '&&&', 'a', 'toString=1', 'constructor=1&constructor=2', '?x', '_fields=&a=%ff']) {
    t.equal((await send('GET', `/things?${query}`)).statusCode, 200, query)
  }
})

everywhere('messages say what is wrong, and never more than a line of the input', async (t, { send }) => {
  const long = 'x'.repeat(5000)
  for (const [method, url, payload] of [
    ['GET', `/things?_${long}=1`], ['GET', `/things?_queryId=${long}`], ['GET', `/things?_queryFilter=${long}`], ['GET', `/things?_fields=%22${long}`], ['POST', `/things?_action=${long}`],
    ['PATCH', '/things/a', `[{"operation":"${long}","field":"/a"}]`], ['PATCH', '/things/a', `[{"operation":"add","field":"\\"${long}","value":1}]`], ['PUT', '/things/a', `{"_id":"${long}"}`],
    ['PUT', '/things/a', `{"${long}":"\\u0000"}`], ['PUT', '/things/a', `{"a": ${long}}`], ['GET', `/things?_totalPagedResultsPolicy=${long}`], ['GET', `/things?_sortKeys=%22${long}`]
  ] as const) {
    const response = await send(method, url, payload)
    const fault = refused(t, response, response.statusCode === 501 ? 501 : 400, `${method} ${url.slice(0, 30)} ${payload?.slice(0, 20)}`)
    t.ok(response.body.length < 1000, `${response.body.length} bytes: ${fault.message.slice(0, 80)}`)
  }
})
