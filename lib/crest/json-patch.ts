import { BadRequest, Conflict } from '../errors.ts'
import type { JsonValue } from '../json.ts'
import { cannot, insert, overwrite, remove, valueAt } from './document-draft.ts'
import type { Draft } from './document-draft.ts'
import type { JsonPatchCopy, JsonPatchMove, JsonPatchOperation } from './json-patch-operation.ts'
import type { JsonPointer } from './json-pointer.ts'
import { equalWithin } from './patch-budget.ts'
import { isServerMember, refuseServerChange, replaceContent } from './patch-server-members.ts'
import { detach, goesNowhere, transferSource } from './patch-transfer.ts'

/**
 * Applies the operations of a JSON Patch in order, to a draft that makes no parents. Every array is a plain one: whether
 * the elements of a set still differ is for the schema to judge.
 * Throws `Conflict` for a location that is missing and for a `test` that fails, `BadRequest` for what makes no sense: a
 * root that is no object, a move into itself, another `_id` or `_rev`. (RFC 6902 section 4.)
 */
export function applyJsonPatch (draft: Draft, operations: readonly JsonPatchOperation[]): void {
  for (const operation of operations) apply(draft, operation)
}

function apply (draft: Draft, operation: JsonPatchOperation): void {
  const { kind, path } = operation
  switch (operation.kind) {
    case 'add':
      return set(draft, kind, path, operation.value)
    case 'replace':
      if (path.length > 0 && !isServerMember(path)) existing(draft, kind, path)
      return set(draft, kind, path, operation.value)
    case 'remove':
      if (path.length === 0) throw new BadRequest(cannot(draft, kind, path, 'the whole document cannot be removed'))
      if (isServerMember(path)) return refuseServerChange(draft, kind, path)
      existing(draft, kind, path)
      return remove(draft, kind, path)
    case 'test':
      if (equalWithin(draft.budget, existing(draft, kind, path), operation.value)) return
      throw new Conflict(cannot(draft, kind, path, 'it has another value'))
    default:
      return transfer(draft, operation)
  }
}

function set (draft: Draft, kind: JsonPatchOperation['kind'], path: JsonPointer, value: JsonValue): void {
  if (path.length === 0) replaceContent(draft, kind, value, ['_id', '_rev'])
  else if (isServerMember(path)) refuseServerChange(draft, kind, path, value)
  else if (kind === 'replace') overwrite(draft, kind, path, value)
  else insert(draft, kind, path, value)
}

// A move to where it comes from has no effect, but a copy of an element inserts its twin.
function transfer (draft: Draft, { kind, from, path: to }: JsonPatchMove | JsonPatchCopy): void {
  const places = { kind, from, to }
  if (isServerMember(to)) refuseServerChange(draft, kind, to)
  const value = transferSource(draft, places)
  if (kind === 'move' && goesNowhere(places)) return
  detach(draft, places, value)
  set(draft, kind, to, value)
}

function existing (draft: Draft, kind: string, path: JsonPointer): JsonValue {
  const value = valueAt(draft, path)
  if (value === undefined) throw new Conflict(cannot(draft, kind, path, 'there is nothing'))
  return value
}
