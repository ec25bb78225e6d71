import t from 'tap'
import { findCollection } from '../../lib/command-line/find-collection.ts'

const declarations = {
  file: 'r.json',
  resources: { '/users': {}, '/settings': { kind: 'singleton' }, '/realms/:realm/users': {}, '/realms/alpha/users': {}, '/a/:x/c': {}, '/a/b/:y': {} } as const
}

const found: ReadonlyArray<readonly [path: string, declared: string, params: object]> = [
  ['/users', '/users', {}],
  ['/realms/beta/users', '/realms/:realm/users', { realm: 'beta' }],
  ['/realms/alpha/users', '/realms/alpha/users', {}],
  ['/realms/alph%61/users', '/realms/:realm/users', { realm: 'alpha' }],
  ['/realms/a%2Fb%20c/users', '/realms/:realm/users', { realm: 'a/b c' }],
  ['/a/b/c', '/a/b/:y', { y: 'c' }]
]

const refused: ReadonlyArray<readonly [path: string, message: string | RegExp]> = [
  ['/groups', 'r.json declares nothing at /groups; it declares /users, /settings, /realms/:realm/users, /realms/alpha/users, /a/:x/c, /a/b/:y'],
  ['users', /^r\.json declares nothing at users;/],
  ['/users/', /^r\.json declares nothing at/],
  ['/realms//users', /^r\.json declares nothing at/],
  ['/settings', '/settings is a singleton, not a collection'],
  ['/realms/:realm/users', 'the path needs a value for :realm, and :realm is none'],
  ['/realms/%ff/users', 'the path needs a value for :realm, and %ff is none'],
  ['/realms/../users', 'the path needs a value for :realm, and .. is none']
]

for (const [path, declared, params] of found) {
  t.test(`${path} is a collection of ${declared}`, async (t) => {
    const collection = findCollection(declarations, path)
    t.equal(collection.declared, declared)
    t.strictSame(collection.params, params)
    t.equal(collection.definition, declarations.resources[declared as '/users'])
  })
}

for (const [path, message] of refused) {
  t.test(`${path} is refused`, async (t) => {
    t.throws(() => findCollection(declarations, path), { message, status: 2 })
  })
}
