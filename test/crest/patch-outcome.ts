import assert from 'node:assert/strict'
import { jsonEqual } from '../../lib/crest/json-equal.ts'
import { applyPatch, readPatch } from '../../lib/crest/patch.ts'
import { ResourceError } from '../../lib/errors.ts'
import type { JsonObject, JsonValue } from '../../lib/json.ts'

export const commonRest = 'application/json'
export const jsonPatch = 'application/json-patch+json'
export const mergePatch = 'application/merge-patch+json'

/** The document of all examples: an id, a revision, and each array that a member `s` holds is a set. */
export const options = { id: 'i', revision: '7', isSet: (pointer: readonly string[]): boolean => pointer.at(-1) === 's' }

/** Name, document, patch, and the document or status that it gives. */
export type Row = readonly [number | string, string, string, string | number]

/** `add /b 2; move /a → /c` as a patch; what begins with a bracket or is no operation is JSON. */
export function shorthand (text: string): JsonValue {
  if (!/^(?:add|remove|replace|increment|move|copy|transform) /.test(text)) return JSON.parse(text)
  return text.split('; ').map(part => {
    const [, operation = '', field = '', to, value] = /^(\w+) ("[^"]*"|\S+)(?: → ("[^"]*"|\S+))?(?: (.*))?$/.exec(part) ?? []
    if (to !== undefined) return { operation, field: unquoted(to), from: unquoted(field) }
    return { operation, field: unquoted(field), ...(value === undefined ? {} : { value: JSON.parse(value) }) }
  })
}

/** As {@link shorthand}, for a JSON Patch; also `test`. */
export function jsonPatchShorthand (text: string): JsonValue {
  if (!/^(?:add|remove|replace|move|copy|test) /.test(text)) return JSON.parse(text)
  return text.split('; ').map(part => {
    const [, op = '', path = '', to, value] = /^(\w+) ("[^"]*"|\S+)(?: → ("[^"]*"|\S+))?(?: (.*))?$/.exec(part) ?? []
    if (to !== undefined) return { op, path: unquoted(to), from: unquoted(path) }
    return { op, path: unquoted(path), ...(value === undefined ? {} : { value: JSON.parse(value) }) }
  })
}

/**
 * The document after the patch, or the status of its failure. Everything that goes in is frozen, and compared with what
 * it was.
 */
export function outcome (document: JsonObject, patch: JsonValue, mediaType: string = commonRest): JsonObject | number {
  deepFreeze(document)
  deepFreeze(patch)
  const before = JSON.stringify([document, patch])
  try {
    return applyPatch(document, readPatch(mediaType, patch), options)
  } catch (error) {
    if (error instanceof ResourceError) return error.statusCode
    throw error
  } finally {
    assert.equal(JSON.stringify([document, patch]), before)
  }
}

/** Checks that each row gives what it says. */
export function check (rows: readonly Row[], t: { ok: (value: boolean, message: string) => unknown }, mediaType: string = commonRest): void {
  for (const [name, document, patch, expected] of rows) {
    const actual = outcome(JSON.parse(document), mediaType === jsonPatch ? jsonPatchShorthand(patch) : shorthand(patch), mediaType)
    const text = typeof actual === 'number' ? actual : JSON.stringify(actual)
    const same = typeof actual !== 'number' && typeof expected === 'string' && jsonEqual(actual, JSON.parse(expected))
    t.ok(same || text === expected, `${name}: ${document} ${patch} gives ${text}, expected ${expected}`)
  }
}

export function deepFreeze (value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return
  Object.freeze(value)
  for (const member of Object.values(value)) deepFreeze(member)
}

function unquoted (text: string): string {
  return text.startsWith('"') ? JSON.parse(text) : text
}
