import { randomUUID } from 'node:crypto'
import { expiryOf } from './crest/expiry.ts'
import { parseVersion } from './crest/api-version.ts'
import { canProvide, operationsOf } from './declare/check-definition.ts'
import { createAvailability } from './declare/availability.ts'
import { compileSchema } from './declare/content-rules.ts'
import type { SchemaCheck } from './declare/content-rules.ts'
import type { ActionDefinition, AnyDefinition } from './declare/definition.ts'
import type { CommonRestOptions } from './declare/options.ts'
import type { Provider } from './declare/provider.ts'
import type { Action, Resource } from './declare/resource.ts'
import { setFinder } from './declare/schema-sets.ts'
import { CREST_ERR_INVALID_OPTION } from './configuration-errors.ts'
import { allowedMethods } from './http/methods.ts'
import type { OperationName, TargetKind } from './http/methods.ts'
import { collectionProvider, rulesOf, singletonProvider } from './operations/store-provider.ts'
import type { JsonObject } from './json.ts'
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
  const { kind = 'collection', createId, challenge = 'Bearer', defaultVersion = 'latest', versions = [] } = settings
  const { provider, purge } = chooseProvider(path, definition, options, definition.store ?? store, declaredPaths)
  const operations = new Set<OperationName>(definition.operations ?? operationsOf[kind].filter((name) => canProvide(provider, name)))
  const actions = compileActions(path, kind, definition.actions ?? {})
  const checkContent = compileSchema(definition.schema ?? { type: 'object' }, `${path}.schema`, 'The content')
  if (definition.initial !== undefined) checkInitial(path, definition.initial, checkContent)
  return {
    purge,
    resource: {
      path,
      kind,
      availability: createAvailability(),
      provider,
      operations,
      actions,
      queries: new Map(Object.entries(definition.queries ?? {})),
      allow: {
        collection: allowedMethods('collection', operations, hasActionOn(actions, 'collection')),
        instance: allowedMethods('instance', operations, hasActionOn(actions, 'instance')),
        singleton: allowedMethods('singleton', operations, hasActionOn(actions, 'singleton'))
      },
      revisionRequired: settings.revision === 'required',
      authenticate: settings.authenticate,
      challenge,
      authorize: settings.authorize,
      methodOverride: options.methodOverride ?? true,
      versions: versions.flatMap((text) => parseVersion(text) ?? []),
      defaultVersion,
      versionWarning: versions.length > 0 && (definition.versionWarning ?? true),
      checkContent: (content) => {
        checkContent(content)
        expiryOf(definition.expires, content)
      },
      isSet: setFinder(definition.schema ?? {}),
      prepare: definition.prepare,
      createId: createId ?? (definition.provider === undefined ? randomUUID : undefined),
      checkParams: definition.paramsSchema === undefined ? undefined : compileSchema(definition.paramsSchema, `${path}.paramsSchema`, 'The path'),
      exists: definition.exists,
      pageSize: { default: settings.pageSize.default, max: settings.pageSize.max ?? 1000 }
    }
  }
}

/** An undefined member counts as left out: it must not switch off what the plugin's options say. */
function whatIsGiven (definition: AnyDefinition): AnyDefinition {
  return Object.fromEntries(Object.entries(definition).filter(([, value]) => value !== undefined))
}

function chooseProvider (path: string, definition: AnyDefinition, options: CommonRestOptions, store: Store, declaredPaths: CompileContext['declaredPaths']): { provider: Provider, purge: () => Promise<number> } {
  if (definition.provider !== undefined) return { provider: definition.provider, purge: async () => 0 }
  const rules = rulesOf(definition)
  const { cookieSecret } = options
  const keys = typeof cookieSecret === 'string' ? [cookieSecret] : cookieSecret
  if (definition.kind !== 'singleton') return collectionProvider(store, path, rules, keys, declaredPaths)
  const initial = definition.initial === undefined ? undefined : structuredClone(definition.initial)
  return { provider: singletonProvider(store, path, rules, initial), purge: async () => 0 }
}

function checkInitial (path: string, initial: JsonObject, checkContent: SchemaCheck): void {
  try {
    checkContent(structuredClone(initial))
  } catch (error) {
    throw new CREST_ERR_INVALID_OPTION(`${path}.initial`, `does not fit the schema: ${String(error)}`)
  }
}

function compileActions (path: string, kind: Resource['kind'], actions: Readonly<Record<string, ActionDefinition>>): ReadonlyMap<string, Action> {
  return new Map(Object.entries(actions).map(([name, action]) => {
    if (name === '' || name.toLowerCase() === 'create') throw new CREST_ERR_INVALID_OPTION(`${path}.actions.${name}`, 'is no name for an action: an empty one and create mean something else')
    return [name, compileAction(`${path}.actions.${name}`, kind, action)]
  }))
}

function compileAction (path: string, kind: Resource['kind'], { on = 'instance', content, handler }: ActionDefinition): Action {
  const targets: readonly TargetKind[] = kind === 'singleton' ? ['singleton'] : typeof on === 'string' ? [on] : on
  const anything: SchemaCheck = () => {}
  return { on: new Set(targets), handler, checkContent: content === undefined ? anything : compileSchema(content, `${path}.content`, 'The content') }
}

function hasActionOn (actions: ReadonlyMap<string, Action>, target: TargetKind): boolean {
  return [...actions.values()].some((action) => action.on.has(target))
}
