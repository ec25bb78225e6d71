import { matchesStrongly, matchesWeakly } from './entity-tag.ts'
import type { EntityTag, TagCondition } from './entity-tag.ts'

/** The conditional headers of a request, as read; an absent header is an absent member. */
export interface Conditions {
  readonly ifMatch?: TagCondition | undefined
  readonly ifNoneMatch?: TagCondition | undefined
}

/** The operations that can be declared to need a revision; `upsert` is a PUT that may create or update. */
export type GuardedOperation = 'update' | 'upsert' | 'patch' | 'delete'

/**
 * Whether `If-Match` is true for a target that exists (RFC 9110 sections 13.1.1 and 13.2.2 step 1).
 * When it is false the answer is 412, for GET and HEAD too. Tags are compared strongly.
 *
 * @param condition the header as read; `undefined` = absent, which is true
 * @param revision that of the target; `undefined` = a target without one, such as a collection
 * @example
 * ifMatchHolds({ kind: 'tags', tags: [{ weak: false, opaque: '7' }] }, '8') // false
 */
export function ifMatchHolds (condition: TagCondition | undefined, revision: string | undefined): boolean {
  if (condition === undefined || condition.kind === 'any') return true
  if (revision === undefined) return false
  return names(condition.tags, matchesStrongly, revision)
}

/**
 * Whether `If-None-Match` is true for a target that exists (RFC 9110 sections 13.1.2 and 13.2.2 step 3).
 * When it is false the answer is 304 to GET and HEAD, and 412 to every other method. Tags are compared weakly.
 *
 * @param condition the header as read; `undefined` = absent, which is true
 * @param revision that of the target; `undefined` = a target without one, such as a collection
 * @example
 * ifNoneMatchHolds({ kind: 'any' }, '8') // false
 */
export function ifNoneMatchHolds (condition: TagCondition | undefined, revision: string | undefined): boolean {
  if (condition === undefined) return true
  if (condition.kind === 'any') return false
  if (revision === undefined) return true
  return !names(condition.tags, matchesWeakly, revision)
}

/** Whether one of some tags is that of the current revision. */
function names (tags: readonly EntityTag[], matches: typeof matchesStrongly, revision: string): boolean {
  const current: EntityTag = { weak: false, opaque: revision }
  for (const tag of tags) if (matches(tag, current)) return true
  return false
}

/**
 * Whether a request supplies the revision that its declaration requires (RFC 6585 section 3); if not, 428.
 * Any readable `If-Match` does, `*` included: the client renounced the check explicitly. For the two operations
 * of PUT `If-None-Match: *` does as well, because a creation cannot lose an update.
 *
 * @example
 * suppliesRevision('patch', { ifNoneMatch: { kind: 'any' } }) // false
 */
export function suppliesRevision (operation: GuardedOperation, conditions: Conditions): boolean {
  if (conditions.ifMatch !== undefined) return true
  const put = operation === 'update' || operation === 'upsert'
  return put && conditions.ifNoneMatch?.kind === 'any'
}
