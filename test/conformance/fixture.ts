import Fastify from 'fastify'
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import commonRest, { memoryStore, serverOptions } from '../../lib/index.ts'
import type { CommonRestOptions } from '../../lib/index.ts'
import { sqliteStore } from '../../lib/sqlite.ts'
import type { CollectionRules, Store } from '../../lib/stores/store.ts'
import type { JsonObject } from '../../lib/json.ts'
import { bodyLimit } from './bodies.ts'
import { CountingStore } from './counting-store.ts'
import type { Operation } from './oracle.ts'

export type StoreKind = 'memory' | 'sqlite' | 'postgres'

/** Makes an empty store of each kind; a test that has started a database adds that of PostgreSQL. */
export const storeMakers: Partial<Record<StoreKind, () => Store>> = { memory: memoryStore, sqlite: () => sqliteStore(':memory:') }

function storeMaker (kind: StoreKind): () => Store {
  const make = storeMakers[kind]
  if (make === undefined) throw new Error(`nobody has said how a store of kind ${kind} is made`)
  return make
}

/** An application that surrounds the plugin: `root` before it is registered, `scope` around the resources. */
export interface Composition {
  readonly root?: (app: FastifyInstance) => Promise<void>
  readonly scope?: (app: FastifyInstance) => void
}

/** Everything that is declared and does not change from request to request. */
export interface Configuration {
  readonly store: StoreKind
  readonly operations: readonly Operation[]
  readonly actions?: boolean
  readonly authenticated?: boolean
  readonly revisionRequired?: boolean
  readonly versioned?: boolean
  /** Keep tombstones, and let documents expire at `/until`. */
  readonly tombstones?: boolean
  readonly bodyLimit?: number
  readonly composition?: Composition
}

/** The trace of a request: the row of the decision table that answered. */
export interface Decision {
  readonly row: number
  readonly name: string
  readonly status: number
}

interface Handle {
  disable (options: { retryAfter?: number }): unknown
  enable (): unknown
}

/** What a path holds at the start: live documents, and ids that are gone. */
export interface Seeds {
  readonly documents?: Readonly<Record<string, JsonObject>>
  readonly tombstones?: readonly string[]
}

/** One running application with its documents. */
export interface Fixture {
  readonly app: FastifyInstance
  readonly store: CountingStore
  readonly configuration: Configuration
  readonly widgets: Handle
  readonly settings: Handle
  /** The decision of the request that was answered last; undefined until it is known. */
  decision: Decision | null | undefined
  /** The documents as they were seeded, in the form of {@link snapshot}. */
  seeded: string
  /** Puts all documents back, if any was changed. */
  reset (seeds?: Readonly<Record<string, Seeds>>): Promise<void>
  /** The revision that a client knows for `/widgets/w1`, `/settings` …; of a tombstone the last one it had. */
  revisionOf (path: string): string
  port (): Promise<number>
}

/** The documents of http/pairwise.md section 1, with a tombstone and an expired one. */
const standard: Readonly<Record<string, Seeds>> = {
  '/widgets': {
    documents: { w1: { name: 'bolt', size: 3 }, x1: { name: 'old', until: '2000-01-01T00:00:00Z' } },
    tombstones: ['t1']
  },
  '/settings': { documents: { '': { theme: 'light' } } }
}

const widget = Type.Object({
  name: Type.String(),
  size: Type.Optional(Type.Integer()),
  until: Type.Optional(Type.String())
})
const settings = Type.Object({ theme: Type.String() })

const principals: Readonly<Record<string, { name: string }>> = {
  'Bearer good': { name: 'good' },
  'Bearer readonly': { name: 'readonly' }
}

const security: Pick<CommonRestOptions, 'authenticate' | 'authorize'> = {
  authenticate: request => principals[request.headers.authorization ?? ''] ?? null,
  authorize: ({ principal, operation }) =>
    principal === principals['Bearer good'] || operation === 'read' || operation === 'query'
}

function rulesOf (path: string, configuration: Configuration): CollectionRules {
  const gone = path === '/widgets' && configuration.tombstones === true
  return { unique: [], indexes: [], expires: gone ? '/until' : undefined, tombstones: gone }
}

/** Builds the application of a configuration. */
export async function build (configuration: Configuration): Promise<Fixture> {
  const store = new CountingStore(storeMaker(configuration.store))
  const app = Fastify(serverOptions({ forceCloseConnections: true }))
  await configuration.composition?.root?.(app)
  await app.register(commonRest, {
    store,
    revision: configuration.revisionRequired === true ? 'required' : 'optional',
    ...(configuration.authenticated === true ? security : {})
  })
  const both = {
    bodyLimit: configuration.bodyLimit ?? bodyLimit,
    ...(configuration.versioned === true ? { versions: ['1.0', '1.1', '3.0'] } : {})
  }
  const actionsOn = (on: Array<'collection' | 'instance'>) => configuration.actions !== true
    ? {}
    : {
        actions: {
          echo: { on, handler: ({ content }: { content: unknown }) => content },
          noop: { on, handler: () => undefined }
        }
      }
  const declare = (scope: FastifyInstance): { widgets: Handle, settings: Handle } => ({
    widgets: scope.resource('/widgets', {
      ...both,
      schema: widget,
      operations: [...configuration.operations],
      ...actionsOn(['collection', 'instance']),
      ...(configuration.tombstones === true ? { tombstones: true, expires: '/until' } : {})
    }),
    settings: scope.resource('/settings', {
      ...both,
      kind: 'singleton',
      schema: settings,
      operations: configuration.operations.filter(operation => ['read', 'update', 'patch'].includes(operation)),
      ...actionsOn(['instance'])
    })
  })
  let handles: { widgets: Handle, settings: Handle } | undefined
  if (configuration.composition?.scope === undefined) {
    handles = declare(app)
  } else {
    const { scope } = configuration.composition
    app.register(async child => {
      scope(child)
      handles = declare(child)
    })
  }
  let revisions = new Map<string, string>()
  let seeds: Readonly<Record<string, Seeds>> | undefined
  let listening: Promise<number> | undefined
  app.addHook('onResponse', async request => {
    const { decision } = request as unknown as { decision?: Decision | null }
    fixture.decision = decision ?? null
  })
  await app.ready()
  if (handles === undefined) throw new Error('the resources were not declared')
  const fixture: Fixture = {
    app,
    store,
    configuration,
    ...handles,
    decision: undefined,
    seeded: '',
    async reset (wanted = standard) {
      store.calls = 0
      if (seeds === wanted && store.writes === 0) return
      if (seeds !== undefined) await store.empty()
      seeds = wanted
      revisions = await seed(store, wanted, configuration)
      fixture.seeded = await snapshot(fixture)
    },
    revisionOf: path => revisions.get(path) ?? 'unheard-of',
    async port () {
      listening ??= app.listen({ port: 0, host: '127.0.0.1' }).then(address => Number(new URL(address).port))
      return await listening
    }
  }
  return fixture
}

async function seed (store: CountingStore, seeds: Readonly<Record<string, Seeds>>, configuration: Configuration): Promise<Map<string, string>> {
  const revisions = new Map<string, string>()
  for (const [path, { documents = {}, tombstones = [] }] of Object.entries(seeds)) {
    const collection = store.inner.collection(path, rulesOf(path, configuration))
    const insert = async (id: string, content: JsonObject): Promise<string> => {
      const outcome = await collection.insert(id, content)
      if (outcome.kind !== 'written') throw new Error(`seeding ${path}/${id}: ${outcome.kind}`)
      revisions.set(id === '' ? path : `${path}/${id}`, outcome.document.revision)
      return outcome.document.revision
    }
    for (const [id, content] of Object.entries(documents)) await insert(id, content)
    for (const id of tombstones) await collection.remove(id, await insert(id, { name: 'gone' }))
  }
  return revisions
}

/** All documents and revisions as one text, read without being counted. */
export async function snapshot ({ store, configuration }: Pick<Fixture, 'store' | 'configuration'>): Promise<string> {
  const parts: unknown[] = []
  for (const path of ['/widgets', '/settings']) {
    const collection = store.inner.collection(path, rulesOf(path, configuration))
    parts.push(path, (await collection.query({ filter: { kind: 'literal', value: true }, sortKeys: [] })).documents, await collection.read('t1'), await collection.read('x1'))
  }
  return JSON.stringify(parts)
}

/** The revision of the live document under `id`, read without being counted. */
export async function storedRevision ({ store, configuration }: Fixture, path: string, id: string): Promise<string | undefined> {
  const slot = await store.inner.collection(path, rulesOf(path, configuration)).read(id)
  return slot.kind === 'document' ? slot.document.revision : undefined
}
