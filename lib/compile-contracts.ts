import { CREST_ERR_INVALID_OPTION } from './configuration-errors.ts'
import { compareVersions, parseVersion } from './crest/api-version.ts'
import type { Version } from './crest/api-version.ts'
import { expiryOf } from './crest/expiry.ts'
import { patchLanguages } from './crest/patch.ts'
import { createVersionChain } from './crest/version-chain.ts'
import type { VersionChain } from './crest/version-chain.ts'
import { canProvide, hasRule, operationsOf, versionNames, versionRecord } from './declare/check-definition.ts'
import { compileSchema } from './declare/content-rules.ts'
import type { SchemaCheck } from './declare/content-rules.ts'
import type { Action, Contract } from './declare/contract.ts'
import type { ActionDefinition } from './declare/action-of.ts'
import type { AnyDefinition } from './declare/definition.ts'
import type { VersionDefinition } from './declare/version-definition.ts'
import type { Provider } from './declare/provider.ts'
import { setFinder } from './declare/schema-sets.ts'
import { formatDeprecation, formatSunset } from './http/deprecation.ts'
import type { TargetKind } from './http/methods.ts'
import type { JsonLimits } from './limits.ts'
import { allowedPages } from './operations/allowed-pages.ts'

const anything: SchemaCheck = () => {}
const anyObject = { type: 'object' }

interface NamedVersion extends VersionDefinition {
  readonly name: string
  readonly version: Version
}

/** The contracts of a resource, ascending by version; one without a version where none is declared. */
export function compileContracts (path: string, definition: AnyDefinition, provider: Provider, limits: JsonLimits): readonly Contract[] {
  const versions = ascendingVersions(definition)
  const stored = storedVersion(versions)
  const storedSchema = compileSchema(storedSchemaOf(definition), `${path}.schema`, 'The content')
  const checkStored: Contract['checkStored'] = (content) => {
    storedSchema(content)
    expiryOf(definition.expires, content)
  }
  const base: Contract = {
    version: undefined,
    ...offer(path, definition, provider, {}, definition.provider !== undefined),
    schema: storedSchemaOf(definition),
    checkContent: checkStored,
    checkStored,
    fillsDefaults: hasDefaults(storedSchemaOf(definition)),
    mapping: undefined,
    isSet: setFinder(storedSchemaOf(definition)),
    notices: {}
  }
  if (versions.length === 0) return [base]
  if (Array.isArray(definition.versions)) return versions.map(({ version }) => ({ ...base, version }))
  const mapped = versions.filter((given) => given.provider === undefined)
  const chain = chainOf(path, mapped, limits)
  const offerOf = ({ name, provider: handlers = definition.provider, actions = {} }: NamedVersion): ReturnType<typeof offer> =>
    offer(`${path}.versions.${name}`, definition, handlers ?? provider, actions, handlers !== undefined)
  return versions.map((given): Contract => {
    const own = { ...base, version: given.version, notices: noticesOf(given), ...offerOf(given) }
    if (given === stored) return own
    const { schema = anyObject } = given
    const checkContent = compileSchema(schema, `${path}.versions.${given.name}.schema`, 'The content')
    const shape = { ...own, schema, checkContent, isSet: setFinder(schema) }
    if (given.provider !== undefined) return { ...shape, checkStored: checkContent, fillsDefaults: hasDefaults(schema) }
    const index = mapped.indexOf(given)
    // Only a patch of ours goes through the mapping.
    return { ...shape, patchesItself: false, operations: withoutOwnPatch(shape), mapping: { up: (content) => chain.up(index, content), down: (content) => chain.down(index, content) } }
  })
}

/** The schema of the content as it is stored: that of the latest version without a provider of its own. */
export function storedSchemaOf (definition: AnyDefinition): object {
  const versions = versionRecord(definition.versions)
  return (Object.keys(versions).length === 0 ? definition.schema : storedVersion(ascendingVersions(definition))?.schema) ?? anyObject
}

/** Whether the word is anywhere in a schema: as a keyword it makes the check fill in members. */
function hasDefaults (schema: object): boolean {
  return JSON.stringify(schema).includes('"default"')
}

function storedVersion (versions: readonly NamedVersion[]): NamedVersion | undefined {
  return versions.findLast(({ provider }) => provider === undefined)
}

function ascendingVersions ({ versions }: AnyDefinition): readonly NamedVersion[] {
  const record = versionRecord(versions)
  return versionNames(versions)
    .flatMap((name): readonly NamedVersion[] => {
      const version = parseVersion(name)
      return version === undefined ? [] : [{ ...record[name], name, version }]
    })
    .sort((a, b) => compareVersions(a.version, b.version))
}

function chainOf (path: string, versions: readonly NamedVersion[], limits: JsonLimits): VersionChain {
  try {
    return createVersionChain(versions, limits)
  } catch (error) {
    throw new CREST_ERR_INVALID_OPTION(`${path}.versions`, error instanceof Error ? error.message : String(error))
  }
}

function noticesOf ({ deprecated, sunset }: VersionDefinition): Contract['notices'] {
  return {
    ...(deprecated === undefined ? {} : { deprecation: formatDeprecation(deprecated) }),
    ...(sunset === undefined ? {} : { sunset: formatSunset(sunset) })
  }
}

/** What a provider and the declaration offer together. */
function offer (
  path: string,
  definition: AnyDefinition,
  provider: Provider,
  actions: Readonly<Record<string, ActionDefinition>>,
  isGiven: boolean
): Pick<Contract, 'provider' | 'isStored' | 'operations' | 'actions' | 'patchesItself' | 'patchTypes'> {
  const { kind = 'collection', operations = operationsOf[kind] } = definition
  const editable = provider.read !== undefined && provider.update !== undefined
  // What a patch makes must be known where rules judge it, and `prepare` writes content.
  const judged = definition.prepare !== undefined || hasRule(definition.allow) || hasRule(definition.readOnly) || hasRule(definition.writeOnly)
  const patchesItself = provider.patch !== undefined && !(judged && editable)
  const handlers = isGiven ? boundHandlers(provider) : provider
  return {
    // What `allow` refuses is no business of a provider; stores leave it out themselves.
    provider: definition.allow !== undefined && isGiven ? allowedPages(handlers) : handlers,
    isStored: !isGiven,
    operations: new Set(operations.filter((name) => canProvide(provider, name))),
    actions: compileActions(path, kind, { ...definition.actions, ...actions }),
    patchesItself,
    patchTypes: editable ? [...patchLanguages.keys()] : [...patchLanguages.keys()].slice(0, 1)
  }
}

/** Where the provider can patch and not update, nothing can be patched through an older version. */
function withoutOwnPatch ({ operations, provider }: Contract): Contract['operations'] {
  return provider.update === undefined ? new Set([...operations].filter((name) => name !== 'patch')) : operations
}

/** The handlers alone, which may be methods of an instance. */
function boundHandlers (provider: Provider): Provider {
  const handlers = provider as Readonly<Record<string, unknown>>
  return Object.fromEntries(operationsOf.collection.flatMap((name) => {
    const handler = handlers[name]
    return typeof handler === 'function' ? [[name, handler.bind(provider)]] : []
  }))
}

function compileActions (path: string, kind: 'collection' | 'singleton', actions: Readonly<Record<string, ActionDefinition>>): ReadonlyMap<string, Action> {
  return new Map(Object.entries(actions).map(([name, action]) => {
    if (name === '' || name.toLowerCase() === 'create') throw new CREST_ERR_INVALID_OPTION(`${path}.actions.${name}`, 'is no name for an action: an empty one and create mean something else')
    return [name, compileAction(`${path}.actions.${name}`, kind, action)]
  }))
}

function compileAction (path: string, kind: 'collection' | 'singleton', { on = 'instance', content, result, handler }: ActionDefinition): Action {
  const targets: readonly TargetKind[] = kind === 'singleton' ? ['singleton'] : typeof on === 'string' ? [on] : on
  return {
    on: new Set(targets),
    content,
    result,
    handler,
    checkContent: content === undefined ? anything : compileSchema(content, `${path}.content`, 'The content'),
    checkResult: result === undefined ? undefined : compileSchema(result, `${path}.result`, 'The result')
  }
}
