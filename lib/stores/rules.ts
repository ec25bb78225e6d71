import { expiryOf } from '../crest/expiry.ts'
import { BadRequest } from '../errors.ts'
import type { CollectionRules } from './store.ts'
import type { JsonObject } from '../json.ts'

// The rules are one object for every collection of a resource, of which there may be one per request.
const signatures = new WeakMap<CollectionRules, string>()

/** The signature of rules under which nothing is unique and nothing expires. */
export const plainSignature: string = JSON.stringify([[], null])

/** Equal for rules under which stores keep the same claims and expiries; when it changes they are computed anew. */
export function rulesSignature (rules: CollectionRules): string {
  let signature = signatures.get(rules)
  if (signature === undefined) {
    signature = JSON.stringify([rules.unique, rules.expires ?? null])
    signatures.set(rules, signature)
  }
  return signature
}

/**
 * Until when an id that is deleted at `now` stays gone, in milliseconds since the epoch: `Infinity` for ever,
 * undefined where no tombstone is left.
 */
export function tombstoneEnd (rules: CollectionRules, now: number): number | undefined {
  if (rules.tombstones === true) return Infinity
  return rules.tombstones === false || rules.tombstones <= 0 ? undefined : now + rules.tombstones
}

/** As `expiryOf`, for what is stored already: what does not fit a rule that was declared later never expires. */
export function expiryOfStored (pointer: string | undefined, content: JsonObject): number | undefined {
  try {
    return expiryOf(pointer, content)
  } catch (error) {
    if (error instanceof BadRequest) return undefined
    throw error
  }
}
