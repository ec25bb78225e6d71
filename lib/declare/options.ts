import type { LogLevel, RegisterOptions } from 'fastify'
import type { Store } from '../stores/store.ts'
import type { SharedSettings } from './definition.ts'
import { aBoolean, aCount, aFieldValue, aFunction, aPrefix, aText, anObject, anything, either, oneOf, shape, someOf } from './check.ts'
import type { Check } from './check.ts'
import { theLimits } from './limits.ts'

/** Options of `register(commonRest, options)`. */
export interface CommonRestOptions extends SharedSettings {
  /** Where resources without a store of their own live. Default `memoryStore()`. */
  readonly store?: Store
  /** Whether `X-HTTP-Method-Override` is honoured on POST. Default `true`. */
  readonly methodOverride?: boolean
  /** Title of the API, for descriptions. Default `'Common REST API'`. */
  readonly title?: string
  /** Version of the API, for descriptions. Default `'1.0.0'`. */
  readonly version?: string
  /** Put before every path. Default none. */
  readonly prefix?: string
  /** Log level of the resources' routes. Default that of the instance. */
  readonly logLevel?: LogLevel
  /** Log serializers of the resources' routes. Default those of the instance. */
  readonly logSerializers?: NonNullable<RegisterOptions['logSerializers']>
  /** Whether unknown paths under the prefix answer 404 with the error object. Default `true`. */
  readonly notFound?: boolean
  /** Keys of the paging cookies; the first signs, all verify. Default generated once and kept in the store. */
  readonly cookieSecret?: string | readonly string[]
}

const methodsOfStore = ['collection', 'collections', 'secret', 'attach', 'detach'] as const

/** A store: an object with the methods of the `Store` interface, and with those of `SharedState` if it shares state. */
export const aStore: Check = (value, path) => {
  checkMethods(value, path, methodsOfStore)
  const { shared } = value as { readonly shared?: unknown }
  if (shared !== undefined) checkMethods(shared, `${path}.shared`, ['read', 'write'])
}

/** Whether `aStore` takes a value. */
export function isStore (value: unknown): value is Store {
  try {
    aStore(value, 'store')
    return true
  } catch {
    return false
  }
}

// Not a shape: stores may have more, and as classes they have their methods in the prototype.
function checkMethods (value: unknown, path: string, methods: readonly string[]): void {
  anObject(value, path)
  for (const method of methods) aFunction((value as Record<string, unknown>)[method], `${path}.${method}`)
}

/** The checks of the settings that options and definitions share. */
export const sharedChecks: Readonly<Record<string, Check>> = {
  store: aStore,
  revision: oneOf('required', 'optional'),
  authenticate: aFunction,
  challenge: aFieldValue,
  authorize: aFunction,
  bodyLimit: aCount,
  pageSize: shape({ default: aCount, max: aCount }),
  prefer: aBoolean,
  multipart: aBoolean,
  limits: theLimits
}

const checkShape = shape({
  ...sharedChecks,
  methodOverride: aBoolean,
  title: aText,
  version: aText,
  prefix: aPrefix,
  logLevel: aText,
  logSerializers: anything,
  notFound: aBoolean,
  cookieSecret: either(aText, someOf(aText, 'a text or a list of texts'))
})

/**
 * Checks the options of the plugin.
 *
 * @throws CREST_ERR_INVALID_OPTION naming the option
 */
export function checkOptions (options: unknown): CommonRestOptions {
  checkShape(options, '')
  return options as CommonRestOptions
}
