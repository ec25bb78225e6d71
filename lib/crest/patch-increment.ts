import { BadRequest } from '../errors.ts'
import type { JsonValue } from '../json.ts'
import { cannot, overwrite, valueAt } from './document-draft.ts'
import type { Draft } from './document-draft.ts'
import { isJsonArray } from './json-equal.ts'
import { refuseSetPositions } from './patch-arrays.ts'
import { countComparisons } from './patch-budget.ts'
import type { IncrementOperation } from './patch-operation.ts'
import { isServerMember, refuseServerChange } from './patch-server-members.ts'

/**
 * Adds to a number, or to each element of an array of numbers, as JSON numbers are added: there is no integer type.
 * Throws `BadRequest` for anything else that is at the place, for a position of a set, and for a sum that is no longer
 * exact: not finite, or an integer outside ±(2^53−1). (Common REST, patch operation `increment`.)
 */
export function increment (draft: Draft, { kind, field, value: amount }: IncrementOperation): void {
  if (field.length === 0) throw new BadRequest(cannot(draft, kind, field, 'it is no number'))
  if (isServerMember(field)) refuseServerChange(draft, kind, field)
  refuseSetPositions(draft, kind, field)
  const sum = (value: JsonValue | undefined): number => {
    if (typeof value !== 'number') throw new BadRequest(cannot(draft, kind, field, 'it is no number'))
    const result = value + amount
    if (!Number.isFinite(result)) throw new BadRequest(cannot(draft, kind, field, 'the sum is out of range'))
    if (Number.isInteger(result) && !Number.isSafeInteger(result)) throw new BadRequest(cannot(draft, kind, field, 'the sum is beyond the integers that are exact'))
    return result
  }
  const target = valueAt(draft, field)
  if (!isJsonArray(target)) return overwrite(draft, kind, field, sum(target))
  countComparisons(draft.budget, target.length)
  if (target.length > 0) overwrite(draft, kind, field, target.map(sum))
}
