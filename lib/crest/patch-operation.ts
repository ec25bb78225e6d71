import { BadRequest, NotImplemented } from '../errors.ts'
import { isJsonObject } from '../json.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import { defaultLimits } from '../limits.ts'
import type { PatchLimits } from '../limits.ts'
import { remember } from '../remember.ts'
import { excerpt } from './json-content.ts'
import { isJsonArray } from './json-equal.ts'
import { parseJsonPointer } from './json-pointer.ts'
import type { JsonPointer } from './json-pointer.ts'

/** Adds `value` at `field`: creates or replaces a member, appends to an array, inserts at an index. */
export interface AddOperation { readonly kind: 'add', readonly field: JsonPointer, readonly value: JsonValue }

/** Removes `field`, or only what equals `value`. */
export interface RemoveOperation { readonly kind: 'remove', readonly field: JsonPointer, readonly value?: JsonValue }

/** Sets `field` to `value`. */
export interface ReplaceOperation { readonly kind: 'replace', readonly field: JsonPointer, readonly value: JsonValue }

/** Adds `value` to the number at `field`, or to each of an array of numbers. */
export interface IncrementOperation { readonly kind: 'increment', readonly field: JsonPointer, readonly value: number }

/** Removes what is at `from` and sets it at `field`: as a member, or inserted at an index. */
export interface MoveOperation { readonly kind: 'move', readonly field: JsonPointer, readonly from: JsonPointer }

/** Sets a copy of what is at `from` at `field`: as a member, or inserted at an index. */
export interface CopyOperation { readonly kind: 'copy', readonly field: JsonPointer, readonly from: JsonPointer }

/** Sets `field` to what a transformer makes of it; `value` describes the transformation. */
export interface TransformOperation { readonly kind: 'transform', readonly field: JsonPointer, readonly value: JsonValue }

/** One operation of a Common REST patch. */
export type PatchOperation = OfferedOperation | TransformOperation

/** The operations that can be applied. */
export type OfferedOperation = AddOperation | RemoveOperation | ReplaceOperation | IncrementOperation | MoveOperation | CopyOperation

/**
 * The operations of the content of a PATCH: a JSON array, possibly empty, of objects with `operation` (ignoring case),
 * `field`, `value` and `from`; a member that is null is absent, members of other names are ignored. The values are
 * taken as they are: check foreign content with `assertPlainJson` first.
 * Throws `BadRequest` for anything else, for more than `patchOperations` operations, and for pointers of more
 * tokens than content may nest. (Common REST, patch operations.)
 *
 * @example
 * parsePatch([{ operation: 'add', field: '/tags/-', value: 'new' }])
 */
export function parsePatch (body: JsonValue, limits: PatchLimits = defaultLimits): readonly PatchOperation[] {
  if (!isJsonArray(body)) throw malformed('an array of operations is expected')
  const { patchOperations } = limits
  if (body.length > patchOperations) throw malformed(`it has more than ${patchOperations} operations`)
  return body.map((element, position) => {
    if (!isJsonObject(element)) throw malformed(`operation ${position} is not an object`)
    return parseOperation(element, limits, problem => malformed(`${problem} in operation ${position}`))
  })
}

/**
 * Throws `NotImplemented` for the first operation whose kind is not offered: `transform`. Its place is after the syntax of
 * the whole patch and before the store (Common REST, patch error codes).
 */
export function refuseUnofferedOperations (operations: readonly PatchOperation[]): asserts operations is readonly OfferedOperation[] {
  for (const { kind } of operations) {
    if (kind === 'transform') throw new NotImplemented(`The patch operation ${kind} is not offered`)
  }
}

type Malformed = (problem: string) => BadRequest

function parseOperation (element: JsonObject, limits: PatchLimits, fault: Malformed): PatchOperation {
  const name = member(element, 'operation')
  if (typeof name !== 'string') throw fault('a string "operation" is missing')
  const kind = name.toLowerCase()
  const field = pointerMember(element, 'field', limits, fault)
  const value = member(element, 'value')
  switch (kind) {
    case 'move':
    case 'copy': {
      const from = pointerMember(element, 'from', limits, fault)
      if (from.length === 0) throw fault('"from" must not be the whole document')
      if (value !== undefined) throw fault('"value" is not allowed')
      return { kind, field, from }
    }
    case 'add':
    case 'replace':
    case 'transform':
      refuseFrom(element, fault)
      if (value === undefined) throw fault('"value" is missing or null')
      return { kind, field, value }
    case 'remove':
      refuseFrom(element, fault)
      return value === undefined ? { kind, field } : { kind, field, value }
    case 'increment':
      refuseFrom(element, fault)
      if (typeof value !== 'number') throw fault('a number "value" is missing')
      return { kind, field, value }
    default:
      throw fault(`"${excerpt(name)}" is no operation`)
  }
}

/** Patches name the same few members again and again. */
const readPointer = remember(parseJsonPointer)

function pointerMember (element: JsonObject, name: 'field' | 'from', { jsonDepth }: PatchLimits, fault: Malformed): JsonPointer {
  const text = member(element, name)
  if (typeof text !== 'string') throw fault(`a string "${name}" is missing`)
  const pointer = readPointer(text)
  if (pointer === undefined) throw fault(`"${name}" is not a legal JSON pointer, "${excerpt(text)}",`)
  // No document is deeper, and what walks through values may rely on it.
  if (pointer.length > jsonDepth) throw fault(`"${name}" has more than ${jsonDepth} tokens`)
  return pointer
}

function refuseFrom (element: JsonObject, fault: Malformed): void {
  if (member(element, 'from') !== undefined) throw fault('"from" is not allowed')
}

function member (element: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(element, name) ? element[name] ?? undefined : undefined
}

function malformed (problem: string): BadRequest {
  return new BadRequest(`The content is not a valid patch: ${problem}`)
}
