import type { FastifyBaseLogger, FastifyRequest } from 'fastify'
import { defaultProtocol, parseAcceptApiVersion, selectProtocol } from '../../lib/crest/api-version.ts'
import { groupParameters, parseQueryString } from '../../lib/crest/parameters.ts'
import type { Verdict } from '../../lib/decision/answer.ts'
import { nothingFound } from '../../lib/decision/ask.ts'
import type { Ask } from '../../lib/decision/ask.ts'
import type { StateVerdict } from '../../lib/decision/state-rows.ts'
import { selectOperation } from '../../lib/decision/select-operation.ts'
import { createAvailability } from '../../lib/declare/availability.ts'
import type { ResourceHandle } from '../../lib/declare/handle.ts'
import type { Action, Resource } from '../../lib/declare/resource.ts'
import { allowedMethods } from '../../lib/http/methods.ts'
import type { OperationName, TargetKind } from '../../lib/http/methods.ts'

const everything: readonly OperationName[] = ['create', 'read', 'update', 'patch', 'delete', 'query']

const log: FastifyBaseLogger = {
  level: 'silent',
  fatal () {},
  error () {},
  warn () {},
  info () {},
  debug () {},
  trace () {},
  silent () {},
  child: () => log
}

/** What a resource of these tests may say; the rest is a stored, open, unversioned collection that can do everything. */
export interface ResourceFacts extends Partial<Omit<Resource, 'operations' | 'actions' | 'allow'>> {
  readonly operations?: readonly OperationName[]
  /** Names of actions, and where they can be called. */
  readonly actions?: Readonly<Record<string, readonly TargetKind[]>>
  readonly checkActionContent?: Action['checkContent']
}

/** A compiled resource as a plain value: neither Fastify nor a store stands behind it. */
export function resource ({ operations = everything, actions = {}, checkActionContent = () => {}, ...facts }: ResourceFacts = {}): Resource {
  const declared = new Set(operations)
  const compiled = new Map(Object.entries(actions).map(([name, on]): [string, Action] =>
    [name, { on: new Set(on), checkContent: checkActionContent, handler: () => undefined }]))
  const allowed = (target: TargetKind): ReturnType<typeof allowedMethods> =>
    allowedMethods(target, declared, [...compiled.values()].some(({ on }) => on.has(target)))
  return {
    path: '/widgets',
    kind: 'collection',
    handle: { path: '/widgets' } as ResourceHandle,
    availability: createAvailability(),
    provider: {},
    operations: declared,
    actions: compiled,
    queries: new Map(),
    allow: { collection: allowed('collection'), instance: allowed('instance'), singleton: allowed('singleton') },
    revisionRequired: false,
    authenticate: undefined,
    challenge: 'Bearer',
    authorize: undefined,
    methodOverride: true,
    versions: [],
    defaultVersion: 'latest',
    versionWarning: true,
    checkContent: () => {},
    isSet: () => false,
    prepare: undefined,
    createId: undefined,
    checkParams: undefined,
    exists: undefined,
    pageSize: { default: undefined, max: 1000 },
    ...facts
  }
}

/** A request of these tests: what the wire says, and facts that win over what follows from it. */
export interface Wire {
  readonly resource?: ResourceFacts
  readonly target?: TargetKind
  readonly id?: string
  readonly method?: string
  readonly search?: string
  readonly headers?: Ask['headers']
  readonly hasContent?: boolean
  readonly facts?: Partial<Ask>
}

/** Any HTTP request: rows hand it on and never look into it. */
export const request: FastifyRequest = { id: 'req-1' } as FastifyRequest

/** The facts of a request, by default a GET of the instance `w1`. */
export function ask ({ resource: declaration = {}, target = 'instance', id, method = 'GET', search = '', headers = {}, hasContent = false, facts = {} }: Wire = {}): Ask {
  const { reserved, others } = groupParameters(parseQueryString(search))
  const asked = parseAcceptApiVersion(headers.acceptApiVersion)
  return {
    resource: resource(declaration),
    target,
    id: id ?? (target === 'instance' ? 'w1' : target === 'singleton' ? '' : undefined),
    params: {},
    method,
    overridden: false,
    draining: false,
    headers,
    reserved,
    parameters: others,
    hasContent,
    ...selectOperation(method, target, headers, reserved),
    request,
    log,
    ...nothingFound,
    protocol: (asked.kind === 'versions' ? selectProtocol(asked.protocol) : undefined) ?? defaultProtocol,
    ...facts
  }
}

/** A verdict in short: the status of an answer, else `'pass'` or what was found. */
export function brief (verdict: Verdict | StateVerdict): number | 'pass' | object {
  if (verdict === undefined) return 'pass'
  switch (verdict.kind) {
    case 'refused': return verdict.error.statusCode
    case 'settled': return verdict.status
    case 'not-modified': return 304
    case 'found': return verdict.findings
  }
}

/** The error of a verdict that refuses, as its row words it. */
export function errorOf (verdict: Verdict | StateVerdict): { readonly status: number, readonly message: string, readonly detail: unknown } | undefined {
  if (verdict?.kind !== 'refused') return undefined
  const { statusCode: status, message, detail } = verdict.error
  return { status, message, detail }
}

/** The header fields that an answer's row obliges. */
export function headersOf (verdict: Verdict | StateVerdict): object | undefined {
  return verdict?.kind === 'refused' || verdict?.kind === 'settled' ? verdict.headers : undefined
}
