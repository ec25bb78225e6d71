import { CREST_ERR_INVALID_OPTION } from '../configuration-errors.ts'
import { parseVersion } from '../crest/api-version.ts'
import { isJsonObject } from '../json.ts'
import type { OperationName } from '../http/methods.ts'
import { aBoolean, aCount, aDate, aFunction, anObject, aPointer, either, listOf, oneOf, recordOf, shape, someOf } from './check.ts'
import type { Check } from './check.ts'
import type { AnyDefinition } from './definition.ts'
import type { VersionDefinition } from './version-definition.ts'
import { sharedChecks } from './options.ts'
import { pathProblem } from './resource-path.ts'

/** The operations that a resource of a kind can declare. */
export const operationsOf: Readonly<Record<'collection' | 'singleton', readonly OperationName[]>> = {
  collection: ['create', 'read', 'update', 'patch', 'delete', 'query'],
  singleton: ['read', 'update', 'patch']
}

const aVersion: Check = (value, path) => {
  if (typeof value !== 'string' || parseVersion(value) === undefined) {
    throw new CREST_ERR_INVALID_OPTION(path, "must be a version such as '1.0'")
  }
}

const aProvider: Check = (value, path) => {
  anObject(value, path)
  const handlers = operationsOf.collection.filter((name) => (value as Record<string, unknown>)[name] !== undefined)
  for (const name of handlers) aFunction((value as Record<string, unknown>)[name], `${path}.${name}`)
}

const actionTarget = oneOf('collection', 'instance')

const anAction: Check = (value, path) => {
  shape({
    on: either(actionTarget, someOf(actionTarget, "'collection', 'instance' or a list of both")),
    content: anObject,
    result: anObject,
    handler: aFunction
  })(value, path)
  aFunction((value as Record<string, unknown>)['handler'], `${path}.handler`)
}

const aVersionDefinition: Check = shape({
  schema: anObject,
  upgrade: aFunction,
  downgrade: aFunction,
  deprecated: aDate,
  sunset: aDate,
  actions: recordOf(anAction),
  provider: aProvider
})

/** A list of versions, or a record of them. */
const theVersions: Check = (value, path) => {
  if (Array.isArray(value) || !isJsonObject(value)) {
    someOf(aVersion, "a list of versions such as ['1.0'], or a record of them")(value, path)
    return
  }
  for (const [name, version] of Object.entries(value)) {
    aVersion(name, `${path}.${name}`)
    aVersionDefinition(version, `${path}.${name}`)
  }
  if (Object.keys(value).length === 0) throw new CREST_ERR_INVALID_OPTION(path, 'must name at least one version')
}

const checkShape = shape({
  ...sharedChecks,
  schema: anObject,
  kind: oneOf('collection', 'singleton'),
  initial: anObject,
  provider: aProvider,
  operations: listOf(oneOf(...operationsOf.collection), 'a list of operations'),
  actions: recordOf(anAction),
  queries: recordOf(aFunction),
  allow: aFunction,
  createId: aFunction,
  unique: listOf(either(aPointer, someOf(aPointer, 'a JSON pointer or a list of them')), 'a list of JSON pointers'),
  indexes: listOf(aPointer, 'a list of JSON pointers'),
  tombstones: either(aBoolean, aCount),
  expires: aPointer,
  versions: theVersions,
  defaultVersion: oneOf('latest', 'oldest', 'none'),
  versionWarning: aBoolean,
  prepare: aFunction,
  paramsSchema: anObject,
  exists: aFunction,
  writeOnly: listOf(aPointer, 'a list of JSON pointers'),
  readOnly: listOf(aPointer, 'a list of JSON pointers'),
  onChange: aFunction
})

type Contradiction = readonly [path: string, problem: string, holds: (definition: AnyDefinition) => boolean]

/** Pairs of members that contradict each other, and why; each is judged on the whole definition. */
const contradictions: readonly Contradiction[] = [
  ['provider', 'cannot be given together with store', ({ provider, store }) => provider !== undefined && store !== undefined],
  ['initial', 'is for singletons', ({ initial, kind }) => initial !== undefined && kind !== 'singleton'],
  ['initial', 'needs a store, not a provider', ({ initial, provider }) => initial !== undefined && provider !== undefined],
  ['queries', 'is for collections', ({ queries = {}, kind }) => Object.keys(queries).length > 0 && kind === 'singleton'],
  ...(['unique', 'indexes', 'tombstones', 'expires'] as const).flatMap((member): Contradiction[] => [
    [member, 'is for collections', (definition) => asksFor(definition, member) && definition.kind === 'singleton'],
    [member, 'needs a store, not a provider', (definition) => asksFor(definition, member) && definition.provider !== undefined]
  ]),
  ['versions', 'must not repeat a version', ({ versions }) => new Set(versionNames(versions).map((text) => JSON.stringify(parseVersion(text)))).size < versionNames(versions).length],
  ['prepare', 'needs a provider that can update, as it sets members of what a patch makes', (definition) =>
    definition.prepare !== undefined && providersOf(definition).some((provider) => canProvide(provider, 'patch') && !canProvide(provider, 'update'))],
  ['versions', 'needs a provider that can read, to keep what an older version does not know', ({ versions, provider }) =>
    provider !== undefined && !canProvide(provider, 'read') && Object.values(versionRecord(versions)).filter((version) => version.provider === undefined).length > 1],
  ['versions', 'cannot map contents of a version that has a provider of its own', ({ versions }) =>
    Object.values(versionRecord(versions)).some(({ provider, upgrade, downgrade }) => provider !== undefined && (upgrade ?? downgrade) !== undefined)],
  ...(['readOnly', 'writeOnly'] as const).map((member): Contradiction =>
    [member, 'cannot be judged in a version that has a provider of its own', (definition) => hasRule(definition[member]) && Object.values(versionRecord(definition.versions)).some(({ provider }) => provider !== undefined)]),
  ['schema', 'belongs into each version of versions', ({ versions, schema }) => schema !== undefined && versions !== undefined && !Array.isArray(versions)],
  ...(['allow', 'readOnly', 'writeOnly'] as const).map((member): Contradiction =>
    [member, 'needs a provider that can read', (definition) => hasRule(definition[member]) && providersOf(definition).some((provider) => !canProvide(provider, 'read'))]),
  ...(['allow', 'readOnly', 'writeOnly'] as const).map((member): Contradiction =>
    [member, 'needs a provider that can update, to judge what its patch would make', (definition) => hasRule(definition[member]) && providersOf(definition).some((provider) => canProvide(provider, 'patch') && !canProvide(provider, 'update'))]),
  ['initial', 'must be a JSON object', ({ initial }) => initial !== undefined && !isJsonObject(initial)]
]

/** Whether a rule that only the collections of a store can keep is given, and is not what its default says. */
function asksFor (definition: AnyDefinition, member: 'unique' | 'indexes' | 'tombstones' | 'expires'): boolean {
  const value = definition[member] ?? false
  return Array.isArray(value) ? value.length > 0 : value !== false
}

/** The names of the versions, in either form. */
export function versionNames (versions: AnyDefinition['versions'] = []): readonly string[] {
  return Array.isArray(versions) ? versions : Object.keys(versions)
}

/** The versions of the record form; none in the list form, where all are alike. */
export function versionRecord (versions: AnyDefinition['versions'] = []): Readonly<Record<string, VersionDefinition>> {
  return Array.isArray(versions) ? {} : versions as Readonly<Record<string, VersionDefinition>>
}

function providersOf ({ provider, versions }: AnyDefinition): readonly object[] {
  return [provider, ...Object.values(versionRecord(versions)).map((version) => version.provider)].filter((given) => given !== undefined)
}

/** Whether a rule is given and rules anything. */
export function hasRule (rule: AnyDefinition['allow'] | readonly string[]): boolean {
  return typeof rule === 'function' || (rule?.length ?? 0) > 0
}

/**
 * Checks the definition of a resource and the path it is declared at.
 *
 * @throws CREST_ERR_INVALID_OPTION naming the resource and the member
 */
export function checkDefinition (path: unknown, definition: unknown): asserts definition is AnyDefinition {
  checkPath(path)
  checkShape(definition, path)
  const given = definition as AnyDefinition
  for (const [member, problem, holds] of contradictions) {
    if (holds(given)) throw new CREST_ERR_INVALID_OPTION(`${path}.${member}`, problem)
  }
  const possible = operationsOf[given.kind ?? 'collection']
  given.operations?.forEach((name, index) => {
    if (!possible.includes(name)) throw new CREST_ERR_INVALID_OPTION(`${path}.operations[${index}]`, `must be one of ${possible.join(', ')} for a ${given.kind}`)
    if (given.provider !== undefined && !canProvide(given.provider, name)) {
      throw new CREST_ERR_INVALID_OPTION(`${path}.operations[${index}]`, `is '${name}', which the provider cannot do`)
    }
  })
}

/** Whether a provider offers an operation; `patch` is made from `read` and `update` where it is missing. */
export function canProvide (provider: object, name: OperationName): boolean {
  const has = (handler: OperationName): boolean => typeof (provider as Record<string, unknown>)[handler] === 'function'
  return has(name) || (name === 'patch' && has('read') && has('update'))
}

/** A path is one or more segments, each a literal text or a `:parameter`. */
export function checkPath (path: unknown): asserts path is string {
  const problem = pathProblem(path)
  if (problem === undefined) return
  throw new CREST_ERR_INVALID_OPTION(typeof path === 'string' && path.startsWith('/') ? path : 'The path of a resource', problem)
}
