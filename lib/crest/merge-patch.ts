import { BadRequest } from '../errors.ts'
import { isJsonObject } from '../json.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import { cannot, overwrite, remove, valueAt } from './document-draft.ts'
import type { Draft } from './document-draft.ts'
import type { JsonPointer } from './json-pointer.ts'
import { isServerMember, refuseServerChange } from './patch-server-members.ts'

/**
 * The members of a merge patch: null removes a member, an object is merged into it, anything else replaces it. The values
 * are taken as they are: check foreign content with `assertPlainJson` first.
 * Throws `BadRequest` unless it is an object: any other would replace the whole document by what is no object.
 * (RFC 7396 section 2.)
 *
 * @example
 * parseMergePatch({ nickname: null, address: { city: 'Delft' } })
 */
export function parseMergePatch (body: JsonValue): JsonObject {
  if (!isJsonObject(body)) throw new BadRequest('The content is not a valid merge patch: an object is expected')
  return body
}

/**
 * Merges `members` into the draft, whose language makes parents.
 * Throws `BadRequest` for another `_id` or `_rev`, and for a member `__proto__`. A singleton has no `_id`, and ignores it.
 * (RFC 7396 section 2.)
 */
export function applyMergePatch (draft: Draft, members: JsonObject): void {
  for (const [name, value] of Object.entries(members)) {
    if (value === undefined) continue
    if (!isServerMember([name])) merge(draft, [name], value)
    else if (name === '_rev' || draft.server[name] !== undefined) refuseServerChange(draft, 'merge', [name], value)
  }
}

function merge (draft: Draft, field: JsonPointer, value: JsonValue): void {
  if (field.at(-1) === '__proto__') throw new BadRequest(cannot(draft, 'merge', field, 'the member name is forbidden'))
  if (value === null) {
    if (valueAt(draft, field) !== undefined) remove(draft, 'merge', field)
    return
  }
  if (!isJsonObject(value)) return overwrite(draft, 'merge', field, value)
  // Also below a new member nulls are no values, so it starts empty.
  if (!isJsonObject(valueAt(draft, field))) overwrite(draft, 'merge', field, {})
  for (const [name, member] of Object.entries(value)) {
    if (member !== undefined) merge(draft, [...field, name], member)
  }
}
