import { BadRequest, Conflict } from '../errors.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import type { PatchLimits } from '../limits.ts'
import { excerpt } from './json-content.ts'
import { isJsonArray } from './json-equal.ts'
import { arrayIndex, resolvePointer } from './json-pointer.ts'
import type { JsonPointer } from './json-pointer.ts'
import { forget, startBudget } from './patch-budget.ts'
import type { PatchBudget } from './patch-budget.ts'

/**
 * A document under work, the one edit core of all patch languages. Only `owned` containers, copied or made since the
 * start, are changed in place: the input stays as it is, what is not touched is shared, and however many operations
 * there are, each container is copied at most once, and once more for each copy that a patch makes of it. All containers
 * around an owned one are owned. A patch that fails throws its draft away.
 */
export interface Draft extends DraftManners {
  /** The content as it is by now. */
  root: JsonObject
  readonly owned: Set<object>
  readonly budget: PatchBudget
}

/** How a patch language differs from the others, and what it knows of the document. */
export interface DraftManners {
  /** `_id` and `_rev` as far as they are known: clients see them in the document, but they are not in its content. */
  readonly server: JsonObject
  /** Whether parents that are missing or null are made, else they are a conflict. */
  readonly makesParents: boolean
  /** How the language writes pointers, for messages. */
  readonly format: (pointer: JsonPointer) => string
  /** Whether an array at `pointer` is a set, where the language tells sets from lists: Common REST does. */
  readonly isSet: (pointer: JsonPointer) => boolean
}

/** An object or array that is owned; the positions of an array are property names. */
export type Container = Record<string, JsonValue | undefined>

/** A draft of `document` in which nothing is changed yet, and what may be done to it. */
export function startDraft (document: JsonObject, manners: DraftManners, limits: PatchLimits): Draft {
  const { server, makesParents, format, isSet } = manners
  return { server, makesParents, format, isSet, root: document, owned: new Set(), budget: startBudget(limits) }
}

/** What clients see at `pointer` by now, `_id` and `_rev` included; undefined where there is nothing. */
export function valueAt (draft: Draft, pointer: JsonPointer): JsonValue | undefined {
  const [name] = pointer
  if (name === undefined) return { ...draft.server, ...draft.root }
  return resolvePointer(name === '_id' || name === '_rev' ? draft.server : draft.root, pointer)
}

/**
 * Sets a member, whatever it was before, or inserts an element: before the index, or at the end for `-` and for the index
 * that equals the length (`add` of RFC 6902 section 4.1). Throws `Conflict` where that is impossible.
 */
export function insert (draft: Draft, kind: string, field: JsonPointer, value: JsonValue): void {
  put(draft, kind, field, value, 0)
}

/** As {@link insert}, but the element at an index is replaced. */
export function overwrite (draft: Draft, kind: string, field: JsonPointer, value: JsonValue): void {
  put(draft, kind, field, value, 1)
}

/** Removes the member or element at `field`, which exists. */
export function remove (draft: Draft, kind: string, field: JsonPointer): void {
  const parent = openParent(draft, kind, field)
  const token = field.at(-1) as string
  if (Array.isArray(parent)) parent.splice(Number(token), 1)
  else delete parent[token]
}

/** The array at `field`, ready to be changed; an empty one replaces anything else that is there. */
export function openArray (draft: Draft, kind: string, field: JsonPointer): JsonValue[] {
  const parent = openParent(draft, kind, field)
  const token = field.at(-1) as string
  const existing = resolvePointer(parent, [token])
  const list = open(draft, isJsonArray(existing) ? existing : [])
  parent[token] = list
  return list as unknown as JsonValue[]
}

/** Takes a container into the draft that was made for it and is known to nobody else. */
export function own<Fresh extends object> (draft: Draft, container: Fresh): Fresh {
  draft.owned.add(container)
  return container
}

/** To be called before `value` gets a second place in the document: neither may change with the other. */
export function share (draft: Draft, value: JsonValue | undefined): void {
  if (typeof value !== 'object' || value === null || !draft.owned.delete(value)) return
  for (const child of Object.values(value)) share(draft, child)
}

/** The text of a failure that names the operation and the place. */
export function cannot ({ format }: DraftManners, kind: string, field: JsonPointer, why: string): string {
  return `The patch cannot ${kind} "${excerpt(format(field))}": ${why}`
}

function put (draft: Draft, kind: string, field: JsonPointer, value: JsonValue, replaced: 0 | 1): void {
  const parent = openParent(draft, kind, field)
  const token = field.at(-1) as string
  if (!Array.isArray(parent)) {
    parent[token] = value
    return
  }
  const position = token === '-' ? parent.length : arrayIndex(token)
  if (position === undefined) throw new Conflict(cannot(draft, kind, field, 'it is in an array, which has no such member'))
  if (position > parent.length) throw new Conflict(cannot(draft, kind, field, 'it is beyond the end of the array'))
  parent.splice(position, replaced, value)
}

// The container that holds the last token, with all around it, ready to be changed.
function openParent (draft: Draft, kind: string, field: JsonPointer): Container {
  // No parsed pointer has this token; one that was made by hand must not reach a prototype either.
  if (field.includes('__proto__')) throw new BadRequest(cannot(draft, kind, field, 'the pointer is not legal'))
  let container = open(draft, draft.root)
  draft.root = container
  for (const [depth, token] of field.slice(0, -1).entries()) {
    const child = resolvePointer(container, [token])
    const next = open(draft, typeof child === 'object' && child !== null ? child : newParent(draft, kind, field, depth, container, child))
    container[token] = next
    container = next
  }
  return container
}

// What stands in for the missing `child` of `container`. Only `-` as the last token makes an array: an index has nothing to
// count from.
function newParent (draft: Draft, kind: string, field: JsonPointer, depth: number, container: Container, child: JsonValue | undefined): JsonObject | readonly JsonValue[] {
  if (child === undefined && Array.isArray(container)) throw new Conflict(cannot(draft, kind, field, 'the array has no such element'))
  if (child !== undefined && (child !== null || !draft.makesParents)) throw new Conflict(cannot(draft, kind, field, 'there is a scalar within the path'))
  if (!draft.makesParents) throw new Conflict(cannot(draft, kind, field, 'it has no parent'))
  const token = field[depth + 1] as string
  if (token === '-' && depth === field.length - 2) return []
  if (token === '-' || arrayIndex(token) !== undefined) throw new Conflict(cannot(draft, kind, field, 'the array is missing'))
  return {}
}

function open (draft: Draft, container: JsonObject | readonly JsonValue[]): Container {
  if (draft.owned.has(container)) {
    forget(draft.budget, container)
    return container as Container
  }
  return own(draft, (isJsonArray(container) ? [...container] : { ...container }) as Container)
}
