/** What content of a resource looks like. */
export type Shape = 'thing' | 'strict' | 'strict 1.0' | 'settings' | 'user' | 'clock' | 'bare'

/** A resource of declarations.mjs, as a client knows it. */
export interface Target {
  readonly path: string
  readonly shape: Shape
  readonly kind: 'collection' | 'singleton'
  /** Whether anybody may do anything. */
  readonly open: boolean
  readonly revisionRequired: boolean
  readonly versions: readonly string[]
  readonly actions: readonly string[]
  readonly disabled: false | 'all' | 'writes'
  /** How often it is asked, beside the others. */
  readonly share: number
}

const plain = { kind: 'collection', open: false, revisionRequired: false, versions: [], actions: [], disabled: false } as const

/** All of them. */
export const targets: readonly Target[] = [
  { ...plain, path: '/api/things', shape: 'thing', actions: ['echo', 'noop', 'grow'], share: 45 },
  { ...plain, path: '/api/strict', shape: 'strict', revisionRequired: true, versions: ['1.0', '2.0'], share: 15 },
  { ...plain, path: '/api/settings', shape: 'settings', kind: 'singleton', actions: ['echo'], share: 8 },
  { ...plain, path: '/api/realms/alpha/users', shape: 'user', share: 6 },
  { ...plain, path: '/api/realms/beta/users', shape: 'user', share: 4 },
  { ...plain, path: '/api/bare', shape: 'bare', open: true, share: 10 },
  { ...plain, path: '/api/clocks', shape: 'clock', share: 4 },
  { ...plain, path: '/api/closed', shape: 'bare', disabled: 'all', share: 2 },
  { ...plain, path: '/api/frozen', shape: 'bare', disabled: 'writes', share: 2 }
]

/** Paths that no resource has; all 404. */
export const unknownPaths: readonly string[] = ['/api/nothing', '/api/things/a/b', '/api/Things', '/api//things', '/api/realms/alpha', '/api', '/api/things//a', '/api/constructor', '/api/__proto__', '/api/settings/x']

/** Ids of documents, as they are and never to be changed: few, so that requests meet. */
export const ids: readonly string[] = ['a', 'b', 'c', 'd', 'e', 'f', 'given-1', 'given-2', 'given-3', 'a/b', 'w é', '😀', '%', 'a?b', 'a#b', '__proto__', 'constructor', 'ÿ', '"', "'", 'utc', 'x'.repeat(255), '...', '-', '*', '~1']

/** Texts in the place of an id that is none. */
export const badIds: readonly string[] = ['%00', '%0a', '%7f', '.%2e', '%2e', '%c3%28', '%zz', '%', '%ff', 'x'.repeat(256), '%e9'.repeat(300), '%c0%af', '%ed%a0%80', '%C3%A9'.repeat(128)]
