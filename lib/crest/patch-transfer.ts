import { BadRequest, Conflict } from '../errors.ts'
import type { JsonValue } from '../json.ts'
import { cannot, remove, share, valueAt } from './document-draft.ts'
import type { Draft } from './document-draft.ts'
import type { JsonPointer } from './json-pointer.ts'
import { countCopy, measure } from './patch-budget.ts'
import { isServerMember, refuseServerChange } from './patch-server-members.ts'

/** What `move` and `copy` say in either language: a value goes, or is copied, from one place `to` another. */
export interface Transfer { readonly kind: 'move' | 'copy', readonly from: JsonPointer, readonly to: JsonPointer }

/**
 * The value that is at the source of a transfer; nothing is changed yet.
 * Throws `Conflict` where there is none, and `BadRequest` for a move into itself or of what only the server sets.
 */
export function transferSource (draft: Draft, { kind, from, to }: Transfer): JsonValue {
  if (kind === 'move' && isServerMember(from)) refuseServerChange(draft, kind, from)
  if (kind === 'move' && to.length > from.length && isWithin(to, from)) throw new BadRequest(cannot(draft, kind, from, 'its destination is within itself'))
  const value = valueAt(draft, from)
  if (value === undefined) throw new Conflict(cannot(draft, kind, from, 'there is nothing'))
  return value
}

/** Whether source and destination are the same place. */
export function goesNowhere ({ from, to }: Transfer): boolean {
  return from.length === to.length && isWithin(to, from)
}

/** Makes `value`, which is at the source, ready to be put at the destination: a move removes it, a copy is counted. */
export function detach (draft: Draft, { kind, from, to }: Transfer, value: JsonValue): void {
  const { jsonDepth } = draft.budget.limits
  // Moves alone could nest a document so deep that no recursive walk through it ends well.
  if (to.length + measure(draft.budget, value).depth > jsonDepth) throw new BadRequest(cannot(draft, kind, from, `it would be nested deeper than ${jsonDepth} levels`))
  if (kind === 'move') return remove(draft, kind, from)
  countCopy(draft.budget, value)
  // The whole document is seen through a view, which nobody owns.
  share(draft, from.length === 0 ? draft.root : value)
}

function isWithin (pointer: JsonPointer, outer: JsonPointer): boolean {
  return outer.every((token, depth) => pointer[depth] === token)
}
