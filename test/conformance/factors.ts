import { bodies } from './bodies.ts'
import type { WireRequest } from './request.ts'

/** A request in the making, and what the client knows about its target. */
interface Draft {
  path: string
  readonly id: string
  readonly parameters: string[]
  readonly headers: Record<string, string>
  /** The revision that the client holds for the target. */
  readonly revision: string
  readonly method: string
  readonly singleton: boolean
  body: Buffer | undefined
}

type Put = (draft: Draft) => void

const nothing: Put = () => {}
const header = (name: string, value: string | ((revision: string) => string)): Put => ({ headers, revision }) => {
  headers[name] = typeof value === 'string' ? value : value(revision)
}
const parameters = (...list: string[]): Put => draft => { draft.parameters.push(...list) }
const body = (name: keyof typeof bodies): Put => draft => { draft.body = bodies[name](draft) }

/** The ids under which the fixture keeps a document in each state. */
export const ids = { existing: 'w1', absent: 'none', tombstone: 't1', expired: 'x1' } as const

/**
 * The factors and levels of http/pairwise.md section 2. Each level puts itself into a request; the levels of `state`,
 * `service`, `operations` and `revision` (and half of `auth`) belong to the application instead, see fixture.ts.
 */
export const table = {
  target: {
    collection: draft => { draft.path = '/widgets' },
    instance: draft => { draft.path = `/widgets/${draft.id}` },
    singleton: draft => { draft.path = '/settings' },
    'unknown path': draft => { draft.path = '/gadgets' },
    'collection with trailing slash': draft => { draft.path = '/widgets/' }
  },
  method: {
    GET: nothing,
    HEAD: nothing,
    POST: nothing,
    PUT: nothing,
    PATCH: nothing,
    DELETE: nothing,
    OPTIONS: nothing,
    TRACE: nothing,
    PROPFIND: nothing
  },
  state: { existing: nothing, absent: nothing, tombstone: nothing, expired: nothing },
  service: { enabled: nothing, disabled: nothing },
  auth: {
    open: nothing,
    authenticated: header('authorization', 'Bearer good'),
    unauthenticated: nothing,
    'not permitted': header('authorization', 'Bearer readonly')
  },
  version: {
    absent: nothing,
    available: header('accept-api-version', 'protocol=2.1,resource=1.0'),
    'protocol unavailable': header('accept-api-version', 'protocol=99.0,resource=1.0'),
    'resource unavailable': header('accept-api-version', 'resource=2.0'),
    malformed: header('accept-api-version', '1.0'),
    'repeated item': header('accept-api-version', 'resource=1.0, resource=1.1')
  },
  query: {
    none: nothing,
    'valid filter': parameters('_queryFilter=true'),
    'malformed filter': parameters('_queryFilter=name+eq'),
    'two selectors': parameters('_queryFilter=true', '_queryId=all'),
    'undeclared stored query': parameters('_queryId=all'),
    'parameter twice': parameters('_queryFilter=true', '_pageSize=1', '_pageSize=1'),
    'bad page size': parameters('_queryFilter=true', '_pageSize=-1')
  },
  action: {
    none: nothing,
    create: parameters('_action=create'),
    echo: parameters('_action=echo'),
    noop: parameters('_action=noop'),
    unknown: parameters('_action=frobnicate'),
    empty: parameters('_action=')
  },
  ifMatch: {
    absent: nothing,
    current: header('if-match', revision => `"${revision}"`),
    stale: header('if-match', '"stale"'),
    'list with current': header('if-match', revision => `"a,b" ,, "c\\d", "${revision}"`),
    star: header('if-match', '*'),
    'weak current': header('if-match', revision => `W/"${revision}"`),
    malformed: header('if-match', '"stale'),
    'unquoted current': header('if-match', revision => revision),
    'unquoted stale': header('if-match', 'stale'),
    'quoted star': header('if-match', '"*"')
  },
  ifNoneMatch: {
    absent: nothing,
    current: header('if-none-match', revision => `"${revision}"`),
    other: header('if-none-match', '"other"'),
    star: header('if-none-match', '*'),
    'weak current': header('if-none-match', revision => `W/"${revision}"`),
    'list with current': header('if-none-match', revision => `"other", W/"${revision}"`),
    malformed: header('if-none-match', '"a" "b"')
  },
  operations: {
    all: nothing,
    'all and actions': nothing,
    'read-only': nothing,
    'no create': nothing,
    'no update': nothing,
    'actions only': nothing
  },
  accept: {
    absent: nothing,
    JSON: header('accept', 'application/json'),
    '*/* with a low q': header('accept', 'text/html, */*;q=0.001'),
    'application/*': header('accept', 'application/*'),
    empty: header('accept', ''),
    'other type': header('accept', 'text/html'),
    'JSON;q=0': header('accept', 'application/json;q=0'),
    unparsable: header('accept', 'json'),
    'JSON;q=0 with */*': header('accept', 'application/json;q=0, */*')
  },
  contentType: {
    JSON: header('content-type', 'application/json'),
    'JSON UTF-8': header('content-type', 'application/json; charset=utf-8'),
    'JSON Latin-1': header('content-type', 'application/json; charset=iso-8859-1'),
    'text/plain': header('content-type', 'text/plain'),
    XML: header('content-type', 'application/xml'),
    unparsable: header('content-type', 'garbage'),
    missing: nothing
  },
  contentEncoding: {
    none: nothing,
    identity: header('content-encoding', 'identity'),
    gzip: header('content-encoding', 'gzip')
  },
  revision: { optional: nothing, required: nothing },
  content: {
    valid: body('valid'),
    none: nothing,
    'malformed JSON': body('malformed'),
    'schema violation': body('violating'),
    'over the limit': body('large'),
    'ill-formed UTF-8': body('illFormed'),
    '_id mismatch': body('mismatched')
  }
} satisfies Record<string, Record<string, Put>>

export type Factor = keyof typeof table
/** One level for every factor: a request and the application it is sent to. */
export type Factors = { readonly [Name in Factor]: keyof (typeof table)[Name] }

/** The names of all factors, in the order of the page. */
export const factorNames: readonly Factor[] = Object.keys(table) as Factor[]
const levels = Object.fromEntries(factorNames.map(factor => [factor, Object.keys(table[factor])]))

/** The levels of a factor, the fault-free one first. */
export function levelsOf (factor: Factor): readonly string[] {
  return levels[factor] ?? []
}

/** `factors` with one level exchanged. */
export function withLevel (factors: Factors, factor: Factor, level: string): Factors {
  return { ...factors, [factor]: level } as Factors
}

/** The request that carries all levels; `revisionOf` gives the revision that a client holds for a path. */
export function toRequest (factors: Factors, revisionOf: (path: string) => string): WireRequest {
  const singleton = factors.target === 'singleton'
  const id = ids[factors.state]
  const known = singleton ? '/settings' : factors.target === 'instance' ? `/widgets/${id}` : '/widgets/w1'
  const draft: Draft = {
    path: '', id, parameters: [], headers: {}, revision: revisionOf(known), method: factors.method, singleton, body: undefined
  }
  for (const factor of factorNames) {
    const levels: Readonly<Record<string, Put>> = table[factor]
    levels[factors[factor]]?.(draft)
  }
  const query = draft.parameters.length === 0 ? '' : `?${draft.parameters.join('&')}`
  return {
    method: factors.method,
    url: draft.path + query,
    headers: draft.headers,
    ...(draft.body === undefined ? {} : { body: draft.body })
  }
}
