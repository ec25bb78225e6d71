import t from 'tap'
import type { InjectOptions } from 'fastify'
import { memoryStore } from '../../lib/index.ts'
import type { CollectionHandle, JsonObject, Store } from '../../lib/index.ts'
import { sqliteStore } from '../../lib/sqlite.ts'
import { buildApp, loose } from '../plugin/app.ts'
import { mapProvider } from '../plugin/backends.ts'

const names = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf', '__defineGetter__', 'constructor/prototype', '__proto__/polluted', 'constructor/prototype/polluted', '__proto__.polluted'] as const
const json = { 'content-type': 'application/json' }

/** All own members of what every object and function inherits, with what they are. */
function inherited (): ReadonlyMap<string, unknown> {
  const all = new Map<string, unknown>()
  for (const { prototype, name } of [Object, Array, Function, String, Number, Boolean, RegExp, Map, Set, Promise, Error, Buffer]) {
    for (const key of Reflect.ownKeys(prototype)) {
      const { value, get, set, ...flags } = Object.getOwnPropertyDescriptor(prototype, key) ?? {}
      all.set(`${name}.prototype.${String(key)}`, [value, get, set, JSON.stringify(flags)])
    }
  }
  return all
}

/** Every place of a request that can name something, with one name in it. */
function requests (name: string): readonly InjectOptions[] {
  const id = encodeURIComponent(name)
  const pointer = `/${name}`
  const content: JsonObject = JSON.parse(`{${JSON.stringify(name)}:{"polluted":true,"prototype":{"polluted":true}}}`)
  const body = `{${JSON.stringify(name)}:{"polluted":true}}`
  const deep = `{"a":[{${JSON.stringify(name)}:{"prototype":{"polluted":true}}}]}`
  const query = (parameters: Readonly<Record<string, string>>): InjectOptions => ({ url: `/things?${new URLSearchParams(parameters).toString()}` })
  const patch = (type: string, payload: unknown): InjectOptions => ({ method: 'PATCH', url: '/things/a', headers: { 'content-type': type }, payload: typeof payload === 'string' ? payload : JSON.stringify(payload) })
  const form = (part: string, file: string, payload: string): InjectOptions => ({
    method: 'PUT',
    url: '/things/b',
    headers: { 'content-type': 'multipart/form-data; boundary=line' },
    payload: `--line\r\nContent-Disposition: form-data; name="json"\r\nContent-Type: application/json\r\n\r\n${payload}\r\n--line\r\nContent-Disposition: form-data; name="${part}"; filename="${file}"\r\nContent-Type: text/plain\r\n\r\nx\r\n--line--\r\n`
  })
  return [
    ...[body, deep, JSON.stringify(content)].flatMap((payload): InjectOptions[] => [
      { method: 'POST', url: '/things', headers: json, payload }, { method: 'PUT', url: '/things/b', headers: json, payload }, { method: 'PUT', url: '/setting', headers: json, payload },
      { method: 'PUT', url: '/versioned/v', headers: { ...json, 'accept-api-version': 'resource=1.0' }, payload }, { method: 'POST', url: '/things/a?_action=echo', headers: json, payload }, { method: 'POST', url: '/things/a?_action=echo', headers: json, payload: `[${payload}]` },
      patch('application/merge-patch+json', payload)
    ]),
    { method: 'PUT', url: `/things/${id}`, headers: json, payload: '{}' }, { url: `/things/${id}` }, { method: 'DELETE', url: `/things/${id}` },
    { method: 'POST', url: '/things', headers: json, payload: JSON.stringify({ _id: name }) }, { method: 'POST', url: '/things', headers: json, payload: JSON.stringify({ _rev: name }) },
    { method: 'PUT', url: `/realms/${id}/users/a`, headers: json, payload: '{}' }, { url: `/realms/${id}/users?_queryFilter=true` },
    ...[pointer, `${pointer}/polluted`, `/a${pointer}/polluted`, name].flatMap((field) => [
      patch('application/json', [{ operation: 'add', field, value: true }]), patch('application/json', [{ operation: 'replace', field, value: { polluted: true } }]),
      patch('application/json', [{ operation: 'remove', field }]), patch('application/json', [{ operation: 'increment', field, value: 1 }]),
      patch('application/json', [{ operation: 'copy', from: '/a', field }]), patch('application/json', [{ operation: 'move', from: field, field: '/z' }]), patch('application/json', `[{"operation":"add","field":"","value":${body}}]`),
      patch('application/json-patch+json', [{ op: 'add', path: field, value: true }]), patch('application/json-patch+json', [{ op: 'copy', from: '/a', path: field }]), patch('application/json-patch+json', [{ op: 'test', path: field, value: 1 }]),
      patch('application/json-patch+json', [{ op: 'move', from: field, path: '/z' }]), patch('application/json-patch+json', `[{"op":"replace","path":"","value":${body}}]`)
    ]),
    patch('application/json', `[{"operation":"add","field":"/x","value":1,${JSON.stringify(name)}:{"polluted":true}}]`),
    query({ _queryFilter: `${name} pr` }), query({ _queryFilter: `${pointer}/x eq "${name}"` }), query({ _queryFilter: `a in '["${name}"]'` }), query({ _sortKeys: `-${name},a` }),
    query({ _fields: `${name},*/${name}` }), query({ [name]: 'x', _queryFilter: 'true' }), query({ [`_${name}`]: 'x' }), query({ _queryId: name }), query({ _queryId: 'named', [name]: '1', of: name }), query({ _pagedResultsCookie: name }),
    { url: `/things/a?_fields=${id}&_mimeType=text/plain` }, { method: 'POST', url: `/things/a?_action=${id}` }, { method: 'POST', url: `/things/a?_action=echo&${id}=1&${id}=2`, headers: json, payload: '{}' },
    { url: '/things/a', headers: { [/^[\w.]+$/.test(name) ? name : 'x']: 'polluted', 'accept-api-version': name, accept: name, prefer: name, 'if-none-match': name } },
    { method: 'POST', url: '/things', headers: { ...json, 'x-http-method-override': name }, payload: '{}' },
    form(name, name, body), form('file', name, `{"x":{"$ref":"cid:${name}#content"}}`), form(name, 'f', `{"x":{"$ref":"cid:${name}#filename"},${JSON.stringify(name)}:1}`)
  ]
}

const schema = { type: 'object', properties: { a: { type: 'array', default: [] }, constructor: { type: 'object' } } }

for (const [kind, makeStore] of [['memory', memoryStore], ['SQLite', () => sqliteStore(':memory:')]] as ReadonlyArray<readonly [string, () => Store]>) {
  t.test(`no input reaches a prototype: ${kind}`, async (t) => {
    const before = inherited()
    const problems: string[] = []
    const app = await buildApp(t, { options: { store: makeStore(), multipart: true, prefer: true } })
    const things = app.resource('/things', loose({
      schema,
      indexes: ['/a', '/constructor'],
      actions: { echo: { handler: ({ content, parameters }: { content: unknown, parameters: object }) => ({ content, parameters: { ...parameters } }) } },
      queries: { named: (parameters: Readonly<Record<string, string>>) => `a eq "${parameters['of'] ?? ''}"` },
      readOnly: ['/constructor/x'],
      writeOnly: ['/secret'],
      unique: ['/toString']
    })) as unknown as CollectionHandle<Record<string, unknown>>
    app.resource('/setting', loose({ kind: 'singleton', initial: { a: [] } }))
    app.resource('/realms/:realm/users', {})
    app.resource('/versioned', loose({ versions: { '1.0': { upgrade: (content: object) => ({ ...content }) }, '2.0': { downgrade: (content: object) => ({ ...content }) } } }))
    app.resource('/provided', { provider: mapProvider() })
    await things.create({ a: [1] }, { id: 'a' })
    const statuses = new Map<number, number>()
    for (const name of names) {
      for (const request of requests(name)) {
        const response = await app.inject(request)
        statuses.set(response.statusCode, (statuses.get(response.statusCode) ?? 0) + 1)
        if (response.statusCode === 500) problems.push(`${request.method} ${String(request.url)} ${String(request.payload)} is 500`)
        if (Reflect.get({}, 'polluted') !== undefined) problems.push(`${request.method} ${String(request.url)} ${String(request.payload)} reached a prototype`)
      }
      const content = JSON.parse(`{${JSON.stringify(name)}:{"prototype":{"polluted":true}}}`) as Record<string, unknown>
      const settled = await Promise.allSettled([
        things.create(content, { id: name }), things.create({ _id: name }), things.update('a', content), things.patch('a', [{ operation: 'add', field: `/${name}`, value: 1 }]), things.patch('a', [content as never]),
        things.read(name, { fields: [name] }), things.query({ filter: `${name} eq 1`, sortKeys: [name], fields: [name], cookie: name }), things.action(name, { id: 'a', content, parameters: content as never }), things.action('echo', { id: 'a', content, parameters: content as never }), things.delete(name)
      ])
      for (const outcome of settled) if (outcome.status === 'rejected' && (outcome.reason as { statusCode?: number }).statusCode === 500) problems.push(`${name}: ${String(outcome.reason)}`)
    }
    t.ok((statuses.get(200) ?? 0) > 50 && (statuses.get(400) ?? 0) > 50, JSON.stringify([...statuses]))
    const after = inherited()
    t.strictSame([...after.keys()].filter((key) => !before.has(key)), [], 'nothing was added')
    for (const [key, was] of before) if (JSON.stringify(after.get(key)) !== JSON.stringify(was) || (after.get(key) as readonly unknown[])[0] !== (was as readonly unknown[])[0]) problems.push(`${key} was changed`)
    t.strictSame(problems, [])
  })

  t.test(`members with such names are kept as they are, but for what could harm: ${kind}`, async (t) => {
    const app = await buildApp(t, { options: { store: makeStore() } })
    app.resource('/things', { indexes: ['/toString', '/hasOwnProperty'] })
    for (const [payload, code] of [
      ['{"__proto__":1}', 400], ['{"a":{"__proto__":{"x":1}}}', 400], ['{"constructor":{"prototype":1}}', 400], ['{"a":[{"constructor":{"prototype":{}}}]}', 400], ['{"\\u005f_proto__":1}', 400],
      ['{"constructor":1}', 200], ['{"constructor":{"name":"x"}}', 200], ['{"prototype":{"a":1}}', 200], ['{"toString":"x","hasOwnProperty":1,"valueOf":null,"__defineGetter__":[1]}', 200], ['{"proto__":1,"__proto":2}', 200]
    ] as const) {
      const response = await app.inject({ method: 'PUT', url: '/things/a', headers: json, payload })
      t.equal(response.statusCode === 201 ? 200 : response.statusCode, code, payload)
      if (code !== 200) continue
      const { _id, _rev, ...content } = (await app.inject('/things/a')).json<JsonObject>()
      t.equal(JSON.stringify(content), payload, 'as it was sent')
      const [name = ''] = Object.keys(content)
      t.equal((await app.inject(`/things?_queryFilter=${name}+pr`)).json<{ resultCount: number }>().resultCount, 1, `found by ${name}`)
      t.strictSame((await app.inject(`/things/a?_fields=${name}`)).json<JsonObject>()[name], content[name])
    }
    t.equal((await app.inject('/things?_queryFilter=isPrototypeOf+pr')).json<{ resultCount: number }>().resultCount, 0, 'inherited members are none')
  })
}

t.test('nothing is added to prototypes that are sealed, and nobody tries to', async (t) => {
  // Last, as it holds for the rest of the process: strict code that adds to one of them throws. Frozen, they would also
  // refuse members of their names to all objects.
  for (const { prototype } of [Object, Array, Function]) Object.seal(prototype)
  const problems: string[] = []
  const app = await buildApp(t)
  const things = app.resource('/things', { indexes: ['/a'] })
  await things.create({ a: [1] }, { id: 'a' })
  for (const name of names) {
    for (const request of requests(name)) {
      const { statusCode } = await app.inject(request)
      if (statusCode === 500) problems.push(`${request.method} ${String(request.url)} ${String(request.payload)} is 500`)
    }
  }
  t.strictSame(problems, [])
  t.equal((await things.read('a')).id, 'a')
})
