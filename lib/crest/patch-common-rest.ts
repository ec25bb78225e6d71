import { BadRequest } from '../errors.ts'
import { isJsonObject } from '../json.ts'
import type { JsonValue } from '../json.ts'
import { cannot, insert, overwrite, remove, valueAt } from './document-draft.ts'
import type { Draft } from './document-draft.ts'
import { isJsonArray } from './json-equal.ts'
import { resolvePointer } from './json-pointer.ts'
import type { JsonPointer } from './json-pointer.ts'
import { appendTo, isEndOfSet, refuseSetPositions, removeFrom } from './patch-arrays.ts'
import { equalWithin } from './patch-budget.ts'
import { increment } from './patch-increment.ts'
import { refuseUnofferedOperations } from './patch-operation.ts'
import type { CopyOperation, MoveOperation, OfferedOperation, PatchOperation } from './patch-operation.ts'
import { isServerMember, refuseServerChange, replaceContent } from './patch-server-members.ts'
import { detach, goesNowhere, transferSource } from './patch-transfer.ts'

/**
 * Applies the operations of a Common REST patch in order.
 * Throws `NotImplemented` for one that is not offered, `BadRequest` for one that makes no sense, `Conflict` for one that
 * does not fit the current content. (Common REST, patch semantics.)
 */
export function applyOperations (draft: Draft, operations: readonly PatchOperation[]): void {
  refuseUnofferedOperations(operations)
  for (const operation of operations) apply(draft, operation)
}

function apply (draft: Draft, operation: OfferedOperation): void {
  switch (operation.kind) {
    case 'add': return add(draft, operation.field, operation.value)
    case 'replace': return replace(draft, operation.field, operation.value)
    case 'remove': return removeMatching(draft, operation.field, operation.value)
    case 'increment': return increment(draft, operation)
    default: return transfer(draft, operation)
  }
}

function add (draft: Draft, field: JsonPointer, value: JsonValue): void {
  if (field.length === 0) return addMembers(draft, value)
  if (isServerMember(field)) return refuseServerChange(draft, 'add', field, value)
  const isElement = isJsonArray(resolvePointer(draft.root, field.slice(0, -1)))
  // A set that is missing starts empty, as its new elements are merged.
  const appends = isJsonArray(resolvePointer(draft.root, field)) || (isJsonArray(value) && draft.isSet(field))
  if (isElement || !appends) return place(draft, 'add', field, value)
  refuseSetPositions(draft, 'add', field)
  appendTo(draft, 'add', field, isJsonArray(value) ? value : [value])
}

function addMembers (draft: Draft, value: JsonValue): void {
  if (!isJsonObject(value)) throw new BadRequest(cannot(draft, 'add', [], 'the value must be an object'))
  for (const [name, member] of Object.entries(value)) {
    if (member !== undefined) add(draft, [name], member)
  }
}

// Sets a member or inserts an element; the end is the one position of a set, which gets only what it has not yet.
function place (draft: Draft, kind: string, field: JsonPointer, value: JsonValue): void {
  const endsSet = isEndOfSet(draft, field)
  refuseSetPositions(draft, kind, endsSet ? field.slice(0, -1) : field)
  if (endsSet) appendTo(draft, kind, field.slice(0, -1), [value])
  else insert(draft, kind, field, value)
}

function replace (draft: Draft, field: JsonPointer, value: JsonValue): void {
  if (field.length === 0) return replaceContent(draft, 'replace', value, ['_id'])
  if (isServerMember(field)) return refuseServerChange(draft, 'replace', field, value)
  refuseSetPositions(draft, 'replace', field)
  overwrite(draft, 'replace', field, value)
}

function removeMatching (draft: Draft, field: JsonPointer, value: JsonValue | undefined): void {
  if (field.length === 0) throw new BadRequest(cannot(draft, 'remove', field, 'the whole document cannot be removed'))
  if (isServerMember(field)) return refuseServerChange(draft, 'remove', field)
  refuseSetPositions(draft, 'remove', field)
  const target = valueAt(draft, field)
  if (target === undefined) return
  const isElement = isJsonArray(resolvePointer(draft.root, field.slice(0, -1)))
  if (value !== undefined && isJsonArray(target) && !isElement) return removeFrom(draft, field, target, value)
  if (value === undefined || equalWithin(draft.budget, target, value)) remove(draft, 'remove', field)
}

function transfer (draft: Draft, { kind, from, field: to }: MoveOperation | CopyOperation): void {
  const places = { kind, from, to }
  if (isServerMember(to)) refuseServerChange(draft, kind, to)
  if (!isServerMember(from)) refuseSetPositions(draft, kind, from)
  const value = transferSource(draft, places)
  if (goesNowhere(places)) return
  detach(draft, places, value)
  if (to.length === 0) replaceContent(draft, kind, value, ['_id'])
  else place(draft, kind, to, value)
}
