import { BadRequest } from '../errors.ts'
import { isJsonObject } from '../json.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import { defaultLimits } from '../limits.ts'
import type { PatchLimits } from '../limits.ts'
import { excerpt } from './json-content.ts'
import { isJsonArray } from './json-equal.ts'
import { parseStrictPointer } from './json-pointer.ts'
import type { JsonPointer } from './json-pointer.ts'

/** Sets the member `path`, or inserts `value` before the element there (RFC 6902 section 4.1). */
export interface JsonPatchAdd { readonly kind: 'add', readonly path: JsonPointer, readonly value: JsonValue }

/** Removes what is at `path` (RFC 6902 section 4.2). */
export interface JsonPatchRemove { readonly kind: 'remove', readonly path: JsonPointer }

/** Sets what is at `path`, and must be, to `value` (RFC 6902 section 4.3). */
export interface JsonPatchReplace { readonly kind: 'replace', readonly path: JsonPointer, readonly value: JsonValue }

/** Removes what is at `from` and adds it at `path` (RFC 6902 section 4.4). */
export interface JsonPatchMove { readonly kind: 'move', readonly path: JsonPointer, readonly from: JsonPointer }

/** Adds what is at `from` at `path` (RFC 6902 section 4.5). */
export interface JsonPatchCopy { readonly kind: 'copy', readonly path: JsonPointer, readonly from: JsonPointer }

/** Demands that what is at `path` equals `value` (RFC 6902 section 4.6). */
export interface JsonPatchTest { readonly kind: 'test', readonly path: JsonPointer, readonly value: JsonValue }

/** One operation of a JSON Patch. */
export type JsonPatchOperation = JsonPatchAdd | JsonPatchRemove | JsonPatchReplace | JsonPatchMove | JsonPatchCopy | JsonPatchTest

/**
 * The operations of a JSON Patch: a JSON array, possibly empty, of objects with `op`, `path`, `value` and `from`; members
 * that an operation does not define are ignored. The values, null among them, are taken as they are: check foreign
 * content with `assertPlainJson` first. Throws `BadRequest` for anything else, for more than
 * `patchOperations` operations, and for pointers of more tokens than content may nest or with a token
 * `__proto__`. (RFC 6902 sections 3 and 4.)
 *
 * @example
 * parseJsonPatch([{ op: 'add', path: '/tags/-', value: 'new' }])
 */
export function parseJsonPatch (body: JsonValue, limits: PatchLimits = defaultLimits): readonly JsonPatchOperation[] {
  if (!isJsonArray(body)) throw malformed('an array of operations is expected')
  const { patchOperations } = limits
  if (body.length > patchOperations) throw malformed(`it has more than ${patchOperations} operations`)
  return body.map((element, position) => {
    if (!isJsonObject(element)) throw malformed(`operation ${position} is not an object`)
    return parseOperation(element, limits, problem => malformed(`${problem} in operation ${position}`))
  })
}

type Malformed = (problem: string) => BadRequest

function parseOperation (element: JsonObject, limits: PatchLimits, fault: Malformed): JsonPatchOperation {
  const kind = member(element, 'op')
  if (typeof kind !== 'string') throw fault('a string "op" is missing')
  const path = pointerMember(element, 'path', limits, fault)
  switch (kind) {
    case 'move':
    case 'copy':
      return { kind, path, from: pointerMember(element, 'from', limits, fault) }
    case 'add':
    case 'replace':
    case 'test': {
      const value = member(element, 'value')
      if (value === undefined) throw fault('"value" is missing')
      return { kind, path, value }
    }
    case 'remove':
      return { kind, path }
    default:
      throw fault(`"${excerpt(kind)}" is no operation`)
  }
}

function pointerMember (element: JsonObject, name: 'path' | 'from', { jsonDepth }: PatchLimits, fault: Malformed): JsonPointer {
  const text = member(element, name)
  if (typeof text !== 'string') throw fault(`a string "${name}" is missing`)
  const pointer = parseStrictPointer(text)
  if (pointer === undefined) throw fault(`"${name}" is not a legal JSON pointer, "${excerpt(text)}",`)
  // No document is deeper, and what walks through values may rely on it.
  if (pointer.length > jsonDepth) throw fault(`"${name}" has more than ${jsonDepth} tokens`)
  return pointer
}

function member (element: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(element, name) ? element[name] : undefined
}

function malformed (problem: string): BadRequest {
  return new BadRequest(`The content is not a valid JSON Patch: ${problem}`)
}
