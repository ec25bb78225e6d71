import type { JsonObject, JsonValue } from '../json.ts'

/** The member `name` of `object`, undefined where it has none of its own: nothing is found on a prototype. */
export function ownMember (object: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined
}

/**
 * A copy of `object` with the members of `edits` set, those that are undefined there removed; the same object where
 * there is nothing to edit. Whatever a member is called, it is plain data.
 *
 * @example
 * withMembers({ a: 1, b: 2 }, new Map([['a', undefined], ['c', 3]])) // { b: 2, c: 3 }
 */
export function withMembers (object: JsonObject, edits: ReadonlyMap<string, JsonValue | undefined>): JsonObject {
  if (edits.size === 0) return object
  const copy: Record<string, JsonValue | undefined> = {}
  // Member by member: an object from which one was deleted is slow to print.
  for (const name of [...Object.keys(object), ...edits.keys()]) {
    const value = edits.has(name) ? edits.get(name) : object[name]
    if (value !== undefined) define(copy, name, value)
  }
  return copy
}

function define (object: Record<string, JsonValue | undefined>, name: string, value: JsonValue): void {
  // To assign `__proto__` would change the prototype.
  if (name === '__proto__') Object.defineProperty(object, name, { value, configurable: true, enumerable: true, writable: true })
  else object[name] = value
}
