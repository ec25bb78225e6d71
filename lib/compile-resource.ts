import { compileContracts, storedSchemaOf } from './compile-contracts.ts'
import { createAvailability } from './declare/availability.ts'
import { parameterNames } from './declare/resource-path.ts'
import { compileSchema } from './declare/content-rules.ts'
import type { Contract } from './declare/contract.ts'
import type { AnyDefinition } from './declare/definition.ts'
import { resolveLimits } from './declare/limits.ts'
import { compileMemberRules } from './declare/member-rules.ts'
import type { CommonRestOptions } from './declare/options.ts'
import type { Provider } from './declare/provider.ts'
import type { Resource } from './declare/resource.ts'
import { CREST_ERR_INVALID_OPTION } from './configuration-errors.ts'
import { allowedMethods } from './http/methods.ts'
import type { Method, OperationName, TargetKind } from './http/methods.ts'
import { collectionProvider, rulesOf, singletonProvider } from './operations/store-provider.ts'
import type { JsonObject } from './json.ts'
import { randomId } from './random-id.ts'
import type { Store } from './stores/store.ts'

/** What the resource is built from, beside its definition. */
export interface CompileContext {
  readonly options: CommonRestOptions
  /** The plugin's store. */
  readonly store: Store
  /** The full paths of all resources. */
  readonly declaredPaths: () => Iterable<string>
}

/** A compiled resource without its handle, and how to purge its collections. */
export interface CompiledResource {
  readonly resource: Omit<Resource, 'handle'>
  readonly purge: () => Promise<number>
}

/** Everything of a definition that can be resolved before the first request, resolved once. */
export function compileResource (path: string, definition: AnyDefinition, { options, store, declaredPaths }: CompileContext): CompiledResource {
  const settings = { ...options, ...whatIsGiven(definition), pageSize: { ...options.pageSize, ...definition.pageSize } }
  const { kind = 'collection', createId, challenge = 'Bearer', defaultVersion = 'latest', prefer = false, multipart = false } = settings
  const { provider, purge } = chooseProvider(path, definition, options, definition.store ?? store, declaredPaths)
  const limits = resolveLimits(options.limits, definition.limits)
  const contracts = compileContracts(path, definition, provider, limits)
  const latest = contracts.at(-1) as Contract
  const operations = new Set<OperationName>(contracts.flatMap((contract) => [...contract.operations]))
  const allowed = (target: TargetKind): readonly Method[] => allowedMethods(target, operations, hasActionOn(contracts, target))
  if (definition.initial !== undefined) checkInitial(path, definition.initial, (contracts.findLast((contract) => contract.provider === provider) ?? latest).checkStored)
  return {
    purge,
    resource: {
      path,
      parameters: parameterNames(path),
      kind,
      definition,
      api: { title: options.title ?? 'Common REST API', version: options.version ?? '1.0.0' },
      availability: createAvailability(),
      contracts,
      latest,
      operations,
      queries: new Map(Object.entries(definition.queries ?? {})),
      allow: { collection: allowed('collection'), instance: allowed('instance'), singleton: allowed('singleton') },
      revisionRequired: settings.revision === 'required',
      authenticate: settings.authenticate,
      challenge,
      authorize: settings.authorize,
      methodOverride: options.methodOverride ?? true,
      versions: contracts.flatMap(({ version }) => version ?? []),
      defaultVersion,
      versionWarning: latest.version !== undefined && (definition.versionWarning ?? true),
      members: compileMemberRules(path, definition, storedSchemaOf(definition)),
      allows: definition.allow,
      onChange: definition.onChange,
      prepare: definition.prepare,
      createId: createId ?? (definition.provider === undefined ? randomId : undefined),
      checkParams: definition.paramsSchema === undefined ? undefined : compileSchema(definition.paramsSchema, `${path}.paramsSchema`, 'The path'),
      exists: definition.exists,
      pageSize: { default: settings.pageSize.default, max: settings.pageSize.max ?? 1000 },
      prefer,
      multipart,
      limits
    }
  }
}

/** An undefined member counts as left out: it must not switch off what the plugin's options say. */
function whatIsGiven (definition: AnyDefinition): AnyDefinition {
  return Object.fromEntries(Object.entries(definition).filter(([, value]) => value !== undefined))
}

function chooseProvider (path: string, definition: AnyDefinition, options: CommonRestOptions, store: Store, declaredPaths: CompileContext['declaredPaths']): { provider: Provider, purge: () => Promise<number> } {
  if (definition.provider !== undefined) return { provider: definition.provider, purge: async () => 0 }
  const rules = rulesOf(path, definition)
  const { cookieSecret } = options
  const keys = typeof cookieSecret === 'string' ? [cookieSecret] : cookieSecret
  if (definition.kind !== 'singleton') return collectionProvider(store, path, rules, keys, declaredPaths)
  const initial = definition.initial === undefined ? undefined : frozenCopy(definition.initial)
  return { provider: singletonProvider(store, path, rules, initial), purge: async () => 0 }
}

/** What is shown again and again must not change in place. */
function frozenCopy<Value> (value: Value): Value {
  return JSON.parse(JSON.stringify(value), (_key, member: unknown) => Object.freeze(member)) as Value
}

function checkInitial (path: string, initial: JsonObject, checkContent: Contract['checkStored']): void {
  try {
    checkContent(structuredClone(initial))
  } catch (error) {
    throw new CREST_ERR_INVALID_OPTION(`${path}.initial`, `does not fit the schema: ${String(error)}`)
  }
}

function hasActionOn (contracts: readonly Contract[], target: TargetKind): boolean {
  return contracts.some(({ actions }) => [...actions.values()].some((action) => action.on.has(target)))
}
