import { defaultLimits } from '../limits.ts'
import type { ResourceLimits } from '../limits.ts'
import { aCountUpTo, shape } from './check.ts'
import type { Check } from './check.ts'

/**
 * The `limits` of the plugin's options or of a resource: those that are left out keep what the plugin's options say, and
 * without that their defaults. Integers from 1.
 *
 * @example
 * await app.register(commonRest, { limits: { patchOperations: 100, requestTime: 5000 } })
 */
export type Limits = Partial<ResourceLimits>

/** The largest that some may be, and why: beyond, something else fails first. */
const largest: Readonly<Limits> = {
  // SQLite parses JSON of 1000 levels (sqlite.org/json1.html), and schemas walk through content by recursion.
  jsonDepth: 500,
  // What the router and the stores have room for (ruling R10).
  idLength: 255,
  // Statements have 32,766 parameters in SQLite and 65,535 in PostgreSQL, and a list of `in` as many as values.
  filterLength: 50_000,
  // SQLite takes expressions of 1000 levels, of which each parenthesis may make a few.
  filterDepth: 200,
  filterClauses: 5000,
  sortKeys: 64,
  // Of more than 1000 fields Node drops the rest.
  headerCount: 999,
  // The longest that a timer waits.
  requestTime: 2 ** 31 - 1
}

/** The check of `limits`: an object of integers from 1, none beyond what it may be. */
export const theLimits: Check = shape(Object.fromEntries(
  Object.keys(defaultLimits).map((name) => [name, aCountUpTo(largest[name as keyof Limits] ?? Number.MAX_SAFE_INTEGER)])
))

/** The limits of one resource: its own, those of the plugin's options, and the defaults. */
export function resolveLimits (plugin: Limits | undefined, own: Limits | undefined): ResourceLimits {
  // One object for all resources without limits, by which caches tell that theirs are the same.
  if (plugin === undefined && own === undefined) return defaultLimits
  return Object.freeze({ ...defaultLimits, ...given(plugin), ...given(own) })
}

/** An undefined member counts as left out. */
function given (limits: Limits = {}): Limits {
  return Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined))
}
