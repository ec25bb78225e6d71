import { InternalServerError } from '../errors.ts'
import { isJsonObject } from '../json.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import { defaultLimits } from '../limits.ts'
import type { JsonLimits } from '../limits.ts'
import { jsonEqual } from './json-equal.ts'
import { ownMember, withMembers } from './members.ts'
import { ownCopy, plainObject } from './plain-object.ts'

/** One resource API version, with the functions that were written for it. */
export interface VersionStep {
  readonly name: string
  /** Maps content to the next version. It may change its argument; a missing function changes nothing. */
  readonly upgrade?: (content: JsonObject) => unknown
  /** Maps content to the previous version. It may change its argument; a missing function changes nothing. */
  readonly downgrade?: (content: JsonObject) => unknown
}

/** Maps content between the versions of a resource and the latest one, whose shape stored documents have. */
export interface VersionChain {
  /** The content of the version at `index` as the latest version has it. */
  up (index: number, content: JsonObject): JsonObject
  /** The content of the latest version as the version at `index` has it. */
  down (index: number, content: JsonObject): JsonObject
}

type Direction = 'upgrade' | 'downgrade'

// From one version to its neighbour; undefined where they have the same shape.
type Mapping = ((content: JsonObject) => JsonObject) | undefined

/**
 * The chain of the versions `steps`, ascending. An `upgrade` or `downgrade` stands with the version whose content it
 * takes. Definitions may also let it stand with the version that it leads to, as migrations are written: that is how all
 * functions of a direction are read where the version at the end of that direction has one, which leads nowhere from there.
 *
 * Functions get a copy of their own. What they return is taken as JSON has it: dates become texts, undefined members go,
 * and `_id` and `_rev` are not theirs to set. What they throw is passed on; `InternalServerError` for a result that is no
 * plain JSON object, or a promise.
 *
 * @throws RangeError where the versions at both ends of a direction have a function for it
 * @example
 * const chain = createVersionChain([
 *   { name: '1.0', upgrade: ({ name }) => ({ fullName: name }) },
 *   { name: '2.0', downgrade: ({ fullName }) => ({ name: fullName }) }
 * ])
 * chain.up(0, { name: 'A' }) // { fullName: 'A' }
 * chain.down(0, { fullName: 'A' }) // { name: 'A' }
 */
export function createVersionChain (steps: readonly VersionStep[], limits: JsonLimits = defaultLimits): VersionChain {
  const upgrades = mappingsAlong(steps, 'upgrade', limits)
  const downgrades = mappingsAlong(steps.toReversed(), 'downgrade', limits)
  return {
    up: (index, content) => upgrades.slice(index).reduce(applyMapping, content),
    down: (index, content) => downgrades.slice(0, downgrades.length - index).reduce(applyMapping, content)
  }
}

/**
 * A change that was made through an older version, applied to the stored document: `base` is what that version shows of
 * `stored`, `changed` what it is to become, both mapped up. Exactly the differences between the two are made: objects member
 * by member, where a member that only `base` has is removed; arrays and scalars as a whole. So what the older version
 * does not know survives. The same object where nothing differs; no input changes, and the result shares structure with them.
 *
 * @example
 * mergeVersions({ name: 'A', age: 7 }, { name: 'A' }, { name: 'B' }) // { name: 'B', age: 7 }
 */
export function mergeVersions (stored: JsonObject, base: JsonObject, changed: JsonObject): JsonObject {
  const edits = new Map<string, JsonValue | undefined>()
  for (const name of new Set([...Object.keys(base), ...Object.keys(changed)])) {
    const value = ownMember(stored, name)
    const merged = mergeMember(value, ownMember(base, name), ownMember(changed, name))
    if (merged !== value) edits.set(name, merged)
  }
  return withMembers(stored, edits)
}

function mergeMember (stored: JsonValue | undefined, base: JsonValue | undefined, changed: JsonValue | undefined): JsonValue | undefined {
  if (isJsonObject(stored) && isJsonObject(base) && isJsonObject(changed)) return mergeVersions(stored, base, changed)
  return jsonEqual(base, changed) || jsonEqual(stored, changed) ? stored : changed
}

// `path` is in the order of the direction; each mapping leads from one of its versions to the one after it.
function mappingsAlong (path: readonly VersionStep[], direction: Direction, limits: JsonLimits): readonly Mapping[] {
  const first = path[0]?.[direction]
  const last = path.at(-1)?.[direction]
  if (first !== undefined && last !== undefined) throw new RangeError(contradiction(path, direction))
  return (last === undefined ? path.slice(0, -1) : path.slice(1)).map((step) => mappingOf(step, direction, limits))
}

function contradiction (path: readonly VersionStep[], direction: Direction): string {
  if (path.length === 1) return `version ${path[0]?.name} has no neighbour, so it cannot have ${direction}`
  return `versions ${path[0]?.name} and ${path.at(-1)?.name} cannot both have ${direction}: ` +
    'let each function stand with the version whose content it takes'
}

function mappingOf (step: VersionStep, direction: Direction, limits: JsonLimits): Mapping {
  const map = step[direction]
  if (map === undefined) return undefined
  const label = `${direction} of version ${step.name}`
  return (content) => toPlain(map(ownCopy(content)), label, limits)
}

function applyMapping (content: JsonObject, mapping: Mapping): JsonObject {
  return mapping === undefined ? content : mapping(content)
}

function toPlain (returned: unknown, label: string, limits: JsonLimits): JsonObject {
  if (isThenable(returned)) {
    // Nobody waits for it, and its failure must not end the process.
    if (returned instanceof Promise) returned.catch(() => {})
    throw new InternalServerError(`${label} returned a promise, and must be synchronous`)
  }
  const plain = toJson(returned, label, limits)
  if (plain === undefined) throw new InternalServerError(`${label} did not return an object`)
  return plain
}

// Any object with `then`, as a query builder has it, would be an empty object as JSON.
function isThenable (value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}

function toJson (value: unknown, label: string, limits: JsonLimits): JsonObject | undefined {
  try {
    return plainObject(value, limits)
  } catch (cause) {
    throw new InternalServerError(`${label} did not return plain JSON`, { cause })
  }
}
