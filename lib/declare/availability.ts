import { CREST_ERR_INVALID_OPTION } from '../configuration-errors.ts'
import { withoutStack } from '../error-stack.ts'
import { ServiceUnavailable } from '../errors.ts'
import { shareError } from '../shared-errors.ts'
import { aBoolean, aText, oneOf, shape } from './check.ts'
import type { DisableOptions, EnableOptions } from './handle.ts'

/** What a switch is set to. */
export interface AvailabilityState {
  readonly disabled: null | 'writes' | 'all'
  readonly retryAfter?: number | Date | undefined
  readonly message?: string | undefined
}

/** The switch of one resource in this process: what row 4 of the decision order asks. */
export interface Availability {
  readonly disabled: null | 'writes' | 'all'
  set (state: AvailabilityState): void
  disable (options?: DisableOptions): void
  enable (options?: EnableOptions): void
  /**
   * The 503 for this effective method, the same until it is switched again; undefined while it is available.
   *
   * @param own whether it must be one of the caller's own
   */
  refusal (method: string, own?: boolean): ServiceUnavailable | undefined
}

const reading: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Whether `value` says when to come back: seconds from 0, or an instant. */
export function isRetryAfter (value: unknown): value is number | Date {
  return value instanceof Date ? !Number.isNaN(value.getTime()) : Number.isFinite(value) && Number(value) >= 0
}

const checkDisable = shape({
  retryAfter: (value, path) => {
    if (!isRetryAfter(value)) throw new CREST_ERR_INVALID_OPTION(path, 'must be seconds from 0 or a Date')
  },
  message: aText,
  methods: oneOf('all', 'writes'),
  shared: aBoolean
})

const checkEnable = shape({ shared: aBoolean })

/**
 * The state that `disable(options)` asks for.
 *
 * @throws CREST_ERR_INVALID_OPTION naming the option
 */
export function disabledState (options: DisableOptions = {}): AvailabilityState {
  checkDisable(options, 'disable')
  const { methods = 'all', retryAfter, message } = options
  return { disabled: methods, retryAfter, message }
}

/**
 * The state that `enable(options)` asks for.
 *
 * @throws CREST_ERR_INVALID_OPTION naming the option
 */
export function enabledState (options: EnableOptions = {}): AvailabilityState {
  checkEnable(options, 'enable')
  return { disabled: null }
}

/** A switch that is on. */
export function createAvailability (): Availability {
  let state: AvailabilityState = { disabled: null }
  let shared: ServiceUnavailable | undefined
  const change = (next: AvailabilityState): void => {
    state = next
    shared = undefined
  }
  return {
    get disabled () { return state.disabled },
    set: change,
    disable (options) { change(disabledState(options)) },
    enable (options) { change(enabledState(options)) },
    refusal (method, own = false) {
      const { disabled, retryAfter, message = 'The resource is disabled' } = state
      if (disabled === null || (disabled === 'writes' && reading.has(method))) return undefined
      if (!own && shared !== undefined) return shared
      const make = (): ServiceUnavailable => new ServiceUnavailable(message, retryAfter === undefined ? {} : { retryAfter })
      if (own) return withoutStack(make)
      shared = shareError(make)
      return shared
    }
  }
}
