// Resources that use every feature of the package.
import { queryFilter } from 'fastify-common-rest'
import { Type } from 'typebox'

/** The schemas of the collections, which the judge compiles by itself. */
export const schemas = {
  things: Type.Object({
    name: Type.String({ minLength: 1, maxLength: 200 }),
    size: Type.Optional(Type.Integer({ minimum: -1000, maximum: 1e9 })),
    price: Type.Optional(Type.Number()),
    email: Type.Optional(Type.String({ format: 'email' })),
    tags: Type.Optional(Type.Array(Type.String({ maxLength: 500 }), { maxItems: 50, uniqueItems: true })),
    group: Type.Optional(Type.String()),
    code: Type.Optional(Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()])),
    nested: Type.Optional(Type.Object({ a: Type.Optional(Type.String()), b: Type.Optional(Type.Array(Type.Any(), { maxItems: 50 })) })),
    until: Type.Optional(Type.String()),
    owner: Type.Optional(Type.String()),
    pin: Type.Optional(Type.String()),
    secret: Type.Optional(Type.Boolean())
  }),
  strict: Type.Object({ first: Type.String(), last: Type.String(), born: Type.Optional(Type.Integer()) }, { additionalProperties: false }),
  users: Type.Object({ userName: Type.String({ minLength: 1 }), level: Type.Optional(Type.Integer()) }),
  bare: {}
}

/** So many ids are given by the server, again and again, so that collections stay small. */
const givenIds = 100

/** Declares them; returns what the judge looks through. */
export function declare (app) {
  const things = app.resource('/api/things', {
    schema: schemas.things,
    unique: ['/name', ['/group', '/code']],
    indexes: ['/size', '/name', '/tags', '/nested/a', '/price'],
    tombstones: 20,
    expires: '/until',
    readOnly: ['/owner'],
    writeOnly: ['/pin'],
    createId: givenAgain(),
    prepare: ({ operation, content, principal }) => operation === 'create' ? { ...content, owner: principal?.name ?? 'nobody' } : content,
    allow: ({ principal, document }) => principal.name === 'good' || document.content.secret !== true || 'hide',
    queries: { big: () => 'size ge 100', named: ({ name }) => queryFilter`name sw ${String(name)}` },
    actions: {
      echo: { on: ['collection', 'instance'], handler: ({ content }) => ({ echoed: content ?? null }) },
      noop: { on: ['collection', 'instance'], handler: () => undefined },
      grow: {
        content: Type.Object({ by: Type.Integer({ minimum: 0, maximum: 10 }) }),
        result: Type.Object({ size: Type.Integer() }),
        async handler ({ id, content, resource }) {
          const { revision, content: thing } = await resource.read(id)
          const after = await resource.update(id, { ...thing, size: Math.min((thing.size ?? 0) + content.by, 1000) }, { revision })
          return { size: after.content.size }
        }
      }
    },
    onChange: () => {}
  })
  const strict = app.resource('/api/strict', {
    revision: 'required',
    createId: givenAgain(),
    indexes: ['/last'],
    versions: {
      '1.0': {
        schema: Type.Object({ name: Type.String({ pattern: '^[^ ]+ [^ ]+$' }) }),
        upgrade: ({ name }) => ({ first: name.split(' ')[0], last: name.split(' ')[1] }),
        deprecated: new Date('2026-01-01'),
        sunset: new Date('2030-01-01')
      },
      '2.0': { schema: schemas.strict, downgrade: ({ first, last }) => ({ name: `${first} ${last}` }) }
    },
    tombstones: 60
  })
  app.resource('/api/settings', {
    kind: 'singleton',
    schema: Type.Object({ theme: Type.String(), zoom: Type.Optional(Type.Integer()) }),
    initial: { theme: 'light' },
    actions: { echo: { handler: ({ content }) => ({ echoed: content ?? null }) } }
  })
  const users = app.resource('/api/realms/:realm/users', {
    schema: schemas.users,
    createId: givenAgain(),
    unique: ['/userName'],
    paramsSchema: Type.Object({ realm: Type.String({ pattern: '^[a-z]{1,8}$' }) }),
    exists: ({ realm }) => realm === 'alpha' || realm === 'beta'
  })
  const bare = app.resource('/api/bare', { bodyLimit: 4000, authenticate: () => ({ name: 'good' }), createId: givenAgain(), indexes: ['/a'] })
  app.resource('/api/clocks', { provider: clocks(), schema: Type.Object({ at: Type.Integer() }) })
  app.resource('/api/closed', {}).disable({ retryAfter: 120 })
  app.resource('/api/frozen', {}).disable({ methods: 'writes', retryAfter: 60 })
  return [
    { name: 'things', handle: things, unique: [['name'], ['group', 'code']], filters: ['size ge 3', 'name sw "b"', 'tags co "a"', 'nested/a pr', 'price lt 10.5'] },
    { name: 'strict', handle: strict, unique: [], filters: ['last ge "m"'] },
    { name: 'users', handle: users, params: { realm: 'alpha' }, unique: [['userName']], filters: [] },
    { name: 'users', handle: users, params: { realm: 'beta' }, unique: [['userName']], filters: [] },
    { name: 'bare', handle: bare, unique: [], filters: ['a eq 1', 'a pr', 'a ge "k"'] }
  ]
}

function givenAgain () {
  let given = 0
  return () => `given-${given++ % givenIds}`
}

/** A provider that keeps its word. */
function clocks () {
  const clocks = new Map([['utc', { id: 'utc', revision: '1', content: { at: 0 } }]])
  let revision = 1
  const put = (id, content) => {
    const clock = { id, revision: String(++revision), content }
    clocks.set(id, clock)
    if (clocks.size > 50) clocks.delete(clocks.keys().next().value)
    return clock
  }
  return {
    read: ({ id }) => clocks.get(id),
    create: ({ id, content }) => put(id ?? `clock-${revision % 20}`, content),
    update: ({ id, content }) => put(id, content),
    delete: ({ id }) => {
      const clock = clocks.get(id)
      clocks.delete(id)
      return clock
    },
    query: ({ pageSize, offset = 0 }) => {
      const results = [...clocks.values()].slice(offset, pageSize === undefined ? undefined : offset + pageSize)
      return { results, cookie: null, total: -1, policy: 'NONE' }
    }
  }
}
