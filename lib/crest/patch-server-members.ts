import { BadRequest } from '../errors.ts'
import { isJsonObject } from '../json.ts'
import type { JsonValue } from '../json.ts'
import { cannot, own } from './document-draft.ts'
import type { Draft } from './document-draft.ts'
import { resolvePointer } from './json-pointer.ts'
import type { JsonPointer } from './json-pointer.ts'

/** Whether `pointer` leads to `_id` or `_rev`, which only the server sets, or into them. */
export function isServerMember (pointer: JsonPointer): boolean {
  return pointer[0] === '_id' || pointer[0] === '_rev'
}

/**
 * Throws `BadRequest` unless an operation leaves the `_id` or `_rev` at `field` as it is, which only setting the same
 * `value` does. (Common REST, patch of `_id` and `_rev`.)
 */
export function refuseServerChange (draft: Draft, kind: string, field: JsonPointer, value?: JsonValue): void {
  const current = field.length === 1 ? draft.server[field[0] as string] : undefined
  if (current === undefined || value !== current) throw new BadRequest(cannot(draft, kind, field, 'only the server sets this member'))
}

/**
 * Replaces the whole content by the members of `value`. As in the content of an update, `_id` is not a part of it, a
 * singleton has none, and another one is wrong; `_rev` is ignored, unless `checked` names it.
 * Throws `BadRequest` for a wrong one, and where `value` is no object.
 */
export function replaceContent (draft: Draft, kind: string, value: JsonValue, checked: ReadonlyArray<'_id' | '_rev'>): void {
  if (!isJsonObject(value)) throw new BadRequest(cannot(draft, kind, [], 'the value must be an object'))
  for (const name of checked) {
    const given = resolvePointer(value, [name])
    if (given !== undefined && draft.server[name] !== undefined) refuseServerChange(draft, kind, [name], given)
  }
  draft.root = own(draft, Object.fromEntries(Object.entries(value).filter(([name, member]) => !isServerMember([name]) && member !== undefined)))
}
