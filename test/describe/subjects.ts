import Fastify from 'fastify'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import swagger from '@fastify/swagger'
import { Type } from 'typebox'
import commonRest, { Gone, memoryStore, NotFound, PreconditionFailed, serverOptions, Unauthorized } from '../../lib/index.ts'
import type { CommonRestOptions, Provider } from '../../lib/index.ts'
import type { JsonObject } from '../../lib/json.ts'
import type { AnyDefinition } from '../../lib/declare/definition.ts'
import type { Store, StoreCollection } from '../../lib/stores/store.ts'

/** A resource whose documented answers are all provoked. */
export interface Subject {
  readonly name: string
  readonly options: CommonRestOptions
  /** The path as it is declared, and as requests name it. */
  readonly path: string
  readonly url: string
  readonly definition: AnyDefinition
  /** Content that fits. */
  readonly content: JsonObject
}

/** A memory store whose removals and replacements are lost to others as long as a test says so. */
export function racingStore (): Store & { lost: boolean } {
  const inner = memoryStore()
  const racing = Object.create(inner, { lost: { value: false, writable: true } }) as Store & { lost: boolean }
  for (const name of ['attach', 'detach', 'secret', 'collections'] as const) racing[name] = inner[name].bind(inner) as never
  racing.collection = (path, rules) => {
    const collection = inner.collection(path, rules)
    const bound = (name: keyof StoreCollection) => (collection[name] as (...given: unknown[]) => unknown).bind(collection)
    return {
      read: bound('read'),
      insert: bound('insert'),
      query: bound('query'),
      purge: bound('purge'),
      replace: (...given: unknown[]) => racing.lost ? { kind: 'changed' } : bound('replace')(...given),
      remove: (...given: unknown[]) => racing.lost ? { kind: 'changed' } : bound('remove')(...given)
    } as unknown as StoreCollection
  }
  return racing
}

/** What a handler or a rule is told by a header field of the request. */
function says (request: FastifyRequest | undefined, what: string): boolean {
  return request?.headers['x-test'] === what
}

const note = Type.Object({ text: Type.String({ examples: ['hello'] }), owner: Type.Optional(Type.String()), until: Type.Optional(Type.String()) }, { $id: 'Note' })

const careful: CommonRestOptions = {
  revision: 'required',
  authenticate: (request) => says(request, 'stranger') ? null : { name: 'somebody' },
  authorize: ({ request }) => !says(request, 'not permitted')
}

const byRequest: Pick<AnyDefinition, 'allow'> = {
  allow: ({ document }) => document.content['owner'] === 'hidden' ? 'hide' : document.content['owner'] !== 'forbidden'
}

const actions: NonNullable<AnyDefinition['actions']> = {
  reset: { on: ['collection', 'instance'], result: Type.Object({ done: Type.Boolean() }), handler: () => ({ done: true }) },
  ping: { on: ['collection', 'instance'], content: Type.Union([Type.String(), Type.Null()]), handler: () => undefined }
}

/** Resources that differ in what is declared: every condition of the table of answers holds in one and not in another. */
export function subjects (): readonly Subject[] {
  return [
    {
      name: 'a collection with every rule',
      options: { ...careful, prefer: true },
      path: '/realms/:realm/notes',
      url: '/realms/r/notes',
      definition: { schema: note, store: racingStore(), tombstones: true, expires: '/until', unique: ['/text'], actions, queries: { mine: () => 'true' }, exists: ({ realm }) => realm !== 'none', ...byRequest },
      content: { text: 'new' }
    },
    { name: 'a plain collection', options: {}, path: '/notes', url: '/notes', definition: { schema: note, store: racingStore() }, content: { text: 'new' } },
    { name: 'a collection of actions alone', options: {}, path: '/notes', url: '/notes', definition: { store: racingStore(), schema: note, operations: ['read'], actions }, content: { text: 'new' } },
    { name: 'a collection that is only read', options: {}, path: '/notes', url: '/notes', definition: { store: racingStore(), schema: note, operations: ['read', 'query'] }, content: {} },
    { name: 'a collection that is never updated', options: { revision: 'required' }, path: '/notes', url: '/notes', definition: { store: racingStore(), schema: note, operations: ['read', 'create'] }, content: { text: 'new' } },
    { name: 'a collection that is never created in', options: { revision: 'required' }, path: '/notes', url: '/notes', definition: { store: racingStore(), schema: note, operations: ['read', 'update', 'patch', 'delete'] }, content: { text: 'new' } },
    { name: 'a singleton', options: {}, path: '/note', url: '/note', definition: { kind: 'singleton', schema: note, store: racingStore() }, content: { text: 'new' } },
    {
      name: 'a singleton with every rule',
      options: careful,
      path: '/realms/:realm/note',
      url: '/realms/r/note',
      definition: { kind: 'singleton', schema: note, store: racingStore(), initial: { text: 'first' }, actions: { reset: { handler: () => true }, ping: { handler: () => undefined } }, exists: ({ realm }) => realm !== 'none', ...byRequest },
      content: { text: 'new' }
    },
    { name: 'who is asking is judged by authorize alone', options: { authorize: ({ request }) => { if (says(request, 'stranger')) throw new Unauthorized(); return !says(request, 'not permitted') } }, path: '/notes', url: '/notes', definition: { schema: note, store: racingStore() }, content: { text: 'new' } },
    {
      name: 'a collection with versions',
      options: {},
      path: '/notes',
      url: '/notes',
      definition: {
        store: racingStore(),
        versions: {
          '1.0': { schema: Type.Object({ body: Type.String() }), upgrade: ({ body, ...rest }) => ({ ...rest, text: body }), deprecated: new Date('2026-01-01'), sunset: new Date('2030-01-01'), actions: { old: { handler: () => 1 } } },
          '2.0': { schema: Type.Object({ text: Type.String(), owner: Type.Optional(Type.String()) }), downgrade: ({ text, ...rest }) => ({ ...rest, body: text }) }
        },
        actions
      },
      content: { text: 'new' }
    },
    { name: 'handlers', options: {}, path: '/notes', url: '/notes', definition: { schema: note, provider: handlers() }, content: { text: 'new' } },
    { name: 'a singleton of handlers', options: {}, path: '/note', url: '/note', definition: { kind: 'singleton', schema: note, provider: singletonHandlers() }, content: { text: 'new' } },
    { name: 'handlers that cannot read', options: {}, path: '/notes', url: '/notes', definition: { schema: note, provider: blindHandlers() }, content: { text: 'new' } }
  ]
}

/** Handlers that are told by requests to fail. */
function handlers (): Provider {
  const store = racingStore()
  const collection = store.collection('/notes', { unique: [], indexes: [], expires: undefined, tombstones: true })
  const written = async (write: () => ReturnType<StoreCollection['insert']>, request: FastifyRequest | undefined): Promise<never> => {
    if (says(request, 'lost race')) throw new PreconditionFailed()
    const outcome = await write()
    if (outcome.kind !== 'written') throw new PreconditionFailed()
    return outcome.document as never
  }
  return {
    create: async ({ id = 'made', content, request }) => await written(() => collection.insert(id, content), request),
    read: async ({ id, request }) => {
      if (says(request, 'gone')) throw new Gone()
      const slot = await collection.read(id)
      return slot.kind === 'document' ? slot.document : undefined
    },
    update: async ({ id, content, revision = '', request }) => await written(() => collection.replace(id, revision, content), request),
    delete: async ({ id, revision = '', request }) => await written(() => collection.remove(id, revision), request),
    query: async ({ filter, sortKeys }) => ({ results: (await collection.query({ filter, sortKeys })).documents })
  }
}

function singletonHandlers (): Provider {
  const { read, update, create } = handlers() as Required<Provider>
  return { read, update: async (given) => await (given.revision === undefined ? create(given as never) : update(given)) }
}

function blindHandlers (): Provider {
  const known = new Map([['here', { text: 'a' }]])
  const document = (id: string, content: object): never => ({ id, revision: '1', content }) as never
  const existing = (id: string, request: FastifyRequest | undefined): object => {
    if (says(request, 'gone')) throw new Gone()
    if (says(request, 'lost race')) throw new PreconditionFailed()
    const content = known.get(id)
    if (content === undefined) throw new NotFound()
    return content
  }
  return {
    create: ({ id = 'made', content, request }) => { if (known.has(id) || says(request, 'lost race')) throw new PreconditionFailed(); return document(id, content) },
    update: ({ id, content, request }) => { existing(id, request); return document(id, content) },
    patch: ({ id, request }) => document(id, existing(id, request)),
    delete: ({ id, request }) => document(id, existing(id, request))
  }
}

/** An application with one subject, and hooks that fail where a request says so. */
export async function start (subject: Subject): Promise<FastifyInstance> {
  const app = Fastify(serverOptions({ forceCloseConnections: true }))
  await app.register(swagger, { openapi: { openapi: '3.1.0', info: { title: 'Subject', version: '1.0.0' } } })
  app.addHook('onRequest', async (request, reply) => {
    if (says(request, 'hook fails')) throw new Error('a hook fails')
    if (says(request, 'overloaded')) return await reply.code(503).send()
  })
  await app.register(commonRest, subject.options)
  app.resource(subject.path, subject.definition as never)
  await app.ready()
  return app
}
