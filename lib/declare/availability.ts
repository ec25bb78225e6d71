import { CREST_ERR_INVALID_OPTION } from '../configuration-errors.ts'
import { ServiceUnavailable } from '../errors.ts'
import type { ResourceErrorOptions } from '../errors.ts'
import { aText, oneOf, shape } from './check.ts'
import type { DisableOptions } from './handle.ts'

/** The switch of one resource: what row 4 of the decision order asks. */
export interface Availability {
  readonly disabled: null | 'writes' | 'all'
  disable (options?: DisableOptions): void
  enable (): void
  /** The 503 for this effective method; undefined while it is available. */
  refusal (method: string): ServiceUnavailable | undefined
}

const reading: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

const checkShape = shape({
  retryAfter: (value, path) => {
    const known = value instanceof Date ? !Number.isNaN(value.getTime()) : Number.isFinite(value) && Number(value) >= 0
    if (!known) {
      throw new CREST_ERR_INVALID_OPTION(path, 'must be seconds from 0 or a Date')
    }
  },
  message: aText,
  methods: oneOf('all', 'writes')
})

/** A switch that is on. */
export function createAvailability (): Availability {
  let disabled: null | 'writes' | 'all' = null
  let message: string | undefined
  let options: ResourceErrorOptions = {}
  return {
    get disabled () { return disabled },
    disable (given = {}) {
      checkShape(given, 'disable')
      disabled = given.methods ?? 'all'
      message = given.message ?? 'The resource is disabled'
      options = given.retryAfter === undefined ? {} : { retryAfter: given.retryAfter }
    },
    enable () { disabled = null },
    refusal (method) {
      if (disabled === null || (disabled === 'writes' && reading.has(method))) return undefined
      return new ServiceUnavailable(message, options)
    }
  }
}
