import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import t from 'tap'
import { jsonEqual } from '../../lib/crest/json-equal.ts'
import { applyPatch, readPatch } from '../../lib/crest/patch.ts'
import { BadRequest, Conflict } from '../../lib/errors.ts'
import { isJsonObject } from '../../lib/json.ts'
import type { JsonObject, JsonValue } from '../../lib/json.ts'
import { deepFreeze, jsonPatch } from './patch-outcome.ts'

/** A case of json-patch-test-suite: without `error` and `expected`, the patch only succeeds. */
interface Case {
  readonly comment?: string
  readonly doc: JsonValue
  readonly patch: readonly JsonObject[]
  readonly expected?: JsonValue
  readonly error?: string
  readonly disabled?: boolean
}

const { resolve } = createRequire(import.meta.url)
const cases = ['tests', 'spec_tests'].flatMap(name => {
  const all: readonly Case[] = JSON.parse(readFileSync(resolve(`json-patch-test-suite/${name}.json`), 'utf8'))
  return all.map((example, position) => ({ ...example, name: `${name} ${position}: ${example.comment ?? example.error ?? ''}` }))
})

/** What JSON text can say and a parsed value cannot: the suite disables these cases itself. */
const inexpressible = new Map([
  ['tests 76', 'the operation has two members "op", of which a parsed value keeps one'],
  ['spec_tests 13', 'the operation has two members "op", of which a parsed value keeps one']
])

const expressible = cases.filter(({ name }) => !inexpressible.has(name.slice(0, name.indexOf(':'))))

/** The case below a member of an object. */
function wrapped (example: Case): Case {
  const prefixed = (value: JsonValue | undefined): JsonValue | undefined => typeof value === 'string' ? `/root${value}` : value
  const patch = example.patch.map(operation => Object.fromEntries(Object.entries(operation).map(([name, value]) => [name, name === 'path' || name === 'from' ? prefixed(value) : value])))
  return { ...example, doc: { root: example.doc }, patch, ...(example.expected === undefined ? {} : { expected: { root: example.expected } }) }
}

function agrees ({ doc, patch, expected, error }: Case): boolean {
  deepFreeze(doc)
  try {
    const result = applyPatch(doc as JsonObject, readPatch(jsonPatch, patch))
    return error === undefined && (expected === undefined || jsonEqual(result, expected))
  } catch (failure) {
    return error !== undefined && (failure instanceof BadRequest || failure instanceof Conflict)
  }
}

t.test('the suite is the one that was read', async t => {
  t.equal(cases.length, 95)
  t.equal(cases.filter(({ disabled }) => disabled === true).length, 4)
  t.equal(expressible.length, 93)
})

t.test('every case whose document is an object', async t => {
  const own = expressible.filter(({ doc }) => isJsonObject(doc))
  t.equal(own.length, 63)
  for (const example of own) t.ok(agrees(example), example.name)
})

t.test('every case, below a member of an object', async t => {
  for (const example of expressible) t.ok(agrees(wrapped(example)), example.name)
})
