import { isJsonObject } from '../json.ts'
import { isRetryAfter } from './availability.ts'
import type { AvailabilityState } from './availability.ts'

/** A state for every process, as it is kept in the store. */
export interface SharedAvailability {
  /** Random, another one at each change: tells a change from what was there before. */
  readonly token: string
  readonly state: AvailabilityState
}

/**
 * What a process knows of the shared state of a resource: the token that it has seen last, null where there was none,
 * undefined while it has not looked.
 */
export type SeenToken = string | null | undefined

/** The name of the text in the store, by the full path of the resource. */
export function sharedName (path: string): string {
  return `disabled:${path}`
}

/** The text in the store. An instant is an ISO text, which tells it from seconds. */
export function formatShared ({ token, state }: SharedAvailability): string {
  return JSON.stringify({ token, ...state })
}

/** What a text in the store says; undefined where it is not of {@link formatShared}. Further members are ignored. */
export function parseShared (text: string): SharedAvailability | undefined {
  const { token, disabled, retryAfter, message } = parseObject(text)
  if (typeof token !== 'string' || token === '') return undefined
  if (disabled !== null && disabled !== 'all' && disabled !== 'writes') return undefined
  if (message !== undefined && (typeof message !== 'string' || message === '')) return undefined
  if (retryAfter === undefined) return { token, state: { disabled, message } }
  const when = typeof retryAfter === 'string' ? new Date(retryAfter) : retryAfter
  // Only what `toISOString` writes: `Date` takes nearly any text for an instant.
  if (!isRetryAfter(when) || (when instanceof Date && when.toISOString() !== retryAfter)) return undefined
  return { token, state: { disabled, retryAfter: when, message } }
}

/**
 * Whether a process that has seen `seen` takes `found` over. One that has just started does not for an end of disabling:
 * that was over before, and is not to undo what the application has disabled by itself meanwhile.
 */
export function isNews (seen: SeenToken, { token, state }: SharedAvailability): boolean {
  return seen === undefined ? state.disabled !== null : token !== seen
}

function parseObject (text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    return isJsonObject(value) ? value : {}
  } catch {
    return {}
  }
}
