import type { FastifyBaseLogger, FastifyRequest } from 'fastify'
import { compareVersions, defaultProtocol, parseAcceptApiVersion, selectProtocol } from '../../lib/crest/api-version.ts'
import type { Version } from '../../lib/crest/api-version.ts'
import { groupParameters, parseQueryString } from '../../lib/crest/parameters.ts'
import type { Verdict } from '../../lib/decision/answer.ts'
import { nothingFound } from '../../lib/decision/ask.ts'
import type { Ask } from '../../lib/decision/ask.ts'
import type { StateVerdict } from '../../lib/decision/state-rows.ts'
import { selectOperation } from '../../lib/decision/select-operation.ts'
import { createAvailability } from '../../lib/declare/availability.ts'
import type { ResourceHandle } from '../../lib/declare/handle.ts'
import type { Action, Contract } from '../../lib/declare/contract.ts'
import type { Resource } from '../../lib/declare/resource.ts'
import { allowedMethods } from '../../lib/http/methods.ts'
import type { OperationName, TargetKind } from '../../lib/http/methods.ts'
import { defaultLimits } from '../../lib/limits.ts'

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
export interface ResourceFacts extends Partial<Omit<Resource, 'operations' | 'allow' | 'contracts' | 'latest' | 'versions'>>, Partial<Pick<Contract, 'checkContent' | 'mapping' | 'provider'>> {
  readonly operations?: readonly OperationName[]
  /** Names of actions, and where they can be called. */
  readonly actions?: Readonly<Record<string, readonly TargetKind[]>>
  readonly checkActionContent?: Action['checkContent']
  /** Each with a contract that differs in nothing else. */
  readonly versions?: readonly Version[]
}

/** A compiled resource as a plain value: neither Fastify nor a store stands behind it. */
export function resource (declared: ResourceFacts = {}): Resource {
  const { operations = everything, actions = {}, checkActionContent = () => {}, checkContent = () => {}, mapping, provider = {}, versions = [], ...facts } = declared
  const offered = new Set(operations)
  const compiled = new Map(Object.entries(actions).map(([name, on]): [string, Action] =>
    [name, { on: new Set(on), content: undefined, result: undefined, checkContent: checkActionContent, checkResult: undefined, handler: () => undefined }]))
  const allowed = (target: TargetKind): ReturnType<typeof allowedMethods> =>
    allowedMethods(target, offered, [...compiled.values()].some(({ on }) => on.has(target)))
  const contract: Contract = {
    version: undefined,
    provider,
    isStored: false,
    operations: offered,
    actions: compiled,
    schema: { type: 'object' },
    checkContent,
    checkStored: checkContent,
    fillsDefaults: true,
    mapping,
    isSet: () => false,
    patchesItself: false,
    patchTypes: ['application/json', 'application/json-patch+json', 'application/merge-patch+json'],
    notices: {}
  }
  const contracts = versions.length === 0 ? [contract] : [...versions].sort(compareVersions).map((version) => ({ ...contract, version }))
  return {
    path: '/widgets',
    parameters: [],
    kind: 'collection',
    definition: {},
    api: { title: 'Common REST API', version: '1.0.0' },
    handle: { path: '/widgets' } as ResourceHandle,
    availability: createAvailability(),
    contracts,
    latest: contracts.at(-1) ?? contract,
    operations: offered,
    queries: new Map(),
    allow: { collection: allowed('collection'), instance: allowed('instance'), singleton: allowed('singleton') },
    revisionRequired: false,
    authenticate: undefined,
    challenge: 'Bearer',
    authorize: undefined,
    methodOverride: true,
    versions: contracts.flatMap(({ version }) => version ?? []),
    defaultVersion: 'latest',
    versionWarning: true,
    members: { readOnly: [], writeOnly: [], kept: [], internal: [], hideInternal: undefined, hide: undefined },
    allows: undefined,
    onChange: undefined,
    prepare: undefined,
    createId: undefined,
    checkParams: undefined,
    exists: undefined,
    pageSize: { default: undefined, max: 1000 },
    prefer: false,
    multipart: false,
    limits: defaultLimits,
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
  const { reserved, others, count } = groupParameters(parseQueryString(search))
  const asked = parseAcceptApiVersion(headers.acceptApiVersion)
  const declared = resource(declaration)
  return {
    resource: declared,
    target,
    id: id ?? (target === 'instance' ? 'w1' : target === 'singleton' ? '' : undefined),
    params: {},
    method,
    overridden: false,
    draining: false,
    headers,
    reserved,
    parameters: others,
    headerCount: 0,
    parameterCount: count,
    hasContent,
    ...selectOperation(method, target, headers, reserved),
    request,
    log,
    responseHeaders: undefined,
    isOver: false,
    ...nothingFound,
    contract: declared.latest,
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
